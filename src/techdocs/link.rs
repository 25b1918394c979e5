use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::book::BookFile;
use super::drawings::{self, Drawings};
use super::image_size::image_size;
use super::library::Library;
use super::locate::Locator;
use super::plan::{BookPlan, PageAt};
use super::publish::withheld;
use super::read::ReadPage;
use super::resolve::{Anchor, Resolution, resolve};
use super::rules::{ANCHOR_BROKEN, FILE_WITHHELD, LINK_BROKEN};
use super::validation::Level;
use crate::base::{
    Diagnostic, DiagramLanguage, Digest, Limits, Problem, RelPath, Route, Rule, SafeHtml, SourceFile, nearest,
};
use crate::markdown::{self, CodeBlock, LinkKind, Page, Resolved};
use crate::sources::{Snapshot, TreeFile};

/// Findings of one page that are reported one by one: a place in a text of one long line costs its length.
const MOST_FINDINGS: usize = 100;
/// On pages with more ids no nearest one is looked for.
const MOST_IDS: usize = 2_000;

/// Highlighted code by block, each once.
pub type Highlighted = Arc<HashMap<CodeBlock, SafeHtml>>;

/// One code block to be highlighted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HighlightJob {
    /// The code.
    pub block: CodeBlock,
    /// `limits.highlight_bytes`.
    pub limit: u64,
}

/// One article to be put together: a page and what its links mean.
#[derive(Debug, Clone, Serialize)]
pub struct ComposeJob {
    /// Identity of the page as read.
    pub page: Digest,
    /// URLs for its destinations.
    pub resolved: Resolved,
    /// `limits.highlight_bytes`, which its code was highlighted under.
    pub highlight_limit: u64,
    #[serde(skip)]
    content: Arc<Page>,
    /// Identity of its pictures.
    drawn: Option<Digest>,
    #[serde(skip)]
    drawings: Drawings,
}

impl ComposeJob {
    /// Identity of the article.
    pub fn identity(&self) -> Digest {
        Digest::of("article", self)
    }
}

/// A page with its links resolved.
#[derive(Debug, Clone)]
pub struct LinkedPage {
    /// Its article, to be composed.
    pub job: ComposeJob,
    /// What is to be said about the page.
    pub findings: Vec<Diagnostic>,
    /// Pictures that it shows and that stand beside the documentation.
    pub pictures: Vec<BookFile>,
    /// What its links were judged by.
    pub seen: Seen,
}

/// What the links of a page were judged by, besides the page itself, the plans of all books and the names of all files.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Pages that were asked for ids.
    pages: Vec<(PageAt, Arc<Page>)>,
    /// Pictures that it shows: what is in them says how large they are, and whether those beside the documentation are published.
    pictures: Vec<(RelPath, Option<TreeFile>)>,
}

/// The distinct code blocks of pages, in order of their first use.
pub fn highlight_jobs<'a>(pages: impl IntoIterator<Item = &'a Arc<ReadPage>>, limits: &Limits) -> Vec<HighlightJob> {
    let mut seen = HashSet::new();
    let blocks = pages.into_iter().flat_map(|page| &page.page.code);
    blocks
        .filter(|block| DiagramLanguage::of_fence(&block.language).is_none() && seen.insert(*block))
        .map(|block| HighlightJob { block: block.clone(), limit: limits.highlight_bytes })
        .collect()
}

/// Highlights one block.
pub fn highlight(job: &HighlightJob) -> SafeHtml {
    markdown::highlight(&job.block, job.limit)
}

/// Puts the products of [`highlight`] beside their jobs.
pub fn highlighted(jobs: Vec<HighlightJob>, products: Vec<SafeHtml>) -> Highlighted {
    Arc::new(jobs.into_iter().map(|job| job.block).zip(products).collect())
}

/// Resolves the links of pages.
pub struct Linker<'a> {
    library: Library<'a>,
    locator: Locator<'a>,
    limits: &'a Limits,
}

impl<'a> Linker<'a> {
    /// All pages of all books, as planned and as read, and the repositories that they come from.
    pub fn new(
        plans: &'a [BookPlan],
        pages: &'a [Vec<Arc<ReadPage>>],
        snapshots: &'a [Snapshot],
        limits: &'a Limits,
    ) -> Self {
        Self { library: Library::new(plans, pages), locator: Locator::new(snapshots), limits }
    }

    /// Resolves every destination of a page; what leads nowhere is left as written and reported where it stands.
    pub fn link(&self, from: PageAt, drawings: &Drawings) -> LinkedPage {
        let plan = &self.library.plans[from.book];
        let read = self.library.read(from);
        let path = &plan.pages[from.page].path;
        let mut pictures = Pictures { plan, limits: self.limits, files: BTreeMap::new(), seen: Vec::new() };
        let mut problems: Vec<Problem> = read.problem.iter().chain(&read.page.problems).cloned().collect();
        let (resolved, pages) = resolved(&self.library, &self.locator, from, &mut pictures, &mut problems);
        let text = || plan.tree.read_text(path, (self.limits.page_bytes, "page_bytes")).unwrap_or_default();
        problems.extend(drawings::problems(&read.page, text, drawings));
        let job = ComposeJob {
            page: read.identity,
            resolved,
            highlight_limit: self.limits.highlight_bytes,
            content: Arc::clone(&read.page),
            drawn: drawings::identity(&read.page, drawings),
            drawings: Arc::clone(drawings),
        };
        let files = pictures.files.into_iter().map(|(path, route)| BookFile { route, path });
        LinkedPage {
            job,
            findings: report(plan, path, self.limits, &problems),
            pictures: files.collect(),
            seen: Seen { pages, pictures: pictures.seen },
        }
    }

    /// Whether what a page's links were judged by is as it was; what is not in [`Seen`] has to be.
    pub fn holds(&self, from: PageAt, seen: &Seen) -> bool {
        let tree = &self.library.plans[from.book].tree;
        let same = |(at, page): &(PageAt, Arc<Page>)| {
            let now = &self.library.read(*at).page;
            Arc::ptr_eq(now, page) || now.anchors == page.anchors
        };
        seen.pages.iter().all(same) && seen.pictures.iter().all(|(path, file)| tree.file(path) == file.as_ref())
    }
}

/// Puts one article together and sanitises it.
pub fn compose(job: &ComposeJob, highlighted: &Highlighted) -> SafeHtml {
    let block = |block| {
        let picture = job.drawings.get(block).map(|drawing| &drawing.html);
        picture.or_else(|| highlighted.get(block)).cloned().unwrap_or_default()
    };
    let code: Vec<SafeHtml> = job.content.code.iter().map(block).collect();
    markdown::compose(&job.content, &job.resolved, &code)
}

struct Pictures<'a> {
    plan: &'a BookPlan,
    limits: &'a Limits,
    files: BTreeMap<RelPath, Route>,
    seen: Vec<(RelPath, Option<TreeFile>)>,
}

impl Pictures<'_> {
    /// Width and height of a picture that is published.
    fn size(&mut self, path: &RelPath) -> Option<(u32, u32)> {
        self.seen.push((path.clone(), self.plan.tree.file(path).copied()));
        image_size(&self.plan.tree, path, self.limits)
    }

    /// The address of a picture beside the documentation, or why it has none.
    fn route(&mut self, path: &RelPath) -> Result<Route, &'static str> {
        if let Some(route) = self.files.get(path) {
            return Ok(route.clone());
        }
        self.seen.push((path.clone(), self.plan.tree.file(path).copied()));
        if let Some(withheld) = withheld(&self.plan.tree, path, self.limits) {
            return Err(withheld.reason());
        }
        let route = self.plan.home.child("_repository").below_file(path);
        self.files.insert(path.clone(), route.clone());
        Ok(route)
    }
}

fn resolved(
    library: &Library<'_>,
    locator: &Locator<'_>,
    from: PageAt,
    pictures: &mut Pictures<'_>,
    problems: &mut Vec<Problem>,
) -> (Resolved, Vec<(PageAt, Arc<Page>)>) {
    let here = &library.planned(from).route;
    let validation = &library.plans[from.book].validation;
    let mut seen: BTreeSet<(LinkKind, &str)> = BTreeSet::new();
    let mut resolved = Resolved::default();
    let mut asked = BTreeMap::new();
    for link in library.read(from).page.links.iter().filter(|link| seen.insert((link.kind, &link.destination))) {
        let resolution = resolve(library, locator, from, link.kind, &link.destination);
        if let Resolution::Page { page, .. } = &resolution
            && link.destination.contains('#')
        {
            asked.insert((page.book, page.page), (*page, Arc::clone(&library.read(*page).page)));
        }
        let picture = match &resolution {
            Resolution::File { path, .. } | Resolution::Picture { path, .. } if link.kind == LinkKind::Image => {
                Some(path.clone())
            }
            _ => None,
        };
        let mut say = |rule: &'static Rule, message: String, hint: &dyn Fn() -> Option<String>| {
            let level = if rule.code == ANCHOR_BROKEN.code {
                validation.anchors
            } else {
                validation.of_link(&link.destination).filter(|_| rule.code == LINK_BROKEN.code)
            };
            let Some(problem) = Level::apply(level, rule.problem(link.span, message)) else { return };
            let hint = if problems.len() < MOST_FINDINGS { hint() } else { None };
            problems.push(match hint {
                Some(hint) => problem.hint(hint),
                None => problem,
            });
        };
        if let Some(url) = url(library, from, here, resolution, pictures, &mut say, &link.destination) {
            resolved.insert(link.kind, link.destination.as_str(), url);
            if let Some(size) = picture.and_then(|path| pictures.size(&path)) {
                resolved.sizes.insert(link.destination.clone(), size);
            }
        }
    }
    (resolved, asked.into_values().collect())
}

type Say<'a> = &'a mut dyn FnMut(&'static Rule, String, &dyn Fn() -> Option<String>);

/// The URL to write, if it is not the one as written; and what is to be said.
fn url(
    library: &Library<'_>,
    from: PageAt,
    here: &Route,
    resolution: Resolution,
    pictures: &mut Pictures<'_>,
    say: Say<'_>,
    written: &str,
) -> Option<String> {
    match resolution {
        Resolution::AsWritten => None,
        Resolution::Page { page, suffix, anchor } => {
            let fragment = match anchor {
                None => String::new(),
                Some(Anchor::Known(id)) => format!("#{id}"),
                Some(Anchor::Unknown(id)) => {
                    let hint = || {
                        let ids = library.read(page).page.anchors.iter().map(String::as_str);
                        let short = ids.len() <= MOST_IDS && id.len() <= 200;
                        short.then(|| nearest(&id, ids)).flatten().map(|id| format!("did you mean `#{id}`?"))
                    };
                    let path = &library.planned(page).path;
                    say(&ANCHOR_BROKEN, format!("`{path}` has no heading or element `{}`", shown(&id)), &hint);
                    format!("#{id}")
                }
            };
            if page == from && suffix.is_empty() && !fragment.is_empty() {
                return Some(fragment);
            }
            Some(format!("{}{suffix}{fragment}", library.planned(page).route.url_from(here)))
        }
        Resolution::File { route, suffix, .. } => Some(format!("{}{suffix}", route.url_from(here))),
        Resolution::Picture { path, suffix } => match pictures.route(&path) {
            Ok(route) => Some(format!("{}{suffix}", route.url_from(here))),
            Err(reason) => {
                say(&FILE_WITHHELD, format!("`{path}` is not published: {reason}"), &|| None);
                None
            }
        },
        Resolution::Host(url) => Some(url),
        Resolution::Withheld { path, reason, host } => {
            say(&FILE_WITHHELD, format!("`{path}` is not published: {reason}"), &|| None);
            host
        }
        Resolution::Unseen(path) => {
            let message = format!("`{path}` is not part of the documentation, and its repository is on no known host");
            let hint = || Some("`url` of its source in `site.toml` says where it is".to_owned());
            say(&LINK_BROKEN, message, &hint);
            None
        }
        Resolution::Broken => {
            say(&LINK_BROKEN, format!("`{}` leads nowhere", shown(written)), &|| None);
            None
        }
    }
}

/// A destination for messages: of a very long one the beginning.
fn shown(written: &str) -> String {
    if written.chars().count() <= 200 {
        return written.to_owned();
    }
    written.chars().take(200).chain(['…']).collect()
}

fn report(plan: &BookPlan, path: &RelPath, limits: &Limits, problems: &[Problem]) -> Vec<Diagnostic> {
    if problems.is_empty() {
        return Vec::new();
    }
    let text = plan.tree.read_text(path, (limits.page_bytes, "page_bytes")).unwrap_or_default();
    let file = SourceFile::new(plan.origin.label(), path.as_str(), text);
    let mut findings: Vec<Diagnostic> =
        problems.iter().take(MOST_FINDINGS).map(|problem| file.report(problem)).collect();
    if problems.len() > MOST_FINDINGS {
        let message = format!("`{path}` has {} findings more", problems.len() - MOST_FINDINGS);
        findings.push(LINK_BROKEN.diagnostic(message).at(file.whole()));
    }
    findings
}

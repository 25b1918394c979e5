use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::plain;
use super::plan::{BookPlan, PageAt, PlannedDialect};
use super::rules::PAGE_UNREADABLE;
use crate::base::{Digest, Problem, RelPath, Span};
use crate::markdown::{self, Dialect, Page, Shorthand};
use crate::sources::RepoTree;

/// How often a page may be read again because a snippet names further snippets.
const ROUNDS: usize = 8;

/// One page to be read: its content and every text that it splices in, by identity.
#[derive(Debug, Clone, Serialize)]
pub struct ReadJob {
    /// Identity of the page's content.
    pub identity: Digest,
    /// Its path, for messages.
    pub path: RelPath,
    /// `{{ name }}` values.
    pub variables: BTreeMap<String, String>,
    /// Whether `$…$` is math.
    pub math: bool,
    /// Where `#12` and `@name` lead.
    pub shorthand: Option<Shorthand>,
    /// Deepest nesting of blocks.
    pub depth: u32,
    /// Largest text that is read, in bytes.
    pub page_bytes: u64,
    /// Texts that it names, by the path as written.
    pub snippets: BTreeMap<String, Option<Digest>>,
    /// Texts at its end.
    pub append: Vec<Digest>,
    #[serde(skip)]
    files: BTreeMap<String, RelPath>,
    #[serde(skip)]
    append_files: Vec<RelPath>,
    #[serde(skip)]
    tree: RepoTree,
}

/// A page that was read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadPage {
    /// Identity of the job that made it, and so of all that follows from its content.
    pub identity: Digest,
    /// The page.
    pub page: Arc<Page>,
    /// Texts that it names and that the job did not have.
    pub wanted: Vec<String>,
    /// Texts that it names and that the job looked for, by the path as written.
    pub snippets: Vec<String>,
    /// Why there is nothing in it.
    pub problem: Option<Problem>,
}

impl ReadPage {
    /// What stands for a page whose reading failed.
    pub fn empty(job: &ReadJob) -> Self {
        let problem = PAGE_UNREADABLE.problem(Span::default(), format!("`{}` could not be read", job.path));
        let (wanted, snippets) = Default::default();
        Self { identity: identity(job), page: Arc::default(), wanted, snippets, problem: Some(problem) }
    }

    /// Whether reading a page of a book would give just this.
    pub fn is_still(&self, plan: &BookPlan, path: &RelPath) -> bool {
        let mut job = job(plan, path);
        add_snippets(&mut job, &plan.dialect, &self.snippets);
        self.wanted.is_empty() && identity(&job) == self.identity
    }
}

/// Jobs for pages of books, each as its book and its place in it.
fn read_jobs(plans: &[BookPlan], places: &[PageAt]) -> Vec<ReadJob> {
    let job = |at: &PageAt| job(&plans[at.book], &plans[at.book].pages[at.page].path);
    places.iter().map(job).collect()
}

/// Reads pages with `run`, which maps [`read`] over jobs; pages with snippets are read once more with them.
pub fn read_pages(
    plans: &[BookPlan],
    places: &[PageAt],
    run: impl Fn(Vec<ReadJob>) -> Vec<ReadPage>,
) -> Vec<Arc<ReadPage>> {
    let mut jobs = read_jobs(plans, places);
    let mut pages = run(jobs.clone());
    for _ in 0..ROUNDS {
        let again: Vec<usize> = (0..pages.len()).filter(|at| !pages[*at].wanted.is_empty()).collect();
        if again.is_empty() {
            break;
        }
        for at in &again {
            add_snippets(&mut jobs[*at], &plans[places[*at].book].dialect, &pages[*at].wanted);
        }
        let read = run(again.iter().map(|at| jobs[*at].clone()).collect());
        for (at, page) in again.into_iter().zip(read) {
            pages[at] = page;
        }
    }
    pages.into_iter().map(Arc::new).collect()
}

/// Reads one page.
pub fn read(job: &ReadJob) -> ReadPage {
    let limit = (job.page_bytes, "page_bytes");
    let (text, problem) = match job.tree.read_text(&job.path, limit) {
        Ok(text) if job.path.extension().as_deref() == Some("rst") => (plain::as_markdown(&text), None),
        Ok(text) => (text, None),
        Err(error) => (String::new(), Some(PAGE_UNREADABLE.problem(Span::default(), error.to_string()))),
    };
    let load = |path: &RelPath| job.tree.read_text(path, limit).unwrap_or_default();
    let dialect = Dialect {
        variables: job.variables.clone(),
        snippets: job.files.iter().map(|(written, path)| (written.clone(), load(path))).collect(),
        append: job.append_files.iter().map(load).collect(),
        math: job.math,
        shorthand: job.shorthand.clone(),
        depth: job.depth,
    };
    let texts = std::iter::once(&text).chain(dialect.snippets.values()).chain(&dialect.append);
    let mut wanted: Vec<String> = texts.flat_map(|text| markdown::snippet_paths(text)).collect();
    wanted.retain(|path| !job.snippets.contains_key(path));
    wanted.sort();
    wanted.dedup();
    let (page, snippets) = (Arc::new(markdown::read(&text, &dialect)), job.snippets.keys().cloned().collect());
    ReadPage { identity: identity(job), page, wanted, snippets, problem }
}

fn identity(job: &ReadJob) -> Digest {
    Digest::of("techdocs page", job)
}

fn job(plan: &BookPlan, path: &RelPath) -> ReadJob {
    let dialect = &plan.dialect;
    let identity = |path: &RelPath| plan.tree.file(path).map(|file| file.identity);
    ReadJob {
        identity: identity(path).unwrap_or_else(|| Digest::of_bytes(b"")),
        path: path.clone(),
        variables: dialect.variables.clone(),
        math: dialect.math,
        shorthand: dialect.shorthand.clone(),
        depth: dialect.depth,
        page_bytes: dialect.page_bytes,
        snippets: BTreeMap::new(),
        append: dialect.append.iter().filter_map(identity).collect(),
        files: BTreeMap::new(),
        append_files: dialect.append.clone(),
        tree: plan.tree.clone(),
    }
}

fn add_snippets(job: &mut ReadJob, dialect: &PlannedDialect, wanted: &[String]) {
    for written in wanted {
        let path = dialect
            .snippet_bases
            .iter()
            .filter_map(|base| base.resolve(written).ok())
            .find(|path| job.tree.file(path).is_some());
        let identity = path.as_ref().and_then(|path| job.tree.file(path)).map(|file| file.identity);
        job.snippets.insert(written.clone(), identity);
        if let Some(path) = path {
            job.files.insert(written.clone(), path);
        }
    }
}

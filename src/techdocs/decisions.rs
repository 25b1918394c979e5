use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::book::{Book, BookKind, Decision, DocPage, NavItem};
use super::composed::ComposedPage;
use super::files::{is_index, stem};
use super::locate::Locator;
use super::places::{DECISIONS as ANNOTATION, base_of};
use super::plan::{BookPlan, PlannedDialect, PlannedItem, PlannedPage};
use super::read::ReadPage;
use super::rules::DECISIONS_LOST;
use super::titles::title;
use super::validation::Validation;
use crate::base::{Diagnostic, Limits, RelPath, Route, SafeHtml};
use crate::catalog::{Catalog, Entity};
use crate::markdown::{self, FrontMatter, Section};

/// Plans a book for every place that `backstage.io/adr-location` names: architecture decisions, one page each.
///
/// A decision that is a page of some documentation already is not made again: the list leads there.
pub(super) fn plan_decisions(
    catalog: &Catalog,
    locator: &Locator<'_>,
    limits: &Limits,
    plans: &mut Vec<BookPlan>,
    sink: &mut Vec<Diagnostic>,
) {
    let documented = plans.len();
    let known: HashSet<(usize, RelPath)> =
        plans.iter().flat_map(|plan| plan.pages.iter().map(|page| (plan.snapshot, page.path.clone()))).collect();
    for entity in catalog.entities.values() {
        let Some(written) = entity.annotation(ANNOTATION).map(str::trim) else { continue };
        let found = place(entity, written, locator).map(|(snapshot, directory)| {
            let tree = &locator.snapshots()[snapshot].tree;
            let paths: Vec<RelPath> =
                tree.files_below(&directory).map(|(path, _)| path.clone()).filter(is_decision).collect();
            (snapshot, directory, paths)
        });
        let (snapshot, directory, paths): (usize, RelPath, Vec<RelPath>) = match found {
            Some(found) if !found.2.is_empty() => found,
            _ => {
                let message = format!("`{ANNOTATION}: {written}` leads to no decisions");
                let lost = DECISIONS_LOST.diagnostic(message).at(entity.place.clone());
                sink.push(lost.about(entity.reference.to_string()));
                continue;
            }
        };
        let same = |plan: &&mut BookPlan| plan.snapshot == snapshot && plan.decisions.as_ref() == Some(&paths);
        if let Some(plan) = plans[documented..].iter_mut().find(same) {
            plan.entities.push(entity.reference.clone());
            continue;
        }
        let plan = book_of(entity, (snapshot, &directory, paths), locator, limits, &known);
        plans.push(plan);
    }
}

/// Where the annotation leads: a URL of a harvested repository, or a directory beside the entity.
fn place(entity: &Entity, written: &str, locator: &Locator<'_>) -> Option<(usize, RelPath)> {
    if written.contains("://") {
        return locator.locate(written);
    }
    let (snapshot, base) = base_of(entity, locator)?;
    Some((snapshot, base.resolve(written.strip_prefix("dir:").unwrap_or(written)).ok()?))
}

/// Markdown and reStructuredText, without indexes and templates.
fn is_decision(path: &RelPath) -> bool {
    let name = stem(path).to_lowercase();
    matches!(path.extension().as_deref(), Some("md" | "markdown" | "rst"))
        && !is_index(path)
        && !matches!(name.as_str(), "readme" | "index" | "template")
        && !name.ends_with("-template")
}

fn book_of(
    entity: &Entity,
    (snapshot, directory, paths): (usize, &RelPath, Vec<RelPath>),
    locator: &Locator<'_>,
    limits: &Limits,
    known: &HashSet<(usize, RelPath)>,
) -> BookPlan {
    let source = &locator.snapshots()[snapshot];
    let name = &entity.reference;
    let home = Route::page(["docs", name.namespace(), name.kind(), name.name(), "decisions"]);
    let pages: Vec<PlannedPage> = paths
        .iter()
        .filter(|path| !known.contains(&(snapshot, (*path).clone())))
        .filter_map(|path| Some((path, path.below(directory)?)))
        .map(|(path, uri)| PlannedPage {
            route: home.below(&uri.parent()).child(stem(&uri)),
            uri,
            path: path.clone(),
            nav_title: None,
            in_nav: true,
            edit_url: source.origin.edit_url(path),
        })
        .collect();
    BookPlan {
        title: format!("Decisions of {}", entity.display_name()),
        description: None,
        home,
        snapshot,
        origin: source.origin.clone(),
        tree: source.tree.clone(),
        entities: vec![entity.reference.clone()],
        nav: (0..pages.len()).map(|page| PlannedItem::Page { title: None, page }).collect(),
        pages,
        files: BTreeMap::new(),
        redirects: Vec::new(),
        entrances: BTreeMap::new(),
        validation: Validation::default(),
        dialect: PlannedDialect {
            snippet_bases: vec![RelPath::root()],
            depth: u32::try_from(limits.page_depth).unwrap_or(u32::MAX),
            page_bytes: limits.page_bytes,
            ..PlannedDialect::default()
        },
        decisions: Some(paths),
    }
}

/// The decisions of each book, found in whatever book has their pages; none for documentation.
pub(super) fn decisions(plans: &[BookPlan], pages: &[Vec<Arc<ComposedPage>>]) -> Vec<Option<Vec<Decision>>> {
    let mut by_path: HashMap<(usize, &RelPath), (&PlannedPage, &ReadPage)> = HashMap::new();
    if plans.iter().any(|plan| plan.decisions.is_some()) {
        for (plan, read) in plans.iter().zip(pages) {
            for (planned, leaf) in plan.pages.iter().zip(read) {
                by_path.entry((plan.snapshot, &planned.path)).or_insert((planned, &leaf.read));
            }
        }
    }
    plans
        .iter()
        .map(|plan| {
            let paths = plan.decisions.as_ref()?;
            let found = paths.iter().filter_map(|path| by_path.get(&(plan.snapshot, path)));
            Some(found.map(|(planned, read)| decision(planned, read)).collect())
        })
        .collect()
}

fn decision(planned: &PlannedPage, read: &ReadPage) -> Decision {
    Decision {
        title: title(planned, read),
        route: planned.route.clone(),
        status: status(&read.page).unwrap_or_default(),
        date: read.page.front_matter.date.clone().or_else(|| said(&read.page, "date")).unwrap_or_default(),
    }
}

/// The status by the front matter, by a line `Status: …`, or by the first word below a heading `Status`.
fn status(page: &markdown::Page) -> Option<String> {
    let below = || {
        let section = page.sections.iter().find(|section| section.heading.eq_ignore_ascii_case("status"))?;
        first_word(&section.text)
    };
    page.front_matter.status.clone().or_else(|| said(page, "status")).or_else(below).map(|word| word.to_lowercase())
}

/// What follows `Key:` before the second heading of a page.
fn said(page: &markdown::Page, key: &str) -> Option<String> {
    let texts = page.sections.iter().take(2).map(|section: &Section| section.text.as_str());
    texts.into_iter().find_map(|text| {
        let lower = text.to_ascii_lowercase();
        let at = lower.match_indices(key).find(|(at, _)| {
            let before = lower[..*at].chars().next_back();
            before.is_none_or(|c| !c.is_alphanumeric()) && lower[at + key.len()..].trim_start().starts_with(':')
        })?;
        let rest = text[at.0 + key.len()..].trim_start().strip_prefix(':')?;
        first_word(rest)
    })
}

fn first_word(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?.trim_matches(|c: char| !c.is_alphanumeric());
    (!word.is_empty() && word.chars().count() <= 40).then(|| word.to_owned())
}

/// Puts the list of decisions before a book's pages, which are numbered for it already, as its home page.
pub(super) fn with_list(mut book: Book, decisions: Vec<Decision>) -> Book {
    book.kind = BookKind::Decisions;
    let moved = book.nav.drain(..).map(|item| match item {
        NavItem::Page { title, page } => NavItem::Page { title, page: page + 1 },
        other => other,
    });
    let list = NavItem::Page { title: "All decisions".to_owned(), page: 0 };
    book.nav = std::iter::once(list).chain(moved.collect::<Vec<_>>()).collect();
    book.pages.insert(0, Arc::new(list_page(&book, &decisions)));
    book.decisions = decisions;
    book
}

fn list_page(book: &Book, decisions: &[Decision]) -> DocPage {
    let row = |cells: [SafeHtml; 3], name: &'static str| {
        SafeHtml::joined(cells.into_iter().map(|cell| cell.within(name))).within("tr")
    };
    let head = row(["Decision", "Status", "Date"].map(SafeHtml::text), "th");
    let rows = decisions.iter().map(|decision| {
        let link = SafeHtml::link(&book.home, &decision.route, &decision.title);
        row([link, SafeHtml::text(&decision.status), SafeHtml::text(&decision.date)], "td")
    });
    let table = SafeHtml::joined([head.within("thead"), SafeHtml::joined(rows).within("tbody")]).within("table");
    let text = decisions.iter().map(|decision| decision.title.as_str()).collect::<Vec<_>>().join(" ");
    DocPage {
        route: book.home.clone(),
        path: RelPath::root(),
        title: book.title.clone(),
        article: SafeHtml::joined([SafeHtml::element("h1", &book.title), table]),
        headings: Vec::new(),
        sections: Arc::new(vec![Section { anchor: String::new(), level: 0, heading: String::new(), text }]),
        front_matter: FrontMatter::default(),
        edit_url: None,
        changed: None,
        in_nav: true,
        previous: None,
        next: (!book.pages.is_empty()).then_some(1),
    }
}

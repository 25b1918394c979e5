use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::edit::edit_url;
use super::files::{DocFile, is_index, stem};
use super::include::{Merged, Store};
use super::nav::{self, Elsewhere, Finding};
use super::plan::{BookPlan, PlannedDialect, PlannedFile, PlannedItem, PlannedPage};
use super::publish::withheld;
use super::rules::{LINK_BROKEN, NAV_MISSING, NO_PAGES, PAGES_COLLIDE, SNIPPET_MISSING};
use super::validation::Level;
use crate::base::{Diagnostic, Place, RelPath, Route, Span};
use crate::catalog::EntityRef;

/// What a book is, apart from its content.
pub(super) struct Identity {
    /// Title where the set has none.
    pub title: String,
    /// Its address.
    pub home: Route,
    /// Index of its snapshot.
    pub snapshot: usize,
    /// Entities that show it.
    pub entities: Vec<EntityRef>,
}

/// Plans one book; none if it has no pages.
pub(super) fn plan_book(
    mut merged: Merged,
    identity: Identity,
    store: Store<'_>,
    sink: &mut Vec<Diagnostic>,
) -> Option<BookPlan> {
    let mut problems: Vec<Finding> = std::mem::take(&mut merged.problems);
    let pages = pages(&merged, &identity, store, sink);
    if pages.is_empty() {
        let place = Place::file(store.origin.label(), merged.configs[0].docs_dir.as_str());
        sink.push(
            NO_PAGES.diagnostic(format!("there is no Markdown file in `{}`", merged.configs[0].docs_dir)).at(place),
        );
        return None;
    }
    let files = files(&merged, &identity, store);
    let by_uri: HashMap<&RelPath, usize> = pages.iter().enumerate().map(|(at, page)| (&page.uri, at)).collect();
    let items = std::mem::take(&mut merged.nav);
    let elsewhere = |what: Elsewhere<'_>| elsewhere(what, &files, &identity, &merged, store);
    let nav = nav::planned(items, &|uri| by_uri.get(uri).copied(), &elsewhere, &mut problems);
    let redirects = redirects(&merged, &pages, &by_uri, &nav, &identity, &mut problems);
    let dialect = dialect(&merged, store, &mut problems);
    for (site, problem) in problems {
        let config = &merged.configs[site];
        let level = config.validation.nav.filter(|_| problem.code == NAV_MISSING.code);
        sink.extend(Level::apply(level, problem).map(|problem| config.file.report(&problem)));
    }
    let config = &merged.configs[0];
    Some(BookPlan {
        title: config.site_name.clone().unwrap_or(identity.title),
        description: config.site_description.clone(),
        home: identity.home,
        snapshot: identity.snapshot,
        origin: store.origin.clone(),
        tree: store.tree.clone(),
        entities: identity.entities,
        nav,
        pages,
        files,
        redirects,
        dialect,
        entrances: BTreeMap::new(),
        validation: config.validation,
        decisions: None,
    })
}

fn pages(merged: &Merged, identity: &Identity, store: Store<'_>, sink: &mut Vec<Diagnostic>) -> Vec<PlannedPage> {
    let order = nav::reading_order(&merged.nav);
    let in_nav: BTreeSet<&RelPath> = order.iter().map(|(uri, _)| uri).collect();
    let named = order.iter().filter_map(|(uri, title)| Some((merged.files.get(uri)?, title.clone(), true)));
    let rest = merged.files.iter().filter(|file| file.is_page && !in_nav.contains(&file.uri));
    let indexes = indexes(merged, identity);
    let mut taken: HashMap<Route, RelPath> = HashMap::new();
    let mut pages = Vec::new();
    for (file, nav_title, in_nav) in named.chain(rest.map(|file| (file, None, false))) {
        let mut route = route(&identity.home, &file.uri, merged.configs[0].directory_urls);
        let index = indexes.get(&route).filter(|index| index.uri != file.uri).map(|index| &index.path);
        if let Some(first) = index.or_else(|| taken.get(&route)) {
            let place = Place::file(store.origin.label(), file.path.as_str());
            let message = format!("`{}` and `{first}` have the same address", file.path);
            sink.push(PAGES_COLLIDE.diagnostic(message).at(place));
            if is_index(&file.uri) {
                continue;
            }
            // Better a page at a strange address than no page.
            route = identity.home.below(&file.uri);
        }
        taken.insert(route.clone(), file.path.clone());
        let edit_url = edit_url(&merged.configs[file.site], store.origin, &file.path);
        pages.push(PlannedPage { uri: file.uri.clone(), path: file.path.clone(), route, nav_title, in_nav, edit_url });
    }
    pages
}

/// The index of each directory, which has its address before any other page.
fn indexes<'a>(merged: &'a Merged, identity: &Identity) -> HashMap<Route, &'a DocFile> {
    let mut indexes = HashMap::new();
    for file in merged.files.iter().filter(|file| file.is_page && is_index(&file.uri)) {
        indexes.entry(route(&identity.home, &file.uri, true)).or_insert(file);
    }
    indexes
}

/// `a/index.md` and `a/README.md` are `a/`, `a/b.md` is `a/b/`, or `a/b.html` without directory addresses.
fn route(home: &Route, uri: &RelPath, directories: bool) -> Route {
    let directory = home.below(&uri.parent());
    if is_index(uri) {
        return directory;
    }
    let page = RelPath::new(&format!("{}.html", stem(uri))).ok().filter(|_| !directories);
    page.map_or_else(|| directory.child(stem(uri)), |page| home.below_file(&uri.parent().join(&page)))
}

fn files(merged: &Merged, identity: &Identity, store: Store<'_>) -> BTreeMap<RelPath, PlannedFile> {
    merged
        .files
        .iter()
        .filter(|file| !file.is_page)
        .map(|file| {
            let route = identity.home.below_file(&file.uri);
            let withheld = withheld(store.tree, &file.path, store.limits);
            (file.uri.clone(), PlannedFile { path: file.path.clone(), route, withheld })
        })
        .collect()
}

/// A URL for a nav entry that is no page.
fn elsewhere(
    what: Elsewhere<'_>,
    files: &BTreeMap<RelPath, PlannedFile>,
    identity: &Identity,
    merged: &Merged,
    store: Store<'_>,
) -> Option<String> {
    match what {
        Elsewhere::File(uri) => {
            let file = files.get(uri)?;
            match file.withheld {
                None => Some(file.route.url_from(&identity.home)),
                Some(_) => store.origin.view_url(&file.path),
            }
        }
        Elsewhere::Link(url) => {
            let scheme = url.split(':').next().filter(|scheme| scheme.len() < url.len()).unwrap_or("");
            if matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "mailto") {
                return Some(url.to_owned());
            }
            // A file beside the documentation is seen on the repository's host.
            let path = merged.configs[0].docs_dir.resolve(url.split(['#', '?']).next().unwrap_or("")).ok()?;
            let directory = (!path.is_root() && store.tree.has_directory(&path)).then(|| store.origin.tree_url(&path));
            directory.flatten().or_else(|| store.tree.file(&path).and_then(|_| store.origin.view_url(&path)))
        }
    }
}

fn redirects(
    merged: &Merged,
    pages: &[PlannedPage],
    by_uri: &HashMap<&RelPath, usize>,
    nav: &[PlannedItem],
    identity: &Identity,
    problems: &mut Vec<Finding>,
) -> Vec<(Route, Route)> {
    let taken: BTreeSet<&Route> = pages.iter().map(|page| &page.route).collect();
    let mut out = BTreeMap::new();
    for (from, to, span) in &merged.configs[0].redirects {
        let page = RelPath::root().resolve(to.split('#').next().unwrap_or("")).ok().and_then(|uri| by_uri.get(&uri));
        let old =
            RelPath::root().resolve(from).ok().map(|uri| route(&identity.home, &uri, merged.configs[0].directory_urls));
        match (old, page) {
            (Some(old), Some(page)) if !taken.contains(&old) => {
                out.insert(old, pages[*page].route.clone());
            }
            (Some(_), None) if !to.contains("://") => {
                problems.push((
                    0,
                    LINK_BROKEN.problem(*span, format!("the redirect of `{from}` leads to `{to}`, which is no page")),
                ));
            }
            _ => {}
        }
    }
    if !taken.contains(&identity.home) {
        let first = first_page(nav).unwrap_or(0);
        out.insert(identity.home.clone(), pages[first].route.clone());
    }
    out.into_iter().collect()
}

fn first_page(items: &[PlannedItem]) -> Option<usize> {
    items.iter().find_map(|item| match item {
        PlannedItem::Page { page, .. } => Some(*page),
        PlannedItem::Section { items, .. } => first_page(items),
        PlannedItem::Link { .. } => None,
    })
}

fn dialect(merged: &Merged, store: Store<'_>, problems: &mut Vec<Finding>) -> PlannedDialect {
    let config = &merged.configs[0];
    let mut append = Vec::new();
    for (written, span) in &config.auto_append {
        match find_snippet(&config.snippet_bases, written, store) {
            Some(path) => append.push(path),
            None => problems.push((0, missing_snippet(written, *span))),
        }
    }
    PlannedDialect {
        variables: config.variables.clone(),
        math: config.math,
        shorthand: config.shorthand.clone(),
        snippet_bases: config.snippet_bases.clone(),
        append,
        depth: u32::try_from(store.limits.page_depth).unwrap_or(u32::MAX),
        page_bytes: store.limits.page_bytes,
    }
}

fn find_snippet(bases: &[RelPath], written: &str, store: Store<'_>) -> Option<RelPath> {
    bases.iter().filter_map(|base| base.resolve(written).ok()).find(|path| store.tree.file(path).is_some())
}

fn missing_snippet(written: &str, span: Span) -> crate::base::Problem {
    SNIPPET_MISSING.problem(span, format!("`{written}` is not in the repository"))
}

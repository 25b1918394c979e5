use std::collections::HashMap;

use super::files::DocFiles;
use super::mkdocs::{NavEntry, NavTarget};
use super::plan::PlannedItem;
use super::rules::NAV_MISSING;
use crate::base::{Problem, RelPath, Span};

/// A nav over file names, before pages have their indices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RawItem {
    /// A page, by its name.
    Page { title: Option<String>, uri: RelPath },
    /// A file that is no page, by its name.
    File { title: String, uri: RelPath },
    /// A link as written.
    Link { title: String, url: String, at: At },
    /// A section.
    Section { title: String, items: Vec<RawItem> },
    /// Another documentation set goes here.
    Include { title: Option<String>, pattern: String, many: bool, at: At },
}

/// A place in one of a set's configurations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    /// Which configuration.
    pub site: usize,
    /// Where in it.
    pub span: Span,
}

/// A finding in one of a set's configurations.
pub(super) type Finding = (usize, Problem);

/// Resolves the nav of configuration `site` as written against the files; `prefix` is the alias of an included set.
pub(super) fn written(entries: &[NavEntry], files: &DocFiles, site: usize, prefix: &RelPath) -> Vec<RawItem> {
    entries.iter().map(|entry| item(entry, files, site, prefix)).collect()
}

fn item(entry: &NavEntry, files: &DocFiles, site: usize, prefix: &RelPath) -> RawItem {
    let at = At { site, span: entry.span };
    let title = entry.title.clone().filter(|title| !title.trim().is_empty());
    let path = match &entry.target {
        NavTarget::Items(items) => {
            return RawItem::Section { title: title.unwrap_or_default(), items: written(items, files, site, prefix) };
        }
        NavTarget::Path(path) => path.trim(),
    };
    for (word, many) in [("!include ", false), ("*include ", true)] {
        if let Some(pattern) = path.strip_prefix(word) {
            return RawItem::Include { title, pattern: pattern.trim().to_owned(), many, at };
        }
    }
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let found = [path, &*decoded]
        .into_iter()
        .filter_map(|path| RelPath::root().resolve(path).ok())
        .find_map(|path| files.get(&prefix.join(&path)));
    match found {
        Some(file) if file.is_page => RawItem::Page { title, uri: file.uri.clone() },
        Some(file) => RawItem::File { title: title.unwrap_or_else(|| path.to_owned()), uri: file.uri.clone() },
        None => {
            let url = path.to_owned();
            RawItem::Link { title: title.unwrap_or_else(|| url.clone()), url, at }
        }
    }
}

/// Names of all pages of a nav in reading order, each once, with the first title that the nav gives it.
pub(super) fn reading_order(items: &[RawItem]) -> Vec<(RelPath, Option<String>)> {
    fn walk(items: &[RawItem], seen: &mut HashMap<RelPath, usize>, out: &mut Vec<(RelPath, Option<String>)>) {
        for item in items {
            match item {
                RawItem::Page { title, uri } => match seen.get(uri) {
                    Some(at) => {
                        let known: &mut (RelPath, Option<String>) = &mut out[*at];
                        known.1 = known.1.take().or_else(|| title.clone());
                    }
                    None => {
                        seen.insert(uri.clone(), out.len());
                        out.push((uri.clone(), title.clone()));
                    }
                },
                RawItem::Section { items, .. } => walk(items, seen, out),
                _ => {}
            }
        }
    }
    let mut out = Vec::new();
    walk(items, &mut HashMap::new(), &mut out);
    out
}

/// The nav by page indices. `page` finds a page; `elsewhere` makes a URL of what is no page, or says that there is none.
pub(super) fn planned(
    items: Vec<RawItem>,
    page: &dyn Fn(&RelPath) -> Option<usize>,
    elsewhere: &dyn Fn(Elsewhere<'_>) -> Option<String>,
    problems: &mut Vec<Finding>,
) -> Vec<PlannedItem> {
    items.into_iter().filter_map(|item| planned_item(item, page, elsewhere, problems)).collect()
}

/// What a nav entry names that is no page.
#[derive(Debug, Clone, Copy)]
pub(super) enum Elsewhere<'a> {
    /// A file of the documentation.
    File(&'a RelPath),
    /// A link as written.
    Link(&'a str),
}

fn planned_item(
    item: RawItem,
    page: &dyn Fn(&RelPath) -> Option<usize>,
    elsewhere: &dyn Fn(Elsewhere<'_>) -> Option<String>,
    problems: &mut Vec<Finding>,
) -> Option<PlannedItem> {
    match item {
        RawItem::Page { title, uri } => Some(PlannedItem::Page { title, page: page(&uri)? }),
        RawItem::File { title, uri } => elsewhere(Elsewhere::File(&uri)).map(|url| PlannedItem::Link { title, url }),
        RawItem::Link { title, url, at } => match elsewhere(Elsewhere::Link(&url)) {
            Some(url) => Some(PlannedItem::Link { title, url }),
            None => {
                let message = format!("the nav names `{url}`, which is not in the documentation");
                problems.push((at.site, NAV_MISSING.problem(at.span, message)));
                None
            }
        },
        RawItem::Section { title, items } => {
            let items = planned(items, page, elsewhere, problems);
            (!items.is_empty()).then_some(PlannedItem::Section { title, items })
        }
        RawItem::Include { .. } => None,
    }
}

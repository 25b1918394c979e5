use std::collections::{BTreeMap, BTreeSet, HashSet};

use globset::GlobBuilder;

use super::awesome::{Entry, PagesFile};
use super::files::DocFiles;
use super::nav::{At, RawItem, reading_order};
use super::titles::title_of_directory;
use crate::base::{RelPath, Span};

/// Directories of a documentation set with their pages and directories in MkDocs' order.
pub(super) struct Directories<'a> {
    below: BTreeMap<RelPath, Vec<Child<'a>>>,
    /// `.pages` files by directory; empty without the awesome-pages plugin.
    pub pages_files: BTreeMap<RelPath, PagesFile>,
}

/// What stands in a directory.
#[derive(Debug, Clone)]
pub(super) enum Child<'a> {
    Page(&'a RelPath),
    Directory(RelPath),
}

impl Child<'_> {
    /// Its path among the documentation's names.
    pub fn path(&self) -> &RelPath {
        match self {
            Self::Page(path) => path,
            Self::Directory(path) => path,
        }
    }
}

impl<'a> Directories<'a> {
    /// The directories of configuration `site`; pages of `not_in_nav` are left out.
    pub fn new(files: &'a DocFiles, site: usize, pages_files: BTreeMap<RelPath, PagesFile>) -> Self {
        let mut below: BTreeMap<RelPath, Vec<Child<'a>>> = BTreeMap::new();
        let mut known: HashSet<RelPath> = HashSet::new();
        for file in files.iter().filter(|file| file.site == site && file.is_page && !file.hidden) {
            let mut directory = file.uri.parent();
            below.entry(directory.clone()).or_default().push(Child::Page(&file.uri));
            while !directory.is_root() && known.insert(directory.clone()) {
                let parent = directory.parent();
                below.entry(parent.clone()).or_default().push(Child::Directory(directory));
                directory = parent;
            }
        }
        Self { below, pages_files }
    }

    /// What stands in a directory.
    pub fn children(&self, directory: &RelPath) -> &[Child<'a>] {
        self.below.get(directory).map_or(&[], Vec::as_slice)
    }
}

/// The nav of a directory that has none written: its pages, then its directories as sections.
pub(super) fn items(directories: &Directories<'_>, directory: &RelPath) -> Vec<RawItem> {
    match directories.pages_files.get(directory) {
        Some(file) => arranged(file, directories, directory),
        None => directories.children(directory).iter().filter_map(|child| item(directories, child)).collect(),
    }
}

/// One child as a nav entry; none if `.pages` hides it.
pub(super) fn item(directories: &Directories<'_>, child: &Child<'_>) -> Option<RawItem> {
    let path = match child {
        Child::Page(uri) => return Some(RawItem::Page { title: None, uri: (*uri).clone() }),
        Child::Directory(path) => path,
    };
    let file = directories.pages_files.get(path);
    if file.is_some_and(|file| file.hide) {
        return None;
    }
    let title = file.and_then(|file| file.title.clone()).unwrap_or_else(|| title_of_directory(path.name()));
    let mut items = items(directories, path);
    if file.is_some_and(|file| file.collapse_single) && items.len() == 1 {
        return items.pop();
    }
    (!items.is_empty()).then_some(RawItem::Section { title, items })
}

/// A directory's entries as its `.pages` file says.
fn arranged(file: &PagesFile, directories: &Directories<'_>, directory: &RelPath) -> Vec<RawItem> {
    let mut children: Vec<&Child<'_>> = directories.children(directory).iter().collect();
    if file.sorted {
        children.sort_by(|a, b| compare(a.path().name(), b.path().name(), file.natural));
    }
    if file.descending {
        children.reverse();
    }
    match &file.nav {
        None => children.into_iter().filter_map(|child| item(directories, child)).collect(),
        Some(entries) => {
            let mut named = BTreeSet::new();
            names(entries, directory, &mut named);
            listed(entries, directories, directory, &children, &named)
        }
    }
}

/// A nav of `mkdocs.yml` in which `...` stands for the pages that it does not name.
pub(super) fn fill_in(nav: Vec<RawItem>, directories: &Directories<'_>, root: &RelPath) -> Vec<RawItem> {
    let named: BTreeSet<RelPath> = reading_order(&nav).into_iter().map(|(uri, _)| uri).collect();
    filled(nav, &|| without(items(directories, root), &named))
}

fn filled(items: Vec<RawItem>, rest: &dyn Fn() -> Vec<RawItem>) -> Vec<RawItem> {
    let mut out = Vec::new();
    for item in items {
        match item {
            RawItem::Link { url, .. } if url == "..." || url.starts_with("... |") => out.extend(rest()),
            RawItem::Section { title, items } => out.push(RawItem::Section { title, items: filled(items, rest) }),
            other => out.push(other),
        }
    }
    out
}

fn without(items: Vec<RawItem>, named: &BTreeSet<RelPath>) -> Vec<RawItem> {
    let keep = |item: RawItem| match item {
        RawItem::Page { uri, .. } if named.contains(&uri) => None,
        RawItem::Section { title, items } => {
            let items = without(items, named);
            (!items.is_empty()).then_some(RawItem::Section { title, items })
        }
        other => Some(other),
    };
    items.into_iter().filter_map(keep).collect()
}

fn listed(
    entries: &[Entry],
    directories: &Directories<'_>,
    directory: &RelPath,
    children: &[&Child<'_>],
    named: &BTreeSet<RelPath>,
) -> Vec<RawItem> {
    let mut out = Vec::new();
    for entry in entries {
        match entry {
            Entry::Rest(pattern) => {
                let rest = children.iter().filter(|child| !named.contains(child.path()));
                let rest = rest.filter(|child| pattern.as_deref().is_none_or(|pattern| matches(pattern, child.path())));
                out.extend(rest.filter_map(|child| item(directories, child)));
            }
            Entry::Section { title, entries } => {
                let items = listed(entries, directories, directory, children, named);
                out.push(RawItem::Section { title: title.clone(), items });
            }
            Entry::Item { title, name } => out.extend(one(title.as_deref(), name, directories, directory)),
        }
    }
    out
}

fn one(title: Option<&str>, name: &str, directories: &Directories<'_>, directory: &RelPath) -> Option<RawItem> {
    if name.contains("://") || name.starts_with("mailto:") {
        let title = title.unwrap_or(name).to_owned();
        let at = At { site: 0, span: Span::default() };
        return Some(RawItem::Link { title, url: name.to_owned(), at });
    }
    let path = directory.resolve(name).ok()?;
    let child = directories.children(&path.parent()).iter().find(|child| *child.path() == path)?;
    let item = item(directories, child)?;
    Some(match (item, title) {
        (RawItem::Page { uri, .. }, Some(title)) => RawItem::Page { title: Some(title.to_owned()), uri },
        (RawItem::Section { items, .. }, Some(title)) => RawItem::Section { title: title.to_owned(), items },
        (item, _) => item,
    })
}

fn names(entries: &[Entry], directory: &RelPath, out: &mut BTreeSet<RelPath>) {
    for entry in entries {
        match entry {
            Entry::Item { name, .. } => out.extend(directory.resolve(name).ok()),
            Entry::Section { entries, .. } => names(entries, directory, out),
            Entry::Rest(_) => {}
        }
    }
}

/// `... | glob`; other filters of the plugin (`regex=`, `flat`) match everything.
fn matches(pattern: &str, path: &RelPath) -> bool {
    let pattern = pattern.trim().trim_start_matches("flat").trim_start_matches('|').trim();
    let pattern = pattern.strip_prefix("glob=").unwrap_or(pattern);
    if pattern.is_empty() || pattern.starts_with("regex=") {
        return true;
    }
    GlobBuilder::new(pattern).build().is_ok_and(|glob| glob.compile_matcher().is_match(path.name()))
}

/// By name; `natural` compares runs of digits as numbers.
fn compare(a: &str, b: &str, natural: bool) -> std::cmp::Ordering {
    if !natural {
        return a.cmp(b);
    }
    let key = |text: &str| {
        let mut parts: Vec<(String, u64)> = vec![(String::new(), 0)];
        for character in text.to_lowercase().chars() {
            let last = parts.last_mut().expect("there is always one");
            match character.to_digit(10) {
                Some(digit) => last.1 = last.1.saturating_mul(10).saturating_add(u64::from(digit)),
                None if last.1 == 0 => last.0.push(character),
                None => parts.push((character.to_string(), 0)),
            }
        }
        parts
    };
    key(a).cmp(&key(b)).then_with(|| a.cmp(b))
}

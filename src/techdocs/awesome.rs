use std::collections::{BTreeMap, BTreeSet};

use globset::GlobBuilder;

use super::automatic::{self, Child, Directories};
use super::mkdocs::Mkdocs;
use super::nav::{At, RawItem, reading_order};
use super::rules::CONFIG_UNREADABLE;
use super::yaml::{self, Node, Value};
use crate::base::{Diagnostic, Limits, RelPath, SourceFile, Span};
use crate::sources::{Origin, RepoTree};

/// A `.pages` file of the awesome-pages plugin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PagesFile {
    /// `title` of its directory.
    pub title: Option<String>,
    /// `nav`, or `arrange` with the rest at its end.
    nav: Option<Vec<Entry>>,
    /// `order: desc`.
    descending: bool,
    /// `order` or `sort_type` is written.
    sorted: bool,
    /// `sort_type: natural`.
    natural: bool,
    /// `hide: true`: not in the nav.
    pub hide: bool,
    /// `collapse: true` or `collapse_single_pages: true`: a section of one entry is that entry.
    pub collapse_single: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    /// Whatever is not named.
    Rest(Option<String>),
    /// A file, a directory or a URL.
    Item { title: Option<String>, name: String },
    /// Entries below a title.
    Section { title: String, entries: Vec<Entry> },
}

/// Reads the `.pages` files of a documentation set, by the names that its directories have.
pub(super) fn read(
    tree: &RepoTree,
    origin: &Origin,
    config: &Mkdocs,
    prefix: &RelPath,
    limits: &Limits,
    sink: &mut Vec<Diagnostic>,
) -> BTreeMap<RelPath, PagesFile> {
    let mut out = BTreeMap::new();
    if !config.awesome_pages {
        return out;
    }
    for (path, _) in tree.files_below(&config.docs_dir).filter(|(path, _)| path.name() == ".pages") {
        let Some(below) = path.below(&config.docs_dir) else { continue };
        let text = tree.read_text(path, (limits.entity_file_bytes, "entity_file_bytes"));
        let file = SourceFile::new(origin.label(), path.as_str(), text.as_deref().unwrap_or_default());
        let parsed = text
            .map_err(|error| CONFIG_UNREADABLE.problem(Span::default(), error.to_string()))
            .and_then(|text| yaml::parse(&text, limits));
        match parsed {
            Ok(Some(root)) => {
                out.insert(prefix.join(&below.parent()), pages_file(&root));
            }
            Ok(None) => {}
            Err(problem) => sink.push(file.report(&problem)),
        }
    }
    out
}

/// A directory's entries as its `.pages` file says.
pub(super) fn arranged(file: &PagesFile, directories: &Directories<'_>, directory: &RelPath) -> Vec<RawItem> {
    let mut children: Vec<&Child<'_>> = directories.children(directory).iter().collect();
    if file.sorted {
        children.sort_by(|a, b| compare(a.path().name(), b.path().name(), file.natural));
    }
    if file.descending {
        children.reverse();
    }
    match &file.nav {
        None => children.into_iter().filter_map(|child| automatic::item(directories, child)).collect(),
        Some(entries) => {
            let mut named = BTreeSet::new();
            names(entries, directory, &mut named);
            listed(entries, directories, directory, &children, &named)
        }
    }
}

/// A nav of `mkdocs.yml` in which `...` stands for the pages that it does not name.
pub(super) fn fill_in(items: Vec<RawItem>, directories: &Directories<'_>, root: &RelPath) -> Vec<RawItem> {
    let named: BTreeSet<RelPath> = reading_order(&items).into_iter().map(|(uri, _)| uri).collect();
    fn is_rest(item: &RawItem) -> bool {
        matches!(item, RawItem::Link { url, .. } if url == "..." || url.starts_with("... |"))
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
    let mut out = Vec::new();
    for item in items {
        match item {
            item if is_rest(&item) => out.extend(without(automatic::items(directories, root), &named)),
            RawItem::Section { title, items } => {
                out.push(RawItem::Section { title, items: fill_in(items, directories, root) });
            }
            other => out.push(other),
        }
    }
    out
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
                out.extend(rest.filter_map(|child| automatic::item(directories, child)));
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
    let item = automatic::item(directories, child)?;
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

fn pages_file(root: &Node) -> PagesFile {
    let flag = |key: &str| root.get(key).and_then(Node::boolean) == Some(true);
    let text = |key: &str| root.get(key).and_then(Node::text);
    let arrange = root.get("arrange").map(|node| {
        let mut entries = entries(node);
        if !entries.iter().any(|entry| matches!(entry, Entry::Rest(_))) {
            entries.push(Entry::Rest(None));
        }
        entries
    });
    PagesFile {
        title: text("title").map(str::to_owned),
        nav: root.get("nav").map(entries).or(arrange),
        descending: text("order") == Some("desc"),
        sorted: text("order").is_some() || text("sort_type").is_some(),
        natural: text("sort_type") == Some("natural"),
        hide: flag("hide"),
        collapse_single: flag("collapse") || flag("collapse_single_pages"),
    }
}

fn entries(node: &Node) -> Vec<Entry> {
    let item = |title: Option<&str>, name: &str| match name.strip_prefix("...") {
        Some(rest) => Entry::Rest(rest.trim().strip_prefix('|').map(|pattern| pattern.trim().to_owned())),
        None => Entry::Item { title: title.map(str::to_owned), name: name.trim_end_matches('/').to_owned() },
    };
    let mut out = Vec::new();
    for node in node.items() {
        if let Some(name) = node.text() {
            out.push(item(None, name));
        }
        for (key, value) in node.entries() {
            let Some(title) = key.text() else { continue };
            match &value.value {
                Value::Scalar { .. } => out.extend(value.text().map(|name| item(Some(title), name))),
                _ => out.push(Entry::Section { title: title.to_owned(), entries: entries(value) }),
            }
        }
    }
    out
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

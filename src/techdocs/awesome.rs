use std::collections::BTreeMap;

use super::mkdocs::Mkdocs;
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
    pub nav: Option<Vec<Entry>>,
    /// `order: desc`.
    pub descending: bool,
    /// `order` or `sort_type` is written.
    pub sorted: bool,
    /// `sort_type: natural`.
    pub natural: bool,
    /// `hide: true`: not in the nav.
    pub hide: bool,
    /// `collapse: true` or `collapse_single_pages: true`: a section of one entry is that entry.
    pub collapse_single: bool,
}

/// An entry of a `.pages` nav.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
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

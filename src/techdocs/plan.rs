use std::collections::BTreeMap;

use super::publish::Withheld;
use super::validation::Validation;
use crate::base::{RelPath, Route};
use crate::catalog::EntityRef;
use crate::markdown::Shorthand;
use crate::sources::{Origin, RepoTree};

/// A book before its pages are read: which files, where they go, and the nav.
#[derive(Debug, Clone)]
pub struct BookPlan {
    /// `site_name`, else the first entity's display name, else the repository's name.
    pub title: String,
    /// `site_description`.
    pub description: Option<String>,
    /// Its home page; every page and file lies below it.
    pub home: Route,
    /// Index of its snapshot in the harvest.
    pub snapshot: usize,
    /// Where the snapshot comes from.
    pub origin: Origin,
    /// The snapshot's files.
    pub tree: RepoTree,
    /// Entities that show it, in catalog order; the first gives it its address.
    pub entities: Vec<EntityRef>,
    /// The nav, by indices into `pages`.
    pub nav: Vec<PlannedItem>,
    /// All pages: first those of the nav in reading order, then the rest.
    pub pages: Vec<PlannedPage>,
    /// Other files below `docs_dir`, by name.
    pub files: BTreeMap<RelPath, PlannedFile>,
    /// Old addresses and where they lead.
    pub redirects: Vec<(Route, Route)>,
    /// What the set asks of the dialect.
    pub dialect: PlannedDialect,
    /// Pages that entities open at instead of its home (`techdocs-entity-path`).
    pub entrances: BTreeMap<EntityRef, Route>,
    /// What its author asks to be told about links.
    pub validation: Validation,
    /// Of a book of architecture decisions: the files of all of them, also of those that other books show.
    pub decisions: Option<Vec<RelPath>>,
}

impl BookPlan {
    /// The places of the pages of books, book after book.
    pub fn places(plans: &[Self]) -> Vec<PageAt> {
        let of = |(book, plan): (usize, &Self)| (0..plan.pages.len()).map(move |page| PageAt { book, page });
        plans.iter().enumerate().flat_map(of).collect()
    }
}

/// A page, by its book and its place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageAt {
    /// Index of the book.
    pub book: usize,
    /// Index into its pages.
    pub page: usize,
}

/// A page before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPage {
    /// The name that nav and links know it by.
    pub uri: RelPath,
    /// Its file in the snapshot.
    pub path: RelPath,
    /// Its address.
    pub route: Route,
    /// The nav's title for it.
    pub nav_title: Option<String>,
    /// Whether the nav leads to it.
    pub in_nav: bool,
    /// Where people edit it.
    pub edit_url: Option<String>,
}

/// A file that may be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFile {
    /// Its file in the snapshot.
    pub path: RelPath,
    /// Its address.
    pub route: Route,
    /// Why it is not published, if so.
    pub withheld: Option<Withheld>,
}

/// An entry of the nav before titles are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlannedItem {
    /// A page.
    Page {
        /// Title, if the nav gives one.
        title: Option<String>,
        /// Which page.
        page: usize,
    },
    /// A link to elsewhere.
    Link {
        /// Text to show.
        title: String,
        /// An absolute URL, or one relative to the book's home.
        url: String,
    },
    /// A section.
    Section {
        /// Text to show.
        title: String,
        /// Its entries.
        items: Vec<PlannedItem>,
    },
}

/// What a set asks of the dialect, with files by path.
#[derive(Debug, Clone, Default)]
pub struct PlannedDialect {
    /// `{{ name }}` values.
    pub variables: BTreeMap<String, String>,
    /// `$…$` is math.
    pub math: bool,
    /// Where `#12` and `@name` lead.
    pub shorthand: Option<Shorthand>,
    /// Directories in which snippets are looked for, in order.
    pub snippet_bases: Vec<RelPath>,
    /// Files that stand at the end of every page.
    pub append: Vec<RelPath>,
    /// `limits.page_depth`.
    pub depth: u32,
    /// `limits.page_bytes`.
    pub page_bytes: u64,
}

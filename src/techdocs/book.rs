use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::base::{RelPath, Route, SafeHtml};
use crate::catalog::EntityRef;
use crate::markdown::{FrontMatter, Heading, Section};
use crate::sources::LastChange;

/// What a book is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookKind {
    /// A documentation set.
    Documentation,
    /// Architecture decisions; its home page lists them with status and date.
    Decisions,
}

/// One documentation set.
#[derive(Debug, Clone)]
pub struct Book {
    /// What it is about.
    pub kind: BookKind,
    /// `site_name`, else the first entity's display name.
    pub title: String,
    /// `site_description`.
    pub description: Option<String>,
    /// Its home page; every page and file lies below it.
    pub home: Route,
    /// Index of its snapshot in the harvest.
    pub snapshot: usize,
    /// Entities that show it, in catalog order; the first gives it its address.
    pub entities: Vec<EntityRef>,
    /// The nav as its author wrote it, or made from the files.
    pub nav: Vec<NavItem>,
    /// All pages: first those of the nav in reading order, then the rest by path.
    pub pages: Vec<Arc<DocPage>>,
    /// Images and other files to publish beside the pages.
    pub files: Vec<BookFile>,
    /// Old addresses and where they lead.
    pub redirects: Vec<(Route, Route)>,
    /// Pages that entities open at instead of its home.
    pub entrances: BTreeMap<EntityRef, Route>,
    /// Of a book of decisions: all of them, also those whose pages stand in another book.
    pub decisions: Vec<Decision>,
}

/// An architecture decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Title of its page.
    pub title: String,
    /// Its page.
    pub route: Route,
    /// Its status in lower case; may be empty.
    pub status: String,
    /// Its date as written; may be empty.
    pub date: String,
}

/// A page of a book.
#[derive(Debug, Clone)]
pub struct DocPage {
    /// Its address.
    pub route: Route,
    /// Its source in the snapshot; the root for a list that is made here.
    pub path: RelPath,
    /// Nav title, else `title:`, else the first heading, else made from the file name.
    pub title: String,
    /// The article, links resolved, sanitised. Has an `h1`.
    pub article: SafeHtml,
    /// Headings, for the table of contents.
    pub headings: Vec<Heading>,
    /// Text by heading, for search.
    pub sections: Arc<Vec<Section>>,
    /// Metadata.
    pub front_matter: FrontMatter,
    /// Where people edit it.
    pub edit_url: Option<String>,
    /// When it was last changed and by whom; `None` where the history is not at hand.
    pub changed: Option<LastChange>,
    /// Whether the nav leads to it.
    pub in_nav: bool,
    /// Page before it in reading order, as an index into [`Book::pages`].
    pub previous: Option<usize>,
    /// Page after it.
    pub next: Option<usize>,
}

/// An entry of the nav.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NavItem {
    /// A page, as an index into [`Book::pages`].
    Page {
        /// Text to show.
        title: String,
        /// Which page.
        page: usize,
    },
    /// A link to elsewhere.
    Link {
        /// Text to show.
        title: String,
        /// An absolute URL (http, https or mailto), or one relative to [`Book::home`].
        url: String,
    },
    /// A section with entries.
    Section {
        /// Text to show.
        title: String,
        /// Its entries.
        items: Vec<NavItem>,
    },
}

impl NavItem {
    /// The first page among entries and what is below them, as an index into [`Book::pages`].
    pub fn first_page(items: &[Self]) -> Option<usize> {
        items.iter().find_map(|item| match item {
            Self::Page { page, .. } => Some(*page),
            Self::Link { .. } => None,
            Self::Section { items, .. } => Self::first_page(items),
        })
    }
}

/// A file that is published as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookFile {
    /// Its address.
    pub route: Route,
    /// Where it stands in the snapshot.
    pub path: RelPath,
}

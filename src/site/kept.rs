use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use super::again::{Around, MadePage};
use super::custom_page::Front;
use super::input::Input;
use super::model::{Page, SiteFile};
use crate::apis::ApiRead;
use crate::base::{Diagnostic, Digest, Route, SafeHtml};
use crate::catalog::{Catalog, EntityRef};
use crate::markdown::CodeBlock;
use crate::plugins::Enrichment;
use crate::sources::{Origin, RepoTree};
use crate::techdocs::{Book, BookKind, Decision, Ways};

/// What a process keeps of the pages that it made last: what is taken from it was made from equal inputs.
#[derive(Debug, Default)]
pub struct KeptPages {
    /// Pages of the catalog.
    pub(super) catalog: Option<(CatalogKey, Arc<CatalogPages>)>,
    /// Pages of documentation, by the home of their book.
    pub(super) books: HashMap<Route, BookPages>,
    /// All pages, if each has an address of its own.
    pub(super) apart: Vec<Arc<Page>>,
}

/// Everything that pages of the catalog show, in the order in which a site has it.
#[derive(Debug, Default)]
pub(super) struct CatalogPages {
    /// What pages about entities were made from, and those pages by their address.
    pub around: Option<Around>,
    pub made: HashMap<Route, MadePage>,
    /// Lists, entities, APIs, pages of plugins, and of what is missing.
    pub entities: Vec<Arc<Page>>,
    /// Teams, decisions.
    pub overviews: Vec<Arc<Page>>,
    /// The graph.
    pub graphs: Vec<Arc<Page>>,
    /// The portal's own pages.
    pub own: Vec<Arc<Page>>,
    /// What they give the home page.
    pub front: Option<Front>,
    /// The catalog as files.
    pub files: Vec<Arc<SiteFile>>,
    /// What is to be said about the portal's own pages.
    pub findings: Vec<Diagnostic>,
}

/// Pages of one book, with what they were made from.
#[derive(Debug, Clone)]
pub(super) struct BookPages {
    pub book: Arc<Book>,
    /// The book's repository.
    pub tree: Option<RepoTree>,
    /// Identity of what its pages show of the rest of the portal.
    pub around: Digest,
    pub ways: Arc<Ways>,
    pub pages: Vec<Arc<Page>>,
    pub redirects: Vec<Arc<Page>>,
    pub files: Vec<Arc<SiteFile>>,
    /// Its part of `llms.txt`.
    pub listed: Arc<str>,
}

/// What the pages of the catalog are made from: parts that are compared by their address in memory, and the identity of all
/// others.
#[derive(Debug)]
pub(super) struct CatalogKey {
    catalog: Arc<Catalog>,
    enrichment: Arc<Enrichment>,
    apis: Arc<std::collections::BTreeMap<EntityRef, ApiRead>>,
    code: Arc<HashMap<CodeBlock, SafeHtml>>,
    own: Option<Arc<Book>>,
    /// Identity of the settings and of what is said of the repositories.
    pub told: Digest,
    rest: Digest,
}

/// What pages of the catalog show of a book: whatever they read of a [`Book`] has to stand here.
#[derive(Serialize)]
struct Face<'a> {
    decisions_only: bool,
    title: &'a str,
    home: &'a Route,
    snapshot: usize,
    pages: usize,
    entities: &'a [EntityRef],
    entrances: Vec<(&'a EntityRef, &'a Route)>,
    decisions: &'a [Decision],
}

impl CatalogKey {
    pub(super) fn of(input: &Input<'_>) -> Self {
        let faces: Vec<Face<'_>> = input.books.iter().map(|book| face(book)).collect();
        let repositories: Vec<(&Origin, &Option<String>)> =
            input.snapshots.iter().map(|snapshot| (&snapshot.origin, &snapshot.stale)).collect();
        let about: Vec<&Diagnostic> = input.diagnostics.iter().filter(|found| found.subject.is_some()).collect();
        // The derived debug form names every field, so that a new setting can never be forgotten here.
        let told = format!("{:?}", input.settings);
        Self {
            catalog: Arc::clone(input.catalog),
            enrichment: Arc::clone(input.enrichment),
            apis: Arc::clone(input.apis),
            code: Arc::clone(input.code),
            own: input.pages.cloned(),
            told: Digest::of("told", &(told, repositories)),
            rest: Digest::of("around the catalog", &(faces, about)),
        }
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        let own = match (&self.own, &other.own) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        };
        own && (self.told, self.rest) == (other.told, other.rest)
            && Arc::ptr_eq(&self.catalog, &other.catalog)
            && Arc::ptr_eq(&self.enrichment, &other.enrichment)
            && Arc::ptr_eq(&self.apis, &other.apis)
            && Arc::ptr_eq(&self.code, &other.code)
    }
}

fn face(book: &Book) -> Face<'_> {
    Face {
        decisions_only: book.kind == BookKind::Decisions,
        title: &book.title,
        home: &book.home,
        snapshot: book.snapshot,
        pages: book.pages.len(),
        entities: &book.entities,
        entrances: book.entrances.iter().collect(),
        decisions: &book.decisions,
    }
}

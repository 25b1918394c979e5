use std::collections::HashSet;
use std::sync::Arc;

use foldhash::fast::RandomState;
use serde::Serialize;

use super::rules::SAME_ADDRESS;
use crate::base::{Diagnostic, Digest, RelPath, Route};
use crate::theme::Seen;

/// The whole portal, not yet rendered.
#[derive(Debug, Clone)]
pub struct Site {
    /// What every template sees as `site`: title, navigation, kinds, footer. Part of every page's identity, so it holds
    /// nothing that changes with a single entity or with the time of the build.
    pub globals: Seen,
    /// Identity of `globals`.
    pub globals_identity: Digest,
    /// All pages, each address once.
    pub pages: Vec<Arc<Page>>,
    /// Files that are published as they are.
    pub files: Vec<Arc<SiteFile>>,
}

/// A page: a template and all that it can show.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its address.
    pub route: Route,
    /// Name of the template, such as `entity.html`.
    pub template: &'static str,
    /// What the template sees as `page`; complete, since templates cannot look anything up.
    pub model: Seen,
    /// Identity of template and model.
    pub identity: Digest,
}

impl Page {
    /// A page.
    pub(super) fn new<M: Serialize>(route: Route, template: &'static str, model: &M) -> Self {
        let identity = Digest::of("model", &(template, model));
        Self { route, template, model: Seen::new(model), identity }
    }
}

/// A file of the site that is not rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFile {
    /// Its address.
    pub route: Route,
    /// Identity of its content: equal identities, equal bytes. None if it cannot be read.
    pub identity: Option<Digest>,
    /// Where its bytes are.
    pub content: FileContent,
}

/// Where the bytes of a file are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileContent {
    /// Made here.
    Made(Vec<u8>),
    /// In a file of a snapshot, read when it is written.
    Harvested {
        /// Index of the snapshot.
        snapshot: usize,
        /// Where it stands.
        path: RelPath,
    },
}

impl SiteFile {
    /// A file with bytes that were made here.
    pub(super) fn made(route: Route, bytes: Vec<u8>) -> Self {
        Self { route, identity: Some(Digest::of_bytes(&bytes)), content: FileContent::Made(bytes) }
    }
}

/// Keeps the first page of each address, in order; the others are findings. Pages that are known to stand `apart` are not compared
/// again.
pub(super) fn each_address_once(pages: Vec<Arc<Page>>, apart: &[Arc<Page>]) -> (Vec<Arc<Page>>, Vec<Diagnostic>) {
    let same = |(page, known): (&Arc<Page>, &Arc<Page>)| Arc::ptr_eq(page, known) || page.route == known.route;
    if pages.len() == apart.len() && pages.iter().zip(apart).all(same) {
        return (pages, Vec::new());
    }
    let mut taken = HashSet::with_capacity_and_hasher(pages.len(), RandomState::default());
    let mut diagnostics = Vec::new();
    let first: Vec<bool> = pages
        .iter()
        .map(|page| {
            let free = taken.insert(&page.route);
            if !free {
                diagnostics.push(SAME_ADDRESS.diagnostic(format!("two pages want the address `{}`", page.route)));
            }
            free
        })
        .collect();
    if diagnostics.is_empty() {
        return (pages, diagnostics);
    }
    let kept = pages.into_iter().zip(first).filter_map(|(page, first)| first.then_some(page));
    (kept.collect(), diagnostics)
}

/// Keeps the first file of each address, in order.
pub(super) fn each_file_once(files: Vec<Arc<SiteFile>>) -> Vec<Arc<SiteFile>> {
    let mut taken = HashSet::with_capacity_and_hasher(files.len(), RandomState::default());
    let first: Vec<bool> = files.iter().map(|file| taken.insert(&file.route)).collect();
    files.into_iter().zip(first).filter_map(|(file, first)| first.then_some(file)).collect()
}

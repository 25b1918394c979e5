use std::collections::BTreeSet;

use serde_json::Value;

use super::rules::SAME_ADDRESS;
use crate::base::{Diagnostic, RelPath, Route};
use crate::search::SearchPage;

/// The whole portal, not yet rendered.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// What every template sees as `site`: title, navigation, kinds, footer. Part of every page's identity, so it holds
    /// nothing that changes with a single entity or with the time of the build.
    pub globals: Value,
    /// All pages, each address once.
    pub pages: Vec<Page>,
    /// Files that are published as they are.
    pub files: Vec<SiteFile>,
    /// What search finds.
    pub search: Vec<SearchPage>,
}

/// A page: a template and all that it can show.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its address.
    pub route: Route,
    /// Name of the template, such as `entity.html`.
    pub template: &'static str,
    /// What the template sees as `page`; complete, since templates cannot look anything up.
    pub model: Value,
}

/// A file of the site that is not rendered.
#[derive(Debug, Clone)]
pub enum SiteFile {
    /// Bytes made here.
    Made {
        /// Its address.
        route: Route,
        /// Its content.
        bytes: Vec<u8>,
    },
    /// A file of a snapshot, read when it is written.
    Harvested {
        /// Its address.
        route: Route,
        /// Index of the snapshot.
        snapshot: usize,
        /// Where it stands.
        path: RelPath,
    },
}

/// Keeps the first page of each address, in order; the others are findings.
pub(super) fn each_address_once(pages: Vec<Page>) -> (Vec<Page>, Vec<Diagnostic>) {
    let mut taken = BTreeSet::new();
    let mut diagnostics = Vec::new();
    let kept = pages
        .into_iter()
        .filter(|page| {
            let free = taken.insert(page.route.clone());
            if !free {
                diagnostics.push(SAME_ADDRESS.diagnostic(format!("two pages want the address `{}`", page.route)));
            }
            free
        })
        .collect();
    (kept, diagnostics)
}

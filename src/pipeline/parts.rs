use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::Value;

use super::built::Counts;
use crate::apis::ApiRead;
use crate::base::{Diagnostic, RelPath, SafeHtml};
use crate::catalog::{Catalog, EntityRef};
use crate::config::Settings;
use crate::markdown::CodeBlock;
use crate::plugins::{Enrichment, Receipt};
use crate::site::{Input, Site};
use crate::sources::{LastChange, Snapshot};
use crate::techdocs::Book;

/// What a site is assembled from.
pub(super) struct Parts {
    pub settings: Settings,
    pub snapshots: Vec<Snapshot>,
    pub catalog: Arc<Catalog>,
    pub books: Vec<Arc<Book>>,
    pub pages: Option<Arc<Book>>,
    pub patterns: Option<Value>,
    pub apis: Arc<BTreeMap<EntityRef, ApiRead>>,
    pub enrichment: Arc<Enrichment>,
    pub code: Arc<HashMap<CodeBlock, SafeHtml>>,
    /// The last change of each file that describes entities, by snapshot.
    pub changes: BTreeMap<usize, Arc<BTreeMap<RelPath, LastChange>>>,
    /// What was found so far.
    pub diagnostics: Vec<Diagnostic>,
    /// What endpoints answered.
    pub receipts: Vec<Receipt>,
}

impl Parts {
    pub fn input(&self) -> Input<'_> {
        Input {
            settings: &self.settings,
            snapshots: &self.snapshots,
            catalog: &self.catalog,
            books: &self.books,
            pages: self.pages.as_ref(),
            patterns: self.patterns.as_ref(),
            apis: &self.apis,
            enrichment: &self.enrichment,
            code: &self.code,
            changes: &self.changes,
            diagnostics: &self.diagnostics,
        }
    }

    pub fn counts(&self, site: &Site) -> Counts {
        Counts {
            repositories: self.snapshots.len(),
            stale: self.snapshots.iter().filter(|snapshot| snapshot.stale.is_some()).count(),
            entities: self.catalog.entities.len(),
            books: self.books.len(),
            docs_pages: self.books.iter().map(|book| book.pages.len()).sum(),
            pages: site.pages.len(),
        }
    }
}

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::Value;

use crate::apis::ApiRead;
use crate::base::{Diagnostic, RelPath, SafeHtml};
use crate::catalog::{Catalog, EntityRef};
use crate::config::Settings;
use crate::markdown::CodeBlock;
use crate::plugins::Enrichment;
use crate::sources::{LastChange, Snapshot};
use crate::techdocs::Book;

/// Everything that pages are made of; all by reference.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// What the build was told.
    pub settings: &'a Settings,
    /// The repositories, in the order that entities and books count them in.
    pub snapshots: &'a [Snapshot],
    /// Entities and relations.
    pub catalog: &'a Arc<Catalog>,
    /// Documentation.
    pub books: &'a [Arc<Book>],
    /// The portal's own pages.
    pub pages: Option<&'a Arc<Book>>,
    /// The theme's components with examples, if they have a page.
    pub patterns: Option<&'a Value>,
    /// Definitions of APIs, read.
    pub apis: &'a Arc<BTreeMap<EntityRef, ApiRead>>,
    /// What plugins add.
    pub enrichment: &'a Arc<Enrichment>,
    /// Highlighted code, for the blocks of [`super::code_blocks`]; what is not in it is shown plain.
    pub code: &'a Arc<HashMap<CodeBlock, SafeHtml>>,
    /// The last change of each file that describes entities, by snapshot; a snapshot without history is not in it.
    pub changes: &'a BTreeMap<usize, Arc<BTreeMap<RelPath, LastChange>>>,
    /// What the stages before found, for the health report and the banners of entities.
    pub diagnostics: &'a [Diagnostic],
}

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use super::Input;
use super::addresses::Addresses;
use crate::apis::Api;
use crate::base::{Diagnostic, RelPath, SafeHtml};
use crate::catalog::{Entity, EntityRef};
use crate::config::Settings;
use crate::markdown::CodeBlock;
use crate::plugins::Enrichment;
use crate::sources::{LastChange, Origin, Snapshot};
use crate::techdocs::{Book, Ways};

/// The input with what pages look up in it, made once; and what was looked at through this one, if it is traced.
pub(super) struct World<'a> {
    all: Arc<Everything<'a>>,
    looked: Option<Mutex<HashSet<EntityRef>>>,
}

/// The input with what pages look up in it.
pub(super) struct Everything<'a> {
    pub settings: &'a Settings,
    pub snapshots: &'a [Snapshot],
    /// All entities. A page that shows some asks [`World::entity`] for each.
    pub catalog: &'a crate::catalog::Catalog,
    pub books: &'a [Arc<Book>],
    /// The portal's own pages.
    pub pages: Option<&'a Arc<Book>>,
    /// Ways through the navs of the books.
    pub ways: Vec<Arc<Ways>>,
    pub enrichment: &'a Enrichment,
    pub diagnostics: Vec<&'a Diagnostic>,
    /// The last change of each file that describes entities, by snapshot.
    pub changes: &'a BTreeMap<usize, Arc<BTreeMap<RelPath, LastChange>>>,
    apis: &'a BTreeMap<EntityRef, crate::apis::ApiRead>,
    code: &'a HashMap<CodeBlock, SafeHtml>,
    pub addresses: Arc<Addresses>,
    /// Who refers to an entity that is not there: the relation's name and its source; sorted.
    pub missing: BTreeMap<&'a EntityRef, Vec<(&'a str, &'a Entity)>>,
    pub by_subject: BTreeMap<&'a str, Vec<&'a Diagnostic>>,
    origins: BTreeMap<String, &'a Origin>,
}

impl<'a> Deref for World<'a> {
    type Target = Everything<'a>;

    fn deref(&self) -> &Self::Target {
        &self.all
    }
}

impl<'a> World<'a> {
    /// `addresses` are those of this input, if they are known.
    pub(super) fn new(input: &Input<'a>, ways: Vec<Arc<Ways>>, addresses: Option<Arc<Addresses>>) -> Self {
        Self { all: Arc::new(Everything::new(input, ways, addresses)), looked: None }
    }

    /// The same world, which writes down what it is asked for.
    pub(super) fn traced(&self) -> Self {
        Self { all: Arc::clone(&self.all), looked: Some(Mutex::default()) }
    }

    /// What was looked at, in no order.
    pub(super) fn looked(self) -> Arc<[EntityRef]> {
        let looked = self.looked.map(|looked| looked.into_inner().unwrap_or_else(PoisonError::into_inner));
        looked.into_iter().flatten().collect()
    }

    /// The entity of a reference. Whoever shows anything of an entity, or that it is not there, asks for it here.
    pub(super) fn entity(&self, reference: &EntityRef) -> Option<&'a Entity> {
        self.look_at(reference);
        self.catalog.get(reference)
    }

    /// Says that something of an entity is shown that is at hand already.
    pub(super) fn look_at(&self, reference: &EntityRef) {
        if let Some(looked) = &self.looked {
            let mut looked = looked.lock().unwrap_or_else(PoisonError::into_inner);
            if !looked.contains(reference) {
                looked.insert(reference.clone());
            }
        }
    }
}

impl<'a> Everything<'a> {
    fn new(input: &Input<'a>, ways: Vec<Arc<Ways>>, addresses: Option<Arc<Addresses>>) -> Self {
        let mut missing = BTreeMap::<&EntityRef, Vec<(&str, &Entity)>>::new();
        for entity in input.catalog.entities.values() {
            for relation in &entity.relations {
                if !input.catalog.entities.contains_key(&relation.target) {
                    missing.entry(&relation.target).or_default().push((&relation.kind, entity));
                }
            }
        }
        let mut diagnostics: Vec<&Diagnostic> = input.diagnostics.iter().collect();
        diagnostics.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.sort_key().cmp(&b.sort_key())));
        let mut by_subject = BTreeMap::<&str, Vec<&Diagnostic>>::new();
        for diagnostic in &diagnostics {
            if let Some(subject) = &diagnostic.subject {
                by_subject.entry(subject).or_default().push(diagnostic);
            }
        }
        let absent = || missing.keys().map(|reference| (*reference).clone());
        let addresses = addresses.unwrap_or_else(|| Arc::new(Addresses::new(input.catalog, absent(), input.books)));
        Self {
            settings: input.settings,
            snapshots: input.snapshots,
            catalog: input.catalog,
            books: input.books,
            pages: input.pages,
            ways,
            enrichment: input.enrichment,
            changes: input.changes,
            apis: input.apis,
            code: input.code,
            addresses,
            missing,
            by_subject,
            origins: input.snapshots.iter().map(|snapshot| (snapshot.origin.label(), &snapshot.origin)).collect(),
            diagnostics,
        }
    }

    /// What was found about an entity, worst first, each once.
    pub(super) fn findings(&self, entity: &'a Entity) -> Vec<&'a Diagnostic> {
        let mut found: Vec<&Diagnostic> = entity.findings.iter().collect();
        let about = self.by_subject.get(entity.reference.to_string().as_str());
        for diagnostic in about.into_iter().flatten() {
            if !found.contains(diagnostic) {
                found.push(diagnostic);
            }
        }
        found.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.sort_key().cmp(&b.sort_key())));
        found
    }

    /// The definition of an API, if it could be read.
    pub(super) fn api(&self, reference: &EntityRef) -> Option<&'a Api> {
        self.apis.get(reference)?.api.as_ref()
    }

    /// A block of code as HTML.
    pub(super) fn code(&self, block: &CodeBlock) -> SafeHtml {
        self.code.get(block).cloned().unwrap_or_else(|| SafeHtml::text(&block.text))
    }

    /// The repository that a place's `origin` names.
    pub(super) fn origin(&self, label: &str) -> Option<&'a Origin> {
        self.origins.get(label).copied()
    }

    /// The snapshot that an entity, a document or a book came from.
    pub(super) fn snapshot(&self, index: usize) -> Option<&'a Snapshot> {
        self.snapshots.get(index)
    }
}

use std::collections::HashMap;
use std::sync::OnceLock;

use rayon::prelude::*;
use serde_json::Value;

use super::terms::{Term, terms};
use crate::catalog::{Catalog, EntityRef, RawRef};
use crate::export;

/// The published entities in order of their references, and the registered locations.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub all: Vec<Record>,
    by_reference: HashMap<String, usize>,
    /// `[{data: {id, type, target, entityRef}}]`.
    pub locations: Vec<Value>,
}

/// An entity.
#[derive(Debug)]
pub(super) struct Record {
    /// Canonical reference.
    pub reference: String,
    /// As exported.
    pub entity: Value,
    terms: OnceLock<Vec<Term>>,
}

impl Record {
    /// What can be asked about it.
    pub fn terms(&self) -> &[Term] {
        self.terms.get_or_init(|| terms(&self.entity))
    }
}

impl Records {
    /// Of a catalog.
    pub fn new(catalog: &Catalog) -> Self {
        let published: Vec<_> = export::published(catalog).collect();
        let record = |entity: &&crate::catalog::Entity| Record {
            reference: entity.reference.to_string(),
            entity: export::entity(entity),
            terms: OnceLock::new(),
        };
        let all: Vec<Record> = published.par_iter().map(record).collect();
        let by_reference = all.iter().enumerate().map(|(at, record)| (record.reference.clone(), at)).collect();
        let locations = export::locations(catalog).as_array().cloned().unwrap_or_default();
        Self { all, by_reference, locations }
    }

    /// The entity of a reference as people write it, with kind; the namespace may be missing.
    pub fn get(&self, reference: &str) -> Option<&Record> {
        let whole: EntityRef = RawRef::parse(reference).ok()?.resolve(None, "default").ok()?;
        self.by_reference.get(&whole.to_string()).map(|at| &self.all[*at])
    }

    /// The entity of kind, namespace and name.
    pub fn by_name(&self, kind: &str, namespace: &str, name: &str) -> Option<&Record> {
        let reference = EntityRef::new(kind, namespace, name).to_string();
        self.by_reference.get(&reference).map(|at| &self.all[*at])
    }
}

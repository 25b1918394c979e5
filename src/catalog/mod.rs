//! The catalog: snapshots in, entities and their relations out.
//!
//! In: [`crate::sources::Snapshot`]s. Out: a [`Catalog`] in a stated, deterministic order.
//! Must not know: pages, themes, documents. The rules are those of the Backstage catalog (backend 4.0, model 1.10).

mod entity;
mod reference;

use indexmap::IndexMap;

pub use entity::{Claim, Entity, EntityLink, Relation, Unpublished};
pub use reference::{EntityRef, RawRef, RefError};

/// All entities, by canonical reference, in order of kind, namespace and name.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// Published entities.
    pub entities: IndexMap<EntityRef, Entity>,
    /// Documents that could not become entities, with the reason; shown in the health section.
    pub unpublished: Vec<Unpublished>,
}

impl Catalog {
    /// The entity of a reference.
    pub fn get(&self, reference: &EntityRef) -> Option<&Entity> {
        self.entities.get(reference)
    }

    /// Entities of a kind (lower case), in order of their display names' references.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Entity> {
        self.entities.values().filter(move |entity| entity.reference.kind() == kind)
    }

    /// References that some relation names and no entity has, with how often each is named.
    pub fn dangling(&self) -> IndexMap<EntityRef, usize> {
        let mut counts = std::collections::BTreeMap::<EntityRef, usize>::new();
        for relation in self.entities.values().flat_map(|entity| &entity.relations) {
            if !self.entities.contains_key(&relation.target) {
                *counts.entry(relation.target.clone()).or_default() += 1;
            }
        }
        counts.into_iter().collect()
    }
}

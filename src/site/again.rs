use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;

use super::addresses::Addresses;
use super::input::Input;
use super::model::Page;
use super::world::World;
use crate::base::{Diagnostic, Digest, Route};
use crate::catalog::{Catalog, EntityRef};
use crate::plugins::Enrichment;

/// A page about entities, with what it was made from.
#[derive(Debug, Clone)]
pub(super) struct MadePage {
    pub page: Arc<Page>,
    /// Identity of what it shows beside entities.
    key: Digest,
    /// Entities that were looked at, or looked for.
    looked: Arc<[EntityRef]>,
}

/// All that pages about entities look at.
#[derive(Debug, Clone)]
pub(super) struct Around {
    pub catalog: Arc<Catalog>,
    pub enrichment: Arc<Enrichment>,
    pub addresses: Arc<Addresses>,
    /// Findings by what they are about.
    pub about: BTreeMap<String, Vec<Diagnostic>>,
    /// Identity of the settings and of what is said of the repositories.
    pub told: Digest,
}

impl Around {
    pub(super) fn new(input: &Input<'_>, world: &World<'_>, told: Digest) -> Self {
        let about = world
            .by_subject
            .iter()
            .map(|(subject, found)| ((*subject).to_owned(), found.iter().copied().cloned().collect()));
        Self {
            catalog: Arc::clone(input.catalog),
            enrichment: Arc::clone(input.enrichment),
            addresses: Arc::clone(&world.addresses),
            about: about.collect(),
            told,
        }
    }
}

/// Pages about entities that need not be made again: those whose entities are all as they were.
pub(super) struct Again<'a> {
    pages: Option<&'a HashMap<Route, MadePage>>,
    changed: HashSet<&'a EntityRef>,
}

impl<'a> Again<'a> {
    /// Pages of the last time, if there was one, made in `old` surroundings.
    pub(super) fn new(last: Option<(&'a Around, &'a HashMap<Route, MadePage>)>, now: &'a Around) -> Self {
        let last = last.filter(|(old, _)| old.told == now.told && old.addresses.lists_are(&now.addresses));
        let changed = last.map(|(old, _)| changed(old, now)).unwrap_or_default();
        Self { pages: last.map(|(_, pages)| pages), changed }
    }

    /// The page at an address. `key` is all that it shows beside the settings, the repositories, and the entities that it asks
    /// the world for.
    pub(super) fn page(
        &self,
        world: &World<'_>,
        route: &Route,
        key: &impl Serialize,
        make: impl FnOnce(&World<'_>) -> Page,
    ) -> MadePage {
        let key = Digest::of("page about entities", key);
        let known = self.pages.and_then(|pages| pages.get(route));
        if let Some(known) = known.filter(|known| known.key == key && self.are_same(&known.looked)) {
            return known.clone();
        }
        let world = world.traced();
        let page = Arc::new(make(&world));
        MadePage { page, key, looked: world.looked() }
    }

    fn are_same(&self, looked: &[EntityRef]) -> bool {
        self.changed.is_empty() || !looked.iter().any(|reference| self.changed.contains(reference))
    }
}

/// Entities of which a page may show something else than before.
fn changed<'a>(old: &'a Around, now: &'a Around) -> HashSet<&'a EntityRef> {
    let same = |reference: &EntityRef| {
        let entities = match (old.catalog.get(reference), now.catalog.get(reference)) {
            (Some(one), Some(other)) => one.is_like(other),
            (None, None) => true,
            _ => false,
        };
        let subject = reference.to_string();
        entities
            && old.addresses.of(reference) == now.addresses.of(reference)
            && old.enrichment.of(reference) == now.enrichment.of(reference)
            && old.about.get(&subject) == now.about.get(&subject)
    };
    old.addresses.entities().chain(now.addresses.entities()).filter(|reference| !same(reference)).collect()
}

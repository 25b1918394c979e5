use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde_json::Value;

use super::{Input, rules};
use crate::base::{Diagnostic, nearest};
use crate::catalog::{Catalog, Entity, EntityRef, Written};

/// Entities that exist elsewhere.
#[derive(Debug, Default)]
pub struct Known(BTreeSet<EntityRef>);

impl Known {
    /// Whether it has an entity.
    pub fn has(&self, reference: &EntityRef) -> bool {
        self.0.contains(reference)
    }
}

/// Reads a published catalog: a JSON list of entities, or an object that has one as `entities`.
pub fn known_entities(json: &[u8]) -> Result<Known, Diagnostic> {
    let refuse = |why: String| Err(rules::FOREIGN_CATALOG.diagnostic(why));
    let value: Value = match serde_json::from_slice(json) {
        Ok(value) => value,
        Err(error) => return refuse(format!("the catalog is no JSON: {error}")),
    };
    let Some(entities) = value.as_array().or_else(|| value["entities"].as_array()) else {
        return refuse("the catalog has no list of entities".to_owned());
    };
    let reference = |entity: &Value| {
        let metadata = &entity["metadata"];
        let namespace = metadata["namespace"].as_str().unwrap_or("default");
        Some(EntityRef::new(entity["kind"].as_str()?, namespace, metadata["name"].as_str()?))
    };
    Ok(Known(entities.iter().filter_map(reference).collect()))
}

/// One finding for every place that names an entity that exists nowhere.
pub(super) fn find(catalog: &Catalog, missing: &BTreeMap<EntityRef, usize>, input: &Input<'_>) -> Vec<Diagnostic> {
    let mut names = BTreeMap::<&str, Vec<&EntityRef>>::new();
    let elsewhere = input.known.into_iter().flat_map(|known| &known.0);
    for reference in catalog.entities.keys().chain(elsewhere) {
        names.entry(reference.kind()).or_default().push(reference);
    }
    let hints: BTreeMap<&EntityRef, Option<String>> =
        missing.par_iter().map(|(name, _)| (name, near(name, &names))).collect();
    let concerned = |entity: &&Entity| entity.relations.iter().any(|relation| missing.contains_key(&relation.target));
    let entities: Vec<&Entity> = catalog.entities.values().filter(concerned).collect();
    let found = entities.into_par_iter().flat_map_iter(|entity| {
        let references = Written::of(entity, input.limits).map(|written| written.references(input.settings.model));
        let lost = references.into_iter().flatten().filter(|(reference, _)| missing.contains_key(reference));
        let finding = |(reference, place)| {
            let finding = rules::UNKNOWN_ENTITY
                .diagnostic(format!("`{reference}` does not exist"))
                .at(place)
                .about(entity.reference.to_string());
            match hints.get(&reference).cloned().flatten() {
                Some(hint) => finding.hint(hint),
                None => finding,
            }
        };
        lost.map(finding).collect::<Vec<_>>()
    });
    found.collect()
}

/// The entity that was most likely meant: of another kind or namespace, or nearly of the same name.
fn near(missing: &EntityRef, names: &BTreeMap<&str, Vec<&EntityRef>>) -> Option<String> {
    let same_kind = names.get(missing.kind()).map(Vec::as_slice).unwrap_or_default();
    if let Some(other) = same_kind.iter().find(|other| other.name() == missing.name()) {
        return Some(format!("there is `{other}`: write the namespace too"));
    }
    let same_name = names.values().flatten().find(|other| {
        (other.name(), other.namespace()) == (missing.name(), missing.namespace()) && other.kind() != missing.kind()
    });
    if let Some(other) = same_name {
        return Some(format!("there is `{other}`"));
    }
    // Comparing with every name of a very large catalog would take longer than it is worth.
    let some = same_kind.iter().take(20_000).filter(|other| other.name().len().abs_diff(missing.name().len()) <= 2);
    nearest(missing.name(), some.map(|other| other.name())).map(|name| format!("did you mean `{name}`?"))
}

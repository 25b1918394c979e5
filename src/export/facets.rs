use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::catalog::Entity;

/// The facets that are counted: paths in the entity, and relations.
pub const FACETS: &[&str] = &[
    "kind",
    "metadata.namespace",
    "metadata.tags",
    "spec.type",
    "spec.lifecycle",
    "relations.ownedBy",
    "relations.partOf",
];

/// `{"facets": {name: [{value, count}]}}`, values in their own casing and order.
pub(super) fn facets(entities: &[&Entity]) -> Value {
    let mut facets = Map::new();
    for facet in FACETS {
        let mut counts = BTreeMap::<String, usize>::new();
        for value in entities.iter().flat_map(|entity| values(entity, facet)) {
            *counts.entry(value).or_default() += 1;
        }
        let counted = counts.into_iter().map(|(value, count)| json!({ "value": value, "count": count }));
        facets.insert((*facet).to_owned(), counted.collect());
    }
    json!({ "facets": facets })
}

fn values(entity: &Entity, facet: &str) -> Vec<String> {
    if let Some(kind) = facet.strip_prefix("relations.") {
        let published = entity.relations.iter().filter(|relation| relation.published && relation.kind == kind);
        return published.map(|relation| relation.target.to_string()).collect();
    }
    let value = facet.split('.').fold(&entity.document, |value, key| &value[key]);
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

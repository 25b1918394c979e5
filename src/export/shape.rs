use serde_json::{Value, json};

use crate::catalog::{Catalog, Entity};

/// The entities that Backstage would publish too.
pub fn published(catalog: &Catalog) -> impl Iterator<Item = &Entity> {
    catalog.entities.values().filter(|entity| entity.published)
}

/// An entity with its relations, without what a server would add (`uid`, `etag`).
pub fn entity(entity: &Entity) -> Value {
    let mut document = entity.document.clone();
    let relations: Vec<Value> = entity
        .relations
        .iter()
        .filter(|relation| relation.published)
        .map(|relation| json!({ "type": relation.kind, "targetRef": relation.target.to_string() }))
        .collect();
    if let Some(fields) = document.as_object_mut() {
        fields.insert("relations".to_owned(), Value::Array(relations));
    }
    document
}

/// The registered locations. A server draws their ids; here they are the digest that their entities are named by.
pub fn locations(catalog: &Catalog) -> Value {
    let locations = catalog.locations.iter().map(|location| {
        let reference = location.reference.to_string();
        let id = location.reference.name().trim_start_matches("generated-");
        json!({ "data": { "id": id, "type": location.kind, "target": location.target, "entityRef": reference } })
    });
    locations.collect()
}

use serde_json::Value;

use crate::catalog::Entity;

/// An entity as templates and programs see it: its document, and beside that its reference, title and owners.
pub(super) fn in_full(entity: &Entity) -> Value {
    let mut document = entity.document.clone();
    if let Some(map) = document.as_object_mut() {
        map.insert("ref".to_owned(), Value::from(entity.reference.to_string()));
        map.insert("title".to_owned(), Value::from(entity.display_name()));
        let owners: Vec<Value> = entity.related("ownedBy").map(|owner| Value::from(owner.to_string())).collect();
        map.insert("owners".to_owned(), Value::Array(owners));
    }
    document
}

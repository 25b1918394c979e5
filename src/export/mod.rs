//! The catalog's read API as files: entities, facets and locations in Backstage's JSON shape.
//!
//! In: a [`Catalog`]. Out: bytes, the same for the same catalog. Must not know: pages and themes.

mod shape;

use serde_json::{Value, json};

use crate::catalog::Catalog;

/// All published entities, `{"entities": […]}`, in order of their references.
pub fn entities_json(catalog: &Catalog) -> Vec<u8> {
    let entities: Vec<Value> = shape::published(catalog).map(shape::entity).collect();
    let mut text = serde_json::to_vec_pretty(&json!({ "entities": entities })).expect("a JSON value has string keys");
    text.push(b'\n');
    text
}

/// All published entities as YAML documents, in order of their references.
pub fn entities_yaml(catalog: &Catalog) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    for entity in shape::published(catalog) {
        text.extend_from_slice(b"---\n");
        serde_yaml::to_writer(&mut text, &shape::entity(entity))?;
    }
    Ok(text)
}

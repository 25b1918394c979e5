//! The rules of a document as JSON Schema (draft 7, which editors read), made from the same tables as the validator.

use serde_json::{Map, Value, json};

use super::kinds::{self, Field, KindSpec, Shape};
use crate::config::CatalogModel;

/// JSON Schema of one document of an entity file.
///
/// It leaves out what a schema cannot say: whether references and placeholders lead somewhere.
pub fn json_schema(model: CatalogModel) -> Value {
    let kinds = kinds::all(model);
    let names: Vec<&str> = kinds::names(model).collect();
    let cases: Vec<Value> = kinds.iter().map(|(entity_type, kind)| case(kind, *entity_type, &kinds)).collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Catalog entity",
        "description": "A document of a catalog-info.yaml, as the Backstage catalog reads it",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata"],
        "additionalProperties": false,
        "properties": {
            "apiVersion": { "type": "string", "description": "Version of the format: backstage.io/v1alpha1" },
            "kind": { "enum": names, "description": "Kind of the entity; upper and lower case matter" },
            "metadata": metadata(),
            "spec": { "type": "object", "description": "What the kind says of the entity" },
        },
        "allOf": cases,
    })
}

/// What holds for one kind; `entity_type` is set where the kind's fields depend on it.
fn case(kind: &KindSpec, entity_type: Option<&str>, all: &[(Option<&'static str>, &'static KindSpec)]) -> Value {
    let mut condition = json!({ "required": ["kind"], "properties": { "kind": { "const": kind.kind } } });
    let typed = |value: Value| json!({ "type": "object", "required": ["type"], "properties": { "type": value } });
    let siblings: Vec<&str> = all
        .iter()
        .filter(|(other, spec)| spec.kind == kind.kind && other.is_some())
        .filter_map(|(word, _)| *word)
        .collect();
    match entity_type {
        Some(word) => {
            condition["required"] = json!(["kind", "spec"]);
            condition["properties"]["spec"] = typed(json!({ "const": word }));
        }
        None if !siblings.is_empty() => {
            condition["not"] =
                json!({ "required": ["spec"], "properties": { "spec": typed(json!({ "enum": siblings })) } });
        }
        None => {}
    }
    json!({
        "if": condition,
        "then": {
            "required": ["spec"],
            "properties": { "apiVersion": { "enum": kind.api_versions }, "spec": object(kind.fields) },
        },
    })
}

fn object(fields: &[Field]) -> Value {
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), shape(&field.shape))).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::Any => json!({}),
        Shape::Text => text(),
        Shape::AnyText => json!({ "anyOf": [{ "type": "string" }, placeholder()] }),
        Shape::ShortText(most) => json!({ "type": "string", "minLength": 1, "maxLength": most }),
        Shape::Texts => json!({ "type": "array", "items": { "type": "string", "minLength": 1 } }),
        Shape::AnyTexts => json!({ "type": "array", "items": { "type": "string" } }),
        Shape::OneOf(words) => json!({ "enum": words }),
        Shape::TextOrBool => json!({ "type": ["string", "boolean"] }),
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::Map(fields) => object(fields),
        Shape::MapOfTexts(fields) => {
            let mut schema = object(fields);
            schema["additionalProperties"] = json!({ "type": "string" });
            schema
        }
        Shape::Maps(least, fields) => json!({ "type": "array", "minItems": least, "items": object(fields) }),
        Shape::MapOrMaps => {
            json!({ "anyOf": [{ "type": "object" }, { "type": "array", "items": { "type": "object" } }] })
        }
    }
}

/// A non-empty string, or what becomes one.
fn text() -> Value {
    json!({ "anyOf": [{ "type": "string", "minLength": 1 }, placeholder()] })
}

/// `{$text: ./file}`.
fn placeholder() -> Value {
    json!({
        "type": "object",
        "required": ["$text"],
        "properties": { "$text": { "type": "string" } },
        "additionalProperties": false,
    })
}

fn metadata() -> Value {
    const NAME: &str = "^([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$";
    const LABEL: &str = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
    let key = format!("^(({LABEL}\\.)*{LABEL}/)?([A-Za-z0-9][-A-Za-z0-9_.]{{0,61}})?[A-Za-z0-9]$");
    json!({
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": { "type": "string", "pattern": NAME, "description": "1 to 63 letters, digits, - _ and ." },
            "namespace": { "type": "string", "pattern": format!("^{LABEL}$"), "description": "`default` without it" },
            "title": text(),
            "description": { "anyOf": [{ "type": "string" }, placeholder()] },
            "uid": { "type": "string", "minLength": 1 },
            "etag": { "type": "string", "minLength": 1 },
            "labels": {
                "type": "object",
                "propertyNames": { "pattern": key },
                "additionalProperties": { "type": "string", "pattern": format!("^$|{NAME}") },
            },
            "annotations": {
                "type": "object",
                "propertyNames": { "pattern": key },
                "additionalProperties": { "type": "string" },
            },
            "tags": {
                "type": "array",
                "items": { "type": "string", "maxLength": 63, "pattern": "^[a-z0-9:+#]+(-[a-z0-9:+#]+)*$" },
            },
            "links": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["url"],
                    "properties": {
                        "url": { "type": "string", "pattern": "^[A-Za-z][-+.A-Za-z0-9]*:." },
                        "title": { "type": "string", "pattern": "\\S" },
                        "icon": { "type": "string", "pattern": "\\S" },
                        "type": { "type": "string", "minLength": 1 },
                    },
                },
            },
        },
    })
}

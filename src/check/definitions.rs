use serde_json::Value;

use super::rules;
use crate::base::{Diagnostic, Limits, Place};
use crate::catalog::{Entity, Written, yaml_value};

/// What is wrong with the definition of an API, as far as its specification is YAML or JSON.
pub(super) fn find(entity: &Entity, limits: &Limits) -> Vec<Diagnostic> {
    if entity.reference.kind() != "api" {
        return Vec::new();
    }
    let marks: &[&str] = match entity.spec_str("type") {
        Some("openapi") => &["openapi", "swagger"],
        Some("asyncapi") => &["asyncapi"],
        _ => return Vec::new(),
    };
    let Some(definition) = entity.spec_str("definition") else { return Vec::new() };
    let place = |line: u32| -> Place {
        let path = &["spec", "definition"];
        let written = Written::of(entity, limits);
        let place = written.and_then(|written| written.place_of_line(path, line).or_else(|| written.place(path)));
        place.unwrap_or_else(|| entity.place.clone())
    };
    let told = |message: String, line: u32| {
        vec![rules::DEFINITION.diagnostic(message).at(place(line)).about(entity.reference.to_string())]
    };
    let finding = |message: String| told(message, 1);
    match yaml_value(definition, limits) {
        Err((line, why)) => told(format!("the definition cannot be read: {why} (line {line} of the definition)"), line),
        Ok(Value::Object(fields)) => {
            let version = marks.iter().find_map(|mark| fields.get(*mark));
            match version {
                Some(Value::String(_) | Value::Number(_)) => Vec::new(),
                Some(_) => finding(format!("`{}` must be a version", marks[0])),
                None => finding(format!("the definition does not say `{}: …` at its top", marks[0])),
            }
        }
        Ok(_) => finding("the definition is no map of fields".to_owned()),
    }
}

use super::rules;
use crate::base::{Diagnostic, Limits, nearest};
use crate::catalog::{Entity, Written};

const LIFECYCLES: &[&str] = &["experimental", "production", "deprecated"];
const COMPONENT_TYPES: &[&str] = &["service", "website", "library", "documentation", "tool"];
const API_TYPES: &[&str] = &["openapi", "asyncapi", "graphql", "grpc"];

/// Values of free fields that are nearly a usual word.
pub(super) fn find(entity: &Entity, limits: &Limits) -> Vec<Diagnostic> {
    let types = match entity.reference.kind() {
        "component" => COMPONENT_TYPES,
        "api" => API_TYPES,
        _ => &[],
    };
    let mut found = Vec::new();
    for (field, words) in [("lifecycle", LIFECYCLES), ("type", types)] {
        let Some(value) = entity.spec_str(field).filter(|value| value.len() > 3 && !words.contains(value)) else {
            continue;
        };
        let Some(near) = nearest(value, words.iter().copied()).filter(|near| is_slip(value, near)) else { continue };
        let written = Written::of(entity, limits).and_then(|written| written.place(&["spec", field]));
        found.push(
            rules::WORD
                .diagnostic(format!("`spec.{field}` is `{value}`, which is nearly `{near}`"))
                .at(written.unwrap_or_else(|| entity.place.clone()))
                .about(entity.reference.to_string())
                .hint(format!("did you mean `{near}`?")),
        );
    }
    found
}

/// At most two letters apart: `services` is a slip of `service`, `development` is a word of its own.
fn is_slip(value: &str, word: &str) -> bool {
    strsim::damerau_levenshtein(&value.to_lowercase(), word) <= 2
}

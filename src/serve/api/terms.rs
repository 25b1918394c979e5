use serde_json::Value;

/// Longer keys and values cannot be asked for.
const LONGEST: usize = 200;

/// One thing that can be asked about an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    /// Dot path, lower case.
    pub key: String,
    /// Lower case; none for nulls and for values that are too long.
    pub value: Option<String>,
    /// As written.
    pub written: Option<String>,
}

/// Everything that can be asked about an entity: each scalar by its path, each string of a list also as `path.string = true`,
/// relations as `relations.<type> = <ref>`. After `buildEntitySearch` of Backstage.
pub(super) fn terms(entity: &Value) -> Vec<Term> {
    let mut terms = Vec::new();
    for (key, value) in entity.as_object().into_iter().flatten() {
        if !matches!(key.as_str(), "relations" | "status" | "attachments") {
            visit(key.clone(), value, &mut terms);
        }
    }
    for relation in entity["relations"].as_array().into_iter().flatten() {
        if let (Some(kind), Some(target)) = (relation["type"].as_str(), relation["targetRef"].as_str()) {
            push(&format!("relations.{kind}"), Some(target.to_owned()), &mut terms);
        }
    }
    terms
}

fn visit(path: String, value: &Value, terms: &mut Vec<Term>) {
    match value {
        Value::Null => push(&path, None, terms),
        Value::String(text) => push(&path, Some(text.clone()), terms),
        Value::Bool(_) | Value::Number(_) => push(&path, Some(value.to_string()), terms),
        Value::Array(items) => {
            for item in items {
                visit(path.clone(), item, terms);
                if let Some(text) = item.as_str() {
                    push(&format!("{path}.{text}"), Some("true".to_owned()), terms);
                }
            }
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                visit(format!("{path}.{key}"), value, terms);
            }
        }
    }
}

fn push(key: &str, written: Option<String>, terms: &mut Vec<Term>) {
    if key.len() > LONGEST {
        return;
    }
    let written = written.filter(|text| text.chars().count() <= LONGEST);
    let value = written.as_ref().map(|text| text.to_lowercase());
    let term = Term { key: key.to_lowercase(), value, written };
    if !terms.contains(&term) {
        terms.push(term);
    }
}

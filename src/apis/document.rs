use serde_json::Value;

use crate::base::Limits;
use crate::catalog::yaml_value;

/// Longest chain of references.
const CHAIN: usize = 16;

/// A definition in JSON's terms, with its references.
pub(super) struct Document {
    root: Value,
}

/// Reads YAML or JSON; else the line of the first mistake, and what it is.
pub(super) fn parse(text: &str, limits: &Limits) -> Result<Document, (u32, String)> {
    // The parser for JSON is many times faster, and large definitions are mostly JSON; it has no say in what is wrong.
    let quick = text.trim_start().starts_with('{').then(|| serde_json::from_str(text).ok()).flatten();
    let root = match quick {
        Some(root) => root,
        None => yaml_value(text, limits)?,
    };
    if root.is_object() { Ok(Document { root }) } else { Err((1, "it is no map of fields".to_owned())) }
}

impl Document {
    /// The whole.
    pub(super) fn root(&self) -> &Value {
        &self.root
    }

    /// The version that one of these fields says.
    pub(super) fn version(&self, fields: &[&str]) -> Result<String, (u32, String)> {
        match fields.iter().find_map(|field| self.root.get(*field)) {
            Some(Value::String(text)) => Ok(text.clone()),
            Some(Value::Number(number)) => Ok(number.to_string()),
            Some(_) => Err((1, format!("`{}` must be a version", fields[0]))),
            None => Err((1, format!("it does not say `{}: …` at its top", fields[0]))),
        }
    }

    /// What a `$ref` leads to, through further ones; the value itself if it has none. `None`: it leads out of this
    /// document, nowhere, or in a circle.
    pub(super) fn resolve<'a>(&'a self, value: &'a Value) -> Option<&'a Value> {
        let mut at = value;
        for _ in 0..CHAIN {
            match at.get("$ref").and_then(Value::as_str) {
                None => return Some(at),
                Some(reference) => at = self.target(reference)?,
            }
        }
        None
    }

    /// What one local reference names.
    pub(super) fn target(&self, reference: &str) -> Option<&Value> {
        let pointer = reference.strip_prefix('#')?;
        if let Some(found) = self.root.pointer(pointer) {
            return Some(found);
        }
        let decoded = percent_encoding::percent_decode_str(pointer).decode_utf8().ok()?;
        self.root.pointer(&decoded)
    }
}

/// The entries of a map, in order; none if it is no map.
pub(super) fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

/// The items of a list; none if it is no list.
pub(super) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A field's text.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

/// Whether a field is `true`.
pub(super) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

//! Key paths that differ by upper and lower case only: the catalog's index cannot hold them.

use std::collections::HashMap;

use super::node::{Node, NodeValue};
use super::parse::shown;
use super::rules;
use crate::base::{Problem, Span};

/// Left out of the index.
const UNSEEN: &[&str] =
    &["attachments", "relations", "status", "metadata.name", "metadata.namespace", "metadata.uid", "metadata.etag"];

/// The first pair of twins of an entity, if any.
pub(super) fn find(root: &Node) -> Option<Problem> {
    let mut seen = HashMap::new();
    let mut path = String::new();
    let (span, name) = visit(root, root.span, &mut path, &mut seen)?;
    let message = format!("`{}` is there twice, but for upper and lower case", shown(&name));
    Some(rules::CASE_TWINS.problem(span, message).hint("remove or rename one of them"))
}

fn visit(node: &Node, at: Span, path: &mut String, seen: &mut HashMap<String, String>) -> Option<(Span, String)> {
    if UNSEEN.contains(&path.as_str()) {
        return None;
    }
    let length = path.len();
    match &node.value {
        NodeValue::List(items) => items.iter().find_map(|item| {
            let below = visit(item, item.span, path, seen);
            let twin = item.text().and_then(|text| {
                path.push('.');
                path.push_str(text);
                let twin = note(path, item.span, seen);
                path.truncate(length);
                twin
            });
            below.or(twin)
        }),
        NodeValue::Map(entries) => entries.iter().find_map(|(key, value)| {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&key.name);
            let twin = visit(value, key.span, path, seen);
            path.truncate(length);
            twin
        }),
        _ => note(path, at, seen),
    }
}

fn note(path: &str, at: Span, seen: &mut HashMap<String, String>) -> Option<(Span, String)> {
    let lower = path.to_lowercase();
    match seen.get(&lower) {
        Some(first) => (first != path).then(|| (at, path.to_owned())),
        None => {
            seen.insert(lower, path.to_owned());
            None
        }
    }
}

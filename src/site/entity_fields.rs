use serde::Serialize;
use serde_json::Value;

use super::view::{Chip, chip, safe_url, visible};
use super::wording::words;
use super::world::World;
use crate::base::Route;
use crate::catalog::{Entity, RawRef};

/// Most lines of a table of fields, and characters of a value.
const LINES: usize = 120;
const TEXT: usize = 600;

/// Fields of the spec that the page shows in places of their own.
const SHOWN_ELSEWHERE: [&str; 18] = [
    "type",
    "lifecycle",
    "owner",
    "system",
    "domain",
    "subdomainOf",
    "subcomponentOf",
    "providesApis",
    "consumesApis",
    "dependsOn",
    "dependencyOf",
    "parent",
    "children",
    "members",
    "memberOf",
    "profile",
    "definition",
    "presence",
];

/// Annotations that the page shows as buttons and as the place of the file.
const PLACES: [&str; 5] = [
    "backstage.io/managed-by-location",
    "backstage.io/managed-by-origin-location",
    "backstage.io/view-url",
    "backstage.io/edit-url",
    "backstage.io/source-location",
];

/// A line of a table of fields, labels or annotations.
#[derive(Debug, Serialize)]
pub(super) struct Field {
    pub key: String,
    pub label: String,
    /// How far it is indented.
    pub depth: usize,
    pub text: Option<String>,
    pub url: Option<String>,
    pub entity: Option<Chip>,
}

/// A table of fields.
#[derive(Debug, Default, Serialize)]
pub(super) struct Fields {
    pub lines: Vec<Field>,
    /// Lines that are not shown.
    pub more: usize,
}

/// Fields of the spec that no other part of the page shows, nested ones indented.
pub(super) fn spec(entity: &Entity) -> Fields {
    let mut fields = Fields::default();
    for (key, value) in entity.document["spec"].as_object().into_iter().flatten() {
        if !SHOWN_ELSEWHERE.contains(&key.as_str()) {
            collect(&mut fields, key, value, 0);
        }
    }
    fields
}

/// Labels, as written.
pub(super) fn labels(entity: &Entity) -> Fields {
    let mut fields = Fields::default();
    for (key, value) in entity.labels() {
        push(&mut fields, Field { text: Some(text(value)), ..blank(key, 0) });
    }
    fields
}

/// Annotations, with URLs as links, plugins' links where one was made from the annotation, and references as entities.
pub(super) fn annotations(world: &World<'_>, from: &Route, entity: &Entity) -> Fields {
    let plugin_links = world.enrichment.links.get(&entity.reference);
    let mut fields = Fields::default();
    for (key, value) in entity.annotations().filter(|(key, _)| !PLACES.contains(key)) {
        let made = plugin_links.into_iter().flatten().find(|link| link.annotation.as_deref() == Some(key));
        let plain = value.strip_prefix("url:").unwrap_or(value);
        let url = safe_url(plain).or_else(|| made.and_then(|link| safe_url(&link.url)));
        let reference = RawRef::parse(value).ok().filter(|raw| raw.kind.is_some() && raw.namespace.is_some());
        let reference = reference.and_then(|raw| raw.resolve(None, "default").ok());
        let entity = reference.filter(|target| world.entity(target).is_some());
        push(
            &mut fields,
            Field {
                text: Some(text(value)),
                url,
                entity: entity.map(|target| chip(world, from, &target, None)),
                ..blank(key, 0)
            },
        );
    }
    fields
}

fn collect(fields: &mut Fields, key: &str, value: &Value, depth: usize) {
    let line = |text_of: String| Field { url: safe_url(&text_of), text: Some(text(&text_of)), ..blank(key, depth) };
    match value {
        Value::Null => push(fields, blank(key, depth)),
        Value::Bool(_) | Value::Number(_) => push(fields, line(value.to_string())),
        Value::String(written) => push(fields, line(written.clone())),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            let plain = |item: &Value| item.as_str().map_or_else(|| item.to_string(), str::to_owned);
            push(fields, line(items.iter().map(plain).collect::<Vec<_>>().join(", ")));
        }
        Value::Array(items) => {
            push(fields, blank(key, depth));
            for (at, item) in items.iter().enumerate() {
                collect(fields, &(at + 1).to_string(), item, depth + 1);
            }
        }
        Value::Object(map) => {
            push(fields, blank(key, depth));
            for (key, value) in map {
                collect(fields, key, value, depth + 1);
            }
        }
    }
}

fn blank(key: &str, depth: usize) -> Field {
    Field { key: visible(key), label: words(&visible(key)), depth: depth.min(6), text: None, url: None, entity: None }
}

fn push(fields: &mut Fields, field: Field) {
    if fields.lines.len() < LINES { fields.lines.push(field) } else { fields.more += 1 }
}

fn text(value: &str) -> String {
    match value.char_indices().nth(TEXT) {
        Some((at, _)) => format!("{}…", &value[..at]),
        None => value.to_owned(),
    }
}

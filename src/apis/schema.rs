//! JSON Schema as a tree, as OpenAPI and AsyncAPI use it.

use serde_json::Value;

use super::document::{Document, entries, flag, items, text};
use super::model::{Fact, NamedType, Node};
use super::text::{html, inline};

/// Nodes of all trees of one definition, and the fewest and most of one tree.
const ALL: usize = 40_000;
const FEWEST: usize = 8;
const MOST: usize = 150;
/// Deepest tree, and deepest nesting of `allOf`.
const DEPTH: usize = 7;
/// Values of an enumeration that are shown.
const VALUES: usize = 60;

/// Keywords whose values are shown as they are, with the words for them.
const FACTS: [(&str, &str); 17] = [
    ("default", "default"),
    ("const", "always"),
    ("minimum", "minimum"),
    ("exclusiveMinimum", "more than"),
    ("maximum", "maximum"),
    ("exclusiveMaximum", "less than"),
    ("multipleOf", "multiple of"),
    ("minLength", "shortest"),
    ("maxLength", "longest"),
    ("pattern", "pattern"),
    ("minItems", "fewest items"),
    ("maxItems", "most items"),
    ("uniqueItems", "distinct items"),
    ("minProperties", "fewest fields"),
    ("maxProperties", "most fields"),
    ("contentMediaType", "content"),
    ("contentEncoding", "encoding"),
];

/// Makes trees of the schemas of one document.
pub(super) struct Schemas<'a> {
    document: &'a Document,
    /// What references to named types begin with.
    prefix: &'static str,
    /// Nodes that one tree may have.
    budget: usize,
}

struct Walk<'a> {
    left: usize,
    /// References that lead to the node at hand.
    above: Vec<&'a str>,
    depth: usize,
}

/// What `allOf` comes to: fields, alternatives, and the fields that must be there.
#[derive(Default)]
struct Parts<'a> {
    fields: Vec<(&'a str, &'a Value)>,
    required: Vec<&'a str>,
    alternatives: Vec<(&'static str, &'a Value)>,
    further: Option<&'a Value>,
}

impl<'a> Schemas<'a> {
    /// For a document in which trees are wanted at about so many places.
    pub(super) fn new(document: &'a Document, prefix: &'static str, places: usize) -> Self {
        Self { document, prefix, budget: (ALL / places.max(1)).clamp(FEWEST, MOST) }
    }

    /// The tree of a schema.
    pub(super) fn tree(&self, name: &str, schema: &'a Value, required: bool) -> Node {
        let mut walk = Walk { left: self.budget, above: Vec::new(), depth: 0 };
        self.node(name, schema, required, &mut walk)
    }

    /// Named types, in the order written; at most so many.
    pub(super) fn types(&self, schemas: &'a Value, most: usize) -> Vec<NamedType> {
        entries(schemas)
            .take(most)
            .map(|(name, schema)| {
                let shape = self.tree("", schema, false);
                let words = if shape.words.is_empty() { "object".to_owned() } else { shape.words.clone() };
                NamedType { id: String::new(), name: name.to_owned(), words, shape }
            })
            .collect()
    }

    fn node(&self, name: &str, schema: &'a Value, required: bool, walk: &mut Walk<'a>) -> Node {
        walk.left = walk.left.saturating_sub(1);
        let mut node = Node { name: name.to_owned(), required, ..Node::default() };
        let before = walk.above.len();
        if let Some(at) = self.follow(schema, &mut node, walk) {
            describe(&mut node, at);
            if node.link.is_none() {
                node.words.push_str(&type_words(at));
            }
            if walk.depth < DEPTH && walk.left > 0 {
                self.children(&mut node, at, walk);
            }
        }
        walk.above.truncate(before);
        node
    }

    /// Follows references and lists to the schema that says most; notes names and words on the way. `None`: there is none, or the
    /// tree stands in it already.
    fn follow(&self, schema: &'a Value, node: &mut Node, walk: &mut Walk<'a>) -> Option<&'a Value> {
        let mut at = schema;
        for _ in 0..16 {
            if let Some(reference) = at.get("$ref").and_then(Value::as_str) {
                self.name(reference, node);
                // Beside a reference, a description is about this use of the type.
                describe(node, at);
                if walk.above.contains(&reference) {
                    return None;
                }
                walk.above.push(reference);
                match self.document.target(reference) {
                    Some(target) => at = target,
                    None => {
                        node.link = None;
                        node.words
                            .push_str(reference.rsplit(['/', '#']).find(|part| !part.is_empty()).unwrap_or(reference));
                        node.facts.push(Fact::new("defined in", reference));
                        return None;
                    }
                }
            } else if is_list(at) && at.get("items").is_some_and(Value::is_object) && node.link.is_none() {
                describe(node, at);
                node.words.push_str("list of ");
                at = &at["items"];
            } else {
                return Some(at);
            }
        }
        None
    }

    /// The first named type on the way is the one that readers know.
    fn name(&self, reference: &str, node: &mut Node) {
        if node.link.is_none()
            && let Some(name) = reference.strip_prefix(self.prefix).filter(|name| !name.contains('/'))
        {
            let name = name.replace("~1", "/").replace("~0", "~");
            node.link = Some((name.clone(), name));
        }
    }

    fn children(&self, node: &mut Node, schema: &'a Value, walk: &mut Walk<'a>) {
        let mut parts = Parts::default();
        self.gather(schema, &mut parts, 0);
        walk.depth += 1;
        for (name, field) in &parts.fields {
            if walk.left == 0 {
                node.facts.push(Fact::new("more fields", "see the type"));
                break;
            }
            let child = self.node(name, field, parts.required.contains(name), walk);
            node.children.push(child);
        }
        if let Some(further) = parts.further.filter(|_| walk.left > 0) {
            node.children.push(self.node("any other key", further, false, walk));
        }
        for (role, alternative) in &parts.alternatives {
            if walk.left > 0 {
                let child = self.node("", alternative, false, walk);
                node.children.push(Node { role: (*role).to_owned(), ..child });
            }
        }
        walk.depth -= 1;
    }

    fn gather(&self, schema: &'a Value, parts: &mut Parts<'a>, depth: usize) {
        for (name, field) in entries(&schema["properties"]) {
            match parts.fields.iter_mut().find(|(known, _)| *known == name) {
                Some(known) => known.1 = field,
                None => parts.fields.push((name, field)),
            }
        }
        parts.required.extend(items(&schema["required"]).iter().filter_map(Value::as_str));
        let further = schema.get("additionalProperties").filter(|further| further.is_object());
        parts.further = further.or(parts.further);
        for (keyword, role) in [("oneOf", "one of"), ("anyOf", "any of")] {
            let real = items(&schema[keyword]).iter().filter(|part| text(part, "type") != Some("null"));
            parts.alternatives.extend(real.map(|part| (role, part)));
        }
        parts.alternatives.extend(schema.get("not").map(|not| ("not", not)));
        for part in items(&schema["allOf"]) {
            if let Some(part) = self.document.resolve(part).filter(|_| depth < DEPTH) {
                self.gather(part, parts, depth + 1);
            }
        }
    }
}

/// Notes what a schema says of itself; what was noted before, nearer to the reader, stays.
fn describe(node: &mut Node, schema: &Value) {
    if node.description.is_empty() {
        node.description = html(text(schema, "description").or_else(|| text(schema, "title")));
    }
    let types = items(&schema["type"]);
    let nulls = |keyword: &str| items(&schema[keyword]).iter().any(|part| text(part, "type") == Some("null"));
    node.nullable |=
        flag(schema, "nullable") || types.iter().any(|name| name == "null") || nulls("oneOf") || nulls("anyOf");
    node.deprecated |= flag(schema, "deprecated");
    for (key, words) in [("readOnly", "read only"), ("writeOnly", "write only")] {
        if flag(schema, key) {
            node.access = Some(words.to_owned());
        }
    }
    for (key, label) in FACTS {
        let value = schema.get(key).filter(|value| !value.is_null() && **value != Value::Bool(false));
        if let Some(value) = value.filter(|_| !node.facts.iter().any(|fact| fact.label == label)) {
            node.facts.push(Fact::new(label, inline(value)));
        }
    }
    let example = schema.get("example").or_else(|| items(&schema["examples"]).first());
    if let Some(value) = example.filter(|value| !value.is_object() && !value.is_array()) {
        node.facts.push(Fact::new("example", inline(value)));
    }
    if node.values.is_empty() {
        let values = items(&schema["enum"]);
        node.values = values.iter().take(VALUES).map(inline).collect();
        if values.len() > VALUES {
            node.values.push(format!("… and {} more", values.len() - VALUES));
        }
    }
}

fn is_list(schema: &Value) -> bool {
    text(schema, "type") == Some("array") || items(&schema["type"]).iter().any(|name| name == "array")
}

/// The type in words.
fn type_words(schema: &Value) -> String {
    let named: Vec<&str> = match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).filter(|name| *name != "null").collect(),
        _ => Vec::new(),
    };
    let mut words = named.join(" or ");
    if words.is_empty() {
        let has = |key: &str| schema.get(key).is_some();
        words = if has("properties") || has("additionalProperties") || has("allOf") {
            "object"
        } else if has("oneOf") || has("anyOf") {
            "one of several"
        } else if has("enum") || has("const") {
            "value"
        } else {
            "any"
        }
        .to_owned();
    }
    match text(schema, "format") {
        Some(format) => format!("{words} ({format})"),
        None => words,
    }
}

//! Is a document an entity, and what is wrong with it? (catalog-model 1.10, catalog-backend 4.0)

use super::format;
use super::kinds::{self, Field, KindSpec, Shape};
use super::node::{Key, Node, NodeValue};
use super::parse::shown;
use super::reference::EntityRef;
use super::rules;
use crate::base::{Problem, Rule, Span, nearest};
use crate::config::CatalogModel;

/// What to do about a number that must be text; repairs go by it.
pub(super) const QUOTE: &str = "put it in quotes to make it a string";

/// Fields of `metadata` that the catalog knows.
pub(super) const METADATA_FIELDS: &[&str] =
    &["name", "namespace", "title", "description", "labels", "annotations", "tags", "links"];

/// The parts of a document that address it.
#[derive(Debug, Clone)]
pub(super) struct Envelope {
    pub kind: String,
    pub name: String,
    pub namespace: String,
    /// Where the name stands.
    pub name_span: Span,
}

impl Envelope {
    pub fn reference(&self) -> EntityRef {
        EntityRef::new(&self.kind, &self.namespace, &self.name)
    }
}

/// What must be there for a document to be an entity at all.
pub(super) fn envelope(root: &Node) -> Result<Envelope, Vec<Problem>> {
    let mut problems = Vec::new();
    if !root.is_map() {
        let message = format!("an entity is a map, but this document is {}", root.type_word());
        return Err(vec![rules::ENVELOPE.problem(first_line(root.span), message)]);
    }
    let place = root.entries().first().map_or(root.span, |(key, _)| key.span);
    let mut text = |node: &Node, owner: &str, key: &str, required: bool| match node.entry(key) {
        Some((_, value)) if value.text().is_some_and(|text| !text.is_empty()) => value.text().map(str::to_owned),
        Some((key_node, value)) => {
            let span = if matches!(value.value, NodeValue::Null) { key_node.span } else { value.span };
            let problem = rules::ENVELOPE.problem(span, wrong_text(&format!("{owner}{key}"), value));
            problems.push(quote_hint(problem, value));
            None
        }
        None if required => {
            let span = root.entry("metadata").filter(|_| !owner.is_empty()).map_or(place, |(key, _)| key.span);
            let problem = rules::ENVELOPE.problem(span, format!("`{owner}{key}` is missing"));
            let near = misspelling(node, key);
            problems.push(match near {
                Some(near) => problem.hint(format!("`{near}` is probably meant to be `{key}`")),
                None => problem,
            });
            None
        }
        None => None,
    };
    let api_version = text(root, "", "apiVersion", true);
    let kind = text(root, "", "kind", true);
    let no_metadata = Node { value: NodeValue::Map(Vec::new()), span: root.span };
    let metadata = root.get("metadata").filter(|node| node.is_map());
    let name = text(metadata.unwrap_or(&no_metadata), "metadata.", "name", metadata.is_some());
    let namespace = text(metadata.unwrap_or(&no_metadata), "metadata.", "namespace", false);
    match root.entry("metadata") {
        None => problems.push(rules::ENVELOPE.problem(place, "`metadata` is missing")),
        Some((key, value)) if !value.is_map() => {
            let message = format!("`metadata` must be a map, but is {}", value.type_word());
            problems.push(rules::ENVELOPE.problem(key.span, message));
        }
        Some(_) => {}
    }
    if let Some((key, value)) = metadata.and_then(|metadata| metadata.entry("annotations"))
        && !value.is_map()
    {
        let message = format!("`metadata.annotations` must be a map, but is {}", value.type_word());
        problems.push(rules::ENVELOPE.problem(key.span, message));
    }
    match (api_version, kind, name) {
        (Some(_), Some(kind), Some(name)) if problems.is_empty() => {
            let name_span = metadata.and_then(|metadata| metadata.get("name")).map_or(root.span, |node| node.span);
            Ok(Envelope { kind, name, namespace: namespace.unwrap_or_else(|| "default".to_owned()), name_span })
        }
        _ => Err(problems),
    }
}

/// Whether a document wants to be an entity: two of the three words that make one stand at its top.
pub(super) fn is_entity(root: &Node) -> bool {
    ["apiVersion", "kind", "metadata"].iter().filter(|key| root.get(key).is_some()).count() > 1
}

/// Everything that is wrong with an entity whose envelope is sound, in order of place.
pub(super) fn entity(root: &Node, model: CatalogModel) -> (Option<&'static KindSpec>, Vec<Problem>) {
    let mut problems = Vec::new();
    root_fields(root, &mut problems);
    let metadata = root.get("metadata").expect("the envelope has `metadata`");
    formats(root, metadata, &mut problems);
    labels_and_annotations(metadata, &mut problems);
    tags(metadata, &mut problems);
    links(metadata, &mut problems);
    hidden_characters(root, &mut problems);
    let spec = kind_check(root, model, &mut problems);
    problems.sort_by_key(|problem| problem.span);
    (spec, problems)
}

fn root_fields(root: &Node, problems: &mut Vec<Problem>) {
    const KNOWN: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];
    for (key, _) in root.entries().iter().filter(|(key, _)| !KNOWN.contains(&key.name.as_str())) {
        let message = format!("`{}` does not belong at the root of an entity", shown(&key.name));
        let problem = rules::ROOT_FIELD.problem(key.span, message);
        let meta = ["name", "title", "description", "labels", "annotations", "tags", "links", "namespace"];
        problems.push(match nearest(&key.name, KNOWN) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None if meta.contains(&key.name.as_str()) => problem.hint(format!("move `{}` into `metadata`", key.name)),
            None => problem.hint("only `apiVersion`, `kind`, `metadata` and `spec` may stand there"),
        });
    }
    if let Some((key, value)) = root.entry("spec")
        && !value.is_map()
    {
        problems.push(wrong_type("spec", "a map", key.span, value));
    }
}

fn formats(root: &Node, metadata: &Node, problems: &mut Vec<Problem>) {
    let mut check = |node: Option<&Node>, name: &str, sound: fn(&str) -> bool, rule: &str| {
        if let Some(node) = node
            && let Some(text) = node.text()
            && !text.is_empty()
            && !sound(text)
        {
            let message = format!("`{}` is no valid `{name}`: {rule}", shown(text));
            problems.push(format_hint(rules::FORMAT.problem(node.span, message), name, text));
        }
    };
    check(root.get("apiVersion"), "apiVersion", format::api_version, "it must be `[prefix/]version`");
    check(root.get("kind"), "kind", format::kind, "it must be 1 to 63 letters and digits, a letter first");
    const NAME: &str = "it must be 1 to 63 letters, digits, `-`, `_` or `.`, with a letter or digit at both ends";
    check(metadata.get("name"), "metadata.name", format::object_name, NAME);
    const LABEL: &str = "it must be 1 to 63 lower-case letters, digits or `-`, with a letter or digit at both ends";
    check(metadata.get("namespace"), "metadata.namespace", format::dns_label, LABEL);
    for (field, empty) in [("title", false), ("description", true), ("uid", false), ("etag", false)] {
        if let Some((key, value)) = metadata.entry(field) {
            let sound = value.text().is_some_and(|text| empty || !text.is_empty());
            if !sound {
                problems.push(text_problem(&format!("metadata.{field}"), key.span, value));
            }
        }
    }
    misspelt(metadata, "metadata", METADATA_FIELDS, problems);
}

fn format_hint(problem: Problem, field: &str, text: &str) -> Problem {
    let chars = text.chars().count();
    match field {
        "metadata.name" if chars > 63 => problem.hint(format!("it has {chars} characters")),
        "metadata.namespace" if format::dns_label(&text.to_lowercase()) => {
            problem.hint(format!("write `{}`", text.to_lowercase()))
        }
        _ => problem,
    }
}

fn labels_and_annotations(metadata: &Node, problems: &mut Vec<Problem>) {
    for field in ["labels", "annotations"] {
        let Some((field_key, map)) = metadata.entry(field) else { continue };
        if !map.is_map() {
            problems.push(wrong_type(&format!("metadata.{field}"), "a map", field_key.span, map));
            continue;
        }
        for (key, value) in map.entries() {
            if !format::key(&key.name) {
                let message = format!(
                    "`{}` is no valid key of `metadata.{field}`: it must be `[prefix/]name`, the prefix a lower-case domain",
                    shown(&key.name)
                );
                problems.push(rules::FORMAT.problem(key.span, message));
            }
            let name = format!("metadata.{field}.{}", shown(&key.name));
            match value.text() {
                None => problems.push(text_problem(&name, key.span, value)),
                Some(text) if field == "labels" && !format::label_value(text) => {
                    let message = format!(
                        "`{}` is no valid label: it must be empty, or 1 to 63 letters, digits, `-`, `_` or `.`",
                        shown(text)
                    );
                    problems.push(rules::FORMAT.problem(value.span, message));
                }
                Some(_) => {}
            }
        }
    }
}

fn tags(metadata: &Node, problems: &mut Vec<Problem>) {
    let Some((key, list)) = metadata.entry("tags") else { return };
    if !matches!(list.value, NodeValue::List(_)) {
        problems.push(wrong_type("metadata.tags", "a list", key.span, list));
        return;
    }
    for item in list.items() {
        match item.text() {
            Some(text) if format::tag(text) => {}
            Some(text) => {
                let message = format!(
                    "`{}` is no valid tag: it must be 1 to 63 lower-case letters, digits, `:`, `+` or `#`, joined by `-`",
                    shown(text)
                );
                let problem = rules::FORMAT.problem(item.span, message);
                let repaired = tag_repair(text);
                problems.push(match repaired {
                    Some(repaired) => problem.hint(format!("write `{repaired}`")),
                    None => problem,
                });
            }
            None => problems.push(text_problem("an item of `metadata.tags`", key.span, item)),
        }
    }
}

/// A tag as it was probably meant: lower case, with `-` for what may not stand in it.
pub(super) fn tag_repair(text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    let parts: Vec<&str> = lower.split([' ', '_', '.', '/', '-']).filter(|part| !part.is_empty()).collect();
    Some(parts.join("-")).filter(|repaired| format::tag(repaired))
}

fn links(metadata: &Node, problems: &mut Vec<Problem>) {
    let Some((key, list)) = metadata.entry("links") else { return };
    if !matches!(list.value, NodeValue::List(_)) {
        problems.push(wrong_type("metadata.links", "a list", key.span, list));
        return;
    }
    for item in list.items() {
        if !item.is_map() {
            problems.push(wrong_type("an item of `metadata.links`", "a map", key.span, item));
            continue;
        }
        match item.entry("url") {
            None => {
                problems.push(rules::MISSING_FIELD.problem(first_line(item.span), "the link has no `url`"));
            }
            Some((key, value)) => match value.text() {
                Some(text) if format::absolute_url(text) => {}
                Some(text) if !text.is_empty() => {
                    let message = format!("`{}` is no absolute URL", shown(text));
                    problems.push(rules::FORMAT.problem(value.span, message).hint("begin it with `https://`"));
                }
                _ => problems.push(text_problem("url", key.span, value)),
            },
        }
        for (field, trimmed) in [("title", true), ("icon", true), ("type", false)] {
            let Some((key, value)) = item.entry(field) else { continue };
            let sound = value.text().is_some_and(|text| !(if trimmed { text.trim() } else { text }).is_empty());
            if !sound {
                problems.push(text_problem(field, key.span, value));
            }
        }
    }
}

/// Characters that nobody sees in keys and short values, and words that JavaScript stumbles over.
fn hidden_characters(node: &Node, problems: &mut Vec<Problem>) {
    const LONG: usize = 300;
    let check = |text: &str, span: Span, problems: &mut Vec<Problem>| {
        if !text.is_ascii() && text.len() <= LONG && text.contains(format::is_hidden) {
            let message = format!("`{}` holds characters that cannot be seen", shown(text));
            problems.push(rules::HIDDEN_CHARACTERS.problem(span, message).hint("remove them"));
        }
    };
    if let Some(text) = node.text() {
        check(text, node.span, problems);
    }
    for (key, value) in node.entries() {
        check(&key.name, key.span, problems);
        let name = (key.name == "name").then(|| value.text()).flatten();
        for (word, span) in [(Some(key.name.as_str()), key.span), (name, value.span)] {
            if let Some(word @ ("__proto__" | "constructor" | "prototype")) = word {
                let message = format!("`{word}` means something else to JavaScript programs");
                problems.push(rules::RESERVED_WORD.problem(span, message).hint("choose another word"));
            }
        }
        hidden_characters(value, problems);
    }
    for item in node.items() {
        hidden_characters(item, problems);
    }
}

fn kind_check(root: &Node, model: CatalogModel, problems: &mut Vec<Problem>) -> Option<&'static KindSpec> {
    let kind_node = root.get("kind")?;
    let kind = kind_node.text()?;
    let version_node = root.get("apiVersion")?;
    let spec = root.get("spec");
    let entity_type = spec.and_then(|spec| spec.get("type")).and_then(Node::text);
    let Some(known) = kinds::find(model, kind, entity_type) else {
        let problem = rules::UNKNOWN_KIND.problem(kind_node.span, format!("the kind `{}` is unknown", shown(kind)));
        problems.push(match nearest(kind, kinds::names(model)) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None if kind == "AiResource" => problem.hint("`catalog.model = \"layers\"` knows it"),
            None => problem.hint("it is shown with all its fields, but is not part of the exported catalog"),
        });
        return None;
    };
    let version = version_node.text().unwrap_or_default();
    if !known.api_versions.contains(&version) {
        let message = format!("the kind `{kind}` does not come in `{}`", shown(version));
        let hint = format!("write `apiVersion: {}`", known.api_versions[0]);
        problems.push(rules::API_VERSION.problem(version_node.span, message).hint(hint));
    }
    match spec {
        Some(spec) if spec.is_map() => {
            fields(spec, "spec", known.fields, root.entry("spec").map_or(spec.span, |(key, _)| key.span), problems);
            let names: Vec<&str> = known.fields.iter().map(|field| field.name).collect();
            misspelt(spec, "spec", &names, problems);
        }
        // Of the wrong type: said already.
        Some(_) => {}
        None if known.needs_spec => problems.push(rules::MISSING_FIELD.problem(kind_node.span, "`spec` is missing")),
        None => {}
    }
    Some(known)
}

fn fields(map: &Node, path: &str, known: &[Field], place: Span, problems: &mut Vec<Problem>) {
    for field in known {
        let name = format!("{path}.{}", field.name);
        match map.entry(field.name) {
            Some((key, value)) => shape(value, &name, &field.shape, key.span, problems),
            None if field.required => {
                let problem = rules::MISSING_FIELD.problem(place, format!("`{name}` is missing"));
                problems.push(match misspelling(map, field.name) {
                    Some(near) => problem.hint(format!("`{near}` is probably meant to be `{}`", field.name)),
                    None => problem.hint(format!("add `{}`", example(field))),
                });
            }
            None => {}
        }
    }
}

fn example(field: &Field) -> String {
    match field.shape {
        Shape::Texts => format!("{}: []", field.name),
        _ => format!("{}: …", field.name),
    }
}

fn shape(value: &Node, name: &str, wanted: &Shape, key: Span, problems: &mut Vec<Problem>) {
    let is_list = matches!(value.value, NodeValue::List(_));
    match wanted {
        Shape::Any => {}
        Shape::Text => {
            if value.text().is_none_or(str::is_empty) {
                problems.push(text_problem(name, key, value));
            }
        }
        Shape::AnyText => {
            if value.text().is_none() {
                problems.push(text_problem(name, key, value));
            }
        }
        Shape::ShortText(most) => match value.text() {
            Some(text) if !text.is_empty() && text.encode_utf16().count() <= *most => {}
            Some(text) if !text.is_empty() => {
                let message = format!("`{name}` has more than {most} characters");
                problems.push(rules::FORMAT.problem(value.span, message));
            }
            _ => problems.push(text_problem(name, key, value)),
        },
        Shape::Texts | Shape::AnyTexts if is_list => {
            let empty = matches!(wanted, Shape::AnyTexts);
            for item in value.items() {
                if item.text().is_none_or(|text| !empty && text.is_empty()) {
                    problems.push(text_problem(&format!("an item of `{name}`"), key, item));
                }
            }
        }
        Shape::Texts | Shape::AnyTexts => {
            let problem = wrong_type(name, "a list", key, value);
            problems.push(match value.text() {
                Some(text) if !text.is_empty() => problem.hint(format!("write it as a list: `[{}]`", shown(text))),
                _ => problem,
            });
        }
        Shape::OneOf(words) => problems.extend(one_of(value, name, words, key)),
        Shape::TextOrBool => {
            if value.text().is_none() && !matches!(value.value, NodeValue::Bool(_)) {
                problems.push(wrong_type(name, "a string or a boolean", key, value));
            }
        }
        Shape::Bool => {
            if !matches!(value.value, NodeValue::Bool(_)) {
                problems.push(wrong_type(name, "a boolean", key, value));
            }
        }
        Shape::Map(known) if value.is_map() => fields(value, name, known, key, problems),
        Shape::MapOfTexts(known) if value.is_map() => {
            fields(value, name, known, key, problems);
            for (other, value) in value.entries() {
                if !known.iter().any(|field| field.name == other.name) && value.text().is_none() {
                    problems.push(text_problem(&format!("{name}.{}", shown(&other.name)), other.span, value));
                }
            }
        }
        Shape::Map(_) | Shape::MapOfTexts(_) => problems.push(wrong_type(name, "a map", key, value)),
        Shape::Maps(least, known) if is_list => {
            if value.items().len() < *least {
                problems.push(rules::WRONG_TYPE.problem(key, format!("`{name}` must have at least {least} item")));
            }
            maps(value, name, known, key, problems);
        }
        Shape::Maps(..) => problems.push(wrong_type(name, "a list", key, value)),
        Shape::MapOrMaps if is_list => maps(value, name, &[], key, problems),
        Shape::MapOrMaps => {
            if !value.is_map() {
                problems.push(wrong_type(name, "a map or a list of maps", key, value));
            }
        }
    }
}

fn one_of(value: &Node, name: &str, words: &[&str], key: Span) -> Option<Problem> {
    if value.text().is_some_and(|text| words.contains(&text)) {
        return None;
    }
    let message = format!("`{name}` must be one of `{}`", words.join("`, `"));
    let problem = rules::WRONG_TYPE.problem(place_of(key, value), message);
    let near = value.text().and_then(|text| nearest(text, words.iter().copied()));
    Some(match near {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem,
    })
}

fn maps(value: &Node, name: &str, known: &[Field], key: Span, problems: &mut Vec<Problem>) {
    for item in value.items() {
        if item.is_map() {
            fields(item, name, known, first_line(item.span), problems);
        } else {
            problems.push(wrong_type(&format!("an item of `{name}`"), "a map", key, item));
        }
    }
}

/// Unknown fields that look like a known one that is not there.
fn misspelt(map: &Node, path: &str, known: &[&str], problems: &mut Vec<Problem>) {
    for (key, _) in map.entries().iter().filter(|_| path == "spec") {
        let active = match key.name.as_str() {
            "apiConsumedBy" => "consumesApis",
            "apiProvidedBy" => "providesApis",
            _ => continue,
        };
        let message = format!("`spec.{}` does nothing", key.name);
        let hint = format!("write `{active}` on the component instead");
        problems.push(rules::MISSPELT_FIELD.problem(key.span, message).hint(hint));
    }
    for (key, near) in near_misses(map, known) {
        let message = format!("`{path}.{}` is no field that the catalog knows", shown(&key.name));
        problems.push(rules::MISSPELT_FIELD.problem(key.span, message).hint(format!("did you mean `{near}`?")));
    }
}

/// Unknown fields, each with the known one that it looks like and that is not there.
pub(super) fn near_misses<'a, 'k>(map: &'a Node, known: &[&'k str]) -> Vec<(&'a Key, &'k str)> {
    let absent: Vec<&str> = known.iter().copied().filter(|name| map.get(name).is_none()).collect();
    let unknown = |key: &&Key| {
        !known.contains(&key.name.as_str()) && !matches!(key.name.as_str(), "apiConsumedBy" | "apiProvidedBy")
    };
    let keys = map.entries().iter().map(|(key, _)| key).filter(unknown);
    keys.filter_map(|key| Some((key, nearest(&key.name, absent.iter().copied())?))).collect()
}

/// Whether a value is what a field of a kind may hold.
pub(super) fn fits(kind: &KindSpec, name: &str, value: &Node) -> bool {
    let Some(field) = kind.fields.iter().find(|field| field.name == name) else { return false };
    let mut problems = Vec::new();
    shape(value, name, &field.shape, value.span, &mut problems);
    problems.is_empty()
}

/// The key of `map` that is most likely a misspelling of `field`.
fn misspelling<'a>(map: &'a Node, field: &str) -> Option<&'a str> {
    nearest(field, map.entries().iter().map(|(key, _)| key.name.as_str()))
}

fn wrong_text(name: &str, value: &Node) -> String {
    let name = if name.contains('`') { name.to_owned() } else { format!("`{name}`") };
    if value.text().is_some() {
        format!("{name} must not be empty")
    } else {
        format!("{name} must be a string, but is {}", value.type_word())
    }
}

fn text_problem(name: &str, key: Span, value: &Node) -> Problem {
    quote_hint(rule_for(value).problem(place_of(key, value), wrong_text(name, value)), value)
}

fn rule_for(value: &Node) -> &'static Rule {
    if value.text().is_some() { &rules::FORMAT } else { &rules::WRONG_TYPE }
}

fn quote_hint(problem: Problem, value: &Node) -> Problem {
    match &value.value {
        NodeValue::Number(_) | NodeValue::Bool(_) => problem.hint(QUOTE),
        NodeValue::Null => problem.hint("remove the key, or give it a value"),
        _ => problem,
    }
}

fn wrong_type(name: &str, wanted: &str, key: Span, value: &Node) -> Problem {
    let name = if name.contains('`') { name.to_owned() } else { format!("`{name}`") };
    let message = format!("{name} must be {wanted}, but is {}", value.type_word());
    let problem = rules::WRONG_TYPE.problem(place_of(key, value), message);
    if matches!(value.value, NodeValue::Null) { problem.hint("remove the key, or give it a value") } else { problem }
}

/// A value's own place; its key's, if the value is nothing that could be pointed at.
fn place_of(key: Span, value: &Node) -> Span {
    if value.span.start == value.span.end { key } else { value.span }
}

/// The start of a value that may run over many lines.
fn first_line(span: Span) -> Span {
    Span { start: span.start, end: span.end.min(span.start + 1) }
}

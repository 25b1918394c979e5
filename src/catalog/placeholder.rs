//! `$text`, `$json`, `$yaml` and their kin: a map with one such key becomes the content of a file.

use serde_json::Value;

use super::address::{FileKey, UrlTarget, find_url};
use super::bundle::{Bundle, Library, bundle};
use super::node::{Node, NodeValue};
use super::parse::{parse, shown};
use super::{rules, yaml_value};
use crate::base::{Limits, Problem, Span};
use crate::sources::Snapshot;

/// What filling in told about an entity.
#[derive(Debug, Default)]
pub(super) struct Filled {
    /// Something was filled in that Backstage would refuse.
    pub beyond: bool,
    /// Values that could not be filled in.
    pub failed: Vec<Span>,
    pub problems: Vec<Problem>,
}

/// Replaces the placeholders of a document. What is put in is not looked at again.
pub(super) fn fill(root: &mut Node, home: &FileKey, snapshots: &[Snapshot], limits: &Limits) -> Filled {
    let mut filled = Filled::default();
    visit(root, &Context { home, snapshots, limits }, &mut filled);
    filled
}

struct Context<'a> {
    home: &'a FileKey,
    snapshots: &'a [Snapshot],
    limits: &'a Limits,
}

fn visit(node: &mut Node, context: &Context<'_>, filled: &mut Filled) {
    match &mut node.value {
        NodeValue::List(items) => items.iter_mut().for_each(|item| visit(item, context, filled)),
        NodeValue::Map(entries) if entries.iter().any(|(key, _)| key.name.starts_with('$')) => {
            let [(key, value)] = entries.as_slice() else { return };
            let format = match key.name.as_str() {
                "$text" => Format::Text,
                "$json" => Format::Json,
                "$yaml" => Format::Yaml,
                "$openapi" | "$asyncapi" => Format::Bundle,
                "$graphql" => Format::Plugin,
                _ => return,
            };
            match replace(format, &key.name, value, context) {
                Ok((value, notes)) => {
                    filled.beyond |= !notes.is_empty();
                    filled.problems.extend(notes);
                    *node = Node { span: node.span, ..value };
                }
                Err(problem) => {
                    filled.failed.push(node.span);
                    filled.problems.push(problem);
                }
            }
        }
        NodeValue::Map(entries) => entries.iter_mut().for_each(|(_, value)| visit(value, context, filled)),
        _ => {}
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Text,
    Json,
    Yaml,
    /// What Backstage's plugin for OpenAPI reads: a definition, with the files that it refers to.
    Bundle,
    /// What other plugins read: text.
    Plugin,
}

/// The value, and what is to be said about where it comes from.
fn replace(format: Format, key: &str, value: &Node, context: &Context<'_>) -> Result<(Node, Vec<Problem>), Problem> {
    let span = value.span;
    let fail = |message: String| rules::PLACEHOLDER.problem(span, message);
    let Some(reference) = value.text() else {
        return Err(fail(format!("`{key}` wants a path or a URL, but has {}", value.type_word())));
    };
    let (file, like_backstage) = find(reference, context.home, context.snapshots).map_err(|(message, hint)| {
        let problem = fail(message);
        if hint.is_empty() { problem } else { problem.hint(hint) }
    })?;
    let limit = (context.limits.entity_file_bytes, "entity_file_bytes");
    let text = context.snapshots[file.0].tree.read_text(&file.1, limit).map_err(|error| fail(error.to_string()))?;
    let mut notes = Vec::new();
    let node = match format {
        Format::Text | Format::Plugin => Node { value: NodeValue::Text(text), span },
        Format::Bundle => {
            let Bundle { text, outside } = bundle(&file, &text, context, context.limits)
                .map_err(|why| fail(format!("`{}` cannot be made whole: {why}", shown(reference))))?;
            notes.extend(outside.iter().map(|reference| {
                let message = format!("`$ref: {}` is in no harvested repository", shown(reference));
                rules::REFERENCE_OUTSIDE.problem(span, message)
            }));
            Node { value: NodeValue::Text(text), span }
        }
        Format::Json => {
            let json = serde_json::from_str(&text)
                .map_err(|error| fail(format!("`{}` is not valid JSON: {error}", shown(reference))))?;
            Node::from_json(json, span)
        }
        Format::Yaml => {
            let mut documents = parse(&text, context.limits);
            if let Some(problem) = documents.iter().find_map(|document| document.problems.first()) {
                return Err(fail(format!("`{}`: {}", shown(reference), problem.message)));
            }
            let count = documents.len();
            match (documents.pop().and_then(|document| document.root), count) {
                (Some(root), 1) => Node::from_json(root.to_json(), span),
                _ => return Err(fail(format!("`{}` must hold one document, but holds {count}", shown(reference)))),
            }
        }
    };
    let by_plugin = matches!(format, Format::Bundle | Format::Plugin);
    if by_plugin {
        notes.push(rules::PLACEHOLDER_BEYOND.problem(span, "Backstage needs a plugin to read this"));
    } else if !like_backstage {
        let problem = rules::PLACEHOLDER_BEYOND.problem(span, "Backstage does not read this address");
        notes.push(problem.hint("use a path relative to this file"));
    }
    Ok((node, notes))
}

impl Library for Context<'_> {
    fn find(&self, reference: &str, home: &FileKey) -> Result<Option<FileKey>, String> {
        if url::Url::parse(reference).is_ok() && find_url(self.snapshots, reference) == UrlTarget::Outside {
            return Ok(None);
        }
        find(reference, home, self.snapshots).map(|(file, _)| Some(file)).map_err(|(message, _)| message)
    }

    fn read(&self, file: &FileKey) -> Result<Value, String> {
        let limit = (self.limits.entity_file_bytes, "entity_file_bytes");
        let text = self.snapshots[file.0].tree.read_text(&file.1, limit).map_err(|error| error.to_string())?;
        yaml_value(&text, self.limits).map_err(|(line, why)| format!("line {line} of `{}`: {why}", file.1))
    }
}

/// The file that a reference in the file `home` names, and whether Backstage would find it too; else what is wrong and
/// what to do.
fn find(reference: &str, home: &FileKey, snapshots: &[Snapshot]) -> Result<(FileKey, bool), (String, &'static str)> {
    let (home, path) = home;
    if url::Url::parse(reference).is_ok() {
        return match find_url(snapshots, reference) {
            UrlTarget::Inside { snapshot, path, same_form } => {
                if snapshots[snapshot].tree.file(&path).is_some() {
                    Ok(((snapshot, path), same_form && snapshot == *home))
                } else {
                    Err((format!("`{}` is not in the harvested repository", shown(reference)), ""))
                }
            }
            UrlTarget::Outside => Err((
                format!("`{}` is in no harvested repository", shown(reference)),
                "put a copy of the file beside the entity and name it by a relative path",
            )),
        };
    }
    let origin = &snapshots[*home].origin;
    let directory = origin.sub_path.join(path).parent();
    let target = directory.resolve(reference).map_err(|error| (error.to_string(), ""))?;
    let below = target.below(&origin.sub_path).filter(|below| snapshots[*home].tree.file(below).is_some());
    match below {
        Some(below) => Ok(((*home, below), true)),
        None => Err((format!("the file `{}` does not exist", shown(reference)), "paths are relative to this file")),
    }
}

//! `$text`, `$json`, `$yaml` and their kin: a map with one such key becomes the content of a file.

use super::address::{FileKey, UrlTarget, find_url};
use super::node::{Node, NodeValue};
use super::parse::{parse, shown};
use super::rules;
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
                "$openapi" | "$asyncapi" | "$graphql" => Format::Bundle,
                _ => return,
            };
            match replace(format, &key.name, value, context) {
                Ok((value, beyond)) => {
                    if let Some(problem) = beyond {
                        filled.beyond = true;
                        filled.problems.push(problem);
                    }
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
    /// What plugins read: text, with the files that it refers to.
    Bundle,
}

fn replace(format: Format, key: &str, value: &Node, context: &Context<'_>) -> Result<(Node, Option<Problem>), Problem> {
    let span = value.span;
    let fail = |message: String| rules::PLACEHOLDER.problem(span, message);
    let Some(reference) = value.text() else {
        return Err(fail(format!("`{key}` wants a path or a URL, but has {}", value.type_word())));
    };
    let (file, like_backstage) = find(reference, context).map_err(|(message, hint)| {
        let problem = fail(message);
        if hint.is_empty() { problem } else { problem.hint(hint) }
    })?;
    let limit = (context.limits.entity_file_bytes, "entity_file_bytes");
    let text = context.snapshots[file.0].tree.read_text(&file.1, limit).map_err(|error| fail(error.to_string()))?;
    let node = match format {
        Format::Text | Format::Bundle => Node { value: NodeValue::Text(text), span },
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
    let beyond = (!like_backstage || format == Format::Bundle).then(|| {
        let why = if format == Format::Bundle { "needs a plugin to read this" } else { "does not read this address" };
        let problem = rules::PLACEHOLDER_BEYOND.problem(span, format!("Backstage {why}"));
        if format == Format::Bundle { problem } else { problem.hint("use a path relative to this file") }
    });
    Ok((node, beyond))
}

/// The file that a placeholder names, and whether Backstage would find it too; else what is wrong and what to do.
fn find(reference: &str, context: &Context<'_>) -> Result<(FileKey, bool), (String, &'static str)> {
    let (home, path) = context.home;
    if url::Url::parse(reference).is_ok() {
        return match find_url(context.snapshots, reference) {
            UrlTarget::Inside { snapshot, path, same_form } => {
                if context.snapshots[snapshot].tree.file(&path).is_some() {
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
    let origin = &context.snapshots[*home].origin;
    let directory = origin.sub_path.join(path).parent();
    let target = directory.resolve(reference).map_err(|error| (error.to_string(), ""))?;
    let below = target.below(&origin.sub_path).filter(|below| context.snapshots[*home].tree.file(below).is_some());
    match below {
        Some(below) => Ok(((*home, below), true)),
        None => Err((format!("the file `{}` does not exist", shown(reference)), "paths are relative to this file")),
    }
}

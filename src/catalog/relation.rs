//! The relations that an entity declares.

use super::kinds::KindSpec;
use super::node::{Node, NodeValue};
use super::parse::shown;
use super::reference::{EntityRef, RawRef};
use super::rules;
use super::validate::Envelope;
use crate::base::{Problem, Span};
use crate::config::CatalogModel;

/// An edge that an entity declares; its reverse belongs to the target.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub forward: &'static str,
    pub reverse: Option<&'static str>,
    pub target: EntityRef,
    /// Where the reference stands.
    pub span: Span,
}

/// Reads the references of an entity; each one that cannot be read is a problem.
pub(super) fn edges(
    root: &Node,
    envelope: &Envelope,
    known: &KindSpec,
    model: CatalogModel,
    problems: &mut Vec<Problem>,
) -> Vec<Edge> {
    let mut edges = Vec::new();
    let Some(spec) = root.get("spec") else { return edges };
    let entity_type = spec.get("type").and_then(Node::text);
    for field in known.relations {
        if field.only_type.is_some() && field.only_type != entity_type {
            continue;
        }
        let Some(value) = spec.get(field.field) else { continue };
        let single = std::slice::from_ref(value);
        let values = if matches!(value.value, NodeValue::List(_)) { value.items() } else { single };
        for node in values {
            let Some(text) = node.text() else {
                // Only `dependencyOf` is not held to strings by its kind's schema.
                if field.field == "dependencyOf" && model == CatalogModel::Builtin {
                    let message = format!("`spec.{}` must hold references, but has {}", field.field, node.type_word());
                    problems.push(rules::BAD_REFERENCE.problem(node.span, message));
                }
                continue;
            };
            if text.is_empty() && field.field != "dependencyOf" {
                continue;
            }
            match RawRef::parse(text).and_then(|raw| raw.resolve(field.default_kind, &envelope.namespace)) {
                Ok(target) => {
                    let free = model == CatalogModel::Builtin || known.kind == "Template";
                    if free || field.targets.is_empty() || field.targets.contains(&target.kind()) {
                        let reverse = free || field.reverse_on.contains(&target.kind());
                        edges.push(Edge {
                            forward: field.forward,
                            reverse: reverse.then_some(field.reverse),
                            target,
                            span: node.span,
                        });
                    }
                }
                Err(super::RefError::EmptyPart(_)) => {
                    let message = format!("`{}` is no entity reference", shown(text));
                    let problem = rules::BAD_REFERENCE.problem(node.span, message);
                    problems.push(problem.hint("write `[kind:][namespace/]name`"));
                }
                Err(super::RefError::NoKind(_)) => {
                    let message = format!("`{}` does not say which kind it means", shown(text));
                    let name = shown(text);
                    let problem = rules::BAD_REFERENCE.problem(node.span, message);
                    problems.push(problem.hint(format!("write `component:{name}` or `resource:{name}`")));
                }
            }
        }
    }
    edges
}

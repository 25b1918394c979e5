//! Repairs that cannot change what is meant: quotes around a number that must be text, tags in the form that tags have,
//! and misspelt names of known fields. Comments and layout stay.

use super::format;
use super::kinds;
use super::node::{Node, NodeValue};
use super::parse::{Document, parse};
use super::scalar::{ScalarTag, resolve};
use super::validate;
use crate::base::{Limits, Problem, Span};
use crate::config::{CatalogModel, CatalogSettings};

/// One change of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// What is replaced.
    pub span: Span,
    /// What comes instead.
    pub text: String,
}

/// Most rounds: a repaired name may bring other mistakes to light.
const ROUNDS: usize = 5;

/// Repairs an entity file; gives the new text and the number of changes, or nothing if there is nothing to repair.
pub fn repaired(text: &str, settings: &CatalogSettings, limits: &Limits) -> Option<(String, usize)> {
    let mut current = text.to_owned();
    let mut count = 0;
    for _ in 0..ROUNDS {
        let before = parse(&current, limits);
        let repairs: Vec<Repair> =
            before.iter().flat_map(|document| of_document(document, &current, settings.model)).collect();
        if repairs.is_empty() {
            break;
        }
        let next = apply(&current, &repairs);
        // A repair that breaks the file is none.
        if broken(&parse(&next, limits)) > broken(&before) {
            break;
        }
        count += repairs.len();
        current = next;
    }
    (count > 0).then_some((current, count))
}

fn broken(documents: &[Document]) -> usize {
    documents.iter().map(|document| document.problems.len()).sum()
}

fn apply(text: &str, repairs: &[Repair]) -> String {
    let mut repairs: Vec<&Repair> = repairs.iter().collect();
    repairs.sort_by_key(|repair| repair.span);
    let mut out = String::with_capacity(text.len() + 16 * repairs.len());
    let mut at = 0;
    for repair in repairs {
        let range = repair.span.range();
        // What overlaps is left for the next round.
        if range.start >= at {
            out.push_str(&text[at..range.start]);
            out.push_str(&repair.text);
            at = range.end;
        }
    }
    out.push_str(&text[at..]);
    out
}

fn of_document(document: &Document, text: &str, model: CatalogModel) -> Vec<Repair> {
    let Some(root) = document.root.as_ref().filter(|root| validate::is_entity(root)) else { return Vec::new() };
    let problems = match validate::envelope(root) {
        Ok(_) => validate::entity(root, model).1,
        Err(problems) => problems,
    };
    let mut repairs: Vec<Repair> = problems.iter().filter_map(|problem| quoted(problem, text)).collect();
    if let Some(metadata) = root.get("metadata") {
        repairs.extend(tags(metadata, text));
        repairs.extend(misspelt(metadata, validate::METADATA_FIELDS, |_, _| true, text));
    }
    let kind = root.get("kind").and_then(Node::text).unwrap_or_default();
    let spec = root.get("spec");
    let entity_type = spec.and_then(|spec| spec.get("type")).and_then(Node::text);
    if let (Some(spec), Some(known)) = (spec, kinds::find(model, kind, entity_type)) {
        let names: Vec<&str> = known.fields.iter().map(|field| field.name).collect();
        repairs.extend(misspelt(spec, &names, |name, value| validate::fits(known, name, value), text));
    }
    repairs.dedup();
    repairs
}

/// A plain number or boolean that must be a string.
fn quoted(problem: &Problem, text: &str) -> Option<Repair> {
    if problem.hint.as_deref() != Some(validate::QUOTE) {
        return None;
    }
    let raw = text.get(problem.span.range())?;
    let plain = matches!(resolve(raw.to_owned(), true, ScalarTag::None), NodeValue::Number(_) | NodeValue::Bool(_));
    plain.then(|| Repair { span: problem.span, text: format!("\"{raw}\"") })
}

fn tags(metadata: &Node, text: &str) -> Vec<Repair> {
    let list = metadata.get("tags").map(Node::items).unwrap_or_default();
    let repair = |node: &Node| {
        let tag = node.text().filter(|tag| !format::tag(tag))?;
        let better = validate::tag_repair(tag)?;
        let raw = text.get(node.span.range())?;
        let (start, end) = (raw.chars().next()?, raw.chars().next_back()?);
        let written = if matches!(start, '"' | '\'') && start == end {
            format!("{start}{better}{end}")
        } else if raw != tag {
            // An alias, or text over several lines.
            return None;
        } else if better.starts_with(|c: char| c.is_ascii_lowercase()) && !better.ends_with(':') {
            better
        } else {
            format!("\"{better}\"")
        };
        Some(Repair { span: node.span, text: written })
    };
    list.iter().filter_map(repair).collect()
}

/// Keys that are at most two letters from the known one that they are taken for.
fn misspelt(map: &Node, known: &[&str], fits: impl Fn(&str, &Node) -> bool, text: &str) -> Vec<Repair> {
    let mut taken = Vec::new();
    let repair = |(key, near): (&super::node::Key, &str)| {
        let raw = text.get(key.span.range())?;
        let distance = strsim::damerau_levenshtein(&key.name.to_lowercase(), &near.to_lowercase());
        let (_, value) = map.entry(&key.name)?;
        if raw != key.name || distance > 2 || !fits(near, value) || taken.contains(&near.to_owned()) {
            return None;
        }
        taken.push(near.to_owned());
        Some(Repair { span: key.span, text: near.to_owned() })
    };
    validate::near_misses(map, known).into_iter().filter_map(repair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repairs_keep_comments_and_layout() {
        let before = "# a comment
apiVersion: backstage.io/v1alpha1
kind:   Component   # what it is
metadata:
  name: 123
  anotations:
    a: true   # yes
  labels: {v: 1.10}
  tags: [ Java, \"Node.js\", 'a_b',   c++ ]
spec:
  type: service
  lifecyle: production
  owner: team
  subComponentOf: other
  consumesApi: [x]
  apiConsumedBy: [y]
";
        let after = "# a comment
apiVersion: backstage.io/v1alpha1
kind:   Component   # what it is
metadata:
  name: \"123\"
  annotations:
    a: \"true\"   # yes
  labels: {v: \"1.10\"}
  tags: [ java, \"node-js\", 'a-b',   c++ ]
spec:
  type: service
  lifecycle: production
  owner: team
  subcomponentOf: other
  consumesApis: [x]
  apiConsumedBy: [y]
";
        let (settings, limits) = (CatalogSettings::default(), Limits::default());
        let (text, _) = repaired(before, &settings, &limits).expect("there is much to repair");
        assert_eq!(text, after);
        assert_eq!(repaired(&text, &settings, &limits), None);
    }
}

//! Text in, documents of [`Node`]s out. Each document is parsed alone, so that a mistake costs only its own.

use std::collections::HashSet;

use super::node::{Key, Node, NodeValue};
use super::rules;
use super::scalar::{ScalarTag, resolve};
use crate::base::yaml::{self, Fault, FaultKind, Flavour};
use crate::base::{Limits, Problem, Span};

/// As the parser that Backstage uses: at most a hundred aliases, and no merge keys.
const BACKSTAGE: Flavour = Flavour { aliases: 100, merge: false };

/// Most duplicate keys that are told of one document; with more, the rest of it is not read.
const DUPLICATES: usize = 20;

/// One document of a file.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// Its text, without the marker line's `---`.
    pub span: Span,
    /// Its value, as far as it could be read.
    pub root: Option<Node>,
    /// What YAML itself has against it; with any of these Backstage would refuse the file.
    pub problems: Vec<Problem>,
}

/// Parses a file. Blank documents are left out.
pub(super) fn parse(text: &str, limits: &Limits) -> Vec<Document> {
    let mut documents = Vec::new();
    for chunk in split(text) {
        if documents.len() as u64 >= limits.documents_per_file {
            let limit = limits.documents_per_file;
            let problem = rules::YAML_LIMIT
                .problem(Span::new(chunk.start, chunk.start + 1), format!("the file has more than {limit} documents"))
                .hint("split the file, or raise `limits.documents_per_file`");
            documents.push(Document { span: chunk.into(), root: None, problems: vec![problem] });
            break;
        }
        documents.extend(document(text, chunk, limits));
    }
    documents
}

/// Cuts a file at its document markers. A line that starts with `---` or `...` ends a document wherever it stands,
/// in a block of literal text too, so no parser is needed for it.
fn split(text: &str) -> Vec<std::ops::Range<usize>> {
    let marker = |line: &str, mark: &str| {
        line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
    };
    let mut chunks = Vec::new();
    let (mut start, mut at, mut only_directives) = (0, 0, true);
    for line in text.split_inclusive('\n') {
        if marker(line, "---") {
            if !only_directives {
                chunks.push(start..at);
                start = at;
            }
            only_directives = false;
        } else if marker(line, "...") {
            chunks.push(start..at);
            start = at + line.len();
            only_directives = true;
        } else if only_directives && !matches!(line.trim().bytes().next(), None | Some(b'#' | b'%')) {
            only_directives = false;
        }
        at += line.len();
    }
    chunks.push(start..at);
    chunks
}

fn document(text: &str, chunk: std::ops::Range<usize>, limits: &Limits) -> Option<Document> {
    let body = &text[chunk.clone()];
    let mut values = Values { problems: Vec::new() };
    let read = yaml::parse(body, chunk.start, BACKSTAGE, limits).map_err(|fault| told(&fault, text, limits));
    let (root, error) = match read.and_then(|root| root.map(|root| values.value(root)).transpose()) {
        Ok(root) => (root, None),
        Err(error) => (None, Some(error)),
    };
    let mut problems = values.problems;
    problems.extend(error);
    let root = root.filter(|root| !matches!(root.value, NodeValue::Null));
    if root.is_none() && problems.is_empty() {
        return None;
    }
    let skip = body.strip_prefix("---").map_or(0, |rest| 3 + rest.len() - rest.trim_start().len());
    Some(Document { span: Span::new(chunk.start + skip, chunk.end), root, problems })
}

/// What YAML has against a document, in this module's words.
fn told(fault: &Fault, text: &str, limits: &Limits) -> Problem {
    let limit = |message: String| rules::YAML_LIMIT.problem(fault.span, message);
    match &fault.kind {
        FaultKind::Syntax(info) => syntax(fault.span, info, text),
        FaultKind::Deep => limit(format!("the document is nested more than {} deep", limits.yaml_depth))
            .hint("`limits.yaml_depth` allows more"),
        FaultKind::Large => limit(format!("the document has more than {} values", limits.yaml_nodes))
            .hint("split the document, or raise `limits.yaml_nodes`"),
        FaultKind::Aliases => {
            limit(format!("the document uses aliases more than {} times, nested ones multiplied", BACKSTAGE.aliases))
                .hint("write the repeated parts out")
        }
        FaultKind::Anchors => limit("the document has too many anchors inside each other".to_owned()),
        FaultKind::Circle => {
            rules::YAML_SYNTAX.problem(fault.span, "the alias stands inside the value that it repeats")
        }
    }
}

fn syntax(span: Span, info: &str, text: &str) -> Problem {
    let line = &text[text[..span.start as usize].rfind('\n').map_or(0, |newline| newline + 1)..];
    let line = &line[..line.find('\n').unwrap_or(line.len())];
    let problem = rules::YAML_SYNTAX.problem(span, format!("this is not valid YAML: {info}"));
    let indent = &line[..line.len() - line.trim_start().len()];
    if indent.contains('\t') {
        return problem.hint("YAML is indented with blanks, not with tabs");
    }
    if line.trim_start().starts_with("{%") {
        return problem.hint("this looks like a template, which is no YAML before it is filled in");
    }
    problem
}

/// Values as Backstage's schema means them, from a tree as it is written; keys that are written twice are told.
struct Values {
    problems: Vec<Problem>,
}

impl Values {
    /// `Err`: too many keys are written twice to go on.
    fn value(&mut self, node: yaml::Node) -> Result<Node, Problem> {
        let value = match node.value {
            yaml::Value::Scalar { text, plain } => resolve(text, plain, scalar_tag(node.tag.as_deref())),
            yaml::Value::List(items) => {
                NodeValue::List(items.into_iter().map(|item| self.value(item)).collect::<Result<_, _>>()?)
            }
            yaml::Value::Map(entries) => {
                let mut seen = HashSet::with_capacity(entries.len());
                let mut out = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    let span = key.span;
                    let name = key_text(self.value(key)?);
                    if !seen.insert(name.clone()) {
                        self.twice(&name, span)?;
                    }
                    out.push((Key { name, span }, self.value(value)?));
                }
                NodeValue::Map(out)
            }
        };
        Ok(Node { value, span: node.span })
    }

    fn twice(&mut self, name: &str, span: Span) -> Result<(), Problem> {
        let message = format!("the key `{}` is written twice", shown(name));
        let problem = rules::DUPLICATE_KEY.problem(span, message).hint("remove one of the two");
        if self.problems.len() + 1 >= DUPLICATES {
            return Err(problem);
        }
        self.problems.push(problem);
        Ok(())
    }
}

/// A key's text, as JavaScript would make one of it.
fn key_text(node: Node) -> String {
    match node.value {
        NodeValue::Null => String::new(),
        NodeValue::Text(text) => text,
        NodeValue::Bool(value) => value.to_string(),
        NodeValue::Number(number) => number.to_string(),
        NodeValue::List(_) | NodeValue::Map(_) => node.to_json().to_string(),
    }
}

fn scalar_tag(tag: Option<&str>) -> ScalarTag {
    match tag {
        None => ScalarTag::None,
        Some("!!null" | "!!bool" | "!!int" | "!!float") => ScalarTag::Core,
        Some("!!binary") => ScalarTag::Binary,
        Some(_) => ScalarTag::Text,
    }
}

/// A text as it may stand in a message: short, without control or invisible characters.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(100)
        .flat_map(|c| if super::format::is_hidden(c) { c.escape_unicode().collect::<Vec<_>>() } else { vec![c] })
        .collect();
    if text.chars().nth(100).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn values(text: &str) -> Vec<serde_json::Value> {
        parse(text, &Limits::default()).iter().filter_map(|doc| Some(doc.root.as_ref()?.to_json())).collect()
    }

    #[test]
    fn documents_are_cut_at_their_markers_and_blank_ones_left_out() {
        assert_eq!(values("a: 1\n---\n---\n# nothing\n---\nb: |\n  ---\n  x\n...\n%YAML 1.2\n---\nc: 1\n").len(), 3);
        assert_eq!(values("--- {a: 1}\n--- x"), [json!({"a": 1}), json!("x")]);
        assert_eq!(values("").len(), 0);
    }

    #[test]
    fn a_mistake_costs_its_own_document_only() {
        let documents = parse("a: 1\n---\nb: [\n---\nc: 3\n", &Limits::default());
        let broken: Vec<bool> = documents.iter().map(|document| !document.problems.is_empty()).collect();
        assert_eq!(broken, [false, true, false]);
    }

    #[test]
    fn spans_are_those_of_the_values() {
        let text = "ü: ä\nkey:   \"välue\" # c\nlist:\n- a\n- b: c\n";
        let root = parse(text, &Limits::default()).remove(0).root.unwrap();
        let at = |node: &Node| &text[node.span.range()];
        assert_eq!(at(root.get("key").unwrap()), "\"välue\"");
        assert_eq!(at(&root.get("list").unwrap().items()[1]), "b: c");
        assert_eq!(&text[root.entry("list").unwrap().0.span.range()], "list");
    }

    #[test]
    fn tags_aliases_and_odd_keys_come_out_as_in_backstage() {
        assert_eq!(
            values("a: &x [1]\nb: *x\nc: !Ref foo\nd: !!str 12\n<<: {e: 1}\nnull: 2\n3: x\n"),
            [json!({"a": [1], "b": [1], "c": "foo", "d": "12", "<<": {"e": 1}, "": 2, "3": "x"})]
        );
    }

    #[test]
    fn bombs_do_not_go_off() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..20 {
            let before = format!("*a{}, ", level - 1).repeat(9);
            bomb.push_str(&format!("a{level}: &a{level} [{}]\n", before.trim_end_matches(", ")));
        }
        for hostile in [bomb, "[".repeat(10_000), "- ".repeat(10_000), "{a: ".repeat(10_000), "a: &a [*a]".to_owned()] {
            let documents = parse(&hostile, &Limits::default());
            assert_eq!(documents.len(), 1);
            assert_eq!(documents[0].problems.len(), 1, "{}", &hostile[..20.min(hostile.len())]);
        }
    }
}

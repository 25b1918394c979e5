//! Text in, documents of [`Node`]s out. Each document is parsed alone, so that a mistake costs only its own.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::node::{Key, Node, NodeValue};
use super::rules;
use super::scalar::{ScalarTag, resolve};
use crate::base::{Limits, Problem, Span};

/// Most uses of aliases in one document, nested ones multiplied: Backstage's own limit.
const ALIAS_BUDGET: u64 = 100;

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
    let mut builder = Builder::new(body, chunk.start, limits);
    let error = builder.run().err();
    let mut problems = builder.problems;
    problems.extend(error);
    let root = builder.root.filter(|root| !matches!(root.value, NodeValue::Null));
    if root.is_none() && problems.is_empty() {
        return None;
    }
    let skip = body.strip_prefix("---").map_or(0, |rest| 3 + rest.len() - rest.trim_start().len());
    Some(Document { span: Span::new(chunk.start + skip, chunk.end), root, problems })
}

/// Turns the parser's character counts into byte offsets: one note for every 64 characters.
struct Offsets<'a> {
    text: &'a str,
    base: usize,
    /// Empty if characters are bytes.
    marks: Vec<u32>,
}

impl<'a> Offsets<'a> {
    fn new(text: &'a str, base: usize) -> Self {
        let marks = if text.is_ascii() {
            Vec::new()
        } else {
            let every = text.char_indices().step_by(64);
            every.map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX)).collect()
        };
        Self { text, base, marks }
    }

    fn byte(&self, index: usize) -> usize {
        if self.marks.is_empty() {
            return self.base + index.min(self.text.len());
        }
        let from = self.marks.get(index / 64).map_or(self.text.len(), |mark| *mark as usize);
        let ahead = self.text[from..].char_indices().nth(index % 64);
        self.base + ahead.map_or(self.text.len(), |(at, _)| from + at)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let (start, end) = (self.byte(start), self.byte(end));
        let inside = &self.text[start - self.base..end.max(start) - self.base];
        Span::new(start, start + inside.trim_end().len())
    }
}

impl Offsets<'_> {
    /// The parser counts a comment behind a quoted text as part of it.
    fn without_comment(&self, span: Span) -> Span {
        let text = &self.text[span.start as usize - self.base..span.end as usize - self.base];
        let Some(quote @ (b'"' | b'\'')) = text.bytes().next() else { return span };
        let mut bytes = text.bytes().enumerate().skip(1).peekable();
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'\\' if quote == b'"' => drop(bytes.next()),
                b'\'' if quote == b'\'' && bytes.peek().is_some_and(|(_, next)| *next == b'\'') => drop(bytes.next()),
                byte if byte == quote => return Span::new(span.start as usize, span.start as usize + at + 1),
                _ => {}
            }
        }
        span
    }
}

struct Frame {
    start: usize,
    anchor: usize,
    /// Counts when it was opened, to know what it holds.
    nodes: u64,
    aliases: u64,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<(Key, Node)>, key: Option<Key>, seen: HashSet<String> },
}

struct Anchored {
    node: Node,
    nodes: u64,
    aliases: u64,
}

struct Builder<'a> {
    text: &'a str,
    offsets: Offsets<'a>,
    limits: &'a Limits,
    stack: Vec<Frame>,
    anchors: HashMap<usize, Anchored>,
    nodes: u64,
    aliases: u64,
    /// Values that are kept for aliases.
    stored: u64,
    root: Option<Node>,
    problems: Vec<Problem>,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, base: usize, limits: &'a Limits) -> Self {
        Self {
            text,
            offsets: Offsets::new(text, base),
            limits,
            stack: Vec::new(),
            anchors: HashMap::new(),
            nodes: 0,
            aliases: 0,
            stored: 0,
            root: None,
            problems: Vec::new(),
        }
    }

    fn run(&mut self) -> Result<(), Problem> {
        let mut parser = Parser::new_from_str(self.text);
        while let Some(next) = parser.next_event() {
            let (event, span) = next.map_err(|error| self.syntax(error.marker().index(), error.info()))?;
            let (start, end) = (span.start.index(), span.end.index());
            match event {
                Event::Scalar(text, style, anchor, tag) => {
                    let plain = style == ScalarStyle::Plain;
                    let value = resolve(&text, plain, scalar_tag(tag.as_deref()));
                    let span = self.offsets.span(start, end);
                    let span = if plain { span } else { self.offsets.without_comment(span) };
                    // Long texts weigh more than one, so that aliases cannot make much of them.
                    self.add(Node { value, span }, anchor, 1 + text.len() as u64 / 64, 0)?;
                }
                Event::Alias(anchor) => self.alias(anchor, self.offsets.span(start, end))?,
                Event::SequenceStart(anchor, _) => self.open(start, anchor, Content::List(Vec::new()))?,
                Event::MappingStart(anchor, _) => {
                    let content = Content::Map { entries: Vec::new(), key: None, seen: HashSet::new() };
                    self.open(start, anchor, content)?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(end)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn open(&mut self, start: usize, anchor: usize, content: Content) -> Result<(), Problem> {
        if self.stack.len() as u64 >= self.limits.yaml_depth {
            return Err(self.too_deep(self.offsets.span(start, start + 1)));
        }
        self.stack.push(Frame { start, anchor, nodes: self.nodes, aliases: self.aliases, content });
        Ok(())
    }

    fn close(&mut self, end: usize) -> Result<(), Problem> {
        let frame = self.stack.pop().expect("the parser closes only what it opened");
        let span = self.offsets.span(frame.start, end);
        let value = match frame.content {
            Content::List(items) => NodeValue::List(items),
            Content::Map { entries, .. } => NodeValue::Map(entries),
        };
        let (nodes, aliases) = (self.nodes - frame.nodes + 1, self.aliases - frame.aliases);
        self.nodes = frame.nodes;
        self.aliases = frame.aliases;
        self.add(Node { value, span }, frame.anchor, nodes, aliases)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Problem> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            return Err(rules::YAML_SYNTAX.problem(span, "the alias stands inside the value that it repeats"));
        };
        let (nodes, aliases) = (anchored.nodes, anchored.aliases + 1);
        if self.aliases + aliases > ALIAS_BUDGET {
            let message = format!("the document uses aliases more than {ALIAS_BUDGET} times, nested ones multiplied");
            return Err(rules::YAML_LIMIT.problem(span, message).hint("write the repeated parts out"));
        }
        self.room(nodes, span)?;
        let node = Node { span, ..anchored.node.clone() };
        self.add(node, 0, nodes, aliases)
    }

    fn room(&self, nodes: u64, span: Span) -> Result<(), Problem> {
        let limit = self.limits.yaml_nodes;
        if self.nodes + nodes <= limit {
            return Ok(());
        }
        let problem = rules::YAML_LIMIT.problem(span, format!("the document has more than {limit} values"));
        Err(problem.hint("split the document, or raise `limits.yaml_nodes`"))
    }

    /// Puts a finished value where it belongs.
    fn add(&mut self, node: Node, anchor: usize, nodes: u64, aliases: u64) -> Result<(), Problem> {
        self.room(nodes, node.span)?;
        self.nodes += nodes;
        self.aliases += aliases;
        if anchor != 0 {
            self.stored += nodes;
            if self.stored > self.limits.yaml_nodes {
                return Err(rules::YAML_LIMIT.problem(node.span, "the document has too many anchors inside each other"));
            }
            self.anchors.insert(anchor, Anchored { node: node.clone(), nodes, aliases });
        }
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut frame.content {
            Content::List(items) => items.push(node),
            Content::Map { entries, key, seen } => match key.take() {
                Some(key) => entries.push((key, node)),
                None => {
                    let name = key_text(&node);
                    if !seen.insert(name.clone()) {
                        let message = format!("the key `{}` is written twice", shown(&name));
                        let problem = rules::DUPLICATE_KEY.problem(node.span, message);
                        let problem = problem.hint("remove one of the two");
                        if self.problems.len() + 1 >= DUPLICATES {
                            return Err(problem);
                        }
                        self.problems.push(problem);
                    }
                    *key = Some(Key { name, span: node.span });
                }
            },
        }
        Ok(())
    }

    fn too_deep(&self, span: Span) -> Problem {
        let message = format!("the document is nested more than {} deep", self.limits.yaml_depth);
        rules::YAML_LIMIT.problem(span, message).hint("`limits.yaml_depth` allows more")
    }

    fn syntax(&self, at: usize, info: &str) -> Problem {
        let start = self.offsets.byte(at);
        if info == "recursion limit exceeded" {
            // The scanner looks ahead of the builder, and counts brackets itself.
            return self.too_deep(Span::new(start, start + 1));
        }
        let local = start - self.offsets.base;
        let line = &self.text[self.text[..local].rfind('\n').map_or(0, |newline| newline + 1)..];
        let line = &line[..line.find('\n').unwrap_or(line.len())];
        let problem = rules::YAML_SYNTAX
            .problem(Span::new(start, start + 1), format!("this is not valid YAML: {}", info.trim_end_matches('.')));
        let indent = &line[..line.len() - line.trim_start().len()];
        if indent.contains('\t') {
            return problem.hint("YAML is indented with blanks, not with tabs");
        }
        if line.trim_start().starts_with("{%") {
            return problem.hint("this looks like a template, which is no YAML before it is filled in");
        }
        problem
    }
}

/// A key's text, as JavaScript would make one of it.
fn key_text(node: &Node) -> String {
    match &node.value {
        NodeValue::Null => String::new(),
        NodeValue::Text(text) => text.clone(),
        NodeValue::Bool(value) => value.to_string(),
        NodeValue::Number(number) => number.to_string(),
        NodeValue::List(_) | NodeValue::Map(_) => node.to_json().to_string(),
    }
}

fn scalar_tag(tag: Option<&Tag>) -> ScalarTag {
    match tag {
        None => ScalarTag::None,
        Some(tag) if tag.is_yaml_core_schema() => match tag.suffix.as_str() {
            "null" | "bool" | "int" | "float" => ScalarTag::Core,
            "binary" => ScalarTag::Binary,
            _ => ScalarTag::Text,
        },
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

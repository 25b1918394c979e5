//! YAML in, a tree with places out: one reader for every file of a repository that is YAML.
//!
//! It knows no schema and acts upon nothing: tags are kept as written, plain scalars are not resolved, of two equal keys both
//! are there. What is costly is bounded while reading: depth, nodes, and what aliases stand for.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::{Limits, Span};

/// A value of a document, with its place.
#[derive(Debug, Clone)]
pub struct Node {
    /// Bytes of the text; empty for what came from another file.
    pub span: Span,
    /// The tag as written: `!ENV`, `!!str`, `!!python/name:x`.
    pub tag: Option<String>,
    /// What it holds.
    pub value: Value,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub enum Value {
    /// A scalar; plain ones may mean null, a boolean or a number.
    Scalar {
        /// Its text.
        text: String,
        /// Not quoted and no block.
        plain: bool,
    },
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in the order written.
    Map(Vec<(Node, Node)>),
}

/// How aliases and merge keys are taken; the programs that files are written for differ in it.
#[derive(Debug, Clone, Copy)]
pub struct Flavour {
    /// Most uses of aliases, nested ones multiplied.
    pub aliases: u64,
    /// `<<` brings the entries of another mapping; otherwise it is a key like any other.
    pub merge: bool,
}

/// Why a document cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// It is no YAML, in the parser's words.
    Syntax(String),
    /// Nested deeper than `limits.yaml_depth`.
    Deep,
    /// More values than `limits.yaml_nodes`, aliases counted as what they stand for.
    Large,
    /// More aliases than the flavour takes.
    Aliases,
    /// Anchors inside each other hold more than `limits.yaml_nodes`.
    Anchors,
    /// An alias inside the value that it repeats.
    Circle,
}

/// Parses the first document of a text, which begins at byte `base` of its file. `Ok(None)`: there is nothing in it.
pub fn parse(text: &str, base: usize, flavour: Flavour, limits: &Limits) -> Result<Option<Node>, Fault> {
    let mut builder = Builder {
        offsets: Offsets::new(text, base),
        flavour,
        limits,
        stack: Vec::new(),
        anchors: HashMap::new(),
        nodes: 0,
        aliases: 0,
        stored: 0,
    };
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        let (event, at) = next.map_err(|error| builder.syntax(error.marker().index(), error.info()))?;
        if let Some(root) = builder.event(event, at.start.index(), at.end.index())? {
            return Ok(Some(root));
        }
    }
    Ok(None)
}

impl Node {
    /// The value of a key; the last one wins.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().rev().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value)
    }

    /// The text of any scalar that is not null.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    /// Whether it is a plain `null`, `~` or nothing.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true }
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// A boolean by the words of YAML 1.1, as PyYAML takes them.
    pub fn boolean(&self) -> Option<bool> {
        match self.text()?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        }
    }

    /// Its items; none if it is no sequence.
    pub fn items(&self) -> &[Node] {
        if let Value::List(items) = &self.value { items } else { &[] }
    }

    /// Its entries; none if it is no mapping.
    pub fn entries(&self) -> &[(Node, Node)] {
        if let Value::Map(entries) = &self.value { entries } else { &[] }
    }

    /// Forgets places, for nodes that move to another file.
    #[must_use]
    pub fn without_places(mut self) -> Self {
        self.span = Span::default();
        self.value = match self.value {
            Value::List(items) => Value::List(items.into_iter().map(Self::without_places).collect()),
            Value::Map(entries) => Value::Map(
                entries.into_iter().map(|(key, value)| (key.without_places(), value.without_places())).collect(),
            ),
            scalar @ Value::Scalar { .. } => scalar,
        };
        self
    }
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

/// A sequence or mapping that is not finished.
struct Frame {
    start: usize,
    anchor: usize,
    tag: Option<String>,
    /// Counts when it was opened, to know what it holds.
    nodes: u64,
    aliases: u64,
    value: Value,
    key: Option<Node>,
}

struct Anchored {
    node: Node,
    nodes: u64,
    aliases: u64,
}

struct Builder<'a> {
    offsets: Offsets<'a>,
    flavour: Flavour,
    limits: &'a Limits,
    stack: Vec<Frame>,
    anchors: HashMap<usize, Anchored>,
    nodes: u64,
    aliases: u64,
    /// Values that are kept for aliases.
    stored: u64,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, start: usize, end: usize) -> Result<Option<Node>, Fault> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let span = self.offsets.span(start, end);
                let span = if plain { span } else { self.offsets.without_comment(span) };
                // Long texts weigh more than one, so that aliases cannot make much of them.
                let weight = 1 + text.len() as u64 / 64;
                let value = Value::Scalar { text: text.into_owned(), plain };
                self.add(Node { span, tag: tag.map(|tag| written(&tag)), value }, anchor, weight, 0)
            }
            Event::Alias(anchor) => self.alias(anchor, self.offsets.span(start, end)),
            Event::SequenceStart(anchor, tag) => {
                self.open(start, anchor, tag.map(|tag| written(&tag)), Value::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                self.open(start, anchor, tag.map(|tag| written(&tag)), Value::Map(Vec::new()))
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(end),
            _ => Ok(None),
        }
    }

    fn open(&mut self, start: usize, anchor: usize, tag: Option<String>, value: Value) -> Result<Option<Node>, Fault> {
        if self.stack.len() as u64 >= self.limits.yaml_depth {
            return Err(Fault { span: self.offsets.span(start, start + 1), kind: FaultKind::Deep });
        }
        self.stack.push(Frame { start, anchor, tag, nodes: self.nodes, aliases: self.aliases, value, key: None });
        Ok(None)
    }

    fn close(&mut self, end: usize) -> Result<Option<Node>, Fault> {
        let frame = self.stack.pop().expect("the parser closes only what it opened");
        let node = Node { span: self.offsets.span(frame.start, end), tag: frame.tag, value: frame.value };
        let (nodes, aliases) = (self.nodes - frame.nodes + 1, self.aliases - frame.aliases);
        self.nodes = frame.nodes;
        self.aliases = frame.aliases;
        self.add(node, frame.anchor, nodes, aliases)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<Option<Node>, Fault> {
        let fault = |kind| Fault { span, kind };
        let anchored = self.anchors.get(&anchor).ok_or_else(|| fault(FaultKind::Circle))?;
        let (nodes, aliases) = (anchored.nodes, anchored.aliases + 1);
        if self.aliases + aliases > self.flavour.aliases {
            return Err(fault(FaultKind::Aliases));
        }
        if self.nodes + nodes > self.limits.yaml_nodes {
            return Err(fault(FaultKind::Large));
        }
        let node = Node { span, ..anchored.node.clone() };
        self.add(node, 0, nodes, aliases)
    }

    /// Puts a finished value where it belongs; gives it back if it is the root.
    fn add(&mut self, node: Node, anchor: usize, nodes: u64, aliases: u64) -> Result<Option<Node>, Fault> {
        self.nodes += nodes;
        self.aliases += aliases;
        if self.nodes > self.limits.yaml_nodes {
            return Err(Fault { span: node.span, kind: FaultKind::Large });
        }
        if anchor != 0 {
            self.stored += nodes;
            if self.stored > self.limits.yaml_nodes {
                return Err(Fault { span: node.span, kind: FaultKind::Anchors });
            }
            self.anchors.insert(anchor, Anchored { node: node.clone(), nodes, aliases });
        }
        let Some(frame) = self.stack.last_mut() else { return Ok(Some(node)) };
        match &mut frame.value {
            Value::List(items) => items.push(node),
            Value::Map(entries) => match frame.key.take() {
                None => frame.key = Some(node),
                Some(key) if self.flavour.merge && key.text() == Some("<<") => merge(entries, node),
                Some(key) => entries.push((key, node)),
            },
            Value::Scalar { .. } => unreachable!("scalars are never opened"),
        }
        Ok(None)
    }

    fn syntax(&self, at: usize, info: &str) -> Fault {
        let start = self.offsets.byte(at);
        // The scanner looks ahead of the builder, and counts brackets itself.
        let deep = info == "recursion limit exceeded";
        let kind = if deep { FaultKind::Deep } else { FaultKind::Syntax(info.trim_end_matches('.').to_owned()) };
        Fault { span: Span::new(start, start + 1), kind }
    }
}

/// YAML's merge key: what it brings stands before what the mapping says itself, so that the latter wins.
fn merge(entries: &mut Vec<(Node, Node)>, node: Node) {
    let brought = match node.value {
        Value::Map(brought) => brought,
        Value::List(items) => items.into_iter().rev().flat_map(|item| item.entries().to_vec()).collect(),
        Value::Scalar { .. } => Vec::new(),
    };
    entries.splice(0..0, brought);
}

fn written(tag: &Tag) -> String {
    let handle = if tag.handle == "tag:yaml.org,2002:" { "!!" } else { &tag.handle };
    format!("{handle}{}", tag.suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PYTHON: Flavour = Flavour { aliases: u64::MAX, merge: true };

    fn root(text: &str) -> Node {
        parse(text, 0, PYTHON, &Limits::default()).unwrap().unwrap()
    }

    #[test]
    fn tags_are_kept_and_spans_are_bytes() {
        let node = root("ä: !ENV [A, b]\nx: !!python/name:os.system\ny: !relative $config_dir\n");
        let env = node.get("ä").unwrap();
        assert_eq!(env.tag.as_deref(), Some("!ENV"));
        assert_eq!(env.items().last().and_then(Node::text), Some("b"));
        assert_eq!(node.get("x").unwrap().tag.as_deref(), Some("!!python/name:os.system"));
        assert_eq!(node.get("y").unwrap().text(), Some("$config_dir"));
        assert_eq!(node.entries()[1].0.span.start, 16);
    }

    #[test]
    fn bombs_end_early() {
        let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..12 {
            let before = format!("*a{},", level - 1).repeat(10);
            text.push_str(&format!("a{level}: &a{level} [{}]\n", before.trim_end_matches(',')));
        }
        let kind = |text: &str| parse(text, 0, PYTHON, &Limits::default()).unwrap_err().kind;
        assert!(matches!(kind(&text), FaultKind::Large | FaultKind::Anchors));
        assert_eq!(kind(&"[".repeat(5_000)), FaultKind::Deep);
        assert_eq!(kind("a: &a [*a]"), FaultKind::Circle);
    }

    #[test]
    fn merged_keys_yield_to_own_ones() {
        let node = root("base: &b {x: 1, y: 2}\nmine:\n  <<: *b\n  y: 3\n");
        let mine = node.get("mine").unwrap();
        assert_eq!((mine.get("x").unwrap().text(), mine.get("y").unwrap().text()), (Some("1"), Some("3")));
    }
}

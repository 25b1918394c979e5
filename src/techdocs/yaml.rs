use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::rules::CONFIG_UNREADABLE;
use crate::base::{Limits, Problem, Span};

/// A node of a YAML document, with its place; tags are kept, never acted upon.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Bytes of the text; empty for what came from another file.
    pub span: Span,
    /// The tag as written: `!ENV`, `!!python/name:x`.
    pub tag: Option<String>,
    /// What it holds.
    pub value: Value,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// A scalar; plain ones may mean null, a boolean or a number.
    Scalar {
        /// Its text.
        text: String,
        /// Not quoted and no block.
        plain: bool,
    },
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in the order written; of two equal keys both are here.
    Map(Vec<(Node, Node)>),
}

/// Parses the first document of a text. `Ok(None)`: there is nothing in it.
pub(super) fn parse(text: &str, limits: &Limits) -> Result<Option<Node>, Problem> {
    let mut build = Build { starts: char_starts(text), nodes: 0, anchors: HashMap::new(), stack: Vec::new(), text };
    let mut parser = Parser::new_from_str(text);
    loop {
        let Some(event) = parser.next_event() else { return Ok(None) };
        let (event, at) = event.map_err(|error| {
            let start = build.byte(error.marker().index());
            CONFIG_UNREADABLE.problem(Span::new(start, start + 1), format!("this is no YAML: {}", error.info()))
        })?;
        let span = Span::new(build.byte(at.start.index()), build.byte(at.end.index()));
        if let Some(root) = build.event(event, span, limits)? {
            return Ok(Some(root));
        }
    }
}

impl Node {
    /// The value of a key; the last one wins, as in Python.
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

    /// A boolean by the words that PyYAML takes.
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

    fn size(&self) -> u64 {
        1 + match &self.value {
            Value::Scalar { text, .. } => text.len() as u64 / 64,
            Value::List(items) => items.iter().map(Self::size).sum(),
            Value::Map(entries) => entries.iter().map(|(key, value)| key.size() + value.size()).sum(),
        }
    }
}

struct Build<'a> {
    text: &'a str,
    /// Byte offset of every character, or nothing when the text is ASCII and they are the same.
    starts: Option<Vec<u32>>,
    nodes: u64,
    anchors: HashMap<usize, (Node, u64)>,
    stack: Vec<Open>,
}

struct Open {
    node: Node,
    anchor: usize,
    key: Option<Node>,
}

impl Build<'_> {
    fn event(&mut self, event: Event<'_>, span: Span, limits: &Limits) -> Result<Option<Node>, Problem> {
        let open = |tag: Option<String>, anchor, value| Open { node: Node { span, tag, value }, anchor, key: None };
        self.nodes += 1;
        if self.nodes > limits.yaml_nodes {
            return Err(CONFIG_UNREADABLE.problem(span, "this has more nodes than `limits.yaml_nodes` allows"));
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let value = Value::Scalar { text: text.into_owned(), plain };
                let node = Node { span, tag: tag.map(|tag| written(&tag)), value };
                Ok(self.close(node, anchor))
            }
            Event::SequenceStart(anchor, tag) => {
                self.stack.push(open(tag.map(|tag| written(&tag)), anchor, Value::List(Vec::new())));
                self.check_depth(span, limits)
            }
            Event::MappingStart(anchor, tag) => {
                self.stack.push(open(tag.map(|tag| written(&tag)), anchor, Value::Map(Vec::new())));
                self.check_depth(span, limits)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(Open { mut node, anchor, .. }) = self.stack.pop() else { return Ok(None) };
                node.span.end = span.end.max(node.span.start);
                Ok(self.close(node, anchor))
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some((node, size)) => {
                    self.nodes += size;
                    if self.nodes > limits.yaml_nodes {
                        let message = "the aliases here stand for more nodes than `limits.yaml_nodes` allows";
                        return Err(CONFIG_UNREADABLE.problem(span, message));
                    }
                    let node = node.clone();
                    Ok(self.close(node, 0))
                }
                None => Err(CONFIG_UNREADABLE.problem(span, "this alias names no anchor before it")),
            },
            _ => Ok(None),
        }
    }

    fn check_depth(&self, span: Span, limits: &Limits) -> Result<Option<Node>, Problem> {
        if self.stack.len() as u64 > limits.yaml_depth {
            return Err(CONFIG_UNREADABLE.problem(span, "this is nested deeper than `limits.yaml_depth` allows"));
        }
        Ok(None)
    }

    /// Puts a finished node where it belongs; gives it back if it is the root.
    fn close(&mut self, node: Node, anchor: usize) -> Option<Node> {
        if anchor > 0 {
            let size = node.size();
            self.nodes += size;
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let Some(parent) = self.stack.last_mut() else { return Some(node) };
        match &mut parent.node.value {
            Value::List(items) => items.push(node),
            Value::Map(entries) => match parent.key.take() {
                None => parent.key = Some(node),
                Some(key) if key.text() == Some("<<") => merge(entries, node),
                Some(key) => entries.push((key, node)),
            },
            Value::Scalar { .. } => unreachable!("scalars are never opened"),
        }
        None
    }

    fn byte(&self, character: usize) -> usize {
        match &self.starts {
            None => character.min(self.text.len()),
            Some(starts) => starts.get(character).map_or(self.text.len(), |start| *start as usize),
        }
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

fn written(tag: &saphyr_parser::Tag) -> String {
    let handle = if tag.handle == "tag:yaml.org,2002:" { "!!" } else { &tag.handle };
    format!("{handle}{}", tag.suffix)
}

fn char_starts(text: &str) -> Option<Vec<u32>> {
    if text.is_ascii() {
        return None;
    }
    Some(text.char_indices().map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(text: &str) -> Node {
        parse(text, &Limits::default()).unwrap().unwrap()
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
        assert!(parse(&text, &Limits::default()).is_err());
        assert!(parse(&"[".repeat(5_000), &Limits::default()).is_err());
    }

    #[test]
    fn merged_keys_yield_to_own_ones() {
        let node = root("base: &b {x: 1, y: 2}\nmine:\n  <<: *b\n  y: 3\n");
        let mine = node.get("mine").unwrap();
        assert_eq!((mine.get("x").unwrap().text(), mine.get("y").unwrap().text()), (Some("1"), Some("3")));
    }
}

use serde_json::{Map, Number, Value};

use crate::base::Span;

/// A YAML value with its place: what every check of a document works on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub value: NodeValue,
    pub span: Span,
}

/// The JSON-like values that YAML 1.2 core gives.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NodeValue {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key of a map, always text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Key {
    pub name: String,
    pub span: Span,
}

impl Node {
    /// The value of a key, if this is a map that has it; the last one if it is written twice.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, node)| node)
    }

    /// A key and its value.
    pub fn entry(&self, key: &str) -> Option<(&Key, &Node)> {
        self.entries().iter().rev().find(|(name, _)| name.name == key).map(|(name, node)| (name, node))
    }

    /// All entries of a map; none if it is no map.
    pub fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            NodeValue::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none if it is no list.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            NodeValue::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a string.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            NodeValue::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn is_map(&self) -> bool {
        matches!(self.value, NodeValue::Map(_))
    }

    /// What it is, for people.
    pub fn type_word(&self) -> &'static str {
        match self.value {
            NodeValue::Null => "empty (`null`)",
            NodeValue::Bool(_) => "a boolean",
            NodeValue::Number(_) => "a number",
            NodeValue::Text(_) => "a string",
            NodeValue::List(_) => "a list",
            NodeValue::Map(_) => "a map",
        }
    }

    /// As JSON.
    pub fn to_json(&self) -> Value {
        match &self.value {
            NodeValue::Null => Value::Null,
            NodeValue::Bool(value) => Value::Bool(*value),
            NodeValue::Number(value) => Value::Number(value.clone()),
            NodeValue::Text(value) => Value::String(value.clone()),
            NodeValue::List(items) => Value::Array(items.iter().map(Node::to_json).collect()),
            NodeValue::Map(entries) => Value::Object(
                entries.iter().map(|(key, node)| (key.name.clone(), node.to_json())).collect::<Map<_, _>>(),
            ),
        }
    }

    /// As JSON, without a copy of any text.
    pub fn into_json(self) -> Value {
        match self.value {
            NodeValue::Null => Value::Null,
            NodeValue::Bool(value) => Value::Bool(value),
            NodeValue::Number(value) => Value::Number(value),
            NodeValue::Text(value) => Value::String(value),
            NodeValue::List(items) => Value::Array(items.into_iter().map(Node::into_json).collect()),
            NodeValue::Map(entries) => {
                Value::Object(entries.into_iter().map(|(key, node)| (key.name, node.into_json())).collect())
            }
        }
    }

    /// A JSON value that stands, as a whole, at one place.
    pub fn from_json(value: Value, span: Span) -> Self {
        let value = match value {
            Value::Null => NodeValue::Null,
            Value::Bool(value) => NodeValue::Bool(value),
            Value::Number(value) => NodeValue::Number(value),
            Value::String(value) => NodeValue::Text(value),
            Value::Array(items) => NodeValue::List(items.into_iter().map(|item| Self::from_json(item, span)).collect()),
            Value::Object(entries) => NodeValue::Map(
                entries.into_iter().map(|(name, value)| (Key { name, span }, Self::from_json(value, span))).collect(),
            ),
        };
        Self { value, span }
    }
}

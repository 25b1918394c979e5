use serde::{Deserialize, Serialize};

use crate::base::SafeHtml;

/// An API as its definition describes it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Api {
    /// Name and version of the format: `OpenAPI 3.1.0`.
    pub format: String,
    /// Title of the API; may be empty.
    pub title: String,
    /// Version of the API itself.
    pub version: Option<String>,
    /// What it is, as HTML.
    pub description: SafeHtml,
    /// Contact, licence, terms, further documentation.
    pub links: Vec<NamedLink>,
    /// Where it is served.
    pub servers: Vec<Server>,
    /// How callers say who they are.
    pub schemes: Vec<Scheme>,
    /// Operations by tag, root type or service.
    pub groups: Vec<Group>,
    /// Types with a name.
    pub types: Vec<NamedType>,
    /// Operations and types beyond what is read of one definition.
    pub left_out: usize,
}

/// Text, and where it leads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NamedLink {
    /// What it is: `Licence`, `Contact`.
    pub label: String,
    /// Text to show.
    pub text: String,
    /// As written, not judged.
    pub url: Option<String>,
}

/// A place that the API is served at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Server {
    /// Its address, which may have variables.
    pub url: String,
    /// Name or protocol.
    pub note: String,
    /// What it is for, as HTML.
    pub description: SafeHtml,
    /// Variables of the address.
    pub variables: Vec<Node>,
}

/// A way to authenticate.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Scheme {
    /// Its name in the definition.
    pub name: String,
    /// What it is, in words.
    pub words: String,
    /// More of it, as HTML.
    pub description: SafeHtml,
    /// Addresses and scopes.
    pub facts: Vec<Fact>,
}

/// Operations that belong together.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Group {
    /// Name for people, unique in its API.
    pub name: String,
    /// What they are about, as HTML.
    pub description: SafeHtml,
    /// In the order written.
    pub operations: Vec<Operation>,
}

/// Something that a caller can do.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Operation {
    /// Anchor, unique in its API.
    pub id: String,
    /// `GET`, `SEND`, `QUERY`, `RPC`, …
    pub method: String,
    /// Path, channel, or name of the field or method.
    pub path: String,
    /// One line about it; may be empty.
    pub title: String,
    /// All about it, as HTML.
    pub description: SafeHtml,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// Schemes that it asks for, in words.
    pub security: Vec<String>,
    /// Parameters by place, each with its heading.
    pub inputs: Vec<(String, Vec<Node>)>,
    /// Bodies, responses and messages.
    pub messages: Vec<Message>,
    /// Words for search, beside the fields above.
    pub text: String,
}

/// What is sent, or comes back.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Message {
    /// `Request body`, `Response`, name of a message.
    pub heading: String,
    /// Status of a response: `201`, `4XX`, `default`.
    pub status: Option<String>,
    /// What it is, as HTML.
    pub description: SafeHtml,
    /// Whether it must be sent.
    pub required: bool,
    /// Headers.
    pub headers: Vec<Node>,
    /// Its content in each media type.
    pub contents: Vec<Content>,
}

/// Content in one media type.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Content {
    /// `application/json`; empty where the format has one only.
    pub media_type: String,
    /// Its shape.
    pub schema: Option<Node>,
    /// Examples.
    pub examples: Vec<Example>,
}

/// An example, highlighted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Example {
    /// Its name.
    pub title: String,
    /// Language of the text.
    pub language: String,
    /// The text as HTML.
    pub html: SafeHtml,
}

/// A type with a name that others refer to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NamedType {
    /// Anchor, unique in its API.
    pub id: String,
    /// Its name, unique in its API.
    pub name: String,
    /// What it is: `object`, `enum`, `input`, `interface`.
    pub words: String,
    /// Its shape.
    pub shape: Node,
}

/// A field, a parameter, or a type: a tree.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Node {
    /// Its name; empty for the root of a tree and for an alternative.
    pub name: String,
    /// The role of an alternative: `one of`, `any of`, `not`.
    pub role: String,
    /// The type in words, up to the name that [`Node::link`] has.
    pub words: String,
    /// Name of the type, if it is one of [`Api::types`], with the text that leads to it.
    pub link: Option<(String, String)>,
    /// Where the named type stands; filled in by who makes pages.
    pub url: Option<String>,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it may be `null`.
    pub nullable: bool,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// `read only` or `write only`.
    pub access: Option<String>,
    /// What it is, as HTML.
    pub description: SafeHtml,
    /// Default, limits, pattern.
    pub facts: Vec<Fact>,
    /// The values that it may have.
    pub values: Vec<String>,
    /// What is in it.
    pub children: Vec<Node>,
}

/// A property of a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What is said: `default`, `pattern`.
    pub label: String,
    /// The value as text.
    pub value: String,
}

impl Fact {
    /// A fact.
    pub(super) fn new(label: &str, value: impl Into<String>) -> Self {
        Self { label: label.to_owned(), value: value.into() }
    }
}

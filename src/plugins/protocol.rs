use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::base::nearest;

/// Version of the protocol, in every request.
pub(super) const VERSION: u32 = 1;

/// What a program answers to one request: a line with one JSON object. Fields that a hook does not use are left out.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Answer {
    /// The request's.
    pub id: String,
    /// Why there is no answer; then nothing else counts.
    pub error: Option<String>,
    /// `enrich`: what is known of the entity.
    pub facts: Vec<FactSaid>,
    /// `enrich`: where its tools are.
    pub links: Vec<LinkSaid>,
    /// `enrich`: cards of its overview.
    pub cards: Vec<ViewSaid>,
    /// `enrich`: tabs with a page each.
    pub tabs: Vec<ViewSaid>,
    /// `check`: what is wrong with the entity.
    pub findings: Vec<FindingSaid>,
    /// `harvest`: entities, as in `catalog-info.yaml`.
    pub entities: Vec<Value>,
    /// `page`: pages of the portal.
    pub pages: Vec<ViewSaid>,
    /// `docs`: the document as Markdown.
    pub markdown: Option<String>,
    /// What nobody reads: most likely misspelt.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, Value>,
}

impl Answer {
    /// Misspelt keys, each with the nearest that is read; and views without anything to show.
    pub fn mistakes(&self) -> Vec<String> {
        // A program may give its question back.
        let echoed = ["protocol", "hook", "config", "entity", "path", "text"];
        let own = self.unknown.keys().filter(|key| !echoed.contains(&key.as_str())).map(|key| (key, &ANSWER[..]));
        let views = || self.cards.iter().chain(&self.tabs).chain(&self.pages);
        let inner = views().flat_map(|view| view.unknown.keys()).map(|key| (key, &VIEW[..]));
        let near = |key: &str, known: &[&str]| match nearest(key, known.iter().copied()) {
            Some(near) => format!("it has a key `{key}` that nobody reads; did you mean `{near}`?"),
            None => format!("it has a key `{key}` that nobody reads"),
        };
        let mut all: Vec<String> = own.chain(inner).map(|(key, known)| near(key, known)).collect();
        let blank = |view: &&ViewSaid| view.html.is_none() && view.markdown.is_none() && view.text.is_none();
        all.extend(
            views().filter(blank).map(|view| format!("`{}` has neither `html` nor `markdown` nor `text`", view.title)),
        );
        all.dedup();
        all
    }
}

/// Keys of an answer, and of a card, tab or page in it.
const ANSWER: [&str; 9] = ["id", "error", "facts", "links", "cards", "tabs", "findings", "pages", "markdown"];
const VIEW: [&str; 8] = ["title", "html", "markdown", "text", "slot", "on", "path", "menu"];

/// A fact of an answer.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct FactSaid {
    pub name: String,
    #[serde(default)]
    pub title: Option<String>,
    pub value: Value,
}

/// A link of an answer.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct LinkSaid {
    pub title: String,
    pub url: String,
    #[serde(default)]
    pub group: Option<String>,
}

/// A card, tab or page of an answer; of `html`, `markdown` and `text` the first that is there is shown.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct ViewSaid {
    pub title: String,
    pub html: Option<String>,
    pub markdown: Option<String>,
    pub text: Option<String>,
    pub slot: Option<String>,
    pub on: Option<String>,
    pub path: Option<String>,
    pub menu: bool,
    /// What nobody reads: most likely misspelt.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, Value>,
}

/// A finding of an answer.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct FindingSaid {
    pub message: String,
    #[serde(default)]
    pub severity: Option<String>,
    #[serde(default)]
    pub hint: Option<String>,
}

/// JSON Schema (draft 7) of the protocol: `request` is a line that a program reads, `answer` one that it writes.
pub fn json_schema() -> Value {
    let text = || json!({ "type": "string" });
    let list = |of: Value| json!({ "type": "array", "items": of });
    let object = |required: &[&str], properties: Value| json!({ "type": "object", "required": required, "properties": properties });
    let view = object(
        &["title"],
        json!({
            "title": text(), "html": text(), "markdown": text(), "text": text(), "path": text(),
            "menu": { "type": "boolean" },
            "slot": { "enum": super::part::Slot::ALL.map(|(word, _)| word) },
            "on": { "enum": super::part::On::ALL.map(|(word, _)| word) },
        }),
    );
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Callboard's plugin protocol",
        "description": "A program reads a request in each line of its standard input and writes an answer in each line of its standard output, in any order.",
        "oneOf": [{ "$ref": "#/definitions/request" }, { "$ref": "#/definitions/answer" }],
        "definitions": {
            "request": object(&["protocol", "id", "hook", "config"], json!({
                "protocol": { "const": VERSION },
                "id": text(),
                "hook": { "enum": super::manifest_rules::HOOKS },
                "config": { "type": "object", "additionalProperties": text() },
                "entity": { "type": "object", "description": "enrich and check: the entity with `ref`, `title` and `owners`" },
                "entities": list(json!({ "type": "object", "description": "page: every entity in short" })),
                "path": { "type": "string", "description": "docs: the file's path in its repository" },
                "text": { "type": "string", "description": "docs: what is in it" },
            })),
            "answer": object(&["id"], json!({
                "id": text(),
                "error": text(),
                "facts": list(object(&["name", "value"], json!({ "name": text(), "title": text(), "value": {} }))),
                "links": list(object(&["title", "url"], json!({ "title": text(), "url": text(), "group": text() }))),
                "cards": list(view.clone()),
                "tabs": list(view.clone()),
                "pages": list(view),
                "findings": list(object(&["message"], json!({
                    "message": text(), "hint": text(), "severity": { "enum": ["note", "warning", "error"] },
                }))),
                "entities": list(json!({ "type": "object", "description": "harvest: entities as in catalog-info.yaml" })),
                "markdown": { "type": "string", "description": "docs: the document as Markdown" },
            })),
        },
    })
}

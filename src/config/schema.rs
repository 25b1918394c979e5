//! `site.toml` as JSON Schema (draft 7), for editors.

use serde_json::{Map, Value, json};

use crate::base::{DiagramLanguage, Limits};

/// JSON Schema of `site.toml`. A test holds it to what [`super::load`] takes.
pub fn json_schema() -> Value {
    let text = || json!({ "type": "string" });
    let texts = || json!({ "type": "array", "items": { "type": "string" } });
    let limits: Map<String, Value> = Limits::default()
        .entries()
        .into_iter()
        .map(|(key, value)| (key.to_owned(), json!({ "type": "integer", "minimum": 0, "default": *value })))
        .collect();
    let command = json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 });
    let diagrams: Map<String, Value> = DiagramLanguage::all()
        .map(|language| {
            let settings = table(json!({ "command": described(command.clone(), "A program and its arguments") }));
            (language.name().to_owned(), with_required(settings, &["command"]))
        })
        .collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "site.toml",
        "description": "Settings of a Callboard portal",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "title": described(text(), "Title of the portal"),
            "description": described(text(), "One sentence below the title"),
            "language": described(text(), "Language of the interface (BCP 47)"),
            "base_url": described(text(), "Where the portal is published: `https://host/path/`, or `/path/`"),
            "output": described(text(), "Folder that the site is written to"),
            "cache_dir": described(text(), "Folder for fetched repositories and remembered products"),
            "portable": described(json!({ "type": "boolean" }), "Whether the site can be read from a disk, without a server"),
            "pages": described(text(), "Folder of Markdown pages of the portal itself"),
            "theme": table(json!({
                "dir": text(),
                "logo": text(),
                "favicon": text(),
                "patterns": { "type": "boolean" },
                "fonts": { "type": "array", "items": with_required(table(font()), &["family", "file"]) },
                "accent_hue": { "type": "integer", "minimum": 0, "maximum": 359 },
                "footer": text(),
                "navigation": {
                    "type": "array",
                    "items": with_required(table(json!({ "title": text(), "url": text() })), &["title", "url"]),
                },
            })),
            "plugins": {
                "type": "object",
                "properties": { "dirs": texts(), "off": texts() },
                "additionalProperties": { "type": "object", "additionalProperties": { "type": "string" } },
            },
            "catalog": table(json!({
                "model": { "enum": ["builtin", "layers"] },
                "neighbours": { "enum": ["spare", "strict"] },
                "codeowners": { "type": "boolean" },
                "unknown_kinds": { "type": "boolean" },
            })),
            "diagrams": table(Value::Object(diagrams)),
            "search": table(json!({ "enabled": { "type": "boolean" } })),
            "limits": table(Value::Object(limits)),
            "sources": { "type": "array", "items": source() },
        },
    })
}

fn font() -> Value {
    json!({
        "family": { "type": "string", "pattern": "^[\\p{L}\\p{N} -]*[\\p{L}\\p{N}-][\\p{L}\\p{N} -]*$" },
        "file": { "type": "string", "pattern": "\\.([wW][oO][fF][fF]2?|[tToO][tT][fF])$" },
        "weight": { "type": "string", "pattern": "^(1000|[1-9][0-9]{0,2})( (1000|[1-9][0-9]{0,2}))?$" },
        "italic": { "type": "boolean" },
        "code": { "type": "boolean" },
    })
}

fn source() -> Value {
    let text = || json!({ "type": "string" });
    let mut schema = table(json!({
        "dir": described(text(), "A folder, or a glob of folders"),
        "git": described(text(), "URL or path of a git repository"),
        "list": described(text(), "A file with one repository a line"),
        "branch": text(),
        "tag": text(),
        "commit": text(),
        "revision": text(),
        "name": text(),
        "url": described(json!({ "type": "string", "pattern": "^https?://." }), "Where people see the repository"),
        "token_env": described(json!({ "type": "string", "pattern": "^[A-Za-z0-9_]*$" }), "Environment variable that holds a token"),
        "path": described(text(), "Only this part of the repository"),
        "entity_files": { "type": "array", "items": { "type": "string" } },
    }));
    schema["oneOf"] = json!([{ "required": ["dir"] }, { "required": ["git"] }, { "required": ["list"] }]);
    schema
}

fn table(properties: Value) -> Value {
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

fn described(mut schema: Value, text: &str) -> Value {
    schema["description"] = Value::from(text);
    schema
}

fn with_required(mut schema: Value, keys: &[&str]) -> Value {
    schema["required"] = json!(keys);
    schema
}

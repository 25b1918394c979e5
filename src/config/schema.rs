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
            "theme": theme(),
            "plugins": {
                "type": "object",
                "properties": {
                    "dirs": texts(),
                    "off": texts(),
                    "inline": described(json!({ "type": "array", "items": { "type": "object" } }), "Plugins without a folder"),
                },
                "additionalProperties": { "type": "object", "additionalProperties": { "type": "string" } },
            },
            "proxies": { "type": "object", "additionalProperties": proxy() },
            "scorecards": scorecards(),
            "layout": table(json!({
                "cards": texts(),
                "tabs": texts(),
                "docs": texts(),
                "slots": { "type": "object", "additionalProperties": { "enum": super::layout::SLOTS } },
                "groups": { "type": "object", "additionalProperties": texts() },
            })),
            "catalog": table(json!({
                "model": { "enum": ["builtin", "layers"] },
                "neighbours": { "enum": ["spare", "strict"] },
                "codeowners": { "type": "boolean" },
                "unknown_kinds": { "type": "boolean" },
            })),
            "diagrams": table(Value::Object(diagrams)),
            "search": table(json!({
                "enabled": { "type": "boolean" },
                "export": { "enum": ["files", "quickwit"] },
                "endpoint": { "type": "string", "pattern": "^https?://." },
                "index": text(),
            })),
            "limits": table(Value::Object(limits)),
            "sources": { "type": "array", "items": source() },
            "publish": { "type": "object", "additionalProperties": publish() },
        },
    })
}

fn theme() -> Value {
    let text = || json!({ "type": "string" });
    table(json!({
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
    }))
}

fn proxy() -> Value {
    let text = || json!({ "type": "string" });
    let number = || json!({ "type": "integer", "minimum": 0 });
    let keys = json!({
        "url": described(text(), "Address that paths follow"),
        "recorded": described(text(), "A file of answers beside site.toml, instead of asking"),
        "headers": { "type": "object", "additionalProperties": text() },
        "allow": { "type": "array", "items": { "type": "string", "pattern": "^/" } },
        "timeout_seconds": number(),
        "retries": number(),
        "requests_per_second": number(),
        "cache_minutes": number(),
    });
    let mut table = table(keys);
    table["anyOf"] = json!([{ "required": ["url"] }, { "required": ["recorded"] }]);
    table
}

/// `[[scorecards]]`; what stands in a level is told by `plugins`, with its place.
fn scorecards() -> Value {
    let text = || json!({ "type": "string" });
    let word_or_words =
        || json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] });
    json!({ "type": "array", "items": with_required(table(json!({
                "name": text(),
                "title": text(),
                "kind": word_or_words(),
                "type": word_or_words(),
                "annotation": text(),
                "history": described(text(), "A file of earlier levels beside site.toml"),
                "levels": { "type": "array", "items": { "type": "object" } },
            })), &["title"]) })
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
        "snapshots": described(text(), "A store of snapshots: `s3://bucket/prefix`, `gs://…`, `az://…` or `file:///path`"),
        "endpoint": described(text(), "Address of a store of one's own, for `snapshots`"),
        "region": text(),
        "profile": text(),
        "account": text(),
        "branch": text(),
        "tag": text(),
        "commit": text(),
        "revision": text(),
        "name": text(),
        "url": described(json!({ "type": "string", "pattern": "^https?://." }), "Where people see the repository"),
        "token_env": described(json!({ "type": "string", "pattern": "^[A-Za-z0-9_]*$" }), "Environment variable that holds a token"),
        "history": described(json!({ "type": "boolean" }), "Fetch the whole history, to tell when pages were last changed"),
        "path": described(text(), "Only this part of the repository"),
        "entity_files": { "type": "array", "items": { "type": "string" } },
    }));
    schema["oneOf"] = json!([{ "required": ["dir"] }, { "required": ["git"] }, { "required": ["list"] }, { "required": ["snapshots"] }]);
    schema
}

fn publish() -> Value {
    let text = || json!({ "type": "string" });
    let texts = || json!({ "type": "object", "additionalProperties": { "type": "string" } });
    let header = || json!({ "type": "string", "pattern": "^[ -~]*$" });
    let rule = table(json!({
        "files": described(text(), "Glob of paths in the site"),
        "content_type": header(),
        "cache_control": header(),
        "content_disposition": header(),
        "content_language": header(),
        "metadata": texts(),
    }));
    let schema = table(json!({
        "url": described(json!({ "type": "string", "pattern": "^(s3a?|gs|az|azure|file)://|^\\.{0,2}/" }), "Where: `s3://bucket/prefix`, `gs://…`, `az://…` or `file:///path`"),
        "endpoint": described(text(), "Address of a store of one's own"),
        "region": text(),
        "profile": described(text(), "Profile of the AWS command line's files"),
        "account": described(text(), "Storage account of Azure"),
        "path_style": { "type": "boolean" },
        "concurrency": { "type": "integer", "minimum": 1, "maximum": 256, "default": 24 },
        "grace": described(json!({ "type": "string", "pattern": "^[0-9]+[smhd]$" }), "How long what is gone from the site stays"),
        "max_delete": described(json!({ "type": "string", "pattern": "^[0-9]+%?$" }), "How much may go away at once"),
        "urls": { "enum": ["directories", "html"] },
        "gzip": described(json!({ "type": "boolean" }), "Store all text compressed, not only the search index"),
        "error_page": described(text(), "A second place for the 404 page"),
        "redirects": texts(),
        "headers": { "type": "array", "items": with_required(rule, &["files"]) },
    }));
    with_required(schema, &["url"])
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

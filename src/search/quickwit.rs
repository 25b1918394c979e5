use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::analyze::Analyzer;
use super::document::SearchPage;
use super::files::Files;
use super::form::Server;
use super::passages::{self, Passage};
use super::segment::FIELDS;
use super::{client, manifest};

/// Size at which a file of documents is full, in bytes. Quickwit takes requests of 10 MiB.
const FULL: usize = 8 << 20;

/// Writes what a Quickwit server is filled with, and a client that asks it.
///
/// Its tokenizers are not ours, so documents carry their words as our analyzer cuts them, and the server only parts them at
/// spaces. <https://quickwit.io/docs/configuration/index-config>
pub(super) fn write(pages: &[SearchPage], server: &Server, generation: &str, files: &mut Files<'_>) {
    let mut analyzer = Analyzer::default();
    let mut facets = BTreeSet::from(["kind".to_owned(), "tag".to_owned()]);
    let mut lines = String::new();
    let mut number = 0;
    let mut seen = BTreeSet::new();
    for page in pages.iter().filter(|page| seen.insert(&page.route)) {
        facets.extend(page.facets.iter().map(|(name, _)| name.clone()));
        for passage in &passages::cut(page) {
            lines += &document(page, passage, &mut analyzer).to_string();
            lines.push('\n');
        }
        if lines.len() > FULL {
            flush(&mut lines, &mut number, files);
        }
    }
    flush(&mut lines, &mut number, files);
    files.text(&["quickwit", "index.json"], format!("{:#}\n", settings(&server.index, &facets)));
    files.text(&["client.js"], client::script(true));
    let fields: Vec<Value> = FIELDS.iter().map(|rule| json!({ "name": rule.name, "boost": rule.boost })).collect();
    files.stable(
        &["latest.json"],
        &json!({
            "v": manifest::VERSION,
            "gen": generation,
            "an": manifest::analyzer_mark(),
            "fields": fields,
            "facets": facets,
            "quickwit": server,
        }),
    );
}

fn flush(lines: &mut String, number: &mut u32, files: &mut Files<'_>) {
    if !lines.is_empty() {
        files.text(&["quickwit", &format!("documents-{number}.ndjson")], std::mem::take(lines));
        *number += 1;
    }
}

fn document(page: &SearchPage, passage: &Passage<'_>, analyzer: &mut Analyzer) -> Value {
    let mut facets: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let own = page.facets.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let tags = page.tags.iter().map(|tag| ("tag", tag.as_str()));
    for (name, value) in std::iter::once(("kind", page.kind.as_str())).chain(own).chain(tags) {
        facets.entry(name).or_default().push(value);
    }
    let path = page.path.iter().chain(&page.tags).map(String::as_str).collect::<Vec<_>>().join(" / ");
    let name = page.route.as_str().trim_end_matches('/').rsplit('/').next().unwrap_or("");
    json!({
        "url": page.route.url(),
        "anchor": passage.anchor,
        "title": page.title,
        "heading": passage.heading,
        "path": page.path,
        "kind": page.kind,
        "text": passage.text,
        "words": {
            "title": words(&page.title, analyzer),
            "heading": words(passage.heading, analyzer),
            "path": words(&format!("{path} / {name}"), analyzer),
            "body": words(&passage.text, analyzer),
        },
        "facet": facets,
    })
}

/// The words of a text: parts in their order, so that phrases are found; whole names behind them.
fn words(text: &str, analyzer: &mut Analyzer) -> String {
    let (mut parts, mut wholes) = (Vec::new(), Vec::new());
    for token in analyzer.analyze(text) {
        if token.whole { &mut wholes } else { &mut parts }.push(token.text.to_owned());
    }
    parts.append(&mut wholes);
    parts.join(" ")
}

/// Settings of the index, as `quickwit index create --index-config` and `POST /api/v1/indexes` take them.
fn settings(index: &str, facets: &BTreeSet<String>) -> Value {
    let shown = |name: &str| json!({ "name": name, "type": "text", "indexed": false, "stored": true });
    let words = |rule: &super::segment::FieldRule| {
        let record = if rule.positions { "position" } else { "freq" };
        json!({ "name": rule.name, "type": "text", "tokenizer": "words", "record": record, "fieldnorms": true, "stored": false })
    };
    let facet = |name: &String| json!({ "name": name, "type": "array<text>", "tokenizer": "raw", "fast": true, "stored": false });
    let mut fields: Vec<Value> =
        ["url", "anchor", "title", "heading", "kind", "text"].iter().map(|name| shown(name)).collect();
    fields.push(json!({ "name": "path", "type": "array<text>", "indexed": false, "stored": true }));
    let parts: Vec<Value> = FIELDS.iter().map(words).collect();
    fields.push(json!({ "name": "words", "type": "object", "field_mappings": parts }));
    let parts: Vec<Value> = facets.iter().map(facet).collect();
    fields.push(json!({ "name": "facet", "type": "object", "field_mappings": parts }));
    let searched: Vec<String> = FIELDS.iter().map(|rule| format!("words.{}", rule.name)).collect();
    json!({
        "version": "0.8",
        "index_id": index,
        "doc_mapping": {
            "mode": "strict",
            "tokenizers": [{ "name": "words", "type": "regex", "pattern": "[^ ]+" }],
            "field_mappings": fields,
        },
        "search_settings": { "default_search_fields": searched },
    })
}

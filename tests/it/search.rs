//! Search as a reader's browser does it.

use std::fs;
use std::path::{Path, PathBuf};

use callboard::search::{self, SearchPage};
use serde_json::json;

/// Writes the index of `CALLBOARD_PAGES` (JSON lines of pages) to `CALLBOARD_OUT`, for measurements.
#[test]
#[ignore = "a tool for tests/search/measure.mjs"]
fn write_index_of_pages() {
    let pages = read_pages(Path::new(&std::env::var("CALLBOARD_PAGES").expect("a file")));
    let out = PathBuf::from(std::env::var("CALLBOARD_OUT").expect("a directory"));
    search::index_into(&pages, &mut |route, bytes| {
        let path = out.join(route.output_path());
        fs::create_dir_all(path.parent().expect("below out")).expect("a directory");
        fs::write(path, bytes).expect("written");
    })
    .expect("indexed");
}

fn read_pages(path: &Path) -> Vec<SearchPage> {
    let text = fs::read_to_string(path).expect("pages");
    text.lines().map(|line| serde_json::from_str(line).expect("a page")).collect()
}

/// Tokens of the lines of `CALLBOARD_TEXTS`, as JSON lines in `CALLBOARD_OUT`, for measurements.
#[test]
#[ignore = "a tool for tests/search/measure.mjs"]
fn write_tokens_of_texts() {
    let texts = fs::read_to_string(std::env::var("CALLBOARD_TEXTS").expect("a file")).expect("texts");
    let lines: Vec<String> = texts.lines().map(|text| vector(text).to_string()).collect();
    fs::write(std::env::var("CALLBOARD_OUT").expect("a file"), lines.join("\n")).expect("written");
}

/// A text with its tokens: term, position, the text it stands for, whether it is a whole name.
fn vector(text: &str) -> serde_json::Value {
    let mut analyzer = search::Analyzer::default();
    let tokens: Vec<_> = analyzer
        .analyze(text)
        .map(|token| json!([token.text, token.position, &text[token.start..token.end], token.whole]))
        .collect();
    json!({ "text": text, "tokens": tokens })
}

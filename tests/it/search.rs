//! Search as a reader's browser does it: the client runs in Node over what was written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use callboard::base::{Digest, Route};
use callboard::search::{self, Form, SearchPage, SearchSection, Server};
use serde_json::json;

use crate::search_reference::{Dice, answers};

const FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/search");

#[test]
fn a_reader_finds_what_they_mean() {
    let site = written(&read_pages(&Path::new(FILES).join("pages.jsonl")));
    node("behaviour.mjs", &[&site.path().join("search")]);
}

#[test]
fn the_browser_ranks_as_tantivy_does() {
    let mut pages = generated_pages(150);
    pages.extend(read_pages(&Path::new(FILES).join("pages.jsonl")));
    let site = written(&pages);
    let lines: Vec<String> = answers(&pages, 300).iter().map(ToString::to_string).collect();
    let file = site.path().join("answers.jsonl");
    fs::write(&file, lines.join("\n")).expect("written");
    node("ranking.mjs", &[&site.path().join("search"), &file]);
}

#[test]
fn the_browser_cuts_texts_into_the_same_words() {
    // Committed words guard against a stemmer that moves; random texts against rules that differ.
    let golden = Path::new(FILES).join("analyzer.jsonl");
    let texts = fs::read_to_string(Path::new(FILES).join("texts.txt")).expect("texts");
    let vectors: Vec<String> = texts.lines().map(|text| vector(text).to_string()).collect();
    let stems: Vec<String> = endings().iter().map(|text| vector(text).to_string()).collect();
    let now = format!("{}\n\"{}\"\n", vectors.join("\n"), Digest::of_bytes(stems.concat().as_bytes()));
    if std::env::var_os("CALLBOARD_BLESS").is_some() {
        fs::write(&golden, &now).expect("written");
    }
    let known = fs::read_to_string(&golden).expect("vectors");
    for (now, known) in now.lines().zip(known.lines()) {
        assert_eq!(now, known, "the analyzer changed: raise its revision, then write the vectors anew");
    }
    let site = written(&[]);
    let file = site.path().join("vectors.jsonl");
    let random = random_texts(3_000).iter().map(|text| vector(text).to_string()).collect();
    fs::write(&file, [vectors, stems, random].concat().join("\n")).expect("written");
    node("analyzer.mjs", &[&site.path().join("search"), &file]);
}

#[test]
fn the_same_pages_give_the_same_bytes() {
    let pages = generated_pages(40);
    let once = search::index(&pages).expect("indexed");
    assert!(once == search::index(&pages).expect("indexed"));
    let mut others = pages.clone();
    others[3].sections[0].text.push_str(" more");
    let changed = search::index(&others).expect("indexed");
    let texts = |files: &[(Route, Vec<u8>)]| -> Vec<(Route, Vec<u8>)> {
        files.iter().filter(|(route, _)| route.as_str().starts_with("search/x/")).cloned().collect()
    };
    let kept = texts(&once).iter().zip(texts(&changed)).filter(|(a, b)| **a == *b).count();
    assert_eq!(kept, texts(&once).len() - 1, "one page's text changed, so one file of texts did");
    assert_ne!(once.last().map(|file| &file.1), changed.last().map(|file| &file.1), "another generation");
}

#[test]
fn an_edit_renames_few_files() {
    let pages = pages_of_many_words();
    let before = search::index(&pages).expect("indexed");
    let written = |edit: &dyn Fn(&mut Vec<SearchSection>)| {
        let mut pages = pages.clone();
        edit(&mut pages[75].sections);
        let after = search::index(&pages).expect("indexed");
        let new: Vec<_> = after.iter().filter(|file| !before.contains(file)).map(|file| file.0.as_str()).collect();
        for name in new.iter().filter(|name| name.starts_with("search/i/")) {
            assert!(before.iter().all(|file| file.0.as_str() != *name), "{name} has another content");
        }
        let folders = ["i/t/", "i/p/", "i/d/", "i/f/", "i/w/", "x/", "latest"];
        folders.map(|folder| new.iter().filter(|name| name.starts_with(&format!("search/{folder}"))).count())
    };
    assert!(before.len() > 250, "{} files", before.len());
    // A sign: the text alone, and not even the manifest.
    let sign = written(&|sections| sections[1].text = sections[1].text.replacen(' ', ", ", 1));
    assert_eq!(sign, [0, 0, 0, 0, 0, 1, 0]);
    // Two words: the shards of these; positions of what stands behind them in the paragraph, and their marks; the text.
    let [terms, positions, rows, facets, _, texts, manifest] =
        written(&|sections| sections[1].text = sections[1].text.replacen(' ', " dolphins zebra ", 1));
    assert_eq!([rows, facets, texts, manifest], [0, 0, 1, 1]);
    assert!(terms <= 3 && positions <= 24, "{terms} shards and {positions} files of positions");
    // A section at the end takes a number that was kept for it, and changes the words of its title, its path and its own.
    let [terms, positions, rows, facets, _, texts, manifest] = written(&|sections| {
        let text = "dolphins".to_owned();
        sections.push(SearchSection { anchor: "last".into(), heading: "Zebra".into(), text });
    });
    assert_eq!([rows, facets, texts, manifest], [0, 0, 1, 1]);
    assert!(terms <= 7 && positions <= 7, "{terms} shards and {positions} files of positions");
}

/// Pages of words of three syllables, some of which are much more frequent than others.
fn pages_of_many_words() -> Vec<SearchPage> {
    let mut dice = Dice(5);
    let mut words = |count: usize| {
        let word =
            |at: usize| ["ba", "de", "fi", "go", "lu", "ma", "ne", "po", "ri", "su", "ta", "vo", "wi", "xe"][at % 14];
        let drawn = (0..count).map(|_| {
            let limit = 1 + dice.below(2_744);
            let number = dice.below(limit);
            [word(number), word(number / 14), word(number / 196)].concat()
        });
        drawn.collect::<Vec<_>>().join(" ")
    };
    let mut page = |number: usize| SearchPage {
        route: Route::page(["docs", &format!("page-{number}")]),
        title: words(2),
        kind: "docs".to_owned(),
        path: vec![words(1)],
        tags: Vec::new(),
        facets: vec![("docs".to_owned(), "all".to_owned())],
        sections: ["", "a"]
            .map(|anchor| SearchSection {
                anchor: anchor.to_owned(),
                heading: if anchor.is_empty() { String::new() } else { words(3) },
                text: format!("{}\n{}\n{}", words(40), words(40), words(40)),
            })
            .to_vec(),
    };
    (0..200).map(&mut page).collect()
}

#[test]
fn every_file_of_an_index_is_small() {
    let mut pages = generated_pages(60);
    pages[0].sections[0].text = "one very long page of reference material ".repeat(20_000);
    for (route, bytes) in search::index(&pages).expect("indexed") {
        // Positions are only for phrases, and as many as the word is frequent.
        let is_positions = route.as_str().contains("/p/");
        assert!(is_positions || bytes.len() < 40_000, "{route} has {} bytes", bytes.len());
    }
}

#[test]
fn a_server_can_take_the_place_of_the_files() {
    let pages = read_pages(&Path::new(FILES).join("pages.jsonl"));
    let server = Server { endpoint: "http://127.0.0.1".to_owned(), index: "callboard".to_owned() };
    let site = tempfile::tempdir().expect("a directory");
    write(&pages, &Form { server: Some(server), ..Form::default() }, site.path());
    node("quickwit.mjs", &[&site.path().join("search")]);
    let refused = search::find(&|path| Ok(fs::read(site.path().join("search").join(path)).ok()), "checkout", 10);
    assert!(refused.expect_err("no files").to_string().contains("Quickwit"));
}

#[test]
fn a_site_for_a_disk_has_every_file_as_a_script_too() {
    let pages = generated_pages(20);
    let mut files = std::collections::BTreeMap::new();
    search::index_into(&pages, &Form { scripts: true, ..Form::default() }, &mut |route, bytes| {
        files.insert(route.as_str().to_owned(), bytes);
    })
    .expect("indexed");
    let plain = search::index(&pages).expect("indexed");
    for (route, bytes) in plain.iter().filter(|(route, _)| route.as_str().ends_with(".json")) {
        let name = route.as_str().strip_prefix("search/").expect("below search");
        let script = &files[&format!("search/{}.js", name.trim_end_matches(".json"))];
        let expected = format!("callboard.put(\"{name}\",{});", String::from_utf8_lossy(bytes));
        assert_eq!(String::from_utf8_lossy(script), expected);
        assert_eq!(&files[route.as_str()], bytes);
    }
}

#[test]
fn the_terminal_finds_what_the_browser_finds() {
    let mut pages = generated_pages(150);
    pages.extend(read_pages(&Path::new(FILES).join("pages.jsonl")));
    let site = written(&pages);
    let queries = fs::read_to_string(Path::new(FILES).join("queries.txt")).expect("queries");
    let asked = answers(&pages, 200);
    let asked = asked.iter().filter(|answer| answer["typing"] == false).filter_map(|answer| answer["text"].as_str());
    let lines: Vec<String> = queries.lines().chain(asked).map(|text| found(site.path(), text).to_string()).collect();
    let file = site.path().join("found.jsonl");
    fs::write(&file, lines.join("\n")).expect("written");
    node("terminal.mjs", &[&site.path().join("search"), &file]);
}

/// What the terminal finds: addresses of pages, number of sections, suggestion.
fn found(site: &Path, text: &str) -> serde_json::Value {
    let load = |path: &str| Ok(fs::read(site.join("search").join(path)).ok());
    let found = search::find(&load, text, 10).expect("found");
    let urls: Vec<_> = found.pages.iter().map(|page| page.url.clone()).collect();
    json!({ "text": text, "urls": urls, "sections": found.sections, "suggest": found.suggestion.unwrap_or_default() })
}

/// Pages of words that are drawn with falling frequency, always the same.
fn generated_pages(count: usize) -> Vec<SearchPage> {
    let words: Vec<String> = fs::read_to_string(Path::new(FILES).join("words.txt"))
        .expect("words")
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let mut dice = Dice(1);
    let mut text = |most: usize| {
        let count = 1 + dice.below(most);
        let drawn: Vec<&str> = (0..count)
            .map(|_| {
                let limit = 1 + dice.below(words.len());
                words[dice.below(limit)].as_str()
            })
            .collect();
        drawn.join(" ")
    };
    let mut page = |number: usize| SearchPage {
        route: Route::page(["docs", "generated", &format!("page-{number}")]),
        title: text(4),
        kind: ["docs", "adr", "page"][number % 3].to_owned(),
        path: vec![text(2)],
        tags: vec![text(1)],
        facets: vec![("docs".to_owned(), format!("set-{}", number % 5))],
        sections: (0..=(number % 4))
            .map(|at| SearchSection {
                anchor: if at == 0 { String::new() } else { format!("s{at}") },
                heading: if at == 0 { String::new() } else { text(5) },
                text: text(120),
            })
            .collect(),
    };
    (0..count).map(&mut page).collect()
}

/// Beginnings of words with all endings that the stemmer knows, a line for each beginning.
fn endings() -> Vec<String> {
    let stems = fs::read_to_string(Path::new(FILES).join("stems.txt")).expect("stems");
    let (stems, endings) = stems.split_once('\n').expect("two lines");
    let line =
        |stem: &str| endings.split_whitespace().map(|ending| format!("{stem}{ending}")).collect::<Vec<_>>().join(" ");
    stems.split_whitespace().map(line).collect()
}

/// Short texts of the characters that rules turn on.
fn random_texts(count: usize) -> Vec<String> {
    const SIGNS: [&str; 44] = [
        "a",
        "b",
        "z",
        "s",
        "S",
        "A",
        "B",
        "Z",
        "0",
        "19",
        ".",
        "-",
        "_",
        "'",
        "\u{2019}",
        "#",
        "+",
        "++",
        " ",
        " ",
        "/",
        ":",
        "é",
        "É",
        "ß",
        "Ł",
        "İ",
        "ı",
        "\u{301}",
        "\u{ad}",
        "\u{200d}",
        "К",
        "字",
        "検",
        "カ",
        "한",
        "ไ",
        "ท",
        "็",
        "Ⅳ",
        "ª",
        "\u{20000}",
        "Ａ",
        "net",
    ];
    let mut dice = Dice(3);
    (0..count).map(|_| (0..=dice.below(20)).map(|_| SIGNS[dice.below(SIGNS.len())]).collect()).collect()
}

fn written(pages: &[SearchPage]) -> tempfile::TempDir {
    let site = tempfile::tempdir().expect("a directory");
    write(pages, &Form::default(), site.path());
    site
}

fn write(pages: &[SearchPage], form: &Form, out: &Path) {
    search::index_into(pages, form, &mut |route, bytes| {
        let path = out.join(route.output_path());
        fs::create_dir_all(path.parent().expect("below out")).expect("a directory");
        fs::write(path, bytes).expect("written");
    })
    .expect("indexed");
}

fn node(script: &str, arguments: &[&Path]) {
    let output = Command::new("node")
        .arg(Path::new(FILES).join(script))
        .args(arguments)
        .output()
        .expect("node is installed: it runs the client that browsers run");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}", said.chars().take(4_000).collect::<String>());
}

/// Writes the index of `CALLBOARD_PAGES` (JSON lines of pages) to `CALLBOARD_OUT`, for measurements.
#[test]
#[ignore = "a tool for tests/search/measure.mjs"]
fn write_index_of_pages() {
    let pages = read_pages(Path::new(&std::env::var("CALLBOARD_PAGES").expect("a file")));
    write(&pages, &Form::default(), &PathBuf::from(std::env::var("CALLBOARD_OUT").expect("a directory")));
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

/// Queries over `CALLBOARD_PAGES` with tantivy's answers, as JSON lines in `CALLBOARD_OUT`, for measurements.
#[test]
#[ignore = "a tool for tests/search/measure.mjs"]
fn write_answers_of_tantivy() {
    let pages = read_pages(Path::new(&std::env::var("CALLBOARD_PAGES").expect("a file")));
    let count = std::env::var("CALLBOARD_COUNT").map_or(1_000, |count| count.parse().expect("a number"));
    let lines: Vec<String> = answers(&pages, count).iter().map(ToString::to_string).collect();
    fs::write(std::env::var("CALLBOARD_OUT").expect("a file"), lines.join("\n")).expect("written");
}

//! The Markdown dialect as data: every case of `tests/dialect/*.md` has a name, a text, the HTML that it gives, and what is found in it.
//!
//! ```text
//! %%% case name
//! the text, with → for a tab and ␍ for a carriage return, ␀ for a null character
//! %%% given            (optional) math, var NAME = VALUE, append TEXT, shorthand FORGE BASE OWNER NAME [normal], snippet PATH and then its lines behind `| `
//! %%% html
//! the article, permalinks left out, line ends between tags ignored
//! %%% problems         (optional) CODE and the words it points at
//! ```

use std::fmt::Write;
use std::path::{Path, PathBuf};

use callboard::markdown::{self, Dialect, Resolved, Shorthand};

#[derive(Debug, Default)]
struct Case {
    name: String,
    text: String,
    given: String,
    html: String,
    problems: String,
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialect");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut part = "";
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("%%% ") {
            part = head.split(' ').next().unwrap();
            if part == "case" {
                cases.push(Case { name: head[5..].to_owned(), ..Case::default() });
            }
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        let target = match part {
            "case" => &mut case.text,
            "given" => &mut case.given,
            "html" => &mut case.html,
            _ => &mut case.problems,
        };
        target.push_str(line);
        target.push('\n');
    }
    cases
}

fn dialect(given: &str) -> Dialect {
    let mut dialect = Dialect { depth: 100, ..Dialect::default() };
    let mut snippet = String::new();
    for line in given.lines() {
        if let Some(text) = line.strip_prefix("| ").or_else(|| line.strip_prefix('|')) {
            let snippet = dialect.snippets.get_mut(&snippet).expect("lines follow a snippet");
            snippet.push_str(text);
            snippet.push('\n');
        } else if let Some(path) = line.strip_prefix("snippet ") {
            snippet = path.to_owned();
            dialect.snippets.insert(snippet.clone(), String::new());
        } else if let Some((name, value)) = line.strip_prefix("var ").and_then(|rest| rest.split_once(" = ")) {
            dialect.variables.insert(name.to_owned(), value.to_owned());
        } else if let Some(text) = line.strip_prefix("append ") {
            dialect.append.push(text.to_owned());
        } else if let Some(depth) = line.strip_prefix("depth ") {
            dialect.depth = depth.parse().unwrap();
        } else if let Some(place) = line.strip_prefix("shorthand ") {
            let mut words = place.split(' ').map(str::to_owned);
            let mut word = || words.next().unwrap_or_default();
            dialect.shorthand = Some(Shorthand {
                forge: word(),
                base: word(),
                owner: word(),
                name: word(),
                normalise: place.ends_with(" normal"),
            });
        } else if line == "math" {
            dialect.math = true;
        }
    }
    dialect
}

/// What a case gives: its HTML without permalinks, and its problems.
fn run(case: &Case) -> (String, String) {
    let text = case
        .text
        .strip_suffix('\n')
        .unwrap_or(&case.text)
        .replace('\u{2192}', "\t")
        .replace('\u{240D}', "\r")
        .replace('\u{2400}', "\0");
    let page = markdown::read(&text, &dialect(&case.given));
    let mut html = markdown::compose(&page, &Resolved::default(), &[]).as_str().to_owned();
    while let Some(start) = html.find("<a class=\"headerlink\"") {
        let end = start + html[start..].find("</a>").unwrap() + 4;
        html.replace_range(start..end, "");
    }
    let mut problems = String::new();
    for problem in &page.problems {
        let words = text.get(problem.span.range()).unwrap_or_default().lines().next().unwrap_or_default();
        writeln!(problems, "{} {words}", problem.code).unwrap();
    }
    (html, problems)
}

/// Line ends next to tags are only there for the reader of the data file.
fn normal(html: &str) -> String {
    html.trim().replace(">\n<", "><")
}

/// Breaks a long line of HTML between blocks.
fn readable(html: &str) -> String {
    let mut out = html.to_owned();
    for tag in [
        "p",
        "h1",
        "h2",
        "h3",
        "ul",
        "ol",
        "li",
        "div",
        "pre",
        "table",
        "tr",
        "dl",
        "dt",
        "dd",
        "details",
        "blockquote",
        "hr",
    ] {
        out = out
            .replace(&format!("><{tag}>"), &format!(">\n<{tag}>"))
            .replace(&format!("><{tag} "), &format!(">\n<{tag} "));
    }
    out
}

#[test]
fn every_case_of_the_dialect_gives_what_it_says() {
    let mut wrong = String::new();
    let mut count = 0;
    for file in files() {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        for case in cases(&std::fs::read_to_string(&file).unwrap()) {
            count += 1;
            let (html, problems) = run(&case);
            if normal(&html) != normal(&case.html) {
                writeln!(
                    wrong,
                    "{name}: {}\n  expected {}\n  got      {}",
                    case.name,
                    normal(&case.html),
                    normal(&html)
                )
                .unwrap();
            }
            if problems.trim() != case.problems.trim() {
                writeln!(wrong, "{name}: {}\n  expected {}\n  found    {problems}", case.name, case.problems).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count >= 400, "only {count} cases");
}

#[test]
fn cases_have_names_of_their_own() {
    let mut names = std::collections::BTreeSet::new();
    for file in files() {
        for case in cases(&std::fs::read_to_string(&file).unwrap()) {
            assert!(names.insert(case.name.clone()), "{} stands twice", case.name);
        }
    }
}

/// Writes what each case gives today into the files, to be read before it is committed.
#[test]
#[ignore = "rewrites the data files"]
fn write_the_cases_again() {
    for file in files() {
        let mut out = String::new();
        for case in cases(&std::fs::read_to_string(&file).unwrap()) {
            let (html, problems) = run(&case);
            write!(out, "%%% case {}\n{}", case.name, case.text).unwrap();
            if !case.given.is_empty() {
                write!(out, "%%% given\n{}", case.given).unwrap();
            }
            write!(out, "%%% html\n{}\n", readable(&html)).unwrap();
            if !problems.is_empty() {
                write!(out, "%%% problems\n{problems}").unwrap();
            }
        }
        std::fs::write(&file, out).unwrap();
    }
}

//! The house rules: layers, no circles, sizes, few doors into safe HTML.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What each module may import, besides `base` and itself; lower layers stand first, and `*` means all that stand before.
const LAYERS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("net", &[]),
    ("http", &[]),
    ("output", &[]),
    ("theme", &[]),
    ("markdown", &[]),
    ("search", &[]),
    ("diagrams", &["net"]),
    ("sources", &["net"]),
    ("config", &["sources", "net"]),
    ("publish", &["output", "net", "config"]),
    ("catalog", &["sources", "config"]),
    ("techdocs", &["markdown", "diagrams", "catalog", "sources", "config"]),
    ("apis", &["catalog", "markdown"]),
    ("plugins", &["catalog", "theme", "config", "sources", "markdown", "net"]),
    ("export", &["catalog", "output"]),
    ("site", &["catalog", "apis", "techdocs", "plugins", "search", "config", "sources", "markdown", "theme"]),
    ("pipeline", &["*"]),
    ("check", &["sources", "config", "catalog", "apis", "techdocs", "markdown", "diagrams", "pipeline", "net"]),
    ("serve", &["http", "output", "sources", "config", "catalog", "export", "pipeline", "net"]),
    ("cli", &["*"]),
];

/// Files that may be long: tables of data.
const TABLES: &[&str] = &[];

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    files.sort();
    files
}

fn walk(dir: &Path, files: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
            files.push((path.strip_prefix(src).unwrap().to_owned(), text));
        }
    }
}

/// The code of a file without its unit tests and comments; lines keep their numbers.
fn code(text: &str) -> String {
    let program = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    program
        .lines()
        .map(|line| if line.trim_start().starts_with("//") { "\n".to_owned() } else { format!("{line}\n") })
        .collect()
}

#[test]
fn every_import_is_one_that_the_layer_allows() {
    let layers: BTreeMap<_, _> = LAYERS.iter().copied().collect();
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let Some(module) = path.iter().next().and_then(|part| part.to_str()).filter(|part| !part.ends_with(".rs"))
        else {
            continue;
        };
        let Some(allowed) = layers.get(module) else {
            faults.push(format!("{}: the module `{module}` is in no layer", path.display()));
            continue;
        };
        let below =
            |target: &str| LAYERS.iter().take_while(|(name, _)| *name != module).any(|(name, _)| *name == target);
        let may = |target: &str| allowed.contains(&target) || (allowed == &["*"] && below(target));
        for target in imported_modules(&code(&text)) {
            if target != module && target != "base" && !may(&target) {
                faults.push(format!("{}: imports `{target}`", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// First parts of `crate::…` paths, also in `use crate::{a::…, b}`.
fn imported_modules(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + 7..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut fresh = true;
            for (at, c) in group.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => fresh = true,
                    c if fresh && c.is_alphabetic() => {
                        found.insert(word(&group[at..]));
                        fresh = false;
                    }
                    _ => {}
                }
            }
        } else {
            found.insert(word(rest));
        }
    }
    found.remove("");
    found
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    // Edges between sibling files: `use super::name…` and `crate::module::name…`; `mod.rs` is a face and not counted.
    let files = sources();
    let name = |path: &Path| path.with_extension("").to_string_lossy().replace('\\', "/");
    let known: BTreeSet<String> = files.iter().map(|(path, _)| name(path)).collect();
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in &files {
        if path.ends_with("mod.rs") || path.ends_with("lib.rs") || path.ends_with("main.rs") {
            continue;
        }
        let here = name(path);
        let parent = path.parent().map(|parent| parent.to_string_lossy().replace('\\', "/")).unwrap_or_default();
        for (at, _) in code(text).match_indices("super::") {
            let rest = &text[at + 7..];
            let targets: Vec<String> = rest.strip_prefix('{').map_or_else(
                || vec![rest.to_owned()],
                |group| group.split('}').next().unwrap_or("").split(',').map(|part| part.trim().to_owned()).collect(),
            );
            for target in targets {
                let word: String = target.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let target = format!("{parent}/{word}");
                if known.contains(&target) && target != here {
                    edges.entry(here.clone()).or_default().insert(target);
                }
            }
        }
    }
    let mut done = BTreeSet::new();
    for start in edges.keys() {
        let mut path = Vec::new();
        visit(start, &edges, &mut path, &mut done);
    }
}

fn visit(at: &str, edges: &BTreeMap<String, BTreeSet<String>>, path: &mut Vec<String>, done: &mut BTreeSet<String>) {
    if done.contains(at) {
        return;
    }
    if let Some(start) = path.iter().position(|step| step == at) {
        panic!("files import each other in a circle: {} → {at}", path[start..].join(" → "));
    }
    path.push(at.to_owned());
    for next in edges.get(at).into_iter().flatten() {
        visit(next, edges, path, done);
    }
    path.pop();
    done.insert(at.to_owned());
}

#[test]
fn files_and_functions_stay_small() {
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let shown = path.to_string_lossy().replace('\\', "/");
        let lines = code(&text).lines().count();
        if lines > 600 && !TABLES.contains(&shown.as_str()) {
            faults.push(format!("{shown} has {lines} lines, more than 600"));
        }
        let mut start: Option<(usize, usize, String)> = None;
        for (number, line) in code(&text).lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let is_head = ["fn ", "pub fn ", "pub(super) fn ", "pub(crate) fn ", "const fn "]
                .iter()
                .any(|head| line.trim_start().starts_with(head));
            if is_head && start.is_none() {
                start = Some((number, indent, line.trim().to_owned()));
            }
            if let Some((first, at, head)) = &start
                && indent == *at
                && (line.trim_start().starts_with('}') || (number == *first && line.trim_end().ends_with(['}', ';'])))
            {
                let length = number - first + 1;
                if length > 80 {
                    faults.push(format!("{shown}:{}: {length} lines, more than 80: {head}", first + 1));
                }
                start = None;
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn safe_html_has_few_doors() {
    // Each of these escapes all it is given, or is the sanitiser.
    let allowed = ["base/", "markdown/", "diagrams/figure.rs", "plugins/chart.rs"];
    for (path, text) in sources() {
        let shown = path.to_string_lossy().replace('\\', "/");
        let calls = code(&text).matches("SafeHtml::vouched").count();
        assert!(calls == 0 || allowed.iter().any(|place| shown.starts_with(place)), "{shown} vouches for HTML");
    }
}

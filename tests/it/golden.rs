//! Whole documentation sets held to what they gave before: `tests/sites/<name>` is generated and its articles, nav, search index
//! and findings compared with `tests/sites/<name>.golden`. `CALLBOARD_BLESS=1` writes them again, to be read in the diff.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

fn sites() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

fn files(below: &Path, at: &Path, out: &mut BTreeMap<String, PathBuf>) {
    for entry in std::fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(below, &path, out);
        } else {
            let name = path.strip_prefix(below).unwrap().to_string_lossy().replace('\\', "/");
            out.insert(name, path);
        }
    }
}

/// What lies between two texts, both included.
fn part<'a>(html: &'a str, from: &str, to: &str) -> &'a str {
    html.find(from).and_then(|start| Some(&html[start..start + html[start..].find(to)? + to.len()])).unwrap_or_default()
}

/// Blocks on lines of their own, for the reader of the file.
fn readable(html: &str) -> String {
    let names = "p h1 h2 h3 ul ol li div pre table tr dl dt dd details blockquote figure figcaption article".split(' ');
    names.fold(html.to_owned(), |text, name| {
        text.replace(&format!("><{name}>"), &format!(">\n<{name}>"))
            .replace(&format!("><{name} "), &format!(">\n<{name} "))
    })
}

/// What a set gives, by the name of the golden file that holds it.
fn generated(name: &str) -> BTreeMap<String, String> {
    // Apart from this repository, whose branch and host would be taken for the set's own.
    let dir = tempfile::tempdir().unwrap();
    let (source, out) = (dir.path().join(name), dir.path().join("out"));
    copy(&sites().join(name), &source);
    let run = Command::new(env!("CARGO_BIN_EXE_callboard"))
        .args(["techdocs", "generate", "--cold", "--source-dir"])
        .arg(&source)
        .arg("--output-dir")
        .arg(&out)
        .output()
        .unwrap();
    let findings = String::from_utf8(run.stderr).unwrap();
    assert!(run.status.success(), "{findings}");
    let mut made = BTreeMap::new();
    files(&out, &out, &mut made);
    let mut golden = BTreeMap::from([
        ("findings.txt".to_owned(), findings),
        ("files.txt".to_owned(), made.keys().map(|name| format!("{name}\n")).collect()),
    ]);
    for (name, path) in &made {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        if name == "index.html" {
            let nav = part(&text, "<nav class=\"md-nav md-nav--primary\"", "</nav>");
            golden.insert("nav.html".to_owned(), readable(nav) + "\n");
        }
        if name.ends_with(".html") {
            let article = part(&text, "<article", "</article>");
            let shown = if article.is_empty() { text.clone() } else { readable(article) + "\n" };
            golden.insert(format!("pages/{name}"), shown);
        } else if name == "search/search_index.json" {
            let index: serde_json::Value = serde_json::from_str(&text).unwrap();
            golden.insert("search.json".to_owned(), serde_json::to_string_pretty(&index).unwrap() + "\n");
        }
    }
    golden
}

#[test]
fn a_manual_reads_as_it_did() {
    let golden = sites().join("manual.golden");
    let made = generated("manual");
    if std::env::var_os("CALLBOARD_BLESS").is_some() {
        let _ = std::fs::remove_dir_all(&golden);
        for (name, text) in &made {
            let path = golden.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    }
    let mut known = BTreeMap::new();
    files(&golden, &golden, &mut known);
    for (name, text) in &made {
        let expected = known.remove(name).map(|path| std::fs::read_to_string(path).unwrap()).unwrap_or_default();
        assert_eq!(*text, expected, "{name}");
    }
    assert!(known.is_empty(), "no longer made: {:?}", known.keys());
}

//! The demo portal shows every type of page and every component of the default theme.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Templates of pages that only larger portals have, or such with a document that is no entity. Tests of page sizes and of the
/// portal make them.
const NOT_SHOWN: [&str; 3] = ["health_counts.html", "health_documents.html", "relation.html"];
/// Components that only such pages have. The gallery of the demo shows them.
const IN_GALLERY: [&str; 3] = ["pager", "parts", "refused"];

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

fn begin(name: &str) -> String {
    format!("<!--begin {name}-->")
}

fn end(name: &str) -> String {
    format!("<!--end {name}-->")
}

/// Makes every template and component write its name around what it shows; gives their names.
fn mark(templates: &Path) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut pages, mut components) = (BTreeSet::new(), BTreeSet::new());
    for entry in fs::read_dir(templates).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        let mut text = fs::read_to_string(&path).unwrap();
        if file.ends_with("components.html") {
            let lines = text.lines().map(|line| {
                let named =
                    |before: &str, after: char| line.strip_prefix(before)?.split_once(after).map(|(name, _)| name);
                if let Some(name) = named("{% component ", '(') {
                    assert!(components.insert(name.to_owned()), "two components are called `{name}`");
                    return format!("{line}{}", begin(name));
                }
                named("{%- endcomponent ", ' ').map_or(line.to_owned(), |name| format!("{}{line}", end(name)))
            });
            text = lines.collect::<Vec<_>>().join("\n");
        } else {
            let shown = format!("{}shown{}", begin(&file), end(&file));
            let block = ["{% block main %}", "{% block api %}", "{% block frame %}"]
                .iter()
                .find(|block| text.contains(**block));
            text = match block {
                Some(block) if text.contains("{% extends") => text.replacen(block, &format!("{block}{shown}"), 1),
                _ => text + &shown,
            };
            pages.insert(file);
        }
        fs::write(&path, text).unwrap();
    }
    (pages, components)
}

/// Which of these names have something between their marks in the HTML below a folder.
fn shown(dir: &Path, skipped: &Path, names: &BTreeSet<String>, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path != skipped {
            shown(&path, skipped, names, found);
        } else if path.extension().is_some_and(|end| end == "html") {
            let html = fs::read_to_string(&path).unwrap();
            for name in names {
                let empty = |after: &str| after.trim_start().starts_with(&end(name));
                if !found.contains(name) && html.split(&begin(name)).skip(1).any(|after| !empty(after)) {
                    found.insert(name.clone());
                }
            }
        }
    }
}

fn git(dir: &Path, arguments: &[&str]) {
    let who = ["-c", "user.name=Skerry", "-c", "user.email=skerry@example.com"];
    let status = Command::new("git").args(who).args(arguments).current_dir(dir).status().unwrap();
    assert!(status.success(), "{arguments:?}");
}

#[test]
fn the_demo_shows_every_type_of_page_and_every_component() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = tempfile::tempdir().unwrap();
    copy(&root.join("content"), &dir.path().join("content"));
    copy(&root.join("themes/default"), &dir.path().join("theme"));
    let (pages, components) = mark(&dir.path().join("theme/templates"));
    let settings = fs::read_to_string(root.join("site.toml")).unwrap();
    assert!(settings.contains("\n[theme]\n"));
    fs::write(dir.path().join("site.toml"), settings.replace("\n[theme]\n", "\n[theme]\ndir = \"theme\"\n")).unwrap();
    git(dir.path(), &["init", "--quiet"]);
    git(dir.path(), &["add", "content"]);
    git(dir.path(), &["commit", "--quiet", "--message", "Describe the ferries"]);

    let output = Command::new(env!("CARGO_BIN_EXE_callboard"))
        .args(["build", "--quiet", "--offline", "--cache-dir", "cache"])
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let site = dir.path().join("dist");
    let gallery = site.join("patterns");
    let mut seen = BTreeSet::new();
    shown(&site, &gallery, &components, &mut seen);
    let unseen: Vec<_> = components.difference(&seen).map(String::as_str).collect();
    assert_eq!(unseen, IN_GALLERY, "outside the gallery");
    let mut exemplified = BTreeSet::new();
    shown(&gallery, Path::new(""), &components, &mut exemplified);
    assert_eq!(exemplified, components, "in the gallery");

    let mut seen = BTreeSet::new();
    shown(&site, Path::new(""), &pages, &mut seen);
    let unseen: Vec<_> = pages.difference(&seen).map(String::as_str).collect();
    assert_eq!(unseen, NOT_SHOWN, "types of pages");
}

//! The repository's own `site.toml`: the guide and the demo organisation build without a fault.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::site_links;

/// Kinds that the demo organisation has, among them the model's younger one and one that no model knows.
const KINDS: [&str; 11] = [
    "airesource",
    "api",
    "component",
    "domain",
    "group",
    "location",
    "resource",
    "system",
    "template",
    "user",
    "vessel",
];

#[test]
fn the_demo_portal_has_every_kind_no_error_and_no_untold_dead_link() {
    let dir = tempfile::tempdir().unwrap();
    let site = dir.path().join("site");
    let output = Command::new(env!("CARGO_BIN_EXE_callboard"))
        .args(["build", "--json", "--offline", "--output"])
        .arg(&site)
        .arg("--cache-dir")
        .arg(dir.path().join("cache"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["findings"]["errors"], 0, "{}", summary["diagnostics"]);

    for kind in KINDS {
        assert!(site.join("kinds").join(kind).join("index.html").is_file(), "`{kind}` has no list");
        let pages = std::fs::read_dir(site.join("catalog/default").join(kind)).unwrap();
        assert!(pages.flatten().any(|page| page.path().join("index.html").is_file()), "`{kind}` has no page");
    }
    let listed: BTreeSet<_> = std::fs::read_dir(site.join("kinds")).unwrap().map(|kind| name(&kind.unwrap())).collect();
    assert_eq!(listed, KINDS.map(str::to_owned).into(), "`KINDS` is not what the demo has");

    let told = summary["diagnostics"].to_string();
    let untold: Vec<_> =
        site_links::dead(&site).into_iter().filter(|link| !told.contains(link.written.as_str())).collect();
    assert!(untold.is_empty(), "{untold:#?}");
}

#[test]
fn every_page_of_the_guide_is_in_its_navigation() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/callboard");
    let navigation = std::fs::read_to_string(guide.join("mkdocs.yml")).unwrap();
    for folder in ["", "guide/"] {
        for entry in std::fs::read_dir(guide.join("docs").join(folder)).unwrap() {
            let name = name(&entry.unwrap());
            if name.ends_with(".md") {
                assert!(navigation.contains(&format!(": {folder}{name}\n")), "{folder}{name} is not in the nav");
            }
        }
    }
}

fn name(entry: &std::fs::DirEntry) -> String {
    entry.file_name().to_string_lossy().into_owned()
}

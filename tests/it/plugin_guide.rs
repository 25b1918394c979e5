//! The guide to plugins, followed to the letter: what it says to write is written, what it says to run is run, and what it says
//! that comes out must come out.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Fenced code blocks of a page: the words behind the fence, and the lines without the indentation of the fence.
fn blocks(page: &str) -> Vec<(String, Vec<String>)> {
    let mut blocks: Vec<(String, Vec<String>)> = Vec::new();
    let mut open: Option<usize> = None;
    for line in page.lines() {
        let indent = line.len() - line.trim_start().len();
        match (line.trim_start().strip_prefix("```"), open) {
            (Some(_), Some(_)) => open = None,
            (Some(info), None) => {
                open = Some(indent);
                blocks.push((info.to_owned(), Vec::new()));
            }
            (None, Some(margin)) => {
                let text = line.get(margin..).unwrap_or_default().to_owned();
                blocks.last_mut().unwrap().1.push(text);
            }
            (None, None) => {}
        }
    }
    blocks
}

fn run(folder: &Path, command: &str) -> String {
    let words: Vec<&str> = command.split_whitespace().collect();
    match words.as_slice() {
        ["cat", path] => std::fs::read_to_string(folder.join(path)).unwrap(),
        ["callboard", arguments @ ..] => {
            let done = Command::new(env!("CARGO_BIN_EXE_callboard"))
                .args(arguments)
                .current_dir(folder)
                .env("CALLBOARD_CACHE_DIR", folder.join(".cache"))
                .output()
                .unwrap();
            let said = String::from_utf8([done.stdout, done.stderr].concat()).unwrap();
            assert!(done.status.success(), "{command}: {said}");
            said
        }
        _ => panic!("nobody knows how to run `{command}`"),
    }
}

/// Writes and runs everything that a page says, in order; gives how many files and commands there were.
fn follow(page: &str, folder: &Path) -> (usize, usize) {
    let (mut files, mut commands) = (0, 0);
    for (info, lines) in blocks(page) {
        if let Some((_, title)) = info.split_once("title=\"") {
            let path = folder.join(title.trim_end_matches('"'));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, lines.join("\n") + "\n").unwrap();
            files += 1;
        } else if info == "console" {
            let mut said = String::new();
            for line in lines {
                if let Some(command) = line.strip_prefix("$ ") {
                    said = run(folder, command);
                    commands += 1;
                } else {
                    let at = said.find(line.as_str()).unwrap_or_else(|| panic!("`{line}` is not said: {said}"));
                    said = said.split_off(at + line.len());
                }
            }
        }
    }
    (files, commands)
}

#[test]
fn both_plugins_of_the_guide_are_made_by_following_it() {
    let folder = tempfile::tempdir().unwrap();
    let page = include_str!("../../content/callboard/docs/guide/writing-plugins.md");
    assert_eq!(follow(page, folder.path()), (13, 6));
    let page = |path: &str| std::fs::read_to_string(folder.path().join("dist").join(path)).unwrap();
    let orders = page("catalog/default/component/orders/index.html");
    for shown in ["On 2026-03-01, in 42 minutes.", "<li>Compare the counts</li>", "<dd>42</dd>", "Ask <b>Ines</b>."] {
        assert!(orders.contains(shown), "{shown}");
    }
    assert!(page("catalog/default/component/stock/index.html").contains("nobody looks after it"));
    assert!(page("kinds/component/index.html").contains("<td class=\"cb-fact\" data-label=\"Restore\">95</td>"));
    assert!(page("plugins/rota/index.html").contains("Ines: warehouse"));
    assert!(page("index.html").contains("plugins/rota/"), "the page is in the menu");
}

/// Every text under a key, at any depth.
fn texts<'t>(value: &'t toml::Value, key: &str, found: &mut BTreeSet<&'t str>) {
    match value {
        toml::Value::Table(table) => {
            for (name, inner) in table {
                match inner.as_str() {
                    Some(text) if name == key => drop(found.insert(text)),
                    _ => texts(inner, key, found),
                }
            }
        }
        toml::Value::Array(items) => items.iter().for_each(|item| texts(item, key, found)),
        _ => {}
    }
}

#[test]
fn every_bundled_plugin_has_its_section_in_the_guide_with_a_picture() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = root.join("content/callboard/docs/guide");
    let mut sections = Vec::new();
    for entry in std::fs::read_dir(guide.join("bundled")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "md") {
            let page = std::fs::read_to_string(&path).unwrap();
            let navigation = std::fs::read_to_string(root.join("content/callboard/mkdocs.yml")).unwrap();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            assert!(navigation.contains(&format!(": guide/bundled/{name}\n")), "{name} is not in the nav");
            sections.extend(page.split("\n## ").skip(1).map(str::to_owned).collect::<Vec<_>>());
        }
    }
    let index = std::fs::read_to_string(guide.join("plugins.md")).unwrap();
    let (mut plugins, mut pictures) = (0, 0);
    for entry in std::fs::read_dir(root.join("plugins")).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let manifest: toml::Value =
            toml::from_str(&std::fs::read_to_string(folder.join("plugin.toml")).unwrap()).unwrap();
        let title = manifest["title"].as_str().unwrap();
        let section = sections.iter().find(|section| section.starts_with(&format!("{title}\n")));
        let section = section.unwrap_or_else(|| panic!("`{name}` has no section `## {title}`"));
        // All that a reader has to write: annotations, settings and the endpoint.
        let mut annotations = BTreeSet::new();
        texts(&manifest, "annotation", &mut annotations);
        for annotation in annotations {
            assert!(section.contains(&format!("\n    {annotation}: ")), "{name}: {annotation}");
        }
        for setting in manifest.get("settings").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys)
        {
            assert!(section.contains(&format!("\n{setting} = ")), "{name}: {setting}");
        }
        let mut proxies = BTreeSet::new();
        texts(&manifest, "proxy", &mut proxies);
        for proxy in proxies {
            assert!(section.contains(&format!("\n[proxies.{proxy}]\n")), "{name}: {proxy}");
        }
        let picture = format!("img/{name}.png");
        let bytes = std::fs::read(guide.join("bundled").join(&picture)).unwrap();
        // A PNG says its size in front; the page says it, too, so that nothing moves when the picture comes.
        let [width, height] = [16, 20].map(|at| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()));
        let shown = format!("({picture}){{ width=\"{width}\" height=\"{height}\" }}");
        assert!(section.contains(&shown), "{name} has no picture {shown}");
        pictures += bytes.len();
        assert!(index.contains(&format!("[`{name}`](bundled/")), "{name} is not in the list");
        plugins += 1;
    }
    assert_eq!(plugins, sections.len());
    assert!(pictures < 1_000_000, "{pictures} bytes of pictures");
}

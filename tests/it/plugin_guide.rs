//! The guide to plugins, followed to the letter: what it says to write is written, what it says to run is run, and what it says
//! that comes out must come out.

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
    assert!(page("kinds/component/index.html").contains("<td data-label=\"Restore\">95</td>"));
    assert!(page("plugins/rota/index.html").contains("Ines: warehouse"));
    assert!(page("index.html").contains("plugins/rota/"), "the page is in the menu");
}

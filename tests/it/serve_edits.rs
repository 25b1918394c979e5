//! A process that builds again and again makes what a cold build makes, after every edit of a long random sequence.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use callboard::base::{Diagnostic, Digest, Route};
use callboard::config::{self, Choices, Settings};
use callboard::output::{Manifest, Sink};
use callboard::pipeline::{self, Kept, Memo};
use callboard::sources::Changes;

/// What each file was made from, if that is known, and its bytes.
type Files = BTreeMap<String, (Option<Digest>, Vec<u8>)>;

/// A site in memory, with the one before it.
struct Site<'a> {
    last: &'a Files,
    files: Mutex<Files>,
}

impl Sink for Site<'_> {
    fn put(&self, route: &Route, bytes: &[u8]) -> anyhow::Result<Option<Diagnostic>> {
        self.files.lock().unwrap().entry(route.output_path()).or_insert_with(|| (None, bytes.to_vec()));
        Ok(None)
    }

    fn put_from(&self, route: &Route, bytes: &[u8], from: &Digest) -> anyhow::Result<Option<Diagnostic>> {
        self.files.lock().unwrap().entry(route.output_path()).or_insert_with(|| (Some(*from), bytes.to_vec()));
        Ok(None)
    }

    fn again(&self, route: &Route, from: &Digest) -> Option<Option<Diagnostic>> {
        let path = route.output_path();
        let file = self.last.get(&path).filter(|(known, _)| *known == Some(*from))?;
        self.files.lock().unwrap().entry(path).or_insert_with(|| file.clone());
        Some(None)
    }

    fn keep(&self, _: &Manifest) -> bool {
        false
    }
}

/// Numbers that are the same on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % most as u64).unwrap()
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

const WORDS: [&str; 8] = ["harbour", "tide", "ledger", "crane", "buoy", "manifest", "quay", "pilot"];

fn put(path: &Path, text: &str) -> Vec<PathBuf> {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    vec![path.to_owned()]
}

fn pages(root: &Path) -> Vec<PathBuf> {
    let mut found = BTreeSet::new();
    for repository in ["alpha", "beta"] {
        for folder in ["docs", "docs/deep"] {
            let entries = std::fs::read_dir(root.join(repository).join(folder)).into_iter().flatten().flatten();
            found.extend(
                entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "md")),
            );
        }
    }
    found.into_iter().collect()
}

fn page(dice: &mut Dice) -> String {
    let mut text = String::new();
    if dice.below(5) == 0 {
        text += &format!("---\ntitle: {}\ntags: [{}]\n---\n", dice.one(&WORDS), dice.one(&WORDS));
    }
    text += &format!("# {}\n\n{}\n\n", dice.one(&WORDS), dice.one(&WORDS));
    for _ in 0..dice.below(4) {
        let (heading, target, anchor) = (*dice.one(&WORDS), *dice.one(&WORDS), *dice.one(&WORDS));
        text += &format!("## {heading}\n\n[to]({target}.md#{anchor}) ![picture](img/dot.svg)\n\n");
    }
    match dice.below(4) {
        0 => text += &format!("```rust\nlet {} = 1;\n```\n", dice.one(&WORDS)),
        1 => text += &format!("--8<-- \"{}.md\"\n", dice.one(&WORDS)),
        _ => {}
    }
    text
}

/// A picture: what its header says stands in the pages that show it.
fn dot(dice: &mut Dice) -> String {
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"9\"/>", 1 + dice.below(1000))
}

fn entities(dice: &mut Dice, name: &str) -> String {
    if dice.below(12) == 0 {
        return "kind: [broken\n".to_owned();
    }
    let (owner, other) = (*dice.one(&["crew", "nobody"]), *dice.one(&["alpha", "beta", "gone"]));
    let about = match dice.below(6) {
        0 => "{$text: ./docs/index.md}".to_owned(),
        _ => (*dice.one(&WORDS)).to_owned(),
    };
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n  description: {about}\n  annotations: {{backstage.io/techdocs-ref: 'dir:.'}}\nspec: {{type: service, lifecycle: production, owner: {owner}, dependsOn: ['component:{other}']}}\n---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {{name: crew}}\nspec: {{type: team, children: []}}\n"
    )
}

fn settings_text(dice: &mut Dice) -> String {
    let sources = ["[[sources]]\ndir = \"alpha\"\n", "[[sources]]\ndir = \"beta\"\n"];
    let shown = if dice.below(6) == 0 { sources[0].to_owned() } else { sources.concat() };
    format!(
        "title = \"{}\"\n[theme]\ndir = \"theme\"\naccent_hue = {}\n[search]\nenabled = false\n{shown}",
        dice.one(&WORDS),
        dice.below(360)
    )
}

/// Makes one edit, and gives the paths that a watcher would name.
fn edit(dice: &mut Dice, root: &Path) -> Vec<PathBuf> {
    let repository = *dice.one(&["alpha", "beta"]);
    let name = *dice.one(&WORDS);
    let folder = *dice.one(&["docs", "docs/deep"]);
    let existing = pages(root);
    match dice.below(16) {
        0..6 => {
            let path = dice.one(&existing).clone();
            put(&path, &page(dice))
        }
        6 | 7 => put(&root.join(repository).join(folder).join(format!("{name}.md")), &page(dice)),
        8 if existing.len() > 3 => {
            let path = dice.one(&existing).clone();
            std::fs::remove_file(&path).unwrap();
            vec![path]
        }
        9 => {
            let (from, to) =
                (dice.one(&existing).clone(), root.join(repository).join("docs").join(format!("{name}.md")));
            std::fs::rename(&from, &to).unwrap();
            vec![from, to]
        }
        10 | 11 => put(&root.join(repository).join("catalog-info.yaml"), &entities(dice, repository)),
        12 => put(&root.join(repository).join("docs/img/dot.svg"), &dot(dice)),
        13 => {
            let nav = if dice.below(2) == 0 { format!("nav:\n  - {name}: {name}.md\n") } else { String::new() };
            put(&root.join(repository).join("mkdocs.yml"), &format!("site_name: {name}\n{nav}"))
        }
        14 => {
            let about = include_str!("../../themes/default/templates/about.html");
            let css = format!(".cb-{name} {{ color: red; }}\n");
            match dice.below(3) {
                0 => put(
                    &root.join("theme/templates/about.html"),
                    &about.replace("{% endblock main %}", &format!("<!-- {name} -->{{% endblock main %}}")),
                ),
                1 => put(&root.join("theme/css/brand.css"), &css),
                _ => {
                    std::fs::remove_file(root.join("theme/templates/about.html")).ok();
                    vec![root.join("theme/templates/about.html")]
                }
            }
        }
        _ => put(&root.join("site.toml"), &settings_text(dice)),
    }
}

fn settings(root: &Path) -> Settings {
    let choices = Choices { cache_dir: Some(root.join("cache")), offline: true, ..Choices::default() };
    let loaded = config::load(root, &choices).unwrap();
    assert!(loaded.value.is_some(), "{:?}", loaded.diagnostics);
    loaded.value.unwrap()
}

fn build(kept: &mut Kept, changes: &Changes, memo: &Memo, last: &Files, root: &Path) -> (Files, Vec<Diagnostic>) {
    let site = Site { last, files: Mutex::default() };
    let built = pipeline::build_again(kept, changes, &settings(root), memo, &site, &|_| {}).unwrap();
    (site.files.into_inner().unwrap(), built.diagnostics)
}

#[test]
fn a_running_process_makes_what_a_cold_build_makes_after_each_of_500_edits() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    let mut dice = Dice(20_261_121);
    put(
        &root.join("site.toml"),
        "title = \"Port\"\n[theme]\ndir = \"theme\"\n[search]\nenabled = false\n[[sources]]\ndir = \"alpha\"\n[[sources]]\ndir = \"beta\"\n",
    );
    put(&root.join("theme/css/brand.css"), "");
    for repository in ["alpha", "beta"] {
        put(&root.join(repository).join("catalog-info.yaml"), &entities(&mut dice, repository));
        put(&root.join(repository).join("mkdocs.yml"), "site_name: Docs\n");
        put(&root.join(repository).join("docs/img/dot.svg"), &dot(&mut dice));
        for name in ["index", "tide", "deep/quay"] {
            put(&root.join(repository).join(format!("docs/{name}.md")), &page(&mut dice));
        }
    }
    let mut kept = Kept::default();
    let mut changes = Changes::everything();
    let mut last = Files::new();
    for number in 0..=500 {
        let (warm, told) = build(&mut kept, &changes, &Memo::forgetful(), &last, &root);
        let everything = Changes::everything();
        let (cold, told_cold) = build(&mut Kept::default(), &everything, &Memo::forgetful(), &Files::new(), &root);
        let bytes = |files: &Files, path: &str| files.get(path).map(|(_, bytes)| bytes.clone());
        let paths: BTreeSet<&String> = warm.keys().chain(cold.keys()).collect();
        let differ: Vec<_> = paths.into_iter().filter(|path| bytes(&warm, path) != bytes(&cold, path)).collect();
        assert!(differ.is_empty(), "after edit {number} of {:?}: {differ:?}", changes.paths);
        assert_eq!(told, told_cold, "after edit {number} of {:?}", changes.paths);
        let paths = edit(&mut dice, &root).into_iter().collect();
        changes = Changes { paths, ..Changes::default() };
        last = warm;
    }
}

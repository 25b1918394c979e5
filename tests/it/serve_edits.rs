//! A process that builds again and again makes what a cold build makes, after every edit of a long random sequence.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use callboard::base::Diagnostic;
use callboard::config::{self, Choices, Settings};
use callboard::pipeline::{self, Kept, Memo};
use callboard::serve::{Draft, MemorySite};
use callboard::sources::Changes;

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
    let tags = if dice.below(3) == 0 { format!("tags: [{}]", dice.one(&WORDS)) } else { "labels: {}".to_owned() };
    let mut text = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n  description: {about}\n  {tags}\n  annotations: {{backstage.io/techdocs-ref: 'dir:.'}}\nspec: {{type: service, lifecycle: production, owner: {owner}, dependsOn: ['component:{other}']}}\n---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {{name: crew}}\nspec: {{type: team, children: []}}\n"
    );
    for _ in 0..dice.below(4) {
        text += &further(dice);
    }
    text
}

/// One more entity, which may refer to others that come and go.
fn further(dice: &mut Dice) -> String {
    let (name, other, title) = (*dice.one(&WORDS), *dice.one(&WORDS), *dice.one(&WORDS));
    let (kind, spec) = match dice.below(5) {
        0 => ("System", format!("{{owner: crew, domain: {other}}}")),
        1 => ("User", format!("{{memberOf: [crew], profile: {{displayName: {title}}}}}")),
        2 => ("Group", format!("{{type: team, parent: crew, children: [{other}]}}")),
        3 => ("API", format!("{{type: openapi, lifecycle: production, owner: {other}, definition: 'openapi: 3.0.0'}}")),
        _ => (
            "Component",
            format!(
                "{{type: library, lifecycle: production, owner: {other}, system: {title}, dependsOn: ['component:{other}']}}"
            ),
        ),
    };
    format!(
        "---\napiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}, title: {title}}}\nspec: {spec}\n"
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
    match dice.below(19) {
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
        10 | 11 | 15 => put(&root.join(repository).join("catalog-info.yaml"), &entities(dice, repository)),
        12 => put(&root.join(repository).join("docs/img/dot.svg"), &dot(dice)),
        // A file that may want the address of a page, and goes again.
        16 | 17 => {
            let path = root.join(repository).join("docs").join(name).join("index.html");
            if path.exists() {
                std::fs::remove_file(&path).unwrap();
                return vec![path];
            }
            put(&path, name)
        }
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

fn build(kept: &mut Kept, changes: &Changes, last: &MemorySite, root: &Path) -> (MemorySite, Vec<Diagnostic>) {
    let settings = settings(root);
    let site = Draft::new(last, &settings.base_path);
    let built = pipeline::build_again(kept, changes, &settings, &Memo::forgetful(), &site, &|_| {}).unwrap();
    (site.finish(false), built.diagnostics)
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
    let mut last = MemorySite::default();
    for number in 0..=500 {
        let (warm, told) = build(&mut kept, &changes, &last, &root);
        let everything = Changes::everything();
        let (cold, told_cold) = build(&mut Kept::default(), &everything, &MemorySite::default(), &root);
        let (files, files_cold): (BTreeMap<_, _>, BTreeMap<_, _>) =
            (warm.contents().collect(), cold.contents().collect());
        let paths: BTreeSet<_> = files.keys().chain(files_cold.keys()).collect();
        let differ: Vec<_> = paths.into_iter().filter(|path| files.get(*path) != files_cold.get(*path)).collect();
        assert!(differ.is_empty(), "after edit {number} of {:?}: {differ:?}", changes.paths);
        assert_eq!(told, told_cold, "after edit {number} of {:?}", changes.paths);
        let paths = edit(&mut dice, &root).into_iter().collect();
        changes = Changes { paths, ..Changes::default() };
        last = warm;
    }
}

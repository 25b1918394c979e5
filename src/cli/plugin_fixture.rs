use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::{Map, Value};

use crate::base::{Diagnostic, Limits, RelPath};
use crate::catalog;
use crate::config::{self, Choices, Settings};
use crate::pipeline::{self, Memo};
use crate::plugins::{self, Answered, Answers, Enrichment, Plugin, PluginView, Request, Stamp, Surroundings};
use crate::sources::{Origin, RepoTree, Snapshot};
use crate::theme::{self, Brand};

/// What a test expects, and what endpoints answer in it.
const EXPECTED: &str = "expected.txt";
const ANSWERS: &str = "answers.json";

/// The tests of a plugin: folders in `tests` of its folder, by name. Each is a repository with a `catalog-info.yaml`.
pub(super) fn cases(plugin: &Plugin) -> anyhow::Result<Vec<PathBuf>> {
    let Some(folder) = plugin.folder.as_ref().map(|folder| folder.join("tests")).filter(|folder| folder.is_dir())
    else {
        return Ok(Vec::new());
    };
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("cannot read `{}`", folder.display()))? {
        let path = entry?.path();
        if path.join("catalog-info.yaml").is_file() {
            cases.push(path);
        }
    }
    cases.sort();
    Ok(cases)
}

/// Everything that the plugin makes of a test's repository, in words.
pub(super) fn make(plugin: &Plugin, case: &Path) -> anyhow::Result<String> {
    let loaded = config::load(case, &Choices { offline: true, ..Choices::default() })?;
    let Some(mut settings) = loaded.value else {
        let faults: Vec<String> = loaded.diagnostics.iter().map(|fault| fault.message.clone()).collect();
        anyhow::bail!("the `site.toml` of `{}` cannot be used: {}", case.display(), faults.join("; "));
    };
    settings.plugins.dirs = plugin.folder.iter().cloned().collect();
    let mut findings = Vec::new();
    let mut own = plugins::load(&settings.plugins)?.drain_into(&mut findings);
    own.retain(|known| known.name == plugin.name);
    let theme = theme::load(None, &Brand::default())?.drain_into(&mut findings);
    let snippets = plugins::templates(&mut own, &theme).drain_into(&mut findings);
    let snapshots = [snapshot(case)?];
    let catalog = catalog::load(&snapshots, &settings.catalog, &Limits::default()).value;
    let recorded = recorded(case)?;
    let known = recorded.keys().filter_map(|key| Some(key.split_once(' ')?.0)).collect();
    let requests = plugins::requests(&catalog, &own, &known).drain_into(&mut findings);
    let answers = answers(&recorded, &requests);
    let scorecards = plugins::scorecards(&settings.plugins).drain_into(&mut findings);
    let around = Surroundings {
        scorecards: &scorecards,
        plugins: &own,
        snippets: &snippets,
        theme: theme.digest(),
        catalog: &catalog,
        snapshots: &snapshots,
        answers: &answers,
        limits: &Limits::default(),
    };
    let enrichment = enrich(around, &settings, &mut findings);
    Ok(in_words(&catalog, &enrichment, &findings))
}

fn enrich(around: Surroundings<'_>, settings: &Settings, findings: &mut Vec<Diagnostic>) -> Enrichment {
    pipeline::enrichment(around, settings, &Memo::forgetful()).drain_into(findings)
}

/// The test's folder as a repository without history, so that nothing in it depends on where it stands.
fn snapshot(case: &Path) -> anyhow::Result<Snapshot> {
    let mut files = BTreeMap::<String, Vec<u8>>::new();
    let mut folders = vec![case.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| format!("cannot read `{}`", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(case).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            if RelPath::new(&name).is_ok() && ![EXPECTED, ANSWERS].contains(&name.as_str()) {
                files.insert(name, std::fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?);
            }
        }
    }
    let origin = Origin { name: "repository".to_owned(), revision: None, web: None, sub_path: RelPath::root() };
    Ok(Snapshot { origin, tree: RepoTree::in_memory(files), entity_files: Vec::new(), stale: None })
}

/// What `answers.json` says: an object by `endpoint path`, each answer as JSON, or as a text.
fn recorded(case: &Path) -> anyhow::Result<Map<String, Value>> {
    let path = case.join(ANSWERS);
    match std::fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| format!("`{}` is no JSON object", path.display())),
        Err(_) => Ok(Map::new()),
    }
}

fn answers(recorded: &Map<String, Value>, asked: &BTreeSet<Request>) -> Answers {
    let answer = |request: &Request| {
        let key = format!("{} {}", request.proxy, request.path);
        let answer = recorded.get(&key).ok_or_else(|| format!("`{ANSWERS}` has no `{key}`"))?;
        let text = answer.as_str().map_or_else(|| answer.to_string(), str::to_owned);
        let time = Some("2026-01-02T03:04:05Z".to_owned());
        let stamp = Stamp { from: request.proxy.clone(), url: None, time, recorded: false, stale: None };
        Ok(Answered { text: text.into(), stamp })
    };
    asked.iter().map(|request| (request.clone(), answer(request))).collect()
}

fn in_words(catalog: &catalog::Catalog, enrichment: &Enrichment, findings: &[Diagnostic]) -> String {
    let mut text = String::new();
    for reference in catalog.entities.keys() {
        let mut own = String::new();
        for fact in enrichment.facts.get(reference).into_iter().flatten() {
            let _ = writeln!(own, "  fact {} ({}) = {}", fact.name, fact.title, fact.data);
        }
        for link in enrichment.links.get(reference).into_iter().flatten() {
            let _ = writeln!(own, "  link {} <{}> in {}", link.title, link.url, link.group);
        }
        for card in enrichment.cards.get(reference).into_iter().flatten() {
            let _ = writeln!(own, "  card {} in {}, {:?}", card.title, word(card), card.state);
            show(&mut own, card.html.as_str(), &card.stamps);
        }
        for tab in enrichment.tabs.get(reference).into_iter().flatten() {
            let _ = writeln!(own, "  tab {} at {}/, {:?}", tab.title, tab.path, tab.state);
            show(&mut own, tab.html.as_str(), &tab.stamps);
        }
        if !own.is_empty() {
            let _ = write!(text, "{reference}\n{own}");
        }
    }
    for page in &enrichment.pages {
        let _ = writeln!(
            text,
            "page {} at {}, {:?}",
            page.title,
            plugins::page_route(&page.plugin, &page.path),
            page.state
        );
        show(&mut text, page.html.as_str(), &page.stamps);
    }
    for column in &enrichment.columns {
        let _ = writeln!(text, "column {} of {}", column.title, column.fact);
    }
    for finding in findings {
        let about = finding.subject.as_deref().unwrap_or("");
        let _ = writeln!(text, "{} {} {about}: {}", finding.severity.word(), finding.code, finding.message);
    }
    text
}

fn word(view: &PluginView) -> &'static str {
    plugins::Slot::ALL.iter().find(|(_, slot)| *slot == view.slot).map_or("", |(word, _)| *word)
}

/// HTML a line for each line that is not blank, and where it comes from.
fn show(text: &mut String, html: &str, stamps: &[Stamp]) {
    for line in html.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let _ = writeln!(text, "    {line}");
    }
    for stamp in stamps {
        let time = stamp.time.as_deref().map(|time| format!(", {time}")).unwrap_or_default();
        let _ = writeln!(text, "    from {}{time}", stamp.from);
    }
}

/// What differs from what the test expects, a line for each line that is missing (`-`) or too much (`+`); nothing if nothing.
pub(super) fn compare(case: &Path, made: &str, update: bool) -> anyhow::Result<Option<String>> {
    let path = case.join(EXPECTED);
    if update {
        std::fs::write(&path, made).with_context(|| format!("cannot write `{}`", path.display()))?;
        return Ok(None);
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    Ok((expected != made).then(|| difference(&expected, made)))
}

/// The lines around what is the same at the beginning and at the end.
fn difference(expected: &str, made: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), made.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let left = old.len().min(new.len()) - same;
    let tail = old.iter().rev().zip(new.iter().rev()).take(left).take_while(|(a, b)| a == b).count();
    let mut text = String::new();
    for line in &old[same..old.len() - tail] {
        let _ = writeln!(text, "  - {line}");
    }
    for line in &new[same..new.len() - tail] {
        let _ = writeln!(text, "  + {line}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_shows_what_is_not_the_same() {
        assert_eq!(difference("a\nb\nc\n", "a\nx\ny\nc\n"), "  - b\n  + x\n  + y\n");
        assert_eq!(difference("", "a\n"), "  + a\n");
        assert_eq!(difference("a\na\n", "a\n"), "  - a\n");
    }
}

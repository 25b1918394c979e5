use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::chart;
use super::condition::shown;
use super::enrichment::{Enrichment, PluginFact, PluginLink, PluginPage, PluginView, State};
use super::manifest_parts::slug;
use super::part::{On, Slot};
use super::plugin::Plugin;
use super::program::{Ask, ask};
use super::protocol::{Answer, ViewSaid};
use super::seen::in_full;
use super::{address, rules};
use crate::base::{Diagnostic, RelPath, SafeHtml, Severity};
use crate::catalog::{Catalog, Entity};
use crate::markdown;
use crate::sources::{Origin, RepoTree, Snapshot};

/// Most answers of each sort that one answer may hold.
const EACH: usize = 200;

/// Everything that programs are asked about entities and for pages.
pub fn asks(catalog: &Catalog, plugins: &[Plugin]) -> Vec<Ask> {
    let mut asks = Vec::new();
    for (at, plugin) in plugins.iter().enumerate() {
        let Some(program) = &plugin.program else { continue };
        let has = |hook: &str| program.hooks.iter().any(|known| known == hook);
        for hook in ["enrich", "check"].into_iter().filter(|hook| has(hook)) {
            let entities = catalog.entities.values().filter(|entity| program.audience.includes(entity));
            asks.extend(entities.map(|entity| {
                let fields = Map::from_iter([("entity".to_owned(), in_full(entity))]);
                ask(plugins, at, hook, entity.reference.to_string(), fields)
            }));
        }
        if has("page") {
            let entities: Vec<Value> = catalog.entities.values().map(in_short).collect();
            let fields = Map::from_iter([("entities".to_owned(), Value::Array(entities))]);
            asks.push(ask(plugins, at, "page", format!("plugin {}", plugin.name), fields));
        }
    }
    asks
}

/// What programs are asked before there is a catalog: `harvest`.
pub fn harvest_asks(plugins: &[Plugin]) -> Vec<Ask> {
    with_hook(plugins, "harvest")
        .map(|at| ask(plugins, at, "harvest", format!("plugin {}", plugins[at].name), Map::new()))
        .collect()
}

/// What programs are asked about documents: `docs`, a question for each file that they want; with the place of each.
pub fn docs_asks(plugins: &[Plugin], snapshots: &[Snapshot], most_bytes: u64) -> Vec<(Ask, usize, RelPath)> {
    let mut asks = Vec::new();
    for at in with_hook(plugins, "docs") {
        let mut wanted = globset::GlobSetBuilder::new();
        for pattern in plugins[at].program.iter().flat_map(|program| &program.files) {
            wanted.add(match globset::Glob::new(pattern) {
                Ok(glob) => glob,
                Err(_) => continue,
            });
        }
        let wanted = wanted.build().unwrap_or_default();
        for (number, snapshot) in snapshots.iter().enumerate() {
            for (path, _) in snapshot.tree.files().filter(|(path, _)| wanted.is_match(path.as_str())) {
                let Ok(text) = snapshot.tree.read_text(path, (most_bytes, "page_bytes")) else { continue };
                let fields =
                    Map::from_iter([("path".to_owned(), json!(path.as_str())), ("text".to_owned(), json!(text))]);
                let subject = format!("{}:{path}", snapshot.origin.label());
                asks.push((ask(plugins, at, "docs", subject, fields), number, path.clone()));
            }
        }
    }
    asks
}

fn with_hook<'a>(plugins: &'a [Plugin], hook: &'a str) -> impl Iterator<Item = usize> + 'a {
    let has =
        move |plugin: &Plugin| plugin.program.iter().any(|program| program.hooks.iter().any(|known| known == hook));
    plugins.iter().enumerate().filter(move |(_, plugin)| has(plugin)).map(|(at, _)| at)
}

fn in_short(entity: &Entity) -> Value {
    json!({
        "ref": entity.reference.to_string(),
        "kind": entity.kind(),
        "name": entity.name(),
        "title": entity.display_name(),
        "type": entity.spec_str("type"),
        "lifecycle": entity.spec_str("lifecycle"),
        "owners": entity.related("ownedBy").map(ToString::to_string).collect::<Vec<_>>(),
    })
}

/// A snapshot of the entities that a program contributes.
pub fn harvested(plugin: &Plugin, line: &str, findings: &mut Vec<Diagnostic>) -> Option<Snapshot> {
    let answer = answer(plugin, line, &format!("plugin {}", plugin.name), findings)?;
    let documents: Vec<String> = answer.entities.iter().map(Value::to_string).collect();
    let origin =
        Origin { name: format!("plugin {}", plugin.name), revision: None, web: None, sub_path: RelPath::root() };
    let tree = RepoTree::in_memory([("catalog-info.yaml", documents.join("\n---\n"))]);
    Some(Snapshot { origin, tree, entity_files: Vec::new(), stale: None })
}

/// The Markdown that a program made of a document, and the path that it stands at: the file's own if that is Markdown already.
pub fn document(
    plugin: &Plugin,
    line: &str,
    path: &RelPath,
    subject: &str,
    findings: &mut Vec<Diagnostic>,
) -> Option<(RelPath, Vec<u8>)> {
    let text = answer(plugin, line, subject, findings)?.markdown?;
    let is_markdown = path.extension().is_some_and(|ending| ending == "md" || ending == "markdown");
    let stem = path.as_str().rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem);
    let place = if is_markdown { path.clone() } else { RelPath::new(&format!("{stem}.md")).ok()? };
    Some((place, text.into_bytes()))
}

/// Reads an answer; one that says `error` is a finding and no answer.
fn answer(plugin: &Plugin, line: &str, subject: &str, findings: &mut Vec<Diagnostic>) -> Option<Answer> {
    let answer: Answer = serde_json::from_str(line).ok()?;
    let told = |mistake: String| {
        let message = format!("the answer of the plugin `{}` about this is read in part: {mistake}", plugin.name);
        rules::PROGRAM.diagnostic(message).about(subject)
    };
    findings.extend(answer.mistakes().into_iter().take(3).map(told));
    let Some(error) = &answer.error else { return Some(answer) };
    let error: String = error.chars().take(500).collect();
    findings.push(rules::PROGRAM.diagnostic(format!("the plugin `{}`: {error}", plugin.name)).about(subject));
    None
}

impl Enrichment {
    /// Takes what a program answered to a question about an entity or for pages; no answer leaves a placeholder.
    pub fn hear(
        &mut self,
        plugin: &Plugin,
        ask: &Ask,
        entity: Option<&Entity>,
        line: Option<&str>,
        findings: &mut Vec<Diagnostic>,
    ) {
        let mut found = Vec::new();
        let answer = line.and_then(|line| answer(plugin, line, &ask.subject, &mut found));
        match (entity, answer) {
            (Some(entity), Some(answer)) => self.take_answer(plugin, entity, answer, &mut found),
            (Some(entity), None) if ask.hook == "enrich" => {
                let text = "The program of this plugin gave no answer; the findings say why.";
                let view = view(plugin, &plugin.title, Slot::Content, State::Error, SafeHtml::text(text));
                self.cards.entry(entity.reference.clone()).or_default().push(view);
            }
            (None, Some(answer)) => {
                self.pages.extend(answer.pages.into_iter().take(EACH).map(|said| page(plugin, &said)));
            }
            _ => {}
        }
        let place = entity.map(|entity| entity.place.clone());
        findings.extend(found.into_iter().map(|finding| match &place {
            Some(place) => finding.at(place.clone()),
            None => finding,
        }));
    }

    fn take_answer(&mut self, plugin: &Plugin, entity: &Entity, answer: Answer, findings: &mut Vec<Diagnostic>) {
        let reference = &entity.reference;
        let facts = answer.facts.into_iter().take(EACH).map(|said| PluginFact {
            plugin: plugin.name.clone(),
            name: format!("{}.{}", plugin.name, said.name),
            group: "other".to_owned(),
            title: said.title.unwrap_or(said.name),
            value: shown(&said.value),
            data: said.value,
            annotation: None,
        });
        self.facts.entry(reference.clone()).or_default().extend(facts);
        let links = answer.links.into_iter().take(EACH).filter_map(|said| {
            Some(PluginLink {
                plugin: plugin.name.clone(),
                group: said.group.unwrap_or_else(|| "other".to_owned()),
                title: said.title,
                url: address::address(&said.url)?.into(),
                icon: "link".to_owned(),
                annotation: None,
            })
        });
        self.links.entry(reference.clone()).or_default().extend(links);
        for said in answer.cards.iter().take(EACH) {
            let slot = Slot::ALL.iter().find(|(word, _)| Some(*word) == said.slot.as_deref());
            let on = On::ALL.iter().find(|(word, _)| Some(*word) == said.on.as_deref());
            let slot = slot.map_or(Slot::Content, |(_, slot)| *slot);
            let card = view(plugin, &said.title, slot, State::Ok, html(said));
            let card = PluginView { on: on.map_or(On::Entity, |(_, on)| *on), ..card };
            self.cards.entry(reference.clone()).or_default().push(card);
        }
        for said in answer.tabs.iter().take(EACH) {
            let path = slug(said.path.as_deref().unwrap_or(&said.title));
            let tab = PluginView { path, ..view(plugin, &said.title, Slot::Content, State::Ok, html(said)) };
            if !tab.path.is_empty() {
                self.tabs.entry(reference.clone()).or_default().push(tab);
            }
        }
        for said in answer.findings.into_iter().take(EACH) {
            let mut finding =
                rules::BROKEN.diagnostic(format!("{} (check of the plugin `{}`)", said.message, plugin.name));
            finding.severity = match said.severity.as_deref() {
                Some("note") => Severity::Note,
                Some("error") => Severity::Error,
                _ => Severity::Warning,
            };
            finding.hint = said.hint;
            findings.push(finding.about(reference.to_string()));
        }
    }
}

fn view(plugin: &Plugin, title: &str, slot: Slot, state: State, html: SafeHtml) -> PluginView {
    let (plugin, title) = (plugin.name.clone(), title.to_owned());
    PluginView { plugin, title, slot, on: On::Entity, path: String::new(), state, html, stamps: Vec::new() }
}

fn page(plugin: &Plugin, said: &ViewSaid) -> PluginPage {
    PluginPage {
        plugin: plugin.name.clone(),
        plugin_title: plugin.title.clone(),
        title: said.title.clone(),
        path: said.path.as_deref().map(slug).unwrap_or_default(),
        menu: said.menu,
        state: State::Ok,
        html: html(said),
        stamps: Vec::new(),
    }
}

/// What a program said, through the allow list of articles.
fn html(said: &ViewSaid) -> SafeHtml {
    match (&said.html, &said.markdown, &said.text) {
        (Some(html), ..) => markdown::fragment(html, &chart::draw),
        (None, Some(text), _) => markdown::brief(text),
        (None, None, Some(text)) => SafeHtml::element("p", text),
        (None, None, None) => SafeHtml::default(),
    }
}

/// Places of questions by the plugin that they go to.
pub fn by_plugin(asks: &[Ask]) -> BTreeMap<usize, Vec<usize>> {
    let mut places = BTreeMap::<usize, Vec<usize>>::new();
    for (at, ask) in asks.iter().enumerate() {
        places.entry(ask.plugin).or_default().push(at);
    }
    places
}

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::chart;
use super::condition::{Verdict, shown};
use super::enrichment::{PluginFact, PluginView, State};
use super::given::{Given, Read};
use super::part::{FactValue, On, Slot, View, ViewPlace};
use super::plugin::Plugin;
use super::rules;
use super::seen::in_full;
use crate::base::{Diagnostic, Digest, Limits, SafeHtml};
use crate::catalog::{Entity, EntityRef};
use crate::markdown;
use crate::sources::RepoTree;
use crate::theme::{Seen, Snippets, Values};

/// What one plugin makes of one entity: it holds every input of its product, so that the product can be remembered.
#[derive(Debug, Serialize)]
pub struct Job<'a> {
    /// The plugin, its templates and settings, and the theme.
    pub(super) plugin_digest: Digest,
    pub(super) reference: &'a EntityRef,
    /// Identity of the entity's document.
    pub(super) document: Digest,
    pub(super) owners: Vec<&'a EntityRef>,
    pub(super) given: Vec<Given>,
    /// Facts from annotations, which templates and rules see beside those from data.
    pub(super) known: Vec<PluginFact>,
    #[serde(skip)]
    pub(super) plugin: &'a Plugin,
    #[serde(skip)]
    pub(super) entity: &'a Entity,
    /// The entity as templates see it, made once for the jobs of all plugins, by the first that runs.
    #[serde(skip)]
    pub(super) seen: Arc<OnceLock<Seen>>,
    #[serde(skip)]
    pub(super) tree: Option<&'a RepoTree>,
    #[serde(skip)]
    pub(super) snippets: &'a Snippets,
    #[serde(skip)]
    pub(super) limits: &'a Limits,
}

/// What came of a [`Job`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Enriched {
    /// Facts from data.
    pub facts: Vec<PluginFact>,
    /// Cards and tabs.
    pub views: Vec<PluginView>,
    /// What is to be said; without places, which can change while the product does not.
    pub findings: Vec<Diagnostic>,
}

impl Job<'_> {
    /// The entity that it is about.
    pub fn entity(&self) -> &Entity {
        self.entity
    }
}

/// What templates see, and what came of the data.
pub(super) struct Scene {
    values: Values,
    data: Vec<(String, Arc<Read>)>,
    facts: Map<String, Value>,
    failed: BTreeMap<String, String>,
}

impl Scene {
    /// Reads the data of something; `subject` names it in findings.
    pub(super) fn new(
        plugin: &Plugin,
        given: &[Given],
        tree: Option<&RepoTree>,
        limits: &Limits,
        subject: &str,
        findings: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut data = Vec::new();
        let mut failed = BTreeMap::new();
        for one in given {
            match one.read(tree, limits) {
                Ok(read) if read.value.is_null() => {}
                Ok(read) => data.push((one.name.clone(), read)),
                Err(reason) => {
                    let message = format!("the plugin `{}` cannot read its data `{}`: {reason}", plugin.name, one.name);
                    findings.push(rules::DATA.diagnostic(message).about(subject));
                    failed.insert(one.name.clone(), reason);
                }
            }
        }
        for one in given {
            let is_there = |_: &&str| data.iter().any(|(name, _)| *name == one.name);
            if let Some(why) = one.stale_answer().filter(is_there) {
                let message = format!("the plugin `{}` shows an earlier state of `{}`: {why}", plugin.name, one.name);
                findings.push(rules::STALE.diagnostic(message).about(subject));
            }
        }
        let mut values = Values::default();
        values.set("data", &Seen::map(data.iter().map(|(name, read)| (name.as_str(), read.seen()))));
        values.set("config", &Seen::new(&plugin.config()));
        let facts = Map::new();
        values.set("facts", &Seen::new(&facts));
        Self { values, data, facts, failed }
    }

    /// Adds something that templates see.
    pub(super) fn set(&mut self, name: &str, value: &Seen) {
        self.values.set(name, value);
    }

    fn data(&self, name: &str) -> Option<&Value> {
        self.data.iter().find(|(known, _)| known == name).map(|(_, read)| &read.value)
    }

    fn set_fact(&mut self, name: &str, value: Value) {
        self.facts.insert(name.to_owned(), value);
        self.values.set("facts", &Seen::new(&self.facts));
    }

    /// Renders a template about some data: how it stands with it, and what it shows.
    pub(super) fn show(
        &self,
        plugin: &Plugin,
        (template, needs, title): (&str, &[String], &str),
        snippets: &Snippets,
        subject: &str,
        findings: &mut Vec<Diagnostic>,
    ) -> (State, SafeHtml) {
        if let Some(reason) = needs.iter().find_map(|name| self.failed.get(name)) {
            return (State::Error, SafeHtml::text(reason));
        }
        if !needs.is_empty() && needs.iter().all(|name| self.data(name).is_none()) {
            return (State::Empty, SafeHtml::default());
        }
        match snippets.render(template, &self.values) {
            Ok(html) if html.trim().is_empty() => (State::Empty, SafeHtml::default()),
            Ok(html) => (State::Ok, markdown::fragment(&html, &chart::draw)),
            Err(reason) => {
                let message = format!("the plugin `{}` cannot show `{title}`: {}", plugin.name, flat(&reason));
                findings.push(rules::TEMPLATE.diagnostic(message).about(subject));
                (State::Error, SafeHtml::text("It could not be shown; the findings of this entity say why."))
            }
        }
    }
}

/// A message of the template engine on one line.
fn flat(reason: &str) -> String {
    reason.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Makes everything that the plugin shows of the entity.
pub fn run(job: &Job<'_>) -> Enriched {
    let mut made = Enriched::default();
    let subject = job.reference.to_string();
    let mut scene = Scene::new(job.plugin, &job.given, job.tree, job.limits, &subject, &mut made.findings);
    scene.set("entity", job.seen.get_or_init(|| Seen::new(&in_full(job.entity))));
    for fact in &job.known {
        scene.set_fact(fact.name.split_once('.').map_or("", |(_, name)| name), fact.data.clone());
    }
    facts(job, &mut scene, &mut made);
    for view in job.plugin.views.iter().filter(|view| view.audience.includes(job.entity)) {
        let made_view = show(job, view, &scene, &subject, &mut made.findings);
        made.views.extend(made_view);
    }
    check(job, &subject, &mut made);
    made
}

fn facts(job: &Job<'_>, scene: &mut Scene, made: &mut Enriched) {
    let plugin = job.plugin;
    for fact in plugin.facts.iter().filter(|fact| fact.audience.includes(job.entity)) {
        let data = match &fact.value {
            FactValue::Pointer { data, pointer } => scene.data(data).and_then(|data| data.pointer(pointer)).cloned(),
            // A fact whose data is not there is none; its cards say so if they should.
            FactValue::Template(template) => match job.snippets.render(template, &scene.values) {
                Ok(text) => Some(super::format::scalar(text.trim())),
                Err(reason) => {
                    if plugin.data.iter().all(|source| scene.data(&source.name).is_some()) {
                        let message =
                            format!("the plugin `{}` cannot tell `{}`: {}", plugin.name, fact.title, flat(&reason));
                        made.findings.push(rules::TEMPLATE.diagnostic(message).about(job.reference.to_string()));
                    }
                    None
                }
            },
        };
        let Some(data) =
            data.filter(|data| !data.is_null() && data.as_str().is_none_or(|text| !text.trim().is_empty()))
        else {
            continue;
        };
        scene.set_fact(&fact.name, data.clone());
        made.facts.push(PluginFact {
            plugin: plugin.name.clone(),
            name: format!("{}.{}", plugin.name, fact.name),
            group: fact.group.clone(),
            title: fact.title.clone(),
            value: shown(&data),
            data,
            annotation: None,
        });
    }
}

fn show(
    job: &Job<'_>,
    view: &View,
    scene: &Scene,
    subject: &str,
    findings: &mut Vec<Diagnostic>,
) -> Option<PluginView> {
    let about = (view.template.as_str(), view.needs.as_slice(), view.title.as_str());
    let (mut state, mut html) = scene.show(job.plugin, about, job.snippets, subject, findings);
    if state == State::Empty {
        html = SafeHtml::element("p", view.empty.as_ref()?);
    }
    let needed = |given: &&Given| view.needs.contains(&given.name) && scene.data(&given.name).is_some();
    let mut stamps: Vec<_> = job.given.iter().filter(needed).filter_map(|given| given.stamp().cloned()).collect();
    stamps.dedup();
    if state == State::Ok && stamps.iter().any(|stamp| stamp.stale.is_some()) {
        state = State::Stale;
    }
    let (slot, on, path) = match &view.place {
        ViewPlace::Card(slot, on) => (*slot, *on, String::new()),
        ViewPlace::Tab(path) => (Slot::Content, On::Entity, path.clone()),
    };
    Some(PluginView { plugin: job.plugin.name.clone(), title: view.title.clone(), slot, on, path, state, html, stamps })
}

fn check(job: &Job<'_>, subject: &str, made: &mut Enriched) {
    let facts: BTreeMap<&str, &Value> =
        job.known.iter().chain(&made.facts).map(|fact| (fact.name.as_str(), &fact.data)).collect();
    let mut broken = Vec::new();
    for rule in job.plugin.rules.iter().filter(|rule| rule.audience.includes(job.entity)) {
        if rule.condition.verdict(&job.entity.document, &facts) != Verdict::Failed {
            continue;
        }
        let mut finding =
            rules::BROKEN.diagnostic(format!("{} (rule of the plugin `{}`)", rule.title, job.plugin.name));
        finding.severity = rule.severity;
        finding.hint.clone_from(&rule.hint);
        broken.push(finding.about(subject));
    }
    made.findings.extend(broken);
}

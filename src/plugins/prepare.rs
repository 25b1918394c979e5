use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::enrichment::{Enrichment, PluginPage, State};
use super::given::{Lookup, Place, find, parts, with_config};
use super::job::{Enriched, Job, Scene};
use super::part::{DataPlace, Reach};
use super::plugin::Plugin;
use super::request::{Answers, Request, request};
use super::rules;
use super::scorecard::Scorecard;
use crate::base::{Diagnostic, Digest, Limits, Outcome, Route};
use crate::catalog::{Catalog, Entity, EntityRef};
use crate::sources::Snapshot;
use crate::theme::{Seen, Snippets, Theme};

/// What plugins look at.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The plugins that are on.
    pub plugins: &'a [Plugin],
    /// Their templates.
    pub snippets: &'a Snippets,
    /// Identity of the theme, whose components the templates call.
    pub theme: Digest,
    /// The entities.
    pub catalog: &'a Catalog,
    /// Their repositories.
    pub snapshots: &'a [Snapshot],
    /// What entities are measured by.
    pub scorecards: &'a [Scorecard],
    /// What endpoints answered.
    pub answers: &'a Answers,
    /// What reading may cost.
    pub limits: &'a Limits,
}

/// Parses the templates of all plugins; one that does not parse is a finding, and what it would show is left out.
pub fn templates(plugins: &mut [Plugin], theme: &Theme) -> Outcome<Snippets> {
    let sources: Vec<(String, String)> = plugins.iter().flat_map(|plugin| plugin.templates.iter().cloned()).collect();
    let (snippets, wrong) = theme.snippets(&sources);
    let mut diagnostics = Vec::new();
    for plugin in plugins {
        for (_, reason) in wrong.iter().filter(|(name, _)| plugin.templates.iter().any(|(own, _)| own == name)) {
            let reason: Vec<&str> = reason.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            let message = format!("a template of the plugin `{}` does not parse: {}", plugin.name, reason.join(" "));
            diagnostics.push(rules::TEMPLATE.diagnostic(message).about(format!("plugin {}", plugin.name)));
        }
        plugin.views.retain(|view| snippets.has(&view.template));
        plugin.pages.retain(|page| snippets.has(&page.template));
        plugin.facts.retain(|fact| match &fact.value {
            super::part::FactValue::Template(template) => snippets.has(template),
            super::part::FactValue::Pointer { .. } => true,
        });
    }
    Outcome { value: snippets, diagnostics }
}

/// Everything that plugins ask the endpoints of these names for. An endpoint that there is not is a note if a plugin of the
/// portal's own asks for it; bundled plugins show their data once there is one.
pub fn requests(catalog: &Catalog, plugins: &[Plugin], known: &BTreeSet<&str>) -> Outcome<BTreeSet<Request>> {
    let mut all = BTreeSet::new();
    let mut missing = BTreeSet::new();
    for plugin in plugins {
        for source in &plugin.data {
            let DataPlace::Proxy { proxy, path } = &source.place else { continue };
            if !known.contains(proxy.as_str()) {
                missing.extend((!plugin.bundled).then_some((plugin.name.as_str(), proxy.as_str())));
                continue;
            }
            let mut add = |entity: Option<&Entity>| {
                if let Some(parts) = parts(source, entity) {
                    all.extend(request(plugin, proxy, path, &with_config(plugin, parts, entity)).ok());
                }
            };
            if path.slots().all(|slot| plugin.setting(&slot.name).is_some()) {
                add(None);
            } else {
                catalog.entities.values().for_each(|entity| add(Some(entity)));
            }
        }
    }
    let note = |(plugin, proxy): (&str, &str)| {
        rules::NEEDS_SETTING
            .diagnostic(format!("the plugin `{plugin}` asks the endpoint `{proxy}`, and there is none of that name"))
            .about(format!("plugin {plugin}"))
            .hint(format!("in `site.toml`, write `[proxies.{proxy}]` with its `url`"))
    };
    Outcome { value: all, diagnostics: missing.into_iter().map(note).collect() }
}

/// One job for each plugin and entity that it has something to say of, in order of the entities. Findings are about values
/// of annotations that no data can be found by.
pub fn jobs<'a>(around: Surroundings<'a>, enrichment: &Enrichment) -> Outcome<Vec<Job<'a>>> {
    let mut diagnostics = Vec::new();
    let digests: Vec<Digest> = around
        .plugins
        .iter()
        .map(|plugin| Digest::of("plugin", &(format!("{plugin:?}"), around.theme, around.limits)))
        .collect();
    let mut lookup = Lookup::default();
    let mut jobs = Vec::new();
    for (reference, entity) in &around.catalog.entities {
        let facts = enrichment.facts.get(reference).map_or(&[][..], Vec::as_slice);
        let (document, seen) = (OnceCell::new(), Arc::new(OnceLock::new()));
        for (plugin, digest) in around.plugins.iter().zip(&digests).filter(|(plugin, _)| speaks_for(plugin, entity)) {
            let mut place = Place { snapshots: around.snapshots, answers: around.answers, lookup: &mut lookup };
            diagnostics.extend(unfit(plugin, entity));
            let given = find(plugin, Some(entity), &mut place);
            if given.is_empty() && plugin.shows_only_data() {
                continue;
            }
            jobs.push(Job {
                plugin_digest: *digest,
                reference,
                document: *document.get_or_init(|| Digest::of("document", &entity.document)),
                owners: entity.related("ownedBy").collect(),
                given,
                known: facts.iter().filter(|fact| fact.plugin == plugin.name).cloned().collect(),
                plugin,
                entity,
                seen: Arc::clone(&seen),
                tree: around.snapshots.get(entity.snapshot).map(|snapshot| &snapshot.tree),
                snippets: around.snippets,
                limits: around.limits,
            });
        }
    }
    Outcome { value: jobs, diagnostics }
}

/// An annotation that only data is found by, with a value that has none of its forms.
fn unfit(plugin: &Plugin, entity: &Entity) -> Option<Diagnostic> {
    let told = |key: &str| plugin.additions.iter().any(|addition| addition.annotation.as_deref() == Some(key));
    let mut fits = false;
    let mut found = None;
    for source in &plugin.data {
        match source.audience.reach(entity) {
            Reach::Unfit(value) => {
                let key = source.audience.annotation.as_deref().unwrap_or_default();
                if found.is_none() && !told(key) {
                    let shown: String = value.chars().take(80).flat_map(char::escape_debug).collect();
                    let message = format!("no data can be found by `{key}: {shown}`: it has another form");
                    let forms: Vec<String> = source.audience.shapes.iter().map(ToString::to_string).collect();
                    let finding = rules::BAD_ANNOTATION.diagnostic(message).at(entity.place.clone());
                    let hint = format!("{} expects `{}`", plugin.title, forms.join("` or `"));
                    found = Some(finding.about(entity.reference.to_string()).hint(hint));
                }
            }
            Reach::Parts(_) => fits = true,
            Reach::Not => {}
        }
    }
    found.filter(|_| !fits)
}

fn speaks_for(plugin: &Plugin, entity: &Entity) -> bool {
    plugin.views.iter().any(|view| view.audience.includes(entity))
        || plugin.facts.iter().any(|fact| fact.audience.includes(entity))
        || plugin.rules.iter().any(|rule| rule.audience.includes(entity))
}

impl Enrichment {
    /// Takes the product of a job about an entity.
    pub fn take(&mut self, entity: &Entity, made: Enriched, findings: &mut Vec<Diagnostic>) {
        let reference = &entity.reference;
        if !made.facts.is_empty() {
            self.facts.entry(reference.clone()).or_default().extend(made.facts);
        }
        for view in made.views {
            let views = if view.path.is_empty() { &mut self.cards } else { &mut self.tabs };
            views.entry(reference.clone()).or_default().push(view);
        }
        findings.extend(made.findings.into_iter().map(|finding| finding.at(entity.place.clone())));
    }

    /// Makes the pages that plugins have of their own, and the columns that show what is there. `address` says where an
    /// entity's page is.
    pub fn finish(
        &mut self,
        around: Surroundings<'_>,
        address: &dyn Fn(&EntityRef) -> Option<Route>,
    ) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for plugin in around.plugins {
            for page in &plugin.pages {
                let made = self.page(plugin, page, around, address, &mut findings);
                self.pages.extend(made);
            }
        }
        self.score(around.scorecards, around.catalog, address);
        let scored = std::mem::take(&mut self.columns);
        let known: BTreeSet<&str> = self.facts.values().flatten().map(|fact| fact.name.as_str()).collect();
        let columns = around.plugins.iter().flat_map(|plugin| &plugin.columns);
        self.columns = columns.filter(|column| known.contains(column.fact.as_str())).cloned().chain(scored).collect();
        findings
    }

    fn page(
        &self,
        plugin: &Plugin,
        page: &super::part::PageSpec,
        around: Surroundings<'_>,
        address: &dyn Fn(&EntityRef) -> Option<Route>,
        findings: &mut Vec<Diagnostic>,
    ) -> Option<PluginPage> {
        let subject = format!("plugin {}", plugin.name);
        let mut lookup = Lookup::default();
        let mut place = Place { snapshots: around.snapshots, answers: around.answers, lookup: &mut lookup };
        let given = find(plugin, None, &mut place);
        let mut scene = Scene::new(plugin, &given, None, around.limits, &subject, findings);
        let route = page_route(&plugin.name, &page.path);
        let entities: Vec<serde_json::Value> = around
            .catalog
            .entities
            .values()
            .filter(|entity| page.audience.includes(entity))
            .filter_map(|entity| self.listed(plugin, entity, &route, address))
            .collect();
        scene.set("entities", &Seen::new(&entities));
        let about = (page.template.as_str(), page.needs.as_slice(), page.title.as_str());
        let (mut state, html) = scene.show(plugin, about, around.snippets, &subject, findings);
        if state == State::Empty {
            return None;
        }
        let stamps: Vec<_> = given.iter().filter_map(|given| given.stamp().cloned()).collect();
        if state == State::Ok && stamps.iter().any(|stamp| stamp.stale.is_some()) {
            state = State::Stale;
        }
        Some(PluginPage {
            plugin: plugin.name.clone(),
            plugin_title: plugin.title.clone(),
            title: page.title.clone(),
            path: page.path.clone(),
            menu: page.menu,
            state,
            html,
            stamps,
        })
    }

    /// An entity as pages list it, with what the plugin knows of it; nothing if that is nothing.
    fn listed(
        &self,
        plugin: &Plugin,
        entity: &Entity,
        from: &Route,
        address: &dyn Fn(&EntityRef) -> Option<Route>,
    ) -> Option<serde_json::Value> {
        let own = |fact: &&super::PluginFact| fact.plugin == plugin.name;
        let facts: serde_json::Map<String, serde_json::Value> = self
            .facts
            .get(&entity.reference)
            .into_iter()
            .flatten()
            .filter(own)
            .map(|fact| (fact.name.split_once('.').map_or("", |(_, name)| name).to_owned(), fact.data.clone()))
            .collect();
        if facts.is_empty() && !(plugin.facts.is_empty() && plugin.additions.is_empty()) {
            return None;
        }
        let owners: Vec<String> = entity.related("ownedBy").map(ToString::to_string).collect();
        Some(serde_json::json!({
            "ref": entity.reference.to_string(),
            "kind": entity.reference.kind(),
            "name": entity.name(),
            "title": entity.display_name(),
            "url": address(&entity.reference)?.url_from(from),
            "owner": owners.first(),
            "facts": facts,
        }))
    }
}

/// Where a plugin's own page is.
pub fn page_route(plugin: &str, path: &str) -> Route {
    let route = Route::page(["plugins", plugin]);
    if path.is_empty() { route } else { route.child(path) }
}

use std::collections::{BTreeMap, BTreeSet};

use super::address;
use super::enrichment::{Enrichment, PluginFact, PluginLink};
use super::plugin::{Addition, Plugin};
use super::rules;
use super::template::{Parts, Template};
use crate::base::{Diagnostic, Outcome};
use crate::catalog::{Catalog, Entity};

/// Makes the links and facts of every entity, in order of the plugins and of their manifests.
///
/// A value that no form fits, or that would lead off the tool's address, is a warning at its entity; links that need a
/// setting which nobody made cost one note a plugin, and only when some entity asks for them.
pub fn enrich(catalog: &Catalog, plugins: &[Plugin]) -> Outcome<Enrichment> {
    let table = Asked::of(plugins);
    let mut enrichment = Enrichment::default();
    let mut diagnostics = Vec::new();
    let mut waiting = BTreeMap::<usize, Waiting<'_>>::new();
    for (reference, entity) in &catalog.entities {
        let mut links = Vec::new();
        let mut facts = Vec::new();
        for (at, additions) in table.for_entity(entity) {
            let plugin = &plugins[at];
            for made in additions_of(plugin, entity, &additions) {
                match made {
                    Made::Link(link) => links.push(link),
                    Made::Fact(fact) => facts.push(fact),
                    Made::Refused(finding) => diagnostics.push(finding),
                    Made::Needs(annotation, setting) => waiting.entry(at).or_default().add(annotation, setting, entity),
                }
            }
        }
        if !links.is_empty() {
            enrichment.links.insert(reference.clone(), links);
        }
        if !facts.is_empty() {
            enrichment.facts.insert(reference.clone(), facts);
        }
    }
    diagnostics.extend(waiting.iter().map(|(at, waiting)| waiting.note(&plugins[*at])));
    Outcome { value: enrichment, diagnostics }
}

/// Which additions an annotation asks for, so that an entity costs only what it has.
struct Asked<'p> {
    by_annotation: BTreeMap<&'p str, Vec<(usize, usize)>>,
    always: Vec<(usize, usize)>,
}

impl<'p> Asked<'p> {
    fn of(plugins: &'p [Plugin]) -> Self {
        let mut asked = Self { by_annotation: BTreeMap::new(), always: Vec::new() };
        for (at, plugin) in plugins.iter().enumerate() {
            for (number, addition) in plugin.additions.iter().enumerate() {
                match &addition.annotation {
                    Some(key) => asked.by_annotation.entry(key).or_default().push((at, number)),
                    None => asked.always.push((at, number)),
                }
            }
        }
        asked
    }

    /// Numbers of the additions to try, by plugin, in order.
    fn for_entity(&self, entity: &Entity) -> BTreeMap<usize, BTreeSet<usize>> {
        let written = entity.annotations().filter(|(_, value)| !value.trim().is_empty());
        let asked = written.filter_map(|(key, _)| self.by_annotation.get(key)).flatten();
        let mut by_plugin = BTreeMap::<usize, BTreeSet<usize>>::new();
        for (plugin, number) in asked.chain(&self.always) {
            by_plugin.entry(*plugin).or_default().insert(*number);
        }
        by_plugin
    }
}

enum Made<'p> {
    Link(PluginLink),
    Fact(PluginFact),
    Refused(Diagnostic),
    /// The annotation that asked, and the setting that is missing.
    Needs(&'p str, &'p str),
}

fn additions_of<'p>(plugin: &'p Plugin, entity: &Entity, numbers: &BTreeSet<usize>) -> Vec<Made<'p>> {
    let mut made = Vec::new();
    // Forms that did not fit, by annotation: only worth a word when no addition took the value.
    let mut unfit = BTreeMap::<&str, Vec<String>>::new();
    let mut fit = BTreeSet::<&str>::new();
    for addition in numbers.iter().map(|number| &plugin.additions[*number]) {
        if !speaks_for(addition, entity) {
            continue;
        }
        let key = addition.annotation.as_deref();
        let value = key.and_then(|key| entity.annotation(key)).unwrap_or_default().trim();
        let parts = addition.shapes.iter().find_map(|shape| shape.read(value));
        match (key, parts) {
            (Some(key), None) => unfit.entry(key).or_default().extend(addition.shapes.iter().map(ToString::to_string)),
            (key, parts) => {
                fit.extend(key);
                made.push(make(plugin, addition, entity, value, parts.unwrap_or_default()));
            }
        }
    }
    for (key, mut forms) in unfit.into_iter().filter(|(key, _)| !fit.contains(key)) {
        forms.dedup();
        let value = entity.annotation(key).unwrap_or_default();
        let finding = refused(entity, key, value, "it has another form");
        made.push(Made::Refused(finding.hint(format!("{} expects `{}`", plugin.title, forms.join("` or `")))));
    }
    let mut told = BTreeSet::new();
    made.retain(|made| match made {
        Made::Refused(finding) => told.insert(finding.message.clone()),
        _ => true,
    });
    made
}

/// A fact of an annotation is called by the annotation's last part: `kubernetes.kubernetes-id`.
fn fact_name(plugin: &Plugin, addition: &Addition) -> String {
    let key = addition.annotation.as_deref().unwrap_or_default();
    format!("{}.{}", plugin.name, key.rsplit('/').next().unwrap_or(key))
}

fn speaks_for(addition: &Addition, entity: &Entity) -> bool {
    let kind = entity.reference.kind();
    let of_type = || entity.spec_str("type").map(str::to_lowercase);
    (addition.kinds.is_empty() || addition.kinds.iter().any(|known| known == kind))
        && (addition.types.is_empty() || of_type().is_some_and(|kind| addition.types.contains(&kind)))
}

fn make<'p>(plugin: &'p Plugin, addition: &'p Addition, entity: &Entity, value: &str, parts: Parts<'_>) -> Made<'p> {
    let mut known = Parts::from([
        ("value", value),
        ("entity.kind", entity.reference.kind()),
        ("entity.namespace", entity.reference.namespace()),
        ("entity.name", entity.name()),
    ]);
    known.extend(parts);
    let annotation = addition.annotation.as_deref();
    let Some(url) = &addition.url else {
        return Made::Fact(PluginFact {
            plugin: plugin.name.clone(),
            name: fact_name(plugin, addition),
            group: addition.group.clone(),
            title: addition.title.fill_text(&with_settings(plugin, &known)),
            value: value.to_owned(),
            data: serde_json::Value::from(value),
            annotation: annotation.map(str::to_owned),
        });
    };
    if let Some(setting) = missing(plugin, [url, &addition.title]) {
        return Made::Needs(annotation.unwrap_or_default(), setting);
    }
    match address::fill(url, &plugin.settings, &known) {
        Ok(url) => Made::Link(PluginLink {
            plugin: plugin.name.clone(),
            group: addition.group.clone(),
            title: addition.title.fill_text(&with_settings(plugin, &known)),
            url,
            icon: addition.icon.clone(),
            annotation: annotation.map(str::to_owned),
        }),
        Err(reason) => Made::Refused(refused(entity, annotation.unwrap_or(&plugin.name), value, &reason)),
    }
}

fn with_settings<'a>(plugin: &'a Plugin, parts: &Parts<'a>) -> Parts<'a> {
    let told = plugin.settings.iter().filter_map(|setting| Some((setting.name.as_str(), setting.value.as_deref()?)));
    told.chain(parts.iter().map(|(name, part)| (*name, *part))).collect()
}

fn missing<'p>(plugin: &'p Plugin, templates: [&Template; 2]) -> Option<&'p str> {
    let mut slots = templates.into_iter().flat_map(Template::slots);
    slots
        .find_map(|slot| plugin.setting(&slot.name).filter(|setting| setting.value.is_none()))
        .map(|found| found.name.as_str())
}

fn refused(entity: &Entity, key: &str, value: &str, reason: &str) -> Diagnostic {
    let shown: String = value.chars().take(80).flat_map(char::escape_debug).collect();
    rules::BAD_ANNOTATION
        .diagnostic(format!("no link can be made of `{key}: {shown}`: {reason}"))
        .at(entity.place.clone())
        .about(entity.reference.to_string())
}

/// Entities that ask for links of one plugin which has not been told enough.
#[derive(Default)]
struct Waiting<'p> {
    annotations: BTreeSet<&'p str>,
    settings: BTreeSet<&'p str>,
    entities: BTreeSet<String>,
}

impl<'p> Waiting<'p> {
    fn add(&mut self, annotation: &'p str, setting: &'p str, entity: &Entity) {
        self.annotations.extend(Some(annotation).filter(|key| !key.is_empty()));
        self.settings.insert(setting);
        self.entities.insert(entity.reference.to_string());
    }

    fn note(&self, plugin: &Plugin) -> Diagnostic {
        let keys: Vec<String> = self.annotations.iter().map(|key| format!("`{key}`")).collect();
        let count = self.entities.len();
        let what = if count == 1 { "1 entity has".to_owned() } else { format!("{count} entities have") };
        let of = if keys.is_empty() { "what".to_owned() } else { keys.join(", ") };
        let lines: Vec<String> = plugin
            .settings
            .iter()
            .filter(|setting| self.settings.contains(setting.name.as_str()))
            .map(|setting| format!("{} = \"{}\"", setting.name, setting.example))
            .collect();
        rules::NEEDS_SETTING
            .diagnostic(format!("{what} {of}, and the {} plugin does not know where its links lead", plugin.title))
            .about(format!("plugin {}", plugin.name))
            .hint(format!(
                "in `site.toml`, write under `[plugins.{name}]`: `{lines}`; or switch it off: `off = [\"{name}\"]` under `[plugins]`",
                name = plugin.name,
                lines = lines.join("`, `")
            ))
    }
}

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::part::{
    Column, DataSource, FactSpec, FactValue, PageSpec, PortalFile, ProgramSpec, RuleSpec, View, ViewPlace,
};
use super::template::{Shape, Template};
use crate::base::Digest;

/// A declarative plugin: a manifest that was read, with what `site.toml` tells it.
#[derive(Debug, Clone, Default)]
pub struct Plugin {
    /// Its name, also that of its folder: what `plugins.off` and `[plugins.NAME]` mean.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// One or two sentences: what it adds, from what.
    pub description: String,
    /// What it can be told in `[plugins.NAME]`, in order of their names.
    pub settings: Vec<Setting>,
    /// What it adds, in the manifest's order, links before facts.
    pub(super) additions: Vec<Addition>,
    /// Whether it comes with Callboard.
    pub bundled: bool,
    /// Its folder; a bundled plugin and one in `site.toml` have none.
    pub folder: Option<PathBuf>,
    /// Identity of the files in its folder, if it has a program.
    pub(super) folder_digest: Option<Digest>,
    /// What is read at build time.
    pub(super) data: Vec<DataSource>,
    /// Cards and tabs.
    pub(super) views: Vec<View>,
    /// Pages of the portal.
    pub(super) pages: Vec<PageSpec>,
    /// Facts from data.
    pub(super) facts: Vec<FactSpec>,
    /// Columns of tables of entities.
    pub columns: Vec<Column>,
    /// Conditions whose breach is a finding.
    pub(super) rules: Vec<RuleSpec>,
    /// The executable that answers for it.
    pub(super) program: Option<ProgramSpec>,
    /// Its templates: name and text.
    pub(super) templates: Vec<(String, String)>,
    /// The files beside `site.toml` that its data names.
    pub(super) portal_files: Vec<PortalFile>,
}

/// Something that a plugin can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its key in `[plugins.NAME]`.
    pub name: String,
    /// What it means, for people.
    pub title: String,
    /// A likely value, for hints.
    pub example: String,
    /// An http or https address that URLs begin with, not just a word inside them.
    pub is_address: bool,
    /// What `site.toml` says, else the manifest's default, else nothing: then links that need it are not made.
    pub value: Option<String>,
}

/// A `[[link]]` or `[[fact]]`.
#[derive(Debug, Clone)]
pub(super) struct Addition {
    /// Made only for entities with this annotation.
    pub annotation: Option<String>,
    /// Only for these kinds, lower case; empty: for all.
    pub kinds: Vec<String>,
    /// Only for these `spec.type`s, lower case; empty: for all.
    pub types: Vec<String>,
    /// Forms that the value may have; the first that fits names its parts.
    pub shapes: Vec<Shape>,
    /// Text to show.
    pub title: Template,
    /// Where it leads; a fact leads nowhere.
    pub url: Option<Template>,
    /// Group on the page.
    pub group: String,
    /// Name of an icon.
    pub icon: String,
}

impl Plugin {
    /// Whether it has nothing to say of an entity without data, so that no work is done for it.
    pub(super) fn shows_only_data(&self) -> bool {
        let text =
            |name: &str| self.templates.iter().find(|(own, _)| own == name).map_or("", |(_, text)| text.as_str());
        let of_data = |fact: &FactSpec| match &fact.value {
            FactValue::Pointer { .. } => true,
            FactValue::Template(template) => text(template).contains("data."),
        };
        !self.data.is_empty()
            && self.rules.is_empty()
            && self.views.iter().all(|view| !view.needs.is_empty() && view.empty.is_none())
            && self.facts.iter().all(of_data)
    }

    /// What it adds, in words, for lists.
    pub fn adds(&self) -> Vec<String> {
        let links = self.additions.iter().filter(|addition| addition.url.is_some()).count();
        let facts = self.additions.len() - links + self.facts.len();
        let cards = self.views.iter().filter(|view| matches!(view.place, ViewPlace::Card(..))).count();
        let count = |number: usize, one: &str| match number {
            0 => None,
            1 => Some(format!("1 {one}")),
            more => Some(format!("{more} {one}s")),
        };
        let counted = [
            count(links, "link"),
            count(facts, "fact"),
            count(cards, "card"),
            count(self.views.len() - cards, "tab"),
            count(self.pages.len(), "page"),
            count(self.rules.len(), "rule"),
        ];
        let hooks = self.program.iter().flat_map(|program| &program.hooks).map(|hook| format!("program: {hook}"));
        counted.into_iter().flatten().chain(hooks).collect()
    }

    /// Takes a template and gives the name that it is rendered by; `ending` says whether values are escaped.
    pub(super) fn add_template(&mut self, text: String, ending: &str) -> String {
        let name = format!("plugins/{}/{}.{ending}", self.name, self.templates.len());
        self.templates.push((name.clone(), text));
        name
    }

    /// Takes in the template of a file of the plugin's folder, under a name that messages about it can show.
    pub(super) fn add_template_file(&mut self, file: &str, text: String) -> String {
        // Values are escaped in templates with this ending only.
        if !file.ends_with(".html") {
            return self.add_template(text, "html");
        }
        let name = format!("plugins/{}/{file}", self.name);
        if self.templates.iter().all(|(known, _)| *known != name) {
            self.templates.push((name.clone(), text));
        }
        name
    }

    /// Names of the facts that its manifest tells, without the plugin's in front.
    pub(super) fn fact_names(&self) -> Vec<String> {
        let of_annotations = self.additions.iter().filter(|addition| addition.url.is_none()).filter_map(|addition| {
            let key = addition.annotation.as_deref()?;
            Some(key.rsplit('/').next().unwrap_or(key).to_owned())
        });
        of_annotations.chain(self.facts.iter().map(|fact| fact.name.clone())).collect()
    }

    /// Whether an executable answers for it.
    pub fn has_program(&self) -> bool {
        self.program.is_some()
    }

    /// What it is told, by name: what templates and programs see as `config`.
    pub(super) fn config(&self) -> BTreeMap<&str, &str> {
        let told = |setting: &'_ Setting| setting.value.is_some();
        self.settings
            .iter()
            .filter(|setting| told(setting))
            .map(|setting| (setting.name.as_str(), setting.value.as_deref().unwrap_or_default()))
            .collect()
    }

    /// The setting of a name.
    pub(super) fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.name == name)
    }
}

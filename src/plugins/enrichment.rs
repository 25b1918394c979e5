use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::part::{Column, On, Slot};
use crate::base::SafeHtml;
use crate::catalog::EntityRef;

/// What plugins add, by entity.
#[derive(Debug, Clone, Default)]
pub struct Enrichment {
    /// Links made from annotations and other facts, in order of the plugins.
    pub links: IndexMap<EntityRef, Vec<PluginLink>>,
    /// Facts: annotations put in plain words, and what was read from data, in order of the plugins.
    pub facts: IndexMap<EntityRef, Vec<PluginFact>>,
    /// Cards of an entity's overview and of its documentation, in order of the plugins.
    pub cards: IndexMap<EntityRef, Vec<PluginView>>,
    /// Tabs with pages of their own, in order of the plugins.
    pub tabs: IndexMap<EntityRef, Vec<PluginView>>,
    /// Pages of the portal.
    pub pages: Vec<PluginPage>,
    /// Columns of tables of entities.
    pub columns: Vec<Column>,
}

/// What plugins add to one entity.
#[derive(Debug, PartialEq)]
pub struct Added<'a> {
    links: Option<&'a Vec<PluginLink>>,
    facts: Option<&'a Vec<PluginFact>>,
    cards: Option<&'a Vec<PluginView>>,
    tabs: Option<&'a Vec<PluginView>>,
}

impl Enrichment {
    /// All that is added to an entity.
    pub fn of(&self, reference: &EntityRef) -> Added<'_> {
        let Self { links, facts, cards, tabs, .. } = self;
        Added {
            links: links.get(reference),
            facts: facts.get(reference),
            cards: cards.get(reference),
            tabs: tabs.get(reference),
        }
    }
}

/// A link that a plugin adds to an entity's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginLink {
    /// Name of the plugin.
    pub plugin: String,
    /// Group on the page: `source`, `ci`, `deployment`, `on-call`, `quality`, `observability`, `docs`, `other`.
    pub group: String,
    /// Text to show.
    pub title: String,
    /// http or https URL.
    pub url: String,
    /// Name of an icon of the theme.
    pub icon: String,
    /// The annotation that it was made from, so that the raw table can point here.
    pub annotation: Option<String>,
}

/// Something that is known of an entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PluginFact {
    /// Name of the plugin.
    pub plugin: String,
    /// What conditions and columns call it: the plugin's name, a dot, and its own.
    pub name: String,
    /// Group on the page, as in [`PluginLink::group`].
    pub group: String,
    /// What it is, such as `Kubernetes id`.
    pub title: String,
    /// The value as text.
    pub value: String,
    /// The value itself.
    #[serde(with = "json_text")]
    pub data: Value,
    /// The annotation that it was read from, if it was.
    pub annotation: Option<String>,
}

/// How it stands with what a plugin shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It shows its data.
    Ok,
    /// There is nothing to show.
    Empty,
    /// It could not be made; a finding says why.
    Error,
    /// It shows data that could not be asked for anew.
    Stale,
}

/// Where shown data comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// A path, or the name of an endpoint.
    pub from: String,
    /// Where people see it.
    pub url: Option<String>,
    /// When it was made or asked for, RFC 3339 in UTC.
    pub time: Option<String>,
    /// Whether an endpoint was not asked, and the answer was recorded at that time.
    pub recorded: bool,
    /// Why it is old, if it is.
    pub stale: Option<String>,
}

/// A card or a tab of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginView {
    /// Name of the plugin.
    pub plugin: String,
    /// Its heading.
    pub title: String,
    /// The slot of a card; a tab has none.
    pub slot: Slot,
    /// Which pages a card stands on.
    pub on: On,
    /// Last part of a tab's address; empty for a card.
    pub path: String,
    /// How it stands with it.
    pub state: State,
    /// What it shows.
    pub html: SafeHtml,
    /// Where that comes from.
    pub stamps: Vec<Stamp>,
}

/// A page of the portal that a plugin makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginPage {
    /// Name of the plugin.
    pub plugin: String,
    /// Name of the plugin for people.
    pub plugin_title: String,
    /// Its heading.
    pub title: String,
    /// Last part of its address; empty for the plugin's own page.
    pub path: String,
    /// Whether the portal's menu leads there.
    pub menu: bool,
    /// How it stands with it.
    pub state: State,
    /// What it shows.
    pub html: SafeHtml,
    /// Where that comes from.
    pub stamps: Vec<Stamp>,
}

/// A JSON value as a text, for stores whose form is not self-describing.
mod json_text {
    use serde::{Deserialize, Deserializer, Serializer};
    use serde_json::Value;

    pub(super) fn serialize<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&value.to_string())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        let text = String::deserialize(deserializer)?;
        serde_json::from_str(&text).map_err(serde::de::Error::custom)
    }
}

use indexmap::IndexMap;

use crate::catalog::EntityRef;

/// What plugins add, by entity.
#[derive(Debug, Clone, Default)]
pub struct Enrichment {
    /// Links made from annotations and other facts, in order of the plugins.
    pub links: IndexMap<EntityRef, Vec<PluginLink>>,
    /// Annotations put in plain words where there is nothing to link to, in order of the plugins.
    pub facts: IndexMap<EntityRef, Vec<PluginFact>>,
}

/// A link that a plugin adds to an entity's page.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
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

/// An annotation's value in plain words.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PluginFact {
    /// Name of the plugin.
    pub plugin: String,
    /// Group on the page, as in [`PluginLink::group`].
    pub group: String,
    /// What it is, such as `Kubernetes id`.
    pub title: String,
    /// The value as written.
    pub value: String,
    /// The annotation that it was read from.
    pub annotation: String,
}

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::condition::Condition;
use super::template::{Parts, Shape, Template};
use crate::base::Severity;
use crate::catalog::Entity;

/// For which entities something is made: all that are named must hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Audience {
    /// Only with this annotation.
    pub annotation: Option<String>,
    /// Only these kinds, lower case; empty: all.
    pub kinds: Vec<String>,
    /// Only these `spec.type`s, lower case; empty: all.
    pub types: Vec<String>,
    /// Forms of the annotation's value.
    pub shapes: Vec<Shape>,
}

/// Whether something is made for an entity.
#[derive(Debug)]
pub(super) enum Reach<'a> {
    /// It is not.
    Not,
    /// The annotation is there, but its value has none of the forms.
    Unfit(&'a str),
    /// It is; with the parts of the annotation's value.
    Parts(Parts<'a>),
}

impl Audience {
    /// Whether an entity is one of them.
    pub fn reach<'a>(&'a self, entity: &'a Entity) -> Reach<'a> {
        let of_type = || entity.spec_str("type").map(str::to_lowercase);
        if !(self.kinds.is_empty() || self.kinds.iter().any(|kind| kind == entity.reference.kind()))
            || !(self.types.is_empty() || of_type().is_some_and(|kind| self.types.contains(&kind)))
        {
            return Reach::Not;
        }
        let Some(key) = &self.annotation else { return Reach::Parts(Parts::new()) };
        let value = entity.annotation(key).unwrap_or_default().trim();
        if value.is_empty() {
            return Reach::Not;
        }
        let parts = self.shapes.iter().find_map(|shape| shape.read(value));
        parts.map_or(Reach::Unfit(value), |mut parts| {
            parts.insert("value", value);
            Reach::Parts(parts)
        })
    }

    /// Whether an entity is one of them, whatever form its annotation has.
    pub fn includes(&self, entity: &Entity) -> bool {
        !matches!(self.reach(entity), Reach::Not)
    }
}

/// A `[[data]]`: something that is read at build time. Several of one name are tried in order.
#[derive(Debug, Clone)]
pub(super) struct DataSource {
    /// What templates call it.
    pub name: String,
    pub audience: Audience,
    pub place: DataPlace,
    /// How it is read; by the ending of its name without it.
    pub format: Option<Format>,
    /// JSON pointer to the part that is meant.
    pub pointer: Option<Template>,
}

/// Where data lies.
#[derive(Debug, Clone)]
pub(super) enum DataPlace {
    /// A file of the entity's repository: the first path or glob that finds one.
    File(Vec<Template>),
    /// All files of the entity's repository that the paths or globs find, as a list of `path` and `data`.
    Files(Vec<Template>),
    /// A file beside `site.toml`.
    Portal(Template),
    /// What an endpoint of `[proxies]` answers at a path.
    Proxy {
        /// Name of the endpoint.
        proxy: String,
        /// Path and query below its address.
        path: Template,
    },
}

/// How data is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Format {
    Json,
    /// One document, or a list of several.
    Yaml,
    Toml,
    /// A list of maps by the words of the first row.
    Csv,
    /// Elements as maps; see `xml`.
    Xml,
    /// A text as it is.
    Text,
    /// Coverage figures of lcov.
    Lcov,
    /// Coverage figures of Cobertura.
    Cobertura,
    /// Coverage figures of JaCoCo.
    Jacoco,
    /// Comments that begin with TODO, FIXME, HACK or XXX.
    Todo,
}

impl Format {
    /// Every format by its word.
    pub const ALL: [(&'static str, Self); 10] = [
        ("json", Self::Json),
        ("yaml", Self::Yaml),
        ("toml", Self::Toml),
        ("csv", Self::Csv),
        ("xml", Self::Xml),
        ("text", Self::Text),
        ("lcov", Self::Lcov),
        ("cobertura", Self::Cobertura),
        ("jacoco", Self::Jacoco),
        ("todo", Self::Todo),
    ];
}

/// Where a card stands: Backstage's names for the places of addons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slot {
    /// Above everything.
    Header,
    /// Between the tabs and the content.
    Subheader,
    /// Beside the buttons of the page.
    Settings,
    /// The first of the column at the side.
    PrimarySidebar,
    /// The last of the column at the side.
    SecondarySidebar,
    /// The main column.
    Content,
}

impl Slot {
    /// Every slot by its word.
    pub const ALL: [(&'static str, Self); 6] = [
        ("header", Self::Header),
        ("subheader", Self::Subheader),
        ("settings", Self::Settings),
        ("primary-sidebar", Self::PrimarySidebar),
        ("secondary-sidebar", Self::SecondarySidebar),
        ("content", Self::Content),
    ];
}

/// Which of an entity's pages a card stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum On {
    /// Its overview.
    Entity,
    /// The pages of its documentation.
    Docs,
    /// All of them.
    Both,
}

impl On {
    /// Every choice by its word.
    pub const ALL: [(&'static str, Self); 3] = [("entity", Self::Entity), ("docs", Self::Docs), ("both", Self::Both)];
}

/// A `[[card]]` on an entity's overview, or a `[[tab]]` with a page of its own below the entity's.
#[derive(Debug, Clone)]
pub(super) struct View {
    pub audience: Audience,
    pub title: String,
    /// Name of the template among the plugin's.
    pub template: String,
    /// Names of the data that must be there.
    pub needs: Vec<String>,
    /// What is shown when the data is not there, or the template comes out blank; without it nothing is.
    pub empty: Option<String>,
    pub place: ViewPlace,
}

/// Where a view stands.
#[derive(Debug, Clone)]
pub(super) enum ViewPlace {
    Card(Slot, On),
    /// Last part of the tab's address.
    Tab(String),
}

/// A `[[page]]` of the portal.
#[derive(Debug, Clone)]
pub(super) struct PageSpec {
    pub audience: Audience,
    pub title: String,
    /// Last part of its address; empty for the plugin's own page.
    pub path: String,
    pub template: String,
    pub needs: Vec<String>,
    /// Whether the portal's menu leads there.
    pub menu: bool,
}

/// A `[[fact]]` that is taken from data.
#[derive(Debug, Clone)]
pub(super) struct FactSpec {
    pub audience: Audience,
    /// What conditions and columns call it, after the plugin's name and a dot.
    pub name: String,
    pub title: String,
    pub group: String,
    pub value: FactValue,
}

/// Where a fact's value comes from.
#[derive(Debug, Clone)]
pub(super) enum FactValue {
    /// Data and a JSON pointer into it.
    Pointer { data: String, pointer: String },
    /// Name of the template whose text it is.
    Template(String),
}

/// A `[[column]]` of tables of entities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// The fact that it shows, with the plugin's name: `coverage.lines`.
    pub fact: String,
}

/// A `[[rule]]`: a finding at each entity whose facts break it.
#[derive(Debug, Clone)]
pub(super) struct RuleSpec {
    pub audience: Audience,
    pub title: String,
    pub condition: Condition,
    pub severity: Severity,
    pub hint: Option<String>,
}

/// `[program]`: an executable that answers for the plugin.
#[derive(Debug, Clone)]
pub(super) struct ProgramSpec {
    /// The executable and its arguments.
    pub command: Vec<String>,
    pub hooks: Vec<String>,
    pub audience: Audience,
    /// Seconds that one run may take.
    pub timeout_seconds: u64,
    /// Most bytes of output.
    pub output_bytes: u64,
    /// Names of environment variables that it sees.
    pub environment: Vec<String>,
    /// Answers are asked for again after this time; otherwise only when their input changes.
    pub cache_minutes: Option<u64>,
    /// Globs of the files that the hook `docs` is asked for.
    pub files: Vec<String>,
}

/// A file beside `site.toml` that a plugin reads.
#[derive(Clone)]
pub(super) struct PortalFile {
    pub path: String,
    /// Its text, or why it cannot be read.
    pub text: Result<Arc<str>, String>,
}

impl std::fmt::Debug for PortalFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digest = self.text.as_ref().map(|text| crate::base::Digest::of_bytes(text.as_bytes()));
        f.debug_struct("PortalFile").field("path", &self.path).field("text", &digest).finish()
    }
}

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::PublishSettings;
use crate::base::{DiagramLanguage, Limits};
use crate::sources::Source;

/// Everything that a build is told, absolute and with defaults filled in.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder of `site.toml`.
    pub root: PathBuf,
    /// Title of the portal.
    pub title: String,
    /// One sentence below it.
    pub description: Option<String>,
    /// Where it will be published, `https://host/sub/path/`, with a trailing slash.
    pub base_url: Option<String>,
    /// Path part of the address, `/` or `/sub/path/`: only the 404 page needs it.
    pub base_path: String,
    /// Language of the interface and the default of pages (BCP 47).
    pub language: String,
    /// Looks.
    pub theme: ThemeSettings,
    /// Repositories, in order.
    pub sources: Vec<Source>,
    /// Folder of the portal's own pages.
    pub pages: Option<PathBuf>,
    /// Plugins.
    pub plugins: PluginSettings,
    /// Endpoints that plugins may ask.
    pub proxies: Vec<ProxySettings>,
    /// Where pages show what plugins make.
    pub layout: LayoutSettings,
    /// The catalog's rules.
    pub catalog: CatalogSettings,
    /// Programs that draw diagrams, each with its arguments, by language.
    pub diagrams: BTreeMap<DiagramLanguage, Vec<String>>,
    /// Search.
    pub search: SearchSettings,
    /// Where the site is written.
    pub output: PathBuf,
    /// Where repositories and remembered products are kept.
    pub cache_dir: PathBuf,
    /// Links name `index.html`, and data stands in scripts too, so that the site can be read from a disk.
    pub portable: bool,
    /// Never open a socket.
    pub offline: bool,
    /// What content may cost.
    pub limits: Limits,
    /// `[publish.NAME]`: where the site is published, by name.
    pub publish: BTreeMap<String, PublishSettings>,
}

/// Plugins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PluginSettings {
    /// The folder of `site.toml`, which paths of data are relative to.
    pub root: PathBuf,
    /// Name and text of `site.toml`, if it holds plugins of its own (`[[plugins.inline]]`) or `[[scorecards]]`.
    pub inline: Option<(String, String)>,
    /// Plugin folders beside the bundled ones.
    pub dirs: Vec<PathBuf>,
    /// Bundled plugins that are switched off, by name.
    pub off: Vec<String>,
    /// `[plugins.NAME]`: what each plugin is told, by its name.
    pub told: BTreeMap<String, BTreeMap<String, String>>,
}

/// `[proxies.NAME]`: an endpoint that plugins may ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProxySettings {
    /// What `[[data]]` calls it.
    pub name: String,
    /// Its address, without a slash at the end; empty if it is not asked, because its answers are `recorded`.
    pub url: String,
    /// A file of answers, instead of asking.
    pub recorded: Option<PathBuf>,
    /// Header fields; `${NAME}` stands for an environment variable, which is read when the endpoint is asked.
    pub headers: BTreeMap<String, String>,
    /// Globs of the paths that may be asked for; empty: all.
    pub allow: Vec<String>,
    /// Time for one answer.
    pub timeout_seconds: u64,
    /// How often a request is sent again.
    pub retries: u64,
    /// Most requests in a second.
    pub requests_per_second: u64,
    /// How long an answer is good for.
    pub cache_minutes: u64,
}

/// Where pages show what plugins make; plugins are named, and those that are not named keep their own place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LayoutSettings {
    /// Order of the cards.
    pub cards: Vec<String>,
    /// Order of the tabs.
    pub tabs: Vec<String>,
    /// Plugins whose cards stand on the pages of an entity's documentation, too.
    pub docs: Vec<String>,
    /// Slot of a plugin's cards.
    pub slots: BTreeMap<String, String>,
    /// Headings, each with the plugins whose cards stand under it.
    pub groups: BTreeMap<String, Vec<String>>,
}

/// Looks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ThemeSettings {
    /// A folder whose files lie over the default theme's.
    pub dir: Option<PathBuf>,
    /// Hue of the accent colour, 0 to 359.
    pub accent_hue: Option<u16>,
    /// A picture beside the title, relative to `site.toml`.
    pub logo: Option<PathBuf>,
    /// The icon of the browser's tab; the logo without it.
    pub favicon: Option<PathBuf>,
    /// Fonts of the portal's own.
    pub fonts: Vec<Font>,
    /// Whether there is a gallery of the theme's components.
    pub patterns: bool,
    /// Links in the header, beside the built-in ones.
    pub navigation: Vec<NavLink>,
    /// Text of the footer, Markdown.
    pub footer: Option<String>,
}

impl ThemeSettings {
    /// The files that it names, beside the folder.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        let pictures = [&self.logo, &self.favicon].into_iter().flatten();
        pictures.chain(self.fonts.iter().map(|font| &font.file))
    }
}

/// A font file that pages load from the portal itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Font {
    /// Name of the family: letters, digits, spaces and hyphens.
    pub family: String,
    /// The file.
    pub file: PathBuf,
    /// Weights that it has, as CSS says them: `400`, `100 900`.
    pub weight: String,
    /// Whether it is the italic cut.
    pub italic: bool,
    /// Whether it is for code; else it is for text.
    pub code: bool,
}

/// A link of the header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NavLink {
    /// Text to show.
    pub title: String,
    /// URL, or path from the site's root.
    pub url: String,
}

/// Which rules the catalog goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogSettings {
    /// Backstage's two regimes.
    pub model: CatalogModel,
    /// What a broken document costs.
    pub neighbours: Neighbours,
    /// Owner from CODEOWNERS where an entity names none.
    pub codeowners: bool,
    /// Kinds that the model does not know are shown as generic entities instead of being refused.
    pub unknown_kinds: bool,
}

/// Backstage's two regimes (`catalog.model`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CatalogModel {
    /// Every new app.
    Builtin,
    /// An app with the AI model module.
    Layers,
}

/// What a broken document costs (`catalog.neighbours`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Neighbours {
    /// Itself.
    Spare,
    /// Its file and its Location's other targets, as in Backstage.
    Strict,
}

impl Default for CatalogSettings {
    fn default() -> Self {
        Self { model: CatalogModel::Builtin, neighbours: Neighbours::Spare, codeowners: false, unknown_kinds: true }
    }
}

/// Search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchSettings {
    /// Whether the portal has search.
    pub enabled: bool,
    /// The Quickwit server that readers ask (`search.export = "quickwit"`); without it they read files of the site.
    pub server: Option<SearchServer>,
}

/// A Quickwit server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchServer {
    /// Its address as readers reach it, without a slash at the end (`search.endpoint`).
    pub endpoint: String,
    /// Name of the index there (`search.index`).
    pub index: String,
}

impl Default for SearchSettings {
    fn default() -> Self {
        Self { enabled: true, server: None }
    }
}

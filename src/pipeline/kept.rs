use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use super::apis;
use super::docs::{self, KeptBooks};
use super::enrich::Enriching;
use super::histories::KeptHistories;
use super::memo::Memo;
use super::run::Run;
use crate::apis::ApiRead;
use crate::base::{Digest, Limits, Outcome, Route, SafeHtml};
use crate::catalog::{self, Catalog, EntityRef};
use crate::config::{CatalogSettings, PluginSettings, ProxySettings, Settings};
use crate::markdown::CodeBlock;
use crate::plugins::{self, Enrichment, Plugin, Receipt, Scorecard};
use crate::site::{self, KeptPages};
use crate::sources::{Changes, LastHarvest, Snapshot, Traces};
use crate::theme::{self, Brand, Snippets, Theme};

/// What a process keeps of its last build, so that what no change touches is neither read nor made again: whatever is taken
/// from here was made from equal inputs.
#[derive(Debug, Default)]
pub struct Kept {
    /// The search index is made after the pages: see [`Later`](super::Later).
    pub search_later: bool,
    pub(super) harvest: LastHarvest,
    pub(super) books: KeptBooks,
    pub(super) pages: KeptPages,
    pub(super) histories: KeptHistories,
    /// The catalog as files: addresses, and identities of their content.
    pub(super) exported: Option<Exported>,
    /// Products of jobs about entities.
    products: Option<Arc<Memo>>,
    theme: Option<KeptTheme>,
    plugins: Option<KeptPlugins>,
    catalog: Option<KeptCatalog>,
    enriched: Option<KeptEnrichment>,
    readings: Option<(Arc<Catalog>, Limits, Outcome<Readings>)>,
}

/// A catalog, and the files that tell it.
pub(super) type Exported = (Arc<Catalog>, Vec<(Route, Digest)>);

#[derive(Debug)]
struct KeptTheme {
    dir: Option<PathBuf>,
    brand: Brand,
    outcome: Outcome<Arc<Theme>>,
}

#[derive(Debug)]
struct KeptPlugins {
    theme: Digest,
    settings: PluginSettings,
    outcome: Outcome<PluginSet>,
}

/// The plugins that are on, with their templates, and the scorecards.
#[derive(Debug, Clone)]
pub(super) struct PluginSet {
    pub plugins: Arc<Vec<Plugin>>,
    pub scorecards: Arc<Vec<Scorecard>>,
    pub snippets: Arc<Snippets>,
}

impl PluginSet {
    /// What entities are enriched with.
    pub fn enriching<'a>(&'a self, settings: &'a Settings, theme: &'a Theme, memo: &'a Memo) -> Enriching<'a> {
        let Self { plugins, scorecards, snippets } = self;
        Enriching { settings, theme, plugins, scorecards, snippets, memo }
    }
}

#[derive(Debug)]
struct KeptCatalog {
    settings: CatalogSettings,
    limits: Limits,
    traces: Traces,
    outcome: Outcome<Arc<Catalog>>,
}

#[derive(Debug)]
struct KeptEnrichment {
    catalog: Arc<Catalog>,
    plugins: Arc<Vec<Plugin>>,
    told: (PluginSettings, Vec<ProxySettings>, Limits, bool),
    traces: Traces,
    outcome: Outcome<(Arc<Enrichment>, Vec<Receipt>)>,
}

/// What is read in entities: definitions of APIs and code.
#[derive(Debug, Clone, Default)]
pub(super) struct Readings {
    pub apis: Arc<BTreeMap<EntityRef, ApiRead>>,
    pub code: Arc<HashMap<CodeBlock, SafeHtml>>,
}

impl Kept {
    /// Whether the process has built before.
    pub fn has_built(&self) -> bool {
        self.catalog.is_some()
    }

    /// Where products are remembered: those about entities, and all others. A process that built before has the former in
    /// memory, and keeps the others by other means.
    pub(super) fn memos(&mut self) -> Option<(Arc<Memo>, Memo)> {
        if !self.has_built() {
            return None;
        }
        let products = self.products.get_or_insert_with(|| Arc::new(Memo::in_memory()));
        Some((Arc::clone(products), Memo::forgetful()))
    }

    /// The theme.
    pub(super) fn theme(
        &mut self,
        settings: &Settings,
        brand: Brand,
        changes: &Changes,
    ) -> anyhow::Result<Outcome<Arc<Theme>>> {
        let dir = &settings.theme.dir;
        let touched = dir.iter().chain(settings.theme.files()).any(|path| changes.touch_real(path));
        if let Some(kept) = self.theme.as_ref().filter(|kept| !touched && kept.dir == *dir && kept.brand == brand) {
            return Ok(kept.outcome.clone());
        }
        let outcome = shared(theme::load(dir.as_deref(), &brand)?);
        self.theme = Some(KeptTheme { dir: dir.clone(), brand, outcome: outcome.clone() });
        Ok(outcome)
    }

    /// The plugins.
    pub(super) fn plugins(
        &mut self,
        settings: &PluginSettings,
        theme: &Theme,
        changes: &Changes,
    ) -> anyhow::Result<Outcome<PluginSet>> {
        if let Some(kept) = &self.plugins
            && kept.settings == *settings
            && kept.theme == theme.digest()
            && !settings.dirs.iter().any(|path| changes.touch_real(path))
            && !plugins::portal_paths(&kept.outcome.value.plugins, settings).iter().any(|path| changes.touch_real(path))
            && !kept.outcome.value.scorecards.iter().filter_map(Scorecard::file).any(|path| changes.touch_real(path))
        {
            return Ok(kept.outcome.clone());
        }
        let mut diagnostics = Vec::new();
        let mut plugins = plugins::load(settings)?.drain_into(&mut diagnostics);
        let snippets = Arc::new(plugins::templates(&mut plugins, theme).drain_into(&mut diagnostics));
        let scorecards = Arc::new(plugins::scorecards(settings).drain_into(&mut diagnostics));
        let outcome = Outcome { value: PluginSet { plugins: Arc::new(plugins), scorecards, snippets }, diagnostics };
        self.plugins =
            Some(KeptPlugins { theme: theme.digest(), settings: settings.clone(), outcome: outcome.clone() });
        Ok(outcome)
    }

    /// The catalog: the last one, if every repository has the same files, and the same content in those that were looked at.
    pub(super) fn catalog(&mut self, snapshots: &[Snapshot], settings: &Settings) -> Outcome<Arc<Catalog>> {
        if let Some(kept) = &mut self.catalog
            && (&kept.settings, &kept.limits) == (&settings.catalog, &settings.limits)
            && kept.traces.hold_for(snapshots)
        {
            return kept.outcome.clone();
        }
        let (traced, traces) = Traces::of(snapshots);
        let outcome = shared(catalog::load(&traced, &settings.catalog, &settings.limits));
        let (settings, limits) = (settings.catalog.clone(), settings.limits.clone());
        self.catalog = Some(KeptCatalog { settings, limits, traces, outcome: outcome.clone() });
        if let Some(products) = &self.products {
            products.sweep();
        }
        outcome
    }

    /// What plugins add: as the last time, if neither entities nor data nor answers have changed. A program is always asked.
    pub(super) fn enrichment(
        &mut self,
        enriching: &Enriching<'_>,
        catalog: &Arc<Catalog>,
        plugins: &Arc<Vec<Plugin>>,
        snapshots: &[Snapshot],
        run: &mut Run<'_>,
    ) -> (Arc<Enrichment>, Vec<Receipt>) {
        let settings = enriching.settings;
        let told = (settings.plugins.clone(), settings.proxies.clone(), settings.limits.clone(), settings.offline);
        if let Some(kept) = &mut self.enriched
            && Arc::ptr_eq(&kept.catalog, catalog)
            && Arc::ptr_eq(&kept.plugins, plugins)
            && kept.told == told
            && !plugins.iter().any(Plugin::has_program)
            && kept.traces.hold_for(snapshots)
            && plugins::still_current(&kept.outcome.value.1, &enriching.fetch_options())
        {
            return kept.outcome.clone().drain_into(&mut run.findings);
        }
        let (traced, traces) = Traces::of(snapshots);
        let before = run.findings.len();
        let (enrichment, receipts) = enriching.enrich(catalog, &traced, run);
        let value = (Arc::new(enrichment), receipts);
        let outcome = Outcome { value: value.clone(), diagnostics: run.findings[before..].to_vec() };
        let (catalog, plugins) = (Arc::clone(catalog), Arc::clone(plugins));
        self.enriched = Some(KeptEnrichment { catalog, plugins, told, traces, outcome });
        value
    }

    /// What is read in entities.
    pub(super) fn readings(&mut self, catalog: &Arc<Catalog>, limits: &Limits, memo: &Memo) -> Outcome<Readings> {
        if let Some((_, _, readings)) =
            self.readings.as_ref().filter(|(known, under, _)| Arc::ptr_eq(known, catalog) && under == limits)
        {
            return readings.clone();
        }
        let mut diagnostics = Vec::new();
        let apis = Arc::new(apis::read(catalog, limits, memo).drain_into(&mut diagnostics));
        let code = Arc::new(docs::code(site::code_blocks(catalog), limits, memo, &mut diagnostics));
        let outcome = Outcome { value: Readings { apis, code }, diagnostics };
        self.readings = Some((Arc::clone(catalog), limits.clone(), outcome.clone()));
        outcome
    }
}

fn shared<T>(outcome: Outcome<T>) -> Outcome<Arc<T>> {
    Outcome { value: Arc::new(outcome.value), diagnostics: outcome.diagnostics }
}

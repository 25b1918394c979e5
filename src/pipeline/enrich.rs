use super::memo::Memo;
use super::programs;
use super::run::Run;
use super::step::{Step, map};
use crate::base::{Diagnostic, Outcome};
use crate::catalog::{Catalog, EntityRef};
use crate::config::Settings;
use crate::plugins::{self, Enrichment, FetchOptions, Plugin, Receipt, Scorecard, Surroundings};
use crate::site;
use crate::sources::Snapshot;
use crate::theme::{Snippets, Theme};

/// What the stage is done with.
#[derive(Clone, Copy)]
pub(super) struct Enriching<'a> {
    pub settings: &'a Settings,
    pub theme: &'a Theme,
    pub plugins: &'a [Plugin],
    pub scorecards: &'a [Scorecard],
    pub snippets: &'a Snippets,
    pub memo: &'a Memo,
}

impl Enriching<'_> {
    /// How endpoints are asked.
    pub fn fetch_options(&self) -> FetchOptions<'_> {
        FetchOptions {
            proxies: &self.settings.proxies,
            cache: &self.settings.cache_dir,
            offline: self.settings.offline,
            most_bytes: self.settings.limits.plugin_data_bytes,
        }
    }

    /// Asks endpoints, then makes everything that plugins add.
    pub fn enrich(&self, catalog: &Catalog, snapshots: &[Snapshot], run: &mut Run<'_>) -> (Enrichment, Vec<Receipt>) {
        let known = self.settings.proxies.iter().map(|proxy| proxy.name.as_str()).collect();
        let requests = plugins::requests(catalog, self.plugins, &known).drain_into(&mut run.findings);
        let fetched = run
            .stage("fetch", requests.len(), || plugins::fetch(&requests, &self.fetch_options()))
            .drain_into(&mut run.findings);
        let around = Surroundings {
            scorecards: self.scorecards,
            plugins: self.plugins,
            snippets: self.snippets,
            theme: self.theme.digest(),
            catalog,
            snapshots,
            answers: &fetched.answers,
            limits: &self.settings.limits,
        };
        let enrichment =
            run.stage("enrich", 0, || enrichment(around, self.settings, self.memo)).drain_into(&mut run.findings);
        (enrichment, fetched.receipts)
    }
}

/// Everything that plugins add. What one plugin makes of one entity is a job, and so is an answer of a program; the rest is
/// cheap and made anew.
pub fn enrichment(around: Surroundings<'_>, settings: &Settings, memo: &Memo) -> Outcome<Enrichment> {
    let mut findings: Vec<Diagnostic> = Vec::new();
    let mut enrichment = plugins::enrich(around.catalog, around.plugins).drain_into(&mut findings);
    let jobs = plugins::jobs(around, &enrichment).drain_into(&mut findings);
    let products = map(memo, Step("enrich"), &jobs, plugins::run);
    for (job, product) in jobs.iter().zip(products) {
        match product {
            Ok(made) => enrichment.take(job.entity(), made, &mut findings),
            Err(panicked) => findings.push(panicked.finding(job.entity().reference.to_string())),
        }
    }
    let asks = plugins::asks(around.catalog, around.plugins);
    let answers = programs::answers(around.plugins, &asks, settings, memo, &mut findings);
    for (ask, line) in asks.iter().zip(answers) {
        let entity = EntityRef::try_from(ask.subject.clone()).ok();
        let entity = entity.and_then(|reference| around.catalog.get(&reference));
        enrichment.hear(&around.plugins[ask.plugin], ask, entity, line.as_deref(), &mut findings);
    }
    let address = |reference: &EntityRef| around.catalog.get(reference).map(site::entity_route);
    findings.extend(enrichment.finish(around, &address));
    Outcome { value: enrichment, diagnostics: findings }
}

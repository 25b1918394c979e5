//! Says before the merge what is wrong: the catalog's own findings, and what only a second look shows.
//!
//! In: the snapshots of a repository or of a whole portal. Out: findings, and what references lead elsewhere.
//! Must not know: pages, themes, how findings are printed.

mod cycles;
mod dangling;
mod rules;
mod words;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::apis;
use crate::base::{Diagnostic, Limits, Outcome};
use crate::catalog::{self, Catalog, Entity, EntityRef};
use crate::config::CatalogSettings;
use crate::diagrams::DrawJob;
use crate::sources::Snapshot;
use crate::techdocs::{self, BookPlan, Linker};

pub use dangling::{Known, known_entities};
pub use rules::RULES;

/// What is checked, and against what.
#[derive(Debug)]
pub struct Input<'a> {
    /// The repositories.
    pub snapshots: &'a [Snapshot],
    /// The catalog's rules.
    pub settings: &'a CatalogSettings,
    /// What content may cost.
    pub limits: &'a Limits,
    /// Entities that exist elsewhere. With them, or with [`Input::whole`], references that lead nowhere are findings.
    pub known: Option<&'a Known>,
    /// The snapshots are all there is.
    pub whole: bool,
    /// Whether documentation is checked too.
    pub docs: bool,
}

/// What was checked.
#[derive(Debug, Default)]
pub struct Checked {
    /// Entities, also those with findings.
    pub entities: usize,
    /// Sets of documentation.
    pub books: usize,
    /// References to entities that are not in the snapshots, with how often each is named.
    pub external: BTreeMap<EntityRef, usize>,
}

/// Checks everything; findings come in order of their places.
pub fn check(input: &Input<'_>) -> Outcome<Checked> {
    let mut findings = Vec::new();
    let catalog = catalog::load(input.snapshots, input.settings, input.limits).drain_into(&mut findings);
    findings.retain(|finding| !catalog::is_summary(finding));
    let judged = input.known.is_some() || input.whole;
    let external: BTreeMap<EntityRef, usize> =
        catalog.dangling().into_iter().filter(|(name, _)| !input.known.is_some_and(|known| known.has(name))).collect();
    if judged {
        findings.extend(dangling::find(&catalog, &external, input));
    }
    findings.extend(cycles::find(&catalog, input.limits));
    let entities: Vec<&Entity> = catalog.entities.values().collect();
    findings.par_extend(entities.into_par_iter().flat_map_iter(|entity| {
        let mut found = definition(entity, input.limits);
        found.extend(words::find(entity, input.limits));
        found
    }));
    let books = if input.docs { docs(&catalog, input, &mut findings) } else { 0 };
    findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    findings.dedup();
    Outcome { value: Checked { entities: catalog.entities.len(), books, external }, diagnostics: findings }
}

/// What is wrong with the definition of an API.
fn definition(entity: &Entity, limits: &Limits) -> Vec<Diagnostic> {
    let fault = apis::job(entity, limits).and_then(|job| apis::read(&job).fault);
    fault.iter().map(|fault| apis::finding(entity, fault, limits)).collect()
}

/// Reads and links the documentation, without rendering it.
fn docs(catalog: &Catalog, input: &Input<'_>, findings: &mut Vec<Diagnostic>) -> usize {
    let plans = techdocs::plan(catalog, input.snapshots, input.limits).drain_into(findings);
    let places = BookPlan::places(&plans);
    let read = techdocs::read_pages(&plans, &places, |jobs| jobs.par_iter().map(techdocs::read).collect());
    // Programs that draw are the portal's.
    let mut jobs = techdocs::draw_jobs(&read, &techdocs::Commands::new(), input.limits);
    jobs.retain(DrawJob::is_built_in);
    let drawn = jobs.par_iter().map(techdocs::draw).collect();
    let drawings = techdocs::drawn(jobs, drawn);
    let mut read = read.into_iter();
    let pages: Vec<Vec<_>> = plans.iter().map(|plan| read.by_ref().take(plan.pages.len()).collect()).collect();
    let linker = Linker::new(&plans, &pages, input.snapshots, input.limits);
    let found: Vec<_> = places.par_iter().map(|at| linker.link(*at, &drawings).findings).collect();
    findings.extend(found.into_iter().flatten());
    plans.len()
}

use std::collections::HashSet;

use super::book_plan::{Identity, plan_book};
use super::decisions::plan_decisions;
use super::include::{self, Store};
use super::locate::Locator;
use super::mkdocs::{self, Mkdocs};
use super::places::{DocPlace, config_in, places};
use super::plan::BookPlan;
use super::rules::FORWARD_LOST;
use crate::base::{Diagnostic, Limits, Outcome, RelPath, Route};
use crate::catalog::{Catalog, EntityRef};
use crate::sources::Snapshot;

/// Finds every documentation set and plans its book: which files, where they go, and the nav.
///
/// A set that entities refer to lies at `/docs/<namespace>/<kind>/<name>/` of the first of them; one that nobody refers
/// to at `/docs/-/<repository>/<directory of mkdocs.yml>/` (no namespace is called `-`).
pub fn plan(catalog: &Catalog, snapshots: &[Snapshot], limits: &Limits) -> Outcome<Vec<BookPlan>> {
    let mut sink = Vec::new();
    let mut taken = HashSet::new();
    let mut plans = Vec::new();
    let locator = Locator::new(snapshots);
    for place in places(catalog, &locator, limits, &mut sink) {
        let snapshot = &snapshots[place.snapshot];
        let store = Store { tree: &snapshot.tree, origin: &snapshot.origin, limits };
        let identity = identity(&place, catalog, snapshot);
        let merged = include::merge(place.config, store, &mut sink);
        if let Some(mut plan) = plan_book(merged, identity, store, &mut sink) {
            for (entity, path) in place.entrances {
                add_entrance(&mut plan, entity, &path, catalog, &mut sink);
            }
            plans.push(apart(plan, &mut taken));
        }
    }
    let documented = plans.len();
    plan_decisions(catalog, &locator, limits, &mut plans, &mut sink);
    let decisions = plans.split_off(documented);
    plans.extend(decisions.into_iter().map(|plan| apart(plan, &mut taken)));
    add_other_addresses(&mut plans[..documented]);
    Outcome { value: plans, diagnostics: sink }
}

/// Plans the one set of a directory as a site of its own: by `config`, else by the `mkdocs.yml` at the root, else by `docs/`.
///
/// `title` is what it is called where `site_name` is missing. None: there are no pages.
pub fn plan_one(
    snapshot: &Snapshot,
    config: Option<&RelPath>,
    title: Option<&str>,
    limits: &Limits,
) -> Outcome<Option<BookPlan>> {
    let mut sink = Vec::new();
    let store = Store { tree: &snapshot.tree, origin: &snapshot.origin, limits };
    let path = config.cloned().or_else(|| config_in(snapshot, &RelPath::root()));
    let config = match path {
        Some(path) => mkdocs::read(&snapshot.tree, &snapshot.origin, &path, limits, &mut sink),
        None => Mkdocs::absent(&RelPath::root()),
    };
    let title = title.unwrap_or("Documentation Site").to_owned();
    let identity = Identity { title, home: Route::home(), snapshot: 0, entities: Vec::new() };
    let merged = include::merge(config, store, &mut sink);
    let plan = plan_book(merged, identity, store, &mut sink);
    Outcome { value: plan, diagnostics: sink }
}

/// The page that an entity opens at: by its address below the home, as `/some/page`, or by its file.
fn add_entrance(plan: &mut BookPlan, entity: EntityRef, path: &str, catalog: &Catalog, sink: &mut Vec<Diagnostic>) {
    let named = path.trim().split(['#', '?']).next().unwrap_or_default().trim_matches('/');
    let address = RelPath::new(named).ok().map(|path| plan.home.below(&path));
    let page = plan.pages.iter().find(|page| Some(&page.route) == address.as_ref() || page.uri.as_str() == named);
    match page.map(|page| page.route.clone()) {
        Some(route) => {
            plan.entrances.insert(entity, route);
        }
        None => {
            let message = format!("`backstage.io/techdocs-entity-path: {path}` is no page of `{}`", plan.title);
            let finding = FORWARD_LOST.diagnostic(message).about(entity.to_string());
            let place = catalog.get(&entity).map(|entity| entity.place.clone());
            sink.push(place.into_iter().fold(finding, crate::base::Diagnostic::at));
        }
    }
}

fn identity(place: &DocPlace, catalog: &Catalog, snapshot: &Snapshot) -> Identity {
    let first = place.entities.first();
    let entity = first.and_then(|reference| catalog.get(reference));
    let home = match first {
        Some(entity) => Route::page(["docs", entity.namespace(), entity.kind(), entity.name()]),
        None => {
            let repository = snapshot.origin.name.split('/');
            Route::page(["docs", "-"].into_iter().chain(repository).chain(place.config.directory.parts()))
        }
    };
    let title = entity.map_or(snapshot.origin.name.as_str(), |entity| entity.display_name()).to_owned();
    Identity { title, home, snapshot: place.snapshot, entities: place.entities.clone() }
}

/// Moves a book whose address lies inside another one to a free one beside it.
fn apart(plan: BookPlan, taken: &mut HashSet<Route>) -> BookPlan {
    let all = |plan: &BookPlan| -> Vec<Route> {
        let pages = plan.pages.iter().map(|page| page.route.clone());
        let files = plan.files.values().map(|file| file.route.clone());
        pages.chain(files).chain([plan.home.clone()]).collect()
    };
    let mut plan = plan;
    let home = plan.home.clone();
    let mut number = 2;
    while all(&plan).iter().any(|route| taken.contains(route)) {
        plan = moved(plan, Route::page(home.as_str().trim_end_matches('/').split('/').chain([&*format!("~{number}")])));
        number += 1;
    }
    taken.extend(all(&plan));
    plan
}

fn moved(mut plan: BookPlan, home: Route) -> BookPlan {
    let old = plan.home.as_str().len();
    let shift = |route: &Route| {
        let rest = &route.as_str()[old..];
        let parts = home.as_str().split('/').chain(rest.split('/')).filter(|part| !part.is_empty());
        if route.is_page() { Route::page(parts) } else { Route::file(parts) }
    };
    plan.pages.iter_mut().for_each(|page| page.route = shift(&page.route));
    plan.files.values_mut().for_each(|file| file.route = shift(&file.route));
    plan.redirects.iter_mut().for_each(|(from, to)| (*from, *to) = (shift(from), shift(to)));
    plan.entrances.values_mut().for_each(|route| *route = shift(route));
    plan.home = home;
    plan
}

/// Every entity of a book has an address that leads to it.
fn add_other_addresses(plans: &mut [BookPlan]) {
    for plan in plans {
        for entity in plan.entities.iter().skip(1) {
            let from = Route::page(["docs", entity.namespace(), entity.kind(), entity.name()]);
            let to = plan.entrances.get(entity).unwrap_or(&plan.home).clone();
            plan.redirects.push((from, to));
        }
    }
}

use std::collections::BTreeMap;

use serde::Serialize;

use super::addresses;
use super::health_counts::{self, By, Table};
use super::health_lists;
use super::listing::{ListPage, Pager, numbered, paged};
use super::missing_page;
use super::model::Page;
use super::view::{Finding, Frame, finding, place_url, visible};
use super::world::World;
use crate::base::{Diagnostic, Route, Severity};
use crate::catalog::Unpublished;

/// Findings of one page, and most pages of one repository; what is beyond is counted.
const FINDINGS: usize = 50;
const PAGES: usize = 200;
/// Documents without a page that the report shows, and that one page of them shows.
const FIRST: usize = 3;
const DOCUMENTS: usize = 10;
/// Most of a document's text that is shown, in characters.
const SOURCE: usize = 2_000;

#[derive(Serialize)]
struct HealthModel {
    errors: usize,
    warnings: usize,
    notes: usize,
    entities: usize,
    unowned: usize,
    undescribed: usize,
    missing: usize,
    missing_url: String,
    unpublished: Vec<Refused>,
    unpublished_count: usize,
    /// All of them, where the report has not room for them.
    unpublished_url: Option<String>,
    repositories: Table,
    teams: Table,
    lists: Vec<health_lists::ListLink>,
}

#[derive(Serialize)]
struct Refused {
    name: String,
    place: String,
    place_url: Option<String>,
    finding: Finding,
    source: String,
}

#[derive(Serialize)]
struct RepositoryModel {
    name: String,
    findings: Vec<Finding>,
    count: usize,
    /// Findings beyond the last page.
    more: usize,
    pager: Pager,
}

/// The health report, and pages of findings for each repository that has any.
pub(super) fn pages(world: &World<'_>) -> Vec<Page> {
    let mut by_repository = BTreeMap::<&str, Vec<&Diagnostic>>::new();
    for diagnostic in &world.diagnostics {
        by_repository.entry(repository(diagnostic)).or_default().push(diagnostic);
    }
    let mut pages = vec![report(world)];
    pages.extend(unpublished(world));
    pages.extend(by_repository.into_iter().flat_map(|(name, findings)| repository_pages(world, name, &findings)));
    pages
}

/// The repository that a finding is about: the part of its origin before the revision.
pub(super) fn repository(diagnostic: &Diagnostic) -> &str {
    let origin = diagnostic.place.as_ref().map_or("", |place| place.origin.as_str());
    let name = origin.rsplit_once('@').map_or(origin, |(name, _)| name);
    if name.is_empty() { "portal" } else { name }
}

/// The page of a repository's findings.
pub(super) fn repository_route(name: &str) -> Route {
    addresses::health().child(name)
}

fn unpublished_route() -> Route {
    addresses::health().child("-").child("documents")
}

fn report(world: &World<'_>) -> Page {
    let route = addresses::health();
    let count = |severity| world.diagnostics.iter().filter(|found| found.severity == severity).count();
    let entities = || world.catalog.entities.values();
    let ownable = |kind: &str| !matches!(kind, "group" | "user" | "location");
    let documents = &world.catalog.unpublished;
    let model = HealthModel {
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        notes: count(Severity::Note),
        entities: world.catalog.entities.len(),
        unowned: entities()
            .filter(|entity| ownable(entity.reference.kind()) && entity.related("ownedBy").next().is_none())
            .count(),
        undescribed: entities().filter(|entity| entity.description().is_none()).count(),
        missing: world.missing.len(),
        missing_url: missing_page::list_route().url_from(&route),
        unpublished: documents.iter().take(FIRST).map(|document| refused(world, &route, document)).collect(),
        unpublished_count: documents.len(),
        unpublished_url: (documents.len() > FIRST).then(|| unpublished_route().url_from(&route)),
        repositories: health_counts::worst(world, &route, By::Repository),
        teams: health_counts::worst(world, &route, By::Team),
        lists: health_lists::links(world, &route),
    };
    Frame::new(&route, "health", "Health").page(route.clone(), "health.html", &model)
}

fn refused(world: &World<'_>, from: &Route, document: &Unpublished) -> Refused {
    let place = document.finding.place.as_ref();
    Refused {
        name: visible(&document.name),
        place: place.map(|place| visible(&place.to_string())).unwrap_or_default(),
        place_url: place.and_then(|place| place_url(world, place)),
        finding: finding(world, from, &document.finding),
        source: document.source.chars().take(SOURCE).collect(),
    }
}

/// Pages of all documents without a page, where the report has not room for them.
fn unpublished(world: &World<'_>) -> Vec<Page> {
    #[derive(Serialize)]
    struct Model {
        unpublished: Vec<Refused>,
        count: usize,
        pager: Pager,
    }
    let all = &world.catalog.unpublished;
    if all.len() <= FIRST {
        return Vec::new();
    }
    let page = |ListPage { route, items, pager }: ListPage<'_, Unpublished>| {
        let shown = items.iter().map(|document| refused(world, &route, document)).collect();
        let model = Model { unpublished: shown, count: all.len(), pager };
        Frame::new(&route, "health", numbered("Documents without a page", model.pager.number))
            .crumb(&route, "Health", &addresses::health())
            .page(route.clone(), "health_documents.html", &model)
    };
    paged(&unpublished_route(), all, DOCUMENTS, usize::MAX).into_iter().map(page).collect()
}

fn repository_pages(world: &World<'_>, name: &str, findings: &[&Diagnostic]) -> Vec<Page> {
    let page = |ListPage { route, items, pager }: ListPage<'_, &Diagnostic>| {
        let model = RepositoryModel {
            name: visible(name),
            findings: items.iter().map(|found| finding(world, &route, found)).collect(),
            count: findings.len(),
            more: findings.len().saturating_sub(PAGES * FINDINGS),
            pager,
        };
        let title = numbered(&format!("Health of {}", visible(name)), model.pager.number);
        Frame::new(&route, "health", title).crumb(&route, "Health", &addresses::health()).page(
            route.clone(),
            "health_repository.html",
            &model,
        )
    };
    paged(&repository_route(name), findings, FINDINGS, PAGES).into_iter().map(page).collect()
}

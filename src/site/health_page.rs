use std::collections::BTreeMap;

use serde::Serialize;

use super::addresses;
use super::health_lists;
use super::model::Page;
use super::view::{Finding, Frame, finding, place_url, visible};
use super::world::World;
use crate::base::{Diagnostic, Route, Severity};

/// Most findings that one page lists; the rest is counted.
const SHOWN: usize = 150;
/// Most of a document's text that is shown.
const SOURCE: usize = 4_000;

#[derive(Serialize)]
struct HealthModel {
    errors: usize,
    warnings: usize,
    notes: usize,
    entities: usize,
    unowned: usize,
    undescribed: usize,
    missing: usize,
    unpublished: Vec<Refused>,
    more_unpublished: usize,
    repositories: Vec<RepositoryRow>,
    teams: Vec<health_lists::TeamRow>,
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
struct RepositoryRow {
    name: String,
    url: String,
    errors: usize,
    warnings: usize,
    notes: usize,
}

#[derive(Serialize)]
struct RepositoryModel {
    name: String,
    findings: Vec<Finding>,
    more: usize,
}

/// The health report, and a page of findings for each repository that has any.
pub(super) fn pages(world: &World<'_>) -> Vec<Page> {
    let mut by_repository = BTreeMap::<&str, Vec<&Diagnostic>>::new();
    for diagnostic in &world.diagnostics {
        by_repository.entry(repository(diagnostic)).or_default().push(diagnostic);
    }
    let mut pages = vec![report(world, &by_repository)];
    pages.extend(by_repository.into_iter().map(|(name, findings)| repository_page(world, name, &findings)));
    pages
}

/// The repository that a finding is about: the part of its origin before the revision.
fn repository(diagnostic: &Diagnostic) -> &str {
    let origin = diagnostic.place.as_ref().map_or("", |place| place.origin.as_str());
    let name = origin.rsplit_once('@').map_or(origin, |(name, _)| name);
    if name.is_empty() { "portal" } else { name }
}

fn repository_route(name: &str) -> Route {
    addresses::health().child(name)
}

fn report(world: &World<'_>, by_repository: &BTreeMap<&str, Vec<&Diagnostic>>) -> Page {
    let route = addresses::health();
    let count = |findings: &[&Diagnostic], severity| findings.iter().filter(|found| found.severity == severity).count();
    let repositories = by_repository
        .iter()
        .map(|(name, findings)| RepositoryRow {
            name: visible(name),
            url: repository_route(name).url_from(&route),
            errors: count(findings, Severity::Error),
            warnings: count(findings, Severity::Warning),
            notes: count(findings, Severity::Note),
        })
        .collect();
    let entities = || world.catalog.entities.values();
    let ownable = |kind: &str| !matches!(kind, "group" | "user" | "location");
    let unpublished: Vec<Refused> = world
        .catalog
        .unpublished
        .iter()
        .take(SHOWN)
        .map(|refused| Refused {
            name: visible(&refused.name),
            place: refused.finding.place.as_ref().map(|place| visible(&place.to_string())).unwrap_or_default(),
            place_url: refused.finding.place.as_ref().and_then(|place| place_url(world, place)),
            finding: finding(world, &route, &refused.finding),
            source: refused.source.chars().take(SOURCE).collect(),
        })
        .collect();
    let model = HealthModel {
        errors: count(&world.diagnostics, Severity::Error),
        warnings: count(&world.diagnostics, Severity::Warning),
        notes: count(&world.diagnostics, Severity::Note),
        entities: world.catalog.entities.len(),
        unowned: entities()
            .filter(|entity| ownable(entity.reference.kind()) && entity.related("ownedBy").next().is_none())
            .count(),
        undescribed: entities().filter(|entity| entity.description().is_none()).count(),
        missing: world.missing.len(),
        more_unpublished: world.catalog.unpublished.len() - unpublished.len(),
        unpublished,
        repositories,
        teams: health_lists::teams(world, &route),
        lists: health_lists::links(world, &route),
    };
    Frame::new(&route, "health", "Health").page(route.clone(), "health.html", &model)
}

fn repository_page(world: &World<'_>, name: &str, findings: &[&Diagnostic]) -> Page {
    let route = repository_route(name);
    let model = RepositoryModel {
        name: visible(name),
        findings: findings.iter().take(SHOWN).map(|found| finding(world, &route, found)).collect(),
        more: findings.len().saturating_sub(SHOWN),
    };
    Frame::new(&route, "health", format!("Health of {}", visible(name)))
        .crumb(&route, "Health", &addresses::health())
        .page(route, "health_repository.html", &model)
}

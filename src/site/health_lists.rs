use std::collections::BTreeMap;

use serde::Serialize;

use super::addresses;
use super::listing::{Columns, Row, columns, rows, sorted};
use super::model::Page;
use super::view::{Chip, Frame, chip};
use super::world::World;
use crate::base::{Route, Severity};
use crate::catalog::{Entity, EntityRef};

/// Most rows of a list, and most teams of the report.
const ROWS: usize = 300;

/// A list of entities that lack something.
#[derive(Debug, Serialize)]
pub(super) struct ListLink {
    title: &'static str,
    url: String,
    count: usize,
}

/// Findings about what a team owns.
#[derive(Debug, Serialize)]
pub(super) struct TeamRow {
    /// Nothing for what nobody owns.
    team: Option<Chip>,
    entities: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
}

#[derive(Serialize)]
struct Model {
    heading: &'static str,
    hint: &'static str,
    count: usize,
    columns: Columns,
    rows: Vec<Row>,
    more: usize,
}

/// What may be missing: name in the address, title in the report, heading, what to do, and the test for it.
type Lack = (&'static str, &'static str, &'static str, &'static str, fn(&World<'_>, &Entity) -> bool);

const LACKS: [Lack; 3] = [
    (
        "unowned",
        "without an owner",
        "Without an owner",
        "Name a group as `spec.owner`, so that people know whom to ask.",
        |_, entity| ownable(entity) && entity.related("ownedBy").next().is_none(),
    ),
    (
        "undescribed",
        "without a description",
        "Without a description",
        "One sentence as `metadata.description` is what search and lists show.",
        |_, entity| entity.description().is_none(),
    ),
    (
        "orphans",
        "without any relation",
        "Without any relation",
        "Nothing leads to them, and they lead nowhere: part of no system, owned by nobody, used by nothing.",
        |world, entity| {
            let target = |reference: &EntityRef| world.catalog.get(reference).is_some();
            entity.reference.kind() != "location" && !entity.relations.iter().any(|relation| target(&relation.target))
        },
    ),
];

/// A page for each thing that may be missing.
pub(super) fn pages(world: &World<'_>) -> Vec<Page> {
    LACKS.iter().map(|lack| page(world, lack)).collect()
}

/// Links to them, with how many entities each lists.
pub(super) fn links(world: &World<'_>, from: &Route) -> Vec<ListLink> {
    let link = |lack: &Lack| ListLink {
        title: lack.1,
        url: route(lack).url_from(from),
        count: world.catalog.entities.values().filter(|entity| (lack.4)(world, entity)).count(),
    };
    LACKS.iter().map(link).collect()
}

/// Findings by the owner of the entity that they are about, worst first; what has no findings is left out.
pub(super) fn teams(world: &World<'_>, from: &Route) -> Vec<TeamRow> {
    let mut found = BTreeMap::<Option<&EntityRef>, [usize; 4]>::new();
    for entity in world.catalog.entities.values() {
        let findings = world.findings(entity);
        if findings.is_empty() {
            continue;
        }
        let owners: Vec<Option<&EntityRef>> = entity.related("ownedBy").map(Some).collect();
        for owner in if owners.is_empty() { vec![None] } else { owners } {
            let counts = found.entry(owner).or_default();
            counts[0] += 1;
            for finding in &findings {
                counts[match finding.severity {
                    Severity::Error => 1,
                    Severity::Warning => 2,
                    Severity::Note => 3,
                }] += 1;
            }
        }
    }
    let mut all: Vec<_> = found.into_iter().collect();
    all.sort_by_key(|(owner, [_, errors, warnings, notes])| {
        (std::cmp::Reverse((*errors, *warnings, *notes)), owner.cloned())
    });
    let row = |(owner, [entities, errors, warnings, notes]): (Option<&EntityRef>, [usize; 4])| TeamRow {
        team: owner.map(|owner| chip(world, from, owner, Some("group"))),
        entities,
        errors,
        warnings,
        notes,
    };
    all.into_iter().take(ROWS).map(row).collect()
}

fn page(world: &World<'_>, lack: &Lack) -> Page {
    let route = route(lack);
    let entities = sorted(world.catalog.entities.values().filter(|entity| (lack.4)(world, entity)).collect());
    let shown = &entities[..entities.len().min(ROWS)];
    let model = Model {
        heading: lack.2,
        hint: lack.3,
        count: entities.len(),
        columns: columns(shown, true),
        rows: rows(world, &route, shown),
        more: entities.len() - shown.len(),
    };
    let frame = Frame::new(&route, "health", lack.2).crumb(&route, "Health", &addresses::health());
    frame.page(route, "health_list.html", &model)
}

/// Apart from the pages of repositories, which stand there, too: no repository is called `-`.
fn route(lack: &Lack) -> Route {
    addresses::health().child("-").child(lack.0)
}

fn ownable(entity: &Entity) -> bool {
    !matches!(entity.reference.kind(), "group" | "user" | "location")
}

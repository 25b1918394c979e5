use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::utf8_percent_encode;
use serde::Serialize;

use super::entity_relations::{self, Several};
use super::listing::{Columns, Row, columns, rows, sorted};
use super::view::safe_url;
use super::wording::{kind_icon, kind_plural, kind_rank};
use super::world::World;
use crate::base::percent::PART;
use crate::base::{Route, Severity};
use crate::catalog::{Entity, EntityRef};

/// Most owned entities that a page lists; where there are more, some of each kind.
pub(super) const SHOWN: usize = 60;
const SOME: usize = 10;
/// Most owners that an address of a list names: with more it would be longer than some servers take.
const MOST_OWNERS: usize = 60;

/// What groups' and users' pages have beside those of other kinds.
#[derive(Debug, Serialize)]
pub(super) struct Team {
    pub email: Option<String>,
    pub picture: Option<String>,
    pub initials: String,
    pub parents: Several,
    pub children: Several,
    pub members: Several,
    pub groups: Several,
    pub owned: Vec<Owned>,
    pub owned_count: usize,
    /// Errors and warnings about what it owns.
    pub errors: usize,
    pub warnings: usize,
    /// Counts by kind with what the groups below own (a user: the groups above); empty when that adds nothing.
    pub shares: Vec<Share>,
}

/// How much of one kind is owned.
#[derive(Debug, Serialize)]
pub(super) struct Share {
    pub kind: String,
    pub heading: String,
    pub icon: String,
    pub direct: usize,
    pub aggregated: usize,
    /// The catalog's list of those that are owned directly.
    pub direct_url: Option<String>,
    /// The catalog's list of all of them.
    pub aggregated_url: Option<String>,
}

/// Entities of one kind that a group or user owns.
#[derive(Debug, Serialize)]
pub(super) struct Owned {
    pub kind: String,
    pub heading: String,
    pub icon: String,
    pub count: usize,
    pub more: usize,
    /// The pages of all that is owned.
    pub all: Option<String>,
    pub columns: Columns,
    pub rows: Vec<Row>,
}

/// The team part of a page; nothing for kinds that are no owners.
pub(super) fn team(world: &World<'_>, from: &Route, entity: &Entity) -> Option<Team> {
    if !matches!(entity.reference.kind(), "group" | "user") {
        return None;
    }
    let several = |relation: &str| entity_relations::several(world, from, entity, relation);
    let profile = &entity.document["spec"]["profile"];
    let owned = owned(world, from, entity);
    let shares = shares(world, from, entity);
    let (errors, warnings) = troubles(world, entity);
    Some(Team {
        email: profile["email"].as_str().filter(|email| email.contains('@')).map(str::to_owned),
        picture: profile["picture"].as_str().filter(|url| url.starts_with("https://")).and_then(safe_url),
        initials: initials(entity.display_name()),
        parents: several("childOf"),
        children: several("parentOf"),
        members: several("hasMember"),
        groups: several("memberOf"),
        owned_count: owned.iter().map(|owned| owned.count).sum(),
        owned,
        errors,
        warnings,
        shares,
    })
}

/// Errors and warnings about what an entity owns.
fn troubles(world: &World<'_>, entity: &Entity) -> (usize, usize) {
    let owned = entity.related("ownerOf").filter_map(|target| world.entity(target));
    let found: Vec<Severity> = owned.flat_map(|owned| world.findings(owned)).map(|found| found.severity).collect();
    let count = |severity| found.iter().filter(|found| **found == severity).count();
    (count(Severity::Error), count(Severity::Warning))
}

/// One or two letters for a name.
pub(super) fn initials(name: &str) -> String {
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// Counts by kind: what the entity owns, and what it owns together with the groups below (a user: its groups). Each owned entity
/// counts once, and circles of groups end where they began.
fn shares(world: &World<'_>, from: &Route, entity: &Entity) -> Vec<Share> {
    let further = if entity.reference.kind() == "user" { "memberOf" } else { "parentOf" };
    let mut seen = BTreeSet::from([&entity.reference]);
    let mut queue = vec![entity];
    let mut all = BTreeSet::<&EntityRef>::new();
    while let Some(owner) = queue.pop() {
        all.extend(owner.related("ownerOf").filter(|owned| world.entity(owned).is_some()));
        if owner.reference == entity.reference || further == "parentOf" {
            let next = owner.related(further).filter_map(|group| world.entity(group));
            queue.extend(next.filter(|group| seen.insert(&group.reference)));
        }
    }
    let direct: BTreeSet<&EntityRef> = entity.related("ownerOf").filter(|owned| all.contains(owned)).collect();
    if direct.len() == all.len() {
        return Vec::new();
    }
    let mut shares = BTreeMap::<(usize, &str), Share>::new();
    for owned in all {
        let kind = owned.kind();
        let share = shares.entry((kind_rank(kind), kind)).or_insert_with(|| Share {
            kind: kind.to_owned(),
            heading: kind_plural(kind, world.entity(owned).map(Entity::kind)),
            icon: kind_icon(kind),
            direct: 0,
            aggregated: 0,
            direct_url: None,
            aggregated_url: None,
        });
        share.direct += usize::from(direct.contains(owned));
        share.aggregated += 1;
    }
    for ((_, kind), share) in &mut shares {
        let owners = seen.iter().copied().filter(|owner| owns(world, owner, kind));
        share.direct_url = list(world, from, kind, [&entity.reference].into_iter().filter(|_| share.direct > 0));
        share.aggregated_url = list(world, from, kind, owners);
    }
    shares.into_values().collect()
}

/// Whether an owner owns some of a kind.
fn owns(world: &World<'_>, owner: &EntityRef, kind: &str) -> bool {
    let owner = world.entity(owner);
    owner.is_some_and(|owner| owner.related("ownerOf").any(|owned| owned.kind() == kind))
}

/// The catalog's list of a kind, of these owners only.
fn list<'a>(
    world: &World<'_>,
    from: &Route,
    kind: &str,
    owners: impl Iterator<Item = &'a EntityRef>,
) -> Option<String> {
    let owner = |owner: &EntityRef| format!("owner={}", utf8_percent_encode(&owner.to_string(), PART));
    let owners: Vec<String> = owners.map(owner).collect();
    let list = world.addresses.kind(kind).filter(|_| (1..=MOST_OWNERS).contains(&owners.len()))?;
    Some(format!("{}?{}", list.url_from(from), owners.join("&")))
}

fn owned(world: &World<'_>, from: &Route, owner: &Entity) -> Vec<Owned> {
    let mut by_kind = BTreeMap::<(usize, &str), Vec<&Entity>>::new();
    for target in owner.related("ownerOf") {
        if let Some(owned) = world.entity(target) {
            by_kind.entry((kind_rank(target.kind()), target.kind())).or_default().push(owned);
        }
    }
    let count: usize = by_kind.values().map(Vec::len).sum();
    let room = if count <= SHOWN { SHOWN } else { (SHOWN / by_kind.len()).max(SOME) };
    by_kind
        .into_iter()
        .map(|((_, kind), entities)| {
            let entities = sorted(entities);
            let shown = &entities[..entities.len().min(room)];
            let more = entities.len() - shown.len();
            Owned {
                kind: kind.to_owned(),
                heading: kind_plural(kind, entities.first().map(|entity| entity.kind())),
                icon: kind_icon(kind),
                count: entities.len(),
                more,
                all: entity_relations::all(world, from, owner, "ownerOf", more),
                columns: Columns { owner: false, namespace: false, ..columns(shown, false) },
                rows: rows(world, from, shown),
            }
        })
        .collect()
}

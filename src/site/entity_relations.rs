use std::collections::BTreeMap;

use serde::Serialize;

use super::addresses;
use super::view::{Chip, chip};
use super::wording::{kind_rank, relation_heading, relation_rank};
use super::world::World;
use crate::base::Route;
use crate::catalog::{Entity, EntityRef};

/// Most targets under one heading of an entity's page; the relation has pages of its own where there are more.
pub(super) const SHOWN: usize = 30;

/// Some entities that stand in a relation to another, and where the others are.
#[derive(Debug, Serialize)]
pub(super) struct Several {
    pub items: Vec<Chip>,
    pub count: usize,
    /// Those that are not listed.
    pub more: usize,
    /// The pages of the whole relation.
    pub all: Option<String>,
}

/// The targets of one relation by their titles, at most thirty.
pub(super) fn several(world: &World<'_>, from: &Route, entity: &Entity, relation: &str) -> Several {
    let mut items: Vec<Chip> =
        entity.related(relation).map(|target| chip(world, from, target, Some(target.kind()))).collect();
    let count = items.len();
    cut(&mut items);
    let more = count - items.len();
    Several { items, count, more, all: all(world, from, entity, relation, more) }
}

fn cut(chips: &mut Vec<Chip>) {
    chips.sort_by_cached_key(|chip| (chip.title.to_lowercase(), chip.reference.clone()));
    chips.truncate(SHOWN);
}

/// Where all targets of a relation are listed; nothing if none are left out here.
pub(super) fn all(world: &World<'_>, from: &Route, entity: &Entity, relation: &str, more: usize) -> Option<String> {
    let home = world.addresses.entity(&entity.reference).filter(|_| more > 0)?;
    Some(addresses::relation(home, relation).url_from(from))
}

/// The targets of one relation, under one heading.
#[derive(Debug, Serialize)]
pub(super) struct RelationGroup {
    pub relation: String,
    pub heading: String,
    pub count: usize,
    pub targets: Vec<Chip>,
    /// Targets that are not listed.
    pub more: usize,
    /// The pages of the whole relation.
    pub all: Option<String>,
}

/// Relations of an entity by heading; `leave_out` are shown elsewhere on the page.
pub(super) fn groups(world: &World<'_>, from: &Route, entity: &Entity, leave_out: &[&str]) -> Vec<RelationGroup> {
    let mut by_heading = BTreeMap::<(usize, usize, String), (&str, Vec<&EntityRef>)>::new();
    for relation in &entity.relations {
        if leave_out.contains(&relation.kind.as_str()) {
            continue;
        }
        let target = relation.target.kind();
        let heading = relation_heading(&relation.kind, entity.reference.kind(), target);
        let key = (relation_rank(&relation.kind), kind_rank(target), heading);
        by_heading.entry(key).or_insert_with(|| (&relation.kind, Vec::new())).1.push(&relation.target);
    }
    // A heading that does not depend on the target's kind stands once, where its first target stands.
    let mut groups = Vec::<RelationGroup>::new();
    for ((.., heading), (relation, targets)) in by_heading {
        let chips = targets.iter().map(|target| chip(world, from, target, None));
        match groups.iter_mut().find(|group| group.heading == heading && group.relation == relation) {
            Some(group) => {
                group.count += targets.len();
                group.targets.extend(chips);
            }
            None => groups.push(RelationGroup {
                relation: relation.to_owned(),
                heading,
                count: targets.len(),
                targets: chips.collect(),
                more: 0,
                all: None,
            }),
        }
    }
    for group in &mut groups {
        cut(&mut group.targets);
        group.more = group.count - group.targets.len();
        group.all = all(world, from, entity, &group.relation, group.more);
    }
    groups
}

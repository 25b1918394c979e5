use std::collections::BTreeMap;

use serde::Serialize;

use super::view::{Chip, chip};
use super::wording::{kind_rank, relation_heading, relation_rank};
use super::world::World;
use crate::base::Route;
use crate::catalog::{Entity, EntityRef};

/// Most targets of one relation that a page lists; the rest is counted.
const SHOWN: usize = 100;

/// The targets of one relation, under one heading.
#[derive(Debug, Serialize)]
pub(super) struct RelationGroup {
    pub relation: String,
    pub heading: String,
    pub count: usize,
    pub targets: Vec<Chip>,
    /// Targets that are not listed.
    pub more: usize,
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
            }),
        }
    }
    for group in &mut groups {
        group.targets.sort_by_cached_key(|chip| (chip.title.to_lowercase(), chip.reference.clone()));
        group.targets.truncate(SHOWN);
        group.more = group.count - group.targets.len();
    }
    groups
}

use std::collections::BTreeMap;

use serde::Serialize;

use super::addresses;
use super::again::{Again, MadePage};
use super::entity_page::{self, Head};
use super::entity_relations;
use super::listing::{ListPage, Pager, ROWS, numbered, paged};
use super::ownership;
use super::view::{Chip, Frame, chip};
use super::wording::{kind_rank, words};
use super::world::World;
use crate::base::Route;
use crate::catalog::{Entity, EntityRef};

/// Pages of each relation that has more targets than its entity's own page may list.
pub(super) fn pages(world: &World<'_>, again: &Again<'_>) -> Vec<MadePage> {
    let entities = world.catalog.entities.values();
    let with_routes = entities.filter_map(|entity| Some((entity, world.addresses.entity(&entity.reference)?)));
    with_routes.flat_map(|(entity, home)| of_entity(world, again, entity, home)).collect()
}

fn of_entity(world: &World<'_>, again: &Again<'_>, entity: &Entity, home: &Route) -> Vec<MadePage> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for relation in &entity.relations {
        *counts.entry(&relation.kind).or_default() += 1;
    }
    counts.retain(|relation, count| {
        *count > if *relation == "ownerOf" { ownership::SHOWN } else { entity_relations::SHOWN }
    });
    counts.into_keys().flat_map(|relation| list(world, again, entity, (home, relation))).collect()
}

fn list(world: &World<'_>, again: &Again<'_>, entity: &Entity, (home, relation): (&Route, &str)) -> Vec<MadePage> {
    #[derive(Serialize)]
    struct Model {
        head: Head,
        heading: String,
        count: usize,
        targets: Vec<Chip>,
        pager: Pager,
    }
    let mut targets: Vec<&EntityRef> = entity.related(relation).collect();
    targets.sort_by_cached_key(|target| {
        let title = world.entity(target).map_or_else(|| target.name(), Entity::display_name);
        (kind_rank(target.kind()), target.kind(), title.to_lowercase(), *target)
    });
    let heading = words(relation);
    let page = |world: &World<'_>, ListPage { route, items, pager }: ListPage<'_, &EntityRef>| {
        let model = Model {
            head: entity_page::head(world, entity, home, &route, ""),
            heading: heading.clone(),
            count: targets.len(),
            targets: items.iter().map(|target| chip(world, &route, target, None)).collect(),
            pager,
        };
        let title = numbered(&format!("{heading}: {}", entity.display_name()), model.pager.number);
        let frame = entity_page::frame(world, entity, &route).crumb(&route, entity.display_name(), home);
        Frame { title, ..frame }.page(route.clone(), "relation.html", &model)
    };
    let pages = paged(&addresses::relation(home, relation), &targets, ROWS, usize::MAX).into_iter();
    let made = |list: ListPage<'_, &EntityRef>| {
        let route = list.route.clone();
        again.page(world, &route, &(&entity.reference, relation, targets.len(), list.items), |world| page(world, list))
    };
    pages.map(made).collect()
}

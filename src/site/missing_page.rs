use serde::Serialize;

use super::addresses;
use super::listing::{ListPage, Pager, ROWS, numbered, paged};
use super::model::Page;
use super::view::{Chip, Frame, chip, kind_crumb};
use super::wording::{kind_icon, kind_label, words};
use super::world::World;
use crate::base::Route;
use crate::catalog::{Entity, EntityRef};

#[derive(Serialize)]
struct MissingModel {
    name: String,
    namespace: String,
    reference: String,
    kind: String,
    kind_label: String,
    icon: String,
    referrers: Vec<Referrer>,
    count: usize,
    pager: Pager,
    /// A descriptor that would add it.
    example: String,
}

#[derive(Serialize)]
struct Referrer {
    relation: String,
    entity: Chip,
}

/// Pages of entities that others refer to and nobody describes.
pub(super) fn pages(world: &World<'_>) -> Vec<Page> {
    let with_routes = world
        .missing
        .iter()
        .filter_map(|(reference, referrers)| Some((*reference, world.addresses.entity(reference)?, referrers)));
    with_routes
        .flat_map(|(reference, home, referrers)| {
            let mut all: Vec<(String, &Entity)> =
                referrers.iter().map(|(relation, entity)| (words(relation).to_lowercase(), *entity)).collect();
            all.sort_by_cached_key(|(relation, entity)| {
                (relation.clone(), entity.display_name().to_lowercase(), entity.reference.clone())
            });
            let pages = paged(home, &all, ROWS, usize::MAX);
            pages.into_iter().map(|list| page(world, reference, &all, list)).collect::<Vec<_>>()
        })
        .collect()
}

/// Where all of them are listed.
pub(super) fn list_route() -> Route {
    addresses::health().child("-").child("missing")
}

/// Pages that list all of them, those that most refer to first.
pub(super) fn lists(world: &World<'_>) -> Vec<Page> {
    #[derive(Serialize)]
    struct Model {
        count: usize,
        entities: Vec<(Chip, usize)>,
        pager: Pager,
    }
    let mut all: Vec<(&EntityRef, usize)> =
        world.missing.iter().map(|(reference, referrers)| (*reference, referrers.len())).collect();
    all.sort_by_key(|(_, referrers)| std::cmp::Reverse(*referrers));
    let page = |ListPage { route, items, pager }: ListPage<'_, (&EntityRef, usize)>| {
        let entities = items.iter().map(|(reference, count)| (chip(world, &route, reference, None), *count)).collect();
        let model = Model { count: all.len(), entities, pager };
        Frame::new(&route, "health", numbered("Not in the catalog", model.pager.number))
            .crumb(&route, "Health", &addresses::health())
            .page(route.clone(), "health_missing.html", &model)
    };
    paged(&list_route(), &all, ROWS, usize::MAX).into_iter().map(page).collect()
}

fn page(
    world: &World<'_>,
    reference: &EntityRef,
    all: &[(String, &Entity)],
    list: ListPage<'_, (String, &Entity)>,
) -> Page {
    let ListPage { route, items, pager } = list;
    let label = kind_label(reference.kind(), None);
    let referrer = |(relation, entity): &(String, &Entity)| Referrer {
        relation: relation.clone(),
        entity: chip(world, &route, &entity.reference, None),
    };
    let title = numbered(&reference.shortened(Some(reference.kind())), pager.number);
    let model = MissingModel {
        name: reference.name().to_owned(),
        namespace: reference.namespace().to_owned(),
        reference: reference.to_string(),
        kind: reference.kind().to_owned(),
        icon: kind_icon(reference.kind()),
        count: all.len(),
        referrers: items.iter().map(referrer).collect(),
        pager,
        example: example(reference, &label),
        kind_label: label,
    };
    let mut frame = Frame::new(&route, "catalog", title).crumb(&route, "Catalog", &addresses::catalog());
    frame.breadcrumbs.push(kind_crumb(world, &route, reference.kind(), None));
    frame.page(route.clone(), "missing.html", &model)
}

fn example(reference: &EntityRef, label: &str) -> String {
    let namespace = match reference.namespace() {
        "default" => String::new(),
        namespace => format!("  namespace: {namespace}\n"),
    };
    let spec = match reference.kind() {
        "group" => "  type: team\n  children: []\n",
        "user" => "  memberOf: []\n",
        "system" | "domain" => "  owner: …\n",
        "resource" => "  type: …\n  owner: …\n",
        "api" => "  type: openapi\n  lifecycle: production\n  owner: …\n  definition: …\n",
        _ => "  type: …\n  lifecycle: production\n  owner: …\n",
    };
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: {label}\nmetadata:\n  name: {}\n{namespace}spec:\n{spec}",
        reference.name()
    )
}

use serde::Serialize;

use super::addresses;
use super::listing::{Columns, ListPage, Pager, ROWS, Row, columns, numbered, paged, rows, sorted};
use super::model::Page;
use super::view::Frame;
use super::world::World;
use crate::base::Route;
use crate::catalog::{Entity, EntityRef};

/// A list of entities that lack something.
#[derive(Debug, Serialize)]
pub(super) struct ListLink {
    title: &'static str,
    url: String,
    count: usize,
}

#[derive(Serialize)]
struct Model {
    heading: &'static str,
    hint: &'static str,
    count: usize,
    columns: Columns,
    rows: Vec<Row>,
    pager: Pager,
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
            let target = |reference: &EntityRef| world.entity(reference).is_some();
            entity.reference.kind() != "location" && !entity.relations.iter().any(|relation| target(&relation.target))
        },
    ),
];

/// Pages for each thing that may be missing.
pub(super) fn pages(world: &World<'_>) -> Vec<Page> {
    LACKS.iter().flat_map(|lack| list_pages(world, lack)).collect()
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

fn list_pages(world: &World<'_>, lack: &Lack) -> Vec<Page> {
    let entities = sorted(world.catalog.entities.values().filter(|entity| (lack.4)(world, entity)).collect());
    let page = |ListPage { route, items, pager }: ListPage<'_, &Entity>| {
        let model = Model {
            heading: lack.2,
            hint: lack.3,
            count: entities.len(),
            columns: columns(items, true),
            rows: rows(world, &route, items),
            pager,
        };
        let title = numbered(lack.2, model.pager.number);
        let frame = Frame::new(&route, "health", title).crumb(&route, "Health", &addresses::health());
        frame.page(route.clone(), "health_list.html", &model)
    };
    paged(&route(lack), &entities, ROWS, usize::MAX).into_iter().map(page).collect()
}

/// Apart from the pages of repositories, which stand there, too: no repository is called `-`.
fn route(lack: &Lack) -> Route {
    addresses::health().child("-").child(lack.0)
}

fn ownable(entity: &Entity) -> bool {
    !matches!(entity.reference.kind(), "group" | "user" | "location")
}

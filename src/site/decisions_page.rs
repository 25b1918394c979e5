use std::sync::Arc;

use serde::Serialize;

use super::addresses;
use super::listing::{ListPage, Pager, ROWS, numbered, paged};
use super::model::Page;
use super::view::{Chip, Frame, chip};
use super::world::World;
use crate::techdocs::{Book, Decision};

#[derive(Serialize)]
struct Model {
    count: usize,
    rows: Vec<Row>,
    pager: Pager,
}

#[derive(Serialize)]
struct Row {
    title: String,
    url: String,
    status: String,
    date: String,
    entity: Option<Chip>,
}

/// The architecture decisions of all entities, latest first; those without a date come last.
pub(super) fn pages(world: &World<'_>) -> Vec<Page> {
    let mut all: Vec<(&Arc<Book>, &Decision)> =
        world.books.iter().flat_map(|book| book.decisions.iter().map(move |decision| (book, decision))).collect();
    all.sort_by(|(_, a), (_, b)| {
        b.date.cmp(&a.date).then_with(|| (&a.title, a.route.as_str()).cmp(&(&b.title, b.route.as_str())))
    });
    let page = |ListPage { route, items, pager }: ListPage<'_, (&Arc<Book>, &Decision)>| {
        let row = |(book, decision): &(&Arc<Book>, &Decision)| Row {
            title: decision.title.clone(),
            url: decision.route.url_from(&route),
            status: decision.status.clone(),
            date: decision.date.clone(),
            entity: book.entities.first().map(|entity| chip(world, &route, entity, None)),
        };
        let model = Model { count: all.len(), rows: items.iter().map(row).collect(), pager };
        Frame::new(&route, "docs", numbered("Decisions", model.pager.number))
            .crumb(&route, "Docs", &addresses::docs_index())
            .page(route.clone(), "decisions.html", &model)
    };
    paged(&addresses::decisions(), &all, ROWS, usize::MAX).into_iter().map(page).collect()
}

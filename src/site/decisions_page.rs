use std::sync::Arc;

use serde::Serialize;

use super::addresses;
use super::model::Page;
use super::view::{Chip, Frame, chip};
use super::world::World;
use crate::techdocs::{Book, Decision};

/// Most rows.
const ROWS: usize = 500;

#[derive(Serialize)]
struct Model {
    count: usize,
    rows: Vec<Row>,
    more: usize,
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
pub(super) fn page(world: &World<'_>) -> Page {
    let route = addresses::decisions();
    let mut all: Vec<(&Arc<Book>, &Decision)> =
        world.books.iter().flat_map(|book| book.decisions.iter().map(move |decision| (book, decision))).collect();
    all.sort_by(|(_, a), (_, b)| {
        b.date.cmp(&a.date).then_with(|| (&a.title, a.route.as_str()).cmp(&(&b.title, b.route.as_str())))
    });
    let row = |(book, decision): &(&Arc<Book>, &Decision)| Row {
        title: decision.title.clone(),
        url: decision.route.url_from(&route),
        status: decision.status.clone(),
        date: decision.date.clone(),
        entity: book.entities.first().map(|entity| chip(world, &route, entity, None)),
    };
    let rows: Vec<Row> = all.iter().take(ROWS).map(row).collect();
    let model = Model { count: all.len(), more: all.len() - rows.len(), rows };
    Frame::new(&route, "docs", "Decisions").crumb(&route, "Docs", &addresses::docs_index()).page(
        route.clone(),
        "decisions.html",
        &model,
    )
}

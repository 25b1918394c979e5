use serde::Serialize;
use serde_json::{Value, json};

use super::embed::{self, Part};
use super::model::Page;
use super::view::Frame;
use super::world::World;
use crate::base::{Diagnostic, Route};
use crate::techdocs::{Book, DocPage};

/// What the portal's own `index.md` gives the home page.
#[derive(Debug, Serialize)]
pub(super) struct Front {
    parts: Vec<Part>,
    hide_lists: bool,
}

#[derive(Serialize)]
struct Model<'a> {
    parts: Vec<Part>,
    tags: &'a [String],
    edit_url: Option<&'a str>,
}

/// The portal's own pages, but for the one that is part of the home page.
pub(super) fn pages(world: &World<'_>, findings: &mut Vec<Diagnostic>) -> Vec<Page> {
    let own = world.pages.into_iter().flat_map(|book| book.pages.iter().map(move |page| (book, page)));
    own.filter(|(_, page)| page.route != Route::home()).map(|(book, page)| one(world, book, page, findings)).collect()
}

/// The page at the root, as a part of the home page: without its own heading, since the portal's title stands there.
pub(super) fn front(world: &World<'_>, findings: &mut Vec<Diagnostic>) -> Option<Front> {
    let book = world.pages?;
    let page = book.pages.iter().find(|page| page.route == Route::home())?;
    let article = page.article.as_str();
    let body = article.find("</h1>").map_or(article, |at| &article[at + "</h1>".len()..]);
    let parts = embed::parts(world, book, page, body, findings);
    Some(Front { parts, hide_lists: page.front_matter.hide.iter().any(|what| what == "lists") })
}

/// Entries of the header for pages whose front matter has `navigation`, in their order.
pub(super) fn navigation(world: &World<'_>) -> Vec<Value> {
    let mut entries: Vec<(&DocPage, &str)> = world
        .pages
        .into_iter()
        .flat_map(|book| &book.pages)
        .filter_map(|page| {
            let label = page.front_matter.navigation.as_deref()?;
            Some((&**page, if label == "true" { page.title.as_str() } else { label }))
        })
        .collect();
    entries.sort_by_key(|(page, label)| (page.front_matter.order.unwrap_or(i64::MAX), *label, &page.route));
    entries
        .into_iter()
        .map(|(page, label)| json!({ "title": label, "url": page.route.url(), "external": false }))
        .collect()
}

fn one(world: &World<'_>, book: &Book, page: &DocPage, findings: &mut Vec<Diagnostic>) -> Page {
    let model = Model {
        parts: embed::parts(world, book, page, page.article.as_str(), findings),
        tags: &page.front_matter.tags,
        edit_url: page.edit_url.as_deref(),
    };
    let mut frame = Frame::new(&page.route, "", page.title.clone());
    let above = |other: &&DocPage| other.route != page.route && page.route.as_str().starts_with(other.route.as_str());
    let mut above: Vec<&DocPage> =
        book.pages.iter().map(|page| &**page).filter(above).filter(|page| page.route != Route::home()).collect();
    above.sort_by_key(|page| page.route.as_str().len());
    for step in above {
        frame = frame.crumb(&page.route, step.title.clone(), &step.route);
    }
    frame.described(page.front_matter.description.clone()).page(page.route.clone(), "custom.html", &model)
}

use serde::Serialize;

use super::addresses;
use super::docs_nav::{self, NavEntry, Ways};
use super::model::{Page, SiteFile};
use super::view::{Chip, Frame, Link, chip, link, summary};
use super::world::World;
use crate::base::{RelPath, Route};
use crate::techdocs::{Book, DocPage};

/// Most entries of a table of contents.
const CONTENTS: usize = 150;

#[derive(Serialize)]
struct DocsModel<'a> {
    book: Link,
    entities: Vec<Chip>,
    nav: Vec<NavEntry>,
    article: &'a str,
    contents: Vec<ContentsEntry>,
    previous: Option<Link>,
    next: Option<Link>,
    edit_url: Option<&'a str>,
    /// The page as its author wrote it.
    twin: Option<String>,
    stale: Option<String>,
    tags: &'a [String],
    hide_nav: bool,
    hide_contents: bool,
    hide_footer: bool,
}

#[derive(Serialize)]
struct ContentsEntry {
    text: String,
    id: String,
    level: u8,
}

#[derive(Serialize)]
struct BookRow {
    title: String,
    url: String,
    summary: Option<String>,
    pages: usize,
    owner: Option<Chip>,
    entity: Option<Chip>,
    repository: String,
}

/// Pages of all books, the redirects of their old addresses, and the list of books.
pub(super) fn pages(world: &World<'_>) -> Vec<Page> {
    let mut pages = vec![index(world)];
    for (book, ways) in world.books.iter().zip(&world.ways) {
        pages.extend((0..book.pages.len()).map(|at| page(world, book, ways, at)));
    }
    // After all pages: a redirect never takes the address of a page.
    for book in world.books {
        pages.extend(book.redirects.iter().map(|(old, new)| redirect(old, new)));
    }
    pages
}

/// Files of all books and the Markdown twin of every page, each address once, in order.
pub(super) fn files(world: &World<'_>) -> Vec<SiteFile> {
    let mut taken = std::collections::BTreeSet::new();
    let all = world.books.iter().chain(world.pages).flat_map(|book| {
        let files = book.files.iter().map(|file| (file.route.clone(), &file.path));
        let twins = book.pages.iter().filter_map(|page| Some((twin(page)?, &page.path)));
        files.chain(twins).map(move |(route, path)| (book.snapshot, route, path))
    });
    all.filter(|(_, route, _)| taken.insert(route.clone()))
        .map(|(snapshot, route, path)| SiteFile::Harvested { route, snapshot, path: path.clone() })
        .collect()
}

/// Where a page stands as its author wrote it; nothing for pages that are made here.
pub(super) fn twin(page: &DocPage) -> Option<Route> {
    let written = page.route.is_page() && page.path.extension().is_some_and(|ending| ending == "md");
    written.then(|| page.route.below_file(&RelPath::new("index.md").expect("a plain path")))
}

fn page(world: &World<'_>, book: &Book, ways: &Ways, at: usize) -> Page {
    let page = &book.pages[at];
    let from = &page.route;
    let neighbour = |index: Option<usize>| {
        index.and_then(|index| book.pages.get(index)).map(|page| link(from, page.title.clone(), &page.route))
    };
    let hides = |what: &str| page.front_matter.hide.iter().any(|hidden| hidden == what);
    let model = DocsModel {
        book: link(from, book.title.clone(), &book.home),
        entities: book.entities.iter().take(5).map(|entity| chip(world, from, entity, None)).collect(),
        nav: docs_nav::entries(book, ways, at),
        article: page.article.as_str(),
        contents: contents(page),
        previous: neighbour(page.previous),
        next: neighbour(page.next),
        edit_url: page.edit_url.as_deref(),
        twin: twin(page).map(|twin| twin.url_from(from)),
        stale: world.snapshot(book.snapshot).and_then(|snapshot| snapshot.stale.clone()),
        tags: &page.front_matter.tags,
        hide_nav: hides("navigation"),
        hide_contents: hides("toc"),
        hide_footer: hides("footer"),
    };
    let mut frame = Frame::new(from, "docs", page.title.clone()).crumb(from, "Docs", &addresses::docs_index());
    if page.route != book.home {
        frame = frame.crumb(from, book.title.clone(), &book.home);
    }
    let described = page.front_matter.description.clone().or_else(|| first_words(page));
    frame.described(described).page(from.clone(), "docs.html", &model)
}

fn contents(page: &DocPage) -> Vec<ContentsEntry> {
    let shown = page.headings.iter().filter(|heading| (2..=3).contains(&heading.level) && !heading.text.is_empty());
    shown
        .take(CONTENTS)
        .map(|heading| ContentsEntry { text: heading.text.clone(), id: heading.id.clone(), level: heading.level })
        .collect()
}

fn first_words(page: &DocPage) -> Option<String> {
    page.sections.iter().map(|section| section.text.trim()).find(|text| !text.is_empty()).map(summary)
}

fn redirect(old: &Route, new: &Route) -> Page {
    #[derive(Serialize)]
    struct Model {
        target: Link,
    }
    let model = Model { target: link(old, new.to_string(), new) };
    Frame::new(old, "docs", "Moved").page(old.clone(), "redirect.html", &model)
}

fn index(world: &World<'_>) -> Page {
    #[derive(Serialize)]
    struct Model {
        books: Vec<BookRow>,
    }
    let route = addresses::docs_index();
    let mut books: Vec<BookRow> = world.books.iter().map(|book| row(world, book, &route)).collect();
    books.sort_by_cached_key(|row| (row.title.to_lowercase(), row.url.clone()));
    Frame::new(&route, "docs", "Documentation").page(route.clone(), "docs_index.html", &Model { books })
}

fn row(world: &World<'_>, book: &Book, from: &Route) -> BookRow {
    let entity = book.entities.first().and_then(|reference| world.catalog.get(reference));
    BookRow {
        title: book.title.clone(),
        url: book.home.url_from(from),
        summary: book
            .description
            .as_deref()
            .map(summary)
            .or_else(|| entity.and_then(|entity| entity.description()).map(summary))
            .or_else(|| book.pages.iter().find(|page| page.route == book.home).and_then(first_words)),
        pages: book.pages.len(),
        owner: entity
            .and_then(|entity| entity.related("ownedBy").next())
            .map(|owner| chip(world, from, owner, Some("group"))),
        entity: entity.map(|entity| chip(world, from, &entity.reference, None)),
        repository: world.snapshot(book.snapshot).map(|snapshot| snapshot.origin.name.clone()).unwrap_or_default(),
    }
}

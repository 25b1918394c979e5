use std::sync::Arc;

use serde::Serialize;

use super::addresses;
use super::docs_nav::{self, NavEntry};
use super::listing::{ListPage, Pager, ROWS, numbered, paged};
use super::model::{FileContent, Page, SiteFile};
use super::plugin_view::{self, Slots};
use super::view::{Chip, Frame, Link, chip, link, summary};
use super::world::World;
use crate::base::{RelPath, Route, day};
use crate::plugins::On;
use crate::sources::{LastChange, Snapshot};
use crate::techdocs::{Book, DocPage, Ways};

/// Most entries of a table of contents.
const CONTENTS: usize = 150;
/// Most entities that a page names as those it is about.
pub(super) const ENTITIES: usize = 5;

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
    /// Form for an issue about the page; scripts add what is selected.
    issue_url: Option<String>,
    changed: Option<Changed>,
    /// The page as its author wrote it.
    twin: Option<String>,
    stale: Option<String>,
    tags: &'a [String],
    slots: Slots,
    /// Whether plugins show something beside the text.
    has_side: bool,
    hide_nav: bool,
    hide_contents: bool,
    hide_footer: bool,
}

/// When a page was last changed, and by whom.
#[derive(Serialize)]
struct Changed {
    date: String,
    names: Vec<String>,
    /// Authors who are not named.
    more: usize,
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

/// Files of a book and the Markdown twin of every page; an address may come twice.
pub(super) fn files(book: &Book, snapshot: Option<&Snapshot>) -> Vec<Arc<SiteFile>> {
    let files = book.files.iter().map(|file| (file.route.clone(), &file.path));
    let twins = book.pages.iter().filter_map(|page| Some((twin(page)?, &page.path)));
    let file = |(route, path): (Route, &RelPath)| {
        let identity = snapshot.and_then(|snapshot| snapshot.tree.file(path)).map(|file| file.identity);
        let content = FileContent::Harvested { snapshot: book.snapshot, path: path.clone() };
        Arc::new(SiteFile { route, identity, content })
    };
    files.chain(twins).map(file).collect()
}

/// Where a page stands as its author wrote it; nothing for pages that are made here.
pub(super) fn twin(page: &DocPage) -> Option<Route> {
    let written = page.route.is_page() && page.path.extension().is_some_and(|ending| ending == "md");
    written.then(|| page.route.below_file(&RelPath::new("index.md").expect("a plain path")))
}

/// A page of a book.
pub(super) fn page(world: &World<'_>, book: &Book, ways: &Ways, at: usize) -> Page {
    let page = &book.pages[at];
    let from = &page.route;
    let neighbour = |index: Option<usize>| {
        index.and_then(|index| book.pages.get(index)).map(|page| link(from, page.title.clone(), &page.route))
    };
    let slots = slots(world, book);
    let hides = |what: &str| page.front_matter.hide.iter().any(|hidden| hidden == what);
    let model = DocsModel {
        book: link(from, book.title.clone(), &book.home),
        entities: book.entities.iter().take(ENTITIES).map(|entity| chip(world, from, entity, None)).collect(),
        nav: docs_nav::entries(book, ways, at),
        article: page.article.as_str(),
        contents: contents(page),
        previous: neighbour(page.previous),
        next: neighbour(page.next),
        edit_url: page.edit_url.as_deref(),
        issue_url: issue_url(world, book, page),
        changed: page.changed.as_ref().and_then(changed),
        twin: twin(page).map(|twin| twin.url_from(from)),
        stale: world.snapshot(book.snapshot).and_then(|snapshot| snapshot.stale.clone()),
        tags: &page.front_matter.tags,
        has_side: slots.has_side(),
        slots,
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

/// What plugins show on the pages of a book: what they say of the entity that it is of.
pub(super) fn slots(world: &World<'_>, book: &Book) -> Slots {
    book.entities.first().map(|entity| plugin_view::slots(world, entity, On::Docs)).unwrap_or_default()
}

/// The form for a new issue, with the page in it. A list that is made here has no file to be mended.
fn issue_url(world: &World<'_>, book: &Book, page: &DocPage) -> Option<String> {
    let origin = &world.snapshot(book.snapshot)?.origin;
    let source = origin.view_url(&page.path).filter(|_| !page.path.is_root())?;
    let address = world
        .settings
        .base_url
        .as_deref()
        .map(|base| format!("{base}{}", page.route.url_from(&Route::home()).trim_start_matches("./")));
    let lines: Vec<String> = address
        .map(|address| format!("Page: {address}"))
        .into_iter()
        .chain([format!("Source: {source}"), String::new(), String::new()])
        .collect();
    origin.web.as_ref()?.issue_url(&format!("Documentation: {}", page.title), &lines.join("\n"))
}

fn changed(change: &LastChange) -> Option<Changed> {
    let (names, more) = change.names();
    Some(Changed { date: day(change.time)?, names: names.into_iter().map(str::to_owned).collect(), more })
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

/// What stands at an old address.
pub(super) fn redirect(old: &Route, new: &Route) -> Page {
    #[derive(Serialize)]
    struct Model {
        target: Link,
    }
    let model = Model { target: link(old, new.to_string(), new) };
    Frame::new(old, "docs", "Moved").page(old.clone(), "redirect.html", &model)
}

/// The list of books.
pub(super) fn index(world: &World<'_>) -> Vec<Page> {
    #[derive(Serialize)]
    struct Model {
        books: Vec<BookRow>,
        count: usize,
        pager: Pager,
    }
    let mut books: Vec<&Book> = world.books.iter().map(|book| &**book).collect();
    books.sort_by_cached_key(|book| (book.title.to_lowercase(), book.home.clone()));
    let page = |ListPage { route, items, pager }: ListPage<'_, &Book>| {
        let rows = items.iter().map(|book| row(world, book, &route)).collect();
        let model = Model { books: rows, count: books.len(), pager };
        let title = numbered("Documentation", model.pager.number);
        Frame::new(&route, "docs", title).page(route.clone(), "docs_index.html", &model)
    };
    paged(&addresses::docs_index(), &books, ROWS, usize::MAX).into_iter().map(page).collect()
}

fn row(world: &World<'_>, book: &Book, from: &Route) -> BookRow {
    let entity = book.entities.first().and_then(|reference| world.entity(reference));
    BookRow {
        title: book.title.clone(),
        url: book.home.url_from(from),
        summary: book
            .description
            .as_deref()
            .map(summary)
            .or_else(|| entity.and_then(|entity| entity.description()).map(summary))
            .or_else(|| book.pages.iter().find(|page| page.route == book.home).and_then(|page| first_words(page))),
        pages: book.pages.len(),
        owner: entity
            .and_then(|entity| entity.related("ownedBy").next())
            .map(|owner| chip(world, from, owner, Some("group"))),
        entity: entity.map(|entity| chip(world, from, &entity.reference, None)),
        repository: world.snapshot(book.snapshot).map(|snapshot| snapshot.origin.name.clone()).unwrap_or_default(),
    }
}

//! The site: everything the stages found in, pages with their models out. Does no I/O and renders nothing.
//!
//! In: an [`Input`]. Out: a [`Site`], each page with a complete model in the form that templates see, and its digest, which covers
//! all that it can show. One table of addresses is made first and every internal link is made through it, so that none can lead nowhere.
//! Must not know: templates, files on disk, the clock.

mod addresses;
mod again;
mod api_pages;
mod api_source;
mod book_pages;
mod catalog_data;
mod changes;
mod custom_page;
mod decisions_page;
mod docs_nav;
mod docs_page;
mod embed;
mod entity_fields;
mod entity_page;
mod entity_relations;
mod graph;
mod graph_layout;
mod graph_page;
mod graph_svg;
mod graph_view;
mod health_counts;
mod health_lists;
mod health_page;
mod input;
mod kept;
mod listing;
mod machine_files;
mod missing_page;
mod model;
mod org_page;
mod ownership;
mod plugin_pages;
mod plugin_view;
mod portal_pages;
mod relation_pages;
/// Codes of the findings of this module.
pub mod rules;
mod search_pages;
mod view;
mod wording;
mod world;

pub use input::Input;
pub use kept::KeptPages;
pub use model::{FileContent, Page, Site, SiteFile};
pub use rules::RULES;

use std::sync::Arc;

use crate::base::{Digest, Outcome, Route};
use crate::catalog::{Catalog, Entity};
use crate::markdown::CodeBlock;
use crate::search::SearchPage;
use crate::techdocs::{Book, Ways};
use crate::theme::Seen;
use again::{Again, Around, MadePage};
use kept::{BookPages, CatalogKey, CatalogPages};
use world::World;

/// Every block of code that pages of entities show, each once: highlighted before [`assemble`].
pub fn code_blocks(catalog: &Catalog) -> Vec<CodeBlock> {
    entity_page::code_blocks(catalog)
}

/// Where the page of an entity is.
pub fn entity_route(entity: &Entity) -> Route {
    addresses::published(entity)
}

/// Everything that search finds.
pub fn search_pages(input: &Input<'_>) -> Vec<SearchPage> {
    let ways = input.books.iter().map(|book| Arc::new(Ways::new(book)));
    search_pages::all(&World::new(input, ways.collect(), None))
}

/// Makes every page of the portal, or takes it from what is `kept` of the last time, if it was made from the same. Findings are
/// about content that pages can show only in part.
pub fn assemble(input: &Input<'_>, kept: &mut KeptPages) -> Outcome<Site> {
    let key = CatalogKey::of(input);
    let known = kept.catalog.take();
    let same = known.as_ref().filter(|(known, _)| known.is(&key)).map(|(_, pages)| Arc::clone(pages));
    let addresses = same.as_ref().and_then(|pages| Some(Arc::clone(&pages.around.as_ref()?.addresses)));
    let world = World::new(input, ways(input, kept), addresses);
    let last = known.as_ref().map(|(_, pages)| &**pages);
    let catalog = same.unwrap_or_else(|| Arc::new(catalog_pages(input, &world, key.told, last)));
    kept.catalog = Some((key, Arc::clone(&catalog)));
    let books: Vec<BookPages> = (0..world.books.len())
        .map(|at| book_pages::of_book(&world, at, kept.books.get(&world.books[at].home)))
        .collect();
    let latest = changes::latest(&world);
    let mut pages: Vec<Arc<Page>> = [
        portal_pages::home(&world, &latest, catalog.front.as_ref()),
        changes::page(&world, &latest),
        portal_pages::search(&world),
        portal_pages::not_found(&world),
    ]
    .map(Arc::new)
    .into();
    pages.extend(shared(portal_pages::about(&world)));
    pages.extend(catalog.entities.iter().cloned());
    pages.extend(shared(docs_page::index(&world)));
    pages.extend(books.iter().flat_map(|book| book.pages.iter().cloned()));
    // After all pages: a redirect never takes the address of a page.
    pages.extend(books.iter().flat_map(|book| book.redirects.iter().cloned()));
    pages.extend(shared(health_page::pages(&world)));
    pages.extend(shared(health_counts::pages(&world)));
    pages.extend(shared(health_lists::pages(&world)));
    pages.extend(catalog.overviews.iter().cloned());
    pages.extend(input.patterns.map(portal_pages::patterns).map(Arc::new));
    pages.extend(catalog.graphs.iter().cloned());
    // Last: an address that the portal itself needs is taken.
    pages.extend(catalog.own.iter().cloned());
    let (pages, mut diagnostics) = model::each_address_once(pages, &kept.apart);
    kept.apart = if diagnostics.is_empty() { pages.clone() } else { Vec::new() };
    diagnostics.extend(catalog.findings.iter().cloned());
    let listed: Vec<Arc<str>> = books.iter().map(|book| Arc::clone(&book.listed)).collect();
    let own = world.pages.map(|own| docs_page::files(own, world.snapshot(own.snapshot))).unwrap_or_default();
    let harvested = books.iter().flat_map(|book| book.files.iter().cloned()).chain(own);
    let mut files: Vec<Arc<SiteFile>> = harvested.collect();
    if addresses::overlap(world.books.iter().chain(world.pages).map(|book| &book.home)) {
        files = model::each_file_once(files);
    }
    files.extend(catalog.files.iter().cloned());
    files.extend(shared(machine_files::all(&world, &latest, &pages, &listed)));
    let globals = portal_pages::globals(&world);
    let site = Site { globals_identity: Digest::of("globals", &globals), globals: Seen::new(&globals), pages, files };
    kept.books = books.into_iter().map(|book| (book.book.home.clone(), book)).collect();
    Outcome { value: site, diagnostics }
}

/// The ways through all books.
fn ways(input: &Input<'_>, kept: &KeptPages) -> Vec<Arc<Ways>> {
    let ways = |book: &Arc<Book>| {
        let known = kept.books.get(&book.home).filter(|known| Arc::ptr_eq(&known.book, book));
        known.map_or_else(|| Arc::new(Ways::new(book)), |known| Arc::clone(&known.ways))
    };
    input.books.iter().map(ways).collect()
}

/// Pages of the catalog; those of the `last` time are taken whose entities are as they were.
fn catalog_pages(input: &Input<'_>, world: &World<'_>, told: Digest, last: Option<&CatalogPages>) -> CatalogPages {
    let around = Around::new(input, world, told);
    let mut findings = Vec::new();
    let front = custom_page::front(world, &mut findings);
    let ((made, of_apis), graphs) = {
        let again = Again::new(last.and_then(|last| Some((last.around.as_ref()?, &last.made))), &around);
        let about = || {
            let mut made = listing::pages(world, &again);
            let lists = made.len();
            made.extend(entity_page::pages(world, &again));
            made.extend(relation_pages::pages(world, &again));
            (made, lists)
        };
        rayon::join(|| (about(), api_pages::pages(world)), || graph_page::pages(world))
    };
    let (made, lists) = made;
    let page = |made: &MadePage| Arc::clone(&made.page);
    let mut entities: Vec<Arc<Page>> = made[..lists].iter().map(page).collect();
    entities.extend(shared(listing::tag_index(world)));
    entities.extend(made[lists..].iter().map(page));
    let rest = [of_apis, plugin_pages::pages(world), missing_page::pages(world), missing_page::lists(world)];
    entities.extend(rest.into_iter().flat_map(shared));
    let mut files = api_source::files(world);
    files.extend(catalog_data::files(world));
    CatalogPages {
        entities,
        overviews: shared(std::iter::once(org_page::page(world)).chain(decisions_page::pages(world))),
        graphs: shared(graphs),
        own: shared(custom_page::pages(world, &mut findings)),
        front,
        files: shared(files),
        findings,
        made: made.into_iter().map(|made| (made.page.route.clone(), made)).collect(),
        around: Some(around),
    }
}

fn shared<T>(all: impl IntoIterator<Item = T>) -> Vec<Arc<T>> {
    all.into_iter().map(Arc::new).collect()
}

//! The site: everything the stages found in, pages with their models out. Does no I/O and renders nothing.
//!
//! In: an [`Input`]. Out: a [`Site`], each page with a complete, serialisable model, so that its digest covers all that it can
//! show. One table of addresses is made first and every internal link is made through it, so that none can lead nowhere.
//! Must not know: templates, files on disk, the clock.

mod addresses;
mod api_pages;
mod api_source;
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
pub use model::{Page, Site, SiteFile};
pub use rules::RULES;

use crate::base::{Outcome, Route};
use crate::catalog::{Catalog, Entity};
use crate::markdown::CodeBlock;

/// Every block of code that pages of entities show, each once: highlighted before [`assemble`].
pub fn code_blocks(catalog: &Catalog) -> Vec<CodeBlock> {
    entity_page::code_blocks(catalog)
}

/// Where the page of an entity is.
pub fn entity_route(entity: &Entity) -> Route {
    addresses::published(entity)
}

/// Makes every page of the portal. Findings are about content that pages can show only in part.
pub fn assemble(input: &Input<'_>) -> Outcome<Site> {
    let world = world::World::new(input);
    let mut findings = Vec::new();
    let latest = changes::latest(&world);
    let mut pages = vec![
        portal_pages::home(&world, &latest, custom_page::front(&world, &mut findings)),
        changes::page(&world, &latest),
        portal_pages::search(&world),
    ];
    pages.push(portal_pages::not_found(&world));
    pages.extend(portal_pages::about(&world));
    pages.extend(listing::pages(&world));
    pages.extend(entity_page::pages(&world));
    pages.extend(relation_pages::pages(&world));
    pages.extend(api_pages::pages(&world));
    pages.extend(plugin_pages::pages(&world));
    pages.extend(missing_page::pages(&world));
    pages.extend(missing_page::lists(&world));
    pages.extend(docs_page::pages(&world));
    pages.extend(health_page::pages(&world));
    pages.extend(health_counts::pages(&world));
    pages.extend(health_lists::pages(&world));
    pages.push(org_page::page(&world));
    pages.extend(decisions_page::pages(&world));
    pages.extend(input.patterns.map(portal_pages::patterns));
    pages.extend(graph_page::pages(&world));
    // Last: an address that the portal itself needs is taken.
    pages.extend(custom_page::pages(&world, &mut findings));
    let (pages, diagnostics) = model::each_address_once(pages);
    findings.extend(diagnostics);
    let mut files = docs_page::files(&world);
    files.extend(api_source::files(&world));
    files.extend(catalog_data::files(&world));
    files.extend(machine_files::all(&world, &latest, &pages));
    let site = Site { globals: portal_pages::globals(&world), pages, files, search: search_pages::all(&world) };
    Outcome { value: site, diagnostics: findings }
}

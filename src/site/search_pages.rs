use super::api_pages;
use super::docs_nav;
use super::world::World;
use crate::catalog::Entity;
use crate::search::{SearchPage, SearchSection};
use crate::techdocs::{Book, BookKind, DocPage, Ways};

/// Longest text of an entity that search sees: definitions of APIs can be very long.
const LONGEST: usize = 40_000;

/// Everything that search finds: entities, operations of APIs, then docs pages.
pub(super) fn all(world: &World<'_>) -> Vec<SearchPage> {
    let entities = world.catalog.entities.values().filter_map(|entity| self::entity(world, entity));
    let operations = world.catalog.of_kind("api").flat_map(|entity| api_pages::search(world, entity));
    let books = world.books.iter().zip(&world.ways);
    let docs = books.flat_map(|(book, ways)| (0..book.pages.len()).map(move |at| docs_page(world, book, ways, at)));
    let own = world.pages.into_iter().flat_map(|book| book.pages.iter().map(|page| own_page(page)));
    entities.chain(operations).chain(docs).chain(own).collect()
}

fn entity(world: &World<'_>, entity: &Entity) -> Option<SearchPage> {
    let route = world.addresses.entity(&entity.reference)?.clone();
    let kind = match entity.reference.kind() {
        "group" => "team",
        "user" => "person",
        "api" => "api",
        _ => "entity",
    };
    let mut text = entity.description().unwrap_or_default().trim().to_owned();
    // The words of the name are those of the reference.
    let mut add = |word: &str| {
        if !word.trim().is_empty() {
            text.push_str(if text.is_empty() { "" } else { " · " });
            text.push_str(word.trim());
        }
    };
    add(&entity.reference.to_string());
    add(entity.spec_str("type").unwrap_or_default());
    add(entity.document["spec"]["profile"]["email"].as_str().unwrap_or_default());
    for link in entity.links() {
        add(link.title.unwrap_or_default());
    }
    let mut sections = vec![SearchSection { anchor: String::new(), heading: String::new(), text }];
    if let Some(definition) =
        entity.spec_str("definition").filter(|_| kind == "api" && world.api(&entity.reference).is_none())
    {
        let text = definition.chars().take(LONGEST).collect();
        sections.push(SearchSection { anchor: String::new(), heading: "Definition".to_owned(), text });
    }
    let title_of = |target| {
        world
            .catalog
            .get(target)
            .map_or_else(|| target.name().to_owned(), |found: &Entity| found.display_name().to_owned())
    };
    Some(SearchPage {
        route,
        title: entity.display_name().to_owned(),
        kind: kind.to_owned(),
        path: entity.related("partOf").take(1).map(title_of).collect(),
        tags: entity.tags().map(str::to_owned).collect(),
        facets: facets(entity),
        sections,
    })
}

fn facets(entity: &Entity) -> Vec<(String, String)> {
    let mut facets = vec![("entity-kind".to_owned(), entity.reference.kind().to_owned())];
    for key in ["type", "lifecycle"] {
        facets.extend(entity.spec_str(key).map(|value| (key.to_owned(), value.to_owned())));
    }
    facets.extend(entity.related("ownedBy").map(|owner| ("owner".to_owned(), owner.shortened(Some("group")))));
    facets
}

fn docs_page(world: &World<'_>, book: &Book, ways: &Ways, at: usize) -> SearchPage {
    let page = &book.pages[at];
    let mut path = vec![book.title.clone()];
    path.extend(docs_nav::sections(book, ways, at));
    let mut facets = vec![("docs".to_owned(), book.title.clone())];
    let entity = book.entities.first().and_then(|reference| world.entity(reference));
    let owner = entity.and_then(|entity| entity.related("ownedBy").next());
    facets.extend(owner.map(|owner| ("owner".to_owned(), owner.shortened(Some("group")))));
    SearchPage {
        route: page.route.clone(),
        title: page.title.clone(),
        kind: if book.kind == BookKind::Decisions { "adr" } else { "docs" }.to_owned(),
        path,
        tags: page.front_matter.tags.clone(),
        facets,
        sections: sections(page),
    }
}

/// A page of the portal's own.
fn own_page(page: &DocPage) -> SearchPage {
    SearchPage {
        route: page.route.clone(),
        title: page.title.clone(),
        kind: "page".to_owned(),
        path: Vec::new(),
        tags: page.front_matter.tags.clone(),
        facets: Vec::new(),
        sections: sections(page),
    }
}

fn sections(page: &DocPage) -> Vec<SearchSection> {
    let mut sections: Vec<SearchSection> = page
        .sections
        .iter()
        .map(|section| SearchSection {
            anchor: section.anchor.clone(),
            heading: section.heading.clone(),
            text: section.text.clone(),
        })
        .collect();
    if sections.first().is_none_or(|first| !first.anchor.is_empty()) {
        sections.insert(0, SearchSection { anchor: String::new(), heading: String::new(), text: String::new() });
    }
    sections
}

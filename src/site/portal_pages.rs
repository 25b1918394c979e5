use serde::Serialize;
use serde_json::{Value, json};

use super::addresses;
use super::changes::{self, Commit};
use super::custom_page::{self, Front};
use super::listing::{ListPage, Pager, ROWS, kind_counts, numbered, paged, sorted};
use super::model::Page;
use super::plugin_pages;
use super::view::{Chip, Frame, Link, chip, link, safe_url, summary};
use super::wording::{kind_icon, kind_plural};
use super::world::World;
use crate::base::{Route, day};
use crate::catalog::Entity;
use crate::markdown;
use crate::sources::Snapshot;

/// Most teams and doc sets that the home page lists.
const SHOWN: usize = 12;
/// Most changes that the home page lists.
const CHANGES: usize = 5;

#[derive(Serialize)]
struct KindTile {
    title: String,
    icon: String,
    kind: String,
    count: usize,
    url: String,
}

#[derive(Serialize)]
struct Tile {
    title: String,
    url: String,
    note: String,
}

#[derive(Serialize)]
struct Repository {
    name: String,
    url: Option<String>,
    commit: Option<String>,
    branch: Option<String>,
    date: Option<String>,
    stale: Option<String>,
    entities: usize,
    books: usize,
}

/// What every template sees as `site`. Holds nothing that changes with one entity: it is part of every page's identity.
pub(super) fn globals(world: &World<'_>) -> Value {
    let settings = world.settings;
    let item =
        |title: &str, route: &Route, section: &str| json!({ "title": title, "path": route.url(), "section": section });
    let mut own: Vec<Value> = settings
        .theme
        .navigation
        .iter()
        .map(|entry| json!({ "title": entry.title, "url": entry.url, "external": safe_url(&entry.url).is_some() }))
        .collect();
    own.extend(custom_page::navigation(world));
    let mut menu = vec![
        item("Catalog", &addresses::catalog(), "catalog"),
        item("Docs", &addresses::docs_index(), "docs"),
        item("Graph", &addresses::graph(), "graph"),
        item("Health", &addresses::health(), "health"),
    ];
    let of_plugins = world.enrichment.pages.iter().filter(|page| page.menu);
    menu.extend(of_plugins.map(|page| item(&page.title, &plugin_pages::route(page), "")));
    json!({
        "title": settings.title,
        "description": settings.description,
        "language": settings.language,
        "base_url": settings.base_url,
        "base_path": settings.base_path,
        "portable": settings.portable,
        "search": settings.search.enabled,
        "footer": settings.theme.footer.as_deref().map(|text| markdown::brief(text).as_str().to_owned()),
        "navigation": own,
        "menu": menu,
        "paths": {
            "home": Route::home().url(),
            "search": addresses::search().url(),
            "about": addresses::about().url(),
            "tags": addresses::tag_index().url(),
            "org": addresses::org().url(),
            "decisions": addresses::decisions().url(),
            "changes": addresses::changes().url(),
            "patterns": settings.theme.patterns.then(|| addresses::patterns().url()),
            "catalog_csv": addresses::catalog_csv().url(),
            "catalog_json": "api/catalog/entities.json",
        },
    })
}

/// The home page.
pub(super) fn home(world: &World<'_>, latest: &[Commit<'_>], own: Option<&Front>) -> Page {
    #[derive(Serialize)]
    struct Model<'a> {
        own: Option<&'a Front>,
        kinds: Vec<KindTile>,
        teams: Vec<Tile>,
        more_teams: usize,
        books: Vec<Tile>,
        more_books: usize,
        systems: Vec<Chip>,
        more_systems: usize,
        changes: Vec<changes::Entry>,
        changes_url: String,
        entities: usize,
        docs_pages: usize,
        repositories: usize,
        findings: usize,
        health_url: String,
        docs_url: String,
        groups_url: Option<String>,
        systems_url: Option<String>,
    }
    let route = Route::home();
    let teams = teams(world, &route);
    let books = books(world, &route);
    let systems = sorted(world.catalog.of_kind("system").collect());
    let model = Model {
        own,
        kinds: kinds(world, &route),
        more_teams: teams.len().saturating_sub(SHOWN),
        teams: teams.into_iter().take(SHOWN).collect(),
        more_books: books.len().saturating_sub(SHOWN),
        books: books.into_iter().take(SHOWN).collect(),
        more_systems: systems.len().saturating_sub(SHOWN),
        systems: systems
            .into_iter()
            .take(SHOWN)
            .map(|system| chip(world, &route, &system.reference, Some("system")))
            .collect(),
        changes: latest.iter().take(CHANGES).filter_map(|commit| commit.entry(world, &route)).collect(),
        changes_url: addresses::changes().url_from(&route),
        entities: world.catalog.entities.len(),
        docs_pages: world.books.iter().map(|book| book.pages.len()).sum(),
        repositories: world.snapshots.len(),
        findings: world.diagnostics.iter().filter(|found| found.severity > crate::base::Severity::Note).count(),
        health_url: addresses::health().url_from(&route),
        docs_url: addresses::docs_index().url_from(&route),
        systems_url: world.addresses.kind("system").map(|systems| systems.url_from(&route)),
        groups_url: world.addresses.kind("group").map(|groups| groups.url_from(&route)),
    };
    let title = world.settings.title.clone();
    Frame::new(&route, "home", title).described(world.settings.description.clone()).page(route, "home.html", &model)
}

/// About this portal: what it was built from.
pub(super) fn about(world: &World<'_>) -> Vec<Page> {
    #[derive(Serialize)]
    struct Model {
        version: &'static str,
        repositories: Vec<Repository>,
        pager: Pager,
    }
    let (mut entities, mut books) = (vec![0; world.snapshots.len()], vec![0; world.snapshots.len()]);
    let count = |counts: &mut Vec<usize>, at: usize| counts.get_mut(at).map_or((), |count| *count += 1);
    world.catalog.entities.values().for_each(|entity| count(&mut entities, entity.snapshot));
    world.books.iter().for_each(|book| count(&mut books, book.snapshot));
    let all: Vec<(usize, &Snapshot)> = world.snapshots.iter().enumerate().collect();
    let repository = |(at, snapshot): &(usize, &Snapshot)| {
        let revision = snapshot.origin.revision.as_ref();
        Repository {
            name: snapshot.origin.name.clone(),
            url: snapshot.origin.web.as_ref().and_then(|web| safe_url(&web.url)),
            commit: revision.map(|revision| revision.commit.chars().take(12).collect()),
            branch: revision.and_then(|revision| revision.branch.clone()),
            date: revision.and_then(|revision| day(revision.time)),
            stale: snapshot.stale.clone(),
            entities: entities[*at],
            books: books[*at],
        }
    };
    let page = |ListPage { route, items, pager }: ListPage<'_, (usize, &Snapshot)>| {
        let repositories = items.iter().map(repository).collect();
        let model = Model { version: env!("CARGO_PKG_VERSION"), repositories, pager };
        let title = numbered("About this portal", model.pager.number);
        Frame::new(&route, "about", title).page(route.clone(), "about.html", &model)
    };
    paged(&addresses::about(), &all, ROWS, usize::MAX).into_iter().map(page).collect()
}

/// The search page: without scripts it is a way to the lists.
pub(super) fn search(world: &World<'_>) -> Page {
    #[derive(Serialize)]
    struct Model {
        kinds: Vec<KindTile>,
        docs: Link,
        tags: Link,
    }
    let route = addresses::search();
    let model = Model {
        kinds: kinds(world, &route),
        docs: link(&route, "Documentation", &addresses::docs_index()),
        tags: link(&route, "Tags", &addresses::tag_index()),
    };
    Frame::new(&route, "search", "Search").page(route.clone(), "search.html", &model)
}

/// The page of an address that is not there. It is shown at any depth, so its links begin at the portal's base path.
pub(super) fn not_found(world: &World<'_>) -> Page {
    let route = Route::file(["404.html"]);
    let mut frame = Frame::new(&route, "", "Page not found");
    frame.root.clone_from(&world.settings.base_path);
    frame.page(route, "not_found.html", &json!({}))
}

/// The gallery of the theme's components.
pub(super) fn patterns(patterns: &Value) -> Page {
    let route = addresses::patterns();
    Frame::new(&route, "", "Patterns").page(route.clone(), "patterns.html", &json!({ "patterns": patterns }))
}

fn kinds(world: &World<'_>, from: &Route) -> Vec<KindTile> {
    kind_counts(world)
        .into_iter()
        .filter_map(|(kind, written, count)| {
            Some(KindTile {
                title: kind_plural(kind, Some(written)),
                icon: kind_icon(kind),
                kind: kind.to_owned(),
                count,
                url: world.addresses.kind(kind)?.url_from(from),
            })
        })
        .collect()
}

/// Groups that own something, those that own most first.
fn teams(world: &World<'_>, from: &Route) -> Vec<Tile> {
    let owned = |entity: &Entity| entity.related("ownerOf").count();
    let mut groups: Vec<&Entity> = world.catalog.of_kind("group").filter(|group| owned(group) > 0).collect();
    groups.sort_by_cached_key(|group| {
        (std::cmp::Reverse(owned(group)), group.display_name().to_lowercase(), group.reference.clone())
    });
    let tile = |group: &Entity| {
        Some(Tile {
            title: group.display_name().to_owned(),
            url: world.addresses.entity(&group.reference)?.url_from(from),
            note: super::wording::counted(owned(group), "entity", "entities"),
        })
    };
    groups.into_iter().filter_map(tile).collect()
}

/// Doc sets, the largest first.
fn books(world: &World<'_>, from: &Route) -> Vec<Tile> {
    let mut books: Vec<_> = world.books.iter().collect();
    books
        .sort_by_cached_key(|book| (std::cmp::Reverse(book.pages.len()), book.title.to_lowercase(), book.home.clone()));
    let tile = |book: &std::sync::Arc<crate::techdocs::Book>| Tile {
        title: summary(&book.title),
        url: book.home.url_from(from),
        note: super::wording::counted(book.pages.len(), "page", "pages"),
    };
    books.into_iter().map(tile).collect()
}

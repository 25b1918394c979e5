use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::addresses;
use super::again::{Again, MadePage};
use super::model::Page;
use super::plugin_view;
use super::view::{Chip, Frame, Link, chip, link, summary};
use super::wording::{counted, kind_icon, kind_label, kind_plural, kind_rank};
use super::world::World;
use crate::base::Route;
use crate::catalog::{Entity, EntityRef};

/// Rows of one page of a list.
pub(super) const ROWS: usize = 100;
/// Tags of one page of their list.
const TAGS: usize = 400;

/// A line of a table of entities.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub name: String,
    pub title: String,
    pub url: String,
    /// Its address from the root.
    pub path: String,
    pub reference: String,
    pub kind: String,
    pub kind_label: String,
    pub icon: String,
    pub namespace: String,
    pub owner: Option<Chip>,
    #[serde(rename = "type")]
    pub kind_type: Option<String>,
    pub lifecycle: Option<String>,
    pub system: Option<Chip>,
    pub summary: Option<String>,
    pub tags: Vec<Link>,
    /// Facts of plugins, in the order of the list's columns.
    pub cells: Vec<Option<String>>,
}

/// Which columns a table has.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Columns {
    pub kind: bool,
    pub owner: bool,
    #[serde(rename = "type")]
    pub kind_type: bool,
    pub lifecycle: bool,
    pub system: bool,
    pub namespace: bool,
    pub tags: bool,
}

/// A list that is longer than one page.
#[derive(Debug, Serialize)]
pub(super) struct Pager {
    pub number: usize,
    pub count: usize,
    pub first_row: usize,
    pub last_row: usize,
    pub rows: usize,
    pub previous: Option<Link>,
    pub next: Option<Link>,
    /// Numbers to show, `None` url for the current; a gap has neither.
    pub links: Vec<PagerLink>,
}

/// A number of a pager.
#[derive(Debug, Serialize)]
pub(super) struct PagerLink {
    pub number: usize,
    pub url: Option<String>,
    pub gap: bool,
}

#[derive(Serialize)]
struct KindTab {
    kind: String,
    title: String,
    icon: String,
    count: usize,
    url: String,
    current: bool,
}

/// The head of a plugin's column.
#[derive(Debug, Serialize)]
struct FactHead {
    /// Its place among all columns of plugins, as `catalog_data` has them.
    at: usize,
    title: String,
}

#[derive(Serialize)]
struct ListModel {
    heading: String,
    /// `catalog`, `kind` or `tag`.
    what: &'static str,
    kind: Option<String>,
    /// The tag of a tag's list.
    tag: Option<String>,
    count: String,
    kinds: Vec<KindTab>,
    columns: Columns,
    /// Headings of the columns that plugins add.
    facts: Vec<FactHead>,
    rows: Vec<Row>,
    pager: Pager,
}

#[derive(Serialize)]
struct TagEntry {
    title: String,
    url: String,
    count: usize,
}

/// Lists of all entities, of each kind and of each tag.
pub(super) fn pages(world: &World<'_>, again: &Again<'_>) -> Vec<MadePage> {
    let all: Vec<&Entity> = sorted(world.catalog.entities.values().collect());
    let kinds = kind_counts(world);
    let lists = Lists { world, again, kinds: &kinds };
    let mut pages = lists.list(&addresses::catalog(), "catalog", None, "Catalog", &all);
    let mut by_kind = BTreeMap::<&str, Vec<&Entity>>::new();
    let mut by_tag = BTreeMap::<&str, Vec<&Entity>>::new();
    for entity in &all {
        by_kind.entry(entity.reference.kind()).or_default().push(entity);
        let tags: BTreeSet<&str> = entity.tags().collect();
        for tag in tags {
            by_tag.entry(tag).or_default().push(entity);
        }
    }
    for (kind, route) in world.addresses.kinds() {
        let entities = by_kind.get(kind).map_or(&[][..], Vec::as_slice);
        let heading = kind_plural(kind, entities.first().map(|entity| entity.kind()));
        pages.extend(lists.list(route, "kind", Some(kind), &heading, entities));
    }
    for (tag, route) in world.addresses.tags() {
        let entities = by_tag.get(tag).map_or(&[][..], Vec::as_slice);
        pages.extend(lists.list(route, "tag", None, tag, entities));
    }
    pages
}

/// The rows of a page's part of a list.
pub(super) fn rows(world: &World<'_>, from: &Route, entities: &[&Entity]) -> Vec<Row> {
    entities.iter().map(|entity| row(world, from, entity)).collect()
}

/// Columns that say something for these entities.
pub(super) fn columns(entities: &[&Entity], with_kind: bool) -> Columns {
    let any = |test: &dyn Fn(&Entity) -> bool| entities.iter().any(|entity| test(entity));
    Columns {
        kind: with_kind,
        owner: any(&|entity| entity.related("ownedBy").next().is_some()),
        kind_type: any(&|entity| entity.spec_str("type").is_some()),
        lifecycle: any(&|entity| entity.spec_str("lifecycle").is_some()),
        system: any(&|entity| system_of(entity).is_some()),
        namespace: any(&|entity| entity.reference.namespace() != "default"),
        tags: any(&|entity| entity.tags().next().is_some()),
    }
}

/// One page of a list.
pub(super) struct ListPage<'i, T> {
    pub route: Route,
    /// What it shows of the list.
    pub items: &'i [T],
    pub pager: Pager,
}

/// A list as pages of `each` items; an empty one has one page, and an item beyond `most` pages has none.
pub(super) fn paged<'i, T>(list: &Route, items: &'i [T], each: usize, most: usize) -> Vec<ListPage<'i, T>> {
    let count = items.len().div_ceil(each).clamp(1, most);
    let page = |number: usize| {
        let route = addresses::list_page(list, number);
        let first = (number - 1) * each;
        let part = &items[first..(first + each).min(items.len())];
        let pager = pager(list, &route, (number, count), first, part.len(), items.len());
        ListPage { route, items: part, pager }
    };
    (1..=count).map(page).collect()
}

/// A heading with the page's number, from the second page on.
pub(super) fn numbered(heading: &str, number: usize) -> String {
    if number == 1 { heading.to_owned() } else { format!("{heading}, page {number}") }
}

fn pager(
    list: &Route,
    from: &Route,
    (number, count): (usize, usize),
    first: usize,
    shown: usize,
    rows: usize,
) -> Pager {
    let to = |number: usize| addresses::list_page(list, number).url_from(from);
    let mut links = Vec::new();
    let mut before = 0;
    for shown in 1..=count {
        if shown == 1 || shown == count || shown.abs_diff(number) <= 2 {
            if shown > before + 1 {
                links.push(PagerLink { number: 0, url: None, gap: true });
            }
            links.push(PagerLink { number: shown, url: (shown != number).then(|| to(shown)), gap: false });
            before = shown;
        }
    }
    Pager {
        number,
        count,
        first_row: if rows == 0 { 0 } else { first + 1 },
        last_row: first + shown,
        rows,
        previous: (number > 1).then(|| Link { title: "Previous".to_owned(), url: to(number - 1) }),
        next: (number < count).then(|| Link { title: "Next".to_owned(), url: to(number + 1) }),
        links,
    }
}

/// By display name without case, then by reference.
pub(super) fn sorted(mut entities: Vec<&Entity>) -> Vec<&Entity> {
    entities.sort_by_cached_key(|entity| (entity.display_name().to_lowercase(), entity.reference.clone()));
    entities
}

/// What lists of entities are made with.
#[derive(Clone, Copy)]
struct Lists<'l, 'a> {
    world: &'l World<'a>,
    again: &'l Again<'l>,
    kinds: &'l [(&'a str, &'a str, usize)],
}

impl Lists<'_, '_> {
    fn list(
        self,
        list: &Route,
        what: &'static str,
        kind: Option<&str>,
        heading: &str,
        entities: &[&Entity],
    ) -> Vec<MadePage> {
        let Self { world, again, kinds } = self;
        let columns = columns(entities, kind.is_none());
        let facts = plugin_view::columns(world, entities);
        let kinds = if what == "tag" { &[][..] } else { kinds };
        let names: Vec<(usize, &str, &str)> =
            facts.iter().map(|(at, column)| (*at, column.title.as_str(), column.fact.as_str())).collect();
        let page = |world: &World<'_>, ListPage { route, items: part, pager }: ListPage<'_, &Entity>| {
            let title = numbered(heading, pager.number);
            let row = |entity: &&Entity| Row {
                cells: plugin_view::cells(world, entity, &facts)
                    .into_iter()
                    .map(|cell| cell.map(str::to_owned))
                    .collect(),
                ..row(world, &route, entity)
            };
            let model = ListModel {
                heading: heading.to_owned(),
                what,
                kind: kind.map(str::to_owned),
                tag: (what == "tag").then(|| heading.to_owned()),
                count: counted(entities.len(), "entity", "entities"),
                kinds: if what == "tag" { Vec::new() } else { kind_tabs(world, kinds, &route, kind) },
                columns,
                facts: facts.iter().map(|(at, column)| FactHead { at: *at, title: column.title.clone() }).collect(),
                rows: part.iter().map(row).collect(),
                pager,
            };
            let frame = Frame::new(&route, "catalog", title);
            let frame = match what {
                "tag" => frame.crumb(&route, "Tags", &addresses::tag_index()),
                "kind" => frame.crumb(&route, "Catalog", &addresses::catalog()),
                _ => frame,
            };
            frame.page(route, "catalog.html", &model)
        };
        let made = |list: ListPage<'_, &Entity>| {
            let items: Vec<&EntityRef> = list.items.iter().map(|entity| &entity.reference).collect();
            let key =
                (what, kind, heading, entities.len(), world.catalog.entities.len(), kinds, columns, &names, items);
            let route = list.route.clone();
            again.page(world, &route, &key, |world| page(world, list))
        };
        paged(list, entities, ROWS, usize::MAX).into_iter().map(made).collect()
    }
}

fn kind_tabs(world: &World<'_>, kinds: &[(&str, &str, usize)], from: &Route, current: Option<&str>) -> Vec<KindTab> {
    let mut tabs = vec![KindTab {
        kind: String::new(),
        title: "All".to_owned(),
        icon: "kind-all".to_owned(),
        count: world.catalog.entities.len(),
        url: addresses::catalog().url_from(from),
        current: current.is_none(),
    }];
    tabs.extend(kinds.iter().filter_map(|(kind, written, count)| {
        Some(KindTab {
            kind: (*kind).to_owned(),
            title: kind_plural(kind, Some(written)),
            icon: kind_icon(kind),
            count: *count,
            url: world.addresses.kind(kind)?.url_from(from),
            current: current == Some(kind),
        })
    }));
    tabs
}

/// Kinds with how often each occurs, and how an entity spells it.
pub(super) fn kind_counts<'a>(world: &World<'a>) -> Vec<(&'a str, &'a str, usize)> {
    let mut counts = BTreeMap::<(usize, &str), (&str, usize)>::new();
    for (reference, entity) in &world.catalog.entities {
        let kind = reference.kind();
        counts.entry((kind_rank(kind), kind)).or_insert((entity.kind(), 0)).1 += 1;
    }
    counts.into_iter().map(|((_, kind), (written, count))| (kind, written, count)).collect()
}

fn row(world: &World<'_>, from: &Route, entity: &Entity) -> Row {
    let reference = &entity.reference;
    world.look_at(reference);
    Row {
        name: reference.name().to_owned(),
        title: entity.display_name().to_owned(),
        url: world.addresses.entity(reference).map_or_else(String::new, |route| route.url_from(from)),
        path: world.addresses.entity(reference).map(Route::url).unwrap_or_default(),
        reference: reference.to_string(),
        kind: reference.kind().to_owned(),
        kind_label: kind_label(reference.kind(), Some(entity.kind())),
        icon: kind_icon(reference.kind()),
        namespace: reference.namespace().to_owned(),
        owner: entity.related("ownedBy").next().map(|owner| chip(world, from, owner, Some("group"))),
        kind_type: entity.spec_str("type").map(str::to_owned),
        lifecycle: entity.spec_str("lifecycle").map(str::to_owned),
        system: system_of(entity).map(|system| chip(world, from, system, None)),
        summary: entity.description().map(summary),
        tags: entity.tags().filter_map(|tag| Some(link(from, tag, world.addresses.tag(tag)?))).collect(),
        cells: Vec::new(),
    }
}

pub(super) fn system_of(entity: &Entity) -> Option<&crate::catalog::EntityRef> {
    entity.related("partOf").find(|target| matches!(target.kind(), "system" | "domain"))
}

/// The list of tags.
pub(super) fn tag_index(world: &World<'_>) -> Vec<Page> {
    #[derive(Serialize)]
    struct Model {
        tags: Vec<TagEntry>,
        count: usize,
        pager: Pager,
    }
    let mut counts = BTreeMap::<&str, usize>::new();
    for entity in world.catalog.entities.values() {
        let tags: BTreeSet<&str> = entity.tags().collect();
        tags.into_iter().for_each(|tag| *counts.entry(tag).or_default() += 1);
    }
    let all: Vec<(&str, &Route)> = world.addresses.tags().collect();
    let page = |ListPage { route, items, pager }: ListPage<'_, (&str, &Route)>| {
        let entry = |(tag, to): &(&str, &Route)| TagEntry {
            title: (*tag).to_owned(),
            url: to.url_from(&route),
            count: counts.get(tag).copied().unwrap_or_default(),
        };
        let model = Model { tags: items.iter().map(entry).collect(), count: all.len(), pager };
        Frame::new(&route, "catalog", numbered("Tags", model.pager.number))
            .crumb(&route, "Catalog", &addresses::catalog())
            .page(route.clone(), "tags.html", &model)
    };
    paged(&addresses::tag_index(), &all, TAGS, usize::MAX).into_iter().map(page).collect()
}

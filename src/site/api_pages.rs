use std::collections::BTreeMap;

use serde::Serialize;

use super::api_source;
use super::entity_page::{Head, frame, head};
use super::model::Page;
use super::view::{Frame, Link, link, safe_url};
use super::world::World;
use crate::apis::{Api, Group, NamedType, Node, Operation, Scheme, Server};
use crate::base::{Route, SafeHtml};
use crate::catalog::Entity;
use crate::search::{SearchPage, SearchSection};

/// Most of the model's JSON that one page takes, in bytes; a page
/// comes to between a twentieth and a quarter of it when it is packed.
const PAGE: usize = 110_000;
/// Operations that the overview lists one by one; beyond that it lists their groups.
const LISTED: usize = 300;

/// What the pages of an API's definition have in common.
#[derive(Serialize)]
struct Common {
    head: Head,
    format: Option<String>,
    version: Option<String>,
    download: Option<Link>,
    nav: Vec<NavEntry>,
}

#[derive(Serialize)]
struct NavEntry {
    title: String,
    url: String,
    count: Option<usize>,
    current: bool,
}

#[derive(Serialize)]
struct OverviewModel<'a> {
    #[serde(flatten)]
    common: Common,
    title: &'a str,
    about: &'a SafeHtml,
    facts: Vec<FactLink>,
    servers: &'a [Server],
    schemes: &'a [Scheme],
    groups: Vec<GroupEntry<'a>>,
    left_out: usize,
}

#[derive(Serialize)]
struct FactLink {
    label: String,
    text: String,
    url: Option<String>,
}

#[derive(Serialize)]
struct GroupEntry<'a> {
    name: &'a str,
    url: String,
    count: usize,
    about: &'a SafeHtml,
    operations: Vec<OperationEntry<'a>>,
}

#[derive(Serialize)]
struct OperationEntry<'a> {
    method: &'a str,
    path: &'a str,
    title: &'a str,
    deprecated: bool,
    url: String,
}

#[derive(Serialize)]
struct OperationsModel<'a> {
    #[serde(flatten)]
    common: Common,
    title: &'a str,
    about: Option<&'a SafeHtml>,
    operations: Vec<Operation>,
    parts: Vec<Part>,
}

#[derive(Serialize)]
struct TypesModel {
    #[serde(flatten)]
    common: Common,
    count: usize,
    types: Vec<NamedType>,
    parts: Vec<Part>,
}

#[derive(Serialize)]
struct SourceModel<'a> {
    #[serde(flatten)]
    common: Common,
    language: &'a str,
    html: &'a str,
    cut: bool,
}

/// One of the pages that a long list is split into.
#[derive(Serialize)]
struct Part {
    number: usize,
    url: String,
    current: bool,
}

/// Where the parts of an API's definition stand.
struct Explorer<'a> {
    world: &'a World<'a>,
    entity: &'a Entity,
    route: &'a Route,
    tab: Route,
    api: &'a Api,
    /// Operations of each group by page, and types by page.
    groups: Vec<(&'a Group, Route, Vec<&'a [Operation]>)>,
    types: Vec<&'a [NamedType]>,
    /// Page and anchor of each type by its name.
    places: BTreeMap<&'a str, (usize, &'a str)>,
}

/// The pages of the definitions of all APIs.
pub(super) fn pages(world: &World<'_>) -> Vec<Page> {
    let apis = world.catalog.of_kind("api");
    let placed = apis.filter_map(|entity| Some((entity, world.addresses.entity(&entity.reference)?)));
    placed.flat_map(|(entity, route)| of_entity(world, entity, route)).collect()
}

fn of_entity(world: &World<'_>, entity: &Entity, route: &Route) -> Vec<Page> {
    if api_source::definition(entity).is_none() {
        return Vec::new();
    }
    let tab = route.child("definition");
    let Some(api) = world.api(&entity.reference) else {
        let common = Common {
            head: head(world, entity, route, &tab, "Definition"),
            format: None,
            version: None,
            download: download(entity, &tab, &tab),
            nav: Vec::new(),
        };
        return source(world, entity, tab.clone(), common, titled(world, entity, route, &tab, "Definition"))
            .into_iter()
            .collect();
    };
    let explorer = Explorer::new(world, entity, route, api);
    let mut pages = vec![explorer.overview()];
    for at in 0..explorer.groups.len() {
        pages.extend(explorer.operations(at));
    }
    pages.extend(explorer.types());
    let page = explorer.tab.child("source");
    let frame = explorer.frame(&page, "Source of the definition");
    pages.extend(source(world, entity, page.clone(), explorer.common(&page, "Source"), frame));
    pages
}

/// What search finds of an API's definition: the pages of its operations, each operation with its anchor.
pub(super) fn search<'a>(world: &'a World<'a>, entity: &'a Entity) -> Vec<SearchPage> {
    let (Some(route), Some(api)) = (world.addresses.entity(&entity.reference), world.api(&entity.reference)) else {
        return Vec::new();
    };
    let explorer = Explorer::new(world, entity, route, api);
    let section = |operation: &Operation| {
        let heading = format!("{} {}", operation.method, operation.path);
        let fields = operation.inputs.iter().flat_map(|(_, nodes)| nodes).map(|node| node.name.as_str());
        let words: Vec<&str> = [operation.title.as_str(), operation.text.as_str()].into_iter().chain(fields).collect();
        SearchSection { anchor: operation.id.clone(), heading, text: words.join(" · ") }
    };
    let page = |(group, base, parts): &(&Group, Route, Vec<&[Operation]>), number: usize, operations: &[Operation]| {
        let first = SearchSection { anchor: String::new(), heading: String::new(), text: String::new() };
        let mut facets = vec![("entity-kind".to_owned(), "api".to_owned())];
        facets.extend(entity.spec_str("type").map(|value| ("type".to_owned(), value.to_owned())));
        facets.extend(entity.related("ownedBy").map(|owner| ("owner".to_owned(), owner.shortened(Some("group")))));
        SearchPage {
            route: part_route(base, number),
            title: if parts.len() > 1 { format!("{}, part {number}", group.name) } else { group.name.clone() },
            kind: "operation".to_owned(),
            path: vec![entity.display_name().to_owned()],
            tags: Vec::new(),
            facets,
            sections: std::iter::once(first).chain(operations.iter().map(section)).collect(),
        }
    };
    let parts = explorer
        .groups
        .iter()
        .flat_map(|group| group.2.iter().enumerate().map(move |(at, operations)| page(group, at + 1, operations)));
    parts.collect()
}

impl<'a> Explorer<'a> {
    fn new(world: &'a World<'a>, entity: &'a Entity, route: &'a Route, api: &'a Api) -> Self {
        let tab = route.child("definition");
        let operations = tab.child("operations");
        let groups =
            api.groups.iter().map(|group| (group, operations.child(&group.name), split(&group.operations))).collect();
        let types = split(&api.types);
        let places = types.iter().zip(1..).flat_map(|(part, number)| {
            part.iter().map(move |named| (named.name.as_str(), (number, named.id.as_str())))
        });
        let places = places.collect();
        Self { world, entity, route, tab, api, groups, types, places }
    }

    fn frame(&self, from: &Route, title: &str) -> Frame {
        let frame = titled(self.world, self.entity, self.route, from, title);
        if *from == self.tab { frame } else { frame.crumb(from, "Definition", &self.tab) }
    }

    fn common(&self, from: &Route, current: &str) -> Common {
        let mut nav = vec![NavEntry {
            title: "Overview".to_owned(),
            url: self.tab.url_from(from),
            count: None,
            current: current == "Overview",
        }];
        nav.extend(self.groups.iter().map(|(group, base, _)| NavEntry {
            title: group.name.clone(),
            url: base.url_from(from),
            count: Some(group.operations.len()),
            current: from.as_str().starts_with(base.as_str()),
        }));
        if !self.api.types.is_empty() {
            let (title, url) = ("Types".to_owned(), self.types_route().url_from(from));
            nav.push(NavEntry { title, url, count: Some(self.api.types.len()), current: current == "Types" });
        }
        let url = self.tab.child("source").url_from(from);
        nav.push(NavEntry { title: "Source".to_owned(), url, count: None, current: current == "Source" });
        Common {
            head: head(self.world, self.entity, self.route, from, "Definition"),
            format: Some(self.api.format.clone()),
            version: self.api.version.clone(),
            download: download(self.entity, &self.tab, from),
            nav,
        }
    }

    fn types_route(&self) -> Route {
        self.tab.child("types")
    }

    fn overview(&self) -> Page {
        let from = &self.tab;
        let all: usize = self.api.groups.iter().map(|group| group.operations.len()).sum();
        let entry = |(group, base, parts): &(&'a Group, Route, Vec<&'a [Operation]>)| GroupEntry {
            name: &group.name,
            url: base.url_from(from),
            count: group.operations.len(),
            about: &group.description,
            operations: parts
                .iter()
                .enumerate()
                .flat_map(|(at, part)| part.iter().map(move |operation| (at + 1, operation)))
                .filter(|_| all <= LISTED)
                .map(|(number, operation)| OperationEntry {
                    method: &operation.method,
                    path: &operation.path,
                    title: &operation.title,
                    deprecated: operation.deprecated,
                    url: format!("{}#{}", part_route(base, number).url_from(from), operation.id),
                })
                .collect(),
        };
        let fact = |link: &crate::apis::NamedLink| FactLink {
            label: link.label.clone(),
            text: link.text.clone(),
            url: link.url.as_deref().and_then(safe_url),
        };
        let model = OverviewModel {
            common: self.common(from, "Overview"),
            title: &self.api.title,
            about: &self.api.description,
            facts: self.api.links.iter().map(fact).collect(),
            servers: &self.api.servers,
            schemes: &self.api.schemes,
            groups: self.groups.iter().map(entry).collect(),
            left_out: self.api.left_out,
        };
        self.frame(from, "Definition").page(from.clone(), "api.html", &model)
    }

    fn operations(&self, at: usize) -> impl Iterator<Item = Page> {
        let (group, base, parts) = &self.groups[at];
        parts.iter().enumerate().map(move |(index, part)| {
            let page = part_route(base, index + 1);
            let mut operations = part.to_vec();
            for operation in &mut operations {
                self.lead_operation(operation, &page);
            }
            let model = OperationsModel {
                common: self.common(&page, ""),
                title: &group.name,
                about: Some(&group.description).filter(|about| index == 0 && !about.is_empty()),
                operations,
                parts: part_links(base, &page, parts.len()),
            };
            self.frame(&page, &group.name).page(page, "api_operations.html", &model)
        })
    }

    fn types(&self) -> impl Iterator<Item = Page> {
        let base = self.types_route();
        self.types.iter().enumerate().map(move |(index, part)| {
            let page = part_route(&base, index + 1);
            let mut types = part.to_vec();
            for named in &mut types {
                lead(&mut named.shape, &self.places, &base, &page);
            }
            let (count, parts) = (self.api.types.len(), part_links(&base, &page, self.types.len()));
            let model = TypesModel { common: self.common(&page, "Types"), count, types, parts };
            self.frame(&page, "Types").page(page, "api_types.html", &model)
        })
    }

    fn lead_operation(&self, operation: &mut Operation, page: &Route) {
        let (places, base) = (&self.places, self.types_route());
        let inputs = operation.inputs.iter_mut().flat_map(|(_, nodes)| nodes);
        let messages = operation.messages.iter_mut().flat_map(|message| {
            let schemas = message.contents.iter_mut().filter_map(|content| content.schema.as_mut());
            message.headers.iter_mut().chain(schemas)
        });
        for node in inputs.chain(messages) {
            lead(node, places, &base, page);
        }
    }
}

/// Puts the addresses of named types into a tree.
fn lead(node: &mut Node, places: &BTreeMap<&str, (usize, &str)>, base: &Route, page: &Route) {
    if let Some((number, anchor)) = node.link.as_ref().and_then(|(name, _)| places.get(name.as_str())) {
        node.url = Some(format!("{}#{anchor}", part_route(base, *number).url_from(page)));
    }
    for child in &mut node.children {
        lead(child, places, base, page);
    }
}

/// The highlighted text.
fn source(world: &World<'_>, entity: &Entity, page: Route, common: Common, frame: Frame) -> Option<Page> {
    let block = api_source::block(entity)?;
    let html = world.code(&block);
    let cut = api_source::definition(entity).is_some_and(|whole| whole.len() > block.text.len());
    let model = SourceModel { common, language: &block.language, html: html.as_str(), cut };
    Some(frame.page(page, "definition.html", &model))
}

fn titled(world: &World<'_>, entity: &Entity, route: &Route, from: &Route, title: &str) -> Frame {
    let frame = frame(world, entity, from).crumb(from, entity.display_name(), route);
    Frame { title: format!("{title} of {}", entity.display_name()), ..frame }
}

fn download(entity: &Entity, tab: &Route, from: &Route) -> Option<Link> {
    let file = api_source::file(entity, tab)?;
    let name = file.as_str().rsplit('/').next().unwrap_or_default().to_owned();
    Some(link(from, name, &file))
}

/// Splits items into pages that stay small; none is empty.
fn split<T: Serialize>(items: &[T]) -> Vec<&[T]> {
    let mut parts = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (at, item) in items.iter().enumerate() {
        let weight = serde_json::to_string(item).map_or(0, |text| text.len());
        if at > start && size + weight > PAGE {
            parts.push(&items[start..at]);
            (start, size) = (at, 0);
        }
        size += weight;
    }
    if start < items.len() {
        parts.push(&items[start..]);
    }
    parts
}

fn part_route(base: &Route, number: usize) -> Route {
    super::addresses::list_page(base, number)
}

/// Links to the parts of a list; none when it is one page.
fn part_links(base: &Route, from: &Route, count: usize) -> Vec<Part> {
    let part = |number| {
        let route = part_route(base, number);
        Part { number, url: route.url_from(from), current: route == *from }
    };
    if count > 1 { (1..=count).map(part).collect() } else { Vec::new() }
}

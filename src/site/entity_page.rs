use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;
use serde::Serialize;

use super::addresses;
use super::again::{Again, MadePage};
use super::api_source;
use super::entity_fields::{self, Fields};
use super::entity_relations::{self, RelationGroup};
use super::graph_view::{self, Drawing};
use super::model::Page;
use super::ownership::{self, Team};
use super::plugin_view::{self, Card, Fact, Slots};
use super::view::{Chip, Finding, Frame, Link, chip, finding, kind_crumb, link, place_url, safe_url, summary, visible};
use super::wording::{kind_icon, kind_label, link_group};
use super::world::World;
use crate::base::Route;
use crate::catalog::{Catalog, Entity};
use crate::markdown::{self, CodeBlock};
use crate::plugins::{On, PluginView};

/// Longest YAML that stands in the overview page; longer ones have a page of their own.
const INLINE_SOURCE: usize = 6_000;
/// Most owners and systems of an entity.
const OWNERS: usize = 20;
/// Most findings in a banner.
const FINDINGS: usize = 20;

#[derive(Serialize)]
struct EntityModel {
    head: Head,
    about: About,
    links: Vec<LinkGroup>,
    relations: Vec<RelationGroup>,
    graph: Option<Drawing>,
    labels: Fields,
    annotations: Fields,
    fields: Fields,
    team: Option<Team>,
    findings: Vec<Finding>,
    more_findings: usize,
    rivals: Vec<Link>,
    stale: Option<String>,
    /// The description, sanitised HTML.
    description_html: Option<String>,
    source: Source,
    slots: Slots,
    facts: Vec<Fact>,
}

/// What all pages of an entity begin with.
#[derive(Serialize)]
pub(super) struct Head {
    title: String,
    name: String,
    reference: String,
    /// Its address from the root.
    path: String,
    kind: String,
    kind_label: String,
    icon: String,
    kind_url: String,
    #[serde(rename = "type")]
    kind_type: Option<String>,
    lifecycle: Option<String>,
    description: Option<String>,
    tags: Vec<Link>,
    recognised: bool,
    published: bool,
    actions: Actions,
    tabs: Vec<Tab>,
}

#[derive(Serialize)]
struct Actions {
    source: Option<String>,
    view: Option<String>,
    edit: Option<String>,
    /// A new issue in its repository.
    report: Option<String>,
    docs: Option<String>,
}

#[derive(Serialize)]
struct Tab {
    title: String,
    url: String,
    current: bool,
}

#[derive(Serialize)]
struct About {
    owners: Vec<Chip>,
    /// The line of CODEOWNERS that names the owners, where the entity does not.
    owners_from: Option<Link>,
    systems: Vec<Chip>,
    namespace: String,
    api_version: String,
    repository: Option<Link>,
    file: String,
    targets: Vec<String>,
}

#[derive(Serialize)]
struct LinkGroup {
    heading: String,
    links: Vec<LinkEntry>,
}

#[derive(Serialize)]
struct LinkEntry {
    title: String,
    url: String,
    icon: String,
    host: String,
}

#[derive(Serialize)]
struct Source {
    /// The YAML as highlighted HTML, when it is short enough to stand here.
    html: Option<String>,
    url: Option<String>,
    lines: usize,
}

/// Every block of code that pages of entities show, each once, for the pipeline to highlight.
pub(super) fn code_blocks(catalog: &Catalog) -> Vec<CodeBlock> {
    let mut seen = HashSet::new();
    let blocks = catalog
        .entities
        .values()
        .flat_map(|entity| api_source::block(entity).into_iter().chain([source_block(entity)]));
    blocks.filter(|block| seen.insert(block.clone())).collect()
}

/// Pages of all entities, in catalog order.
pub(super) fn pages(world: &World<'_>, again: &Again<'_>) -> Vec<MadePage> {
    let entities: Vec<&Entity> = world.catalog.entities.values().collect();
    entities
        .into_par_iter()
        .filter_map(|entity| Some((entity, world.addresses.entity(&entity.reference)?)))
        .flat_map_iter(|(entity, route)| {
            let reference = &entity.reference;
            let mut pages =
                vec![again.page(world, route, &("overview", reference), |world| overview(world, entity, route))];
            if entity.source.len() > INLINE_SOURCE {
                let page = route.child("raw");
                pages.push(again.page(world, &page, &("raw", reference), |world| raw(world, entity, route, &page)));
            }
            pages.extend(plugin_view::tabs(world, entity).into_iter().map(|view| {
                let page = route.child(&view.path);
                again.page(world, &page, &("tab", reference), |world| plugin_tab(world, entity, route, (&page, view)))
            }));
            pages
        })
        .collect()
}

fn overview(world: &World<'_>, entity: &Entity, route: &Route) -> Page {
    let from = route;
    let team = ownership::team(world, from, entity);
    let leave_out: &[&str] =
        if team.is_some() { &["ownerOf", "hasMember", "memberOf", "parentOf", "childOf"] } else { &["ownedBy"] };
    let findings = world.findings(entity);
    let stale = world.snapshot(entity.snapshot).and_then(|snapshot| snapshot.stale.clone());
    let model = EntityModel {
        head: head(world, entity, route, from, "Overview"),
        about: about(world, entity, from),
        links: links(world, entity),
        relations: entity_relations::groups(world, from, entity, leave_out),
        graph: graph_view::around(world, from, entity),
        labels: entity_fields::labels(entity),
        annotations: entity_fields::annotations(world, from, entity),
        fields: entity_fields::spec(entity),
        team,
        more_findings: findings.len().saturating_sub(FINDINGS),
        findings: findings.into_iter().take(FINDINGS).map(|found| finding(world, from, found)).collect(),
        rivals: rivals(world, entity),
        stale,
        description_html: entity.description().map(|text| markdown::brief(text).as_str().to_owned()),
        source: source(world, entity, route, from),
        slots: plugin_view::slots(world, &entity.reference, On::Entity),
        facts: plugin_view::facts(world, entity),
    };
    frame(world, entity, from).page(route.clone(), "entity.html", &model)
}

/// The page of a YAML that is too long for the overview.
fn raw(world: &World<'_>, entity: &Entity, route: &Route, page: &Route) -> Page {
    #[derive(Serialize)]
    struct Model<'a> {
        head: Head,
        html: &'a str,
        file: String,
    }
    let file = visible(&entity.place.to_string());
    let html = world.code(&source_block(entity));
    let model = Model { head: head(world, entity, route, page, "Source"), html: html.as_str(), file };
    let frame = frame(world, entity, page).crumb(page, entity.display_name(), route);
    Frame { title: format!("Source of {}", entity.display_name()), ..frame }.page(page.clone(), "raw.html", &model)
}

/// The page of a tab that a plugin adds.
fn plugin_tab(world: &World<'_>, entity: &Entity, route: &Route, (page, view): (&Route, &PluginView)) -> Page {
    #[derive(Serialize)]
    struct Model {
        head: Head,
        card: Card,
    }
    let model = Model { head: head(world, entity, route, page, &view.title), card: plugin_view::card(view) };
    let frame = frame(world, entity, page).crumb(page, entity.display_name(), route);
    let title = format!("{} of {}", view.title, entity.display_name());
    Frame { title, ..frame }.page(page.clone(), "plugin_tab.html", &model)
}

/// What all pages of an entity stand in.
pub(super) fn frame(world: &World<'_>, entity: &Entity, from: &Route) -> Frame {
    world.look_at(&entity.reference);
    let mut frame = Frame::new(from, "catalog", entity.display_name()).crumb(from, "Catalog", &addresses::catalog());
    frame.breadcrumbs.push(kind_crumb(world, from, entity.reference.kind(), Some(entity.kind())));
    frame.described(entity.description().map(summary))
}

/// What all pages of an entity begin with; `current` is the title of the tab that is shown.
pub(super) fn head(world: &World<'_>, entity: &Entity, route: &Route, from: &Route, current: &str) -> Head {
    let reference = &entity.reference;
    world.look_at(reference);
    let origin = world.snapshot(entity.snapshot).map(|snapshot| &snapshot.origin);
    let annotated =
        |key: &str| entity.annotation(key).map(|value| value.strip_prefix("url:").unwrap_or(value)).and_then(safe_url);
    let docs = world.addresses.docs(reference).map(|docs| docs.url_from(from));
    let mut tabs =
        vec![Tab { title: "Overview".to_owned(), url: route.url_from(from), current: current == "Overview" }];
    let mut tab = |title: &str, there: bool, url: String| {
        if there {
            tabs.push(Tab { title: title.to_owned(), url, current: current == title });
        }
    };
    tab("Docs", docs.is_some(), docs.clone().unwrap_or_default());
    let decisions = world.addresses.decisions(reference).map(|decisions| decisions.url_from(from));
    tab("Decisions", decisions.is_some(), decisions.unwrap_or_default());
    tab("Definition", api_source::definition(entity).is_some(), route.child("definition").url_from(from));
    for view in plugin_view::tabs(world, entity) {
        tab(&view.title, true, route.child(&view.path).url_from(from));
    }
    tab("Source", entity.source.len() > INLINE_SOURCE, route.child("raw").url_from(from));
    Head {
        title: entity.display_name().to_owned(),
        name: entity.name().to_owned(),
        reference: reference.to_string(),
        path: route.url(),
        kind: reference.kind().to_owned(),
        kind_label: kind_label(reference.kind(), Some(entity.kind())),
        icon: kind_icon(reference.kind()),
        kind_url: world.addresses.kind(reference.kind()).map_or_else(String::new, |list| list.url_from(from)),
        kind_type: entity.spec_str("type").map(str::to_owned),
        lifecycle: entity.spec_str("lifecycle").map(str::to_owned),
        description: entity.description().map(str::to_owned),
        tags: entity.tags().filter_map(|tag| Some(link(from, tag, world.addresses.tag(tag)?))).collect(),
        recognised: entity.recognised,
        published: entity.published,
        actions: Actions {
            source: annotated("backstage.io/source-location")
                .or_else(|| origin.and_then(|origin| origin.tree_url(&entity.path.parent()))),
            view: annotated("backstage.io/view-url")
                .or_else(|| origin.and_then(|origin| origin.view_url(&entity.path))),
            edit: annotated("backstage.io/edit-url")
                .or_else(|| origin.and_then(|origin| origin.edit_url(&entity.path))),
            report: report_url(world, entity),
            docs,
        },
        tabs,
    }
}

/// The form for a new issue, filled in with which entity it is about.
fn report_url(world: &World<'_>, entity: &Entity) -> Option<String> {
    let web = world.snapshot(entity.snapshot)?.origin.web.as_ref()?;
    let text = format!("About `{}`, described in `{}`:\n\n", entity.reference, visible(entity.path.as_str()));
    web.issue_url(&format!("Portal: {}", entity.display_name()), &text).and_then(|url| safe_url(&url))
}

fn about(world: &World<'_>, entity: &Entity, from: &Route) -> About {
    let chips = |relation: &str| {
        let targets = entity.related(relation).take(OWNERS);
        targets.map(|target| chip(world, from, target, Some("group"))).collect::<Vec<_>>()
    };
    let snapshot = world.snapshot(entity.snapshot);
    let spec = &entity.document["spec"];
    let targets = spec["target"]
        .as_str()
        .into_iter()
        .chain(spec["targets"].as_array().into_iter().flatten().filter_map(|t| t.as_str()));
    About {
        owners: chips("ownedBy"),
        owners_from: entity.codeowners.as_ref().map(|found| Link {
            title: format!("{}:{}", visible(&found.place.path), found.place.line),
            url: place_url(world, &found.place).unwrap_or_default(),
        }),
        systems: chips("partOf"),
        namespace: entity.reference.namespace().to_owned(),
        api_version: entity.document["apiVersion"].as_str().unwrap_or_default().to_owned(),
        repository: snapshot.map(|snapshot| Link {
            title: snapshot.origin.name.clone(),
            url: snapshot.origin.web.as_ref().and_then(|web| safe_url(&web.url)).unwrap_or_default(),
        }),
        file: visible(entity.path.as_str()),
        targets: if entity.reference.kind() == "location" {
            targets.take(50).map(str::to_owned).collect()
        } else {
            Vec::new()
        },
    }
}

/// Links of the entity and of the plugins, by group; the entity's own come first.
fn links(world: &World<'_>, entity: &Entity) -> Vec<LinkGroup> {
    let own = entity.links().filter_map(|link| {
        let url = safe_url(link.url)?;
        let title = link
            .title
            .map_or_else(|| url.trim_start_matches("https://").trim_end_matches('/').to_owned(), str::to_owned);
        Some(("other", LinkEntry { title, icon: link.icon.unwrap_or("link").to_owned(), host: host(&url), url }))
    });
    let made = world.enrichment.links.get(&entity.reference).into_iter().flatten().filter_map(|link| {
        let url = safe_url(&link.url)?;
        Some((
            link.group.as_str(),
            LinkEntry { title: link.title.clone(), icon: link.icon.clone(), host: host(&url), url },
        ))
    });
    const ORDER: [&str; 8] = ["other", "source", "docs", "ci", "deployment", "observability", "quality", "on-call"];
    let rank = |group: &str| ORDER.iter().position(|known| *known == group).unwrap_or(ORDER.len());
    let mut groups = BTreeMap::<(usize, &str), Vec<LinkEntry>>::new();
    for (group, entry) in own.chain(made) {
        let entries = groups.entry((rank(group), group)).or_default();
        if !entries.iter().any(|known| known.url == entry.url && known.title == entry.title) {
            entries.push(entry);
        }
    }
    groups.into_iter().map(|((_, group), links)| LinkGroup { heading: link_group(group), links }).collect()
}

fn rivals(world: &World<'_>, entity: &Entity) -> Vec<Link> {
    entity
        .rivals
        .iter()
        .take(20)
        .map(|rival| Link {
            title: visible(&rival.place.to_string()),
            url: place_url(world, &rival.place).unwrap_or_default(),
        })
        .collect()
}

fn source(world: &World<'_>, entity: &Entity, route: &Route, from: &Route) -> Source {
    let inline = entity.source.len() <= INLINE_SOURCE;
    let shown = inline && !entity.source.trim().is_empty();
    Source {
        html: shown.then(|| world.code(&source_block(entity)).as_str().to_owned()),
        url: (!inline).then(|| route.child("raw").url_from(from)),
        lines: entity.source.lines().count(),
    }
}

fn source_block(entity: &Entity) -> CodeBlock {
    CodeBlock { language: "yaml".to_owned(), text: entity.source.clone() }
}

fn host(url: &str) -> String {
    url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

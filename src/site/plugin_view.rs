use serde::Serialize;

use super::view::safe_url;
use super::world::World;
use crate::catalog::{Entity, EntityRef};
use crate::plugins::{Column, On, PluginView, Slot, Stamp, State};

/// What plugins show on a page, by Backstage's names for the places of addons.
#[derive(Debug, Default, Serialize)]
pub(super) struct Slots {
    header: Vec<Group>,
    subheader: Vec<Group>,
    settings: Vec<Group>,
    primary_sidebar: Vec<Group>,
    secondary_sidebar: Vec<Group>,
    content: Vec<Group>,
}

/// Cards that stand together; most stand alone, without a heading.
#[derive(Debug, Serialize)]
pub(super) struct Group {
    heading: Option<String>,
    cards: Vec<Card>,
}

/// What a plugin shows, with where it comes from.
#[derive(Debug, Serialize)]
pub(super) struct Card {
    title: String,
    plugin: String,
    state: State,
    html: String,
    stamps: Vec<Shown>,
}

/// Where something comes from, as pages show it.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    from: String,
    url: Option<String>,
    /// RFC 3339, for programs.
    time: Option<String>,
    /// To the minute, in UTC, for people.
    day: Option<String>,
    recorded: bool,
    stale: Option<String>,
}

/// A fact as pages show it.
#[derive(Debug, Serialize)]
pub(super) struct Fact {
    title: String,
    value: String,
}

impl Slots {
    /// Whether something stands in the last of the columns.
    pub fn has_side(&self) -> bool {
        !self.secondary_sidebar.is_empty()
    }
}

/// The cards of an entity in their slots: those for its overview, or for the pages of its documentation.
pub(super) fn slots(world: &World<'_>, entity: &EntityRef, on: On) -> Slots {
    let cards = world.enrichment.cards.get(entity).map_or(&[][..], Vec::as_slice);
    let mut slots = Slots::default();
    let layout = &world.settings.layout;
    let stands = |view: &&PluginView| {
        view.on == on || view.on == On::Both || (on == On::Docs && layout.docs.contains(&view.plugin))
    };
    for view in ordered(cards, &layout.cards).into_iter().filter(stands) {
        let groups = match layout.slots.get(&view.plugin).and_then(|word| slot_named(word)).unwrap_or(view.slot) {
            Slot::Header => &mut slots.header,
            Slot::Subheader => &mut slots.subheader,
            Slot::Settings => &mut slots.settings,
            Slot::PrimarySidebar => &mut slots.primary_sidebar,
            Slot::SecondarySidebar => &mut slots.secondary_sidebar,
            Slot::Content => &mut slots.content,
        };
        let heading = layout.groups.iter().find(|(_, names)| names.contains(&view.plugin)).map(|(name, _)| name);
        match groups.iter_mut().find(|group| heading.is_some() && group.heading.as_ref() == heading) {
            Some(group) => group.cards.push(card(view)),
            None => groups.push(Group { heading: heading.cloned(), cards: vec![card(view)] }),
        }
    }
    slots
}

fn slot_named(word: &str) -> Option<Slot> {
    Slot::ALL.iter().find(|(name, _)| *name == word).map(|(_, slot)| *slot)
}

/// Views in the order that the settings give their plugins; those that it does not name come after, in their own.
pub(super) fn ordered<'v>(views: &'v [PluginView], order: &[String]) -> Vec<&'v PluginView> {
    let rank = |view: &PluginView| order.iter().position(|name| *name == view.plugin).unwrap_or(order.len());
    let mut sorted: Vec<&PluginView> = views.iter().collect();
    sorted.sort_by_key(|view| rank(view));
    sorted
}

/// One view with its frame.
pub(super) fn card(view: &PluginView) -> Card {
    Card {
        title: view.title.clone(),
        plugin: view.plugin.clone(),
        state: view.state,
        html: view.html.as_str().to_owned(),
        stamps: stamps(&view.stamps),
    }
}

/// Where something comes from, each place once.
pub(super) fn stamps(stamps: &[Stamp]) -> Vec<Shown> {
    let shown = |stamp: &Stamp| Shown {
        from: stamp.from.clone(),
        url: stamp.url.as_deref().and_then(safe_url),
        time: stamp.time.clone(),
        day: stamp.time.as_deref().and_then(minute),
        recorded: stamp.recorded,
        stale: stamp.stale.clone(),
    };
    stamps.iter().map(shown).collect()
}

/// `2026-11-21 13:40 UTC`.
fn minute(time: &str) -> Option<String> {
    let time: jiff::Timestamp = time.parse().ok()?;
    Some(time.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC").to_string())
}

/// Facts of an entity, in order of the plugins.
pub(super) fn facts(world: &World<'_>, entity: &Entity) -> Vec<Fact> {
    let facts = world.enrichment.facts.get(&entity.reference).into_iter().flatten();
    facts.map(|fact| Fact { title: fact.title.clone(), value: fact.value.clone() }).collect()
}

/// The tabs that plugins add to an entity, in their order; of two with one address the first.
pub(super) fn tabs<'w>(world: &'w World<'_>, entity: &Entity) -> Vec<&'w PluginView> {
    let views = world.enrichment.tabs.get(&entity.reference).map_or(&[][..], Vec::as_slice);
    let mut tabs: Vec<&PluginView> = Vec::new();
    for view in ordered(views, &world.settings.layout.tabs) {
        if tabs.iter().all(|known| known.path != view.path) {
            tabs.push(view);
        }
    }
    tabs
}

/// Columns that say something for a list of entities, each with its place among all.
pub(super) fn columns<'w>(world: &'w World<'_>, entities: &[&Entity]) -> Vec<(usize, &'w Column)> {
    let says =
        |(_, column): &(usize, &Column)| entities.iter().any(|entity| fact(world, entity, &column.fact).is_some());
    world.enrichment.columns.iter().enumerate().filter(says).collect()
}

/// What an entity has to say in each of these columns.
pub(super) fn cells<'w>(world: &'w World<'_>, entity: &Entity, columns: &[(usize, &Column)]) -> Vec<Option<&'w str>> {
    columns.iter().map(|(_, column)| fact(world, entity, &column.fact)).collect()
}

/// What an entity has to say in all columns of plugins.
pub(super) fn all_cells<'w>(world: &'w World<'_>, entity: &Entity) -> Vec<Option<&'w str>> {
    world.enrichment.columns.iter().map(|column| fact(world, entity, &column.fact)).collect()
}

fn fact<'w>(world: &'w World<'_>, entity: &Entity, name: &str) -> Option<&'w str> {
    let facts = world.enrichment.facts.get(&entity.reference)?;
    facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.as_str())
}

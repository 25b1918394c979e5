use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::addresses;
use super::graph::{Graph, Legend, arrow_of};
use super::graph_svg;
use super::model::Page;
use super::view::{Chip, Frame, chip};
use super::wording::counted;
use super::world::World;
use crate::base::Route;
use crate::catalog::{Entity, EntityRef};

/// Most boxes of the drawing, and most rows of the table below it.
const BOXES: usize = 60;
const ROWS: usize = 100;

#[derive(Serialize)]
struct GraphModel {
    svg: Option<String>,
    legend: Legend,
    /// The same graph at other levels.
    levels: Vec<LevelTab>,
    /// What a box stands for, in words.
    level: &'static str,
    boxes: usize,
    arrows: usize,
    /// Entities that belong to no box of this level, in words.
    outside: Option<String>,
    /// Whether some arrow stands for several relations.
    counted: bool,
    rows: Vec<ArrowRow>,
    more: usize,
}

#[derive(Serialize)]
struct LevelTab {
    title: &'static str,
    url: String,
    current: bool,
}

#[derive(Serialize)]
struct ArrowRow {
    from: Chip,
    label: String,
    to: Chip,
    count: usize,
}

/// How far entities are rolled up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Entity,
    System,
    Domain,
}

/// Arrows between the boxes of one level, with how many relations each stands for.
type Arrows<'a> = BTreeMap<(&'a EntityRef, &'a EntityRef), BTreeMap<String, usize>>;

impl Level {
    const ALL: [Self; 3] = [Self::Entity, Self::System, Self::Domain];

    /// What a box stands for, and the page's name below the graph's.
    fn word(self) -> &'static str {
        match self {
            Self::Entity => "entity",
            Self::System => "system",
            Self::Domain => "domain",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Entity => "Entities",
            Self::System => "Systems",
            Self::Domain => "Domains",
        }
    }
}

/// The graph of the whole catalog: its entities, or its systems or domains when there are too many; and a page for each other level
/// that has arrows.
pub(super) fn pages(world: &World<'_>) -> Vec<Page> {
    let all = Level::ALL.map(|level| (level, arrows(world, level)));
    let fits = all.iter().find(|(_, arrows)| ends(arrows).len() <= BOXES);
    let home = fits.map_or(Level::Domain, |(level, _)| *level);
    let with_arrows = all.into_iter().filter(|(level, arrows)| *level == home || !arrows.is_empty());
    let shown: Vec<(Level, Arrows<'_>)> = with_arrows.collect();
    let route_of =
        |level: Level| if level == home { addresses::graph() } else { addresses::graph().child(level.word()) };
    let levels: Vec<(Level, Route)> = shown.iter().map(|(level, _)| (*level, route_of(*level))).collect();
    shown.into_iter().map(|(level, arrows)| page(world, &route_of(level), level, &arrows, &levels)).collect()
}

fn page(world: &World<'_>, route: &Route, level: Level, arrows: &Arrows<'_>, levels: &[(Level, Route)]) -> Page {
    let boxes = busiest(arrows);
    let mut graph = Graph::default();
    let index: BTreeMap<&EntityRef, usize> =
        boxes.iter().map(|reference| (*reference, graph.add(chip(world, route, reference, None), false))).collect();
    let mut rows = Vec::new();
    for ((from, to), labels) in arrows {
        for (label, count) in labels {
            if let (Some(&a), Some(&b)) = (index.get(from), index.get(to)) {
                let many = if *count > 1 { format!("{label} ({count})") } else { label.clone() };
                graph.connect(a, b, &many);
            }
            if rows.len() < ROWS {
                let (from, to) = (chip(world, route, from, None), chip(world, route, to, None));
                rows.push(ArrowRow { from, label: label.clone(), to, count: *count });
            }
        }
    }
    let all: usize = arrows.values().map(BTreeMap::len).sum();
    let drawable = |entity: &&Entity| drawable(&entity.reference);
    let inside =
        |entity: &&Entity| of_level(world, entity, level).is_some_and(|reference| index.contains_key(reference));
    let outside = world.catalog.entities.values().filter(drawable).filter(|entity| !inside(entity)).count();
    let label = counted(graph.nodes.len(), "entity and its relations", "entities and their relations");
    let model = GraphModel {
        svg: (!graph.nodes.is_empty()).then(|| graph_svg::draw(&graph, &label)),
        legend: graph.legend(),
        levels: levels
            .iter()
            .map(|(other, to)| LevelTab { title: other.title(), url: to.url_from(route), current: *other == level })
            .collect(),
        level: level.word(),
        boxes: graph.nodes.len(),
        arrows: graph.arrows.len(),
        outside: (outside > 0).then(|| counted(outside, "entity belongs", "entities belong")),
        counted: rows.iter().any(|row| row.count > 1),
        more: all - rows.len(),
        rows,
    };
    let home = addresses::graph();
    let frame = if *route == home {
        Frame::new(route, "graph", "Graph")
    } else {
        Frame::new(route, "graph", format!("Graph of {}", level.title().to_lowercase())).crumb(route, "Graph", &home)
    };
    frame.page(route.clone(), "graph.html", &model)
}

fn arrows<'a>(world: &World<'a>, level: Level) -> Arrows<'a> {
    let mut arrows = Arrows::new();
    for entity in world.catalog.entities.values().filter(|entity| drawable(&entity.reference)) {
        for relation in &entity.relations {
            let Some((label, backwards)) = arrow_of(&relation.kind) else { continue };
            // Both ends of a relation have it; the one that points forwards counts, unless nobody describes that end.
            if backwards && world.entity(&relation.target).is_some() {
                continue;
            }
            let target = world.entity(&relation.target);
            let other = target.map_or(Some(&relation.target), |target| of_level(world, target, level));
            if let (Some(this), Some(other)) = (of_level(world, entity, level), other.filter(|other| drawable(other))) {
                let ends = if backwards { (other, this) } else { (this, other) };
                if this != other && (target.is_some() || level == Level::Entity) {
                    *arrows.entry(ends).or_default().entry(label).or_default() += 1;
                }
            }
        }
    }
    arrows
}

/// The box that an entity belongs to: itself, or the system or domain that it is part of.
fn of_level<'a>(world: &World<'a>, entity: &'a Entity, level: Level) -> Option<&'a EntityRef> {
    let mut at = entity;
    // Circles of parts are an author's mistake: only so many steps up are taken.
    for _ in 0..12 {
        match (level, at.reference.kind()) {
            (Level::Entity, _) | (Level::System, "system" | "domain") | (Level::Domain, "domain") => {
                return Some(&at.reference);
            }
            _ => {}
        }
        at = at.related("partOf").find_map(|whole| world.entity(whole))?;
    }
    None
}

/// People, groups and files have pages of their own shape.
fn drawable(reference: &EntityRef) -> bool {
    !matches!(reference.kind(), "user" | "group" | "location" | "template")
}

fn ends<'a>(arrows: &Arrows<'a>) -> BTreeSet<&'a EntityRef> {
    arrows.keys().flat_map(|(from, to)| [*from, *to]).collect()
}

/// The boxes with most arrows, as many as are drawn, in order of their references.
fn busiest<'a>(arrows: &Arrows<'a>) -> BTreeSet<&'a EntityRef> {
    let mut degree = BTreeMap::<&EntityRef, usize>::new();
    for end in arrows.keys().flat_map(|(from, to)| [*from, *to]) {
        *degree.entry(end).or_default() += 1;
    }
    let mut list: Vec<(&EntityRef, usize)> = degree.into_iter().collect();
    list.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    list.into_iter().take(BOXES).map(|(reference, _)| reference).collect()
}

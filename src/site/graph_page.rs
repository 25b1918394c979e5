use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::addresses;
use super::graph::{Graph, arrow_of};
use super::graph_svg;
use super::model::Page;
use super::view::{Chip, Frame, chip};
use super::wording::counted;
use super::world::World;
use crate::catalog::{Entity, EntityRef};

/// Most boxes of the drawing, and most rows of the table below it.
const BOXES: usize = 60;
const ROWS: usize = 300;

#[derive(Serialize)]
struct GraphModel {
    svg: Option<String>,
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

/// The graph of the whole catalog: its entities, or its systems or domains when there are too many.
pub(super) fn page(world: &World<'_>) -> Page {
    let route = addresses::graph();
    let mut chosen = None;
    for level in [Level::Entity, Level::System, Level::Domain] {
        let arrows = arrows(world, level);
        let fits = ends(&arrows).len() <= BOXES;
        chosen = Some((level, arrows));
        if fits {
            break;
        }
    }
    let (level, arrows) = chosen.unwrap_or((Level::Entity, Arrows::new()));
    let boxes = busiest(&arrows);
    let mut graph = Graph::default();
    let index: BTreeMap<&EntityRef, usize> =
        boxes.iter().map(|reference| (*reference, graph.add(chip(world, &route, reference, None), false))).collect();
    let mut rows = Vec::new();
    for ((from, to), labels) in &arrows {
        for (label, count) in labels {
            if let (Some(&a), Some(&b)) = (index.get(from), index.get(to)) {
                let many = if *count > 1 { format!("{label} ({count})") } else { label.clone() };
                graph.connect(a, b, &many);
            }
            if rows.len() < ROWS {
                let (from, to) = (chip(world, &route, from, None), chip(world, &route, to, None));
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
        level: match level {
            Level::Entity => "entity",
            Level::System => "system",
            Level::Domain => "domain",
        },
        boxes: graph.nodes.len(),
        arrows: graph.arrows.len(),
        outside: (outside > 0).then(|| counted(outside, "entity belongs", "entities belong")),
        counted: rows.iter().any(|row| row.count > 1),
        more: all - rows.len(),
        rows,
    };
    Frame::new(&route, "graph", "Graph").page(route.clone(), "graph.html", &model)
}

fn arrows<'a>(world: &World<'a>, level: Level) -> Arrows<'a> {
    let mut arrows = Arrows::new();
    for entity in world.catalog.entities.values().filter(|entity| drawable(&entity.reference)) {
        for relation in &entity.relations {
            let Some((label, backwards)) = arrow_of(&relation.kind) else { continue };
            // Both ends of a relation have it; the one that points forwards counts, unless nobody describes that end.
            if backwards && world.catalog.get(&relation.target).is_some() {
                continue;
            }
            let target = world.catalog.get(&relation.target);
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
        at = at.related("partOf").find_map(|whole| world.catalog.get(whole))?;
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

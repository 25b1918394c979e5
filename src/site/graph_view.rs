use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::graph::{Graph, Legend, Node, Role, arrow_of};
use super::graph_svg;
use super::view::chip;
use super::wording::{kind_plural, kind_rank};
use super::world::World;
use crate::base::Route;
use crate::catalog::{Entity, EntityRef};

/// Most boxes around an entity, and around one whose parts are its point (a system, a domain).
const AROUND: usize = 24;
const DIAGRAM: usize = 60;
/// Most boxes of one kind on one side before the rest becomes a single box.
const SIDE: usize = 8;
/// Relations of a neighbour that are looked at for arrows between neighbours: a neighbour with more is a hub, and looking through
/// a hub on the page of each of its neighbours would cost its square.
const HUB: usize = 64;

/// A drawing with what a page says about it.
#[derive(Debug, Serialize)]
pub(super) struct Drawing {
    /// Drawn by [`graph_svg::draw`].
    pub svg: String,
    pub legend: Legend,
    pub boxes: usize,
    pub arrows: usize,
    /// Entities that stand in boxes of several.
    pub folded: usize,
}

/// Draws an entity among its neighbours; nothing if it has none to draw.
pub(super) fn around(world: &World<'_>, from: &Route, entity: &Entity) -> Option<Drawing> {
    let sides = sides(entity);
    if sides.is_empty() {
        return None;
    }
    let diagram = matches!(entity.reference.kind(), "system" | "domain");
    let (most, side) = if diagram { (DIAGRAM, DIAGRAM / 2) } else { (AROUND, SIDE) };
    let mut graph = Graph::default();
    let mut drawn = BTreeMap::<&EntityRef, usize>::new();
    let mut folded = 0;
    let focus = graph.add(chip(world, from, &entity.reference, None), true);
    drawn.insert(&entity.reference, focus);
    for ((backwards, _, kind), targets) in &sides {
        let room = side.min(most.saturating_sub(graph.nodes.len()).max(1));
        let shown = if targets.len() <= room { targets.len() } else { room - 1 };
        for (target, labels) in targets.iter().take(shown) {
            let node = *drawn.entry(target).or_insert_with(|| graph.add(chip(world, from, target, None), false));
            for label in labels {
                if *backwards { graph.connect(node, focus, label) } else { graph.connect(focus, node, label) }
            }
        }
        if shown < targets.len() {
            let rest = targets.len() - shown;
            folded += rest;
            let labels: BTreeSet<&String> = targets.iter().skip(shown).flat_map(|(_, labels)| labels).collect();
            let written = targets.keys().next().and_then(|target| world.entity(target)).map(Entity::kind);
            let count = format!("{rest} {}{}", if shown > 0 { "more " } else { "" }, kind_plural(kind, written));
            graph.nodes.push(rest_box(world, from, entity, kind, &count));
            let node = graph.nodes.len() - 1;
            for label in labels {
                if *backwards { graph.connect(node, focus, label) } else { graph.connect(focus, node, label) }
            }
        }
    }
    connect_neighbours(world, &drawn, &mut graph, focus);
    let label = format!("Relations of {}", entity.display_name());
    let (svg, legend) = (graph_svg::draw(&graph, &label), graph.legend());
    Some(Drawing { svg, legend, boxes: graph.nodes.len(), arrows: graph.arrows.len(), folded })
}

/// Neighbours by side (backwards: to the left), rank of their kind and kind, each with the labels of its arrows.
type Sides<'a> = BTreeMap<(bool, usize, &'a str), BTreeMap<&'a EntityRef, BTreeSet<String>>>;

fn sides(entity: &Entity) -> Sides<'_> {
    let mut sides = Sides::new();
    for relation in &entity.relations {
        let target = &relation.target;
        if let Some((label, backwards)) = arrow_of(&relation.kind).filter(|_| *target != entity.reference) {
            let side = (backwards, kind_rank(target.kind()), target.kind());
            sides.entry(side).or_default().entry(target).or_default().insert(label);
        }
    }
    sides
}

/// One box for the neighbours that have none of their own; it leads to the list of their kind, or to the focus.
fn rest_box(world: &World<'_>, from: &Route, entity: &Entity, kind: &str, count: &str) -> Node {
    let list = world.addresses.kind(kind).or_else(|| world.addresses.entity(&entity.reference));
    Node {
        title: count.to_owned(),
        note: "not drawn one by one".to_owned(),
        kind: kind.to_owned(),
        url: list.map_or_else(String::new, |route| route.url_from(from)),
        role: Role::Rest,
    }
}

fn connect_neighbours(world: &World<'_>, drawn: &BTreeMap<&EntityRef, usize>, graph: &mut Graph, focus: usize) {
    for (reference, &node) in drawn {
        let Some(neighbour) = world.entity(reference).filter(|_| node != focus) else { continue };
        if neighbour.relations.len() > HUB {
            continue;
        }
        for relation in &neighbour.relations {
            let Some(&other) = drawn.get(&relation.target).filter(|other| **other != focus) else { continue };
            match arrow_of(&relation.kind) {
                Some((label, true)) => graph.connect(other, node, &label),
                Some((label, false)) => graph.connect(node, other, &label),
                None => {}
            }
        }
    }
}

use std::collections::BTreeSet;

use serde::Serialize;

use super::addresses;
use super::graph::Graph;
use super::graph_svg;
use super::listing::sorted;
use super::model::Page;
use super::view::{Chip, Frame, chip};
use super::world::World;
use crate::base::Route;
use crate::catalog::{Entity, EntityRef};

/// Most groups of the tree and of the drawing, and deepest tree.
const GROUPS: usize = 2_000;
const BOXES: usize = 60;
const DEPTH: usize = 20;

#[derive(Serialize)]
struct Model {
    tree: Vec<OrgNode>,
    svg: Option<String>,
    groups: usize,
    people: usize,
    /// Groups that the tree does not show.
    more: usize,
}

/// A group with those below it.
#[derive(Serialize)]
struct OrgNode {
    group: Chip,
    members: usize,
    owned: usize,
    children: Vec<OrgNode>,
}

/// All groups as a tree, each once.
pub(super) fn page(world: &World<'_>) -> Page {
    let route = addresses::org();
    let groups = sorted(world.catalog.of_kind("group").collect());
    let child = |group: &&&Entity| parents(world, group).next().is_some();
    let mut seen = BTreeSet::new();
    let mut tree: Vec<OrgNode> = Vec::new();
    for group in groups.iter().filter(|group| !child(group)) {
        tree.extend(node(world, &route, group, &mut seen, 0));
    }
    // Groups that are each other's parents have no beginning: the first by name is taken for one.
    for group in &groups {
        tree.extend(node(world, &route, group, &mut seen, 0));
    }
    let model = Model {
        svg: drawing(world, &route, &groups),
        groups: groups.len(),
        people: world.catalog.of_kind("user").count(),
        more: groups.len() - seen.len(),
        tree,
    };
    Frame::new(&route, "org", "Teams and people").page(route.clone(), "org.html", &model)
}

fn parents<'a>(world: &'a World<'_>, group: &'a Entity) -> impl Iterator<Item = &'a Entity> {
    group.related("childOf").filter_map(|parent| world.catalog.get(parent))
}

fn node<'a>(
    world: &World<'a>,
    from: &Route,
    group: &'a Entity,
    seen: &mut BTreeSet<&'a EntityRef>,
    depth: usize,
) -> Option<OrgNode> {
    if depth > DEPTH || seen.len() >= GROUPS || !seen.insert(&group.reference) {
        return None;
    }
    let below = sorted(group.related("parentOf").filter_map(|child| world.catalog.get(child)).collect());
    Some(OrgNode {
        group: chip(world, from, &group.reference, None),
        members: group.related("hasMember").count(),
        owned: group.related("ownerOf").count(),
        children: below.into_iter().filter_map(|child| node(world, from, child, seen, depth + 1)).collect(),
    })
}

/// The tree as a drawing, when it is small enough to be one.
fn drawing(world: &World<'_>, from: &Route, groups: &[&Entity]) -> Option<String> {
    if groups.is_empty() || groups.len() > BOXES {
        return None;
    }
    let mut graph = Graph::default();
    let index: Vec<(&EntityRef, usize)> = groups
        .iter()
        .map(|group| (&group.reference, graph.add(chip(world, from, &group.reference, None), false)))
        .collect();
    let at = |wanted: &EntityRef| index.iter().find(|(reference, _)| *reference == wanted).map(|(_, at)| *at);
    for (group, (_, child)) in groups.iter().zip(&index) {
        for parent in parents(world, group) {
            if let Some(parent) = at(&parent.reference) {
                graph.connect(parent, *child, "parent of");
            }
        }
    }
    (!graph.arrows.is_empty()).then(|| graph_svg::draw(&graph, "Groups and their parents"))
}

use std::collections::{BTreeMap, BTreeSet};

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

/// Most groups of the tree and of the drawing.
const GROUPS: usize = 200;
const BOXES: usize = 60;

#[derive(Serialize)]
struct Model {
    tree: Vec<OrgNode>,
    svg: Option<String>,
    groups: usize,
    people: usize,
    /// Groups that the tree does not show, and the list of all.
    more: usize,
    all: Option<String>,
}

/// A group with those below it.
#[derive(Serialize)]
struct OrgNode {
    group: Chip,
    members: usize,
    owned: usize,
    /// Groups directly below it that are not shown; its own page has them.
    more: usize,
    children: Vec<OrgNode>,
}

/// All groups as a tree, each once; of very many those nearest to the top.
pub(super) fn page(world: &World<'_>) -> Page {
    let route = addresses::org();
    let groups = sorted(world.catalog.of_kind("group").collect());
    let tree = Tree::of(world, &groups);
    let model = Model {
        tree: tree.tops.iter().map(|top| tree.node(world, &route, top)).collect(),
        svg: drawing(world, &route, &groups),
        groups: groups.len(),
        people: world.catalog.of_kind("user").count(),
        more: groups.len() - tree.seen.len(),
        all: world.addresses.kind("group").map(|list| list.url_from(&route)),
    };
    Frame::new(&route, "org", "Teams and people").page(route.clone(), "org.html", &model)
}

/// The groups that are shown: those at the top, and those below each.
#[derive(Default)]
struct Tree<'a> {
    tops: Vec<&'a Entity>,
    below: BTreeMap<&'a EntityRef, Vec<&'a Entity>>,
    seen: BTreeSet<&'a EntityRef>,
}

impl<'a> Tree<'a> {
    /// Level by level, until there are enough.
    fn of(world: &World<'a>, groups: &[&'a Entity]) -> Self {
        let mut tree = Self::default();
        let tops = groups.iter().filter(|group| parents(world, group).next().is_none());
        for top in tops.take(GROUPS) {
            tree.seen.insert(&top.reference);
            tree.tops.push(top);
        }
        tree.grow(world, tree.tops.clone());
        // Groups that are each other's parents have no beginning: the first by name is taken for one.
        for group in groups {
            if tree.seen.len() < GROUPS && tree.seen.insert(&group.reference) {
                tree.tops.push(group);
                tree.grow(world, vec![group]);
            }
        }
        tree
    }

    fn grow(&mut self, world: &World<'a>, mut level: Vec<&'a Entity>) {
        while !level.is_empty() {
            let mut next = Vec::new();
            for group in level {
                for child in sorted(children(world, group).collect()) {
                    if self.seen.len() < GROUPS && self.seen.insert(&child.reference) {
                        self.below.entry(&group.reference).or_default().push(child);
                        next.push(child);
                    }
                }
            }
            level = next;
        }
    }

    fn node(&self, world: &World<'a>, from: &Route, group: &'a Entity) -> OrgNode {
        let below = self.below.get(&group.reference).map_or(&[][..], Vec::as_slice);
        OrgNode {
            group: chip(world, from, &group.reference, None),
            members: group.related("hasMember").count(),
            owned: group.related("ownerOf").count(),
            more: children(world, group).filter(|child| !self.seen.contains(&child.reference)).count(),
            children: below.iter().map(|child| self.node(world, from, child)).collect(),
        }
    }
}

fn children<'a>(world: &World<'a>, group: &'a Entity) -> impl Iterator<Item = &'a Entity> {
    let catalog = world.catalog;
    group.related("parentOf").filter_map(|child| catalog.get(child))
}

fn parents<'a>(world: &World<'a>, group: &'a Entity) -> impl Iterator<Item = &'a Entity> {
    let catalog = world.catalog;
    group.related("childOf").filter_map(|parent| catalog.get(parent))
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

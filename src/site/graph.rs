use serde::Serialize;

use super::view::Chip;
use super::wording::{kind_icon, kind_label};

/// Boxes and arrows, not yet placed. Arrows go from the whole to its part and from the one who needs to what is needed.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub nodes: Vec<Node>,
    pub arrows: Vec<Arrow>,
}

/// A box.
#[derive(Debug)]
pub(super) struct Node {
    pub title: String,
    pub note: String,
    pub kind: String,
    pub url: String,
    pub role: Role,
}

/// What a box stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The entity whose page it is.
    Focus,
    /// Another entity.
    Entity,
    /// An entity that nobody describes.
    Missing,
    /// Several entities that are not drawn one by one.
    Rest,
}

/// An arrow between two boxes, by their indices.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Arrow {
    pub from: usize,
    pub to: usize,
    pub label: String,
}

/// What the colours and the arrows of a drawing mean.
#[derive(Debug, Default, Serialize)]
pub(super) struct Legend {
    pub kinds: Vec<LegendKind>,
    /// Words of the arrows, each once.
    pub relations: Vec<String>,
}

/// A kind that a drawing shows.
#[derive(Debug, Serialize)]
pub(super) struct LegendKind {
    pub kind: String,
    pub label: String,
    pub icon: String,
}

impl Graph {
    /// The legend: kinds and relations in the order of their names.
    pub(super) fn legend(&self) -> Legend {
        let mut kinds: Vec<&Node> = self.nodes.iter().collect();
        kinds.sort_by(|a, b| a.kind.cmp(&b.kind));
        kinds.dedup_by(|a, b| a.kind == b.kind);
        // `depends on (3)`, `provides, has part`: the words without their counts.
        let words = |arrow: &Arrow| {
            arrow.label.split(", ").map(|word| word.split(" (").next().unwrap_or(word).to_owned()).collect::<Vec<_>>()
        };
        let mut relations: Vec<String> = self.arrows.iter().flat_map(words).collect();
        relations.sort();
        relations.dedup();
        let kind = |node: &Node| LegendKind {
            kind: node.kind.clone(),
            label: kind_label(&node.kind, node.note.split(" · ").next()),
            icon: kind_icon(&node.kind),
        };
        Legend { kinds: kinds.into_iter().map(kind).collect(), relations }
    }

    /// Adds the box of an entity.
    pub(super) fn add(&mut self, chip: Chip, focus: bool) -> usize {
        let role = match (focus, chip.missing) {
            (true, _) => Role::Focus,
            (_, true) => Role::Missing,
            _ => Role::Entity,
        };
        let note = chip
            .kind_type
            .map_or_else(|| chip.kind_label.clone(), |kind_type| format!("{} · {kind_type}", chip.kind_label));
        self.nodes.push(Node { title: chip.title, note, kind: chip.kind, url: chip.url, role });
        self.nodes.len() - 1
    }

    /// Adds an arrow; two between the same boxes become one with both labels. An arrow to itself is left out.
    pub(super) fn connect(&mut self, from: usize, to: usize, label: &str) {
        if from == to {
            return;
        }
        match self.arrows.iter_mut().find(|arrow| (arrow.from, arrow.to) == (from, to)) {
            Some(arrow) if arrow.label.split(", ").any(|known| known == label) => {}
            Some(arrow) => {
                arrow.label.push_str(", ");
                arrow.label.push_str(label);
            }
            None => self.arrows.push(Arrow { from, to, label: label.to_owned() }),
        }
    }
}

/// A relation as an arrow: its label, and whether it points from the target to the entity that has the relation. `None`: not drawn
/// (ownership and membership have lists of their own).
pub(super) fn arrow_of(relation: &str) -> Option<(String, bool)> {
    let (label, backwards) = match relation {
        "hasPart" => ("has part", false),
        "partOf" => ("has part", true),
        "dependsOn" => ("depends on", false),
        "dependencyOf" => ("depends on", true),
        "providesApi" => ("provides", false),
        "apiProvidedBy" => ("provides", true),
        "consumesApi" => ("consumes", false),
        "apiConsumedBy" => ("consumes", true),
        "parentOf" => ("parent of", false),
        "childOf" => ("parent of", true),
        "ownedBy" | "ownerOf" | "memberOf" | "hasMember" => return None,
        other => return Some((super::wording::words(other).to_lowercase(), false)),
    };
    Some((label.to_owned(), backwards))
}

use mermaid_rs_renderer::{DiagramKind, EdgeLayout, Layout, NodeLayout};

/// Room around the words of a label.
const PAD: f32 = 2.0;
/// How far apart the places are that are tried along a line.
const STEP: f32 = 8.0;
/// How often all labels are looked at: one that moved makes room for others.
const ROUNDS: usize = 3;

/// A rectangle: left, top, right, bottom.
#[derive(Clone, Copy)]
struct Area(f32, f32, f32, f32);

impl Area {
    fn around((x, y): (f32, f32), (wide, high): (f32, f32)) -> Self {
        Self(x - wide / 2.0, y - high / 2.0, x + wide / 2.0, y + high / 2.0)
    }

    fn meets(&self, other: &Self) -> bool {
        self.0 < other.2 && other.0 < self.2 && self.1 < other.3 && other.1 < self.3
    }
}

/// Moves labels of lines that lie on one another or under a box: along their own line or beside it, to the nearest place that is
/// free. A picture grows to the right and downwards for it. Where there is no such place, labels stay.
pub(super) fn spread(layout: &mut Layout) {
    use DiagramKind::{Class, Er, Flowchart, State};
    if !matches!(layout.kind, Flowchart | State | Class | Er) {
        return;
    }
    let boxes: Vec<Area> = layout.nodes.values().filter(|node| !node.hidden).map(of_box).collect();
    for _ in 0..ROUNDS {
        if !round(layout, &boxes) {
            break;
        }
    }
}

/// Looks at each label once; tells whether one was moved.
fn round(layout: &mut Layout, boxes: &[Area]) -> bool {
    let mut moved = false;
    for at in 0..layout.edges.len() {
        if area(&layout.edges[at]).is_some_and(|label| boxes.iter().any(|area| area.meets(&label))) {
            moved |= move_one(layout, &[at], boxes);
        }
        for other in 0..at {
            let (Some(one), Some(two)) = (area(&layout.edges[at]), area(&layout.edges[other])) else { continue };
            if one.meets(&two) {
                // A line between two boxes that are near to each other has no room of its own: then the other one goes.
                moved |= move_one(layout, &[at, other], boxes);
            }
        }
    }
    moved
}

/// Moves the first label of these edges for which there is a free place; tells whether there was one.
fn move_one(layout: &mut Layout, edges: &[usize], boxes: &[Area]) -> bool {
    let found = edges.iter().find_map(|edge| Some((*edge, free_place(layout, *edge, boxes)?)));
    let Some((edge, place)) = found else { return false };
    layout.edges[edge].label_anchor = Some(place);
    if let Some(Area(_, _, right, bottom)) = area(&layout.edges[edge]) {
        layout.width = layout.width.max(right + PAD);
        layout.height = layout.height.max(bottom + PAD);
    }
    true
}

fn of_box(node: &NodeLayout) -> Area {
    Area(node.x, node.y, node.x + node.width, node.y + node.height)
}

fn area(edge: &EdgeLayout) -> Option<Area> {
    let label = edge.label.as_ref()?;
    Some(Area::around(edge.label_anchor?, (label.width + 2.0 * PAD, label.height + 2.0 * PAD)))
}

/// The centre nearest to where the label of an edge is now, at which it covers nothing.
fn free_place(layout: &Layout, edge: usize, boxes: &[Area]) -> Option<(f32, f32)> {
    let of = &layout.edges[edge];
    let (label, now) = (of.label.as_ref()?, of.label_anchor?);
    let size = (label.width + 2.0 * PAD, label.height + 2.0 * PAD);
    let others = layout.edges.iter().enumerate().filter(|(at, _)| *at != edge).filter_map(|(_, other)| area(other));
    let taken: Vec<Area> = others.chain(boxes.iter().copied()).collect();
    let beside = size.0 / 2.0 + PAD;
    let places = along(&of.points).flat_map(|(x, y)| [(x, y), (x + beside, y), (x - beside, y)]);
    places
        .filter(|place| {
            let wanted = Area::around(*place, size);
            wanted.0 >= 0.0 && wanted.1 >= 0.0 && !taken.iter().any(|area| area.meets(&wanted))
        })
        .min_by(|one, two| far(*one, now).total_cmp(&far(*two, now)))
}

/// Points on a line, a step from each other.
fn along(points: &[(f32, f32)]) -> impl Iterator<Item = (f32, f32)> {
    points.windows(2).flat_map(|ends| {
        let ((x, y), (to_x, to_y)) = (ends[0], ends[1]);
        let steps = (far((x, y), (to_x, to_y)) / STEP).ceil().clamp(1.0, 1_000.0);
        (0..=steps as u16).map(move |step| {
            let part = f32::from(step) / steps;
            (x + (to_x - x) * part, y + (to_y - y) * part)
        })
    })
}

fn far((x, y): (f32, f32), (to_x, to_y): (f32, f32)) -> f32 {
    (to_x - x).hypot(to_y - y)
}

#[cfg(test)]
mod tests {
    use mermaid_rs_renderer::{LayoutConfig, Theme, compute_layout, parse_mermaid};

    use super::{area, spread};

    /// How often a label of a line lies on another or on a box, before and after.
    fn covered(text: &str) -> (usize, usize) {
        let graph = parse_mermaid(text).unwrap().graph;
        let mut layout = compute_layout(&graph, &Theme::modern(), &LayoutConfig::default());
        let count = |layout: &super::Layout| {
            let areas: Vec<_> = layout.edges.iter().filter_map(area).collect();
            let pairs =
                areas.iter().enumerate().flat_map(|(at, one)| areas[..at].iter().map(move |two| one.meets(two)));
            let boxes = layout.nodes.values().filter(|node| !node.hidden).map(super::of_box);
            let under = boxes.map(|one| areas.iter().filter(|label| label.meets(&one)).count()).sum::<usize>();
            pairs.filter(|meets| *meets).count() + under
        };
        let before = count(&layout);
        spread(&mut layout);
        let labels = layout.edges.iter().filter_map(area);
        assert!(labels.into_iter().all(|label| label.2 <= layout.width && label.3 <= layout.height), "{text}");
        (before, count(&layout))
    }

    #[test]
    fn no_label_of_a_line_lies_on_another_or_under_a_box() {
        let short = "stateDiagram-v2\n[*] --> held: seats are free\nheld --> paid: card accepted\nheld --> [*]: ten minutes pass\n\
                     paid --> cancelled: traveller or weather\ncancelled --> [*]: fare paid back\n";
        let (before, after) = covered(short);
        assert!(before > 0, "nothing lies on anything, so nothing is tested");
        assert_eq!(after, 0);
        let long = "stateDiagram-v2\n[*] --> one: first label\none --> two: second label\none --> [*]: third label is rather long\n\
                    two --> three: fourth label\ntwo --> [*]: fifth label\nthree --> [*]: sixth\nthree --> one: back again from here\n";
        let (before, after) = covered(long);
        // A label on a line that is as short as itself has no other place.
        assert!(before > 1 && after <= 1, "{before}, then {after}");
    }
}

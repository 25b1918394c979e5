use std::collections::{BTreeSet, VecDeque};

/// Room between the middles of two boxes of a column, of a box and a passing arrow, and of two passing arrows.
const APART: [f64; 3] = [54.0, 40.0, 22.0];
/// Sweeps that order the columns, and that straighten the arrows.
const SWEEPS: usize = 8;

/// Where everything stands: columns from left to right, heights in pixels from the top.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Column and height of the middle of each box.
    pub boxes: Vec<(usize, i32)>,
    /// For each arrow the heights of its way, one for each column from its left end to its right end.
    pub ways: Vec<Way>,
    /// Number of columns.
    pub columns: usize,
    /// From the top of the highest to the bottom of the lowest.
    pub height: i32,
}

/// The way of an arrow through the columns.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub first_column: usize,
    pub heights: Vec<i32>,
    /// The arrow points to the left: it closes a circle.
    pub leftwards: bool,
}

/// A point that is placed: a box, or where a long arrow passes a column.
struct Points {
    column: Vec<usize>,
    /// Points of the column before and after that it is joined with.
    before: Vec<Vec<usize>>,
    after: Vec<Vec<usize>>,
    boxes: usize,
}

/// Places `count` boxes so that arrows go from left to right, in columns, with few crossings (the layered method: break circles,
/// longest paths, order by barycentres, straighten). The same graph always gives the same drawing.
pub(super) fn layout(count: usize, arrows: &[(usize, usize)]) -> Layout {
    let turned = turned(count, arrows);
    let directed: Vec<(usize, usize)> =
        arrows.iter().zip(&turned).map(|(&(from, to), turned)| if *turned { (to, from) } else { (from, to) }).collect();
    let columns = columns(count, &directed);
    let (points, ways) = points(count, &directed, columns);
    let order = order(&points);
    let heights = straighten(&points, &order);
    let top = heights.iter().copied().fold(f64::INFINITY, f64::min);
    #[expect(clippy::cast_possible_truncation, reason = "a drawing is some thousand pixels high")]
    let height = |point: usize| (heights[point] - top + 24.0).round() as i32;
    let ways = ways
        .into_iter()
        .zip(turned)
        .map(|(way, leftwards)| Way {
            first_column: points.column[way[0]],
            heights: way.into_iter().map(height).collect(),
            leftwards,
        })
        .collect();
    Layout {
        boxes: (0..count).map(|node| (points.column[node], height(node))).collect(),
        ways,
        columns: order.len(),
        height: (0..points.column.len()).map(height).max().unwrap_or(0) + 24,
    }
}

/// The arrows that are turned round so that no circle is left: those that lead back to a box on the way to them.
fn turned(count: usize, arrows: &[(usize, usize)]) -> Vec<bool> {
    let mut out = vec![Vec::new(); count];
    for (at, &(from, to)) in arrows.iter().enumerate() {
        out[from].push((at, to));
    }
    let mut turned = vec![false; arrows.len()];
    // 0: not seen, 1: on the way, 2: done.
    let mut state = vec![0_u8; count];
    for start in 0..count {
        if state[start] != 0 {
            continue;
        }
        state[start] = 1;
        let mut stack = vec![(start, 0)];
        while let Some((node, next)) = stack.pop() {
            let Some(&(at, to)) = out[node].get(next) else {
                state[node] = 2;
                continue;
            };
            stack.push((node, next + 1));
            match state[to] {
                0 => {
                    state[to] = 1;
                    stack.push((to, 0));
                }
                1 => turned[at] = true,
                _ => {}
            }
        }
    }
    turned
}

/// Columns by the longest path; a box that nothing leads to stands just before the first box it leads to.
fn columns(count: usize, arrows: &[(usize, usize)]) -> Vec<usize> {
    let mut column = vec![0; count];
    let mut incoming = vec![0_usize; count];
    let mut out = vec![Vec::new(); count];
    for &(from, to) in arrows {
        incoming[to] += 1;
        out[from].push(to);
    }
    let sources: Vec<usize> = (0..count).filter(|node| incoming[*node] == 0).collect();
    let mut queue: VecDeque<usize> = sources.iter().copied().collect();
    while let Some(node) = queue.pop_front() {
        for &to in &out[node] {
            column[to] = column[to].max(column[node] + 1);
            incoming[to] -= 1;
            if incoming[to] == 0 {
                queue.push_back(to);
            }
        }
    }
    for node in sources {
        if let Some(first) = out[node].iter().map(|to| column[*to]).min() {
            column[node] = first - 1;
        }
    }
    let used: BTreeSet<usize> = column.iter().copied().collect();
    column.iter().map(|wanted| used.range(..wanted).count()).collect()
}

/// Boxes and passing points, joined from column to column; and for each arrow the points of its way.
fn points(count: usize, arrows: &[(usize, usize)], column: Vec<usize>) -> (Points, Vec<Vec<usize>>) {
    let mut points = Points { before: vec![Vec::new(); count], after: vec![Vec::new(); count], column, boxes: count };
    let mut ways = Vec::with_capacity(arrows.len());
    for &(from, to) in arrows {
        let mut way = vec![from];
        for passed in points.column[from] + 1..points.column[to] {
            points.column.push(passed);
            points.before.push(Vec::new());
            points.after.push(Vec::new());
            way.push(points.column.len() - 1);
        }
        way.push(to);
        for pair in way.windows(2) {
            points.after[pair[0]].push(pair[1]);
            points.before[pair[1]].push(pair[0]);
        }
        ways.push(way);
    }
    (points, ways)
}

/// The points of each column from top to bottom: the best of some sweeps that order each by the middle of its neighbours.
fn order(points: &Points) -> Vec<Vec<usize>> {
    let columns = points.column.iter().max().map_or(0, |last| last + 1);
    let mut order = vec![Vec::new(); columns];
    for (point, column) in points.column.iter().enumerate() {
        order[*column].push(point);
    }
    let mut best = order.clone();
    let mut fewest = crossings(points, &order);
    for sweep in 0..SWEEPS {
        let forwards = sweep % 2 == 0;
        let list: Vec<usize> = if forwards { (0..columns).collect() } else { (0..columns).rev().collect() };
        for column in list {
            let place = places(points, &order);
            let key = |point: &usize| {
                let joined = if forwards { &points.before[*point] } else { &points.after[*point] };
                let sum: usize = joined.iter().map(|other| place[*other]).sum();
                // In thousandths, so that equal middles are equal; a point without neighbours stays where it is.
                let middle = if joined.is_empty() { place[*point] * 1000 } else { sum * 1000 / joined.len() };
                (middle, place[*point])
            };
            order[column].sort_by_key(key);
        }
        let found = crossings(points, &order);
        if found < fewest {
            fewest = found;
            best.clone_from(&order);
        }
    }
    best
}

fn places(points: &Points, order: &[Vec<usize>]) -> Vec<usize> {
    let mut place = vec![0; points.column.len()];
    for column in order {
        for (at, point) in column.iter().enumerate() {
            place[*point] = at;
        }
    }
    place
}

fn crossings(points: &Points, order: &[Vec<usize>]) -> usize {
    let place = places(points, order);
    let mut count = 0;
    for column in order {
        let joins: Vec<(usize, usize)> = column
            .iter()
            .flat_map(|left| points.after[*left].iter().map(|right| (place[*left], place[*right])))
            .collect();
        for (at, one) in joins.iter().enumerate() {
            count += joins[at + 1..]
                .iter()
                .filter(|other| (one.0 < other.0) != (one.1 < other.1) && one.0 != other.0 && one.1 != other.1)
                .count();
        }
    }
    count
}

/// Heights: each point as near to the middle of its neighbours as the order and the room between points allow.
fn straighten(points: &Points, order: &[Vec<usize>]) -> Vec<f64> {
    let mut height = vec![0.0; points.column.len()];
    for column in order {
        let wanted = vec![0.0; column.len()];
        settle(points, column, &wanted, &mut height);
    }
    for sweep in 0..SWEEPS {
        let columns: Vec<&Vec<usize>> =
            if sweep % 2 == 0 { order.iter().collect() } else { order.iter().rev().collect() };
        for column in columns {
            let wanted: Vec<f64> = column
                .iter()
                .map(|point| {
                    let joined: Vec<usize> =
                        points.before[*point].iter().chain(&points.after[*point]).copied().collect();
                    if joined.is_empty() {
                        return height[*point];
                    }
                    #[expect(clippy::cast_precision_loss, reason = "a box has few arrows")]
                    let count = joined.len() as f64;
                    joined.iter().map(|other| height[*other]).sum::<f64>() / count
                })
                .collect();
            settle(points, column, &wanted, &mut height);
        }
    }
    height
}

/// Sets the heights of one column: the mean of pushing everything down and pushing everything up.
fn settle(points: &Points, column: &[usize], wanted: &[f64], height: &mut [f64]) {
    let apart = |a: usize, b: usize| APART[usize::from(a >= points.boxes) + usize::from(b >= points.boxes)];
    let mut down = wanted.to_vec();
    for at in 1..column.len() {
        down[at] = down[at].max(down[at - 1] + apart(column[at - 1], column[at]));
    }
    let mut up = wanted.to_vec();
    for at in (1..column.len()).rev() {
        up[at - 1] = up[at - 1].min(up[at] - apart(column[at - 1], column[at]));
    }
    for (at, point) in column.iter().enumerate() {
        height[*point] = f64::midpoint(down[at], up[at]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_a_line_and_a_circle_has_one_arrow_back() {
        let chain = layout(3, &[(0, 1), (1, 2)]);
        assert_eq!(chain.boxes, [(0, 24), (1, 24), (2, 24)]);
        let circle = layout(3, &[(0, 1), (1, 2), (2, 0)]);
        assert_eq!(circle.ways.iter().filter(|way| way.leftwards).count(), 1);
        assert_eq!(circle.columns, 3);
    }

    proptest::proptest! {
        #[test]
        fn boxes_never_overlap_and_arrows_reach_their_ends(
            arrows in proptest::collection::vec((0_usize..20, 0_usize..20), 0..60)
        ) {
            let arrows: Vec<(usize, usize)> = arrows.into_iter().filter(|(from, to)| from != to).collect();
            let drawn = layout(20, &arrows);
            for (a, left) in drawn.boxes.iter().enumerate() {
                for right in &drawn.boxes[..a] {
                    proptest::prop_assert!(left.0 != right.0 || (left.1 - right.1).abs() >= 50, "{left:?} {right:?}");
                }
            }
            for (way, &(from, to)) in drawn.ways.iter().zip(&arrows) {
                let (from, to) = if way.leftwards { (to, from) } else { (from, to) };
                proptest::prop_assert_eq!((way.first_column, way.heights[0]), drawn.boxes[from]);
                let last = (way.first_column + way.heights.len() - 1, way.heights[way.heights.len() - 1]);
                proptest::prop_assert_eq!(last, drawn.boxes[to]);
            }
            proptest::prop_assert_eq!(drawn, layout(20, &arrows));
        }
    }
}

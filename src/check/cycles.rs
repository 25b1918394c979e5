use std::collections::BTreeSet;

use super::rules;
use crate::base::{Diagnostic, Limits};
use crate::catalog::{Catalog, EntityRef, Written};

/// Relations that must not lead back to where they started.
const TREES: &[&str] = &["dependsOn", "partOf", "childOf"];

/// One finding for every group of entities that reach each other, at the first of them.
pub(super) fn find(catalog: &Catalog, limits: &Limits) -> Vec<Diagnostic> {
    TREES.iter().flat_map(|kind| circles(catalog, kind, limits)).collect()
}

fn circles(catalog: &Catalog, kind: &str, limits: &Limits) -> Vec<Diagnostic> {
    let next = |at: usize| -> Vec<usize> {
        let related = catalog.entities[at].related(kind);
        related.filter_map(|target| catalog.entities.get_index_of(target)).collect()
    };
    let graph: Vec<Vec<usize>> = (0..catalog.entities.len()).map(next).collect();
    let groups = components(&graph);
    let circular = groups.into_iter().filter(|group| group.len() > 1 || graph[group[0]].contains(&group[0]));
    circular.map(|group| finding(catalog, kind, &graph, &group, limits)).collect()
}

fn finding(catalog: &Catalog, kind: &str, graph: &[Vec<usize>], group: &[usize], limits: &Limits) -> Diagnostic {
    const SHOWN: usize = 6;
    let name = |at: usize| -> &EntityRef { &catalog.entities[at].reference };
    let members: BTreeSet<usize> = group.iter().copied().collect();
    let first = group[0];
    let mut path = vec![first];
    // Walks inside the group until it meets itself: that is a circle, though not always the shortest.
    loop {
        let last = *path.last().expect("the path begins with one");
        let Some(step) = graph[last].iter().copied().find(|at| members.contains(at)) else { break };
        if let Some(at) = path.iter().position(|seen| *seen == step) {
            path.drain(..at);
            path.push(step);
            break;
        }
        path.push(step);
    }
    let start = &catalog.entities[path[0]];
    let place = Written::of(start, limits).and_then(|written| written.place(&["metadata", "name"]));
    let shown: Vec<String> = path.iter().take(SHOWN).map(|at| format!("`{}`", name(*at))).collect();
    let more = if path.len() > SHOWN { format!(" → … ({} in all)", path.len() - 1) } else { String::new() };
    rules::CYCLE
        .diagnostic(format!("`{kind}` goes round in a circle: {}{more}", shown.join(" → ")))
        .at(place.unwrap_or_else(|| start.place.clone()))
        .about(start.reference.to_string())
        .hint("remove one of the relations")
}

/// Strongly connected components (Tarjan), without recursion; each sorted, in order of their first members.
fn components(graph: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let mut order = vec![UNSEEN; graph.len()];
    let mut low = vec![0; graph.len()];
    let mut on_stack = vec![false; graph.len()];
    let (mut stack, mut groups, mut count) = (Vec::new(), Vec::new(), 0);
    for root in 0..graph.len() {
        if order[root] != UNSEEN {
            continue;
        }
        let mut work = vec![(root, 0)];
        while let Some((at, edge)) = work.pop() {
            if edge == 0 {
                order[at] = count;
                low[at] = count;
                count += 1;
                stack.push(at);
                on_stack[at] = true;
            }
            if let Some(&to) = graph[at].get(edge) {
                work.push((at, edge + 1));
                if order[to] == UNSEEN {
                    work.push((to, 0));
                } else if on_stack[to] {
                    low[at] = low[at].min(order[to]);
                }
                continue;
            }
            if low[at] == order[at] {
                let from = stack.iter().rposition(|member| *member == at).expect("it was put there");
                let mut group = stack.split_off(from);
                group.iter().for_each(|member| on_stack[*member] = false);
                group.sort_unstable();
                groups.push(group);
            }
            if let Some((parent, _)) = work.last() {
                low[*parent] = low[*parent].min(low[at]);
            }
        }
    }
    groups.sort_unstable();
    groups
}

#[cfg(test)]
mod tests {
    use super::components;

    #[test]
    fn circles_are_found_without_recursion() {
        assert_eq!(components(&[vec![1], vec![2], vec![0], vec![3], vec![0]]), [vec![0, 1, 2], vec![3], vec![4]]);
        let long: Vec<Vec<usize>> = (0..100_000).map(|at| vec![(at + 1) % 100_000]).collect();
        assert_eq!(components(&long).len(), 1);
    }
}

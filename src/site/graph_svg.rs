use std::fmt::Write;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::graph::{Graph, Node, Role};
use super::graph_layout::{Way, layout};
use crate::base::escape_html;

/// Size of a box and room between columns, in pixels.
const WIDTH: usize = 176;
const HEIGHT: i32 = 42;
const GAP: usize = 60;
/// Letters that fit into a box.
const LETTERS: usize = 18;

/// Draws the graph: every box a link, every arrow with its words in a `title`. Colours come from the theme by the classes
/// `cb-graph-box`, `cb-graph-arrow` and `cb-kind-…`; without it the drawing is in the colour of the text.
pub(super) fn draw(graph: &Graph, label: &str) -> String {
    let ends: Vec<(usize, usize)> = graph.arrows.iter().map(|arrow| (arrow.from, arrow.to)).collect();
    let placed = layout(graph.nodes.len(), &ends);
    let inner = placed.columns * WIDTH + placed.columns.saturating_sub(1) * GAP;
    let (width, left) = (inner + 4, 2);
    let height = placed.height + 4;
    let mut out = String::with_capacity(400 * (graph.nodes.len() + graph.arrows.len()) + 400);
    let _ = write!(
        out,
        "<svg class=\"cb-graph-svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"group\" \
         aria-label=\"{}\" font-size=\"13\"><defs><marker id=\"cb-arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" \
         markerWidth=\"8\" markerHeight=\"8\" orient=\"auto-start-reverse\"><path d=\"M0 0.5 7.5 4 0 7.5z\" fill=\"currentColor\"/></marker></defs>",
        escape_html(label)
    );
    out.push_str("<g class=\"cb-graph-arrows\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.25\">");
    for (arrow, way) in graph.arrows.iter().zip(&placed.ways) {
        let words = format!("{} {} {}", graph.nodes[arrow.from].title, arrow.label, graph.nodes[arrow.to].title);
        let class = arrow.label.split(", ").next().unwrap_or("").replace(' ', "-");
        // Parts are the paper that the other relations are drawn on.
        let faint = if class == "has-part" { " stroke-opacity=\"0.45\"" } else { "" };
        let end = if way.leftwards { "marker-start" } else { "marker-end" };
        let _ = write!(
            out,
            "<path class=\"cb-graph-arrow cb-arrow-{}\" data-ends=\"{} {}\" data-words=\"{}\" d=\"{}\"{faint} {end}=\"url(#cb-arrow)\"><title>{}</title></path>",
            escape_html(&class),
            arrow.from,
            arrow.to,
            escape_html(&arrow.label),
            path(way, left),
            escape_html(&words)
        );
    }
    out.push_str("</g>");
    for (node, &(column, middle)) in graph.nodes.iter().zip(&placed.boxes) {
        draw_box(node, left + column * (WIDTH + GAP), middle, &mut out);
    }
    out.push_str("</svg>");
    out
}

fn draw_box(node: &Node, x: usize, middle: i32, out: &mut String) {
    let role = match node.role {
        Role::Focus => " cb-graph-focus",
        Role::Entity => "",
        Role::Missing => " cb-graph-missing",
        Role::Rest => " cb-graph-rest",
    };
    let kind: String = node.kind.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let dashed = if matches!(node.role, Role::Missing | Role::Rest) { " stroke-dasharray=\"4 3\"" } else { "" };
    let weight = if node.role == Role::Focus { 2.0 } else { 1.0 };
    let top = middle - HEIGHT / 2;
    let _ = write!(
        out,
        "<a class=\"cb-graph-box cb-kind-{kind}{role}\" href=\"{}\"><title>{} ({})</title>\
         <rect x=\"{x}\" y=\"{top}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"6\" fill=\"transparent\" stroke=\"currentColor\" stroke-width=\"{weight}\"{dashed}/>\
         <text x=\"{}\" y=\"{}\" fill=\"currentColor\" font-weight=\"600\">{}</text>\
         <text class=\"cb-graph-note\" x=\"{}\" y=\"{}\" fill=\"currentColor\" font-size=\"11\">{}</text></a>",
        escape_html(&node.url),
        escape_html(&node.title),
        escape_html(&node.note),
        x + 12,
        middle - 3,
        escape_html(&fitted(&node.title, LETTERS)),
        x + 12,
        middle + 13,
        escape_html(&fitted(&node.note, LETTERS + 6)),
    );
}

fn path(way: &Way, left: usize) -> String {
    let mut out = String::new();
    let mut column_x = left + way.first_column * (WIDTH + GAP);
    for (at, pair) in way.heights.windows(2).enumerate() {
        let from = column_x + WIDTH;
        let to = from + GAP;
        let middle = from + GAP / 2;
        if at == 0 {
            let _ = write!(out, "M{from} {}", pair[0]);
        } else {
            let _ = write!(out, "H{from}");
        }
        let _ = write!(out, "C{middle} {} {middle} {} {to} {}", pair[0], pair[1], pair[1]);
        column_x += WIDTH + GAP;
    }
    out
}

/// The text, cut with an ellipsis where it is wider than so many letters.
fn fitted(text: &str, letters: usize) -> String {
    if text.width() <= letters {
        return text.to_owned();
    }
    let mut width = 1;
    let mut cut = String::new();
    for character in text.chars() {
        width += character.width().unwrap_or(0);
        if width > letters {
            break;
        }
        cut.push(character);
    }
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_are_escaped_and_every_box_is_a_link() {
        let mut graph = Graph::default();
        for title in ["<b>&\"", "a name that is much too long for its box"] {
            graph.nodes.push(Node {
                title: title.to_owned(),
                note: "Component".to_owned(),
                kind: "x\" onload=".to_owned(),
                url: "../?a&\"".to_owned(),
                role: Role::Entity,
            });
        }
        graph.connect(0, 1, "depends on");
        graph.connect(0, 1, "provides");
        let svg = draw(&graph, "Relations");
        assert!(svg.contains("&lt;b&gt;") && !svg.contains("<b>") && svg.contains("href=\"../?a&amp;&quot;\""));
        assert!(svg.contains("depends on, provides") && svg.contains("a name that is mu…"));
        assert_eq!(svg.matches("<a class=\"cb-graph-box cb-kind-xonload\"").count(), 2);
    }
}

use layout::backends::svg::SVGWriter;
use layout::gv::parser::ast::{Graph, NodeId, Stmt};
use layout::gv::{DotParser, GraphBuilder};

use super::bounded::bounded;
use super::fault::Fault;
use super::rendered::Rendered;

/// Most nodes and edges that are laid out.
const PARTS: usize = 500;

/// Draws the common subset of Graphviz's language: nodes, edges and their labels, records, colours, direction. Clusters would
/// lose their frames and HTML labels their form, so graphs with them are not drawn.
pub(super) fn render(text: &str, seconds: u64) -> Result<Rendered, Fault> {
    let source = text.to_owned();
    let (svg, labels) = bounded(seconds, move || draw(&source)).map_err(Fault::source)??;
    Ok(Rendered { svg, labels, own_colors: Some(text.to_ascii_lowercase()), title: None })
}

fn draw(source: &str) -> Result<(String, Vec<String>), Fault> {
    let mut parser = DotParser::new(source);
    let graph = parser.process().map_err(|error| Fault::source(format!("it does not parse: {error}")))?;
    let mut found = Found::default();
    found.graph(&graph)?;
    if found.parts > PARTS {
        return Err(Fault::source(format!("it has more than {PARTS} nodes and edges")));
    }
    let mut builder = GraphBuilder::new();
    builder.visit_graph(&graph);
    let mut visual = builder.get();
    let mut writer = SVGWriter::new();
    visual.do_it(false, false, false, &mut writer);
    Ok((writer.finalize(), found.labels))
}

/// What a graph shows.
#[derive(Default)]
struct Found {
    labels: Vec<String>,
    parts: usize,
}

impl Found {
    fn graph(&mut self, graph: &Graph) -> Result<(), Fault> {
        for statement in &graph.list.list {
            match statement {
                Stmt::Node(node) => {
                    self.parts += 1;
                    let label = attribute(&node.list.list, "label");
                    self.label(label.unwrap_or(&node.id.name))?;
                }
                Stmt::Edge(edge) => {
                    self.parts += edge.to.len();
                    for NodeId { .. } in std::iter::once(&edge.from).chain(edge.to.iter().map(|(to, _)| to)) {
                        self.parts += 1;
                    }
                    if let Some(label) = attribute(&edge.list.list, "label") {
                        self.label(label)?;
                    }
                }
                Stmt::SubGraph(inner) if inner.name.starts_with("cluster") => {
                    return Err(Fault::source(format!("the frame of `{}` would not be drawn", inner.name)));
                }
                Stmt::SubGraph(inner) => self.graph(inner)?,
                Stmt::Attribute(_) => {}
            }
        }
        Ok(())
    }

    fn label(&mut self, label: &str) -> Result<(), Fault> {
        if label.starts_with('<') {
            return Err(Fault::source("labels of HTML are not drawn"));
        }
        // Parts of a record, `{<port> a | b}`, and the marks for line ends.
        let parts = label.split(['|', '{', '}']).map(|part| {
            let part = part.trim();
            let part = part.strip_prefix('<').and_then(|port| port.split_once('>')).map_or(part, |(_, text)| text);
            part.replace("\\n", " ").replace("\\l", " ").replace("\\r", " ")
        });
        self.labels.extend(parts);
        Ok(())
    }
}

fn attribute<'a>(list: &'a [(String, String)], name: &str) -> Option<&'a str> {
    list.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

use mermaid_rs_renderer::{DiagramKind, Graph, LayoutConfig, Theme, compute_layout, parse_mermaid, render_svg};

use super::bounded::bounded;
use super::fault::Fault;
use super::rendered::Rendered;
use super::{flowchart, labels, paint};

/// Most nodes and links that are laid out: the renderer's time grows with their square.
const PARTS: usize = 1_000;

/// Kinds that are drawn, by the word that a diagram begins with.
const KINDS: &[&str] = &[
    "graph",
    "flowchart",
    "sequenceDiagram",
    "classDiagram",
    "stateDiagram",
    "stateDiagram-v2",
    "erDiagram",
    "pie",
    "journey",
    "timeline",
    "gantt",
    "gitGraph",
    "gitGraph:",
    "mindmap",
    "quadrantChart",
    "xychart-beta",
    "xychart",
    "C4Context",
    "C4Container",
    "C4Component",
    "C4Dynamic",
    "C4Deployment",
];

/// What a source holds before its diagram is looked at.
struct Source {
    /// The diagram, from its first word on; comments are blank lines.
    body: String,
    /// Lines before it.
    skipped: usize,
    kind: String,
    title: Option<String>,
}

/// Draws a Mermaid diagram.
pub(super) fn render(text: &str, seconds: u64) -> Result<Rendered, Fault> {
    let source = read(text)?;
    let down = |fault: Fault| Fault { line: fault.line.map(|line| line + source.skipped), ..fault };
    let (body, mut labels, links) = match source.kind.as_str() {
        "graph" | "flowchart" => {
            let flow = flowchart::read(&source.body).map_err(down)?;
            (flow.text, flow.labels, Some(flow.links))
        }
        kind => (source.body.clone(), written_labels(kind, &source.body), None),
    };
    let (svg, drawn) = bounded(seconds, move || draw(&body, links)).map_err(Fault::source)?.map_err(down)?;
    // What the renderer read must be in the picture, too, if an author wrote it: it makes up names of its own.
    labels.extend(drawn.into_iter().filter(|label| text.contains(label.as_str())));
    Ok(Rendered { svg, labels, own_colors: Some(text.to_ascii_lowercase()), title: source.title })
}

/// Takes front matter, directives and comments off, so that lines keep their numbers.
fn read(text: &str) -> Result<Source, Fault> {
    let mut lines = text.lines().enumerate().peekable();
    let mut title = None;
    while lines.next_if(|(_, line)| line.trim().is_empty()).is_some() {}
    if let Some((start, _)) = lines.next_if(|(_, line)| line.trim() == "---") {
        loop {
            let Some((_, line)) = lines.next() else { return Err(Fault::at(start, "this `---` has no second one")) };
            if line.trim() == "---" {
                break;
            }
            title =
                title.or_else(|| line.strip_prefix("title:").map(|title| title.trim().trim_matches('"').to_owned()));
        }
    }
    let mut body = String::new();
    let mut skipped = None;
    let mut kind = String::new();
    for (number, line) in lines {
        let comment = line.trim_start().starts_with("%%");
        if skipped.is_none() && (comment || line.trim().is_empty()) {
            continue;
        }
        if skipped.is_none() {
            skipped = Some(number);
            kind = line.split([' ', '\t', ';']).find(|word| !word.is_empty()).unwrap_or_default().to_owned();
        }
        body.push_str(if comment { "" } else { line });
        body.push('\n');
        title = title.or_else(|| line.trim().strip_prefix("accTitle:").map(|title| title.trim().to_owned()));
    }
    let Some(skipped) = skipped else { return Err(Fault::source("there is no diagram in it")) };
    if !KINDS.contains(&kind.as_str()) {
        return Err(Fault::at(skipped, format!("`{kind}` is no kind of Mermaid diagram that is drawn here")));
    }
    Ok(Source { body, skipped, kind, title: title.filter(|title| !title.is_empty()) })
}

/// Parses, lays out and paints; gives the SVG and the labels of what was parsed.
fn draw(body: &str, links: Option<usize>) -> Result<(String, Vec<String>), Fault> {
    let parsed = parse_mermaid(body).map_err(|error| Fault::source(format!("it does not parse: {error}")))?;
    let mut graph = parsed.graph;
    if graph.nodes.len() + graph.edges.len() > PARTS {
        return Err(Fault::source(format!("it has more than {PARTS} nodes and links")));
    }
    if let Some(links) = links
        && links != graph.edges.len()
    {
        let message = format!("the picture would show {} of {links} links", graph.edges.len());
        return Err(Fault::source(message));
    }
    check_dates(&graph)?;
    make_readable(&mut graph);
    let (theme, layout) = (theme(), LayoutConfig::default());
    let mut placed = compute_layout(&graph, &theme, &layout);
    labels::spread(&mut placed);
    let svg = render_svg(&placed, &theme, &layout);
    let nodes = graph.nodes.values().map(|node| node.label.clone());
    let edges = graph.edges.iter().filter_map(|edge| edge.label.clone());
    let groups = graph.subgraphs.iter().map(|group| group.label.clone());
    Ok((svg, nodes.chain(edges).chain(groups).collect()))
}

/// The renderer knows only dates of the form 2024-12-31; with others it would show a day that nobody meant.
fn check_dates(graph: &Graph) -> Result<(), Fault> {
    if graph.kind != DiagramKind::Gantt {
        return Ok(());
    }
    let is_date = |text: &str| {
        let parts: Vec<&str> = text.split('-').collect();
        parts.len() == 3
            && parts
                .iter()
                .zip([4, 2, 2])
                .all(|(part, long)| part.len() == long && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let ids: Vec<&str> = graph.gantt_tasks.iter().map(|task| task.id.as_str()).collect();
    for task in &graph.gantt_tasks {
        let begins =
            task.start.as_deref().is_some_and(is_date) || task.after.as_deref().is_some_and(|id| ids.contains(&id));
        if !begins {
            return Err(Fault::source(format!(
                "the task `{}` has no date of the form 2024-12-31 to begin at",
                task.label
            )));
        }
    }
    Ok(())
}

/// Text on a colour of the author's own gets a colour that can be read on it, whatever the theme.
fn make_readable(graph: &mut Graph) {
    let styles = graph.class_defs.values_mut().chain(graph.node_styles.values_mut());
    for style in styles.chain(graph.subgraph_styles.values_mut()) {
        if style.text_color.is_none() {
            style.text_color = style.fill.as_deref().and_then(paint::text_on).map(str::to_owned);
        }
    }
}

fn theme() -> Theme {
    let own = |part: &paint::Part| part.given.to_owned();
    let mut theme = Theme::modern();
    let series = |at: usize| paint::SERIES[at % paint::SERIES.len()].given.to_owned();
    theme.primary_color = own(&paint::NODE);
    theme.primary_text_color = own(&paint::TEXT);
    theme.primary_border_color = own(&paint::NODE_BORDER);
    theme.line_color = own(&paint::LINE);
    theme.secondary_color = own(&paint::GROUP);
    theme.tertiary_color = own(&paint::CANVAS);
    theme.edge_label_background = own(&paint::CANVAS);
    theme.cluster_background = own(&paint::GROUP);
    theme.cluster_border = own(&paint::GROUP_BORDER);
    "none".clone_into(&mut theme.background);
    theme.sequence_actor_fill = own(&paint::NODE);
    theme.sequence_actor_border = own(&paint::NODE_BORDER);
    theme.sequence_actor_line = own(&paint::GROUP_BORDER);
    theme.sequence_note_fill = own(&paint::NOTE);
    theme.sequence_note_border = own(&paint::NOTE_BORDER);
    theme.sequence_activation_fill = own(&paint::ACTIVE);
    theme.sequence_activation_border = own(&paint::ACTIVE_BORDER);
    theme.text_color = own(&paint::TEXT);
    theme.git_colors = std::array::from_fn(series);
    theme.git_inv_colors = std::array::from_fn(series);
    theme.git_branch_label_colors = std::array::from_fn(|_| paint::LIGHT_TEXT.to_owned());
    theme.git_commit_label_color = own(&paint::TEXT);
    theme.git_commit_label_background = own(&paint::NODE);
    theme.git_tag_label_color = own(&paint::TEXT);
    theme.git_tag_label_background = own(&paint::NODE);
    theme.git_tag_label_border = own(&paint::NODE_BORDER);
    theme.pie_colors = std::array::from_fn(series);
    theme.pie_title_text_color = own(&paint::TEXT);
    theme.pie_section_text_color = own(&paint::TEXT);
    theme.pie_legend_text_color = own(&paint::TEXT);
    theme.pie_stroke_color = own(&paint::CANVAS);
    theme.pie_outer_stroke_color = own(&paint::NODE_BORDER);
    theme
}

/// What is written in a diagram other than a flowchart and must be seen in the picture.
fn written_labels(kind: &str, body: &str) -> Vec<String> {
    let mut labels = Vec::new();
    let lines = || body.lines().skip(1).map(str::trim).filter(|line| !line.is_empty());
    match kind {
        "sequenceDiagram" => lines().for_each(|line| labels.extend(sequence_label(line))),
        "stateDiagram" | "stateDiagram-v2" | "classDiagram" | "erDiagram" => {
            let mut in_note = false;
            for line in lines().filter(|line| !line.contains(['{', '~'])) {
                if in_note && line != "end note" {
                    labels.push(line.to_owned());
                }
                in_note = line != "end note" && (in_note || line.starts_with("note ") && !line.contains([':', '"']));
                let related = ["--", "..", "<|", "|>", "*-", "o-", "}|", "|{"].iter().any(|arrow| line.contains(arrow));
                let label = line.split_once(" : ").or_else(|| line.split_once(':').filter(|_| related));
                labels.extend(label.filter(|_| related).map(|(_, label)| label.trim().trim_matches('"').to_owned()));
            }
        }
        "gantt" | "journey" => {
            let words = ["dateFormat", "axisFormat", "tickInterval", "excludes", "todayMarker", "acc", "weekday"];
            for line in lines().filter(|line| !words.iter().any(|word| line.starts_with(word))) {
                let name = line.split(':').next().unwrap_or_default().trim();
                let name = name.strip_prefix("section ").or_else(|| name.strip_prefix("title ")).unwrap_or(name);
                labels.push(name.to_owned());
            }
        }
        "mindmap" => {
            for line in lines().filter(|line| !line.starts_with("::")) {
                let text = line.split_once(['[', '(', '{', ')']).map_or(line, |(_, inside)| inside);
                labels.push(text.trim_matches(['[', ']', '(', ')', '{', '}', '"', '`', ' ']).to_owned());
            }
        }
        "timeline" => {
            let texts = lines().flat_map(|line| line.split(':'));
            let texts = texts.map(|text| text.trim().trim_start_matches("section ").trim_start_matches("title "));
            labels.extend(texts.map(str::to_owned));
        }
        _ => labels.extend(quoted(body)),
    }
    labels
}

/// The text of a message, note, frame or participant.
fn sequence_label(line: &str) -> Option<String> {
    let word = line.split_whitespace().next().unwrap_or_default();
    let label = match word {
        "participant" | "actor" => line.split_once(" as ")?.1,
        "alt" | "else" | "opt" | "loop" | "par" | "and" | "critical" | "option" | "break" => {
            line.split_once(char::is_whitespace)?.1
        }
        "link" | "links" | "title" | "autonumber" | "rect" | "box" | "create" | "destroy" | "activate"
        | "deactivate" | "end" => {
            return None;
        }
        _ => line.split_once(':')?.1,
    };
    Some(label.trim().to_owned())
}

fn quoted(body: &str) -> Vec<String> {
    let links = |line: &&str| !line.contains("http://") && !line.contains("https://") && !line.contains('$');
    let quoted = |line: &str| line.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    body.lines().filter(links).flat_map(quoted).collect()
}

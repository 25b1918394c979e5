use super::abbreviations::Abbreviations;
use super::blocks::normalise;
use super::front_matter::cut_front_matter;
use super::headings::{fill, github_ids};
use super::mapped::{Mapped, without_marks};
use super::render::Render;
use super::slug::Ids;
use super::snippets::splice;
use super::{Dialect, FrontMatter, Page, rules};
use crate::base::{Problem, Span};

/// Parses one text; see [`super::read`].
pub(super) fn read_page(text: &str, dialect: &Dialect) -> Page {
    let mut problems = Vec::new();
    let (front_matter, start) = cut_front_matter(text, &mut problems);
    let clean = without_marks(&text[start..]);
    let source = splice(&clean, start, dialect, &mut problems);
    let normal = normalise(&source, dialect.depth.max(8) as usize, dialect.math);
    problems.extend(normal.problems);
    let mut page = render(&normal.text, dialect, &normal.containers, &normal.abbreviations, front_matter, 0);
    problems.append(&mut page.problems);
    problems.sort_by_key(|problem| problem.span);
    // One word on depth is enough, and the one with a place is better.
    let placed = |problem: &Problem| problem.code == rules::NESTING.code && problem.span != Span::default();
    if problems.iter().any(placed) {
        problems.retain(|problem| problem.code != rules::NESTING.code || placed(problem));
    }
    page.problems = problems;
    let spans = page.links.iter_mut().map(|link| &mut link.span);
    for span in spans.chain(page.problems.iter_mut().map(|problem| &mut problem.span)) {
        *span = within(*span, text);
    }
    page
}

/// A span inside a text, at its characters: blanks that stand for a tab are more than it.
fn within(span: Span, text: &str) -> Span {
    let floor = |at: u32| text.floor_char_boundary((at as usize).min(text.len()));
    Span::new(floor(span.start), floor(span.end))
}

fn render(
    source: &Mapped,
    dialect: &Dialect,
    containers: &[super::container::Container],
    abbreviations: &Abbreviations,
    front_matter: FrontMatter,
    demote: u8,
) -> Page {
    let mut render = Render::new(source, dialect, containers, abbreviations);
    render.demote = demote;
    render.run();
    let mut problems = render.problems;
    if render.writer.capped {
        let message = format!("blocks deeper than {} levels are shown flat", dialect.depth);
        problems.push(
            rules::NESTING.problem(Span::default(), message).hint("`limits.page_depth` sets how deep they may be"),
        );
    }
    let mut body = render.writer.finish();
    render.footnotes.write(&mut body);
    let mut ids = Ids::default();
    for anchor in &render.anchors {
        ids.take(anchor);
    }
    let headings = render.headings.finish(&mut ids);
    let github = github_ids(&headings, &mut ids);
    let annotations = render.annotations.counts;
    let mut anchors = render.anchors;
    anchors.extend(headings.iter().map(|heading| heading.id.clone()));
    anchors.extend(github.iter().flatten().cloned());
    Page {
        front_matter,
        title: render.title,
        body: fill(&body, &headings, &github, &annotations),
        sections: render.sections.finish(&headings),
        headings,
        anchors,
        annotations,
        links: render.links,
        code: render.code,
        diagrams: render.diagrams,
        problems,
    }
}

/// Parses and composes a short text; see [`super::brief`].
pub(super) fn read_brief(text: &str) -> crate::base::SafeHtml {
    let dialect = Dialect { depth: 32, ..Dialect::default() };
    let clean = without_marks(text);
    let mut source = Mapped::with_capacity(clean.len());
    source.push_from(&clean, 0);
    let page = render(&source, &dialect, &[], &Abbreviations::default(), FrontMatter::default(), 2);
    super::compose(&page, &super::Resolved::default(), &[])
}

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::read::ReadPage;
use crate::base::DiagramLanguage;
use crate::base::{Digest, Limits, Problem, Span};
use crate::diagrams::{self, Command, DrawJob, Drawing};
use crate::markdown::{CodeBlock, Page, Section};

/// Diagrams by the block that holds their source, each once.
pub type Drawings = Arc<HashMap<CodeBlock, Drawing>>;

/// Programs that draw, by language.
pub type Commands = BTreeMap<DiagramLanguage, Command>;

/// The distinct diagrams of pages, in order of their first use.
pub fn draw_jobs<'a>(
    pages: impl IntoIterator<Item = &'a Arc<ReadPage>>,
    commands: &Commands,
    limits: &Limits,
) -> Vec<DrawJob> {
    let mut seen = HashSet::new();
    let blocks = pages.into_iter().flat_map(|page| blocks(&page.page));
    blocks
        .filter(|block| seen.insert(*block))
        .map(|block| DrawJob {
            language: block.language.clone(),
            text: block.text.clone(),
            command: DiagramLanguage::of_fence(&block.language).and_then(|language| commands.get(&language)).cloned(),
            bytes: limits.diagram_bytes,
            seconds: limits.diagram_seconds,
        })
        .collect()
}

/// Draws one diagram.
pub fn draw(job: &DrawJob) -> Drawing {
    diagrams::draw(job)
}

/// Puts the products of [`draw`] beside their jobs.
pub fn drawn(jobs: Vec<DrawJob>, products: Vec<Drawing>) -> Drawings {
    let blocks = jobs.into_iter().map(|job| CodeBlock { language: job.language, text: job.text });
    Arc::new(blocks.zip(products).collect())
}

fn blocks(page: &Page) -> impl Iterator<Item = &CodeBlock> {
    page.diagrams.iter().filter_map(|place| page.code.get(place.code))
}

/// Identity of the pictures of a page; `None` for a page without any.
pub(super) fn identity(page: &Page, drawings: &Drawings) -> Option<Digest> {
    let pictures: Vec<_> = blocks(page).filter_map(|block| drawings.get(block)).map(|drawing| &drawing.html).collect();
    (!pictures.is_empty()).then(|| Digest::of("pictures", &pictures))
}

/// Whether drawing the pictures of a page once more may give others: a program failed.
pub(super) fn may_pass(page: &Page, drawings: &Drawings) -> bool {
    let faults = blocks(page).filter_map(|block| drawings.get(block)?.fault.as_ref());
    faults.into_iter().any(diagrams::Fault::may_pass)
}

/// What is to be said about the diagrams of a page, each at its line.
pub(super) fn problems(page: &Page, text: impl FnOnce() -> String, drawings: &Drawings) -> Vec<Problem> {
    let faults = page.diagrams.iter().filter_map(|place| {
        let fault = drawings.get(page.code.get(place.code)?)?.fault.as_ref()?;
        Some((place.span, fault))
    });
    let mut faults = faults.peekable();
    if faults.peek().is_none() {
        return Vec::new();
    }
    let text = text();
    faults
        .map(|(span, fault)| {
            let span = fault.line.map_or(span, |line| line_of(&text, span, line));
            fault.rule().problem(span, fault.message.clone())
        })
        .collect()
}

/// A line of a fenced block, counted from 0 below the fence.
fn line_of(text: &str, block: Span, line: usize) -> Span {
    let Some(inside) = text.get(block.range()) else { return block };
    let Some((at, _)) = inside.match_indices('\n').nth(line) else { return block };
    let start = at + 1;
    let end = inside[start..].find('\n').map_or(inside.len(), |length| start + length);
    let blank = inside[start..end].len() - inside[start..end].trim_start().len();
    (block.range().start + start + blank..block.range().start + end).into()
}

/// The text of a page for search, with the words of its pictures.
pub(super) fn sections(page: &Page, drawings: &Drawings) -> Vec<Section> {
    let mut sections = page.sections.clone();
    for place in &page.diagrams {
        let Some(drawing) = page.code.get(place.code).and_then(|block| drawings.get(block)) else { continue };
        let Some(section) = sections.get_mut(place.section).filter(|_| !drawing.labels.is_empty()) else { continue };
        if !section.text.is_empty() {
            section.text.push('\n');
        }
        section.text.push_str(&drawing.labels);
    }
    sections
}

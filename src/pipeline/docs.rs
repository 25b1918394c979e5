use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::memo::Memo;
use super::step::{Step, fenced, map, map_lasting};
use crate::base::{Diagnostic, Limits, Outcome, RelPath, SafeHtml};
use crate::catalog::Catalog;
use crate::diagrams::{DrawJob, Drawing, Fault};
use crate::markdown::CodeBlock;
use crate::sources::{LastChange, Snapshot};
use crate::techdocs::{self, Book, BookPlan, Commands, Drawings, HighlightJob};

const HIGHLIGHT: Step = Step("highlight");

/// Makes the books of all repositories: plan, read, highlight, draw, link, compose, bind.
pub fn books(
    catalog: &Catalog,
    snapshots: &[Snapshot],
    commands: &Commands,
    limits: &Limits,
    memo: &Memo,
) -> Outcome<Vec<Book>> {
    let plans = techdocs::plan(catalog, snapshots, limits);
    let mut diagnostics = plans.diagnostics;
    let mut value = bound(plans.value, snapshots, commands, limits, memo, &mut diagnostics);
    add_changes(&mut value, snapshots);
    Outcome { value, diagnostics }
}

/// Makes planned books; shared by the portal and `techdocs generate`.
pub fn bound(
    plans: Vec<BookPlan>,
    snapshots: &[Snapshot],
    commands: &Commands,
    limits: &Limits,
    memo: &Memo,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Book> {
    let faults = std::cell::RefCell::new(Vec::new());
    let pages = techdocs::read_pages(&plans, |jobs| {
        let products = map(memo, Step("read"), &jobs, techdocs::read);
        products
            .into_iter()
            .zip(&jobs)
            .map(|(product, job)| {
                product.unwrap_or_else(|panicked| {
                    faults.borrow_mut().push(panicked.finding(job.path.to_string()));
                    techdocs::ReadPage::empty(job)
                })
            })
            .collect()
    });
    diagnostics.extend(faults.into_inner());
    let jobs = techdocs::highlight_jobs(&pages, limits);
    let products = run(memo, HIGHLIGHT, &jobs, techdocs::highlight, diagnostics);
    let code = techdocs::highlighted(jobs, products);
    let drawings = drawings(techdocs::draw_jobs(&pages, commands, limits), memo, diagnostics);
    let linked = techdocs::link(&plans, &pages, snapshots, (&code, &drawings), limits).drain_into(diagnostics);
    let articles = run(memo, Step("compose"), &linked.jobs, techdocs::compose, diagnostics);
    techdocs::bind(plans, pages, linked, &drawings, articles)
}

/// Says of every page when it was last changed: one walk over the history of each repository with books, kept by its commit.
fn add_changes(books: &mut [Book], snapshots: &[Snapshot]) {
    let wanted: BTreeSet<usize> = books.iter().map(|book| book.snapshot).collect();
    let changes: BTreeMap<usize, BTreeMap<RelPath, LastChange>> = wanted
        .into_par_iter()
        .filter_map(|at| Some((at, fenced(|| snapshots.get(at)?.tree.last_changes()).ok()??)))
        .collect();
    for book in books {
        let Some(changes) = changes.get(&book.snapshot) else { continue };
        for page in &mut book.pages {
            page.changed = changes.get(&page.path).cloned();
        }
    }
}

/// Draws diagrams, as many at once as the machine has cores; a program that failed is asked again by the next build.
fn drawings(jobs: Vec<DrawJob>, memo: &Memo, diagnostics: &mut Vec<Diagnostic>) -> Drawings {
    let lasts = |drawing: &Drawing| !drawing.fault.as_ref().is_some_and(Fault::may_pass);
    let products = map_lasting(memo, Step("draw"), &jobs, techdocs::draw, lasts);
    let drawn = products.into_iter().zip(&jobs).map(|(product, job)| {
        product.unwrap_or_else(|panicked| {
            diagnostics.push(panicked.finding("draw"));
            job.undrawn(None)
        })
    });
    let drawn = drawn.collect();
    techdocs::drawn(jobs, drawn)
}

/// Highlights blocks of code that stand outside books; a block that a book has, too, is remembered from there.
pub fn code(
    blocks: Vec<CodeBlock>,
    limits: &Limits,
    memo: &Memo,
    diagnostics: &mut Vec<Diagnostic>,
) -> HashMap<CodeBlock, SafeHtml> {
    let jobs: Vec<HighlightJob> =
        blocks.into_iter().map(|block| HighlightJob { block, limit: limits.highlight_bytes }).collect();
    let products = run(memo, HIGHLIGHT, &jobs, techdocs::highlight, diagnostics);
    jobs.into_iter().map(|job| job.block).zip(products).collect()
}

/// As [`map`], with nothing in the place of a product whose job panicked.
fn run<J: Serialize + Sync, P: Serialize + DeserializeOwned + Default + Send>(
    memo: &Memo,
    step: Step,
    jobs: &[J],
    work: impl Fn(&J) -> P + Sync,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<P> {
    let products = map(memo, step, jobs, work);
    products
        .into_iter()
        .map(|product| {
            product.unwrap_or_else(|panicked| {
                diagnostics.push(panicked.finding(step.0));
                P::default()
            })
        })
        .collect()
}

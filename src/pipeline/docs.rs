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

/// What the repositories say about themselves, and when.
#[derive(Default)]
pub struct Documentation {
    /// The doc sets of entities.
    pub books: Vec<Book>,
    /// The portal's own pages.
    pub own: Option<Book>,
    /// The last change of each file that describes entities, for every repository whose history is at hand.
    pub changes: BTreeMap<usize, BTreeMap<RelPath, LastChange>>,
}

/// Makes the books of all repositories: plan, read, highlight, draw, link, compose, bind.
///
/// `pages` is the snapshot of the portal's own pages.
pub fn books(
    catalog: &Catalog,
    snapshots: &[Snapshot],
    pages: Option<usize>,
    commands: &Commands,
    limits: &Limits,
    memo: &Memo,
) -> Outcome<Documentation> {
    let mut diagnostics = Vec::new();
    let mut plans = techdocs::plan(catalog, snapshots, limits).drain_into(&mut diagnostics);
    let count = plans.len();
    plans.extend(pages.and_then(|at| techdocs::plan_pages(snapshots, at, limits).drain_into(&mut diagnostics)));
    let mut books = bound(plans, snapshots, commands, limits, memo, &mut diagnostics);
    let changes = add_changes(catalog, &mut books, snapshots);
    let own = books.split_off(count).pop();
    Outcome { value: Documentation { books, own, changes }, diagnostics }
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

/// Says of every page when it was last changed, and gives the same of the files that describe entities: one walk over the history
/// of each repository, kept by its commit.
fn add_changes(
    catalog: &Catalog,
    books: &mut [Book],
    snapshots: &[Snapshot],
) -> BTreeMap<usize, BTreeMap<RelPath, LastChange>> {
    let mut described = BTreeMap::<usize, BTreeSet<&RelPath>>::new();
    for entity in catalog.entities.values() {
        described.entry(entity.snapshot).or_default().insert(&entity.path);
    }
    let wanted: BTreeSet<usize> = books.iter().map(|book| book.snapshot).chain(described.keys().copied()).collect();
    let mut changes: BTreeMap<usize, BTreeMap<RelPath, LastChange>> = wanted
        .into_par_iter()
        .filter_map(|at| Some((at, fenced(|| snapshots.get(at)?.tree.last_changes()).ok()??)))
        .collect();
    for book in books {
        let Some(changes) = changes.get(&book.snapshot) else { continue };
        for page in &mut book.pages {
            page.changed = changes.get(&page.path).cloned();
        }
    }
    for (snapshot, changes) in &mut changes {
        let described = described.remove(snapshot).unwrap_or_default();
        changes.retain(|path, _| described.contains(path));
    }
    changes
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

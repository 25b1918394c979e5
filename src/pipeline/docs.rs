use std::collections::HashMap;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::memo::Memo;
use super::step::{Step, map};
use crate::base::{Diagnostic, Limits, Outcome, SafeHtml};
use crate::catalog::Catalog;
use crate::markdown::CodeBlock;
use crate::sources::Snapshot;
use crate::techdocs::{self, Book, BookPlan, HighlightJob};

const HIGHLIGHT: Step = Step("highlight");

/// Makes the books of all repositories: plan, read, highlight, link, compose, bind.
///
/// `pages` is the snapshot of the portal's own pages, which become the second value.
pub fn books(
    catalog: &Catalog,
    snapshots: &[Snapshot],
    pages: Option<usize>,
    limits: &Limits,
    memo: &Memo,
) -> Outcome<(Vec<Book>, Option<Book>)> {
    let mut diagnostics = Vec::new();
    let mut plans = techdocs::plan(catalog, snapshots, limits).drain_into(&mut diagnostics);
    let count = plans.len();
    plans.extend(pages.and_then(|at| techdocs::plan_pages(snapshots, at, limits).drain_into(&mut diagnostics)));
    let mut books = bound(plans, snapshots, limits, memo, &mut diagnostics);
    let own = books.split_off(count).pop();
    Outcome { value: (books, own), diagnostics }
}

/// Makes planned books; shared by the portal and `techdocs generate`.
pub fn bound(
    plans: Vec<BookPlan>,
    snapshots: &[Snapshot],
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
    let linked = techdocs::link(&plans, &pages, snapshots, &code, limits).drain_into(diagnostics);
    let articles = run(memo, Step("compose"), &linked.jobs, techdocs::compose, diagnostics);
    techdocs::bind(plans, pages, linked, articles)
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

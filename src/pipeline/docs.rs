use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use serde::Serialize;

use super::memo::{Memo, Product};
use super::step::{Panicked, Step, fenced, map, map_lasting};
use crate::base::{Diagnostic, Digest, Limits, Outcome, Route, SafeHtml};
use crate::catalog::Catalog;
use crate::diagrams::{DrawJob, Drawing, Fault};
use crate::markdown::CodeBlock;
use crate::sources::{RepoTree, Snapshot, Traces};
use crate::techdocs::{
    self, Book, BookPlan, Bound, Commands, ComposedPage, Drawings, HighlightJob, History, Leaves, LinkedPage, Linker,
    PageAt, ReadPage,
};

const HIGHLIGHT: Step = Step("highlight");

/// What books are made with.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    /// The repositories.
    pub snapshots: &'a [Snapshot],
    /// Programs that draw.
    pub commands: &'a Commands,
    /// What content may cost.
    pub limits: &'a Limits,
    /// Products of earlier builds.
    pub memo: &'a Memo,
}

/// What a process keeps of the books that it made last.
#[derive(Debug, Default)]
pub struct KeptBooks {
    under: Option<(Commands, Limits)>,
    plans: Option<KeptPlans>,
    last: Option<Last>,
}

#[derive(Debug)]
struct KeptPlans {
    /// Of the catalog.
    asked: Digest,
    own: Option<usize>,
    traces: Traces,
    plans: Vec<BookPlan>,
    /// How many of them are of the catalog; one more may be of the portal's own pages.
    count: usize,
    findings: Vec<Diagnostic>,
}

/// Each list has one entry for each plan.
#[derive(Debug, Default)]
struct Last {
    trees: Vec<RepoTree>,
    pages: Vec<Vec<Arc<ComposedPage>>>,
    histories: Vec<History>,
    books: Vec<Arc<Book>>,
}

/// The books of the catalog, and the portal's own pages.
pub type Books = (Vec<Arc<Book>>, Option<Arc<Book>>);

/// Makes the books of all repositories: plan, read, highlight, draw, link, compose, bind.
///
/// `own` is the snapshot of the portal's own pages, which become the second value. Of what is kept a page is taken whose
/// content, and all that its links were judged by, is as it was; and a book of nothing but such pages.
pub fn books(kept: &mut KeptBooks, catalog: &Catalog, own: Option<usize>, tools: Tools<'_>) -> Outcome<Books> {
    let under = Some((tools.commands.clone(), tools.limits.clone()));
    if kept.under != under {
        *kept = KeptBooks { under, ..KeptBooks::default() };
    }
    let old = kept.plan(catalog, own, tools);
    let Some(planned) = &kept.plans else { return Outcome::default() };
    let mut diagnostics = planned.findings.clone();
    let last = kept.last.take().unwrap_or_default();
    let known = match &old {
        None => Known::of_same_plans(&last),
        Some(plans) => Known::of_other_plans(&planned.plans, plans, &last),
    };
    let pages = composed(&planned.plans, &known, tools, &mut diagnostics);
    let histories = histories(&planned.plans, &known, tools.snapshots);
    let leaves = Leaves { plans: &planned.plans, pages: &pages, histories: &histories };
    let books = techdocs::bind(leaves, known.same.map(|last| Bound { pages: &last.pages, books: &last.books }));
    let (mut shown, count) = (books.clone(), planned.count);
    let trees = planned.plans.iter().map(|plan| plan.tree.clone()).collect();
    kept.last = Some(Last { trees, pages, histories, books });
    let own = shown.split_off(count).pop();
    Outcome { value: (shown, own), diagnostics }
}

impl KeptBooks {
    /// Plans all books, unless nothing that planning looks at has changed. Gives the plans that are no more; none if they are
    /// the same but for the content of pages.
    fn plan(&mut self, catalog: &Catalog, own: Option<usize>, tools: Tools<'_>) -> Option<Vec<BookPlan>> {
        if let Some(kept) = &mut self.plans
            && kept.own == own
            && kept.asked == techdocs::asked_of(catalog, !kept.findings.is_empty())
            && kept.traces.hold_for(tools.snapshots)
        {
            for plan in &mut kept.plans {
                plan.tree = tools.snapshots[plan.snapshot].tree.clone();
            }
            return None;
        }
        let (traced, traces) = Traces::of(tools.snapshots);
        let mut findings = Vec::new();
        let mut plans = techdocs::plan(catalog, &traced, tools.limits).drain_into(&mut findings);
        let count = plans.len();
        plans.extend(own.and_then(|at| techdocs::plan_pages(&traced, at, tools.limits).drain_into(&mut findings)));
        for plan in &mut plans {
            plan.tree = tools.snapshots[plan.snapshot].tree.clone();
        }
        let asked = techdocs::asked_of(catalog, !findings.is_empty());
        let kept = KeptPlans { asked, own, traces, plans, count, findings };
        Some(self.plans.replace(kept).map(|old| old.plans).unwrap_or_default())
    }
}

/// Makes planned books; shared by the portal and `techdocs generate`.
pub fn bound(plans: &[BookPlan], tools: Tools<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Arc<Book>> {
    let known = Known::default();
    let pages = composed(plans, &known, tools, diagnostics);
    let histories = histories(plans, &known, tools.snapshots);
    techdocs::bind(Leaves { plans, pages: &pages, histories: &histories }, None)
}

/// Pages that were made before.
#[derive(Default)]
struct Known<'a> {
    /// All that was made, if by the same plans.
    same: Option<&'a Last>,
    /// For each page of each plan that of the same address; empty if nothing was made.
    pages: Vec<Vec<Option<&'a Arc<ComposedPage>>>>,
}

impl<'a> Known<'a> {
    fn of_same_plans(last: &'a Last) -> Self {
        let pages = last.pages.iter().map(|pages| pages.iter().map(Some).collect());
        Self { same: Some(last), pages: pages.collect() }
    }

    fn of_other_plans(plans: &[BookPlan], old: &'a [BookPlan], last: &'a Last) -> Self {
        let old = old.iter().zip(&last.pages).flat_map(|(plan, pages)| plan.pages.iter().zip(pages));
        let by_route: HashMap<&Route, &Arc<ComposedPage>> = old.map(|(planned, page)| (&planned.route, page)).collect();
        let known = |plan: &BookPlan| plan.pages.iter().map(|page| by_route.get(&page.route).copied()).collect();
        Self { same: None, pages: plans.iter().map(known).collect() }
    }

    fn page(&self, at: PageAt) -> Option<&'a Arc<ComposedPage>> {
        *self.pages.get(at.book)?.get(at.page)?
    }

    /// Whether a book's repository is just as it was.
    fn has_tree(&self, book: usize, plan: &BookPlan) -> bool {
        self.same.and_then(|last| last.trees.get(book)).is_some_and(|tree| tree.is(&plan.tree))
    }
}

fn composed(
    plans: &[BookPlan],
    known: &Known<'_>,
    tools: Tools<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Vec<Arc<ComposedPage>>> {
    let places = BookPlan::places(plans);
    let pages = read(plans, &places, known, tools.memo, diagnostics);
    let linker = Linker::new(plans, &pages, tools.snapshots, tools.limits);
    let kept = |at: &PageAt| {
        let page = known.page(*at).filter(|_| known.same.is_some())?;
        let same = page.lasts && page.read.identity == pages[at.book][at.page].identity;
        (same && linker.holds(*at, &page.seen)).then(|| Arc::clone(page))
    };
    let mut composed: Vec<Option<Arc<ComposedPage>>> = places.par_iter().map(kept).collect();
    let fresh: Vec<usize> = (0..places.len()).filter(|at| composed[*at].is_none()).collect();
    let fresh_places: Vec<PageAt> = fresh.iter().map(|at| places[*at]).collect();
    let made = compose(&linker, &pages, &fresh_places, known, tools, diagnostics);
    for (at, page) in fresh.into_iter().zip(made) {
        composed[at] = Some(Arc::new(page));
    }
    let mut rest = composed.into_iter().flatten();
    let books: Vec<Vec<_>> = plans.iter().map(|plan| rest.by_ref().take(plan.pages.len()).collect()).collect();
    diagnostics.extend(books.iter().flatten().flat_map(|page| page.findings.iter().cloned()));
    books
}

/// Reads the pages of all books.
fn read(
    plans: &[BookPlan],
    places: &[PageAt],
    known: &Known<'_>,
    memo: &Memo,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Vec<Arc<ReadPage>>> {
    let same_trees: Vec<bool> = plans.iter().enumerate().map(|(at, plan)| known.has_tree(at, plan)).collect();
    let still = |at: &PageAt| {
        let page = known.page(*at).filter(|page| page.lasts)?;
        let plan = &plans[at.book];
        let same = same_trees[at.book] || page.read.is_still(plan, &plan.pages[at.page].path);
        same.then(|| Arc::clone(&page.read))
    };
    let mut pages: Vec<Option<Arc<ReadPage>>> = places.par_iter().map(still).collect();
    let fresh: Vec<usize> = (0..places.len()).filter(|at| pages[*at].is_none()).collect();
    let fresh_places: Vec<PageAt> = fresh.iter().map(|at| places[*at]).collect();
    let faults = std::cell::RefCell::new(Vec::new());
    let made = techdocs::read_pages(plans, &fresh_places, |jobs| {
        let products = map(memo, Step("read"), &jobs, techdocs::read);
        let page = |(product, job): (Result<ReadPage, Panicked>, &techdocs::ReadJob)| {
            product.unwrap_or_else(|panicked| {
                faults.borrow_mut().push(panicked.finding(job.path.to_string()));
                ReadPage::empty(job)
            })
        };
        products.into_iter().zip(&jobs).map(page).collect()
    });
    diagnostics.extend(faults.into_inner());
    for (at, page) in fresh.into_iter().zip(made) {
        pages[at] = Some(page);
    }
    let mut rest = pages.into_iter().flatten();
    plans.iter().map(|plan| rest.by_ref().take(plan.pages.len()).collect()).collect()
}

/// Draws, links, highlights and composes some pages.
fn compose(
    linker: &Linker<'_>,
    pages: &[Vec<Arc<ReadPage>>],
    places: &[PageAt],
    known: &Known<'_>,
    tools: Tools<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<ComposedPage> {
    let Tools { commands, limits, memo, .. } = tools;
    let page = |at: &PageAt| &pages[at.book][at.page];
    let drawings = drawings(techdocs::draw_jobs(places.iter().map(page), commands, limits), memo, diagnostics);
    let linked: Vec<LinkedPage> = places.par_iter().map(|at| linker.link(*at, &drawings)).collect();
    // An article of the same parts is the same.
    let article = |(at, linked): (&PageAt, &LinkedPage)| {
        let known = known.page(*at).filter(|known| known.lasts && known.identity == linked.job.identity());
        known.map(|known| known.article.clone())
    };
    let articles: Vec<Option<SafeHtml>> = places.par_iter().zip(&linked).map(article).collect();
    let missing: Vec<usize> = (0..places.len()).filter(|at| articles[*at].is_none()).collect();
    let jobs = techdocs::highlight_jobs(missing.iter().map(|at| page(&places[*at])), limits);
    let products = run(memo, HIGHLIGHT, &jobs, techdocs::highlight, diagnostics);
    let code = techdocs::highlighted(jobs, products);
    let jobs: Vec<&techdocs::ComposeJob> = missing.iter().map(|at| &linked[*at].job).collect();
    let mut made = map(memo, Step("compose"), &jobs, |job| techdocs::compose(job, &code)).into_iter();
    let put_together = |((at, linked), article): ((&PageAt, LinkedPage), Option<SafeHtml>)| {
        let (article, whole) = article.map_or_else(
            || match made.next() {
                Some(Ok(article)) => (article, true),
                Some(Err(panicked)) => {
                    diagnostics.push(panicked.finding("compose"));
                    (SafeHtml::default(), false)
                }
                None => (SafeHtml::default(), false),
            },
            |article| (article, true),
        );
        let read = Arc::clone(page(at));
        let whole = whole && read.problem.is_none();
        ComposedPage::new(read, linked, article, &drawings, whole)
    };
    places.iter().zip(linked).zip(articles).map(put_together).collect()
}

/// When the files of each book's repository were last changed: one walk over the history of each repository with books,
/// kept by its commit.
fn histories(plans: &[BookPlan], known: &Known<'_>, snapshots: &[Snapshot]) -> Vec<History> {
    let kept = |at: usize| known.same.filter(|_| known.has_tree(at, &plans[at])).map(|last| &last.histories[at]);
    let wanted: BTreeSet<usize> =
        plans.iter().enumerate().filter(|(at, _)| kept(*at).is_none()).map(|(_, plan)| plan.snapshot).collect();
    let walked: BTreeMap<usize, History> = wanted
        .into_par_iter()
        .map(|at| (at, fenced(|| snapshots.get(at)?.tree.last_changes()).ok().flatten().map(Arc::new)))
        .collect();
    let history = |(at, plan): (usize, &BookPlan)| kept(at).or(walked.get(&plan.snapshot)).cloned().flatten();
    plans.iter().enumerate().map(history).collect()
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
fn run<J: Serialize + Sync, P: Product + Default>(
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

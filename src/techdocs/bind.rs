use std::collections::BTreeMap;
use std::sync::Arc;

use super::book::{Book, BookFile, BookKind, Decision, DocPage, NavItem};
use super::composed::ComposedPage;
use super::decisions;
use super::plan::{BookPlan, PlannedItem};
use super::read::ReadPage;
use super::titles::title;
use crate::base::{RelPath, Route, SafeHtml};
use crate::sources::LastChange;

/// Last changes of the files of a repository, if its history is at hand.
pub type History = Option<Arc<BTreeMap<RelPath, LastChange>>>;

/// What books are bound of: for each its plan, its pages, and the history of its repository.
#[derive(Debug, Clone, Copy)]
pub struct Leaves<'a> {
    /// The plans.
    pub plans: &'a [BookPlan],
    /// The pages of each book.
    pub pages: &'a [Vec<Arc<ComposedPage>>],
    /// The history of each book's repository.
    pub histories: &'a [History],
}

/// Books that were bound before by the same plans.
#[derive(Debug, Clone, Copy)]
pub struct Bound<'a> {
    /// Their pages.
    pub pages: &'a [Vec<Arc<ComposedPage>>],
    /// The books.
    pub books: &'a [Arc<Book>],
}

/// Binds books. What is the same as in `before` is taken from there, so that it can be told by its address in memory.
pub fn bind(leaves: Leaves<'_>, before: Option<Bound<'_>>) -> Vec<Arc<Book>> {
    let decisions = decisions::decisions(leaves.plans, leaves.pages);
    let of_book = |(at, decisions): (usize, Option<Vec<Decision>>)| {
        let before = before.and_then(|before| Some((before.pages.get(at)?.as_slice(), before.books.get(at)?)));
        book(&leaves.plans[at], &leaves.pages[at], leaves.histories[at].as_deref(), decisions, before)
    };
    decisions.into_iter().enumerate().map(of_book).collect()
}

fn book(
    plan: &BookPlan,
    leaves: &[Arc<ComposedPage>],
    history: Option<&BTreeMap<RelPath, LastChange>>,
    decisions: Option<Vec<Decision>>,
    before: Option<(&[Arc<ComposedPage>], &Arc<Book>)>,
) -> Arc<Book> {
    let changed = |at: usize| history.and_then(|history| history.get(&plan.pages[at].path));
    // The list of decisions stands before the pages of its book.
    let lists = usize::from(decisions.is_some());
    let known = |at: usize| {
        let (old, book) = before?;
        let page = book.pages.get(at + lists)?;
        let same = Arc::ptr_eq(old.get(at)?, &leaves[at]) && page.changed.as_ref() == changed(at);
        same.then(|| Arc::clone(page))
    };
    if let Some((_, book)) = before
        && decisions.as_deref().unwrap_or_default() == book.decisions
        && (0..leaves.len()).all(|at| known(at).is_some())
    {
        return Arc::clone(book);
    }
    let titles: Vec<String> = plan.pages.iter().zip(leaves).map(|(page, leaf)| title(page, &leaf.read)).collect();
    let nav = plan.nav.iter().map(|item| nav_item(item, &titles)).collect();
    let reading = plan.pages.iter().take_while(|page| page.in_nav).count();
    let page = |at: usize| {
        let (planned, leaf) = (&plan.pages[at], &leaves[at]);
        DocPage {
            route: planned.route.clone(),
            path: planned.path.clone(),
            title: titles[at].clone(),
            article: with_heading(leaf.article.clone(), &titles[at], &leaf.read),
            headings: leaf.read.page.headings.clone(),
            sections: Arc::clone(&leaf.sections),
            front_matter: leaf.read.page.front_matter.clone(),
            edit_url: planned.edit_url.clone(),
            changed: changed(at).cloned(),
            in_nav: planned.in_nav,
            previous: (at > 0 && at < reading).then(|| at - 1 + lists).or((lists > 0).then_some(0)),
            next: (at + 1 < reading).then_some(at + 1 + lists),
        }
    };
    let pages = (0..leaves.len()).map(|at| known(at).unwrap_or_else(|| Arc::new(page(at))));
    let book = Book {
        kind: BookKind::Documentation,
        title: plan.title.clone(),
        description: plan.description.clone(),
        home: plan.home.clone(),
        snapshot: plan.snapshot,
        entities: plan.entities.clone(),
        nav,
        pages: pages.collect(),
        files: files(plan, leaves),
        redirects: plan.redirects.clone(),
        entrances: plan.entrances.clone(),
        decisions: Vec::new(),
    };
    Arc::new(match decisions {
        Some(decisions) => decisions::with_list(book, decisions),
        None => book,
    })
}

/// What is published beside the pages: files of the documentation, then pictures that pages show from elsewhere, by path.
fn files(plan: &BookPlan, leaves: &[Arc<ComposedPage>]) -> Vec<BookFile> {
    let files = plan.files.values().filter(|file| file.withheld.is_none());
    let pictures: BTreeMap<&RelPath, &Route> =
        leaves.iter().flat_map(|leaf| &leaf.pictures).map(|picture| (&picture.path, &picture.route)).collect();
    let files = files.map(|file| BookFile { route: file.route.clone(), path: file.path.clone() });
    files
        .chain(pictures.into_iter().map(|(path, route)| BookFile { route: route.clone(), path: path.clone() }))
        .collect()
}

/// A page without a level-1 heading gets its title as one.
fn with_heading(article: SafeHtml, title: &str, read: &ReadPage) -> SafeHtml {
    if article.as_str().contains("<h1") {
        return article;
    }
    let unread = read.problem.as_ref().map(|problem| SafeHtml::element("p", &problem.message));
    SafeHtml::joined([SafeHtml::element("h1", title)].into_iter().chain(unread).chain([article]))
}

fn nav_item(item: &PlannedItem, titles: &[String]) -> NavItem {
    match item {
        PlannedItem::Page { title, page } => {
            NavItem::Page { title: title.clone().unwrap_or_else(|| titles[*page].clone()), page: *page }
        }
        PlannedItem::Link { title, url } => NavItem::Link { title: title.clone(), url: url.clone() },
        PlannedItem::Section { title, items } => {
            let items: Vec<NavItem> = items.iter().map(|item| nav_item(item, titles)).collect();
            // A section without a name (a nav made for translations) is called as its first page.
            let title = if title.is_empty() { first_title(&items, titles) } else { title.clone() };
            NavItem::Section { title, items }
        }
    }
}

fn first_title(items: &[NavItem], titles: &[String]) -> String {
    match items.first() {
        Some(NavItem::Page { page, .. }) => titles[*page].clone(),
        Some(NavItem::Link { title, .. } | NavItem::Section { title, .. }) => title.clone(),
        None => String::new(),
    }
}

use serde::Serialize;

use crate::base::Route;
use crate::techdocs::{Book, NavItem};

/// Most entries of one level; a level that is longer is shown around the current page.
const SHOWN: usize = 80;

/// A line of the nav as one page sees it.
#[derive(Debug, Serialize)]
pub(super) struct NavEntry {
    pub title: String,
    /// Where it leads; a section leads to its first page.
    pub url: Option<String>,
    pub current: bool,
    /// A section on the way to the current page; its entries follow.
    pub open: bool,
    pub section: bool,
    pub external: bool,
    pub entries: Vec<NavEntry>,
}

/// The nav as the page at `index` sees it: every level on the way to it, and the page's own siblings. Other sections are
/// closed and lead to their first page, so that no page holds the whole book.
pub(super) fn entries(book: &Book, index: usize) -> Vec<NavEntry> {
    level(book, &book.nav, index)
}

/// Titles of the sections above a page, from the outside in.
pub(super) fn sections(book: &Book, index: usize) -> Vec<String> {
    fn find(items: &[NavItem], index: usize, path: &mut Vec<String>) -> bool {
        items.iter().any(|item| match item {
            NavItem::Page { page, .. } => *page == index,
            NavItem::Link { .. } => false,
            NavItem::Section { title, items } => {
                path.push(title.clone());
                let found = find(items, index, path);
                if !found {
                    path.pop();
                }
                found
            }
        })
    }
    let mut path = Vec::new();
    find(&book.nav, index, &mut path);
    path
}

fn level(book: &Book, items: &[NavItem], index: usize) -> Vec<NavEntry> {
    let from = &book.pages[index].route;
    let here = items.iter().position(|item| holds(item, index)).unwrap_or(0);
    let first = if items.len() <= SHOWN { 0 } else { here.saturating_sub(SHOWN / 2).min(items.len() - SHOWN) };
    items.iter().skip(first).take(SHOWN).map(|item| entry(book, item, index, from)).collect()
}

fn entry(book: &Book, item: &NavItem, index: usize, from: &Route) -> NavEntry {
    let blank = |title: &str| NavEntry {
        title: title.to_owned(),
        url: None,
        current: false,
        open: false,
        section: false,
        external: false,
        entries: Vec::new(),
    };
    match item {
        NavItem::Page { title, page } => {
            let url = book.pages.get(*page).map(|page| page.route.url_from(from));
            NavEntry { url, current: *page == index, ..blank(title) }
        }
        NavItem::Link { title, url } => NavEntry { url: Some(url.clone()), external: true, ..blank(title) },
        NavItem::Section { title, items } => {
            let open = items.iter().any(|item| holds(item, index));
            let first = first_page(items).and_then(|page| book.pages.get(page)).map(|page| page.route.url_from(from));
            let entries = if open { level(book, items, index) } else { Vec::new() };
            NavEntry { url: first, open, section: true, entries, ..blank(title) }
        }
    }
}

fn holds(item: &NavItem, index: usize) -> bool {
    match item {
        NavItem::Page { page, .. } => *page == index,
        NavItem::Link { .. } => false,
        NavItem::Section { items, .. } => items.iter().any(|item| holds(item, index)),
    }
}

fn first_page(items: &[NavItem]) -> Option<usize> {
    items.iter().find_map(|item| match item {
        NavItem::Page { page, .. } => Some(*page),
        NavItem::Link { .. } => None,
        NavItem::Section { items, .. } => first_page(items),
    })
}

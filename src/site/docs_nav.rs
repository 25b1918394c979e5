use serde::Serialize;

use crate::techdocs::{Book, NavItem, Ways};

/// Most entries of one level; a level that is longer is shown around the current page.
const SHOWN: usize = 80;
/// Books with at most this many entries have all of them on every page, in sections that open and close.
const WHOLE: usize = 150;

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
/// closed; those of a large book are empty and lead to their first page, so that no page holds the whole of it.
pub(super) fn entries(book: &Book, ways: &Ways, index: usize) -> Vec<NavEntry> {
    let whole = ways.entries() <= WHOLE;
    Level { book, index, whole }.entries(&book.nav, Some(ways.to(index)))
}

/// Titles of the sections above a page, from the outside in.
pub(super) fn sections(book: &Book, ways: &Ways, index: usize) -> Vec<String> {
    let mut titles = Vec::new();
    let mut items = &book.nav;
    for at in ways.to(index) {
        if let Some(NavItem::Section { title, items: below }) = items.get(*at) {
            titles.push(title.clone());
            items = below;
        }
    }
    titles
}

/// What each level of the nav of one page is made with.
struct Level<'a> {
    book: &'a Book,
    /// The page.
    index: usize,
    /// Whether sections off the way have their entries, too.
    whole: bool,
}

impl Level<'_> {
    /// One level; `way` is the rest of the way to the page if the level is on it.
    fn entries(&self, items: &[NavItem], way: Option<&[usize]>) -> Vec<NavEntry> {
        let (here, below) =
            way.and_then(<[usize]>::split_first).map_or((None, &[][..]), |(here, below)| (Some(*here), below));
        let middle = here.unwrap_or(0).saturating_sub(SHOWN / 2);
        let first = if self.whole { 0 } else { middle.min(items.len().saturating_sub(SHOWN)) };
        let shown = items.iter().enumerate().skip(first).take(if self.whole { WHOLE } else { SHOWN });
        shown.map(|(at, item)| self.entry(item, (here == Some(at)).then_some(below))).collect()
    }

    /// One entry; `way` is the rest of the way if the entry is on it.
    fn entry(&self, item: &NavItem, way: Option<&[usize]>) -> NavEntry {
        let Self { book, index, whole } = *self;
        let from = &book.pages[index].route;
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
            NavItem::Link { title, url } => {
                let external = url::Url::parse(url).is_ok();
                let url = if external { url.clone() } else { format!("{}{url}", book.home.url_from(from)) };
                NavEntry { url: Some(url), external, ..blank(title) }
            }
            NavItem::Section { title, items } => {
                let first = NavItem::first_page(items).and_then(|page| book.pages.get(page));
                let url = first.map(|page| page.route.url_from(from));
                let entries = if whole || way.is_some() { self.entries(items, way) } else { Vec::new() };
                NavEntry { url, open: way.is_some(), section: true, entries, ..blank(title) }
            }
        }
    }
}

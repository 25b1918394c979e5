use std::fmt::Write as _;

use super::book::{Book, NavItem};
use super::ways::Ways;
use crate::base::escape_html;

/// Up to so many entries a nav is whole on every page; of a longer one a page shows the levels on the way to it.
const WHOLE: usize = 300;
/// Most entries of one level of a nav that is not whole; a level that is longer is shown around the page.
const SHOWN: usize = 80;

/// The nav of a book that is a site of its own, made ready once for all its pages.
///
/// Without that, and without leaving out what is far away, a site would cost the square of its pages.
pub(super) struct Nav<'a> {
    book: &'a Book,
    ways: Ways,
    /// Addresses of the pages from the root, escaped.
    urls: Vec<String>,
    whole: bool,
}

impl<'a> Nav<'a> {
    /// Walks the nav once.
    pub(super) fn new(book: &'a Book) -> Self {
        let ways = Ways::new(book);
        let whole = ways.entries() <= WHOLE;
        let urls = book.pages.iter().map(|page| escape_html(&page.route.url())).collect();
        Self { book, ways, urls, whole }
    }

    /// The nav as the page at `index` shows it.
    pub(super) fn html(&self, index: usize) -> String {
        let mut out = String::from("<nav class=\"md-nav md-nav--primary\" aria-label=\"Navigation\">\n");
        let here = Here { page: index, root: self.book.pages[index].route.to_root() };
        self.level(&self.book.nav, Some(self.ways.to(index)), &here, &mut out);
        out.push_str("</nav>");
        out
    }

    /// One level; `way` leads on from it if the page is below it.
    fn level(&self, items: &[NavItem], way: Option<&[usize]>, here: &Here, out: &mut String) {
        let next = way.and_then(<[usize]>::first).copied();
        let first = if self.whole {
            0
        } else {
            next.unwrap_or(0).saturating_sub(SHOWN / 2).min(items.len().saturating_sub(SHOWN))
        };
        let count = if self.whole { items.len() } else { SHOWN };
        out.push_str("<ul class=\"md-nav__list\">\n");
        for (at, item) in items.iter().enumerate().skip(first).take(count) {
            let below = way.filter(|_| next == Some(at)).map(|way| &way[1..]);
            self.entry(item, below, here, out);
        }
        out.push_str("</ul>\n");
    }

    fn entry(&self, item: &NavItem, below: Option<&[usize]>, here: &Here, out: &mut String) {
        // Writing to a text cannot fail.
        let _ = match item {
            NavItem::Page { title, page } => {
                let (active, aria) =
                    if *page == here.page { (" md-nav__link--active", " aria-current=\"page\"") } else { ("", "") };
                writeln!(
                    out,
                    "<li class=\"md-nav__item\"><a class=\"md-nav__link{active}\" href=\"{}{}\"{aria}>{}</a></li>",
                    here.root,
                    self.urls[*page],
                    escape_html(title)
                )
            }
            NavItem::Link { title, url } => {
                let root = if url.contains(':') { "" } else { here.root.as_str() };
                writeln!(
                    out,
                    "<li class=\"md-nav__item\"><a class=\"md-nav__link\" href=\"{root}{}\">{}</a></li>",
                    escape_html(url),
                    escape_html(title)
                )
            }
            NavItem::Section { title, items } if self.whole || below.is_some() => {
                let open = if below.is_some() { " open" } else { "" };
                let title = escape_html(title);
                let _ = writeln!(
                    out,
                    "<li class=\"md-nav__item md-nav__item--nested\"><details{open}><summary class=\"md-nav__link\">{title}</summary>"
                );
                self.level(items, below, here, out);
                writeln!(out, "</details></li>")
            }
            NavItem::Section { title, items } => match NavItem::first_page(items) {
                Some(page) => writeln!(
                    out,
                    "<li class=\"md-nav__item md-nav__item--nested\"><a class=\"md-nav__link\" href=\"{}{}\">{}</a></li>",
                    here.root,
                    self.urls[page],
                    escape_html(title)
                ),
                None => Ok(()),
            },
        };
    }
}

/// The page that shows a nav.
struct Here {
    page: usize,
    /// The way from it to the root, with a slash at its end.
    root: String,
}

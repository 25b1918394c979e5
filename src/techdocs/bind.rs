use super::book::{Book, BookFile, BookKind, DocPage, NavItem};
use super::decisions;
use super::drawings::{self, Drawings};
use super::link::Linked;
use super::plan::{BookPlan, PlannedItem};
use super::read::ReadPage;
use super::titles::title;
use crate::base::SafeHtml;

/// Binds books: plans, their pages as read, what linking found, their pictures, and the composed articles in the order of its jobs.
pub fn bind(
    plans: Vec<BookPlan>,
    pages: Vec<Vec<ReadPage>>,
    linked: Linked,
    drawings: &Drawings,
    articles: Vec<SafeHtml>,
) -> Vec<Book> {
    let decisions = decisions::decisions(&plans, &pages);
    let mut articles = articles.into_iter();
    let mut pictures = linked.pictures.into_iter();
    plans
        .into_iter()
        .zip(pages)
        .zip(decisions)
        .map(|((plan, read), decisions)| {
            let articles = articles.by_ref().take(plan.pages.len()).collect();
            let book = book(plan, read, pictures.next().unwrap_or_default(), drawings, articles);
            match decisions {
                Some(decisions) => decisions::with_list(book, decisions),
                None => book,
            }
        })
        .collect()
}

fn book(
    plan: BookPlan,
    read: Vec<ReadPage>,
    pictures: Vec<BookFile>,
    drawings: &Drawings,
    articles: Vec<SafeHtml>,
) -> Book {
    let titles: Vec<String> = plan.pages.iter().zip(&read).map(|(page, read)| title(page, read)).collect();
    let nav = plan.nav.iter().map(|item| nav_item(item, &titles)).collect();
    let reading = plan.pages.iter().take_while(|page| page.in_nav).count();
    let files = plan.files.into_values().filter(|file| file.withheld.is_none());
    let files = files.map(|file| BookFile { route: file.route, path: file.path }).chain(pictures).collect();
    let pages = plan.pages.into_iter().zip(read).zip(articles).zip(titles).enumerate().map(
        |(at, (((planned, read), article), title))| DocPage {
            route: planned.route,
            path: planned.path,
            article: with_heading(article, &title, &read),
            title,
            headings: read.page.headings.clone(),
            sections: drawings::sections(&read.page, drawings),
            front_matter: read.page.front_matter.clone(),
            edit_url: planned.edit_url,
            changed: None,
            in_nav: planned.in_nav,
            previous: (at > 0 && at < reading).then(|| at - 1),
            next: (at + 1 < reading).then_some(at + 1),
        },
    );
    Book {
        kind: BookKind::Documentation,
        title: plan.title,
        description: plan.description,
        home: plan.home,
        snapshot: plan.snapshot,
        entities: plan.entities,
        nav,
        pages: pages.collect(),
        files,
        redirects: plan.redirects,
        entrances: plan.entrances,
    }
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

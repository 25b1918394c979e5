use std::fmt::Write;
use std::sync::Arc;

use super::addresses;
use super::changes::{COMMITS, Commit};
use super::docs_nav;
use super::docs_page;
use super::listing::sorted;
use super::model::{Page, SiteFile};
use super::view::summary;
use super::wording::kind_plural;
use super::world::World;
use crate::base::{Route, escape_html};
use crate::techdocs::{Book, Ways};

/// Most addresses of one site map (the protocol's limit).
const ADDRESSES: usize = 50_000;
/// Most pages of a doc set and entities of a kind in `llms.txt`.
const LISTED: usize = 200;

/// Files for programs: `robots.txt` and `llms.txt`; and with a base URL, since they need absolute addresses, the site map,
/// the feed and the description for browsers' search fields.
///
/// `listed` is what [`listed`] says of each book.
pub(super) fn all(world: &World<'_>, latest: &[Commit<'_>], pages: &[Arc<Page>], listed: &[Arc<str>]) -> Vec<SiteFile> {
    let made = |name: &str, text: String| SiteFile::made(Route::file([name]), text.into_bytes());
    let base = world.settings.base_url.as_deref();
    let mut files = vec![made("robots.txt", robots(base)), made("llms.txt", llms(world, base.unwrap_or(""), listed))];
    if let Some(base) = base {
        files.extend(site_maps(base, pages).into_iter().map(|(name, text)| made(&name, text)));
        files.push(made("feed.atom", feed(world, latest, base)));
        files.push(made("opensearch.xml", open_search(world, base)));
    }
    files
}

fn robots(base: Option<&str>) -> String {
    let map = base.map(|base| format!("\nSitemap: {base}sitemap.xml\n")).unwrap_or_default();
    format!("User-agent: *\nDisallow:\n{map}")
}

/// `sitemap.xml`, or an index of several when there are too many pages for one.
fn site_maps(base: &str, pages: &[Arc<Page>]) -> Vec<(String, String)> {
    let mut addresses: Vec<String> = pages
        .iter()
        .filter(|page| page.route.is_page() && page.template != "redirect.html")
        .map(|page| page.route.url())
        .collect();
    addresses.sort();
    let map = |part: &[String]| {
        let mut xml = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
        );
        for address in part {
            let _ = writeln!(xml, "<url><loc>{}{}</loc></url>", escape_html(base), escape_html(address));
        }
        xml.push_str("</urlset>\n");
        xml
    };
    if addresses.len() <= ADDRESSES {
        return vec![("sitemap.xml".to_owned(), map(&addresses))];
    }
    let mut index = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let mut files = Vec::new();
    for (at, part) in addresses.chunks(ADDRESSES).enumerate() {
        let name = format!("sitemap-{}.xml", at + 1);
        let _ = writeln!(index, "<sitemap><loc>{}{name}</loc></sitemap>", escape_html(base));
        files.push((name, map(part)));
    }
    index.push_str("</sitemapindex>\n");
    files.push(("sitemap.xml".to_owned(), index));
    files
}

/// An entry of the feed.
struct Entry {
    time: String,
    title: String,
    path: String,
    text: String,
    author: Option<String>,
}

/// Latest first: the commits of the page of changes; pages that say their date; and of repositories without history at hand, the commit
/// that was read.
fn feed(world: &World<'_>, latest: &[Commit<'_>], base: &str) -> String {
    let stamp = |seconds: i64| Some(jiff::Timestamp::from_second(seconds).ok()?.to_string());
    let page = addresses::changes();
    let mut entries: Vec<Entry> = world.books.iter().flat_map(|book| dated_pages(book)).collect();
    entries.extend(latest.iter().filter_map(|commit| {
        let shown = commit.entry(world, &page)?;
        let mut names: Vec<String> = shown.changed.iter().map(|thing| thing.title.clone()).collect();
        if shown.more > 0 {
            names.push(format!("{} more", shown.more));
        }
        Some(Entry {
            time: stamp(commit.change.time)?,
            title: shown.title,
            path: format!("{}#{}", page.url(), shown.id),
            text: format!("{}: {}", shown.repository, names.join(", ")),
            author: shown.author,
        })
    }));
    entries.extend(world.snapshots.iter().filter(|snapshot| !snapshot.tree.has_history()).filter_map(|snapshot| {
        let revision = snapshot.origin.revision.as_ref()?;
        let commit: String = revision.commit.chars().take(12).collect();
        Some(Entry {
            time: stamp(revision.time)?,
            title: format!("{} changed", snapshot.origin.name),
            path: format!("about/#{}-{commit}", Route::file([&snapshot.origin.name]).url()),
            text: format!("Commit {commit}"),
            author: None,
        })
    }));
    entries.sort_by(|a, b| b.time.cmp(&a.time).then_with(|| (&a.path, &a.title).cmp(&(&b.path, &b.title))));
    entries.truncate(COMMITS);
    let base = escape_html(base);
    let updated = entries.first().map_or("1970-01-01T00:00:00Z", |entry| entry.time.as_str());
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>{}</title>\n<id>{base}</id>\n\
         <updated>{updated}</updated>\n<link href=\"{base}\"/>\n<link rel=\"self\" href=\"{base}feed.atom\"/>\n<author><name>{}</name></author>\n",
        escape_html(&world.settings.title),
        escape_html(&world.settings.title),
    );
    for entry in &entries {
        let path = escape_html(&entry.path);
        let author = entry.author.as_deref().map(|name| format!("<author><name>{}</name></author>", escape_html(name)));
        let _ = writeln!(
            xml,
            "<entry><title>{}</title><id>{base}{path}</id><link href=\"{base}{path}\"/><updated>{}</updated>{}<summary>{}</summary></entry>",
            escape_html(&entry.title),
            entry.time,
            author.unwrap_or_default(),
            escape_html(&entry.text),
        );
    }
    xml.push_str("</feed>\n");
    xml
}

fn dated_pages(book: &Book) -> impl Iterator<Item = Entry> {
    book.pages.iter().filter_map(|page| {
        let day: jiff::civil::Date = page.front_matter.date.as_ref()?.trim().get(..10)?.parse().ok()?;
        let text = page.front_matter.description.clone().unwrap_or_else(|| book.title.clone());
        Some(Entry {
            time: format!("{day}T00:00:00Z"),
            title: page.title.clone(),
            path: page.route.url(),
            text,
            author: None,
        })
    })
}

fn open_search(world: &World<'_>, base: &str) -> String {
    let title = &world.settings.title;
    // The protocol allows sixteen letters here.
    let short: String = title.chars().take(16).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n\
         <ShortName>{}</ShortName>\n<Description>Search {}</Description>\n<InputEncoding>UTF-8</InputEncoding>\n\
         <Url type=\"text/html\" template=\"{}search/?q={{searchTerms}}\"/>\n</OpenSearchDescription>\n",
        escape_html(short.trim()),
        escape_html(title),
        escape_html(base),
    )
}

/// A map of the portal for language models: doc sets with their pages, then the catalog's larger things.
fn llms(world: &World<'_>, base: &str, listed: &[Arc<str>]) -> String {
    let mut text = format!("# {}\n", line(&world.settings.title));
    if let Some(description) = &world.settings.description {
        let _ = write!(text, "\n> {}\n", line(description));
    }
    let mut books: Vec<(&Arc<Book>, &Arc<str>)> = world.books.iter().zip(listed).collect();
    books.sort_by_cached_key(|(book, _)| (book.title.to_lowercase(), book.home.clone()));
    books.into_iter().for_each(|(_, listed)| text.push_str(listed));
    for kind in ["domain", "system", "api"] {
        let entities = sorted(world.catalog.of_kind(kind).collect());
        if entities.is_empty() {
            continue;
        }
        let _ = write!(text, "\n## {}\n\n", kind_plural(kind, None));
        for entity in entities.into_iter().take(LISTED) {
            let Some(route) = world.addresses.entity(&entity.reference) else { continue };
            let about = entity.description().map(|about| format!(": {}", line(&summary(about))));
            let _ = writeln!(
                text,
                "- [{}]({base}{}){}",
                line(entity.display_name()),
                route.url(),
                about.unwrap_or_default()
            );
        }
    }
    text.push_str("\n## Data\n\n");
    let _ = writeln!(text, "- [All entities as JSON]({base}api/catalog/entities.json)");
    text
}

/// A doc set with its pages, as `llms.txt` lists it.
pub(super) fn listed(book: &Book, ways: &Ways, base: &str) -> String {
    let mut text = format!("\n## Documentation: {}\n\n", line(&book.title));
    for (at, page) in book.pages.iter().enumerate().filter(|(_, page)| page.in_nav).take(LISTED) {
        let mut title = docs_nav::sections(book, ways, at);
        title.push(page.title.clone());
        let about = page.front_matter.description.as_deref().map(|about| format!(": {}", line(about)));
        let _ = writeln!(
            text,
            "- [{}]({base}{}){}",
            line(&title.join(" / ")),
            docs_page::twin(page).unwrap_or_else(|| page.route.clone()).url(),
            about.unwrap_or_default()
        );
    }
    text
}

/// One line, without the brackets that would end a link's text.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace(['[', ']'], "")
}

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::json;

use super::book::{Book, DocPage};
use super::standalone_nav::Nav;
use crate::base::{Digest, Route, day, escape_html};
use crate::sources::LastChange;

const STYLE: &str = include_str!("standalone.css");

/// A book as a site of its own, laid out as techdocs-cli does: pages at directory addresses, `techdocs_metadata.json`,
/// `search/search_index.json`. Hands each file's address and content to `put` as soon as it is made, and ends with its first
/// error; the book's other files are not among them.
///
/// The book's home is the site's root. `timestamp` is in milliseconds since 1970. Class names are those that the Backstage
/// reader looks for.
pub fn standalone<E>(book: &Book, timestamp: i64, mut put: impl FnMut(&Route, &str) -> Result<(), E>) -> Result<(), E> {
    let (mut names, mut digests) = (Vec::new(), Vec::new());
    let mut take = |route: &Route, text: &str| {
        names.push(route.output_path());
        digests.push(Digest::of_bytes(text.as_bytes()));
        put(route, text)
    };
    let nav = Nav::new(book);
    for (at, page) in book.pages.iter().enumerate() {
        take(&page.route, &document(book, page, || nav.html(at)))?;
    }
    for (from, to) in &book.redirects {
        take(from, &redirect(&to.url_from(from)))?;
    }
    take(&style_route(), STYLE)?;
    take(&Route::file(["search", "search_index.json"]), &search_index(book))?;
    names.extend(book.files.iter().map(|file| file.route.output_path()));
    names.push("techdocs_metadata.json".to_owned());
    names.sort();
    let etag = Digest::of("techdocs site", &digests);
    let metadata = json!({
        "site_name": book.title,
        // MkDocs' template prints Python's `None`, and readers know it.
        "site_description": book.description.as_deref().unwrap_or("None"),
        "build_timestamp": timestamp,
        "files": names,
        "etag": etag.short(40),
    });
    put(&Route::file(["techdocs_metadata.json"]), &metadata.to_string())
}

fn style_route() -> Route {
    Route::file(["assets", "callboard-docs.css"])
}

fn document(book: &Book, page: &DocPage, nav: impl Fn() -> String) -> String {
    let here = &page.route;
    let hidden = |what: &str| page.front_matter.hide.iter().any(|hidden| hidden == what);
    let title = if page.title == book.title {
        escape_html(&book.title)
    } else {
        format!("{} - {}", escape_html(&page.title), escape_html(&book.title))
    };
    let description = page.front_matter.description.as_deref().or(book.description.as_deref());
    let description = description
        .map(|text| format!("<meta name=\"description\" content=\"{}\">\n", escape_html(text)))
        .unwrap_or_default();
    let nav = if hidden("navigation") { String::new() } else { nav() };
    let contents = if hidden("toc") { String::new() } else { contents(page) };
    let footer = if hidden("footer") { String::new() } else { footer(book, page) };
    let edit = page.edit_url.as_deref().map(|url| {
        format!("<a class=\"md-content__button md-icon\" href=\"{}\" title=\"Edit this page\" rel=\"edit\">Edit this page</a>\n", escape_html(url))
    });
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n{description}<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"{style}\">\n</head>\n<body>\n\
         <header class=\"md-header\"><a href=\"{home}\">{name}</a></header>\n\
         <div class=\"md-container\" data-md-component=\"container\">\n\
         <main class=\"md-main\" data-md-component=\"main\">\n<div class=\"md-main__inner\">\n\
         <div class=\"md-sidebar md-sidebar--primary\" data-md-component=\"sidebar\" data-md-type=\"navigation\">\
         <div class=\"md-sidebar__scrollwrap\"><div class=\"md-sidebar__inner\">{nav}</div></div></div>\n\
         <div class=\"md-sidebar md-sidebar--secondary\" data-md-component=\"sidebar\" data-md-type=\"toc\">\
         <div class=\"md-sidebar__scrollwrap\"><div class=\"md-sidebar__inner\">{contents}</div></div></div>\n\
         <div class=\"md-content\" data-md-component=\"content\">\n{edit}\
         <article class=\"md-content__inner md-typeset\">\n{article}\n</article>\n{changed}</div>\n</div>\n</main>\n{footer}</div>\n</body>\n</html>\n",
        style = style_route().url_from(here),
        home = book.home.url_from(here),
        name = escape_html(&book.title),
        edit = edit.unwrap_or_default(),
        article = page.article.as_str(),
        changed = page.changed.as_ref().and_then(changed).unwrap_or_default(),
    )
}

/// The last change and its authors, in the place that MkDocs' themes have for it.
fn changed(change: &LastChange) -> Option<String> {
    let day = day(change.time)?;
    let (names, more) = change.names();
    let mut by = names.join(", ");
    if more > 0 {
        let _ = write!(by, " and {more} more");
    }
    let by = if by.is_empty() { by } else { format!(" by {},", escape_html(&by)) };
    Some(format!(
        "<aside class=\"md-source-file\"><small>Last changed{by} <time datetime=\"{day}\">{day}</time></small></aside>\n"
    ))
}

fn contents(page: &DocPage) -> String {
    let headings: Vec<_> = page.headings.iter().filter(|heading| matches!(heading.level, 2..=4)).collect();
    if headings.is_empty() {
        return String::new();
    }
    let mut out = String::from(
        "<nav class=\"md-nav md-nav--secondary\" aria-label=\"Table of contents\">\n<label class=\"md-nav__title\">Table of contents</label>\n<ul class=\"md-nav__list\">\n",
    );
    for heading in headings {
        let _ = writeln!(
            out,
            "<li class=\"md-nav__item toc-{}\"><a class=\"md-nav__link\" href=\"#{}\">{}</a></li>",
            heading.level,
            escape_html(&heading.id),
            escape_html(&heading.text)
        );
    }
    out.push_str("</ul>\n</nav>");
    out
}

fn footer(book: &Book, page: &DocPage) -> String {
    let link = |at: Option<usize>, side: &str, label: &str| {
        at.map(|at| &book.pages[at]).map(|other| {
            let url = escape_html(&other.route.url_from(&page.route));
            let title = escape_html(&other.title);
            format!("<a class=\"md-footer__link md-footer__link--{side}\" href=\"{url}\" rel=\"{side}\"><span>{label}</span> {title}</a>")
        })
    };
    let (previous, next) = (link(page.previous, "prev", "Previous"), link(page.next, "next", "Next"));
    if previous.is_none() && next.is_none() {
        return String::new();
    }
    format!(
        "<footer class=\"md-footer\"><nav class=\"md-footer__inner\" aria-label=\"Footer\">{}{}</nav></footer>\n",
        previous.unwrap_or_default(),
        next.unwrap_or_default()
    )
}

fn redirect(url: &str) -> String {
    let url = escape_html(url);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Redirecting</title>\n\
         <link rel=\"canonical\" href=\"{url}\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <meta http-equiv=\"refresh\" content=\"0; url={url}\">\n</head>\n<body>\n<a href=\"{url}\">Redirecting</a>\n</body>\n</html>\n"
    )
}

/// MkDocs' search index.
#[derive(Serialize)]
struct SearchIndex<'a> {
    config: SearchConfig,
    docs: Vec<SearchEntry<'a>>,
}

#[derive(Serialize)]
struct SearchConfig {
    lang: [&'static str; 1],
    separator: &'static str,
    min_search_length: u32,
    prebuild_index: bool,
    indexing: &'static str,
}

/// An entry for a page with all its text, or for a heading with the text below it.
#[derive(Serialize)]
struct SearchEntry<'a> {
    location: String,
    title: &'a str,
    text: Cow<'a, str>,
}

fn search_index(book: &Book) -> String {
    let mut docs = Vec::new();
    for page in &book.pages {
        let location = page.route.url_from(&book.home);
        let location = if location == "./" { "" } else { &location };
        let words: Vec<&str> = page
            .sections
            .iter()
            .flat_map(|section| [section.heading.as_str(), section.text.as_str()])
            .filter(|text| !text.is_empty())
            .collect();
        docs.push(SearchEntry { location: location.to_owned(), title: &page.title, text: words.join("\n").into() });
        docs.extend(page.sections.iter().filter(|section| !section.anchor.is_empty()).map(|section| SearchEntry {
            location: format!("{location}#{}", section.anchor),
            title: &section.heading,
            text: section.text.as_str().into(),
        }));
    }
    let config = SearchConfig {
        lang: ["en"],
        separator: "[\\s\\-]+",
        min_search_length: 3,
        prebuild_index: false,
        indexing: "full",
    };
    serde_json::to_string(&SearchIndex { config, docs }).expect("text and numbers are JSON")
}

//! Documentation sets as data: each case is a few files and what becomes of them.
//!
//! `CALLBOARD_BLESS=1` prints what a failing case gives, to be read and put into the file.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;

use callboard::base::{Diagnostic, Limits, Place, RelPath};
use callboard::catalog::{Catalog, Entity, EntityRef};
use callboard::sources::{HostKind, Origin, RepoTree, Revision, Snapshot, Web};
use callboard::techdocs::{self, Book, BookPlan, NavItem};
use serde::Deserialize;

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    files: BTreeMap<String, String>,
    /// Further repositories, by name, with their files.
    #[serde(default)]
    other: BTreeMap<String, BTreeMap<String, String>>,
    /// Entities of the catalog; they make it a whole shelf.
    #[serde(default)]
    entity: Vec<CaseEntity>,
    /// Whether the repository is known on a host.
    #[serde(default)]
    hosted: bool,
    /// Plan the whole shelf, not the one set at the root.
    #[serde(default)]
    shelf: bool,
    expect: String,
}

#[derive(Deserialize)]
struct CaseEntity {
    reference: String,
    #[serde(default)]
    path: String,
    /// Which repository: 0 the case's own, then the others by name.
    #[serde(default)]
    repository: usize,
    annotations: BTreeMap<String, String>,
}

fn catalog(case: &Case) -> Catalog {
    let mut catalog = Catalog::default();
    for entity in &case.entity {
        let reference = EntityRef::try_from(entity.reference.clone()).unwrap();
        let annotations: BTreeMap<String, &String> =
            entity.annotations.iter().map(|(key, value)| (format!("backstage.io/{key}"), value)).collect();
        let path = if entity.path.is_empty() { "catalog-info.yaml" } else { &entity.path };
        let published = Entity {
            reference: reference.clone(),
            document: serde_json::json!({"kind": reference.kind(), "metadata": {"name": reference.name(), "annotations": annotations}}),
            recognised: true,
            published: true,
            relations: Vec::new(),
            codeowners: None,
            snapshot: entity.repository,
            path: RelPath::new(path).unwrap(),
            place: Place::file("", path),
            source: String::new(),
            rivals: Vec::new(),
            findings: Vec::new(),
        };
        catalog.entities.insert(reference, published);
    }
    catalog
}

fn snapshot(name: &str, files: &BTreeMap<String, String>, hosted: bool) -> Snapshot {
    let web = Web { host: HostKind::GitHub, url: format!("https://github.com/{name}"), branch: "main".to_owned() };
    let revision = Revision { commit: "0123456789abcdef".repeat(2), branch: Some("main".to_owned()), time: 0 };
    let origin = Origin {
        name: name.to_owned(),
        revision: hosted.then_some(revision),
        web: hosted.then_some(web),
        sub_path: RelPath::root(),
    };
    Snapshot {
        origin,
        tree: RepoTree::in_memory(files.iter().map(|(path, text)| (path, text.as_bytes()))),
        entity_files: Vec::new(),
        stale: None,
    }
}

fn snapshots(case: &Case) -> Vec<Snapshot> {
    let others = case.other.iter().map(|(name, files)| snapshot(name, files, true));
    std::iter::once(snapshot("acme/shop", &case.files, case.hosted)).chain(others).collect()
}

fn planned(case: &Case, snapshots: &[Snapshot], found: &mut Vec<Diagnostic>) -> Vec<BookPlan> {
    let limits = Limits::default();
    if case.shelf || !case.entity.is_empty() {
        return techdocs::plan(&catalog(case), snapshots, &limits).drain_into(found);
    }
    techdocs::plan_one(&snapshots[0], None, None, &limits).drain_into(found).into_iter().collect()
}

/// Where each link of each page leads.
type Targets = Vec<Vec<Option<String>>>;

fn bound(case: &Case) -> (Vec<Arc<Book>>, Targets, Vec<Diagnostic>) {
    let (snapshots, limits, mut found) = (snapshots(case), Limits::default(), Vec::new());
    let plans = planned(case, &snapshots, &mut found);
    let places = BookPlan::places(&plans);
    let read = techdocs::read_pages(&plans, &places, |jobs| jobs.iter().map(techdocs::read).collect());
    let jobs = techdocs::highlight_jobs(&read, &limits);
    let products = jobs.iter().map(techdocs::highlight).collect();
    let code = techdocs::highlighted(jobs, products);
    let jobs = techdocs::draw_jobs(&read, &techdocs::Commands::new(), &limits);
    let drawn = jobs.iter().map(techdocs::draw).collect();
    let drawings = techdocs::drawn(jobs, drawn);
    let mut rest = read.iter().cloned();
    let pages: Vec<Vec<_>> = plans.iter().map(|plan| rest.by_ref().take(plan.pages.len()).collect()).collect();
    let linker = techdocs::Linker::new(&plans, &pages, &snapshots, &limits);
    let linked: Vec<techdocs::LinkedPage> = places.iter().map(|at| linker.link(*at, &drawings)).collect();
    let urls = |(linked, page): (&techdocs::LinkedPage, &Arc<techdocs::ReadPage>)| {
        let links = page.page.links.iter();
        links.map(|link| linked.job.resolved.get(link.kind, &link.destination).map(str::to_owned)).collect()
    };
    let links = linked.iter().zip(&read).map(urls).collect();
    let composed = read.iter().cloned().zip(linked).map(|(read, linked)| {
        found.extend(linked.findings.iter().cloned());
        let article = techdocs::compose(&linked.job, &code);
        Arc::new(techdocs::ComposedPage::new(read, linked, article, &drawings, true))
    });
    let composed: Vec<_> = composed.collect();
    let mut rest = composed.into_iter();
    let pages: Vec<Vec<_>> = plans.iter().map(|plan| rest.by_ref().take(plan.pages.len()).collect()).collect();
    let leaves = techdocs::Leaves { plans: &plans, pages: &pages, histories: &vec![None; plans.len()] };
    (techdocs::bind(leaves, None), links, found)
}

fn nav(book: &Book, items: &[NavItem], depth: usize, out: &mut String) {
    for item in items {
        let indent = "  ".repeat(depth);
        match item {
            NavItem::Page { title, page } => {
                let page = &book.pages[*page];
                writeln!(out, "{indent}- {title} -> {} ({})", page.route, page.path).unwrap();
            }
            NavItem::Link { title, url } => writeln!(out, "{indent}- {title} => {url}").unwrap(),
            NavItem::Section { title, items } => {
                writeln!(out, "{indent}- {title}:").unwrap();
                nav(book, items, depth + 1, out);
            }
        }
    }
}

fn findings(found: &[Diagnostic], out: &mut String) {
    for finding in found {
        let place = finding.place.as_ref().map(ToString::to_string).unwrap_or_default();
        let place = place.strip_prefix("acme/shop@01234567:").or(place.strip_prefix("acme/shop:")).unwrap_or(&place);
        let hint = finding.hint.as_deref().map(|hint| format!(" [{hint}]")).unwrap_or_default();
        let usual = techdocs::RULES.iter().find(|rule| rule.code == finding.code).map(|rule| rule.severity);
        let level = if usual.is_some_and(|usual| usual != finding.severity) { finding.severity.word() } else { "" };
        let level = if level.is_empty() { String::new() } else { format!(" ({level})") };
        writeln!(out, "{}{level} {place}: {}{hint}", finding.code, finding.message).unwrap();
    }
}

/// The outline of the books: nav, pages that it does not lead to, files, redirects, findings.
fn outline(case: &Case) -> String {
    let (books, _, found) = bound(case);
    let mut out = String::new();
    for book in &books {
        let entities: String = book.entities.iter().map(|entity| format!(" {entity}")).collect();
        writeln!(out, "# {} {}{entities}", book.title, book.home).unwrap();
        nav(book, &book.nav, 0, &mut out);
        for page in book.pages.iter().filter(|page| !page.in_nav) {
            writeln!(out, "+ {} -> {} ({})", page.title, page.route, page.path).unwrap();
        }
        book.files.iter().for_each(|file| writeln!(out, "file {} ({})", file.route, file.path).unwrap());
        book.redirects.iter().for_each(|(from, to)| writeln!(out, "{from} => {to}").unwrap());
    }
    findings(&found, &mut out);
    out
}

/// What became of every link of the first page, in order, and the findings.
fn links(case: &Case) -> String {
    let (_, links, found) = bound(case);
    let mut out = String::new();
    for url in links.first().into_iter().flatten() {
        writeln!(out, "{}", url.as_deref().unwrap_or("(as written)")).unwrap();
    }
    findings(&found, &mut out);
    out
}

/// Where each page is edited.
fn edits(case: &Case) -> String {
    let (books, _, found) = bound(case);
    let mut out = String::new();
    for page in books.iter().flat_map(|book| &book.pages) {
        writeln!(out, "{} {}", page.path, page.edit_url.as_deref().unwrap_or("-")).unwrap();
    }
    findings(&found, &mut out);
    out
}

/// The articles.
fn articles(case: &Case) -> String {
    let (books, _, found) = bound(case);
    let mut out = String::new();
    for page in books.iter().flat_map(|book| &book.pages) {
        writeln!(out, "== {}\n{}", page.route, without_heading_links(page.article.as_str()).trim_end()).unwrap();
    }
    findings(&found, &mut out);
    out
}

/// The links beside headings say nothing about a case.
fn without_heading_links(html: &str) -> String {
    let mut parts = html.split("<a class=\"headerlink\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once("</a>").map_or(part, |(_, rest)| rest))
}

fn check(file: &str, text: &str, render: fn(&Case) -> String) {
    let cases: Cases = toml::from_str(text).unwrap_or_else(|error| panic!("{file}: {error}"));
    let mut failed = Vec::new();
    for case in &cases.case {
        let got = render(case);
        if got.trim_end() != case.expect.trim_end() {
            if std::env::var_os("CALLBOARD_BLESS").is_some() {
                println!("\n=== {}\n{got}\n===end", case.name);
            }
            failed.push(format!("{}\n--- expected\n{}\n--- got\n{got}", case.name, case.expect));
        }
    }
    assert!(failed.is_empty(), "{file}: {} of {} cases\n{}", failed.len(), cases.case.len(), failed.join("\n\n"));
}

#[test]
fn navs_are_built_as_written() {
    check("nav.toml", include_str!("../techdocs/nav.toml"), outline);
}

#[test]
fn configurations_are_read_without_running_anything() {
    check("config.toml", include_str!("../techdocs/config.toml"), outline);
}

#[test]
fn entities_show_the_sets_that_they_refer_to() {
    check("entities.toml", include_str!("../techdocs/entities.toml"), outline);
}

#[test]
fn decisions_are_listed_with_status_and_date() {
    check("decisions.toml", include_str!("../techdocs/decisions.toml"), articles);
}

#[test]
fn links_lead_to_pages() {
    check("links.toml", include_str!("../techdocs/links.toml"), links);
}

#[test]
fn pages_are_edited_where_their_set_says() {
    check("edit.toml", include_str!("../techdocs/edit.toml"), edits);
}

#[test]
fn pages_read_as_their_author_meant() {
    check("pages.toml", include_str!("../techdocs/pages.toml"), articles);
}

/// A book as a site of its own: contents by path.
fn standalone(book: &Book, timestamp: i64) -> BTreeMap<String, String> {
    let mut site = BTreeMap::new();
    techdocs::standalone(book, timestamp, |route, text| {
        site.insert(route.output_path(), text.to_owned());
        Ok::<_, Infallible>(())
    })
    .unwrap();
    site
}

#[test]
fn a_site_of_its_own_is_laid_out_as_techdocs_cli_does() {
    let files = [
        ("mkdocs.yml", "site_name: Shop\nnav:\n  - index.md\n  - Guide:\n      - guide/start.md\n"),
        ("docs/index.md", "# Welcome\n\nSee [start](guide/start.md).\n"),
        ("docs/guide/start.md", "---\nhide: [toc]\n---\n# Start\n\nFirst words.\n\n## Pay & go\n\nMore words.\n"),
        ("docs/img/a.png", "x"),
    ];
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let case = Case {
        name: String::new(),
        files,
        other: BTreeMap::new(),
        entity: Vec::new(),
        hosted: true,
        shelf: false,
        expect: String::new(),
    };
    let (books, _, _) = bound(&case);
    let site = standalone(&books[0], 5000);
    let names: Vec<&str> = site.keys().map(String::as_str).collect();
    let expected = [
        "assets/callboard-docs.css",
        "guide/start/index.html",
        "index.html",
        "search/search_index.json",
        "techdocs_metadata.json",
    ];
    assert_eq!(names, expected);
    let metadata: serde_json::Value = serde_json::from_str(&site["techdocs_metadata.json"]).unwrap();
    assert_eq!((&metadata["site_name"], &metadata["site_description"]), (&"Shop".into(), &"None".into()));
    assert_eq!(metadata["build_timestamp"], 5000);
    assert!(metadata["files"].as_array().unwrap().contains(&"img/a.png".into()));
    let index: serde_json::Value = serde_json::from_str(&site["search/search_index.json"]).unwrap();
    let locations: Vec<&str> =
        index["docs"].as_array().unwrap().iter().filter_map(|doc| doc["location"].as_str()).collect();
    assert_eq!(locations, ["", "#welcome", "guide/start/", "guide/start/#start", "guide/start/#pay-go"]);
    assert_eq!(index["docs"][4]["text"], "More words.");
    let page = &site["guide/start/index.html"];
    for part in [
        "<title>Start - Shop</title>",
        "href=\"../../assets/callboard-docs.css\"",
        "<a class=\"md-nav__link\" href=\"../../\">Welcome</a>",
        "<details open><summary class=\"md-nav__link\">Guide</summary>",
        "aria-current=\"page\"",
        "rel=\"prev\"",
        "https://github.com/acme/shop/edit/main/docs/guide/start.md",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("Table of contents"), "`hide: [toc]` hides it");
}

#[test]
fn a_page_of_a_large_site_does_not_hold_the_whole_nav() {
    let mut files: BTreeMap<String, String> = (0..600)
        .map(|page| (format!("docs/part{:02}/page{page:03}.md", page % 20), format!("# Page {page}")))
        .chain((0..200).map(|page| (format!("docs/flat/page{page:03}.md"), format!("# Flat {page}"))))
        .collect();
    files.insert("docs/index.md".to_owned(), "# Home".to_owned());
    let case = Case {
        name: String::new(),
        files,
        other: BTreeMap::new(),
        entity: Vec::new(),
        hosted: false,
        shelf: false,
        expect: String::new(),
    };
    let (books, _, _) = bound(&case);
    let site = standalone(&books[0], 0);
    let links = |page: &str| site[page].matches("<li class=\"md-nav__item").count();
    // The sections, Home, and the 30 pages beside it.
    assert_eq!(links("part03/page003/index.html"), 21 + 1 + 30);
    // Of a long level the part around the page.
    assert_eq!(links("flat/page100/index.html"), 21 + 1 + 80);
    let page = &site["flat/page100/index.html"];
    assert!(page.contains("href=\"../../flat/page099/\"") && page.contains("href=\"../../part03/page003/\""), "{page}");
}

#[test]
fn a_page_of_nothing_but_broken_links_has_a_bounded_report() {
    let links: String = (0..5_000).map(|number| format!("[x](gone{number}.md) [y](#id{number}) ")).collect();
    let case = Case {
        name: String::new(),
        files: BTreeMap::from([("docs/index.md".to_owned(), links)]),
        other: BTreeMap::new(),
        entity: Vec::new(),
        hosted: false,
        shelf: false,
        expect: String::new(),
    };
    let (_, _, found) = bound(&case);
    assert_eq!(found.len(), 101);
    assert_eq!(found[100].message, "`docs/index.md` has 9900 findings more");
}

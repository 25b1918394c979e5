use percent_encoding::percent_decode_str;

use super::library::Library;
use super::locate::Locator;
use super::plan::{BookPlan, PageAt};
use crate::base::{RelPath, Route};
use crate::catalog::EntityRef;
use crate::markdown::LinkKind;

/// What a destination turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Resolution {
    /// Left as written: another site, a mail address, nothing to check.
    AsWritten,
    /// A page of the portal, with an id of it (already in the page's own form) or none.
    Page { page: PageAt, suffix: String, anchor: Option<Anchor> },
    /// A file that the book publishes, at its path in the repository.
    File { route: Route, path: RelPath, suffix: String },
    /// A picture beside the documentation that the book publishes too.
    Picture { path: RelPath, suffix: String },
    /// Seen on the repository's host.
    Host(String),
    /// A file or directory beside the documentation, of a repository without an address on a host.
    Unseen(RelPath),
    /// A file that is not published; seen on the host, if that is known.
    Withheld { path: RelPath, reason: &'static str, host: Option<String> },
    /// Nothing of that name.
    Broken,
}

/// The fragment of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Anchor {
    /// An id that the page has.
    Known(String),
    /// None that it has.
    Unknown(String),
}

/// A destination in its parts: path, `?query`, `#fragment`.
struct Parts<'a> {
    path: &'a str,
    query: &'a str,
    fragment: Option<&'a str>,
}

/// Resolves a destination as written in a page.
///
/// A relative path is read first as on GitHub (from the directory of the file), then as a browser does (from the page's
/// address, one level deeper); in the documentation first, then in the repository.
pub(super) fn resolve(
    library: &Library<'_>,
    locator: &Locator<'_>,
    from: PageAt,
    kind: LinkKind,
    destination: &str,
) -> Resolution {
    let written = destination.trim();
    if let Some(scheme) = scheme(written) {
        let web = matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https");
        return if web { from_host(library, locator, kind, written) } else { Resolution::AsWritten };
    }
    if written.starts_with("//") {
        return Resolution::AsWritten;
    }
    let parts = split(written);
    if parts.path.is_empty() {
        return match parts.fragment {
            Some(fragment) => page(library, from, "", Some(fragment)),
            None => Resolution::AsWritten,
        };
    }
    let path = percent_decode_str(parts.path).decode_utf8_lossy();
    let plan = &library.plans[from.book];
    let planned = library.planned(from);
    in_documentation(library, from, &path)
        .or_else(|| in_portal(library, &path))
        .map(|found| finish(library, plan, found, &parts))
        .or_else(|| in_repository(library, from.book, &planned.path.parent(), kind, &path, &parts))
        .unwrap_or(Resolution::Broken)
}

enum Found<'a> {
    Page(PageAt),
    File(&'a super::plan::PlannedFile),
}

fn finish(library: &Library<'_>, plan: &BookPlan, found: Found<'_>, parts: &Parts<'_>) -> Resolution {
    match found {
        Found::Page(at) => page(library, at, parts.query, parts.fragment),
        Found::File(file) => match file.withheld {
            Some(withheld) => Resolution::Withheld {
                path: file.path.clone(),
                reason: withheld.reason(),
                host: plan.origin.view_url(&file.path),
            },
            None => Resolution::File { route: file.route.clone(), path: file.path.clone(), suffix: suffix(parts) },
        },
    }
}

fn suffix(parts: &Parts<'_>) -> String {
    let fragment = parts.fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{}{fragment}", parts.query)
}

/// By the names of the documentation.
fn in_documentation<'a>(library: &Library<'a>, from: PageAt, path: &str) -> Option<Found<'a>> {
    let planned = library.planned(from);
    let by_file = planned.uri.parent();
    let index = super::files::is_index(&planned.uri);
    let by_address =
        if index { by_file.clone() } else { planned.uri.parent().resolve(super::files::stem(&planned.uri)).ok()? };
    [by_file, by_address]
        .into_iter()
        .filter_map(|base| base.resolve(path).ok())
        .find_map(|uri| named(library, from.book, &uri))
}

/// A page or file of a name: exactly, as a directory's index, without `.md`, or with `.html` for it.
fn named<'a>(library: &Library<'a>, book: usize, uri: &RelPath) -> Option<Found<'a>> {
    let plan = &library.plans[book];
    if let Some(at) = library.by_uri(book, uri) {
        return Some(Found::Page(at));
    }
    if let Some(file) = plan.files.get(uri) {
        return Some(Found::File(file));
    }
    let as_page = |uri: &RelPath| {
        let file = RelPath::new(&format!("{uri}.html")).ok().map(|file| plan.home.below_file(&file));
        let found = library.by_route(&plan.home.below(uri)).or_else(|| library.by_route(&file?));
        found.filter(|at| at.book == book)
    };
    let plain = match uri.extension().as_deref() {
        // A README that yields to an index, and pages by the names that they have without directory addresses.
        Some("md" | "html" | "htm") if super::files::is_index(uri) => uri.parent(),
        Some("html" | "htm") => uri.parent().resolve(super::files::stem(uri)).ok()?,
        _ => uri.clone(),
    };
    // A directory without an index is a list of files on GitHub; here its first page stands for it.
    as_page(&plain).or_else(|| library.first_below(book, uri)).map(Found::Page)
}

/// `/docs/<namespace>/<kind>/<name>/…` of a Backstage portal.
fn in_portal<'a>(library: &Library<'a>, path: &str) -> Option<Found<'a>> {
    let below = RelPath::root().resolve(path.strip_prefix("/docs/")?).ok()?;
    let mut parts = below.as_str().splitn(4, '/');
    let (namespace, kind, name) = (parts.next()?, parts.next()?, parts.next()?);
    let book = library.by_entity(&EntityRef::new(kind, namespace, name))?;
    named(library, book, &RelPath::new(parts.next().unwrap_or("")).ok()?)
}

/// By the repository's files.
fn in_repository(
    library: &Library<'_>,
    book: usize,
    directory: &RelPath,
    kind: LinkKind,
    path: &str,
    parts: &Parts<'_>,
) -> Option<Resolution> {
    let path = directory.resolve(path).ok()?;
    let plan = &library.plans[book];
    if let Some(found) = repository_path(library, plan.snapshot, &path, parts) {
        return Some(found);
    }
    if let Some(file) = library.file_by_path(book, &path) {
        return Some(finish(library, plan, Found::File(file), parts));
    }
    if plan.tree.file(&path).is_some() {
        return Some(match (kind, super::publish::is_picture(&path), plan.origin.view_url(&path)) {
            (LinkKind::Image, true, _) => Resolution::Picture { path, suffix: suffix(parts) },
            (_, _, Some(url)) => Resolution::Host(format!("{url}{}", suffix(parts))),
            (_, _, None) => Resolution::Unseen(path),
        });
    }
    let directory = !path.is_root() && plan.tree.has_directory(&path);
    directory.then(|| plan.origin.tree_url(&path).map_or(Resolution::Unseen(path), Resolution::Host))
}

/// A page of some book by its file: exactly, as a directory's index, or without `.md`.
fn repository_path(library: &Library<'_>, snapshot: usize, path: &RelPath, parts: &Parts<'_>) -> Option<Resolution> {
    let below = |name: &str| path.join(&RelPath::new(name).expect("a plain name"));
    let with_ending = RelPath::new(&format!("{path}.md")).ok();
    let found = [Some(path.clone()), with_ending, Some(below("index.md")), Some(below("README.md"))]
        .into_iter()
        .flatten()
        .find_map(|path| library.by_path(snapshot, &path))?;
    Some(page(library, found, parts.query, parts.fragment))
}

/// A URL on a host: a page of the portal, if its repository was harvested and the file is one.
fn from_host(library: &Library<'_>, locator: &Locator<'_>, kind: LinkKind, url: &str) -> Resolution {
    if kind == LinkKind::Image {
        return Resolution::AsWritten;
    }
    let parts = split(url);
    let page = locator
        .locate(url)
        .filter(|(_, path)| !path.is_root())
        .and_then(|(snapshot, path)| repository_path(library, snapshot, &path, &Parts { query: "", ..parts }));
    match page {
        // An id of the host's own page, such as a line number, means nothing here.
        Some(Resolution::Page { page, suffix, anchor: Some(Anchor::Unknown(_)) }) => {
            Resolution::Page { page, suffix, anchor: None }
        }
        Some(found) => found,
        None => Resolution::AsWritten,
    }
}

fn page(library: &Library<'_>, page: PageAt, query: &str, fragment: Option<&str>) -> Resolution {
    let anchor = fragment.map(|fragment| anchor(library, page, fragment));
    Resolution::Page { page, suffix: query.to_owned(), anchor }
}

/// The id that a fragment means: as written, decoded, in lower case, or by GitHub's rule for headings.
fn anchor(library: &Library<'_>, page: PageAt, fragment: &str) -> Anchor {
    let decoded = percent_decode_str(fragment).decode_utf8_lossy();
    let free = fragment.is_empty() || fragment == "top" || fragment.starts_with(":~:");
    let lower = decoded.to_lowercase();
    let known = [fragment, &*decoded, lower.as_str()].into_iter().find(|id| library.has_anchor(page, id));
    match known {
        Some(id) => Anchor::Known(id.to_owned()),
        None if free => Anchor::Known(fragment.to_owned()),
        None => Anchor::Unknown(fragment.to_owned()),
    }
}

/// The scheme of a URL. A single letter is a drive, not a scheme, and a path with a colon in a later part has none.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(plain)).then_some(scheme)
}

fn split(text: &str) -> Parts<'_> {
    let (rest, fragment) = match text.split_once('#') {
        Some((rest, fragment)) => (rest, Some(fragment)),
        None => (text, None),
    };
    let at = rest.find('?').unwrap_or(rest.len());
    Parts { path: &rest[..at], query: &rest[at..], fragment }
}

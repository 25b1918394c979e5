use serde::Serialize;

use super::addresses;
use super::model::Page;
use super::wording::{kind_icon, kind_label};
use super::world::World;
use crate::base::{Diagnostic, Place, RelPath, Route};
use crate::catalog::{Entity, EntityRef};
use crate::sources::HostKind;

/// Text that leads somewhere; `url` is relative to the page that shows it, or absolute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Link {
    pub title: String,
    pub url: String,
}

/// An entity in a line of text or a list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Chip {
    pub title: String,
    pub url: String,
    pub kind: String,
    pub kind_label: String,
    pub icon: String,
    pub reference: String,
    /// Type, if it has one.
    #[serde(rename = "type")]
    pub kind_type: Option<String>,
    /// First sentence of the description.
    pub summary: Option<String>,
    /// Nobody describes it.
    pub missing: bool,
}

/// What every page has.
#[derive(Debug, Default, Serialize)]
pub(super) struct Frame {
    /// The way to the site's root.
    pub root: String,
    /// Address from the root, percent-encoded.
    pub path: String,
    /// Title of the window, without the portal's.
    pub title: String,
    /// For search engines and link previews.
    pub description: Option<String>,
    /// Entry of the header that is marked: `home`, `catalog`, `docs`, `health`, …
    pub section: &'static str,
    /// From the outside in; the page itself is not in it.
    pub breadcrumbs: Vec<Link>,
}

/// A finding, for banners and for the report.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    pub code: String,
    pub severity: &'static str,
    pub message: String,
    pub place: Option<String>,
    pub place_url: Option<String>,
    pub line: Option<String>,
    pub hint: Option<String>,
    pub subject: Option<Chip>,
}

#[derive(Serialize)]
struct Framed<'a, M> {
    #[serde(flatten)]
    frame: &'a Frame,
    #[serde(flatten)]
    model: &'a M,
}

impl Frame {
    /// A frame for the page at `route`.
    pub(super) fn new(route: &Route, section: &'static str, title: impl Into<String>) -> Self {
        Self { root: route.to_root(), path: route.url(), title: title.into(), section, ..Self::default() }
    }

    /// Adds a step to the breadcrumbs.
    pub(super) fn crumb(mut self, from: &Route, title: impl Into<String>, to: &Route) -> Self {
        self.breadcrumbs.push(link(from, title, to));
        self
    }

    /// Adds the description.
    pub(super) fn described(mut self, description: Option<String>) -> Self {
        self.description = description;
        self
    }

    /// The page with its model.
    pub(super) fn page<M: Serialize>(&self, route: Route, template: &'static str, model: &M) -> Page {
        Page::new(route, template, &Framed { frame: self, model })
    }
}

/// A link from one page to another.
pub(super) fn link(from: &Route, title: impl Into<String>, to: &Route) -> Link {
    Link { title: title.into(), url: to.url_from(from) }
}

/// The chip of an entity or of a reference that nobody describes. `default_kind` and namespace are dropped from the names
/// of the latter where they are clear.
pub(super) fn chip(world: &World<'_>, from: &Route, reference: &EntityRef, default_kind: Option<&str>) -> Chip {
    let entity = world.entity(reference);
    let kind = reference.kind();
    let url = world.addresses.entity(reference).map_or_else(String::new, |route| route.url_from(from));
    Chip {
        title: entity.map_or_else(
            || reference.shortened(default_kind.or(Some(kind))),
            |entity| entity.display_name().to_owned(),
        ),
        url,
        kind: kind.to_owned(),
        kind_label: kind_label(kind, entity.map(Entity::kind)),
        icon: kind_icon(kind),
        reference: reference.to_string(),
        kind_type: entity.and_then(|entity| entity.spec_str("type")).map(str::to_owned),
        summary: entity.and_then(Entity::description).map(summary),
        missing: entity.is_none(),
    }
}

/// A finding as pages show it.
pub(super) fn finding(world: &World<'_>, from: &Route, diagnostic: &Diagnostic) -> Finding {
    let subject = diagnostic
        .subject
        .as_ref()
        .and_then(|subject| EntityRef::try_from(subject.clone()).ok())
        .filter(|reference| {
            world.look_at(reference);
            world.addresses.entity(reference).is_some()
        })
        .map(|reference| chip(world, from, &reference, None));
    Finding {
        code: diagnostic.code.clone(),
        severity: diagnostic.severity.word(),
        message: visible(&diagnostic.message),
        place: diagnostic.place.as_ref().map(|place| visible(&place.to_string())),
        place_url: diagnostic.place.as_ref().and_then(|place| place_url(world, place)),
        line: diagnostic.place.as_ref().map(|place| visible(&place.text)).filter(|text| !text.trim().is_empty()),
        hint: diagnostic.hint.as_deref().map(visible),
        subject,
    }
}

/// Where a place is seen on its repository's host, at its line where hosts agree how to say that.
pub(super) fn place_url(world: &World<'_>, place: &Place) -> Option<String> {
    let origin = world.origin(&place.origin)?;
    let url = origin.view_url(&RelPath::new(&place.path).ok()?)?;
    let by_line = matches!(origin.web.as_ref()?.host, HostKind::GitHub | HostKind::GitLab | HostKind::Gitea);
    Some(if place.line > 0 && by_line { format!("{url}#L{}", place.line) } else { url })
}

/// The first sentence or line of a text, without Markdown's marks, at most some 200 characters.
pub(super) fn summary(text: &str) -> String {
    let paragraph = text.trim().split("\n\n").next().unwrap_or("");
    let mut plain: String = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    plain.retain(|c| !matches!(c, '`' | '*'));
    match plain.char_indices().nth(200) {
        None => plain,
        Some((at, _)) => {
            let cut = plain[..at].rfind(' ').unwrap_or(at);
            format!("{}…", plain[..cut].trim_end_matches([',', '.', ';', ' ']))
        }
    }
}

/// The URL if browsers may be sent there: http, https or mailto.
pub(super) fn safe_url(url: &str) -> Option<String> {
    let parsed = url::Url::parse(url.trim()).ok()?;
    matches!(parsed.scheme(), "http" | "https" | "mailto").then(|| parsed.to_string())
}

/// Text in which control and direction characters are spelled out, so that it cannot pass for another.
pub(super) fn visible(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(hidden) {
        return text.to_owned();
    }
    text.chars().map(|c| if hidden(c) && c != '\t' { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}

/// The list of an entity's kind, for breadcrumbs.
pub(super) fn kind_crumb(world: &World<'_>, from: &Route, kind: &str, written: Option<&str>) -> Link {
    let label = super::wording::kind_plural(kind, written);
    world
        .addresses
        .kind(kind)
        .map_or_else(|| link(from, &label, &addresses::catalog()), |route| link(from, &label, route))
}

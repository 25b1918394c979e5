//! The catalog's components on pages of the portal's own: fenced blocks with names of their own.

use std::collections::BTreeMap;

use serde::Serialize;

use super::listing::{Columns, Row, columns, rows, sorted};
use super::ownership::initials;
use super::rules::COMPONENT;
use super::view::{Chip, Link, chip, link};
use super::wording::{counted, kind_label, kind_plural, kind_rank};
use super::world::World;
use crate::base::{Diagnostic, Place, Route};
use crate::catalog::{Entity, RawRef};
use crate::markdown;
use crate::techdocs::{Book, DocPage};

/// Most rows of a list, and most members of a team that its card shows.
const ROWS: usize = 100;
const MEMBERS: usize = 12;

/// A piece of a page: one of its fields is there.
#[derive(Debug, Default, Serialize)]
pub(super) struct Part {
    /// HTML of the article.
    html: Option<String>,
    card: Option<EntityCard>,
    list: Option<EntityList>,
    team: Option<TeamCard>,
    /// What is wrong with a component.
    fault: Option<String>,
}

#[derive(Debug, Serialize)]
struct EntityCard {
    entity: Chip,
    about: Option<String>,
    owners: Vec<Chip>,
    lifecycle: Option<String>,
    docs: Option<String>,
}

#[derive(Debug, Serialize)]
struct EntityList {
    columns: Columns,
    rows: Vec<Row>,
    more: usize,
}

#[derive(Debug, Serialize)]
struct TeamCard {
    entity: Chip,
    initials: String,
    about: Option<String>,
    email: Option<String>,
    members: Vec<Chip>,
    more: usize,
    owns: Vec<Link>,
}

/// An article cut at its components. `body` is the page's sanitised article, or a part of it.
pub(super) fn parts(
    world: &World<'_>,
    book: &Book,
    page: &DocPage,
    body: &str,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = body;
    let html = |text: &str| Part { html: Some(text.to_owned()), ..Part::default() };
    while let Some((start, name, inside, end)) = next(rest) {
        if !rest[..start].trim().is_empty() {
            parts.push(html(&rest[..start]));
        }
        let made = match name {
            "entity-card" => named(world, &inside, None)
                .map(|entity| Part { card: Some(entity_card(world, &page.route, entity)), ..Part::default() }),
            "team-card" => named(world, &inside, Some("group"))
                .map(|entity| Part { team: Some(team_card(world, &page.route, entity)), ..Part::default() }),
            _ => list(world, &page.route, &inside).map(|list| Part { list: Some(list), ..Part::default() }),
        };
        parts.push(made.unwrap_or_else(|fault| {
            let origin = world.snapshot(book.snapshot).map(|snapshot| snapshot.origin.label()).unwrap_or_default();
            let place = Place::file(origin, page.path.as_str());
            findings.push(COMPONENT.diagnostic(format!("`{name}`: {fault}")).at(place));
            Part { fault: Some(format!("`{name}`: {fault}")), ..Part::default() }
        }));
        rest = &rest[end..];
    }
    if !rest.trim().is_empty() {
        parts.push(html(rest));
    }
    parts
}

/// The next component: where its block starts, its name, its text, and where the block ends.
fn next(html: &str) -> Option<(usize, &'static str, String, usize)> {
    let found = ["entity-card", "entity-list", "team-card"].into_iter().filter_map(|name| {
        let open = format!("<div class=\"cb-code\" data-lang=\"{name}\"");
        let start = html.find(&open)?;
        let from = start + html[start..].find("<code")?;
        let from = from + html[from..].find('>')? + 1;
        let to = from + html[from..].find("</code></pre></div>")?;
        Some((start, name, unescaped(&html[from..to]), to + "</code></pre></div>".len()))
    });
    found.min_by_key(|(start, ..)| *start)
}

/// The text that escaped HTML stands for; marks of lines are dropped.
fn unescaped(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            other if !inside => text.push(other),
            _ => {}
        }
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(text, |text, (from, to)| text.replace(from, to))
}

fn named<'a>(world: &World<'a>, written: &str, kind: Option<&str>) -> Result<&'a Entity, String> {
    let written = written.trim();
    let raw = RawRef::parse(written).map_err(|_| format!("`{written}` is no reference"))?;
    let reference = raw
        .resolve(Some(kind.unwrap_or("component")), "default")
        .map_err(|_| format!("`{written}` is no reference"))?;
    world.entity(&reference).ok_or_else(|| format!("there is no `{reference}` in the catalog"))
}

fn list(world: &World<'_>, from: &Route, written: &str) -> Result<EntityList, String> {
    let mut filters = Vec::new();
    let mut limit = ROWS;
    for line in written.split(['\n', ',']).map(str::trim).filter(|line| !line.is_empty()) {
        let (key, value) = line.split_once('=').ok_or_else(|| format!("`{line}` is no `key = value`"))?;
        let (key, value) = (key.trim(), value.trim());
        match key {
            "kind" | "type" | "owner" | "system" | "lifecycle" | "tag" | "namespace" => filters.push((key, value)),
            "limit" => limit = value.parse().map_err(|_| format!("`{value}` is no number"))?,
            _ => return Err(format!("there is no key `{key}`")),
        }
    }
    let fits = |entity: &&Entity| filters.iter().all(|(key, value)| fits(entity, key, value));
    let entities = sorted(world.catalog.entities.values().filter(fits).collect());
    let shown = &entities[..entities.len().min(limit).min(ROWS)];
    let one_kind = shown.windows(2).all(|pair| pair[0].reference.kind() == pair[1].reference.kind());
    Ok(EntityList {
        columns: columns(shown, !one_kind),
        rows: rows(world, from, shown),
        more: entities.len() - shown.len(),
    })
}

fn fits(entity: &Entity, key: &str, value: &str) -> bool {
    let related = |relation: &str, kind: &str| {
        let wanted = RawRef::parse(value).ok().and_then(|raw| raw.resolve(Some(kind), "default").ok());
        wanted.is_some_and(|wanted| entity.related(relation).any(|target| *target == wanted))
    };
    match key {
        "kind" => entity.reference.kind().eq_ignore_ascii_case(value),
        "namespace" => entity.reference.namespace().eq_ignore_ascii_case(value),
        "owner" => related("ownedBy", "group"),
        "system" => related("partOf", "system"),
        "tag" => entity.tags().any(|tag| tag == value),
        field => entity.spec_str(field).is_some_and(|written| written.eq_ignore_ascii_case(value)),
    }
}

fn entity_card(world: &World<'_>, from: &Route, entity: &Entity) -> EntityCard {
    EntityCard {
        entity: chip(world, from, &entity.reference, None),
        about: entity.description().map(|text| markdown::brief(text).as_str().to_owned()),
        owners: entity.related("ownedBy").map(|owner| chip(world, from, owner, Some("group"))).collect(),
        lifecycle: entity.spec_str("lifecycle").map(str::to_owned),
        docs: world.addresses.docs(&entity.reference).map(|docs| docs.url_from(from)),
    }
}

fn team_card(world: &World<'_>, from: &Route, entity: &Entity) -> TeamCard {
    let mut members: Vec<Chip> =
        entity.related("hasMember").map(|member| chip(world, from, member, Some("user"))).collect();
    members.sort_by_cached_key(|chip| (chip.title.to_lowercase(), chip.reference.clone()));
    let more = members.len().saturating_sub(MEMBERS);
    members.truncate(MEMBERS);
    let mut counts = BTreeMap::<(usize, &str), usize>::new();
    for owned in entity.related("ownerOf").filter(|owned| world.entity(owned).is_some()) {
        *counts.entry((kind_rank(owned.kind()), owned.kind())).or_default() += 1;
    }
    let owns = counts.into_iter().filter_map(|((_, kind), count)| {
        let title = counted(count, &kind_label(kind, None), &kind_plural(kind, None));
        Some(link(from, title, world.addresses.entity(&entity.reference)?))
    });
    let profile = &entity.document["spec"]["profile"];
    TeamCard {
        entity: chip(world, from, &entity.reference, None),
        initials: initials(entity.display_name()),
        about: entity.description().map(|text| markdown::brief(text).as_str().to_owned()),
        email: profile["email"].as_str().filter(|email| email.contains('@')).map(str::to_owned),
        members,
        more,
        owns: owns.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_found_and_read_as_written() {
        let html = "<p>a</p><div class=\"cb-code\" data-lang=\"entity-list\"><pre tabindex=\"0\"><code class=\"language-entity-list\">kind = a &amp; b\n\
                    </code></pre></div><p>c</p>";
        let (start, name, text, end) = next(html).unwrap();
        assert_eq!(
            (&html[..start], name, text.as_str(), &html[end..]),
            ("<p>a</p>", "entity-list", "kind = a & b\n", "<p>c</p>")
        );
        assert!(next("<div class=\"cb-code\" data-lang=\"yaml\"><pre><code>x</code></pre></div>").is_none());
    }
}

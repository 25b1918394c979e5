//! What changed last, as the history of the repositories tells it: nothing here depends on an earlier build.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::addresses;
use super::model::Page;
use super::view::{Chip, Frame, Link, chip, safe_url, visible};
use super::wording::counted;
use super::world::World;
use crate::base::{Route, day};
use crate::catalog::Entity;
use crate::sources::LastChange;
use crate::techdocs::{Book, DocPage};

/// Most commits of the page and of the feed.
pub(super) const COMMITS: usize = 50;
/// Most entities and pages that are listed of one commit; the rest is counted.
const THINGS: usize = 6;

/// A commit that was the last to change some description of an entity or some page.
pub(super) struct Commit<'a> {
    pub change: &'a LastChange,
    snapshot: usize,
    things: Vec<Thing<'a>>,
}

/// Something that a commit changed.
enum Thing<'a> {
    Entity(&'a Entity),
    Page(&'a Book, &'a DocPage),
}

/// A commit as pages show it.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    /// Anchor on the page of changes.
    pub id: String,
    /// What its author wrote of it, or what it changed.
    pub title: String,
    pub author: Option<String>,
    pub date: String,
    pub repository: String,
    /// Its first letters, and its page on the repository's host.
    pub commit: Option<Link>,
    /// Entities and pages whose last change it is, at most six.
    pub changed: Vec<Chip>,
    /// Those that are not listed.
    pub more: usize,
}

/// The latest commits that were the last to change a description of an entity or a page of documentation, latest first. A file counts
/// for its last change only, and repositories without history at hand for nothing.
pub(super) fn latest<'a>(world: &World<'a>) -> Vec<Commit<'a>> {
    // The same commit may be read by several sources.
    let mut commits = BTreeMap::<(Reverse<i64>, &str, Option<&String>), Commit<'a>>::new();
    let mut add = |snapshot: usize, change: &'a LastChange, thing: Thing<'a>| {
        let key = (Reverse(change.time), change.commit.as_str(), change.authors.first());
        commits.entry(key).or_insert_with(|| Commit { change, snapshot, things: Vec::new() }).things.push(thing);
    };
    for entity in world.catalog.entities.values() {
        if let Some(change) = world.changes.get(&entity.snapshot).and_then(|changes| changes.get(&entity.path)) {
            add(entity.snapshot, change, Thing::Entity(entity));
        }
    }
    for book in world.books.iter().chain(world.pages) {
        for page in &book.pages {
            if let Some(change) = &page.changed {
                add(book.snapshot, change, Thing::Page(book, page));
            }
        }
    }
    commits.into_values().take(COMMITS).collect()
}

impl Commit<'_> {
    /// The commit as the page at `from` shows it; `None` for a time that no calendar has.
    pub(super) fn entry(&self, world: &World<'_>, from: &Route) -> Option<Entry> {
        let repository = world.snapshot(self.snapshot).map(|snapshot| &snapshot.origin);
        let name = repository.map_or_else(String::new, |origin| visible(&origin.name));
        let short: String = self.change.commit.chars().take(12).filter(char::is_ascii_hexdigit).collect();
        let page = repository.and_then(|origin| origin.web.as_ref()).map(|web| web.commit_url(&self.change.commit));
        let subject = visible(self.change.subject.trim());
        let changed: Vec<Chip> = self.things.iter().take(THINGS).map(|thing| thing.chip(world, from)).collect();
        Some(Entry {
            id: self.anchor(),
            title: if subject.is_empty() { counted(self.things.len(), "change", "changes") } else { subject },
            author: self.author(),
            date: day(self.change.time)?,
            repository: name,
            commit: (!short.is_empty())
                .then(|| Link { title: short, url: page.as_deref().and_then(safe_url).unwrap_or_default() }),
            more: self.things.len() - changed.len(),
            changed,
        })
    }

    /// Its place on the page of changes.
    pub(super) fn anchor(&self) -> String {
        let short: String = self.change.commit.chars().take(12).filter(char::is_ascii_hexdigit).collect();
        if short.is_empty() { format!("time-{}", self.change.time) } else { format!("commit-{short}") }
    }

    /// Who made it. Some commit under their address: of that only the name is shown.
    pub(super) fn author(&self) -> Option<String> {
        let name = self.change.authors.first()?.split('@').next().unwrap_or_default().trim();
        (!name.is_empty()).then(|| visible(name))
    }
}

impl Thing<'_> {
    fn chip(&self, world: &World<'_>, from: &Route) -> Chip {
        match self {
            Self::Entity(entity) => chip(world, from, &entity.reference, None),
            Self::Page(book, page) => Chip {
                title: page.title.clone(),
                url: page.route.url_from(from),
                kind: "docs".to_owned(),
                kind_label: "Page".to_owned(),
                icon: "docs".to_owned(),
                reference: format!("{}: {}", book.title, page.title),
                kind_type: None,
                summary: None,
                missing: false,
            },
        }
    }
}

/// The page of the latest changes.
pub(super) fn page(world: &World<'_>, latest: &[Commit<'_>]) -> Page {
    #[derive(Serialize)]
    struct Model {
        changes: Vec<Entry>,
        /// Repositories of entities or documentation whose history is not at hand.
        unknown: usize,
        feed: bool,
    }
    let route = addresses::changes();
    let model = Model {
        changes: latest.iter().filter_map(|commit| commit.entry(world, &route)).collect(),
        unknown: world.snapshots.iter().filter(|snapshot| !snapshot.tree.has_history()).count(),
        feed: world.settings.base_url.is_some(),
    };
    Frame::new(&route, "changes", "Recent changes").page(route.clone(), "changes.html", &model)
}

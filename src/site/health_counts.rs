//! Findings counted by repository and by team: the report shows the worst, and pages of their own all.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::addresses;
use super::health_page::{repository, repository_route};
use super::listing::{ListPage, Pager, ROWS, numbered, paged};
use super::model::Page;
use super::view::{Chip, Frame, Link, chip, link, visible};
use super::world::World;
use crate::base::{Route, Severity};
use crate::catalog::EntityRef;

/// Most repositories and teams that the report itself lists.
const WORST: usize = 25;

/// What findings are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Repository,
    Team,
}

/// Findings of one repository or team.
struct Counted<'a> {
    of: Of<'a>,
    /// Entities with findings; none for repositories.
    entities: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
}

/// Whose findings they are.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Of<'a> {
    Repository(&'a str),
    Team(&'a EntityRef),
    Nobody,
}

/// A line of a table of counts.
#[derive(Debug, Serialize)]
struct Row {
    /// A repository's name and its page.
    repository: Option<Link>,
    /// Neither: what nobody owns.
    team: Option<Chip>,
    entities: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
}

/// A table of counts, or the first lines of it.
#[derive(Debug, Serialize)]
pub(super) struct Table {
    teams: bool,
    rows: Vec<Row>,
    count: usize,
    /// The whole table, where lines are left out.
    all: Option<String>,
}

impl By {
    const ALL: [Self; 2] = [Self::Repository, Self::Team];

    fn route(self) -> Route {
        addresses::health().child("-").child(match self {
            Self::Repository => "repositories",
            Self::Team => "teams",
        })
    }

    /// Worst first; what has no findings is left out.
    fn counted<'a>(self, world: &World<'a>) -> Vec<Counted<'a>> {
        let mut found = BTreeMap::<Of<'a>, [usize; 4]>::new();
        let at = |severity| match severity {
            Severity::Error => 1,
            Severity::Warning => 2,
            Severity::Note => 3,
        };
        match self {
            Self::Repository => world.diagnostics.iter().for_each(|diagnostic| {
                found.entry(Of::Repository(repository(diagnostic))).or_default()[at(diagnostic.severity)] += 1;
            }),
            Self::Team => {
                for entity in world.catalog.entities.values() {
                    let findings = world.findings(entity);
                    if findings.is_empty() {
                        continue;
                    }
                    let mut owners: Vec<Of<'a>> = entity.related("ownedBy").map(Of::Team).collect();
                    if owners.is_empty() {
                        owners.push(Of::Nobody);
                    }
                    for owner in owners {
                        let counts = found.entry(owner).or_default();
                        counts[0] += 1;
                        findings.iter().for_each(|finding| counts[at(finding.severity)] += 1);
                    }
                }
            }
        }
        let mut all: Vec<Counted<'a>> = found
            .into_iter()
            .map(|(of, [entities, errors, warnings, notes])| Counted { of, entities, errors, warnings, notes })
            .collect();
        all.sort_by_key(|one| Reverse((one.errors, one.warnings, one.notes)));
        all
    }
}

impl Counted<'_> {
    fn row(&self, world: &World<'_>, from: &Route) -> Row {
        let repository = match self.of {
            Of::Repository(name) => Some(link(from, visible(name), &repository_route(name))),
            Of::Team(_) | Of::Nobody => None,
        };
        let team = match self.of {
            Of::Team(owner) => Some(chip(world, from, owner, Some("group"))),
            Of::Repository(_) | Of::Nobody => None,
        };
        let Self { entities, errors, warnings, notes, .. } = *self;
        Row { repository, team, entities, errors, warnings, notes }
    }
}

/// The worst lines, for the report at `from`.
pub(super) fn worst(world: &World<'_>, from: &Route, by: By) -> Table {
    let counted = by.counted(world);
    Table {
        teams: by == By::Team,
        rows: counted.iter().take(WORST).map(|one| one.row(world, from)).collect(),
        count: counted.len(),
        all: (counted.len() > WORST).then(|| by.route().url_from(from)),
    }
}

/// Pages of all lines, where the report has not room for them.
pub(super) fn pages(world: &World<'_>) -> Vec<Page> {
    By::ALL.into_iter().flat_map(|by| pages_by(world, by)).collect()
}

fn pages_by(world: &World<'_>, by: By) -> Vec<Page> {
    #[derive(Serialize)]
    struct Model {
        heading: &'static str,
        table: Table,
        pager: Pager,
    }
    let counted = by.counted(world);
    if counted.len() <= WORST {
        return Vec::new();
    }
    let heading = match by {
        By::Repository => "Findings by repository",
        By::Team => "Findings by team",
    };
    let page = |ListPage { route, items, pager }: ListPage<'_, Counted<'_>>| {
        let rows = items.iter().map(|one| one.row(world, &route)).collect();
        let table = Table { teams: by == By::Team, rows, count: counted.len(), all: None };
        let model = Model { heading, table, pager };
        Frame::new(&route, "health", numbered(heading, model.pager.number))
            .crumb(&route, "Health", &addresses::health())
            .page(route.clone(), "health_counts.html", &model)
    };
    paged(&by.route(), &counted, ROWS, usize::MAX).into_iter().map(page).collect()
}

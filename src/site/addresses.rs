use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::Route;
use crate::catalog::{Catalog, Entity, EntityRef};
use crate::techdocs::{Book, BookKind};

/// Where everything stands: links are made from this table only.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    entities: BTreeMap<EntityRef, Route>,
    docs: BTreeMap<EntityRef, Route>,
    decisions: BTreeMap<EntityRef, Route>,
    tags: BTreeMap<String, Route>,
    kinds: BTreeMap<String, Route>,
}

impl Addresses {
    /// Gives everything its address: published entities by their name as written, others by their reference.
    pub(super) fn new(catalog: &Catalog, missing: impl Iterator<Item = EntityRef>, books: &[Arc<Book>]) -> Self {
        let mut addresses = Self::default();
        for (reference, entity) in &catalog.entities {
            addresses.entities.insert(reference.clone(), published(entity));
            if !addresses.kinds.contains_key(reference.kind()) {
                addresses.kinds.insert(reference.kind().to_owned(), Route::page(["kinds", reference.kind()]));
            }
            for tag in entity.tags() {
                if !addresses.tags.contains_key(tag) {
                    addresses.tags.insert(tag.to_owned(), Route::page(["tags", tag]));
                }
            }
        }
        for reference in missing {
            let route = entity_route(&reference, reference.name());
            addresses.entities.insert(reference, route);
        }
        for book in books {
            for reference in &book.entities {
                let homes = match book.kind {
                    BookKind::Documentation => &mut addresses.docs,
                    BookKind::Decisions => &mut addresses.decisions,
                };
                homes.entry(reference.clone()).or_insert_with(|| {
                    let entrance = book.entrances.get(reference).unwrap_or(&book.home);
                    entrance.clone()
                });
            }
        }
        addresses
    }

    /// Everything that has a page and is an entity, or is only referred to.
    pub(super) fn entities(&self) -> impl Iterator<Item = &EntityRef> {
        self.entities.keys()
    }

    /// All addresses of an entity: its page, its documentation, its decisions.
    pub(super) fn of(&self, reference: &EntityRef) -> [Option<&Route>; 3] {
        [self.entity(reference), self.docs(reference), self.decisions(reference)]
    }

    /// Whether the lists of kinds and tags are those of another table.
    pub(super) fn lists_are(&self, other: &Self) -> bool {
        (&self.kinds, &self.tags) == (&other.kinds, &other.tags)
    }

    /// Page of an entity, published or only referred to.
    pub(super) fn entity(&self, reference: &EntityRef) -> Option<&Route> {
        self.entities.get(reference)
    }

    /// Home of the documentation that an entity shows.
    pub(super) fn docs(&self, reference: &EntityRef) -> Option<&Route> {
        self.docs.get(reference)
    }

    /// List of the decisions that an entity shows.
    pub(super) fn decisions(&self, reference: &EntityRef) -> Option<&Route> {
        self.decisions.get(reference)
    }

    /// Page of a tag.
    pub(super) fn tag(&self, tag: &str) -> Option<&Route> {
        self.tags.get(tag)
    }

    /// Tags with their pages, by name.
    pub(super) fn tags(&self) -> impl Iterator<Item = (&str, &Route)> {
        self.tags.iter().map(|(tag, route)| (tag.as_str(), route))
    }

    /// List of a kind.
    pub(super) fn kind(&self, kind: &str) -> Option<&Route> {
        self.kinds.get(kind)
    }

    /// Kinds of published entities, by name.
    pub(super) fn kinds(&self) -> impl Iterator<Item = (&str, &Route)> {
        self.kinds.iter().map(|(kind, route)| (kind.as_str(), route))
    }
}

/// Whether some of these pages lie below others of them.
pub(super) fn overlap<'a>(homes: impl Iterator<Item = &'a Route>) -> bool {
    let mut homes: Vec<&str> = homes.map(Route::as_str).collect();
    homes.sort_unstable();
    homes.windows(2).any(|two| two[1].starts_with(two[0]))
}

/// The whole catalog.
pub(super) fn catalog() -> Route {
    Route::page(["catalog"])
}

/// The whole catalog as a table for spreadsheets.
pub(super) fn catalog_csv() -> Route {
    Route::file(["catalog.csv"])
}

/// All documentation.
pub(super) fn docs_index() -> Route {
    Route::page(["docs"])
}

/// All tags.
pub(super) fn tag_index() -> Route {
    Route::page(["tags"])
}

/// The health report.
pub(super) fn health() -> Route {
    Route::page(["health"])
}

/// The graph of the whole catalog.
pub(super) fn graph() -> Route {
    Route::page(["graph"])
}

/// All groups as a tree.
pub(super) fn org() -> Route {
    Route::page(["org"])
}

/// Architecture decisions of all entities.
pub(super) fn decisions() -> Route {
    Route::page(["decisions"])
}

/// What changed last.
pub(super) fn changes() -> Route {
    Route::page(["changes"])
}

/// The gallery of the theme's components.
pub(super) fn patterns() -> Route {
    Route::page(["patterns"])
}

/// About this portal.
pub(super) fn about() -> Route {
    Route::page(["about"])
}

/// Search.
pub(super) fn search() -> Route {
    Route::page(["search"])
}

/// A further page of a list; the first is the list's own address.
pub(super) fn list_page(list: &Route, number: usize) -> Route {
    if number <= 1 { list.clone() } else { list.child("page").child(&number.to_string()) }
}

/// The page of an entity that is there.
pub(super) fn published(entity: &Entity) -> Route {
    let reference = &entity.reference;
    entity_route(reference, if entity.name().is_empty() { reference.name() } else { entity.name() })
}

/// All targets of one relation of the entity whose page is `home`.
pub(super) fn relation(home: &Route, relation: &str) -> Route {
    home.child("relations").child(relation)
}

fn entity_route(reference: &EntityRef, name: &str) -> Route {
    Route::page(["catalog", reference.namespace(), reference.kind(), name])
}

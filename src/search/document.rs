use serde::{Deserialize, Serialize};

use crate::base::Route;

/// A page of the portal as search sees it; each section becomes one document of the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchPage {
    /// Its address.
    pub route: Route,
    /// Its title.
    pub title: String,
    /// What it is: `entity`, `docs`, `api`, `team`, `person`, `adr`, `page`.
    pub kind: String,
    /// Where it belongs, from the outside in: system or doc set, then sections of the nav.
    pub path: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Values to filter by: `type`, `owner`, `lifecycle`, `docs`, `entity-kind`, each with its values.
    pub facets: Vec<(String, String)>,
    /// Its text. Never empty; the first has an empty anchor.
    pub sections: Vec<SearchSection>,
}

/// The text under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchSection {
    /// Id of the heading in the page; empty for the page's beginning.
    pub anchor: String,
    /// Words of the heading; empty for the page's beginning.
    pub heading: String,
    /// Words below it, each block on a line of its own.
    pub text: String,
}

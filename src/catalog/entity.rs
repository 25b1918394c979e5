use serde_json::Value;

use super::EntityRef;
use crate::base::{Diagnostic, Place, RelPath};

/// A published entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// Canonical reference.
    pub reference: EntityRef,
    /// The final document in Backstage's JSON shape (`apiVersion kind metadata spec`), placeholders resolved, location
    /// annotations added, without `relations`.
    pub document: Value,
    /// Whether the catalog model knows its kind; others are shown generically and not exported.
    pub recognised: bool,
    /// Whether Backstage would publish it. Others are shown with their findings and are not exported.
    pub published: bool,
    /// Relations whose source it is, sorted by type then target, distinct. The target need not exist.
    pub relations: Vec<Relation>,
    /// Who owns it by CODEOWNERS, where it names no owner and the settings want that; relations to them are not exported.
    pub codeowners: Option<CodeOwners>,
    /// Index of its snapshot in the harvest.
    pub snapshot: usize,
    /// The file that it was read from.
    pub path: RelPath,
    /// Where its document starts.
    pub place: Place,
    /// Its YAML as written, for the raw view.
    pub source: String,
    /// Other documents that claim the same reference and lost, in order.
    pub rivals: Vec<Claim>,
    /// What was found wrong with it although it is published.
    pub findings: Vec<Diagnostic>,
}

/// Owners by the repository's CODEOWNERS file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeOwners {
    /// The line that names them.
    pub place: Place,
    /// Groups for `@org/team`, users for `@login`; at least one.
    pub owners: Vec<EntityRef>,
}

/// A document that claims a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Index of its snapshot.
    pub snapshot: usize,
    /// Where it stands.
    pub place: Place,
}

/// An edge of the catalog.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relation {
    /// `ownedBy`, `partOf`, …
    pub kind: String,
    /// The other end.
    pub target: EntityRef,
    /// Whether an entity declares it that is published; others are not exported.
    pub published: bool,
}

/// A file that the catalog starts from: Backstage's registered location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredLocation {
    /// `location:default/generated-<sha1>`, as Backstage names it.
    pub reference: EntityRef,
    /// `url` or `file`.
    pub kind: String,
    /// The URL or path.
    pub target: String,
}

/// A document that could not become an entity.
#[derive(Debug, Clone)]
pub struct Unpublished {
    /// The name it would have, as far as that can be told.
    pub name: String,
    /// Index of its snapshot.
    pub snapshot: usize,
    /// Where it stands, and why it is not published.
    pub finding: Diagnostic,
    /// Its text as written.
    pub source: String,
}

/// One of `metadata.links`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityLink<'a> {
    /// Absolute URL, as written.
    pub url: &'a str,
    /// Text to show.
    pub title: Option<&'a str>,
    /// Name of an icon.
    pub icon: Option<&'a str>,
    /// Free type.
    pub kind: Option<&'a str>,
}

/// Whether equal values have their keys in the same order, too.
fn in_order(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            one.iter().zip(other).all(|((key, value), (name, found))| key == name && in_order(value, found))
        }
        (Value::Array(one), Value::Array(other)) => one.iter().zip(other).all(|(one, other)| in_order(one, other)),
        _ => true,
    }
}

impl Entity {
    /// Whether it is the same to the last letter: equal documents may differ in the order of their keys.
    pub fn is_like(&self, other: &Self) -> bool {
        self == other && in_order(&self.document, &other.document)
    }

    /// The kind as written.
    pub fn kind(&self) -> &str {
        self.document["kind"].as_str().unwrap_or_default()
    }

    /// The name as written.
    pub fn name(&self) -> &str {
        self.document["metadata"]["name"].as_str().unwrap_or_default()
    }

    /// `spec.profile.displayName`, else `metadata.title`, else the name.
    pub fn display_name(&self) -> &str {
        let text = |value: &'_ Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
        let metadata = &self.document["metadata"];
        [&self.document["spec"]["profile"]["displayName"], &metadata["title"], &metadata["name"]]
            .into_iter()
            .find(|value| text(value))
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// `metadata.description`, if it says something.
    pub fn description(&self) -> Option<&str> {
        self.document["metadata"]["description"].as_str().filter(|text| !text.trim().is_empty())
    }

    /// A string of the spec: `type`, `lifecycle`, `definition`, …
    pub fn spec_str(&self, key: &str) -> Option<&str> {
        self.document["spec"][key].as_str()
    }

    /// One annotation.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.document["metadata"]["annotations"][key].as_str()
    }

    /// All annotations, as written.
    pub fn annotations(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs(&self.document["metadata"]["annotations"])
    }

    /// All labels, as written.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        pairs(&self.document["metadata"]["labels"])
    }

    /// `metadata.tags`.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.document["metadata"]["tags"].as_array().into_iter().flatten().filter_map(Value::as_str)
    }

    /// `metadata.links`.
    pub fn links(&self) -> impl Iterator<Item = EntityLink<'_>> {
        self.document["metadata"]["links"].as_array().into_iter().flatten().filter_map(|link| {
            Some(EntityLink {
                url: link["url"].as_str()?,
                title: link["title"].as_str(),
                icon: link["icon"].as_str(),
                kind: link["type"].as_str(),
            })
        })
    }

    /// Targets of its relations of one kind, in order.
    pub fn related<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a EntityRef> {
        self.relations.iter().filter(move |relation| relation.kind == kind).map(|relation| &relation.target)
    }
}

fn pairs(map: &Value) -> impl Iterator<Item = (&str, &str)> {
    map.as_object().into_iter().flatten().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
}

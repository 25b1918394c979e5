use serde_json::Value;

use super::records::Record;
use super::terms::Term;

/// Most parts of all filters of a request together, and deepest nesting of a predicate.
const MOST: usize = 500;
const DEEPEST: usize = 20;

/// Any of several groups, each of conditions that all hold. Without groups everything passes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filter(Vec<Vec<Condition>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    key: String,
    /// Any of these; without any the key only has to be there.
    values: Vec<String>,
}

impl Filter {
    /// Reads `filter` parameters: each is one group, `key=value` or `key`, separated by commas. `Err` says what is wrong.
    pub fn parse(parameters: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut groups = Vec::new();
        let mut parts = 0;
        for text in parameters {
            let mut group: Vec<Condition> = Vec::new();
            for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
                parts += 1;
                let (key, value) = part.split_once('=').map_or((part, None), |(key, value)| (key, Some(value)));
                let key = key.trim().to_lowercase();
                if key.is_empty() || parts > MOST {
                    return Err(format!(
                        "Invalid filter, '{part}' is not a valid statement (expected a string on the form a=b or a= or a)"
                    ));
                }
                let at = group.iter().position(|condition| condition.key == key).unwrap_or_else(|| {
                    group.push(Condition { key, values: Vec::new() });
                    group.len() - 1
                });
                group[at].values.extend(value.map(|value| value.trim().to_lowercase()));
            }
            if !group.is_empty() {
                groups.push(group);
            }
        }
        Ok(Self(groups))
    }

    /// Whether an entity passes.
    pub fn takes(&self, record: &Record) -> bool {
        self.0.is_empty() || self.0.iter().any(|group| group.iter().all(|condition| condition.holds(record.terms())))
    }
}

impl Condition {
    fn holds(&self, terms: &[Term]) -> bool {
        let mut named = terms.iter().filter(|term| term.key == self.key);
        if self.values.is_empty() {
            return named.next().is_some();
        }
        named.any(|term| term.value.as_ref().is_some_and(|value| self.values.contains(value)))
    }
}

/// The predicate of a `query`: `{field: value}`, `$all`, `$any`, `$not`, and of a field `$exists`, `$in`, `$hasPrefix`,
/// `$contains`. `Err` says what is wrong.
pub(super) fn satisfies(record: &Record, query: &Value) -> Result<bool, String> {
    predicate(record, query, 0)
}

fn predicate(record: &Record, query: &Value, depth: usize) -> Result<bool, String> {
    if depth > DEEPEST {
        return Err("Invalid query, it is nested too deeply".to_owned());
    }
    let fields = query.as_object().ok_or("Invalid query, expected an object")?;
    let list = |value: &Value| -> Result<Vec<bool>, String> {
        let parts = value.as_array().ok_or("Invalid query, expected a list")?;
        parts.iter().map(|part| predicate(record, part, depth + 1)).collect()
    };
    let mut holds = true;
    for (key, value) in fields {
        holds &= match key.as_str() {
            "$all" => list(value)?.into_iter().all(|one| one),
            "$any" => list(value)?.into_iter().any(|one| one),
            "$not" => !predicate(record, value, depth + 1)?,
            _ if key.starts_with('$') => return Err(format!("Invalid query, '{key}' is no operator")),
            _ => field(record, key, value)?,
        };
    }
    Ok(holds)
}

fn field(record: &Record, key: &str, wanted: &Value) -> Result<bool, String> {
    let key = key.to_lowercase();
    let named = || record.terms().iter().filter(|term| term.key == key);
    let equals = |wanted: &Value| {
        let text = wanted.as_str().map_or_else(|| wanted.to_string(), str::to_owned).to_lowercase();
        named().any(|term| term.value.as_ref() == Some(&text))
    };
    let Some(operators) = wanted.as_object() else { return Ok(equals(wanted)) };
    let mut holds = true;
    for (operator, value) in operators {
        holds &= match (operator.as_str(), value) {
            ("$exists", Value::Bool(wanted)) => named().next().is_some() == *wanted,
            ("$in", Value::Array(values)) => values.iter().any(equals),
            ("$hasPrefix", Value::String(prefix)) => {
                let prefix = prefix.to_lowercase();
                named().any(|term| term.value.as_ref().is_some_and(|value| value.starts_with(&prefix)))
            }
            ("$contains", Value::Object(parts)) if key == "relations" => relation(record, parts),
            ("$contains", Value::Object(_)) => return Err("Invalid query, only relations contain objects".to_owned()),
            ("$contains", value) => equals(value),
            _ => return Err(format!("Invalid query, '{operator}' is no operator of a field")),
        };
    }
    Ok(holds)
}

fn relation(record: &Record, parts: &serde_json::Map<String, Value>) -> bool {
    let same = |relation: &Value, (key, wanted): (&String, &Value)| {
        let text = |value: &Value| value.as_str().map(str::to_lowercase);
        text(&relation[key.as_str()]).is_some() && text(&relation[key.as_str()]) == text(wanted)
    };
    let relations = record.entity["relations"].as_array();
    relations.into_iter().flatten().any(|relation| parts.iter().all(|part| same(relation, part)))
}

#[cfg(test)]
mod tests {
    use super::super::records::Records;
    use super::*;
    use crate::base::{Limits, RelPath};
    use crate::config::CatalogSettings;
    use crate::sources::{Origin, RepoTree, Snapshot};
    use serde_json::json;

    const FILE: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: Shop
  tags: [java, web]
  annotations: {backstage.io/techdocs-ref: 'dir:.'}
spec: {type: service, lifecycle: Production, owner: sales}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: sales, description: ''}
spec: {type: team, children: []}
";

    fn records() -> Records {
        let origin = Origin { name: "acme".to_owned(), revision: None, web: None, sub_path: RelPath::root() };
        let tree = RepoTree::in_memory([("catalog-info.yaml", FILE)]);
        let snapshot = Snapshot { origin, tree, entity_files: Vec::new(), stale: None };
        Records::new(&crate::catalog::load(&[snapshot], &CatalogSettings::default(), &Limits::default()).value)
    }

    #[test]
    fn filters_mean_what_they_mean_in_backstage() {
        let records = records();
        let names = |filters: &[&str]| {
            let filter = Filter::parse(filters.iter().map(|text| (*text).to_owned())).unwrap();
            let taken = records.all.iter().filter(|record| filter.takes(record));
            taken.map(|record| record.entity["metadata"]["name"].as_str().unwrap_or("").to_owned()).collect::<Vec<_>>()
        };
        for (filters, found) in [
            (&[][..], &["Shop", "sales"][..]),
            (&["kind=component"], &["Shop"]),
            (&["kind=Component,spec.type=service"], &["Shop"]),
            (&["kind=component,spec.type=website"], &[]),
            (&["kind=component", "kind=group"], &["Shop", "sales"]),
            (&["kind=component,kind=group"], &["Shop", "sales"]),
            (&["metadata.annotations.backstage.io/techdocs-ref"], &["Shop"]),
            (&["metadata.tags=java"], &["Shop"]),
            (&["metadata.tags.java"], &["Shop"]),
            (&["metadata.tags.java=true"], &["Shop"]),
            (&["metadata.tags.rust"], &[]),
            (&["relations.ownedby=group:default/sales"], &["Shop"]),
            (&["relations.ownerOf"], &["sales"]),
            (&["relations"], &[]),
            (&["metadata.description="], &["sales"]),
        ] {
            assert_eq!(names(filters), found, "{filters:?}");
        }
        assert!(Filter::parse(["=a".to_owned()].into_iter()).is_err());
    }

    #[test]
    fn predicates_nest() {
        let records = records();
        let count = |query: Value| records.all.iter().filter(|record| satisfies(record, &query).unwrap()).count();
        assert_eq!(count(json!({ "kind": "component", "spec.type": "service" })), 1);
        assert_eq!(count(json!({ "$any": [{ "kind": "component" }, { "kind": { "$in": ["group"] } }] })), 2);
        assert_eq!(count(json!({ "$not": { "metadata.tags": { "$exists": true } } })), 1);
        assert_eq!(count(json!({ "metadata.name": { "$hasPrefix": "SH" } })), 1);
        assert_eq!(count(json!({ "metadata.tags": { "$contains": "web" } })), 1);
        let owned = json!({ "relations": { "$contains": { "type": "ownedBy", "targetRef": "group:default/sales" } } });
        assert_eq!(count(owned), 1);
        assert!(satisfies(&records.all[0], &json!({ "$xor": [] })).is_err());
    }
}

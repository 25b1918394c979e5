use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::fields::project;
use super::filter::{Filter, satisfies};
use super::records::{Record, Records};

/// How many entities a page has that does not say.
const PAGE: usize = 200;

/// What a cursor says: the question, and where its next answer begins.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Question {
    /// `filter` parameters.
    pub filter: Vec<String>,
    /// A predicate.
    pub query: Option<Value>,
    /// A field, and whether its values come in falling order.
    pub order: Option<(String, bool)>,
    /// Words that one of the fields must hold.
    pub term: String,
    /// Those fields.
    pub term_fields: Vec<String>,
    /// Most entities at once.
    pub limit: Option<usize>,
    /// Entities before the first one.
    pub offset: usize,
}

impl Question {
    /// Reads a cursor.
    pub fn of_cursor(cursor: &str) -> Result<Self, String> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or_else(|| "Malformed cursor".to_owned())
    }

    /// A cursor of this question.
    pub fn cursor(&self, offset: usize) -> String {
        let bytes = serde_json::to_vec(&Self { offset, ..self.clone() }).expect("a question has string keys");
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// `{items, totalItems, pageInfo}`.
    pub fn answer(&self, records: &Records, fields: &[String], count: bool) -> Result<Value, String> {
        let filter = Filter::parse(self.filter.iter().cloned())?;
        let mut found = matching(records, &filter, self.query.as_ref())?;
        if let Some((field, falling)) = &self.order {
            sort(&mut found, &[(field.clone(), *falling)], true);
        }
        if !self.term.trim().is_empty() {
            found.retain(|record| self.holds_term(record));
        }
        let total = found.len();
        let limit = self.limit.unwrap_or(PAGE);
        let items: Vec<Value> =
            found.iter().skip(self.offset).take(limit).map(|record| project(&record.entity, fields)).collect();
        let mut info = serde_json::Map::new();
        if limit > 0 && self.offset + items.len() < total {
            info.insert("nextCursor".to_owned(), self.cursor(self.offset + limit).into());
        }
        if limit > 0 && self.offset > 0 {
            info.insert("prevCursor".to_owned(), self.cursor(self.offset.saturating_sub(limit)).into());
        }
        Ok(json!({ "items": items, "totalItems": if count { total } else { 0 }, "pageInfo": info }))
    }

    fn holds_term(&self, record: &Record) -> bool {
        let term = self.term.trim().to_lowercase();
        let mut fields: Vec<String> = self.term_fields.iter().map(|field| field.to_lowercase()).collect();
        if fields.is_empty() {
            fields.push(
                self.order.as_ref().map_or_else(|| "metadata.name".to_owned(), |(field, _)| field.to_lowercase()),
            );
        }
        let value_holds = |value: &Option<String>| value.as_ref().is_some_and(|value| value.contains(&term));
        record.terms().iter().any(|found| fields.contains(&found.key) && value_holds(&found.value))
    }
}

/// Entities that pass, in order of their references.
pub(super) fn matching<'a>(
    records: &'a Records,
    filter: &Filter,
    query: Option<&Value>,
) -> Result<Vec<&'a Record>, String> {
    let mut found = Vec::new();
    for record in records.all.iter().filter(|record| filter.takes(record)) {
        if query.map_or(Ok(true), |query| satisfies(record, query))? {
            found.push(record);
        }
    }
    Ok(found)
}

/// Sorts by fields, each rising or falling. Entities that lack a field come last, or are left out.
pub(super) fn sort(records: &mut Vec<&Record>, fields: &[(String, bool)], leave_out: bool) {
    let value = |record: &Record, field: &str| {
        let term = record.terms().iter().find(|term| term.key == field);
        term.and_then(|term| term.value.clone())
    };
    for (field, falling) in fields.iter().rev() {
        let field = field.to_lowercase();
        if leave_out {
            records.retain(|record| record.terms().iter().any(|term| term.key == field));
        }
        // Stable, and the first field is sorted by last.
        records.sort_by_cached_key(|record| {
            let value = value(record, &field);
            (value.is_none(), if *falling { Falling::Yes(std::cmp::Reverse(value)) } else { Falling::No(value) })
        });
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Falling {
    No(Option<String>),
    Yes(std::cmp::Reverse<Option<String>>),
}

/// Reads `field,asc` or `asc:field`; rising without a word.
pub(super) fn order(text: &str) -> Result<(String, bool), String> {
    let (field, way) = match (text.split_once(':'), text.split_once(',')) {
        (Some((way @ ("asc" | "desc"), field)), _) => (field, way),
        (_, Some((field, way))) => (field, way),
        _ => (text, "asc"),
    };
    match way.trim() {
        "asc" => Ok((field.trim().to_owned(), false)),
        "desc" => Ok((field.trim().to_owned(), true)),
        _ => Err(format!("Invalid order '{text}', expected asc or desc")),
    }
}

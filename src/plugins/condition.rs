use std::collections::BTreeMap;

use serde_json::Value;

/// A condition on one fact or one field of an entity: what rules of plugins and of scorecards ask for.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Condition {
    /// What is looked at.
    pub subject: Subject,
    /// What must hold of it.
    pub test: Test,
}

/// What a condition looks at.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub enum Subject {
    /// A fact by its full name, `plugin.fact`.
    Fact(String),
    /// A field of the entity by JSON pointer, `/spec/owner`.
    Field(String),
}

/// What must hold.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub enum Test {
    /// It is there (or is not), and is no blank text, `false`, empty list or empty map.
    Present(bool),
    /// A number of at least this.
    AtLeast(f64),
    /// A number of at most this.
    AtMost(f64),
    /// One of these texts; case counts.
    OneOf(Vec<String>),
}

/// What came of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// Nobody knows: the fact is not there, or is no number where one is asked for.
    Unknown,
}

impl Condition {
    /// Whether it holds of an entity's document and the facts about it.
    pub fn verdict(&self, document: &Value, facts: &BTreeMap<&str, &Value>) -> Verdict {
        let value = match &self.subject {
            Subject::Fact(name) => facts.get(name.as_str()).copied(),
            Subject::Field(pointer) => document.pointer(pointer),
        };
        let held = |held: bool| if held { Verdict::Passed } else { Verdict::Failed };
        match (&self.test, value) {
            (Test::Present(wanted), value) => held(value.is_some_and(says_something) == *wanted),
            (_, None) => Verdict::Unknown,
            (Test::AtLeast(least), Some(value)) => number(value).map_or(Verdict::Unknown, |got| held(got >= *least)),
            (Test::AtMost(most), Some(value)) => number(value).map_or(Verdict::Unknown, |got| held(got <= *most)),
            (Test::OneOf(words), Some(value)) => held(words.contains(&shown(value))),
        }
    }
}

/// A value for people: text as it is, anything else as JSON.
pub(super) fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
        _ => true,
    }
}

/// A number, or a text that begins with one: `83.2 %`.
fn number(value: &Value) -> Option<f64> {
    if let Some(number) = value.as_f64() {
        return Some(number);
    }
    let text = value.as_str()?.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+')).unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_hold_fail_or_cannot_be_told() {
        let document = json!({ "spec": { "owner": "pilots", "lifecycle": "production", "tags": [] } });
        let (lines, builds) = (json!(81.5), json!("97 % green"));
        let facts = BTreeMap::from([("coverage.lines", &lines), ("ci.builds", &builds)]);
        let of = |subject: Subject, test: Test| Condition { subject, test }.verdict(&document, &facts);
        let fact = |name: &str| Subject::Fact(name.to_owned());
        let field = |pointer: &str| Subject::Field(pointer.to_owned());
        assert_eq!(of(fact("coverage.lines"), Test::AtLeast(80.0)), Verdict::Passed);
        assert_eq!(of(fact("coverage.lines"), Test::AtMost(80.0)), Verdict::Failed);
        assert_eq!(of(fact("ci.builds"), Test::AtLeast(97.0)), Verdict::Passed);
        assert_eq!(of(fact("ci.none"), Test::AtLeast(97.0)), Verdict::Unknown);
        assert_eq!(of(field("/spec/owner"), Test::AtLeast(1.0)), Verdict::Unknown);
        assert_eq!(of(field("/spec/owner"), Test::Present(true)), Verdict::Passed);
        assert_eq!(of(field("/spec/tags"), Test::Present(true)), Verdict::Failed);
        assert_eq!(of(field("/spec/system"), Test::Present(false)), Verdict::Passed);
        let words = Test::OneOf(vec!["production".to_owned(), "deprecated".to_owned()]);
        assert_eq!(of(field("/spec/lifecycle"), words), Verdict::Passed);
    }
}

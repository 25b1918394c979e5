use serde_json::{Value, json};

use crate::base::{Diagnostic, Place, Severity};

/// `{"findings": […], "errors": n, "warnings": n, "notes": n}`.
pub(super) fn report(findings: &[Diagnostic]) -> String {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let report = json!({
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
        "notes": count(Severity::Note),
    });
    serde_json::to_string_pretty(&report).expect("a JSON value has string keys") + "\n"
}

fn finding(finding: &Diagnostic) -> Value {
    let mut value = json!({
        "code": finding.code,
        "severity": finding.severity.word(),
        "message": finding.message,
    });
    place(&mut value, finding.place.as_ref());
    for (key, text) in [("subject", &finding.subject), ("hint", &finding.hint)] {
        if let Some(text) = text {
            value[key] = json!(text);
        }
    }
    let notes: Vec<Value> = finding
        .notes
        .iter()
        .map(|note| {
            let mut value = json!({ "message": note.message });
            place(&mut value, note.place.as_ref());
            value
        })
        .collect();
    if !notes.is_empty() {
        value["notes"] = Value::Array(notes);
    }
    value
}

fn place(value: &mut Value, place: Option<&Place>) {
    let Some(place) = place else { return };
    if !place.origin.is_empty() {
        value["origin"] = json!(place.origin);
    }
    value["path"] = json!(place.path);
    if place.line > 0 {
        value["line"] = json!(place.line);
        value["column"] = json!(place.column);
        value["end_column"] = json!(place.column + place.width);
    }
}

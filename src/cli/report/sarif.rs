use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::whole_message;
use crate::base::{Diagnostic, Place, Rule, Severity, percent};

/// SARIF 2.1.0, one run.
pub(super) fn report(findings: &[Diagnostic], rules: &[&Rule]) -> String {
    let used: BTreeMap<&str, &Rule> = rules
        .iter()
        .filter(|rule| findings.iter().any(|finding| finding.code == rule.code))
        .map(|rule| (rule.code, *rule))
        .collect();
    let described: Vec<Value> = used
        .values()
        .map(|rule| {
            json!({
                "id": rule.code,
                "shortDescription": { "text": rule.title },
                "fullDescription": { "text": rule.explain },
                "help": { "text": rule.explain },
                "defaultConfiguration": { "level": rule.severity.word() },
            })
        })
        .collect();
    let results: Vec<Value> = findings.iter().map(|finding| result(finding, &used)).collect();
    let report = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "callboard", "version": env!("CARGO_PKG_VERSION"), "rules": described } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&report).expect("a JSON value has string keys") + "\n"
}

fn result(finding: &Diagnostic, rules: &BTreeMap<&str, &Rule>) -> Value {
    let mut result = json!({
        "ruleId": finding.code,
        "level": match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        "message": { "text": whole_message(finding) },
    });
    if let Some(index) = rules.keys().position(|code| *code == finding.code) {
        result["ruleIndex"] = json!(index);
    }
    if let Some(place) = &finding.place {
        result["locations"] = json!([{ "physicalLocation": location(place) }]);
    }
    let related: Vec<Value> = finding
        .notes
        .iter()
        .filter_map(|note| {
            let place = note.place.as_ref()?;
            Some(json!({ "physicalLocation": location(place), "message": { "text": note.message } }))
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    result
}

fn location(place: &Place) -> Value {
    let encoded = |part: &str| percent_encoding::utf8_percent_encode(part, percent::PATH).to_string();
    let uri: Vec<String> = place.path.split('/').map(encoded).collect();
    let mut location = json!({ "artifactLocation": { "uri": uri.join("/") } });
    if place.line > 0 {
        location["region"] = json!({
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.line,
            "endColumn": place.column + place.width,
        });
    }
    location
}

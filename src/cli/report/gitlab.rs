use serde_json::{Value, json};

use super::whole_message;
use crate::base::{Diagnostic, Digest, Severity};

/// A code quality report. The fingerprint leaves the line out, so that moving a finding does not make it a new one.
pub(super) fn report(findings: &[Diagnostic]) -> String {
    let mut seen = std::collections::BTreeMap::<Digest, u32>::new();
    let issues: Vec<Value> = findings
        .iter()
        .map(|finding| {
            let path = finding.place.as_ref().map_or("", |place| place.path.as_str());
            let identity = Digest::of("finding", &(&finding.code, path, &finding.message, &finding.subject));
            let again = seen.entry(identity).or_default();
            *again += 1;
            json!({
                "description": whole_message(finding),
                "check_name": finding.code,
                "fingerprint": Digest::of("again", &(identity, *again)).short(40),
                "severity": match finding.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Note => "info",
                },
                "location": {
                    "path": path,
                    "lines": { "begin": finding.place.as_ref().map_or(1, |place| place.line.max(1)) },
                },
            })
        })
        .collect();
    serde_json::to_string_pretty(&issues).expect("a JSON value has string keys") + "\n"
}

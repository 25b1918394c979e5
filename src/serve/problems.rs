use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::rules::FAILED;
use crate::base::{Diagnostic, Severity};

/// Most errors that a browser is told.
const SHOWN: usize = 20;

/// Errors as browsers show them over the page. Those of the first build are known: they wait behind a button.
#[derive(Debug, Default)]
pub(super) struct Problems {
    known: Option<BTreeSet<String>>,
}

impl Problems {
    /// The errors of a build as JSON: `{errors: [{code, message, place, line, caret, width, hint, fresh}], more}`.
    pub fn told(&mut self, findings: &[Diagnostic]) -> Value {
        let errors: Vec<&Diagnostic> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
        let known = self.known.get_or_insert_with(|| errors.iter().map(|error| identity(error)).collect());
        let mut told: Vec<Value> = errors.iter().map(|error| shown(error, !known.contains(&identity(error)))).collect();
        told.sort_by_key(|error| error["fresh"] != true);
        let more = told.len().saturating_sub(SHOWN);
        told.truncate(SHOWN);
        json!({ "errors": told, "more": more })
    }

    /// A build that did not come to its end.
    pub fn failed(message: &str) -> Diagnostic {
        FAILED.diagnostic(message).hint("the last good portal is shown; mend it, and it is built again")
    }
}

fn identity(finding: &Diagnostic) -> String {
    // Without the line, which every edit above it moves.
    let path = finding.place.as_ref().map(|place| (place.origin.split('@').next().unwrap_or(""), place.path.as_str()));
    format!("{} {} {path:?}", finding.code, finding.message)
}

fn shown(finding: &Diagnostic, fresh: bool) -> Value {
    let place = finding.place.as_ref();
    let line = place.filter(|place| place.line > 0).map(|place| place.text.as_str());
    let caret = place.map_or(0, |place| place.column.saturating_sub(1));
    json!({
        "code": finding.code,
        "message": finding.message,
        "place": place.map(ToString::to_string),
        "line": line,
        "caret": caret,
        "width": place.map_or(1, |place| place.width),
        "hint": finding.hint,
        "fresh": fresh || finding.code == FAILED.code,
    })
}

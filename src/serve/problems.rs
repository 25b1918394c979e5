use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::rules::FAILED;
use crate::base::{Diagnostic, Place, Severity};

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
        let (said, place) = placed(message);
        let failed = FAILED.diagnostic(said).hint("the last good portal is shown; mend it, and it is built again");
        place.into_iter().fold(failed, Diagnostic::at)
    }
}

/// What a message says, and the place that the template engine draws below it: `--> page.html:3:4`, then the line with its
/// number, then the mark.
fn placed(message: &str) -> (&str, Option<Place>) {
    let read = || {
        let (said, drawn) = message.split_once("--> ")?;
        let mut lines = drawn.lines();
        let mut head = lines.next()?.trim().rsplitn(3, ':');
        let (column, line) = (head.next()?.parse().ok()?, head.next()?.parse().ok()?);
        let number = format!("{line} | ");
        let text = lines.find_map(|line| line.trim_start().strip_prefix(&number))?;
        let width = lines.next().map_or(0, |mark| mark.matches('^').count());
        let width = u32::try_from(width).unwrap_or(1).max(1);
        let (path, text) = (head.next()?.to_owned(), text.to_owned());
        Some((said.trim_end(), Some(Place { origin: String::new(), path, line, column, width, text })))
    };
    read().unwrap_or((message, None))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_a_template_stands_at_its_line() {
        let drawn = "error: no string\n --> docs.html:3:4\n  |\n3 | {{ page.nothing | upper }}\n  |    ^^^^\n";
        let failed = Problems::failed(drawn);
        let place = failed.place.unwrap();
        assert_eq!(failed.message, "error: no string");
        assert_eq!((place.to_string().as_str(), place.width), ("docs.html:3:4", 4));
        assert_eq!(place.text, "{{ page.nothing | upper }}");
        assert_eq!(Problems::failed("no place").place, None);
    }
}

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::rules::{MORE, RULES};
use crate::base::{Diagnostic, Place, Rule};

/// Something to be said about one file of a repository, before the repository has a name. Can be kept on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Finding {
    code: String,
    path: String,
    message: String,
}

/// Findings of one repository: the first hundred, and how many there were.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Findings {
    first: Vec<Finding>,
    count: u64,
}

const SHOWN: usize = 100;

impl Findings {
    /// Notes one; `path` as people should see it.
    pub(super) fn add(&mut self, rule: &Rule, path: &str, message: String) {
        self.count += 1;
        if self.first.len() < SHOWN {
            self.first.push(Finding { code: rule.code.to_owned(), path: path.to_owned(), message });
        }
    }

    /// As diagnostics about the repository `name`, whose files' places begin with `label`.
    pub(super) fn report(&self, name: &str, label: &str) -> Vec<Diagnostic> {
        let mut report: Vec<Diagnostic> = self
            .first
            .iter()
            .filter_map(|finding| {
                let rule = RULES.iter().find(|rule| rule.code == finding.code)?;
                let diagnostic = rule.diagnostic(finding.message.clone()).about(name);
                Some(diagnostic.at(Place::file(label, finding.path.clone())))
            })
            .collect();
        let hidden = self.count - self.first.len() as u64;
        if hidden > 0 {
            report.push(MORE.diagnostic(format!("`{name}` has {hidden} more findings about its files")).about(name));
        }
        report
    }
}

/// Text for a message: control characters escaped, at most 200 characters.
pub(super) fn printable(text: &str) -> String {
    let mut shown: String = text.chars().take(200).flat_map(escape).collect();
    if text.chars().nth(200).is_some() {
        shown.push('…');
    }
    shown
}

/// Bytes for a message: what is not UTF-8 is shown as `\xff`.
pub(super) fn printable_bytes(bytes: &[u8]) -> String {
    let mut shown = String::new();
    for chunk in bytes[..bytes.len().min(400)].utf8_chunks() {
        shown.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    printable(&shown)
}

/// Control characters, and the invisible ones that turn the direction of text around.
fn escape(c: char) -> Vec<char> {
    let hidden = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    if c.is_control() || hidden { c.escape_default().collect() } else { vec![c] }
}

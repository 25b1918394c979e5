use super::yaml::{Node, Value};
use crate::base::{Problem, Severity};

/// What an author asks to be told about links (`validation:` of `mkdocs.yml`); what is not said keeps this program's own level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Validation {
    /// Entries of the nav without a page.
    pub nav: Option<Level>,
    /// Links to files that are not there.
    pub not_found: Option<Level>,
    /// Links that begin with `/` and lead nowhere.
    pub absolute: Option<Level>,
    /// Links to directories that lead nowhere, and other forms that MkDocs does not know.
    pub unrecognised: Option<Level>,
    /// Ids that a page does not have.
    pub anchors: Option<Level>,
}

/// `ignore`, `info` or `warn`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Nothing is said.
    Ignore,
    /// A finding of that severity.
    Say(Severity),
}

impl Level {
    /// A finding at the level that was asked for; none if it is to be ignored.
    pub fn apply(level: Option<Self>, mut problem: Problem) -> Option<Problem> {
        match level {
            None => {}
            Some(Self::Ignore) => return None,
            Some(Self::Say(severity)) => problem.severity = severity,
        }
        Some(problem)
    }

    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "ignore" => Self::Ignore,
            "info" => Self::Say(Severity::Note),
            "warn" => Self::Say(Severity::Warning),
            _ => return None,
        })
    }
}

impl Validation {
    /// Reads `validation:`. Keys at its top hold for nav and links alike, as in MkDocs. What is no level is given to `wrong`.
    pub(super) fn read(node: &Node, wrong: &mut dyn FnMut(&Node)) -> Self {
        let mut out = Self::default();
        out.take(node, true, true, wrong);
        for (name, nav, links) in [("nav", true, false), ("links", false, true)] {
            if let Some(below) = node.get(name) {
                out.take(below, nav, links, wrong);
            }
        }
        out
    }

    fn take(&mut self, node: &Node, nav: bool, links: bool, wrong: &mut dyn FnMut(&Node)) {
        for (key, value) in node.entries() {
            let Some(name) = key.text().filter(|_| matches!(value.value, Value::Scalar { .. })) else { continue };
            let text = value.text().unwrap_or_default();
            // These resolve `/x` from the docs directory, as is done here anyway.
            if name == "absolute_links" && matches!(text, "relative_to_docs") {
                continue;
            }
            let Some(level) = Level::parse(text) else {
                wrong(value);
                continue;
            };
            match name {
                "not_found" => {
                    self.nav = if nav { Some(level) } else { self.nav };
                    self.not_found = if links { Some(level) } else { self.not_found };
                }
                "absolute_links" if links => self.absolute = Some(level),
                "unrecognized_links" if links => self.unrecognised = Some(level),
                "anchors" if links => self.anchors = Some(level),
                _ => {}
            }
        }
    }

    /// The level for a link that leads nowhere, by how it is written.
    pub(super) fn of_link(self, written: &str) -> Option<Level> {
        let path = written.split(['#', '?']).next().unwrap_or_default();
        let last = path.rsplit('/').next().unwrap_or_default();
        if path.starts_with('/') {
            self.absolute
        } else if !last.contains('.') {
            self.unrecognised
        } else {
            self.not_found
        }
    }
}

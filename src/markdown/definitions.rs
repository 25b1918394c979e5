use std::collections::BTreeMap;

use super::lines::Line;
use super::starts::{Fence, fence};

/// Link definitions of a text, by label.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    /// Where the last one of a label stands: as in Python-Markdown it counts, while in CommonMark the first one does.
    last: BTreeMap<String, usize>,
}

impl Definitions {
    /// Finds the definitions that stand outside of code and containers.
    pub(super) fn find(lines: &[Line<'_>]) -> Self {
        let mut last = BTreeMap::new();
        let mut code: Option<Fence> = None;
        for line in lines {
            let text = line.text.trim_start();
            match code {
                Some(open) if open.closed_by(text) => code = None,
                Some(_) => {}
                None => {
                    code = fence(text);
                    if let Some(label) = label(text).filter(|_| line.indent() < 4) {
                        last.insert(label, line.at + line.indent());
                    }
                }
            }
        }
        Self { last }
    }

    /// Whether a line defines a label that is defined again below.
    pub(super) fn is_overridden(&self, line: Line<'_>) -> bool {
        label(line.text).and_then(|label| self.last.get(&label)).is_some_and(|last| *last > line.at)
    }

    /// Whether a label is defined.
    pub(super) fn contains(&self, label: &str) -> bool {
        !self.last.is_empty() && self.last.contains_key(&normal(label))
    }
}

/// `[label]: url`.
fn label(text: &str) -> Option<String> {
    let inside = text.strip_prefix('[').filter(|inside| !inside.starts_with('^'))?;
    let (label, rest) = inside.split_once(']')?;
    let sound = rest.starts_with(':') && !label.trim().is_empty() && !rest[1..].trim().is_empty();
    sound.then(|| normal(label))
}

fn normal(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

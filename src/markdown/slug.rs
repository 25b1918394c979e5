use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;

/// Python-Markdown's slug of a heading's text: NFKD, ASCII only, word characters, spaces and hyphens, lower case.
pub(super) fn slug(text: &str) -> String {
    let kept: String = text
        .nfkd()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-') || c.is_ascii_whitespace())
        .collect();
    let mut out = String::with_capacity(kept.len());
    let mut gap = false;
    for character in kept.trim().chars() {
        if character == '-' || character.is_ascii_whitespace() {
            gap = true;
            continue;
        }
        if gap {
            out.push('-');
            gap = false;
        }
        out.push(character.to_ascii_lowercase());
    }
    if gap {
        out.push('-');
    }
    out
}

/// GitHub's id of a heading: lower case, spaces to hyphens, punctuation dropped, letters of any script kept.
pub(super) fn github_slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.trim().chars() {
        if character == ' ' {
            out.push('-');
        } else if character.is_alphanumeric() || matches!(character, '-' | '_') {
            out.extend(character.to_lowercase());
        }
    }
    out
}

/// Ids of one page, each given once: repeats count on from `_1`, as Python-Markdown does.
#[derive(Debug, Default)]
pub(super) struct Ids {
    taken: BTreeSet<String>,
    // Next number to try by stem, so that many equal headings stay linear.
    next: BTreeMap<String, u64>,
}

impl Ids {
    /// Notes an id that the content chose itself.
    pub(super) fn take(&mut self, id: &str) -> bool {
        self.taken.insert(id.to_owned())
    }

    /// An id not given before, made of `wanted`.
    pub(super) fn unique(&mut self, wanted: &str) -> String {
        if !wanted.is_empty() && self.take(wanted) {
            return wanted.to_owned();
        }
        let (stem, first) = split_count(wanted);
        let mut number = self.next.get(stem).copied().unwrap_or(0).max(first);
        loop {
            let id = format!("{stem}_{number}");
            number += 1;
            if self.take(&id) {
                self.next.insert(stem.to_owned(), number);
                return id;
            }
        }
    }
}

/// `a_3` is stem `a` and goes on at 4; anything else starts at 1.
fn split_count(id: &str) -> (&str, u64) {
    id.rsplit_once('_')
        .filter(|(_, digits)| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|(stem, digits)| Some((stem, digits.parse::<u64>().ok()?.checked_add(1)?)))
        .unwrap_or((id, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_those_of_python_markdown() {
        for (text, expected) in [
            ("Hello, World!", "hello-world"),
            ("1.2.3 release", "123-release"),
            ("a_b  --  c", "a_b-c"),
            ("Über uns", "uber-uns"),
            ("日本", ""),
            (" -x- ", "-x-"),
            ("½ time", "12-time"),
        ] {
            assert_eq!(slug(text), expected, "{text}");
        }
    }

    #[test]
    fn repeats_count_on() {
        let mut ids = Ids::default();
        let given: Vec<_> = ["a", "a", "a", "a_1", "", "", "b_7", "b_7"].map(|id| ids.unique(id)).into();
        assert_eq!(given, ["a", "a_1", "a_2", "a_3", "_1", "_2", "b_7", "b_8"]);
    }
}

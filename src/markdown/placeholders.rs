//! Words in angle brackets that are meant as words, such as `<your name>`. A browser takes them for elements and shows nothing.

use std::collections::BTreeSet;

use super::raw_html::is_void;
use super::sanitise::is_shown;

/// Elements around a text or a page that show nothing themselves; an author who forgets their end means no words.
const WRAPPERS: [&str; 17] = [
    "acronym", "big", "body", "dialog", "fieldset", "font", "form", "frameset", "head", "html", "iframe", "map",
    "marquee", "menu", "nobr", "noframes", "noscript",
];

/// The elements that a text ends somewhere.
#[derive(Debug, Default)]
pub(super) struct Ended(BTreeSet<String>);

impl Ended {
    /// Reads the end tags of a text, wherever they stand in it.
    pub(super) fn of(text: &str) -> Self {
        let names = text.match_indices("</").filter_map(|(at, _)| {
            let rest = &text[at + 2..];
            let length =
                rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b':' | b'_')).count();
            (length > 0).then(|| rest[..length].to_ascii_lowercase())
        });
        Self(names.collect())
    }

    /// Whether a start tag stands for words: no element that is shown here has this name, and nothing ends it.
    pub(super) fn is_word(&self, name: &str) -> bool {
        !is_shown(name) && !is_void(name) && !WRAPPERS.contains(&name) && !self.0.contains(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_is_an_element() {
        let ended = Ended::of("<name> <Tabs>a</Tabs> </ x> </");
        for (name, word) in [
            ("name", true),
            ("tabs", false),
            ("title", true),
            ("p", false),
            ("br", false),
            ("font", false),
            ("x", true),
        ] {
            assert_eq!(ended.is_word(name), word, "{name}");
        }
    }
}

use std::collections::BTreeMap;

/// Most abbreviations of one page.
const MOST: usize = 2_000;

/// Abbreviations of a page.
#[derive(Debug, Default)]
pub(super) struct Abbreviations {
    /// Meanings by word.
    pub(super) meanings: BTreeMap<String, String>,
    /// Widths that the words have, longest first: a place in a text is looked up once for each.
    pub(super) widths: Vec<usize>,
}

impl Abbreviations {
    /// Adds one; the last meaning of a word counts.
    pub(super) fn insert(&mut self, word: &str, meaning: &str) {
        if self.meanings.len() >= MOST {
            return;
        }
        self.meanings.insert(word.to_owned(), meaning.to_owned());
        if let Err(at) = self.widths.binary_search_by(|width| word.len().cmp(width)) {
            self.widths.insert(at, word.len());
        }
    }
}

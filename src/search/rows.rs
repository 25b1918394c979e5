use serde::{Deserialize, Serialize};

use super::document::SearchPage;
use super::files::Files;
use super::passages::{self, Passage};
use super::vlq;

/// Pages in one file of rows.
pub(super) const CHUNK: usize = 8;

/// What is known of a page before its text is fetched: passages, address, title, kind, path, where its pieces begin.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Row(
    /// Number of its passages.
    pub(super) u32,
    /// Its URL from the site's root.
    pub(super) String,
    /// Its title.
    pub(super) String,
    /// Its kind.
    pub(super) String,
    /// Its place, from the outside in.
    pub(super) Vec<String>,
    /// First passage of each piece of its text after the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) Vec<u32>,
);

/// A piece of a page's text: passages of anchor, heading and text.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Piece {
    /// The passages.
    pub(super) s: Vec<(String, String, String)>,
}

/// Writes the rows and pieces of pages one after another.
#[derive(Default)]
pub(super) struct Rows {
    open: Vec<Row>,
    /// First document of each chunk.
    pub(super) starts: Vec<u32>,
    /// Passages of each page.
    pub(super) sizes: Vec<u32>,
    documents: u32,
}

impl Rows {
    /// Adds a page; returns its number.
    pub(super) fn add(&mut self, page: &SearchPage, passages: &[Passage<'_>], files: &mut Files<'_>) -> u32 {
        if self.open.is_empty() {
            self.starts.push(self.documents);
        }
        let url = page.route.url();
        let starts = passages::pieces(passages);
        let key = page_key(&url);
        for (at, &from) in starts.iter().enumerate() {
            let to = starts.get(at + 1).map_or(passages.len(), |&next| next as usize);
            let s = passages[from as usize..to]
                .iter()
                .map(|passage| (passage.anchor.to_owned(), passage.heading.to_owned(), passage.text.clone()))
                .collect();
            let name = if at == 0 { format!("{key}.json") } else { format!("{key}.{at}.json") };
            files.stable(&["x", &name], &Piece { s });
        }
        let size = passages.len() as u32;
        let pieces = starts[1..].to_vec();
        self.open.push(Row(size, url, page.title.clone(), page.kind.clone(), page.path.clone(), pieces));
        self.sizes.push(size);
        self.documents += size;
        if self.open.len() == CHUNK {
            self.flush(files);
        }
        self.sizes.len() as u32 - 1
    }

    /// Ends the rows; returns the number of documents.
    pub(super) fn finish(&mut self, files: &mut Files<'_>) -> u32 {
        self.flush(files);
        let mut column = String::new();
        self.sizes.iter().for_each(|&size| vlq::push(&mut column, size));
        files.json(&["pages.json"], &serde_json::json!({ "n": column }));
        self.documents
    }

    fn flush(&mut self, files: &mut Files<'_>) {
        if !self.open.is_empty() {
            let number = self.starts.len() - 1;
            files.json(&["d", &format!("{number}.json")], &std::mem::take(&mut self.open));
        }
    }
}

/// Name of a page's text files: a hash of its URL of 44 bits, which the client can compute too in whole numbers.
pub(super) fn page_key(url: &str) -> String {
    let mut key = url.bytes().fold(0, |key, byte| (key * 257 + u64::from(byte)) % 17_592_186_044_399);
    let mut name = Vec::new();
    while key > 0 || name.is_empty() {
        name.push(char::from_digit((key % 36) as u32, 36).expect("a digit"));
        key /= 36;
    }
    name.iter().rev().collect()
}

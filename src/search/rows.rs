use serde::{Deserialize, Serialize};

use super::document::SearchPage;
use super::files::{Files, json};
use super::passages::{self, Passage};
use super::vlq;

/// Pages in one file of rows.
pub(super) const CHUNK: usize = 8;
/// Files of rows whose names change together: their marks stand in the manifest, which every query fetches.
pub(super) const TOGETHER: usize = 8;
/// A page has a multiple of so many numbers.
const STEP: u32 = 4;

/// What is known of a page before its text is fetched: numbers, address, title, kind, path, where its pieces begin.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Row(
    /// How many numbers of documents it has: one for each passage, and some to spare.
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
    /// Files that are not written yet.
    files: Vec<(String, Vec<u8>)>,
    /// Marks of the files, one for each [`TOGETHER`].
    pub(super) marks: String,
    /// First number of each chunk.
    pub(super) starts: Vec<u32>,
    /// Numbers of each page.
    pub(super) sizes: Vec<u32>,
    /// The number of each document.
    pub(super) numbers: Vec<u32>,
    /// The number that comes next.
    pub(super) next: u32,
}

impl Rows {
    /// Adds a page; returns its number.
    pub(super) fn add(&mut self, page: &SearchPage, passages: &[Passage<'_>], files: &mut Files<'_>) -> u32 {
        if self.open.is_empty() {
            self.starts.push(self.next);
        }
        let url = page.route.url();
        let starts = passages::pieces(passages);
        let key = place_key(&url);
        for (at, &from) in starts.iter().enumerate() {
            let to = starts.get(at + 1).map_or(passages.len(), |&next| next as usize);
            let s = passages[from as usize..to]
                .iter()
                .map(|passage| (passage.anchor.to_owned(), passage.heading.to_owned(), passage.text.clone()))
                .collect();
            let name = if at == 0 { format!("{key}.json") } else { format!("{key}.{at}.json") };
            files.stable(&["x", &name], &Piece { s });
        }
        let size = room(passages.len() as u32);
        self.numbers.extend(self.next..self.next + passages.len() as u32);
        let pieces = starts[1..].to_vec();
        self.open.push(Row(size, url, page.title.clone(), page.kind.clone(), page.path.clone(), pieces));
        self.sizes.push(size);
        self.next += size;
        if self.open.len() == CHUNK {
            self.flush();
        }
        if self.files.len() == TOGETHER {
            self.write(files);
        }
        self.sizes.len() as u32 - 1
    }

    /// Ends the rows; returns the file that tells the numbers of all pages.
    pub(super) fn finish(&mut self, files: &mut Files<'_>) -> (String, Vec<u8>) {
        self.flush();
        self.write(files);
        let mut column = String::new();
        self.sizes.iter().for_each(|&size| vlq::push(&mut column, size));
        ("_pages".to_owned(), json(&serde_json::json!({ "n": column })))
    }

    fn flush(&mut self) {
        if !self.open.is_empty() {
            let place = (self.starts.len() - 1).to_string();
            self.files.push((place, json(&std::mem::take(&mut self.open))));
        }
    }

    fn write(&mut self, files: &mut Files<'_>) {
        if !self.files.is_empty() {
            self.marks += &files.parts("d", &std::mem::take(&mut self.files));
        }
    }
}

/// How many numbers a page of so many passages gets: some to spare, so that a new section leaves those of the pages behind
/// it, and with them most files, as they are.
fn room(passages: u32) -> u32 {
    (passages / STEP + 1) * STEP
}

/// A text as part of a file's name: a hash of 44 bits, which the client can compute too in whole numbers. Of a page's URL for
/// its texts, of the bound for a shard of terms.
pub(super) fn place_key(text: &str) -> String {
    let unit = |c: char| u64::from(c.encode_utf16(&mut [0; 2])[0]);
    let mut key = text.chars().fold(0, |key, c| (key * 257 + unit(c)) % 17_592_186_044_399);
    let mut name = Vec::new();
    while key > 0 || name.is_empty() {
        name.push(char::from_digit((key % 36) as u32, 36).expect("a digit"));
        key /= 36;
    }
    name.iter().rev().collect()
}

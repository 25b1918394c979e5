use anyhow::Context;
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, SegmentReader, SingleSegmentIndexWriter, TantivyDocument};

use super::document::SearchPage;
use super::passages::Passage;
use super::tokenizer::DevTokenizer;

/// A field of the index.
#[derive(Debug, Clone, Copy)]
pub(super) struct FieldRule {
    /// Its name.
    pub(super) name: &'static str,
    /// What a hit in it weighs.
    pub(super) boost: f32,
    /// Whether phrases can be found in it.
    pub(super) positions: bool,
    /// Whether a hit in a short field weighs more than in a long one. Not in the body: passages are cut to one size, so that
    /// their lengths say little about them, and would be half of what a query fetches.
    pub(super) lengths: bool,
}

/// The fields in the order of the schema: bit `i` of a term's mask is the field `i`.
pub(super) const FIELDS: [FieldRule; 4] = [
    FieldRule { name: "title", boost: 4.0, positions: true, lengths: true },
    FieldRule { name: "heading", boost: 3.0, positions: true, lengths: true },
    FieldRule { name: "path", boost: 2.0, positions: false, lengths: true },
    FieldRule { name: "body", boost: 1.0, positions: true, lengths: false },
];

/// Kinds of pages whose address ends in a name that readers know them by.
pub(super) const NAMED: [&str; 4] = ["entity", "api", "team", "person"];

/// Memory of the writer in bytes before it complains; it holds one segment and never flushes in between.
const WRITER_BYTES: usize = 64 << 20;

/// An index in memory that takes passages.
pub(super) struct Segment {
    writer: SingleSegmentIndexWriter,
    fields: [Field; 4],
    tokenizer: DevTokenizer,
}

impl Segment {
    /// An empty one.
    pub(super) fn create() -> anyhow::Result<Self> {
        let mut schema = Schema::builder();
        let fields = FIELDS.map(|rule| {
            let record =
                if rule.positions { IndexRecordOption::WithFreqsAndPositions } else { IndexRecordOption::WithFreqs };
            let indexing =
                TextFieldIndexing::default().set_tokenizer("dev").set_index_option(record).set_fieldnorms(rule.lengths);
            schema.add_text_field(rule.name, TextOptions::default().set_indexing_options(indexing))
        });
        let tokenizer = DevTokenizer::default();
        let tokenizers = tantivy::tokenizer::TokenizerManager::new();
        tokenizers.register("dev", tokenizer.clone());
        let writer = Index::builder()
            .schema(schema.build())
            .tokenizers(tokenizers)
            .single_segment_index_writer(tantivy::directory::RamDirectory::create(), WRITER_BYTES)
            .context("cannot begin the search index")?;
        Ok(Self { writer, fields, tokenizer })
    }

    /// Adds a passage of a page as the next document.
    pub(super) fn add(&mut self, page: &SearchPage, passage: &Passage<'_>) -> anyhow::Result<()> {
        let [title, heading, path, body] = self.fields;
        let mut document = TantivyDocument::new();
        document.add_text(title, &page.title);
        document.add_text(heading, passage.heading);
        for part in page.path.iter().chain(&page.tags) {
            document.add_text(path, part);
        }
        // The last part of the address: an entity's name, where its title says something else.
        if let Some(name) = page.route.as_str().trim_end_matches('/').rsplit('/').next() {
            let is_title = letters(name).eq(letters(&page.title));
            document.add_text(if is_title || !NAMED.contains(&page.kind.as_str()) { path } else { title }, name);
        }
        document.add_text(body, &passage.text);
        self.tokenizer.analyzer().next_document();
        self.writer.add_document(document).context("cannot add a section to the search index")
    }

    /// The plain words of all passages, sorted, each with the number of passages that have it.
    pub(super) fn words(&self) -> Vec<(String, u32)> {
        let mut words: Vec<_> = self.tokenizer.analyzer().words().map(|(word, n)| (word.to_owned(), n)).collect();
        words.sort_unstable();
        words
    }

    /// Ends the index.
    pub(super) fn finish(self) -> anyhow::Result<Index> {
        self.writer.finalize().context("cannot write the search index")
    }
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// The one segment of a finished index.
pub(super) fn reader(index: &Index) -> anyhow::Result<SegmentReader> {
    let searcher = index.reader().context("cannot read the search index")?.searcher();
    searcher.segment_readers().first().cloned().context("the search index has no segment")
}

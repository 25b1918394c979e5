use std::sync::Arc;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::termdict::{TermDictionary, TermStreamer};
use tantivy::{DocSet, InvertedIndexReader, SegmentReader, TERMINATED};

use super::files::Files;
use super::front::{FrontCoded, separator};
use super::rows::place_key;
use super::segment::FIELDS;
use super::vlq;

/// Size from which on a shard of terms may end, in bytes before compression; a term that is larger stands alone.
const TARGET: usize = 4_700;
/// Size at which it ends at once.
const MOST: usize = 7_000;
/// A term with more documents than this may be common.
const COMMON: u32 = 8_192;
/// It ends before a term whose hash is one of so many: so shards begin again where they did, soon after an edit.
const ENDS: u32 = 4;

/// A shard of terms as written: columns of numbers in the order of its terms.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct TermShard {
    /// The terms, front-coded.
    pub(super) t: String,
    /// Mask of fields for each term.
    pub(super) m: String,
    /// Document frequency for each term and field.
    pub(super) n: String,
    /// For each posting: gap to the document before, doubled, plus one when the term stands there once.
    pub(super) d: String,
    /// For each posting of more than one: frequency less two.
    pub(super) f: String,
    /// For each posting of a field whose length counts: id of the length.
    pub(super) l: String,
}

/// Positions of the terms of a shard: one column for each term and field that has positions.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct PositionShard {
    /// For each posting: first position, then gaps.
    pub(super) p: Vec<String>,
}

/// A shard as a query looks for it.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    /// Where it begins: a text that is not after its first term, and after the last of the shard before.
    pub(super) text: String,
    /// Mark in the name of its file.
    pub(super) mark: String,
}

/// What [`write`] gives.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Tokens of each field.
    pub(super) tokens: Vec<u64>,
    /// The shards in their order.
    pub(super) shards: Vec<Bound>,
    /// Marks of their positions' files, in the same order.
    pub(super) positions: String,
    /// Terms that more than a quarter of very many documents have: their postings are long, and tell little.
    pub(super) common: Vec<String>,
}

/// Writes all terms of a segment as shards; `numbers` has the client's number for each document.
///
/// Streams: at no time more than one shard is held beside the segment.
pub(super) fn write(segment: &SegmentReader, numbers: &[u32], files: &mut Files<'_>) -> anyhow::Result<Written> {
    let fields: Vec<FieldTerms> = FIELDS
        .iter()
        .map(|rule| {
            let field = segment.schema().get_field(rule.name)?;
            Ok(FieldTerms {
                index: segment.inverted_index(field)?,
                norms: rule.lengths.then(|| segment.get_fieldnorms_reader(field)).transpose()?,
                positions: rule.positions,
            })
        })
        .collect::<tantivy::Result<_>>()
        .context("cannot read the search index")?;
    let mut shards =
        Shards { files, numbers, shard: Shard::default(), written: Written::default(), last: String::new() };
    let dictionaries: Vec<&TermDictionary> = fields.iter().map(|field| field.index.terms()).collect();
    let mut streams = Vec::with_capacity(fields.len());
    for dictionary in &dictionaries {
        let mut stream = dictionary.stream()?;
        streams.push(stream.advance().then_some(stream));
    }
    while let Some(term) = smallest(&streams) {
        let text = std::str::from_utf8(&term).context("a term of the search index is not text")?;
        shards.add(text, &fields, &streams)?;
        for slot in &mut streams {
            if let Some(stream) = slot
                && stream.key() == term
                && !stream.advance()
            {
                *slot = None;
            }
        }
    }
    shards.flush();
    let tokens = fields.iter().map(|field| field.index.total_num_tokens()).collect();
    Ok(Written { tokens, ..shards.written })
}

struct FieldTerms {
    index: Arc<InvertedIndexReader>,
    norms: Option<FieldNormReader>,
    positions: bool,
}

#[derive(Default)]
struct Shard {
    terms: FrontCoded,
    first: String,
    columns: TermShard,
    positions: PositionShard,
    positions_size: usize,
}

struct Shards<'a, 'b> {
    files: &'a mut Files<'b>,
    numbers: &'a [u32],
    shard: Shard,
    written: Written,
    /// Last term of the shard before.
    last: String,
}

fn smallest(streams: &[Option<TermStreamer<'_>>]) -> Option<Vec<u8>> {
    streams.iter().flatten().map(TermStreamer::key).min().map(<[u8]>::to_vec)
}

impl Shards<'_, '_> {
    /// Adds a term with its postings in all fields whose stream stands at it.
    fn add(&mut self, term: &str, fields: &[FieldTerms], streams: &[Option<TermStreamer<'_>>]) -> anyhow::Result<()> {
        let hits: Vec<_> = streams
            .iter()
            .enumerate()
            .filter_map(|(at, stream)| stream.as_ref().filter(|s| s.key() == term.as_bytes()).map(|s| (at, s.value())))
            .collect();
        let most = hits.iter().map(|(_, info)| info.doc_freq).max().unwrap_or(0);
        if most > COMMON && most as usize > self.numbers.len() / 4 {
            self.written.common.push(term.to_owned());
        }
        let postings: u32 = hits.iter().map(|(_, info)| info.doc_freq).sum();
        // Not beside other terms: who asks for those should not pay for this one.
        let is_large = postings as usize * 2 > TARGET;
        if is_large || self.shard.size() >= MOST || self.shard.size() >= TARGET && may_begin(term) {
            self.flush();
        }
        if self.shard.terms.len() == 0 {
            term.clone_into(&mut self.shard.first);
        }
        self.shard.terms.push(term);
        vlq::push(&mut self.shard.columns.m, hits.iter().fold(0, |mask, (at, _)| mask | 1 << at));
        for (at, info) in hits {
            vlq::push(&mut self.shard.columns.n, info.doc_freq);
            self.shard.add_postings(&fields[at], info, self.numbers)?;
        }
        if is_large {
            self.flush();
        }
        Ok(())
    }

    fn flush(&mut self) {
        let shard = std::mem::take(&mut self.shard);
        if shard.terms.len() == 0 {
            return;
        }
        // The first one begins before every term, so that each has a shard to be looked for in.
        let before = self.written.shards.last().map(|_| separator(&self.last, &shard.first));
        let text = before.unwrap_or("").to_owned();
        shard.terms.last().clone_into(&mut self.last);
        let place = place_key(&text);
        self.written.positions += &self.files.part("p", &place, &shard.positions);
        let terms = TermShard { t: shard.terms.into_text(), ..shard.columns };
        self.written.shards.push(Bound { mark: self.files.part("t", &place, &terms), text });
    }
}

/// What is written of no documents.
pub(super) fn none(files: &mut Files<'_>) -> Written {
    let text = String::new();
    let place = place_key(&text);
    Written {
        tokens: vec![0; FIELDS.len()],
        positions: files.part("p", &place, &PositionShard::default()),
        shards: vec![Bound { mark: files.part("t", &place, &TermShard::default()), text }],
        common: Vec::new(),
    }
}

/// Whether a shard may begin with a term: a rule that looks at nothing else.
fn may_begin(term: &str) -> bool {
    let hash = term.bytes().fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash >> 16).is_multiple_of(ENDS)
}

impl Shard {
    fn size(&self) -> usize {
        let Self { terms, columns, positions_size, .. } = self;
        let own = terms.len() + columns.m.len() + columns.n.len() + columns.d.len() + columns.f.len() + columns.l.len();
        own.max(positions_size / 3)
    }

    fn add_postings(
        &mut self,
        field: &FieldTerms,
        info: &tantivy::postings::TermInfo,
        numbers: &[u32],
    ) -> anyhow::Result<()> {
        let record =
            if field.positions { IndexRecordOption::WithFreqsAndPositions } else { IndexRecordOption::WithFreqs };
        let mut postings = field.index.read_postings_from_terminfo(info, record)?;
        let mut column = String::new();
        let mut positions = Vec::new();
        let mut last = 0;
        let mut doc = postings.doc();
        while doc != TERMINATED {
            let often = postings.term_freq();
            let number = *numbers.get(doc as usize).context("a document of the search index has no number")?;
            vlq::push(&mut self.columns.d, (number - last) << 1 | u32::from(often == 1));
            if often > 1 {
                vlq::push(&mut self.columns.f, often - 2);
            }
            if let Some(norms) = &field.norms {
                vlq::push(&mut self.columns.l, u32::from(norms.fieldnorm_id(doc)));
            }
            if field.positions {
                postings.positions(&mut positions);
                let mut before = 0;
                for &position in &positions {
                    vlq::push(&mut column, position - before);
                    before = position;
                }
            }
            last = number;
            doc = postings.advance();
        }
        if field.positions {
            self.positions_size += column.len();
            self.positions.p.push(column);
        }
        Ok(())
    }
}

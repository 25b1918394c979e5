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
use super::segment::FIELDS;
use super::vlq;

/// Size at which a shard of terms is full, in bytes before compression; a term that is larger stands alone.
const TARGET: usize = 5_000;

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

/// Writes all terms of a segment as shards; returns the number of tokens of each field and where each shard begins.
///
/// Streams: at no time more than one shard is held beside the segment.
pub(super) fn write(segment: &SegmentReader, files: &mut Files<'_>) -> anyhow::Result<(Vec<u64>, Vec<String>)> {
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
    let mut shards = Shards { files, shard: Shard::default(), bounds: Vec::new(), last: String::new() };
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
    Ok((tokens, shards.bounds))
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
    shard: Shard,
    bounds: Vec<String>,
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
        let postings: u32 = hits.iter().map(|(_, info)| info.doc_freq).sum();
        // Not beside other terms: who asks for those should not pay for this one.
        if postings as usize * 2 > TARGET {
            self.flush();
        }
        if self.shard.terms.len() == 0 {
            term.clone_into(&mut self.shard.first);
        }
        self.shard.terms.push(term);
        vlq::push(&mut self.shard.columns.m, hits.iter().fold(0, |mask, (at, _)| mask | 1 << at));
        for (at, info) in hits {
            vlq::push(&mut self.shard.columns.n, info.doc_freq);
            self.shard.add_postings(&fields[at], info)?;
        }
        if self.shard.size() >= TARGET {
            self.flush();
        }
        Ok(())
    }

    fn flush(&mut self) {
        let shard = std::mem::take(&mut self.shard);
        if shard.terms.len() == 0 {
            return;
        }
        let number = self.bounds.len();
        self.bounds.push(separator(&self.last, &shard.first).to_owned());
        shard.terms.last().clone_into(&mut self.last);
        self.files.json(&["t", &format!("{number}.json")], &TermShard { t: shard.terms.into_text(), ..shard.columns });
        self.files.json(&["p", &format!("{number}.json")], &shard.positions);
    }
}

impl Shard {
    fn size(&self) -> usize {
        let Self { terms, columns, positions_size, .. } = self;
        let own = terms.len() + columns.m.len() + columns.n.len() + columns.d.len() + columns.f.len() + columns.l.len();
        own.max(positions_size / 3)
    }

    fn add_postings(&mut self, field: &FieldTerms, info: &tantivy::postings::TermInfo) -> anyhow::Result<()> {
        let record =
            if field.positions { IndexRecordOption::WithFreqsAndPositions } else { IndexRecordOption::WithFreqs };
        let mut postings = field.index.read_postings_from_terminfo(info, record)?;
        let mut column = String::new();
        let mut positions = Vec::new();
        let mut last = 0;
        let mut doc = postings.doc();
        while doc != TERMINATED {
            let often = postings.term_freq();
            vlq::push(&mut self.columns.d, (doc - last) << 1 | u32::from(often == 1));
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
            last = doc;
            doc = postings.advance();
        }
        if field.positions {
            self.positions_size += column.len();
            self.positions.p.push(column);
        }
        Ok(())
    }
}

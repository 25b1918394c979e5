//! Search: pages of text in, a tantivy index compiled to JSON files out. Knows no HTML and no templates.
//!
//! At build time a real tantivy index is made of the pages' sections; its terms, postings, lengths and positions are then
//! written as small JSON files, of which a query fetches a few. The client (`client/`, written as `search/client.js`)
//! ranks exactly as tantivy does, without a server. All files can be read by any client; `content/callboard/docs/guide/search-format.md`
//! tells how.
//!
//! ```text
//! search/latest.json               the manifest: analyzer, fields, where each shard begins
//! search/client.js                 the client, of the same revision
//! search/<generation>/t/<i>.json   terms of a range with postings and lengths
//! search/<generation>/p/<i>.json   their positions, for phrases
//! search/<generation>/b/<g>.json   bounds of 64 shards, in large indexes only
//! search/<generation>/d/<c>.json   titles and addresses of 8 pages
//! search/<generation>/f/<k>.json   pages by value of a facet; pages.json: passages of each page
//! search/<generation>/w/<a>.json   words to suggest, by first letter; w/_<a>.json by second
//! search/x/<key>[.<piece>].json    text of a page, by a hash of its URL
//! search/quickwit/…                documents and settings for a Quickwit server, in place of the files above
//! ```
//!
//! Must not know: HTML, templates, where files are written.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "documents are counted in 32 bits, as tantivy does, and scores are made as it makes them"
)]

mod analyze;
mod client;
mod document;
mod facets;
mod files;
mod find;
mod form;
mod front;
mod letters;
mod manifest;
mod passages;
mod query;
mod quickwit;
mod reader;
mod rows;
mod score;
mod segment;
mod shards;
mod spell;
mod tokenizer;
mod vlq;
mod words;

use std::collections::BTreeSet;

pub use analyze::{ANALYZER, Analyzer, REVISION, STEMMER, Token};
pub use document::{SearchPage, SearchSection};
pub use find::{Found, FoundPage, find};
pub use form::{Form, Server};
pub use reader::Load;

use crate::base::{Digest, Route};
use files::Files;
use manifest::Manifest;

/// The files of the search index of these pages.
///
/// One document for each section; the same pages give the same bytes. Of two pages with one address the first counts.
/// `Err`: tantivy could not build the index in memory.
pub fn index(pages: &[SearchPage]) -> anyhow::Result<Vec<(Route, Vec<u8>)>> {
    let mut files = Vec::new();
    index_into(pages, &Form::default(), &mut |route, bytes| files.push((route, bytes)))?;
    Ok(files)
}

/// The tantivy index that [`index`] compiles, for those who want to ask tantivy itself. Its fields are `title`, `heading`,
/// `path` and `body`; its documents have the client's numbers.
pub fn tantivy_index(pages: &[SearchPage]) -> anyhow::Result<tantivy::Index> {
    let mut segment = segment::Segment::create()?;
    let mut seen = BTreeSet::new();
    for page in pages.iter().filter(|page| seen.insert(&page.route)) {
        for passage in &passages::cut(page) {
            segment.add(page, passage)?;
        }
    }
    segment.finish()
}

/// As [`index`], in a form, giving each file away as soon as it is made: beside tantivy's index never more than one is held.
pub fn index_into(pages: &[SearchPage], form: &Form, sink: &mut dyn FnMut(Route, Vec<u8>)) -> anyhow::Result<()> {
    let generation = Digest::of("search", &(manifest::VERSION, REVISION, STEMMER, pages)).short(10);
    let mut files = Files::new(&generation, form.scripts, sink);
    if let Some(server) = &form.server {
        quickwit::write(pages, server, &generation, &mut files);
        return Ok(());
    }
    let mut segment = segment::Segment::create()?;
    let mut rows = rows::Rows::default();
    let mut facets = facets::Facets::default();
    let mut seen = BTreeSet::new();
    for page in pages.iter().filter(|page| seen.insert(&page.route)) {
        let passages = passages::cut(page);
        let number = rows.add(page, &passages, &mut files);
        facets.add(number, page);
        for passage in &passages {
            segment.add(page, passage)?;
        }
    }
    let documents = rows.finish(&mut files);
    let letters = words::write(&segment.words(), documents, &mut files);
    let (tokens, bounds) = if documents == 0 {
        (vec![0; segment::FIELDS.len()], Vec::new())
    } else {
        let index = segment.finish()?;
        shards::write(&segment::reader(&index)?, &mut files)?
    };
    files.text(&["client.js"], client::script(false));
    let (b, group) = manifest::write_bounds(&bounds, &mut files);
    let manifest = Manifest {
        v: manifest::VERSION,
        generation,
        an: manifest::analyzer_mark(),
        n: documents,
        pages: rows.sizes.len() as u32,
        fields: manifest::field_marks(&tokens),
        chunk: rows::CHUNK as u32,
        d: vlq::gaps(rows.starts),
        b,
        group,
        facets: facets.write(&mut files),
        w: letters,
    };
    files.stable(&["latest.json"], &manifest);
    Ok(())
}

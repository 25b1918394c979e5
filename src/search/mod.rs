//! Search: pages of text in, a tantivy index compiled to JSON files out. Knows no HTML and no templates.
//!
//! At build time a real tantivy index is made of the pages' sections; its terms, postings, lengths and positions are then
//! written as small JSON files, of which a query fetches a few. The client (`client/`, written as `search/client.js`)
//! ranks exactly as tantivy does, without a server. All files can be read by any client; `content/callboard/docs/guide/search-format.md`
//! tells how.
//!
//! ```text
//! search/latest.json              the manifest: analyzer, fields, where each shard begins, marks
//! search/client.js                the client, of the same revision
//! search/i/t/<key>.<mark>.json    terms of a range with postings and lengths, by a hash of where it begins
//! search/i/p/<key>.<mark>.json    their positions, for phrases; p/marks.<mark>.json the marks of these
//! search/i/b/<key>.<mark>.json    bounds of 64 shards with their marks, in large indexes only
//! search/i/d/<c>.<mark>.json      titles and addresses of 8 pages
//! search/i/f/<name>.<mark>.json   pages by value of a facet; f/_pages.<mark>.json: numbers of each page
//! search/i/w/<a>.<mark>.json      words to suggest, by first letter; w/_<a>.<mark>.json by second
//! search/x/<key>[.<piece>].json   text of a page, by a hash of its URL
//! search/quickwit/…               documents and settings for a Quickwit server, in place of the files above
//! ```
//!
//! Marks are digests: content never changes under the name of a file below `i/`, and the index is cut in such a way that a
//! small edit leaves most files as they are. So a publish sends few, and readers' caches keep the rest.
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
/// `path` and `body`; [`numbers`] tells the client's numbers of its documents.
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

/// The client's number for each document of [`tantivy_index`], in their order.
pub fn numbers(pages: &[SearchPage]) -> Vec<u32> {
    let mut rows = rows::Rows::default();
    let mut seen = BTreeSet::new();
    for page in pages.iter().filter(|page| seen.insert(&page.route)) {
        rows.add(page, &passages::cut(page), &mut Files::new(false, &mut |_, _| {}));
    }
    rows.numbers
}

/// As [`index`], in a form, giving each file away as soon as it is made: beside tantivy's index never more than one is held.
pub fn index_into(pages: &[SearchPage], form: &Form, sink: &mut dyn FnMut(Route, Vec<u8>)) -> anyhow::Result<()> {
    let mut files = Files::new(form.scripts, sink);
    if let Some(server) = &form.server {
        let generation = Digest::of("search", &(manifest::VERSION, REVISION, STEMMER, pages)).short(10);
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
    let pages_file = rows.finish(&mut files);
    let documents = rows.numbers.len() as u32;
    let letters = words::write(&segment.words(), documents, &mut files);
    let shards::Written { tokens, shards, positions, common } = if documents == 0 {
        shards::none(&mut files)
    } else {
        let index = segment.finish()?;
        shards::write(&segment::reader(&index)?, &rows.numbers, &mut files)?
    };
    files.text(&["client.js"], client::script(false));
    let (b, bm, group) = manifest::write_bounds(&shards, &mut files);
    let (mut facet_files, facets) = facets.files();
    facet_files.push(pages_file);
    let mut manifest = Manifest {
        v: manifest::VERSION,
        generation: String::new(),
        an: manifest::analyzer_mark(),
        n: documents,
        end: rows.next,
        pages: rows.sizes.len() as u32,
        fields: manifest::field_marks(&tokens),
        chunk: rows::CHUNK as u32,
        d: vlq::gaps(rows.starts),
        dm: rows.marks,
        b,
        bm,
        group,
        p: files.part("p", "marks", &serde_json::json!({ "m": positions })),
        common: common.join(" "),
        facets,
        f: files.parts("f", &facet_files),
        w: letters,
    };
    // Of the marks of all files but the texts: an edit that changes no word changes nothing here.
    manifest.generation = Digest::of("search", &manifest).short(10);
    files.stable(&["latest.json"], &manifest);
    Ok(())
}

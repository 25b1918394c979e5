use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::files::MARK;
use super::front;
use super::manifest::{self, Manifest};
use super::rows::{Piece, Row, TOGETHER, place_key};
use super::shards::{PositionShard, TermShard};
use super::vlq::Numbers;

/// Gives a file below `search/`, or `None` when there is none.
pub type Load<'a> = &'a dyn Fn(&str) -> anyhow::Result<Option<Vec<u8>>>;

/// A written index, read as the browser reads it: only what a query needs.
pub(super) struct Reader<'a> {
    load: Load<'a>,
    pub(super) manifest: Manifest,
    top: Bounds,
    /// First document of each file of rows.
    pub(super) starts: Vec<u32>,
    shards: RefCell<BTreeMap<usize, Rc<Shard>>>,
}

/// Where shards, or groups of them, begin, with their marks.
#[derive(Default, Deserialize)]
struct Bounds {
    b: String,
    bm: String,
}

/// Where a shard of terms lies: its number, a hash of its bound, its mark.
struct Place {
    number: usize,
    key: String,
    mark: String,
}

/// A decoded shard of terms.
pub(super) struct Shard {
    number: usize,
    key: String,
    pub(super) terms: Vec<String>,
    pub(super) lists: Vec<Vec<Rc<List>>>,
}

/// Postings of a term in one field.
pub(super) struct List {
    pub(super) field: usize,
    pub(super) docs: Vec<u32>,
    pub(super) often: Vec<u32>,
    pub(super) norms: Vec<u8>,
    /// Its column in the file of positions.
    column: Option<usize>,
}

/// A term that was found.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) term: String,
    pub(super) lists: Vec<Rc<List>>,
    shard: Rc<Shard>,
}

impl Entry {
    /// Its document frequency in the field where that is greatest.
    pub(super) fn frequency(&self) -> u32 {
        self.lists.iter().map(|list| list.docs.len() as u32).max().unwrap_or(0)
    }
}

impl<'a> Reader<'a> {
    /// Opens an index.
    pub(super) fn open(load: Load<'a>) -> anyhow::Result<Self> {
        let bytes =
            load("latest.json")?.context("there is no search index (`search/latest.json`): build the site first")?;
        if serde_json::from_slice::<serde_json::Value>(&bytes).is_ok_and(|found| found.get("quickwit").is_some()) {
            bail!("this site's readers ask a Quickwit server: search its sources with `--source`");
        }
        let manifest: Manifest =
            serde_json::from_slice(&bytes).context("`search/latest.json` is not a search index")?;
        if manifest.v != manifest::VERSION || manifest.an != manifest::analyzer_mark() {
            bail!("this search index was made by another version of Callboard: build the site again");
        }
        let top = Bounds { b: manifest.b.clone(), bm: manifest.bm.clone() };
        let starts = ascending(&manifest.d);
        Ok(Self { load, manifest, top, starts, shards: RefCell::default() })
    }

    /// A file below `search/`.
    fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let bytes = (self.load)(path)?.with_context(|| format!("the file `search/{path}` of the index is missing"))?;
        serde_json::from_slice(&bytes).with_context(|| format!("the file `search/{path}` of the index is broken"))
    }

    /// A term, where any section has it.
    pub(super) fn lookup(&self, term: &str) -> anyhow::Result<Option<Entry>> {
        let Some(place) = self.place(term)? else { return Ok(None) };
        let shard = self.shard(&place)?;
        let found = shard.terms.binary_search_by(|other| other.as_str().cmp(term));
        Ok(found.ok().map(|at| Entry { term: term.to_owned(), lists: shard.lists[at].clone(), shard: shard.clone() }))
    }

    /// Positions of a phrase's words in one field, by document: one list for each word.
    pub(super) fn positions(&self, entry: &Entry, list: &List) -> anyhow::Result<BTreeMap<u32, Vec<u32>>> {
        let marks: BTreeMap<String, String> = self.get(&format!("i/p/marks.{}.json", self.manifest.p))?;
        let own = mark(marks.get("m").map_or("", String::as_str), entry.shard.number)?;
        let shard: PositionShard = self.get(&format!("i/p/{}.{own}.json", entry.shard.key))?;
        let column = list.column.and_then(|at| shard.p.get(at)).context("a column of positions is missing")?;
        let mut numbers = Numbers::of(column);
        let mut found = BTreeMap::new();
        for (doc, &often) in list.docs.iter().zip(&list.often) {
            let mut at = 0;
            found.insert(
                *doc,
                (&mut numbers)
                    .take(often as usize)
                    .map(|gap| {
                        at += gap;
                        at
                    })
                    .collect(),
            );
        }
        Ok(found)
    }

    /// Plain words of a letter (`a`: those that begin with it, `_a`: those whose second letter it is), each with the
    /// logarithm of its frequency.
    pub(super) fn vocabulary(&self, letter: &str) -> anyhow::Result<Vec<(String, u32)>> {
        let mut words = Vec::new();
        for name in self.manifest.w.split(' ').filter(|name| name.starts_with(letter)) {
            let file: BTreeMap<String, String> = self.get(&format!("i/w/{name}.json"))?;
            let column = |name: &str| file.get(name).map_or("", String::as_str);
            words.extend(front::words(column("w")).into_iter().zip(Numbers::of(column("n"))));
        }
        Ok(words)
    }

    /// A file of rows with the first document of each page.
    pub(super) fn rows(&self, chunk: usize) -> anyhow::Result<Vec<(u32, Row)>> {
        let own = mark(&self.manifest.dm, chunk / TOGETHER)?;
        let rows: Vec<Row> = self.get(&format!("i/d/{chunk}.{own}.json"))?;
        let mut doc = self.starts.get(chunk).copied().unwrap_or(0);
        Ok(rows
            .into_iter()
            .map(|row| {
                let first = doc;
                doc += row.0;
                (first, row)
            })
            .collect())
    }

    /// Anchor, heading and text of a passage of a page, by its number in the page.
    pub(super) fn passage(&self, row: &Row, at: u32) -> anyhow::Result<(String, String, String)> {
        let piece = row.5.partition_point(|&start| start <= at);
        let from = if piece == 0 { 0 } else { row.5[piece - 1] };
        let suffix = if piece == 0 { String::new() } else { format!(".{piece}") };
        let file: Piece = self.get(&format!("x/{}{suffix}.json", place_key(&row.1)))?;
        Ok(file.s.into_iter().nth((at - from) as usize).unwrap_or_default())
    }

    /// First document of each page.
    pub(super) fn firsts(&self) -> anyhow::Result<Vec<u32>> {
        let file: BTreeMap<String, String> = self.get(&format!("i/f/_pages.{}.json", self.manifest.f))?;
        let sizes = Numbers::of(file.get("n").map_or("", String::as_str));
        Ok(sizes
            .scan(0, |doc, size| {
                let first = *doc;
                *doc += size;
                Some(first)
            })
            .collect())
    }

    /// Pages by value of a facet.
    pub(super) fn facet(&self, name: &str) -> anyhow::Result<BTreeMap<String, Vec<u32>>> {
        let values: BTreeMap<String, String> = self.get(&format!("i/f/{name}.{}.json", self.manifest.f))?;
        Ok(values.into_iter().map(|(value, column)| (value, ascending(&column))).collect())
    }

    /// The shard that would hold a term.
    fn place(&self, term: &str) -> anyhow::Result<Option<Place>> {
        let Some(place) = self.top.place(term)? else { return Ok(None) };
        if self.manifest.group == 0 {
            return Ok(Some(place));
        }
        let group: Bounds = self.get(&format!("i/b/{}.{}.json", place.key, place.mark))?;
        let first = place.number * self.manifest.group as usize;
        Ok(group.place(term)?.map(|inner| Place { number: first + inner.number, ..inner }))
    }

    fn shard(&self, place: &Place) -> anyhow::Result<Rc<Shard>> {
        if let Some(shard) = self.shards.borrow().get(&place.number) {
            return Ok(shard.clone());
        }
        let file = self.get(&format!("i/t/{}.{}.json", place.key, place.mark))?;
        let shard = Rc::new(self.decode(place, &file)?);
        self.shards.borrow_mut().insert(place.number, shard.clone());
        Ok(shard)
    }

    fn decode(&self, place: &Place, shard: &TermShard) -> anyhow::Result<Shard> {
        let terms = front::words(&shard.t);
        let (mut masks, mut dfs) = (Numbers::of(&shard.m), Numbers::of(&shard.n));
        let (mut gaps, mut more, mut norms) = (Numbers::of(&shard.d), Numbers::of(&shard.f), Numbers::of(&shard.l));
        let mut column = 0;
        let mut lists = Vec::with_capacity(terms.len());
        for _ in &terms {
            let mask = masks.next().context("a shard of terms ends too early")?;
            let mut own = Vec::new();
            for (field, rule) in self.manifest.fields.iter().enumerate().filter(|(field, _)| mask & 1 << field != 0) {
                let df = dfs.next().context("a shard of terms ends too early")?;
                let mut list = List { field, docs: Vec::new(), often: Vec::new(), norms: Vec::new(), column: None };
                let mut doc = 0;
                for _ in 0..df {
                    let code = gaps.next().context("a shard of terms ends too early")?;
                    doc += code >> 1;
                    ensure!(doc < self.manifest.end, "a shard of terms names a document that is not there");
                    list.docs.push(doc);
                    list.often.push(if code & 1 == 1 { 1 } else { more.next().unwrap_or(0) + 2 });
                    list.norms.push(if rule.len { norms.next().unwrap_or(0) as u8 } else { 1 });
                }
                if rule.pos {
                    list.column = Some(column);
                    column += 1;
                }
                own.push(Rc::new(list));
            }
            lists.push(own);
        }
        Ok(Shard { number: place.number, key: place.key.clone(), terms, lists })
    }
}

impl Bounds {
    fn place(&self, term: &str) -> anyhow::Result<Option<Place>> {
        let bounds = front::words(&self.b);
        let Some(number) = bounds.partition_point(|bound| bound.as_str() <= term).checked_sub(1) else {
            return Ok(None);
        };
        Ok(Some(Place { number, key: place_key(&bounds[number]), mark: mark(&self.bm, number)?.to_owned() }))
    }
}

/// A mark of a row of them.
fn mark(marks: &str, number: usize) -> anyhow::Result<&str> {
    marks.get(number * MARK..(number + 1) * MARK).context("a mark of the search index is missing")
}

fn ascending(column: &str) -> Vec<u32> {
    Numbers::of(column)
        .scan(0, |last, gap| {
            *last += gap;
            Some(*last)
        })
        .collect()
}

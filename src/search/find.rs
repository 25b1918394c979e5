use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::analyze::Analyzer;
use super::query::{self, Filter, Query};
use super::reader::{Load, Reader};
use super::rows::Row;
use super::score::{self, Resolved, Scored};
use super::segment::NAMED;

/// Best documents from which pages are made.
const TOP: usize = 400;
/// Pages whose titles come nearest to the query that are looked at beside the best.
const NEAR: usize = 3;
/// Length of an excerpt in characters, about.
const EXCERPT: usize = 180;

/// What a query found.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Found {
    /// Pages, best first.
    pub pages: Vec<FoundPage>,
    /// Sections found in all.
    pub sections: usize,
    /// The query as it was probably meant, where a word of it stands nowhere.
    pub suggestion: Option<String>,
}

/// A page that was found, with its best section.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct FoundPage {
    /// URL from the site's root, with the section's anchor.
    pub url: String,
    /// Title.
    pub title: String,
    /// Kind.
    pub kind: String,
    /// Its place, from the outside in.
    pub path: Vec<String>,
    /// Heading of the section; empty for the page's beginning.
    pub heading: String,
    /// Words around the first one that was found.
    pub excerpt: String,
    /// Score of the section.
    pub score: f64,
}

struct Page {
    row: Row,
    first: u32,
    hits: Vec<Scored>,
    tier: u8,
}

/// Asks an index that [`super::index`] made, in the same order as the browser's client.
///
/// `load` gives the files below `search/`; at most `limit` pages are returned. `Err`: there is no index, or a file of it is
/// missing or broken, or it was made by another analyzer.
pub fn find(load: Load<'_>, text: &str, limit: usize) -> anyhow::Result<Found> {
    let reader = Reader::open(load)?;
    let mut analyzer = Analyzer::default();
    let query = query::parse(text, &reader.manifest.facets, &mut analyzer);
    let plan = query::plan(&query, &reader.manifest.common);
    let (mut hits, resolved) = score::score(&reader, &plan)?;
    if !query.filters.is_empty() {
        let passes = allowed(&reader, &query.filters)?;
        let firsts = reader.firsts()?;
        if plan.slots.is_empty() {
            hits = firsts.iter().map(|&doc| Scored { doc, score: 0.0, near: None }).collect();
        }
        hits.retain(|hit| passes[firsts.partition_point(|&first| first <= hit.doc) - 1]);
    }
    let sections = hits.len();
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.doc.cmp(&b.doc)));
    let mut pages = group(&reader, &hits, limit)?;
    let wanted = wanted(&query);
    for page in &mut pages {
        if page.hits.iter().any(|hit| hit.near.is_some()) && is_named(&page.row, &wanted, &mut analyzer) {
            page.tier = if NAMED.contains(&page.row.3.as_str()) { 2 } else { 1 };
        }
    }
    pages.sort_by(|a, b| {
        b.tier.cmp(&a.tier).then(b.hits[0].score.total_cmp(&a.hits[0].score)).then(a.hits[0].doc.cmp(&b.hits[0].doc))
    });
    pages.truncate(limit);
    let pages =
        pages.iter().map(|page| shown(&reader, page, &resolved, &mut analyzer)).collect::<anyhow::Result<_>>()?;
    let suggestion = respelled(text, plan.slots.iter().map(|slot| slot.word.as_str()).zip(&resolved));
    Ok(Found { pages, sections, suggestion })
}

/// The pages of the best documents; titles nearest to the query come along.
fn group(reader: &Reader<'_>, hits: &[Scored], limit: usize) -> anyhow::Result<Vec<Page>> {
    let mut near: Vec<Scored> = hits.iter().filter(|hit| hit.near.is_some()).copied().collect();
    near.sort_by(|a, b| a.near.cmp(&b.near).then(b.score.total_cmp(&a.score)).then(a.doc.cmp(&b.doc)));
    near.truncate(NEAR);
    let best = &hits[..hits.len().min(TOP)];
    let mut chunks: BTreeMap<usize, Vec<(u32, Row)>> = BTreeMap::new();
    let mut pages: Vec<Page> = Vec::new();
    for (hits, most) in [(best, limit), (&near, usize::MAX), (best, 0)] {
        for hit in hits {
            if pages.len() >= most && !pages.iter().any(|page| (page.first..page.first + page.row.0).contains(&hit.doc))
            {
                continue;
            }
            if let Some(page) = pages.iter_mut().find(|page| (page.first..page.first + page.row.0).contains(&hit.doc)) {
                if !page.hits.contains(hit) {
                    page.hits.push(*hit);
                }
                continue;
            }
            let number = reader.starts.partition_point(|&start| start <= hit.doc).saturating_sub(1);
            let rows = match chunks.entry(number) {
                Entry::Occupied(rows) => rows.into_mut(),
                Entry::Vacant(place) => place.insert(reader.rows(number)?),
            };
            let found = rows.iter().find(|(first, row)| (*first..first + row.0).contains(&hit.doc));
            if let Some((first, row)) = found {
                pages.push(Page { row: row.clone(), first: *first, hits: vec![*hit], tier: 0 });
            }
        }
    }
    for page in &mut pages {
        page.hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.doc.cmp(&b.doc)));
    }
    Ok(pages)
}

/// Which pages pass the filters: values of one facet widen, facets narrow, exclusions take out.
fn allowed(reader: &Reader<'_>, filters: &[Filter]) -> anyhow::Result<Vec<bool>> {
    let mut passes = vec![true; reader.manifest.pages as usize];
    let mut names: Vec<&str> = filters.iter().map(|filter| filter.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let values = reader.facet(name)?;
        let own: Vec<&Filter> = filters.iter().filter(|filter| filter.name == name).collect();
        let having = |not: bool| {
            let mut has = vec![false; passes.len()];
            for filter in own.iter().filter(|filter| filter.not == not) {
                for page in values.iter().filter(|(value, _)| means(value, &filter.value)).flat_map(|(_, pages)| pages)
                {
                    has[*page as usize] = true;
                }
            }
            has
        };
        let (wanted, unwanted) = (having(false), having(true));
        let any = own.iter().any(|filter| !filter.not);
        for (at, pass) in passes.iter_mut().enumerate() {
            *pass &= !unwanted[at] && (!any || wanted[at]);
        }
    }
    Ok(passes)
}

/// A filter's value: itself, or the name at the end of a reference (`team-a` for `group:default/team-a`).
fn means(value: &str, wanted: &str) -> bool {
    let (value, wanted) = (value.to_lowercase(), wanted.to_lowercase());
    value == wanted || value.strip_suffix(&wanted).is_some_and(|before| before.ends_with(['/', ':']))
}

fn wanted(query: &Query) -> Vec<String> {
    let tokens = query.words.iter().filter(|word| !word.not).flat_map(|word| &word.tokens);
    tokens.filter(|token| !token.whole).map(|token| token.term.clone()).collect()
}

/// Whether the query is the page's title, or the name at the end of its address.
fn is_named(row: &Row, wanted: &[String], analyzer: &mut Analyzer) -> bool {
    let url = percent_encoding::percent_decode_str(&row.1).decode_utf8_lossy();
    let name = url.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    [row.2.as_str(), name].iter().any(|text| query::names(text, analyzer) == wanted)
}

fn shown(
    reader: &Reader<'_>,
    page: &Page,
    resolved: &[Resolved],
    analyzer: &mut Analyzer,
) -> anyhow::Result<FoundPage> {
    let hit = page.hits[0];
    let (anchor, heading, text) = reader.passage(&page.row, hit.doc - page.first)?;
    let text = text.replace('\n', " ");
    let is_asked = |term: &str| {
        resolved.iter().any(|slot| {
            slot.terms.iter().any(|(entry, _)| entry.term == term) || slot.phrase.iter().any(|entry| entry.term == term)
        })
    };
    let at = analyzer.analyze(&text).find(|token| is_asked(token.text)).map_or(0, |token| token.start);
    let from = text[..at].char_indices().rev().nth(40).map_or(0, |(byte, _)| byte);
    let from = if from == 0 { 0 } else { from + text[from..at].find(' ').map_or(0, |space| space + 1) };
    let to = text[from..].char_indices().nth(EXCERPT).map_or(text.len(), |(byte, _)| from + byte);
    let excerpt =
        format!("{}{}{}", if from > 0 { "… " } else { "" }, &text[from..to], if to < text.len() { "…" } else { "" });
    let url = if anchor.is_empty() { page.row.1.clone() } else { format!("{}#{anchor}", page.row.1) };
    let Row(_, _, title, kind, path, _) = page.row.clone();
    Ok(FoundPage { url, title, kind, path, heading, excerpt, score: hit.score })
}

/// The query with the words that stand nowhere replaced by those that were probably meant.
fn respelled<'a>(text: &str, slots: impl Iterator<Item = (&'a str, &'a Resolved)>) -> Option<String> {
    let mut respelled = text.to_owned();
    let mut changed = false;
    for (word, slot) in slots {
        let Some(suggest) = &slot.suggest else { continue };
        let lower = respelled.to_ascii_lowercase();
        let is_letter = |c: char| c.is_alphanumeric();
        let at = lower
            .match_indices(word)
            .map(|(at, _)| at)
            .find(|&at| !lower[..at].ends_with(is_letter) && !lower[at + word.len()..].starts_with(is_letter));
        if let Some(at) = at {
            respelled.replace_range(at..at + word.len(), suggest);
            changed = true;
        }
    }
    changed.then_some(respelled)
}

use std::collections::{BTreeMap, BTreeSet};

use tantivy::fieldnorm::FieldNormReader;

use super::query::{Plan, Slot};
use super::reader::{Entry, Reader};
use super::spell;

/// What a guess weighs beside a term that was asked for.
const GUESS: f32 = 0.5;

/// A document that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scored {
    pub(super) doc: u32,
    pub(super) score: f64,
    /// Words of the title that the query does not name, where it names all that it can.
    pub(super) near: Option<u32>,
}

/// A slot with its terms and what they weigh.
pub(super) struct Resolved {
    pub(super) terms: Vec<(Entry, f32)>,
    pub(super) phrase: Vec<Entry>,
    /// A word that was probably meant.
    pub(super) suggest: Option<String>,
    df: u32,
}

#[derive(Default)]
struct Sum {
    score: f32,
    mask: u32,
    title: u32,
    title_norm: u8,
}

/// Scores all documents as tantivy does, times the square of the share of the query that they have.
pub(super) fn score(reader: &Reader<'_>, plan: &Plan) -> anyhow::Result<(Vec<Scored>, Vec<Resolved>)> {
    let resolved: Vec<Resolved> = plan.slots.iter().map(|slot| resolve(reader, slot)).collect::<anyhow::Result<_>>()?;
    let norms = norm_tables(reader);
    let mut sums: BTreeMap<u32, Sum> = BTreeMap::new();
    let mut weights = Vec::new();
    for (bit, slot) in resolved.iter().enumerate() {
        let bit = 1 << bit;
        if !slot.phrase.is_empty() {
            let (found, idf) = phrase(reader, &slot.phrase, &norms)?;
            for (doc, value) in found {
                let sum = sums.entry(doc).or_default();
                sum.mask |= bit;
                sum.score += value;
            }
            weights.push(quantised(idf));
            continue;
        }
        for (entry, boost) in &slot.terms {
            for list in &entry.lists {
                let weight = idf(list.docs.len() as u32, reader.manifest.n)
                    * 2.2
                    * (reader.manifest.fields[list.field].boost * boost);
                for ((&doc, &often), &norm) in list.docs.iter().zip(&list.often).zip(&list.norms) {
                    let sum = sums.entry(doc).or_default();
                    sum.mask |= bit;
                    sum.score += weight * (often as f32 / (often as f32 + norms[list.field][norm as usize]));
                    if list.field == 0 && boost.to_bits() == 1.0_f32.to_bits() {
                        sum.title += often;
                        sum.title_norm = norm;
                    }
                }
            }
        }
        weights.push(if plan.slots[weights.len()].phrase.is_empty() {
            quantised(idf(slot.df, reader.manifest.n))
        } else {
            0
        });
    }
    let out = excluded(reader, plan, &norms)?;
    let hits = sums
        .into_iter()
        .filter(|(doc, _)| !out.contains(doc))
        .filter_map(|(doc, sum)| hit(doc, &sum, plan, &weights))
        .collect();
    Ok((hits, resolved))
}

fn hit(doc: u32, sum: &Sum, plan: &Plan, weights: &[u32]) -> Option<Scored> {
    let bits = |wanted: &dyn Fn(&Slot) -> bool| {
        plan.slots.iter().enumerate().filter(|(_, slot)| wanted(slot)).fold(0, |bits, (at, _)| bits | 1u32 << at)
    };
    let must = bits(&|slot| slot.must);
    let parts = bits(&|slot| !slot.whole && slot.phrase.is_empty());
    if sum.mask & must != must {
        return None;
    }
    let covered: u32 =
        weights.iter().enumerate().filter(|(at, _)| sum.mask & 1 << at != 0).map(|(_, weight)| weight).sum();
    let whole: u32 = weights.iter().sum();
    let share = if whole == 0 { 1.0 } else { f64::from(covered) / f64::from(whole) };
    let is_near = sum.title > 0 && sum.mask & parts == parts;
    let title = FieldNormReader::id_to_fieldnorm(sum.title_norm);
    Some(Scored {
        doc,
        score: f64::from(sum.score) * share * share,
        near: is_near.then(|| title.saturating_sub(sum.title + plan.dropped)),
    })
}

/// Documents that a `-word` or `-"phrase"` takes out.
fn excluded(reader: &Reader<'_>, plan: &Plan, norms: &[[f32; 256]]) -> anyhow::Result<BTreeSet<u32>> {
    let mut out = BTreeSet::new();
    for terms in &plan.nots {
        let mut common: Option<BTreeSet<u32>> = None;
        for term in terms {
            let entry = reader.lookup(term)?;
            let docs =
                entry.iter().flat_map(|entry| entry.lists.iter().flat_map(|list| list.docs.iter().copied())).collect();
            common = Some(common.map_or_else(|| BTreeSet::clone(&docs), |common| &common & &docs));
        }
        out.extend(common.unwrap_or_default());
    }
    for words in &plan.not_phrases {
        let entries: Vec<Option<Entry>> =
            words.iter().map(|word| reader.lookup(word)).collect::<anyhow::Result<_>>()?;
        if let Some(entries) = entries.into_iter().collect::<Option<Vec<_>>>() {
            out.extend(phrase(reader, &entries, norms)?.0.into_keys());
        }
    }
    Ok(out)
}

fn resolve(reader: &Reader<'_>, slot: &Slot) -> anyhow::Result<Resolved> {
    let mut resolved = Resolved { terms: Vec::new(), phrase: Vec::new(), suggest: None, df: 1 };
    if !slot.phrase.is_empty() {
        let entries: Vec<Option<Entry>> =
            slot.phrase.iter().map(|word| reader.lookup(word)).collect::<anyhow::Result<_>>()?;
        resolved.phrase = entries.into_iter().collect::<Option<Vec<_>>>().unwrap_or_default();
        return Ok(resolved);
    }
    if let Some(exact) = reader.lookup(&slot.term)? {
        resolved.df = exact.frequency();
        resolved.terms.push((exact, 1.0));
    } else if !slot.whole {
        let near = spell::nearest(reader, &slot.word)?;
        resolved.suggest = near.first().cloned();
        let guesses = spell::entries(reader, &near)?;
        resolved.df = guesses.iter().map(Entry::frequency).max().unwrap_or(1).max(1);
        let top = idf(resolved.df, reader.manifest.n);
        for guess in guesses {
            let boost = GUESS * (top / idf(guess.frequency(), reader.manifest.n)).min(1.0);
            resolved.terms.push((guess, boost));
        }
    }
    Ok(resolved)
}

/// Scores of the documents that have a phrase, summed over the fields in their order, and the weight of the phrase.
fn phrase(reader: &Reader<'_>, entries: &[Entry], norms: &[[f32; 256]]) -> anyhow::Result<(BTreeMap<u32, f32>, f32)> {
    let mut scores: BTreeMap<u32, f32> = BTreeMap::new();
    let mut best = 0.0_f32;
    for (field, rule) in reader.manifest.fields.iter().enumerate().filter(|(_, rule)| rule.pos) {
        let lists: Option<Vec<_>> =
            entries.iter().map(|entry| entry.lists.iter().find(|list| list.field == field)).collect();
        let Some(lists) = lists else { continue };
        let sum = lists.iter().fold(0.0, |sum, list| sum + idf(list.docs.len() as u32, reader.manifest.n));
        best = best.max(sum);
        let weight = sum * 2.2 * rule.boost;
        let mut places: Option<BTreeMap<u32, Vec<u32>>> = None;
        for (offset, (entry, list)) in entries.iter().zip(&lists).enumerate() {
            let mut found = reader.positions(entry, list)?;
            for (doc, at) in &mut found {
                at.retain_mut(|at| {
                    let begins = at.checked_sub(offset as u32);
                    *at = begins.unwrap_or(0);
                    begins.is_some_and(|begins| {
                        places
                            .as_ref()
                            .is_none_or(|before| before.get(doc).is_some_and(|known| known.contains(&begins)))
                    })
                });
            }
            found.retain(|_, at| !at.is_empty());
            places = Some(found);
        }
        for (doc, at) in places.unwrap_or_default() {
            let norm = lists[0].docs.binary_search(&doc).map_or(0, |place| lists[0].norms[place]);
            let often = at.len() as f32;
            *scores.entry(doc).or_default() += weight * (often / (often + norms[field][norm as usize]));
        }
    }
    Ok((scores, best))
}

fn norm_tables(reader: &Reader<'_>) -> Vec<[f32; 256]> {
    let table = |tokens: u64| {
        let average = tokens as f32 / reader.manifest.n as f32;
        std::array::from_fn(|id| {
            1.2 * (1.0 - 0.75 + 0.75 * FieldNormReader::id_to_fieldnorm(id as u8) as f32 / average)
        })
    };
    reader.manifest.fields.iter().map(|field| table(field.tokens)).collect()
}

/// Inverse document frequency, rounded as the client rounds it.
fn idf(df: u32, all: u32) -> f32 {
    let x = 1.0 + ((all.saturating_sub(df)) as f32 + 0.5) / (df as f32 + 0.5);
    f64::from(x).ln() as f32
}

/// Weights of coverage are whole numbers, so that their sums do not depend on rounding.
fn quantised(idf: f32) -> u32 {
    (f64::from(idf) * 1024.0 + 0.5).floor() as u32
}

//! Queries made from pages, and what tantivy's own searcher answers: the client must say the same.

use std::collections::{BTreeMap, BTreeSet};

use callboard::base::Route;
use callboard::search::{self, Analyzer, SearchPage};
use serde_json::{Value, json};
use tantivy::collector::{Count, DocSetCollector, TopDocs};
use tantivy::query::{BooleanQuery, BoostQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Index, Searcher, Term};

/// Field names with boosts, in the order of the schema; the path has no positions.
const FIELDS: [(&str, f32); 4] = [("title", 4.0), ("heading", 3.0), ("path", 2.0), ("body", 1.0)];

/// What a query asks for; built beside its text, not from it.
#[derive(Default)]
struct Asked {
    text: String,
    slots: Vec<Slot>,
    not: Vec<String>,
    kind: Option<String>,
    /// Whether the last word is still being typed.
    typing: bool,
}

struct Slot {
    /// Terms with their boosts; for a phrase, its words.
    terms: Vec<(String, f32)>,
    phrase: bool,
    must: bool,
    /// Document frequency that the slot counts with.
    df: u64,
}

struct Reference {
    searcher: Searcher,
    fields: Vec<(Field, f32)>,
    /// Each term with its greatest document frequency among the fields.
    terms: BTreeMap<String, u64>,
    /// Kind of each document's page.
    kinds: Vec<String>,
    /// The client's number of each document.
    numbers: Vec<u32>,
    /// Terms that count as stop words.
    common: Vec<String>,
    /// Plain words with the logarithm of the number of documents that have them, most first.
    words: Vec<(String, u64)>,
}

/// `count` queries over the pages, each with the documents and scores that it must find, best first.
pub fn answers(pages: &[SearchPage], count: usize) -> Vec<Value> {
    let reference = Reference::of(pages);
    let mut dice = Dice(7);
    (0..count).map(|number| reference.answer(&reference.ask(pages, number, &mut dice))).collect()
}

/// A small generator of numbers, the same everywhere.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }
}

impl Reference {
    fn of(pages: &[SearchPage]) -> Self {
        let index: Index = search::tantivy_index(pages).expect("an index");
        let schema = index.schema();
        let fields: Vec<_> =
            FIELDS.iter().map(|&(name, boost)| (schema.get_field(name).expect("a field"), boost)).collect();
        let searcher = index.reader().expect("a reader").searcher();
        let mut terms: BTreeMap<String, u64> = BTreeMap::new();
        for &(field, _) in &fields {
            let inverted = searcher.segment_reader(0).inverted_index(field).expect("an inverted index");
            let mut stream = inverted.terms().stream().expect("a stream");
            while let Some((term, info)) = stream.next() {
                let df = terms.entry(String::from_utf8(term.to_vec()).expect("text")).or_default();
                *df = (*df).max(info.doc_freq.into());
            }
        }
        // Long sections are several documents; the written rows and words know.
        let files = search::index(pages).expect("an index");
        let numbers = search::numbers(pages);
        let kinds = kinds_of(&files, &numbers);
        assert_eq!(kinds.len() as u64, searcher.num_docs());
        let manifest = file(&files, "/latest.json").expect("a manifest");
        let common = manifest["common"].as_str().expect("terms").split(' ').map(str::to_owned).collect();
        Self { searcher, fields, terms, kinds, numbers, common, words: words_of(&files) }
    }

    /// A query of words that stand together somewhere, of one of six sorts.
    fn ask(&self, pages: &[SearchPage], number: usize, dice: &mut Dice) -> Asked {
        loop {
            let page = &pages[dice.below(pages.len())];
            let section = &page.sections[dice.below(page.sections.len())];
            let source = match dice.below(4) {
                0 => &page.title,
                1 => &section.heading,
                _ => &section.text,
            };
            let words: Vec<&str> = source.split_whitespace().filter(|word| self.is_askable(word)).collect();
            if words.len() < 2 {
                continue;
            }
            let at = dice.below(words.len() - 1);
            let few = &words[at..(at + 1 + dice.below(4)).min(words.len())];
            let asked = match number % 6 {
                0 => self.any(few, false),
                1 => self.any(few, true),
                2 => self.phrase(source, &words[at..at + 2]),
                3 => self.without(few, words[dice.below(words.len())]),
                4 => self.any(few, false).map(|mut asked| {
                    asked.text += &format!(" kind:{}", page.kind);
                    asked.kind = Some(page.kind.clone());
                    asked
                }),
                _ => self.prefix(few, dice),
            };
            if let Some(asked) = asked {
                return asked;
            }
        }
    }

    fn is_askable(&self, word: &str) -> bool {
        is_askable(word) && !tokens(word).iter().any(|(term, _, _)| self.common.contains(term))
    }

    fn any(&self, words: &[&str], must: bool) -> Option<Asked> {
        let text: Vec<String> = words.iter().map(|word| format!("{}{word}", if must { "+" } else { "" })).collect();
        let mut asked = Asked { text: text.join(" "), ..Asked::default() };
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for word in words {
            for (term, _, whole) in tokens(word) {
                let must = must && !whole;
                if let Some(&slot) = seen.get(&term) {
                    asked.slots[slot].must |= must;
                    continue;
                }
                let df = *self.terms.get(&term)?;
                seen.insert(term.clone(), asked.slots.len());
                asked.slots.push(Slot { terms: vec![(term, 1.0)], phrase: false, must, df });
            }
        }
        (asked.slots.len() <= 24).then_some(asked)
    }

    fn without(&self, words: &[&str], not: &str) -> Option<Asked> {
        let mut asked = self.any(words, false)?;
        asked.text += &format!(" -{not}");
        let all = tokens(not);
        let whole = all.iter().find(|token| token.2).map(|token| vec![token.0.clone()]);
        asked.not = whole.unwrap_or_else(|| all.into_iter().map(|token| token.0).collect());
        Some(asked)
    }

    fn phrase(&self, source: &str, words: &[&str]) -> Option<Asked> {
        let text = source.split_whitespace().collect::<Vec<_>>().join(" ");
        let quoted = words.join(" ");
        let terms: Vec<_> = tokens(&quoted).into_iter().filter(|t| !t.2).map(|t| (t.0, 1.0)).collect();
        let fits = text.contains(&quoted) && terms.len() > 1;
        let slot = Slot { terms, phrase: true, must: true, df: 0 };
        fits.then(|| Asked { text: format!("\"{quoted}\""), slots: vec![slot], ..Asked::default() })
    }

    /// Words of which the last is still being typed.
    fn prefix(&self, words: &[&str], dice: &mut Dice) -> Option<Asked> {
        let (last, rest) = words.split_last()?;
        let length = 5 + dice.below(4);
        if last.len() < length || !last.bytes().all(|b| b.is_ascii_lowercase()) {
            return None;
        }
        let typed = &last[..length];
        let mut asked = self.any(rest, false)?;
        let (term, _, _) = tokens(typed).pop()?;
        if asked.slots.iter().any(|slot| slot.terms[0].0 == term) {
            return None;
        }
        let exact = self.terms.get(&term).copied();
        let mut more: Vec<String> = Vec::new();
        for (word, n) in &self.words {
            let stem = tokens(word).pop()?.0;
            if word.starts_with(typed) && exact.is_none_or(|df| *n > u64::from(df.ilog2())) && !more.contains(&stem) {
                more.push(stem);
            }
        }
        more.truncate(3);
        more.retain(|other| *other != term);
        let df = exact.or_else(|| more.iter().map(|other| self.terms[other]).max())?;
        let top = self.idf(df);
        let mut terms: Vec<(String, f32)> = exact.map(|_| (term, 1.0)).into_iter().collect();
        for other in more {
            let boost = 0.5 * f64::from(top / self.idf(self.terms[&other])).min(1.0);
            terms.push((other, boost as f32));
        }
        asked.slots.push(Slot { terms, phrase: false, must: false, df });
        asked.typing = true;
        asked.text = format!("{} {typed}", asked.text).trim().to_owned();
        (asked.slots.len() <= 24).then_some(asked)
    }

    fn idf(&self, df: u64) -> f32 {
        let all = self.searcher.num_docs();
        (1.0 + ((all - df) as f32 + 0.5) / (df as f32 + 0.5)).ln()
    }

    fn answer(&self, asked: &Asked) -> Value {
        let mut clauses = Vec::new();
        let mut found = Vec::new();
        let mut weights = Vec::new();
        for slot in &asked.slots {
            let own = self.clauses(slot);
            let query = BooleanQuery::new(own.iter().map(|(occur, query)| (*occur, query.box_clone())).collect());
            found.push(self.documents(&query));
            let idf = if slot.phrase { self.phrase_idf(slot) } else { self.idf(slot.df) };
            weights.push((idf * 1024.0 + 0.5).floor());
            clauses.extend(own);
        }
        // The pair with `Count` keeps tantivy from pruning: its sums then run in the order of the clauses.
        let collectors = (TopDocs::with_limit(self.kinds.len()).order_by_score(), Count);
        let (scored, _) = self.searcher.search(&BooleanQuery::new(clauses), &collectors).expect("an answer");
        let whole: f32 = weights.iter().sum();
        let not = asked.not.iter().map(|term| self.with_term(term)).reduce(|a, b| &a & &b).unwrap_or_default();
        let mut hits: Vec<(f64, u32)> = Vec::new();
        for (score, address) in scored {
            let doc = address.doc_id;
            let kept = asked.kind.as_ref().is_none_or(|kind| *kind == self.kinds[doc as usize])
                && !not.contains(&doc)
                && asked.slots.iter().zip(&found).all(|(slot, found)| !slot.must || found.contains(&doc));
            if kept {
                let covered: f32 =
                    found.iter().zip(&weights).filter(|(found, _)| found.contains(&doc)).map(|(_, w)| w).sum();
                let share = if whole > 0.0 { f64::from(covered) / f64::from(whole) } else { 1.0 };
                hits.push((f64::from(score) * share * share, doc));
            }
        }
        hits.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let number = |doc: &u32| self.numbers[*doc as usize];
        let top: Vec<_> = hits.iter().take(10).map(|(score, doc)| json!([number(doc), score])).collect();
        json!({ "text": asked.text, "typing": asked.typing, "total": hits.len(), "top": top })
    }

    fn clauses(&self, slot: &Slot) -> Vec<(Occur, Box<dyn Query>)> {
        if slot.phrase {
            let of = |field| slot.terms.iter().map(|(term, _)| Term::from_field_text(field, term)).collect();
            let fields = self.fields.iter().enumerate().filter(|(at, _)| *at != 2);
            return fields.map(|(_, &(field, boost))| should(PhraseQuery::new(of(field)), boost)).collect();
        }
        let mut clauses = Vec::new();
        for (term, boost) in &slot.terms {
            for &(field, own) in &self.fields {
                let query = TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::WithFreqs);
                clauses.push(should(query, own * boost));
            }
        }
        clauses
    }

    /// The greatest sum of idf over the fields that have all the phrase's words.
    fn phrase_idf(&self, slot: &Slot) -> f32 {
        let mut best = 0.0_f32;
        for (_, &(field, _)) in self.fields.iter().enumerate().filter(|(at, _)| *at != 2) {
            let df = |term: &str| self.searcher.doc_freq(&Term::from_field_text(field, term)).expect("a number");
            if slot.terms.iter().all(|(term, _)| df(term) > 0) {
                best = best.max(slot.terms.iter().map(|(term, _)| self.idf(df(term))).sum());
            }
        }
        best
    }

    fn with_term(&self, term: &str) -> BTreeSet<u32> {
        let slot = Slot { terms: vec![(term.to_owned(), 1.0)], phrase: false, must: false, df: 0 };
        self.documents(&BooleanQuery::new(self.clauses(&slot)))
    }

    fn documents(&self, query: &dyn Query) -> BTreeSet<u32> {
        let found = self.searcher.search(query, &DocSetCollector).expect("documents");
        found.into_iter().map(|address| address.doc_id).collect()
    }
}

fn should(query: impl Query, boost: f32) -> (Occur, Box<dyn Query>) {
    (Occur::Should, Box::new(BoostQuery::new(Box::new(query), boost)))
}

fn tokens(text: &str) -> Vec<(String, u32, bool)> {
    Analyzer::default().analyze(text).map(|token| (token.text.to_owned(), token.position, token.whole)).collect()
}

/// Words that mean themselves in a query: no signs of its language, no stop words, something to look up.
fn is_askable(word: &str) -> bool {
    const STOP: &str = " a an and are as at be but by can do does for from how i if in into is it my no not of on or s t that the their then there these they this to was what when where which will with you your ";
    let all = tokens(word);
    !word.contains(['"', ':', '+', '-', '\u{feff}'])
        && !all.is_empty()
        && all.len() < 6
        && !all.iter().any(|(term, _, _)| STOP.contains(&format!(" {term} ")))
        && !STOP.contains(&format!(" {} ", word.to_lowercase().trim_matches(|c: char| !c.is_alphanumeric())))
}

fn kinds_of(files: &[(Route, Vec<u8>)], numbers: &[u32]) -> Vec<String> {
    let mut kinds = Vec::new();
    for chunk in 0.. {
        let Some(rows) = file(files, &format!("/d/{chunk}.")) else { break };
        for row in rows.as_array().expect("rows") {
            let size = row[0].as_u64().expect("a number") as usize;
            kinds.extend(std::iter::repeat_n(row[3].as_str().expect("a kind").to_owned(), size));
        }
    }
    numbers.iter().map(|&number| kinds[number as usize].clone()).collect()
}

fn words_of(files: &[(Route, Vec<u8>)]) -> Vec<(String, u64)> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef";
    let mut words: Vec<(String, u64)> = Vec::new();
    for letter in 'a'..='z' {
        for list in all(files, &format!("/w/{letter}")) {
            let mut last = String::new();
            // Logarithms below 32 are one digit each.
            let often =
                list["n"].as_str().expect("a column").chars().map(|c| DIGITS.find(c).expect("one digit") as u64);
            for (item, n) in list["w"].as_str().expect("words").split(' ').zip(often) {
                let shared = usize::from_str_radix(&item[..1], 36).expect("a digit");
                last = format!("{}{}", &last[..shared], &item[1..]);
                words.push((last.clone(), n));
            }
        }
    }
    words.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.len().cmp(&b.0.len())).then(a.0.cmp(&b.0)));
    words
}

fn file(files: &[(Route, Vec<u8>)], part: &str) -> Option<Value> {
    all(files, part).next()
}

/// The files whose addresses hold a text.
fn all<'a>(files: &'a [(Route, Vec<u8>)], part: &'a str) -> impl Iterator<Item = Value> + 'a {
    let found = files.iter().filter(move |(route, _)| route.as_str().contains(part));
    found.map(|(_, bytes)| serde_json::from_slice(bytes).expect("JSON"))
}

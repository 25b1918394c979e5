use std::collections::HashMap;

use frostem::{Algorithm, Stemmer};

use super::letters::{Class, class, fold_into};

/// Name of the analyzer in the manifest.
pub const ANALYZER: &str = "dev";
/// Raised when a rule of the analyzer or the format changes; a client of another revision refuses the index.
pub const REVISION: u32 = 2;
/// The stemmer whose words the client's port must give.
pub const STEMMER: &str = "frostem 1.20260821.8";

/// Longest token in bytes; a longer one is dropped and takes no position.
const LONGEST: usize = 40;
/// Longest run of letters and digits in characters; longer ones are keys, hashes and encoded files.
const LONGEST_RUN: usize = 64;

/// A token of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// What is indexed.
    pub text: &'a str,
    /// Number of the word; a whole name stands at its first part's.
    pub position: u32,
    /// Bytes of the text it was made from.
    pub start: usize,
    /// End of these bytes.
    pub end: usize,
    /// Whether it is a whole name that its parts were given for too (`readwritemany` beside `read`, `write`, `mani`).
    pub whole: bool,
}

/// The `dev` analyzer: names of programs in parts and whole, English stems, pairs of characters for scripts without spaces.
///
/// The client has the same rules in JavaScript; `tests/search/analyzer.json` holds the two together.
#[derive(Debug, Clone, Default)]
pub struct Analyzer {
    words: HashMap<Box<str>, Word>,
    text: String,
    found: Vec<Found>,
    document: u32,
}

/// A plain English word that was met: stemmed once, counted once for each document.
#[derive(Debug, Clone)]
struct Word {
    stem: Box<str>,
    documents: u32,
    last: u32,
}

#[derive(Debug, Clone, Copy)]
struct Found {
    text: (u32, u32),
    position: u32,
    start: usize,
    end: usize,
    whole: bool,
}

struct Part {
    text: String,
    start: usize,
    end: usize,
    /// Whether a dot stands before it.
    dotted: bool,
}

impl Analyzer {
    /// Tokens of a text in the order of their positions.
    pub fn analyze(&mut self, text: &str) -> impl Iterator<Item = Token<'_>> {
        self.run(text);
        (0..self.found.len()).map(|at| self.token(at))
    }

    /// Analyses a text; [`Self::token`] then gives its tokens. Returns how many there are.
    pub(super) fn run(&mut self, text: &str) -> usize {
        self.text.clear();
        self.found.clear();
        let mut position = 0;
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            at = match class(c) {
                Class::Word => self.name(text, at, &mut position),
                Class::Dense => self.pairs(text, at, &mut position),
                Class::Silent | Class::Other => at + c.len_utf8(),
            };
        }
        self.found.len()
    }

    pub(super) fn token(&self, at: usize) -> Token<'_> {
        let found = &self.found[at];
        Token {
            text: &self.text[found.text.0 as usize..found.text.1 as usize],
            position: found.position,
            start: found.start,
            end: found.end,
            whole: found.whole,
        }
    }

    /// Says that the texts of another document follow.
    pub(super) fn next_document(&mut self) {
        self.document += 1;
    }

    /// The plain words met so far, each with the number of documents that have it, in no order.
    pub(super) fn words(&self) -> impl Iterator<Item = (&str, u32)> {
        self.words.iter().map(|(word, entry)| (&**word, entry.documents))
    }

    /// A name: words joined by single dots, hyphens or underscores. Returns where it ends.
    fn name(&mut self, text: &str, start: usize, position: &mut u32) -> usize {
        let (end, longest) = name_end(text, start);
        let mut next = end;
        if longest <= LONGEST_RUN {
            let parts = parts(&text[start..end], start);
            let whole = match (parts.as_slice(), mark(text, start, end)) {
                ([only], Some((before, after))) if fits_mark(&only.text, before, after) => {
                    next = end + after.len();
                    Some(format!("{before}{}{after}", only.text))
                }
                ([_], _) => None,
                (several, _) => Some(joined(several)),
            };
            for (number, part) in parts.iter().enumerate() {
                let first = *position;
                if self.push(&part.text, first, part.start, part.end, false) {
                    *position += 1;
                }
                if number == 0
                    && let Some(whole) = &whole
                {
                    self.push(whole, first, start, next, true);
                }
            }
        }
        next + possessive(&text[next..])
    }

    /// A run of a script without spaces: its overlapping pairs. Returns where it ends.
    fn pairs(&mut self, text: &str, start: usize, position: &mut u32) -> usize {
        let mut end = start;
        let mut run: Vec<(char, usize, usize)> = Vec::new();
        for c in text[start..].chars() {
            match class(c) {
                Class::Dense => run.push((c, end, end + c.len_utf8())),
                Class::Silent => {}
                _ => break,
            }
            end += c.len_utf8();
        }
        let width = run.len().min(2);
        let mut folded = String::new();
        for pair in run.windows(width) {
            folded.clear();
            for &(c, _, _) in pair {
                fold_into(c, &mut folded);
            }
            if self.push(&folded, *position, pair[0].1, pair[width - 1].2, false) {
                *position += 1;
            }
        }
        end
    }

    /// Adds a token; false when it is too long.
    fn push(&mut self, text: &str, position: u32, start: usize, end: usize, whole: bool) -> bool {
        if text.len() > LONGEST || text.is_empty() {
            return false;
        }
        let from = self.text.len() as u32;
        if text.len() > 2 && text.bytes().all(|b| b.is_ascii_lowercase()) {
            if let Some(word) = self.words.get_mut(text) {
                if word.last != self.document {
                    word.last = self.document;
                    word.documents += 1;
                }
                self.text.push_str(&word.stem);
            } else {
                let stem: Box<str> = Stemmer::new(Algorithm::English).stem(text).as_ref().into();
                self.text.push_str(&stem);
                self.words.insert(text.into(), Word { stem, documents: 1, last: self.document });
            }
        } else {
            self.text.push_str(text);
        }
        self.found.push(Found { text: (from, self.text.len() as u32), position, start, end, whole });
        true
    }
}

/// Where the name that starts here ends, and its longest run of letters and digits in characters.
fn name_end(text: &str, start: usize) -> (usize, usize) {
    let (mut end, mut run, mut longest) = (start, 0, 0);
    let mut chars = text[start..].chars().peekable();
    while let Some(c) = chars.next() {
        match class(c) {
            Class::Word | Class::Silent => {
                run += 1;
                longest = longest.max(run);
            }
            _ if matches!(c, '.' | '-' | '_') && chars.peek().is_some_and(|&next| class(next) == Class::Word) => {
                run = 0;
            }
            _ => break,
        }
        end += c.len_utf8();
    }
    (end, longest)
}

/// The parts of a name: split at its joiners and where its case changes.
fn parts(name: &str, offset: usize) -> Vec<Part> {
    let seen: Vec<(usize, char)> = name.char_indices().filter(|&(_, c)| class(c) != Class::Silent).collect();
    let is_lower = |at: usize| seen.get(at).is_some_and(|(_, c)| c.is_lowercase());
    let mut parts: Vec<Part> = Vec::new();
    let mut open = false;
    let mut dotted = false;
    for (at, &(byte, c)) in seen.iter().enumerate() {
        if matches!(c, '.' | '-' | '_') {
            open = false;
            dotted = c == '.';
            continue;
        }
        if open && c.is_uppercase() {
            let before = seen[at - 1].1;
            // `URLs`: the `s` is a plural, not the word that the `L` begins.
            let plural = seen.get(at + 1).is_some_and(|&(_, next)| next == 's') && !is_lower(at + 2);
            open = !(before.is_lowercase() || before.is_uppercase() && is_lower(at + 1) && !plural);
        }
        if !open {
            parts.push(Part { text: String::new(), start: offset + byte, end: 0, dotted });
            dotted = false;
            open = true;
        }
        let part = parts.last_mut().expect("one was just opened");
        fold_into(c, &mut part.text);
        part.end = offset + byte + c.len_utf8();
    }
    parts
}

/// A whole name as it is indexed: without case, hyphens and underscores, with its dots.
fn joined(parts: &[Part]) -> String {
    let mut whole = String::new();
    for part in parts {
        if part.dotted {
            whole.push('.');
        }
        whole.push_str(&part.text);
    }
    whole
}

/// Signs that may belong to a name: `.` before it, `++` or `#` behind it.
fn mark(text: &str, start: usize, end: usize) -> Option<(&'static str, &'static str)> {
    let is_word = |c: char| class(c) == Class::Word;
    let after = ["++", "#"].into_iter().find(|sign| {
        text[end..].strip_prefix(sign).is_some_and(|rest| !rest.starts_with(|c| is_word(c) || sign.starts_with(c)))
    });
    if let Some(after) = after {
        return Some(("", after));
    }
    let before = text[..start].strip_suffix('.')?;
    (!before.ends_with(|c: char| c == '.' || class(c) != Class::Other)).then_some((".", ""))
}

/// Whether the signs make another name of it: `C++`, `g++`, `C#`, `F#`, `.NET`.
fn fits_mark(name: &str, before: &str, after: &str) -> bool {
    match (before, after) {
        (_, "++") => true,
        (_, "#") => name.len() == 1 && name.bytes().all(|b| b.is_ascii_lowercase()),
        _ => before == "." && name == "net",
    }
}

/// Length of an English possessive ending that stands here.
fn possessive(rest: &str) -> usize {
    let Some(quote) = rest.chars().next().filter(|c| matches!(c, '\'' | '\u{2019}')) else { return 0 };
    let mut behind = rest[quote.len_utf8()..].chars();
    let is_s = behind.next().is_some_and(|c| matches!(c, 's' | 'S'));
    let ends = behind.next().is_none_or(|c| matches!(class(c), Class::Other | Class::Dense));
    if is_s && ends { quote.len_utf8() + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        let mut analyzer = Analyzer::default();
        let words: Vec<String> =
            analyzer.analyze(text).map(|token| format!("{}{}", token.position, token.text)).collect();
        words.join(" ")
    }

    #[test]
    fn names_are_found_in_parts_and_whole() {
        for (text, tokens) in [
            ("readWriteMany", "0read 0readwritemani 1write 2mani"),
            ("read-write_many", "0read 0readwritemani 1write 2mani"),
            ("io.k8s.api", "0io 0io.k8s.api 1k8s 2api"),
            ("the URLs of an HTTPServer", "0the 1url 2of 3an 4http 4httpserver 5server"),
            ("--dry-run=server foo::bar", "0dri 0dryrun 1run 2server 3foo 4bar"),
            ("C++, C# and .NET; a.net x.", "0c 0c++ 1c 1c# 2and 3net 3.net 4a 4a.net 5net 6x"),
            ("the user's guides don't", "0the 1user 2guid 3don 4t"),
            ("Zürich e\u{301}te\u{301}", "0zurich 1ete"),
            ("検索エンジンv2", "0検索 1索エ 2エン 3ンジ 4ジン 5v2"),
            ("字 x", "0字 1x"),
        ] {
            assert_eq!(words(text), tokens, "{text}");
        }
    }

    #[test]
    fn keys_and_hashes_take_no_place() {
        let text = format!("a {} b {} c", "x".repeat(41), "aB".repeat(40));
        assert_eq!(words(&text), "0a 1b 2c");
    }

    #[test]
    fn tokens_know_where_they_stand() {
        let mut analyzer = Analyzer::default();
        let text = "ein großesWort, C++";
        let spans: Vec<&str> =
            analyzer.analyze(text).map(|token| (token.start, token.end)).map(|(a, b)| &text[a..b]).collect();
        assert_eq!(spans, ["ein", "großes", "großesWort", "Wort", "C", "C++"]);
    }
}

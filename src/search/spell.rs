use super::analyze::Analyzer;
use super::reader::{Entry, Reader};

/// Most words that stand in for one.
const GUESSES: usize = 3;

/// The nearest words by spelling for one that no section has, all at one distance, the most frequent first: of those with
/// its first letter; if there are none, of those in which the first is missing, swapped or wrong.
pub(super) fn nearest(reader: &Reader<'_>, word: &str) -> anyhow::Result<Vec<String>> {
    if word.len() < 4 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return Ok(Vec::new());
    }
    let most = if word.len() < 8 { 1 } else { 2 };
    let (first, second) = (&word[..1], &word[1..2]);
    for letters in [vec![first.to_owned()], vec![second.to_owned(), format!("_{first}"), format!("_{second}")]] {
        let mut found = Vec::new();
        for letter in letters {
            for (known, n) in reader.vocabulary(&letter)? {
                if known.len().abs_diff(word.len()) <= most {
                    let distance = edits(word.as_bytes(), known.as_bytes());
                    if distance <= most {
                        found.push((distance, std::cmp::Reverse(n), known));
                    }
                }
            }
        }
        found.sort();
        if let Some(best) = found.first().map(|entry| entry.0) {
            let nearest = found.into_iter().filter(|entry| entry.0 == best).map(|entry| entry.2);
            return Ok(nearest.take(GUESSES).collect());
        }
    }
    Ok(Vec::new())
}

/// The terms of words, each once.
pub(super) fn entries(reader: &Reader<'_>, words: &[String]) -> anyhow::Result<Vec<Entry>> {
    let mut analyzer = Analyzer::default();
    let mut entries: Vec<Entry> = Vec::new();
    for word in words {
        let terms: Vec<String> = analyzer.analyze(word).map(|token| token.text.to_owned()).collect();
        for term in terms {
            if !entries.iter().any(|entry| entry.term == term) {
                entries.extend(reader.lookup(&term)?);
            }
        }
    }
    Ok(entries)
}

/// Edits between two words; a swap of neighbours counts once.
fn edits(a: &[u8], b: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut next = vec![i];
        for j in 1..=b.len() {
            let mut least = (row[j] + 1).min(next[j - 1] + 1).min(row[j - 1] + usize::from(a[i - 1] != b[j - 1]));
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

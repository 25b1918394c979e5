use super::files::{Files, json};
use super::front::FrontCoded;
use super::vlq;

/// Shortest and longest word that is suggested, in letters.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=20;

/// Words of one letter up to this many bytes are one file; more of them are parted by their second letter, which who types
/// has typed.
const LARGE: usize = 10_000;

/// Writes the words that "did you mean" chooses from, one file for each first letter that has any, or for each two, and one
/// for each second letter: who mistypes the first finds them there. Returns the names of the files; those of one letter have
/// one mark.
///
/// A word must stand in several passages, the more of them the larger the index: rare words are mostly mistakes.
pub(super) fn write(words: &[(String, u32)], documents: u32, files: &mut Files<'_>) -> String {
    let least = match documents {
        0..500 => 1,
        500..5_000 => 2,
        _ => 3,
    };
    let known: Vec<_> = words.iter().filter(|(word, n)| LENGTHS.contains(&word.len()) && *n >= least).collect();
    let mut names: Vec<String> = Vec::new();
    for (at, before) in [(0, ""), (1, "_")] {
        for letter in 'a'..='z' {
            let own: Vec<_> = known.iter().filter(|(word, _)| word[at..].starts_with(letter)).copied().collect();
            let whole = format!("{before}{letter}");
            let is_large = at == 0 && own.iter().map(|(word, _)| word.len()).sum::<usize>() > LARGE;
            let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
            for group in own.chunk_by(|a, b| !is_large || a.0.as_bytes()[1] == b.0.as_bytes()[1]) {
                let place = if is_large { group[0].0[..2].to_owned() } else { whole.clone() };
                parts.push((place, list(group)));
            }
            if !parts.is_empty() {
                let mark = files.parts("w", &parts);
                names.extend(parts.into_iter().map(|(place, _)| format!("{place}.{mark}")));
            }
        }
    }
    names.join(" ")
}

fn list(words: &[&(String, u32)]) -> Vec<u8> {
    let mut list = FrontCoded::default();
    let mut often = String::new();
    for (word, n) in words {
        list.push(word);
        vlq::push(&mut often, n.ilog2());
    }
    json(&serde_json::json!({ "w": list.into_text(), "n": often }))
}

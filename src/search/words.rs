use super::files::Files;
use super::front::FrontCoded;
use super::vlq;

/// Shortest and longest word that is suggested, in letters.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=20;

/// Writes the words that "did you mean" chooses from, one file for each first letter that has any, and one for each second
/// letter: who mistypes the first finds them there. Returns the names of the files.
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
            let mut list = FrontCoded::default();
            let mut often = String::new();
            for (word, n) in known.iter().filter(|(word, _)| word[at..].starts_with(letter)) {
                list.push(word);
                vlq::push(&mut often, n.ilog2());
            }
            if list.len() > 0 {
                let name = format!("{before}{letter}");
                let path = format!("{name}.json");
                files.json(&["w", &path], &serde_json::json!({ "w": list.into_text(), "n": often }));
                names.push(name);
            }
        }
    }
    names.join(" ")
}

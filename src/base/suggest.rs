/// The candidate that `word` was most likely meant to be, if any is near enough.
///
/// Compares without case, `-` and `_`; allows about one edit in three letters (Damerau–Levenshtein).
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let fold =
        |text: &str| text.chars().filter(|c| *c != '-' && *c != '_').flat_map(char::to_lowercase).collect::<String>();
    let folded = fold(word);
    let allowed = (folded.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &fold(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *candidate != word)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_misses_are_found_and_strangers_are_not() {
        let keys = ["title", "base_url", "theme", "sources"];
        assert_eq!(nearest("titel", keys), Some("title"));
        assert_eq!(nearest("baseUrl", keys), Some("base_url"));
        assert_eq!(nearest("source", keys), Some("sources"));
        assert_eq!(nearest("zebra", keys), None);
        assert_eq!(nearest("title", keys), None, "an exact word is not a near miss");
    }
}

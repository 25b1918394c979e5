/// Short names and their characters, sorted by name.
static TABLE: &str = include_str!("emoji.tsv");

/// The character of a short name, `white_check_mark` without colons.
pub(super) fn emoji(name: &str) -> Option<&'static str> {
    static LINES: std::sync::LazyLock<Vec<(&str, &str)>> =
        std::sync::LazyLock::new(|| TABLE.lines().filter_map(|line| line.split_once('\t')).collect());
    LINES.binary_search_by(|(known, _)| (*known).cmp(name)).ok().map(|index| LINES[index].1)
}

/// Whether a short name is that of an icon of Material's sets, which has no character.
pub(super) fn is_icon(name: &str) -> bool {
    ["material-", "octicons-", "fontawesome-", "simple-"].iter().any(|set| name.starts_with(set))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found() {
        assert_eq!(emoji("rocket"), Some("\u{1F680}"));
        assert_eq!(emoji("+1"), Some("\u{1F44D}"));
        assert_eq!(emoji("nonsense"), None);
        assert!(TABLE.lines().is_sorted_by_key(|line| line.split('\t').next()));
    }
}

//! `--8<-- "path"`: texts spliced in before parsing.

/// Paths that a text asks for, without line ranges and section names, each once, in order.
pub(super) fn snippet_paths(text: &str) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    let mut block = false;
    for line in text.lines() {
        let Some(asked) = asked(line, &mut block) else { continue };
        let path = split_range(asked).0;
        if !path.is_empty() && !path.contains("://") && !paths.iter().any(|known| known == path) {
            paths.push(path.to_owned());
        }
    }
    paths
}

/// What a line asks for; `block` tells whether it stands between two lines of scissors.
pub(super) fn asked<'a>(line: &'a str, block: &mut bool) -> Option<&'a str> {
    let line = line.trim();
    if let Some(rest) = scissors(line) {
        if rest.is_empty() {
            *block = !*block;
            return None;
        }
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        return rest[1..].strip_suffix(quote);
    }
    (*block && !line.is_empty() && !line.starts_with(';')).then_some(line)
}

/// The rest of a line that begins with `--8<--`.
fn scissors(line: &str) -> Option<&str> {
    let dashes = line.strip_prefix('-')?.trim_start_matches('-');
    let rest = dashes.strip_prefix("8<")?.strip_prefix('-')?.trim_start_matches('-');
    Some(rest.trim())
}

/// `path:3:9` and `path:name` without what follows the path.
pub(super) fn split_range(asked: &str) -> (&str, &str) {
    match asked.find(':') {
        Some(at) => (&asked[..at], &asked[at + 1..]),
        None => (asked, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_listed_once() {
        let text =
            "--8<-- \"a.md\"\n  -8<- 'b/c.py:3:9'\n;--8<-- \"no\"\n--8<--\nd.md\n; e.md\na.md:part\n\n--8<--\nf.md\n";
        assert_eq!(snippet_paths(text), ["a.md", "b/c.py", "d.md"]);
    }
}

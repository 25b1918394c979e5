//! What a picture must show, compared without blanks and marks: renderers break lines and decode entities as they like.

/// The first label that is not among the words of a picture.
pub(super) fn missing<'a>(labels: &'a [String], words: &[String]) -> Option<&'a str> {
    let shown = bare(&words.concat());
    // Some renderers show tags as they are written.
    let is_shown = |label: &str| shown.contains(&bare(&without_markup(label))) || shown.contains(&bare(label));
    labels.iter().find(|label| !is_shown(label)).map(String::as_str)
}

/// Letters and digits, in small letters.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A label without tags, entities and written line ends.
fn without_markup(label: &str) -> String {
    let label = label.replace("\\n", " ");
    let mut out = String::new();
    let mut rest = label.as_str();
    while let Some(at) = rest.find(['<', '&', '#']) {
        out.push_str(&rest[..at]);
        let after = &rest[at..];
        let end = match after.as_bytes()[0] {
            b'<' if is_tag(&after[1..]) => after.find('>'),
            // An entity, `&amp;` or Mermaid's `#amp;`.
            b'&' | b'#' => after.find(';').filter(|end| {
                *end > 1 && *end < 10 && after[1..*end].chars().all(|c| c.is_ascii_alphanumeric() || c == '#')
            }),
            _ => None,
        };
        rest = &after[end.map_or(1, |end| end + 1)..];
    }
    out.push_str(rest);
    out
}

/// A label without tags that make words bold or small; line breaks stay.
pub(super) fn without_tags(label: &str) -> String {
    let mut out = String::with_capacity(label.len());
    let mut rest = label;
    while let Some(at) = rest.find('<') {
        let inside = &rest[at + 1..];
        let tag = is_tag(inside) && !inside.trim_start_matches('/').to_ascii_lowercase().starts_with("br");
        match inside.find('>').filter(|_| tag) {
            Some(end) => {
                out.push_str(&rest[..at]);
                rest = &inside[end + 1..];
            }
            None => {
                out.push_str(&rest[..=at]);
                rest = inside;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Whether a tag that labels may hold follows a `<`.
fn is_tag(text: &str) -> bool {
    let name: String = text.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
    ["br", "b", "i", "u", "em", "strong", "small", "sub", "sup", "code", "span", "div", "p", "a", "img", "hr"]
        .contains(&name.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_taken_out_and_line_breaks_stay() {
        for (label, plain) in
            [("a <b>b</b><br/>c", "a b<br/>c"), ("<a href='x'>y</a> < z", "y < z"), ("Map<K, V> <", "Map<K, V> <")]
        {
            assert_eq!(without_tags(label), plain);
        }
    }

    #[test]
    fn labels_are_found_however_lines_are_broken() {
        let words = ["Coffee machine".to_owned(), "not working".to_owned(), "a < b".to_owned()];
        let labels = |label: &str| [label.to_owned()];
        for shown in [
            "coffee <br/>machine not",
            "not&nbsp;working",
            "a &lt; b",
            "machine#quot;",
            "…",
            "a < b",
            "coffee\\nmachine",
            "<<machine>>",
        ] {
            assert_eq!(missing(&labels(shown), &words), None, "{shown}");
        }
        assert_eq!(missing(&labels("Tea"), &words), Some("Tea"));
    }
}

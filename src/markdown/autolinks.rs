//! Addresses written bare in running text.

/// The URL that begins at a place: its width and where it leads.
pub(super) fn bare_url(text: &str, at: usize) -> Option<(usize, String)> {
    let rest = &text[at..];
    let scheme = ["http://", "https://", "ftp://", "ftps://", "www."]
        .into_iter()
        .find(|scheme| rest.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))?;
    if text[..at].chars().next_back().is_some_and(char::is_alphanumeric) {
        return None;
    }
    let host = &rest[scheme.len()..];
    if !host.starts_with(char::is_alphanumeric) {
        return None;
    }
    let domain = host.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.' | '_'))).unwrap_or(host.len());
    if scheme == "www." && !host[..domain].contains('.') {
        return None;
    }
    let path = host[domain..].find(|c: char| !is_path(c)).unwrap_or(host.len() - domain);
    let width = trimmed(&rest[..scheme.len() + domain + path]);
    if width <= scheme.len() {
        return None;
    }
    let shown = &rest[..width];
    let destination = if scheme == "www." { format!("http://{shown}") } else { shown.to_owned() };
    Some((width, destination))
}

fn is_path(character: char) -> bool {
    character.is_alphanumeric() || "-_.?,!'(){}[]/+&@%$#=:\"|~;*".contains(character)
}

/// Without what more likely belongs to the sentence: punctuation, and brackets that were not opened in the address.
fn trimmed(url: &str) -> usize {
    let mut width = url.len();
    // Brackets are counted again for each one that is dropped: a few of them.
    for _ in 0..32 {
        let Some(last) = url[..width].chars().next_back() else { break };
        let unpaired = |open: char| url[..width].matches(open).count() < url[..width].matches(last).count();
        let drop = match last {
            ')' => unpaired('('),
            ']' => unpaired('['),
            '}' => unpaired('{'),
            _ => !(last.is_alphanumeric() || matches!(last, '-' | '/' | '#' | '@' | '$' | '+' | '=')),
        };
        if !drop {
            break;
        }
        width -= last.len_utf8();
    }
    width
}

/// The longest part before the `@`, in bytes.
const LOCAL: usize = 64;

/// The width of the mail address that begins at a place.
pub(super) fn bare_mail(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    if text[..at].ends_with(['/', '+', '-', '@', '.']) {
        return None;
    }
    let local = rest
        .bytes()
        .take(LOCAL)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'+' | b'.'))
        .count();
    if local == 0
        || rest.as_bytes().get(local) != Some(&b'@')
        || rest[..local].ends_with('.')
        || rest[..local].contains("..")
    {
        return None;
    }
    let host = &rest[local + 1..];
    let mut width = host.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')).count();
    while width > 0 && !host.as_bytes()[width - 1].is_ascii_alphabetic() {
        width -= 1;
    }
    let domain = &host[..width];
    let sound = domain.contains('.') && !domain.starts_with('.') && !domain.contains("..");
    (sound && !host[width..].starts_with(['-', '@'])).then_some(local + 1 + width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        for (text, expected) in [
            ("https://a.b/c.", "https://a.b/c"),
            ("https://a.b/c_(d))", "https://a.b/c_(d)"),
            ("http://localhost:8080/x?y=1&z=2, or", "http://localhost:8080/x?y=1&z=2"),
            ("www.a.b/c", "www.a.b/c"),
            ("https://a.b\"", "https://a.b"),
        ] {
            assert_eq!(bare_url(text, 0).map(|(width, _)| &text[..width]), Some(expected));
        }
        assert_eq!(bare_url("https://", 0), None);
        assert_eq!(bare_mail("a.b@c.de.", 0), Some(8));
        assert_eq!(bare_mail("a@b", 0), None);
    }
}

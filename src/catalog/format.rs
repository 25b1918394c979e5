//! Formats of names, keys and values (catalog-model 1.10). Each answers what is wrong, or nothing.

/// `[prefix/]suffix` with a DNS subdomain and an alphanumeric version.
pub(super) fn api_version(text: &str) -> bool {
    let suffix = |text: &str| sized(text, 63) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match text.split_once('/') {
        Some((prefix, rest)) => dns_subdomain(prefix) && suffix(rest),
        None => suffix(text),
    }
}

/// A letter, then letters and digits.
pub(super) fn kind(text: &str) -> bool {
    sized(text, 63) && text.as_bytes()[0].is_ascii_alphabetic() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `metadata.name`, and what stands behind the slash of a key.
pub(super) fn object_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    sized(text, 63)
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && bytes[0].is_ascii_alphanumeric()
        && bytes[bytes.len() - 1].is_ascii_alphanumeric()
}

/// A namespace, and one part of a DNS subdomain.
pub(super) fn dns_label(text: &str) -> bool {
    let bytes = text.as_bytes();
    let sound = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    sized(text, 63)
        && bytes.iter().all(|byte| sound(byte) || *byte == b'-')
        && sound(&bytes[0])
        && sound(&bytes[bytes.len() - 1])
}

/// The prefix of a key or an `apiVersion`.
pub(super) fn dns_subdomain(text: &str) -> bool {
    sized(text, 253) && text.split('.').all(dns_label)
}

/// A key of labels or annotations.
pub(super) fn key(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => dns_subdomain(prefix) && object_name(name),
        None => object_name(text),
    }
}

/// The value of a label.
pub(super) fn label_value(text: &str) -> bool {
    text.is_empty() || object_name(text)
}

/// A tag.
pub(super) fn tag(text: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b':' | b'+' | b'#');
    sized(text, 63) && text.split('-').all(|part| !part.is_empty() && part.bytes().all(sound))
}

/// An absolute URL of any scheme.
pub(super) fn absolute_url(text: &str) -> bool {
    url::Url::parse(text).is_ok()
}

/// Whether a character cannot be seen: controls, zero-width ones, and those that turn the direction of writing.
pub(super) fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
        || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

fn sized(text: &str, most: usize) -> bool {
    !text.is_empty() && text.len() <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keys_and_tags_are_told_from_what_only_looks_like_them() {
        let long = "a".repeat(63);
        for (check, good, bad) in [
            (object_name as fn(&str) -> bool, vec!["a", "a--b..c__D", "0", &long], vec!["", "_a", "a-", "a@b", "ä"]),
            (dns_label, vec!["a--b", "1"], vec!["A", "-a", "a-", "a.b", "a_b"]),
            (
                key,
                vec!["a", "a.b/C_d", "A"],
                vec!["A/b", "a_b/c", "a/b/c", "/a", "a/", "githubworkspaces/topology/.com/t"],
            ),
            (tag, vec!["c++", "c#", "a:b-c"], vec!["a.b", "A", "-a", "a--b", ""]),
            (api_version, vec!["v1", "backstage.io/v1alpha1"], vec!["a_b/v1", "v-1", "/v1", "a/"]),
            (kind, vec!["A", "Api2"], vec!["2A", "A-b", ""]),
            (label_value, vec!["", "a.b"], vec!["a b"]),
            (absolute_url, vec!["https://a", "mailto:a@b", "foo:bar", "javascript:x"], vec!["/docs", "docs", ""]),
        ] {
            assert!(good.iter().all(|text| check(text)), "{good:?}");
            assert!(!bad.iter().any(|text| check(text)), "{bad:?}");
        }
        assert!(!object_name(&"a".repeat(64)));
    }
}

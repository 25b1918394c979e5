use std::ops::Range;

/// Places of the values of `href` and `src` in the tags of a page, in order. Text, comments and scripts are not looked into.
pub(super) fn addresses(html: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = html[at..].find('<').map(|found| at + found) {
        let rest = &html[start + 1..];
        if rest.starts_with("!--") {
            at = end_of(html, start, "-->");
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let name_end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
            let name = rest[..name_end].to_ascii_lowercase();
            at = attributes(html, start + 1 + name_end, &mut found);
            if matches!(name.as_str(), "script" | "style" | "textarea" | "title") {
                at = end_of(html, at, &format!("</{name}"));
            }
        } else {
            at = start + 1;
        }
    }
    found
}

fn end_of(html: &str, from: usize, mark: &str) -> usize {
    html[from..].find(mark).map_or(html.len(), |found| from + found + mark.len())
}

/// Reads attributes up to the end of the tag, which it gives.
fn attributes(html: &str, mut at: usize, found: &mut Vec<Range<usize>>) -> usize {
    let bytes = html.as_bytes();
    let space = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_whitespace);
    while at < bytes.len() {
        while space(at) || bytes.get(at) == Some(&b'/') {
            at += 1;
        }
        if bytes.get(at) == Some(&b'>') {
            return at + 1;
        }
        let name = at;
        while at < bytes.len() && !space(at) && !matches!(bytes[at], b'=' | b'>' | b'/') {
            at += 1;
        }
        let name = html[name..at].to_ascii_lowercase();
        while space(at) {
            at += 1;
        }
        if bytes.get(at) != Some(&b'=') {
            // A stray sign that is part of no name must not be looked at for ever.
            at = (at + usize::from(name.is_empty())).min(bytes.len());
            continue;
        }
        at += 1;
        while space(at) {
            at += 1;
        }
        let value = match bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => {
                let start = at + 1;
                let end = html[start..].find(char::from(*quote)).map_or(html.len(), |found| start + found);
                at = (end + 1).min(bytes.len());
                start..end
            }
            _ => {
                let start = at;
                while at < bytes.len() && !space(at) && bytes[at] != b'>' {
                    at += 1;
                }
                start..at
            }
        };
        if name == "href" || name == "src" {
            found.push(value);
        }
    }
    at
}

/// The file of the site that an address in the page `key` means, as a key: `a/b/` is `a/b/index.html`. `None` when it leads
/// elsewhere, or is absolute.
pub(super) fn target(key: &str, address: &str) -> Option<String> {
    let whole = address.split('/').next().unwrap_or("");
    let address = address.split(['#', '?']).next().unwrap_or("");
    let first = address.split('/').next().unwrap_or("");
    // A character that is written by its number may be the colon of a scheme.
    if address.starts_with('/') || first.contains(':') || whole.contains("&#") {
        return None;
    }
    let address = percent_encoding::percent_decode_str(address).decode_utf8().ok()?.replace("&amp;", "&");
    let mut parts: Vec<&str> = key.split('/').collect();
    // A fragment of the page itself.
    if address.is_empty() {
        return Some(key.to_owned());
    }
    parts.pop();
    for part in address.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    let is_folder = address.ends_with('/') || matches!(address.rsplit('/').next(), Some("." | ".."));
    let mut path = parts.join("/");
    if is_folder {
        path += if path.is_empty() { "index.html" } else { "/index.html" };
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_tags_only() {
        let html = "<!-- <a href='no'> --><p title='a > b'>x &lt;a href=\"no\"&gt;<A HREF = \"a/\" class=x>y</a>\
                    <img alt=href src=b.png><script>if (a <b && href=\"no\") {}</script><br/><a href='../c?x#y'>< z";
        let values: Vec<&str> = addresses(html).into_iter().map(|range| &html[range]).collect();
        assert_eq!(values, ["a/", "b.png", "../c?x#y"]);
        for odd in ["<", "<a", "<a href", "<a href=", "<a href=\"", "<a =>", "<script", "<!--", "<a \"'<>"] {
            addresses(odd);
        }
    }

    #[test]
    fn addresses_mean_files() {
        let of = |address: &str| target("docs/a/index.html", address);
        for (address, key) in [
            ("../b/", "docs/b/index.html"),
            ("../../", "index.html"),
            ("./", "docs/a/index.html"),
            ("..", "docs/index.html"),
            ("x%20%C3%BC.png#y", "docs/a/x ü.png"),
            ("?q", "docs/a/index.html"),
            ("a&amp;b", "docs/a/a&b"),
        ] {
            assert_eq!(of(address).as_deref(), Some(key), "{address}");
        }
        for address in ["https://x/y", "//x/y", "mailto:x", "/x", "../../../x", "java&#115;cript:x"] {
            assert_eq!(of(address), None, "{address}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_page_is_too_strange(html in "[<>a-z=\"' /!-]{0,60}") {
            for range in addresses(&html) {
                proptest::prop_assert!(html.get(range).is_some());
            }
        }
    }
}

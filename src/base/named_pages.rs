//! Links that a browser can follow from a disk, where a folder does not show its `index.html`.

/// The page with `index.html` named in every relative link to a folder: `href`, `action`, and the target of a redirect.
///
/// It looks at a whole page as the theme rendered it, so that links of every template, plugin and article are treated alike.
pub fn with_named_pages(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 50);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // The text of a script is none of ours.
        if rest.starts_with("<script") {
            let end = rest.find("</script").unwrap_or(rest.len());
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            if rest.is_empty() {
                break;
            }
        }
        let (tag, behind) = rest.split_at(tag_length(rest));
        push_tag(tag, &mut out);
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Bytes from `<` to its `>`, which is not one in quotes.
fn tag_length(text: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn push_tag(tag: &str, out: &mut String) {
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once('"') {
        let Some((value, behind)) = after.split_once('"') else { break };
        out.push_str(before);
        out.push('"');
        let name = before.rsplit([' ', '\n', '<']).next().unwrap_or("");
        match (name, value.strip_prefix("0; url=")) {
            ("href=" | "action=", _) => push_url(value, out),
            ("content=", Some(target)) => {
                out.push_str("0; url=");
                push_url(target, out);
            }
            _ => out.push_str(value),
        }
        out.push('"');
        rest = behind;
    }
    out.push_str(rest);
}

fn push_url(url: &str, out: &mut String) {
    let (path, suffix) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
    let first = path.split('/').next().unwrap_or("");
    let folder = path.ends_with('/') || path.rsplit('/').next().is_some_and(|last| matches!(last, "." | ".."));
    out.push_str(path);
    // What has a scheme or a host is not ours to change.
    if folder && !first.contains(':') && !path.starts_with('/') {
        out.push_str(if path.ends_with('/') { "index.html" } else { "/index.html" });
    }
    out.push_str(suffix);
}

#[cfg(test)]
mod tests {
    use super::with_named_pages;

    #[test]
    fn relative_links_to_folders_name_their_page() {
        for (before, after) in [
            (r#"<a href="../b/">b</a>"#, r#"<a href="../b/index.html">b</a>"#),
            (r#"<a class="x>y" href="./#part">"#, r#"<a class="x>y" href="./index.html#part">"#),
            (r#"<a href="..">"#, r#"<a href="../index.html">"#),
            (r#"<form action="search/?q=a/">"#, r#"<form action="search/index.html?q=a/">"#),
            (r#"<meta content="0; url=../new/">"#, r#"<meta content="0; url=../new/index.html">"#),
            ("<a\nhref=\"a%20b/\">", "<a\nhref=\"a%20b/index.html\">"),
        ] {
            assert_eq!(with_named_pages(before), after);
        }
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        for same in [
            r#"<a href="https://example.org/">"#,
            r#"<a href="//example.org/">"#,
            r#"<a href="/rooted/">"#,
            r#"<a href="mailto:a@b/">"#,
            r##"<a href="#part">"##,
            r#"<a href="?page=2">"#,
            r#"<a href="a.css" data-href="b/">"#,
            r#"<html data-root="../">"#,
            r#"text with href="a/" in it &lt;a href="b/"&gt;"#,
            r#"<script>if (1 < 2) x = '<a href="a/">';</script>"#,
            "an open < sign and <b",
        ] {
            assert_eq!(with_named_pages(same), same);
        }
    }
}

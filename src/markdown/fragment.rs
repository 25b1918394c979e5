use super::attributes::{allowed_name, write_one};
use super::compose::splice;
use super::raw_html::{self, Attribute, Token};
use super::sanitise::sanitise;
use super::writer::Writer;
use crate::base::{Digest, SafeHtml};

/// Deepest nesting of a fragment; deeper elements are left out, their content is kept.
const DEPTH: usize = 48;

/// Longest fragment, in bytes; the rest is cut off.
const LONGEST: usize = 1 << 20;

/// Makes HTML that a plugin returned safe; see [`super::fragment`].
pub(super) fn safe_fragment(html: &str, draw: &Draw<'_>) -> SafeHtml {
    let html = &html[..html.floor_char_boundary(LONGEST)];
    // A word that the fragment cannot hold, since it is made of its own digest.
    let token = format!("cbdrawn{}", Digest::of_bytes(html.as_bytes()).short(32));
    let mut drawings = Vec::new();
    let mut writer = Writer::new(DEPTH);
    for (_, piece) in raw_html::tokens(html) {
        match piece {
            Token::Text(text) => push_text(&mut writer.out, text),
            Token::Close { name } => writer.close_raw(&name),
            Token::Open { name, attributes, closed } => {
                if let Some(of) = name.strip_prefix("cb-") {
                    let read: Vec<(String, String)> = attributes
                        .iter()
                        .map(|one| (one.name.clone(), raw_html::decode(one.value.unwrap_or_default())))
                        .collect();
                    if let Some(drawing) = draw(of, &read) {
                        writer.out.push_str(&format!("{token}x{}x", drawings.len()));
                        drawings.push(drawing.as_str().to_owned());
                    }
                } else if !raw_html::TURNS_REST_TO_TEXT.contains(&name.as_str()) {
                    writer.open_raw(&name, &written(&name, &attributes), closed);
                }
            }
        }
    }
    let safe = sanitise(&writer.finish());
    SafeHtml::vouched(splice(safe.as_str(), &token, &drawings))
}

/// Draws an element `cb-NAME` by its attributes; `None`: there is no such drawing.
pub type Draw<'a> = dyn Fn(&str, &[(String, String)]) -> Option<SafeHtml> + 'a;

/// Text with its entities as written; nothing in it begins a tag.
fn push_text(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            other => out.push(other),
        }
    }
}

fn written(element: &str, attributes: &[Attribute<'_>]) -> String {
    let mut out = String::new();
    let mut leads_out = false;
    for attribute in attributes {
        let name = attribute.name.as_str();
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let value = raw_html::decode(attribute.value.unwrap_or_default());
        if plain && name != "rel" && (name != "id" || allowed_name(&value)) {
            leads_out |= name == "href" && (value.contains("://") || value.starts_with("//"));
            write_one(&mut out, name, &value);
        }
    }
    if element == "a" && leads_out {
        write_one(&mut out, "rel", "noopener noreferrer");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn safe(html: &str) -> String {
        let draw = |name: &str, of: &[(String, String)]| {
            (name == "dot").then(|| SafeHtml::text(&format!("[{}]", of.first().map_or("", |(_, value)| value))))
        };
        safe_fragment(html, &draw).as_str().to_owned()
    }

    #[test]
    fn what_shows_stays_and_what_runs_goes() {
        for (html, made) in [
            ("<p class=\"cb-muted\">a &amp; <b>b</b> &hellip;</p>", "<p class=\"cb-muted\">a &amp; <b>b</b> …</p>"),
            (
                "<a href=\"https://x.org/?a=1&amp;b=2\">x</a>",
                "<a href=\"https://x.org/?a=1&amp;b=2\" rel=\"noopener noreferrer\">x</a>",
            ),
            ("<a href=\"javascript:alert(1)\">x</a>", "<a>x</a>"),
            ("a<script>alert(1)</script>b", "ab"),
            ("<p onclick=\"x\" style=\"y\">z", "<p>z</p>"),
            ("<p id=\"cb-main\">z</p>", "<p>z</p>"),
            ("<svg><a href=x></svg>y", "y"),
            ("1 < 2", "1 &lt; 2"),
        ] {
            assert_eq!(safe(html), made, "{html}");
        }
    }

    #[test]
    fn drawings_stand_where_their_elements_stood_and_nowhere_else() {
        assert_eq!(safe("<p>a<cb-dot of=\"1 &lt; 2\"></cb-dot>b</p>"), "<p>a[1 &lt; 2]b</p>");
        assert_eq!(safe("<cb-other of=1/>"), "");
        assert_eq!(safe("<i title='<cb-dot of=1>'>x</i>"), "<i title=\"&lt;cb-dot of=1&gt;\">x</i>");
    }

    #[test]
    fn deep_and_long_fragments_are_cut() {
        let deep = "<div>".repeat(10_000);
        assert_eq!(safe(&deep).matches("<div>").count(), DEPTH);
        assert!(safe(&"a ".repeat(LONGEST)).len() <= LONGEST);
    }
}

//! The last step: an allow list over the whole fragment.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::marks;
use crate::base::SafeHtml;

const TAGS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "audio",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "li",
    "main",
    "mark",
    "nav",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

const DROPPED_WITH_CONTENT: &[&str] = &[
    "button", "script", "style", "iframe", "object", "embed", "noscript", "template", "svg", "math", "textarea",
    "select", "xmp",
];

/// Whether the sanitiser has a rule for an element. Others are left out before it, their content kept: it would take some of
/// them (`<or>`, `<set>`, `<view>`) for parts of MathML or SVG, and drop what is in them.
pub(super) fn is_known(name: &str) -> bool {
    TAGS.contains(&name) || DROPPED_WITH_CONTENT.contains(&name)
}

/// Whether an element may stand in a page.
pub(super) fn is_shown(name: &str) -> bool {
    TAGS.contains(&name)
}

const EVERYWHERE: &[&str] =
    &["class", "id", "title", "lang", "dir", "align", "valign", "role", "width", "height", "hidden"];

const BY_TAG: &[(&str, &[&str])] = &[
    ("a", &["href", "rel", "target", "download", "hreflang"]),
    ("img", &["src", "alt", "loading", "border"]),
    ("source", &["src", "type", "media"]),
    ("video", &["src", "poster", "controls", "muted", "loop", "preload", "playsinline"]),
    ("audio", &["src", "controls", "muted", "loop", "preload"]),
    ("ol", &["start", "type", "reversed"]),
    ("ul", &["type"]),
    ("li", &["value"]),
    ("td", &["colspan", "rowspan", "headers"]),
    ("th", &["colspan", "rowspan", "headers", "scope"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("table", &["border", "cellpadding", "cellspacing", "summary"]),
    ("details", &["open"]),
    ("time", &["datetime"]),
    ("del", &["cite", "datetime"]),
    ("ins", &["cite", "datetime"]),
    ("blockquote", &["cite"]),
    ("q", &["cite"]),
    ("div", &["data-tabs"]),
    ("input", &["type", "name", "checked", "disabled"]),
    ("label", &["for"]),
];

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    let by_tag: HashMap<&str, HashSet<&str>> =
        BY_TAG.iter().map(|(tag, attributes)| (*tag, attributes.iter().copied().collect())).collect();
    builder
        .tags(TAGS.iter().copied().collect())
        .clean_content_tags(DROPPED_WITH_CONTENT.iter().copied().collect())
        .generic_attributes(EVERYWHERE.iter().copied().collect())
        .tag_attributes(by_tag)
        .url_schemes(["http", "https", "ftp", "mailto", "tel", "data"].into_iter().collect())
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .strip_comments(true)
        .attribute_filter(allow);
    builder
});

/// Sanitises a fragment whose nesting and attribute counts are already bounded.
pub(super) fn sanitise(fragment: &str) -> SafeHtml {
    let safe = SANITISER.clean(&broken_up(fragment)).to_string();
    // A mark at the start of a text is read as its byte order and dropped: drop it here, so that nothing is left to change.
    let plain = safe.trim_start_matches('\u{FEFF}').len();
    let safe = if plain == safe.len() { safe } else { safe[safe.len() - plain..].to_owned() };
    if !marks::any_mark(&safe) {
        return SafeHtml::vouched(safe);
    }
    // Raw HTML may write a character of the passes as an entity, which is first decoded here.
    let shown = |character| if marks::is_mark(character) { '\u{FFFD}' } else { character };
    SafeHtml::vouched(safe.chars().map(shown).collect::<String>())
}

/// Longest run of text that the sanitiser sees in one piece, in bytes. It copies a text again for each line and entity in it.
const LONGEST_RUN: usize = 8 * 1024;

/// A fragment with an empty comment in every long run of text; the sanitiser drops comments.
///
/// `<` and `>` stand only around tags here, and an entity is never cut.
fn broken_up(fragment: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut from = 0;
    while from < fragment.len() {
        let end = fragment[from..].find('<').map_or(fragment.len(), |at| from + at);
        while end - from > LONGEST_RUN {
            // Bytes, not characters: the run may be cut off in the middle of one, these three are never part of one.
            let rest = &fragment.as_bytes()[from + LONGEST_RUN..end];
            let Some(space) = rest.iter().position(|byte| matches!(byte, b' ' | b'\n' | b'&')) else { break };
            from += LONGEST_RUN + space;
            out.push_str(&fragment[copied..from]);
            out.push_str("<!---->");
            copied = from;
        }
        from = fragment[end..].find('>').map_or(fragment.len(), |at| end + at + 1);
    }
    if copied == 0 {
        return Cow::Borrowed(fragment);
    }
    out.push_str(&fragment[copied..]);
    Cow::Owned(out)
}

/// Rules that look at values: the form controls and ids of the portal, `data:` only for pictures.
fn allow<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let keep = match (element, attribute) {
        ("input", "type") => matches!(value, "checkbox" | "radio"),
        ("input", "name" | "id") | ("label", "for") => value.starts_with("cb-tab"),
        (_, "id") => super::attributes::allowed_name(value),
        ("a", "target") => value == "_blank",
        ("a", "rel") => value == "noopener noreferrer",
        (_, "href" | "src" | "poster" | "cite") => allowed_url(value, element == "img" && attribute == "src"),
        _ => true,
    };
    keep.then_some(Cow::Borrowed(value))
}

/// Whether a URL may stand in a page: http, https, ftp, mailto, tel or relative; for pictures http, https, relative or an inline bitmap.
pub(super) fn allowed_url(url: &str, picture: bool) -> bool {
    match scheme(url).as_deref() {
        None | Some("http" | "https") => true,
        Some("ftp" | "mailto" | "tel") => !picture,
        Some("data") => {
            let inline = url.trim_start().get(5..).unwrap_or_default();
            picture
                && ["image/png", "image/jpeg", "image/gif", "image/webp"].iter().any(|kind| {
                    inline.get(..kind.len()).is_some_and(|start| start.eq_ignore_ascii_case(kind))
                        && inline[kind.len()..].starts_with([';', ','])
                })
        }
        Some(_) => false,
    }
}

/// The scheme of a URL as browsers see it, who skip control characters and blanks; `None` for a relative one.
pub(super) fn scheme(url: &str) -> Option<String> {
    let mut name = String::new();
    for character in url.chars().filter(|c| !c.is_control() && !c.is_whitespace()) {
        match character {
            ':' => return Some(name.to_ascii_lowercase()),
            '/' | '?' | '#' => return None,
            other => name.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_runs_of_text_are_kept() {
        let unit = ["&amp;x y\n", "\u{1F170}a", "\u{1F170}a &lt;", "\u{E9} "];
        for (text, unit) in unit.iter().flat_map(|unit| (0..4).map(move |more| ("a".repeat(more), unit))) {
            let text = format!("<p>{text}{}</p>", unit.repeat(5000));
            assert_eq!(sanitise(&text).as_str(), text);
        }
        let text = format!("<p title=\"{}\">a</p>", "a b ".repeat(5000));
        assert_eq!(sanitise(&text).as_str(), text);
    }

    #[test]
    fn urls_are_allowed_by_scheme() {
        for (url, link, picture) in [
            ("a/b:c", true, true),
            ("#x", true, true),
            ("HTTPS://x", true, true),
            ("mailto:a@b", true, false),
            ("ftp://a/b", true, false),
            ("javascript:x", false, false),
            ("java\nscript:x", false, false),
            (" \u{1}javascript:x", false, false),
            ("data:text/html,x", false, false),
            ("data:image/png;base64,x", false, true),
            ("data:image/svg+xml,x", false, false),
            ("vbscript:x", false, false),
        ] {
            assert_eq!((allowed_url(url, false), allowed_url(url, true)), (link, picture), "{url}");
        }
    }
}

use std::borrow::Cow;
use std::ops::Range;

use crate::base::{Limits, RelPath};
use crate::sources::RepoTree;

/// Why a file of the documentation is not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// A browser would run it, or read it as a page.
    Active,
    /// A picture with scripts, handlers or references to elsewhere.
    ActivePicture,
    /// It is larger than `limits.asset_bytes`.
    TooLarge,
}

impl Withheld {
    /// For messages: what it is.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Active => "browsers would run it in the portal's own origin",
            Self::ActivePicture => "it is an SVG with scripts, event handlers or references to elsewhere",
            Self::TooLarge => "it is larger than `limits.asset_bytes` allows",
        }
    }
}

/// The bytes of a file as they are published: as they are, but for the style sheets from elsewhere that an SVG asks for.
///
/// Programs that export pictures (Mermaid's among them) ask for icon fonts in each.
pub fn published(path: &RelPath, bytes: Vec<u8>) -> Vec<u8> {
    if path.extension().as_deref() != Some("svg") {
        return bytes;
    }
    match std::str::from_utf8(&bytes).map(without_style_sheets) {
        Ok(Cow::Owned(text)) => text.into_bytes(),
        _ => bytes,
    }
}

/// Whether a file may be published: only what no browser runs.
pub(super) fn withheld(tree: &RepoTree, path: &RelPath, limits: &Limits) -> Option<Withheld> {
    let file = tree.file(path)?;
    if file.size > limits.asset_bytes {
        return Some(Withheld::TooLarge);
    }
    let special = matches!(path.name(), "_headers" | "_redirects" | "CNAME");
    match path.extension().as_deref() {
        _ if special => Some(Withheld::Active),
        Some("svg") => {
            let bytes = tree.read(path, (limits.asset_bytes, "asset_bytes")).unwrap_or_default();
            let bytes = published(path, bytes);
            (!is_passive_svg(&String::from_utf8_lossy(&bytes))).then_some(Withheld::ActivePicture)
        }
        Some(
            "html" | "htm" | "xhtml" | "xht" | "shtml" | "hta" | "htc" | "mht" | "mhtml" | "js" | "mjs" | "cjs" | "css"
            | "xml" | "xsl" | "xslt" | "rss" | "atom" | "svgz" | "wasm" | "swf" | "php" | "jsp" | "asp" | "aspx"
            | "cgi" | "webmanifest" | "appcache",
        ) => Some(Withheld::Active),
        _ => None,
    }
}

/// Whether a file is a picture by its name.
pub(super) fn is_picture(path: &RelPath) -> bool {
    matches!(
        path.extension().as_deref(),
        Some("png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "ico" | "bmp" | "svg")
    )
}

/// An SVG without `<?xml-stylesheet …?>`, and without the rules `@import …;` at the start of its style elements, where alone they
/// count.
fn without_style_sheets(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let (mut copied, mut from) = (0, 0);
    let mut cut = |range: Range<usize>| {
        out.push_str(&text[copied..range.start]);
        copied = range.end;
    };
    while let Some(at) = text[from..].find("<style").into_iter().chain(text[from..].find("<?xml-stylesheet")).min() {
        let at = from + at;
        if text[at..].starts_with("<?") {
            let Some(end) = text[at..].find("?>") else { break };
            from = at + end + 2;
            cut(at..from);
            continue;
        }
        let Some(open) = text[at..].find('>') else { break };
        from = at + open + 1;
        while let Some(rule) = text[from..].trim_start().strip_prefix("@import") {
            let Some(end) = import_end(rule) else { break };
            let end = text.len() - rule.len() + end;
            cut(from..end);
            from = end;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// Where a rule of a style sheet ends, behind its semicolon; `None` if it does not end in the element.
fn import_end(rule: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in rule.bytes().enumerate() {
        match (byte, quote) {
            (b'<' | b'\\' | b'{' | b'}', _) => return None,
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if byte == open => quote = None,
            (b';', None) => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Whether an SVG is only a picture. By the text alone, and on the safe side: what looks active anywhere is.
fn is_passive_svg(text: &str) -> bool {
    const ACTIVE: [&str; 19] = [
        "<script",
        "<iframe",
        "<frame",
        "<object",
        "<embed",
        "<applet",
        "<handler",
        "<link",
        "<meta",
        "<base",
        "<form",
        "<!entity",
        "<?xml-stylesheet",
        "javascript:",
        "@import",
        "image-set(",
        "<annotation-xml",
        "xml:base",
        "srcdoc",
    ];
    let lower = text.to_ascii_lowercase();
    if text.contains('\0') || ACTIVE.iter().any(|word| lower.contains(word)) || lower.contains(":script") {
        return false;
    }
    !has_handler(&lower) && !refers_elsewhere(&lower) && !animates_a_reference(&lower)
}

/// Animations can set `href` and handlers; a name with an entity in it could be any.
fn animates_a_reference(lower: &str) -> bool {
    lower.match_indices("attributename").any(|(at, word)| {
        let rest = lower[at + word.len()..].trim_start();
        let value = rest.strip_prefix('=').unwrap_or(rest).trim_start().trim_start_matches(['"', '\'']).trim_start();
        let name = value.split(['"', '\'', '>']).next().unwrap_or("");
        name.contains(['&', ':']) || name.contains("href") || name.starts_with("on")
    })
}

/// An attribute `on…=`.
fn has_handler(lower: &str) -> bool {
    lower.match_indices("on").any(|(at, _)| {
        let before = lower[..at].chars().next_back();
        if !before.is_some_and(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '/')) {
            return false;
        }
        let rest = lower[at + 2..].trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        rest.len() < lower.len() - at - 2 && rest.trim_start().starts_with('=')
    })
}

/// `href`, `src` or `url(…)` that is neither a fragment nor an embedded picture, nor the address of a plain link.
fn refers_elsewhere(lower: &str) -> bool {
    let attribute = |name: &str| {
        lower.match_indices(name).any(|(at, _)| {
            let rest = lower[at + name.len()..].trim_start();
            let tag = lower[..at].rfind('<').map_or("", |tag| &lower[tag + 1..at]);
            let (link, image) = (tag.starts_with("a "), tag.starts_with("image "));
            rest.strip_prefix('=').is_some_and(|value| {
                let value = value.trim_start().trim_start_matches(['"', '\'']);
                // Browsers run no script in an SVG that is shown as an image, and load nothing that it names.
                let picture = image && value.starts_with("data:image/svg+xml");
                !is_own(value) && !picture && !(link && value.starts_with("https://"))
            })
        })
    };
    let css = lower.match_indices("url(").any(|(at, _)| {
        let value = lower[at + 4..].trim_start();
        let value =
            ["&quot;", "&#34;", "&apos;", "&#39;"].iter().find_map(|quote| value.strip_prefix(quote)).unwrap_or(value);
        !is_own(value.trim_start_matches(['"', '\'']))
    });
    attribute("href") || attribute("src") || css
}

fn is_own(value: &str) -> bool {
    let value = value.trim_start();
    let raster = ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp", "data:image/jpg"];
    let font = ["data:font/", "data:application/font", "data:application/x-font"];
    value.starts_with('#') || raster.iter().chain(&font).any(|prefix| value.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_that_run_nothing_are_passive() {
        for good in [
            r#"<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>"#,
            r##"<svg><defs><g id="a"/></defs><use xlink:href="#a"/><rect fill="url(#g)"/></svg>"##,
            r#"<svg><switch><foreignObject><div xmlns="http://www.w3.org/1999/xhtml">Box</div></foreignObject><a xlink:href="https://example.org/help"><text>Box</text></a></switch></svg>"#,
            r#"<svg><a xlink:href="https://example.org"><image x="1" xlink:href="data:image/svg+xml;base64,AAAA"/></a></svg>"#,
            r#"<svg><animate attributeName="opacity" values="0;1"/></svg>"#,
            r#"<svg><image href="data:image/png;base64,AAAA"/><text>one = on, button on=</text></svg>"#
                .replace(" on=", "").as_str(),
        ] {
            assert!(is_passive_svg(good), "{good}");
        }
        for bad in [
            "<svg><script>1</script></svg>",
            "<svg><x:script/></svg>",
            "<svg onload=\"x()\"/>",
            "<svg a='b'onclick = 'x'/>",
            "<svg/onload=x>",
            "<svg><a href='java&#115;cript:x'/></svg>",
            "<svg><image href='https://example.org/x.png'/></svg>",
            "<svg><style>@import url(x)</style></svg>",
            "<svg style='fill:url(http://example.org/)'/>",
            "<svg><foreignObject><iframe src='#'/></foreignObject></svg>",
            "<svg><a href='#x'><animate attributeName='href' values='java&#115;cript:x'/></a></svg>",
            "<svg><set attributeName='hr&#101;f' to='x'/></svg>",
            "<svg><image href='https://example.org/<a '/></svg>",
            "<svg><use href='data:image/svg+xml;base64,AAAA'/></svg>",
            "<svg><a href='data:image/svg+xml;base64,AAAA'/></svg>",
            "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>",
        ] {
            assert!(!is_passive_svg(bad), "{bad}");
        }
    }

    #[test]
    fn style_sheets_from_elsewhere_are_left_out() {
        let path = RelPath::new("a.svg").unwrap();
        for (given, published_as) in [
            ("<?xml-stylesheet href=\"https://x.y/a.css\"?>\n<svg/>", "\n<svg/>"),
            (
                "<svg><style>@import url(\"https://x.y/a;b.css\"); @import 'c';#a{}</style></svg>",
                "<svg><style>#a{}</style></svg>",
            ),
            (
                "<svg><style id=\"a\">\n@import \"c\";</style><style>p{}</style></svg>",
                "<svg><style id=\"a\"></style><style>p{}</style></svg>",
            ),
        ] {
            let bytes = published(&path, given.as_bytes().to_vec());
            assert_eq!(String::from_utf8(bytes).unwrap(), published_as);
            assert!(is_passive_svg(published_as));
        }
        for kept in [
            "<?xml-stylesheet href='a'",
            "<svg><text>@import url(a);</text></svg>",
            "<svg><style>@import url(a</style></svg>",
            "<svg><style>@im@import 'a';port 'b';</style></svg>",
            "<svg><style>p{} @import 'a';</style></svg>",
        ] {
            let bytes = published(&path, kept.as_bytes().to_vec());
            assert_eq!(String::from_utf8(bytes).unwrap(), kept);
            assert!(!is_passive_svg(kept));
        }
        assert_eq!(published(&RelPath::new("a.txt").unwrap(), b"<style>@import 'a';".to_vec()), b"<style>@import 'a';");
    }
}

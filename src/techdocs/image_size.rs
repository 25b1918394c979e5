use super::publish::is_picture;
use crate::base::{Limits, RelPath};
use crate::sources::RepoTree;

/// Headers that do not end within so many bytes are not looked for: long metadata may stand before them.
const HEADER: usize = 64 * 1024;

/// Width and height of a picture in CSS pixels by its header, if it has one that says so: PNG, JPEG, GIF, WebP, BMP, and SVG with a
/// width and a height in pixels.
pub(super) fn image_size(tree: &RepoTree, path: &RelPath, limits: &Limits) -> Option<(u32, u32)> {
    if !is_picture(path) {
        return None;
    }
    let mut bytes = tree.read(path, (limits.asset_bytes, "asset_bytes")).ok()?;
    bytes.truncate(HEADER);
    let (width, height) = if path.extension().as_deref() == Some("svg") {
        svg_size(&String::from_utf8_lossy(&bytes))?
    } else {
        let size = imagesize::blob_size(&bytes).ok()?;
        (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?)
    };
    (width > 0 && height > 0).then_some((width, height))
}

/// By the attributes of the root. One with a `viewBox` alone is as wide as its column, which no number says.
fn svg_size(text: &str) -> Option<(u32, u32)> {
    let start = text.find("<svg")? + "<svg".len();
    let tag = &text[start..start + text[start..].find('>')?];
    Some((pixels(tag, "width")?, pixels(tag, "height")?))
}

/// The value of an attribute in whole pixels; nothing for other units.
fn pixels(tag: &str, name: &str) -> Option<u32> {
    let value = tag.match_indices(name).find_map(|(at, _)| {
        let rest = tag[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        tag[..at].ends_with(char::is_whitespace).then(|| rest[1..].split(quote).next())?
    })?;
    let number: f64 = value.trim().trim_end_matches("px").parse().ok()?;
    (0.5..=1e6).contains(&number).then_some(number.round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(name: &str, bytes: &[u8]) -> Option<(u32, u32)> {
        let tree = RepoTree::in_memory([(name, bytes)]);
        image_size(&tree, &RelPath::new(name).unwrap(), &Limits::default())
    }

    #[test]
    fn headers_say_how_large_pictures_are() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x40\0\0\0\xc8\x08\x06\0\0\0";
        let jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\0\x11\x08\0\x30\0\x40\x03\x01\x22\0\x02\x11\x01\x03\x11\x01";
        let webp = b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x3f\0\0\x1f\0\0";
        assert_eq!(size("a.png", png), Some((320, 200)));
        assert_eq!(size("a.JPG", jpeg), Some((64, 48)));
        assert_eq!(size("a.gif", b"GIF89a\x20\0\x10\0\0\0\0"), Some((32, 16)));
        assert_eq!(size("a.webp", webp), Some((64, 32)));
        assert_eq!(size("a.png", &png[..12]), None);
        assert_eq!(size("a.png", b"picture"), None);
        assert_eq!(size("a.txt", png), None);
        assert_eq!(size("a.gif", b"GIF89a\0\0\0\0\0\0\0"), None);
    }

    #[test]
    fn an_svg_says_it_in_pixels_or_not_at_all() {
        for (tag, expected) in [
            ("<?xml version='1.0'?><svg width=\"120\" height=\"40.6px\" viewBox=\"0 0 1 1\">", Some((120, 41))),
            ("<svg stroke-width='3' height='4' width = '5'/>", Some((5, 4))),
            ("<svg viewBox='0 0 24 24'>", None),
            ("<svg width='100%' height='20'>", None),
            ("<svg width='10em' height='20'>", None),
            ("<svg width='-1' height='20'>", None),
            ("<svg><rect width='2' height='2'/></svg>", None),
            ("<svg width='NaN' height='inf'>", None),
            ("<svg width='1", None),
        ] {
            assert_eq!(size("a.svg", tag.as_bytes()), expected, "{tag}");
        }
    }
}

//! How blocks begin: one function per kind, each told a line without leading blanks.

use super::attributes::Attributes;
use super::container::{Container, Title};

/// An opening fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fence {
    pub(super) character: u8,
    pub(super) length: usize,
}

impl Fence {
    /// Whether a line closes it.
    pub(super) fn closed_by(&self, text: &str) -> bool {
        let text = text.trim();
        text.len() >= self.length && text.bytes().all(|byte| byte == self.character)
    }
}

/// An opening fence of backticks or tildes.
pub(super) fn fence(text: &str) -> Option<Fence> {
    let character = *text.as_bytes().first().filter(|byte| matches!(byte, b'`' | b'~'))?;
    let length = text.bytes().take_while(|byte| *byte == character).count();
    let sound = length >= 3 && (character == b'~' || !text[length..].contains('`'));
    sound.then_some(Fence { character, length })
}

/// A list marker: its width, and that of the blanks behind it (0 at the end of the line).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) width: usize,
    pub(super) blanks: usize,
    /// Number of an ordered item.
    pub(super) number: Option<u64>,
    pub(super) empty: bool,
}

impl Marker {
    /// Columns from the marker to the item's text.
    pub(super) fn content(&self) -> usize {
        // Five blanks or more: one belongs to the marker, the rest is code.
        if self.empty || self.blanks > 4 { self.width + 1 } else { self.width + self.blanks }
    }

    /// Whether such an item may follow a line of a paragraph.
    pub(super) fn interrupts(&self) -> bool {
        !self.empty && self.number.is_none_or(|number| number == 1)
    }
}

/// A list marker.
pub(super) fn marker(text: &str) -> Option<Marker> {
    let bytes = text.as_bytes();
    let (width, number) = match bytes.first()? {
        b'-' | b'*' | b'+' => (1, None),
        b'0'..=b'9' => {
            let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits > 9 || !matches!(bytes.get(digits), Some(b'.' | b')')) {
                return None;
            }
            (digits + 1, text[..digits].parse().ok())
        }
        _ => return None,
    };
    let rest = &text[width..];
    let blanks = rest.bytes().take_while(|byte| *byte == b' ').count();
    let empty = blanks == rest.len();
    if (!empty && blanks == 0) || is_rule(text) {
        return None;
    }
    Some(Marker { width, blanks, number, empty })
}

/// A thematic break.
pub(super) fn is_rule(text: &str) -> bool {
    let Some(first) = text.bytes().next().filter(|byte| matches!(byte, b'-' | b'*' | b'_')) else { return false };
    text.bytes().all(|byte| byte == first || byte == b' ') && text.bytes().filter(|byte| *byte == first).count() >= 3
}

/// An ATX heading.
pub(super) fn is_heading(text: &str) -> bool {
    let level = text.bytes().take_while(|byte| *byte == b'#').count();
    (1..=6).contains(&level) && text[level..].chars().next().is_none_or(|next| next == ' ')
}

/// A box that an indented body follows, with the range of its title.
#[derive(Debug, PartialEq)]
pub(super) struct Indented {
    pub(super) container: Container,
    pub(super) title: std::ops::Range<usize>,
}

/// `!!! type "Title"`, `???+ type "Title"`, `=== "Label"`.
pub(super) fn indented(text: &str) -> Option<Indented> {
    let text = text.trim_end();
    if let Some(rest) = text.strip_prefix("!!!") {
        let from = text.len() - rest.strip_prefix('+').unwrap_or(rest).len();
        let (classes, title, range) = words_and_title(text, from)?;
        if classes.is_empty() {
            return None;
        }
        let container = Container::Admonition { classes, title, attributes: Attributes::default() };
        return Some(Indented { container, title: range });
    }
    if let Some(rest) = text.strip_prefix("???") {
        let open = rest.starts_with('+');
        let (mut classes, title, range) = words_and_title(text, 3 + usize::from(open))?;
        if classes.is_empty() {
            if title != Title::Given {
                return None;
            }
            classes = Vec::new();
        }
        let container = Container::Details { classes, title, open, attributes: Attributes::default() };
        return Some(Indented { container, title: range });
    }
    let rest = text.strip_prefix("===")?;
    let flags = rest.bytes().take_while(|byte| matches!(byte, b'+' | b'!')).count();
    if flags > 2 || !rest[flags..].starts_with(' ') {
        return None;
    }
    let (classes, title, range) = words_and_title(text, 3 + flags)?;
    if !classes.is_empty() || title == Title::Default {
        return None;
    }
    let container = Container::Tab { new_set: rest[..flags].contains('!'), selected: rest[..flags].contains('+') };
    Some(Indented { container, title: range })
}

/// `note inline end "Title"`: words, kind of title, and where the title stands.
fn words_and_title(text: &str, from: usize) -> Option<(Vec<String>, Title, std::ops::Range<usize>)> {
    let rest = &text[from..];
    let quote = rest.find(['"', '\'', '\u{201C}']);
    let words = rest[..quote.unwrap_or(rest.len())].trim();
    let plain = |word: &str| word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if !words.split_whitespace().all(plain) {
        return None;
    }
    let classes = words.split_whitespace().map(str::to_lowercase).collect();
    let Some(quote) = quote else { return Some((classes, Title::Default, text.len()..text.len())) };
    let open = rest[quote..].chars().next()?;
    let close = if open == '\u{201C}' { '\u{201D}' } else { open };
    let start = from + quote + open.len_utf8();
    let inner = text[start..].strip_suffix(close)?;
    let range = start..start + inner.len();
    let kind = if inner.trim().is_empty() { Title::Empty } else { Title::Given };
    Some((classes, kind, range))
}

/// `/// name | Title`: slashes, name, range of the title.
pub(super) fn slashes(text: &str) -> Option<(usize, &str, std::ops::Range<usize>)> {
    let length = text.bytes().take_while(|byte| *byte == b'/').count();
    let rest = &text[length..];
    if length < 3 || rest.contains('/') && !rest.contains('|') {
        return None;
    }
    let (name, title) = rest.split_once('|').map_or((rest, ""), |(name, title)| (name, title));
    let name = name.trim();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
        return None;
    }
    let start = text.len() - title.trim_start().len();
    Some((length, name, start..start + title.trim().len()))
}

/// Names of boxes that `///` and `:::` know.
pub(super) fn is_box(name: &str) -> bool {
    matches!(
        name,
        "note"
            | "attention"
            | "caution"
            | "danger"
            | "error"
            | "tip"
            | "hint"
            | "warning"
            | "info"
            | "important"
            | "success"
            | "question"
            | "failure"
            | "bug"
            | "example"
            | "quote"
            | "abstract"
            | "secondary"
    )
}

/// `:::note Title`, `:::tip[Title]`: colons, name, range of the title.
pub(super) fn colons(text: &str) -> Option<(usize, String, std::ops::Range<usize>)> {
    let length = text.bytes().take_while(|byte| *byte == b':').count();
    if length < 3 {
        return None;
    }
    let rest = text[length..].trim_start();
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
    let name = rest[..end].to_ascii_lowercase();
    if !(is_box(&name) || name == "details") || rest[end..].starts_with('.') {
        return None;
    }
    let start = text.len() - rest.len() + end;
    let title = text[start..].trim();
    let (title, offset) = match title.strip_prefix('[') {
        Some(inside) => (inside.trim_end_matches(']'), 1),
        None => (title, 0),
    };
    let from = start + (text[start..].len() - text[start..].trim_start().len()) + offset;
    Some((length, name, from..from + title.len()))
}

/// `[!NOTE] Own title` at the start of a quote: class and the range of the title.
pub(super) fn alert(text: &str) -> Option<(&'static str, &'static str, std::ops::Range<usize>)> {
    let inside = text.strip_prefix("[!")?;
    let (word, rest) = inside.split_once(']')?;
    let (class, name) = match word.to_ascii_lowercase().as_str() {
        "note" => ("note", "Note"),
        "tip" => ("tip", "Tip"),
        "important" => ("warning", "Important"),
        "warning" => ("warning", "Warning"),
        "caution" => ("danger", "Caution"),
        _ => return None,
    };
    let start = text.len() - rest.trim_start().len();
    Some((class, name, start..start + rest.trim().len()))
}

/// `*[HTML]: Hyper Text`.
pub(super) fn abbreviation(text: &str) -> Option<(&str, &str)> {
    let (word, meaning) = text.strip_prefix("*[")?.split_once("]:")?;
    (!word.trim().is_empty() && !word.contains('[')).then_some((word.trim(), meaning.trim()))
}

/// `[^label]: text`: width of the label and its colon.
pub(super) fn footnote(text: &str) -> Option<usize> {
    let end = text.strip_prefix("[^")?.find(']')? + 2;
    let label = &text[2..end];
    (!label.is_empty() && !label.contains(['[', ' ', '\t']) && text[end + 1..].starts_with(':')).then_some(end + 2)
}

/// `: text` of a definition list: columns up to the text.
pub(super) fn definition(text: &str) -> Option<usize> {
    let rest = text.strip_prefix(':')?;
    let blanks = rest.bytes().take_while(|byte| *byte == b' ').count();
    (blanks > 0 && blanks < rest.len()).then_some(1 + blanks.min(3))
}

/// Whether a line begins a block of its own, so that it does not continue a paragraph.
pub(super) fn begins_block(text: &str) -> bool {
    fence(text).is_some()
        || marker(text).is_some_and(|marker| marker.interrupts())
        || text.starts_with('>')
        || is_heading(text)
        || indented(text).is_some()
        || is_rule(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_found() {
        for (line, expected) in [
            ("!!! note", Some("")),
            ("!!!warning \"A *b*\"", Some("A *b*")),
            ("!!! tip inline end \"\"", Some("")),
            ("!!! note 'single'", Some("single")),
            ("???+ info \"x\"  ", Some("x")),
            ("??? \"only a title\"", Some("only a title")),
            ("=== \"Tab\"", Some("Tab")),
            ("===+ \"Tab\"", Some("Tab")),
            ("!!!", None),
            ("??? ", None),
            ("===", None),
            ("=== Tab", None),
            ("!!! note \"open", None),
        ] {
            let got = indented(line);
            assert_eq!(got.map(|found| &line[found.title]), expected, "{line}");
        }
        assert_eq!(slashes("/// note | My title"), Some((3, "note", 11..19)));
        assert_eq!(colons(":::tip[Read me]"), Some((3, "tip".to_owned(), 7..14)));
        assert_eq!(colons(":::note Read me"), Some((3, "note".to_owned(), 8..15)));
        assert_eq!(colons("::: note.sub"), None);
        assert_eq!(alert("[!TIP] Own").map(|(class, _, title)| (class, title)), Some(("tip", 7..10)));
    }

    #[test]
    fn markers_are_told_from_rules() {
        for (line, content) in [
            ("- a", Some(2)),
            ("-   a", Some(4)),
            ("-      code", Some(2)),
            ("10) a", Some(4)),
            ("*", Some(2)),
            ("* * *", None),
            ("-a", None),
            ("1.a", None),
        ] {
            assert_eq!(marker(line).map(|marker| marker.content()), content, "{line}");
        }
    }
}

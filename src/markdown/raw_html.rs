//! A small tokeniser of author's HTML, so that what the sanitiser sees is what was seen here: everything is written
//! again in one canonical form, and what is no tag is text.

/// A piece of HTML.
#[derive(Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// Text, entities as written.
    Text(&'a str),
    /// A start tag; `closed` if it ends in `/>`.
    Open { name: String, attributes: Vec<Attribute<'a>>, closed: bool },
    /// An end tag.
    Close { name: String },
}

/// An attribute as written.
#[derive(Debug, PartialEq, Clone)]
pub(super) struct Attribute<'a> {
    /// Lower case.
    pub(super) name: String,
    /// Without quotes, entities as written; `None` without `=`.
    pub(super) value: Option<&'a str>,
    /// Offset of the value (of the name without one).
    pub(super) at: usize,
}

/// Most attributes of one tag; the sanitiser is quadratic in them.
const ATTRIBUTES: usize = 40;

/// Start tags that are left out: form controls are the portal's; the others would turn what follows them into text.
pub(super) const TURNS_REST_TO_TEXT: [&str; 13] = [
    "form",
    "iframe",
    "input",
    "label",
    "noembed",
    "noframes",
    "noscript",
    "option",
    "plaintext",
    "select",
    "textarea",
    "title",
    "xmp",
];

/// Reads HTML as tokens with their offsets. Comments, processing instructions and declarations are left out.
pub(super) fn tokens(html: &str) -> Vec<(usize, Token<'_>)> {
    let mut out = Vec::new();
    let (mut from, mut at) = (0, 0);
    // What was looked for in vain once is not looked for again: many starts without an end stay linear.
    let (mut no_comment_end, mut no_end) = (false, false);
    while let Some(found) = html[at..].find('<') {
        let start = at + found;
        let end = if html[start..].starts_with("<!--") && !no_comment_end {
            let end = html[start + 4..].find("-->").map(|end| (start + 4 + end + 3, None));
            no_comment_end = end.is_none();
            end.or(Some((html.len(), None)))
        } else if no_end {
            None
        } else if html[start + 1..].starts_with(['!', '?']) {
            let end = html[start..].find('>');
            no_end = end.is_none();
            end.map(|end| (start + end + 1, None))
        } else {
            tag(html, start).map(|(end, token)| (end, Some(token)))
        };
        let Some((end, token)) = end else {
            at = start + 1;
            continue;
        };
        if start > from {
            out.push((from, Token::Text(&html[from..start])));
        }
        out.extend(token.map(|token| (start, token)));
        (from, at) = (end, end);
    }
    if from < html.len() {
        out.push((from, Token::Text(&html[from..])));
    }
    out
}

/// The tag at `start`, and the offset after it.
pub(super) fn tag(html: &str, start: usize) -> Option<(usize, Token<'_>)> {
    let bytes = html.as_bytes();
    let closing = bytes.get(start + 1) == Some(&b'/');
    let name_at = start + 1 + usize::from(closing);
    let in_name = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b':' | b'_');
    let length = bytes.get(name_at..)?.iter().take_while(in_name).count();
    if length == 0 || !bytes[name_at].is_ascii_alphabetic() {
        return None;
    }
    let name = html[name_at..name_at + length].to_ascii_lowercase();
    let mut at = name_at + length;
    let mut attributes: Vec<Attribute<'_>> = Vec::new();
    let mut closed = false;
    loop {
        let next = *bytes.get(at)?;
        if next == b'>' {
            let token = if closing { Token::Close { name } } else { Token::Open { name, attributes, closed } };
            return Some((at + 1, token));
        }
        if next.is_ascii_whitespace() || next == b'/' {
            closed = next == b'/';
            at += 1;
            continue;
        }
        closed = false;
        if next == b'<' || (attributes.is_empty() && at == name_at + length) {
            return None;
        }
        let (end, attribute) = attribute(html, at)?;
        if attributes.len() < ATTRIBUTES && attributes.iter().all(|known| known.name != attribute.name) {
            attributes.push(attribute);
        }
        at = end;
    }
}

fn attribute(html: &str, at: usize) -> Option<(usize, Attribute<'_>)> {
    let bytes = html.as_bytes();
    let is_name = |b: &u8| !b.is_ascii_whitespace() && !matches!(b, b'=' | b'>' | b'/' | b'"' | b'\'' | b'<');
    let length = bytes[at..].iter().take_while(|b| is_name(b)).count();
    if length == 0 {
        // A stray quote or equals sign: skipped, as browsers do.
        let rest = Attribute { name: String::new(), value: None, at };
        return matches!(bytes[at], b'"' | b'\'' | b'=').then_some((at + 1, rest));
    }
    let name = html[at..at + length].to_ascii_lowercase();
    let blank = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let after = at + length + blank(at + length);
    if bytes.get(after) != Some(&b'=') {
        return Some((at + length, Attribute { name, value: None, at }));
    }
    let value_at = after + 1 + blank(after + 1);
    match *bytes.get(value_at)? {
        quote @ (b'"' | b'\'') => {
            let from = value_at + 1;
            let end = from + html[from..].find(quote as char)?;
            Some((end + 1, Attribute { name, value: Some(&html[from..end]), at: from }))
        }
        _ => {
            let length = bytes[value_at..].iter().take_while(|b| !b.is_ascii_whitespace() && **b != b'>').count();
            let value = &html[value_at..value_at + length];
            Some((value_at + length, Attribute { name, value: Some(value), at: value_at }))
        }
    }
}

/// Decodes the entities that destinations are written with; others stay as they are.
pub(super) fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.find(';').filter(|end| *end <= 10).and_then(|end| Some((end, entity(&rest[1..end])?)));
        match entity {
            Some((end, character)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    let code = match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        "nbsp" => return Some('\u{A0}'),
        _ => name.strip_prefix('#')?,
    };
    let number = match code.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => code.parse().ok()?,
    };
    char::from_u32(number).filter(|character| !super::marks::is_mark(*character))
}

/// Elements without content.
pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_text_are_told_apart() {
        let found = tokens("a <b CLASS='x y' id=z>c</b><br/> 1 < 2 <!-- <i> --><?x?> <img alt>");
        let names: Vec<String> = found
            .iter()
            .map(|(_, token)| match token {
                Token::Text(text) => format!("{text:?}"),
                Token::Open { name, attributes, closed } => format!("{name}{}{closed}", attributes.len()),
                Token::Close { name } => format!("/{name}"),
            })
            .collect();
        assert_eq!(names, ["\"a \"", "b2false", "\"c\"", "/b", "br0true", "\" 1 < 2 \"", "\" \"", "img1false"]);
    }

    #[test]
    fn unfinished_tags_are_text() {
        for html in ["<a href=\"x", "<a ", "< b>", "<1>", "<a<b"] {
            assert!(matches!(tokens(html)[..], [(0, Token::Text(text))] if text == html), "{html}");
        }
    }
}

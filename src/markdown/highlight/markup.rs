//! HTML and XML.

use super::class::Class;
use super::sink::Sink;

/// Puts the runs of `text` into `sink`.
pub(super) fn lex(text: &str, sink: &mut Sink) {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let Some(start) = rest.find('<') else {
            sink.push(Class::Plain, rest);
            return;
        };
        sink.push(Class::Plain, &rest[..start]);
        at += start;
        at += element(&text[at..], sink);
    }
}

/// What begins with `<`; gives its width.
fn element(rest: &str, sink: &mut Sink) -> usize {
    if rest.starts_with("<!--") {
        let end = rest.find("-->").map_or(rest.len(), |end| end + 3);
        sink.push(Class::Comment, &rest[..end]);
        return end;
    }
    let mark = 1 + usize::from(matches!(rest.as_bytes().get(1), Some(b'/' | b'?' | b'!')));
    let name = rest[mark..]
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_' | b'.'))
        .count();
    if name == 0 {
        sink.push(Class::Plain, &rest[..1]);
        return 1;
    }
    sink.push(Class::Plain, &rest[..mark]);
    sink.push(Class::Tag, &rest[mark..mark + name]);
    let mut at = mark + name;
    while at < rest.len() {
        let inside = &rest[at..];
        let (class, width) = match inside.as_bytes()[0] {
            b'>' => {
                sink.push(Class::Plain, ">");
                return at + 1;
            }
            b'<' => return at,
            quote @ (b'"' | b'\'') => {
                (Class::String, inside[1..].find(quote as char).map_or(inside.len(), |end| end + 2))
            }
            byte if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'@') => {
                let stops = |c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/' | '"' | '\'' | '<');
                (Class::Attribute, inside.find(stops).unwrap_or(inside.len()))
            }
            _ => (Class::Plain, inside.chars().next().map_or(1, char::len_utf8)),
        };
        sink.push(class, &inside[..width]);
        at += width;
    }
    rest.len()
}

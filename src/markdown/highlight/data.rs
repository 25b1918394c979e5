//! Lexers for data: YAML, JSON, INI and its kin, diffs.

use super::class::Class;
use super::sink::Sink;

/// YAML, line by line.
pub(super) fn yaml(text: &str, sink: &mut Sink) {
    // Indentation of the key whose value is a block of text.
    let mut block: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let indent = line.bytes().take_while(|byte| *byte == b' ').count();
        let body = line[indent..].trim_end_matches(['\n', '\r']);
        if block.is_some_and(|outer| body.is_empty() || indent > outer) {
            sink.push(Class::String, line);
            continue;
        }
        sink.push(Class::Plain, &line[..indent]);
        block = yaml_line(body, indent, sink);
        sink.push(Class::Plain, &line[indent + body.len()..]);
    }
}

/// One line without its indentation; gives the indentation below which a block of text goes on.
fn yaml_line(body: &str, indent: usize, sink: &mut Sink) -> Option<usize> {
    let mut rest = body;
    let mut column = indent;
    if matches!(rest, "---" | "...") || rest.starts_with('%') {
        sink.push(Class::Operator, rest);
        return None;
    }
    while let Some(after) = rest.strip_prefix("- ") {
        let blanks = after.len() - after.trim_start_matches(' ').len();
        sink.push(Class::Plain, &rest[..2 + blanks]);
        column += 2 + blanks;
        rest = &after[blanks..];
    }
    if let Some(width) = key_width(rest) {
        sink.push(Class::Attribute, &rest[..width]);
        sink.push(Class::Plain, &rest[width..=width]);
        rest = &rest[width + 1..];
    }
    yaml_value(rest, sink);
    let value = rest.trim();
    let is_block = value.starts_with(['|', '>']) && value.len() <= 4;
    is_block.then_some(column)
}

/// Width of a key; a colon and a blank or the end of the line follow it.
fn key_width(text: &str) -> Option<usize> {
    let quote = text.as_bytes().first().copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let from = match quote {
        Some(quote) => 2 + text[1..].find(quote as char)?,
        None => 0,
    };
    if text.starts_with(['#', '[', '{', '&', '*', '!', '|', '>', '@', '`']) && quote.is_none() {
        return None;
    }
    let mut at = from;
    while let Some(found) = text[at..].find([':', '#']) {
        let here = at + found;
        if text.as_bytes()[here] == b'#' {
            if here > 0 && text.as_bytes()[here - 1] == b' ' {
                return None;
            }
        } else if matches!(text.as_bytes().get(here + 1), None | Some(b' ')) {
            return (here > 0).then_some(here);
        }
        at = here + 1;
    }
    None
}

fn yaml_value(text: &str, sink: &mut Sink) {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let first = rest.as_bytes()[0];
        let starts = at == 0 || matches!(text.as_bytes()[at - 1], b' ' | b'[' | b'{' | b',');
        let (class, width) = match first {
            b' ' => (Class::Plain, rest.bytes().take_while(|byte| *byte == b' ').count()),
            b'#' if starts => (Class::Comment, rest.len()),
            b'"' | b'\'' if starts => (Class::String, quoted(rest)),
            b'&' | b'*' if starts && rest.len() > 1 => (Class::Variable, word_width(rest)),
            b'!' if starts => (Class::Type, word_width(rest)),
            b'[' | b']' | b'{' | b'}' | b',' => (Class::Plain, 1),
            _ => scalar(rest, at == 0 || starts),
        };
        sink.push(class, &rest[..width]);
        at += width;
    }
}

/// A plain scalar: numbers and constants have a colour.
fn scalar(rest: &str, starts: bool) -> (Class, usize) {
    let width = rest.find([',', ' ', ']', '}', '[', '{']).unwrap_or(rest.len()).max(1);
    let width = if rest.is_char_boundary(width) { width } else { rest.chars().next().map_or(1, char::len_utf8) };
    let word = &rest[..width];
    let alone =
        starts && matches!(rest[width..].trim_start().as_bytes().first(), None | Some(b',' | b']' | b'}' | b'#'));
    (if alone { literal(word) } else { Class::Plain }, width)
}

/// The class of a word that stands for itself.
fn literal(word: &str) -> Class {
    match word {
        "true" | "false" | "null" | "~" | "yes" | "no" | "on" | "off" | "True" | "False" | "Null" => Class::Constant,
        _ => {
            let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
            let numeric = digits.starts_with(|c: char| c.is_ascii_digit())
                && digits
                    .bytes()
                    .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b'_' | b'x' | b'o' | b'+' | b'-'))
                && digits.matches('.').count() < 2
                && !digits[1..].contains(['-', '+']);
            if numeric && digits.bytes().filter(u8::is_ascii_alphabetic).count() <= 2 {
                Class::Number
            } else {
                Class::Plain
            }
        }
    }
}

fn word_width(rest: &str) -> usize {
    rest.find([' ', ',', ']', '}']).unwrap_or(rest.len()).max(1)
}

/// Width of a quoted string within its line.
fn quoted(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if bytes[0] == b'"' => at += 2,
            b'\n' => return at,
            byte if byte == bytes[0] => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// JSON, with comments where authors write them.
pub(super) fn json(text: &str, sink: &mut Sink) {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let (class, width) = match rest.as_bytes()[0] {
            b'"' | b'\'' => {
                let width = quoted(rest);
                let is_key = rest[width..].trim_start_matches([' ', '\t']).starts_with(':');
                (if is_key { Class::Attribute } else { Class::String }, width)
            }
            b'/' if rest.starts_with("//") => (Class::Comment, rest.find('\n').unwrap_or(rest.len())),
            b'/' if rest.starts_with("/*") => (Class::Comment, rest.find("*/").map_or(rest.len(), |end| end + 2)),
            b'#' => (Class::Comment, rest.find('\n').unwrap_or(rest.len())),
            b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                let width = rest
                    .bytes()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+' | b'_'))
                    .count();
                (literal(&rest[..width]), width)
            }
            _ => (Class::Plain, rest.find(['"', '\'', '/', '#']).unwrap_or(rest.len()).clamp(1, plain_run(rest))),
        };
        sink.push(class, &rest[..width]);
        at += width;
    }
}

/// Bytes up to the next word or number, at least one whole character.
fn plain_run(rest: &str) -> usize {
    let first = rest.chars().next().map_or(1, char::len_utf8);
    rest[first..].find(|c: char| c.is_ascii_alphanumeric() || c == '-').map_or(rest.len(), |end| first + end)
}

/// INI, TOML, properties and environment files.
pub(super) fn ini(text: &str, sink: &mut Sink) {
    let mut long: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        if let Some(mark) = long {
            let end = line.find(mark).map(|end| end + mark.len());
            sink.push(Class::String, &line[..end.unwrap_or(line.len())]);
            if let Some(end) = end {
                long = None;
                sink.push(Class::Plain, &line[end..]);
            }
            continue;
        }
        let body = line.trim_start();
        sink.push(Class::Plain, &line[..line.len() - body.len()]);
        if body.starts_with(['#', ';', '!']) {
            sink.push(Class::Comment, body);
        } else if body.starts_with('[') && !body.contains('=') {
            let end = body.rfind(']').map_or(body.len(), |end| end + 1);
            sink.push(Class::Heading, &body[..end]);
            sink.push(Class::Plain, &body[end..]);
        } else if let Some(at) = body.find('=') {
            let key = body[..at].trim_end();
            sink.push(Class::Attribute, key);
            sink.push(Class::Plain, &body[key.len()..=at]);
            let value = &body[at + 1..];
            long = ["\"\"\"", "'''"].into_iter().find(|mark| value.matches(mark).count() == 1);
            match long.and_then(|mark| value.find(mark)) {
                Some(start) => {
                    sink.push(Class::Plain, &value[..start]);
                    sink.push(Class::String, &value[start..]);
                }
                None => yaml_value_line(value, sink),
            }
        } else {
            sink.push(Class::Plain, body);
        }
    }
}

fn yaml_value_line(value: &str, sink: &mut Sink) {
    let body = value.trim_end_matches(['\n', '\r']);
    yaml_value(body, sink);
    sink.push(Class::Plain, &value[body.len()..]);
}

/// Diffs: each line by its first characters.
pub(super) fn diff(text: &str, sink: &mut Sink) {
    for line in text.split_inclusive('\n') {
        let class = match line.as_bytes().first() {
            _ if line.starts_with("+++") || line.starts_with("---") || line.starts_with("diff ") => Class::Heading,
            _ if line.starts_with("@@") || line.starts_with("index ") => Class::Heading,
            Some(b'+' | b'>') => Class::Inserted,
            Some(b'-' | b'<') => Class::Deleted,
            _ => Class::Plain,
        };
        sink.push(class, line);
    }
}

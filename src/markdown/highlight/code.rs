//! The lexer for languages made of words, strings and comments.

use super::class::Class;
use super::sink::Sink;
use super::words::Grammar;

/// Puts the runs of `text` into `sink`.
pub(super) fn lex(grammar: &Grammar, text: &str, sink: &mut Sink) {
    let mut at = 0;
    let mut line_start = true;
    while at < text.len() {
        let rest = &text[at..];
        let (class, width) = token(grammar, text, at, line_start);
        sink.push(class, &rest[..width]);
        line_start =
            if rest[..width].trim_matches([' ', '\t']).is_empty() { line_start } else { rest[..width].ends_with('\n') };
        at += width;
    }
}

/// The token at a place.
fn token(grammar: &Grammar, text: &str, at: usize, line_start: bool) -> (Class, usize) {
    let rest = &text[at..];
    let first = rest.as_bytes()[0];
    if first.is_ascii_whitespace() {
        let same = |byte: u8| byte == first || (first != b'\n' && matches!(byte, b' ' | b'\t'));
        return (Class::Plain, rest.bytes().take_while(|byte| same(*byte)).count());
    }
    if is_word_start(first) {
        return word(grammar, rest, line_start);
    }
    if first.is_ascii_digit() {
        return (Class::Number, number(rest));
    }
    if grammar.line_comments.iter().any(|mark| rest.starts_with(mark)) && !(grammar.rust && rest.starts_with("#[")) {
        return (Class::Comment, line_end(rest));
    }
    if let Some((open, close)) = grammar.block_comment
        && rest.starts_with(open)
    {
        let end = rest[open.len()..].find(close).map_or(rest.len(), |end| open.len() + end + close.len());
        return (Class::Comment, end);
    }
    if grammar.rust
        && let Some(found) = rust(rest)
    {
        return found;
    }
    if let Some(mark) = grammar.strings.iter().find(|mark| rest.starts_with(**mark)) {
        return (Class::String, string(rest, mark, grammar.long.contains(mark), grammar.raw.contains(mark)));
    }
    if first == b'@' && grammar.annotations {
        let width = 1 + rest[1..].bytes().take_while(|byte| is_word(*byte) || *byte == b'.').count();
        if width > 1 {
            return (Class::Attribute, width);
        }
    }
    let width = rest.chars().next().map_or(1, char::len_utf8);
    (Class::Plain, width)
}

fn word(grammar: &Grammar, rest: &str, line_start: bool) -> (Class, usize) {
    let width = rest.bytes().take_while(|byte| is_word(*byte)).count();
    // A letter right before a string belongs to it: `f"…"`, `r'…'`, `b"…"`.
    if width <= 2 && grammar.strings.contains(&"\"") && rest[width..].starts_with(['"', '\'']) && !grammar.rust {
        let prefix = &rest[..width];
        if prefix.bytes().all(|byte| matches!(byte, b'f' | b'r' | b'b' | b'u' | b'F' | b'R' | b'B' | b'U'))
            && let Some(mark) = grammar.strings.iter().find(|mark| rest[width..].starts_with(**mark))
        {
            return (Class::String, width + string(&rest[width..], mark, grammar.long.contains(mark), false));
        }
    }
    let name = &rest[..width];
    let lower = if grammar.ignore_case { name.to_ascii_lowercase() } else { String::new() };
    let key = if grammar.ignore_case { lower.as_str() } else { name };
    let is = |words: &[&str]| words.binary_search(&key).is_ok();
    let after = rest[width..].trim_start_matches([' ', '\t']);
    let class = if grammar.assignments && line_start && after.starts_with('=') && !after.starts_with("==") {
        Class::Attribute
    } else if is(grammar.keywords) {
        Class::Keyword
    } else if is(grammar.constants) {
        Class::Constant
    } else if is(grammar.types) {
        Class::Type
    } else if is(grammar.builtins) {
        Class::Builtin
    } else if rest[width..].starts_with('(') || (grammar.rust && rest[width..].starts_with('!')) {
        Class::Function
    } else if grammar.capital_types && name.as_bytes()[0].is_ascii_uppercase() {
        if name.len() > 1 && name.bytes().all(|byte| !byte.is_ascii_lowercase()) {
            Class::Constant
        } else {
            Class::Type
        }
    } else {
        Class::Plain
    };
    (class, width)
}

/// What only Rust has: raw strings, characters, lifetimes, attributes.
fn rust(rest: &str) -> Option<(Class, usize)> {
    if rest.starts_with("#[") || rest.starts_with("#![") {
        let end = rest[..line_end(rest)].find(']')?;
        return Some((Class::Attribute, end + 1));
    }
    let inside = rest.strip_prefix('\'')?;
    let mut characters = inside.chars();
    let first = characters.next()?;
    if first == '\\' {
        let end = inside[1..].char_indices().skip(1).take(12).find(|(_, c)| *c == '\'')?.0;
        return Some((Class::String, end + 3));
    }
    if characters.next() == Some('\'') {
        return Some((Class::String, first.len_utf8() + 2));
    }
    let width = inside.bytes().take_while(|byte| is_word(*byte)).count();
    (width > 0).then_some((Class::Constant, width + 1))
}

/// Width of a string; one that may not go over lines ends with its line.
fn string(rest: &str, mark: &str, long: bool, raw: bool) -> usize {
    let bytes = rest.as_bytes();
    let mut at = mark.len();
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if !raw => at += 2,
            b'\n' if !long => return at,
            _ if rest.as_bytes()[at..].starts_with(mark.as_bytes()) => return at + mark.len(),
            _ => at += 1,
        }
    }
    rest.len()
}

fn number(rest: &str) -> usize {
    let width = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_')).count();
    // `1..2` is a range and `1.foo()` a call: the dot is none of the number's.
    rest[..width].find("..").unwrap_or_else(|| width - usize::from(rest[..width].ends_with('.')))
}

fn line_end(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

//! Characters that the passes write into the text for each other.
//!
//! All lie in a corner of a private-use plane; the source's own ones are dropped before anything else happens
//! ([`super::lines`]), so content cannot forge them.

/// Begins a place that is filled in later: `OPEN`, a letter, a payload, `CLOSE`.
pub(super) const OPEN: char = '\u{10FA00}';
/// Ends such a place.
pub(super) const CLOSE: char = '\u{10FA01}';
/// Begins the first line of a block quote that stands for a container; a number and [`CLOSE`] follow.
pub(super) const CONTAINER: char = '\u{10FA02}';

/// Stands before a character that would begin a block at the start of a line; shown as nothing.
pub(super) const GUARD: char = '\u{10FA04}';

const PROTECTED: u32 = 0x0010_F800;

/// Whether a character is one of ours.
pub(super) fn is_mark(character: char) -> bool {
    ('\u{10F800}'..='\u{10FAFF}').contains(&character)
}

/// Whether a text holds one of ours; quick for texts that do not.
pub(super) fn any_mark(text: &str) -> bool {
    text.as_bytes().contains(&0xF4) && text.chars().any(is_mark)
}

/// An ASCII character that no inline pass may read as syntax (it was escaped or written as an entity).
pub(super) fn protect(character: char) -> char {
    if character.is_ascii_punctuation() {
        char::from_u32(PROTECTED + character as u32).unwrap_or(character)
    } else {
        character
    }
}

/// The character that a protected one stands for.
pub(super) fn reveal(character: char) -> char {
    if ('\u{10F800}'..='\u{10F87F}').contains(&character) {
        char::from_u32(character as u32 - PROTECTED).unwrap_or(character)
    } else {
        character
    }
}

/// A text with its protected characters revealed.
pub(super) fn reveal_all(text: &str) -> String {
    text.chars().map(reveal).collect()
}

/// Writes a place.
pub(super) fn place(out: &mut String, letter: char, payload: impl std::fmt::Display) {
    use std::fmt::Write;
    let _ = write!(out, "{OPEN}{letter}{payload}{CLOSE}");
}

/// Copies `body` to `out`, asking `fill(letter, payload, out)` at each place; a place that `fill` refuses stays.
pub(super) fn fill_places(body: &str, out: &mut String, mut fill: impl FnMut(char, &str, &mut String) -> bool) {
    let mut rest = body;
    while let Some(at) = rest.find(OPEN) {
        out.push_str(&rest[..at]);
        let inside = &rest[at + OPEN.len_utf8()..];
        let Some(end) = inside.find(CLOSE) else {
            rest = inside;
            continue;
        };
        let mut payload = inside[..end].chars();
        let letter = payload.next().unwrap_or(' ');
        let after = end + CLOSE.len_utf8();
        if !fill(letter, payload.as_str(), out) {
            out.push_str(&rest[at..at + OPEN.len_utf8() + after]);
        }
        rest = &inside[after..];
    }
    out.push_str(rest);
}

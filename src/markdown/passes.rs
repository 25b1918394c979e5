//! The inline passes, in their order.

use super::Shorthand;
use super::abbreviations::Abbreviations;
use super::attributes::Attributes;
use super::inline::{Kind, Piece};
use super::{attribute_lists, delimiters, symbols};

/// Runs all passes over the text of one block; gives the attributes that a list at its end gives to the block itself.
pub(super) fn run(
    pieces: &mut Vec<Piece<'_>>,
    spaced: bool,
    abbreviations: &Abbreviations,
    shorthand: Option<&Shorthand>,
) -> Attributes {
    delimiters::run(pieces);
    let attributes = attribute_lists::run(pieces, spaced);
    inline_languages(pieces);
    symbols::run(pieces, abbreviations, shorthand);
    attributes
}

/// `` `#!python x = 1` `` says its language.
fn inline_languages(pieces: &mut [Piece<'_>]) {
    for piece in pieces {
        let Kind::Code(text) = &piece.kind else { continue };
        let Some(rest) = text.strip_prefix("#!").or_else(|| text.strip_prefix(":::")) else { continue };
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '#' | '.' | '+' | '-' | '_')))
            .unwrap_or(rest.len());
        if end == 0 || !rest[end..].starts_with(' ') {
            continue;
        }
        piece.attributes.classes.push(format!("language-{}", rest[..end].to_ascii_lowercase()));
        piece.attributes.classes.push("highlight".to_owned());
        let code = rest[end..].trim_start().to_owned();
        piece.kind = Kind::Code(code.into());
    }
}

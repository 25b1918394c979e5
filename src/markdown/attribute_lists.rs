//! `{#id .class key=value}` behind inline elements, and at the end of blocks.

use super::attributes::{Attributes, parse_attributes};
use super::inline::{Kind, Piece};
use super::marks;

/// Gives lists that stand right behind an element to it, and the one at the end of the block to the block.
///
/// `spaced` tells that a blank is enough before a block's list (headings, cells); elsewhere it stands on a line of its own.
pub(super) fn run(pieces: &mut Vec<Piece<'_>>, spaced: bool) -> Attributes {
    for index in 1..pieces.len() {
        let (before, after) = pieces.split_at_mut(index);
        let (Some(element), Some(Piece { kind: Kind::Text(text), .. })) = (before.last_mut(), after.first_mut()) else {
            continue;
        };
        if !text.starts_with('{')
            || !matches!(element.kind, Kind::Close(_) | Kind::EndLink | Kind::EndImage | Kind::Code(_))
        {
            continue;
        }
        if let Some((attributes, width)) = list(text) {
            element.attributes = attributes;
            text.replace_range(..width, "");
        }
    }
    move_to_openings(pieces);
    block(pieces, spaced).unwrap_or_default()
}

/// A list at the start of a text, and its width.
pub(super) fn list(text: &str) -> Option<(Attributes, usize)> {
    let end = text.find(['}', '\n'])?;
    let inside = text.get(1..end).filter(|_| text[end..].starts_with('}'))?;
    Some((parse_attributes(&marks::reveal_all(inside))?, end + 1))
}

/// Attributes of `em` and the like stand on their end tags: the start tags need them.
fn move_to_openings(pieces: &mut [Piece<'_>]) {
    let mut open = Vec::new();
    for index in 0..pieces.len() {
        match pieces[index].kind {
            Kind::Open(_) => open.push(index),
            Kind::Close(_) => {
                if let Some(start) = open.pop()
                    && !pieces[index].attributes.is_empty()
                {
                    pieces[start].attributes = std::mem::take(&mut pieces[index].attributes);
                }
            }
            _ => {}
        }
    }
}

fn block(pieces: &mut Vec<Piece<'_>>, spaced: bool) -> Option<Attributes> {
    let count = pieces.len();
    let Kind::Text(text) = &mut pieces.last_mut()?.kind else { return None };
    let trimmed = text.trim_end();
    let start = trimmed.rfind('{').filter(|_| trimmed.ends_with('}'))?;
    let own_line = text[..start].trim().is_empty() && count > 1;
    let (attributes, width) = list(&trimmed[start..])?;
    if start + width != trimmed.len() || (!own_line && !(spaced && text[..start].ends_with(' '))) {
        return None;
    }
    let on_break =
        own_line && matches!(pieces.get(count - 2).map(|piece| &piece.kind), Some(Kind::SoftBreak | Kind::HardBreak));
    if own_line && !on_break && !spaced {
        return None;
    }
    let Kind::Text(text) = &mut pieces.last_mut()?.kind else { return None };
    text.truncate(start);
    let kept = text.trim_end().len();
    text.truncate(kept);
    if kept == 0 {
        pieces.pop();
        if on_break {
            pieces.pop();
        }
    }
    Some(attributes)
}

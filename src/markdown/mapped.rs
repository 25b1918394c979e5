use std::borrow::Cow;

use super::marks;
use crate::base::Span;

/// A text made of pieces of another, which remembers where each piece came from.
#[derive(Debug, Default)]
pub(super) struct Mapped {
    /// The text.
    pub(super) text: String,
    // (offset here, offset in the source) of each piece, ascending by the first.
    pieces: Vec<(u32, u32)>,
}

impl Mapped {
    /// Room for a text of `bytes`.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), pieces: Vec::new() }
    }

    /// Adds a piece of the source that stands there at `at`.
    pub(super) fn push_from(&mut self, piece: &str, at: usize) {
        self.map(at);
        self.text.push_str(piece);
    }

    /// Adds text that stands for what is in the source at `at`.
    pub(super) fn map(&mut self, at: usize) {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        self.pieces.push((clamp(self.text.len()), clamp(at)));
    }

    /// Where the byte at `at` came from.
    pub(super) fn source(&self, at: usize) -> usize {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let index = self.pieces.partition_point(|(here, _)| *here <= at);
        match index.checked_sub(1).map(|index| self.pieces[index]) {
            Some((here, there)) => (there + (at - here)) as usize,
            None => 0,
        }
    }

    /// Where a range came from: from the origin of its first byte to that of its last.
    pub(super) fn span(&self, range: std::ops::Range<usize>) -> Span {
        let start = self.source(range.start);
        let end = if range.end > range.start { self.source(range.end - 1) + 1 } else { start };
        Span::new(start, end)
    }
}

/// A text without characters that are marks of ours, and with all line ends as the parser sees them. Marks become U+FFFD
/// padded to their length and a carriage return alone becomes a line feed, so that offsets stay.
pub(super) fn without_marks(text: &str) -> Cow<'_, str> {
    let lone_return = |at: usize| text.as_bytes().get(at + 1) != Some(&b'\n');
    let returns = text.match_indices('\r').any(|(at, _)| lone_return(at));
    if !returns && !marks::any_mark(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        match character {
            '\r' if lone_return(at) => out.push('\n'),
            mark if marks::is_mark(mark) => out.push_str("\u{FFFD} "),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

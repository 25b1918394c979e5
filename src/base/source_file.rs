use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::{Diagnostic, Place, Problem};

/// A byte range of one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets; offsets past 4 GiB are clamped (no text that long is read).
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end.max(start)) }
    }

    /// As a range of `usize`.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// The longest part of a source line that a [`Place`] carries, in characters.
const WINDOW: usize = 160;

/// A text with the name that people know it by: turns spans into places.
#[derive(Debug, Clone)]
pub struct SourceFile {
    origin: Arc<str>,
    path: Arc<str>,
    text: Arc<str>,
    line_starts: Arc<OnceLock<Vec<u32>>>,
}

impl SourceFile {
    /// `origin` is `repo@revision` or empty; `path` is relative to it.
    pub fn new(origin: impl Into<Arc<str>>, path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { origin: origin.into(), path: path.into(), text: text.into(), line_starts: Arc::default() }
    }

    /// The whole text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The path inside the origin.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The file as a whole.
    pub fn whole(&self) -> Place {
        Place::file(&*self.origin, &*self.path)
    }

    /// 1-based line and column (in characters) of a byte offset.
    pub fn line_column(&self, offset: usize) -> (u32, u32) {
        let (line, start) = self.line_of(offset);
        let end = floor_boundary(&self.text, offset.min(self.text.len()));
        let column = self.text[start..end.max(start)].chars().count() + 1;
        (u32::try_from(line + 1).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }

    /// The place of a span, with its source line.
    pub fn place(&self, span: Span) -> Place {
        let (line, start) = self.line_of(span.start as usize);
        let rest = &self.text[start..];
        let full = rest[..rest.find('\n').unwrap_or(rest.len())].trim_end_matches('\r');
        let (line_number, column) = self.line_column(span.start as usize);
        let from = floor_boundary(&self.text, (span.start as usize).min(self.text.len()));
        let to = floor_boundary(&self.text, (span.end as usize).min(start + full.len()));
        let width = if to > from { self.text[from..to].chars().count() } else { 1 };
        // A window of a very long line keeps the marked words in sight; the column stays the true one.
        let skip = (column as usize).saturating_sub(WINDOW / 2);
        let text = if full.len() > WINDOW && full.chars().count() > WINDOW {
            full.chars().skip(skip).take(WINDOW).collect()
        } else {
            full.to_owned()
        };
        debug_assert_eq!(line as u32 + 1, line_number);
        Place {
            origin: self.origin.to_string(),
            path: self.path.to_string(),
            line: line_number,
            column,
            width: u32::try_from(width).unwrap_or(1).max(1),
            text,
        }
    }

    /// Makes a finding in this text one for people.
    pub fn report(&self, problem: &Problem) -> Diagnostic {
        Diagnostic {
            code: problem.code.clone(),
            severity: problem.severity,
            message: problem.message.clone(),
            place: Some(self.place(problem.span)),
            subject: None,
            hint: problem.hint.clone(),
            notes: Vec::new(),
        }
    }

    fn line_of(&self, offset: usize) -> (usize, usize) {
        let starts = self.line_starts.get_or_init(|| {
            let newlines = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(newlines.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX))).collect()
        });
        let offset = u32::try_from(offset.min(self.text.len())).unwrap_or(u32::MAX);
        let line = starts.partition_point(|start| *start <= offset) - 1;
        (line, starts[line] as usize)
    }
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_and_keep_the_line() {
        let file = SourceFile::new("acme/shop@0123abc", "docs/ä.md", "erste\nüber *die* Brücke\r\nletzte");
        let place = file.place(Span::new(13, 16));
        assert_eq!(place.to_string(), "acme/shop@0123abc:docs/ä.md:2:7");
        assert_eq!((place.width, place.text.as_str()), (3, "über *die* Brücke"));
        assert_eq!(file.place(Span::new(999, 1000)).line, 3);
    }

    #[test]
    fn a_very_long_line_is_shown_around_the_words() {
        let text = format!("{}HERE{}", "x".repeat(5_000), "y".repeat(5_000));
        let place = SourceFile::new("", "long.md", text).place(Span::new(5_000, 5_004));
        assert_eq!((place.column, place.text.chars().count()), (5_001, WINDOW));
        assert!(place.text.contains("HERE"));
    }
}

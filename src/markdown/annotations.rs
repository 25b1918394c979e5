//! Annotations as in Material: `(1)` in a comment of code, or in text marked `.annotate`, refers to the item with that number
//! of the ordered list right behind. Both become links, so that no script is needed to read them.

use super::inline::{Kind, Piece};
use super::marks;
use super::writer::push_escaped;

/// What stands before a number in code: comments as they begin in the usual languages, escaped.
const COMMENTS: [&str; 8] = ["# ", "// ", "/* ", "-- ", "; ", "% ", "&lt;!-- ", "<!-- "];

/// Annotated blocks of a page, and the lists that belong to them.
#[derive(Debug, Default)]
pub(super) struct Annotations {
    /// How many items the list of each group has; 0 without a list.
    pub(super) counts: Vec<u32>,
    /// The group whose markers are being read: in a box or element marked `.annotate`.
    pub(super) inside: Option<usize>,
    /// The group whose list may come next.
    pub(super) waiting: Option<usize>,
    /// Open lists: the group of each, if it has one.
    lists: Vec<Option<usize>>,
}

impl Annotations {
    /// A new group.
    pub(super) fn begin(&mut self) -> usize {
        self.counts.push(0);
        self.counts.len() - 1
    }

    /// A list begins; whether it holds annotations.
    pub(super) fn start_list(&mut self, ordered: bool) -> bool {
        let group = self.waiting.take().filter(|_| ordered);
        self.lists.push(group);
        group.is_some()
    }

    /// An item of the innermost list begins: its id, if it is an annotation.
    pub(super) fn item(&mut self) -> Option<String> {
        let group = (*self.lists.last()?)?;
        self.counts[group] += 1;
        Some(id(group, self.counts[group]))
    }

    /// The innermost list ends.
    pub(super) fn end_list(&mut self) {
        self.lists.pop();
    }
}

fn id(group: usize, number: u32) -> String {
    format!("__annotation_{}_{number}", group + 1)
}

/// Writes the reference to an annotation; plain text if the list has no such item.
pub(super) fn write_reference(group: usize, number: u32, counts: &[u32], shown: &str, out: &mut String) {
    if number == 0 || counts.get(group).is_none_or(|count| number > *count) {
        push_escaped(out, shown);
        return;
    }
    out.push_str("<a class=\"cb-annotation\" href=\"#");
    out.push_str(&id(group, number));
    out.push_str("\">");
    push_escaped(out, shown);
    out.push_str("</a>");
}

/// `(12)` at the start of a text: its width and number.
fn number(text: &str) -> Option<(usize, u32)> {
    let inside = text.strip_prefix('(')?;
    let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
    let number = inside[..digits].parse().ok().filter(|number| (1..1000).contains(number))?;
    inside[digits..].starts_with(')').then_some((digits + 2, number))
}

/// Whether code holds a marker in a comment.
pub(super) fn in_code(code: &str) -> bool {
    next_in_code(code, 0).is_some()
}

/// The next marker in the comments of code (or of its highlighted form): its place, width and number.
fn next_in_code(code: &str, from: usize) -> Option<(usize, usize, u32)> {
    let mut at = from;
    while let Some(found) = code[at..].find('(').map(|found| at + found) {
        if COMMENTS.iter().any(|comment| code[..found].ends_with(comment))
            && let Some((width, number)) = number(&code[found..])
        {
            return Some((found, width, number));
        }
        at = found + 1;
    }
    None
}

/// Highlighted code with its markers as links to the list of `group`.
pub(super) fn link_code(html: &str, group: usize, counts: &[u32]) -> String {
    let mut out = String::with_capacity(html.len() + 256);
    let mut from = 0;
    while let Some((at, width, number)) = next_in_code(html, from) {
        out.push_str(&html[from..at]);
        write_reference(group, number, counts, &html[at..at + width], &mut out);
        from = at + width;
    }
    out.push_str(&html[from..]);
    out
}

/// Turns the markers in running text into places that are filled when the length of the list is known.
pub(super) fn mark_text(pieces: &mut Vec<Piece<'_>>, group: usize) {
    let has_one = |piece: &Piece<'_>| matches!(&piece.kind, Kind::Text(text) if text.contains('('));
    if !pieces.iter().any(has_one) {
        return;
    }
    let mut out = Vec::with_capacity(pieces.len() + 4);
    for piece in std::mem::take(pieces) {
        let Kind::Text(text) = &piece.kind else {
            out.push(piece);
            continue;
        };
        let (mut from, mut at) = (0, 0);
        while let Some(found) = text[at..].find('(').map(|found| at + found) {
            at = found + 1;
            let Some((width, number)) = number(&text[found..]) else { continue };
            let shown = text[found..found + width].to_owned();
            let mut html = String::new();
            marks::place(&mut html, 'A', format_args!("{group} {number}"));
            if found > from {
                out.push(Piece::new(Kind::Text(text[from..found].to_owned()), piece.at.clone()));
            }
            out.push(Piece::new(Kind::Made(html, shown), piece.at.clone()));
            at = found + width;
            from = at;
        }
        if from < text.len() {
            out.push(Piece::new(Kind::Text(text[from..].to_owned()), piece.at.clone()));
        }
    }
    *pieces = out;
}

/// Fills a place written by [`mark_text`].
pub(super) fn fill(payload: &str, counts: &[u32], out: &mut String) {
    let parsed = payload.split_once(' ').and_then(|(group, number)| Some((group.parse().ok()?, number.parse().ok()?)));
    if let Some((group, number)) = parsed {
        write_reference(group, number, counts, &format!("({number})"), out);
    }
}

//! Marks around text that CommonMark does not know: `==mark==`, `^^insert^^`, `~~delete~~`, `^sup^`, `~sub~` and critic marks.

use super::attributes::Attributes;
use super::inline::{Element, Kind, Piece};

/// A mark in a text that may begin or end an element.
#[derive(Debug, Clone, Copy)]
struct Delimiter {
    piece: usize,
    at: usize,
    width: usize,
    kind: Mark,
    opens: bool,
    closes: bool,
    /// Of a substitution: where its `~>` stands, a text and a place in it.
    arrow: Option<(usize, usize)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Highlight,
    Insert,
    Delete,
    CriticInsert,
    CriticDelete,
    CriticHighlight,
    CriticComment,
    /// `{~~old~>new~~}`.
    Substitute,
    /// The `~>` in it.
    Arrow,
}

/// What is put into a text at a place.
struct Insertion<'a> {
    piece: usize,
    at: usize,
    width: usize,
    kinds: Vec<(Kind<'a>, Attributes)>,
}

/// Finds the marks of a run and makes elements of those that match.
pub(super) fn run(pieces: &mut Vec<Piece<'_>>) {
    if !pieces.iter().any(|piece| matches!(&piece.kind, Kind::Text(text) if text.contains(['=', '^', '~', '{']))) {
        return;
    }
    short_marks(pieces);
    let insertions = match_marks(pieces);
    if !insertions.is_empty() {
        insert(pieces, insertions);
    }
}

/// Pairs marks that stand on the same level of nesting.
fn match_marks<'a>(pieces: &[Piece<'_>]) -> Vec<Insertion<'a>> {
    let mut insertions = Vec::new();
    let mut levels: Vec<Vec<Delimiter>> = vec![Vec::new()];
    for (index, piece) in pieces.iter().enumerate() {
        match &piece.kind {
            Kind::Open(_) | Kind::Link(..) | Kind::Image(..) => levels.push(Vec::new()),
            Kind::Close(_) | Kind::EndLink | Kind::EndImage if levels.len() > 1 => {
                levels.pop();
            }
            Kind::Text(text) => {
                let before = index.checked_sub(1).is_some_and(|before| shows_words(&pieces[before].kind));
                let after = pieces.get(index + 1).is_some_and(|after| shows_words(&after.kind));
                let Some(open) = levels.last_mut() else { continue };
                for delimiter in find(text, index, before, after) {
                    if delimiter.kind == Mark::Arrow {
                        divide(open, delimiter);
                        continue;
                    }
                    let partner = open.iter().rev().take(32).position(|other| other.kind == delimiter.kind);
                    match partner.filter(|_| delimiter.closes) {
                        Some(back) => {
                            let start = open.len() - 1 - back;
                            pair(open[start], delimiter, &mut insertions);
                            open.truncate(start);
                        }
                        None if delimiter.opens => open.push(delimiter),
                        None => {}
                    }
                }
            }
            _ => {}
        }
    }
    insertions.sort_by_key(|insertion| (insertion.piece, insertion.at));
    insertions
}

/// Notes the first arrow of the innermost substitution that has begun. What has begun in its old text ends there.
fn divide(open: &mut Vec<Delimiter>, arrow: Delimiter) {
    let back = open.iter().rev().take(32).position(|other| other.kind == Mark::Substitute);
    if let Some(begun) = back.map(|back| open.len() - 1 - back).filter(|begun| open[*begun].arrow.is_none()) {
        open[begun].arrow = Some((arrow.piece, arrow.at));
        open.truncate(begun + 1);
    }
}

fn shows_words(kind: &Kind<'_>) -> bool {
    !matches!(kind, Kind::SoftBreak | Kind::HardBreak)
}

/// The marks of one text. `before` and `after` tell whether something is shown right before and after it.
fn find(text: &str, piece: usize, before: bool, after: bool) -> Vec<Delimiter> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if let Some((kind, width, opens)) = critic(&text.as_bytes()[at..]) {
            found.push(Delimiter { piece, at, width, kind, opens, closes: !opens, arrow: None });
            at += width;
            continue;
        }
        let byte = bytes[at];
        let kind = match byte {
            b'=' => Mark::Highlight,
            b'^' => Mark::Insert,
            b'~' => Mark::Delete,
            _ => {
                at += 1;
                continue;
            }
        };
        let width = bytes[at..].iter().take_while(|other| **other == byte).count();
        if width == 2 {
            let previous = text[..at].chars().next_back();
            let next = text[at + 2..].chars().next();
            let word = |c: char| c.is_alphanumeric() || c == '_';
            // Inside a word only `~~` works, as on GitHub.
            let inside = |c: Option<char>| byte != b'~' && c.is_some_and(word);
            let blank = |c: Option<char>, shown: bool| c.map_or(!shown, char::is_whitespace);
            let opens = !blank(next, after) && !inside(previous);
            let closes = !blank(previous, before) && !inside(next);
            found.push(Delimiter { piece, at, width, kind, opens, closes, arrow: None });
        }
        at += width;
    }
    found
}

fn critic(bytes: &[u8]) -> Option<(Mark, usize, bool)> {
    Some(match bytes {
        [b'{', b'+', b'+', ..] => (Mark::CriticInsert, 3, true),
        [b'+', b'+', b'}', ..] => (Mark::CriticInsert, 3, false),
        [b'{', b'-', b'-', ..] => (Mark::CriticDelete, 3, true),
        [b'-', b'-', b'}', ..] => (Mark::CriticDelete, 3, false),
        [b'{', b'=', b'=', ..] => (Mark::CriticHighlight, 3, true),
        [b'=', b'=', b'}', ..] => (Mark::CriticHighlight, 3, false),
        [b'{', b'>', b'>', ..] => (Mark::CriticComment, 3, true),
        [b'<', b'<', b'}', ..] => (Mark::CriticComment, 3, false),
        [b'{', b'~', b'~', ..] => (Mark::Substitute, 3, true),
        [b'~', b'~', b'}', ..] => (Mark::Substitute, 3, false),
        [b'~', b'>', ..] => (Mark::Arrow, 2, false),
        _ => return None,
    })
}

fn pair(open: Delimiter, close: Delimiter, insertions: &mut Vec<Insertion<'_>>) {
    let element = match open.kind {
        Mark::Highlight | Mark::CriticHighlight => Element::Highlight,
        Mark::Insert | Mark::CriticInsert => Element::Insert,
        Mark::Delete | Mark::CriticDelete | Mark::Substitute | Mark::Arrow => Element::Delete,
        Mark::CriticComment => Element::Span,
    };
    let classes: &[&str] = match open.kind {
        Mark::Highlight | Mark::Insert | Mark::Delete => &[],
        Mark::CriticComment => &["critic", "comment"],
        _ => &["critic"],
    };
    let attributes =
        || Attributes { classes: classes.iter().map(|class| (*class).to_owned()).collect(), ..Attributes::default() };
    let mut closing = element;
    if open.kind == Mark::Substitute {
        let Some((piece, at)) = open.arrow else { return };
        let kinds =
            vec![(Kind::Close(Element::Delete), Attributes::default()), (Kind::Open(Element::Insert), attributes())];
        insertions.push(Insertion { piece, at, width: 2, kinds });
        closing = Element::Insert;
    }
    insertions.push(Insertion {
        piece: open.piece,
        at: open.at,
        width: open.width,
        kinds: vec![(Kind::Open(element), attributes())],
    });
    insertions.push(Insertion {
        piece: close.piece,
        at: close.at,
        width: close.width,
        kinds: vec![(Kind::Close(closing), Attributes::default())],
    });
}

/// Splits texts where something is put in.
fn insert<'a>(pieces: &mut Vec<Piece<'a>>, insertions: Vec<Insertion<'a>>) {
    let mut out = Vec::with_capacity(pieces.len() + insertions.len() * 2);
    let mut insertions = insertions.into_iter().peekable();
    for (index, piece) in std::mem::take(pieces).into_iter().enumerate() {
        if insertions.peek().is_none_or(|next| next.piece != index) {
            out.push(piece);
            continue;
        }
        let Kind::Text(text) = &piece.kind else { continue };
        let mut from = 0;
        while let Some(next) = insertions.next_if(|next| next.piece == index) {
            if next.at > from {
                out.push(Piece::new(Kind::Text(text[from..next.at].to_owned()), piece.at.clone()));
            }
            for (kind, attributes) in next.kinds {
                out.push(Piece { kind, at: piece.at.clone(), attributes });
            }
            from = next.at + next.width;
        }
        if from < text.len() {
            out.push(Piece::new(Kind::Text(text[from..].to_owned()), piece.at.clone()));
        }
    }
    *pieces = out;
}

/// `^sup^` and `~sub~`: no blanks inside, so they stand within one text.
fn short_marks(pieces: &mut Vec<Piece<'_>>) {
    let mut insertions = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let Kind::Text(text) = &piece.kind else { continue };
        let mut at = 0;
        while let Some(found) = text[at..].find(['^', '~']) {
            let start = at + found;
            let byte = text.as_bytes()[start];
            let width = text.as_bytes()[start..].iter().take_while(|other| **other == byte).count();
            at = start + width;
            let inside = &text[start + 1..];
            let end = inside.find(|c: char| c as u32 == u32::from(byte) || c.is_whitespace()).unwrap_or(inside.len());
            let single = |offset: usize| {
                inside.as_bytes().get(offset) == Some(&byte) && inside.as_bytes().get(offset + 1) != Some(&byte)
            };
            if width != 1 || end == 0 || !single(end) {
                continue;
            }
            let element = if byte == b'^' { Element::Superscript } else { Element::Subscript };
            let put =
                |at: usize, kind| Insertion { piece: index, at, width: 1, kinds: vec![(kind, Attributes::default())] };
            insertions.push(put(start, Kind::Open(element)));
            insertions.push(put(start + 1 + end, Kind::Close(element)));
            at = start + end + 2;
        }
    }
    if !insertions.is_empty() {
        insert(pieces, insertions);
    }
}

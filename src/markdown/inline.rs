use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::attributes::Attributes;
use super::marks;

/// A piece of running text: what the inline passes work on.
#[derive(Debug, Clone)]
pub(super) struct Piece<'a> {
    pub(super) kind: Kind<'a>,
    /// Where it stands in the text that was parsed.
    pub(super) at: Range<usize>,
    /// Attributes from a list behind it.
    pub(super) attributes: Attributes,
}

/// Kinds of pieces.
#[derive(Debug, Clone)]
pub(super) enum Kind<'a> {
    /// Text; characters that were escaped are protected ([`marks::protect`]).
    Text(String),
    Code(CowStr<'a>),
    Open(Element),
    Close(Element),
    Link(CowStr<'a>, CowStr<'a>),
    EndLink,
    /// Destination and title; the pieces up to the end are its alternative text.
    Image(CowStr<'a>, CowStr<'a>),
    EndImage,
    /// One tag of raw HTML, or a comment.
    Html(CowStr<'a>),
    SoftBreak,
    HardBreak,
    Footnote(CowStr<'a>),
    Task(bool),
    /// A formula; `true` if it stands on its own.
    Math(CowStr<'a>, bool),
    /// HTML made by an inline pass, with the words that it shows.
    Made(String, String),
}

/// Inline elements made by marks around text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    Emphasis,
    Strong,
    Delete,
    Insert,
    Highlight,
    Superscript,
    Subscript,
    Span,
}

impl Element {
    /// Its tag.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Emphasis => "em",
            Self::Strong => "strong",
            Self::Delete => "del",
            Self::Insert => "ins",
            Self::Highlight => "mark",
            Self::Superscript => "sup",
            Self::Subscript => "sub",
            Self::Span => "span",
        }
    }
}

impl<'a> Piece<'a> {
    /// A piece without attributes.
    pub(super) fn new(kind: Kind<'a>, at: Range<usize>) -> Self {
        Self { kind, at, attributes: Attributes::default() }
    }
}

/// Adds an event to a run of text; `false` if it is no inline event. `source` is the text that was parsed.
pub(super) fn add_event<'a>(pieces: &mut Vec<Piece<'a>>, event: &Event<'a>, at: &Range<usize>, source: &str) -> bool {
    let kind = match event {
        Event::Text(text) => {
            add_text(pieces, text, at, source);
            return true;
        }
        // As Python-Markdown does; CommonMark keeps a blank on one side.
        Event::Code(text) => Kind::Code(text.trim().to_owned().into()),
        Event::InlineHtml(html) | Event::Html(html) => Kind::Html(html.clone()),
        Event::InlineMath(tex) => Kind::Math(tex.clone(), false),
        Event::DisplayMath(tex) => Kind::Math(tex.clone(), true),
        Event::FootnoteReference(label) => Kind::Footnote(label.clone()),
        Event::SoftBreak => Kind::SoftBreak,
        Event::HardBreak => Kind::HardBreak,
        Event::TaskListMarker(done) => Kind::Task(*done),
        Event::Start(tag) => match open(tag) {
            Some(kind) => kind,
            None => return false,
        },
        Event::End(tag) => match close(*tag) {
            Some(kind) => kind,
            None => return false,
        },
        Event::Rule => return false,
    };
    pieces.push(Piece::new(kind, at.clone()));
    true
}

fn open<'a>(tag: &Tag<'a>) -> Option<Kind<'a>> {
    Some(match tag {
        Tag::Emphasis => Kind::Open(Element::Emphasis),
        Tag::Strong => Kind::Open(Element::Strong),
        Tag::Strikethrough => Kind::Open(Element::Delete),
        Tag::Superscript => Kind::Open(Element::Superscript),
        Tag::Subscript => Kind::Open(Element::Subscript),
        Tag::Link { link_type: pulldown_cmark::LinkType::Email, dest_url, title, .. } => {
            Kind::Link(format!("mailto:{dest_url}").into(), title.clone())
        }
        Tag::Link { dest_url, title, .. } => Kind::Link(dest_url.clone(), title.clone()),
        Tag::Image { dest_url, title, .. } => Kind::Image(dest_url.clone(), title.clone()),
        _ => return None,
    })
}

fn close(tag: TagEnd) -> Option<Kind<'static>> {
    Some(match tag {
        TagEnd::Emphasis => Kind::Close(Element::Emphasis),
        TagEnd::Strong => Kind::Close(Element::Strong),
        TagEnd::Strikethrough => Kind::Close(Element::Delete),
        TagEnd::Superscript => Kind::Close(Element::Superscript),
        TagEnd::Subscript => Kind::Close(Element::Subscript),
        TagEnd::Link => Kind::EndLink,
        TagEnd::Image => Kind::EndImage,
        _ => return None,
    })
}

/// Joins text that the parser gave in pieces, and protects what was escaped or written as an entity.
fn add_text(pieces: &mut Vec<Piece<'_>>, text: &str, at: &Range<usize>, source: &str) {
    let escaped = at.start > 0 && source.as_bytes()[at.start - 1] == b'\\' && {
        let before = pieces.last().map_or(0, |piece| piece.at.end);
        before < at.start
    };
    let entity = at.len() != text.len() && source.as_bytes().get(at.start) == Some(&b'&');
    let mut joined = String::new();
    for (index, character) in text.chars().enumerate() {
        if character == marks::GUARD {
            continue;
        }
        if entity && character == '&' {
            // Part of an address more often than not, and no syntax of the passes.
            joined.push('&');
        } else if entity && marks::is_mark(character) {
            joined.push('\u{FFFD}');
        } else if entity || (escaped && index == 0) {
            joined.push(marks::protect(character));
        } else {
            joined.push(character);
        }
    }
    if let Some(Piece { kind: Kind::Text(before), at: range, .. }) = pieces.last_mut() {
        before.push_str(&joined);
        range.end = at.end;
    } else {
        pieces.push(Piece::new(Kind::Text(joined), at.clone()));
    }
}

/// The words of a run, without markup: for titles, ids and search.
pub(super) fn words(pieces: &[Piece<'_>]) -> String {
    let mut out = String::new();
    let mut image = false;
    for piece in pieces {
        match &piece.kind {
            Kind::Image(..) => image = true,
            Kind::EndImage => image = false,
            _ if image => {}
            Kind::Text(text) => out.extend(text.chars().map(marks::reveal)),
            Kind::Code(text) => out.push_str(text),
            Kind::Math(text, _) => out.push_str(text),
            Kind::Made(_, shown) => out.push_str(shown),
            Kind::SoftBreak | Kind::HardBreak => out.push(' '),
            _ => {}
        }
    }
    out
}

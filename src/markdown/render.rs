use std::collections::VecDeque;
use std::ops::Range;

use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, OffsetIter, Options, Parser, Tag, TagEnd,
};

use super::abbreviations::Abbreviations;
use super::annotations::Annotations;
use super::container::Container;
use super::footnotes::Footnotes;
use super::headings::Headings;
use super::inline::{self, Kind, Piece};
use super::items::ItemOpening;
use super::mapped::Mapped;
use super::placeholders::Ended;
use super::sections::Sections;
use super::tabs::Tabs;
use super::writer::Writer;
use super::{CodeBlock, DiagramPlace, Dialect, Link, marks};
use crate::base::Problem;

/// What the parser is asked for. Metadata blocks are never among it: it takes any pair of rules in a page for one.
fn options(dialect: &Dialect) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST;
    if dialect.math {
        options |= Options::ENABLE_MATH;
    }
    options
}

/// Events with a look ahead.
struct Events<'a> {
    inner: OffsetIter<'a>,
    ahead: VecDeque<(Event<'a>, Range<usize>)>,
}

impl<'a> Events<'a> {
    fn next(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        self.ahead.pop_front().or_else(|| self.read())
    }

    /// The parser's next event. Guards are seen by it alone; those in running text go where that is collected.
    fn read(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        let (event, at) = self.inner.next()?;
        let event = match event {
            Event::Code(text) => Event::Code(unguarded(text)),
            Event::Html(html) => Event::Html(unguarded(html)),
            Event::InlineHtml(html) => Event::InlineHtml(unguarded(html)),
            Event::InlineMath(tex) => Event::InlineMath(unguarded(tex)),
            Event::DisplayMath(tex) => Event::DisplayMath(unguarded(tex)),
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                Event::Start(Tag::Link { link_type, dest_url: unguarded(dest_url), title: unguarded(title), id })
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                Event::Start(Tag::Image { link_type, dest_url: unguarded(dest_url), title: unguarded(title), id })
            }
            other => other,
        };
        Some((event, at))
    }

    fn peek(&mut self, index: usize) -> Option<&Event<'a>> {
        while self.ahead.len() <= index {
            let next = self.read()?;
            self.ahead.push_back(next);
        }
        self.ahead.get(index).map(|(event, _)| event)
    }
}

/// The state of a page while its events are written as HTML.
pub(super) struct Render<'a> {
    pub(super) source: &'a Mapped,
    pub(super) dialect: &'a Dialect,
    pub(super) containers: &'a [Container],
    pub(super) abbreviations: &'a Abbreviations,
    pub(super) writer: Writer,
    /// Elements that end in the text; the others are words.
    pub(super) ended: Ended,
    pub(super) links: Vec<Link>,
    pub(super) anchors: Vec<String>,
    pub(super) code: Vec<CodeBlock>,
    pub(super) diagrams: Vec<DiagramPlace>,
    pub(super) headings: Headings,
    pub(super) sections: Sections,
    pub(super) footnotes: Footnotes,
    pub(super) tabs: Tabs,
    pub(super) annotations: Annotations,
    /// The list item whose own text has not come yet.
    pub(super) item: Option<ItemOpening>,
    /// Numbered captions so far: figures and tables.
    pub(super) captions: [u32; 2],
    pub(super) problems: Vec<Problem>,
    /// Text of the first block, if it is a level-1 heading.
    pub(super) title: Option<String>,
    /// By how many levels headings are lowered; lowered ones have no id, since they stand inside another page.
    pub(super) demote: u8,
    /// Blocks so far.
    pub(super) blocks: usize,
    /// Inside which running text is collected.
    leaf: Option<Vec<Piece<'a>>>,
    /// What is open and needs a word at its end.
    pub(super) open: Vec<Frame>,
    alignments: Vec<Alignment>,
    column: usize,
}

/// An open block whose end is not told by its tag alone.
#[derive(Debug)]
pub(super) enum Frame {
    Quote,
    Box,
    Container(usize),
    Footnote(String, Writer),
    TableBody(bool),
}

impl<'a> Render<'a> {
    /// Ready for a text.
    pub(super) fn new(
        source: &'a Mapped,
        dialect: &'a Dialect,
        containers: &'a [Container],
        abbreviations: &'a Abbreviations,
    ) -> Self {
        Self {
            source,
            dialect,
            containers,
            abbreviations,
            writer: Writer::new(dialect.depth.max(8) as usize),
            ended: Ended::of(&source.text),
            links: Vec::new(),
            anchors: Vec::new(),
            code: Vec::new(),
            diagrams: Vec::new(),
            headings: Headings::default(),
            sections: Sections::new(),
            footnotes: Footnotes::default(),
            tabs: Tabs::default(),
            annotations: Annotations::default(),
            item: None,
            captions: [0; 2],
            problems: Vec::new(),
            title: None,
            demote: 0,
            blocks: 0,
            leaf: None,
            open: Vec::new(),
            alignments: Vec::new(),
            column: 0,
        }
    }

    /// Writes the whole text.
    pub(super) fn run(&mut self) {
        let parser = Parser::new_ext(&self.source.text, options(self.dialect)).into_offset_iter();
        let mut events = Events { inner: parser, ahead: VecDeque::new() };
        while let Some((event, at)) = events.next() {
            let block = matches!(&event, Event::Start(tag) if is_block(tag))
                || matches!(&event, Event::End(tag) if is_block_end(*tag))
                || matches!(event, Event::Rule);
            if !block {
                let pieces = self.leaf.get_or_insert_with(Vec::new);
                inline::add_event(pieces, &event, &at, &self.source.text);
                continue;
            }
            match event {
                Event::Start(tag) => self.start(tag, &at, &mut events),
                Event::End(tag) => self.end(tag, &at, &mut events),
                _ => {
                    self.flush();
                    self.begin_block();
                    self.writer.out.push_str("<hr>");
                }
            }
        }
        self.flush();
        self.tabs.flush_all(&mut self.writer);
    }

    /// Text of a tight list item has no paragraph around it: it ends where a block begins or ends.
    fn flush(&mut self) {
        if let Some(pieces) = self.leaf.take() {
            self.write_item_text(pieces);
        }
    }

    pub(super) fn begin_block(&mut self) {
        self.not_text();
        self.writer.block();
    }

    /// Something other than running text begins: neither the item's own text nor an annotated block's list is next.
    pub(super) fn not_text(&mut self) {
        self.blocks += 1;
        self.item = None;
        self.annotations.waiting = None;
    }

    fn start(&mut self, tag: Tag<'a>, at: &Range<usize>, events: &mut Events<'a>) {
        self.flush();
        match tag {
            Tag::Paragraph | Tag::Heading { .. } | Tag::TableCell | Tag::DefinitionListTitle => {
                self.leaf = Some(Vec::new());
            }
            Tag::BlockQuote(kind) => self.start_quote(kind, at.start, events),
            Tag::CodeBlock(kind) => self.code_block(&kind, at, events),
            Tag::HtmlBlock => self.html_block(at, events),
            Tag::List(first) => self.start_list(first),
            Tag::Item => {
                let task = matches!(events.peek(0), Some(Event::TaskListMarker(_))) || is_loose_task(events);
                let annotation = self.annotations.item();
                self.item = ItemOpening::write(task, annotation, &mut self.writer);
            }
            Tag::FootnoteDefinition(label) => {
                self.item = None;
                let inner = self.writer.nested();
                let outer = std::mem::replace(&mut self.writer, inner);
                self.open.push(Frame::Footnote(label.into_string(), outer));
            }
            Tag::DefinitionList => {
                self.begin_block();
                self.writer.open("dl", "");
            }
            Tag::DefinitionListDefinition => self.writer.open("dd", ""),
            Tag::Table(alignments) => {
                self.begin_block();
                self.alignments = alignments;
                self.writer.open("div", " class=\"cb-table\"");
                self.writer.open("table", "");
            }
            Tag::TableHead => {
                self.writer.open("thead", "");
                self.writer.open("tr", "");
                self.column = 0;
                self.open.push(Frame::TableBody(false));
            }
            Tag::TableRow => {
                if let Some(Frame::TableBody(open @ false)) = self.open.last_mut() {
                    *open = true;
                    self.writer.open("tbody", "");
                }
                self.column = 0;
                self.writer.open("tr", "");
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, at: &Range<usize>, events: &mut Events<'a>) {
        match tag {
            TagEnd::Paragraph => {
                let pieces = self.leaf.take().unwrap_or_default();
                return self.write_paragraph(pieces);
            }
            TagEnd::Heading(level) => {
                let pieces = self.leaf.take().unwrap_or_default();
                return self.write_heading(level as u8, pieces);
            }
            TagEnd::DefinitionListTitle => {
                let pieces = self.leaf.take().unwrap_or_default();
                return self.write_term(pieces);
            }
            TagEnd::TableCell => {
                let pieces = self.leaf.take().unwrap_or_default();
                return self.write_cell(pieces);
            }
            _ => self.flush(),
        }
        match tag {
            TagEnd::BlockQuote(_) => self.end_quote(events),
            TagEnd::List(ordered) => {
                self.annotations.end_list();
                self.writer.close(if ordered { "ol" } else { "ul" });
            }
            TagEnd::Item => self.writer.close("li"),
            TagEnd::FootnoteDefinition => self.end_footnote(at),
            TagEnd::DefinitionList => self.writer.close("dl"),
            TagEnd::DefinitionListDefinition => self.writer.close("dd"),
            TagEnd::TableHead => {
                self.writer.close("tr");
                self.writer.close("thead");
            }
            TagEnd::TableRow => self.writer.close("tr"),
            TagEnd::Table => {
                if let Some(Frame::TableBody(true)) = self.open.pop() {
                    self.writer.close("tbody");
                }
                self.writer.close("table");
                self.writer.close("div");
            }
            _ => {}
        }
    }

    fn start_list(&mut self, first: Option<u64>) {
        let annotations = self.annotations.start_list(first == Some(1));
        self.begin_block();
        match first {
            None => self.writer.open("ul", ""),
            Some(1) => self.writer.open("ol", if annotations { " class=\"cb-annotations\"" } else { "" }),
            Some(first) => self.writer.open("ol", &format!(" start=\"{first}\"")),
        }
    }

    fn start_quote(&mut self, kind: Option<BlockQuoteKind>, at: usize, events: &mut Events<'a>) {
        if let Some(index) = container_ahead(events, 0) {
            // The mark and the title stand in a paragraph of their own.
            events.next();
            let mut title: Vec<Piece<'a>> = Vec::new();
            while let Some((event, at)) = events.next() {
                if matches!(event, Event::End(TagEnd::Paragraph)) {
                    break;
                }
                inline::add_event(&mut title, &event, &at, &self.source.text);
            }
            strip_mark(&mut title);
            self.open.push(Frame::Container(index));
            let at = title.first().map_or(at, |piece| piece.at.start);
            return self.start_container(index, title, at);
        }
        self.begin_block();
        let (class, title) = match kind {
            None => {
                self.open.push(Frame::Quote);
                return self.writer.open("blockquote", "");
            }
            Some(BlockQuoteKind::Note) => ("note", "Note"),
            Some(BlockQuoteKind::Tip) => ("tip", "Tip"),
            Some(BlockQuoteKind::Important) => ("important", "Important"),
            Some(BlockQuoteKind::Warning) => ("warning", "Warning"),
            Some(BlockQuoteKind::Caution) => ("caution", "Caution"),
        };
        // As the gh-admonitions plugin does.
        let class = match class {
            "important" => "warning",
            "caution" => "danger",
            other => other,
        };
        self.open.push(Frame::Box);
        self.writer.open("div", &format!(" class=\"admonition {class}\""));
        self.writer.open("p", " class=\"admonition-title\"");
        self.writer.text(title);
        self.writer.close("p");
    }

    fn end_quote(&mut self, events: &mut Events<'a>) {
        match self.open.pop() {
            Some(Frame::Container(index)) => {
                let more = container_ahead(events, 1)
                    .filter(|_| matches!(events.peek(0), Some(Event::Start(Tag::BlockQuote(_)))));
                let joins = more.is_some_and(|next| {
                    matches!(self.containers.get(next), Some(Container::Tab { new_set: false, .. }))
                });
                self.end_container(index, joins);
            }
            Some(Frame::Box) => self.writer.close("div"),
            _ => self.writer.close("blockquote"),
        }
    }

    /// Whether running text stands directly in an element that holds nothing else.
    pub(super) fn is_inline(&self) -> bool {
        let Some(Frame::Container(index)) = self.open.last() else { return false };
        matches!(self.containers.get(*index), Some(Container::Element { inline: true, .. } | Container::Caption(_)))
    }

    fn end_footnote(&mut self, _at: &Range<usize>) {
        if let Some(Frame::Footnote(label, outer)) = self.open.pop() {
            let body = std::mem::replace(&mut self.writer, outer);
            self.writer.capped |= body.capped;
            self.footnotes.define(label, body.finish());
        }
    }

    fn write_cell(&mut self, pieces: Vec<Piece<'a>>) {
        let name = if matches!(self.open.last(), Some(Frame::TableBody(true))) { "td" } else { "th" };
        let align = match self.alignments.get(self.column) {
            Some(Alignment::Left) => " align=\"left\"",
            Some(Alignment::Center) => " align=\"center\"",
            Some(Alignment::Right) => " align=\"right\"",
            _ => "",
        };
        self.column += 1;
        self.write_leaf(name, align, pieces);
    }

    fn code_block(&mut self, kind: &CodeBlockKind<'a>, at: &Range<usize>, events: &mut Events<'a>) {
        let mut text = String::new();
        while let Some((event, _)) = events.next() {
            match event {
                Event::Text(part) => text.push_str(&unguarded(part)),
                _ => break,
            }
        }
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.clone(),
            CodeBlockKind::Indented => CowStr::Borrowed(""),
        };
        let list_follows = matches!(events.peek(0), Some(Event::Start(Tag::List(Some(1)))));
        self.write_code(&info, text, list_follows, at);
    }

    fn html_block(&mut self, at: &Range<usize>, events: &mut Events<'a>) {
        let mut html = String::new();
        let mut starts = Vec::new();
        while let Some((event, range)) = events.next() {
            match event {
                Event::Html(line) => {
                    starts.push((html.len(), range.start));
                    html.push_str(&line);
                }
                Event::Text(line) => html.push_str(&unguarded(line)),
                _ => break,
            }
        }
        self.not_text();
        self.write_html(&html, &starts, at.start);
    }
}

/// A text without guards, and without marks of containers that the parser did not take for quotes.
fn unguarded(text: CowStr<'_>) -> CowStr<'_> {
    const OURS: [char; 3] = [marks::GUARD, marks::CONTAINER, marks::CLOSE];
    if text.as_bytes().contains(&0xF4) && text.contains(OURS) {
        return text.replace(OURS, "").into();
    }
    text
}

fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }
    )
}

fn is_block_end(tag: TagEnd) -> bool {
    !matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

/// In a loose list the marker stands in a paragraph.
fn is_loose_task(events: &mut Events<'_>) -> bool {
    matches!(events.peek(0), Some(Event::Start(Tag::Paragraph)))
        && matches!(events.peek(1), Some(Event::TaskListMarker(_)))
}

/// The number of the container whose mark stands at the start of the quote that begins here.
fn container_ahead(events: &mut Events<'_>, from: usize) -> Option<usize> {
    if !matches!(events.peek(from), Some(Event::Start(Tag::Paragraph))) {
        return None;
    }
    let Some(Event::Text(text)) = events.peek(from + 1) else { return None };
    let number = text.strip_prefix(marks::CONTAINER)?;
    number[..number.find(marks::CLOSE)?].parse().ok()
}

fn strip_mark(title: &mut Vec<Piece<'_>>) {
    let Some(Piece { kind: Kind::Text(text), .. }) = title.first_mut() else { return };
    let rest = text.split_once(marks::CLOSE).map_or("", |(_, rest)| rest).trim_start().to_owned();
    if rest.is_empty() {
        title.remove(0);
    } else {
        *text = rest;
    }
}

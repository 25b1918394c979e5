//! Running text: paragraphs, headings, cells, items.

use std::ops::Range;

use super::attributes::{Attributes, write_one};
use super::inline::{Kind, Piece, words};
use super::passes;
use super::render::Render;
use super::sanitise::scheme;
use super::writer::push_escaped;
use super::{Link, LinkKind, annotations, marks, raw_html};

impl<'a> Render<'a> {
    pub(super) fn write_paragraph(&mut self, mut pieces: Vec<Piece<'a>>) {
        if is_toc(&pieces) {
            self.begin_block();
            marks::place(&mut self.writer.out, 'T', "");
            return;
        }
        if self.is_inline() {
            return self.write_item_text(pieces);
        }
        self.begin_block();
        let attributes = self.prepare(&mut pieces, false);
        self.sections.add(&words(&pieces));
        let mut opening = String::new();
        attributes.write(&mut opening);
        self.note_id(&attributes);
        self.writer.open("p", &opening);
        self.write_pieces(&pieces);
        self.writer.close("p");
    }

    /// Text of a tight list item, which has no element of its own.
    pub(super) fn write_item_text(&mut self, mut pieces: Vec<Piece<'a>>) {
        let item = self.item.take();
        let attributes = self.prepare(&mut pieces, false);
        if let Some(item) = item.filter(|_| !attributes.is_empty()) {
            self.note_id(&attributes);
            item.give(&attributes, &mut self.writer.out);
        }
        self.sections.add(&words(&pieces));
        self.write_pieces(&pieces);
    }

    /// A term; each line of it is one of its own.
    pub(super) fn write_term(&mut self, pieces: Vec<Piece<'a>>) {
        let mut lines = vec![Vec::new()];
        let mut open = 0_usize;
        for piece in pieces {
            match piece.kind {
                Kind::Open(_) | Kind::Link(..) | Kind::Image(..) => open += 1,
                Kind::Close(_) | Kind::EndLink | Kind::EndImage => open = open.saturating_sub(1),
                // Inside an element the line goes on.
                Kind::SoftBreak if open == 0 => {
                    lines.push(Vec::new());
                    continue;
                }
                _ => {}
            }
            lines.last_mut().expect("there is always a line").push(piece);
        }
        for line in lines {
            self.write_leaf("dt", "", line);
        }
    }

    pub(super) fn write_leaf(&mut self, name: &'static str, opening: &str, mut pieces: Vec<Piece<'a>>) {
        let attributes = self.prepare(&mut pieces, true);
        self.sections.add(&words(&pieces));
        let mut opening = opening.to_owned();
        attributes.write(&mut opening);
        self.note_id(&attributes);
        self.writer.open(name, &opening);
        self.write_pieces(&pieces);
        self.writer.close(name);
    }

    pub(super) fn write_heading(&mut self, level: u8, mut pieces: Vec<Piece<'a>>) {
        const NAMES: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];
        let name = NAMES[usize::from((level + self.demote).clamp(1, 6)) - 1];
        if self.demote > 0 {
            self.begin_block();
            return self.write_leaf(name, "", pieces);
        }
        let first = self.blocks == 0;
        self.begin_block();
        let mut attributes = self.prepare(&mut pieces, true);
        let text = words(&pieces);
        if first && level == 1 && !text.trim().is_empty() {
            self.title = Some(text.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        let chosen = attributes.id.take().filter(|id| super::attributes::allowed_name(id));
        let number = self.headings.add(level, &text, chosen);
        self.sections.heading(level, &text);
        let mut opening = String::from(" id=\"");
        marks::place(&mut opening, 'H', number);
        opening.push('"');
        attributes.write(&mut opening);
        self.writer.open(name, &opening);
        marks::place(&mut self.writer.out, 'G', number);
        self.write_pieces(&pieces);
        self.writer.end_raw();
        self.writer.out.push_str("<a class=\"headerlink\" href=\"#");
        marks::place(&mut self.writer.out, 'H', number);
        self.writer.out.push_str("\" title=\"Permanent link\">\u{B6}</a>");
        self.writer.close(name);
    }

    /// Runs the inline passes; gives the attributes of the block itself.
    fn prepare(&mut self, pieces: &mut Vec<Piece<'a>>, spaced: bool) -> Attributes {
        let attributes = passes::run(pieces, spaced, self.abbreviations, self.dialect.shorthand.as_ref());
        if let Some(group) = self.annotations.inside {
            annotations::mark_text(pieces, group);
        } else if attributes.classes.iter().any(|class| class == "annotate") {
            let group = self.annotations.begin();
            annotations::mark_text(pieces, group);
            self.annotations.waiting = Some(group);
        }
        attributes
    }

    fn note_id(&mut self, attributes: &Attributes) {
        self.anchors.extend(attributes.id.clone().filter(|id| super::attributes::allowed_name(id)));
    }

    /// Writes prepared pieces.
    pub(super) fn write_pieces(&mut self, pieces: &[Piece<'a>]) {
        let mut at = 0;
        while let Some(piece) = pieces.get(at) {
            at += 1;
            match &piece.kind {
                Kind::Image(destination, title) => {
                    let end = image_end(pieces, at);
                    let alt = words(&pieces[at..end]);
                    let attributes = pieces.get(end).map(|piece| piece.attributes.clone()).unwrap_or_default();
                    self.write_image(destination, title, &alt, &attributes, &piece.at);
                    at = end + 1;
                }
                Kind::Html(html) => self.write_html(html, &[(0, piece.at.start)], piece.at.start),
                _ => self.write_piece(piece, pieces, at),
            }
        }
    }

    fn write_piece(&mut self, piece: &Piece<'a>, pieces: &[Piece<'a>], after: usize) {
        match &piece.kind {
            Kind::Text(text) => self.writer.text(text),
            Kind::Code(text) => {
                let mut opening = String::new();
                piece.attributes.write(&mut opening);
                self.writer.open("code", &opening);
                self.writer.text(text);
                self.writer.close("code");
            }
            Kind::Open(element) => {
                let mut opening = String::new();
                piece.attributes.write(&mut opening);
                self.writer.open(element.name(), &opening);
            }
            Kind::Close(element) => self.writer.close(element.name()),
            Kind::Link(destination, title) => {
                let attributes = link_attributes(pieces, after);
                let opening = self.link_opening(destination, title, &attributes, &piece.at);
                self.writer.open("a", &opening);
            }
            Kind::EndLink => self.writer.close("a"),
            Kind::SoftBreak => self.writer.out.push('\n'),
            Kind::HardBreak => self.writer.out.push_str("<br>\n"),
            Kind::Footnote(label) => self.footnotes.refer(label, &mut self.writer.out),
            Kind::Task(done) => {
                let checked = if *done { " checked" } else { "" };
                self.writer.out.push_str(&format!("<input type=\"checkbox\" disabled{checked}> "));
            }
            Kind::Math(tex, display) => self.write_math(tex, *display, &piece.at),
            Kind::Made(html, _) => self.writer.out.push_str(html),
            Kind::Image(..) | Kind::EndImage | Kind::Html(_) => {}
        }
    }

    fn link_opening(&mut self, destination: &str, title: &str, attributes: &Attributes, at: &Range<usize>) -> String {
        let mut opening = String::new();
        let number = self.add_link(LinkKind::Link, destination, at);
        marks::place(&mut opening, 'L', number);
        if !title.is_empty() {
            write_one(&mut opening, "title", title);
        }
        self.note_id(attributes);
        attributes.write(&mut opening);
        marks::place(&mut opening, 'R', number);
        opening
    }

    fn write_image(&mut self, destination: &str, title: &str, alt: &str, attributes: &Attributes, at: &Range<usize>) {
        let number = self.add_link(LinkKind::Image, destination, at);
        let out = &mut self.writer.out;
        out.push_str("<img alt=\"");
        push_escaped(out, alt);
        out.push('"');
        marks::place(out, 'I', number);
        if !title.is_empty() {
            write_one(out, "title", title);
        }
        attributes.write(out);
        if !attributes.pairs.iter().any(|(key, _)| key == "loading") {
            out.push_str(" loading=\"lazy\"");
        }
        if !attributes.pairs.iter().any(|(key, _)| is_extent(key)) {
            marks::place(out, 'S', number);
        }
        out.push('>');
    }

    /// Notes a destination, with the span of its own words where they can be found.
    pub(super) fn add_link(&mut self, kind: LinkKind, destination: &str, at: &Range<usize>) -> usize {
        let text = &self.source.text[at.clone()];
        // An image's own destination comes before those of a link around it, a link's after those of images in it.
        let found = match kind {
            LinkKind::Link => text.rfind(destination),
            LinkKind::Image => text.find(destination),
        };
        let range = match found {
            Some(start) if !destination.is_empty() => at.start + start..at.start + start + destination.len(),
            _ => at.clone(),
        };
        self.add_destination(kind, marks::reveal_all(destination), range)
    }

    /// Notes a destination that stands at a range of the parsed text.
    pub(super) fn add_destination(&mut self, kind: LinkKind, destination: String, at: Range<usize>) -> usize {
        // What is copied from a page often begins with characters that nobody sees.
        let destination = destination.trim_start_matches(['\u{200B}', '\u{2060}', '\u{FEFF}']).to_owned();
        self.links.push(Link { kind, destination, span: self.source.span(at) });
        self.links.len() - 1
    }

    /// Writes raw HTML again in canonical form. `starts` tells where parts of it stand in the parsed text.
    pub(super) fn write_html(&mut self, html: &str, starts: &[(usize, usize)], fallback: usize) {
        let place = |at: usize| {
            let index = starts.partition_point(|(here, _)| *here <= at);
            index.checked_sub(1).map_or(fallback, |index| starts[index].1 + (at - starts[index].0))
        };
        for (at, token) in raw_html::tokens(html) {
            match token {
                raw_html::Token::Open { name, closed: false, .. } if self.ended.is_word(&name) => {
                    let end = raw_html::tag(html, at).map_or(html.len(), |(end, _)| end);
                    self.raw_text(&html[at..end]);
                }
                raw_html::Token::Text(text) => self.raw_text(text),
                raw_html::Token::Close { name } => self.writer.close_raw(&name),
                raw_html::Token::Open { name, attributes, closed } => self.open_raw(&name, &attributes, closed, &place),
            }
        }
    }

    fn raw_text(&mut self, text: &str) {
        let shown = raw_html::decode(text);
        self.sections.add(&shown);
        let out = &mut self.writer.out;
        // Entities stay as written; nothing in text begins a tag.
        for part in text.split_inclusive(['<', '>']) {
            match part.as_bytes().last() {
                Some(b'<') => {
                    out.push_str(&part[..part.len() - 1]);
                    out.push_str("&lt;");
                }
                Some(b'>') => {
                    out.push_str(&part[..part.len() - 1]);
                    out.push_str("&gt;");
                }
                _ => out.push_str(part),
            }
        }
    }

    fn open_raw(
        &mut self,
        name: &str,
        attributes: &[raw_html::Attribute<'_>],
        closed: bool,
        place: &dyn Fn(usize) -> usize,
    ) {
        if raw_html::TURNS_REST_TO_TEXT.contains(&name) {
            if name == "iframe" {
                self.frame_as_link(attributes, place);
            }
            return;
        }
        let opening = self.raw_attributes(name, attributes, place);
        self.writer.open_raw(name, &opening, closed);
    }

    /// A page of somebody else in a frame: a link to it. What stands in the element, for browsers without frames, follows.
    fn frame_as_link(&mut self, attributes: &[raw_html::Attribute<'_>], place: &dyn Fn(usize) -> usize) {
        let of = |wanted: &str| {
            let found = attributes.iter().find(|attribute| attribute.name == wanted)?;
            Some((raw_html::decode(found.value?).trim().to_owned(), found))
        };
        let shows_page = |url: &str| !url.is_empty() && matches!(scheme(url).as_deref(), None | Some("http" | "https"));
        let Some((url, source)) = of("src").filter(|(url, _)| shows_page(url)) else { return };
        let shown =
            of("title").map(|(title, _)| title).filter(|title| !title.is_empty()).unwrap_or_else(|| url.clone());
        let start = place(source.at);
        let range = start..(start + source.value.map_or(0, str::len)).min(self.source.text.len());
        let number = self.add_destination(LinkKind::Link, url, range);
        let mut opening = String::new();
        marks::place(&mut opening, 'L', number);
        opening.push_str(" class=\"cb-frame\"");
        marks::place(&mut opening, 'R', number);
        self.writer.open_raw("a", &opening, false);
        self.writer.text(&shown);
        self.writer.close_raw("a");
        self.writer.out.push(' ');
        self.sections.add(&shown);
    }

    /// Attributes of raw HTML as they may be written: destinations become places, the portal's names are left out.
    pub(super) fn raw_attributes(
        &mut self,
        name: &str,
        attributes: &[raw_html::Attribute<'_>],
        place: &dyn Fn(usize) -> usize,
    ) -> String {
        let mut opening = String::new();
        let mut external = None;
        let mut unsized_image = None;
        for attribute in attributes {
            let value = raw_html::decode(attribute.value.unwrap_or_default());
            match (attribute.name.as_str(), name) {
                ("href" | "src" | "poster", _) => {
                    let kind = if attribute.name == "href" { LinkKind::Link } else { LinkKind::Image };
                    let start = place(attribute.at);
                    let range = start..(start + attribute.value.map_or(0, str::len)).min(self.source.text.len());
                    let number = self.add_destination(kind, value.trim().to_owned(), range);
                    let letter = match attribute.name.as_str() {
                        "href" => 'L',
                        "src" => 'I',
                        _ => 'P',
                    };
                    marks::place(&mut opening, letter, number);
                    match name {
                        "a" => external = Some(number),
                        "img" if letter == 'I' => unsized_image = Some(number),
                        _ => {}
                    }
                }
                ("id", _) | ("name", "a") => {
                    if super::attributes::allowed_name(&value) {
                        self.anchors.push(value.clone());
                        if !opening.contains(" id=\"") {
                            write_one(&mut opening, "id", &value);
                        }
                    }
                }
                ("class", _) => {
                    let kept: Vec<&str> =
                        value.split_whitespace().filter(|class| super::attributes::allowed_name(class)).collect();
                    if !kept.is_empty() {
                        write_one(&mut opening, "class", &kept.join(" "));
                    }
                }
                ("style", _) => {
                    if let Some(align) = alignment(&value) {
                        write_one(&mut opening, "align", align);
                    }
                }
                ("markdown" | "rel" | "srcset" | "", _) => {}
                (key, _) if key.starts_with("on") => {}
                (key, _) => write_one(&mut opening, key, &value),
            }
        }
        if let Some(number) = external {
            marks::place(&mut opening, 'R', number);
        }
        if let Some(number) = unsized_image.filter(|_| !attributes.iter().any(|attribute| is_extent(&attribute.name))) {
            marks::place(&mut opening, 'S', number);
        }
        opening
    }
}

/// Whether an attribute says how large an image is shown.
fn is_extent(attribute: &str) -> bool {
    attribute.eq_ignore_ascii_case("width") || attribute.eq_ignore_ascii_case("height")
}

fn alignment(style: &str) -> Option<&'static str> {
    let value = style.split(';').find_map(|rule| {
        let (key, value) = rule.split_once(':')?;
        key.trim().eq_ignore_ascii_case("text-align").then(|| value.trim().to_ascii_lowercase())
    })?;
    ["left", "center", "right"].into_iter().find(|known| value == *known)
}

fn image_end(pieces: &[Piece<'_>], from: usize) -> usize {
    let mut depth = 0;
    for (index, piece) in pieces.iter().enumerate().skip(from) {
        match piece.kind {
            Kind::Image(..) => depth += 1,
            Kind::EndImage if depth == 0 => return index,
            Kind::EndImage => depth -= 1,
            _ => {}
        }
    }
    pieces.len()
}

/// Attributes of a link stand on its end.
fn link_attributes(pieces: &[Piece<'_>], from: usize) -> Attributes {
    pieces[from..]
        .iter()
        .find(|piece| matches!(piece.kind, Kind::EndLink))
        .map(|end| end.attributes.clone())
        .unwrap_or_default()
}

fn is_toc(pieces: &[Piece<'_>]) -> bool {
    matches!(pieces, [Piece { kind: Kind::Text(text), .. }] if matches!(text.trim(), "[TOC]" | "[toc]"))
}

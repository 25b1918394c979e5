//! Raw HTML between blocks: kept as it is, except that elements with a `markdown` attribute hold Markdown.

use super::blocks::{Blocks, ENDLESS, Place, State};
use super::container::Container;
use super::lines::Line;
use super::raw_html::{Token, is_void, tag};
use super::rules;
use super::starts::{self, Fence, fence};

impl<'a> Blocks<'a> {
    /// A block of raw HTML, or an element with Markdown inside; `None` if the line is running text.
    pub(super) fn html(&mut self, lines: &[Line<'a>], at: usize, state: &mut State) -> Option<usize> {
        let line = lines[at].trimmed();
        if line.text.starts_with("<!--") {
            let end =
                lines[at..].iter().position(|line| line.text.contains("-->")).map_or(lines.len(), |skip| at + skip + 1);
            let behind = lines[end - 1].text.find("-->").map_or(0, |at| at + 3);
            let behind = lines[end - 1].from(behind);
            if state.paragraph > 0 && !behind.is_blank() {
                // Within a paragraph the comment is left out, and the paragraph goes on.
                self.emit_guarded(behind.trimmed());
                state.paragraph += 1;
                return Some(end);
            }
            if end == at + 1 && stands_for_a_term(&lines[end..]) {
                self.emit_guarded(line);
                state.definition = true;
                return Some(end);
            }
            return Some(self.verbatim(lines, at, end));
        }
        let (width, token) = tag(line.text, 0)?;
        let name = match &token {
            Token::Open { name, .. } | Token::Close { name } => name.clone(),
            Token::Text(_) => return None,
        };
        if matches!(token, Token::Open { closed: false, .. }) && self.ended.is_word(&name) {
            // CommonMark would take it for an element, and what is below it for raw HTML.
            let begins = is_block(&name) || is_verbatim(&name) || line.text[width..].trim().is_empty();
            return begins.then(|| {
                self.emit_guarded(line);
                at + 1
            });
        }
        if is_verbatim(&name) && matches!(token, Token::Open { .. }) {
            let closing = format!("</{name}");
            let ends = |line: &Line<'a>| line.text.to_ascii_lowercase().contains(&closing);
            let end = lines[at..].iter().position(ends).map_or(lines.len(), |skip| at + skip + 1);
            return Some(self.verbatim(lines, at, end));
        }
        if has_markdown(&token)
            && !is_void(&name)
            && let Some(next) = self.element(lines, at)
        {
            return Some(next);
        }
        if !is_block(&name) {
            // Alone on its line an inline tag would turn the lines below it into raw HTML.
            let goes_on =
                line.text[width..].trim().is_empty() && lines.get(at + 1).is_some_and(|next| !next.is_blank());
            if state.paragraph == 0 && goes_on && is_inline(&name) {
                self.emit_guarded(line);
                state.definition = false;
                return Some(at + 1);
            }
            return None;
        }
        if name == "table" && matches!(token, Token::Open { .. }) {
            return Some(self.table(lines, at));
        }
        Some(self.raw_block(lines, at, state))
    }

    fn verbatim(&mut self, lines: &[Line<'a>], at: usize, end: usize) -> usize {
        for (index, line) in lines[at..end].iter().enumerate() {
            self.emit(if index == 0 { line.trimmed() } else { *line });
        }
        end
    }

    /// Lines up to a blank one, or to one that begins an element with Markdown inside.
    fn raw_block(&mut self, lines: &[Line<'a>], at: usize, state: &mut State) -> usize {
        let mut end = at;
        while let Some(line) = lines.get(end).filter(|line| !line.is_blank()) {
            let trimmed = line.trimmed();
            if end > at
                && trimmed.text.starts_with('<')
                && tag(trimmed.text, 0).is_some_and(|(_, token)| has_markdown(&token))
            {
                self.blank();
                break;
            }
            let before = state.html;
            state.html = count_open(trimmed.text, before);
            self.emit(trimmed);
            end += 1;
            // Where all is closed, running text or an inline element begins a paragraph, as in Python-Markdown.
            let closed = state.html == 0 && (before > 0 || trimmed.text.contains("</"));
            if closed && lines.get(end).is_some_and(|next| !next.is_blank() && !begins_html(next.text.trim_start())) {
                self.blank();
                break;
            }
            // A rule or a break ends where it stands.
            let single = tag(trimmed.text, 0).is_some_and(|(width, token)| {
                trimmed.text[width..].trim().is_empty() && matches!(&token, Token::Open { name, .. } if name == "hr")
            });
            if single {
                self.blank();
                break;
            }
        }
        end
    }

    /// A table up to its end tag, without blank lines, so that what is indented in it is not code.
    fn table(&mut self, lines: &[Line<'a>], at: usize) -> usize {
        let mut depth = 0_usize;
        for (index, line) in lines.iter().enumerate().skip(at) {
            let text = line.text.to_ascii_lowercase();
            depth = (depth + text.matches("<table").count()).saturating_sub(text.matches("</table").count());
            if !line.is_blank() {
                self.emit(line.trimmed());
            }
            if depth == 0 {
                return index + 1;
            }
        }
        lines.len()
    }

    /// `<div markdown>` … `</div>`.
    fn element(&mut self, lines: &[Line<'a>], at: usize) -> Option<usize> {
        let line = lines[at].trimmed();
        let (open_end, token) = tag(line.text, 0)?;
        let Token::Open { name, attributes, closed: false } = token else { return None };
        if self.endless >= ENDLESS {
            return None;
        }
        let Some((end, close_start, close_end)) = find_end(lines, at, lines[at].indent() + open_end, &name) else {
            self.endless += 1;
            let message = format!("`<{name} markdown>` is never closed; what follows is read as Markdown all the same");
            self.report(&rules::UNCLOSED_CONTAINER, line.at..line.at + open_end, &message);
            return None;
        };
        let asked =
            attributes.iter().find(|attribute| attribute.name == "markdown").and_then(|attribute| attribute.value);
        let inline = match asked {
            Some("span") => true,
            Some("block") => false,
            _ => {
                matches!(name.as_str(), "p" | "span" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "summary" | "dt" | "a")
            }
        };
        let mut body = Vec::new();
        if end == at {
            body.push(lines[at].from(lines[at].indent() + open_end));
            body[0].text = &lines[at].text[lines[at].indent() + open_end..close_start];
        } else {
            body.push(line.from(open_end));
            body.extend_from_slice(&lines[at + 1..end]);
            body.push(Line { text: &lines[end].text[..close_start], at: lines[end].at });
        }
        let body = level(&body);
        let container = Container::Element { tag: line.text[..open_end].to_owned(), inline };
        self.container(container, "", line.at, &body);
        let rest = lines[end].from(close_end);
        if !rest.is_blank() {
            self.walk(&[rest.trimmed()], Place::default());
        }
        Some(end + 1)
    }
}

/// The body of an element without the indentation that all its lines have.
fn level<'a>(body: &[Line<'a>]) -> Vec<Line<'a>> {
    let mut out: Vec<Line<'a>> = body.to_vec();
    out[0] = out[0].trimmed();
    let indent = out.iter().skip(1).filter(|line| !line.is_blank()).map(Line::indent).min().unwrap_or(0);
    for line in out.iter_mut().skip(1) {
        *line = line.dedent(indent);
    }
    out
}

/// Where an element ends: line, and the range of its end tag in that line.
fn find_end(lines: &[Line<'_>], at: usize, column: usize, name: &str) -> Option<(usize, usize, usize)> {
    let mut depth = 0;
    let mut code: Option<Fence> = None;
    for (index, line) in lines.iter().enumerate().skip(at) {
        let mut from = if index == at { column } else { 0 };
        let trimmed = line.text.trim_start();
        match code {
            Some(open) => {
                if open.closed_by(trimmed) {
                    code = None;
                }
                continue;
            }
            None if index > at => code = fence(trimmed),
            None => {}
        }
        while code.is_none()
            && let Some(found) = line.text[from..].find('<')
        {
            let start = from + found;
            from = start + 1;
            match tag(line.text, start) {
                Some((end, Token::Close { name: other })) if other == name => {
                    if depth == 0 {
                        return Some((index, start, end));
                    }
                    depth -= 1;
                    from = end;
                }
                Some((end, Token::Open { name: other, closed: false, .. })) if other == name => {
                    depth += 1;
                    from = end;
                }
                _ => {}
            }
        }
    }
    None
}

/// Whether a definition follows, so that a comment above it is a term without words.
fn stands_for_a_term(lines: &[Line<'_>]) -> bool {
    let next = lines.iter().find(|line| !line.is_blank());
    next.is_some_and(|line| line.indent() < 4 && starts::definition(line.text.trim_start()).is_some())
}

fn has_markdown(token: &Token<'_>) -> bool {
    let Token::Open { attributes, .. } = token else { return false };
    attributes.iter().any(|attribute| attribute.name == "markdown" && attribute.value != Some("0"))
}

/// Whether a line belongs to raw HTML: it begins with a block's tag or a comment.
fn begins_html(text: &str) -> bool {
    text.starts_with("<!--")
        || match tag(text, 0) {
            Some((_, Token::Open { name, .. } | Token::Close { name })) => !is_inline(&name),
            _ => false,
        }
}

/// Open block elements after a line of raw HTML.
fn count_open(text: &str, before: usize) -> usize {
    let mut open = before;
    let mut from = 0;
    while let Some(found) = text[from..].find('<') {
        let start = from + found;
        from = start + 1;
        match tag(text, start) {
            Some((end, Token::Open { name, closed: false, .. })) if is_block(&name) && !is_void(&name) => {
                open += 1;
                from = end;
            }
            Some((end, Token::Close { name })) if is_block(&name) => {
                open = open.saturating_sub(1);
                from = end;
            }
            _ => {}
        }
    }
    open
}

/// Elements whose text is no Markdown, blank lines or not (CommonMark's first kind).
fn is_verbatim(name: &str) -> bool {
    matches!(name, "pre" | "script" | "style" | "textarea")
}

/// Elements of running text.
fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "b"
            | "big"
            | "br"
            | "code"
            | "del"
            | "em"
            | "font"
            | "i"
            | "img"
            | "ins"
            | "kbd"
            | "mark"
            | "q"
            | "s"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "tt"
            | "u"
            | "wbr"
    )
}

/// Elements that begin a block of raw HTML (CommonMark's sixth kind).
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "base"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "col"
            | "colgroup"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "head"
            | "header"
            | "hr"
            | "html"
            | "iframe"
            | "legend"
            | "li"
            | "link"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "optgroup"
            | "option"
            | "p"
            | "param"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "title"
            | "tr"
            | "track"
            | "ul"
    )
}

//! Lists, quotes, definitions and footnotes: what belongs to them although it is indented too little or too much.

use super::attributes::Attributes;
use super::blocks::{Blocks, Place, State, find_close};
use super::container::{Container, Title};
use super::lines::Line;
use super::starts::{self, Marker, fence};

/// How many fences without an end are looked for in one item.
const FAILURES: usize = 8;
/// How many lines left of a fence its search goes on for.
const PATIENCE: usize = 200;

impl<'a> Blocks<'a> {
    /// A list item with all that belongs to it.
    pub(super) fn item(&mut self, lines: &[Line<'a>], at: usize, marker: Marker, state: &mut State) -> usize {
        let line = lines[at];
        let indent = line.indent();
        let content = indent + marker.content();
        let end = belongings(lines, at, indent, content);
        let text = line.from(indent);
        let skip = if marker.empty { text.text.len() } else { marker.content() };
        let mut body = vec![text.from(skip.min(text.text.len()))];
        let columns = columns(&lines[at + 1..end], indent, content);
        body.extend(lines[at + 1..end].iter().map(|line| line.dedent(columns)));
        let mark = format!("{} ", &text.text[..marker.width]);
        let place = Place { item: true, slack: 4_usize.saturating_sub(marker.content()) };
        self.nested(&mark, &" ".repeat(mark.len()), &body, place);
        // What follows without a blank line may go on with the item's last paragraph.
        state.item = true;
        state.paragraph = usize::from(lines.get(end - 1).is_some_and(|last| continues(last.text.trim_start())));
        end
    }

    /// `: text` below its term.
    pub(super) fn definition(&mut self, lines: &[Line<'a>], at: usize) -> usize {
        let line = lines[at];
        let indent = line.indent();
        let text = line.from(indent);
        let width = starts::definition(text.text).unwrap_or(2);
        let end = belongings(lines, at, indent, indent + 4);
        let mut body = vec![text.from(width).trimmed()];
        body.extend(lines[at + 1..end].iter().map(|line| line.dedent(indent + 4)));
        self.nested(": ", "  ", &body, Place::default());
        end
    }

    /// `[^label]: text` with its indented body.
    pub(super) fn footnote(&mut self, lines: &[Line<'a>], at: usize) -> Option<usize> {
        let line = lines[at].trimmed();
        let width = starts::footnote(line.text)?;
        let end = belongings(lines, at, 0, 4);
        let mut body = vec![line.from(width).trimmed()];
        body.extend(lines[at + 1..end].iter().map(|line| line.dedent(4)));
        let blank = body.iter().take_while(|line| line.is_blank()).count().min(body.len() - 1);
        body.drain(..blank);
        let label = format!("{} ", &line.text[..width]);
        self.nested(&label, "    ", &body, Place::default());
        Some(end)
    }

    /// A block quote, an alert, or a quote between two lines of `>>>`; whether it ends in running text.
    pub(super) fn quote(&mut self, lines: &[Line<'a>], at: usize) -> (usize, bool) {
        if let Some(next) = self.long_quote(lines, at) {
            return (next, false);
        }
        let end = quote_end(lines, at);
        let mut body: Vec<Line<'a>> = lines[at..end].iter().map(|line| unquoted(*line)).collect();
        if is_alert(&body) {
            // Of a box that was turned into an alert: what is still indented behind it belongs to it.
            let more = indented_end(lines, end);
            body.extend(lines[end..more].iter().map(|line| line.dedent(4)));
            self.alert(&body);
            return (more, false);
        }
        let begin = self.first.take().unwrap_or_else(|| self.prefix.clone());
        self.first = Some(begin + "> ");
        let outer = self.prefix.len();
        self.prefix.push_str("> ");
        self.walk(&body, Place::default());
        if self.first.is_some() {
            self.blank();
        }
        self.prefix.truncate(outer);
        (end, body.last().is_some_and(|last| continues(last.text.trim_start())))
    }

    /// `[!NOTE]` on the first line makes a box of a quote.
    fn alert(&mut self, body: &[Line<'a>]) -> bool {
        let Some(first) = body.iter().position(|line| !line.is_blank()) else { return false };
        let line = body[first].trimmed();
        let Some((class, name, title)) = starts::alert(line.text) else { return false };
        let container = Container::Admonition {
            classes: vec![class.to_owned()],
            title: Title::Given,
            attributes: Attributes::default(),
        };
        let shown = if title.is_empty() { name } else { &line.text[title.clone()] };
        self.container(container, shown, line.at + title.start, &body[first + 1..]);
        true
    }

    /// GitLab's quotes of several lines.
    fn long_quote(&mut self, lines: &[Line<'a>], at: usize) -> Option<usize> {
        let line = lines[at].trimmed();
        let rest = line.text.strip_prefix(">>>")?;
        if !rest.trim().is_empty() && starts::alert(rest.trim()).is_none() {
            return None;
        }
        let close = lines[at + 1..].iter().position(|line| line.text.trim() == ">>>")? + at + 1;
        let mut body = Vec::new();
        if !rest.trim().is_empty() {
            body.push(line.from(3).trimmed());
        }
        body.extend_from_slice(&lines[at + 1..close]);
        if !self.alert(&body) {
            self.blank();
            self.nested("> ", "> ", &body, Place::default());
            self.blank();
        }
        Some(close + 1)
    }
}

fn is_alert(body: &[Line<'_>]) -> bool {
    let first = body.iter().find(|line| !line.is_blank());
    first.is_some_and(|line| starts::alert(line.trimmed().text).is_some())
}

/// The line after those that stand four columns in, from the first of which a blank line may set them apart.
fn indented_end(lines: &[Line<'_>], at: usize) -> usize {
    let mut end = at;
    for (index, line) in lines.iter().enumerate().skip(at) {
        if line.is_blank() {
            continue;
        }
        if line.indent() < 4 {
            break;
        }
        end = index + 1;
    }
    end
}

/// A line of a quote without its mark.
fn unquoted(line: Line<'_>) -> Line<'_> {
    let inner = line.trimmed();
    if !inner.text.starts_with('>') {
        return inner;
    }
    let inner = inner.from(1);
    if inner.text.starts_with(' ') { inner.from(1) } else { inner }
}

/// The line after a quote. Quotes with only blank lines between them are one, unless one is an alert.
fn quote_end(lines: &[Line<'_>], at: usize) -> usize {
    let is_alert = |line: Line<'_>| starts::alert(unquoted(line).text.trim()).is_some();
    let mut end = at;
    loop {
        end += lines[end..].iter().take_while(|line| line.text.trim_start().starts_with('>')).count();
        let blank = lines[end..].iter().take_while(|line| line.is_blank()).count();
        let next = lines.get(end + blank).filter(|line| line.indent() < 4 && line.text.trim_start().starts_with('>'));
        match next {
            Some(next)
                if blank > 0
                    && !is_alert(lines[at])
                    && !is_alert(*next)
                    && !next.text.trim_start().starts_with(">>>") =>
            {
                end += blank;
            }
            _ => return end,
        }
    }
}

/// By how much the lines of an item are cut back: to its text, or to the line that stands furthest left of it, so that
/// they keep their places among each other.
fn columns(lines: &[Line<'_>], indent: usize, content: usize) -> usize {
    let inside = lines.iter().filter(|line| !line.is_blank() && line.indent() >= indent + 2);
    inside.map(Line::indent).min().unwrap_or(content).min(content)
}

/// The line after the last that belongs to an item at `indent` whose text begins at `content`.
fn belongings(lines: &[Line<'_>], at: usize, indent: usize, content: usize) -> usize {
    let (mut end, mut next, mut blank, mut failures) = (at + 1, at + 1, false, 0);
    while let Some(line) = lines.get(next) {
        if line.is_blank() {
            blank = true;
            next += 1;
            continue;
        }
        let here = line.indent();
        let text = &line.text[here..];
        let inside = here >= content || here >= indent + 2;
        let lazy = || {
            !blank
                && !starts::begins_block(text)
                && starts::marker(text).is_none()
                && starts::definition(text).is_none()
                && continues(lines[next - 1].text.trim_start())
        };
        if !inside && !lazy() {
            break;
        }
        let close = fence(text).filter(|_| inside && failures < FAILURES).and_then(|fence| {
            let close = find_close(&lines[next + 1..], fence, here, indent + 1, PATIENCE);
            failures += usize::from(close.is_none());
            close
        });
        next += close.map_or(1, |skip| skip + 2);
        end = next;
        blank = false;
    }
    end.min(lines.len())
}

/// Whether a line may be one of a paragraph, so that the next may go on with it.
fn continues(text: &str) -> bool {
    let inner = starts::marker(text).map_or(text, |marker| text[marker.width..].trim_start());
    !inner.is_empty()
        && fence(inner).is_none()
        && !starts::is_heading(inner)
        && !starts::is_rule(inner)
        && starts::indented(inner).is_none()
        && !inner.starts_with('|')
        && !inner.ends_with("-->")
}

//! Containers that the line passes set apart: indented boxes, `///` and `:::` blocks.

use super::attributes::{Attributes, parse_attributes};
use super::blocks::{Blocks, ENDLESS};
use super::container::{Container, Numbered, Title};
use super::lines::Line;
use super::rules;
use super::starts::{self, fence};

impl<'a> Blocks<'a> {
    /// `!!!`, `???` or `===` with its indented body.
    pub(super) fn indented_box(&mut self, lines: &[Line<'a>], at: usize) -> Option<usize> {
        let indent = lines[at].indent();
        let line = lines[at].from(indent);
        let found = starts::indented(line.text)?;
        let next = lines[at + 1..].iter().position(|line| !line.is_blank()).map(|skip| at + 1 + skip);
        // Four columns, or what the first line has if it stands right below and has at least two.
        let columns = match next {
            Some(next) if next == at + 1 && lines[next].indent() >= indent + 2 => {
                (lines[next].indent() - indent).min(4)
            }
            _ => 4,
        };
        let mut end = at + 1;
        for (index, line) in lines.iter().enumerate().skip(at + 1) {
            if line.is_blank() {
                continue;
            }
            if line.indent() < indent + columns {
                break;
            }
            end = index + 1;
        }
        let body: Vec<Line<'a>> = lines[at + 1..end].iter().map(|line| line.dedent(indent + columns)).collect();
        self.container(found.container, &line.text[found.title.clone()], line.at + found.title.start, &body);
        Some(end)
    }

    /// `/// note | Title` up to `///`.
    pub(super) fn slash_block(&mut self, lines: &[Line<'a>], at: usize) -> Option<usize> {
        let line = lines[at].trimmed();
        let (length, name, title) = starts::slashes(line.text)?;
        let options_end =
            at + 1 + lines[at + 1..].iter().take_while(|line| !line.is_blank() && line.indent() >= 4).count();
        let options = options(&lines[at + 1..options_end]);
        let container = slash_container(name, &line.text[title.clone()], &options)?;
        let opens = |text: &str| {
            starts::slashes(text)
                .is_some_and(|(other, name, _)| other == length && slash_container(name, "x", &Vec::new()).is_some())
        };
        let closes = |text: &str| text.trim_end().len() == length && text.trim_end().bytes().all(|byte| byte == b'/');
        let close = self.matching(lines, at, options_end, &opens, &closes)?;
        let title = if matches!(container, Container::Element { .. } | Container::Caption(_)) {
            title.end..title.end
        } else {
            title
        };
        self.container(container, &line.text[title.clone()], line.at + title.start, &lines[options_end..close]);
        Some(close + 1)
    }

    /// `:::note Title` up to `:::`.
    pub(super) fn colon_block(&mut self, lines: &[Line<'a>], at: usize) -> Option<usize> {
        let line = lines[at].trimmed();
        if let Some(options) = line.text.strip_prefix("::uml::") {
            return self.uml_block(lines, at, options);
        }
        let (length, name, title) = starts::colons(line.text)?;
        let opens = |text: &str| starts::colons(text).is_some_and(|(other, _, _)| other == length);
        let closes = |text: &str| text.trim_end().len() == length && text.trim_end().bytes().all(|byte| byte == b':');
        let close = self.matching(lines, at, at + 1, &opens, &closes)?;
        let kind = if title.is_empty() { Title::Default } else { Title::Given };
        let (classes, attributes) = (vec![name.clone()], Attributes::default());
        let container = if name == "details" {
            Container::Details { classes, title: kind, open: false, attributes }
        } else {
            Container::Admonition { classes, title: kind, attributes }
        };
        self.container(container, &line.text[title.clone()], line.at + title.start, &lines[at + 1..close]);
        Some(close + 1)
    }

    /// `::uml:: OPTIONS` … `::end-uml::`, as `plantuml_markdown` has it beside fences: becomes a fence.
    fn uml_block(&mut self, lines: &[Line<'a>], at: usize, options: &str) -> Option<usize> {
        let closes = |line: &Line<'a>| line.text.trim() == "::end-uml::";
        if self.endless >= ENDLESS {
            return None;
        }
        let found = lines.iter().skip(at + 1).position(closes);
        let Some(end) = found.map(|skip| at + 1 + skip) else {
            self.never_closed(&lines[at]);
            return None;
        };
        let body = &lines[at + 1..end];
        // Longer than any in the body.
        let tildes = |line: &Line<'a>| line.text.trim_start().bytes().take_while(|byte| *byte == b'~').count();
        let mark = "~".repeat(body.iter().map(tildes).max().unwrap_or(0).max(2) + 1);
        self.emit_made(&format!("{mark} plantuml {}", options.trim()), lines[at].at);
        for line in body {
            self.emit(line.dedent(lines[at].indent()));
        }
        self.emit_made(&mark, lines[end].at);
        Some(end + 1)
    }

    /// The line that ends a block begun at `at`; without one, that is said and the block is text.
    fn matching(
        &mut self,
        lines: &[Line<'a>],
        at: usize,
        from: usize,
        opens: &dyn Fn(&str) -> bool,
        closes: &dyn Fn(&str) -> bool,
    ) -> Option<usize> {
        if self.endless >= ENDLESS {
            return None;
        }
        let (mut depth, mut code) = (0, None);
        for (index, line) in lines.iter().enumerate().skip(from) {
            let text = line.text.trim_start();
            match code {
                Some(open) if starts::Fence::closed_by(&open, text) => code = None,
                Some(_) => {}
                None if closes(text) && depth == 0 => return Some(index),
                None if closes(text) => depth -= 1,
                None if opens(text) => depth += 1,
                None => code = fence(text),
            }
        }
        self.never_closed(&lines[at]);
        None
    }

    fn never_closed(&mut self, opening: &Line<'a>) {
        self.endless += 1;
        let line = opening.trimmed();
        let place = line.at..line.at + line.text.len();
        self.report(&rules::UNCLOSED_CONTAINER, place, "this block is never closed; it is shown as text");
    }
}

/// `key: value` lines below an opening.
fn options(lines: &[Line<'_>]) -> Vec<(String, String)> {
    let pairs = lines.iter().filter_map(|line| line.text.trim().split_once(':'));
    pairs.map(|(key, value)| (key.trim().to_owned(), value.trim().trim_matches(['"', '\'']).to_owned())).collect()
}

fn slash_container(name: &str, title: &str, options: &[(String, String)]) -> Option<Container> {
    let option = |key: &str| options.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str());
    let kind = if title.is_empty() { Title::Default } else { Title::Given };
    let attributes = option("attrs").and_then(flow_attributes).unwrap_or_default();
    Some(match name {
        "tab" => Container::Tab { new_set: option("new") == Some("true"), selected: option("select") == Some("true") },
        "html" => Container::Element { tag: selector_tag(title)?, inline: false },
        "caption" => Container::Caption(None),
        "figure-caption" => Container::Caption(Some(Numbered::Figure)),
        "table-caption" => Container::Caption(Some(Numbered::Table)),
        "admonition" => {
            let class = option("type").unwrap_or("note");
            Container::Admonition {
                classes: class.split_whitespace().map(str::to_owned).collect(),
                title: kind,
                attributes,
            }
        }
        _ => {
            let open = option("open") == Some("true");
            let details = name.strip_prefix("details").map(|rest| rest.trim_start_matches('-'));
            match details {
                Some(class) => {
                    let class = option("type").unwrap_or(class);
                    let classes: Vec<String> = class.split_whitespace().map(str::to_owned).collect();
                    Container::Details { classes, title: kind, open, attributes }
                }
                None if starts::is_box(name) => {
                    Container::Admonition { classes: vec![name.to_owned()], title: kind, attributes }
                }
                None => return None,
            }
        }
    })
}

/// `{class: a b, id: c}`.
fn flow_attributes(text: &str) -> Option<Attributes> {
    let inside = text.strip_prefix('{')?.strip_suffix('}')?;
    let mut attributes = Attributes::default();
    for pair in inside.split(',') {
        let (key, value) = pair.split_once(':')?;
        let value = value.trim().trim_matches(['"', '\'']);
        match key.trim() {
            "id" => attributes.id = Some(value.to_owned()),
            "class" => attributes.classes.extend(value.split_whitespace().map(str::to_owned)),
            key => attributes.pairs.push((key.to_ascii_lowercase(), value.to_owned())),
        }
    }
    Some(attributes)
}

/// `div.class#id[key=value]` as a start tag.
fn selector_tag(selector: &str) -> Option<String> {
    let end = selector.find(['.', '#', '[']).unwrap_or(selector.len());
    let (name, rest) = selector.split_at(end);
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let spaced = rest.replace(['[', ']'], " ").replace('.', " .").replace('#', " #");
    let mut tag = format!("<{name}");
    parse_attributes(&spaced).unwrap_or_default().write(&mut tag);
    tag.push('>');
    Some(tag)
}

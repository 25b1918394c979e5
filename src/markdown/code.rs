//! Code blocks: what stands behind the fence, and the place of the block in the body.

use std::ops::Range;

use super::attributes::{Attributes, parse_attributes};
use super::math::mathml;
use super::render::Render;
use super::{CodeBlock, DiagramPlace, annotations, marks, rules};
use crate::base::DiagramLanguage;

/// Separates the fields of a code block's place.
pub(super) const FIELD: char = '\u{10FA03}';

/// What is written behind a fence.
#[derive(Debug, Default, PartialEq)]
pub(super) struct FenceInfo {
    /// The author's word, lower case.
    pub(super) language: String,
    /// `title="…"`.
    pub(super) title: String,
    /// `linenums="5"`.
    pub(super) first_line: Option<u32>,
    /// `hl_lines="1 3-4"`.
    pub(super) marked: String,
    /// Other attributes.
    pub(super) attributes: Attributes,
}

/// Reads the words behind a fence: `py title="f.py" hl_lines="2"`, `{ .py #id title="x" }`, `js {1,3}`.
pub(super) fn fence_info(info: &str) -> FenceInfo {
    let info = info.trim();
    let mut out = FenceInfo::default();
    let first = info.split_whitespace().next().unwrap_or_default();
    let (word, rest) = if first.contains('=') && !first.starts_with('{') {
        ("", info)
    } else if let Some(inside) = info.strip_prefix('{') {
        ("", inside.trim_end().trim_end_matches('}'))
    } else {
        let end = info.find(|c: char| c.is_whitespace() || c == '{').unwrap_or(info.len());
        let (word, rest) = info.split_at(end);
        (word, rest.trim())
    };
    out.language = word.trim_start_matches('.').trim_end_matches(',').to_lowercase();
    let rest = rest.strip_prefix('{').map_or(rest, |inside| inside.trim_end_matches('}'));
    if is_ranges(rest) {
        out.marked = rest.replace(',', " ");
        return out;
    }
    let Some(mut attributes) = parse_attributes(rest) else { return out };
    if out.language.is_empty() && !attributes.classes.is_empty() {
        out.language = attributes.classes.remove(0).to_lowercase();
    }
    attributes.pairs.retain(|(key, value)| {
        match key.as_str() {
            // `tab="…"` is how blocks were put in tabs before `===`: its label is what such a block is called.
            "title" | "filename" | "tab" => out.title.clone_from(value),
            "hl_lines" => out.marked.clone_from(value),
            "linenums" | "linenostart" => {
                out.first_line = value.split_whitespace().next().and_then(|first| first.parse().ok());
            }
            _ => {}
        }
        false
    });
    out.attributes = attributes;
    out
}

/// Code that an author began on the line of the fence: several words, of which one can stand in code only.
fn lost_words(info: &str) -> &str {
    let info = info.trim();
    let code =
        info.split_whitespace().count() > 1 && !info.contains(['{', '=', '"']) && info.ends_with(['(', ';', '[', ')']);
    if code { info } else { "" }
}

fn is_ranges(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'-' | b' '))
}

/// Numbers of the marked lines, at most 10 000 of them.
pub(super) fn marked_lines(ranges: &str) -> Vec<u32> {
    let mut lines = Vec::new();
    for range in ranges.split([' ', ',']).filter(|range| !range.is_empty()) {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        if let (Ok(first), Ok(last)) = (first.parse::<u32>(), last.parse::<u32>()) {
            lines.extend((first..=last).take(10_000_usize.saturating_sub(lines.len())));
        }
    }
    lines.sort_unstable();
    lines
}

/// Code with tabs to columns of four, as MkDocs shows it.
fn expand_tabs(text: String) -> String {
    if !text.contains('\t') {
        return text;
    }
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut column = 0;
    for character in text.chars() {
        match character {
            '\t' => {
                let width = 4 - column % 4;
                out.push_str(&"    "[..width]);
                column += width;
            }
            '\n' => {
                out.push('\n');
                column = 0;
            }
            other => {
                out.push(other);
                column += 1;
            }
        }
    }
    out
}

impl Render<'_> {
    /// Notes a code block and writes its place.
    pub(super) fn write_code(&mut self, info: &str, text: String, list_follows: bool, at: &Range<usize>) {
        self.begin_block();
        let lost = lost_words(info);
        let info = fence_info(if lost.is_empty() { info } else { "" });
        let text = if lost.is_empty() { text } else { format!("{lost}\n{text}") };
        if DiagramLanguage::of_fence(&info.language).is_some() {
            let (span, section) = (self.source.span(at.clone()), self.sections.current());
            self.diagrams.push(DiagramPlace { code: self.code.len(), span, section });
        } else {
            self.sections.add(&text);
        }
        let mut attributes = String::new();
        info.attributes.write(&mut attributes);
        self.anchors.extend(info.attributes.id.clone());
        let first = info.first_line.map(|line| line.to_string()).unwrap_or_default();
        let number = self.code.len();
        let text = if info.language.starts_with("make") { text } else { expand_tabs(text) };
        self.code.push(CodeBlock { language: info.language, text });
        let annotated = list_follows && annotations::in_code(&self.code[number].text);
        let group = if annotated {
            let group = self.annotations.begin();
            self.annotations.waiting = Some(group);
            group.to_string()
        } else {
            String::new()
        };
        let clean = |text: &str| marks::reveal_all(text).replace(FIELD, "");
        let fields = [number.to_string(), first, clean(&info.marked), clean(&info.title), group, attributes];
        marks::place(&mut self.writer.out, 'C', fields.join(&FIELD.to_string()));
    }

    /// Writes the place of a formula.
    pub(super) fn write_math(&mut self, tex: &str, display: bool, at: &Range<usize>) {
        let kind = if display { 'd' } else { 'i' };
        if let Err(error) = mathml(tex, display) {
            let span = self.source.span(at.clone());
            self.problems.push(rules::BAD_MATH.problem(span, format!("this formula does not parse: {error}")));
        }
        marks::place(&mut self.writer.out, 'M', format_args!("{kind}{tex}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fence_heads_are_read() {
        for (info, language, title, first, marked) in [
            ("py title=\"a b.py\" linenums=\"5\" hl_lines=\"1 3-4\"", "py", "a b.py", Some(5), "1 3-4"),
            ("{ .Py #x .copy title='t' }", "py", "t", None, ""),
            ("{.bash}", "bash", "", None, ""),
            ("js {1,3-4}", "js", "", None, "1 3-4"),
            ("rust,ignore", "rust,ignore", "", None, ""),
            ("", "", "", None, ""),
            ("yaml hl_lines=2", "yaml", "", None, "2"),
            ("title=\".gitignore\"", "", ".gitignore", None, ""),
            ("java tab=\"Old tab\"", "java", "Old tab", None, ""),
            ("go words that mean nothing", "go", "", None, ""),
        ] {
            let got = fence_info(info);
            assert_eq!(
                (got.language.as_str(), got.title.as_str(), got.first_line, got.marked.as_str()),
                (language, title, first, marked),
                "{info}"
            );
        }
        assert_eq!(marked_lines("1 3-4,9"), [1, 3, 4, 9]);
    }
}

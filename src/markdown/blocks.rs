use std::ops::Range;

use super::abbreviations::Abbreviations;
use super::container::Container;
use super::definitions::Definitions;
use super::lines::{Line, lines};
use super::mapped::Mapped;
use super::placeholders::Ended;
use super::starts::{self, Fence, fence};
use super::text_lines::{fix_math, fix_pipes, fix_spaces, is_delimiter_row};
use super::{marks, rules};
use crate::base::{Problem, Rule};

/// What the line passes make of a text.
#[derive(Debug)]
pub(super) struct Normal {
    /// CommonMark with marked block quotes for containers.
    pub(super) text: Mapped,
    /// The containers, by the number in their mark.
    pub(super) containers: Vec<Container>,
    /// Abbreviations and their meanings.
    pub(super) abbreviations: Abbreviations,
    /// What was found.
    pub(super) problems: Vec<Problem>,
}

/// Rewrites the block structure of the MkDocs dialect as CommonMark.
///
/// Boxes, tabs and elements with Markdown inside become block quotes whose first line is a mark, so that whatever CommonMark
/// knows works inside them and they work inside whatever CommonMark knows. Lists, quotes and definitions are walked line by line, so that
/// what their authors indented too little or too much stands where it belongs. `source` is the text, mapped to the file.
pub(super) fn normalise(source: &Mapped, deepest: usize, math: bool) -> Normal {
    let mut blocks = Blocks {
        source,
        out: Mapped::with_capacity(source.text.len() + source.text.len() / 16),
        containers: Vec::new(),
        abbreviations: Abbreviations::default(),
        problems: Vec::new(),
        prefix: String::new(),
        first: None,
        ended_blank: true,
        depth: 0,
        deepest,
        capped: false,
        endless: 0,
        definitions: Definitions::default(),
        ended: Ended::of(&source.text),
        math,
    };
    let lines = lines(&source.text);
    blocks.definitions = Definitions::find(&lines);
    blocks.walk(&lines, Place::default());
    let Blocks { out, containers, abbreviations, problems, .. } = blocks;
    Normal { text: out, containers, abbreviations, problems }
}

/// The walker over lines.
pub(super) struct Blocks<'a> {
    source: &'a Mapped,
    out: Mapped,
    pub(super) containers: Vec<Container>,
    abbreviations: Abbreviations,
    problems: Vec<Problem>,
    /// What every line begins with.
    pub(super) prefix: String,
    /// What the next line begins with instead.
    pub(super) first: Option<String>,
    ended_blank: bool,
    depth: usize,
    deepest: usize,
    capped: bool,
    /// How many openings had no end: after a few of them no more are looked for, so that many stay linear.
    pub(super) endless: usize,
    definitions: Definitions,
    /// Elements that end in the text; the others are words.
    pub(super) ended: Ended,
    math: bool,
}

/// Openings without an end that are looked for in one text.
pub(super) const ENDLESS: usize = 64;

/// Where lines stand.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Place {
    /// In a list item: blocks that are indented too far are cut back.
    pub(super) item: bool,
    /// By how many columns an item's text stands left of the four columns that MkDocs counts.
    pub(super) slack: usize,
}

/// What came before a line.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Lines of the paragraph so far.
    pub(super) paragraph: usize,
    /// Whether a definition may follow although there is no paragraph.
    pub(super) definition: bool,
    /// Whether an item stands right above: another may follow whatever its number.
    pub(super) item: bool,
    /// Raw block elements that are open.
    pub(super) html: usize,
    pub(super) place: Place,
}

impl<'a> Blocks<'a> {
    /// Writes lines of one container.
    pub(super) fn walk(&mut self, lines: &[Line<'a>], place: Place) {
        if self.depth >= self.deepest {
            if let Some(line) = lines.iter().find(|line| !line.is_blank()).filter(|_| !self.capped) {
                self.capped = true;
                self.report(
                    &rules::NESTING,
                    line.at..line.at + line.text.len(),
                    "blocks are nested too deeply to be told apart",
                );
            }
            for line in lines {
                self.emit(*line);
            }
            return;
        }
        self.depth += 1;
        let mut state = State { place, ..State::default() };
        let mut at = 0;
        while at < lines.len() {
            at = self.step(lines, at, &mut state);
        }
        self.depth -= 1;
    }

    /// Writes the block that begins at a line; gives the line after it.
    fn step(&mut self, lines: &[Line<'a>], at: usize, state: &mut State) -> usize {
        let line = lines[at];
        if line.is_blank() {
            self.blank();
            (state.paragraph, state.item) = (0, false);
            return at + 1;
        }
        let indent = line.indent();
        let text = &line.text[indent..];
        if indent >= 4 && !(state.place.item && starts::begins_block(text)) {
            if state.html > 0 && text.starts_with('<') {
                return self.html(lines, at, state).unwrap_or_else(|| self.running_text(lines, at, state));
            }
            if state.paragraph == 0 {
                return self.indented_code(lines, at, state.place);
            }
            return self.running_text(lines, at, state);
        }
        let definition = std::mem::take(&mut state.definition) || state.paragraph > 0;
        if let Some(fence) = fence(text) {
            state.paragraph = 0;
            return self.fenced(lines, at, fence);
        }
        let next = match text.as_bytes()[0] {
            b'<' => self.html(lines, at, state),
            b'!' | b'?' | b'=' => self.indented_box(lines, at),
            b'/' => self.slash_block(lines, at),
            b':' if definition && starts::definition(text).is_some() => {
                state.definition = true;
                Some(self.definition(lines, at))
            }
            b':' => self.colon_block(lines, at),
            b'>' => {
                let (next, ends_in_text) = self.quote(lines, at);
                state.paragraph = usize::from(ends_in_text);
                return next;
            }
            b'*' if starts::abbreviation(text).is_some() => self.abbreviation(text, at),
            b'[' => self.footnote(lines, at),
            _ => None,
        };
        if let Some(next) = next {
            state.paragraph = 0;
            return next;
        }
        match starts::marker(text) {
            Some(marker) if state.paragraph == 0 || state.item || marker.interrupts() => {
                self.item(lines, at, marker, state)
            }
            // Nested in an item, a list may begin with any number: it is set apart, since CommonMark wants a one.
            Some(marker) if state.place.item && !marker.empty => {
                self.blank();
                self.item(lines, at, marker, state)
            }
            _ => self.running_text(lines, at, state),
        }
    }

    /// A line of a paragraph, a heading, a rule or a table.
    fn running_text(&mut self, lines: &[Line<'a>], at: usize, state: &mut State) -> usize {
        let line = lines[at].trimmed();
        if let Some(end) = table_end(lines, at) {
            if state.paragraph > 0 {
                self.blank();
            }
            for row in &lines[at..end] {
                let text = row.text.trim();
                let fixed = if text == "|" { Some("| |".to_owned()) } else { fix_pipes(row.text.trim_start()) };
                self.emit_fixed(row.trimmed(), fixed);
            }
            state.paragraph = 0;
            return end;
        }
        if matches!(line.text.trim_end(), "{% raw %}" | "{% endraw %}") || self.definitions.is_overridden(line) {
            return at + 1;
        }
        if is_hard_heading(line.text) {
            self.emit_made(&line.text.replacen('\u{A0}', " ", 1), line.at);
            state.paragraph = 0;
            return at + 1;
        }
        if self.math
            && let Some(end) = self.formula(lines, at)
        {
            state.paragraph += 1;
            return end;
        }
        let underline = line.text.starts_with('-') && starts::is_rule(line.text);
        if underline && state.paragraph > 1 {
            // In MkDocs only a single line above makes a heading of it.
            self.blank();
        }
        if let Some(next) =
            lines.get(at + 1).map(|next| next.trimmed()).filter(|next| self.is_split_reference(line, *next))
        {
            self.write_prefix("");
            self.out.push_from(line.text.trim_end(), self.source.source(line.at));
            self.out.push_from(next.text, self.source.source(next.at));
            self.out.text.push('\n');
            self.ended_blank = false;
            state.paragraph += 1;
            return at + 2;
        }
        match fix_spaces(line.text) {
            // A colon would make a definition of it, since the parser needs no blank behind it.
            _ if line.text.starts_with(':') => self.emit_guarded(line),
            fixed => {
                let math = if self.math { fix_math(fixed.as_deref().unwrap_or(line.text)) } else { None };
                self.emit_fixed(line, math.or(fixed));
            }
        }
        let ends = starts::is_heading(line.text)
            || starts::is_rule(line.text)
            || is_underline(line.text) && state.paragraph > 0;
        state.definition = false;
        state.paragraph = if ends { 0 } else { state.paragraph + 1 };
        if state.paragraph > 0 && lines.get(at + 1).is_some_and(Line::is_blank) {
            // A definition may stand below a blank line.
            let below =
                lines[at + 1..].iter().position(|line| !line.is_blank()).map(|skip| lines[at + 1 + skip].trimmed());
            state.definition =
                state.paragraph == 1 && below.is_some_and(|line| starts::definition(line.text).is_some());
        }
        at + 1
    }

    /// A formula of several lines, joined to one, so that nothing in it begins a block.
    fn formula(&mut self, lines: &[Line<'a>], at: usize) -> Option<usize> {
        let line = lines[at].trimmed();
        let (open, close) = [("$$", "$$"), ("\\[", "\\]")].into_iter().find(|(open, _)| line.text.starts_with(open))?;
        let mut tex = String::new();
        for (index, next) in lines.iter().enumerate().skip(at).take(400) {
            let text = if index == at { &line.text[open.len()..] } else { next.text.trim() };
            if let Some(last) = text.trim_end().strip_suffix(close) {
                tex.push_str(last);
                self.emit_made(&format!("$${}$$", tex.trim()), line.at);
                return Some(index + 1);
            }
            if next.is_blank() || text.contains(close) {
                return None;
            }
            tex.push_str(text);
            tex.push(' ');
        }
        None
    }

    /// `[text]` at the end of a line and `[label]` at the start of the next are one link in Python-Markdown.
    fn is_split_reference(&self, line: Line<'a>, next: Line<'a>) -> bool {
        let text = line.text.trim_end();
        if !next.text.starts_with('[') || !text.ends_with(']') {
            return false;
        }
        let label = next.text[1..].split(']').next().unwrap_or_default();
        let shown = text.rfind('[').map_or("", |start| &text[start + 1..text.len() - 1]);
        !shown.is_empty() && self.definitions.contains(label) && !self.definitions.contains(shown)
    }

    fn indented_code(&mut self, lines: &[Line<'a>], at: usize, place: Place) -> usize {
        let mut end = at;
        for (index, line) in lines.iter().enumerate().skip(at) {
            if line.is_blank() {
                continue;
            }
            if line.indent() < 4
                || (place.item
                    && starts::begins_block(line.text.trim_start())
                    && index > at
                    && lines[index - 1].is_blank())
            {
                break;
            }
            end = index + 1;
        }
        let deepest = lines[at..end].iter().filter(|line| !line.is_blank()).map(Line::indent).min().unwrap_or(4);
        let slack = place.slack.min(deepest.saturating_sub(4));
        for line in &lines[at..end] {
            self.emit(line.dedent(slack));
        }
        end
    }

    fn fenced(&mut self, lines: &[Line<'a>], at: usize, fence: Fence) -> usize {
        let indent = lines[at].indent();
        let close = find_close(&lines[at + 1..], fence, indent, 0, usize::MAX).map(|skip| at + 1 + skip);
        self.emit(lines[at].trimmed());
        let end = close.unwrap_or(lines.len());
        for line in &lines[at + 1..end] {
            self.emit(line.dedent(indent));
        }
        match close {
            Some(close) => self.emit(lines[close].trimmed()),
            None => {
                let line = lines[at].trimmed();
                self.report(
                    &rules::UNCLOSED_FENCE,
                    line.at..line.at + line.text.len(),
                    "this code fence is never closed",
                );
                let mark = char::from(fence.character).to_string().repeat(fence.length);
                self.emit_made(&mark, line.at);
            }
        }
        (end + 1).min(lines.len())
    }

    fn abbreviation(&mut self, text: &str, at: usize) -> Option<usize> {
        let (word, meaning) = starts::abbreviation(text)?;
        self.abbreviations.insert(word, meaning);
        Some(at + 1)
    }

    /// Writes a container: its mark and title line, and its body as a block quote.
    pub(super) fn container(&mut self, container: Container, title: &str, title_at: usize, body: &[Line<'a>]) {
        if !self.ended_blank && self.first.is_none() {
            self.blank();
        }
        let number = self.containers.len();
        self.containers.push(container);
        self.write_prefix("> ");
        self.out.map(self.source.source(title_at));
        let mark = format!("{}{number}{} ", marks::CONTAINER, marks::CLOSE);
        self.out.text.push_str(&mark);
        self.out.push_from(title, self.source.source(title_at));
        self.out.text.push('\n');
        self.ended_blank = false;
        let outer = self.prefix.len();
        self.prefix.push_str("> ");
        self.blank();
        self.walk(body, Place::default());
        self.prefix.truncate(outer);
        self.blank();
    }

    /// Writes lines with more before each, and `first` before the first of them.
    pub(super) fn nested(&mut self, first: &str, rest: &str, body: &[Line<'a>], place: Place) {
        let begin = self.first.take().unwrap_or_else(|| self.prefix.clone());
        self.first = Some(begin + first);
        let outer = self.prefix.len();
        self.prefix.push_str(rest);
        self.walk(body, place);
        self.prefix.truncate(outer);
        if self.first.is_some() {
            self.write_prefix("");
            let kept = self.out.text.trim_end_matches(' ').len();
            self.out.text.truncate(kept);
            self.out.text.push('\n');
        }
    }

    /// Writes one line.
    pub(super) fn emit(&mut self, line: Line<'a>) {
        if line.is_blank() {
            return self.blank();
        }
        self.write_prefix("");
        self.out.push_from(line.text, self.source.source(line.at));
        self.out.text.push('\n');
        self.ended_blank = false;
    }

    /// Writes a line so that its first character begins no block.
    pub(super) fn emit_guarded(&mut self, line: Line<'a>) {
        self.write_prefix("");
        self.out.text.push(marks::GUARD);
        self.out.push_from(line.text, self.source.source(line.at));
        self.out.text.push('\n');
        self.ended_blank = false;
    }

    fn emit_fixed(&mut self, line: Line<'a>, fixed: Option<String>) {
        match fixed {
            Some(text) => self.emit_made(&text, line.at),
            None => self.emit(line),
        }
    }

    /// Writes a line of our own that stands for what is at `at`.
    pub(super) fn emit_made(&mut self, text: &str, at: usize) {
        self.write_prefix("");
        self.out.push_from(text, self.source.source(at));
        self.out.text.push('\n');
        self.ended_blank = false;
    }

    /// Writes an empty line.
    pub(super) fn blank(&mut self) {
        if self.first.is_some() {
            self.write_prefix("");
        } else {
            self.out.text.push_str(&self.prefix);
        }
        let kept = self.out.text.trim_end_matches(' ').len();
        self.out.text.truncate(kept);
        self.out.text.push('\n');
        self.ended_blank = true;
    }

    fn write_prefix(&mut self, more: &str) {
        match self.first.take() {
            Some(first) => self.out.text.push_str(&first),
            None => self.out.text.push_str(&self.prefix),
        }
        self.out.text.push_str(more);
    }

    /// Notes a finding at a range of the text that is walked.
    pub(super) fn report(&mut self, rule: &Rule, range: Range<usize>, message: &str) {
        self.problems.push(rule.problem(self.source.span(range), message));
    }
}

/// The line that closes a fence, counted from the first line after the opening one.
///
/// `indent` is that of the opening line; a closing line stands at `least` or deeper. After `patience` lines that stand left of the opening
/// one the search ends.
pub(super) fn find_close(
    lines: &[Line<'_>],
    fence: Fence,
    indent: usize,
    least: usize,
    patience: usize,
) -> Option<usize> {
    let mut patience = patience;
    for (index, line) in lines.iter().enumerate() {
        if line.is_blank() {
            continue;
        }
        let here = line.indent();
        if here >= least && here <= indent + 3 && fence.closed_by(line.text) {
            return Some(index);
        }
        if here < indent {
            patience = patience.checked_sub(1)?;
        }
    }
    None
}

/// The line after a table that begins at a line.
fn table_end(lines: &[Line<'_>], at: usize) -> Option<usize> {
    if !lines[at].text.contains('|') || !lines.get(at + 1).is_some_and(|line| is_delimiter_row(line.text)) {
        return None;
    }
    let rows =
        lines[at + 2..].iter().take_while(|line| !line.is_blank() && !starts::begins_block(line.text.trim_start()));
    Some(at + 2 + rows.count())
}

/// `#` and a no-break space, which authors type by accident.
fn is_hard_heading(text: &str) -> bool {
    let level = text.bytes().take_while(|byte| *byte == b'#').count();
    (1..=6).contains(&level) && text[level..].starts_with('\u{A0}')
}

fn is_underline(text: &str) -> bool {
    let text = text.trim_end();
    !text.is_empty() && (text.bytes().all(|byte| byte == b'=') || text.bytes().all(|byte| byte == b'-'))
}

//! `--8<-- "path"`: texts spliced in before parsing; and `{{ name }}`.

use super::lines::push_clean;
use super::mapped::{Mapped, without_marks};
use super::starts::{Fence, fence};
use super::{Dialect, rules};
use crate::base::{Problem, Span};

/// How deep snippets may ask for snippets.
const DEPTH: usize = 8;
/// The most that snippets may add to one page, in bytes.
const LARGEST: usize = 4 << 20;

/// The text that is parsed: with clean lines, snippets and variables put in, and what is appended to every page.
///
/// `start` is where `text` begins in the file.
pub(super) fn splice(text: &str, start: usize, dialect: &Dialect, problems: &mut Vec<Problem>) -> Mapped {
    let out = Mapped::with_capacity(text.len() + 64);
    let mut splice = Splice { out, dialect, problems, added: 0, open: Vec::new() };
    splice.text(text, &|at| start + at, "");
    for text in &dialect.append {
        let text = without_marks(text);
        splice.out.text.push('\n');
        splice.open.push(String::new());
        splice.text(&text, &|_| start, "");
        splice.open.pop();
    }
    splice.out
}

struct Splice<'a> {
    out: Mapped,
    dialect: &'a Dialect,
    problems: &'a mut Vec<Problem>,
    added: usize,
    /// The snippets that are being put in, the outermost first; what is appended to every page has no name.
    open: Vec<String>,
}

impl Splice<'_> {
    /// Adds a text, each line behind `indent`; `place` tells where a byte of it stands in the file.
    fn text(&mut self, text: &str, place: &dyn Fn(usize) -> usize, indent: &str) {
        let (mut at, mut block) = (0, false);
        let mut tabs = None;
        for line in text.split_inclusive('\n') {
            let was_block = block;
            let here = place(at);
            match asked(line, &mut block) {
                Some(path) => {
                    let blanks = &line[..line.len() - line.trim_start().len()];
                    self.snippet(path, &format!("{indent}{blanks}"), here, line.trim_end().len());
                }
                None if was_block || block => {}
                None => {
                    let kept = keeps_tabs(line, &mut tabs);
                    self.line(line, here, indent, kept);
                }
            }
            at += line.len();
        }
    }

    fn line(&mut self, line: &str, at: usize, indent: &str, tabs: bool) {
        let trimmed = line.trim_start();
        // `;` before scissors shows them.
        let escaped = trimmed.strip_prefix(';').filter(|rest| scissors(rest.trim_end()).is_some());
        let shown = escaped.map(|rest| line.replacen(trimmed, rest, 1));
        let line = shown.as_deref().unwrap_or(line);
        let filled = self.variables(line, at);
        let line = filled.as_deref().unwrap_or(line);
        if tabs {
            self.out.push_from(indent, at);
            self.out.push_from(line.trim_end_matches(['\n', '\r']), at);
            self.out.text.push('\n');
        } else if indent.is_empty() {
            push_clean(&mut self.out, line, at);
        } else {
            push_clean(&mut self.out, &format!("{indent}{line}"), at);
        }
    }

    /// Splices in what a line asks for; a snippet in itself is left out, as MkDocs leaves it out.
    fn snippet(&mut self, asked: &str, indent: &str, at: usize, width: usize) {
        let (path, range) = split_range(asked);
        let mut told = |message: String| {
            self.problems.push(rules::UNKNOWN_SNIPPET.problem(Span::new(at, at + width), message));
        };
        let Some(text) = self.dialect.snippets.get(path) else {
            if !path.contains("://") && !asked.contains("://") {
                told(format!("snippet `{path}` is not found"));
            }
            return;
        };
        if self.open.iter().any(|open| open == path) {
            return told(format!("snippet `{path}` is left out: it asks for itself"));
        }
        let room = LARGEST - self.added;
        if self.open.len() >= DEPTH || text.len() > room {
            return told(format!("snippet `{path}` is left out: snippets are nested too deeply or too large"));
        }
        // The whole text counts, since all of it is looked at, whatever is taken of it.
        self.added += text.len();
        let text = without_marks(text.trim_start_matches('\u{FEFF}'));
        let Some(part) = cut(&text, range, room) else {
            return told(format!("snippet `{path}` has no section or lines `{range}`"));
        };
        if part.len() > room {
            return told(format!("snippet `{path}` is left out: lines of it are asked for too often"));
        }
        self.added = self.added.max(LARGEST - room + part.len());
        self.open.push(path.to_owned());
        self.text(&part, &|_| at, indent);
        self.open.pop();
    }

    /// A line with `{{ name }}` replaced; `None` if there is nothing to replace.
    fn variables(&mut self, line: &str, at: usize) -> Option<String> {
        if self.dialect.variables.is_empty() || !line.contains("{{") {
            return None;
        }
        let mut out = String::with_capacity(line.len());
        let mut from = 0;
        while let Some(start) = line[from..].find("{{").map(|found| from + found) {
            let Some(end) = line[start..].find("}}").map(|found| start + found + 2) else { break };
            let name = line[start + 2..end - 2].trim();
            out.push_str(&line[from..start]);
            match self.dialect.variables.get(name) {
                // Of other systems: `${{ github.ref }}`.
                Some(value) if !out.ends_with('$') => out.push_str(&without_marks(value)),
                other => {
                    let plain =
                        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'));
                    if other.is_none() && plain && !out.ends_with('$') && self.open.is_empty() {
                        let message = format!("`{name}` is no variable of this doc set");
                        self.problems.push(rules::UNKNOWN_VARIABLE.problem(Span::new(at + start, at + end), message));
                    }
                    out.push_str(&line[start..end]);
                }
            }
            from = end;
        }
        out.push_str(&line[from..]);
        Some(out)
    }
}

/// Whether a line keeps its tabs: those of a makefile's recipes are no indentation.
fn keeps_tabs(line: &str, open: &mut Option<Fence>) -> bool {
    let text = line.trim();
    match open {
        Some(fence) if fence.closed_by(text) => {
            *open = None;
            false
        }
        Some(_) => true,
        None => {
            *open = fence(text)
                .filter(|fence| text[fence.length..].trim_start_matches([' ', '{', '.']).starts_with("make"));
            false
        }
    }
}

/// Lines `3:9`, `:9`, `3:`, `3`, several such joined by commas, or the section between `--8<-- [start:name]` and `[end:name]`.
/// Of lines that are asked for again and again not much more than `room` bytes are copied.
fn cut<'a>(text: &'a str, range: &str, room: usize) -> Option<std::borrow::Cow<'a, str>> {
    if range.is_empty() {
        return Some(without_sections(text));
    }
    let first = range.chars().next()?;
    if first.is_ascii_digit() || first == ':' {
        let mut out = String::new();
        for part in range.split(',') {
            let (from, to) = part.split_once(':').unwrap_or((part, part));
            let from: usize = if from.is_empty() { 1 } else { from.parse().ok()? };
            let to: usize = if to.is_empty() { usize::MAX } else { to.parse().ok()? };
            let count = (to.max(from) - from.max(1)).saturating_add(1);
            if out.len() > room {
                break;
            }
            text.lines().skip(from.max(1) - 1).take(count).for_each(|line| {
                out.push_str(line);
                out.push('\n');
            });
        }
        return Some(out.into());
    }
    let mut inside = false;
    let mut found = false;
    let mut out = String::new();
    for line in text.lines() {
        match section_mark(line) {
            Some(("start", name)) if name == range => (inside, found) = (true, true),
            Some(("end", name)) if name == range => inside = false,
            Some(_) => {}
            None if inside => {
                out.push_str(line);
                out.push('\n');
            }
            None => {}
        }
    }
    found.then_some(out.into())
}

/// A text without the lines that mark sections.
fn without_sections(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("8<") {
        return text.into();
    }
    text.split_inclusive('\n').filter(|line| section_mark(line).is_none()).collect::<String>().into()
}

/// `--8<-- [start:name]` anywhere in a line.
fn section_mark(line: &str) -> Option<(&str, &str)> {
    let at = line.find("8<-")?;
    if !line[..at].ends_with('-') {
        return None;
    }
    let inside = line[at + 2..].trim_start_matches('-').trim_start().strip_prefix('[')?;
    let (kind, name) = inside.split_once(']')?.0.split_once(':')?;
    matches!(kind.trim(), "start" | "end").then_some((kind.trim(), name.trim()))
}

/// Paths that a text asks for, without line ranges and section names, each once, in order.
pub(super) fn snippet_paths(text: &str) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    let mut block = false;
    for line in text.lines() {
        let Some(asked) = asked(line, &mut block) else { continue };
        let path = split_range(asked).0;
        if !path.is_empty() && !path.contains("://") && !paths.iter().any(|known| known == path) {
            paths.push(path.to_owned());
        }
    }
    paths
}

/// What a line asks for; `block` tells whether it stands between two lines of scissors.
pub(super) fn asked<'a>(line: &'a str, block: &mut bool) -> Option<&'a str> {
    let line = line.trim();
    if let Some(rest) = scissors(line) {
        if rest.is_empty() {
            *block = !*block;
            return None;
        }
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        return rest[1..].strip_suffix(quote);
    }
    (*block && !line.is_empty() && !line.starts_with(';')).then_some(line)
}

/// The rest of a line that begins with `--8<--`.
fn scissors(line: &str) -> Option<&str> {
    let dashes = line.strip_prefix('-')?.trim_start_matches('-');
    let rest = dashes.strip_prefix("8<")?.strip_prefix('-')?.trim_start_matches('-');
    Some(rest.trim())
}

/// `path:3:9` and `path:name` without what follows the path.
pub(super) fn split_range(asked: &str) -> (&str, &str) {
    match asked.find(':') {
        Some(at) => (&asked[..at], &asked[at + 1..]),
        None => (asked, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_listed_once() {
        let text =
            "--8<-- \"a.md\"\n  -8<- 'b/c.py:3:9'\n;--8<-- \"no\"\n--8<--\nd.md\n; e.md\na.md:part\n\n--8<--\nf.md\n";
        assert_eq!(snippet_paths(text), ["a.md", "b/c.py", "d.md"]);
    }
}

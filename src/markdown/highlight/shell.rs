//! Shell scripts, sessions and Dockerfiles.

use super::class::Class;
use super::sink::Sink;

const KEYWORDS: &[&str] = &[
    "break", "case", "continue", "declare", "do", "done", "elif", "else", "esac", "eval", "exec", "exit", "export",
    "fi", "for", "function", "if", "in", "local", "readonly", "return", "select", "set", "shift", "source", "then",
    "trap", "unset", "until", "while",
];

const INSTRUCTIONS: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// A script.
pub(super) fn script(text: &str, sink: &mut Sink) {
    lex(text, sink, true);
}

/// A session: commands behind a prompt, and what they print. Without any prompt it is a script.
pub(super) fn session(text: &str, sink: &mut Sink) {
    if !text.lines().any(|line| prompt(line) > 0) {
        return script(text, sink);
    }
    let mut goes_on = false;
    for line in text.split_inclusive('\n') {
        let width = prompt(line);
        if width == 0 && !goes_on {
            sink.push(Class::Plain, line);
            continue;
        }
        sink.push(Class::Prompt, &line[..width]);
        lex(&line[width..], sink, !goes_on);
        goes_on = line.trim_end().ends_with('\\');
    }
}

/// Width of a prompt.
fn prompt(line: &str) -> usize {
    let trimmed = line.trim_start();
    let indent = line.len() - trimmed.len();
    ["$ ", "# ", "% ", "> ", "PS> "]
        .iter()
        .find(|mark| trimmed.starts_with(**mark))
        .map_or(0, |mark| indent + mark.len())
}

/// A Dockerfile: instructions in front of shell lines.
pub(super) fn dockerfile(text: &str, sink: &mut Sink) {
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        let width = trimmed.bytes().take_while(u8::is_ascii_alphabetic).count();
        if INSTRUCTIONS.binary_search(&trimmed[..width].to_ascii_uppercase().as_str()).is_ok() {
            sink.push(Class::Plain, &line[..indent]);
            sink.push(Class::Keyword, &trimmed[..width]);
            lex(&trimmed[width..], sink, false);
        } else {
            lex(line, sink, false);
        }
    }
}

/// `command` tells whether the first word is one.
fn lex(text: &str, sink: &mut Sink, command: bool) {
    let mut command = command;
    let mut at = 0;
    let mut document: Option<&str> = None;
    while at < text.len() {
        let rest = &text[at..];
        let first = rest.as_bytes()[0];
        let blank_before = at == 0 || text.as_bytes()[at - 1].is_ascii_whitespace();
        let (class, width) = match first {
            b'\n' => {
                command = !text[..at].ends_with('\\');
                (Class::Plain, 1 + document.take().map_or(0, |end| here_document(&rest[1..], end)))
            }
            b' ' | b'\t' | b'\r' => {
                (Class::Plain, rest.bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count())
            }
            b'#' if blank_before => (Class::Comment, line_end(rest)),
            b'\'' => (Class::String, rest[1..].find('\'').map_or(rest.len(), |end| end + 2)),
            b'"' => {
                let width = double_quoted(rest, sink);
                at += width;
                command = false;
                continue;
            }
            b'$' => (Class::Variable, variable(rest)),
            b'<' if rest.starts_with("<<") && !rest.starts_with("<<<") => {
                document = document_end(rest);
                (Class::Operator, 2)
            }
            b'|' | b';' | b'&' | b'(' | b'`' => {
                command = true;
                (Class::Plain, 1)
            }
            b'-' if blank_before && rest.len() > 1 => (Class::Attribute, word_width(rest)),
            b'\\' => (Class::Plain, 1 + rest[1..].chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8)),
            _ => word(rest, &mut command),
        };
        sink.push(class, &rest[..width]);
        at += width;
    }
}

fn word(rest: &str, command: &mut bool) -> (Class, usize) {
    let width = word_width(rest);
    let name = &rest[..width];
    if KEYWORDS.binary_search(&name).is_ok() {
        *command = !matches!(
            name,
            "for" | "in" | "case" | "function" | "export" | "local" | "declare" | "readonly" | "source"
        );
        return (Class::Keyword, width);
    }
    if !*command {
        return (Class::Plain, width);
    }
    if let Some(equals) = name.find('=').filter(|at| *at > 0) {
        // An assignment: what follows may still be a command.
        return (Class::Variable, equals);
    }
    if name.starts_with('=') {
        return (Class::Plain, 1);
    }
    *command = matches!(name, "sudo" | "env" | "time" | "nohup" | "xargs" | "watch");
    (Class::Function, width)
}

/// Bytes of a word, at least one whole character.
fn word_width(rest: &str) -> usize {
    let stops = |c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '$' | '|' | ';' | '&' | '(' | ')' | '<' | '>' | '`' | '\\')
    };
    let first = rest.chars().next().map_or(1, char::len_utf8);
    rest[first..].find(stops).map_or(rest.len(), |end| first + end)
}

fn variable(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    match bytes.get(1) {
        Some(b'{') => rest.find('}').map_or(line_end(rest), |end| end + 1),
        Some(b'(') => 1,
        Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => {
            1 + bytes[1..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
        }
        Some(b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'!' | b'$' | b'-') => 2,
        _ => 1,
    }
}

/// A string in double quotes, with the variables in it; gives its width.
fn double_quoted(rest: &str, sink: &mut Sink) -> usize {
    let bytes = rest.as_bytes();
    let (mut from, mut at) = (0, 1);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at = (at + 2).min(bytes.len()),
            b'"' => {
                sink.push(Class::String, &rest[from..=at]);
                return at + 1;
            }
            b'$' => {
                let width = variable(&rest[at..]);
                if width > 1 {
                    sink.push(Class::String, &rest[from..at]);
                    sink.push(Class::Variable, &rest[at..at + width]);
                    from = at + width;
                }
                at += width;
            }
            _ => at += 1,
        }
    }
    let end = (at..=rest.len()).find(|end| rest.is_char_boundary(*end)).unwrap_or(rest.len());
    sink.push(Class::String, &rest[from..end]);
    end
}

/// The word that ends a document begun by `<<`.
fn document_end(rest: &str) -> Option<&str> {
    let word = rest[2..].trim_start_matches(['-', '~']).trim_start_matches(' ');
    let word = word.trim_start_matches(['\'', '"', '\\']);
    let width = word.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    (width > 0).then_some(&word[..width])
}

/// Width of a document, up to and with the line that ends it.
fn here_document(text: &str, end: &str) -> usize {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        if line.trim() == end {
            return at;
        }
    }
    0
}

fn line_end(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

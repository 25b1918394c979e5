/// The client's sources in the order in which they build on each other; one of [`BACK_ENDS`] follows.
const SOURCES: [&str; 14] = [
    include_str!("client/stem.js"),
    include_str!("client/analyze.js"),
    include_str!("client/columns.js"),
    include_str!("client/query.js"),
    include_str!("client/shards.js"),
    include_str!("client/spell.js"),
    include_str!("client/score.js"),
    include_str!("client/pages.js"),
    include_str!("client/excerpt.js"),
    include_str!("client/connect.js"),
    include_str!("client/interface.js"),
    include_str!("client/palette.js"),
    include_str!("client/page.js"),
    include_str!("client/export.js"),
];

/// What answers: the files of the index, or a Quickwit server.
const BACK_ENDS: [&str; 2] = ["const BackEnd = Index;", include_str!("client/quickwit.js")];

/// The client as one script, without comments and needless spaces.
///
/// It is written beside the index and not with the theme's files, so that analyzer and index are always of one revision.
/// A classic script: it also runs where pages are opened as files.
pub(super) fn script(asks_server: bool) -> String {
    let marks = format!(
        "const REVISION={},STEMMER=\"{}\",VERSION={};",
        super::REVISION,
        super::STEMMER,
        super::manifest::VERSION
    );
    let mut script = format!("(()=>{{\"use strict\";{marks}");
    for source in SOURCES.into_iter().chain([BACK_ENDS[usize::from(asks_server)]]) {
        compact_into(source, &mut script);
    }
    script.push_str("})();\n");
    script
}

/// Adds a source without its comments and the spaces that keep no words apart.
///
/// For our own sources only: every statement ends in a semicolon or a brace, comments stand behind nothing but spaces.
fn compact_into(source: &str, out: &mut String) {
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            c if c.is_whitespace() => {
                let length = rest.len() - rest.trim_start().len();
                let next = rest[length..].chars().next();
                if parts_words(out.chars().next_back(), next) {
                    out.push(' ');
                }
                rest = &rest[length..];
                continue;
            }
            '/' if rest.starts_with("//") => {
                rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
                continue;
            }
            '"' | '\'' | '`' => quoted(rest, c),
            '/' if begins_regex(out) => pattern(rest),
            c => c.len_utf8(),
        };
        // What a bracket ends needs no sign of its own for that.
        if out.ends_with([';', ',']) && (c == '}' || out.ends_with(',') && matches!(c, ')' | ']')) {
            out.pop();
        }
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
}

/// Whether two characters would run into one word or sign without the space between them.
fn parts_words(before: Option<char>, after: Option<char>) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '#');
    match (before, after) {
        (Some(a), Some(b)) => is_word(a) && is_word(b) || a == b && matches!(a, '+' | '-' | '/'),
        _ => false,
    }
}

/// Length of the string or template that begins here. A template's `${…}` may hold strings, but no template.
fn quoted(text: &str, quote: char) -> usize {
    let mut depth = 0;
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '$' if quote == '`' && chars.peek().is_some_and(|&(_, next)| next == '{') => depth += 1,
            '}' if depth > 0 => depth -= 1,
            _ if c == quote && depth == 0 => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Length of the regular expression that begins here, without its flags.
fn pattern(text: &str) -> usize {
    let mut in_class = false;
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Whether a slash after this code begins a regular expression and is no division.
fn begins_regex(before: &str) -> bool {
    before.ends_with("return") || before.ends_with(|c: char| "(,=:[!&|?{};+-*%~^<>".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_spaces_go_and_texts_stay() {
        let mut out = String::new();
        let source =
            "// a\nconst a = \"x // y\"; // b\nreturn /[/ ]\\/ */.test(a) ? a / 2 : `${a + \"}\"} b`;\nx = a + +b;\n";
        compact_into(source, &mut out);
        assert_eq!(out, "const a=\"x // y\";return/[/ ]\\/ */.test(a)?a/2:`${a + \"}\"} b`;x=a+ +b;");
    }
}

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use crate::base::{Diagnostic, Place};

/// A finding for people: `place: severity[code]: message`, the line with a caret, what to do, other places.
///
/// Control characters of harvested text are escaped, so that no content can forge or colour a line of the log.
pub fn human(diagnostic: &Diagnostic) -> String {
    let mut out = String::new();
    let place = diagnostic.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
    let head = format!("{place}{}[{}]: {}", diagnostic.severity.word(), diagnostic.code, diagnostic.message);
    out.push_str(&printable(&head));
    out.push('\n');
    if let Some(place) = &diagnostic.place {
        source_line(&mut out, place);
    }
    if let Some(subject) = &diagnostic.subject {
        line(&mut out, "about", subject);
    }
    for note in &diagnostic.notes {
        let place = note.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
        line(&mut out, "note", &format!("{}{place}", note.message));
    }
    if let Some(hint) = &diagnostic.hint {
        line(&mut out, "hint", hint);
    }
    out
}

fn line(out: &mut String, word: &str, text: &str) {
    out.push_str("      = ");
    out.push_str(word);
    out.push_str(": ");
    out.push_str(&printable(text));
    out.push('\n');
}

fn source_line(out: &mut String, place: &Place) {
    if place.line == 0 || place.text.trim().is_empty() {
        return;
    }
    let text = printable(&place.text.replace('\t', " "));
    // A window of a long line starts later than the line; the caret is then counted from the window's middle.
    let column = (place.column as usize).saturating_sub(1);
    let shown = place.text.chars().count();
    let column = if column >= shown { shown / 2 } else { column };
    let before: String = place.text.chars().take(column).collect();
    let marked: String = place.text.chars().skip(column).take(place.width as usize).collect();
    let indent = printable(&before.replace('\t', " ")).width();
    let carets = printable(&marked.replace('\t', " ")).width().max(1);
    writeln!(out, "{:>5} | {text}", place.line).expect("writing to a string does not fail");
    writeln!(out, "      | {}{}", " ".repeat(indent), "^".repeat(carets)).expect("writing to a string does not fail");
}

/// Text without control and bidirectional-override characters: they are shown as escapes.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => {
                out.extend(c.escape_unicode());
            }
            c if c.is_control() => out.extend(c.escape_debug()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Rule, Severity, SourceFile, Span};

    static RULE: Rule = Rule { code: "CB0000", severity: Severity::Warning, title: "t", explain: "e" };

    #[test]
    fn a_finding_shows_its_line_and_what_to_do() {
        let file = SourceFile::new("acme/shop@0123abcd", "catalog-info.yaml", "spec:\n  ownr: ü漢 team\n");
        let finding =
            file.report(&RULE.problem(Span::new(8, 12), "unknown field `ownr`").hint("did you mean `owner`?"));
        assert_eq!(
            human(&finding),
            "acme/shop@0123abcd:catalog-info.yaml:2:3: warning[CB0000]: unknown field `ownr`\n    2 |   ownr: ü漢 team\n      |   ^^^^\n      = hint: did you mean `owner`?\n"
        );
    }

    #[test]
    fn content_cannot_forge_or_colour_the_log() {
        let finding = RULE.diagnostic("name `a\n\u{1b}[31merror[CB9]: x\u{202e}`");
        assert_eq!(human(&finding), "warning[CB0000]: name `a\\n\\u{1b}[31merror[CB9]: x\\u{202e}`\n");
    }
}

//! Repairs inside one line of running text.

/// A row of dashes, colons and pipes below a table's head.
pub(super) fn is_delimiter_row(text: &str) -> bool {
    let text = text.trim();
    text.contains('-')
        && (text.contains('|') || text.contains(':'))
        && text.bytes().all(|byte| matches!(byte, b'-' | b':' | b'|' | b' '))
}

/// A table row with the pipes in its code spans escaped, which would split cells; `None` if there is nothing to do.
pub(super) fn fix_pipes(row: &str) -> Option<String> {
    if !row.contains('`') {
        return None;
    }
    let mut out = String::with_capacity(row.len() + 4);
    let mut from = 0;
    for span in code_spans(row) {
        for (skip, _) in row[span.clone()].match_indices('|') {
            let at = span.start + skip;
            if !row[..at].ends_with('\\') {
                out.push_str(&row[from..at]);
                out.push('\\');
                from = at;
            }
        }
    }
    if from == 0 {
        return None;
    }
    out.push_str(&row[from..]);
    Some(out)
}

/// A line whose link destinations with blanks in them stand in angle brackets; `None` if there is nothing to do.
pub(super) fn fix_spaces(line: &str) -> Option<String> {
    if !line.contains("](") {
        return None;
    }
    let spans = code_spans(line);
    let mut out = String::new();
    let mut from = 0;
    let mut at = 0;
    while let Some(found) = line[at..].find("](") {
        let start = at + found + 2;
        at = start;
        let span = spans.partition_point(|span| span.end <= start);
        if spans.get(span).is_some_and(|span| span.contains(&start)) {
            continue;
        }
        let Some(length) = line[start..].find(')') else { break };
        let destination = &line[start..start + length];
        let trimmed = destination.trim();
        if !trimmed.contains(' ') || trimmed.starts_with('<') || trimmed.contains(['"', '\'', '(', '<', '>', '`']) {
            continue;
        }
        out.push_str(&line[from..start]);
        out.push('<');
        out.push_str(trimmed);
        out.push('>');
        from = start + length;
    }
    if from == 0 {
        return None;
    }
    out.push_str(&line[from..]);
    Some(out)
}

/// A line with `\\(…\\)` and `\\[…\\]` as `$…$` and `$$…$$`; `None` if there is nothing to do.
pub(super) fn fix_math(line: &str) -> Option<String> {
    const SIGNS: [(&str, &str); 4] = [("\\(", "$"), ("\\)", "$"), ("\\[", "$$"), ("\\]", "$$")];
    if !SIGNS.iter().any(|(sign, _)| line.contains(sign)) {
        return None;
    }
    let spans = code_spans(line);
    let mut out = String::with_capacity(line.len());
    let mut from = 0;
    while let Some(at) = line[from..].find('\\').map(|found| from + found) {
        out.push_str(&line[from..at]);
        let rest = &line[at..];
        let span = spans.partition_point(|span| span.end <= at);
        let inside = spans.get(span).is_some_and(|span| span.contains(&at));
        let sign = SIGNS.iter().find(|(sign, _)| !inside && rest.starts_with(sign));
        from = match sign {
            // Blanks next to the signs are no part of the formula.
            Some((sign, dollars)) if sign.ends_with(['(', '[']) => {
                out.push_str(dollars);
                line.len() - rest[2..].trim_start().len()
            }
            Some((_, dollars)) => {
                out.truncate(out.trim_end().len());
                out.push_str(dollars);
                at + 2
            }
            None => {
                let width = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                out.push_str(&rest[..width]);
                at + width
            }
        };
    }
    out.push_str(&line[from..]);
    Some(out)
}

/// Ranges of the code spans of one line, backticks included.
fn code_spans(line: &str) -> Vec<std::ops::Range<usize>> {
    let bytes = line.as_bytes();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| **byte == b'`').count();
        if length > 0 {
            let escaped = at > 0 && bytes[at - 1] == b'\\';
            runs.push(if escaped && length > 1 {
                (at + 1, length - 1)
            } else {
                (at, if escaped { 0 } else { length })
            });
        }
        at += length.max(1);
    }
    let mut spans = Vec::new();
    let mut index = 0;
    while let Some((start, length)) = runs.get(index).copied() {
        // Looks only so far ahead that a line of many unmatched runs stays linear.
        let close = runs[index + 1..].iter().take(64).position(|(_, other)| *other == length && length > 0);
        match close {
            Some(skip) => {
                let (end, _) = runs[index + 1 + skip];
                spans.push(start..end + length);
                index += skip + 2;
            }
            None => index += 1,
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipes_in_code_are_escaped() {
        for (row, expected) in [
            ("| `a|b` | c |", Some("| `a\\|b` | c |")),
            ("| `a\\|b` | c |", None),
            ("| ``a ` | b`` |", Some("| ``a ` \\| b`` |")),
            ("| `a | b |", None),
            ("| a | b |", None),
        ] {
            assert_eq!(fix_pipes(row).as_deref(), expected, "{row}");
        }
    }

    #[test]
    fn other_signs_of_math_become_dollars() {
        assert_eq!(fix_math("a \\( x \\) `\\(` \\[y\\]").as_deref(), Some("a $x$ `\\(` $$y$$"));
        assert_eq!(fix_math("a \\* b"), None);
    }

    #[test]
    fn destinations_with_blanks_get_brackets() {
        for (line, expected) in [
            ("[a](my file.md) [b](c d.md)", Some("[a](<my file.md>) [b](<c d.md>)")),
            ("[a](b.md \"title\")", None),
            ("`[a](my file.md)`", None),
            ("[a](b.md)", None),
        ] {
            assert_eq!(fix_spaces(line).as_deref(), expected, "{line}");
        }
    }
}

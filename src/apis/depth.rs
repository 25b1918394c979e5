//! How deep brackets are nested: parsers that call themselves for each have no bound of their own.

/// Deepest nesting.
const MOST: usize = 64;

/// Whose comments and strings are skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    GraphQl,
    Protobuf,
}

/// Refuses a text whose brackets are nested too deep, with the line of the first that is.
pub(super) fn check(text: &str, language: Language) -> Result<(), (u32, String)> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let skipped = skip(rest, language);
        if skipped > 0 {
            at += skipped;
            continue;
        }
        match rest.as_bytes()[0] {
            b'[' | b'{' | b'(' => depth += 1,
            b']' | b'}' | b')' => depth = depth.saturating_sub(1),
            b'<' if language == Language::Protobuf => depth += 1,
            b'>' if language == Language::Protobuf => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MOST {
            let line = text[..at].matches('\n').count() + 1;
            return Err((line as u32, format!("brackets are nested more than {MOST} deep")));
        }
        at += rest.chars().next().map_or(1, char::len_utf8);
    }
    Ok(())
}

/// Length of the comment or string that a text begins with; 0 if it begins with neither.
fn skip(text: &str, language: Language) -> usize {
    let line = || text.find('\n').unwrap_or(text.len());
    let to = |from: usize, end: &str| text[from..].find(end).map_or(text.len(), |at| from + at + end.len());
    match (language, text.as_bytes()) {
        (Language::GraphQl, [b'#', ..]) | (Language::Protobuf, [b'/', b'/', ..]) => line(),
        (Language::Protobuf, [b'/', b'*', ..]) => to(2, "*/"),
        (Language::GraphQl, [b'"', b'"', b'"', ..]) => {
            let mut end = to(3, "\"\"\"");
            while end < text.len() && text[..end].ends_with("\\\"\"\"") {
                end = to(end, "\"\"\"");
            }
            end
        }
        (_, [b'"', ..]) => quoted(text, '"'),
        (Language::Protobuf, [b'\'', ..]) => quoted(text, '\''),
        _ => 0,
    }
}

/// Length of a string in quotes, which ends with its line at the latest.
fn quoted(text: &str, quote: char) -> usize {
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            '\n' => return at,
            other if other == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comments_and_strings_hold_does_not_count() {
        let many = "[".repeat(100);
        let closers = "[#]\n".repeat(100);
        for (text, language, deep) in [
            (format!("type A {{ b: {many}"), Language::GraphQl, true),
            (format!("# {many}"), Language::GraphQl, false),
            (format!("\"{many}\\\"{many}\" \"\"\"{many} \" \\\"\"\" {many}\"\"\""), Language::GraphQl, false),
            (closers, Language::GraphQl, true),
            (format!("// {many}\n/* {many} */ '{many}'"), Language::Protobuf, false),
            (format!("/* ' */ {many}"), Language::Protobuf, true),
            (format!("/* \" */ {}", "<".repeat(100)), Language::Protobuf, true),
        ] {
            assert_eq!(check(&text, language).is_err(), deep, "{text}");
        }
    }
}

use serde_json::{Value, json};

/// Words that a comment is looked for by.
const WORDS: [&str; 4] = ["TODO", "FIXME", "HACK", "XXX"];
/// Signs that begin a comment in the languages that repositories hold.
const SIGNS: [&str; 8] = ["//", "#", "/*", "*", "--", ";", "<!--", "%"];
/// Most comments of one file and characters of one.
const COMMENTS: usize = 200;
const LETTERS: usize = 200;

/// Comments of a text that begin with TODO, FIXME, HACK or XXX: a list of `line`, `word`, `who` (as in `TODO(ann)`) and `text`.
pub(super) fn comments(text: &str) -> Value {
    let found = text.lines().zip(1u32..).filter_map(|(line, number)| comment(line, number));
    Value::Array(found.take(COMMENTS).collect())
}

fn comment(line: &str, number: u32) -> Option<Value> {
    let (at, word) = WORDS.iter().filter_map(|word| Some((line.find(word)?, *word))).min()?;
    let before = line[..at].trim_end();
    let begins = SIGNS.iter().any(|sign| before.ends_with(sign));
    let rest = &line[at + word.len()..];
    if !begins || rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let (who, rest) = match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((who, rest)) => (who, rest),
        None => ("", rest),
    };
    let text = rest.trim_start_matches(':').trim().trim_end_matches("*/").trim_end_matches("-->").trim();
    let text: String = text.chars().take(LETTERS).collect();
    Some(json!({ "line": number, "word": word, "who": who, "text": text }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_comments_count() {
        let text =
            "// TODO(ann): tie the knot\nlet todo = \"TODO later\";\n# FIXME\n  /* HACK: x */\n// TODOS are none\n";
        let made = comments(text);
        let lines: Vec<_> =
            made.as_array().unwrap().iter().map(|one| format!("{} {}", one["line"], one["text"])).collect();
        assert_eq!(lines, ["1 \"tie the knot\"", "3 \"\"", "4 \"x\""]);
        assert_eq!(made[0]["who"], "ann");
    }
}

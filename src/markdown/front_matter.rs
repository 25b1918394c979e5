use serde_yaml::Value;

use super::FrontMatter;
use super::rules;
use crate::base::{Problem, Span};

/// The longest block that is read as metadata, in bytes; a longer one is text.
const LONGEST: usize = 64 * 1024;
/// Most brackets in it: the YAML scanner is quadratic in open ones.
const BRACKETS: usize = 500;

/// Cuts the metadata off a text: the metadata, and the offset of the first byte after it.
///
/// Only `---` YAML that parses to a mapping is cut (and a byte order mark); anything else stays to be seen.
pub(super) fn cut_front_matter(text: &str, problems: &mut Vec<Problem>) -> (FrontMatter, usize) {
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let Some((yaml, end)) = block(text, start) else { return (FrontMatter::default(), start) };
    let brackets = yaml.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count();
    let parsed = if yaml.len() > LONGEST || brackets > BRACKETS {
        Err("it is too large".to_owned())
    } else {
        serde_yaml::from_str::<Value>(yaml).map_err(|error| error.to_string())
    };
    match parsed {
        Ok(Value::Mapping(map)) => (metadata(&Value::Mapping(map)), end),
        Ok(Value::Null) => (FrontMatter::default(), end),
        // A rule, some text and another rule are no metadata; say nothing of text without a colon.
        Ok(_) => {
            if yaml.contains(": ") {
                problems.push(rules::FRONT_MATTER.problem(Span::new(start, end), "front matter is not a mapping"));
            }
            (FrontMatter::default(), start)
        }
        Err(error) => {
            let message = format!("front matter does not parse: {}", error.lines().next().unwrap_or_default());
            problems.push(rules::FRONT_MATTER.problem(Span::new(start, end), message).hint("it is shown as text"));
            (FrontMatter::default(), start)
        }
    }
}

/// What stands between `---` on the first line and the next `---` or `...`, and the offset after it.
fn block(text: &str, start: usize) -> Option<(&str, usize)> {
    let first = text[start..].split_inclusive('\n').next()?;
    if first.trim_end() != "---" || !first.ends_with('\n') {
        return None;
    }
    let from = start + first.len();
    let mut at = from;
    for line in text[from..].split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            return Some((&text[from..at], at + line.len()));
        }
        at += line.len();
    }
    None
}

fn metadata(map: &Value) -> FrontMatter {
    let text = |key: &str| map.get(key).and_then(scalar).filter(|text| !text.is_empty());
    FrontMatter {
        title: text("title"),
        description: text("description"),
        hide: words(map.get("hide")),
        tags: words(map.get("tags")),
        status: text("status"),
        date: text("date"),
        order: map.get("order").and_then(Value::as_i64),
        navigation: text("navigation").filter(|text| text != "false"),
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn words(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Sequence(items)) => items.iter().filter_map(scalar).collect(),
        Some(other) => scalar(other)
            .map(|text| text.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect())
            .unwrap_or_default(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> (FrontMatter, &str, usize) {
        let mut problems = Vec::new();
        let (meta, end) = cut_front_matter(text, &mut problems);
        (meta, &text[end..], problems.len())
    }

    #[test]
    fn a_mapping_is_cut_and_read() {
        let (meta, rest, problems) =
            cut("\u{FEFF}---\ntitle: A\nhide:\n  - toc\ntags: x, y\ndate: 2024-01-02\n...\nText\n");
        assert_eq!((meta.title.as_deref(), rest, problems), (Some("A"), "Text\n", 0));
        assert_eq!(
            (meta.hide, meta.tags, meta.date.as_deref()),
            (vec!["toc".into()], vec!["x".into(), "y".into()], Some("2024-01-02"))
        );
    }

    #[test]
    fn what_is_no_metadata_stays() {
        for (text, found) in [
            ("---\n- @name\n---\nText", 1),
            ("---\njust words\n---\nText", 0),
            ("Note: this line stays\n\nText", 0),
            ("---\nnever: closed\n", 0),
            ("----\na: b\n----\n", 0),
        ] {
            let (meta, rest, problems) = cut(text);
            assert_eq!((meta, rest, problems), (FrontMatter::default(), text, found));
        }
    }
}

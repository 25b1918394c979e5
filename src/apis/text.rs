use serde_json::Value;

use crate::base::SafeHtml;
use crate::markdown::{self, CodeBlock};

use super::model::Example;

/// Longest description, and longest example, in bytes.
const DESCRIPTION: usize = 40_000;
const EXAMPLE: usize = 6_000;

/// A description as HTML. Most are a plain sentence, for which no parser is asked.
pub(super) fn html(markdown: Option<&str>) -> SafeHtml {
    let text = cut(markdown.unwrap_or_default().trim(), DESCRIPTION);
    let plain =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | ',' | ';' | '(' | ')' | '\'' | '"' | '?' | '%');
    if text.is_empty() {
        SafeHtml::default()
    } else if text.chars().all(plain) && !text.contains("www.") && text.starts_with(char::is_alphabetic) {
        SafeHtml::element("p", &text)
    } else {
        markdown::brief(&text)
    }
}

/// An example as highlighted code: text as it is, anything else as JSON.
pub(super) fn example(title: &str, value: &Value, media_type: &str) -> Example {
    let (text, language) = match value {
        Value::String(text) if media_type.contains("json") => (text.clone(), "json"),
        Value::String(text) if media_type.contains("xml") => (text.clone(), "xml"),
        Value::String(text) => (text.clone(), "text"),
        other => (serde_json::to_string_pretty(other).unwrap_or_default(), "json"),
    };
    code(title, &text, language)
}

/// A text as highlighted code.
pub(super) fn code(title: &str, text: &str, language: &str) -> Example {
    let block = CodeBlock { language: language.to_owned(), text: cut(text, EXAMPLE) };
    let html = markdown::highlight(&block, EXAMPLE as u64 * 2);
    Example { title: title.to_owned(), language: language.to_owned(), html }
}

/// A value in a line: text as it is, anything else as JSON, cut where it is long.
pub(super) fn inline(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    cut(&text, 160)
}

/// The text, cut with an ellipsis where it has more bytes.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}…", &text[..end])
}

use tera::{Kwargs, State, Tera, Value};

/// Registers the pure filters that templates have beside tera's own.
pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("number", |value: i64, _: Kwargs, _: &State<'_>| grouped(value));
    tera.register_filter("json", |value: Value, _: Kwargs, _: &State<'_>| {
        serde_json::to_string(&value).unwrap_or_default()
    });
    tera.register_filter("icon", |name: &str, _: Kwargs, _: &State<'_>| icon_class(name));
    tera.register_filter("code", |text: &str, _: Kwargs, _: &State<'_>| Value::safe_string(&with_code(text)));
}

/// A number with thin groups of three digits: `12 345`.
fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && digits.len() > 4 {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    if value < 0 { format!("\u{2212}{out}") } else { out }
}

/// The class of an icon by an author's word for it: one word, whatever was written.
fn icon_class(name: &str) -> String {
    let word: String =
        name.trim().chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    format!("cb-icon cb-icon-{word}")
}

/// HTML of a message for people: what stands in backticks is code, all else is text.
fn with_code(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((inside, behind)) = after.split_once('`') else { break };
        push_escaped(before, &mut out);
        out.push_str("<code>");
        push_escaped(inside, &mut out);
        out.push_str("</code>");
        rest = behind;
    }
    push_escaped(rest, &mut out);
    out
}

fn push_escaped(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_show_code_and_stay_text() {
        for (text, html) in [
            ("no `<b>` here", "no <code>&lt;b&gt;</code> here"),
            ("`a` and `b`", "<code>a</code> and <code>b</code>"),
            ("an odd ` & alone", "an odd ` &amp; alone"),
            ("", ""),
        ] {
            assert_eq!(with_code(text), html);
        }
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(1234), "1234");
        assert_eq!(grouped(12345), "12\u{202f}345");
        assert_eq!(grouped(-1_000_000), "\u{2212}1\u{202f}000\u{202f}000");
    }

    #[test]
    fn an_icon_is_one_class() {
        assert_eq!(icon_class("Kind API\" x"), "cb-icon cb-icon-kind-api--x");
    }
}

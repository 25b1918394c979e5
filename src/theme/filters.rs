use tera::{Kwargs, State, Tera};

/// Registers the pure filters that templates have beside tera's own.
pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("number", |value: i64, _: Kwargs, _: &State<'_>| grouped(value));
    tera.register_filter("icon", |name: &str, _: Kwargs, _: &State<'_>| icon_class(name));
}

/// A number with thin groups of three digits: `12 345`.
fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 && digits.len() > 4 {
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

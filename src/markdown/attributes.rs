use super::writer::push_escaped;

/// Attributes that content gives an element (attr_list, fences, containers).
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Attributes {
    /// `#id`; the last one counts.
    pub(super) id: Option<String>,
    /// `.class`, in order.
    pub(super) classes: Vec<String>,
    /// `key=value`, in order.
    pub(super) pairs: Vec<(String, String)>,
}

impl Attributes {
    /// Whether nothing is given.
    pub(super) fn is_empty(&self) -> bool {
        self.id.is_none() && self.classes.is_empty() && self.pairs.is_empty()
    }

    /// Writes ` id="…" class="…" key="…"`. Ids and classes of the portal's own name space are left out.
    pub(super) fn write(&self, out: &mut String) {
        if let Some(id) = self.id.as_deref().filter(|id| allowed_name(id)) {
            write_one(out, "id", id);
        }
        let classes: Vec<&str> = self.classes.iter().map(String::as_str).filter(|class| allowed_name(class)).collect();
        if !classes.is_empty() {
            write_one(out, "class", &classes.join(" "));
        }
        for (key, value) in &self.pairs {
            if !key.starts_with("on") && !matches!(key.as_str(), "id" | "class" | "style" | "href" | "src" | "rel") {
                write_one(out, key, value);
            }
        }
    }
}

/// Whether content may use this id or class: `cb-` is the portal's.
pub(super) fn allowed_name(name: &str) -> bool {
    !name.is_empty() && !name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("cb-"))
}

/// Writes one attribute, escaped.
pub(super) fn write_one(out: &mut String, key: &str, value: &str) {
    out.push(' ');
    out.push_str(key);
    out.push_str("=\"");
    push_escaped(out, value);
    out.push('"');
}

/// Reads the inside of `{…}`: `#id .class key=value key="two words" key`. `None` if it is no attribute list.
pub(super) fn parse_attributes(inside: &str) -> Option<Attributes> {
    let mut attributes = Attributes::default();
    let mut rest = inside.strip_prefix(':').unwrap_or(inside).trim();
    while !rest.is_empty() {
        let end = word_end(rest);
        let (word, after) = rest.split_at(end);
        if let Some(id) = word.strip_prefix('#') {
            attributes.id = Some(id.to_owned()).filter(|id| !id.is_empty());
        } else if let Some(class) = word.strip_prefix('.') {
            attributes.classes.push(class.to_owned());
        } else {
            let (key, value) = word.split_once('=').unwrap_or((word, word));
            if key.is_empty()
                || !key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'@'))
            {
                return None;
            }
            let value = unquote(value);
            match key.to_ascii_lowercase().as_str() {
                "id" => attributes.id = Some(value.to_owned()),
                "class" => attributes.classes.extend(value.split_whitespace().map(str::to_owned)),
                key if attributes.pairs.len() < 20 => attributes.pairs.push((key.to_owned(), value.to_owned())),
                _ => {}
            }
        }
        rest = after.trim_start();
    }
    (!attributes.is_empty()).then_some(attributes)
}

/// End of the first word; a quoted value may hold spaces.
fn word_end(text: &str) -> usize {
    let mut quote = None;
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (None, '"' | '\'') if text[..at].ends_with('=') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (None, _) if character.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}

fn unquote(value: &str) -> &str {
    ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read() {
        let got = parse_attributes(": #a .b .c width=300 title=\"two words\" hidden ").unwrap();
        assert_eq!((got.id.as_deref(), got.classes.join(" ")), (Some("a"), "b c".to_owned()));
        let pairs: Vec<String> = got.pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(pairs, ["width=300", "title=two words", "hidden=hidden"]);
        for not in ["", " ", "a, b", "x()", "% if"] {
            assert_eq!(parse_attributes(not), None, "{not}");
        }
    }
}

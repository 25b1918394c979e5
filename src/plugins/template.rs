use std::collections::BTreeMap;

/// A text with placeholders: `{part}` for one segment, `{part/}` for a path, `{part/x/}` for a path joined by `/x/`.
///
/// `{{` and `}}` are braces. A name has lower-case letters, digits, `_` and `.`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    pub pieces: Vec<Piece>,
}

/// The form of an annotation's value: literal text and named parts, in the notation of [`Template`].
///
/// `{part}` fits any text without `/`, `{part/}` any text; neither is empty. A part ends where the literal text after
/// it first occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape(Template);

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Slot(Slot),
}

/// A placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    pub name: String,
    /// What stands between the segments of a path; `None`: one segment.
    pub joiner: Option<String>,
}

/// Named parts, borrowed from the value that they were found in.
pub(super) type Parts<'a> = BTreeMap<&'a str, &'a str>;

impl Template {
    /// Reads a template; the error says what is wrong, for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            literal.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                literal.push_str(brace);
                rest = after;
                continue;
            }
            if brace == "}" {
                return Err("a `}` without its `{`; a brace itself is written `}}`".to_owned());
            }
            let end = rest.find('}').ok_or("a `{` without its `}`; a brace itself is written `{{`")?;
            if !literal.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut literal)));
            }
            pieces.push(Piece::Slot(Slot::parse(&rest[..end])?));
            rest = &rest[end + 1..];
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            pieces.push(Piece::Text(literal));
        }
        Ok(Self { pieces })
    }

    /// Its placeholders, in order.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Slot(slot) => Some(slot),
            Piece::Text(_) => None,
        })
    }

    /// Fills in plain text. Every slot has a part: the manifest was checked.
    pub fn fill_text(&self, parts: &Parts<'_>) -> String {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Slot(slot) => parts.get(slot.name.as_str()).copied().unwrap_or_default(),
            })
            .collect()
    }
}

impl Slot {
    fn parse(text: &str) -> Result<Self, String> {
        let (name, joiner) = match text.split_once('/') {
            None => (text, None),
            Some((name, "")) => (name, Some("/".to_owned())),
            Some((name, joiner)) if joiner.ends_with('/') => (name, Some(format!("/{joiner}"))),
            Some(_) => {
                return Err(format!("`{{{text}}}` is no placeholder; write `{{part}}`, `{{part/}}` or `{{part/x/}}`"));
            }
        };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.';
        let joiner_plain = |text: &String| text.chars().all(|c| c.is_ascii_alphanumeric() || "/-_".contains(c));
        if name.is_empty() || !name.chars().all(plain) || !joiner.as_ref().is_none_or(joiner_plain) {
            return Err(format!("`{{{text}}}` is no placeholder; names have lower-case letters, digits, `_` and `.`"));
        }
        Ok(Self { name: name.to_owned(), joiner })
    }
}

impl Shape {
    /// Reads a form; parts need literal text between them, or nobody could tell where one ends.
    pub fn parse(text: &str) -> Result<Self, String> {
        let template = Template::parse(text)?;
        for pair in template.pieces.windows(2) {
            if let [Piece::Slot(first), Piece::Slot(second)] = pair {
                return Err(format!("nothing stands between `{{{}}}` and `{{{}}}`", first.name, second.name));
            }
        }
        if let Some(slot) = template.slots().find(|slot| slot.joiner.as_ref().is_some_and(|joiner| joiner != "/")) {
            return Err(format!("in the form of a value a path is just `{{{}/}}`", slot.name));
        }
        Ok(Self(template))
    }

    /// The form of any value.
    pub fn any() -> Self {
        let slot = Slot { name: "value".to_owned(), joiner: Some("/".to_owned()) };
        Self(Template { pieces: vec![Piece::Slot(slot)] })
    }

    /// Names of its parts.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.slots().map(|slot| slot.name.as_str())
    }

    /// The parts of a value, if it has this form.
    pub fn read<'a>(&'a self, value: &'a str) -> Option<Parts<'a>> {
        let mut parts = Parts::new();
        let mut rest = value;
        for (at, piece) in self.0.pieces.iter().enumerate() {
            match piece {
                Piece::Text(text) => rest = rest.strip_prefix(text.as_str())?,
                Piece::Slot(slot) => {
                    let end = match self.0.pieces.get(at + 1) {
                        Some(Piece::Text(next)) => rest.find(next.as_str())?,
                        _ => rest.len(),
                    };
                    let part = &rest[..end];
                    if part.is_empty() || (slot.joiner.is_none() && part.contains('/')) {
                        return None;
                    }
                    parts.insert(&slot.name, part);
                    rest = &rest[end..];
                }
            }
        }
        rest.is_empty().then_some(parts)
    }
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for piece in &self.0.pieces {
            match piece {
                Piece::Text(text) => f.write_str(text)?,
                Piece::Slot(slot) => write!(f, "<{}>", slot.name)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_by_their_form() {
        let read = |shape: &str, value: &str| {
            let shape = Shape::parse(shape).unwrap();
            shape
                .read(value)
                .map(|parts| parts.iter().map(|(name, part)| format!("{name}={part}")).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(read("{org}/{repo}", "tidal/lock").as_deref(), Some("org=tidal repo=lock"));
        assert_eq!(read("{org}/{repo}", "tidal/lock/x"), None, "a part without `/` in its name has none in its text");
        assert_eq!(read("{org}/{path/}", "tidal/lock/x").as_deref(), Some("org=tidal path=lock/x"));
        assert_eq!(read("{org}/{repo}", "tidal/"), None);
        assert_eq!(read("{instance}:{job/}", "a/b:c"), None);
        assert_eq!(read("id-{number}!", "id-7!").as_deref(), Some("number=7"));
        assert_eq!(read("id-{number}", "no-7"), None);
    }

    #[test]
    fn mistakes_in_templates_are_named() {
        for bad in ["{", "}", "{}", "{A}", "{a b}", "{a/b}", "{a/?/}"] {
            assert!(Template::parse(bad).is_err(), "{bad}");
        }
        assert!(Shape::parse("{a}{b}").is_err());
        let parts = Parts::from([("a", "x")]);
        assert_eq!(Template::parse("{{{a}}}").unwrap().fill_text(&parts), "{x}");
    }
}

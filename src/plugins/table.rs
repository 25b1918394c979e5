use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::rules;
use crate::base::{Diagnostic, Rule, SourceFile, nearest};

/// A table of a manifest, read key by key; what nobody asked for is a misspelling.
pub(super) struct Table<'a> {
    file: &'a SourceFile,
    name: String,
    span: Range<usize>,
    entries: &'a DeTable<'a>,
    asked: Vec<&'static str>,
}

/// A text with its place.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub text: String,
    pub span: Range<usize>,
}

impl<'a> Table<'a> {
    /// A table by its dotted name, which is empty for the root.
    pub fn new(file: &'a SourceFile, name: impl Into<String>, span: Range<usize>, entries: &'a DeTable<'a>) -> Self {
        Self { file, name: name.into(), span, entries, asked: Vec::new() }
    }

    /// A text that is not blank.
    pub fn string(&mut self, key: &'static str, faults: &mut Vec<Diagnostic>) -> Option<Found> {
        self.asked.push(key);
        let value = self.entries.get(key)?;
        match value.get_ref().as_str() {
            Some(text) if !text.trim().is_empty() => Some(Found { text: text.to_owned(), span: value.span() }),
            Some(_) => {
                faults.push(self.bad(value.span(), format!("`{key}` is empty")));
                None
            }
            None => {
                let kind = value.get_ref().type_str();
                faults.push(self.bad(value.span(), format!("`{key}` must be a string, not {kind}")));
                None
            }
        }
    }

    /// A text that must be there.
    pub fn required(&mut self, key: &'static str, faults: &mut Vec<Diagnostic>) -> Option<Found> {
        let missing = self.entries.get(key).is_none();
        let found = self.string(key, faults);
        if missing {
            faults.push(self.complain(format!("`{key}` is missing")));
        }
        found
    }

    /// A text, or an array of texts.
    pub fn strings(&mut self, key: &'static str, faults: &mut Vec<Diagnostic>) -> Vec<Found> {
        self.asked.push(key);
        let Some(value) = self.entries.get(key) else { return Vec::new() };
        let items = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        let mut found = Vec::new();
        for item in items {
            match item.get_ref().as_str() {
                Some(text) => found.push(Found { text: text.to_owned(), span: item.span() }),
                None => faults.push(self.bad(item.span(), format!("`{key}` is a string or an array of strings"))),
            }
        }
        found
    }

    /// Whether a key is written.
    pub fn has(&self, key: &str) -> bool {
        self.entries.get(key).is_some()
    }

    /// The text of a key, without asking for it.
    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.entries.get(key)?.get_ref().as_str()
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, key: &'static str, faults: &mut Vec<Diagnostic>) -> Option<bool> {
        self.asked.push(key);
        let value = self.entries.get(key)?;
        let found = value.get_ref().as_bool();
        if found.is_none() {
            faults.push(self.bad(value.span(), format!("`{key}` is `true` or `false`")));
        }
        found
    }

    /// A number, 0 or more.
    pub fn number(&mut self, key: &'static str, faults: &mut Vec<Diagnostic>) -> Option<f64> {
        self.asked.push(key);
        let value = self.entries.get(key)?;
        let text = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str()),
            DeValue::Float(number) => Some(number.as_str()),
            _ => None,
        };
        let number = text.and_then(|text| text.replace('_', "").parse::<f64>().ok()).filter(|number| *number >= 0.0);
        if number.is_none() {
            faults.push(self.bad(value.span(), format!("`{key}` is a number, 0 or more")));
        }
        number
    }

    /// A table, if it is there.
    pub fn table(&mut self, key: &'static str, faults: &mut Vec<Diagnostic>) -> Option<Table<'a>> {
        self.asked.push(key);
        let value = self.entries.get(key)?;
        let Some(entries) = value.get_ref().as_table() else {
            faults.push(self.bad(value.span(), format!("`{key}` must be a table")));
            return None;
        };
        Some(Table::new(self.file, key, value.span(), entries))
    }

    /// The tables of an array of tables.
    pub fn tables(&mut self, key: &'static str, faults: &mut Vec<Diagnostic>) -> Vec<Table<'a>> {
        self.asked.push(key);
        let Some(value) = self.entries.get(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            faults.push(self.bad(value.span(), format!("`{key}` is written `[[{key}]]`")));
            return Vec::new();
        };
        let file = self.file;
        items.iter().filter_map(|item| Some(Table::new(file, key, item.span(), item.get_ref().as_table()?))).collect()
    }

    /// The tables in a table whose keys are free.
    pub fn named_tables(&mut self, key: &'static str, faults: &mut Vec<Diagnostic>) -> Vec<(String, Table<'a>)> {
        self.asked.push(key);
        let Some(value) = self.entries.get(key) else { return Vec::new() };
        let Some(entries) = value.get_ref().as_table() else {
            faults.push(self.bad(value.span(), format!("`{key}` is written `[{key}.NAME]`")));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (name, value) in entries {
            let name = name.get_ref().to_string();
            match value.get_ref().as_table() {
                Some(inner) => {
                    let table = Table::new(self.file, format!("{key}.{name}"), value.span(), inner);
                    tables.push((name, table));
                }
                None => faults.push(self.bad(value.span(), format!("`{key}.{name}` must be a table"))),
            }
        }
        tables
    }

    /// A value at a span that cannot be used.
    pub fn bad(&self, span: impl Into<Range<usize>>, message: impl Into<String>) -> Diagnostic {
        self.report(&rules::BAD_VALUE, span, message)
    }

    /// A finding at a span.
    pub fn report(&self, rule: &'static Rule, span: impl Into<Range<usize>>, message: impl Into<String>) -> Diagnostic {
        self.file.report(&rule.problem(span.into().into(), message))
    }

    /// A finding about the table as a whole, at its first line.
    pub fn complain(&self, message: impl Into<String>) -> Diagnostic {
        let text = self.file.text();
        let end = text
            .get(self.span.clone())
            .and_then(|span| span.find('\n'))
            .map_or(self.span.end, |at| self.span.start + at);
        self.bad(self.span.start..end, message)
    }

    /// Reports the keys that nobody asked for.
    pub fn finish(self, faults: &mut Vec<Diagnostic>) {
        for (key, _) in self.entries.iter().filter(|(key, _)| !self.asked.contains(&key.get_ref().as_ref())) {
            let word = key.get_ref().as_ref();
            let place = if self.name.is_empty() { String::new() } else { format!(" in `{}`", self.name) };
            let problem = rules::UNKNOWN_KEY.problem(key.span().into(), format!("unknown key `{word}`{place}"));
            let hint = match nearest(word, self.asked.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known keys: {}", self.asked.join(", ")),
            };
            faults.push(self.file.report(&problem.hint(hint)));
        }
    }
}

/// Parses a manifest's text.
pub(super) fn parse<'a>(file: &SourceFile, text: &'a str) -> Result<Spanned<DeTable<'a>>, Diagnostic> {
    DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        file.report(&rules::SYNTAX.problem(span.into(), error.message()))
    })
}

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::rules;
use crate::base::{Diagnostic, Rule, SourceFile, nearest};

/// A TOML table that is read key by key: what is asked for is known, what is left over is a misspelling.
///
/// Keeps going after a mistake, so that one run tells all of them.
pub(super) struct Table<'a> {
    file: &'a SourceFile,
    /// Dotted name for messages; empty for the root.
    name: String,
    span: Range<usize>,
    entries: Option<&'a DeTable<'a>>,
    asked: Vec<&'static str>,
}

/// A value with its place.
pub(super) struct Found<'a, T> {
    pub value: T,
    pub span: Range<usize>,
    pub file: &'a SourceFile,
}

impl<T> Found<'_, T> {
    /// A finding about this value.
    pub fn complain(&self, rule: &Rule, message: impl Into<String>) -> Diagnostic {
        self.file.report(&rule.problem(self.span.clone().into(), message))
    }
}

impl Found<'_, String> {
    /// A path relative to the settings' folder; one that is not there is a finding.
    pub fn existing(&self, root: &Path, faults: &mut Vec<Diagnostic>) -> Option<PathBuf> {
        let path = root.join(&self.value);
        if path.exists() {
            return Some(path);
        }
        faults.push(self.complain(&rules::MISSING_FILE, format!("there is no `{}`", self.value)));
        None
    }
}

impl<'a> Table<'a> {
    /// The root table of a file.
    pub fn root(file: &'a SourceFile, entries: &'a DeTable<'a>) -> Self {
        Self { file, name: String::new(), span: 0..0, entries: Some(entries), asked: Vec::new() }
    }

    /// A text.
    pub fn string(&mut self, key: &'static str, faults: &mut Vec<Diagnostic>) -> Option<Found<'a, String>> {
        self.typed(key, "a string", faults, |value| value.as_str().map(str::to_owned))
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, key: &'static str, faults: &mut Vec<Diagnostic>) -> Option<bool> {
        self.typed(key, "`true` or `false`", faults, DeValue::as_bool).map(|found| found.value)
    }

    /// A whole number from 0.
    pub fn number(&mut self, key: &'static str, faults: &mut Vec<Diagnostic>) -> Option<Found<'a, u64>> {
        self.typed(key, "a whole number, 0 or more", faults, |value| {
            let number = value.as_integer()?;
            u64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
        })
    }

    /// A list of texts.
    pub fn strings(&mut self, key: &'static str, faults: &mut Vec<Diagnostic>) -> Vec<Found<'a, String>> {
        let Some(list) = self.typed(key, "a list of strings", faults, DeValue::as_array) else { return Vec::new() };
        let mut texts = Vec::new();
        for item in list.value {
            match item.get_ref().as_str() {
                Some(text) => texts.push(Found { value: text.to_owned(), span: item.span(), file: self.file }),
                None => faults.push(self.wrong_type(key, "a list of strings", item)),
            }
        }
        texts
    }

    /// A table below this one; empty when it is not there.
    pub fn table(&mut self, key: &'static str, faults: &mut Vec<Diagnostic>) -> Table<'a> {
        let found = self.typed(key, "a table", faults, DeValue::as_table);
        let (span, entries) = found.map_or((0..0, None), |found| (found.span, Some(found.value)));
        Table { file: self.file, name: self.path(key), span, entries, asked: Vec::new() }
    }

    /// An array of tables.
    pub fn tables(&mut self, key: &'static str, faults: &mut Vec<Diagnostic>) -> Vec<Table<'a>> {
        let Some(list) = self.typed(key, "an array of tables", faults, DeValue::as_array) else { return Vec::new() };
        let mut tables = Vec::new();
        for item in list.value {
            match item.get_ref().as_table() {
                Some(entries) => tables.push(Table {
                    file: self.file,
                    name: self.path(key),
                    span: item.span(),
                    entries: Some(entries),
                    asked: Vec::new(),
                }),
                None => faults.push(self.wrong_type(key, "an array of tables", item)),
            }
        }
        tables
    }

    /// Entries whose keys are free, such as `[plugins.NAME]`, each with its key: those not asked for by name.
    pub fn free_entries(&mut self) -> Vec<(&'a str, &'a Spanned<DeValue<'a>>)> {
        let asked = std::mem::take(&mut self.asked);
        let entries = self.entries.into_iter().flat_map(|entries| entries.iter());
        let free: Vec<_> = entries
            .map(|(key, value)| (key.get_ref().as_ref(), value))
            .filter(|(key, _)| !asked.contains(key))
            .collect();
        self.entries = None;
        free
    }

    /// Tables whose keys are free, such as `[diagrams.NAME]`, each with its key; an entry that is none is reported.
    pub fn free_tables(&mut self, faults: &mut Vec<Diagnostic>) -> Vec<(&'a str, Table<'a>)> {
        let mut tables = Vec::new();
        for (key, value) in self.free_entries() {
            match value.get_ref().as_table() {
                Some(entries) => tables.push((
                    key,
                    Table {
                        file: self.file,
                        name: self.path(key),
                        span: value.span(),
                        entries: Some(entries),
                        asked: Vec::new(),
                    },
                )),
                None => faults.push(self.wrong_type(key, "a table", value)),
            }
        }
        tables
    }

    /// Texts whose keys are free, each with its key.
    pub fn free_texts(&mut self, faults: &mut Vec<Diagnostic>) -> Vec<(&'a str, Found<'a, String>)> {
        let mut texts = Vec::new();
        for (name, value) in self.free_entries() {
            match value.get_ref().as_str() {
                Some(text) => texts.push((name, Found { value: text.to_owned(), span: value.span(), file: self.file })),
                None => faults.push(self.wrong_type(name, "a string", value)),
            }
        }
        texts
    }

    /// Entries with free keys whose values are lists of texts.
    pub fn free_lists(&mut self, faults: &mut Vec<Diagnostic>) -> Vec<(String, Vec<String>)> {
        let mut found = Vec::new();
        for (key, value) in self.free_entries() {
            let items = value.get_ref().as_array();
            let texts: Option<Vec<String>> =
                items.and_then(|items| items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect());
            match texts {
                Some(texts) => found.push((key.to_owned(), texts)),
                None => faults.push(self.wrong_type(key, "a list of strings", value)),
            }
        }
        found
    }

    /// A finding about the table as a whole.
    pub fn complain(&self, rule: &Rule, message: impl Into<String>) -> Diagnostic {
        // The span of a table is its whole text; its first line is enough to find it.
        let end = self.file.text()[self.span.start..self.span.end.min(self.file.text().len())].find('\n');
        let span = self.span.start..end.map_or(self.span.end, |end| self.span.start + end);
        self.file.report(&rule.problem(span.into(), message))
    }

    /// Reports the keys that nobody asked for.
    pub fn finish(self, faults: &mut Vec<Diagnostic>) {
        for (key, _) in self.entries.into_iter().flat_map(|entries| entries.iter()) {
            let word = key.get_ref().as_ref();
            if self.asked.contains(&word) {
                continue;
            }
            let place = if self.name.is_empty() { String::new() } else { format!(" in `[{}]`", self.name) };
            let problem = rules::UNKNOWN_KEY.problem(key.span().into(), format!("unknown key `{word}`{place}"));
            let hint = match nearest(word, self.asked.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known keys: {}", self.asked.join(", ")),
            };
            faults.push(self.file.report(&problem.hint(hint)));
        }
    }

    fn typed<T>(
        &mut self,
        key: &'static str,
        wanted: &str,
        faults: &mut Vec<Diagnostic>,
        read: impl FnOnce(&'a DeValue<'a>) -> Option<T>,
    ) -> Option<Found<'a, T>> {
        self.asked.push(key);
        let value = self.get(key)?;
        match read(value.get_ref()) {
            Some(read) => Some(Found { value: read, span: value.span(), file: self.file }),
            None => {
                faults.push(self.wrong_type(key, wanted, value));
                None
            }
        }
    }

    fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.entries?.get(key)
    }

    fn wrong_type(&self, key: &str, wanted: &str, value: &Spanned<DeValue<'a>>) -> Diagnostic {
        let message = format!("`{}` must be {wanted}, not {}", self.path(key), value.get_ref().type_str());
        self.file.report(&rules::WRONG_TYPE.problem(value.span().into(), message))
    }

    fn path(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }
}

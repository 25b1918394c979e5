use serde::{Deserialize, Serialize};

use super::Span;

/// How much a finding weighs. Ordered: `Note < Warning < Error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never fails a build.
    Note,
    /// Something is shown otherwise than its author meant; fails with `--strict`.
    Warning,
    /// Something could not be shown at all; fails with `--strict`.
    Error,
}

impl Severity {
    /// The word that is printed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A kind of finding: what `callboard explain CODE` tells. Each module lists its own in a `RULES` table.
#[derive(Debug)]
pub struct Rule {
    /// Stable code, `CB` and four digits.
    pub code: &'static str,
    /// Severity of the findings of this rule.
    pub severity: Severity,
    /// One line: what was found.
    pub title: &'static str,
    /// A paragraph or two: why it matters and what to do.
    pub explain: &'static str,
}

impl Rule {
    /// A finding of this rule without a place.
    pub fn diagnostic(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code: self.code.to_owned(),
            severity: self.severity,
            message: message.into(),
            place: None,
            subject: None,
            hint: None,
            notes: Vec::new(),
        }
    }

    /// A finding of this rule at a span of a text whose file the caller knows.
    pub fn problem(&self, span: Span, message: impl Into<String>) -> Problem {
        Problem { code: self.code.to_owned(), severity: self.severity, span, message: message.into(), hint: None }
    }
}

/// A finding inside one text, by byte span; [`super::SourceFile::report`] makes a [`Diagnostic`] of it.
///
/// Pure stages return these, so that their products can be remembered without knowing where the text came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The rule's code.
    pub code: String,
    /// The rule's severity.
    pub severity: Severity,
    /// Bytes of the text.
    pub span: Span,
    /// What is wrong, lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Problem {
    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Where something stands in a file, resolved for people.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// `repo@revision`, or empty for files beside `site.toml`.
    pub origin: String,
    /// Path inside the origin.
    pub path: String,
    /// 1-based; 0 for "the whole file".
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    /// Width of the marked words in characters, at least 1.
    pub width: u32,
    /// The source line (a window of it when very long), for the caret. Empty for "the whole file".
    pub text: String,
}

impl Place {
    /// A place that means a whole file.
    pub fn file(origin: impl Into<String>, path: impl Into<String>) -> Self {
        Self { origin: origin.into(), path: path.into(), line: 0, column: 0, width: 1, text: String::new() }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.origin.is_empty() {
            write!(f, "{}:", self.origin)?;
        }
        f.write_str(&self.path)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        Ok(())
    }
}

/// Something else to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Note {
    /// What is to be seen there.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
}

/// A finding for people: a mistake in content is this, never an `Err`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Stable code of the [`Rule`].
    pub code: String,
    /// Severity.
    pub severity: Severity,
    /// What is wrong, lower case, no full stop, things in backticks.
    pub message: String,
    /// Where it stands.
    pub place: Option<Place>,
    /// What it is about: an entity ref, or a repository's name.
    pub subject: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// Other places to look at.
    pub notes: Vec<Note>,
}

impl Diagnostic {
    /// Says where it stands.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says what it is about.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds another place to look at.
    #[must_use]
    pub fn note(mut self, message: impl Into<String>, place: Option<Place>) -> Self {
        self.notes.push(Note { message: message.into(), place });
        self
    }

    /// Order in which findings are reported: by place, then code, then message.
    pub fn sort_key(&self) -> (&Option<Place>, &str, &str) {
        (&self.place, &self.code, &self.message)
    }
}

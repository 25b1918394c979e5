use serde::{Deserialize, Serialize};

use super::rules::{COMMAND_FAILED, NO_COMMAND, NOT_DRAWN};
use crate::base::Rule;

/// Why there is no picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What happened.
    pub kind: FaultKind,
    /// In words.
    pub message: String,
    /// Line of the source, from 0, where that is known.
    pub line: Option<usize>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FaultKind {
    /// The source is wrong or too hard.
    Source,
    /// Nothing draws this language.
    NoCommand,
    /// The program failed; that may pass.
    Command,
}

impl Fault {
    /// A fault of the source as a whole.
    pub(super) fn source(message: impl Into<String>) -> Self {
        Self { kind: FaultKind::Source, message: message.into(), line: None }
    }

    /// A fault in one line of the source, counted from 0.
    pub(super) fn at(line: usize, message: impl Into<String>) -> Self {
        Self { line: Some(line), ..Self::source(message) }
    }

    /// The rule that it breaks.
    pub fn rule(&self) -> &'static Rule {
        match self.kind {
            FaultKind::Source => &NOT_DRAWN,
            FaultKind::NoCommand => &NO_COMMAND,
            FaultKind::Command => &COMMAND_FAILED,
        }
    }

    /// Whether the same job may come out otherwise the next time.
    pub fn may_pass(&self) -> bool {
        self.kind == FaultKind::Command
    }
}

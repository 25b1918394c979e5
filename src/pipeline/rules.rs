use crate::base::{Rule, Severity};

/// Findings of the pipeline itself.
pub static RULES: &[&Rule] = &[&PANICKED];

/// A job of ours panicked.
pub static PANICKED: Rule = Rule {
    code: "CB1001",
    severity: Severity::Error,
    title: "a piece of content brought a fault of Callboard to light",
    explain: "The work on this one piece was stopped and its result left out; everything else is built. This is never \
              the content's fault alone: please report it with the file that is named.",
};

use crate::base::{Rule, Severity};

/// Findings of serving.
pub static RULES: &[&Rule] = &[&FAILED, &OPEN_TO_ALL];

/// The build did not come to its end.
pub static FAILED: Rule = Rule {
    code: "CB1501",
    severity: Severity::Error,
    title: "the portal could not be built",
    explain: "The theme, the settings or the machine stopped the build. `callboard serve` goes on showing the last good \
              portal, and builds again as soon as something changes.",
};

/// Others can reach the preview.
pub static OPEN_TO_ALL: Rule = Rule {
    code: "CB1502",
    severity: Severity::Warning,
    title: "the preview can be reached from other machines",
    explain: "`--host` lets `callboard serve` listen on more than this machine. Whoever reaches it can read the whole portal: \
              there are no accounts. Leave `--host` out unless the others are meant to see it.",
};

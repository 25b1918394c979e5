use crate::base::{Rule, Severity};

/// Findings of this module.
pub static RULES: &[&Rule] = &[&NOT_DRAWN, &NO_COMMAND, &COMMAND_FAILED];

/// A diagram that cannot be drawn.
pub static NOT_DRAWN: Rule = Rule {
    code: "CB0701",
    severity: Severity::Warning,
    title: "a diagram cannot be drawn",
    explain: "The source of the diagram has a mistake, or uses something that Callboard's renderer does not know. Its source is \
              shown in the place of the picture: a picture that lost a part would be worse.",
};

/// A diagram without a renderer.
pub static NO_COMMAND: Rule = Rule {
    code: "CB0702",
    severity: Severity::Note,
    title: "a diagram is shown as its source",
    explain: "Mermaid and dot are drawn by Callboard itself; other languages by a program that `[diagrams.NAME]` in `site.toml` \
              names, such as `command = [\"plantuml\", \"-tsvg\", \"-pipe\"]`.",
};

/// A command that failed.
pub static COMMAND_FAILED: Rule = Rule {
    code: "CB0703",
    severity: Severity::Warning,
    title: "the program that draws diagrams failed",
    explain: "The command of `[diagrams.NAME]` is not installed, took longer than `limits.diagram_seconds`, exited with an error \
              or wrote no SVG. The source of the diagram is shown instead, and the next build tries again.",
};

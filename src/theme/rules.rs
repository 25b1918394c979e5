use crate::base::{Rule, Severity};

/// All rules of themes.
pub static RULES: &[&Rule] = &[&UNUSED_FILE];

/// A file of a user's theme that no part of the portal uses.
pub(super) static UNUSED_FILE: Rule = Rule {
    code: "CB0901",
    severity: Severity::Warning,
    title: "a file of the theme is not used",
    explain: "A theme folder lies over the default theme file by file: `theme.toml`, `patterns.json`, `templates/`, `css/`, `js/` and `static/`.\n\
              Files elsewhere in it have no effect. Move the file to one of these folders, or delete it.",
};

use crate::base::{Rule, Severity};

/// Findings in `site.toml`; every one of them stops the command with exit code 2.
pub static RULES: &[&Rule] = &[&SYNTAX, &UNKNOWN_KEY, &WRONG_TYPE, &BAD_VALUE, &MISSING_FILE, &MISSING_KEY];

/// Not TOML at all.
pub static SYNTAX: Rule = Rule {
    code: "CB0101",
    severity: Severity::Error,
    title: "site.toml is not valid TOML",
    explain: "The file could not be read as TOML 1.1. Nothing is built and an existing site is left as it is.",
};

/// A key that nothing reads.
pub static UNKNOWN_KEY: Rule = Rule {
    code: "CB0102",
    severity: Severity::Error,
    title: "unknown key in site.toml",
    explain: "A key that no part of Callboard reads is most often a misspelt one, so it stops the build instead of being \
              ignored. The reference of all keys is in the guide, page `site.toml`.",
};

/// A value of another type.
pub static WRONG_TYPE: Rule = Rule {
    code: "CB0103",
    severity: Severity::Error,
    title: "wrong type in site.toml",
    explain: "The key is known, but its value has another type than the key takes.",
};

/// A value that cannot be used.
pub static BAD_VALUE: Rule = Rule {
    code: "CB0104",
    severity: Severity::Error,
    title: "unusable value in site.toml",
    explain: "The value has the right type, but not one of the values that the key takes.",
};

/// A path that leads nowhere.
pub static MISSING_FILE: Rule = Rule {
    code: "CB0105",
    severity: Severity::Error,
    title: "site.toml names a file or folder that is not there",
    explain: "Paths in site.toml are relative to the folder that holds it.",
};

/// Something that must be said.
pub static MISSING_KEY: Rule = Rule {
    code: "CB0106",
    severity: Severity::Error,
    title: "site.toml lacks a key",
    explain: "The table cannot be used without this key.",
};

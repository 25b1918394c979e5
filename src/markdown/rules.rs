use crate::base::{Rule, Severity};

/// Findings of this module.
pub static RULES: &[&Rule] =
    &[&FRONT_MATTER, &UNCLOSED_FENCE, &UNKNOWN_SNIPPET, &NESTING, &UNCLOSED_CONTAINER, &UNKNOWN_VARIABLE, &BAD_MATH];

/// Front matter that is kept as text.
pub static FRONT_MATTER: Rule = Rule {
    code: "CB0501",
    severity: Severity::Warning,
    title: "front matter is not a YAML mapping",
    explain: "A page may begin with a block of `key: value` lines between two lines of `---`. This block does not parse as \
              YAML, or is no mapping, so it is no metadata and is shown as text. Quote values that begin with `@`, `*`, `[` or `{`, \
              or that hold a colon and a space.",
};

/// A fence without an end.
pub static UNCLOSED_FENCE: Rule = Rule {
    code: "CB0502",
    severity: Severity::Warning,
    title: "code fence is never closed",
    explain: "Everything below the opening fence, up to the end of what holds it, is shown as code. Close it with a line of at \
              least as many backticks or tildes, indented like the opening line.",
};

/// A snippet that is not there.
pub static UNKNOWN_SNIPPET: Rule = Rule {
    code: "CB0503",
    severity: Severity::Warning,
    title: "snippet is not found",
    explain: "`--8<-- \"path\"` splices in a file of the repository. Paths are relative to the directory of mkdocs.yml and may not \
              leave the repository; `path:3:9` takes lines, `path:name` a section between `--8<-- [start:name]` and `[end:name]`.",
};

/// Too deep.
pub static NESTING: Rule = Rule {
    code: "CB0504",
    severity: Severity::Warning,
    title: "blocks are nested too deeply",
    explain: "Blocks and elements deeper than `limits.page_depth` are shown without their own box, so that the time a page takes \
              stays bounded.",
};

/// A container without an end.
pub static UNCLOSED_CONTAINER: Rule = Rule {
    code: "CB0505",
    severity: Severity::Warning,
    title: "container is never closed",
    explain: "A `///` or `:::` block, or an element with the `markdown` attribute, runs to its closing line. There is none, so it runs to the \
              end of what holds it.",
};

/// A variable that is not there.
pub static UNKNOWN_VARIABLE: Rule = Rule {
    code: "CB0506",
    severity: Severity::Note,
    title: "variable is not defined",
    explain: "`{{ name }}` is replaced by `extra.name` of mkdocs.yml when the macros plugin is listed. Expressions, calls and \
              blocks of the template language are never run and stay as text.",
};

/// Math that does not parse.
pub static BAD_MATH: Rule = Rule {
    code: "CB0507",
    severity: Severity::Warning,
    title: "formula does not parse",
    explain: "The formula is shown as its source. Commands outside of the usual LaTeX mathematics are not known.",
};

use crate::base::{Rule, Severity};

/// Findings about the output folder.
pub static RULES: &[&Rule] = &[&FOREIGN, &SOURCE, &BUSY, &DAMAGED, &TWICE];

/// The folder holds files of somebody else.
pub static FOREIGN: Rule = Rule {
    code: "CB0801",
    severity: Severity::Error,
    title: "the output folder holds other files",
    explain: "Callboard only writes into a folder that is empty or that holds a site of its own (with its manifest), so \
              that a mistyped path never costs anybody's files.",
};

/// The folder is a source.
pub static SOURCE: Rule = Rule {
    code: "CB0802",
    severity: Severity::Error,
    title: "the output folder is a source or holds one",
    explain: "Writing the site over what it is made of would destroy it. Choose a folder of its own.",
};

/// Somebody else is writing.
pub static BUSY: Rule = Rule {
    code: "CB0803",
    severity: Severity::Error,
    title: "another command is writing this site",
    explain: "Two commands cannot write one output folder at once. Wait for the other one, or give another `--output`.",
};

/// The folder is not what its manifest says.
pub static DAMAGED: Rule = Rule {
    code: "CB0804",
    severity: Severity::Error,
    title: "a file of the site is missing or changed",
    explain: "The manifest lists every file with its digest. `callboard build` puts such files right.",
};

/// Two things claim one address.
pub static TWICE: Rule = Rule {
    code: "CB0805",
    severity: Severity::Error,
    title: "two files claim the same address",
    explain: "The first one, in the order of the site, is written; the other one is left out. Rename one of its sources.",
};

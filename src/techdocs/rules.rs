use crate::base::{Rule, Severity};

/// What this module finds.
pub static RULES: &[&Rule] = &[
    &CONFIG_UNREADABLE,
    &CONFIG_VALUE,
    &NOT_RUN,
    &TWO_CONFIGS,
    &OUTSIDE,
    &NAV_MISSING,
    &INCLUDE,
    &NO_PAGES,
    &REF_NOT_FOUND,
    &PAGE_UNREADABLE,
    &PAGES_COLLIDE,
    &LINK_BROKEN,
    &ANCHOR_BROKEN,
    &FILE_WITHHELD,
    &SNIPPET_MISSING,
    &FORWARD_LOST,
    &DECISIONS_LOST,
];

/// mkdocs.yml is no YAML.
pub static CONFIG_UNREADABLE: Rule = Rule {
    code: "CB0401",
    severity: Severity::Error,
    title: "a documentation configuration cannot be read",
    explain: "`mkdocs.yml` (or a `.pages` file) is no YAML, or is larger than the limits of `site.toml` allow. The \
              documents are still shown, with a nav made from the files.",
};

/// A key of mkdocs.yml has a value of the wrong form.
pub static CONFIG_VALUE: Rule = Rule {
    code: "CB0402",
    severity: Severity::Warning,
    title: "a value of `mkdocs.yml` has the wrong form",
    explain: "The key is ignored, as if it were not written.",
};

/// Something that would have to be executed.
pub static NOT_RUN: Rule = Rule {
    code: "CB0403",
    severity: Severity::Note,
    title: "`mkdocs.yml` asks for something that is never run",
    explain: "Hooks, Python names and the environment are never used: nothing of a repository is executed. Everything \
              else of the file holds. `!ENV` takes its default.",
};

/// Both mkdocs.yaml and mkdocs.yml.
pub static TWO_CONFIGS: Rule = Rule {
    code: "CB0404",
    severity: Severity::Warning,
    title: "there are both `mkdocs.yaml` and `mkdocs.yml`",
    explain: "`mkdocs.yaml` is read, as TechDocs does; delete the other one.",
};

/// A path that leaves the repository.
pub static OUTSIDE: Rule = Rule {
    code: "CB0405",
    severity: Severity::Error,
    title: "a path leaves the repository",
    explain: "Only files of the repository itself are read.",
};

/// A nav entry without a page.
pub static NAV_MISSING: Rule = Rule {
    code: "CB0406",
    severity: Severity::Warning,
    title: "a nav entry leads nowhere",
    explain: "The file that the entry names is not in the documentation. The entry is left out of the nav.",
};

/// `!include` that cannot be followed.
pub static INCLUDE: Rule = Rule {
    code: "CB0407",
    severity: Severity::Warning,
    title: "an included documentation set cannot be read",
    explain: "`!include` and `*include` take paths of other `mkdocs.yml` files, relative to the root one. The entry is \
              left out of the nav.",
};

/// A doc set without any page.
pub static NO_PAGES: Rule = Rule {
    code: "CB0408",
    severity: Severity::Warning,
    title: "a documentation set has no pages",
    explain: "There is no Markdown file below its `docs_dir`.",
};

/// A techdocs-ref that leads nowhere.
pub static REF_NOT_FOUND: Rule = Rule {
    code: "CB0409",
    severity: Severity::Warning,
    title: "a `backstage.io/techdocs-ref` leads nowhere",
    explain: "There is neither `mkdocs.yml` nor `docs/` at the place that the annotation names, or the repository is \
              not harvested.",
};

/// A page that cannot be read.
pub static PAGE_UNREADABLE: Rule = Rule {
    code: "CB0410",
    severity: Severity::Error,
    title: "a page cannot be read",
    explain: "The file is no UTF-8 text, or is larger than `limits.page_bytes`. Its page says so.",
};

/// Two files that would have one address.
pub static PAGES_COLLIDE: Rule = Rule {
    code: "CB0411",
    severity: Severity::Warning,
    title: "two files have the same address",
    explain: "`index.md` and `README.md` of one directory are the same page, and so are `a.md` and `a/index.md`.",
};

/// A link that cannot be resolved.
pub static LINK_BROKEN: Rule = Rule {
    code: "CB0412",
    severity: Severity::Warning,
    title: "a link leads nowhere",
    explain: "The destination is neither a page, a directory with an index, nor a file of the repository; it is left as \
              written. Paths are relative to the file that holds them.",
};

/// A fragment that names no id.
pub static ANCHOR_BROKEN: Rule = Rule {
    code: "CB0413",
    severity: Severity::Warning,
    title: "a link names a heading that is not there",
    explain: "The page exists, but has no heading or element of that id. Both MkDocs' and GitHub's forms of ids are known.",
};

/// A file that is not published.
pub static FILE_WITHHELD: Rule = Rule {
    code: "CB0414",
    severity: Severity::Warning,
    title: "a file is not published",
    explain: "HTML, scripts, stylesheets and XML of a repository would run in the portal's own origin, and so would SVG \
              with scripts or references to elsewhere. Files over `limits.asset_bytes` are left out too. Links to them lead to the repository's host where it is known.",
};

/// A snippet that is not there.
pub static SNIPPET_MISSING: Rule = Rule {
    code: "CB0415",
    severity: Severity::Warning,
    title: "a snippet file is not there",
    explain: "`--8<--` takes paths relative to `mkdocs.yml`, or to `base_path`.",
};

/// `techdocs-entity` that leads nowhere.
pub static FORWARD_LOST: Rule = Rule {
    code: "CB0416",
    severity: Severity::Warning,
    title: "a `backstage.io/techdocs-entity` leads nowhere",
    explain: "The entity that it names does not exist or has no documentation.",
};

/// An adr-location that leads nowhere.
pub static DECISIONS_LOST: Rule = Rule {
    code: "CB0417",
    severity: Severity::Warning,
    title: "a `backstage.io/adr-location` leads nowhere",
    explain: "It takes a directory relative to the entity, or the URL of one in a harvested repository; every Markdown or \
              reStructuredText file in it is a decision.",
};

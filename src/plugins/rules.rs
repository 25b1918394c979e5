use crate::base::{Rule, Severity};

/// Findings in plugins, in what they are told, and in the annotations that they read.
pub static RULES: &[&Rule] = &[
    &SYNTAX,
    &UNKNOWN_KEY,
    &BAD_VALUE,
    &UNKNOWN_PLUGIN,
    &BAD_SETTING,
    &SAME_NAME,
    &NEEDS_SETTING,
    &BAD_ANNOTATION,
    &TEMPLATE,
    &DATA,
    &STALE,
    &BROKEN,
    &ENDPOINT,
    &PROGRAM,
    &NEAR_KIND,
];

/// A manifest that is not TOML.
pub static SYNTAX: Rule = Rule {
    code: "CB0601",
    severity: Severity::Error,
    title: "plugin.toml is not valid TOML",
    explain: "The plugin is left out; everything else is built. The guide's page on plugins has a complete example.",
};

/// A key that nothing reads.
pub static UNKNOWN_KEY: Rule = Rule {
    code: "CB0602",
    severity: Severity::Warning,
    title: "unknown key in plugin.toml",
    explain: "A key that is not read is most often a misspelt one. The rest of the manifest is used.",
};

/// A value that cannot be used.
pub static BAD_VALUE: Rule = Rule {
    code: "CB0603",
    severity: Severity::Error,
    title: "value in plugin.toml that cannot be used",
    explain: "A required key is missing, a value has another type than its key takes, or a template does not follow the \
              rules of placeholders: `{part}` puts in one segment, `{part/}` a path, every part is named by `value`, a \
              setting or `entity.name`, and no part may stand in the host of a URL. The link or fact is left out.",
};

/// `[plugins]` names a plugin that is not there.
pub static UNKNOWN_PLUGIN: Rule = Rule {
    code: "CB0604",
    severity: Severity::Warning,
    title: "no plugin of this name",
    explain: "`plugins.off` or a table `[plugins.NAME]` in `site.toml` names a plugin that is neither bundled nor found \
              in `plugins.dirs`, so it has no effect.",
};

/// `[plugins.NAME]` says something that the plugin cannot use.
pub static BAD_SETTING: Rule = Rule {
    code: "CB0605",
    severity: Severity::Warning,
    title: "setting that the plugin cannot use",
    explain: "The plugin has no such setting, or it takes an http or https address without user name, query and \
              fragment. The setting is ignored.",
};

/// Two folders with plugins of one name.
pub static SAME_NAME: Rule = Rule {
    code: "CB0606",
    severity: Severity::Warning,
    title: "two plugins of one name",
    explain: "Of two plugins with one name in `plugins.dirs` the first is used. A plugin with the name of a bundled one \
              replaces it, without this warning.",
};

/// Annotations that ask for a link that cannot be made yet.
pub static NEEDS_SETTING: Rule = Rule {
    code: "CB0607",
    severity: Severity::Note,
    title: "a plugin needs to know an address",
    explain: "Entities carry annotations of a tool that every company hosts elsewhere, so Callboard cannot tell where \
              the links should lead. Tell it the address in `site.toml`, or switch the plugin off.",
};

/// An annotation whose value no link can be made of.
pub static BAD_ANNOTATION: Rule = Rule {
    code: "CB0608",
    severity: Severity::Warning,
    title: "annotation value that no link can be made of",
    explain: "The value has not the form that the tool expects, or would lead off the tool's own address. The \
              annotation is shown as text.",
};

/// A template that does not parse or cannot be rendered.
pub static TEMPLATE: Rule = Rule {
    code: "CB0609",
    severity: Severity::Error,
    title: "a plugin's template cannot be shown",
    explain: "The template does not parse, or it uses something that this entity does not have. The card or tab is shown \
              with a placeholder, everything else is built. Ask with `{% if data.x is defined %}` for what may be missing.",
};

/// Data that cannot be read.
pub static DATA: Rule = Rule {
    code: "CB0610",
    severity: Severity::Warning,
    title: "a plugin's data cannot be read",
    explain: "A file or an answer that a plugin shows is there, but is not what its format says, or is larger than \
              `limits.plugin_data_bytes`; or an endpoint gave no answer, and never gave one before. The card says so.",
};

/// Data that could not be asked for anew.
pub static STALE: Rule = Rule {
    code: "CB0611",
    severity: Severity::Note,
    title: "a plugin shows an earlier answer",
    explain: "An endpoint of `[proxies]` gave no answer, so the last one that it gave is shown, with its time.",
};

/// A rule of a plugin that an entity breaks.
pub static BROKEN: Rule = Rule {
    code: "CB0612",
    severity: Severity::Warning,
    title: "an entity breaks a plugin's rule",
    explain: "A plugin of this portal has a `[[rule]]` about its facts, or a program that checks entities, and this entity \
              does not keep to it. Its severity is the rule's own. Switch the plugin off under `[plugins]` if it asks for \
              something that your organisation does not.",
};

/// An endpoint that does not answer.
pub static ENDPOINT: Rule = Rule {
    code: "CB0613",
    severity: Severity::Warning,
    title: "an endpoint gave no answer",
    explain: "An endpoint of `[proxies]` in `site.toml` could not be reached, took too long, or answered with an error. Pages \
              that need it show the last answer, marked as old, or a placeholder. After three failures in a row an \
              endpoint is not asked again in the same build.",
};

/// A program that does not do what it should.
pub static PROGRAM: Rule = Rule {
    code: "CB0614",
    severity: Severity::Warning,
    title: "a plugin's program gave no good answer",
    explain: "The program could not be started, ended with an error, took longer than `timeout_seconds`, wrote more than \
              `output_bytes`, or wrote lines that are no answers to what it was asked. Every page is made all the same, with a \
              placeholder where the answer is missing. `callboard plugin test` runs a program against its fixtures, and \
              `callboard schema plugin` prints the form of questions and answers.",
};

/// A kind that is nearly one of the catalog's.
pub static NEAR_KIND: Rule = Rule {
    code: "CB0615",
    severity: Severity::Warning,
    title: "a plugin names a kind that may be misspelt",
    explain: "No kind of the catalog has this name, but one is nearly called so; the plugin shows nothing on its entities. \
              Other kinds of your own may be named freely.",
};

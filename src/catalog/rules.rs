//! What the catalog finds fault with.

use crate::base::{Rule, Severity};

/// Every rule of the catalog, by code.
pub static RULES: &[&Rule] = &[
    &YAML_SYNTAX,
    &DUPLICATE_KEY,
    &YAML_LIMIT,
    &UNREADABLE,
    &ENVELOPE,
    &ROOT_FIELD,
    &FORMAT,
    &MISSING_FIELD,
    &WRONG_TYPE,
    &UNKNOWN_KIND,
    &API_VERSION,
    &MISSPELT_FIELD,
    &BAD_REFERENCE,
    &PLACEHOLDER,
    &PLACEHOLDER_BEYOND,
    &LOCATION_TARGET,
    &LOCATION_OUTSIDE,
    &LOCATION_TYPE,
    &CONFLICT,
    &SAME_FILE_TWICE,
    &CASE_TWINS,
    &DANGLING,
    &SKELETONS,
    &NEIGHBOUR,
    &HIDDEN_CHARACTERS,
    &RESERVED_WORD,
    &BYTE_ORDER_MARK,
    &NO_ENTITY,
    &REFERENCE_OUTSIDE,
    &CODEOWNERS_UNREADABLE,
];

const fn rule(code: &'static str, severity: Severity, title: &'static str, explain: &'static str) -> Rule {
    Rule { code, severity, title, explain }
}

/// The text is no YAML.
pub static YAML_SYNTAX: Rule = rule(
    "CB0301",
    Severity::Error,
    "the file is not valid YAML",
    "Entity files are YAML 1.2. The document with the mistake is left out; the other documents of the file are read. \
     Frequent causes: a tab where blanks are needed, a value that holds `: ` or starts with `@`, `%`, `{` or `*` and \
     is not quoted, and lines that are indented by one blank too many. Backstage refuses the whole file.",
);
/// A key is written twice.
pub static DUPLICATE_KEY: Rule = rule(
    "CB0302",
    Severity::Error,
    "a key is written twice in one map",
    "YAML forbids the same key twice in one map, because readers disagree on which one counts. Remove one of them. \
     Backstage refuses the whole file.",
);
/// More than a limit allows.
pub static YAML_LIMIT: Rule = rule(
    "CB0303",
    Severity::Error,
    "the document is larger than a limit allows",
    "Harvested files may not cost more than `[limits]` in `site.toml` allows: bytes, documents in a file, values in a \
     document, nesting, and 100 uses of aliases (the last is fixed, as in Backstage). Split the file, or raise the \
     limit that the finding names.",
);
/// The file cannot be read as text.
pub static UNREADABLE: Rule = rule(
    "CB0304",
    Severity::Error,
    "the file cannot be read",
    "The file is missing, or is no UTF-8 text. Save it as UTF-8.",
);
/// Something without which a document is no entity.
pub static ENVELOPE: Rule = rule(
    "CB0305",
    Severity::Error,
    "the document is no entity",
    "Every entity needs `apiVersion`, `kind` and `metadata.name`, all non-empty strings; `metadata.namespace`, where \
     it is written, too, and `metadata.annotations` must be a map. A document without them cannot be addressed. \
     Backstage refuses the whole file because of one such document.",
);
/// An unknown field at the root.
pub static ROOT_FIELD: Rule = rule(
    "CB0306",
    Severity::Error,
    "a field stands at the root of an entity that does not belong there",
    "Only `apiVersion`, `kind`, `metadata` and `spec` may stand at the root. Backstage refuses the entity. Often the \
     field is meant for `metadata` or `spec` and is indented too little.",
);
/// A value that breaks a format.
pub static FORMAT: Rule = rule(
    "CB0307",
    Severity::Error,
    "a value does not have the format of its field",
    "Names are 1 to 63 letters, digits, `-`, `_` or `.`, and begin and end with a letter or digit; namespaces are \
     lower-case letters, digits and `-`; tags are lower-case letters, digits, `:`, `+`, `#` and `-`; keys of labels and annotations are \
     `[prefix/]name`; link URLs are absolute. Backstage refuses the entity; here it is shown with this finding and \
     is not part of the exported catalog.",
);
/// A required field is not there.
pub static MISSING_FIELD: Rule = rule(
    "CB0308",
    Severity::Error,
    "a required field is missing",
    "Every kind has fields that it needs, such as `spec.owner`. Backstage refuses the entity; here it is shown with \
     this finding and is not part of the exported catalog.",
);
/// A value of the wrong type.
pub static WRONG_TYPE: Rule = rule(
    "CB0309",
    Severity::Error,
    "a value has the wrong type",
    "The field wants another type of value: mostly a string, where YAML reads a number or a boolean (`1.10` and \
     `true` need quotes to be text), or a list. `null` (a key without a value) never counts as absent. Backstage \
     refuses the entity.",
);
/// A kind that the model does not know.
pub static UNKNOWN_KIND: Rule = rule(
    "CB0310",
    Severity::Warning,
    "the kind is unknown",
    "Kinds are case-sensitive. Backstage refuses a kind that no module has added; here it is shown with all its \
     fields, and is not part of the exported catalog. `catalog.unknown_kinds = false` refuses it here too.",
);
/// A kind with a foreign `apiVersion`.
pub static API_VERSION: Rule = rule(
    "CB0311",
    Severity::Error,
    "the kind does not come in this `apiVersion`",
    "The catalog's kinds are `backstage.io/v1alpha1` (or `v1beta1`); a Template is `scaffolder.backstage.io/v1beta3`.",
);
/// A field that looks like another one's misspelling.
pub static MISSPELT_FIELD: Rule = rule(
    "CB0312",
    Severity::Warning,
    "a field is probably misspelt",
    "Unknown fields are kept and ignored, so a misspelt one does nothing at all, silently. Field names are \
     case-sensitive.",
);
/// A reference that cannot be read.
pub static BAD_REFERENCE: Rule = rule(
    "CB0313",
    Severity::Error,
    "an entity reference cannot be read",
    "References are `[kind:][namespace/]name`. Where a field takes entities of any kind (`dependsOn`), the kind must \
     be written. Backstage refuses the whole entity because of one such reference.",
);
/// A placeholder that cannot be filled in.
pub static PLACEHOLDER: Rule = rule(
    "CB0314",
    Severity::Error,
    "a placeholder cannot be filled in",
    "`$text`, `$json` and `$yaml` are replaced by the content of a file: a path relative to the entity file, `/path` \
     from the root of the repository, or the URL of a file in a harvested repository. The portal never fetches other \
     addresses while it is built. Backstage refuses the entity.",
);
/// A placeholder that only Callboard fills in.
pub static PLACEHOLDER_BEYOND: Rule = rule(
    "CB0315",
    Severity::Note,
    "a placeholder is filled in that Backstage would refuse",
    "Backstage reads placeholders only by a path inside the entity's own repository (or, for `$openapi` and the like, \
     only with a plugin). Here the harvested file is used, and the entity is shown, but it is not part of the \
     exported catalog.",
);
/// A Location's target is not there.
pub static LOCATION_TARGET: Rule = rule(
    "CB0316",
    Severity::Error,
    "a Location's target does not exist",
    "The target names no file of the repository. Its other targets are read. Backstage drops the whole Location, \
     unless it says `presence: optional`.",
);
/// A Location's target is not in the harvest.
pub static LOCATION_OUTSIDE: Rule = rule(
    "CB0317",
    Severity::Note,
    "a Location's target is in no harvested repository",
    "Entities behind it are not known here. Add the repository to the sources in `site.toml`.",
);
/// A Location of a type that cannot be followed.
pub static LOCATION_TYPE: Rule = rule(
    "CB0318",
    Severity::Warning,
    "a Location has a type that cannot be followed",
    "Only `url` (and relative `file`) targets are read. Discovery types of a running Backstage are what `[[sources]]` \
     in `site.toml` are for.",
);
/// Two files claim the same reference.
pub static CONFLICT: Rule = rule(
    "CB0319",
    Severity::Warning,
    "two files define the same entity",
    "The first one counts, in order of the sources, then of the path. Rename one of them, or put it in a namespace of \
     its own.",
);
/// One file claims a reference twice.
pub static SAME_FILE_TWICE: Rule = rule(
    "CB0320",
    Severity::Warning,
    "one file defines the same entity twice",
    "The last one counts, as in Backstage, which says nothing about it.",
);
/// Keys that differ by case only.
pub static CASE_TWINS: Rule = rule(
    "CB0321",
    Severity::Error,
    "two keys differ by upper and lower case only",
    "Backstage cannot index such an entity and drops it without a word. Remove or rename one of the keys.",
);
/// References to what is not there.
pub static DANGLING: Rule = rule(
    "CB0322",
    Severity::Note,
    "references lead to entities that are not in the catalog",
    "The names may be misspelt, or the entities may live in repositories that are not harvested. The health section \
     of the portal lists them.",
);
/// Template skeletons.
pub static SKELETONS: Rule = rule(
    "CB0323",
    Severity::Note,
    "files of template skeletons are set aside",
    "Files that a Template fetches, or whose name or `metadata.name` holds a placeholder such as `${{ values.name }}`, \
     become entities only when the template is run.",
);
/// Hidden because of another document.
pub static NEIGHBOUR: Rule = rule(
    "CB0324",
    Severity::Error,
    "a sound document is dropped because of its neighbour",
    "`catalog.neighbours = \"strict\"` does as Backstage does: one broken document costs its whole file, one missing \
     target its whole Location. `\"spare\"` keeps the sound ones.",
);
/// Characters that nobody sees.
pub static HIDDEN_CHARACTERS: Rule = rule(
    "CB0325",
    Severity::Warning,
    "a text holds characters that cannot be seen",
    "Zero-width characters and those that turn the direction of writing can make one name look like another. Remove \
     them, unless the language needs them.",
);
/// Names with a meaning in JavaScript.
pub static RESERVED_WORD: Rule = rule(
    "CB0326",
    Severity::Warning,
    "a name means something else to JavaScript programs",
    "`__proto__`, `constructor` and `prototype` are taken here as ordinary words, but programs that read the catalog \
     may stumble over them.",
);
/// A byte-order mark.
pub static BYTE_ORDER_MARK: Rule = rule(
    "CB0327",
    Severity::Note,
    "the file starts with a byte-order mark",
    "It is ignored. Save the file as UTF-8 without a byte-order mark: other tools may stumble over it.",
);
/// A file that was asked for holds no entity.
pub static NO_ENTITY: Rule = rule(
    "CB0328",
    Severity::Note,
    "a file has the name of an entity file but holds no entity",
    "A document is an entity if it has `apiVersion` and `kind` at its top.",
);
/// A definition refers to what is not in the harvest.
pub static REFERENCE_OUTSIDE: Rule = rule(
    "CB0329",
    Severity::Note,
    "a definition refers to a file in no harvested repository",
    "`$openapi` and `$asyncapi` put the files that a definition refers to into it. Files elsewhere are never fetched: the \
     reference stays as it is. Put a copy of the file beside the definition, or add its repository to the sources.",
);
/// CODEOWNERS cannot be used.
pub static CODEOWNERS_UNREADABLE: Rule = rule(
    "CB0330",
    Severity::Warning,
    "a CODEOWNERS file cannot be read",
    "`catalog.codeowners = true` takes owners from it where an entity names none. It must be UTF-8 text of at most 512 KiB.",
);

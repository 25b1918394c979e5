//! What a check finds beyond the catalog's own findings.

use crate::base::{Rule, Severity};

/// Every rule of the check, by code.
pub static RULES: &[&Rule] = &[&UNKNOWN_ENTITY, &CYCLE, &WORD, &FOREIGN_CATALOG];

/// A reference to what exists nowhere.
pub static UNKNOWN_ENTITY: Rule = Rule {
    code: "CB1101",
    severity: Severity::Warning,
    title: "a reference leads to an entity that does not exist",
    explain: "Neither the checked repositories nor the catalog given with `--catalog` have this entity. Backstage shows \
              such a reference as a link to nowhere. Correct the name, or remove the reference.",
};

/// Entities that depend on themselves.
pub static CYCLE: Rule = Rule {
    code: "CB1102",
    severity: Severity::Warning,
    title: "entities go round in a circle",
    explain: "Following `dependsOn`, part-of or parent relations leads back to where it started: the entities can only be \
              built, deployed or shown as a tree if one of the relations goes.",
};

/// A value that is nearly a usual one.
pub static WORD: Rule = Rule {
    code: "CB1104",
    severity: Severity::Warning,
    title: "a value is nearly a usual one",
    explain: "Types and lifecycles are free words, but filters and pages go by the usual ones: `experimental`, \
              `production` and `deprecated`; `service`, `website`, `library`; `openapi`, `asyncapi`, `graphql`, `grpc`.",
};

/// The file of `--catalog` is no catalog.
pub static FOREIGN_CATALOG: Rule = Rule {
    code: "CB1105",
    severity: Severity::Error,
    title: "what `--catalog` names holds no entities",
    explain: "`--catalog` wants the file or the address of `api/catalog/entities.json` of a published portal, or the output of `callboard catalog \
              export`: a JSON list of entities, or an object with such a list as `entities`.",
};

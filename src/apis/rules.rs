use crate::base::{Rule, Severity};

/// All rules of this module.
pub static RULES: &[&Rule] = &[&DEFINITION];

/// An API definition that cannot be read.
pub(super) static DEFINITION: Rule = Rule {
    code: "CB1103",
    severity: Severity::Warning,
    title: "an API definition cannot be read",
    explain: "The definition of an `openapi` or `asyncapi` API must be YAML or JSON and say which version of the \
              specification it follows; that of a `graphql` API must be a schema or the answer to an introspection query, \
              that of a `grpc` API a protocol buffers file. Otherwise portals can show its text only.",
};

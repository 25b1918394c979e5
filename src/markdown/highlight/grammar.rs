//! Grammars of syntect's kind, with the set that the `bat` project keeps.

use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::class::Class;
use super::sink::Sink;

static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Puts the runs of `text` into `sink`; `false` if there is no grammar or it fails.
pub(super) fn lex(language: &str, text: &str, sink: &mut Sink) -> bool {
    let Some(grammar) = find(language) else { return false };
    let mut state = ParseState::new(grammar);
    let mut scopes = ScopeStack::new();
    for line in text.split_inclusive('\n') {
        let ended;
        let whole = if line.ends_with('\n') {
            line
        } else {
            ended = format!("{line}\n");
            &ended
        };
        let Ok(operations) = state.parse_line(whole, &GRAMMARS) else { return false };
        let mut from = 0;
        for (at, operation) in &operations {
            let at = (*at).min(line.len());
            if at > from {
                sink.push(class_of(&scopes), &line[from..at]);
                from = at;
            }
            if scopes.apply(operation).is_err() {
                return false;
            }
        }
        sink.push(class_of(&scopes), &line[from..]);
    }
    true
}

fn find(language: &str) -> Option<&'static SyntaxReference> {
    let name = match language {
        "hcl" => "tf",
        "console" => "sh",
        "dockerfile" => "Dockerfile",
        "powershell" => "ps1",
        "jsx" => "js",
        other => other,
    };
    GRAMMARS.find_syntax_by_token(name).filter(|grammar| grammar.name != "Plain Text")
}

/// Prefixes of scopes and what they mean; the first that matches the innermost scope counts.
static TABLE: LazyLock<Vec<(Scope, Class)>> = LazyLock::new(|| {
    const NAMES: &[(&str, Class)] = &[
        ("comment", Class::Comment),
        ("punctuation.definition.comment", Class::Comment),
        ("punctuation.definition.string", Class::String),
        ("string", Class::String),
        ("constant.numeric", Class::Number),
        ("constant.character.escape", Class::Constant),
        ("constant", Class::Constant),
        ("keyword.operator.word", Class::Keyword),
        ("keyword.operator.logical.python", Class::Keyword),
        ("keyword.operator", Class::Operator),
        ("keyword", Class::Keyword),
        ("storage.type.function", Class::Keyword),
        ("storage", Class::Keyword),
        ("entity.name.function", Class::Function),
        ("entity.name.tag", Class::Tag),
        ("entity.name.section", Class::Heading),
        ("entity.name", Class::Type),
        ("entity.other.attribute-name", Class::Attribute),
        ("entity.other.inherited-class", Class::Type),
        ("support.function", Class::Builtin),
        ("support.type.property-name", Class::Attribute),
        ("support.type", Class::Type),
        ("support.class", Class::Type),
        ("support", Class::Builtin),
        ("variable.function", Class::Function),
        ("variable.language", Class::Builtin),
        ("variable.other", Class::Variable),
        ("variable.parameter", Class::Variable),
        ("variable", Class::Variable),
        ("markup.inserted", Class::Inserted),
        ("markup.deleted", Class::Deleted),
        ("markup.heading", Class::Heading),
        ("meta.diff.header", Class::Heading),
        ("meta.diff.range", Class::Heading),
        ("meta.mapping.key string", Class::Attribute),
    ];
    NAMES.iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, *class))).collect()
});

fn class_of(scopes: &ScopeStack) -> Class {
    let known = |scope: &Scope| TABLE.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, class)| *class);
    scopes.as_slice().iter().rev().find_map(known).unwrap_or(Class::Plain)
}

use serde_json::Value;

use super::rules;
use crate::base::{Diagnostic, Limits, Place};
use crate::catalog::{Entity, Written, yaml_value};

/// Deepest nesting of brackets in a GraphQL or gRPC definition: their parsers call themselves for each.
const DEEPEST: usize = 128;

/// A mistake in a definition, with its line there; lines count from 1.
type Mistake = (u32, String);

/// What is wrong with the definition of an API, as far as its type is one of the usual ones.
pub(super) fn find(entity: &Entity, limits: &Limits) -> Vec<Diagnostic> {
    if entity.reference.kind() != "api" {
        return Vec::new();
    }
    let Some(definition) = entity.spec_str("definition") else { return Vec::new() };
    let read = match entity.spec_str("type") {
        Some("openapi") => versioned(definition, &["openapi", "swagger"], limits),
        Some("asyncapi") => versioned(definition, &["asyncapi"], limits),
        Some("graphql") => graphql(definition),
        Some("grpc") => grpc(definition),
        _ => Ok(()),
    };
    let Err((line, message)) = read else { return Vec::new() };
    let path = &["spec", "definition"];
    let written = Written::of(entity, limits);
    let place: Option<Place> = written.and_then(|written| {
        let line = written.place_of_line(path, line);
        line.or_else(|| written.place(path))
    });
    let place = place.unwrap_or_else(|| entity.place.clone());
    vec![rules::DEFINITION.diagnostic(message).at(place).about(entity.reference.to_string())]
}

/// YAML or JSON whose top says by one of `marks` which version of its specification it follows.
fn versioned(definition: &str, marks: &[&str], limits: &Limits) -> Result<(), Mistake> {
    let unreadable = |(line, why): Mistake| -> Mistake {
        (line, format!("the definition cannot be read: {why} (line {line} of the definition)"))
    };
    let Value::Object(fields) = yaml_value(definition, limits).map_err(unreadable)? else {
        return Err((1, "the definition is no map of fields".to_owned()));
    };
    match marks.iter().find_map(|mark| fields.get(*mark)) {
        Some(Value::String(_) | Value::Number(_)) => Ok(()),
        Some(_) => Err((1, format!("`{}` must be a version", marks[0]))),
        None => Err((1, format!("the definition does not say `{}: …` at its top", marks[0]))),
    }
}

/// A schema in GraphQL's schema definition language, or the JSON that an introspection query answers.
fn graphql(definition: &str) -> Result<(), Mistake> {
    if definition.trim_start().starts_with('{') {
        let answer: Value = serde_json::from_str(definition)
            .map_err(|error| (line(error.line()), format!("the definition is no JSON: {error}")))?;
        let schema = answer.pointer("/data/__schema").or_else(|| answer.get("__schema"));
        return match schema {
            Some(_) => Ok(()),
            None => Err((1, "the definition is no answer to an introspection query: it has no `__schema`".to_owned())),
        };
    }
    not_too_deep(definition)?;
    async_graphql::parser::parse_schema(definition).map(|_| ()).map_err(|error| {
        let at = error.positions().next().map_or(1, |position| position.line);
        // The parser draws its own picture of the place; only its last line says what is wrong.
        let drawn = error.to_string();
        let why = drawn.lines().last().unwrap_or_default().trim_start_matches([' ', '=']);
        (line(at), format!("the definition is no GraphQL schema: {why} (line {at} of the definition)"))
    })
}

/// A file in the protocol buffers language.
fn grpc(definition: &str) -> Result<(), Mistake> {
    not_too_deep(definition)?;
    protox_parse::parse("definition.proto", definition).map(|_| ()).map_err(|error| {
        let end = error.span().map_or(definition.len(), |span| span.start.min(definition.len()));
        let at = definition.as_bytes()[..end].split(|byte| *byte == b'\n').count();
        (line(at), format!("the definition is no protocol buffers file: {error} (line {at} of the definition)"))
    })
}

fn not_too_deep(definition: &str) -> Result<(), Mistake> {
    let (mut depth, mut at) = (0usize, 1);
    for byte in definition.bytes() {
        match byte {
            b'\n' => at += 1,
            b'{' | b'[' | b'(' | b'<' => depth += 1,
            b'}' | b']' | b')' | b'>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err((
                at,
                format!("brackets are nested more than {DEEPEST} deep in the definition (line {at} of it)"),
            ));
        }
    }
    Ok(())
}

fn line(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_told_with_their_line() {
        let told = |read: Result<(), Mistake>| read.err().map(|(line, message)| format!("{line} {message}"));
        assert_eq!(told(graphql("\"A shop.\"\ntype Query { items(first: Int = 5): [Item!]! @deprecated }\n")), None);
        assert_eq!(told(graphql("extend type Query { a: Int }\nscalar Date\n")), None);
        assert_eq!(told(graphql("{\"data\": {\"__schema\": {}}}")), None);
        let wrong = told(graphql("type Query {\n  a: Int\n  b Int\n}\n")).unwrap();
        assert!(wrong.starts_with("3 the definition is no GraphQL schema: expected"), "{wrong}");
        assert!(told(graphql("{\"a\": 1}")).unwrap().contains("__schema"));
        assert!(told(graphql("{\n\"a\"")).unwrap().starts_with("2 "));
        let sound = "syntax = \"proto3\";\nservice S { rpc Get(stream A) returns (A); }\nmessage A { string b = 1; }\n";
        assert_eq!(told(grpc(sound)), None);
        let wrong = told(grpc("syntax = \"proto3\";\nmessage A { string b }\n")).unwrap();
        assert!(wrong.starts_with("2 the definition is no protocol buffers file: expected"), "{wrong}");
        assert!(told(grpc("message A {")).unwrap().starts_with("1 "));
    }

    #[test]
    fn deep_nesting_is_no_danger() {
        for open in ["type A { a: ", "message A { "] {
            for bracket in ["[", "{", "("] {
                let deep = format!("{open}{}", bracket.repeat(100_000));
                assert!(
                    graphql(&deep).unwrap_err().1.contains("nested") && grpc(&deep).unwrap_err().1.contains("nested")
                );
                let allowed = format!("{open}{}", bracket.repeat(DEEPEST - 1));
                assert!(graphql(&allowed).is_err() && grpc(&allowed).is_err());
            }
        }
    }
}

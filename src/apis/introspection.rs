//! The answer to GraphQL's introspection query, written as a schema.

use std::fmt::Write;

use serde_json::Value;

use super::document::{flag, items, text};

/// Deepest nesting of lists and non-null types.
const DEPTH: usize = 16;

/// The schema that an answer describes. What the query did not ask for is not in it.
pub(super) fn schema(answer: &str) -> Result<String, (u32, String)> {
    let answer: Value = serde_json::from_str(answer)
        .map_err(|error| (error.line().max(1) as u32, format!("it is no JSON: {error}")))?;
    let schema = answer.pointer("/data/__schema").or_else(|| answer.get("__schema"));
    let schema =
        schema.ok_or_else(|| (1, "it is no answer to an introspection query: it has no `__schema`".to_owned()))?;
    let mut out = String::new();
    let roots = [("query", "queryType"), ("mutation", "mutationType"), ("subscription", "subscriptionType")];
    let roots: String =
        roots.iter().filter_map(|(word, key)| Some(format!("{word}: {} ", name(&schema[*key])?))).collect();
    if !roots.is_empty() {
        let _ = writeln!(out, "schema {{ {roots}}}");
    }
    for of in items(&schema["types"]) {
        let Some(name) = name(of).filter(|name| !name.starts_with("__")) else { continue };
        let word = match text(of, "kind") {
            Some("OBJECT") => "type",
            Some("INTERFACE") => "interface",
            Some("INPUT_OBJECT") => "input",
            Some("ENUM") => "enum",
            Some("UNION") => "union",
            Some("SCALAR") if !matches!(name, "String" | "Int" | "Float" | "Boolean" | "ID") => "scalar",
            _ => continue,
        };
        describe(&mut out, of);
        let _ = write!(out, "{word} {name}");
        let implements: Vec<&str> = items(&of["interfaces"]).iter().filter_map(self::name).collect();
        if !implements.is_empty() {
            let _ = write!(out, " implements {}", implements.join(" & "));
        }
        body(&mut out, of, word);
        out.push('\n');
    }
    Ok(out)
}

fn body(out: &mut String, of: &Value, word: &str) {
    if word == "union" {
        let members: Vec<&str> = items(&of["possibleTypes"]).iter().filter_map(name).collect();
        if !members.is_empty() {
            let _ = write!(out, " = {}", members.join(" | "));
        }
        return;
    }
    let fields = ["fields", "inputFields", "enumValues"].into_iter().flat_map(|key| items(&of[key]));
    let fields: Vec<&Value> = fields.filter(|field| name(field).is_some()).collect();
    if fields.is_empty() {
        return;
    }
    out.push_str(" {\n");
    for field in fields {
        describe(out, field);
        out.push_str(name(field).unwrap_or_default());
        let arguments: Vec<&Value> = items(&field["args"]).iter().filter(|argument| name(argument).is_some()).collect();
        if !arguments.is_empty() {
            out.push('(');
            for argument in arguments {
                describe(out, argument);
                input(out, argument);
                out.push('\n');
            }
            out.push(')');
        }
        if word != "enum" {
            let _ = write!(out, ": {}", type_of(&field["type"], 0));
        }
        value(out, field);
        if flag(field, "isDeprecated") {
            let reason = text(field, "deprecationReason").unwrap_or("No longer supported");
            let _ = write!(out, " @deprecated(reason: {})", Value::from(reason));
        }
        out.push('\n');
    }
    out.push('}');
}

fn input(out: &mut String, argument: &Value) {
    let _ = write!(out, "{}: {}", name(argument).unwrap_or_default(), type_of(&argument["type"], 0));
    value(out, argument);
}

fn value(out: &mut String, of: &Value) {
    if let Some(value) = text(of, "defaultValue") {
        let _ = write!(out, " = {value}");
    }
}

fn describe(out: &mut String, of: &Value) {
    if let Some(about) = text(of, "description") {
        // JSON's strings are GraphQL's.
        let _ = writeln!(out, "{}", Value::from(about));
    }
}

fn type_of(of: &Value, depth: usize) -> String {
    match text(of, "kind") {
        Some("NON_NULL") if depth < DEPTH => format!("{}!", type_of(&of["ofType"], depth + 1)),
        Some("LIST") if depth < DEPTH => format!("[{}]", type_of(&of["ofType"], depth + 1)),
        _ => name(of).unwrap_or("Unknown").to_owned(),
    }
}

fn name(of: &Value) -> Option<&str> {
    text(of, "name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_reads_like_the_schema_that_it_describes() {
        let answer = r#"{"data":{"__schema":{"queryType":{"name":"Root"},"types":[
            {"kind":"OBJECT","name":"Root","description":"All \"there\" is.\nReally.","interfaces":[],"fields":[{"name":"ships","args":[{"name":"first","type":{"kind":"SCALAR","name":"Int"},"defaultValue":"5"}],
              "type":{"kind":"NON_NULL","ofType":{"kind":"LIST","ofType":{"kind":"OBJECT","name":"Ship"}}},"isDeprecated":true,"deprecationReason":"Gone."}]},
            {"kind":"ENUM","name":"Kind","enumValues":[{"name":"FERRY"}]},{"kind":"UNION","name":"Any","possibleTypes":[{"name":"Ship"},{"name":"Root"}]},
            {"kind":"OBJECT","name":"Ship","fields":[{"name":"id","args":[],"type":{"kind":"SCALAR","name":"ID"}}]},
            {"kind":"SCALAR","name":"Int"},{"kind":"OBJECT","name":"__Type","fields":[]}]}}}"#;
        let api = super::super::graphql::read(answer).unwrap();
        let ships = &api.groups[0].operations[0];
        assert!(ships.deprecated && ships.path == "ships" && ships.inputs[0].1[0].facts[0].value == "5");
        assert_eq!(ships.messages[0].contents[0].schema.as_ref().unwrap().link.as_ref().unwrap().1, "[Ship]!");
        let names: Vec<&str> = api.types.iter().map(|of| of.name.as_str()).collect();
        assert_eq!(names, ["Kind", "Any", "Ship"]);
        assert!(schema("{\"a\": 1}").unwrap_err().1.contains("__schema"));
    }
}

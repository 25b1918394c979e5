//! The JSON Schemas and the validator say the same of the same documents.

use callboard::base::Limits;
use callboard::catalog;
use callboard::config::{self, CatalogModel, Choices};
use serde_json::{Value, json};

use crate::catalog::{cases, compose};

/// As much of JSON Schema (draft 7) as the schemas use; panics at words that it does not know.
fn valid(schema: &Value, value: &Value) -> bool {
    schema.as_object().unwrap().iter().all(|(word, rule)| match word.as_str() {
        "$schema" | "title" | "description" | "default" | "then" => true,
        "type" => match rule {
            Value::Array(types) => types.iter().any(|one| is_type(one, value)),
            one => is_type(one, value),
        },
        "enum" => rule.as_array().unwrap().contains(value),
        "const" => rule == value,
        "required" => value
            .as_object()
            .is_none_or(|map| rule.as_array().unwrap().iter().all(|key| map.contains_key(key.as_str().unwrap()))),
        "properties" => value
            .as_object()
            .is_none_or(|map| map.iter().all(|(key, value)| rule.get(key).is_none_or(|rule| valid(rule, value)))),
        "additionalProperties" => value.as_object().is_none_or(|map| {
            let known = schema.get("properties");
            let mut others = map.iter().filter(|(key, _)| known.is_none_or(|known| known.get(key.as_str()).is_none()));
            others.all(|(_, value)| if rule.is_boolean() { rule == true } else { valid(rule, value) })
        }),
        "propertyNames" => value.as_object().is_none_or(|map| map.keys().all(|key| valid(rule, &json!(key)))),
        "items" => value.as_array().is_none_or(|items| items.iter().all(|item| valid(rule, item))),
        "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
        "minLength" => value.as_str().is_none_or(|text| text.chars().count() as u64 >= rule.as_u64().unwrap()),
        "maxLength" => value.as_str().is_none_or(|text| text.chars().count() as u64 <= rule.as_u64().unwrap()),
        "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
        "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
        "pattern" => {
            value.as_str().is_none_or(|text| regex::Regex::new(rule.as_str().unwrap()).unwrap().is_match(text))
        }
        "allOf" => rule.as_array().unwrap().iter().all(|rule| valid(rule, value)),
        "anyOf" => rule.as_array().unwrap().iter().any(|rule| valid(rule, value)),
        "oneOf" => rule.as_array().unwrap().iter().filter(|rule| valid(rule, value)).count() == 1,
        "not" => !valid(rule, value),
        "if" => !valid(rule, value) || valid(&schema["then"], value),
        other => panic!("the test does not know `{other}`"),
    })
}

fn is_type(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the test does not know the type `{other}`"),
    }
}

#[test]
fn the_entity_schema_agrees_with_the_validator() {
    // What a schema cannot see: references, other files, words that differ by case, several documents.
    const BEYOND: [&str; 6] = ["CB0313", "CB0314", "CB0315", "CB0321", "CB0329", "stranger"];
    let mut wrong = Vec::new();
    for (file, model) in [("fields.cases", CatalogModel::Builtin), ("layers.cases", CatalogModel::Layers)] {
        let schema = catalog::json_schema(model);
        for (kind, changes, outcome) in cases(file) {
            let other_placeholder = changes.contains("$json") || changes.contains("$yaml");
            if BEYOND.iter().any(|code| outcome.contains(code)) || other_placeholder {
                continue;
            }
            let document = catalog::yaml_value(&compose(&kind, &changes), &Limits::default()).unwrap();
            if valid(&schema, &document) != outcome.starts_with("ok") {
                wrong.push(format!("{kind} | {changes} | {outcome}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_site_schema_agrees_with_the_loader() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("a")).unwrap();
    std::fs::write(dir.path().join("list.txt"), "https://github.com/a/b\n").unwrap();
    let schema = config::json_schema();
    for (text, sound) in [
        ("", true),
        (
            "title = \"T\"\ndescription = \"d\"\nlanguage = \"de\"\nbase_url = \"/x/\"\noutput = \"o\"\ncache_dir = \"c\"\nportable = true",
            true,
        ),
        ("title = 1", false),
        ("portable = \"yes\"", false),
        ("titel = \"T\"", false),
        ("[theme]\ndir = \"a\"\nlogo = \"list.txt\"\naccent_hue = 359\nfooter = \"f\"", true),
        ("[theme]\naccent_hue = 360", false),
        ("[theme]\nacent = 1", false),
        ("[[theme.navigation]]\ntitle = \"t\"\nurl = \"/x\"", true),
        ("[[theme.navigation]]\ntitle = \"t\"", false),
        ("[catalog]\nmodel = \"layers\"\nneighbours = \"strict\"\ncodeowners = true\nunknown_kinds = false", true),
        ("[catalog]\nmodel = \"Layers\"", false),
        ("[catalog]\nneighbours = true", false),
        ("[catalog]\ncodeowners = \"yes\"", false),
        ("[search]\nenabled = false", true),
        ("[search]\non = false", false),
        ("[limits]\nyaml_depth = 10\nentity_file_bytes = 1_000", true),
        ("[limits]\nyaml_depth = -1", false),
        ("[limits]\nyaml = 1", false),
        (
            "[[sources]]\ndir = \"a\"\nname = \"n\"\nurl = \"https://h/x\"\npath = \"p\"\nentity_files = [\"x\"]\ntoken_env = \"A_1\"",
            true,
        ),
        ("[[sources]]\ngit = \"https://h/x\"\nbranch = \"b\"", true),
        ("[[sources]]\nlist = \"list.txt\"\ntag = \"b\"", true),
        ("[[sources]]\nname = \"n\"", false),
        ("[[sources]]\ndir = \"a\"\ngit = \"b\"", false),
        ("[[sources]]\ndir = \"a\"\nurl = \"ftp://h/x\"", false),
        ("[[sources]]\ndir = \"a\"\ntoken_env = \"a-b\"", false),
        ("[[sources]]\ndir = \"a\"\nbranche = \"b\"", false),
        ("[plugins]\ndirs = [\"a\"]\noff = [\"x\"]\n[plugins.x]\nkey = \"v\"", true),
        (
            "[publish.live]\nurl = \"s3://b/p\"\nendpoint = \"https://h\"\nregion = \"r\"\nprofile = \"p\"\naccount = \"a\"\npath_style = false\nconcurrency = 256\ngrace = \"2d\"\nmax_delete = \"5%\"\nurls = \"html\"\ngzip = true\nerror_page = \"e.html\"\n[publish.live.redirects]\nold = \"new/\"\n[[publish.live.headers]]\nfiles = \"*.x\"\ncontent_type = \"a/b\"\ncache_control = \"no-store\"\ncontent_disposition = \"inline\"\ncontent_language = \"de\"\n[publish.live.headers.metadata]\nteam = \"x\"",
            true,
        ),
        ("[publish.a]\nurl = \"./out\"\n[publish.b]\nurl = \"gs://b\"", true),
        ("[publish]\nurl = \"s3://b\"", false),
        ("[publish.a]\nregion = \"r\"", false),
        ("[publish.a]\nurl = \"http://b\"", false),
        ("[publish.a]\nurl = \"s3://b\"\ngrace = \"soon\"", false),
        ("[publish.a]\nurl = \"s3://b\"\nmax_delete = \"some\"", false),
        ("[publish.a]\nurl = \"s3://b\"\nurls = \"clean\"", false),
        ("[publish.a]\nurl = \"s3://b\"\nconcurrency = 0", false),
        ("[publish.a]\nurl = \"s3://b\"\n[[publish.a.headers]]\ncache_control = \"x\"", false),
        ("[publish.a]\nurl = \"s3://b\"\nbuckett = \"x\"", false),
        ("[[sources]]\nsnapshots = \"s3://b/p\"\nregion = \"r\"\nendpoint = \"https://h\"", true),
        ("[[sources]]\nsnapshots = \"s3://b\"\ndir = \"a\"", false),
        ("[plugins]\noff = \"x\"", false),
        ("[plugins.x]\nkey = 1", false),
    ] {
        std::fs::write(dir.path().join("site.toml"), text).unwrap();
        let loaded = config::load(dir.path(), &Choices::default()).unwrap();
        assert_eq!(loaded.value.is_some(), sound, "{text}: {:?}", loaded.diagnostics);
        let value: Value = serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap();
        assert_eq!(valid(&schema, &value), sound, "the schema on {text}");
    }
}

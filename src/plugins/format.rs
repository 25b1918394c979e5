use serde_json::{Map, Value, json};

use super::part::Format;
use super::{coverage, todo, xml};
use crate::base::Limits;
use crate::catalog;

/// Most rows of a table and documents of a file.
const ROWS: usize = 100_000;

/// The format of a file by its name.
pub(super) fn by_name(path: &str) -> Format {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "json" | "sarif" | "geojson" => Format::Json,
        "yaml" | "yml" => Format::Yaml,
        "toml" => Format::Toml,
        "csv" => Format::Csv,
        "xml" => Format::Xml,
        "info" => Format::Lcov,
        _ => Format::Text,
    }
}

/// Reads a text; `Err` says what is wrong with it, for people.
pub(super) fn read(format: Format, text: &str, limits: &Limits) -> Result<Value, String> {
    match format {
        Format::Json => serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}")),
        Format::Yaml => yaml(text, limits),
        Format::Toml => toml::from_str(text).map_err(|error| format!("it is no TOML: {}", error.message())),
        Format::Csv => csv(text),
        Format::Xml => xml::value(text),
        Format::Text => Ok(Value::String(text.to_owned())),
        Format::Lcov => coverage::lcov(text),
        Format::Cobertura => coverage::cobertura(&xml::value(text)?),
        Format::Jacoco => coverage::jacoco(&xml::value(text)?),
        Format::Todo => Ok(todo::comments(text)),
    }
}

fn yaml(text: &str, limits: &Limits) -> Result<Value, String> {
    let mut documents = catalog::yaml_values(text, limits)
        .map_err(|(line, message)| format!("it is no YAML that is read: line {line}: {message}"))?;
    Ok(match documents.len() {
        0 => Value::Null,
        1 => documents.remove(0),
        _ => Value::Array(documents),
    })
}

/// A list of maps by the words of the first row; numbers are numbers.
fn csv(text: &str) -> Result<Value, String> {
    let wrong = |error: csv::Error| format!("it is no CSV: {error}");
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let heads: Vec<String> = reader.headers().map_err(wrong)?.iter().map(str::to_owned).collect();
    let mut rows = Vec::new();
    for record in reader.records().take(ROWS) {
        let record = record.map_err(wrong)?;
        let row: Map<String, Value> =
            heads.iter().zip(record.iter()).map(|(head, cell)| (head.clone(), scalar(cell))).collect();
        rows.push(Value::Object(row));
    }
    Ok(Value::Array(rows))
}

/// A number where a text is written as one, else the text.
pub(super) fn scalar(text: &str) -> Value {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    if !plain || text.is_empty() || (text.starts_with('0') && text.len() > 1 && !text.starts_with("0.")) {
        return Value::String(text.to_owned());
    }
    text.parse::<i64>()
        .map(Value::from)
        .or_else(|_| {
            // `87.0` is what arithmetic makes of a whole number.
            let whole = |number: f64| number.fract() == 0.0 && number.abs() < 1e15;
            text.parse::<f64>().map(|number| if whole(number) { json!(number as i64) } else { json!(number) })
        })
        .unwrap_or_else(|_| Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_gives_the_same_kind_of_values() {
        let read = |format, text| read(format, text, &Limits::default());
        let row = json!([{ "day": "2026-01-02", "cost": 12.5, "nodes": 3, "id": "007" }]);
        assert_eq!(read(Format::Csv, "day,cost,nodes,id\n2026-01-02, 12.5,3,007\n").unwrap(), row);
        assert_eq!(read(Format::Json, "{\"a\": [1]}").unwrap(), json!({ "a": [1] }));
        assert_eq!(read(Format::Yaml, "a: [1]\n").unwrap(), json!({ "a": [1] }));
        assert_eq!(read(Format::Yaml, "a: 1\n---\nb: 2\n").unwrap(), json!([{ "a": 1 }, { "b": 2 }]));
        assert_eq!(read(Format::Toml, "a = [1]").unwrap(), json!({ "a": [1] }));
        for (format, text) in
            [(Format::Json, "<html>"), (Format::Yaml, "a: [\n"), (Format::Toml, "a"), (Format::Xml, "<a>")]
        {
            assert!(read(format, text).is_err(), "{format:?}");
        }
    }
}

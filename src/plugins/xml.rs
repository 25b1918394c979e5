use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value};

/// Deepest nesting and most elements of a document.
const DEPTH: usize = 64;
const ELEMENTS: usize = 500_000;

/// XML as JSON: an element is a map of its attributes (`@name`), its text (`#text`) and its child elements by name, each
/// a list, in their order. Entities beyond the five of XML are not known, and a document type declares nothing.
pub(super) fn value(text: &str) -> Result<Value, String> {
    let mut reader = Reader::from_str(text);
    let mut stack: Vec<(String, Map<String, Value>)> = vec![(String::new(), Map::new())];
    let mut count = 0;
    loop {
        let event = reader.read_event().map_err(|error| wrong(&error.to_string()))?;
        match event {
            Event::Start(start) => {
                count += 1;
                if stack.len() > DEPTH || count > ELEMENTS {
                    return Err(format!("it has more than {ELEMENTS} elements, or is nested deeper than {DEPTH}"));
                }
                stack.push((name(&start), attributes(&start)?));
            }
            Event::Empty(start) => {
                count += 1;
                put(&mut stack, name(&start), attributes(&start)?);
            }
            Event::End(_) => {
                let Some((name, map)) = stack.pop().filter(|_| !stack.is_empty()) else {
                    return Err(wrong("an end without a start"));
                };
                put(&mut stack, name, map);
            }
            Event::Text(text) => {
                let text = text.decode().map_err(|error| wrong(&error.to_string()))?;
                push_text(&mut stack, &text);
            }
            Event::CData(text) => push_text(&mut stack, &String::from_utf8_lossy(&text)),
            Event::GeneralRef(name) => {
                let name = name.decode().map_err(|error| wrong(&error.to_string()))?;
                push_text(&mut stack, &entity(&name));
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    match stack.pop() {
        Some((_, map)) if stack.is_empty() && map.keys().any(|key| !key.starts_with('#')) => Ok(Value::Object(map)),
        _ => Err(wrong("it ends before its elements do, or has none")),
    }
}

fn wrong(reason: &str) -> String {
    format!("it is no XML: {reason}")
}

fn name(start: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(start.local_name().as_ref()).into_owned()
}

fn attributes(start: &BytesStart<'_>) -> Result<Map<String, Value>, String> {
    let mut map = Map::new();
    for attribute in start.attributes().with_checks(false).take(200) {
        let attribute = attribute.map_err(|error| wrong(&error.to_string()))?;
        let key = format!("@{}", String::from_utf8_lossy(attribute.key.local_name().as_ref()));
        let raw = String::from_utf8_lossy(&attribute.value).into_owned();
        let value = quick_xml::escape::unescape(&raw).map_or_else(|_| raw.clone(), std::borrow::Cow::into_owned);
        map.insert(key, Value::String(value));
    }
    Ok(map)
}

fn put(stack: &mut [(String, Map<String, Value>)], name: String, map: Map<String, Value>) {
    let Some((_, parent)) = stack.last_mut() else { return };
    match parent.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
        Value::Array(items) => items.push(Value::Object(map)),
        other => *other = Value::Object(map),
    }
}

fn push_text(stack: &mut [(String, Map<String, Value>)], text: &str) {
    let Some((_, map)) = stack.last_mut() else { return };
    let known = map.get("#text").and_then(Value::as_str).unwrap_or_default();
    let joined = format!("{known}{text}");
    // Blanks between elements say nothing.
    if !joined.trim().is_empty() {
        map.insert("#text".to_owned(), Value::String(joined.trim_start().to_owned()));
    }
}

fn entity(name: &str) -> String {
    quick_xml::escape::unescape(&format!("&{name};")).map_or_else(|_| String::new(), std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_are_maps() {
        let text = "<?xml version=\"1.0\"?><!DOCTYPE a><a x='1 &amp; 2'><b/><b>t &lt; u</b><c:d xmlns:c='y'><![CDATA[<z>]]></c:d></a>";
        let made = value(text).unwrap();
        assert_eq!(made["a"][0]["@x"], json!("1 & 2"));
        assert_eq!(made["a"][0]["b"], json!([{}, { "#text": "t < u" }]));
        assert_eq!(made["a"][0]["d"][0]["#text"], json!("<z>"));
        for bad in ["", "text", "<a>", "<a></b>", &"<a>".repeat(200)] {
            assert!(value(bad).is_err(), "{bad}");
        }
    }
}

use std::collections::BTreeMap;

use super::model::Api;

/// Gives every operation and type an anchor of its own: its `id` so far, else method and path or the name, as a word for
/// addresses.
pub(super) fn assign(api: &mut Api) {
    let mut taken = BTreeMap::<String, usize>::new();
    let mut unique = |word: String| {
        let count = taken.entry(word.clone()).or_default();
        *count += 1;
        // `--` is in no word, so that a counted anchor never meets another's.
        if *count == 1 { word } else { format!("{word}--{count}") }
    };
    for operation in api.groups.iter_mut().flat_map(|group| &mut group.operations) {
        let from = match operation.id.as_str() {
            "" => format!("{} {}", operation.method, operation.path),
            id => id.to_owned(),
        };
        operation.id = unique(format!("op-{}", word(&from)));
    }
    for named in &mut api.types {
        named.id = unique(format!("type-{}", word(&named.name)));
    }
}

/// Letters and digits as they are, all else as single hyphens.
fn word(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars().take(120) {
        if character.is_alphanumeric() || matches!(character, '_' | '.') {
            out.push(character);
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::model::{Group, Operation};
    use super::*;

    #[test]
    fn anchors_are_words_and_unique() {
        let operation = |id: &str, path: &str| Operation {
            id: id.to_owned(),
            method: "GET".to_owned(),
            path: path.to_owned(),
            ..Operation::default()
        };
        let operations = vec![operation("listAll", "/"), operation("", "/a/{b c}"), operation("", "/a/b/c")];
        let mut api = Api { groups: vec![Group { operations, ..Group::default() }], ..Api::default() };
        assign(&mut api);
        let ids: Vec<&str> = api.groups[0].operations.iter().map(|operation| operation.id.as_str()).collect();
        assert_eq!(ids, ["op-listAll", "op-GET-a-b-c", "op-GET-a-b-c--2"]);
    }
}

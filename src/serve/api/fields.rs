use serde_json::{Map, Value};

/// The parts of an entity that `fields` names by dot paths, separated by commas; keys may hold dots themselves. All of it
/// without any.
pub(super) fn project(entity: &Value, fields: &[String]) -> Value {
    if fields.is_empty() {
        return entity.clone();
    }
    let mut out = Value::Object(Map::new());
    for field in fields {
        copy(entity, field, &mut out);
    }
    out
}

/// The paths of `fields` parameters; each may hold several.
pub(super) fn paths(parameters: impl Iterator<Item = String>) -> Vec<String> {
    let all: Vec<String> = parameters.collect();
    all.iter()
        .flat_map(|one| one.split(','))
        .map(str::trim)
        .filter(|path| !path.is_empty())
        .map(str::to_owned)
        .collect()
}

fn copy(from: &Value, path: &str, to: &mut Value) {
    let (Some(fields), Some(out)) = (from.as_object(), to.as_object_mut()) else { return };
    if let Some(value) = fields.get(path) {
        out.insert(path.to_owned(), value.clone());
        return;
    }
    // The longest key first: `metadata.annotations.backstage.io/x.y`.
    let dots: Vec<usize> = path.match_indices('.').map(|(at, _)| at).collect();
    for at in dots.into_iter().rev() {
        let (key, rest) = (&path[..at], &path[at + 1..]);
        if let Some(below) = fields.get(key).filter(|below| below.is_object()) {
            let mut part = out.get(key).filter(|part| part.is_object()).cloned().unwrap_or(Value::Object(Map::new()));
            copy(below, rest, &mut part);
            if part.as_object().is_some_and(|part| !part.is_empty()) {
                out.insert(key.to_owned(), part);
            }
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn parts_are_named_by_paths_with_dots_in_keys() {
        let entity = json!({"kind": "API", "metadata": {"name": "a", "title": "A", "annotations": {"x.io/y.z": "1"}}});
        let fields =
            paths(["kind, metadata.name".to_owned(), "metadata.annotations.x.io/y.z,spec.no".to_owned()].into_iter());
        let part = project(&entity, &fields);
        assert_eq!(part, json!({"kind": "API", "metadata": {"name": "a", "annotations": {"x.io/y.z": "1"}}}));
        assert_eq!(project(&entity, &[]), entity);
    }
}

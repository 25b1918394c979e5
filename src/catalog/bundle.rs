//! Makes one definition of several files: what `$openapi` and `$asyncapi` name may refer to other files by `$ref`.
//!
//! As Backstage's plugin for these placeholders does (catalog-backend-module-openapi, which bundles by JSON Schema `$ref`
//! rules): what a reference to another file means is put in its place, the first time; each later reference to the same
//! thing, one from inside it too, becomes a reference to that place.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::address::FileKey;
use crate::base::Limits;

/// A definition made whole.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Bundle {
    /// YAML; as it was written, if it refers to no other file.
    pub text: String,
    /// References to what is in no harvested repository. They stay as they are.
    pub outside: Vec<String>,
}

/// Where files are found, and how they are read; both tell what is wrong.
pub(super) trait Library {
    /// The file that `reference`, written in the file `home`, names; `None` if it is in no harvested repository.
    fn find(&self, reference: &str, home: &FileKey) -> Result<Option<FileKey>, String>;
    /// The one document of a file.
    fn read(&self, file: &FileKey) -> Result<Value, String>;
}

/// Makes the definition `text`, which is the file `root`, whole.
pub(super) fn bundle(root: &FileKey, text: &str, library: &dyn Library, limits: &Limits) -> Result<Bundle, String> {
    if !text.contains("$ref") {
        return Ok(Bundle { text: text.to_owned(), outside: Vec::new() });
    }
    let definition = library.read(root)?;
    let mut work = Work {
        root,
        library,
        limits,
        files: BTreeMap::new(),
        placed: BTreeMap::new(),
        open: Vec::new(),
        outside: Vec::new(),
        nodes: 0,
        depth: 0,
    };
    let whole = work.visit(definition, root, "")?;
    let text = if work.files.is_empty() {
        text.to_owned()
    } else {
        serde_yaml::to_string(&whole).map_err(|error| format!("the whole cannot be written: {error}"))?
    };
    work.outside.sort();
    work.outside.dedup();
    Ok(Bundle { text, outside: work.outside })
}

/// A file, and a JSON pointer (RFC 6901) in it.
type Target = (FileKey, String);

struct Work<'a> {
    root: &'a FileKey,
    library: &'a dyn Library,
    limits: &'a Limits,
    files: BTreeMap<FileKey, Value>,
    /// Where in the whole each target stands, as a JSON pointer.
    placed: BTreeMap<Target, String>,
    /// Targets that are being put in with fields of their own beside them, which no later reference can share.
    open: Vec<Target>,
    outside: Vec<String>,
    nodes: u64,
    depth: u64,
}

impl Work<'_> {
    /// A value of the file `home`, which stands at `at` in the whole.
    fn visit(&mut self, value: Value, home: &FileKey, at: &str) -> Result<Value, String> {
        self.nodes += 1;
        if self.nodes > self.limits.yaml_nodes {
            return Err(format!("the whole has more than {} values (`limits.yaml_nodes`)", self.limits.yaml_nodes));
        }
        // Each file is at most as deep as the limit; put together they may be a few times as deep.
        let deepest = self.limits.yaml_depth * 4;
        if self.depth > deepest {
            return Err(format!("the whole is nested more than {deepest} deep (four times `limits.yaml_depth`)"));
        }
        self.depth += 1;
        let value = match value {
            Value::Object(fields) if fields.get("$ref").is_some_and(Value::is_string) => {
                self.reference(fields, home, at)
            }
            Value::Object(fields) => self.fields(fields, home, at).map(Value::Object),
            Value::Array(items) => {
                let items = items.into_iter().enumerate();
                items.map(|(number, item)| self.visit(item, home, &format!("{at}/{number}"))).collect()
            }
            plain => Ok(plain),
        };
        self.depth -= 1;
        value
    }

    fn fields(&mut self, fields: Map<String, Value>, home: &FileKey, at: &str) -> Result<Map<String, Value>, String> {
        let step = |key: &str| key.replace('~', "~0").replace('/', "~1");
        fields
            .into_iter()
            .map(|(key, value)| {
                let at = format!("{at}/{}", step(&key));
                self.visit(value, home, &at).map(|value| (key, value))
            })
            .collect()
    }

    fn reference(&mut self, mut fields: Map<String, Value>, home: &FileKey, at: &str) -> Result<Value, String> {
        let written = fields["$ref"].as_str().unwrap_or_default().to_owned();
        let (path, fragment) = written.split_once('#').unwrap_or((&written, ""));
        let file = if path.is_empty() { Some(home.clone()) } else { self.library.find(path, home)? };
        let Some(file) = file else {
            self.outside.push(written);
            return Ok(Value::Object(fields));
        };
        let pointer = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned();
        if file == *self.root {
            if !path.is_empty() || home != self.root {
                fields.insert("$ref".to_owned(), Value::String(format!("#{fragment}")));
            }
            return Ok(Value::Object(fields));
        }
        if let Some(place) = self.place_of(&file, &pointer) {
            if place == at {
                return Err(format!("`{written}` leads round in a circle"));
            }
            fields.insert("$ref".to_owned(), Value::String(format!("#{place}")));
            return Ok(Value::Object(fields));
        }
        let Some(value) = self.file(&file)?.pointer(&pointer).cloned() else {
            return Err(format!("`{written}` leads to nothing"));
        };
        fields.remove("$ref");
        let target = (file.clone(), pointer);
        match value {
            Value::Object(mut meant) if !fields.is_empty() => {
                if self.open.contains(&target) {
                    return Err(format!("`{written}` leads round in a circle"));
                }
                // What stands beside a reference wins over what it means.
                let beside = self.fields(fields, home, at)?;
                meant.retain(|key, _| !beside.contains_key(key));
                self.open.push(target);
                let meant = self.visit(Value::Object(meant), &file, at);
                self.open.pop();
                let Value::Object(mut meant) = meant? else { return Err(format!("`{written}` leads to no object")) };
                meant.extend(beside);
                Ok(Value::Object(meant))
            }
            value => {
                self.placed.insert(target, at.to_owned());
                self.visit(value, &file, at)
            }
        }
    }

    /// Where a target stands already, by itself or inside of something larger.
    fn place_of(&self, file: &FileKey, pointer: &str) -> Option<String> {
        let mut outer = pointer;
        loop {
            if let Some(place) = self.placed.get(&(file.clone(), outer.to_owned())) {
                let inside = outer.len() == pointer.len() || self.files.get(file)?.pointer(pointer).is_some();
                return inside.then(|| format!("{place}{}", &pointer[outer.len()..]));
            }
            outer = &outer[..outer.rfind('/')?];
        }
    }

    fn file(&mut self, file: &FileKey) -> Result<&Value, String> {
        if !self.files.contains_key(file) {
            let value = self.library.read(file)?;
            self.files.insert(file.clone(), value);
        }
        Ok(&self.files[file])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::base::RelPath;

    struct Shelf(Vec<(&'static str, Value)>);

    impl Library for Shelf {
        fn find(&self, reference: &str, home: &FileKey) -> Result<Option<FileKey>, String> {
            if reference.starts_with("https:") {
                return Ok(None);
            }
            let path = home.1.parent().resolve(reference).map_err(|error| error.to_string())?;
            let known = self.0.iter().any(|(name, _)| *name == path.as_str());
            if known { Ok(Some((0, path))) } else { Err(format!("there is no `{path}`")) }
        }

        fn read(&self, file: &FileKey) -> Result<Value, String> {
            let found = self.0.iter().find(|(name, _)| *name == file.1.as_str());
            Ok(found.expect("only found files are read").1.clone())
        }
    }

    /// Bundles the first file.
    fn whole(files: Vec<(&'static str, Value)>) -> Result<Value, String> {
        let (root, text) = ((0, RelPath::new(files[0].0).unwrap()), files[0].1.to_string());
        let bundle = bundle(&root, &text, &Shelf(files), &Limits::default())?;
        Ok(serde_yaml::from_str(&bundle.text).unwrap())
    }

    fn reference(to: &str) -> Value {
        json!({ "$ref": to })
    }

    #[test]
    fn other_files_are_put_in_once_and_referred_to_after() {
        let files = vec![
            ("api.json", json!({"a": reference("x/b.json#/B"), "b": [reference("x/b.json#/B/p"), reference("#/a")]})),
            ("x/b.json", json!({"B": {"p": reference("../c.json"), "q": reference("#/B"), "r~/": 1}})),
            ("c.json", json!({"up": reference("api.json#/b"), "odd": reference("x/b.json#/B/r~0~1")})),
        ];
        let expected = json!({
            "a": {"p": {"up": reference("#/b"), "odd": reference("#/a/r~0~1")}, "q": reference("#/a"), "r~/": 1},
            "b": [reference("#/a/p"), reference("#/a")],
        });
        assert_eq!(whole(files).unwrap(), expected);
    }

    #[test]
    fn fields_beside_a_reference_win() {
        let files = vec![
            ("api.json", json!({"a": {"$ref": "b.json", "title": "mine"}})),
            ("b.json", json!({"title": "theirs", "type": "string"})),
        ];
        assert_eq!(whole(files).unwrap(), json!({"a": {"type": "string", "title": "mine"}}));
    }

    #[test]
    fn what_refers_to_no_file_or_to_the_outside_stays_as_written() {
        let text = "a: {$ref: '#/b'}   # kept\nb: {$ref: 'https://example.com/x.yaml'}\n";
        let files = vec![("api.yaml", json!({"a": reference("#/b"), "b": reference("https://example.com/x.yaml")}))];
        let bundle = bundle(&(0, RelPath::new("api.yaml").unwrap()), text, &Shelf(files), &Limits::default()).unwrap();
        assert_eq!((bundle.text.as_str(), bundle.outside), (text, vec!["https://example.com/x.yaml".to_owned()]));
    }

    #[test]
    fn circles_and_bombs_end() {
        let fail = |files| whole(files).unwrap_err();
        let bad = vec![("a.json", json!({"a": reference("b.json")})), ("b.json", reference("b.json"))];
        assert!(fail(bad).contains("circle"));
        let bad = vec![
            ("a.json", json!({"a": {"$ref": "b.json", "x": 1}})),
            ("b.json", json!({"in": {"$ref": "b.json", "x": 1}})),
        ];
        assert!(fail(bad).contains("circle"));
        assert!(fail(vec![("a.json", reference("none.json"))]).contains("none.json"));
        assert!(fail(vec![("a.json", reference("../a.json"))]).contains("a.json"));
        let bad = vec![("a.json", json!({"a": reference("b.json#/no")})), ("b.json", json!({}))];
        assert!(fail(bad).contains("nothing"));
        // Each level refers twice to the one below, with a field beside, so that nothing can be shared.
        let names: Vec<String> = (0..40).map(|level| format!("/l{level}")).collect();
        let double = |level: usize| {
            let below = json!({"$ref": format!("bomb.json#{}", names[level]), "x": 1});
            json!({"a": below, "b": below})
        };
        let mut levels: Map<String, Value> = (1..40).map(|level| (format!("l{level}"), double(level - 1))).collect();
        levels.insert("l0".to_owned(), json!({"end": 1}));
        let bomb = vec![("a.json", json!({"a": double(39)})), ("bomb.json", Value::Object(levels))];
        assert!(fail(bomb).contains("yaml_nodes"));
    }
}

use super::rules::{CONFIG_UNREADABLE, OUTSIDE};
use super::yaml::{self, Node, Value};
use crate::base::{Limits, Problem, RelPath, SourceFile, Span};
use crate::sources::{Origin, RepoTree};

/// The most files that one `INHERIT` chain may have.
const CHAIN: usize = 8;

/// A configuration with what it inherits.
pub(super) struct Loaded {
    /// The file itself.
    pub file: SourceFile,
    /// The merged mapping, if the file is one.
    pub root: Option<Node>,
    /// What was found, by places in `file`.
    pub problems: Vec<Problem>,
}

/// Loads a configuration and merges what its `INHERIT` names: mappings deeply, everything else replaced.
pub(super) fn load(tree: &RepoTree, origin: &Origin, path: &RelPath, limits: &Limits) -> Loaded {
    let mut problems = Vec::new();
    let text = match tree.read_text(path, (limits.entity_file_bytes, "entity_file_bytes")) {
        Ok(text) => text,
        Err(error) => {
            problems.push(CONFIG_UNREADABLE.problem(Span::default(), error.to_string()));
            String::new()
        }
    };
    let file = SourceFile::new(origin.label(), path.as_str(), text);
    let mut root = mapping(file.text(), limits, &mut problems);
    let mut directory = path.parent();
    let mut seen = vec![path.clone()];
    while let Some(base) = root.as_ref().and_then(|root| root.get("INHERIT")).cloned() {
        let written = base.text().unwrap_or_default();
        let Ok(base_path) = directory.resolve(written) else {
            problems.push(OUTSIDE.problem(base.span, format!("`INHERIT: {written}` leaves the repository")));
            break;
        };
        if seen.contains(&base_path) || seen.len() >= CHAIN {
            problems.push(CONFIG_UNREADABLE.problem(base.span, format!("`INHERIT: {written}` never ends")));
            break;
        }
        let inherited = tree
            .read_text(&base_path, (limits.entity_file_bytes, "entity_file_bytes"))
            .map_err(|error| error.to_string())
            .and_then(|text| yaml::parse(&text, limits).map_err(|problem| problem.message));
        match inherited {
            Ok(Some(base_root)) => root = root.map(|own| merged(base_root.without_places(), own)),
            Ok(None) => root = root.map(without_inherit),
            Err(message) => {
                problems.push(CONFIG_UNREADABLE.problem(base.span, format!("`{base_path}`: {message}")));
                break;
            }
        }
        directory = base_path.parent();
        seen.push(base_path);
    }
    Loaded { file, root, problems }
}

fn mapping(text: &str, limits: &Limits, problems: &mut Vec<Problem>) -> Option<Node> {
    match yaml::parse(text, limits) {
        Ok(Some(node)) if matches!(node.value, Value::Map(_)) => Some(node),
        Ok(Some(node)) if !node.is_null() => {
            problems.push(CONFIG_UNREADABLE.problem(node.span, "this is no mapping of keys and values"));
            None
        }
        Ok(_) => None,
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

/// `own` over `base`; the base's own `INHERIT` takes the place of the one that was followed.
fn merged(base: Node, own: Node) -> Node {
    deep(base, without_inherit(own))
}

fn without_inherit(mut own: Node) -> Node {
    if let Value::Map(entries) = &mut own.value {
        entries.retain(|(key, _)| key.text() != Some("INHERIT"));
    }
    own
}

fn deep(base: Node, own: Node) -> Node {
    let (Value::Map(base_entries), Value::Map(own_entries)) = (base.value, &own.value) else { return own };
    let mut entries = base_entries;
    for (key, value) in own_entries {
        match entries.iter_mut().find(|(name, _)| name.text().is_some() && name.text() == key.text()) {
            Some((_, there)) => *there = deep(there.clone(), value.clone()),
            None => entries.push((key.clone(), value.clone())),
        }
    }
    Node { span: own.span, tag: own.tag, value: Value::Map(entries) }
}

//! One file in, drafts of its entities out: parsed, filled in, checked. Knows nothing of other entities.

use super::address::FileKey;
use super::kinds::KindSpec;
use super::node::{Node, NodeValue};
use super::parse::{Document, parse, shown};
use super::placeholder::fill;
use super::relation::{Edge, edges};
use super::validate::{self, Envelope};
use super::{case_twins, discover, format, rules};
use serde_json::Value;

use crate::base::{Diagnostic, Limits, Problem, RelPath, Severity, SourceFile, Span};
use crate::config::CatalogSettings;
use crate::sources::{ReadError, Snapshot};

/// A file that was read.
#[derive(Debug)]
pub(super) struct FileRead {
    pub source: SourceFile,
    /// Its documents, in order.
    pub documents: Vec<DocumentRead>,
    /// What concerns the file as a whole.
    pub diagnostics: Vec<Diagnostic>,
    /// It could not be read at all.
    pub unreadable: bool,
}

/// A document that was read.
#[derive(Debug)]
pub(super) enum DocumentRead {
    /// It can be addressed.
    Draft(Box<Draft>),
    /// It cannot.
    Broken(Broken),
    /// It does not claim to be an entity.
    Stranger,
}

/// An entity before it meets the others.
#[derive(Debug)]
pub(super) struct Draft {
    pub span: Span,
    /// What was written, placeholders filled in.
    pub document: Value,
    /// What it leads to, if it is a Location.
    pub location: Option<LocationSpec>,
    /// Paths that it fetches from its own repository, if it is a Template.
    pub fetched: Vec<RelPath>,
    pub envelope: Envelope,
    /// Its kind, if the model knows it.
    pub known: Option<&'static KindSpec>,
    pub edges: Vec<Edge>,
    pub problems: Vec<Problem>,
    /// Backstage would publish it.
    pub published: bool,
    /// It would spoil its file in Backstage.
    pub spoils_file: bool,
}

/// What a Location says of its targets.
#[derive(Debug)]
pub(super) struct LocationSpec {
    pub kind: Option<(String, Span)>,
    pub targets: Vec<(String, Span)>,
    /// Targets may be missing.
    pub optional: bool,
}

/// A document that cannot be addressed.
#[derive(Debug)]
pub(super) struct Broken {
    pub span: Span,
    pub name: String,
    pub problems: Vec<Problem>,
    /// It looks like a template that was not filled in.
    pub template: bool,
}

/// Reads a file.
pub(super) fn read(key: &FileKey, snapshots: &[Snapshot], settings: &CatalogSettings, limits: &Limits) -> FileRead {
    let snapshot = &snapshots[key.0];
    let label = snapshot.origin.label();
    let bytes = match snapshot.tree.read(&key.1, (limits.entity_file_bytes, "entity_file_bytes")) {
        Ok(bytes) => bytes,
        Err(error) => return unreadable(&label, key, error),
    };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let source = SourceFile::new(label, key.1.as_str(), String::from_utf8_lossy(error.as_bytes()).as_ref());
            let problem = rules::UNREADABLE.problem(Span::new(at, at + 1), "the file is not UTF-8");
            let diagnostic = source.report(&problem.hint("save it as UTF-8"));
            return FileRead { source, documents: Vec::new(), diagnostics: vec![diagnostic], unreadable: true };
        }
    };
    let mut diagnostics = Vec::new();
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    let marked = snapshot.tree.file(&key.1).is_some_and(|file| file.size > text.len() as u64);
    let source = SourceFile::new(label, key.1.as_str(), text);
    if marked {
        let message = "the file starts with a byte-order mark";
        diagnostics.push(rules::BYTE_ORDER_MARK.diagnostic(message).at(source.place(Span::new(0, 1))));
    }
    let documents = parse(source.text(), limits)
        .into_iter()
        .map(|document| draft(document, &source, key, snapshots, settings, limits))
        .collect();
    FileRead { source, documents, diagnostics, unreadable: false }
}

/// Whether a text holds a placeholder of a template language.
pub(super) fn is_template(text: &str) -> bool {
    ["${{", "{{", "{%", "<%"].iter().any(|mark| text.contains(mark))
}

fn unreadable(label: &str, key: &FileKey, error: ReadError) -> FileRead {
    let source = SourceFile::new(label, key.1.as_str(), "");
    let (rule, hint) = match &error {
        ReadError::TooLarge { limit, .. } => {
            (&rules::YAML_LIMIT, Some(format!("split the file, or raise `limits.{limit}`")))
        }
        _ => (&rules::UNREADABLE, None),
    };
    let diagnostic = rule.diagnostic(error.to_string()).at(source.whole());
    let diagnostic = match hint {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    };
    FileRead { source, documents: Vec::new(), diagnostics: vec![diagnostic], unreadable: true }
}

fn draft(
    document: Document,
    source: &SourceFile,
    key: &FileKey,
    snapshots: &[Snapshot],
    settings: &CatalogSettings,
    limits: &Limits,
) -> DocumentRead {
    let text = &source.text()[document.span.range()];
    let Document { span, root, mut problems } = document;
    let Some(mut root) = root else {
        let template = is_template(text);
        return DocumentRead::Broken(Broken { span, name: guess_name(text, &key.1), problems, template });
    };
    let spoils_file = !problems.is_empty();
    let envelope = match validate::envelope(&root) {
        Ok(envelope) => envelope,
        Err(_) if !validate::is_entity(&root) && problems.is_empty() => return DocumentRead::Stranger,
        Err(more) => {
            problems.extend(more);
            let name = guess_name(text, &key.1);
            return DocumentRead::Broken(Broken { span, name, problems, template: is_unfilled(&root, text) });
        }
    };
    if !addressable(&envelope) {
        let message = format!("`{}` cannot be the name of an entity", shown(&envelope.name));
        problems.push(rules::FORMAT.problem(envelope.name_span, message));
        let template = is_template(&envelope.name);
        return DocumentRead::Broken(Broken { span, name: shown(&envelope.name), problems, template });
    }
    let filled = fill(&mut root, key, snapshots, limits);
    problems.extend(filled.problems);
    let (known, found) = validate::entity(&root, settings.model);
    // What could not be filled in is said once.
    let said = |problem: &Problem| problem.code == rules::WRONG_TYPE.code && filled.failed.contains(&problem.span);
    problems.extend(found.into_iter().filter(|problem| !said(problem)));
    let edges = match known {
        Some(known) => edges(&root, &envelope, known, settings.model, &mut problems),
        None => Vec::new(),
    };
    problems.extend(case_twins::find(&root));
    problems.sort_by_key(|problem| problem.span);
    let sound = !spoils_file && !problems.iter().any(|problem| problem.severity == Severity::Error);
    let published = sound && known.is_some() && !filled.beyond;
    let location = (envelope.kind == "Location").then(|| location_spec(&root));
    let fetched = if envelope.kind == "Template" { discover::fetched(&root, &key.1) } else { Vec::new() };
    let document = root.into_json();
    let draft = Draft { span, document, location, fetched, envelope, known, edges, problems, published, spoils_file };
    DocumentRead::Draft(Box::new(draft))
}

fn location_spec(root: &Node) -> LocationSpec {
    let spec = root.get("spec");
    let field = |name: &str| spec.and_then(|spec| spec.get(name));
    let text = |node: &Node| Some((node.text()?.to_owned(), node.span));
    let many = field("targets").map(Node::items).unwrap_or_default();
    LocationSpec {
        kind: field("type").and_then(text),
        targets: field("target").into_iter().chain(many).filter_map(text).collect(),
        optional: field("presence").and_then(Node::text) == Some("optional"),
    }
}

/// Names that would not survive in an address or on a page.
fn addressable(envelope: &Envelope) -> bool {
    let sound = |text: &str| {
        text.chars().count() <= 253
            && !text.contains(|c: char| c.is_whitespace() || matches!(c, '/' | ':' | '\\') || format::is_hidden(c))
    };
    sound(&envelope.name) && sound(&envelope.namespace) && sound(&envelope.kind)
}

/// A template whose name is a flow map to YAML: `name: {{ cookiecutter.name }}`.
fn is_unfilled(root: &Node, text: &str) -> bool {
    let name = root.get("metadata").and_then(|metadata| metadata.get("name"));
    name.is_some_and(|name| matches!(name.value, NodeValue::Map(_))) && is_template(text)
}

fn guess_name(text: &str, path: &RelPath) -> String {
    let name = text.lines().find_map(|line| line.trim_start().strip_prefix("name:"));
    let name = name.map(|name| name.trim().trim_matches(['"', '\''])).filter(|name| !name.is_empty());
    name.map_or_else(|| path.to_string(), shown)
}

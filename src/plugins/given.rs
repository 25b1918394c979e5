use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use serde::Serialize;
use serde_json::{Value, json};

use super::enrichment::Stamp;
use super::format;
use super::part::{DataPlace, DataSource, Format, Reach};
use super::plugin::Plugin;
use super::request::{Answers, request};
use super::template::{Parts, Template};
use crate::base::{Digest, Limits, RelPath};
use crate::catalog::Entity;
use crate::sources::{RepoTree, Snapshot};
use crate::theme::Seen;

/// Most files of one `files`.
const FILES: usize = 500;

/// One data of an entity or a page: found, and not yet read. What it holds is its identity.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Given {
    pub name: String,
    format: Option<Format>,
    pointer: Option<String>,
    pub what: What,
}

/// Where found data lies.
#[derive(Debug, Clone, Serialize)]
pub(super) enum What {
    /// A file of the repository.
    File(RelPath, Digest, Stamp),
    /// Several files of the repository.
    Files(Vec<(RelPath, Digest)>, Stamp),
    /// A text that is here already.
    Text(Arc<SharedText>, Stamp),
    /// It is there, or should be, and cannot be had.
    Failed(String),
}

/// A text that many entities look at: a file beside `site.toml`, or what an endpoint answered. It is read once for all.
#[derive(Debug, Serialize)]
pub(super) struct SharedText {
    digest: Digest,
    format: Format,
    #[serde(skip)]
    text: Arc<str>,
    #[serde(skip)]
    value: OnceLock<Result<Arc<Read>, String>>,
}

impl SharedText {
    fn read(&self, limits: &Limits) -> Result<&Arc<Read>, String> {
        let value = self.value.get_or_init(|| Ok(Read::new(format::read(self.format, &self.text, limits)?)));
        value.as_ref().map_err(Clone::clone)
    }
}

/// Data that was read, without the entries of maps that are `null`: templates need not tell them from those that are not there.
#[derive(Debug)]
pub(super) struct Read {
    pub value: Value,
    seen: OnceLock<Seen>,
}

impl Read {
    fn new(mut value: Value) -> Arc<Self> {
        drop_nulls(&mut value);
        Arc::new(Self { value, seen: OnceLock::new() })
    }

    /// As templates see it, made once for all who look at it.
    pub fn seen(&self) -> &Seen {
        self.seen.get_or_init(|| Seen::new(&self.value))
    }
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, inner| !inner.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// Looks files up by path and glob, and takes texts in, each once.
#[derive(Default)]
pub(super) struct Lookup {
    globs: HashMap<(usize, String, String), Vec<RelPath>>,
    /// By the place in memory, which is theirs as long as the text is here.
    texts: HashMap<(*const u8, Format), Arc<SharedText>>,
}

/// What the data of one thing is looked for in.
pub(super) struct Place<'a> {
    pub snapshots: &'a [Snapshot],
    pub answers: &'a Answers,
    pub lookup: &'a mut Lookup,
}

/// Finds all data of a plugin for an entity, one for each name; `None` as entity: for a page of the portal.
pub(super) fn find(plugin: &Plugin, entity: Option<&Entity>, place: &mut Place<'_>) -> Vec<Given> {
    let mut found: Vec<Given> = Vec::new();
    for source in &plugin.data {
        let failed = |given: &Given| matches!(given.what, What::Failed(_));
        let known = found.iter().position(|given| given.name == source.name);
        if known.is_some_and(|at| !failed(&found[at])) {
            continue;
        }
        let Some(parts) = parts(source, entity) else { continue };
        let known_parts = with_config(plugin, parts, entity);
        let Some(what) = locate(plugin, source, &known_parts, entity, place) else { continue };
        let pointer = source.pointer.as_ref().map(|pointer| pointer.fill_text(&escaped(&known_parts).as_parts()));
        let given = Given { name: source.name.clone(), format: source.format, pointer, what };
        match known {
            Some(at) => found[at] = given,
            None => found.push(given),
        }
    }
    found
}

/// The parts of the annotation, if the source speaks for the entity.
pub(super) fn parts<'a>(source: &'a DataSource, entity: Option<&'a Entity>) -> Option<Parts<'a>> {
    match entity {
        Some(entity) => match source.audience.reach(entity) {
            Reach::Parts(parts) => Some(parts),
            Reach::Not | Reach::Unfit(_) => None,
        },
        None => Some(Parts::new()),
    }
}

/// The parts with what is known beside them: the entity's reference and the settings.
pub(super) fn with_config<'a>(plugin: &'a Plugin, mut parts: Parts<'a>, entity: Option<&'a Entity>) -> Parts<'a> {
    if let Some(entity) = entity {
        parts.insert("entity.kind", entity.reference.kind());
        parts.insert("entity.namespace", entity.reference.namespace());
        parts.insert("entity.name", entity.name());
    }
    parts.extend(plugin.config());
    parts
}

/// Parts in the form that JSON pointers are made of.
struct Escaped<'a>(BTreeMap<&'a str, String>);

fn escaped<'a>(parts: &Parts<'a>) -> Escaped<'a> {
    Escaped(parts.iter().map(|(name, part)| (*name, part.replace('~', "~0").replace('/', "~1"))).collect())
}

impl Escaped<'_> {
    fn as_parts(&self) -> Parts<'_> {
        self.0.iter().map(|(name, part)| (*name, part.as_str())).collect()
    }
}

fn locate(
    plugin: &Plugin,
    source: &DataSource,
    parts: &Parts<'_>,
    entity: Option<&Entity>,
    place: &mut Place<'_>,
) -> Option<What> {
    match &source.place {
        DataPlace::File(paths) => {
            let (entity, snapshot) = home(entity, place.snapshots)?;
            let path =
                paths.iter().find_map(|path| place.lookup.paths(path, parts, entity, snapshot).into_iter().next())?;
            let identity = snapshot.tree.file(&path)?.identity;
            let stamp = stamp(snapshot, &path);
            Some(What::File(path, identity, stamp))
        }
        DataPlace::Files(paths) => {
            let (entity, snapshot) = home(entity, place.snapshots)?;
            let mut found: Vec<RelPath> =
                paths.iter().flat_map(|path| place.lookup.paths(path, parts, entity, snapshot)).collect();
            found.sort();
            found.dedup();
            found.truncate(FILES);
            let first = found.first()?.clone();
            let mut stamp = stamp(snapshot, &first);
            if found.len() > 1 {
                (stamp.from, stamp.url) =
                    (format!("{} files", found.len()), snapshot.origin.tree_url(&RelPath::root()));
            }
            let identities = found.into_iter().filter_map(|path| {
                let identity = snapshot.tree.file(&path)?.identity;
                Some((path, identity))
            });
            Some(What::Files(identities.collect(), stamp))
        }
        DataPlace::Portal(path) => {
            let path = path.fill_text(parts);
            let file = plugin.portal_files.iter().find(|file| file.path == path)?;
            let stamp = Stamp { from: path.clone(), url: None, time: None, recorded: false, stale: None };
            let format = source.format.unwrap_or_else(|| format::by_name(&path));
            Some(match &file.text {
                Ok(text) => What::Text(place.lookup.shared(text, format), stamp),
                Err(reason) => What::Failed(reason.clone()),
            })
        }
        DataPlace::Proxy { proxy, path } => {
            // What nobody told cannot be asked for: the links that miss it have a finding.
            let untold = |name: &str| plugin.setting(name).is_some_and(|setting| setting.value.is_none());
            if path.slots().any(|slot| untold(&slot.name)) {
                return None;
            }
            let request = match request(plugin, proxy, path, parts) {
                Ok(request) => request,
                Err(reason) => return Some(What::Failed(reason)),
            };
            Some(match place.answers.get(&request)? {
                Ok(answer) => {
                    let format = source.format.unwrap_or(Format::Json);
                    What::Text(place.lookup.shared(&answer.text, format), answer.stamp.clone())
                }
                Err(reason) => What::Failed(reason.clone()),
            })
        }
    }
}

fn home<'a>(entity: Option<&'a Entity>, snapshots: &'a [Snapshot]) -> Option<(&'a Entity, &'a Snapshot)> {
    let entity = entity?;
    Some((entity, snapshots.get(entity.snapshot)?))
}

fn stamp(snapshot: &Snapshot, path: &RelPath) -> Stamp {
    let seconds = snapshot.origin.revision.as_ref().map(|revision| revision.time);
    let time = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok()).map(|time| time.to_string());
    let (from, url) = (path.as_str().to_owned(), snapshot.origin.view_url(path));
    Stamp { from, url, time, recorded: false, stale: snapshot.stale.clone() }
}

impl Lookup {
    fn shared(&mut self, text: &Arc<str>, format: Format) -> Arc<SharedText> {
        let new = || {
            let digest = Digest::of_bytes(text.as_bytes());
            Arc::new(SharedText { digest, format, text: text.clone(), value: OnceLock::new() })
        };
        self.texts.entry((text.as_ptr(), format)).or_insert_with(new).clone()
    }

    /// Files that a path or glob finds, relative to the folder of the entity's file, or from the root with a leading `/`.
    fn paths(&mut self, path: &Template, parts: &Parts<'_>, entity: &Entity, snapshot: &Snapshot) -> Vec<RelPath> {
        let written = path.fill_text(parts);
        let folder = if written.starts_with('/') { RelPath::root() } else { entity.path.parent() };
        let below = written.trim_start_matches('/').trim_start_matches("./");
        if !below.contains(['*', '?', '[', '{']) {
            let path = folder.resolve(below).ok().filter(|path| snapshot.tree.file(path).is_some());
            return path.into_iter().collect();
        }
        let key = (entity.snapshot, folder.as_str().to_owned(), below.to_owned());
        self.globs.entry(key).or_insert_with(|| glob(&snapshot.tree, &folder, below)).clone()
    }
}

fn glob(tree: &RepoTree, folder: &RelPath, pattern: &str) -> Vec<RelPath> {
    let Ok(glob) = globset::GlobBuilder::new(pattern).literal_separator(true).build() else { return Vec::new() };
    let matcher = glob.compile_matcher();
    let matches = |path: &RelPath| path.below(folder).is_some_and(|rest| matcher.is_match(rest.as_str()));
    tree.files_below(folder).filter(|(path, _)| matches(path)).map(|(path, _)| path.clone()).take(FILES).collect()
}

impl Given {
    /// Reads it; `Err` says what is wrong, for people.
    pub(super) fn read(&self, tree: Option<&RepoTree>, limits: &Limits) -> Result<Arc<Read>, String> {
        let file = |path: &RelPath| {
            let tree = tree.ok_or("there is no repository to read from")?;
            let text = tree
                .read_text(path, (limits.plugin_data_bytes, "plugin_data_bytes"))
                .map_err(|error| error.to_string())?;
            format::read(self.format.unwrap_or_else(|| format::by_name(path.as_str())), &text, limits)
                .map_err(|reason| format!("`{path}`: {reason}"))
        };
        let pick = |value: Value| match &self.pointer {
            Some(pointer) => Read::new(value.pointer(pointer).cloned().unwrap_or(Value::Null)),
            None => Read::new(value),
        };
        match &self.what {
            What::File(path, ..) => file(path).map(pick),
            What::Files(paths, _) => {
                let read = |(path, _): &(RelPath, Digest)| Ok(json!({ "path": path.as_str(), "data": file(path)? }));
                paths.iter().map(read).collect::<Result<_, String>>().map(Value::Array).map(pick)
            }
            What::Text(text, stamp) => {
                let whole = text.read(limits).map_err(|reason| format!("`{}`: {reason}", stamp.from))?;
                Ok(match &self.pointer {
                    Some(pointer) => Read::new(whole.value.pointer(pointer).cloned().unwrap_or(Value::Null)),
                    None => Arc::clone(whole),
                })
            }
            What::Failed(reason) => Err(reason.clone()),
        }
    }

    /// Where it comes from, if it is there.
    pub(super) fn stamp(&self) -> Option<&Stamp> {
        match &self.what {
            What::File(_, _, stamp) | What::Files(_, stamp) | What::Text(_, stamp) => Some(stamp),
            What::Failed(_) => None,
        }
    }

    /// Why an endpoint's answer is an old one, if it is.
    pub(super) fn stale_answer(&self) -> Option<&str> {
        match &self.what {
            What::Text(_, stamp) => stamp.stale.as_deref(),
            _ => None,
        }
    }
}

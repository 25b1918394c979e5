use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::files::is_page;
use super::include;
use super::locate::Locator;
use super::mkdocs::{self, Mkdocs};
use super::rules::{FORWARD_LOST, REF_NOT_FOUND, TWO_CONFIGS};
use crate::base::{Diagnostic, Digest, Limits, Place, RelPath};
use crate::catalog::{Catalog, Entity, EntityRef, RawRef};
use crate::sources::Snapshot;

const REF: &str = "backstage.io/techdocs-ref";
const FORWARD: &str = "backstage.io/techdocs-entity";
const FORWARD_PATH: &str = "backstage.io/techdocs-entity-path";
pub(super) const DECISIONS: &str = "backstage.io/adr-location";

/// All that plans are made of in a catalog, by which one can tell whether another catalog would give the same; `places` says
/// whether findings name places of entities.
pub fn asked_of(catalog: &Catalog, places: bool) -> Digest {
    const BASE: &str = "backstage.io/source-location";
    let asked = catalog.entities.values().filter_map(|entity| {
        let [reference, forward, path, decisions] =
            [REF, FORWARD, FORWARD_PATH, DECISIONS].map(|name| entity.annotation(name));
        reference.or(forward).or(decisions)?;
        let written = (reference, forward, path, decisions, entity.annotation(BASE));
        let place = places.then_some(&entity.place);
        Some((&entity.reference, entity.display_name(), entity.snapshot, &entity.path, written, place))
    });
    Digest::of("asked of the catalog", &asked.collect::<Vec<_>>())
}

/// A documentation set and who shows it.
pub(super) struct DocPlace {
    /// Index of its snapshot.
    pub snapshot: usize,
    /// Its configuration, read.
    pub config: Mkdocs,
    /// Entities that show it, in catalog order; none for a set that nobody refers to.
    pub entities: Vec<EntityRef>,
    /// Entities that open at another page than the home, and its path as written.
    pub entrances: Vec<(EntityRef, String)>,
}

/// Finds all documentation sets: first those that entities refer to, in catalog order, then the rest by snapshot and path.
pub(super) fn places(
    catalog: &Catalog,
    locator: &Locator<'_>,
    limits: &Limits,
    sink: &mut Vec<Diagnostic>,
) -> Vec<DocPlace> {
    let mut found: IndexMap<(usize, RelPath), DocPlace> = IndexMap::new();
    for entity in catalog.entities.values() {
        let Some(written) = entity.annotation(REF) else { continue };
        match referred(entity, written, locator, limits, sink) {
            Some((snapshot, config)) => {
                let key = (snapshot, config.path.clone().unwrap_or_else(|| config.docs_dir.clone()));
                let place = found.entry(key).or_insert_with(|| DocPlace {
                    snapshot,
                    config,
                    entities: Vec::new(),
                    entrances: Vec::new(),
                });
                place.entities.push(entity.reference.clone());
            }
            None => sink.push(lost(entity, written, locator)),
        }
    }
    forward(catalog, &mut found, sink);
    for (at, snapshot) in locator.snapshots().iter().enumerate() {
        unreferred(at, snapshot, limits, &mut found, sink);
    }
    found.into_values().collect()
}

fn lost(entity: &Entity, written: &str, locator: &Locator<'_>) -> Diagnostic {
    let elsewhere = written.trim().strip_prefix("url:").is_some_and(|url| locator.locate(url).is_none());
    let hint = if elsewhere {
        "its repository is not harvested; add it to `sources`"
    } else {
        "it takes `dir:` and a directory that holds `mkdocs.yml`, or `url:` and one of a harvested repository"
    };
    REF_NOT_FOUND
        .diagnostic(format!("`{REF}: {written}` leads to no documentation"))
        .at(entity.place.clone())
        .about(entity.reference.to_string())
        .hint(hint)
}

/// The set that an annotation names.
fn referred(
    entity: &Entity,
    written: &str,
    locator: &Locator<'_>,
    limits: &Limits,
    sink: &mut Vec<Diagnostic>,
) -> Option<(usize, Mkdocs)> {
    let (kind, target) = written.trim().split_once(':')?;
    let (snapshot, directory) = match kind {
        "url" => locator.locate(target)?,
        "dir" => {
            let (snapshot, directory) = base_of(entity, locator)?;
            (snapshot, directory.resolve(target).ok()?)
        }
        _ => return None,
    };
    let store = locator.snapshots().get(snapshot)?;
    let directory = if store.tree.file(&directory).is_some() { directory.parent() } else { directory };
    set_at(store, &directory, limits, sink).map(|config| (snapshot, config))
}

/// What relative annotations of an entity start from: its source location, else the directory of its file.
pub(super) fn base_of(entity: &Entity, locator: &Locator<'_>) -> Option<(usize, RelPath)> {
    let located = entity
        .annotation("backstage.io/source-location")
        .and_then(|location| locator.locate(location.strip_prefix("url:")?));
    let Some((snapshot, path)) = located else { return Some((entity.snapshot, entity.path.parent())) };
    let is_file = locator.snapshots().get(snapshot)?.tree.file(&path).is_some();
    Some((snapshot, if is_file { path.parent() } else { path }))
}

/// The set of a directory: its `mkdocs.yml`, else its `docs/`, else the one above whose `docs_dir` it is, else itself.
fn set_at(snapshot: &Snapshot, directory: &RelPath, limits: &Limits, sink: &mut Vec<Diagnostic>) -> Option<Mkdocs> {
    let mut read = |path: &RelPath| mkdocs::read(&snapshot.tree, &snapshot.origin, path, limits, sink);
    if let Some(path) = config_in(snapshot, directory) {
        return Some(read(&path));
    }
    let absent = Mkdocs::absent(directory);
    let has_pages = |directory: &RelPath| snapshot.tree.files_below(directory).any(|(path, _)| is_page(path));
    if has_pages(&absent.docs_dir) {
        return Some(absent);
    }
    let mut above = directory.clone();
    while !above.is_root() {
        above = above.parent();
        if let Some(config) = config_in(snapshot, &above).map(|path| read(&path)).filter(|c| c.docs_dir == *directory) {
            return Some(config);
        }
    }
    (!directory.is_root() && has_pages(directory)).then(|| Mkdocs { docs_dir: directory.clone(), ..absent })
}

/// `mkdocs.yaml` or `mkdocs.yml` of a directory.
pub(super) fn config_in(snapshot: &Snapshot, directory: &RelPath) -> Option<RelPath> {
    ["mkdocs.yaml", "mkdocs.yml"]
        .map(|name| directory.join(&RelPath::new(name).expect("a plain name")))
        .into_iter()
        .find(|path| snapshot.tree.file(path).is_some())
}

/// `techdocs-entity`: that entity's set is this one's too.
fn forward(catalog: &Catalog, found: &mut IndexMap<(usize, RelPath), DocPlace>, sink: &mut Vec<Diagnostic>) {
    for entity in catalog.entities.values() {
        let Some(written) = entity.annotation(FORWARD) else { continue };
        let target =
            RawRef::parse(written).and_then(|raw| raw.resolve(Some("component"), entity.reference.namespace()));
        let place = target.ok().and_then(|target| found.values_mut().find(|place| place.entities.contains(&target)));
        match place {
            Some(place) if place.entities.contains(&entity.reference) => {}
            Some(place) => {
                place.entities.push(entity.reference.clone());
                let path = entity.annotation(FORWARD_PATH).map(|path| (entity.reference.clone(), path.to_owned()));
                place.entrances.extend(path);
            }
            None => sink.push(
                FORWARD_LOST
                    .diagnostic(format!("`{FORWARD}: {written}` names no entity with documentation"))
                    .at(entity.place.clone())
                    .about(entity.reference.to_string()),
            ),
        }
    }
}

/// Sets that no entity refers to. A `mkdocs.yml` is one unless another one includes it, it stands in a skeleton, in test
/// data or in a hidden directory, it holds placeholders, or it has no pages; a set without pages gives no book anyway.
fn unreferred(
    at: usize,
    snapshot: &Snapshot,
    limits: &Limits,
    found: &mut IndexMap<(usize, RelPath), DocPlace>,
    sink: &mut Vec<Diagnostic>,
) {
    let is_config = |path: &&RelPath| matches!(path.name(), "mkdocs.yml" | "mkdocs.yaml");
    let mut paths: Vec<&RelPath> = snapshot.tree.files().map(|(path, _)| path).filter(is_config).collect();
    // The upper ones first, so that they keep their addresses.
    paths.sort_by_key(|path| path.parts().count());
    let mut included: BTreeSet<RelPath> = BTreeSet::new();
    let mut candidates = Vec::new();
    for path in paths {
        if let Some(known) = found.get(&(at, path.clone())) {
            included.extend(include::included(&known.config, &snapshot.tree));
            continue;
        }
        let directory = path.parent();
        if directory.parts().any(set_aside) {
            continue;
        }
        if config_in(snapshot, &directory).as_ref() != Some(path) {
            let message = format!("`{path}` stands beside `mkdocs.yaml` and is not read");
            sink.push(TWO_CONFIGS.diagnostic(message).at(Place::file(snapshot.origin.label(), path.as_str())));
            continue;
        }
        let mut findings = Vec::new();
        let config = mkdocs::read(&snapshot.tree, &snapshot.origin, path, limits, &mut findings);
        let text = config.file.text();
        let skeleton = ["${{", "{{cookiecutter", "{{ cookiecutter", "{%"].iter().any(|mark| text.contains(mark));
        let has_pages = snapshot.tree.files_below(&config.docs_dir).any(|(path, _)| is_page(path));
        if !skeleton && (has_pages || config.nav.is_some()) {
            included.extend(include::included(&config, &snapshot.tree));
            candidates.push((config, findings));
        }
    }
    for (config, findings) in candidates {
        let path = config.path.clone().expect("it was read from a file");
        let within_another =
            found.values().any(|place| place.snapshot == at && place.config.path.as_ref() == Some(&path));
        if !included.contains(&path) && !within_another {
            sink.extend(findings);
            found.insert((at, path), DocPlace { snapshot: at, config, entities: Vec::new(), entrances: Vec::new() });
        }
    }
}

/// Directories whose `mkdocs.yml` is an example for something else.
fn set_aside(part: &str) -> bool {
    const NAMES: [&str; 12] = [
        "skeleton",
        "skeletons",
        "fixtures",
        "__fixtures__",
        "test-fixtures",
        "testdata",
        "test",
        "tests",
        "__tests__",
        "node_modules",
        "vendor",
        "third_party",
    ];
    part.starts_with('.') || part.contains("{{") || NAMES.contains(&part)
}

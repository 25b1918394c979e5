//! From registered files to everything that they lead to: Locations are followed, wave by wave.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use super::address::{FileKey, address};
use super::discover::{self, Target};
use super::parse::shown;
use super::read::{Broken, DocumentRead, Draft, FileRead, is_template, read};
use super::rules;
use crate::base::{Diagnostic, Limits, RelPath, Span};
use crate::config::{CatalogSettings, Neighbours};
use crate::sources::Snapshot;

/// Everything that was read.
pub(super) struct Gathered {
    /// Drafts that are emitted: file, number of the document, and the location that led there; in order of snapshot,
    /// path and document.
    pub emitted: Vec<Emitted>,
    pub files: BTreeMap<FileKey, FileRead>,
    /// Documents that cannot be addressed, or that a neighbour spoils.
    pub broken: Vec<(FileKey, Broken)>,
    /// What concerns whole files and repositories.
    pub diagnostics: Vec<Diagnostic>,
    /// Registered files, in order.
    pub registered: Vec<FileKey>,
}

/// A draft that takes part.
pub(super) struct Emitted {
    pub file: FileKey,
    pub document: usize,
    /// `url:…` of the registered location that led there.
    pub origin: String,
}

/// Files that are emitted together: what one location names.
struct Group {
    files: Vec<FileKey>,
    origin: String,
    /// Reading one of its targets failed already.
    failing: bool,
}

/// Reads the registered files and all that Locations lead to.
pub(super) fn gather(snapshots: &[Snapshot], settings: &CatalogSettings, limits: &Limits) -> Gathered {
    let mut state = State { snapshots, settings, limits, ..State::empty(snapshots, settings, limits) };
    let mut groups = state.register();
    let mut first = true;
    while !groups.is_empty() {
        state.read_all(&groups);
        if first {
            groups = state.set_skeletons_aside(groups);
            first = false;
        }
        let mut next = Vec::new();
        for group in groups {
            state.emit(group, &mut next);
        }
        groups = next;
    }
    state.finish()
}

struct State<'a> {
    snapshots: &'a [Snapshot],
    settings: &'a CatalogSettings,
    limits: &'a Limits,
    files: BTreeMap<FileKey, FileRead>,
    origins: BTreeMap<FileKey, String>,
    dropped: HashSet<(FileKey, usize)>,
    spoilt: BTreeSet<FileKey>,
    skeletons: BTreeMap<usize, BTreeSet<RelPath>>,
    broken: Vec<(FileKey, Broken)>,
    diagnostics: Vec<Diagnostic>,
    registered: Vec<FileKey>,
}

impl<'a> State<'a> {
    fn empty(snapshots: &'a [Snapshot], settings: &'a CatalogSettings, limits: &'a Limits) -> Self {
        Self {
            snapshots,
            settings,
            limits,
            files: BTreeMap::new(),
            origins: BTreeMap::new(),
            dropped: HashSet::new(),
            spoilt: BTreeSet::new(),
            skeletons: BTreeMap::new(),
            broken: Vec::new(),
            diagnostics: Vec::new(),
            registered: Vec::new(),
        }
    }

    fn strict(&self) -> bool {
        self.settings.neighbours == Neighbours::Strict
    }

    fn register(&mut self) -> Vec<Group> {
        let mut groups = Vec::new();
        for (number, snapshot) in self.snapshots.iter().enumerate() {
            let (paths, missing) = discover::registered(snapshot);
            for pattern in missing {
                let message = format!("no entity file `{}` is in the repository", shown(&pattern));
                let diagnostic = rules::UNREADABLE.diagnostic(message).about(snapshot.origin.name.clone());
                self.diagnostics.push(diagnostic.hint("paths are relative to the root of the repository"));
            }
            for path in paths {
                if is_template(path.as_str()) {
                    self.skeletons.entry(number).or_default().insert(path);
                    continue;
                }
                let origin = address(&snapshot.origin, &path).registered;
                groups.push(Group { files: vec![(number, path)], origin, failing: false });
            }
        }
        groups
    }

    fn read_all(&mut self, groups: &[Group]) {
        let mut wanted: Vec<&FileKey> = groups.iter().flat_map(|group| &group.files).collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted.retain(|key| !self.files.contains_key(key));
        let read = |key: &FileKey| (key.clone(), read(key, self.snapshots, self.settings, self.limits));
        let files: Vec<_> = wanted.into_par_iter().map(read).collect();
        self.files.extend(files);
    }

    /// Drops discovered files that some template fetches, or that are templates themselves.
    fn set_skeletons_aside(&mut self, groups: Vec<Group>) -> Vec<Group> {
        let mut fetched: HashMap<usize, Vec<RelPath>> = HashMap::new();
        for ((snapshot, _), file) in &self.files {
            let paths: Vec<RelPath> = drafts(file).flat_map(|draft| draft.fetched.iter().cloned()).collect();
            if !paths.is_empty() {
                fetched.entry(*snapshot).or_default().extend(paths);
            }
        }
        let mut kept = Vec::new();
        for group in groups {
            let (snapshot, path) = &group.files[0];
            let explicit = !self.snapshots[*snapshot].entity_files.is_empty();
            let below = || fetched.get(snapshot).is_some_and(|all| all.iter().any(|dir| path.below(dir).is_some()));
            if !explicit && below() {
                self.skeletons.entry(*snapshot).or_default().insert(path.clone());
            } else {
                self.registered.push(group.files[0].clone());
                kept.push(group);
            }
        }
        kept
    }

    fn emit(&mut self, group: Group, next: &mut Vec<Group>) {
        let spoils = |file: &FileRead| {
            file.unreadable
                || file.documents.iter().any(|document| match document {
                    DocumentRead::Draft(draft) => draft.spoils_file,
                    DocumentRead::Broken(_) | DocumentRead::Stranger => true,
                })
        };
        let failing = group.failing || group.files.iter().any(|key| spoils(&self.files[key]));
        for key in &group.files {
            if self.strict() && failing {
                self.spoilt.insert(key.clone());
                continue;
            }
            self.spoilt.remove(key);
            if self.origins.contains_key(key) {
                continue;
            }
            self.origins.insert(key.clone(), group.origin.clone());
            for number in 0..self.files[key].documents.len() {
                self.follow(key, number, &group.origin, next);
            }
        }
    }

    /// Follows a document, if it is a Location.
    fn follow(&mut self, key: &FileKey, number: usize, origin: &str, next: &mut Vec<Group>) {
        let file = &self.files[key];
        let DocumentRead::Draft(draft) = &file.documents[number] else { return };
        let Some(location) = draft.location.as_ref().filter(|_| !self.strict() || draft.published) else { return };
        let mut diagnostics = Vec::new();
        let mut group = Group { files: Vec::new(), origin: origin.to_owned(), failing: false };
        let unknown = |kind: &str| kind != "url" && (self.strict() || kind != "file");
        if let Some((kind, span)) = location.kind.as_ref().filter(|(kind, _)| unknown(kind)) {
            let message = format!("a Location of type `{}` cannot be followed", shown(kind));
            let problem = rules::LOCATION_TYPE.problem(*span, message);
            diagnostics.push(file.source.report(&problem.hint("name the repository in `[[sources]]` instead")));
            group.failing = true;
        } else {
            for (text, span) in &location.targets {
                let problem = match discover::target(text, key, self.snapshots) {
                    Target::Files(files) if files.is_empty() && !location.optional => {
                        let problem =
                            rules::LOCATION_TARGET.problem(*span, format!("`{}` leads to no file", shown(text)));
                        problem.hint("remove the target, or say `presence: optional`")
                    }
                    Target::Files(files) => {
                        // A Location that names its own file is not followed round.
                        group.files.extend(files.into_iter().filter(|file| file != key));
                        continue;
                    }
                    Target::Outside => {
                        let message = format!("`{}` is in no harvested repository", shown(text));
                        rules::LOCATION_OUTSIDE.problem(*span, message)
                    }
                };
                group.failing = true;
                diagnostics.push(file.source.report(&problem));
            }
        }
        if self.strict() && group.failing {
            self.dropped.insert((key.clone(), number));
        }
        self.diagnostics.extend(diagnostics);
        next.push(group);
    }

    fn finish(mut self) -> Gathered {
        let mut emitted = Vec::new();
        for (key, file) in &mut self.files {
            let skeleton = self.skeletons.get(&key.0).is_some_and(|paths| paths.contains(&key.1));
            if skeleton {
                continue;
            }
            self.diagnostics.append(&mut file.diagnostics);
            let mut strangers = 0;
            for (number, document) in file.documents.iter().enumerate() {
                match document {
                    DocumentRead::Stranger => strangers += 1,
                    DocumentRead::Broken(broken) if broken.template => {
                        self.skeletons.entry(key.0).or_default().insert(key.1.clone());
                    }
                    DocumentRead::Broken(broken) => self.broken.push((key.clone(), broken.copy())),
                    DocumentRead::Draft(draft) if is_template(&draft.envelope.name) => {
                        self.skeletons.entry(key.0).or_default().insert(key.1.clone());
                    }
                    DocumentRead::Draft(draft) => {
                        let own = self.dropped.contains(&(key.clone(), number));
                        match self.origins.get(key) {
                            Some(origin) if !own => {
                                emitted.push(Emitted { file: key.clone(), document: number, origin: origin.clone() });
                            }
                            _ => self.broken.push((key.clone(), spoilt(draft, own))),
                        }
                    }
                }
            }
            if strangers > 0 && strangers == file.documents.len() {
                let diagnostic = rules::NO_ENTITY.diagnostic("the file holds no entity").at(file.source.whole());
                self.diagnostics.push(diagnostic);
            }
        }
        for (snapshot, paths) in &self.skeletons {
            let origin = &self.snapshots[*snapshot].origin;
            let count = paths.len();
            let files = if count == 1 { "file" } else { "files" };
            let mut note = rules::SKELETONS
                .diagnostic(format!("{count} {files} of template skeletons set aside"))
                .about(origin.name.clone());
            for path in paths.iter().take(10) {
                note = note.note("set aside", Some(crate::base::Place::file(origin.label(), path.as_str())));
            }
            self.diagnostics.push(note);
        }
        Gathered {
            emitted,
            files: self.files,
            broken: self.broken,
            diagnostics: self.diagnostics,
            registered: self.registered,
        }
    }
}

fn drafts(file: &FileRead) -> impl Iterator<Item = &Draft> {
    file.documents.iter().filter_map(|document| match document {
        DocumentRead::Draft(draft) => Some(&**draft),
        _ => None,
    })
}

fn spoilt(draft: &Draft, own: bool) -> Broken {
    let mut problems = draft.problems.clone();
    if draft.published {
        let message = if own {
            "the Location is dropped because one of its targets cannot be read"
        } else {
            "the entity is dropped because another document of its file, or another target of its Location, is broken"
        };
        let start = draft.span.start;
        let problem = rules::NEIGHBOUR.problem(Span { start, end: start + 1 }, message);
        problems.insert(0, problem.hint("`catalog.neighbours = \"spare\"` keeps it"));
    }
    let name = draft.envelope.reference().to_string();
    Broken { span: draft.span, name, problems, template: false }
}

impl Broken {
    fn copy(&self) -> Self {
        Self { span: self.span, name: self.name.clone(), problems: self.problems.clone(), template: self.template }
    }
}

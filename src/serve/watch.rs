use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind};
use notify::{Config, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::poll::Poller;
use crate::sources::Changes;

/// Time in which a file that is being written is expected to be closed.
const UNFINISHED: Duration = Duration::from_millis(40);
/// More paths than this at once are a storm: a checkout, a generator. It is waited for.
const STORM: usize = 64;
/// A storm is over when it is quiet for so long, or after the longest time.
const QUIET: Duration = Duration::from_millis(150);
const LONGEST: Duration = Duration::from_secs(2);

/// Something that a site is made from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Watched {
    /// One file, which need not exist.
    File(PathBuf),
    /// A folder with all that is in it.
    Folder(PathBuf),
}

/// Tells what changed.
pub struct Watching {
    way: Way,
    seen: Receiver<Seen>,
    /// What is handed to the watcher, with the identity that the folder had then.
    places: BTreeSet<(PathBuf, bool, u64)>,
    files: BTreeSet<PathBuf>,
    folders: BTreeSet<PathBuf>,
    ignored: Vec<PathBuf>,
}

impl std::fmt::Debug for Watching {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watching").field("places", &self.places).finish_non_exhaustive()
    }
}

/// How it comes to know.
enum Way {
    /// The system tells.
    Events(RecommendedWatcher),
    /// It looks again and again.
    Polling(Poller),
}

/// What was seen: where, and how much it says.
struct Seen {
    paths: Vec<PathBuf>,
    weight: Weight,
    /// Events were lost: anything may have changed.
    lost: bool,
}

/// How much an event says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// Nothing.
    None,
    /// A file is being written.
    Unfinished,
    /// Something is other than before.
    Done,
}

impl Watching {
    /// Watches nothing yet; by looking again and again in place of the system's events, if `poll` says how often.
    pub fn new(poll: Option<Duration>) -> notify::Result<Self> {
        let (sender, seen) = channel();
        let way = match poll {
            Some(every) => {
                let (looks, looked) = channel();
                std::thread::spawn(move || {
                    for paths in looked {
                        if sender.send(Seen { paths, weight: Weight::Done, lost: false }).is_err() {
                            return;
                        }
                    }
                });
                Way::Polling(Poller::start(every, looks))
            }
            None => {
                let take = move |event: notify::Result<Event>| {
                    // What the watcher cannot tell may be anything.
                    let seen = event.map_or(Seen { paths: Vec::new(), weight: Weight::Done, lost: true }, |event| {
                        Seen { lost: event.need_rescan(), weight: weight(event.kind), paths: event.paths }
                    });
                    sender.send(seen).ok();
                };
                Way::Events(RecommendedWatcher::new(take, Config::default())?)
            }
        };
        Ok(Self {
            way,
            seen,
            places: BTreeSet::new(),
            files: BTreeSet::new(),
            folders: BTreeSet::new(),
            ignored: Vec::new(),
        })
    }

    /// Watches exactly this from now on, but nothing in the `ignored` folders. Folders that were made anew in the meantime
    /// are watched anew. Gives what could not be watched, and why.
    pub fn set(&mut self, watched: &[Watched], ignored: &[PathBuf]) -> Vec<(PathBuf, notify::Error)> {
        self.ignored = ignored.iter().flat_map(|path| both(path)).collect();
        (self.files, self.folders) = Default::default();
        let mut places = BTreeSet::new();
        for one in watched {
            match one {
                // An editor that writes another file and renames it never touches the file itself: its folder is watched.
                Watched::File(path) => {
                    for path in both(path) {
                        places.extend(path.parent().and_then(|folder| place(folder, false)));
                        self.files.insert(path);
                    }
                }
                Watched::Folder(path) => {
                    let path = path.canonicalize().unwrap_or_else(|_| path.clone());
                    places.extend(place(&path, true));
                    // A folder that is not there yet, or is moved away and back, is seen from above.
                    places.extend(path.parent().and_then(|folder| place(folder, false)));
                    self.folders.insert(path);
                }
            }
        }
        let covered = |(path, deep, _): &(PathBuf, bool, u64)| {
            places.iter().any(|(above, all, _)| *all && (above != path || !deep) && path.starts_with(above))
        };
        let places: BTreeSet<_> = places.iter().filter(|place| !covered(place)).cloned().collect();
        let mut failed = Vec::new();
        match &mut self.way {
            Way::Polling(poller) => poller.set(places.iter().map(|(path, deep, _)| (path.clone(), *deep)).collect()),
            Way::Events(watcher) => {
                for (path, ..) in self.places.difference(&places) {
                    watcher.unwatch(path).ok();
                }
                for (path, deep, _) in places.difference(&self.places) {
                    let mode = if *deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
                    if let Err(error) = watcher.watch(path, mode) {
                        failed.push((path.clone(), error));
                    }
                }
            }
        }
        self.places = places;
        failed
    }

    /// Waits for a change, and gives all that has come by then. At once after the first; only of a storm the end is waited
    /// for. `None`: nothing until `deadline`.
    pub fn next(&mut self, deadline: Option<Instant>) -> Option<Changes> {
        let mut changes = Changes::default();
        let mut unfinished: Option<Instant> = None;
        let mut begun = Instant::now();
        let mut storm = false;
        loop {
            let quiet = storm.then(|| (Instant::now() + QUIET).min(begun + LONGEST));
            let until = quiet.or(unfinished).or(if changes.is_empty() { deadline } else { Some(Instant::now()) });
            match receive(&self.seen, until) {
                Some(seen) => {
                    let weight = self.take(seen, &mut changes);
                    if weight != Weight::None && changes.paths.len() <= 1 {
                        begun = Instant::now();
                    }
                    match weight {
                        Weight::Done => unfinished = None,
                        Weight::Unfinished => unfinished = unfinished.or(Some(Instant::now() + UNFINISHED)),
                        Weight::None => {}
                    }
                    storm |= changes.paths.len() > STORM || changes.everything;
                }
                None if changes.is_empty() => return None,
                None => return Some(changes),
            }
        }
    }

    fn take(&self, seen: Seen, changes: &mut Changes) -> Weight {
        if seen.lost {
            changes.everything = true;
            return Weight::Done;
        }
        if seen.weight == Weight::None {
            return Weight::None;
        }
        let concern: Vec<PathBuf> = seen.paths.into_iter().filter(|path| self.concerns(path)).collect();
        if concern.is_empty() {
            return Weight::None;
        }
        changes.paths.extend(concern);
        seen.weight
    }

    fn concerns(&self, path: &Path) -> bool {
        if self.files.contains(path) {
            return true;
        }
        if self.ignored.iter().any(|ignored| path.starts_with(ignored)) {
            return false;
        }
        // Of a repository's own files only those that say which commit it is at.
        let mut parts = path.components().map(std::path::Component::as_os_str);
        if parts.any(|part| part == ".git") || path.components().any(|part| is_bare(part.as_os_str())) {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
            let head = name == "HEAD" || name == "packed-refs" || path.iter().any(|part| part == "heads");
            return head && !name.ends_with(".lock");
        }
        self.folders.iter().any(|folder| path.starts_with(folder))
    }
}

/// Whether a folder's name is that of a bare repository.
fn is_bare(name: &std::ffi::OsStr) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "git")
}

fn weight(kind: EventKind) -> Weight {
    // Elsewhere no event says that a file is closed.
    let closes = cfg!(target_os = "linux");
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Weight::Done,
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)) => Weight::None,
        EventKind::Modify(ModifyKind::Data(_)) | EventKind::Create(CreateKind::File) if closes => Weight::Unfinished,
        _ => Weight::Done,
    }
}

fn receive(seen: &Receiver<Seen>, until: Option<Instant>) -> Option<Seen> {
    let Some(until) = until else { return seen.recv().ok() };
    seen.recv_timeout(until.saturating_duration_since(Instant::now())).ok()
}

/// A path as given and as it is without links.
fn both(path: &Path) -> BTreeSet<PathBuf> {
    let real = path.canonicalize().unwrap_or_else(|_| {
        let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
        folder.zip(path.file_name()).map_or_else(|| path.to_owned(), |(folder, name)| folder.join(name))
    });
    [path.to_owned(), real].into()
}

/// A folder with its identity, so that another one at its place is noticed.
fn place(path: &Path, deep: bool) -> Option<(PathBuf, bool, u64)> {
    let path = path.canonicalize().ok()?;
    let about = path.metadata().ok()?;
    #[cfg(unix)]
    let identity = std::os::unix::fs::MetadataExt::ino(&about);
    #[cfg(not(unix))]
    let identity = u64::from(about.is_dir());
    Some((path, deep, identity))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(watching: &mut Watching) -> BTreeSet<String> {
        let changes = watching.next(Some(Instant::now() + Duration::from_secs(20))).unwrap_or_default();
        changes.paths.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn saving_renaming_and_new_folders_are_seen_and_the_rest_is_not() {
        for poll in [None, Some(Duration::from_millis(20))] {
            let dir = tempfile::tempdir().unwrap();
            let root = dir.path().canonicalize().unwrap();
            std::fs::create_dir_all(root.join("docs")).unwrap();
            std::fs::create_dir_all(root.join("dist")).unwrap();
            std::fs::write(root.join("docs/a.md"), "a").unwrap();
            let mut watching = Watching::new(poll).unwrap();
            let watched = [Watched::Folder(root.join("docs")), Watched::File(root.join("site.toml"))];
            let failed = watching.set(&watched, &[root.join("dist")]);
            assert!(failed.is_empty(), "{failed:?}");
            std::fs::write(root.join("dist/x"), "x").unwrap();
            std::fs::write(root.join("other.toml"), "x").unwrap();
            std::fs::write(root.join("docs/a.md"), "another text").unwrap();
            while !wait(&mut watching).contains("a.md") {}
            // As editors do: another file, renamed.
            std::fs::write(root.join("docs/.a.swp"), "a third text").unwrap();
            std::fs::rename(root.join("docs/.a.swp"), root.join("docs/a.md")).unwrap();
            while !wait(&mut watching).contains("a.md") {}
            std::fs::write(root.join("site.draft"), "title = 1").unwrap();
            std::fs::rename(root.join("site.draft"), root.join("site.toml")).unwrap();
            while !wait(&mut watching).contains("site.toml") {}
            std::fs::remove_file(root.join("docs/a.md")).unwrap();
            while !wait(&mut watching).contains("a.md") {}
            assert!(!watching.concerns(&root.join("dist/x")) && !watching.concerns(&root.join("other.toml")));
        }
    }
}

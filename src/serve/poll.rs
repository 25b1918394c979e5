use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, SystemTime};

/// A folder, and whether all below it counts.
pub(super) type Place = (PathBuf, bool);

/// Looks at folders again and again: for file systems that tell nothing, and where the system has no room for more watches.
#[derive(Debug)]
pub(super) struct Poller {
    places: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    places: Vec<Place>,
    seen: Option<BTreeMap<PathBuf, Mark>>,
}

/// What tells two states of a file apart without reading it: when it was changed, its size and its number.
type Mark = (Option<SystemTime>, u64, u64);

impl Poller {
    /// Looks every so often; what differs from the last look goes to `sender`, all of one look together.
    pub fn start(every: Duration, sender: Sender<Vec<PathBuf>>) -> Self {
        let places = Arc::new(Mutex::new(State::default()));
        let watched: Weak<Mutex<State>> = Arc::downgrade(&places);
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(every);
                let Some(state) = watched.upgrade() else { return };
                let changed = look(&mut state.lock().unwrap_or_else(PoisonError::into_inner));
                if !changed.is_empty() && sender.send(changed).is_err() {
                    return;
                }
            }
        });
        Self { places }
    }

    /// Looks at these places from now on.
    pub fn set(&self, places: Vec<Place>) {
        let mut state = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if state.places != places {
            state.places = places;
            state.seen = None;
            look(&mut state);
        }
    }
}

fn look(state: &mut State) -> Vec<PathBuf> {
    let mut now = BTreeMap::new();
    for (path, deep) in &state.places {
        walk(path, *deep, &mut now);
    }
    let Some(before) = state.seen.replace(now) else { return Vec::new() };
    let now = state.seen.as_ref().expect("it was put there just now");
    let other = |(path, mark): &(&PathBuf, &Mark)| before.get(*path) != Some(mark);
    let mut changed: Vec<PathBuf> = now.iter().filter(other).map(|(path, _)| path.clone()).collect();
    changed.extend(before.keys().filter(|path| !now.contains_key(*path)).cloned());
    changed
}

fn walk(folder: &Path, deep: bool, into: &mut BTreeMap<PathBuf, Mark>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        // A link is followed to its file, never to its folder, so that no circle is walked.
        let Ok(about) = path.metadata().or_else(|_| path.symlink_metadata()) else { continue };
        if about.is_dir() {
            if deep && entry.file_type().is_ok_and(|kind| kind.is_dir()) && !is_store(&path) {
                walk(&path, deep, into);
            }
            continue;
        }
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(&about);
        #[cfg(not(unix))]
        let number = 0;
        into.insert(path, (about.modified().ok(), about.len(), number));
    }
}

/// Whether a folder is git's store of objects, which is large and tells nothing that `HEAD` does not.
fn is_store(path: &Path) -> bool {
    path.ends_with("objects") && path.parent().is_some_and(|above| above.join("HEAD").is_file())
}

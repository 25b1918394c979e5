use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use rayon::prelude::*;

use super::journal::{self, Journal, Recovery};
use super::manifest::{FileEntry, Manifest};
use super::rules;
use super::sink::Sink;
use crate::base::{Diagnostic, Digest, Route, media_type};

/// A site that is being written: takes files from any thread, decides at the end.
#[derive(Debug)]
pub struct Stage {
    dir: PathBuf,
    old: Manifest,
    /// What an earlier command had left behind.
    pub recovery: Recovery,
    next: AtomicU64,
    files: Mutex<BTreeMap<String, Staged>>,
    /// Held until the end; the lock goes with it.
    _lock: Option<File>,
}

#[derive(Debug)]
struct Staged {
    entry: FileEntry,
    /// Number of the staged file; `None` if the same bytes are in place already.
    number: Option<u64>,
}

/// Why a folder is not written to.
#[derive(Debug)]
pub struct Refused(pub Box<Diagnostic>);

/// What writing came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// The new site.
    pub manifest: Manifest,
    /// Files that are new.
    pub created: usize,
    /// Files whose bytes changed.
    pub changed: usize,
    /// Files that stayed where they were.
    pub unchanged: usize,
    /// Files that are gone.
    pub deleted: usize,
}

impl Stage {
    /// Opens a folder for writing: recovers what was left behind, takes the lock, refuses a folder of somebody else.
    pub fn open(dir: &Path) -> anyhow::Result<Result<Self, Refused>> {
        std::fs::create_dir_all(dir).with_context(|| format!("cannot make the folder `{}`", dir.display()))?;
        let lock = match lock(dir, File::try_lock)? {
            Ok(lock) => lock,
            Err(refused) => return Ok(Err(refused)),
        };
        let recovery = journal::recover(dir)?;
        let old = match Manifest::read(dir)? {
            Some(old) => old,
            None if is_empty(dir)? => Manifest::default(),
            None => {
                let message = format!("`{}` is not empty and holds no site of Callboard's", dir.display());
                let hint = "empty it, or give another folder with `--output`";
                return Ok(Err(Refused(Box::new(rules::FOREIGN.diagnostic(message).hint(hint)))));
            }
        };
        let new = journal::work_dir(dir).join("new");
        std::fs::create_dir_all(&new).with_context(|| format!("cannot make the folder `{}`", new.display()))?;
        let (next, files) = (AtomicU64::new(0), Mutex::default());
        Ok(Ok(Self { dir: dir.to_owned(), old, recovery, next, files, _lock: lock }))
    }

    /// Makes the staged files the site: decides, moves, deletes what is stale, writes the manifest.
    pub fn commit(self) -> anyhow::Result<Written> {
        let files = self.files.into_inner().expect("no holder of this lock panics");
        let mut written = Written { manifest: Manifest { version: 1, files: BTreeMap::new() }, ..Written::default() };
        let mut journal = Journal { puts: Vec::new(), deletes: Vec::new(), manifest: Manifest::default() };
        for (path, staged) in files {
            match (staged.number, self.old.files.contains_key(&path)) {
                (None, _) => written.unchanged += 1,
                (Some(_), true) => written.changed += 1,
                (Some(_), false) => written.created += 1,
            }
            journal.puts.extend(staged.number.map(|number| (number, path.clone())));
            written.manifest.files.insert(path, staged.entry);
        }
        journal.deletes =
            self.old.files.keys().filter(|path| !written.manifest.files.contains_key(*path)).cloned().collect();
        written.deleted = journal.deletes.len();
        if journal.puts.is_empty() && journal.deletes.is_empty() && written.manifest == self.old {
            journal::recover(&self.dir)?;
            return Ok(written);
        }
        journal.manifest = written.manifest.clone();
        journal::decide(&self.dir, &journal)?;
        journal::apply(&self.dir, &journal)?;
        Ok(written)
    }

    /// Throws the staged files away; the old site stands.
    pub fn abandon(self) -> anyhow::Result<()> {
        journal::recover(&self.dir).map(drop)
    }
}

impl Sink for Stage {
    fn put(&self, route: &Route, bytes: &[u8]) -> anyhow::Result<Option<Diagnostic>> {
        let path = route.output_path();
        let entry = FileEntry {
            digest: Digest::of_bytes(bytes),
            size: bytes.len() as u64,
            media_type: media_type(&path).to_owned(),
        };
        {
            let mut files = self.files.lock().expect("no holder of this lock panics");
            if files.contains_key(&path) {
                return Ok(Some(rules::TWICE.diagnostic(format!("two files claim `/{path}`"))));
            }
            files.insert(path.clone(), Staged { entry: entry.clone(), number: None });
        }
        // The bytes in place decide, not the old manifest: a file that somebody changed is put right.
        let in_place = self.old.files.get(&path).is_some_and(|old| *old == entry)
            && std::fs::read(self.dir.join(&path)).is_ok_and(|there| there == bytes);
        if !in_place {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let staged = journal::staged(&self.dir, number);
            std::fs::write(&staged, bytes).with_context(|| format!("cannot write `{}`", staged.display()))?;
            self.files
                .lock()
                .expect("no holder of this lock panics")
                .insert(path, Staged { entry, number: Some(number) });
        }
        Ok(None)
    }

    fn keep(&self, manifest: &Manifest) -> bool {
        if self.old != *manifest {
            return false;
        }
        let is_there = |(path, entry): (&String, &FileEntry)| {
            std::fs::read(self.dir.join(path)).is_ok_and(|bytes| Digest::of_bytes(&bytes) == entry.digest)
        };
        if !manifest.files.par_iter().all(is_there) {
            return false;
        }
        let staged =
            |(path, entry): (&String, &FileEntry)| (path.clone(), Staged { entry: entry.clone(), number: None });
        *self.files.lock().expect("no holder of this lock panics") = manifest.files.iter().map(staged).collect();
        true
    }
}

/// A site that is being read: no command writes it while this lives.
#[derive(Debug)]
pub struct Held {
    /// What an earlier command had left behind.
    pub recovery: Recovery,
    _lock: Option<File>,
}

/// Takes the lock of a folder for reading it, which several may do, and recovers what was left behind; refused while another command writes it.
pub fn hold(dir: &Path) -> anyhow::Result<Result<Held, Refused>> {
    // Recovering writes, so it needs the folder alone. Where others read already, the first of them has recovered.
    let recovery = match lock(dir, File::try_lock)? {
        Ok(_alone) => journal::recover(dir)?,
        Err(_shared) => Recovery::Nothing,
    };
    Ok(lock(dir, File::try_lock_shared)?.map(|lock| Held { recovery, _lock: lock }))
}

/// Locks the folder itself, so that no lock file is left in the site.
fn lock(dir: &Path, take: fn(&File) -> Result<(), TryLockError>) -> anyhow::Result<Result<Option<File>, Refused>> {
    if !cfg!(unix) {
        return Ok(Ok(None));
    }
    let folder = File::open(dir).with_context(|| format!("cannot open the folder `{}`", dir.display()))?;
    let mut tried = take(&folder);
    for _ in 0..10 {
        if !matches!(tried, Err(TryLockError::WouldBlock)) {
            break;
        }
        // A program that another thread is just starting has a copy of every lock until it runs.
        std::thread::sleep(Duration::from_millis(10));
        tried = take(&folder);
    }
    match tried {
        Ok(()) => Ok(Ok(Some(folder))),
        Err(TryLockError::WouldBlock) => {
            let busy = rules::BUSY.diagnostic(format!("another command is writing `{}`", dir.display()));
            Ok(Err(Refused(Box::new(busy.hint("wait for it, or give another folder with `--output`")))))
        }
        // A file system without locks: two builds at once are then the user's to avoid.
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(Ok(None)),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock `{}`", dir.display())),
    }
}

fn is_empty(dir: &Path) -> anyhow::Result<bool> {
    let mut entries = std::fs::read_dir(dir).with_context(|| format!("cannot read the folder `{}`", dir.display()))?;
    Ok(entries.next().is_none())
}

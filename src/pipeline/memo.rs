use std::any::Any;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use anyhow::Context;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::segment::{Segment, SegmentWriter};
use crate::base::Digest;

/// Segments are merged when there are more than this many, or when more than half of their bytes are of no use.
const MOST_SEGMENTS: usize = 6;

/// What can be remembered, on disk and in memory.
pub trait Product: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {}

impl<P: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> Product for P {}

/// Products by the digest of their jobs, across builds.
///
/// On disk: a few append-only segments, each written whole and then named, so that a killed build loses only its own
/// products. What the last build did not use goes with the next merge, so the memo cannot grow without end. A process that builds
/// again and again has one in memory instead.
#[derive(Debug)]
pub struct Memo {
    dir: Option<PathBuf>,
    segments: Vec<Segment>,
    /// Where each known product lies: index of the segment.
    known: BTreeMap<Digest, usize>,
    fresh: Mutex<Option<SegmentWriter>>,
    used: Mutex<BTreeSet<Digest>>,
    hits: AtomicU64,
    misses: AtomicU64,
    /// Products in memory, instead of on disk.
    resident: Option<RwLock<HashMap<Digest, Resident>>>,
    /// Nothing is swept: the build did not ask for all that it stands for.
    keep: AtomicBool,
}

impl Memo {
    /// A memo that remembers nothing, for builds that must be cold.
    pub fn forgetful() -> Self {
        Self {
            dir: None,
            segments: Vec::new(),
            known: BTreeMap::new(),
            fresh: Mutex::default(),
            used: Mutex::default(),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            resident: None,
            keep: AtomicBool::new(false),
        }
    }

    /// A memo in memory, for the life of a process.
    pub fn in_memory() -> Self {
        Self { resident: Some(RwLock::default()), ..Self::forgetful() }
    }

    /// Whether anything is remembered.
    pub fn remembers(&self) -> bool {
        self.dir.is_some() || self.resident.is_some()
    }

    /// Counts a product that was made because nothing is remembered.
    pub fn miss(&self) {
        self.misses.fetch_add(1, Ordering::Relaxed);
    }

    /// Forgets what is in memory and was not asked for since this was called last.
    pub fn sweep(&self) {
        if let Some(resident) = &self.resident {
            let mut products = resident.write().unwrap_or_else(PoisonError::into_inner);
            products.retain(|_, product| product.used.swap(false, Ordering::Relaxed));
        }
    }

    fn at_hand<P: Product>(&self, key: &Digest) -> Option<P> {
        let products = self.resident.as_ref()?.read().unwrap_or_else(PoisonError::into_inner);
        let product = products.get(key)?;
        product.used.store(true, Ordering::Relaxed);
        product.value.downcast_ref::<P>().cloned()
    }

    /// Opens the memo in a folder, which is made when it is not there. Segments that cannot be read are dropped.
    pub fn open(dir: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(dir).with_context(|| format!("cannot make the folder `{}`", dir.display()))?;
        let mut names = Vec::new();
        for entry in std::fs::read_dir(dir).with_context(|| format!("cannot read the folder `{}`", dir.display()))? {
            let path = entry?.path();
            match path.extension().and_then(|ending| ending.to_str()) {
                Some("pack") => names.push(path),
                // A build that died left it; one that is running writes on through its open file and cannot name it.
                Some("draft") if is_old(&path) => drop(std::fs::remove_file(&path)),
                _ => {}
            }
        }
        names.sort();
        let mut memo = Self { dir: Some(dir.to_owned()), ..Self::forgetful() };
        for path in names {
            match Segment::open(&path) {
                Some(segment) => {
                    memo.known.extend(segment.keys().map(|key| (*key, memo.segments.len())));
                    memo.segments.push(segment);
                }
                None => drop(std::fs::remove_file(&path)),
            }
        }
        Ok(memo)
    }

    /// The product of a job, if it is remembered and still readable.
    pub fn get<P: Product>(&self, key: &Digest) -> Option<P> {
        if let Some(product) = self.at_hand(key) {
            self.hits.fetch_add(1, Ordering::Relaxed);
            return Some(product);
        }
        let found = self.known.get(key).and_then(|segment| self.segments[*segment].read(key));
        let product = found.and_then(|bytes| postcard::from_bytes(&bytes).ok());
        let counter = if product.is_some() { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        if product.is_some() {
            self.used.lock().expect("no holder of this lock panics").insert(*key);
        }
        product
    }

    /// Remembers a product. A memo that cannot be written remembers nothing: that costs time, not the build.
    pub fn put<P: Product>(&self, key: Digest, product: &P) {
        if let Some(resident) = &self.resident {
            let product = Resident { value: Arc::new(product.clone()), used: AtomicBool::new(true) };
            resident.write().unwrap_or_else(PoisonError::into_inner).insert(key, product);
        }
        let Some(dir) = &self.dir else { return };
        let Ok(bytes) = postcard::to_stdvec(product) else { return };
        let mut fresh = self.fresh.lock().expect("no holder of this lock panics");
        if fresh.is_none() {
            *fresh = SegmentWriter::create(dir).ok();
        }
        if fresh.as_mut().is_some_and(|writer| writer.append(key, &bytes).is_err()) {
            *fresh = None;
        }
    }

    /// How many products were remembered, and how many had to be made.
    pub fn counts(&self) -> (u64, u64) {
        (self.hits.load(Ordering::Relaxed), self.misses.load(Ordering::Relaxed))
    }

    /// Sweeps nothing this time: the whole site was remembered, and so its parts were not asked for.
    pub fn keep_all(&self) {
        self.keep.store(true, Ordering::Relaxed);
    }

    /// Writes what is new and sweeps what this build did not use.
    pub fn close(self) -> anyhow::Result<()> {
        let Some(dir) = self.dir else { return Ok(()) };
        if self.keep.into_inner() {
            return Ok(());
        }
        let used = self.used.into_inner().expect("no holder of this lock panics");
        let fresh = self.fresh.into_inner().expect("no holder of this lock panics");
        let live: u64 = self
            .segments
            .iter()
            .flat_map(super::segment::Segment::sizes)
            .filter(|(key, _)| used.contains(key))
            .map(|(_, size)| size)
            .sum();
        let total: u64 = self.segments.iter().flat_map(super::segment::Segment::sizes).map(|(_, size)| size).sum();
        let crowded = self.segments.len() + usize::from(fresh.is_some()) > MOST_SEGMENTS;
        if !crowded && live * 2 >= total {
            return fresh.map_or(Ok(()), |writer| writer.finish(&dir));
        }
        let mut writer = match fresh {
            Some(writer) => writer,
            None => SegmentWriter::create(&dir)?,
        };
        for segment in &self.segments {
            for key in segment.keys().filter(|key| used.contains(key)) {
                if let Some(bytes) = segment.read(key).filter(|_| !writer.has(key)) {
                    writer.append(*key, &bytes)?;
                }
            }
        }
        writer.finish(&dir)?;
        for segment in self.segments {
            segment.remove();
        }
        Ok(())
    }
}

/// A product in memory, and whether it was asked for lately.
#[derive(Debug)]
struct Resident {
    value: Arc<dyn Any + Send + Sync>,
    used: AtomicBool,
}

fn is_old(path: &Path) -> bool {
    let age = std::fs::metadata(path).and_then(|metadata| metadata.modified()).map(|time| time.elapsed());
    matches!(age, Ok(Ok(age)) if age.as_secs() > 3600)
}

/// Makes the folder's own mark: caches that back-up programs skip.
pub fn mark_as_cache(dir: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(dir)?;
    let tag = dir.join("CACHEDIR.TAG");
    if tag.exists() {
        return Ok(());
    }
    File::create(tag)?
        .write_all(b"Signature: 8a477f597d28d172789f06886806bc55\n# Made by Callboard; can be deleted at any time.\n")
}

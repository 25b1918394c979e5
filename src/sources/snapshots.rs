use std::io::{Read, Write};
use std::path::PathBuf;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use super::finding::printable;
use super::reading::{HarvestEvent, Reading, many};
use super::rules::{BAD_SNAPSHOT, STALE, STORE_UNREADABLE};
use super::slot::{sealed, unsealed, write_whole};
use super::snapshot_pack::{open, pack};
use super::{Snapshot, SourceOptions};
use crate::base::{Diagnostic, Digest, Limits, Outcome};
use crate::net::{Headers, Store, StoreError, StoreOptions, StoreUrl};

/// Which pack is a repository's latest, `repositories/NAME.json`; the pack itself is `packs/DIGEST`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Pointer {
    /// Version of this format: 1.
    version: u32,
    /// Digest of the pack before compression.
    pack: Digest,
    /// The one before; it stays until the next one comes, for builds that are reading it.
    previous: Option<Digest>,
    /// Time of its commit, seconds since 1970.
    time: Option<i64>,
}

/// Largest pointer in bytes.
const POINTER: u64 = 4096;

/// What storing a snapshot came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredSnapshot {
    /// It is the repository's latest now.
    Stored {
        /// Digest of the pack.
        digest: Digest,
        /// Bytes that were sent.
        bytes: usize,
    },
    /// It was there already.
    Unchanged,
    /// The store has one of a later commit.
    Overtaken,
}

/// Stores a snapshot by its digest, with the findings of its harvest, and makes it the repository's latest, unless the store
/// has one of a later commit and `force` is not set.
pub fn store_snapshot(
    store: &Store,
    snapshot: &Snapshot,
    findings: &[Diagnostic],
    limits: &Limits,
    force: bool,
) -> anyhow::Result<StoredSnapshot> {
    let name = &snapshot.origin.name;
    let own: Vec<Diagnostic> =
        findings.iter().filter(|finding| finding.subject.as_ref() == Some(name)).cloned().collect();
    let bytes = pack(snapshot, &own, limits)?;
    let digest = Digest::of_bytes(&bytes);
    let key = format!("repositories/{}.json", slug(name));
    let time = snapshot.origin.revision.as_ref().map(|revision| revision.time);
    let mut sent = None;
    // Somebody else may write the pointer between reading and writing it; then what is there now decides.
    for _ in 0..5 {
        let there = store.read(&key, POINTER)?;
        let known = there.as_ref().and_then(|object| serde_json::from_slice::<Pointer>(&object.bytes).ok());
        if known.as_ref().is_some_and(|known| known.pack == digest) {
            return Ok(StoredSnapshot::Unchanged);
        }
        if !force && known.as_ref().and_then(|known| known.time) > time {
            return Ok(StoredSnapshot::Overtaken);
        }
        if sent.is_none() {
            sent = Some(send(store, &digest, &bytes)?);
        }
        let pointer = Pointer { version: 1, pack: digest, previous: known.as_ref().map(|known| known.pack), time };
        let version = there.as_ref().map(|object| &object.version);
        match write(store, &key, serde_json::to_vec(&pointer)?, version) {
            Ok(()) => {
                let old = known.and_then(|known| known.previous).filter(|old| *old != digest);
                if let Some(old) = old {
                    store.delete(&[format!("packs/{old}")])?;
                }
                return Ok(StoredSnapshot::Stored { digest, bytes: sent.unwrap_or(0) });
            }
            Err(StoreError::Changed(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    anyhow::bail!("the snapshot of `{}` is written by others all the time", printable(name))
}

/// Sends a pack; gives the bytes that it took.
fn send(store: &Store, digest: &Digest, bytes: &[u8]) -> anyhow::Result<usize> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes)?;
    let packed = packer.finish()?;
    let sent = packed.len();
    let headers = Headers { content_type: Some("application/gzip".to_owned()), ..Headers::default() };
    store.write(&format!("packs/{digest}"), packed, &headers)?;
    Ok(sent)
}

fn write(store: &Store, key: &str, bytes: Vec<u8>, version: Option<&crate::net::Version>) -> Result<(), StoreError> {
    let headers = Headers {
        content_type: Some("application/json".to_owned()),
        cache_control: Some("no-cache".to_owned()),
        ..Headers::default()
    };
    match store.swap(key, bytes.clone(), &headers, version) {
        Err(StoreError::Unsupported) => store.write(key, bytes, &headers),
        other => other.map(drop),
    }
}

/// A name as one part of a key: readable, in the order of the names, never two names in one.
fn slug(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    let readable: String = name.chars().map(plain).take(80).collect();
    format!("{readable}~{}", Digest::of_bytes(name.as_bytes()).short(8))
}

/// Reads the latest snapshots of all repositories in a store, several at a time, in byte order of their names. What the
/// cache has is not fetched again; when the store cannot be read the cache stands in, marked stale.
pub(super) fn read_snapshots(
    reading: &Reading<'_>,
    name: &str,
    url: &StoreUrl,
    options: &StoreOptions,
    defaults: &SourceOptions,
) -> Outcome<Vec<Snapshot>> {
    let shelf = Packs::new(reading, url);
    let mut outcome = Outcome::<Vec<Snapshot>>::default();
    let is_local = url.kind == crate::net::StoreKind::Directory;
    let asked = if reading.options.offline && !is_local {
        Err(None)
    } else {
        (reading.progress)(HarvestEvent::Fetching { name });
        Store::open(url, options).and_then(|store| Ok((pointers(&store, reading)?, store))).map_err(Some)
    };
    let (pointers, store, stale) = match asked {
        Ok((pointers, store)) => {
            shelf.keep(&pointers);
            (pointers, Some(store), None)
        }
        Err(error) => {
            let why = error.map_or_else(|| "the build is offline".to_owned(), |error| error.to_string());
            let kept = shelf.kept();
            let message = format!("`{name}` could not be read: {why}");
            let finding = if kept.is_some() { STALE.diagnostic(message) } else { STORE_UNREADABLE.diagnostic(message) };
            if kept.is_none() || !reading.options.offline {
                outcome.diagnostics.push(finding.about(name));
            }
            (kept.unwrap_or_default(), None, Some(why))
        }
    };
    if pointers.is_empty() && stale.is_none() {
        let message = format!("`{name}` holds no snapshots");
        let hint = "run `callboard harvest --publish` in the repositories' own CI";
        outcome.diagnostics.push(STORE_UNREADABLE.diagnostic(message).about(name).hint(hint));
    }
    let indices: Vec<usize> = (0..pointers.len()).collect();
    let mut read = many(&indices, reading.options.fetches, |index| {
        let (key, pointer) = &pointers[index];
        (index, shelf.snapshot(store.as_ref(), pointer.as_ref()).map_err(|why| (key.clone(), why)))
    });
    read.sort_by_key(|(index, _)| *index);
    for (_, one) in read {
        match one {
            Ok((mut snapshot, findings)) => {
                if !reading.options.offline {
                    snapshot.stale.clone_from(&stale);
                }
                if !defaults.entity_files.is_empty() {
                    snapshot.entity_files.clone_from(&defaults.entity_files);
                }
                outcome.diagnostics.extend(findings);
                outcome.value.push(snapshot);
            }
            Err((key, why)) => {
                let message =
                    format!("the snapshot `{}` of `{name}` is left out: {}", printable(&key), printable(&why));
                outcome.diagnostics.push(BAD_SNAPSHOT.diagnostic(message).about(name));
            }
        }
    }
    outcome
}

/// The pointers of a store by key. One that cannot be read is left to be told as a snapshot that cannot.
fn pointers(store: &Store, reading: &Reading<'_>) -> Result<Vec<(String, Option<Pointer>)>, StoreError> {
    let mut keys: Vec<String> = store.list("repositories")?.into_iter().map(|(key, _)| key).collect();
    keys.retain(|key| key.ends_with(".json"));
    let indices: Vec<usize> = (0..keys.len()).collect();
    let mut read = many(&indices, reading.options.fetches, |index| (index, store.read(&keys[index], POINTER)));
    read.sort_by_key(|(index, _)| *index);
    let mut found = Vec::with_capacity(keys.len());
    for ((_, object), key) in read.into_iter().zip(keys) {
        match object {
            Ok(object) => found.push((key, object.and_then(|object| serde_json::from_slice(&object.bytes).ok()))),
            Err(StoreError::TooLarge { .. }) => found.push((key, None)),
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// The packs of one store in the cache.
struct Packs<'a> {
    folder: PathBuf,
    limits: &'a Limits,
}

impl<'a> Packs<'a> {
    fn new(reading: &'a Reading<'_>, url: &StoreUrl) -> Self {
        let name = Digest::of("snapshots", &url.to_string()).short(16);
        Self { folder: reading.options.cache_dir.join("snapshots").join(name), limits: reading.limits }
    }

    /// Remembers what the store's latest snapshots are, and drops packs that are none of them.
    fn keep(&self, pointers: &[(String, Option<Pointer>)]) {
        if let Ok(bytes) = postcard::to_allocvec(pointers) {
            // A cache that cannot be written costs time, not the build.
            write_whole(&self.folder.join("latest"), &sealed(bytes)).ok();
        }
        let known: Vec<String> = pointers.iter().filter_map(|(_, p)| Some(p.as_ref()?.pack.to_string())).collect();
        for entry in std::fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.len() == 64 && !known.contains(&name) {
                std::fs::remove_file(entry.path()).ok();
            }
        }
    }

    fn kept(&self) -> Option<Vec<(String, Option<Pointer>)>> {
        unsealed(&std::fs::read(self.folder.join("latest")).ok()?)
    }

    fn snapshot(
        &self,
        store: Option<&Store>,
        pointer: Option<&Pointer>,
    ) -> Result<(Snapshot, Vec<Diagnostic>), String> {
        let pointer = pointer.filter(|pointer| pointer.version == 1).ok_or("nothing tells which it is")?;
        let path = self.folder.join(pointer.pack.to_string());
        if !path.is_file() {
            let store = store.ok_or("the cache does not have it")?;
            self.fetch(store, &pointer.pack, &path)?;
        }
        open(path, self.limits)
    }

    fn fetch(&self, store: &Store, digest: &Digest, path: &std::path::Path) -> Result<(), String> {
        // A little more than its files may be: the head, and what compression cannot make smaller.
        let most = self.limits.bytes_per_repository.saturating_mul(2).max(1 << 20);
        let object = store.read(&format!("packs/{digest}"), most).map_err(|error| error.to_string())?;
        let object = object.ok_or("its pack is not in the store")?;
        let mut bytes = Vec::new();
        let unpacked = GzDecoder::new(object.bytes.as_slice()).take(most).read_to_end(&mut bytes);
        unpacked.map_err(|error| format!("it is not compressed as it should be: {error}"))?;
        if Digest::of_bytes(&bytes) != *digest {
            return Err("it is not what its digest says".to_owned());
        }
        write_whole(path, &bytes).map_err(|error| format!("the cache cannot be written: {error}"))
    }
}

//! One snapshot as bytes: a line that says what it is, its head as one line of JSON, and the contents of its files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::finding::Findings;
use super::rules::RULES;
use super::tree::Blobs;
use super::{LastChange, Origin, RepoTree, Snapshot, TreeFile};
use crate::base::{Diagnostic, Digest, Limits, RelPath};

const MARK: &str = "callboard snapshot 1\n";

/// Largest head: paths and last changes of the most files that a repository may have.
const HEAD: u64 = 256 << 20;

/// What is said of a snapshot before its contents.
#[derive(Serialize, Deserialize)]
struct Head {
    origin: Origin,
    entity_files: Vec<String>,
    findings: Findings,
    /// Size and digest by path; no digest: the file is too large for any use, and its content is not there.
    files: BTreeMap<RelPath, (u64, Option<Digest>)>,
    last_changes: Option<BTreeMap<RelPath, LastChange>>,
}

/// Puts a snapshot into bytes. Equal snapshots give equal bytes.
pub(super) fn pack(snapshot: &Snapshot, findings: &[Diagnostic], limits: &Limits) -> anyhow::Result<Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut contents = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for (path, file) in snapshot.tree.files() {
        if file.size > limits.asset_bytes {
            files.insert(path.clone(), (file.size, None));
            continue;
        }
        let bytes = snapshot.tree.read(path, (limits.asset_bytes, "asset_bytes"))?;
        let digest = Digest::of_bytes(&bytes);
        files.insert(path.clone(), (file.size, Some(digest)));
        // A content that several files have is there once.
        if seen.insert(digest) {
            contents.extend(bytes);
        }
    }
    let mut kept = Findings::default();
    for finding in findings {
        if let Some(rule) = RULES.iter().find(|rule| rule.code == finding.code) {
            let path = finding.place.as_ref().map_or("", |place| place.path.as_str());
            kept.add(rule, path, finding.message.clone());
        }
    }
    let head = Head {
        origin: snapshot.origin.clone(),
        entity_files: snapshot.entity_files.clone(),
        findings: kept,
        files,
        last_changes: snapshot.tree.last_changes(),
    };
    let mut bytes = MARK.as_bytes().to_vec();
    serde_json::to_writer(&mut bytes, &head)?;
    bytes.write_all(b"\n")?;
    bytes.extend(contents);
    Ok(bytes)
}

/// The snapshot that lies in a file. Whoever wrote it is trusted no more than a repository: `Err` is what is wrong with it.
pub(super) fn open(path: PathBuf, limits: &Limits) -> Result<(Snapshot, Vec<Diagnostic>), String> {
    let failed = |error: std::io::Error| format!("it cannot be read: {error}");
    let mut reader = std::io::BufReader::new(File::open(&path).map_err(failed)?);
    let mut mark = vec![0; MARK.len()];
    reader.read_exact(&mut mark).map_err(failed)?;
    if mark != MARK.as_bytes() {
        return Err("it is no snapshot of a version that is known".to_owned());
    }
    let mut line = Vec::new();
    reader.by_ref().take(HEAD).read_until(b'\n', &mut line).map_err(failed)?;
    let head: Head = serde_json::from_slice(&line).map_err(|error| format!("its head is broken: {error}"))?;
    judge_origin(&head.origin)?;
    if head.files.len() as u64 > limits.files_per_repository {
        return Err("it has more files than `limits.files_per_repository`".to_owned());
    }
    let mut at = (MARK.len() + line.len()) as u64;
    let (mut files, mut places, mut room) = (BTreeMap::new(), BTreeMap::new(), limits.bytes_per_repository);
    for (path, (size, digest)) in head.files {
        if path.is_root() || path.parts().any(|part| part.eq_ignore_ascii_case(".git")) {
            return Err("it has a file that no repository has".to_owned());
        }
        let identity = match digest {
            None => Digest::of("unread file", &(size, path.as_str())),
            Some(digest) => {
                room = room.checked_sub(size).ok_or("it has more bytes than `limits.bytes_per_repository`")?;
                let place = places.entry(digest).or_insert_with(|| {
                    at += size;
                    (at - size, size)
                });
                if place.1 != size {
                    return Err("it has one content with two sizes".to_owned());
                }
                digest
            }
        };
        files.insert(path, TreeFile { size, identity });
    }
    let last_changes =
        head.last_changes.map(|changes| changes.into_iter().filter(|(path, _)| files.contains_key(path)).collect());
    let diagnostics = head.findings.report(&head.origin.name, &head.origin.label());
    let tree = RepoTree::new(files, std::sync::Arc::new(Packed { path, places, last_changes }));
    Ok((Snapshot { origin: head.origin, tree, entity_files: head.entity_files, stale: None }, diagnostics))
}

/// What a harvest makes, and nothing that would be shown or linked otherwise.
fn judge_origin(origin: &Origin) -> Result<(), String> {
    let plain = |text: &str, most: usize| !text.is_empty() && text.len() <= most && !text.chars().any(char::is_control);
    if !plain(&origin.name, 1000) {
        return Err("its repository has no proper name".to_owned());
    }
    if let Some(revision) = &origin.revision {
        let is_id =
            matches!(revision.commit.len(), 40 | 64) && revision.commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_id || !revision.branch.as_deref().is_none_or(|branch| plain(branch, 1000)) {
            return Err("its commit is none".to_owned());
        }
    }
    if let Some(web) = &origin.web {
        let is_web = crate::net::Address::parse(&web.url).is_ok_and(|address| address.scheme.is_web());
        let is_plain =
            web.url.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | '`' | '\\'));
        if !is_web || !is_plain || web.url.len() > 2000 || !plain(&web.branch, 1000) {
            return Err("its address on its host is none".to_owned());
        }
    }
    Ok(())
}

/// Contents of a pack on disk.
#[derive(Debug)]
struct Packed {
    path: PathBuf,
    /// Where each content begins, and its bytes.
    places: BTreeMap<Digest, (u64, u64)>,
    last_changes: Option<BTreeMap<RelPath, LastChange>>,
}

impl Blobs for Packed {
    fn read(&self, _: &RelPath, file: &TreeFile) -> Result<Vec<u8>, String> {
        let (start, size) = *self.places.get(&file.identity).ok_or("its content is not in the snapshot")?;
        let read = || -> std::io::Result<Vec<u8>> {
            let mut pack = File::open(&self.path)?;
            pack.seek(SeekFrom::Start(start))?;
            let mut bytes = Vec::new();
            pack.take(size).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = read().map_err(|error| error.to_string())?;
        // Products are remembered by the digest, so other bytes under it would be remembered too.
        if Digest::of_bytes(&bytes) == file.identity { Ok(bytes) } else { Err("the snapshot is damaged".to_owned()) }
    }

    fn has_history(&self) -> bool {
        self.last_changes.is_some()
    }

    fn last_changes(&self, _: &BTreeMap<RelPath, TreeFile>) -> Option<BTreeMap<RelPath, LastChange>> {
        self.last_changes.clone()
    }
}

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::list::{Files, LARGEST, List, MANIFEST_KEY, Sent, base_key, digest, is_base, is_inside, stored, unpacked};
use crate::base::Digest;
use crate::net::{Headers, Store, StoreError, Version};

/// The store's manifest. It is small, for every publish writes it twice: most of the list of files is an object of its own,
/// the base, which is named by its digest and never changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RemoteManifest {
    /// Version of this format: 2. In version 1 there was no base: `files` was the list.
    pub(super) version: u32,
    /// Which run wrote it.
    pub(super) id: String,
    /// Digest of the site's own manifest; none while a first publish is under way.
    pub(super) site: Option<Digest>,
    /// `--sequence` of the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sequence: Option<u64>,
    /// The store takes conditions and ignores them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) unconditional: bool,
    /// The site's files.
    #[serde(flatten)]
    pub(super) list: List,
    /// Files that are no longer part of the site but may be in use.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) retired: BTreeMap<String, Retired>,
    /// A publish that is under way, or was cut off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) claim: Option<Claim>,
}

/// A file that will be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Retired {
    /// Since when, seconds since 1970.
    pub(super) since: i64,
    /// What it is; none if nothing tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sent: Option<Sent>,
}

/// Who writes, and what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claim {
    /// Digest of the site that is being published.
    pub(super) site: Digest,
    /// When it began, seconds since 1970 by the publisher's clock.
    pub(super) began: i64,
    /// When it was last found to be alive.
    pub(super) renewed: i64,
    /// Files that may differ from what the list says.
    pub(super) writes: BTreeSet<String>,
}

/// What was found in the store.
#[derive(Debug, Default)]
pub(super) struct Remote {
    /// The manifest; empty if there is none.
    pub(super) manifest: RemoteManifest,
    /// The whole list of files.
    pub(super) files: Files,
    /// The base of the list, where it was read: not when the list is that of the site.
    base: Files,
    /// The manifest's version, for replacing it and nothing else.
    pub(super) version: Option<Version>,
    /// When it was written, seconds since 1970.
    pub(super) modified: i64,
    /// Keys that are there although no list tells of them.
    pub(super) listed: BTreeSet<String>,
}

impl Remote {
    /// Reads the manifest, and its base if the list is another one than that of the site's `files`. Where there is none that can
    /// be read: what a listing tells.
    pub(super) fn read(store: &Store, files: &Files) -> Result<Self, StoreError> {
        let mut remote = Self::of_manifest(store)?;
        let list = &remote.manifest.list;
        if list.digest.is_some_and(|known| known == digest(files)) {
            remote.files = files.clone();
            return Ok(remote);
        }
        if remote.manifest.version > 0 {
            if let Some(base) = list.read_base(store)? {
                let files = list.whole(&base);
                if list.digest.is_none_or(|known| known == digest(&files)) {
                    (remote.base, remote.files) = (base, files);
                    return Ok(remote);
                }
            }
            // The rest of the manifest still tells who writes, which site is newer, and what is to go.
            let lost = std::mem::take(&mut remote.manifest.list);
            let retired = Retired { since: remote.modified, sent: None };
            remote.manifest.retired.extend(lost.base.map(|base| (base_key(&base), retired)));
            remote.manifest.site = None;
        }
        let listed = store.list("")?.into_iter().map(|(key, _)| key);
        remote.listed = listed.filter(|key| key != MANIFEST_KEY && !is_base(key)).collect();
        Ok(remote)
    }

    /// Reads the manifest alone; its version is 0 if there is none that can be read.
    pub(super) fn of_manifest(store: &Store) -> Result<Self, StoreError> {
        let mut remote = Self::default();
        if let Some(object) = store.read(MANIFEST_KEY, LARGEST)? {
            remote.version = Some(object.version);
            remote.modified = object.modified;
            remote.manifest = parse(&object.bytes).unwrap_or_default();
        }
        Ok(remote)
    }

    /// How the next manifest tells a list of files.
    pub(super) fn list_of(&self, files: &Files) -> List {
        let list = &self.manifest.list;
        if list.digest == Some(digest(files)) { list.clone() } else { List::new(files, list.base, &self.base) }
    }

    /// What is known to be stored under a key.
    pub(super) fn stands(&self, key: &str) -> Option<&Sent> {
        if self.manifest.claim.as_ref().is_some_and(|claim| claim.writes.contains(key)) {
            return None;
        }
        let retired = || self.manifest.retired.get(key).and_then(|retired| retired.sent.as_ref());
        self.files.get(key).or_else(retired)
    }

    /// Whether something is there under a key, whatever it is.
    pub(super) fn exists(&self, key: &str) -> bool {
        self.files.contains_key(key) || self.manifest.retired.contains_key(key) || self.listed.contains(key)
    }
}

impl RemoteManifest {
    /// Bytes and headers to be stored.
    pub(super) fn to_object(&self, store: &Store) -> std::io::Result<(Vec<u8>, Headers)> {
        let mut bytes = serde_json::to_vec(self)?;
        bytes.push(b'\n');
        stored(bytes, "no-cache", store)
    }
}

/// A manifest; `None` if it is none, or names keys outside.
fn parse(bytes: &[u8]) -> Option<RemoteManifest> {
    let manifest: RemoteManifest = serde_json::from_slice(&unpacked(bytes)?).ok()?;
    let claimed = manifest.claim.iter().flat_map(|claim| &claim.writes);
    let mut keys = manifest.list.changes.keys().chain(manifest.retired.keys()).chain(claimed);
    (matches!(manifest.version, 1 | 2) && keys.all(|key| is_inside(key))).then_some(manifest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::rewrite::packed;

    #[test]
    fn a_manifest_that_names_keys_outside_is_none() {
        let text = |key: &str| {
            format!(r#"{{"version":1,"id":"x","site":null,"files":{{"{key}":{{"digest":"d","size":1}}}}}}"#)
        };
        assert!(parse(text("a/b").as_bytes()).is_some());
        assert_eq!(parse(&packed(text("a/b").as_bytes()).unwrap()), parse(text("a/b").as_bytes()));
        for bad in ["../a", "/a", "", "a//b", MANIFEST_KEY] {
            assert!(parse(text(bad).as_bytes()).is_none(), "{bad}");
        }
        assert!(parse(b"<html>").is_none() && parse(b"\x1f\x8bx").is_none());
    }
}

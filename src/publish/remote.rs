use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use flate2::read::GzDecoder;
use serde::{Deserialize, Serialize};

use super::rewrite::packed;
use super::site::Sent;
use crate::base::{Digest, RelPath};
use crate::net::{Headers, Store, StoreError, Version};

/// Key of the store's manifest.
pub const MANIFEST_KEY: &str = crate::output::MANIFEST;

/// Most bytes of a manifest, packed and unpacked: millions of files.
const LARGEST: u64 = 1 << 30;

/// The store's manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RemoteManifest {
    /// Version of this format: 1.
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
    pub(super) files: BTreeMap<String, Sent>,
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
    /// Files that may differ from what `files` says.
    pub(super) writes: BTreeSet<String>,
}

/// What was found in the store.
#[derive(Debug, Default)]
pub(super) struct Remote {
    /// The manifest; empty if there is none.
    pub(super) manifest: RemoteManifest,
    /// Its version, for replacing it and nothing else.
    pub(super) version: Option<Version>,
    /// When it was written, seconds since 1970.
    pub(super) modified: i64,
    /// Keys that are there although no manifest tells of them.
    pub(super) listed: BTreeSet<String>,
}

impl Remote {
    /// Reads the manifest, or, where there is none that can be read, what a listing tells.
    pub(super) fn read(store: &Store) -> Result<Self, StoreError> {
        let mut remote = Self::default();
        if let Some(object) = store.read(MANIFEST_KEY, LARGEST)? {
            remote.version = Some(object.version);
            remote.modified = object.modified;
            if let Some(manifest) = parse(&object.bytes) {
                remote.manifest = manifest;
                return Ok(remote);
            }
        }
        let listed = store.list("")?.into_iter().map(|(key, _)| key);
        remote.listed = listed.filter(|key| key != MANIFEST_KEY).collect();
        Ok(remote)
    }

    /// What is known to be stored under a key.
    pub(super) fn stands(&self, key: &str) -> Option<&Sent> {
        if self.manifest.claim.as_ref().is_some_and(|claim| claim.writes.contains(key)) {
            return None;
        }
        let retired = || self.manifest.retired.get(key).and_then(|retired| retired.sent.as_ref());
        self.manifest.files.get(key).or_else(retired)
    }

    /// Whether something is there under a key, whatever it is.
    pub(super) fn exists(&self, key: &str) -> bool {
        let manifest = &self.manifest;
        manifest.files.contains_key(key) || manifest.retired.contains_key(key) || self.listed.contains(key)
    }
}

impl RemoteManifest {
    /// Bytes and headers to be stored: compressed where the store keeps headers.
    pub(super) fn to_object(&self, store: &Store) -> std::io::Result<(Vec<u8>, Headers)> {
        let mut bytes = serde_json::to_vec(self)?;
        bytes.push(b'\n');
        let mut headers = Headers {
            content_type: Some("application/json; charset=utf-8".to_owned()),
            cache_control: Some("no-cache".to_owned()),
            ..Headers::default()
        };
        if store.keeps_headers() {
            bytes = packed(&bytes)?;
            headers.content_encoding = Some("gzip".to_owned());
        }
        Ok((bytes, headers))
    }
}

/// A manifest, packed or not: some stores unpack what they hand out. `None` if it is none, or names keys outside.
fn parse(bytes: &[u8]) -> Option<RemoteManifest> {
    let mut unpacked = Vec::new();
    let text = if bytes.starts_with(&[0x1f, 0x8b]) {
        GzDecoder::new(bytes).take(LARGEST).read_to_end(&mut unpacked).ok()?;
        &unpacked
    } else {
        bytes
    };
    let manifest: RemoteManifest = serde_json::from_slice(text).ok()?;
    let claimed = manifest.claim.iter().flat_map(|claim| &claim.writes);
    let mut keys = manifest.files.keys().chain(manifest.retired.keys()).chain(claimed);
    let sound = keys.all(|key| RelPath::new(key).is_ok_and(|path| !path.is_root()) && key != MANIFEST_KEY);
    (manifest.version == 1 && sound).then_some(manifest)
}

#[cfg(test)]
mod tests {
    use super::*;

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

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::base::Digest;

/// Name of the manifest in the output folder; it does not list itself.
pub const MANIFEST: &str = "callboard-manifest.json";

/// Every file of a site: what is published, compared and verified goes by this.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this format: 1.
    pub version: u32,
    /// By path relative to the site's root, `/`-separated, in byte order.
    pub files: BTreeMap<String, FileEntry>,
}

/// What is known of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// BLAKE3 of its bytes.
    pub digest: Digest,
    /// Size in bytes.
    pub size: u64,
    /// Content type with charset.
    pub media_type: String,
}

impl Manifest {
    /// The manifest of a folder; `None` if it holds none. A manifest that cannot be read counts as none.
    pub fn read(dir: &Path) -> anyhow::Result<Option<Self>> {
        let path = dir.join(MANIFEST);
        match std::fs::read(&path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
        }
    }

    /// Digest of the whole site: equal iff every file is.
    pub fn digest(&self) -> Digest {
        Digest::of("manifest", self)
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a manifest has string keys");
        bytes.push(b'\n');
        bytes
    }
}

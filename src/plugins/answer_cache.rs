use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::Digest;
use crate::config::ProxySettings;

/// Answers of endpoints on disk, a file each. Its name is made of the endpoint's address and the path: no header, no secret.
pub(super) struct AnswerCache {
    folder: PathBuf,
}

/// An answer and when it was given.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    /// Seconds since 1970.
    pub time: i64,
    pub text: String,
}

impl AnswerCache {
    /// Keeps answers in `answers` below a folder.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.join("answers") }
    }

    /// The answer that is kept, if there is a sound one.
    pub fn get(&self, proxy: &ProxySettings, path: &str) -> Option<Kept> {
        let bytes = std::fs::read(self.file(proxy, path)).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Keeps an answer; a reader sees the old one or the new one.
    pub fn put(&self, proxy: &ProxySettings, path: &str, kept: &Kept) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let file = self.file(proxy, path);
        let part = file.with_extension(format!("part{}", std::process::id()));
        std::fs::write(&part, serde_json::to_vec(kept)?)?;
        std::fs::rename(part, file)
    }

    fn file(&self, proxy: &ProxySettings, path: &str) -> PathBuf {
        self.folder.join(format!("{}.json", Digest::of("answer", &(&proxy.url, path)).short(40)))
    }
}

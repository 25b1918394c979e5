use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Which kind of store an address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoreKind {
    /// Amazon S3 and what speaks like it: `s3://bucket/prefix`.
    S3,
    /// Google Cloud Storage: `gs://bucket/prefix`.
    Google,
    /// Azure Blob Storage: `az://container/prefix`.
    Azure,
    /// A directory of this machine: `file:///path`.
    Directory,
}

/// A place for objects: a bucket and a prefix in it, or a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreUrl {
    /// What is asked.
    pub kind: StoreKind,
    /// Name of the bucket or container; empty for a directory.
    pub bucket: String,
    /// Prefix of all keys, without slashes at its ends; the whole path of a directory.
    pub prefix: String,
}

/// Why a text is no address of a store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreUrlError {
    /// It begins with something else.
    #[error("`{0}` is no address of a store: write `s3://bucket/prefix`, `gs://…`, `az://…` or `file:///path`")]
    Scheme(String),
    /// It has no bucket, or one with strange characters.
    #[error("`{0}` names no bucket")]
    Bucket(String),
    /// Its prefix has empty parts, `.` or `..`, or control characters.
    #[error("`{0}` has a prefix that cannot be one of keys")]
    Prefix(String),
}

impl StoreUrl {
    /// Reads an address. Directories may also be written as paths that begin with `/`, `./` or `../`; relative ones are
    /// taken from `folder`.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, StoreUrlError> {
        if let Some(path) = directory(text) {
            let path = std::path::absolute(folder.join(path)).map_err(|_| StoreUrlError::Scheme(shown(text)))?;
            let prefix = path.to_string_lossy().trim_end_matches('/').to_owned();
            return Ok(Self { kind: StoreKind::Directory, bucket: String::new(), prefix });
        }
        let (scheme, rest) = text.split_once("://").ok_or_else(|| StoreUrlError::Scheme(shown(text)))?;
        let kind = match scheme {
            "s3" | "s3a" => StoreKind::S3,
            "gs" => StoreKind::Google,
            "az" | "azure" => StoreKind::Azure,
            _ => return Err(StoreUrlError::Scheme(shown(text))),
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '$');
        if bucket.is_empty() || !bucket.chars().all(plain) {
            return Err(StoreUrlError::Bucket(shown(text)));
        }
        let url = Self { kind, bucket: bucket.to_owned(), prefix: String::new() };
        url.below(prefix.trim_end_matches('/')).ok_or_else(|| StoreUrlError::Prefix(shown(text)))
    }

    /// The place at a path below this one; `None` if the path has empty parts, `.`, `..`, or control characters.
    #[must_use]
    pub fn below(&self, path: &str) -> Option<Self> {
        if path.is_empty() {
            return Some(self.clone());
        }
        let sound = |part: &str| !matches!(part, "" | "." | "..") && !part.chars().any(|c| c.is_control() || c == '\\');
        if !path.split('/').all(sound) {
            return None;
        }
        let prefix = if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) };
        Some(Self { prefix, ..self.clone() })
    }
}

impl std::fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = match self.kind {
            StoreKind::S3 => "s3",
            StoreKind::Google => "gs",
            StoreKind::Azure => "az",
            StoreKind::Directory => return write!(f, "file://{}", self.prefix),
        };
        write!(f, "{scheme}://{}", self.bucket)?;
        if self.prefix.is_empty() { Ok(()) } else { write!(f, "/{}", self.prefix) }
    }
}

/// The path that an address of a directory means.
fn directory(text: &str) -> Option<PathBuf> {
    if let Some(path) = text.strip_prefix("file://") {
        let path = path.strip_prefix("localhost/").map_or(path.to_owned(), |path| format!("/{path}"));
        return Some(PathBuf::from(percent_encoding::percent_decode_str(&path).decode_utf8_lossy().into_owned()));
    }
    let is_path = ["/", "./", "../"].iter().any(|start| text.starts_with(start)) || matches!(text, "." | "..");
    is_path.then(|| PathBuf::from(text))
}

fn shown(text: &str) -> String {
    text.chars().take(200).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_a_bucket_and_a_prefix() {
        let parse = |text: &str| StoreUrl::parse(text, Path::new("/srv")).map(|url| url.to_string());
        for (text, url) in [
            ("s3://site", "s3://site"),
            ("s3://site/", "s3://site"),
            ("gs://a.b/x/y/", "gs://a.b/x/y"),
            ("az://$web", "az://$web"),
            ("file:///srv/portal/", "file:///srv/portal"),
            ("file:///srv/a%20b", "file:///srv/a b"),
            ("./out", "file:///srv/out"),
            ("/srv/x", "file:///srv/x"),
        ] {
            assert_eq!(parse(text).unwrap(), url, "{text}");
        }
        for text in ["site", "http://site/x", "s3://", "s3:///x", "s3://a b", "s3://a/../b", "s3://a//b", "s3://a/b\n"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_lies_below_stays_below() {
        let url = StoreUrl::parse("s3://site/previews", Path::new("/")).unwrap();
        assert_eq!(url.below("pr-12").unwrap().to_string(), "s3://site/previews/pr-12");
        assert!(url.below("../x").is_none() && url.below("/x").is_none() && url.below("a//b").is_none());
    }
}

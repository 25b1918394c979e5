use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::GzDecoder;
use serde::{Deserialize, Serialize};

use super::rewrite::packed;
use crate::base::{Digest, RelPath};
use crate::net::{Headers, Store, StoreError};

/// Key of the store's manifest.
pub const MANIFEST_KEY: &str = crate::output::MANIFEST;

/// Begin of the keys of bases.
const BASE: &str = "callboard-manifest.";

/// Most bytes of a manifest or a list, packed and unpacked: millions of files.
pub(super) const LARGEST: u64 = 1 << 30;

/// So many changes a manifest may hold in any case.
const FEW: usize = 32;

/// Of a long list it may hold one part of so many as changes: with more, a new base costs less.
const SHARE: usize = 16;

/// What was sent of a file, or is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Digest of content and headers: equal iff nothing needs to be sent.
    pub digest: String,
    /// Bytes of the file, before compression.
    pub size: u64,
}

/// What was sent of each file of a site.
pub(super) type Files = BTreeMap<String, Sent>;

/// A list of files as a manifest tells it: a base, which is an object of its own and never changes, and what is different.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct List {
    /// Digest of the whole list; none in version 1.
    #[serde(rename = "list", default, skip_serializing_if = "Option::is_none")]
    pub(super) digest: Option<Digest>,
    /// Digest of the list that is the base; without one, the list begins empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) base: Option<Digest>,
    /// Files that are not in the base or differ from it, and nothing for those that are only there.
    #[serde(rename = "files")]
    pub(super) changes: BTreeMap<String, Option<Sent>>,
}

impl List {
    /// Tells a list by the base that is there, or by a new one if too much is different.
    pub(super) fn new(files: &Files, there: Option<Digest>, base: &Files) -> Self {
        let digest = Some(digest(files));
        let gone = base.keys().filter(|key| !files.contains_key(*key)).map(|key| (key.clone(), None));
        let new = files.iter().filter(|(key, sent)| base.get(*key) != Some(sent));
        let changes: BTreeMap<_, _> = new.map(|(key, sent)| (key.clone(), Some(sent.clone()))).chain(gone).collect();
        if changes.len() > FEW.max(base.len() / SHARE) {
            return Self { digest, base: digest, changes: BTreeMap::new() };
        }
        Self { digest, base: there, changes }
    }

    /// The whole list, of its base.
    pub(super) fn whole(&self, base: &Files) -> Files {
        let mut files = base.clone();
        for (key, sent) in &self.changes {
            match sent {
                Some(sent) => files.insert(key.clone(), sent.clone()),
                None => files.remove(key),
            };
        }
        files
    }

    /// Reads the base; `None` if it is not there or is not what its name says.
    pub(super) fn read_base(&self, store: &Store) -> Result<Option<Files>, StoreError> {
        let Some(digest) = &self.base else { return Ok(Some(Files::new())) };
        let Some(object) = store.read(&base_key(digest), LARGEST)? else { return Ok(None) };
        let text = unpacked(&object.bytes).filter(|text| Digest::of_bytes(text) == *digest);
        let files: Option<Files> = text.and_then(|text| serde_json::from_slice(&text).ok());
        Ok(files.filter(|files| files.keys().all(|key| is_inside(key))))
    }
}

/// Writes a list as a base.
pub(super) fn write_base(store: &Store, files: &Files) -> anyhow::Result<()> {
    let (bytes, headers) = stored(text(files), "public, max-age=31536000, immutable", store)?;
    Ok(store.write(&base_key(&digest(files)), bytes, &headers)?)
}

/// The key of a base.
pub(super) fn base_key(digest: &Digest) -> String {
    format!("{BASE}{digest}.json")
}

/// Whether a key is that of a base.
pub(super) fn is_base(key: &str) -> bool {
    let name = key.strip_prefix(BASE).and_then(|name| name.strip_suffix(".json"));
    name.is_some_and(|name| name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether a key is one that a site's file can have.
pub(super) fn is_inside(key: &str) -> bool {
    RelPath::new(key).is_ok_and(|path| !path.is_root()) && key != MANIFEST_KEY
}

/// The digest that tells a list from others.
pub(super) fn digest(files: &Files) -> Digest {
    Digest::of_bytes(&text(files))
}

fn text(files: &Files) -> Vec<u8> {
    serde_json::to_vec(files).expect("keys are texts")
}

/// Bytes and headers of JSON for the publisher: compressed where the store keeps headers.
pub(super) fn stored(bytes: Vec<u8>, cache: &str, store: &Store) -> std::io::Result<(Vec<u8>, Headers)> {
    let mut headers = Headers {
        content_type: Some("application/json; charset=utf-8".to_owned()),
        cache_control: Some(cache.to_owned()),
        ..Headers::default()
    };
    if !store.keeps_headers() {
        return Ok((bytes, headers));
    }
    headers.content_encoding = Some("gzip".to_owned());
    Ok((packed(&bytes)?, headers))
}

/// What was stored, packed or not: some stores unpack what they hand out.
pub(super) fn unpacked(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Some(Cow::Borrowed(bytes));
    }
    let mut unpacked = Vec::new();
    GzDecoder::new(bytes).take(LARGEST).read_to_end(&mut unpacked).ok()?;
    Some(Cow::Owned(unpacked))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(keys: impl Iterator<Item = u64>, changed: u64) -> Files {
        keys.map(|key| (format!("{key}.html"), Sent { digest: "d".to_owned(), size: key % changed })).collect()
    }

    #[test]
    fn a_list_is_a_base_and_few_changes() {
        let none = Files::new();
        let few = files(0..30, 100);
        let list = List::new(&few, None, &none);
        assert_eq!((list.base, list.changes.len(), list.whole(&none)), (None, 30, few));
        let base = files(0..800, 1000);
        let list = List::new(&base, None, &none);
        assert_eq!((list.base, list.changes.len(), list.whole(&base)), (list.digest, 0, base.clone()));
        // Changed, gone and new ones.
        for (then, changes) in [(files(0..800, 750), 50), (files(20..800, 1000), 20), (files(0..848, 1000), 48)] {
            let next = List::new(&then, list.base, &base);
            assert_eq!((next.base, next.changes.len(), next.whole(&base)), (list.base, changes, then));
        }
        let other = List::new(&files(0..800, 600), list.base, &base);
        assert!(other.base != list.base && other.base == other.digest && other.changes.is_empty());
        assert!(is_base(&base_key(&digest(&base))) && !is_base(MANIFEST_KEY) && !is_base("callboard-manifest.x.json"));
    }
}

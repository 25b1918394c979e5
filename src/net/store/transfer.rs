use std::future::Future;
use std::sync::Arc;

use futures_util::StreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutMultipartOptions, PutOptions, PutPayload};
use tokio::runtime::Runtime;

use super::count::Counter;
use super::{Headers, Object, StoreError, StoreKind, StoreOptions, StoreUrl, Traffic, Version, open};

/// Bytes from which an object is sent in parts.
const LARGE: usize = 16 << 20;

/// Bytes of a part; at least 5 MiB, as S3 demands.
const PART: usize = 8 << 20;

/// A place for objects. Every call waits until it is done, and many threads may call at once.
pub struct Store {
    url: StoreUrl,
    inner: Arc<dyn ObjectStore>,
    counter: Counter,
    runtime: Runtime,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.url)
    }
}

impl Store {
    /// Makes a client. Nothing is sent yet; a directory is made if it is not there.
    pub fn open(url: &StoreUrl, options: &StoreOptions) -> Result<Self, StoreError> {
        let counter = Counter::default();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|error| StoreError::Setup(error.to_string()))?;
        // Clients start timers of the runtime when they are made.
        let inner = runtime.block_on(async { open::open(url, options, &counter) })?;
        Ok(Self { url: url.clone(), inner, counter, runtime })
    }

    /// Where it is.
    pub fn url(&self) -> &StoreUrl {
        &self.url
    }

    /// What was said over the network so far.
    pub fn traffic(&self) -> Traffic {
        self.counter.traffic()
    }

    /// Whether headers are kept with objects; directories keep bytes only.
    pub fn keeps_headers(&self) -> bool {
        self.url.kind != StoreKind::Directory
    }

    /// Reads an object of at most `most` bytes; `None` if it is not there.
    pub fn read(&self, key: &str, most: u64) -> Result<Option<Object>, StoreError> {
        let path = self.path(key)?;
        self.wait(async {
            let found = match self.inner.get(&path).await {
                Ok(found) => found,
                Err(object_store::Error::NotFound { .. }) => return Ok(None),
                Err(error) => return Err(StoreError::of(key, error)),
            };
            let size = found.meta.size;
            if size > most {
                return Err(StoreError::TooLarge { key: key.to_owned(), size, most });
            }
            let version = Version { e_tag: found.meta.e_tag.clone(), version: found.meta.version.clone() };
            let modified = found.meta.last_modified.timestamp();
            let headers = Headers::of(&found.attributes);
            let bytes = found.bytes().await.map_err(|error| StoreError::of(key, error))?;
            Ok(Some(Object { bytes: bytes.to_vec(), version, modified, headers }))
        })
    }

    /// Writes an object, whatever was there.
    pub fn write(&self, key: &str, bytes: Vec<u8>, headers: &Headers) -> Result<(), StoreError> {
        if bytes.len() >= LARGE && self.keeps_headers() {
            return self.write_parts(key, &bytes, headers);
        }
        self.put(key, bytes, headers, PutMode::Overwrite).map(drop)
    }

    /// Writes an object if none is there; false if there is one. A store without conditions overwrites.
    pub fn create(&self, key: &str, bytes: Vec<u8>, headers: &Headers) -> Result<bool, StoreError> {
        match self.swap(key, bytes, headers, None) {
            Ok(_) => Ok(true),
            Err(StoreError::Changed(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Writes an object only if it still is the expected one, or, without one, if none is there:
    /// [`StoreError::Changed`] otherwise.
    pub fn swap(
        &self,
        key: &str,
        bytes: Vec<u8>,
        headers: &Headers,
        expected: Option<&Version>,
    ) -> Result<Version, StoreError> {
        let mode = match expected {
            // Directories know no versions; whoever writes one holds its lock.
            Some(_) if !self.keeps_headers() => PutMode::Overwrite,
            Some(version) => PutMode::Update(version.clone().into()),
            None => PutMode::Create,
        };
        self.put(key, bytes, headers, mode)
    }

    fn put(&self, key: &str, bytes: Vec<u8>, headers: &Headers, mode: PutMode) -> Result<Version, StoreError> {
        let path = self.path(key)?;
        let attributes = if self.keeps_headers() { headers.attributes() } else { object_store::Attributes::new() };
        let options = PutOptions { mode, attributes, ..PutOptions::default() };
        let put = self.inner.put_opts(&path, PutPayload::from(bytes), options);
        self.wait(async { put.await.map(Version::from).map_err(|error| StoreError::of(key, error)) })
    }

    fn write_parts(&self, key: &str, bytes: &[u8], headers: &Headers) -> Result<(), StoreError> {
        let path = self.path(key)?;
        let options = PutMultipartOptions { attributes: headers.attributes(), ..PutMultipartOptions::default() };
        let failed = |error| StoreError::of(key, error);
        self.wait(async {
            let mut upload = self.inner.put_multipart_opts(&path, options).await.map_err(failed)?;
            for part in bytes.chunks(PART) {
                if let Err(error) = upload.put_part(PutPayload::from(part.to_vec())).await {
                    // Parts that are left behind cost money.
                    upload.abort().await.ok();
                    return Err(failed(error));
                }
            }
            upload.complete().await.map(drop).map_err(failed)
        })
    }

    /// Keys and sizes in bytes of all objects below a path (below the place itself, if it is empty), in byte order.
    pub fn list(&self, below: &str) -> Result<Vec<(String, u64)>, StoreError> {
        let place = if below.is_empty() { self.root() } else { self.path(below)?.as_ref().to_owned() };
        let prefix = Path::parse(&place).map_err(|_| StoreError::Key(below.to_owned()))?;
        let root = self.root();
        self.wait(async {
            let mut found = Vec::new();
            let mut listing = self.inner.list((!place.is_empty()).then_some(&prefix));
            while let Some(object) = listing.next().await {
                let object = object.map_err(|error| StoreError::of(below, error))?;
                let key = object.location.as_ref();
                let key = if root.is_empty() {
                    Some(key)
                } else {
                    key.strip_prefix(&root).and_then(|key| key.strip_prefix('/'))
                };
                found.extend(key.map(|key| (key.to_owned(), object.size)));
            }
            found.sort();
            Ok(found)
        })
    }

    /// Deletes objects; one that is gone already is no failure.
    pub fn delete(&self, keys: &[String]) -> Result<(), StoreError> {
        let paths = keys.iter().map(|key| self.path(key)).collect::<Result<Vec<_>, _>>()?;
        self.wait(async {
            let stream = futures_util::stream::iter(paths.into_iter().map(Ok)).boxed();
            let mut deleted = self.inner.delete_stream(stream);
            while let Some(result) = deleted.next().await {
                match result {
                    Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                    Err(error) => return Err(StoreError::of("", error)),
                }
            }
            Ok(())
        })
    }

    fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Prefix of all keys inside the bucket.
    fn root(&self) -> String {
        if self.url.kind == StoreKind::Directory { String::new() } else { self.url.prefix.clone() }
    }

    /// The key inside the bucket. `Path::parse` keeps characters as they are; what it would change is refused, for the
    /// object would not be found under its address.
    fn path(&self, key: &str) -> Result<Path, StoreError> {
        let whole = match self.root() {
            root if root.is_empty() => key.to_owned(),
            root => format!("{root}/{key}"),
        };
        match Path::parse(&whole) {
            Ok(path) if path.as_ref() == whole && !key.is_empty() => Ok(path),
            _ => Err(StoreError::Key(key.to_owned())),
        }
    }
}

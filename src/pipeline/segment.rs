use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::base::Digest;

/// Ends every whole segment; the number is the version of the format.
const MAGIC: &[u8; 8] = b"cbmemo01";
/// Offset of the index and count of its rows, then [`MAGIC`].
const FOOTER: usize = 8 + 8 + 8;
/// Key, offset, length.
const ROW: usize = 32 + 8 + 8;

/// A file of products that is never changed: products, then an index of them, then where the index is.
#[derive(Debug)]
pub(super) struct Segment {
    path: PathBuf,
    file: File,
    index: BTreeMap<Digest, (u64, u64)>,
}

impl Segment {
    /// Opens a segment; `None` when it is not whole.
    pub fn open(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        let length = usize::try_from(file.metadata().ok()?.len()).ok()?;
        let footer = read_at(&file, length.checked_sub(FOOTER)? as u64, FOOTER)?;
        let number = |at: usize| Some(u64::from_le_bytes(footer.get(at..at + 8)?.try_into().ok()?));
        let (offset, count) = (number(0)?, number(8)?);
        let size = usize::try_from(count).ok()?.checked_mul(ROW)?;
        // Checked before anything is read: the numbers of a damaged file can ask for any amount of memory.
        let whole = usize::try_from(offset).ok()?.checked_add(size)?.checked_add(FOOTER)?;
        if !footer.ends_with(MAGIC) || whole != length {
            return None;
        }
        let rows = read_at(&file, offset, size)?;
        let index = rows.chunks_exact(ROW).filter_map(parse_row).collect();
        Some(Self { path: path.to_owned(), file, index })
    }

    /// The keys of its products.
    pub fn keys(&self) -> impl Iterator<Item = &Digest> {
        self.index.keys()
    }

    /// Keys with the sizes of their products.
    pub fn sizes(&self) -> impl Iterator<Item = (&Digest, u64)> {
        self.index.iter().map(|(key, (_, length))| (key, *length))
    }

    /// The bytes of a product.
    pub fn read(&self, key: &Digest) -> Option<Vec<u8>> {
        let (offset, length) = self.index.get(key)?;
        read_at(&self.file, *offset, usize::try_from(*length).ok()?)
    }

    /// Removes the file.
    pub fn remove(self) {
        drop(std::fs::remove_file(self.path));
    }
}

fn parse_row(row: &[u8]) -> Option<(Digest, (u64, u64))> {
    let number = |at: usize| Some(u64::from_le_bytes(row.get(at..at + 8)?.try_into().ok()?));
    Some((Digest::from_bytes(row.get(..32)?.try_into().ok()?), (number(32)?, number(40)?)))
}

fn read_at(file: &File, offset: u64, length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    #[cfg(unix)]
    std::os::unix::fs::FileExt::read_exact_at(file, &mut bytes, offset).ok()?;
    #[cfg(windows)]
    {
        let mut done = 0;
        while done < length {
            let read = std::os::windows::fs::FileExt::seek_read(file, &mut bytes[done..], offset + done as u64).ok()?;
            done += Some(read).filter(|read| *read > 0)?;
        }
    }
    Some(bytes)
}

/// A segment that is being written.
#[derive(Debug)]
pub(super) struct SegmentWriter {
    draft: PathBuf,
    file: BufWriter<File>,
    at: u64,
    index: BTreeMap<Digest, (u64, u64)>,
}

impl SegmentWriter {
    /// Starts a segment under a name that no other process uses.
    pub fn create(dir: &Path) -> anyhow::Result<Self> {
        let draft = (0..)
            .map(|number: u32| dir.join(format!("{}-{number}.draft", std::process::id())))
            .find(|path| !path.exists())
            .context("every name is taken")?;
        let file = File::create_new(&draft).with_context(|| format!("cannot write `{}`", draft.display()))?;
        Ok(Self { draft, file: BufWriter::new(file), at: 0, index: BTreeMap::new() })
    }

    /// Adds a product; the first of a key stays.
    pub fn append(&mut self, key: Digest, bytes: &[u8]) -> std::io::Result<()> {
        if self.index.contains_key(&key) {
            return Ok(());
        }
        self.file.write_all(bytes)?;
        self.index.insert(key, (self.at, bytes.len() as u64));
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// Whether a product of this key was added.
    pub fn has(&self, key: &Digest) -> bool {
        self.index.contains_key(key)
    }

    /// Writes the index and names the segment after its keys.
    pub fn finish(mut self, dir: &Path) -> anyhow::Result<()> {
        let mut keys = Vec::new();
        for (key, (offset, length)) in &self.index {
            keys.extend_from_slice(key.as_bytes());
            keys.extend_from_slice(&offset.to_le_bytes());
            keys.extend_from_slice(&length.to_le_bytes());
        }
        let name = dir.join(format!("{}.pack", Digest::of_bytes(&keys).short(16)));
        let write = |file: &mut BufWriter<File>| -> std::io::Result<()> {
            file.write_all(&keys)?;
            file.write_all(&self.at.to_le_bytes())?;
            file.write_all(&(self.index.len() as u64).to_le_bytes())?;
            file.write_all(MAGIC)?;
            file.flush()
        };
        write(&mut self.file)
            .and_then(|()| std::fs::rename(&self.draft, &name))
            .with_context(|| format!("cannot write `{}`", name.display()))
    }
}

use serde::{Deserialize, Serialize};

/// Bytes that are hashed together; BLAKE3 is fastest from 8 KiB on.
const GATHERED: usize = 8 << 10;

/// Gathers small pieces for a hasher, on the stack: most values are far smaller than a buffer that is worth asking for.
struct Gathered<'h> {
    hasher: &'h mut blake3::Hasher,
    bytes: [u8; GATHERED],
    length: usize,
}

impl Gathered<'_> {
    fn pass_on(&mut self) {
        self.hasher.update(&self.bytes[..self.length]);
        self.length = 0;
    }
}

impl std::io::Write for Gathered<'_> {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        if piece.len() > GATHERED - self.length {
            self.pass_on();
        }
        if piece.len() > GATHERED {
            self.hasher.update(piece);
        } else {
            self.bytes[self.length..self.length + piece.len()].copy_from_slice(piece);
            self.length += piece.len();
        }
        Ok(piece.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A BLAKE3 digest: the identity of a job, a product or a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// Digest of bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// Digest of bytes that stand in several places, one after the other.
    pub fn of_pieces<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for piece in pieces {
            hasher.update(piece);
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// Digest of a value by its JSON form, which tells types apart and keeps the order of maps.
    ///
    /// `name` separates kinds of values that look alike.
    pub fn of<T: Serialize + ?Sized>(name: &str, value: &T) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(name.as_bytes());
        hasher.update(&[0]);
        let mut gathered = Gathered { hasher: &mut hasher, bytes: [0; GATHERED], length: 0 };
        serde_json::to_writer(&mut gathered, value)
            .expect("values that are digested have string keys and a hasher does not fail");
        gathered.pass_on();
        Self(*hasher.finalize().as_bytes())
    }

    /// Digest of this one and another, in this order.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let mut both = [0; 64];
        both[..32].copy_from_slice(&self.0);
        both[32..].copy_from_slice(&other.0);
        Self::of_bytes(&both)
    }

    /// The raw 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// From raw bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The first `length` hexadecimal digits (at most 64), for names of files.
    pub fn short(&self, length: usize) -> String {
        let mut text = self.to_string();
        text.truncate(length);
        text
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(blake3::Hash::from_bytes(self.0).to_hex().as_str())
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Digest({})", self.short(12))
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl TryFrom<String> for Digest {
    type Error = blake3::HexError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Ok(Self(*blake3::Hash::from_hex(text)?.as_bytes()))
    }
}

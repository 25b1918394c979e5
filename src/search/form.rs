use serde::Serialize;

/// How an index is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Form {
    /// Whether each file is written a second time as a script: pages that are opened from a disk can load nothing else.
    pub scripts: bool,
    /// The server that answers in place of the files.
    pub server: Option<Server>,
}

/// A Quickwit server, as the reader's browser reaches it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Server {
    /// Where it is, without a slash at the end: `https://quickwit.example.org`.
    pub endpoint: String,
    /// Name of the index there.
    pub index: String,
}

use serde::{Deserialize, Serialize};

/// When a file was last changed, and by whom it ever was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastChange {
    /// Time of the commit, seconds since 1970.
    pub time: i64,
    /// Names of the authors of its changes, latest first, each once, at most sixteen.
    pub authors: Vec<String>,
    /// The commit's full hexadecimal id; empty in snapshots that were stored by a version that did not tell it.
    #[serde(default)]
    pub commit: String,
    /// First line of the commit's message, at most 200 characters; empty as above, and where nothing was written.
    #[serde(default)]
    pub subject: String,
}

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

/// Most authors whose names are shown.
const NAMED: usize = 4;

impl LastChange {
    /// The names to show, each once, and how many more there are. Of an address under which somebody commits only what stands
    /// before the `@` is a name.
    pub fn names(&self) -> (Vec<&str>, usize) {
        let mut names: Vec<&str> = Vec::new();
        for name in self.authors.iter().map(|name| name.split('@').next().unwrap_or_default().trim()) {
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
        let more = names.len().saturating_sub(NAMED);
        names.truncate(NAMED);
        (names, more)
    }
}

use serde::{Deserialize, Serialize};

use super::Web;
use crate::base::RelPath;

/// Where a snapshot comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Name for people: `org/repo`, or the folder's name.
    pub name: String,
    /// The commit, if it is a git repository.
    pub revision: Option<Revision>,
    /// Its place on a host, if known.
    pub web: Option<Web>,
    /// Part of the repository that was read; paths of the snapshot are relative to it.
    pub sub_path: RelPath,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// Full hexadecimal id.
    pub commit: String,
    /// The branch or tag that was asked for or that `HEAD` names.
    pub branch: Option<String>,
    /// Commit time, seconds since 1970.
    pub time: i64,
}

impl Origin {
    /// `name@0123abcd`, or just the name: the first part of every place in this repository.
    pub fn label(&self) -> String {
        match &self.revision {
            Some(revision) => format!("{}@{}", self.name, revision.commit.get(..8).unwrap_or(&revision.commit)),
            None => self.name.clone(),
        }
    }

    /// Where people see a file of the snapshot.
    pub fn view_url(&self, path: &RelPath) -> Option<String> {
        self.web.as_ref().map(|web| web.view_url(&self.sub_path.join(path)))
    }

    /// Where people edit a file of the snapshot.
    pub fn edit_url(&self, path: &RelPath) -> Option<String> {
        self.web.as_ref().and_then(|web| web.edit_url(&self.sub_path.join(path)))
    }

    /// Where people see a directory of the snapshot; with a trailing slash.
    pub fn tree_url(&self, directory: &RelPath) -> Option<String> {
        self.web.as_ref().map(|web| web.tree_url(&self.sub_path.join(directory)))
    }

    /// The file or directory of the snapshot that an address on the host means, if it is in this repository.
    pub fn locate(&self, url: &str) -> Option<RelPath> {
        self.web.as_ref()?.locate(url)?.below(&self.sub_path)
    }
}

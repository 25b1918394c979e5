use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use git2::Oid;

use crate::base::RelPath;

/// A repository's own folder, read by hand: no configuration of the repository or the machine plays a part, so nothing
/// in them can start a program, include a file or refuse an owner. Objects are read by libgit2 from [`GitDir::objects`].
#[derive(Debug, Clone)]
pub(super) struct GitDir {
    /// `HEAD` of this work tree.
    dir: PathBuf,
    /// What all work trees share: refs, objects, configuration.
    common: PathBuf,
}

/// What `HEAD` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// The branch, unless detached.
    pub(super) branch: Option<String>,
    /// The commit, unless there is none yet.
    pub(super) target: Option<Oid>,
}

impl GitDir {
    /// The repository at a path: bare, with `.git`, or a linked work tree.
    pub(super) fn open(path: &Path) -> Option<Self> {
        let dot_git = path.join(".git");
        let dir = if dot_git.is_dir() {
            dot_git
        } else if dot_git.is_file() {
            path.join(read_line(&dot_git)?.strip_prefix("gitdir:")?.trim())
        } else {
            path.to_owned()
        };
        let common = read_line(&dir.join("commondir")).map_or_else(|| dir.clone(), |common| dir.join(common));
        (dir.join("HEAD").is_file() && common.join("objects").is_dir()).then_some(Self { dir, common })
    }

    /// The repository whose work tree holds a folder, and the work tree's root.
    pub(super) fn around(folder: &Path) -> Option<(Self, PathBuf)> {
        folder
            .ancestors()
            .filter(|ancestor| ancestor.join(".git").exists())
            .find_map(|root| Some((Self::open(root)?, root.to_owned())))
    }

    /// Its object store.
    pub(super) fn objects(&self) -> PathBuf {
        self.common.join("objects")
    }

    /// Whether history ends early.
    pub(super) fn is_shallow(&self) -> bool {
        self.common.join("shallow").exists()
    }

    /// What `HEAD` says.
    pub(super) fn head(&self) -> Option<Head> {
        let text = read_line(&self.dir.join("HEAD"))?;
        match text.strip_prefix("ref:") {
            Some(name) => {
                let name = name.trim();
                let branch = name.strip_prefix("refs/heads/").and_then(|branch| RelPath::new(branch).ok());
                let branch = branch.map(String::from);
                Some(Head { branch, target: self.reference(name) })
            }
            None => Some(Head { branch: None, target: full_id(&text) }),
        }
    }

    /// The object that a full reference name (`refs/…`) stands for.
    pub(super) fn reference(&self, name: &str) -> Option<Oid> {
        let mut name = name.to_owned();
        for _ in 0..5 {
            let path = RelPath::new(&name).ok().filter(|_| name.starts_with("refs/"))?;
            let Some(text) = read_line(&self.common.join(path.as_str())) else {
                return self.packed_reference(&name);
            };
            match text.strip_prefix("ref:") {
                Some(target) => name = target.trim().to_owned(),
                None => return full_id(&text),
            }
        }
        None
    }

    /// The URL of the remote `origin`, as written.
    pub(super) fn origin_url(&self) -> Option<String> {
        self.setting("remote\"origin\"", "url")
    }

    /// Why its references or objects cannot be read at all, if its format is a newer one.
    pub(super) fn foreign_format(&self) -> Option<&'static str> {
        let is =
            |key, value: &str| self.setting("extensions", key).is_some_and(|found| found.eq_ignore_ascii_case(value));
        if is("objectformat", "sha256") {
            Some("its ids are SHA-256, which are not read yet")
        } else if is("refstorage", "reftable") {
            Some("its references are kept as a `reftable`, which is not read yet")
        } else {
            None
        }
    }

    /// A value of its configuration file alone; includes are not followed.
    fn setting(&self, section: &str, key: &str) -> Option<String> {
        let mut text = String::new();
        File::open(self.common.join("config")).ok()?.take(1 << 20).read_to_string(&mut text).ok()?;
        let mut inside = false;
        for line in text.lines().map(str::trim) {
            if line.starts_with('[') {
                inside = line.replace(' ', "") == format!("[{section}]");
            } else if inside
                && let Some((found, value)) = line.split_once('=')
                && found.trim().eq_ignore_ascii_case(key)
            {
                return Some(value.trim().trim_matches('"').to_owned());
            }
        }
        None
    }

    fn packed_reference(&self, name: &str) -> Option<Oid> {
        let file = BufReader::new(File::open(self.common.join("packed-refs")).ok()?.take(64 << 20));
        file.lines().map_while(Result::ok).find_map(|line| {
            let (id, found) = line.split_once(' ')?;
            (found.trim_end() == name).then(|| full_id(id)).flatten()
        })
    }
}

/// A full hexadecimal id, of SHA-1.
pub(super) fn full_id(text: &str) -> Option<Oid> {
    (text.len() == 40).then(|| Oid::from_str(text).ok()).flatten()
}

/// The first line of a small regular file.
fn read_line(path: &Path) -> Option<String> {
    let mut text = String::new();
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    File::open(path).ok()?.take(4096).read_to_string(&mut text).ok()?;
    text.lines().next().map(|line| line.trim().to_owned())
}

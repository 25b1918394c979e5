use std::collections::HashMap;

use git2::{Oid, Repository, Tree};

use crate::base::RelPath;

/// Most links that are followed for one file.
const HOPS: usize = 16;

/// Longest target of a link, in bytes.
const TARGET: usize = 4096;

/// Most parts of paths that are looked up for all links of a repository.
const LOOK_UPS: u32 = 2_000_000;

/// Most trees kept, so that a large folder full of links is not parsed for each of them.
const TREES: usize = 4096;

/// Follows the symbolic links of one tree.
pub(super) struct Links<'a> {
    store: &'a Repository,
    root: Oid,
    trees: HashMap<Oid, Tree<'a>>,
    look_ups: u32,
}

impl<'a> Links<'a> {
    /// Of the repository whose tree is `root`.
    pub(super) fn new(store: &'a Repository, root: Oid) -> Self {
        Self { store, root, trees: HashMap::new(), look_ups: 0 }
    }

    /// The blob of the regular file that the link at `path` leads to, as a file system would follow it: part by part,
    /// through links in the middle, never above the root. `Err` says why not.
    pub(super) fn resolve(&mut self, path: &RelPath, link: Oid) -> Result<Oid, String> {
        // Folders from the root down to where the walk stands, and the parts still to go, last first.
        let mut folders = vec![self.root];
        for part in path.parent().parts() {
            folders.push(self.child(&folders, part)?.0);
        }
        let mut ahead: Vec<String> = Vec::new();
        self.push_target(link, &mut ahead)?;
        let mut hops = 1;
        while let Some(part) = ahead.pop() {
            match part.as_str() {
                "" | "." => continue,
                ".." if folders.len() == 1 => return Err("it leads out of the repository".to_owned()),
                ".." => {
                    folders.pop();
                    continue;
                }
                _ => {}
            }
            let (id, mode) = self.child(&folders, &part)?;
            match mode {
                0o040_000 => folders.push(id),
                0o120_000 if hops == HOPS => {
                    return Err("it is one of too many links in a row, or of a circle".to_owned());
                }
                0o120_000 => {
                    hops += 1;
                    self.push_target(id, &mut ahead)?;
                }
                0o100_644 | 0o100_755 | 0o100_664 if ahead.is_empty() => return Ok(id),
                _ => return Err("it does not lead to a regular file".to_owned()),
            }
        }
        Err("it leads to a folder".to_owned())
    }

    fn child(&mut self, folders: &[Oid], name: &str) -> Result<(Oid, i32), String> {
        self.look_ups += 1;
        if self.look_ups > LOOK_UPS {
            return Err("the links of the repository lead through too many folders".to_owned());
        }
        let at = *folders.last().expect("the root is never popped");
        if !self.trees.contains_key(&at) {
            if self.trees.len() == TREES {
                self.trees.clear();
            }
            self.trees.insert(at, self.store.find_tree(at).map_err(|error| error.message().to_owned())?);
        }
        let entry = self.trees.get(&at).and_then(|tree| tree.get_name(name)).ok_or("it leads to nothing")?;
        Ok((entry.id(), entry.filemode_raw()))
    }

    fn push_target(&self, link: Oid, ahead: &mut Vec<String>) -> Result<(), String> {
        let target = self.target(link).map_err(|error| error.message().to_owned())?;
        let target = target.filter(|_| ahead.len() <= TARGET).ok_or("its target is too long")?;
        let target = String::from_utf8(target).map_err(|_| "its target is not UTF-8")?;
        if target.starts_with('/') {
            return Err("it leads out of the repository".to_owned());
        }
        if target.contains('\0') {
            return Err("its target is no path".to_owned());
        }
        ahead.extend(target.split('/').rev().map(str::to_owned));
        Ok(())
    }

    fn target(&self, link: Oid) -> Result<Option<Vec<u8>>, git2::Error> {
        let objects = self.store.odb()?;
        if objects.read_header(link)?.0 > TARGET {
            return Ok(None);
        }
        Ok(Some(objects.read(link)?.data().to_vec()))
    }
}

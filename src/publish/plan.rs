use std::collections::BTreeSet;

use super::headers::is_fingerprinted;
use super::list::{List, base_key};
use super::remote::Remote;
use super::site::Site;
use crate::base::percent;
use crate::config::MaxDelete;

/// What a publish will do, or did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Files that are not there yet, in byte order.
    pub new: Vec<String>,
    /// Files that are there with other content or headers.
    pub changed: Vec<String>,
    /// How many files stay as they are.
    pub unchanged: usize,
    /// Files that are no longer part of the site; they stay until their grace is over.
    pub retired: Vec<String>,
    /// Files whose grace is over.
    pub deleted: Vec<String>,
    /// Bytes of the new and changed files, before compression.
    pub bytes: u64,
    /// An earlier publish was cut off.
    pub resumed: bool,
    /// The manifest has to be written although no file is: for another site of the same files, or to end a claim.
    pub(super) note: bool,
    /// How the manifest will tell the site's files.
    pub(super) list: List,
}

impl Plan {
    /// Compares a site with what is in the store. `now` and `grace` in seconds; `all`: every file is sent again.
    pub(super) fn new(site: &Site, remote: &Remote, now: i64, grace: u64, all: bool) -> Self {
        let mut plan = Self { resumed: remote.manifest.claim.is_some(), ..Self::default() };
        for (key, object) in &site.objects {
            if !all && remote.stands(key) == Some(&object.sent) {
                plan.unchanged += 1;
                continue;
            }
            plan.bytes += object.sent.size;
            if remote.exists(key) { plan.changed.push(key.clone()) } else { plan.new.push(key.clone()) }
        }
        plan.list = remote.list_of(&site.files());
        let [old, base] = [&remote.manifest.list, &plan.list].map(|list| list.base.as_ref().map(base_key));
        let claimed = remote.manifest.claim.iter().flat_map(|claim| &claim.writes);
        let owned: BTreeSet<&String> = remote.files.keys().chain(claimed).chain(&old).collect();
        let absent = |key: &&String| !site.objects.contains_key(*key) && base.as_ref() != Some(*key);
        plan.retired = owned.into_iter().filter(absent).cloned().collect();
        let over = |since: i64| now.saturating_sub(since) >= i64::try_from(grace).unwrap_or(i64::MAX);
        let old = remote.manifest.retired.iter().filter(|(_, retired)| over(retired.since)).map(|(key, _)| key);
        let mut deleted: BTreeSet<String> = old.filter(absent).cloned().collect();
        if grace == 0 {
            deleted.extend(plan.retired.iter().cloned());
        }
        plan.deleted = deleted.into_iter().collect();
        plan.note = remote.manifest.site != Some(site.digest);
        plan
    }

    /// Whether the list of files gets another base, which is to be written.
    pub(super) fn has_new_base(&self, remote: &Remote) -> bool {
        self.list.base.is_some() && self.list.base != remote.manifest.list.base
    }

    /// Whether the store is what it should be.
    pub fn is_nothing(&self) -> bool {
        let files = [&self.new, &self.changed, &self.retired, &self.deleted];
        files.iter().all(|files| files.is_empty()) && !self.note && !self.resumed
    }

    /// What would go of the files with lasting names, and how many of those there are, if it is more than allowed.
    pub(super) fn too_many(&self, remote: &Remote, most: MaxDelete) -> Option<(u64, u64)> {
        let lasting =
            |keys: &mut dyn Iterator<Item = &String>| keys.filter(|key| !is_fingerprinted(key)).count() as u64;
        let gone = lasting(&mut self.retired.iter().filter(|key| remote.files.contains_key(*key)));
        let all = lasting(&mut remote.files.keys());
        (!most.allows(gone, all)).then_some((gone, all))
    }

    /// Addresses whose answer is another one now, from the site's root: each file, and each page's folder. In byte order.
    pub fn changed_paths(&self) -> Vec<String> {
        let mut paths = BTreeSet::new();
        for key in self.new.iter().chain(&self.changed).chain(&self.retired).chain(&self.deleted) {
            // Nobody asked for a name with a digest before it was there.
            if is_fingerprinted(key) {
                continue;
            }
            let address = encoded(key);
            if let Some(folder) =
                address.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/'))
            {
                paths.insert(format!("/{folder}"));
            }
            paths.insert(format!("/{address}"));
        }
        paths.into_iter().collect()
    }
}

/// Percent-encodes a key, slashes kept.
fn encoded(key: &str) -> String {
    percent_encoding::utf8_percent_encode(key, percent::PATH).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caches_are_told_files_and_folders() {
        let files = ["index.html", "a/ü %.png", "a/index.html", "assets/0123456789/x.css"];
        let plan = Plan { changed: files.map(str::to_owned).to_vec(), ..Plan::default() };
        assert_eq!(plan.changed_paths(), ["/", "/a/", "/a/%C3%BC%20%25.png", "/a/index.html", "/index.html"]);
    }
}

use std::fs::File;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::fetch::{Depth, FetchError, Remote, ask, fetch, is_plain_revision};
use super::finding::printable;
use super::git::snapshot;
use super::git_dir::{GitDir, full_id};
use super::reading::{HarvestEvent, Reading, nothing};
use super::revision::{Found, commit_id, find_commit};
use super::rules::{NO_TOKEN, REFUSED_ADDRESS, STALE, UNREADABLE};
use super::slot::{sealed, unsealed, write_whole};
use super::token::token_setting;
use super::{Snapshot, SourceOptions};
use crate::base::{Diagnostic, Digest, Outcome};
use crate::net::{Address, Permit, Refusal};

/// Fetches a remote repository, if the cache does not have what it offers now, and reads it from the cache. When it
/// cannot be fetched, the last state that could be stands in and is marked stale.
pub(super) fn read_remote(
    reading: &Reading<'_>,
    name: &str,
    url: &str,
    revision: Option<&str>,
    options: &SourceOptions,
) -> Outcome<Option<Snapshot>> {
    let address = match Address::parse(url) {
        Ok(address) => address,
        Err(error) => return nothing(&REFUSED_ADDRESS, name, error.to_string()),
    };
    if let Some(revision) = revision.filter(|revision| !is_plain_revision(revision)) {
        return nothing(&UNREADABLE, name, format!("`{}` is no branch, tag or commit", printable(revision)));
    }
    let cache = match Cache::open(&reading.options.cache_dir, &address, revision) {
        Ok(cache) => cache,
        Err(error) => return nothing(&UNREADABLE, name, format!("the cache cannot be written: {error}")),
    };
    let mut diagnostics = Vec::new();
    let fetched = match reading.net.permit(url) {
        Ok(permit) => {
            (reading.progress)(HarvestEvent::Fetching { name });
            update(reading, &cache, &permit, revision, options, name, &mut diagnostics)
        }
        Err(Refusal::Offline(_)) => Err(None),
        Err(refusal) => return nothing(&REFUSED_ADDRESS, name, refusal.to_string()),
    };
    let (found, stale) = match fetched {
        Ok(found) => (Some(found), None),
        Err(error) => (cache.last(reading), error),
    };
    let Some(found) = found else {
        diagnostics.push(never_fetched(name, &address, stale));
        return Outcome { value: None, diagnostics };
    };
    if let Some(error) = &stale {
        let message = format!("`{address}` could not be fetched, its last known state is shown: {}", error.message);
        let finding = STALE.diagnostic(message).about(name);
        diagnostics.push(error.hint.map_or(finding.clone(), |hint| finding.hint(hint)));
    }
    let mut outcome = snapshot(reading, name, &cache.git, found, Some(&address.url()), options);
    if let Some(snapshot) = &mut outcome.value {
        snapshot.stale = stale.map(|error| error.message);
    }
    diagnostics.append(&mut outcome.diagnostics);
    Outcome { value: outcome.value, diagnostics }
}

fn never_fetched(name: &str, address: &Address, error: Option<FetchError>) -> Diagnostic {
    match error {
        None => UNREADABLE
            .diagnostic(format!("`{address}` was never fetched, and the build is offline"))
            .about(name)
            .hint("build once without `--offline`"),
        Some(FetchError { message, hint }) => {
            let finding = UNREADABLE.diagnostic(format!("`{address}` could not be fetched: {message}")).about(name);
            match hint {
                Some(hint) => finding.hint(hint),
                None => finding,
            }
        }
    }
}

/// What was last fetched for one revision of one remote.
#[derive(Serialize, Deserialize)]
struct Last {
    commit: String,
    name: Option<String>,
}

/// A remote's place in the cache folder.
struct Cache {
    git: GitDir,
    folder: PathBuf,
    /// Keeps the fetched commit, and names what was asked for.
    reference: String,
    last: PathBuf,
}

impl Cache {
    /// Makes the bare repository if it is not there.
    fn open(cache_dir: &Path, address: &Address, revision: Option<&str>) -> std::io::Result<Self> {
        let url = address.url();
        let readable: String = format!("{}/{}", address.host, address.path.trim_end_matches(".git"))
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join("-");
        let readable = readable.get(..80).unwrap_or(&readable);
        let name = format!("{readable}-{}.git", Digest::of_bytes(url.as_bytes()).short(8));
        let folder = std::path::absolute(cache_dir.join("repos").join(name))?;
        for part in ["objects/info", "objects/pack", "refs/heads", "callboard"] {
            std::fs::create_dir_all(folder.join(part))?;
        }
        write_if_other(&folder.join("config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n")?;
        write_if_other(&folder.join("HEAD"), "ref: refs/heads/none\n")?;
        let key = Digest::of("revision", &revision).short(16);
        let git = GitDir::open(&folder).ok_or_else(|| std::io::Error::other("it holds something else"))?;
        let (reference, last) = (format!("refs/callboard/{key}"), folder.join("callboard").join(key));
        Ok(Self { git, folder, reference, last })
    }

    /// The last state, if its commit is still there.
    fn last(&self, reading: &Reading<'_>) -> Option<Found> {
        let last: Last = unsealed(&std::fs::read(&self.last).ok()?)?;
        self.found(reading, full_id(&last.commit)?, last.name).ok()
    }

    fn found(&self, reading: &Reading<'_>, id: git2::Oid, name: Option<String>) -> Result<Found, FetchError> {
        let found = reading.shelf.with(&self.git.objects(), |store| Ok(find_commit(store, id, name)));
        found
            .map_err(|error| error.message().to_owned())
            .flatten()
            .map_err(|message| FetchError { message, hint: None })
    }

    fn keep(&self, found: &Found) {
        let last = Last { commit: found.revision.commit.clone(), name: found.revision.branch.clone() };
        if let Ok(bytes) = postcard::to_allocvec(&last) {
            write_whole(&self.last, &sealed(bytes)).ok();
        }
    }
}

/// Brings the cache up to date, alone: another process that fetches the same repository is waited for.
fn update(
    reading: &Reading<'_>,
    cache: &Cache,
    permit: &Permit,
    revision: Option<&str>,
    options: &SourceOptions,
    name: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Found, Option<FetchError>> {
    let token = options.token_env.as_ref().and_then(|variable| {
        token_setting(variable, std::env::var(variable).ok(), permit.address())
            .map_err(|why| diagnostics.push(NO_TOKEN.diagnostic(why).about(name)))
            .ok()
    });
    let lock = File::create(cache.folder.join("callboard").join("lock"));
    let _held = lock.and_then(|file| file.lock().map(|()| file)).map_err(|error| {
        Some(FetchError { message: format!("its place in the cache cannot be locked: {error}"), hint: None })
    })?;
    let remote = Remote { permit, folder: &cache.folder, timeout: reading.options.fetch_timeout, token };
    let depth = match (options.history, cache.git.is_shallow()) {
        (false, _) => Depth::Latest,
        (true, false) => Depth::Whole,
        (true, true) => Depth::Rest,
    };
    let found = fetch_missing(reading, cache, &remote, revision, depth)?;
    cache.keep(&found);
    Ok(found)
}

fn fetch_missing(
    reading: &Reading<'_>,
    cache: &Cache,
    remote: &Remote<'_>,
    revision: Option<&str>,
    depth: Depth,
) -> Result<Found, FetchError> {
    let enough = depth != Depth::Rest;
    // Only what a reference or the note of a finished fetch names is known to be complete: a fetch that was cut off may
    // have left the commit and not its files.
    let complete = cache.git.reference(&cache.reference);
    // A commit never changes: nobody is asked for one that is there.
    if let Some(id) = revision.and_then(full_id).filter(|_| enough)
        && let Some(found) = cache.last(reading).filter(|found| found.revision.commit == id.to_string())
    {
        return Ok(found);
    }
    let (what, name) = match ask(remote, revision)? {
        Some(offer) if complete == Some(offer.id) && enough => return cache.found(reading, offer.id, offer.name),
        Some(offer) if offer.reference == "HEAD" => (offer.id.to_string(), offer.name),
        Some(offer) => (offer.reference, offer.name),
        None => match revision {
            None => return Err(FetchError { message: "it has no commits yet".to_owned(), hint: None }),
            Some(text) if full_id(text).is_some() => (text.to_owned(), None),
            Some(text) => {
                let present = reading.shelf.with(&cache.git.objects(), |store| Ok(commit_id(store, text)));
                return match present.ok().flatten() {
                    Some(id) => cache.found(reading, id, None),
                    None => Err(FetchError {
                        message: format!("it has no branch, tag or commit `{}`", printable(text)),
                        hint: Some("check the name; a commit that was never fetched needs its full id"),
                    }),
                };
            }
        },
    };
    fetch(remote, &what, &cache.reference, depth)?;
    // What a reference names may have moved since it was asked for.
    let id = cache.git.reference(&cache.reference);
    let id = id.ok_or_else(|| FetchError { message: "git did not say what it fetched".to_owned(), hint: None })?;
    cache.found(reading, id, name)
}

fn write_if_other(path: &Path, text: &str) -> std::io::Result<()> {
    if std::fs::read(path).is_ok_and(|found| found == text.as_bytes()) {
        return Ok(());
    }
    write_whole(path, text.as_bytes())
}

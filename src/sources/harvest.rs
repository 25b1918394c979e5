use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::directory::{read_changes, read_directory};
use super::finding::printable;
use super::git::read_local;
use super::reading::{HarvestEvent, HarvestOptions, Reading, many, nothing};
use super::remote::read_remote;
use super::rules::PANICKED;
use super::shelf::Shelf;
use super::snapshots::read_snapshots;
use super::{Changes, Harvest, Snapshot, Source, SourceKind};
use crate::base::{Limits, Outcome};
use crate::net::{Address, Net};

/// Reads all sources, several at a time, and gives their snapshots in the order of the sources.
///
/// A source that cannot be read costs diagnostics, and so does a panic in its work; the others are not touched by it.
/// Remote repositories are fetched by threads of their own, which wait for the network most of the time.
pub fn harvest(
    sources: &[Source],
    options: &HarvestOptions,
    limits: &Limits,
    progress: &(dyn Fn(HarvestEvent<'_>) + Sync),
) -> Outcome<Harvest> {
    harvest_again(&mut LastHarvest::default(), &Changes::everything(), sources, options, limits, progress)
}

/// What a process keeps of its last harvest.
#[derive(Debug, Default)]
pub struct LastHarvest {
    read: Vec<(Source, Outcome<Vec<Snapshot>>)>,
    /// What the sources were read under.
    under: Option<(HarvestOptions, Limits)>,
}

/// As [`harvest`], but a source that no change touches is not read again, and a remote one is fetched again only if the
/// changes ask for that. A remote that could not be reached is tried again with the next fetch, too.
pub fn harvest_again(
    last: &mut LastHarvest,
    changes: &Changes,
    sources: &[Source],
    options: &HarvestOptions,
    limits: &Limits,
    progress: &(dyn Fn(HarvestEvent<'_>) + Sync),
) -> Outcome<Harvest> {
    let under = Some((options.clone(), limits.clone()));
    let before = if last.under == under { std::mem::take(&mut last.read) } else { Vec::new() };
    let hosts = sources.iter().filter_map(|source| Some(Address::parse(remote_url(source)?).ok()?.host));
    let net = Net::new(hosts, options.offline);
    let reading = Reading { options, limits, net, shelf: Arc::new(Shelf::default()), progress };
    let kept = |index: usize| {
        let source = &sources[index];
        let (_, outcome) = before.iter().find(|(other, _)| other == source)?;
        if touched(source, changes) {
            return in_part(&reading, source, outcome, changes).map(|outcome| (index, outcome));
        }
        Some((index, outcome.clone()))
    };
    let (fresh, mut done): (Vec<usize>, Vec<_>) = {
        let looked: Vec<_> = (0..sources.len()).map(|index| (index, kept(index))).collect();
        let fresh = looked.iter().filter(|(_, kept)| kept.is_none()).map(|(index, _)| *index).collect();
        (fresh, looked.into_iter().filter_map(|(_, kept)| kept).collect())
    };
    let (remote, local): (Vec<usize>, Vec<usize>) = fresh.into_iter().partition(|&index| is_remote(&sources[index]));
    done.extend(std::thread::scope(|scope| {
        let fetched =
            scope.spawn(|| many(&remote, options.fetches, |index| (index, guarded(&reading, &sources[index]))));
        let mut done: Vec<_> = local.par_iter().map(|&index| (index, guarded(&reading, &sources[index]))).collect();
        done.extend(fetched.join().unwrap_or_default());
        done
    }));
    done.sort_by_key(|(index, _)| *index);
    last.read = done.iter().map(|(index, one)| (sources[*index].clone(), one.clone())).collect();
    last.under = under;
    let mut outcome = Outcome::<Harvest>::default();
    for (_, one) in done {
        outcome.diagnostics.extend(one.diagnostics);
        outcome.value.snapshots.extend(one.value);
    }
    outcome
}

/// A source that was read before without a finding, with only what changed read again; `None` if that cannot be.
fn in_part(
    reading: &Reading<'_>,
    source: &Source,
    last: &Outcome<Vec<Snapshot>>,
    changes: &Changes,
) -> Option<Outcome<Vec<Snapshot>>> {
    let (SourceKind::Directory(path), [snapshot]) = (&source.kind, last.value.as_slice()) else { return None };
    if changes.everything || !last.diagnostics.is_empty() {
        return None;
    }
    let read = catch_unwind(AssertUnwindSafe(|| read_changes(reading, path, &source.options, snapshot, changes)));
    Some(Outcome::clean(vec![read.ok()??]))
}

/// Whether a source has to be read again.
fn touched(source: &Source, changes: &Changes) -> bool {
    let path = match &source.kind {
        SourceKind::Directory(path) => path.clone(),
        SourceKind::Git { url, .. } => match local_path(url) {
            Some(path) => path,
            None => return changes.refetch,
        },
        SourceKind::Snapshots { .. } => return changes.refetch,
    };
    changes.touch_real(&path)
}

fn guarded(reading: &Reading<'_>, source: &Source) -> Outcome<Vec<Snapshot>> {
    let name = name_of(source);
    let result = catch_unwind(AssertUnwindSafe(|| read(reading, &name, source))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        many_of(nothing(&PANICKED, &name, format!("reading `{name}` failed inside Callboard: {}", printable(text))))
    });
    let files = result.value.iter().map(|snapshot| snapshot.tree.files().len()).reduce(|all, files| all + files);
    (reading.progress)(HarvestEvent::Done { name: &name, files });
    result
}

fn read(reading: &Reading<'_>, name: &str, source: &Source) -> Outcome<Vec<Snapshot>> {
    match &source.kind {
        SourceKind::Directory(path) => many_of(read_directory(reading, name, path, &source.options)),
        SourceKind::Git { url, revision } => many_of(match local_path(url) {
            Some(path) => read_local(reading, name, &path, revision.as_deref(), &source.options),
            None => read_remote(reading, name, url, revision.as_deref(), &source.options),
        }),
        SourceKind::Snapshots { url, store } => read_snapshots(reading, name, url, store, &source.options),
    }
}

fn many_of(one: Outcome<Option<Snapshot>>) -> Outcome<Vec<Snapshot>> {
    Outcome { value: one.value.into_iter().collect(), diagnostics: one.diagnostics }
}

/// The path that a git source means on this machine: a path or a `file://` URL. `None` for remote addresses.
fn local_path(url: &str) -> Option<PathBuf> {
    if let Some(path) = url.strip_prefix("file://") {
        let path = path.strip_prefix("localhost").unwrap_or(path);
        let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned();
        return Some(PathBuf::from(path));
    }
    let before_slash = url.split('/').next().unwrap_or("");
    (!url.contains("://") && !before_slash.contains(':')).then(|| PathBuf::from(url))
}

fn remote_url(source: &Source) -> Option<&str> {
    match &source.kind {
        SourceKind::Git { url, .. } if local_path(url).is_none() => Some(url),
        _ => None,
    }
}

/// Whether reading a source is mostly waiting.
fn is_remote(source: &Source) -> bool {
    matches!(source.kind, SourceKind::Snapshots { .. }) || remote_url(source).is_some()
}

/// The name for people: as configured, `org/repo` of a remote, or the folder's name.
fn name_of(source: &Source) -> String {
    if let Some(name) = &source.options.name {
        return name.clone();
    }
    let path = match &source.kind {
        SourceKind::Directory(path) => path.clone(),
        SourceKind::Snapshots { url, .. } => return printable(&url.to_string()),
        SourceKind::Git { url, .. } => match (local_path(url), Address::parse(url)) {
            (Some(path), _) => path,
            (None, Ok(address)) => {
                let path = address.path.trim_matches('/');
                let path = path.strip_suffix(".git").unwrap_or(path);
                let parts: Vec<&str> = path.rsplitn(3, '/').take(2).collect();
                return printable(&parts.into_iter().rev().collect::<Vec<_>>().join("/"));
            }
            (None, Err(_)) => return printable(&crate::net::without_credentials(url)),
        },
    };
    let folder = if path.ends_with(".git") { path.parent().unwrap_or(Path::new("")) } else { &path };
    let name = folder.file_name().map_or_else(|| path.to_string_lossy(), std::ffi::OsStr::to_string_lossy);
    printable(name.strip_suffix(".git").unwrap_or(&name))
}

use crate::config::Settings;
use crate::sources::{Snapshot, Source, SourceKind, SourceOptions};

/// The name under which the portal's own pages are harvested.
const NAME: &str = "pages";

/// All sources: those of the settings, and last the folder of the portal's own pages, which is read like a repository.
pub(super) fn sources(settings: &Settings) -> Vec<Source> {
    let mut all = settings.sources.clone();
    all.extend(settings.pages.as_ref().map(|folder| Source {
        kind: SourceKind::Directory(folder.clone()),
        options: SourceOptions { name: Some(NAME.to_owned()), ..SourceOptions::default() },
    }));
    all
}

/// The snapshot of the portal's own pages.
pub(super) fn snapshot(settings: &Settings, snapshots: &[Snapshot]) -> Option<usize> {
    settings.pages.as_ref()?;
    snapshots.iter().rposition(|snapshot| snapshot.origin.name == NAME)
}

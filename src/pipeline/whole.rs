use serde::{Deserialize, Serialize};

use super::built::{Built, Counts};
use super::memo::Memo;
use crate::base::{Diagnostic, Digest};
use crate::config::Settings;
use crate::output::{Manifest, Sink};
use crate::plugins::{self, FetchOptions, Plugin, Receipt};
use crate::sources::Snapshot;
use crate::theme::Theme;

/// What is remembered of a whole build: what it said, and what it wrote.
#[derive(Clone, Serialize, Deserialize)]
struct Whole {
    diagnostics: Vec<Diagnostic>,
    counts: Counts,
    manifest: Manifest,
    receipts: Vec<Receipt>,
}

/// Identity of everything that a site is made from: the program, what it is told, the theme, the plugins, and every file of
/// every snapshot. Equal identities, equal sites.
pub(super) fn identity(
    settings: &Settings,
    theme: &Theme,
    plugins: &[Plugin],
    snapshots: &[Snapshot],
    findings: &[Diagnostic],
) -> Digest {
    let program = concat!(env!("CARGO_PKG_VERSION"), "-", env!("CALLBOARD_SOURCES"));
    let harvested: Vec<_> = snapshots
        .iter()
        .map(|snapshot| {
            let files: Vec<_> = snapshot.tree.files().map(|(path, file)| (path, file.identity)).collect();
            let history = snapshot.tree.has_history();
            (&snapshot.origin, &snapshot.stale, &snapshot.entity_files, history, Digest::of("files", &files))
        })
        .collect();
    // The derived debug form names every field, so that a new setting can never be forgotten here.
    let told = (format!("{settings:?}"), format!("{plugins:?}"));
    Digest::of("whole", &(program, told, theme.digest(), harvested, findings))
}

/// The remembered build of this identity, if endpoints would answer the same and its site is in place to the byte; the stage
/// then keeps all of it.
pub(super) fn in_place(identity: Digest, memo: &Memo, sink: &dyn Sink, options: &FetchOptions<'_>) -> Option<Built> {
    let whole: Whole = memo.get(&identity)?;
    if !plugins::still_current(&whole.receipts, options) || !sink.keep(&whole.manifest) {
        return None;
    }
    memo.keep_all();
    Some(Built { diagnostics: whole.diagnostics, counts: whole.counts, ..Built::default() })
}

/// Remembers a build whose site has been written.
pub fn remember(memo: &Memo, built: &Built, manifest: &Manifest) {
    if let Some(identity) = built.identity {
        let whole = Whole {
            diagnostics: built.diagnostics.clone(),
            counts: built.counts,
            manifest: manifest.clone(),
            receipts: built.receipts.clone(),
        };
        memo.put(identity, &whole);
    }
}

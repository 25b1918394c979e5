use serde::{Deserialize, Serialize};

use super::built::{Built, Counts};
use super::memo::Memo;
use crate::base::{Diagnostic, Digest};
use crate::diagrams;
use crate::output::{Manifest, Sink};
use crate::plugins::Receipt;
use crate::sources::Snapshot;

/// What is remembered of a whole build: what it said, and what it wrote.
#[derive(Clone, Serialize, Deserialize)]
struct Whole {
    diagnostics: Vec<Diagnostic>,
    counts: Counts,
    manifest: Manifest,
    receipts: Vec<Receipt>,
}

/// Identity of everything that a site is made from: the program, what it is `told`, every file of every snapshot, and what was
/// found so far. Equal identities, equal sites.
pub fn identity(told: Digest, snapshots: &[Snapshot], findings: &[Diagnostic]) -> Digest {
    let program = concat!(env!("CARGO_PKG_VERSION"), "-", env!("CALLBOARD_SOURCES"));
    let harvested: Vec<_> = snapshots
        .iter()
        .map(|snapshot| {
            let files: Vec<_> = snapshot.tree.files().map(|(path, file)| (path, file.identity)).collect();
            let history = snapshot.tree.has_history();
            (&snapshot.origin, &snapshot.stale, &snapshot.entity_files, history, Digest::of("files", &files))
        })
        .collect();
    Digest::of("whole", &(program, told, harvested, findings))
}

/// The remembered build of this identity, if endpoints would answer the same (which `is_current` tells) and its site is in
/// place to the byte; the stage then keeps all of it.
pub fn in_place(
    identity: Digest,
    memo: &Memo,
    sink: &dyn Sink,
    is_current: impl FnOnce(&[Receipt]) -> bool,
) -> Option<Built> {
    let whole: Whole = memo.get(&identity)?;
    if !is_current(&whole.receipts) || !sink.keep(&whole.manifest) {
        return None;
    }
    memo.keep_all();
    Some(Built { diagnostics: whole.diagnostics, counts: whole.counts, ..Built::default() })
}

/// Remembers a build whose site has been written.
pub fn remember(memo: &Memo, built: &Built, manifest: &Manifest) {
    // A program that failed may do better next time, so such a build is not the last word.
    let lasting = !built.diagnostics.iter().any(|finding| finding.code == diagrams::COMMAND_FAILED.code);
    if let Some(identity) = built.identity.filter(|_| lasting) {
        let whole = Whole {
            diagnostics: built.diagnostics.clone(),
            counts: built.counts,
            manifest: manifest.clone(),
            receipts: built.receipts.clone(),
        };
        memo.put(identity, &whole);
    }
}

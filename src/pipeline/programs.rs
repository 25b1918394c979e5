use std::collections::BTreeMap;

use rayon::prelude::*;

use super::memo::Memo;
use crate::base::{Diagnostic, RelPath};
use crate::config::Settings;
use crate::plugins::{self, Ask, Plugin, Said};
use crate::sources::Snapshot;

/// An answer to every question: remembered, or from the plugin's program, which is started at most once, and only for
/// questions that are new.
pub(super) fn answers(
    plugins: &[Plugin],
    asks: &[Ask],
    settings: &Settings,
    memo: &Memo,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Option<String>> {
    let mut answers: Vec<Option<String>> =
        asks.iter().map(|ask| if ask.remembered { memo.get(&ask.identity) } else { None }).collect();
    let new = plugins::by_plugin(asks).into_iter().filter_map(|(plugin, places)| {
        let places: Vec<usize> = places.into_iter().filter(|at| answers[*at].is_none()).collect();
        (!places.is_empty()).then_some((plugin, places))
    });
    let new: Vec<(usize, Vec<usize>)> = new.collect();
    let talk = |(plugin, places): &(usize, Vec<usize>)| -> Said {
        let questions: Vec<&Ask> = places.iter().map(|at| &asks[*at]).collect();
        plugins::converse(&plugins[*plugin], &questions, settings.offline)
    };
    let said: Vec<Said> = new.par_iter().map(talk).collect();
    for ((_, places), (lines, found)) in new.iter().zip(said) {
        findings.extend(found);
        for (at, line) in places.iter().zip(lines) {
            if let Some(line) = line.as_ref().filter(|_| asks[*at].remembered) {
                memo.put(asks[*at].identity, line);
            }
            answers[*at] = line;
        }
    }
    answers
}

/// The snapshots with what programs contribute: documents that they make of files, and snapshots of entities that they know.
pub(super) fn contributions(
    snapshots: Vec<Snapshot>,
    plugins: &[Plugin],
    settings: &Settings,
    memo: &Memo,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Snapshot> {
    let mut snapshots = snapshots;
    let placed = plugins::docs_asks(plugins, &snapshots, settings.limits.page_bytes);
    let asks: Vec<Ask> = placed.iter().map(|(ask, ..)| ask.clone()).collect();
    let mut made = BTreeMap::<usize, BTreeMap<RelPath, Vec<u8>>>::new();
    for ((ask, snapshot, path), line) in placed.iter().zip(answers(plugins, &asks, settings, memo, findings)) {
        let plugin = &plugins[ask.plugin];
        let document = line.and_then(|line| plugins::document(plugin, &line, path, &ask.subject, findings));
        if let Some((place, text)) = document {
            made.entry(*snapshot).or_default().insert(place, text);
        }
    }
    for (at, files) in made {
        snapshots[at].tree = snapshots[at].tree.with_files(files);
    }
    let asks = plugins::harvest_asks(plugins);
    for (ask, line) in asks.iter().zip(answers(plugins, &asks, settings, memo, findings)) {
        let known = line.and_then(|line| plugins::harvested(&plugins[ask.plugin], &line, findings));
        snapshots.extend(known);
    }
    snapshots
}

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use serde_json::json;

use super::built::{Built, Event};
use super::docs::{self, Tools};
use super::enrich::Enriching;
use super::index::{Put, index};
use super::kept::{Kept, PluginSet, Readings};
use super::later::Later;
use super::memo::{Memo, mark_as_cache};
use super::parts::Parts;
use super::run::Run;
use super::{own_pages, programs, whole, write};
use crate::base::{Diagnostic, Digest};
use crate::config::{Font, SearchServer, Settings};
use crate::output::Sink;
use crate::plugins::{self, Receipt, Scorecard};
use crate::search::{Form, SearchPage, Server};
use crate::sources::{Changes, Harvest, HarvestEvent, HarvestOptions, Snapshot, SourceKind};
use crate::techdocs::Commands;
use crate::theme::{Brand, BrandFont, Theme};
use crate::{diagrams, output, site, sources};

/// Builds the portal: every file goes to the stage as soon as it is made, in no stated order. If the very same build was
/// [`remember`]ed and its site is still in place, nothing is made at all. Memory is given back when the process ends: who builds
/// more than once takes [`build_again`].
///
/// `Err`: the machine failed, or the user's theme is broken. Whatever is wrong with content is a finding.
pub fn build(
    settings: &Settings,
    memo: &Memo,
    sink: &dyn Sink,
    tell: &(dyn Fn(Event) + Sync),
) -> anyhow::Result<Built> {
    // Nobody builds again: what is kept is millions of small pieces, which the end of the process gives back at once.
    let mut kept = std::mem::ManuallyDrop::new(Kept::default());
    build_again(&mut kept, &Changes::everything(), settings, memo, sink, tell)
}

/// As [`build`], in a process that built before: what no change touches is neither read nor made again. The memo is for the
/// first time; after it all is in memory. If `kept` says so, the search index is left for later.
pub fn build_again(
    kept: &mut Kept,
    changes: &Changes,
    settings: &Settings,
    memo: &Memo,
    sink: &dyn Sink,
    tell: &(dyn Fn(Event) + Sync),
) -> anyhow::Result<Built> {
    let mut run = Run::new(tell);
    let again = kept.memos();
    let (about_entities, memo) = again.as_ref().map_or((memo, memo), |(products, none)| (&**products, none));
    let gathered = gather(kept, changes, settings, about_entities, &mut run)?;
    let Gathered { theme, set, snapshots } = &gathered;
    let enriching = set.enriching(settings, theme, about_entities);
    let identity = again.is_none().then(|| {
        // The derived debug form names every field, so that a new setting can never be forgotten here.
        let set = (format!("{:?}", set.plugins), format!("{:?}", set.scorecards));
        whole::identity(Digest::of("portal", &(format!("{settings:?}"), set, theme.digest())), snapshots, &run.findings)
    });
    let is_current = |receipts: &[Receipt]| plugins::still_current(receipts, &enriching.fetch_options());
    if let Some(built) = identity.and_then(|identity| whole::in_place(identity, memo, sink, is_current)) {
        return Ok(Built { times: run.times, ..built });
    }
    let theme = Arc::clone(theme);
    let memos = Memos { about_entities, others: memo };
    let parts = parts(kept, &gathered, &enriching, memos, &mut run);
    let site = run.stage("assemble", 0, || site::assemble(&parts.input(), &mut kept.pages));
    let site = site.drain_into(&mut run.findings);
    run.findings.extend(parts.diagnostics.iter().cloned());
    write::all(&site, &theme, &parts, kept, memo, sink, &mut run)?;
    let counts = parts.counts(&site);
    let catalog = Some(Arc::clone(&parts.catalog));
    let receipts = parts.receipts.clone();
    let mut later = None;
    if settings.search.enabled {
        let form = form(settings);
        if kept.search_later {
            later =
                Some(Later::new(move |put| index(&site::search_pages(&parts.input()), &form, &Memo::forgetful(), put)));
        } else {
            let pages = site::search_pages(&parts.input());
            let put: &Put<'_> = &|route, bytes| sink.put(route, bytes);
            let indexed = run.stage("index", pages.len(), || index(&pages, &form, memo, put))?;
            run.findings.extend(indexed);
        }
    }
    run.findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    Ok(Built { diagnostics: run.findings, counts, catalog, later, times: run.times, identity, receipts })
}

/// Where products are remembered.
#[derive(Clone, Copy)]
struct Memos<'a> {
    about_entities: &'a Memo,
    others: &'a Memo,
}

/// What a build begins with.
struct Gathered {
    theme: Arc<Theme>,
    set: PluginSet,
    snapshots: Vec<Snapshot>,
}

fn gather(
    kept: &mut Kept,
    changes: &Changes,
    settings: &Settings,
    memo: &Memo,
    run: &mut Run<'_>,
) -> anyhow::Result<Gathered> {
    let theme = run.stage("theme", 0, || kept.theme(settings, brand(settings), changes))?.drain_into(&mut run.findings);
    let set =
        run.stage("plugins", 0, || kept.plugins(&settings.plugins, &theme, changes))?.drain_into(&mut run.findings);
    let snapshots = harvest(kept, changes, settings, run).snapshots;
    let snapshots = programs::contributions(snapshots, &set.plugins, settings, memo, &mut run.findings);
    Ok(Gathered { theme, set, snapshots })
}

/// Makes what a site is assembled from.
fn parts(
    kept: &mut Kept,
    gathered: &Gathered,
    enriching: &Enriching<'_>,
    memos: Memos<'_>,
    run: &mut Run<'_>,
) -> Parts {
    let (settings, snapshots) = (enriching.settings, &gathered.snapshots);
    let catalog =
        run.stage("catalog", snapshots.len(), || kept.catalog(snapshots, settings)).drain_into(&mut run.findings);
    let (enrichment, receipts) = kept.enrichment(enriching, &catalog, &gathered.set.plugins, snapshots, run);
    let own = own_pages::snapshot(settings, snapshots);
    let commands = diagram_commands(settings);
    let tools = Tools { snapshots, commands: &commands, limits: &settings.limits, memo: memos.others };
    let (books, pages) =
        run.stage("docs", 0, || docs::books(&mut kept.books, &catalog, own, tools)).drain_into(&mut run.findings);
    let changes = kept.histories.of_descriptions(&catalog, snapshots);
    let Readings { apis, code } = run
        .stage("apis", 0, || kept.readings(&catalog, &settings.limits, memos.about_entities))
        .drain_into(&mut run.findings);
    run.findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    let diagnostics = std::mem::take(&mut run.findings);
    let patterns = settings.theme.patterns.then(|| json!(gathered.theme.patterns()));
    let (settings, snapshots) = (settings.clone(), snapshots.clone());
    Parts {
        settings,
        snapshots,
        catalog,
        books,
        pages,
        patterns,
        apis,
        enrichment,
        code,
        changes,
        diagnostics,
        receipts,
    }
}

/// What search finds in the sources as they are now; nothing is written. Findings are left to a build.
///
/// `Err`: the machine failed, or the user's theme is broken.
pub fn search_pages(settings: &Settings, memo: &Memo) -> anyhow::Result<Vec<SearchPage>> {
    let (mut kept, mut run) = (Kept::default(), Run::new(&|_| {}));
    let gathered = gather(&mut kept, &Changes::everything(), settings, memo, &mut run)?;
    let Gathered { theme, set, .. } = &gathered;
    let enriching = set.enriching(settings, theme, memo);
    let memos = Memos { about_entities: memo, others: memo };
    let parts = parts(&mut kept, &gathered, &enriching, memos, &mut run);
    Ok(site::search_pages(&parts.input()))
}

/// A scorecard, and how everything stands by it: titles of levels by entity.
pub type Standing = (Scorecard, BTreeMap<String, String>);

/// How everything stands by each scorecard, now; with what is wrong with the plugins and scorecards. Other findings are left to
/// a build.
///
/// `Err`: the machine failed, or the user's theme is broken.
pub fn standings(settings: &Settings, memo: &Memo) -> anyhow::Result<(Vec<Standing>, Vec<Diagnostic>)> {
    let (mut kept, mut run) = (Kept::default(), Run::new(&|_| {}));
    let gathered = gather(&mut kept, &Changes::everything(), settings, memo, &mut run)?;
    let Gathered { theme, set, snapshots } = &gathered;
    let enriching = set.enriching(settings, theme, memo);
    let catalog = kept.catalog(snapshots, settings).value;
    let wrong = plugins::scorecards(&settings.plugins).diagnostics;
    let (enrichment, _) = enriching.enrich(&catalog, snapshots, &mut run);
    let standing = |card: &Scorecard| (card.clone(), plugins::standings(card, &enrichment));
    Ok((set.scorecards.iter().map(standing).collect(), wrong))
}

/// What the search index is made for.
fn form(settings: &Settings) -> Form {
    let server = settings.search.server.clone();
    let server = server.map(|SearchServer { endpoint, index }| Server { endpoint, index });
    Form { scripts: settings.portable, server }
}

/// What the settings change of the theme's looks.
fn brand(settings: &Settings) -> Brand {
    let theme = &settings.theme;
    let font = |font: &Font| BrandFont {
        family: font.family.clone(),
        file: font.file.clone(),
        weight: font.weight.clone(),
        italic: font.italic,
        code: font.code,
    };
    Brand {
        hue: theme.accent_hue,
        logo: theme.logo.clone(),
        favicon: theme.favicon.clone(),
        fonts: theme.fonts.iter().map(font).collect(),
        servers: settings.search.server.iter().map(|server| server.endpoint.clone()).collect(),
    }
}

fn harvest(kept: &mut Kept, changes: &Changes, settings: &Settings, run: &mut Run<'_>) -> Harvest {
    let options = HarvestOptions {
        offline: settings.offline,
        exclude: vec![settings.output.clone()],
        ..HarvestOptions::new(&settings.cache_dir)
    };
    let tell = run.tell;
    let advance = |event: HarvestEvent<'_>| {
        if matches!(event, HarvestEvent::Done { .. }) {
            tell(Event::Advance);
        }
    };
    let (last, limits, all) = (&mut kept.harvest, &settings.limits, own_pages::sources(settings));
    let harvest =
        run.stage("harvest", all.len(), || sources::harvest_again(last, changes, &all, &options, limits, &advance));
    harvest.drain_into(&mut run.findings)
}

/// The programs that draw diagrams.
pub fn diagram_commands(settings: &Settings) -> Commands {
    let command = |words: &Vec<String>| diagrams::Command { words: words.clone(), folder: settings.root.clone() };
    settings.diagrams.iter().map(|(language, words)| (*language, command(words))).collect()
}

/// Opens the memo of this portal: each settings file has its own, so that portals do not sweep each other's products.
pub fn open_memo(settings: &Settings) -> anyhow::Result<Memo> {
    mark_as_cache(&settings.cache_dir)
        .with_context(|| format!("cannot write the cache folder `{}`", settings.cache_dir.display()))?;
    let root = settings.root.to_string_lossy();
    Memo::open(&settings.cache_dir.join("memo").join(Digest::of_bytes(root.as_bytes()).short(16)))
}

/// Why the site must not be written where the settings say: it would lie over what it is made of.
pub fn unusable_output(settings: &Settings) -> Option<Diagnostic> {
    let real = |path: &std::path::Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let output = real(&settings.output);
    let folders = settings.sources.iter().filter_map(|source| match &source.kind {
        SourceKind::Directory(path) => Some(real(path)),
        SourceKind::Snapshots { url, .. } => {
            Some(real(std::path::Path::new(&url.prefix))).filter(|_| url.kind == crate::net::StoreKind::Directory)
        }
        SourceKind::Git { url, .. } => Some(real(std::path::Path::new(url))).filter(|path| path.is_absolute()),
    });
    let covered = folders.chain([real(&settings.root)]).find(|folder| folder.starts_with(&output))?;
    let message = format!("the site would be written over `{}`", covered.display());
    Some(output::rules::SOURCE.diagnostic(message).hint("give a folder of its own with `output` or `--output`"))
}

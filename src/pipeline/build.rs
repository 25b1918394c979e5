use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use anyhow::Context;
use serde::Serialize;
use serde_json::{Value, json};

use super::apis;
use super::built::{Built, Counts, Event};
use super::enrich::Enriching;
use super::index::{Put, index};
use super::memo::{Memo, mark_as_cache};
use super::run::Run;
use super::step::{Step, each};
use super::whole;
use super::{docs, own_pages, programs};
use crate::base::{Diagnostic, Digest, Outcome, Place, Route, with_named_pages};
use crate::catalog::Catalog;
use crate::config::{Font, SearchServer, Settings};
use crate::output::Sink;
use crate::plugins::{Receipt, Scorecard};
use crate::search::{Form, SearchPage, Server};
use crate::site::{Input, Site, SiteFile};
use crate::sources::{Changes, Harvest, HarvestEvent, HarvestOptions, LastHarvest, Snapshot, SourceKind};
use crate::techdocs::{Book, Commands};
use crate::theme::{Brand, BrandFont, Theme};
use crate::{catalog, diagrams, export, output, plugins, site, sources, theme};

/// Builds the portal: every file goes to the stage as soon as it is made, in no stated order. If the very same build was
/// [`remember`]ed and its site is still in place, nothing is made at all.
///
/// `Err`: the machine failed, or the user's theme is broken. Whatever is wrong with content is a finding.
pub fn build(
    settings: &Settings,
    memo: &Memo,
    sink: &dyn Sink,
    tell: &(dyn Fn(Event) + Sync),
) -> anyhow::Result<Built> {
    build_again(&mut Kept::default(), &Changes::everything(), settings, memo, sink, tell)
}

/// What a process keeps of its last build.
#[derive(Debug, Default)]
pub struct Kept {
    harvest: LastHarvest,
}

/// As [`build`], in a process that built before: what no change touches is not read again.
pub fn build_again(
    kept: &mut Kept,
    changes: &Changes,
    settings: &Settings,
    memo: &Memo,
    sink: &dyn Sink,
    tell: &(dyn Fn(Event) + Sync),
) -> anyhow::Result<Built> {
    let put: &Put<'_> = &|route, bytes| sink.put(route, bytes);
    let mut run = Run::new(tell);
    let theme = run
        .stage("theme", 0, || theme::load(settings.theme.dir.as_deref(), &brand(settings)))?
        .drain_into(&mut run.findings);
    let mut plugins = run.stage("plugins", 0, || plugins::load(&settings.plugins))?.drain_into(&mut run.findings);
    let snippets = plugins::templates(&mut plugins, &theme).drain_into(&mut run.findings);
    let scorecards = plugins::scorecards(&settings.plugins).drain_into(&mut run.findings);

    let snapshots = harvest(kept, changes, settings, &mut run).snapshots;
    let snapshots = &programs::contributions(snapshots, &plugins, settings, memo, &mut run.findings);
    let enriching =
        Enriching { settings, theme: &theme, plugins: &plugins, scorecards: &scorecards, snippets: &snippets, memo };
    let identity = whole::identity(settings, &theme, &plugins, &scorecards, snapshots, &run.findings);
    if let Some(built) = whole::in_place(identity, memo, sink, &enriching.fetch_options()) {
        return Ok(Built { times: run.times, ..built });
    }
    let Assembled { catalog, books, site, receipts } = assembled(&mut run, settings, &enriching, snapshots, memo);

    let render_findings =
        run.stage("render", site.pages.len(), || render(&site, &theme, settings.portable, memo, put, tell))?;
    run.findings.extend(render_findings);
    let written = run.stage("files", site.files.len(), || write_files(&site, &theme, snapshots, settings, put))?;
    run.findings.extend(written);
    if settings.search.enabled {
        let server = settings.search.server.clone();
        let server = server.map(|SearchServer { endpoint, index }| Server { endpoint, index });
        let form = Form { scripts: settings.portable, server };
        let indexed = run.stage("index", site.search.len(), || index(&site.search, &form, memo, put))?;
        run.findings.extend(indexed);
    }
    let exported = run.stage("export", 0, || put_all(export::files(&catalog), put))?;
    run.findings.extend(exported);

    run.findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    let counts = counts(snapshots, &catalog, &books, &site);
    // A program that failed may do better next time, so such a build is not the last word.
    let lasting = !run.findings.iter().any(|finding| finding.code == diagrams::COMMAND_FAILED.code);
    let catalog = Some(Arc::new(catalog));
    let identity = lasting.then_some(identity);
    Ok(Built { diagnostics: run.findings, counts, catalog, times: run.times, identity, receipts })
}

/// What the harvested repositories say, as a site.
struct Assembled {
    catalog: Catalog,
    books: Vec<Book>,
    site: Site,
    receipts: Vec<Receipt>,
}

fn assembled(
    run: &mut Run<'_>,
    settings: &Settings,
    enriching: &Enriching<'_>,
    snapshots: &[Snapshot],
    memo: &Memo,
) -> Assembled {
    let catalog = run
        .stage("catalog", snapshots.len(), || catalog::load(snapshots, &settings.catalog, &settings.limits))
        .drain_into(&mut run.findings);
    let (enrichment, receipts) = enriching.enrich(&catalog, snapshots, run);
    let own = own_pages::snapshot(settings, snapshots);
    let (books, own) = run
        .stage("docs", 0, || docs::books(&catalog, snapshots, own, &commands(settings), &settings.limits, memo))
        .drain_into(&mut run.findings);
    let apis = run.stage("apis", 0, || apis::read(&catalog, &settings.limits, memo)).drain_into(&mut run.findings);
    let code = docs::code(site::code_blocks(&catalog), &settings.limits, memo, &mut run.findings);
    run.findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    let found = std::mem::take(&mut run.findings);
    let patterns = settings.theme.patterns.then(|| json!(enriching.theme.patterns()));
    let input = Input {
        settings,
        snapshots,
        catalog: &catalog,
        books: &books,
        pages: own.as_ref(),
        patterns: patterns.as_ref(),
        apis: &apis,
        enrichment: &enrichment,
        code: &code,
        diagnostics: &found,
    };
    let assembled = run.stage("assemble", 0, || site::assemble(&input));
    let site = assembled.drain_into(&mut run.findings);
    run.findings.extend(found);
    Assembled { catalog, books, site, receipts }
}

/// What search finds in the sources as they are now; nothing is written. Findings are left to a build.
///
/// `Err`: the machine failed, or the user's theme is broken.
pub fn search_pages(settings: &Settings, memo: &Memo) -> anyhow::Result<Vec<SearchPage>> {
    let mut run = Run::new(&|_| {});
    let theme = theme::load(settings.theme.dir.as_deref(), &brand(settings))?.value;
    let mut plugins = plugins::load(&settings.plugins)?.value;
    let snippets = plugins::templates(&mut plugins, &theme).value;
    let scorecards = plugins::scorecards(&settings.plugins).value;
    let snapshots = harvest(&mut Kept::default(), &Changes::everything(), settings, &mut run).snapshots;
    let snapshots = &programs::contributions(snapshots, &plugins, settings, memo, &mut run.findings);
    let enriching =
        Enriching { settings, theme: &theme, plugins: &plugins, scorecards: &scorecards, snippets: &snippets, memo };
    Ok(assembled(&mut run, settings, &enriching, snapshots, memo).site.search)
}

/// A scorecard, and how everything stands by it: titles of levels by entity.
pub type Standing = (Scorecard, BTreeMap<String, String>);

/// How everything stands by each scorecard, now; with what is wrong with the scorecards. Other findings are left to a build.
///
/// `Err`: the machine failed, or the user's theme is broken.
pub fn standings(settings: &Settings, memo: &Memo) -> anyhow::Result<(Vec<Standing>, Vec<Diagnostic>)> {
    let mut run = Run::new(&|_| {});
    let theme = theme::load(settings.theme.dir.as_deref(), &brand(settings))?.value;
    let mut plugins = plugins::load(&settings.plugins)?.value;
    let snippets = plugins::templates(&mut plugins, &theme).value;
    let Outcome { value: scorecards, diagnostics: wrong } = plugins::scorecards(&settings.plugins);
    let snapshots = harvest(&mut Kept::default(), &Changes::everything(), settings, &mut run).snapshots;
    let snapshots = &programs::contributions(snapshots, &plugins, settings, memo, &mut run.findings);
    let enriching =
        Enriching { settings, theme: &theme, plugins: &plugins, scorecards: &scorecards, snippets: &snippets, memo };
    let catalog = catalog::load(snapshots, &settings.catalog, &settings.limits).value;
    let (enrichment, _) = enriching.enrich(&catalog, snapshots, &mut run);
    let standing = |card: Scorecard| {
        let levels = plugins::standings(&card, &enrichment);
        (card, levels)
    };
    Ok((scorecards.iter().cloned().map(standing).collect(), wrong))
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

fn counts(snapshots: &[Snapshot], catalog: &Catalog, books: &[Book], site: &Site) -> Counts {
    Counts {
        repositories: snapshots.len(),
        stale: snapshots.iter().filter(|snapshot| snapshot.stale.is_some()).count(),
        entities: catalog.entities.len(),
        books: books.len(),
        docs_pages: books.iter().map(|book| book.pages.len()).sum(),
        pages: site.pages.len(),
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
fn commands(settings: &Settings) -> Commands {
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

/// A page with all that its bytes depend on.
#[derive(Serialize)]
struct RenderJob<'a> {
    theme: Digest,
    globals: Digest,
    template: &'a str,
    model: &'a Value,
    portable: bool,
}

fn render(
    site: &Site,
    theme: &Theme,
    portable: bool,
    memo: &Memo,
    put: &Put<'_>,
    tell: &(dyn Fn(Event) + Sync),
) -> anyhow::Result<Vec<Diagnostic>> {
    let globals = Digest::of("globals", &site.globals);
    let jobs: Vec<RenderJob<'_>> = site
        .pages
        .iter()
        .map(|page| RenderJob { theme: theme.digest(), globals, template: page.template, model: &page.model, portable })
        .collect();
    let findings = Mutex::new(Vec::new());
    let failure = Mutex::new(None);
    each(
        memo,
        Step("render"),
        &jobs,
        |job| {
            let html = theme.render(job.template, &site.globals, job.model).map_err(|error| format!("{error:#}"))?;
            Ok::<_, String>(if job.portable { with_named_pages(&html) } else { html })
        },
        |at, html| -> anyhow::Result<()> {
            tell(Event::Advance);
            let page = &site.pages[at];
            match html {
                Ok(Ok(html)) => {
                    let taken = put(&page.route, html.as_bytes())?;
                    findings.lock().expect("no holder of this lock panics").extend(taken);
                }
                Ok(Err(error)) => {
                    // The theme is the user's program, not content: the first page in order tells what is wrong.
                    let mut failure = failure.lock().expect("no holder of this lock panics");
                    if failure.as_ref().is_none_or(|(first, _)| at < *first) {
                        *failure = Some((at, error));
                    }
                }
                Err(panicked) => {
                    let finding = panicked.finding(page.route.to_string());
                    findings.lock().expect("no holder of this lock panics").push(finding);
                }
            }
            Ok(())
        },
    )?;
    if let Some((at, error)) = failure.into_inner().expect("no holder of this lock panics") {
        anyhow::bail!("the theme cannot render `{}` of {}: {error}", site.pages[at].template, site.pages[at].route);
    }
    Ok(findings.into_inner().expect("no holder of this lock panics"))
}

fn write_files(
    site: &Site,
    theme: &Theme,
    snapshots: &[Snapshot],
    settings: &Settings,
    put: &Put<'_>,
) -> anyhow::Result<Vec<Diagnostic>> {
    let mut findings = Vec::new();
    for asset in theme.assets() {
        findings.extend(put(&asset.route, &asset.bytes)?);
    }
    for file in &site.files {
        match file {
            SiteFile::Made { route, bytes } => findings.extend(put(route, bytes)?),
            SiteFile::Harvested { route, snapshot, path } => {
                let snapshot = &snapshots[*snapshot];
                match snapshot.tree.read(path, (settings.limits.asset_bytes, "asset_bytes")) {
                    Ok(bytes) => findings.extend(put(route, &bytes)?),
                    Err(error) => findings.push(
                        site::rules::FILE_UNREADABLE
                            .diagnostic(error.to_string())
                            .at(Place::file(snapshot.origin.label(), path.as_str())),
                    ),
                }
            }
        }
    }
    Ok(findings)
}

fn put_all(files: Vec<(Route, Vec<u8>)>, put: &Put<'_>) -> anyhow::Result<Vec<Diagnostic>> {
    let mut findings = Vec::new();
    for (route, bytes) in files {
        findings.extend(put(&route, &bytes)?);
    }
    Ok(findings)
}

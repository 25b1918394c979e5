use std::sync::{Arc, Mutex};

use rayon::prelude::*;
use serde::Serialize;

use super::built::Event;
use super::kept::Kept;
use super::memo::Memo;
use super::parts::Parts;
use super::run::Run;
use super::step::{Step, each};
use crate::base::{Diagnostic, Digest, Place, with_named_pages};
use crate::output::Sink;
use crate::site::{FileContent, Page, Site, SiteFile};
use crate::theme::Theme;
use crate::{export, site, techdocs};

/// Hands every file but those of search to the sink. What the sink has from the last time, made from the same, it takes from
/// there.
pub(super) fn all(
    site: &Site,
    theme: &Theme,
    parts: &Parts,
    kept: &mut Kept,
    memo: &Memo,
    sink: &dyn Sink,
    run: &mut Run<'_>,
) -> anyhow::Result<()> {
    let tell = run.tell;
    let portable = parts.settings.portable;
    let found = run.stage("render", site.pages.len(), || render(site, theme, portable, memo, sink, tell))?;
    run.findings.extend(found);
    let found = run.stage("files", site.files.len(), || files(site, theme, parts, sink))?;
    run.findings.extend(found);
    let found = run.stage("export", 0, || exported(parts, kept, sink))?;
    run.findings.extend(found);
    Ok(())
}

/// A page with all that its bytes depend on.
#[derive(Serialize)]
struct RenderJob<'a> {
    frame: Digest,
    model: Digest,
    #[serde(skip)]
    page: &'a Page,
    #[serde(skip)]
    from: Digest,
}

fn render(
    site: &Site,
    theme: &Theme,
    portable: bool,
    memo: &Memo,
    sink: &dyn Sink,
    tell: &(dyn Fn(Event) + Sync),
) -> anyhow::Result<Vec<Diagnostic>> {
    let frame = Digest::of("frame", &(theme.digest(), &site.globals, portable));
    let findings = Mutex::new(Vec::new());
    let fresh = Mutex::new(Vec::new());
    site.pages.par_iter().enumerate().for_each(|(at, page)| {
        let model = page.identity();
        let from = frame.with(&model);
        match sink.again(&page.route, &from) {
            Some(taken) => findings.lock().expect("no holder of this lock panics").extend(taken),
            None => {
                let job = RenderJob { frame, model, page, from };
                fresh.lock().expect("no holder of this lock panics").push((at, job));
            }
        }
    });
    let mut fresh = fresh.into_inner().expect("no holder of this lock panics");
    fresh.sort_by_key(|(at, _)| *at);
    let fresh: Vec<RenderJob<'_>> = fresh.into_iter().map(|(_, job)| job).collect();
    let failure = Mutex::new(None);
    each(
        memo,
        Step("render"),
        &fresh,
        |job| {
            let page = job.page;
            let html = theme.render(page.template, &site.globals, &page.model).map_err(|error| format!("{error:#}"))?;
            Ok::<_, String>(if portable { with_named_pages(&html) } else { html })
        },
        |at, html| -> anyhow::Result<()> {
            tell(Event::Advance);
            let RenderJob { page, from, .. } = &fresh[at];
            match html {
                Ok(Ok(html)) => {
                    let taken = sink.put_from(&page.route, html.as_bytes(), from)?;
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
        let page = fresh[at].page;
        anyhow::bail!("the theme cannot render `{}` of {}: {error}", page.template, page.route);
    }
    Ok(findings.into_inner().expect("no holder of this lock panics"))
}

fn files(site: &Site, theme: &Theme, parts: &Parts, sink: &dyn Sink) -> anyhow::Result<Vec<Diagnostic>> {
    let mut findings = Vec::new();
    for asset in theme.assets() {
        findings.extend(sink.put(&asset.route, &asset.bytes)?);
    }
    let again = |file: &Arc<SiteFile>| file.identity.and_then(|identity| sink.again(&file.route, &identity));
    let taken: Vec<_> = site.files.par_iter().map(again).collect();
    for (file, taken) in site.files.iter().zip(taken) {
        if let Some(taken) = taken {
            findings.extend(taken);
            continue;
        }
        let put = |bytes: &[u8]| match &file.identity {
            Some(identity) => sink.put_from(&file.route, bytes, identity),
            None => sink.put(&file.route, bytes),
        };
        match &file.content {
            FileContent::Made(bytes) => findings.extend(put(bytes)?),
            FileContent::Harvested { snapshot, path } => {
                let snapshot = &parts.snapshots[*snapshot];
                match snapshot.tree.read(path, (parts.settings.limits.asset_bytes, "asset_bytes")) {
                    Ok(bytes) => findings.extend(put(&techdocs::published(path, bytes))?),
                    Err(error) => {
                        let place = Place::file(snapshot.origin.label(), path.as_str());
                        findings.push(site::rules::FILE_UNREADABLE.diagnostic(error.to_string()).at(place));
                    }
                }
            }
        }
    }
    Ok(findings)
}

/// The catalog as files; those of the very same catalog are where they were.
fn exported(parts: &Parts, kept: &mut Kept, sink: &dyn Sink) -> anyhow::Result<Vec<Diagnostic>> {
    let mut findings = Vec::new();
    if let Some((_, files)) = kept.exported.as_ref().filter(|(catalog, _)| Arc::ptr_eq(catalog, &parts.catalog)) {
        let taken: Vec<_> = files.iter().map(|(route, identity)| sink.again(route, identity)).collect();
        if taken.iter().any(Option::is_none) {
            let made = export::files(&parts.catalog).into_iter().zip(files).zip(&taken);
            for (((route, bytes), (_, identity)), _) in made.filter(|(_, taken)| taken.is_none()) {
                findings.extend(sink.put_from(&route, &bytes, identity)?);
            }
        }
        findings.extend(taken.into_iter().flatten().flatten());
        return Ok(findings);
    }
    let mut identities = Vec::new();
    for (route, bytes) in export::files(&parts.catalog) {
        let identity = Digest::of_bytes(&bytes);
        findings.extend(sink.put_from(&route, &bytes, &identity)?);
        identities.push((route, identity));
    }
    kept.exported = Some((Arc::clone(&parts.catalog), identities));
    Ok(findings)
}

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use foldhash::fast::RandomState;
use rayon::prelude::*;
use serde::Serialize;

use super::built::Event;
use super::kept::Kept;
use super::memo::Memo;
use super::parts::Parts;
use super::run::Run;
use super::step::{Step, each};
use crate::base::{Diagnostic, Digest, Place, Route, with_named_pages};
use crate::catalog::Catalog;
use crate::output::Sink;
use crate::site::{FileContent, Page, Site, SiteFile};
use crate::theme::Theme;
use crate::{export, site, techdocs};

/// What a site was written from, for the one who writes the next: what is the very same in both is not looked at again.
struct WrittenFrom {
    /// Identity of all that every page depends on.
    frame: Digest,
    pages: Vec<Arc<Page>>,
    files: Vec<Arc<SiteFile>>,
    catalog: Arc<Catalog>,
    /// Addresses of the catalog as files.
    exported: Vec<Route>,
}

/// What of a site has to be written, where the sink carries the rest on.
struct Fresh {
    pages: Vec<Arc<Page>>,
    files: Vec<Arc<SiteFile>>,
    assets: bool,
    catalog: bool,
}

impl Fresh {
    fn all(site: &Site) -> Self {
        Self { pages: site.pages.clone(), files: site.files.clone(), assets: true, catalog: true }
    }

    /// What is not in the last site, if the sink carries on all that is.
    fn since(last: &WrittenFrom, writing: Writing<'_>) -> Option<Self> {
        let Writing { site, parts, sink, frame, .. } = writing;
        if last.frame != frame {
            return None;
        }
        let (gone_pages, pages) = differ(&last.pages, &site.pages);
        let (gone_files, files) = differ(&last.files, &site.files);
        let catalog = !Arc::ptr_eq(&last.catalog, &parts.catalog);
        let mut gone: Vec<Route> = gone_pages.iter().map(|page| page.route.clone()).collect();
        gone.extend(gone_files.iter().map(|file| file.route.clone()));
        if catalog {
            gone.extend(last.exported.iter().cloned());
        }
        sink.carry(&gone).then_some(Self { pages, files, assets: false, catalog })
    }
}

/// What is only in the one list, and what is only in the other, told by address in memory.
fn differ<T>(one: &[Arc<T>], other: &[Arc<T>]) -> (Vec<Arc<T>>, Vec<Arc<T>>) {
    let addresses = |all: &[Arc<T>]| all.iter().map(Arc::as_ptr).collect::<HashSet<_, RandomState>>();
    let only = |all: &[Arc<T>], others: &HashSet<*const T, RandomState>| -> Vec<Arc<T>> {
        all.iter().filter(|item| !others.contains(&Arc::as_ptr(item))).cloned().collect()
    };
    (only(one, &addresses(other)), only(other, &addresses(one)))
}

/// What is written, and where to.
#[derive(Clone, Copy)]
struct Writing<'a> {
    site: &'a Site,
    theme: &'a Theme,
    parts: &'a Parts,
    memo: &'a Memo,
    sink: &'a dyn Sink,
    /// Identity of all that every page depends on.
    frame: Digest,
}

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
    let frame = Digest::of("frame", &(theme.digest(), &site.globals_identity, parts.settings.portable));
    let writing = Writing { site, theme, parts, memo, sink, frame };
    let last = sink.noted().and_then(|note| note.downcast::<WrittenFrom>().ok());
    let since = last.and_then(|last| Fresh::since(&last, writing));
    let carried = since.is_some();
    let mut found = writing.write(&since.unwrap_or_else(|| Fresh::all(site)), kept, run)?;
    if carried && !found.is_empty() {
        // Which of two files gets an address is told by the order in which all of them come.
        sink.drop_all();
        found = writing.write(&Fresh::all(site), kept, run)?;
    }
    if found.is_empty() {
        let exported = kept.exported.iter().flat_map(|(_, files)| files.iter().map(|(route, _)| route.clone()));
        let (pages, files, catalog) = (site.pages.clone(), site.files.clone(), Arc::clone(&parts.catalog));
        sink.note(Arc::new(WrittenFrom { frame, pages, files, catalog, exported: exported.collect() }));
    }
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

impl Writing<'_> {
    fn write(self, fresh: &Fresh, kept: &mut Kept, run: &mut Run<'_>) -> anyhow::Result<Vec<Diagnostic>> {
        let tell = run.tell;
        let mut found = run.stage("render", fresh.pages.len(), || self.render(&fresh.pages, tell))?;
        found.extend(run.stage("files", fresh.files.len(), || self.files(fresh))?);
        if fresh.catalog {
            found.extend(run.stage("export", 0, || exported(self.parts, kept, self.sink))?);
        }
        Ok(found)
    }

    fn render(self, pages: &[Arc<Page>], tell: &(dyn Fn(Event) + Sync)) -> anyhow::Result<Vec<Diagnostic>> {
        let Self { site, theme, parts, memo, sink, frame } = self;
        let portable = parts.settings.portable;
        let findings = Mutex::new(Vec::new());
        let fresh = Mutex::new(Vec::new());
        pages.par_iter().enumerate().for_each(|(at, page)| {
            let from = frame.with(&page.identity);
            match sink.again(&page.route, &from) {
                Some(taken) => findings.lock().expect("no holder of this lock panics").extend(taken),
                None => {
                    let job = RenderJob { frame, model: page.identity, page, from };
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
                let html =
                    theme.render(page.template, &site.globals, &page.model).map_err(|error| format!("{error:#}"))?;
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

    fn files(self, fresh: &Fresh) -> anyhow::Result<Vec<Diagnostic>> {
        let Self { theme, parts, sink, .. } = self;
        let mut findings = Vec::new();
        for asset in theme.assets().iter().filter(|_| fresh.assets) {
            findings.extend(sink.put(&asset.route, &asset.bytes)?);
        }
        let again = |file: &Arc<SiteFile>| file.identity.and_then(|identity| sink.again(&file.route, &identity));
        let taken: Vec<_> = fresh.files.par_iter().map(again).collect();
        for (file, taken) in fresh.files.iter().zip(taken) {
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

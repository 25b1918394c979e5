use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::headers::HeaderRules;
use super::list::{Files, Sent};
use super::rewrite::{packed, redirect_page};
use super::rules;
use crate::base::{Diagnostic, Digest, Outcome, with_named_pages};
use crate::config::{PublishSettings, PublishUrls};
use crate::net::Headers;
use crate::output::{self, Held, Manifest};

/// A file as it will be in the store.
#[derive(Debug)]
pub(super) struct SiteObject {
    content: Content,
    /// Its headers.
    pub(super) headers: Headers,
    /// What identifies it.
    pub(super) sent: Sent,
}

#[derive(Debug)]
enum Content {
    /// A file of the folder and its digest.
    File(String, Digest),
    /// A page made here.
    Made(String),
}

/// A built site, whole by its manifest, and locked against being written.
#[derive(Debug)]
pub struct Site {
    dir: PathBuf,
    urls: PublishUrls,
    /// Digest of its manifest.
    pub(super) digest: Digest,
    /// What is to be in the store, by key.
    pub(super) objects: BTreeMap<String, SiteObject>,
    _held: Held,
}

impl Site {
    /// Opens a built site: finishes or undoes an interrupted build, and holds every file against the manifest. Findings and
    /// no value when it is not whole.
    pub fn open(dir: &Path, settings: &PublishSettings) -> anyhow::Result<Outcome<Option<Self>>> {
        let refused = |diagnostics| Ok(Outcome { value: None, diagnostics });
        if !dir.is_dir() {
            let missing = rules::NOT_WHOLE.diagnostic(format!("there is no site in `{}`", dir.display()));
            return refused(vec![missing.hint("run `callboard build` first, or name the folder with `--site`")]);
        }
        let held = match output::hold(dir)? {
            Ok(held) => held,
            Err(busy) => return refused(vec![*busy.0]),
        };
        let mut findings = output::verify(dir)?;
        let manifest = Manifest::read(dir)?;
        let Some(manifest) = manifest.filter(|_| findings.is_empty()) else {
            let count = findings.len();
            let message = format!("`{}` is not what its manifest says ({count} findings)", dir.display());
            findings.push(rules::NOT_WHOLE.diagnostic(message).hint("build it again"));
            return refused(findings);
        };
        let mut site = Self {
            dir: dir.to_owned(),
            urls: settings.urls,
            digest: manifest.digest(),
            objects: BTreeMap::new(),
            _held: held,
        };
        let found = site.take(&manifest, settings);
        Ok(Outcome { value: found.is_empty().then_some(site), diagnostics: found })
    }

    fn take(&mut self, manifest: &Manifest, settings: &PublishSettings) -> Vec<Diagnostic> {
        let headers = HeaderRules::new(settings);
        let mut found = Vec::new();
        for (path, entry) in &manifest.files {
            // What a store would keep under another name; `Path::parse` refuses or changes these.
            if path.split('/').any(|part| matches!(part, "" | "." | "..") || part.chars().any(|c| c.is_ascii_control()))
            {
                found.push(rules::BAD_KEY.diagnostic(format!("`{}` cannot be a key", path.escape_debug())));
                continue;
            }
            self.add(path, Content::File(path.clone(), entry.digest), entry.size, &headers);
        }
        if let Some((place, entry)) = settings.error_page.as_ref().zip(manifest.files.get("404.html")) {
            self.add(place, Content::File("404.html".to_owned(), entry.digest), entry.size, &headers);
        }
        for (from, to) in &settings.redirects {
            // A page of the site wins over a redirect from its address.
            let key = if from.ends_with(".html") { from.clone() } else { format!("{from}/index.html") };
            if !self.objects.contains_key(&key) && !self.objects.contains_key(from) {
                let page = redirect_page(&self.redirect_address(&key, to));
                let size = page.len() as u64;
                self.add(&key, Content::Made(page), size, &headers);
            }
        }
        found
    }

    /// A path in the site relative to the page, so that it holds below any prefix.
    fn redirect_address(&self, from: &str, to: &str) -> String {
        if to.contains("://") {
            return to.to_owned();
        }
        let to = to.trim_start_matches('/');
        let whole = if self.urls == PublishUrls::Html && (to.is_empty() || to.ends_with('/')) {
            format!("{to}index.html")
        } else {
            to.to_owned()
        };
        let ups = "../".repeat(from.matches('/').count());
        let address = format!("{ups}{whole}");
        if address.is_empty() { "./".to_owned() } else { address }
    }

    fn add(&mut self, key: &str, content: Content, size: u64, headers: &HeaderRules) {
        let headers = headers.of(key, size);
        let of = match &content {
            Content::File(_, digest) => digest.to_string(),
            Content::Made(page) => Digest::of_bytes(page.as_bytes()).to_string(),
        };
        let whole_links = self.urls == PublishUrls::Html && key.ends_with(".html");
        let digest = Digest::of("sent", &(of, &headers, whole_links)).short(32);
        self.objects.insert(key.to_owned(), SiteObject { content, headers, sent: Sent { digest, size } });
    }

    /// What is to be sent of each file.
    pub(super) fn files(&self) -> Files {
        self.objects.iter().map(|(key, object)| (key.clone(), object.sent.clone())).collect()
    }

    /// The bytes of a file before compression. `Err` if it changed since the site was opened.
    pub(super) fn text(&self, key: &str) -> anyhow::Result<Vec<u8>> {
        let object = self.objects.get(key).with_context(|| format!("`{key}` is not in the site"))?;
        let bytes = match &object.content {
            Content::Made(page) => page.clone().into_bytes(),
            Content::File(path, digest) => {
                let bytes = std::fs::read(self.dir.join(path)).with_context(|| format!("cannot read `{path}`"))?;
                anyhow::ensure!(Digest::of_bytes(&bytes) == *digest, "`{path}` changed while it was published");
                bytes
            }
        };
        if self.urls == PublishUrls::Html && key.ends_with(".html") {
            return Ok(match String::from_utf8(bytes) {
                // The search finds pages by their folders, and is told by the mark.
                Ok(page) => with_named_pages(&page).replacen("<html", "<html data-urls=\"html\"", 1).into_bytes(),
                Err(error) => error.into_bytes(),
            });
        }
        Ok(bytes)
    }

    /// The bytes of a file as they are sent.
    pub(super) fn body(&self, key: &str) -> anyhow::Result<Vec<u8>> {
        let bytes = self.text(key)?;
        let packs = self.objects.get(key).is_some_and(|object| object.headers.content_encoding.is_some());
        if packs { packed(&bytes).with_context(|| format!("cannot compress `{key}`")) } else { Ok(bytes) }
    }
}

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use flate2::Compression;
use flate2::write::GzEncoder;
use foldhash::fast::RandomState;

use crate::base::{Diagnostic, Digest, MediaType, Route, media_type};
use crate::output::{Manifest, Note, Sink, rules::TWICE};

/// Files below this many bytes are not worth packing.
const SMALLEST_PACKED: usize = 1024;

/// The file that every search index has.
const INDEX: &str = "search/latest.json";

/// The folder of the theme's assets.
const ASSETS: &str = "assets/";

/// Files by their path.
pub(super) type Files = HashMap<Arc<str>, Arc<MemoryFile>, RandomState>;

/// A whole site in memory; never changed once it is made.
#[derive(Clone, Default)]
pub struct MemorySite {
    files: Arc<Files>,
    /// Files of the search index, where it is made after the pages.
    search: Arc<Files>,
    /// Folder of the theme's assets.
    assets: String,
    /// Identity of all assets but the style sheets.
    scripts: String,
    /// Asset folders of this run, with the identity of their scripts: a page that is open may still have an old one.
    seen: HashMap<String, String>,
    /// Where it is published, `/` or `/sub/path/`.
    base: String,
    /// What its maker noted.
    note: Option<Note>,
}

/// A file of it.
#[derive(Debug, Clone)]
pub(super) struct MemoryFile {
    /// What is sent: for a page, with the way to the reload script in it.
    pub bytes: Arc<[u8]>,
    /// Digest of what was made.
    made: Digest,
    /// Identity of what it was made from, where that is known.
    from: Option<Digest>,
    /// Changes with `bytes`.
    pub tag: String,
    pub media_type: MediaType,
    /// Of a page: what it is to those who look at it, whatever its style sheets are called.
    pub version: String,
    packed: OnceLock<Option<Arc<[u8]>>>,
}

impl MemoryFile {
    /// Packed by gzip, if that is of use.
    pub(super) fn packed(&self) -> Option<&Arc<[u8]>> {
        let pack = || {
            let text = ["text/", "application/json", "application/yaml", "application/xml", "image/svg"]
                .iter()
                .any(|kind| self.media_type.starts_with(kind));
            if !text || self.bytes.len() < SMALLEST_PACKED {
                return None;
            }
            let mut encoder = GzEncoder::new(Vec::new(), Compression::new(4));
            encoder.write_all(&self.bytes).ok()?;
            encoder.finish().ok().map(Arc::from)
        };
        self.packed.get_or_init(pack).as_ref()
    }
}

/// What a page that is open must do to show this site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing.
    Same,
    /// Take its style sheets from another folder of assets.
    Styles(String),
    /// Load itself again.
    Reload,
}

impl std::fmt::Debug for MemorySite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemorySite").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

impl MemorySite {
    /// Number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether it has no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// All files but those of a search index that was made after the pages: path and what is sent, in no order.
    pub fn contents(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, file)| (&**path, &*file.bytes))
    }

    /// Where it is published.
    pub(super) fn base(&self) -> &str {
        if self.base.is_empty() { "/" } else { &self.base }
    }

    /// The file at a path below the base, such as `docs/` or `assets/x/a.css`.
    pub(super) fn file(&self, path: &str) -> Option<&Arc<MemoryFile>> {
        if path.is_empty() || path.ends_with('/') {
            self.files.get(format!("{path}index.html").as_str())
        } else {
            self.files.get(path).or_else(|| self.search.get(path))
        }
    }

    /// The files of a search index for this site.
    pub(super) fn index(&self, index: Vec<(Route, Vec<u8>)>) -> Arc<Files> {
        let known = self.search_files();
        let made = index.into_iter().map(|(route, bytes)| {
            let (path, made) = (route.output_path(), Digest::of_bytes(&bytes));
            let same = known.get(path.as_str()).filter(|file| file.made == made);
            let file = same.map_or_else(|| Arc::new(memory_file(&path, &bytes, made, None, &self.base)), Arc::clone);
            (Arc::from(path), file)
        });
        Arc::new(made.collect())
    }

    /// The same site with another search index.
    pub(super) fn with_index(&self, search: Arc<Files>) -> Self {
        Self { search, ..self.clone() }
    }

    /// The search index that the site has.
    fn search_files(&self) -> Arc<Files> {
        if !self.files.contains_key(INDEX) {
            return Arc::clone(&self.search);
        }
        let files = self.files.iter().filter(|(path, _)| path.starts_with("search/") && !path.ends_with(".html"));
        Arc::new(files.map(|(path, file)| (Arc::clone(path), Arc::clone(file))).collect())
    }

    /// What a page must do that was loaded from `path` as `version`, with its assets in a folder (or none).
    pub(super) fn verdict(&self, path: &str, version: &str, assets: &str) -> Verdict {
        let page = self.file(path).or_else(|| self.file("404.html"));
        if page.is_none_or(|page| page.version != version) {
            return Verdict::Reload;
        }
        if assets.is_empty() || assets == self.assets {
            return Verdict::Same;
        }
        if self.seen.get(assets) == Some(&self.scripts) {
            Verdict::Styles(self.assets.clone())
        } else {
            Verdict::Reload
        }
    }
}

/// A site that is being made: takes files from any thread.
pub struct Draft<'a> {
    last: &'a MemorySite,
    base: String,
    files: Mutex<Files>,
    note: Mutex<Option<Note>>,
    /// Whether assets may be others than those of the last site.
    assets: AtomicBool,
}

impl std::fmt::Debug for Draft<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft").field("last", self.last).finish_non_exhaustive()
    }
}

impl<'a> Draft<'a> {
    /// A draft that takes over from the last site what stays as it was. `base` is `/` or `/sub/path/`.
    pub fn new(last: &'a MemorySite, base: &str) -> Self {
        let room = last.files.len() + last.files.len() / 8;
        let files = Mutex::new(Files::with_capacity_and_hasher(room, RandomState::default()));
        Self { last, base: base.to_owned(), files, note: Mutex::default(), assets: AtomicBool::new(true) }
    }

    /// The site. With `keep_index` it has the last one's search index until its own is there.
    pub fn finish(self, keep_index: bool) -> MemorySite {
        let files = self.files.into_inner().unwrap_or_else(PoisonError::into_inner);
        let search = if keep_index { self.last.search_files() } else { Arc::default() };
        let note = self.note.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (mut assets, mut scripts) = (self.last.assets.clone(), self.last.scripts.clone());
        if self.assets.into_inner() {
            (assets, scripts) = assets_of(&files);
        }
        let mut seen = self.last.seen.clone();
        seen.insert(assets.clone(), scripts.clone());
        MemorySite { files: Arc::new(files), search, assets, scripts, seen, base: self.base, note }
    }

    fn files(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The folder of the assets, and the identity of all but the style sheets.
fn assets_of(files: &Files) -> (String, String) {
    let assets = files.keys().find_map(|path| assets_folder(path)).unwrap_or_default().to_owned();
    let mut scripts: Vec<_> = files
        .iter()
        .filter_map(|(path, file)| Some((path.strip_prefix("assets/")?.split_once('/')?.1, file.made)))
        .filter(|(path, _)| !path.ends_with(".css"))
        .collect();
    scripts.sort();
    (assets, Digest::of("scripts", &scripts).short(16))
}

impl Sink for Draft<'_> {
    fn put(&self, route: &Route, bytes: &[u8]) -> anyhow::Result<Option<Diagnostic>> {
        Ok(self.take(route, bytes, None))
    }

    fn put_from(&self, route: &Route, bytes: &[u8], from: &Digest) -> anyhow::Result<Option<Diagnostic>> {
        Ok(self.take(route, bytes, Some(*from)))
    }

    fn again(&self, route: &Route, from: &Digest) -> Option<Option<Diagnostic>> {
        let (path, file) = self.last.files.get_key_value(route.output_path().as_str())?;
        let same = file.from.as_ref() == Some(from) && self.last.base == self.base;
        same.then(|| self.insert(Arc::clone(path), Arc::clone(file)))
    }

    fn carry(&self, gone: &[Route]) -> bool {
        let gone: Vec<String> = gone.iter().map(Route::output_path).collect();
        // An index that was put among the other files is not part of what its maker carries on.
        let carries = self.last.base == self.base
            && !self.last.files.contains_key(INDEX)
            && !gone.iter().any(|path| path.starts_with(ASSETS));
        if carries {
            let mut files = Files::clone(&self.last.files);
            for path in gone {
                files.remove(path.as_str());
            }
            *self.files() = files;
            self.assets.store(false, Ordering::Relaxed);
        }
        carries
    }

    fn drop_all(&self) {
        *self.files() = Files::default();
        self.assets.store(true, Ordering::Relaxed);
    }

    fn noted(&self) -> Option<Note> {
        self.last.note.clone()
    }

    fn note(&self, of: Note) {
        *self.note.lock().unwrap_or_else(PoisonError::into_inner) = Some(of);
    }

    fn keep(&self, _: &Manifest) -> bool {
        false
    }
}

impl Draft<'_> {
    fn take(&self, route: &Route, bytes: &[u8], from: Option<Digest>) -> Option<Diagnostic> {
        let path = route.output_path();
        let made = Digest::of_bytes(bytes);
        let same = self.last.files.get(path.as_str()).filter(|file| file.made == made && self.last.base == self.base);
        let file = match same {
            Some(file) if file.from == from => Arc::clone(file),
            Some(file) => Arc::new(MemoryFile { from, packed: OnceLock::new(), ..MemoryFile::clone(file) }),
            None => Arc::new(memory_file(&path, bytes, made, from, &self.base)),
        };
        self.insert(path.into(), file)
    }

    fn insert(&self, path: Arc<str>, file: Arc<MemoryFile>) -> Option<Diagnostic> {
        if path.starts_with(ASSETS) {
            self.assets.store(true, Ordering::Relaxed);
        }
        match self.files().entry(path) {
            Entry::Occupied(taken) => Some(TWICE.diagnostic(format!("two files claim `/{}`", taken.key()))),
            Entry::Vacant(free) => {
                free.insert(file);
                None
            }
        }
    }
}

fn memory_file(path: &str, bytes: &[u8], made: Digest, from: Option<Digest>, base: &str) -> MemoryFile {
    let media_type = media_type(path);
    let text = media_type.starts_with("text/html").then(|| std::str::from_utf8(bytes).ok()).flatten();
    let version = text.map(version).unwrap_or_default();
    let sent = text.and_then(|html| with_script(html, &version, base));
    // What is sent of a page follows from these.
    let with_script = || Digest::of("page", &(env!("CALLBOARD_SOURCES"), base, made));
    let tag = sent.as_ref().map_or(made, |_| with_script()).short(16);
    let bytes = sent.map_or_else(|| Arc::from(bytes), |sent| Arc::from(sent.into_bytes()));
    MemoryFile { bytes, made, from, tag, media_type, version, packed: OnceLock::new() }
}

/// The folder of an asset's address, `assets/<folder>/…`: the theme names it by ten digits of a digest.
fn assets_folder(path: &str) -> Option<&str> {
    let folder = path.strip_prefix("assets/")?.split('/').next()?;
    (folder.len() == 10 && folder.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(folder)
}

/// Identity of a page apart from the folder of its assets.
fn version(html: &str) -> String {
    let without_folder = |part: &'_ str| {
        let folder = part.bytes().take(11).enumerate().all(|(at, byte)| match at {
            10 => byte == b'/',
            _ => byte.is_ascii_hexdigit(),
        });
        if folder && part.len() > 10 { 10 } else { 0 }
    };
    let mut parts = html.split("assets/");
    let first = parts.next().unwrap_or("");
    let others = parts.flat_map(|part| ["assets/", &part[without_folder(part)..]]);
    Digest::of_pieces([first].into_iter().chain(others).map(str::as_bytes)).short(16)
}

/// A page with its version and the way to the reload script, first thing in its head: before the page's own
/// Content-Security-Policy, which allows what such a script loads.
fn with_script(html: &str, version: &str, base: &str) -> Option<String> {
    let at = html.find("<head>")? + "<head>".len();
    let (before, after) = html.split_at(at);
    let script = format!(
        "<meta name=\"callboard-version\" content=\"{version}\"><script>{{const s=document.createElement(\"script\");\
         s.src=\"{}-/reload.js\";document.head.append(s)}}</script>",
        url_path(base)
    );
    Some([before, &script, after].concat())
}

/// A base path as it may stand in a script and in an attribute.
pub(super) fn url_path(base: &str) -> String {
    let parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    format!("/{}", Route::page(parts).url())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(last: &MemorySite, css: &str, html: &str) -> MemorySite {
        let draft = Draft::new(last, "/dev/");
        let folder = Digest::of_bytes(css.as_bytes()).short(10);
        draft.put(&Route::file(["assets", &folder, "site.css"]), css.as_bytes()).unwrap();
        let page = format!("<html><head><link href=\"../assets/{folder}/site.css\"></head>{html}</html>");
        draft.put(&Route::page(["a"]), page.as_bytes()).unwrap();
        draft.put(&Route::file(["404.html"]), b"<head></head>nothing").unwrap();
        draft.finish(false)
    }

    #[test]
    fn a_site_is_carried_on_but_for_what_is_gone() {
        let page = |name: &str| Route::page([name]);
        let last = MemorySite::default();
        let draft = Draft::new(&last, "/");
        for name in ["a", "b"] {
            draft.put(&page(name), name.as_bytes()).unwrap();
        }
        draft.note(Arc::new(7_u8));
        let first = draft.finish(false);
        assert!(!Draft::new(&first, "/dev/").carry(&[]), "its pages know where it is published");
        let draft = Draft::new(&first, "/");
        assert_eq!(draft.noted().unwrap().downcast_ref::<u8>(), Some(&7));
        assert!(draft.carry(&[page("b")]));
        assert!(draft.put(&page("c"), b"c").unwrap().is_none());
        assert!(draft.put(&page("a"), b"c").unwrap().is_some(), "its address is taken");
        let second = draft.finish(false);
        let mut paths: Vec<&str> = second.contents().map(|(path, _)| path).collect();
        paths.sort_unstable();
        assert_eq!(paths, ["a/index.html", "c/index.html"]);
        assert!(second.note.is_none());
    }

    #[test]
    fn only_what_its_readers_would_see_reloads_a_page() {
        let first = site(&MemorySite::default(), "a{}", "one");
        let page = first.file("a/").unwrap();
        assert!(std::str::from_utf8(&page.bytes).unwrap().contains("\"/dev/-/reload.js\""));
        let look = |site: &MemorySite| site.verdict("a/", &page.version, &first.assets);
        assert_eq!(look(&first), Verdict::Same);
        let styled = site(&first, "b{}", "one");
        assert_eq!(look(&styled), Verdict::Styles(styled.assets.clone()));
        assert_eq!(look(&site(&styled, "b{}", "two")), Verdict::Reload);
        assert_eq!(first.verdict("b/", &first.file("404.html").unwrap().version, ""), Verdict::Same);
        assert_eq!(first.verdict("b/", &page.version, ""), Verdict::Reload);
    }
}

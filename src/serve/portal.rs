use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::api::ReadApi;
use super::events::Listeners;
use super::file_answer;
use super::memory_site::{MemorySite, url_path};
use super::proxy::{self, Proxy};
use crate::base::Route;
use crate::catalog::Catalog;
use crate::http::{Answer, Body, Handler, Method, Request};

/// Where everything of `serve` itself stands, below the base.
const OWN: &str = "-/";

/// The script that keeps open pages in step.
const SCRIPT: &str = include_str!("reload.js");

/// What is served now.
#[derive(Debug, Default)]
pub(super) struct Portal {
    site: RwLock<Arc<MemorySite>>,
    /// The read API; none for a site without a catalog.
    api: RwLock<Option<Arc<LiveApi>>>,
    listeners: Listeners,
    /// Endpoints that pages may ask.
    proxy: Option<Arc<dyn Proxy>>,
}

/// The read API of a catalog, made when it is first asked: no page waits for it.
#[derive(Debug)]
struct LiveApi {
    catalog: Arc<Catalog>,
    made: OnceLock<ReadApi>,
}

impl LiveApi {
    fn answer(&self, request: &Request, path: &str) -> Option<Answer> {
        self.made.get_or_init(|| ReadApi::new(&self.catalog)).answer(request, path)
    }
}

impl Portal {
    /// Nothing to show yet.
    pub fn new(proxy: Option<Arc<dyn Proxy>>) -> Self {
        Self { proxy, ..Self::default() }
    }

    /// The last good site.
    pub fn site(&self) -> Arc<MemorySite> {
        Arc::clone(&self.site.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts a new site in the place of the old one and lets open pages look at it; how many of them load themselves again.
    pub fn show(&self, site: MemorySite, catalog: Option<Arc<Catalog>>) -> usize {
        let known = self.api.read().unwrap_or_else(PoisonError::into_inner).clone();
        let same = |api: &Arc<LiveApi>| catalog.as_ref().is_some_and(|catalog| Arc::ptr_eq(&api.catalog, catalog));
        if !known.as_ref().is_some_and(same) {
            let api = catalog.map(|catalog| Arc::new(LiveApi { catalog, made: OnceLock::new() }));
            *self.api.write().unwrap_or_else(PoisonError::into_inner) = api;
        }
        let site = Arc::new(site);
        *self.site.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&site);
        self.listeners.look_at(&site)
    }

    /// Puts a new search index in the place of the old one.
    pub fn show_search(&self, files: Vec<(Route, Vec<u8>)>) {
        let index = self.site().index(files);
        let mut site = self.site.write().unwrap_or_else(PoisonError::into_inner);
        *site = Arc::new(site.with_index(index));
    }

    /// Tells open pages what is wrong.
    pub fn tell(&self, problems: Value) {
        self.listeners.tell(problems);
    }

    fn own(&self, site: &MemorySite, request: &Request, path: &str) -> Option<Answer> {
        match path {
            "reload.js" => Some(Answer::new(200, "text/javascript; charset=utf-8", SCRIPT)),
            "events" => Some(self.events(site, request)),
            _ => None,
        }
    }

    fn events(&self, site: &MemorySite, request: &Request) -> Answer {
        let value = |name: &str| request.parameters().find(|(key, _)| key == name).map(|(_, value)| value);
        let path = value("path").unwrap_or_default();
        let path = percent_decode_str(&path).decode_utf8_lossy().into_owned();
        let path = path.strip_prefix(site.base()).unwrap_or(&path).to_owned();
        let (version, assets) = (value("version").unwrap_or_default(), value("assets").unwrap_or_default());
        let events = self.listeners.listen(site, path, version, assets);
        Answer { body: Body::Events(events), ..Answer::new(200, "text/event-stream", "") }
    }
}

impl Handler for Portal {
    fn takes_post(&self, path: &str) -> bool {
        let site = self.site();
        path.strip_prefix(site.base()).is_some_and(|path| path.starts_with("api/"))
    }

    fn answer(&self, request: &Request) -> Answer {
        let site = self.site();
        let Some(path) = request.path.strip_prefix(site.base()) else {
            // The portal stands below a path of its own; whoever asks for the root is led there.
            return match request.path.as_str() {
                path if path == "/" || format!("{path}/") == site.base() => {
                    Answer::status(307).field("Location", url_path(site.base()))
                }
                _ => Answer::status(404),
            };
        };
        if let Some(answer) = path.strip_prefix(OWN).and_then(|own| self.own(&site, request, own)) {
            return answer;
        }
        if let (Some(proxy), Some(below)) = (&self.proxy, path.strip_prefix("api/proxy/")) {
            return proxy::answer(&**proxy, request, below);
        }
        if path.starts_with("api/") {
            let api = self.api.read().unwrap_or_else(PoisonError::into_inner).clone();
            if let Some(answer) = api.and_then(|api| api.answer(request, path)) {
                return answer;
            }
            if request.method == Method::Post {
                return Answer::status(405).field("Allow", "GET, HEAD");
            }
        }
        if site.is_empty() { building() } else { file_answer::answer(&site, request, path) }
    }
}

/// The page until there is a first site. Without a version it is told to load itself again as soon as there is one.
fn building() -> Answer {
    let page = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Building …</title>\
                <script>{const s=document.createElement(\"script\");s.src=\"/-/reload.js\";document.head.append(s)}</script></head>\
                <body><p>The portal is being built. This page shows it as soon as it is there.</p></body></html>";
    Answer::new(503, "text/html; charset=utf-8", page).field("Cache-Control", "no-store")
}

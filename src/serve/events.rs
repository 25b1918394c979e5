use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::memory_site::{MemorySite, Verdict};

/// Most pages that are told of changes; with one more, the one that listens longest is let go, and asks again.
const MOST: usize = 64;

/// Pages that are open in browsers.
#[derive(Debug, Default)]
pub(super) struct Listeners(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    pages: Vec<OpenPage>,
    problems: Value,
}

#[derive(Debug)]
struct OpenPage {
    path: String,
    version: String,
    assets: String,
    sender: SyncSender<String>,
}

impl Listeners {
    /// Lets a page listen; it is told at once what has changed since it was loaded, and what is wrong.
    pub fn listen(&self, site: &MemorySite, path: String, version: String, assets: String) -> Receiver<String> {
        let (sender, receiver) = sync_channel(32);
        let mut page = OpenPage { path, version, assets, sender };
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        page.sender.try_send("retry: 300\n\n".to_owned()).ok();
        if page.tell(&state.problems) && page.look_at(site) {
            if state.pages.len() == MOST {
                state.pages.remove(0);
            }
            state.pages.push(page);
        }
        receiver
    }

    /// Tells every page what is wrong now.
    pub fn tell(&self, problems: Value) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.problems != problems {
            state.pages.retain(|page| page.tell(&problems));
            state.problems = problems;
        }
    }

    /// Lets every page look at a new site; how many have to load themselves again.
    pub fn look_at(&self, site: &MemorySite) -> usize {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = state.pages.len();
        state.pages.retain_mut(|page| page.look_at(site));
        before - state.pages.len()
    }
}

impl OpenPage {
    /// Whether it still listens.
    fn tell(&self, problems: &Value) -> bool {
        problems.is_null() || self.send("problems", &problems.to_string())
    }

    /// Whether it still listens: a page that is to load itself again does not.
    fn look_at(&mut self, site: &MemorySite) -> bool {
        match site.verdict(&self.path, &self.version, &self.assets) {
            Verdict::Same => true,
            Verdict::Styles(folder) => {
                let listens = self.send("styles", &folder);
                self.assets = folder;
                listens
            }
            Verdict::Reload => {
                self.send("reload", "");
                false
            }
        }
    }

    fn send(&self, event: &str, data: &str) -> bool {
        self.sender.try_send(format!("event: {event}\ndata: {data}\n\n")).is_ok()
    }
}

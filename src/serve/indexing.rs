use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use super::portal::Portal;
use crate::base::Route;
use crate::pipeline::Later;
use crate::pipeline::step::fenced;

/// How long nothing has to change before an index is made, so that it does not take the processor from the next edit.
const QUIET: Duration = Duration::from_millis(500);

/// Makes search indexes after the pages, one at a time. Until the next one is there, search finds what it found before.
#[derive(Debug)]
pub(super) struct Indexing(Sender<Later>);

impl Indexing {
    /// Starts a thread that waits for work.
    pub fn start(portal: Arc<Portal>) -> std::io::Result<Self> {
        let (sender, asked) = channel::<Later>();
        // Half of the processor is left to the pages.
        let threads = std::thread::available_parallelism().map_or(1, |all| (all.get() / 2).max(1));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(std::io::Error::other)?;
        std::thread::Builder::new().name("search".to_owned()).spawn(move || {
            while let Ok(mut later) = asked.recv() {
                // What was asked for in the meantime takes the place of what was asked for before.
                while let Ok(newer) = asked.recv_timeout(QUIET) {
                    later = newer;
                }
                let files = std::sync::Mutex::new(Vec::new());
                let put = |route: &Route, bytes: &[u8]| {
                    let mut files = files.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    files.push((route.clone(), bytes.to_vec()));
                    Ok(None)
                };
                let made = fenced(|| pool.install(|| later.make(&put)));
                if matches!(made, Ok(Ok(_))) {
                    portal.show_search(files.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner));
                }
            }
        })?;
        Ok(Self(sender))
    }

    /// Asks for an index; nobody waits for it.
    pub fn ask(&self, later: Later) {
        self.0.send(later).ok();
    }
}

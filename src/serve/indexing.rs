use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use super::portal::Portal;
use crate::pipeline::Later;
use crate::pipeline::step::fenced;

/// Makes search indexes after the pages, one at a time. Until the next one is there, search finds what it found before.
#[derive(Debug)]
pub(super) struct Indexing(Sender<Later>);

impl Indexing {
    /// Starts a thread that waits for work.
    pub fn start(portal: Arc<Portal>) -> std::io::Result<Self> {
        let (sender, asked) = channel::<Later>();
        std::thread::Builder::new().name("search".to_owned()).spawn(move || {
            while let Ok(mut later) = asked.recv() {
                // What was asked for in the meantime takes the place of what was asked for before.
                while let Ok(newer) = asked.try_recv() {
                    later = newer;
                }
                let files = std::sync::Mutex::new(Vec::new());
                let made = fenced(|| {
                    later.make(&|route, bytes| {
                        let mut files = files.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                        files.push((route.clone(), bytes.to_vec()));
                        Ok(None)
                    })
                });
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

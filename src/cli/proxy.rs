use std::sync::{Arc, PoisonError, RwLock};

use crate::config::Settings;
use crate::plugins::{Passage, Passed};
use crate::serve::Proxy;

/// The endpoints of the settings as they are now; none while nobody may be asked.
#[derive(Clone, Default)]
pub(super) struct Endpoints(Arc<RwLock<Option<Arc<Passage>>>>);

impl std::fmt::Debug for Endpoints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Endpoints")
    }
}

impl Endpoints {
    /// Takes the endpoints of new settings.
    pub fn take(&self, settings: &Settings) {
        let open = !settings.offline;
        let passage = open.then(|| Arc::new(Passage::new(&settings.proxies, settings.limits.plugin_data_bytes)));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = passage;
    }
}

impl Proxy for Endpoints {
    fn ask(&self, name: &str, path: &str) -> Result<String, (u16, String)> {
        let passage = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(passage) = passage else { return Err((503, "nobody is asked: it is offline".to_owned())) };
        match passage.pass(name, path) {
            Passed::Answer(text) => Ok(text),
            Passed::Unknown => Err((404, format!("`site.toml` has no `[proxies.{name}]`"))),
            Passed::Refused => Err((403, format!("`{path}` is none of the paths of `proxies.{name}.allow`"))),
            Passed::Failed(why) => Err((502, why)),
        }
    }
}

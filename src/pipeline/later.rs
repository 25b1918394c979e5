use super::index::Put;
use crate::base::Diagnostic;

type Make = dyn FnOnce(&Put<'_>) -> anyhow::Result<Vec<Diagnostic>> + Send;

/// The search index of a build that left it for later.
pub struct Later(Box<Make>);

impl Later {
    pub(super) fn new(make: impl FnOnce(&Put<'_>) -> anyhow::Result<Vec<Diagnostic>> + Send + 'static) -> Self {
        Self(Box::new(make))
    }

    /// Makes the search index, and hands its files to `put`; gives what is to be said.
    pub fn make(self, put: &Put<'_>) -> anyhow::Result<Vec<Diagnostic>> {
        (self.0)(put)
    }
}

impl std::fmt::Debug for Later {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Later")
    }
}

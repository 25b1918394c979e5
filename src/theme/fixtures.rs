use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::files::Files;

/// The file of the examples.
const FILE: &str = "patterns.json";

/// An example of a component: what it is called with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fixture {
    pub(super) component: String,
    #[serde(default)]
    pub(super) args: Map<String, Value>,
    /// What stands between its tags.
    pub(super) body: Option<String>,
}

/// The examples that the theme brings.
pub(super) fn fixtures(files: &Files) -> anyhow::Result<Vec<Fixture>> {
    let Some(bytes) = files.get(FILE) else { return Ok(Vec::new()) };
    serde_json::from_slice(bytes).with_context(|| format!("the theme's `{FILE}` cannot be read"))
}

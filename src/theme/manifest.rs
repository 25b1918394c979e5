use anyhow::{Context, anyhow};
use serde::Deserialize;

use super::files::Files;

/// `theme.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// Name for people.
    #[serde(rename = "name")]
    pub _name: String,
    /// Style sheets that are joined, in this order, to the one that pages load.
    pub styles: Vec<String>,
    /// Modules that pages load; one that is not there is left out.
    pub modules: Vec<String>,
}

/// Reads `theme.toml`.
pub(super) fn read(files: &Files) -> anyhow::Result<Manifest> {
    let bytes = files.get("theme.toml").ok_or_else(|| anyhow!("the theme has no `theme.toml`"))?;
    let text = std::str::from_utf8(bytes).context("`theme.toml` is not UTF-8")?;
    toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let before = &text[..offset.min(text.len())];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        anyhow!("theme.toml:{line}:{column}: {}", error.message())
    })
}

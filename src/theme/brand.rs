use std::path::{Path, PathBuf};

use anyhow::Context;

use super::files::Files;

/// What a portal changes of the theme without a theme of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brand {
    /// Hue of the accent colour, 0 to 359.
    pub hue: Option<u16>,
    /// A picture beside the title; it is the icon of the browser's tab, too.
    pub logo: Option<PathBuf>,
    /// URLs of servers that the pages' scripts may ask, beside the site itself.
    pub servers: Vec<String>,
}

/// The style sheet that a hue replaces.
const STYLE: &str = "css/brand.css";

/// What the name of a logo begins with.
pub(super) const LOGO: &str = "static/logo.";

/// Puts the brand in the place of the theme's own files.
pub(super) fn apply(brand: &Brand, files: &mut Files) -> anyhow::Result<()> {
    if let Some(hue) = brand.hue {
        files.insert(STYLE.to_owned(), format!(":root {{ --accent-h: {hue}; }}").into_bytes());
    }
    if let Some(path) = &brand.logo {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read the logo `{}`", path.display()))?;
        files.retain(|name, _| !name.starts_with(LOGO));
        files.insert(format!("{LOGO}{}", ending(path)), bytes);
    }
    Ok(())
}

fn ending(path: &Path) -> String {
    path.extension().map_or_else(|| "svg".to_owned(), |ending| ending.to_string_lossy().to_lowercase())
}

use std::fmt::Write as _;
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
    /// The icon of the browser's tab.
    pub favicon: Option<PathBuf>,
    /// Fonts, published with the theme.
    pub fonts: Vec<BrandFont>,
}

/// A font file of a portal's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrandFont {
    /// Name of the family, without quotes or backslashes.
    pub family: String,
    /// The file.
    pub file: PathBuf,
    /// `font-weight` of the face.
    pub weight: String,
    /// Whether it is the italic cut.
    pub italic: bool,
    /// Whether it is for code; else it is for text.
    pub code: bool,
}

/// The style sheet that a hue replaces.
const STYLE: &str = "css/brand.css";

/// What the name of a logo begins with.
pub(super) const LOGO: &str = "static/logo.";

/// What the name of an icon of the portal's own begins with.
pub(super) const ICON: &str = "static/icon.";

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
    if let Some(path) = &brand.favicon {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read the icon `{}`", path.display()))?;
        files.retain(|name, _| !name.starts_with(ICON));
        files.insert(format!("{ICON}{}", ending(path)), bytes);
    }
    fonts(brand, files)
}

/// Publishes the fonts, and lets text or code begin with them; the theme's own families stand in until they are there.
fn fonts(brand: &Brand, files: &mut Files) -> anyhow::Result<()> {
    let mut css = String::new();
    for (font, number) in brand.fonts.iter().zip(1..) {
        let bytes =
            std::fs::read(&font.file).with_context(|| format!("cannot read the font `{}`", font.file.display()))?;
        let name = format!("fonts/{number}.{}", ending(&font.file));
        let style = if font.italic { "italic" } else { "normal" };
        // `size-adjust` is left alone: the family's own measures are its author's choice.
        let _ = write!(
            css,
            "\n@font-face {{ font-family: \"{}\"; src: url(\"../static/{name}\"); font-weight: {}; font-style: {style}; font-display: swap; }}",
            font.family, font.weight
        );
        files.insert(format!("static/{name}"), bytes);
    }
    for (token, code, rest) in [("--font", false, "system-ui, sans-serif"), ("--mono", true, "ui-monospace, monospace")]
    {
        if let Some(font) = brand.fonts.iter().find(|font| font.code == code) {
            let _ = write!(css, "\n:root {{ {token}: \"{}\", {rest}; }}", font.family);
        }
    }
    files.entry(STYLE.to_owned()).or_default().extend_from_slice(css.as_bytes());
    Ok(())
}

fn ending(path: &Path) -> String {
    path.extension().map_or_else(|| "svg".to_owned(), |ending| ending.to_string_lossy().to_lowercase())
}

use super::files::Files;
use super::manifest::Manifest;
use crate::base::{Digest, MediaType, Route, media_type};

/// A file of the theme as it is published.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Its address, below `assets/` and a folder named after the digest of all of them; so it may be cached for ever, and
    /// scripts and styles may name each other by relative paths.
    pub route: Route,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Its type.
    pub media_type: MediaType,
}

/// The name of the joined style sheet.
pub(super) const STYLE: &str = "css/site.css";

/// Assets by their name in the theme; sorted.
pub(super) fn publish(files: &Files, manifest: &Manifest) -> anyhow::Result<Vec<(String, Asset)>> {
    let mut assets: Vec<(String, Vec<u8>)> = vec![(STYLE.to_owned(), join_styles(files, manifest)?)];
    for (path, bytes) in files {
        let joined = manifest.styles.contains(path);
        let published = (path.starts_with("css/") && !joined) || path.starts_with("js/") || path.starts_with("static/");
        if published && path != "js/boot.js" && path != STYLE {
            assets.push((path.clone(), bytes.clone()));
        }
    }
    assets.sort();
    let digests: Vec<(&str, Digest)> =
        assets.iter().map(|(path, bytes)| (path.as_str(), Digest::of_bytes(bytes))).collect();
    let folder = Digest::of("assets", &digests).short(10);
    Ok(assets
        .into_iter()
        .map(|(path, bytes)| {
            let route = Route::file(["assets", folder.as_str()].into_iter().chain(path.split('/')));
            let asset = Asset { route, bytes, media_type: media_type(&path) };
            (path, asset)
        })
        .collect())
}

fn join_styles(files: &Files, manifest: &Manifest) -> anyhow::Result<Vec<u8>> {
    let mut joined = Vec::new();
    for path in &manifest.styles {
        let bytes = files
            .get(path)
            .ok_or_else(|| anyhow::anyhow!("theme.toml names the style sheet `{path}`, which is not there"))?;
        joined.extend_from_slice(bytes);
        joined.push(b'\n');
    }
    Ok(joined)
}

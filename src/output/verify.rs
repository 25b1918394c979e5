use std::path::Path;

use super::{Manifest, rules};
use crate::base::{Diagnostic, Digest};

/// Compares a site with its manifest; every file that is missing or differs is a finding, in byte order of the paths.
///
/// Call [`super::recover`] first. A folder without a manifest is one finding.
pub fn verify(dir: &Path) -> anyhow::Result<Vec<Diagnostic>> {
    let Some(manifest) = Manifest::read(dir)? else {
        return Ok(vec![rules::DAMAGED.diagnostic(format!("`{}` holds no site: it has no manifest", dir.display()))]);
    };
    let fault = |path: &String, what: &str| rules::DAMAGED.diagnostic(format!("`{path}` {what}")).about(path.clone());
    let check = |(path, entry): (&String, &super::FileEntry)| match std::fs::read(dir.join(path)) {
        Ok(bytes) if Digest::of_bytes(&bytes) == entry.digest => None,
        Ok(_) => Some(fault(path, "is not what the manifest says")),
        Err(error) => Some(fault(path, &format!("cannot be read: {error}"))),
    };
    Ok(manifest.files.iter().filter_map(check).collect())
}

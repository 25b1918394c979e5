use percent_encoding::utf8_percent_encode;
use url::Url;

use super::mkdocs::Mkdocs;
use crate::base::{RelPath, percent};
use crate::sources::Origin;

/// Where people edit a page: `edit_uri_template`, `edit_uri` with `repo_url`, the repository's own address on its host
/// (which knows the branch), or MkDocs' default for `repo_url`; in this order. An empty `edit_uri` means nowhere.
pub(super) fn edit_url(config: &Mkdocs, origin: &Origin, path: &RelPath) -> Option<String> {
    if config.edit_uri.as_deref() == Some("") && config.edit_uri_template.is_none() {
        return None;
    }
    let Some(below) = path.below(&config.docs_dir) else { return origin.edit_url(path) };
    let by_config = |uri: &str| {
        let repository = config
            .repo_url
            .as_deref()
            .map_or_else(|| origin.web.as_ref().map(|web| web.url.clone()), |url| Some(url.to_owned()))?;
        join(&repository, uri, &below)
    };
    if let Some(template) = &config.edit_uri_template {
        return by_template(template, config.repo_url.as_deref(), &below);
    }
    if let Some(uri) = &config.edit_uri {
        return by_config(uri);
    }
    origin.edit_url(path).or_else(|| by_config(default_uri(config.repo_url.as_deref()?)?))
}

fn default_uri(repository: &str) -> Option<&'static str> {
    match Url::parse(repository).ok()?.host_str()? {
        "github.com" | "gitlab.com" => Some("edit/master/docs/"),
        "bitbucket.org" => Some("src/default/docs/"),
        _ => None,
    }
}

/// `repo_url` + `edit_uri` + path, joined as MkDocs does: an absolute `edit_uri` stands for itself.
fn join(repository: &str, uri: &str, below: &RelPath) -> Option<String> {
    let question = uri.starts_with(['?', '#']);
    let repository =
        if question || repository.ends_with('/') { repository.to_owned() } else { format!("{repository}/") };
    let uri = if uri.contains(['?', '#']) || uri.ends_with('/') { uri.to_owned() } else { format!("{uri}/") };
    let path = utf8_percent_encode(below.as_str(), percent::PATH).to_string();
    let base = Url::parse(&repository).ok()?.join(&uri).ok()?;
    // In a query or fragment there is nothing to join to: the path is what it ends with.
    let joined = if uri.contains(['?', '#']) { format!("{base}{path}") } else { base.join(&path).ok()?.to_string() };
    web_only(joined)
}

fn by_template(template: &str, repository: Option<&str>, below: &RelPath) -> Option<String> {
    let quoted = utf8_percent_encode(below.as_str(), percent::PATH).to_string();
    let no_ending = |path: &str| match path.rsplit_once('.') {
        Some((stem, ending)) if !ending.contains('/') => stem.to_owned(),
        _ => path.to_owned(),
    };
    let filled = template
        .replace("{path_noext!q}", &no_ending(&quoted))
        .replace("{path_noext}", &no_ending(&quoted))
        .replace("{path!q}", &quoted)
        .replace("{path}", &quoted);
    match (Url::parse(&filled), repository) {
        (Ok(_), _) => web_only(filled),
        (Err(_), Some(repository)) => {
            let base = if repository.ends_with('/') { repository.to_owned() } else { format!("{repository}/") };
            web_only(Url::parse(&base).ok()?.join(&filled).ok()?.to_string())
        }
        _ => None,
    }
}

fn web_only(url: String) -> Option<String> {
    Some(url).filter(|url| url.starts_with("https://") || url.starts_with("http://"))
}

use percent_encoding::utf8_percent_encode;
use serde::{Deserialize, Serialize};

use crate::base::{RelPath, percent};

/// Software that hosts repositories: how it addresses files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HostKind {
    /// github.com and GitHub Enterprise.
    GitHub,
    /// gitlab.com and self-hosted GitLab.
    GitLab,
    /// bitbucket.org.
    Bitbucket,
    /// Gitea and Forgejo.
    Gitea,
    /// dev.azure.com.
    AzureDevOps,
}

impl HostKind {
    /// The software behind a host, by well-known names and by parts of the name; `None` for names that tell nothing.
    pub fn of_host(host: &str) -> Option<Self> {
        let host = host.to_ascii_lowercase();
        let label = |fragment: &str| host.split(['.', '-', '_']).any(|part| part == fragment);
        if label("github") || label("ghe") {
            Some(Self::GitHub)
        } else if label("gitlab") {
            Some(Self::GitLab)
        } else if host == "bitbucket.org" {
            Some(Self::Bitbucket)
        } else if label("gitea") || label("forgejo") || host == "codeberg.org" {
            Some(Self::Gitea)
        } else if host == "dev.azure.com" || host == "ssh.dev.azure.com" || host.ends_with(".visualstudio.com") {
            Some(Self::AzureDevOps)
        } else {
            None
        }
    }

    /// Page of a file of the repository at `url`.
    pub(super) fn view_url(self, url: &str, branch: &str, path: &RelPath) -> String {
        let (branch, path) = (encoded(branch), encoded(path.as_str()));
        match self {
            Self::GitHub => format!("{url}/blob/{branch}/{path}"),
            Self::GitLab => format!("{url}/-/blob/{branch}/{path}"),
            Self::Bitbucket => format!("{url}/src/{branch}/{path}"),
            Self::Gitea => format!("{url}/src/branch/{branch}/{path}"),
            Self::AzureDevOps => format!("{url}?path=/{path}&version=GB{branch}"),
        }
    }

    /// Editor of a file.
    pub(super) fn edit_url(self, url: &str, branch: &str, path: &RelPath) -> Option<String> {
        let (branch, path) = (encoded(branch), encoded(path.as_str()));
        Some(match self {
            Self::GitHub => format!("{url}/edit/{branch}/{path}"),
            Self::GitLab => format!("{url}/-/edit/{branch}/{path}"),
            Self::Bitbucket => format!("{url}/src/{branch}/{path}?mode=edit"),
            Self::Gitea => format!("{url}/_edit/{branch}/{path}"),
            Self::AzureDevOps => return None,
        })
    }

    /// Form for a new issue, filled in; `None` where a form cannot be filled by its address.
    pub(super) fn issue_url(self, url: &str, title: &str, text: &str) -> Option<String> {
        let (title, text) = (utf8_percent_encode(title, percent::PART), utf8_percent_encode(text, percent::PART));
        match self {
            Self::GitHub | Self::Gitea => Some(format!("{url}/issues/new?title={title}&body={text}")),
            Self::GitLab => Some(format!("{url}/-/issues/new?issue%5Btitle%5D={title}&issue%5Bdescription%5D={text}")),
            Self::Bitbucket | Self::AzureDevOps => None,
        }
    }

    /// Page of a directory, with a trailing slash.
    pub(super) fn tree_url(self, url: &str, branch: &str, directory: &RelPath) -> String {
        let branch = encoded(branch);
        let below = if directory.is_root() { String::new() } else { format!("{}/", encoded(directory.as_str())) };
        match self {
            Self::GitHub => format!("{url}/tree/{branch}/{below}"),
            Self::GitLab => format!("{url}/-/tree/{branch}/{below}"),
            Self::Bitbucket => format!("{url}/src/{branch}/{below}"),
            Self::Gitea => format!("{url}/src/branch/{branch}/{below}"),
            Self::AzureDevOps => format!("{url}?path=/{below}&version=GB{branch}"),
        }
    }
}

/// Percent-encodes each part of a path and keeps the slashes.
pub(super) fn encoded(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for (index, part) in path.split('/').enumerate() {
        if index > 0 {
            text.push('/');
        }
        text.extend(utf8_percent_encode(part, percent::PART));
    }
    text
}

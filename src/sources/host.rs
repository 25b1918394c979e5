use serde::{Deserialize, Serialize};

use super::Web;
use crate::base::RelPath;

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
    /// Page of a file.
    pub fn view_url(self, web: &Web, path: &RelPath) -> String {
        let (url, branch) = (&web.url, &web.branch);
        match self {
            Self::GitHub => format!("{url}/blob/{branch}/{path}"),
            Self::GitLab => format!("{url}/-/blob/{branch}/{path}"),
            Self::Bitbucket => format!("{url}/src/{branch}/{path}"),
            Self::Gitea => format!("{url}/src/branch/{branch}/{path}"),
            Self::AzureDevOps => format!("{url}?path=/{path}&version=GB{branch}"),
        }
    }

    /// Editor of a file.
    pub fn edit_url(self, web: &Web, path: &RelPath) -> Option<String> {
        let (url, branch) = (&web.url, &web.branch);
        Some(match self {
            Self::GitHub => format!("{url}/edit/{branch}/{path}"),
            Self::GitLab => format!("{url}/-/edit/{branch}/{path}"),
            Self::Bitbucket => format!("{url}/src/{branch}/{path}?mode=edit"),
            Self::Gitea => format!("{url}/_edit/{branch}/{path}"),
            Self::AzureDevOps => return None,
        })
    }

    /// Page of a directory, with a trailing slash.
    pub fn tree_url(self, web: &Web, directory: &RelPath) -> String {
        let (url, branch) = (&web.url, &web.branch);
        let below = if directory.is_root() { String::new() } else { format!("{directory}/") };
        match self {
            Self::GitHub => format!("{url}/tree/{branch}/{below}"),
            Self::GitLab => format!("{url}/-/tree/{branch}/{below}"),
            Self::Bitbucket => format!("{url}/src/{branch}/{below}"),
            Self::Gitea => format!("{url}/src/branch/{branch}/{below}"),
            Self::AzureDevOps => format!("{url}?path=/{below}&version=GB{branch}"),
        }
    }
}

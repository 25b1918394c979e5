use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

use super::HostKind;
use super::host::encoded;
use crate::base::RelPath;
use crate::net::{Address, Scheme};

/// A repository's address on its host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Web {
    /// Which software serves it.
    pub host: HostKind,
    /// `https://host/org/repo`, without `.git` or a trailing slash.
    pub url: String,
    /// Branch for links.
    pub branch: String,
}

impl Web {
    /// From the address of a git remote: a URL or `user@host:path`. Credentials and ports of ssh are dropped.
    ///
    /// `None` for addresses that are none, and for hosts whose software cannot be told by their name: a wrong link is
    /// worse than none, and `web_url` in `site.toml` names the right one.
    pub fn parse(remote: &str, branch: &str) -> Option<Self> {
        let address = Address::parse(&crate::net::without_credentials(remote)).ok()?;
        let host = HostKind::of_host(&address.host)?;
        let authority = match address.scheme {
            Scheme::Https | Scheme::Http => address.authority(),
            Scheme::Ssh | Scheme::Git => address.host.clone(),
        };
        let scheme = if address.scheme == Scheme::Http { "http" } else { "https" };
        let path = repository_path(&address.path)?;
        let (authority, path) = match (host, path.strip_prefix("v3/")) {
            (HostKind::AzureDevOps, Some(path)) if authority == "ssh.dev.azure.com" => {
                let (project, name) = path.rsplit_once('/')?;
                ("dev.azure.com".to_owned(), format!("{project}/_git/{name}"))
            }
            _ => (authority, path),
        };
        Some(Self { host, url: format!("{scheme}://{authority}/{}", encoded(&path)), branch: branch.to_owned() })
    }

    /// From `web_url` of a source: `https://host/org/repo`, or the page of a branch, which then is the branch for links.
    ///
    /// A host whose name tells nothing is taken for GitHub, unless the page's path is another software's.
    pub fn configured(web_url: &str, branch: &str) -> Option<Self> {
        let address = Address::parse(web_url).ok().filter(|address| address.scheme.is_web())?;
        let path = address.path.split(['?', '#']).next().unwrap_or("").trim_end_matches('/');
        let forms = [
            ("/-/tree/", HostKind::GitLab),
            ("/-/blob/", HostKind::GitLab),
            ("/src/branch/", HostKind::Gitea),
            ("/tree/", HostKind::GitHub),
            ("/blob/", HostKind::GitHub),
            ("/src/", HostKind::Bitbucket),
        ];
        let found = forms.iter().find_map(|(mark, kind)| path.split_once(mark).map(|(at, branch)| (at, branch, *kind)));
        let known = HostKind::of_host(&address.host);
        let (path, branch, host) = match found {
            Some((at, branch, kind)) => (at, decoded(branch)?, known.unwrap_or(kind)),
            None => (path, branch.to_owned(), known.unwrap_or(HostKind::GitHub)),
        };
        let path = encoded(&decoded(&repository_path(path)?)?);
        Some(Self { host, url: format!("{}://{}/{path}", address.scheme.as_str(), address.authority()), branch })
    }

    /// Page of a file; the path is from the repository's root.
    pub fn view_url(&self, path: &RelPath) -> String {
        self.host.view_url(&self.url, &self.branch, path)
    }

    /// Editor of a file, where the host has one that can be linked.
    pub fn edit_url(&self, path: &RelPath) -> Option<String> {
        self.host.edit_url(&self.url, &self.branch, path)
    }

    /// Form for a new issue with a title and a text in it, where the host has one that can be filled by its address.
    pub fn issue_url(&self, title: &str, text: &str) -> Option<String> {
        self.host.issue_url(&self.url, title, text)
    }

    /// Page of a commit.
    pub fn commit_url(&self, commit: &str) -> String {
        self.host.commit_url(&self.url, commit)
    }

    /// Page of a directory, with a trailing slash.
    pub fn tree_url(&self, directory: &RelPath) -> String {
        self.host.tree_url(&self.url, &self.branch, directory)
    }

    /// The path that an address on the host means: its page, raw form or editor, at any branch. `None` when it is of
    /// another repository; the root for the repository's own page.
    pub fn locate(&self, url: &str) -> Option<RelPath> {
        let (url, query) = url.split('#').next()?.split_once('?').map_or((url.split('#').next()?, ""), |parts| parts);
        if let Some(rest) = self.after_raw_host(url) {
            return self.without_branch(rest.strip_prefix("refs/heads/").unwrap_or(rest));
        }
        let rest = strip_prefix_ignoring_case(strip_scheme(url)?, strip_scheme(&self.url)?)?;
        let rest = rest.strip_prefix(".git").unwrap_or(rest);
        if self.host == HostKind::AzureDevOps && rest.trim_matches('/').is_empty() {
            let path = query.split('&').find_map(|pair| pair.strip_prefix("path=")).unwrap_or("");
            return plain_path(path);
        }
        if rest.trim_matches('/').is_empty() {
            return Some(RelPath::root());
        }
        let rest = rest.strip_prefix('/')?;
        let marks: &[&str] = match self.host {
            HostKind::GitHub => &["blob/", "tree/", "raw/refs/heads/", "raw/", "edit/", "blame/"],
            HostKind::GitLab => {
                &["-/blob/", "-/tree/", "-/raw/", "-/edit/", "-/blame/", "blob/", "tree/", "raw/", "edit/"]
            }
            HostKind::Bitbucket => &["src/", "raw/"],
            HostKind::Gitea => &[
                "src/branch/",
                "src/commit/",
                "src/tag/",
                "raw/branch/",
                "raw/commit/",
                "raw/tag/",
                "_edit/",
                "raw/",
                "src/",
            ],
            HostKind::AzureDevOps => &[],
        };
        self.without_branch(marks.iter().find_map(|mark| rest.strip_prefix(mark))?)
    }

    /// What follows `org/repo/` on the host that serves github.com's files raw.
    fn after_raw_host<'a>(&self, url: &'a str) -> Option<&'a str> {
        let repository = self.url.strip_prefix("https://github.com/")?;
        let rest = strip_prefix_ignoring_case(strip_scheme(url)?, "raw.githubusercontent.com/")?;
        strip_prefix_ignoring_case(rest, repository)?.strip_prefix('/')
    }

    /// Drops the branch, which may have slashes only if it is the snapshot's own: for others nothing tells where it ends.
    fn without_branch(&self, rest: &str) -> Option<RelPath> {
        let own = encoded(&self.branch);
        let own = [own.as_str(), self.branch.as_str()]
            .into_iter()
            .find_map(|branch| rest.strip_prefix(branch).filter(|path| path.is_empty() || path.starts_with('/')));
        plain_path(own.unwrap_or_else(|| rest.split_once('/').map_or("", |(_, path)| path)))
    }
}

fn plain_path(path: &str) -> Option<RelPath> {
    RelPath::new(&decoded(path.trim_matches('/'))?).ok()
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// `org/repo` of the path of a remote.
fn repository_path(path: &str) -> Option<String> {
    let path = path.split(['?', '#']).next().unwrap_or("").trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    RelPath::new(path).ok().filter(|path| !path.is_root()).map(String::from)
}

fn strip_scheme(url: &str) -> Option<&str> {
    url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes_become_addresses_for_people() {
        let url = |remote: &str| Web::parse(remote, "main").map(|web| web.url);
        let github = Some("https://github.com/org/repo".to_owned());
        for remote in [
            "https://github.com/org/repo.git",
            "https://me:token@github.com/org/repo/",
            "git@github.com:org/repo.git",
            "ssh://git@github.com:22/org/repo.git",
            "git://github.com/org/repo",
        ] {
            assert_eq!(url(remote), github, "{remote}");
        }
        let azure = Some("https://dev.azure.com/org/project/_git/repo".to_owned());
        assert_eq!(url("git@ssh.dev.azure.com:v3/org/project/repo"), azure);
        assert_eq!(url("https://org@dev.azure.com/org/project/_git/repo"), azure);
        assert_eq!(url("ssh://git@gitlab.corp.example:2222/a/b/c.git").unwrap(), "https://gitlab.corp.example/a/b/c");
        assert_eq!(url("https://git.corp.example:8443/a/b"), None);
        assert_eq!(url("../elsewhere"), None);
        assert_eq!(url("https://github.com/org/re\"po<x>").unwrap(), "https://github.com/org/re%22po%3Cx%3E");
    }

    #[test]
    fn a_configured_address_may_name_the_branch() {
        let web = Web::configured("https://git.corp.example/a/b/", "dev").unwrap();
        assert_eq!(
            (web.host, web.url.as_str(), web.branch.as_str()),
            (HostKind::GitHub, "https://git.corp.example/a/b", "dev")
        );
        let web = Web::configured("https://git.corp.example/a/b/-/tree/release/1", "dev").unwrap();
        assert_eq!(
            (web.host, web.url.as_str(), web.branch.as_str()),
            (HostKind::GitLab, "https://git.corp.example/a/b", "release/1")
        );
        assert!(Web::configured("javascript://github.com/x/y", "dev").is_none());
    }

    #[test]
    fn issues_are_filled_in() {
        let web = |url: &str| Web::parse(url, "main").unwrap();
        let url = |web: Web| web.issue_url("A & b", "c\nd#").unwrap_or_default();
        assert_eq!(
            url(web("https://github.com/o/r")),
            "https://github.com/o/r/issues/new?title=A%20%26%20b&body=c%0Ad%23"
        );
        let gitlab = "https://gitlab.com/o/r/-/issues/new?issue%5Btitle%5D=A%20%26%20b&issue%5Bdescription%5D=c%0Ad%23";
        assert_eq!(url(web("https://gitlab.com/o/r")), gitlab);
        assert_eq!(url(web("https://bitbucket.org/o/r")), "");
    }

    #[test]
    fn commits_have_pages() {
        let url = |remote: &str| Web::parse(remote, "main").unwrap().commit_url("0123abc");
        assert_eq!(url("https://github.com/o/r"), "https://github.com/o/r/commit/0123abc");
        assert_eq!(url("https://gitlab.com/o/r"), "https://gitlab.com/o/r/-/commit/0123abc");
        assert_eq!(url("https://bitbucket.org/o/r"), "https://bitbucket.org/o/r/commits/0123abc");
    }

    #[test]
    fn links_are_encoded_part_by_part() {
        let web = Web::parse("git@github.com:org/repo.git", "feature/a#1").unwrap();
        let path = RelPath::new("docs/ü ?&\"x.md").unwrap();
        let url = web.view_url(&path);
        assert_eq!(url, "https://github.com/org/repo/blob/feature/a%231/docs/%C3%BC%20%3F%26%22x.md");
        assert_eq!(web.locate(&url), Some(path));
    }

    #[test]
    fn addresses_of_files_are_found_again_at_any_branch() {
        let file = Some("docs/a.md".to_owned());
        let locate = |remote: &str, url: &str| Web::parse(remote, "feat/x").unwrap().locate(url).map(String::from);
        for (remote, urls) in [
            (
                "https://github.com/org/repo",
                &[
                    "https://github.com/Org/repo/blob/main/docs/a.md",
                    "https://github.com/org/repo/tree/feat/x/docs/a.md",
                    "https://github.com/org/repo/raw/refs/heads/main/docs/a.md",
                    "https://github.com/org/repo/edit/0123abc/docs/a.md#L3",
                    "https://raw.githubusercontent.com/org/repo/main/docs/a.md",
                    "https://raw.githubusercontent.com/org/repo/refs/heads/feat/x/docs/a.md?x=1",
                ][..],
            ),
            (
                "https://gitlab.com/g/s/repo",
                &[
                    "https://gitlab.com/g/s/repo/-/blob/feat/x/docs/a.md",
                    "https://gitlab.com/g/s/repo/-/raw/main/docs/a.md?ref_type=heads",
                    "https://gitlab.com/g/s/repo/blob/main/docs/a.md",
                ],
            ),
            ("https://bitbucket.org/org/repo", &["https://bitbucket.org/org/repo/src/main/docs/a.md?mode=edit"]),
            (
                "https://codeberg.org/org/repo",
                &[
                    "https://codeberg.org/org/repo/src/branch/feat/x/docs/a.md",
                    "https://codeberg.org/org/repo/raw/tag/v1/docs/a.md",
                ],
            ),
            ("https://dev.azure.com/o/p/_git/r", &["https://dev.azure.com/o/p/_git/r?path=/docs/a.md&version=GBmain"]),
        ] {
            for url in urls {
                assert_eq!(locate(remote, url), file, "{url}");
            }
        }
        let github = |url: &str| locate("https://github.com/org/repo", url);
        assert_eq!(github("https://github.com/org/repo/"), Some(String::new()));
        for other in [
            "https://github.com/org/repository/blob/main/a.md",
            "https://github.com/org/other/blob/main/a.md",
            "https://github.com/org/repo/issues/1",
            "https://github.com/org/repo/blob/main/../../x",
            "https://github.com/org/repo/blob/main/%2e%2e/x",
            "mailto:x",
        ] {
            assert_eq!(github(other), None, "{other}");
        }
    }
}

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use git2::Oid;

use super::finding::printable;
use super::git_dir::full_id;
use crate::net::{Address, Bounds, Permit, RunError, Scheme, run, without_credentials};

/// One remote, and how it is talked to.
pub(super) struct Remote<'a> {
    /// Leave to talk to it, and its address.
    pub(super) permit: &'a Permit,
    /// The bare repository that is fetched into.
    pub(super) folder: &'a Path,
    /// For each command.
    pub(super) timeout: Duration,
    /// A setting that carries the token, for git's environment.
    pub(super) token: Option<(String, String)>,
}

/// Why a fetch failed: what git said, and what to do.
#[derive(Debug, Clone)]
pub(super) struct FetchError {
    pub(super) message: String,
    pub(super) hint: Option<&'static str>,
}

/// What a remote has for what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Advertised {
    /// Full name, `refs/heads/main`; what is fetched.
    pub(super) reference: String,
    /// Branch or tag.
    pub(super) name: Option<String>,
    /// The commit, or the annotated tag.
    pub(super) id: Oid,
}

/// Environment of the user that git may still see; all other `GIT_` variables could turn it to another repository.
const KEPT: &[&str] = &[
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_ASKPASS",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_CERT",
    "GIT_SSL_KEY",
    "GIT_CONFIG_GLOBAL",
    "GIT_EXEC_PATH",
    "GIT_PROXY_COMMAND",
];

/// How git says that it has no login and may not ask for one.
const NO_LOGIN: &[&str] = &["unable to get password from user", "could not read Username", "could not read Password"];

/// Asks a remote what a revision, or its `HEAD`, stands for: one exchange, no objects. `None`: it has no such name.
pub(super) fn ask(remote: &Remote<'_>, revision: Option<&str>) -> Result<Option<Advertised>, FetchError> {
    let names: Vec<String> = match revision {
        None => vec!["HEAD".to_owned()],
        Some(name) if name.starts_with("refs/") => vec![name.to_owned()],
        Some(name) => vec![format!("refs/heads/{name}"), format!("refs/tags/{name}")],
    };
    let mut arguments = vec!["ls-remote", "--symref", "--"];
    let url = remote.permit.address().url();
    arguments.push(&url);
    arguments.extend(names.iter().map(String::as_str));
    let answer = git(remote, &arguments)?;
    let answer = String::from_utf8_lossy(&answer);
    let lines: Vec<(&str, &str)> = answer.lines().filter_map(|line| line.split_once('\t')).collect();
    let symbolic = lines.iter().find_map(|(left, name)| left.strip_prefix("ref: ").filter(|_| *name == "HEAD"));
    // Patterns of `ls-remote` match the end of names; only whole names count.
    Ok(names.iter().find_map(|wanted| {
        let (id, _) = lines.iter().find(|(left, name)| name == wanted && !left.starts_with("ref:"))?;
        let reference = symbolic.filter(|_| wanted == "HEAD").unwrap_or(wanted).to_owned();
        let short = ["refs/heads/", "refs/tags/"].iter().find_map(|place| reference.strip_prefix(place));
        Some(Advertised { name: short.map(str::to_owned), id: full_id(id)?, reference })
    }))
}

/// How much of the history is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// The latest commit.
    Latest,
    /// All of it.
    Whole,
    /// All of it, into a repository that has only a part.
    Rest,
}

/// Fetches one reference, or a commit by its full id, into the reference `into`.
pub(super) fn fetch(remote: &Remote<'_>, what: &str, into: &str, depth: Depth) -> Result<(), FetchError> {
    let url = remote.permit.address().url();
    let refspec = format!("+{what}:{into}");
    let options = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"];
    let mut arguments = options.to_vec();
    match depth {
        Depth::Latest => arguments.push("--depth=1"),
        Depth::Whole => {}
        Depth::Rest => arguments.push("--unshallow"),
    }
    arguments.extend(["--no-auto-maintenance", "--update-shallow", "--", &url, &refspec]);
    git(remote, &arguments).map(|_| ())
}

/// Whether a revision from `site.toml` can be a git name: no option, no pattern, no expression.
pub(super) fn is_plain_revision(name: &str) -> bool {
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"~^:?*[\\\"'`".contains(c);
    !name.is_empty()
        && name.len() <= 255
        && !name.starts_with(['-', '/', '.'])
        && !name.ends_with(['/', '.'])
        && !name.contains("..")
        && !name.contains("@{")
        && !name.contains("//")
        && name.chars().all(plain)
}

/// Runs git with an environment in which only the user's own credentials and proxies count: no system settings, no
/// hooks, no prompts, no redirects (they would leave the allowed hosts), no protocol but the address's own.
fn git(remote: &Remote<'_>, arguments: &[&str]) -> Result<Vec<u8>, FetchError> {
    let scheme = remote.permit.address().scheme;
    let allowed = format!("protocol.{}.allow", scheme.as_str());
    let mut settings = vec![
        ("protocol.allow", "never"),
        (&allowed, "always"),
        ("core.hooksPath", "/dev/null"),
        ("core.fsmonitor", "false"),
        ("core.askPass", ""),
        ("credential.interactive", "false"),
        ("http.followRedirects", "false"),
        ("gc.auto", "0"),
        ("maintenance.auto", "false"),
        ("fetch.writeCommitGraph", "false"),
        ("submodule.recurse", "false"),
    ];
    if let Some((key, value)) = &remote.token {
        settings.push((key, value));
    }
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if let Some(name) = name.to_str().filter(|name| name.starts_with("GIT_") && !KEPT.contains(name)) {
            command.env_remove(name);
        }
    }
    command.args(arguments).current_dir(remote.folder);
    command.env("GIT_DIR", remote.folder).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_TERMINAL_PROMPT", "0");
    command.env("GIT_CONFIG_COUNT", settings.len().to_string()).env("LC_ALL", "C").env_remove("SSH_ASKPASS");
    for (index, (key, value)) in settings.iter().enumerate() {
        command.env(format!("GIT_CONFIG_KEY_{index}"), key).env(format!("GIT_CONFIG_VALUE_{index}"), value);
    }
    if scheme == Scheme::Ssh && ["GIT_SSH", "GIT_SSH_COMMAND"].iter().all(|name| std::env::var_os(name).is_none()) {
        command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
    }
    let bounds = Bounds { time: remote.timeout, output_bytes: 1 << 20 };
    match run(remote.permit, command, bounds) {
        Ok(done) if done.success => Ok(done.stdout),
        Ok(done) => Err(explain(&done.stderr, remote)),
        Err(error) => {
            let hint = match &error {
                RunError::Missing(_) => {
                    Some("install `git`; remote repositories are fetched with it, local ones need no program")
                }
                _ => None,
            };
            Err(FetchError { message: error.to_string(), hint })
        }
    }
}

/// Makes a message of what git said: without credentials, control characters and the token, and not longer than a line.
fn explain(stderr: &[u8], remote: &Remote<'_>) -> FetchError {
    let said = String::from_utf8_lossy(stderr);
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mark = ["fatal:", "remote: error", "error:", "ERROR:", "ssh:"];
    let line = mark.iter().find_map(|mark| lines.iter().find(|line| line.starts_with(mark)));
    let line = line.or(lines.last()).copied().unwrap_or("git gave no reason");
    let mut message = without_credentials(line);
    if let Some((_, secret)) = &remote.token {
        message = message.replace(secret.as_str(), "…").replace(secret.rsplit(' ').next().unwrap_or(secret), "…");
    }
    let message = message.strip_prefix("fatal: ").unwrap_or(&message).trim_end_matches(':');
    // The address stands in the finding already.
    let address = message.strip_prefix("unable to access '").and_then(|rest| rest.split_once("': "));
    let message = match address.map_or(message, |(_, reason)| reason) {
        said if NO_LOGIN.iter().any(|words| said.contains(words)) => "the server asks for a login",
        said => said,
    };
    FetchError { message: printable(&without_time(message)), hint: hint(&said, remote.permit.address()) }
}

/// Drops the ` after 12 ms` of curl's messages: they are shown in the portal, which is to be the same for each build.
fn without_time(message: &str) -> String {
    match message.split_once(" after ").map(|(head, tail)| (head, tail.split_once(" ms"))) {
        Some((head, Some((time, tail)))) if time.bytes().all(|byte| byte.is_ascii_digit()) => format!("{head}{tail}"),
        _ => message.to_owned(),
    }
}

fn hint(said: &str, address: &Address) -> Option<&'static str> {
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if says(&["Host key verification failed"]) {
        Some("add the host's key to `known_hosts` of the user that builds")
    } else if says(&["Permission denied (publickey"]) {
        Some("give the user that builds an ssh key that may read the repository")
    } else if says(NO_LOGIN) || says(&["Authentication failed", "returned error: 40"]) {
        Some("name the environment variable that holds an access token as `token_env` of the source")
    } else if says(&["redirect"]) {
        Some("the repository has moved; write its new address (redirects are not followed)")
    } else if says(&["not found", "not exist", "does not appear to be"]) {
        Some("check the address, and that the token or key may read the repository")
    } else if says(&["Could not resolve host"]) || address.scheme == Scheme::Git {
        Some("check the address and the network, or build with `--offline` from what was fetched before")
    } else {
        None
    }
}

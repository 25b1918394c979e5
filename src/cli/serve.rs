use std::net::{IpAddr, Ipv4Addr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;

use super::progress::Progress;
use super::proxy::Endpoints;
use super::report;
use crate::base::{Diagnostic, Severity};
use crate::config::{self, Choices, Settings};
use crate::pipeline::{self, Kept, Memo};
use crate::plugins;
use crate::serve::{self, Draft, Made, Maker, MemorySite, Options, Remark, Watched};
use crate::sources::{Changes, SourceKind};

/// Arguments of `callboard serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Settings file; site.toml in this folder without it
    #[arg(long, short, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder for fetched repositories and remembered products; the user's cache folder without it
    #[arg(long, value_name = "DIR")]
    cache_dir: Option<PathBuf>,
    /// Never open a socket to other machines: repositories come from the cache
    #[arg(long)]
    offline: bool,
    /// Fetch remote repositories so often (30s, 5m, 2h); without it only once
    #[arg(long, value_name = "TIME", value_parser = time)]
    refetch: Option<Duration>,
    /// Let pages ask the endpoints of `[proxies]`, at `api/proxy/NAME/…`
    #[arg(long)]
    proxy: bool,
    #[command(flatten)]
    listen: ListenArgs,
}

/// Where and how to listen and to watch.
#[derive(Debug, Args)]
pub struct ListenArgs {
    /// Port to listen on; 8000, or a free one after it, without this
    #[arg(long, short, value_name = "PORT")]
    port: Option<u16>,
    /// Name or address to listen on; with any but this machine's own, others can read the portal
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    host: String,
    /// Open the portal in the browser
    #[arg(long)]
    open: bool,
    /// Look for changes again and again instead of waiting for the system to tell; for network folders
    #[arg(long)]
    poll: bool,
    /// Print every finding; without it notes are left out, and of warnings and errors 30 are printed
    #[arg(long, short)]
    verbose: bool,
}

/// How often `--poll` looks.
const POLL: Duration = Duration::from_millis(500);

/// How many findings are printed without `--verbose`.
const SHOWN: usize = 30;

/// Serves the portal.
pub fn run(args: &ServeArgs) -> anyhow::Result<ExitCode> {
    let choices = Choices {
        config: args.config.clone(),
        output: None,
        cache_dir: args.cache_dir.clone(),
        offline: args.offline,
        portable: false,
    };
    let cwd = std::env::current_dir()?;
    // Wrong usage ends the command; settings that become wrong later do not.
    let loaded = config::load(&cwd, &choices)?;
    if loaded.value.is_none() {
        for finding in &loaded.diagnostics {
            eprint!("{}", report::human(finding));
        }
        return Ok(ExitCode::from(2));
    }
    let endpoints = args.proxy.then(Endpoints::default);
    let proxy = endpoints.clone().map(|endpoints| Arc::new(endpoints) as Arc<dyn serve::Proxy>);
    let (refused, kept) = Default::default();
    let mut maker = PortalMaker { cwd, choices, settings: None, refused, kept, endpoints };
    listen(&args.listen, args.refetch, proxy, &mut maker)
}

/// Serves what a maker makes.
pub fn listen(
    args: &ListenArgs,
    refetch: Option<Duration>,
    proxy: Option<Arc<dyn serve::Proxy>>,
    maker: &mut dyn Maker,
) -> anyhow::Result<ExitCode> {
    let host = address(&args.host)?;
    if !host.is_loopback() {
        let message = format!("`--host {}` lets other machines read this portal", args.host);
        eprint!("{}", report::human(&serve::rules::OPEN_TO_ALL.diagnostic(message)));
    }
    let options = Options {
        host,
        name: args.host.parse::<IpAddr>().is_err().then(|| args.host.clone()),
        port: args.port.unwrap_or(8000),
        other_ports: args.port.is_none(),
        poll: args.poll.then_some(POLL),
        refetch,
        proxy,
    };
    let told = std::cell::RefCell::new(Vec::new());
    let opened = std::cell::Cell::new(!args.open);
    serve::run(&options, maker, &|remark| match remark {
        Remark::Listening(url) => {
            println!("{url}");
            if !opened.replace(true) && !open(url) {
                eprintln!("no browser could be opened");
            }
        }
        Remark::Polling(why) => eprintln!("{why}: looking for changes once a second"),
        Remark::Made { findings, changed, files, reloads, time, times } => {
            let known = told.replace(findings.to_vec());
            print_findings(findings, &known, args.verbose);
            let what = match changed {
                None => "built".to_owned(),
                Some(1) => "1 change".to_owned(),
                Some(count) => format!("{count} changes"),
            };
            let pages = if reloads == 1 { "page" } else { "pages" };
            eprintln!("{what}: {files} files, {reloads} {pages} reloaded, {} ms", time.as_millis());
            if args.verbose {
                let stages = times.iter().map(|(stage, time)| format!("{stage} {:.1}", time.as_secs_f64() * 1000.0));
                eprintln!("ms by stage: {}", stages.collect::<Vec<_>>().join(", "));
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Prints what was not said after the last build, and how many findings are gone.
fn print_findings(findings: &[Diagnostic], known: &[Diagnostic], verbose: bool) {
    let told = |finding: &&Diagnostic| verbose || finding.severity > Severity::Note;
    let known: std::collections::BTreeSet<_> = known.iter().map(Diagnostic::sort_key).collect();
    let fresh: Vec<_> = findings.iter().filter(told).filter(|finding| !known.contains(&finding.sort_key())).collect();
    let shown = if verbose { fresh.len() } else { SHOWN };
    for finding in fresh.iter().take(shown) {
        eprint!("{}", report::human(finding));
    }
    if fresh.len() > shown {
        eprintln!("… and {} more: `--verbose` prints them", fresh.len() - shown);
    }
}

fn address(host: &str) -> anyhow::Result<IpAddr> {
    if host == "localhost" {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse() {
        return Ok(address);
    }
    let mut found = (host, 0).to_socket_addrs().with_context(|| format!("`{host}` is no host of this machine"))?;
    found.next().map(|address| address.ip()).with_context(|| format!("`{host}` is no host of this machine"))
}

/// `30s`, `5m`, `2h`: at least ten seconds, so that no host is flooded.
fn time(text: &str) -> Result<Duration, String> {
    let wrong = || "give a time of at least 10 seconds, such as 30s, 5m or 2h".to_owned();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => return Err(wrong()),
    };
    let number: u64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    number.checked_mul(factor).filter(|seconds| *seconds >= 10).map(Duration::from_secs).ok_or_else(wrong)
}

/// Opens an address of this machine in the user's browser.
fn open(url: &str) -> bool {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let mut command = std::process::Command::new(program);
    command.arg(url).stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null());
    let Ok(mut child) = command.stderr(std::process::Stdio::null()).spawn() else { return false };
    std::thread::spawn(move || child.wait());
    true
}

/// Makes the portal.
struct PortalMaker {
    cwd: PathBuf,
    choices: Choices,
    settings: Option<Settings>,
    /// Why there are no settings.
    refused: Vec<Diagnostic>,
    kept: Kept,
    /// Endpoints that pages may ask, if they may.
    endpoints: Option<Endpoints>,
}

impl Maker for PortalMaker {
    fn prepare(&mut self, _: &Changes) -> anyhow::Result<(Vec<Watched>, Vec<PathBuf>)> {
        let file = self.choices.config.clone().unwrap_or_else(|| "site.toml".into());
        let mut watched = vec![Watched::File(self.cwd.join(file))];
        let loaded = config::load(&self.cwd, &self.choices);
        // Also while the settings are wrong, what they named before is watched.
        self.refused = match loaded {
            Ok(loaded) => {
                if let (Some(endpoints), Some(settings)) = (&self.endpoints, &loaded.value)
                    && self.settings.as_ref().is_none_or(|old| {
                        (&old.proxies, old.offline, &old.limits)
                            != (&settings.proxies, settings.offline, &settings.limits)
                    })
                {
                    endpoints.take(settings);
                }
                self.settings = loaded.value.or(self.settings.take());
                loaded.diagnostics
            }
            Err(error) => vec![serve::rules::FAILED.diagnostic(format!("{error:#}"))],
        };
        let Some(settings) = &self.settings else { return Ok((watched, Vec::new())) };
        for source in &settings.sources {
            match &source.kind {
                SourceKind::Directory(path) => watched.push(Watched::Folder(path.clone())),
                SourceKind::Git { url, .. } => {
                    let path = PathBuf::from(url.strip_prefix("file://").unwrap_or(url));
                    watched.extend(Some(path).filter(|path| path.is_dir()).map(Watched::Folder));
                }
                // A store is asked again when `--refetch` says so, like other remotes.
                SourceKind::Snapshots { .. } => {}
            }
        }
        watched.extend(settings.pages.iter().cloned().map(Watched::Folder));
        watched.extend(settings.theme.dir.iter().cloned().map(Watched::Folder));
        watched.extend(settings.theme.files().cloned().map(Watched::File));
        watched.extend(settings.plugins.dirs.iter().cloned().map(Watched::Folder));
        // A plugin folder that cannot be read is told by the build.
        let known = plugins::load(&settings.plugins).map(|loaded| loaded.value).unwrap_or_default();
        let beside = plugins::portal_paths(&known, &settings.plugins);
        let scorecards = plugins::scorecards(&settings.plugins).value;
        let histories = scorecards.iter().filter_map(|card| card.file().map(Path::to_owned));
        let recorded = settings.proxies.iter().filter_map(|proxy| proxy.recorded.clone());
        watched.extend(beside.into_iter().chain(histories).chain(recorded).map(Watched::File));
        Ok((watched, vec![settings.output.clone(), settings.cache_dir.clone()]))
    }

    fn make(&mut self, changes: &Changes, last: &MemorySite) -> anyhow::Result<Made> {
        let Some(settings) = self.settings.as_ref().filter(|_| self.refused.is_empty()) else {
            return Ok(Made { findings: self.refused.clone(), ..Made::default() });
        };
        // What builds remember on disk makes the first one quick; after it all is in memory.
        let memo = if self.kept.has_built() { Memo::forgetful() } else { pipeline::open_memo(settings)? };
        self.kept.search_later = !last.is_empty();
        let draft = Draft::new(last, &settings.base_path);
        let progress = Progress::new(!last.is_empty());
        let built =
            pipeline::build_again(&mut self.kept, changes, settings, &memo, &draft, &|event| progress.take(&event));
        progress.done();
        let built = built?;
        memo.close()?;
        Ok(Made {
            site: Some(draft.finish(built.later.is_some())),
            findings: built.diagnostics,
            catalog: built.catalog,
            later: built.later,
            times: built.times,
        })
    }

    fn forget(&mut self) {
        self.kept = Kept::default();
    }
}

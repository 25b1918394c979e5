use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::indexing::Indexing;
use super::memory_site::{MemorySite, url_path};
use super::portal::Portal;
use super::problems::Problems;
use super::proxy::Proxy;
use super::watch::{Watched, Watching};
use crate::base::Diagnostic;
use crate::catalog::Catalog;
use crate::http::{Hosts, Server};
use crate::pipeline::Later;
use crate::pipeline::step::fenced;
use crate::sources::Changes;

/// Ports that are tried after one that is taken, before any free one is.
const NEXT_PORTS: u16 = 20;

/// How to serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address to listen on.
    pub host: IpAddr,
    /// Name that was asked for in its place; browsers may call the server by it.
    pub name: Option<String>,
    /// First port to try.
    pub port: u16,
    /// Whether another port is taken when that one is not free.
    pub other_ports: bool,
    /// Look for changes again and again, so often, instead of waiting for events of the system.
    pub poll: Option<Duration>,
    /// How often remote repositories are fetched; never again without it.
    pub refetch: Option<Duration>,
    /// Endpoints that pages may ask.
    pub proxy: Option<Arc<dyn Proxy>>,
}

/// Makes a site, again and again.
pub trait Maker {
    /// Reads the settings: what has to be watched, and folders in it that are no input.
    fn prepare(&mut self, changes: &Changes) -> anyhow::Result<(Vec<Watched>, Vec<PathBuf>)>;

    /// Makes the site anew after changes. `Err`, or nothing with errors: the last site stays.
    fn make(&mut self, changes: &Changes, last: &MemorySite) -> anyhow::Result<Made>;

    /// Forgets what it kept, after a fault.
    fn forget(&mut self);
}

/// What making a site came to.
#[derive(Debug, Default)]
pub struct Made {
    /// The site; none if the settings are wrong.
    pub site: Option<MemorySite>,
    /// What is to be said about it.
    pub findings: Vec<Diagnostic>,
    /// The catalog, for the read API; none for a site without one.
    pub catalog: Option<Arc<Catalog>>,
    /// The search index, if it is to be made after the pages.
    pub later: Option<Later>,
    /// Wall time of each stage.
    pub times: Vec<(&'static str, Duration)>,
}

/// What happens, for the one who started it.
#[derive(Debug)]
pub enum Remark<'a> {
    /// It listens at this address.
    Listening(&'a str),
    /// A place cannot be watched, so it is looked at again and again.
    Polling(&'a str),
    /// A site was made, or not.
    Made {
        /// Everything found.
        findings: &'a [Diagnostic],
        /// How many files changed, if it was not the first time.
        changed: Option<usize>,
        /// Files of the site.
        files: usize,
        /// Pages in browsers that load themselves again.
        reloads: usize,
        /// How long it took.
        time: Duration,
        /// How long each stage took.
        times: &'a [(&'static str, Duration)],
    },
}

/// Serves until the program is ended.
pub fn run(options: &Options, maker: &mut dyn Maker, tell: &dyn Fn(Remark<'_>)) -> anyhow::Result<()> {
    let server = bind(options)?;
    let address = server.address();
    let portal = Arc::new(Portal::new(options.proxy.clone()));
    let (hosts, handler) = (Hosts::new(options.name.clone()), Arc::clone(&portal));
    std::thread::Builder::new()
        .name("server".to_owned())
        .spawn(move || server.run(hosts, handler))
        .context("cannot start a thread")?;
    let indexing = Indexing::start(Arc::clone(&portal)).context("cannot start a thread")?;
    let mut watching = Watching::new(options.poll).context("cannot watch for changes")?;
    let mut problems = Problems::default();
    let mut changes = Changes::everything();
    let mut announced = None;
    let mut next_fetch = options.refetch.map(|every| Instant::now() + every);
    loop {
        let begun = Instant::now();
        let last = portal.site();
        let made = fenced(|| {
            let (watched, ignored) = maker.prepare(&changes)?;
            watch(&mut watching, options, &watched, &ignored, tell)?;
            maker.make(&changes, &last)
        });
        let failed = !matches!(&made, Ok(Ok(made)) if made.site.is_some());
        let made = match made {
            Ok(Ok(made)) => made,
            Ok(Err(error)) => Made { findings: vec![Problems::failed(&format!("{error:#}"))], ..Made::default() },
            Err(panicked) => {
                maker.forget();
                changes = Changes::everything();
                let finding = Problems::failed(&format!("internal fault: {}; please report it", panicked.message));
                Made { findings: vec![finding], ..Made::default() }
            }
        };
        // First, so that a page that loads itself again finds what is wrong now.
        portal.tell(problems.told(&made.findings));
        let reloads = made.site.map_or(0, |site| portal.show(site, made.catalog));
        drop(last);
        if let Some(later) = made.later {
            indexing.ask(later);
        }
        let (site, time) = (portal.site(), begun.elapsed());
        let url = format!("http://{}{}", shown(address), url_path(site.base()));
        if announced.as_ref() != Some(&url) {
            tell(Remark::Listening(&url));
            announced = Some(url);
        }
        let changed = (!changes.everything).then_some(changes.paths.len());
        tell(Remark::Made { findings: &made.findings, changed, files: site.len(), reloads, time, times: &made.times });
        // What a failed build has seen is seen again by the next one.
        let unseen = if failed { std::mem::take(&mut changes) } else { Changes::default() };
        changes = next(&mut watching, options, &mut next_fetch);
        changes.merge(unseen);
    }
}

fn next(watching: &mut Watching, options: &Options, next_fetch: &mut Option<Instant>) -> Changes {
    loop {
        if let Some(changes) = watching.next(*next_fetch) {
            return changes;
        }
        if let Some(every) = options.refetch {
            *next_fetch = Some(Instant::now() + every);
            return Changes { refetch: true, ..Changes::default() };
        }
    }
}

/// Watches what the site is made from. Where the system has no room for so many watches, it is looked at again and again.
fn watch(
    watching: &mut Watching,
    options: &Options,
    watched: &[Watched],
    ignored: &[PathBuf],
    tell: &dyn Fn(Remark<'_>),
) -> anyhow::Result<()> {
    let failed = watching.set(watched, ignored);
    if let (Some((path, error)), None) = (failed.first(), options.poll) {
        tell(Remark::Polling(&format!("`{}` cannot be watched ({error})", path.display())));
        *watching = Watching::new(Some(Duration::from_secs(1))).context("cannot watch for changes")?;
        watching.set(watched, ignored);
    }
    Ok(())
}

fn bind(options: &Options) -> anyhow::Result<Server> {
    let at = |port: u16| Server::bind(SocketAddr::new(options.host, port));
    let first = at(options.port);
    let server = match first {
        Err(error) if options.other_ports && error.kind() == std::io::ErrorKind::AddrInUse => {
            let others = (1..=NEXT_PORTS).filter_map(|step| options.port.checked_add(step)).chain([0]);
            others.map(at).find(Result::is_ok).unwrap_or(Err(error))
        }
        other => other,
    };
    server.with_context(|| format!("cannot listen on {}", SocketAddr::new(options.host, options.port)))
}

/// An address as browsers on this machine reach it.
fn shown(address: SocketAddr) -> SocketAddr {
    let local: IpAddr = if address.is_ipv4() { [127, 0, 0, 1].into() } else { [0, 0, 0, 0, 0, 0, 0, 1].into() };
    if address.ip().is_unspecified() { SocketAddr::new(local, address.port()) } else { address }
}

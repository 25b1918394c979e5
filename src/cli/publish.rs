use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Instant;

use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::report;
use crate::base::Diagnostic;
use crate::config::{self, Choices, MaxDelete, PublishSettings, Settings};
use crate::net::{Store, StoreUrl};
use crate::publish::{self, Event, Options, Plan, Published, Site};

/// Arguments of `callboard publish`.
#[derive(Debug, Args)]
pub struct PublishArgs {
    /// Name of a `[publish.NAME]` of the settings, or an address: s3://bucket/prefix, gs://…, az://…, file:///path
    target: Option<String>,
    /// Settings file; site.toml in this folder without it
    #[arg(long, short, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of the built site; the settings' output without it
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    /// Publish below this path of the target, such as previews/12
    #[arg(long, value_name = "PATH")]
    below: Option<String>,
    /// Print what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the plan and the summary as one JSON object on standard output, and nothing else
    #[arg(long)]
    json: bool,
    /// Write the addresses that changed to a file, one a line, for a cache that is to be told
    #[arg(long, value_name = "FILE")]
    changed_paths: Option<PathBuf>,
    /// Stop if more of the published files would go away: a share such as 30%, or a number
    #[arg(long, value_name = "SHARE", value_parser = MaxDelete::parse)]
    max_delete: Option<MaxDelete>,
    /// How long what is no longer part of the site stays: 90s, 30m, 2h, 7d
    #[arg(long, value_name = "TIME", value_parser = PublishSettings::parse_grace)]
    grace: Option<u64>,
    /// A number that grows from run to run, such as the CI's; a site with a lower one than the published site's is refused
    #[arg(long, value_name = "N")]
    sequence: Option<u64>,
    /// Do not wait for another publish, and put an older site over a newer one
    #[arg(long)]
    force: bool,
    /// Send every file again, for a store that somebody else has changed
    #[arg(long)]
    all: bool,
    /// Print findings only
    #[arg(long, short)]
    quiet: bool,
}

/// Publishes the site. Exit code 1: it was refused, or stopped by another publish.
pub fn run(args: &PublishArgs) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let (target, dir) = match target(args)? {
        Ok(found) => found,
        Err(code) => return Ok(code),
    };
    let opened = Site::open(&dir, &target)?;
    let Some(site) = opened.value else {
        tell(args, &opened.diagnostics);
        if args.json {
            println!("{}", json!({ "refused": true, "diagnostics": opened.diagnostics }));
        }
        return Ok(ExitCode::from(1));
    };
    let _held = match locked(&target)? {
        Ok(held) => held,
        Err(code) => return Ok(code),
    };
    let store = Store::open(&target.url, &target.store)?;
    let options = Options {
        dry_run: args.dry_run,
        force: args.force,
        all: args.all,
        sequence: args.sequence,
        ..Options::default()
    };
    let bar = Bar::new(args.quiet || args.json || args.dry_run);
    let published = publish::publish(&site, &store, &target, &options, &|event| bar.take(event));
    bar.done();
    let published = published?;
    tell(args, &published.findings);
    if let Some(path) = args.changed_paths.as_ref().filter(|_| !published.refused) {
        let lines: String = published.plan.changed_paths().iter().map(|path| format!("{path}\n")).collect();
        std::fs::write(path, lines).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    if args.json {
        println!("{}", summary_json(args, &target, &published, begun));
    } else if !args.quiet && !published.refused {
        print!("{}", summary(args, &target, &published, begun));
    }
    Ok(if published.refused { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// The target with what the command line says, and the folder of the site.
fn target(args: &PublishArgs) -> anyhow::Result<Result<(PublishSettings, PathBuf), ExitCode>> {
    let cwd = std::env::current_dir()?;
    let settings = match settings(args, &cwd)? {
        Ok(settings) => settings,
        Err(code) => return Ok(Err(code)),
    };
    let named = settings.as_ref().map(|settings| &settings.publish);
    let names: Vec<&String> = named.iter().flat_map(|targets| targets.keys()).collect();
    let usage = |message: String| {
        eprintln!("callboard: {}", report::printable(&message));
        Ok(Err(ExitCode::from(2)))
    };
    let listed = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let mut target = match &args.target {
        None => match named.and_then(|targets| targets.values().next()).filter(|_| names.len() == 1) {
            Some(target) => target.clone(),
            None if names.is_empty() => return usage("name a target, such as s3://bucket/prefix".to_owned()),
            None => return usage(format!("name one of the targets {listed}")),
        },
        Some(text) => match named.and_then(|targets| targets.get(text)) {
            Some(target) => target.clone(),
            None => match StoreUrl::parse(text, &cwd) {
                Ok(url) => PublishSettings::new(url),
                Err(error) if names.is_empty() => return usage(error.to_string()),
                Err(error) => return usage(format!("{error}; targets of the settings are {listed}")),
            },
        },
    };
    if let Some(below) = &args.below {
        match target.url.below(below.trim_matches('/')) {
            Some(url) => target.url = url,
            None => return usage(format!("`{below}` is no path below a target")),
        }
    }
    target.max_delete = args.max_delete.unwrap_or(target.max_delete);
    target.grace = args.grace.unwrap_or(target.grace);
    let dir = args.site.as_ref().map(|dir| cwd.join(dir));
    let dir = dir.unwrap_or_else(|| settings.map_or_else(|| cwd.join("dist"), |settings| settings.output));
    if target.url.kind == crate::net::StoreKind::Directory && overlap(&dir, Path::new(&target.url.prefix)) {
        return usage("the target lies in the site's folder, or the other way round".to_owned());
    }
    Ok(Ok((target, dir)))
}

fn overlap(a: &Path, b: &Path) -> bool {
    let real =
        |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned());
    let (a, b) = (real(a), real(b));
    a.starts_with(&b) || b.starts_with(&a)
}

/// The settings; none where there is no `site.toml` and none is named.
fn settings(args: &PublishArgs, cwd: &Path) -> anyhow::Result<Result<Option<Settings>, ExitCode>> {
    if args.config.is_none() && !cwd.join("site.toml").is_file() {
        return Ok(Ok(None));
    }
    let loaded = config::load(cwd, &Choices { config: args.config.clone(), ..Choices::default() })?;
    if loaded.value.is_none() {
        tell(args, &loaded.diagnostics);
        return Ok(Err(ExitCode::from(2)));
    }
    Ok(Ok(loaded.value))
}

/// A directory is held for as long as it is written; stores have the claim in their manifest.
fn locked(target: &PublishSettings) -> anyhow::Result<Result<Option<std::fs::File>, ExitCode>> {
    if target.url.kind != crate::net::StoreKind::Directory {
        return Ok(Ok(None));
    }
    let dir = &target.url.prefix;
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make the folder `{dir}`"))?;
    let folder = std::fs::File::open(dir).with_context(|| format!("cannot open the folder `{dir}`"))?;
    match folder.try_lock() {
        Err(std::fs::TryLockError::WouldBlock) => {
            let finding = publish::rules::RACE.diagnostic(format!("another publish writes `{dir}`"));
            eprint!("{}", report::human(&finding.hint("wait for it")));
            Ok(Err(ExitCode::from(1)))
        }
        // A file system without locks: two publishes at once are then the user's to avoid.
        _ => Ok(Ok(Some(folder))),
    }
}

fn tell(args: &PublishArgs, findings: &[Diagnostic]) {
    for finding in findings {
        if !args.quiet || finding.severity > crate::base::Severity::Note {
            eprint!("{}", report::human(finding));
        }
    }
}

/// How many lines of each kind are printed.
const SHOWN: usize = 20;

fn summary(args: &PublishArgs, target: &PublishSettings, published: &Published, begun: Instant) -> String {
    let plan = &published.plan;
    let mut text = String::new();
    if args.dry_run {
        for (sign, keys) in [('+', &plan.new), ('~', &plan.changed), ('-', &plan.retired)] {
            for key in keys {
                let _ = writeln!(text, "{sign} {}", report::printable(key));
            }
        }
        for key in plan.deleted.iter().filter(|key| !plan.retired.contains(key)) {
            let _ = writeln!(text, "x {}", report::printable(key));
        }
    } else {
        for key in plan.new.iter().chain(&plan.changed).take(SHOWN) {
            let _ = writeln!(text, "  {}", report::printable(key));
        }
        let more = (plan.new.len() + plan.changed.len()).saturating_sub(SHOWN);
        if more > 0 {
            let _ = writeln!(text, "  … and {more} more");
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    let would = if args.dry_run { "would be " } else { "" };
    let _ = writeln!(
        text,
        "{would}{} new, {} changed, {} unchanged, {} retired, {} deleted at {}; {} of content",
        plan.new.len(),
        plan.changed.len(),
        plan.unchanged,
        plan.retired.len(),
        plan.deleted.len(),
        target.url,
        bytes(plan.bytes),
    );
    let traffic = published.traffic;
    let rate = (traffic.sent + traffic.received) as f64 / seconds.max(0.001);
    let _ = writeln!(
        text,
        "{} requests, {} sent, {} received in {seconds:.1} s ({}/s)",
        traffic.requests,
        bytes(traffic.sent),
        bytes(traffic.received),
        bytes(rate as u64)
    );
    text
}

fn summary_json(
    args: &PublishArgs,
    target: &PublishSettings,
    published: &Published,
    begun: Instant,
) -> serde_json::Value {
    let Plan { new, changed, unchanged, retired, deleted, bytes, resumed, .. } = &published.plan;
    let traffic = published.traffic;
    json!({
        "target": target.url.to_string(),
        "dry_run": args.dry_run,
        "refused": published.refused,
        "new": new,
        "changed": changed,
        "unchanged": unchanged,
        "retired": retired,
        "deleted": deleted,
        "bytes": bytes,
        "resumed": resumed,
        "traffic": { "requests": traffic.requests, "sent": traffic.sent, "received": traffic.received },
        "milliseconds": u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        "diagnostics": published.findings,
    })
}

fn bytes(number: u64) -> String {
    match number {
        0..1_000 => format!("{number} B"),
        1_000..1_000_000 => format!("{:.1} kB", number as f64 / 1e3),
        _ => format!("{:.1} MB", number as f64 / 1e6),
    }
}

/// A moving line on a terminal, nothing elsewhere.
struct Bar(Option<Mutex<ProgressBar>>);

impl Bar {
    fn new(quiet: bool) -> Self {
        use std::io::IsTerminal;
        Self((!quiet && std::io::stderr().is_terminal()).then(|| {
            let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} ({per_sec}, {eta} left)");
            Mutex::new(ProgressBar::no_length().with_style(style.expect("the template is fixed")))
        }))
    }

    fn take(&self, event: Event) {
        if let Event::Waiting(seconds) = event {
            eprintln!("another publish may be under way: its claim is watched for {seconds} seconds");
        }
        let Some(bar) = self.0.as_ref().map(|bar| bar.lock().expect("no holder of this lock panics")) else { return };
        match event {
            Event::Begin(count) => bar.set_length(count as u64),
            Event::Wrote => bar.inc(1),
            Event::Waiting(_) => {}
        }
    }

    fn done(&self) {
        if let Some(bar) = &self.0 {
            bar.lock().expect("no holder of this lock panics").finish_and_clear();
        }
    }
}

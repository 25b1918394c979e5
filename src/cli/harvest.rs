use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::report;
use crate::base::{Diagnostic, Limits, RelPath, Severity};
use crate::config::{self, Choices, user_cache_dir};
use crate::net::{Store, StoreOptions, StoreUrl};
use crate::sources::{self, HarvestOptions, Source, SourceKind, SourceOptions, StoredSnapshot, store_snapshot};

/// Arguments of `callboard harvest`.
#[derive(Debug, Args)]
pub struct HarvestArgs {
    /// Folder of the repository
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// Store for the snapshot: s3://bucket/prefix, gs://…, az://…, file:///path
    #[arg(long, value_name = "ADDRESS")]
    publish: String,
    /// Harvest all sources of these settings instead of one folder
    #[arg(long, short, value_name = "FILE", conflicts_with_all = ["dir", "name", "url", "path", "entity_file", "revision"])]
    config: Option<PathBuf>,
    /// Name of the repository; the portal shows it, and a later snapshot of the same name takes this one's place
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Where people see the repository: https://host/org/repo
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Only this part of the repository
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
    /// Entity file or glob (repeatable); every catalog-info.yaml without any
    #[arg(long, value_name = "FILE")]
    entity_file: Vec<String>,
    /// Branch, tag or commit; HEAD without it
    #[arg(long, value_name = "REVISION")]
    revision: Option<String>,
    /// Address of a store of one's own
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// Store it even if the store has a snapshot of a later commit
    #[arg(long)]
    force: bool,
}

/// Stores snapshots of repositories. Exit code 1: one could not be read, or the store has a later one.
pub fn run(args: &HarvestArgs) -> anyhow::Result<ExitCode> {
    let cwd = std::env::current_dir()?;
    let usage = |message: String| {
        eprintln!("callboard: {}", report::printable(&message));
        Ok(ExitCode::from(2))
    };
    let url = match StoreUrl::parse(&args.publish, &cwd) {
        Ok(url) => url,
        Err(error) => return usage(error.to_string()),
    };
    let (sources, limits, cache) = if args.config.is_some() {
        let loaded = config::load(&cwd, &Choices { config: args.config.clone(), ..Choices::default() })?;
        let Some(settings) = loaded.value else {
            tell(&loaded.diagnostics);
            return Ok(ExitCode::from(2));
        };
        (settings.sources, settings.limits, settings.cache_dir)
    } else {
        match source(args) {
            Ok(source) => (vec![source], Limits::default(), user_cache_dir()),
            Err(message) => return usage(message),
        }
    };
    if sources.iter().any(|source| matches!(source.kind, SourceKind::Snapshots { .. })) {
        return usage("a source of snapshots is harvested already".to_owned());
    }
    let mut findings = Vec::new();
    let harvest = sources::harvest(&sources, &HarvestOptions::new(cache), &limits, &|_| {}).drain_into(&mut findings);
    tell(&findings);
    let store = Store::open(&url, &StoreOptions { endpoint: args.endpoint.clone(), ..StoreOptions::default() })?;
    let mut sound = harvest.snapshots.len() == sources.len();
    for snapshot in &harvest.snapshots {
        let name = report::printable(&snapshot.origin.label());
        match store_snapshot(&store, snapshot, &findings, &limits, args.force)? {
            StoredSnapshot::Stored { digest, bytes } => {
                println!("{name}: stored as {}, {bytes} bytes", digest.short(16));
            }
            StoredSnapshot::Unchanged => println!("{name}: unchanged"),
            StoredSnapshot::Overtaken => {
                sound = false;
                eprintln!("{name}: the store has a snapshot of a later commit; `--force` stores this one all the same");
            }
        }
    }
    let traffic = store.traffic();
    println!("{} requests, {} bytes sent to {url}", traffic.requests, traffic.sent);
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The repository of a folder: what is committed, or, outside of git, the folder as it is.
fn source(args: &HarvestArgs) -> Result<Source, String> {
    let dir = std::path::absolute(&args.dir).map_err(|error| error.to_string())?;
    if !dir.is_dir() {
        return Err(format!("there is no folder `{}`", args.dir.display()));
    }
    let is_git = dir.join(".git").exists() || dir.join("HEAD").is_file();
    let kind = if is_git {
        SourceKind::Git { url: dir.to_string_lossy().into_owned(), revision: args.revision.clone() }
    } else if args.revision.is_some() {
        return Err("`--revision` is for git repositories".to_owned());
    } else {
        SourceKind::Directory(dir)
    };
    let sub_path = match &args.path {
        Some(path) => RelPath::root().resolve(path).map_err(|error| error.to_string())?,
        None => RelPath::root(),
    };
    let options = SourceOptions {
        name: args.name.clone(),
        web_url: args.url.clone(),
        sub_path,
        entity_files: args.entity_file.clone(),
        token_env: None,
        history: false,
    };
    Ok(Source { kind, options })
}

fn tell(findings: &[Diagnostic]) {
    for finding in findings.iter().filter(|finding| finding.severity > Severity::Note) {
        eprint!("{}", report::human(finding));
    }
}

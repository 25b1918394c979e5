use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::report;
use crate::base::{Diagnostic, Digest, Limits, RelPath, Severity};
use crate::config::user_cache_dir;
use crate::output::{Sink, Stage};
use crate::pipeline::{self, Memo};
use crate::sources::{HarvestOptions, Snapshot, Source, SourceKind, SourceOptions, harvest};
use crate::techdocs::{self, Book};

/// Arguments of `callboard techdocs`.
#[derive(Debug, Args)]
pub struct TechdocsArgs {
    #[command(subcommand)]
    command: TechdocsCommand,
}

#[derive(Debug, Subcommand)]
enum TechdocsCommand {
    /// Render the documentation of one directory, laid out as techdocs-cli does
    Generate(GenerateArgs),
}

#[derive(Debug, Args)]
struct GenerateArgs {
    /// Directory that holds mkdocs.yml, or docs/
    #[arg(long, value_name = "DIR", default_value = ".")]
    source_dir: PathBuf,
    /// Directory that the site is written to
    #[arg(long, value_name = "DIR", default_value = "site")]
    output_dir: PathBuf,
    /// The configuration, relative to the source directory; mkdocs.yml or mkdocs.yaml without it
    #[arg(long, value_name = "FILE")]
    mkdocs_config_file_name: Option<String>,
    /// Name of the site where mkdocs.yml has none
    #[arg(long, value_name = "NAME")]
    site_name: Option<String>,
    /// Folder for remembered products; the user's cache folder without it
    #[arg(long, value_name = "DIR")]
    cache_dir: Option<PathBuf>,
    /// Remember nothing and use nothing remembered
    #[arg(long)]
    cold: bool,
    /// Exit with 1 if there is any warning or error; the site is written all the same
    #[arg(long)]
    strict: bool,
}

/// Builds one documentation set as a site of its own.
pub fn run(args: &TechdocsArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        TechdocsCommand::Generate(args) => generate(args),
    }
}

fn generate(args: &GenerateArgs) -> anyhow::Result<ExitCode> {
    let limits = Limits::default();
    let mut found = Vec::new();
    let snapshot = snapshot(args, &limits, &mut found)?;
    let config = args.mkdocs_config_file_name.as_deref().map(|name| RelPath::root().resolve(name)).transpose()?;
    let plan =
        techdocs::plan_one(&snapshot, config.as_ref(), args.site_name.as_deref(), &limits).drain_into(&mut found);
    let Some(plan) = plan else {
        tell(&mut found);
        eprintln!("callboard: there is no documentation in `{}`", args.source_dir.display());
        return Ok(ExitCode::from(2));
    };
    let memo = memo(args)?;
    let (plans, commands) = ([plan], techdocs::Commands::new());
    let snapshots = std::slice::from_ref(&snapshot);
    let tools = pipeline::Tools { snapshots, commands: &commands, limits: &limits, memo: &memo };
    let books = pipeline::bind_books(&plans, tools, &mut found);
    let stage = match Stage::open(&args.output_dir)? {
        Ok(stage) => stage,
        Err(refused) => {
            eprint!("{}", report::human(&refused.0));
            return Ok(ExitCode::from(2));
        }
    };
    for book in &books {
        put(&stage, book, &snapshot, &limits, &mut found)?;
    }
    stage.commit()?;
    memo.close()?;
    tell(&mut found);
    let worst = found.iter().map(|finding| finding.severity).max();
    Ok(if args.strict && worst >= Some(Severity::Warning) { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn memo(args: &GenerateArgs) -> anyhow::Result<Memo> {
    if args.cold {
        return Ok(Memo::forgetful());
    }
    let source = args.source_dir.canonicalize().unwrap_or_else(|_| args.source_dir.clone());
    let name = Digest::of("techdocs site", &(source.to_string_lossy(), &args.mkdocs_config_file_name));
    Memo::open(&args.cache_dir.clone().unwrap_or_else(user_cache_dir).join("memo").join(name.short(16)))
}

fn put(
    stage: &Stage,
    book: &Book,
    snapshot: &Snapshot,
    limits: &Limits,
    found: &mut Vec<Diagnostic>,
) -> anyhow::Result<()> {
    // Milliseconds of the commit, since a clock would make every build another one.
    let timestamp = snapshot.origin.revision.as_ref().map_or(0, |revision| revision.time * 1000);
    for (route, text) in techdocs::standalone(book, timestamp) {
        found.extend(stage.put(&route, text.as_bytes())?);
    }
    for file in &book.files {
        let bytes = snapshot.tree.read(&file.path, (limits.asset_bytes, "asset_bytes"));
        let bytes = bytes.with_context(|| format!("`{}` cannot be published", file.path))?;
        found.extend(stage.put(&file.route, &techdocs::published(&file.path, bytes))?);
    }
    Ok(())
}

fn tell(found: &mut [Diagnostic]) {
    found.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    for finding in found {
        eprint!("{}", report::human(finding));
    }
}

/// Reads the directory; what is found about its files goes to `found`.
fn snapshot(args: &GenerateArgs, limits: &Limits, found: &mut Vec<Diagnostic>) -> anyhow::Result<Snapshot> {
    let source = Source { kind: SourceKind::Directory(args.source_dir.clone()), options: SourceOptions::default() };
    // A directory is read as it stands: nothing is kept of it, and the output may lie inside.
    let options = HarvestOptions { exclude: vec![args.output_dir.clone()], ..HarvestOptions::new(&args.output_dir) };
    let harvest = harvest(&[source], &options, limits, &|_| {}).drain_into(found);
    harvest.snapshots.into_iter().next().with_context(|| format!("`{}` cannot be read", args.source_dir.display()))
}

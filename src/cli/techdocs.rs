use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use rayon::prelude::*;

use crate::base::{Diagnostic, Limits, RelPath};
use crate::sources::{HarvestOptions, Snapshot, Source, SourceKind, SourceOptions, harvest};
use crate::techdocs;

/// Build one documentation set as a site of its own
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

/// What `techdocs generate` takes.
#[derive(Debug, Args)]
struct GenerateArgs {
    /// Directory that holds mkdocs.yml, or docs/
    #[arg(long, default_value = ".")]
    source_dir: PathBuf,
    /// Directory that the site is written to
    #[arg(long, default_value = "site")]
    output_dir: PathBuf,
    /// The configuration, relative to the source directory
    #[arg(long)]
    mkdocs_config_file_name: Option<String>,
    /// Name of the site where mkdocs.yml has none
    #[arg(long)]
    site_name: Option<String>,
}

/// Runs the command; findings go to standard error.
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
    let plan = plan.with_context(|| format!("there is no documentation in `{}`", args.source_dir.display()))?;
    let plans = vec![plan];
    let pages = techdocs::read_pages(&plans, |jobs| jobs.par_iter().map(techdocs::read).collect());
    let code = techdocs::highlight_jobs(&pages, &limits);
    let products = code.par_iter().map(techdocs::highlight).collect();
    let code = techdocs::highlighted(code, products);
    let snapshots = std::slice::from_ref(&snapshot);
    let linked = techdocs::link(&plans, &pages, snapshots, &code, &limits).drain_into(&mut found);
    let articles = linked.jobs.par_iter().map(techdocs::compose).collect();
    let books = techdocs::bind(plans, pages, linked, articles);
    for book in &books {
        write(&args.output_dir, book, &snapshot, &limits)?;
    }
    for finding in &found {
        let place = finding.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
        eprintln!("{place}{}[{}]: {}", finding.severity.word(), finding.code, finding.message);
    }
    Ok(ExitCode::SUCCESS)
}

fn write(output: &Path, book: &techdocs::Book, snapshot: &Snapshot, limits: &Limits) -> anyhow::Result<()> {
    let timestamp = snapshot.origin.revision.as_ref().map_or(0, |revision| revision.time * 1000);
    let put = |path: String, bytes: &[u8]| -> anyhow::Result<()> {
        let path = output.join(path);
        let directory = path.parent().unwrap_or(output);
        std::fs::create_dir_all(directory).with_context(|| format!("`{}` cannot be made", directory.display()))?;
        std::fs::write(&path, bytes).with_context(|| format!("`{}` cannot be written", path.display()))
    };
    for (route, text) in techdocs::standalone(book, timestamp) {
        put(route.output_path(), text.as_bytes())?;
    }
    for file in &book.files {
        let bytes = snapshot.tree.read(&file.path, (limits.asset_bytes, "asset_bytes"))?;
        put(file.route.output_path(), &bytes)?;
    }
    Ok(())
}

/// Reads the directory; what is found about its files goes to `found`.
fn snapshot(args: &GenerateArgs, limits: &Limits, found: &mut Vec<Diagnostic>) -> anyhow::Result<Snapshot> {
    let source = Source { kind: SourceKind::Directory(args.source_dir.clone()), options: SourceOptions::default() };
    // A directory is read as it stands: nothing is kept of it, and the output may lie inside.
    let options = HarvestOptions { exclude: vec![args.output_dir.clone()], ..HarvestOptions::new(&args.output_dir) };
    let harvest = harvest(&[source], &options, limits, &|_| {}).drain_into(found);
    harvest.snapshots.into_iter().next().with_context(|| format!("`{}` cannot be read", args.source_dir.display()))
}

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};

use super::report;
use crate::base::{Limits, Severity};
use crate::catalog;
use crate::config::{self, CatalogModel, CatalogSettings, Choices, Neighbours};
use crate::export;
use crate::sources::{self, HarvestOptions, Source, SourceKind, SourceOptions};

/// Arguments of `callboard catalog`.
#[derive(Debug, Args)]
pub struct CatalogArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the final entities, in Backstage's shape
    Export(ExportArgs),
}

#[derive(Debug, Args)]
struct ExportArgs {
    /// Folder of a repository (repeatable); the sources of site.toml without any
    #[arg(long, value_name = "DIR")]
    source_dir: Vec<PathBuf>,
    /// Address of the repository on its host, for each --source-dir in order (repeatable)
    #[arg(long, value_name = "URL")]
    source_url: Vec<String>,
    /// Branch that the addresses of files name, where the folder does not tell
    #[arg(long, value_name = "BRANCH", default_value = "main")]
    source_branch: String,
    /// Entity file or glob in each --source-dir (repeatable); every catalog-info.yaml without any
    #[arg(long, value_name = "FILE")]
    entity_file: Vec<String>,
    /// Settings file; site.toml in this folder without it
    #[arg(long, short, value_name = "FILE", conflicts_with = "source_dir")]
    config: Option<PathBuf>,
    /// What a broken document costs: itself, or its neighbours too; as site.toml says without it
    #[arg(long, value_enum)]
    neighbours: Option<NeighboursArg>,
    /// Which of Backstage's two models counts; as site.toml says without it
    #[arg(long, value_enum)]
    model: Option<ModelArg>,
    /// Form of the output
    #[arg(long, value_enum, default_value = "json")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Yaml,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum NeighboursArg {
    Spare,
    Strict,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ModelArg {
    Builtin,
    Layers,
}

/// Runs a command of the catalog.
pub fn run(args: &CatalogArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::Export(args) => run_export(args),
    }
}

/// What is to be read, and by which rules.
struct Plan {
    sources: Vec<Source>,
    settings: CatalogSettings,
    limits: Limits,
    harvest: HarvestOptions,
}

fn run_export(args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let mut plan = match plan(args)? {
        Ok(plan) => plan,
        Err(code) => return Ok(code),
    };
    plan.settings.neighbours = match args.neighbours {
        Some(NeighboursArg::Spare) => Neighbours::Spare,
        Some(NeighboursArg::Strict) => Neighbours::Strict,
        None => plan.settings.neighbours,
    };
    plan.settings.model = match args.model {
        Some(ModelArg::Builtin) => CatalogModel::Builtin,
        Some(ModelArg::Layers) => CatalogModel::Layers,
        None => plan.settings.model,
    };
    let mut findings = Vec::new();
    let harvest = sources::harvest(&plan.sources, &plan.harvest, &plan.limits, &|_| {});
    let mut snapshots = harvest.drain_into(&mut findings).snapshots;
    for snapshot in snapshots.iter_mut().filter(|snapshot| snapshot.origin.revision.is_none()) {
        if let Some(web) = snapshot.origin.web.as_mut().filter(|web| web.branch == "HEAD") {
            web.branch.clone_from(&args.source_branch);
        }
    }
    let catalog = catalog::load(&snapshots, &plan.settings, &plan.limits).drain_into(&mut findings);
    for finding in findings.iter().filter(|finding| finding.severity > Severity::Note) {
        eprint!("{}", report::human(finding));
    }
    let text = match args.format {
        Format::Json => export::entities_json(&catalog),
        Format::Yaml => export::entities_yaml(&catalog)?,
    };
    use std::io::Write;
    std::io::stdout().lock().write_all(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn plan(args: &ExportArgs) -> anyhow::Result<Result<Plan, ExitCode>> {
    let cwd = std::env::current_dir()?;
    if args.source_dir.is_empty() {
        let choices = Choices { config: args.config.clone(), ..Choices::default() };
        let loaded = config::load(&cwd, &choices)?;
        let Some(settings) = loaded.value else {
            for finding in &loaded.diagnostics {
                eprint!("{}", report::human(finding));
            }
            return Ok(Err(ExitCode::from(2)));
        };
        let harvest = HarvestOptions {
            offline: settings.offline,
            exclude: vec![settings.output.clone()],
            ..HarvestOptions::new(&settings.cache_dir)
        };
        let (sources, limits) = (settings.sources, settings.limits);
        return Ok(Ok(Plan { sources, settings: settings.catalog, limits, harvest }));
    }
    if args.source_url.len() > args.source_dir.len() {
        eprintln!("callboard: there are more `--source-url` than `--source-dir`");
        return Ok(Err(ExitCode::from(2)));
    }
    let source = |(number, directory): (usize, &PathBuf)| Source {
        kind: SourceKind::Directory(cwd.join(directory)),
        options: SourceOptions {
            web_url: args.source_url.get(number).cloned(),
            entity_files: args.entity_file.clone(),
            ..SourceOptions::default()
        },
    };
    let sources = args.source_dir.iter().enumerate().map(source).collect();
    let harvest = HarvestOptions { offline: true, ..HarvestOptions::new(cwd.join(".callboard")) };
    Ok(Ok(Plan { sources, settings: CatalogSettings::default(), limits: Limits::default(), harvest }))
}

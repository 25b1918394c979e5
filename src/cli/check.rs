use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Args;

use super::explain;
use super::report::{self, ReportFormat};
use crate::base::{Diagnostic, Limits, Place, Severity};
use crate::catalog;
use crate::check::{self, Checked, Input, Known};
use crate::config::{self, CatalogSettings, Choices};
use crate::net::{self, Net};
use crate::sources::{self, HarvestOptions, Snapshot, Source, SourceKind, SourceOptions};

/// Arguments of `callboard check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Folders of repositories, or entity files; without any the portal of site.toml, or this folder
    path: Vec<PathBuf>,
    /// Settings file of a portal, which is checked as a whole
    #[arg(long, short, value_name = "FILE", conflicts_with = "path")]
    config: Option<PathBuf>,
    /// Published entities that references may lead to: a portal's api/catalog/entities.json, by path or URL
    #[arg(long, value_name = "FILE")]
    catalog: Option<String>,
    /// Entity file or glob in the folders (repeatable); every catalog-info.yaml without any
    #[arg(long, value_name = "FILE")]
    entity_file: Vec<String>,
    /// Leave documentation out
    #[arg(long)]
    no_docs: bool,
    /// Repair what is safe in entity files: quotes, tags, misspelt fields; then check again
    #[arg(long)]
    fix: bool,
    /// Form of the findings
    #[arg(long, value_enum, default_value = "human")]
    format: ReportFormat,
    /// Print notes too; forms for programs always have them
    #[arg(long, short)]
    verbose: bool,
}

/// What is read, and how its places are written.
struct Plan {
    sources: Vec<Source>,
    settings: CatalogSettings,
    limits: Limits,
    harvest: HarvestOptions,
    /// Folder of each source that is one, by its name.
    folders: BTreeMap<String, PathBuf>,
    /// It is a whole portal.
    whole: bool,
    /// Only files were named.
    files_only: bool,
}

/// Checks; 0: clean, 1: findings.
pub fn run(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let plan = match plan(args)? {
        Ok(plan) => plan,
        Err(code) => return Ok(code),
    };
    let known = match args.catalog.as_deref().map(known_entities).transpose() {
        Ok(known) => known,
        Err(Unusable::Content(finding)) => {
            eprint!("{}", report::human(&finding));
            return Ok(ExitCode::from(2));
        }
        Err(Unusable::Machine(error)) => return Err(error),
    };
    let (mut findings, mut checked) = look(&plan, known.as_ref(), args);
    if args.fix {
        let fixed = fix(&plan, &findings)?;
        if fixed > 0 {
            eprintln!("{}", counted(fixed, "value repaired", "values repaired"));
            (findings, checked) = look(&plan, known.as_ref(), args);
        }
    }
    tell(args, &plan, &findings, &checked)
}

/// Why a catalog cannot be checked against: it is none, or it cannot be had.
enum Unusable {
    Content(Box<Diagnostic>),
    Machine(anyhow::Error),
}

/// The entities of a published catalog. An address is asked because the command line names it, and only its host.
fn known_entities(catalog: &str) -> Result<Known, Unusable> {
    let bytes = if catalog.starts_with("https://") || catalog.starts_with("http://") {
        let host = net::Address::parse(catalog).map(|address| address.host);
        let bounds = net::Bounds { time: Duration::from_mins(1), output_bytes: 1 << 30 };
        let answer = net::get(&Net::new(host, false), catalog, &[("accept", "application/json")], bounds)
            .map_err(|error| Unusable::Machine(anyhow::anyhow!("the catalog cannot be fetched: {error}")))?;
        if answer.status != 200 {
            let told =
                format!("the catalog cannot be fetched: `{}` answers {}", report::printable(catalog), answer.status);
            return Err(Unusable::Machine(anyhow::anyhow!(told)));
        }
        answer.body
    } else {
        std::fs::read(catalog).with_context(|| format!("cannot read `{catalog}`")).map_err(Unusable::Machine)?
    };
    check::known_entities(&bytes).map_err(|finding| Unusable::Content(Box::new(finding)))
}

/// Harvests and checks; places are written relative to the current folder.
fn look(plan: &Plan, known: Option<&Known>, args: &CheckArgs) -> (Vec<Diagnostic>, Checked) {
    let mut findings = Vec::new();
    let harvest = sources::harvest(&plan.sources, &plan.harvest, &plan.limits, &|_| {});
    let snapshots = harvest.drain_into(&mut findings).snapshots;
    let docs = !args.no_docs && !plan.files_only;
    let (settings, limits, whole) = (&plan.settings, &plan.limits, plan.whole);
    let input = Input { snapshots: &snapshots, settings, limits, known, whole, docs };
    let checked = check::check(&input).drain_into(&mut findings);
    localize(&mut findings, &snapshots, &plan.folders);
    findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    (findings, checked)
}

fn plan(args: &CheckArgs) -> anyhow::Result<Result<Plan, ExitCode>> {
    let cwd = std::env::current_dir()?;
    if args.path.is_empty() && (args.config.is_some() || cwd.join("site.toml").is_file()) {
        return portal(args, &cwd);
    }
    let here = [PathBuf::from(".")];
    let paths = if args.path.is_empty() { &here[..] } else { &args.path };
    let mut folders = BTreeMap::<PathBuf, Vec<String>>::new();
    for path in paths {
        if path.is_dir() {
            folders.entry(path.clone()).or_default().extend(args.entity_file.iter().cloned());
        } else if path.is_file() {
            let (root, below) = repository_of(path)?;
            folders.entry(root).or_default().push(below);
        } else {
            eprintln!("callboard: there is no `{}`", report::printable(&path.to_string_lossy()));
            return Ok(Err(ExitCode::from(2)));
        }
    }
    let source = |(path, entity_files): (&PathBuf, &Vec<String>)| Source {
        kind: SourceKind::Directory(cwd.join(path)),
        options: SourceOptions {
            name: Some(path.to_string_lossy().into_owned()),
            entity_files: entity_files.clone(),
            ..SourceOptions::default()
        },
    };
    let files_only = paths.iter().all(|path| path.is_file());
    let sources = folders.iter().map(source).collect();
    let folders = folders.into_keys().map(|path| (path.to_string_lossy().into_owned(), path)).collect();
    let harvest = HarvestOptions { offline: true, ..HarvestOptions::new(cwd.join(".callboard")) };
    let (settings, limits) = (CatalogSettings::default(), Limits::default());
    Ok(Ok(Plan { sources, settings, limits, harvest, folders, whole: false, files_only }))
}

fn portal(args: &CheckArgs, cwd: &Path) -> anyhow::Result<Result<Plan, ExitCode>> {
    let loaded = config::load(cwd, &Choices { config: args.config.clone(), ..Choices::default() })?;
    let Some(settings) = loaded.value else {
        print!("{}", report::render(args.format, &loaded.diagnostics, &explain::rules()));
        return Ok(Err(ExitCode::from(1)));
    };
    let harvest = HarvestOptions {
        offline: settings.offline,
        exclude: vec![settings.output.clone()],
        ..HarvestOptions::new(&settings.cache_dir)
    };
    let mut folders = BTreeMap::new();
    let mut sources = settings.sources;
    for source in &mut sources {
        if let SourceKind::Directory(path) = &source.kind {
            let shown = path.strip_prefix(cwd).unwrap_or(path).to_owned();
            let name = source.options.name.get_or_insert_with(|| shown.to_string_lossy().into_owned());
            folders.insert(name.clone(), shown.join(source.options.sub_path.as_str()));
        }
    }
    let (settings, limits) = (settings.catalog, settings.limits);
    Ok(Ok(Plan { sources, settings, limits, harvest, folders, whole: true, files_only: false }))
}

/// The repository that a file belongs to, and its path there: the nearest folder with `.git`, else the current folder,
/// else the file's own.
fn repository_of(file: &Path) -> anyhow::Result<(PathBuf, String)> {
    let cwd = std::env::current_dir()?.canonicalize()?;
    let real = file.canonicalize().with_context(|| format!("cannot read `{}`", file.display()))?;
    let parent = real.parent().unwrap_or(&real);
    let git = parent.ancestors().find(|folder| folder.join(".git").exists());
    let root = git.unwrap_or(if real.starts_with(&cwd) { &cwd } else { parent });
    let below = real.strip_prefix(root).unwrap_or(&real).to_string_lossy().replace('\\', "/");
    let shown = match root.strip_prefix(&cwd) {
        Ok(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Ok(below) => below.to_owned(),
        Err(_) => root.to_owned(),
    };
    Ok((shown, below))
}

/// Places in folders become paths from here, as programs that mark up changes need them.
fn localize(findings: &mut [Diagnostic], snapshots: &[Snapshot], folders: &BTreeMap<String, PathBuf>) {
    let labels: BTreeMap<String, &PathBuf> = snapshots
        .iter()
        .filter_map(|snapshot| Some((snapshot.origin.label(), folders.get(&snapshot.origin.name)?)))
        .collect();
    let local = |place: &mut Place| {
        if let Some(folder) = labels.get(&place.origin) {
            let path = folder.join(&place.path).to_string_lossy().replace('\\', "/");
            place.path = path.strip_prefix("./").unwrap_or(&path).to_owned();
            place.origin.clear();
        }
    };
    for finding in findings {
        finding.place.iter_mut().for_each(local);
        finding.notes.iter_mut().filter_map(|note| note.place.as_mut()).for_each(local);
    }
}

/// Repairs the files in which something was found; gives the number of changes.
fn fix(plan: &Plan, findings: &[Diagnostic]) -> anyhow::Result<usize> {
    let places = findings.iter().filter(|finding| finding.code.starts_with("CB03")).filter_map(|f| f.place.as_ref());
    let paths: std::collections::BTreeSet<&str> =
        places.filter(|place| place.origin.is_empty() && place.line > 0).map(|place| place.path.as_str()).collect();
    let mut count = 0;
    for path in paths {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        if let Some((repaired, changes)) = catalog::repaired(&text, &plan.settings, &plan.limits) {
            std::fs::write(path, repaired).with_context(|| format!("cannot write `{path}`"))?;
            count += changes;
        }
    }
    Ok(count)
}

fn tell(args: &CheckArgs, plan: &Plan, findings: &[Diagnostic], checked: &Checked) -> anyhow::Result<ExitCode> {
    use std::io::Write;
    let for_people = matches!(args.format, ReportFormat::Human | ReportFormat::Short);
    let told = |finding: &&Diagnostic| args.verbose || !for_people || finding.severity > Severity::Note;
    let shown: Vec<Diagnostic> = findings.iter().filter(told).cloned().collect();
    let text = report::render(args.format, &shown, &explain::rules());
    let written = std::io::stdout().lock().write_all(text.as_bytes());
    // Who reads only the first lines has closed the pipe; that is no failure.
    written.or_else(|error| if error.kind() == std::io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })?;
    if args.format == ReportFormat::Human {
        eprintln!("{}", summary(plan, findings, checked));
    }
    let clean = findings.iter().all(|finding| finding.severity == Severity::Note);
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn summary(plan: &Plan, findings: &[Diagnostic], checked: &Checked) -> String {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let mut text = format!(
        "{}, {}: {}, {}",
        counted(checked.entities, "entity", "entities"),
        counted(checked.books, "set of documentation", "sets of documentation"),
        counted(count(Severity::Error), "error", "errors"),
        counted(count(Severity::Warning), "warning", "warnings"),
    );
    if checked.entities == 0 && checked.books == 0 && findings.is_empty() {
        text += "; there is no `catalog-info.yaml` and no `mkdocs.yml` to check";
    }
    let names = checked.external.len();
    if names > 0 && !plan.whole {
        let some: Vec<String> = checked.external.keys().take(3).map(|name| format!("`{name}`")).collect();
        let more = if names > some.len() { ", …" } else { "" };
        text += &format!(
            "; {} elsewhere: {}{more}",
            counted(names, "entity is referred to", "entities are referred to"),
            some.join(", ")
        );
    }
    text
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

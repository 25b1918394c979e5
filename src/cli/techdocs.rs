use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::report;
use super::serve::{self, ListenArgs};
use crate::base::{Diagnostic, Digest, Limits, RelPath, Severity};
use crate::config::{self, Choices, user_cache_dir};
use crate::output::{Sink, Stage};
use crate::pipeline::{self, Built, Memo};
use crate::serve::{Draft, Made, Maker, MemorySite, Watched};
use crate::sources::{
    Changes, HarvestOptions, LastHarvest, Snapshot, Source, SourceKind, SourceOptions, harvest_again,
};
use crate::techdocs::{self, Book, BookPlan, Commands};

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
    /// Serve the documentation of one directory while it is written
    Serve(ServeArgs),
}

/// Which documentation, and what it is made with.
#[derive(Debug, Args)]
struct SetArgs {
    /// Directory that holds mkdocs.yml, or docs/
    #[arg(long, value_name = "DIR", default_value = ".")]
    source_dir: PathBuf,
    /// The configuration, relative to the source directory; mkdocs.yml or mkdocs.yaml without it
    #[arg(long, value_name = "FILE")]
    mkdocs_config_file_name: Option<String>,
    /// Name of the site where mkdocs.yml has none
    #[arg(long, value_name = "NAME")]
    site_name: Option<String>,
    /// Settings file whose `[diagrams]` and `[limits]` count; without it only what needs no program is drawn
    #[arg(long, short, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder for remembered products; the user's cache folder without it
    #[arg(long, value_name = "DIR")]
    cache_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct GenerateArgs {
    #[command(flatten)]
    set: SetArgs,
    /// Directory that the site is written to
    #[arg(long, value_name = "DIR", default_value = "site")]
    output_dir: PathBuf,
    /// Remember nothing and use nothing remembered
    #[arg(long)]
    cold: bool,
    /// Exit with 1 if there is any warning or error; the site is written all the same
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Args)]
struct ServeArgs {
    #[command(flatten)]
    set: SetArgs,
    #[command(flatten)]
    listen: ListenArgs,
}

/// Builds one documentation set as a site of its own, once or again and again.
pub fn run(args: &TechdocsArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        TechdocsCommand::Generate(args) => generate(args),
        TechdocsCommand::Serve(args) => preview(args),
    }
}

fn generate(args: &GenerateArgs) -> anyhow::Result<ExitCode> {
    let Some(tools) = tools(&args.set)? else { return Ok(ExitCode::from(2)) };
    let mut found = Vec::new();
    let memo = if args.cold { Memo::forgetful() } else { memo(&args.set)? };
    // The output may lie inside of what is read.
    let mut set = DocumentationSet::new(&args.set, tools, vec![args.output_dir.clone()]);
    let snapshot = set.harvest(&Changes::everything(), &mut found)?;
    let Some(plan) = set.plan(&snapshot, &mut found)? else {
        tell(&found);
        eprintln!("callboard: {}", set.nothing());
        return Ok(ExitCode::from(2));
    };
    let stage = match Stage::open(&args.output_dir)? {
        Ok(stage) => stage,
        Err(refused) => {
            eprint!("{}", report::human(&refused.0));
            return Ok(ExitCode::from(2));
        }
    };
    let identity = pipeline::identity(set.told(), std::slice::from_ref(&snapshot), &found);
    let in_place = pipeline::in_place(identity, &memo, &stage, |_| true);
    let built = match in_place {
        Some(built) => built,
        None => {
            let book = set.book(&snapshot, plan, &memo, &mut found);
            set.put(&stage, &book, &snapshot, &mut found)?;
            found.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
            Built { diagnostics: found, identity: Some(identity), ..Built::default() }
        }
    };
    let written = stage.commit()?;
    pipeline::remember(&memo, &built, &written.manifest);
    memo.close()?;
    tell(&built.diagnostics);
    let worst = built.diagnostics.iter().map(|finding| finding.severity).max();
    Ok(if args.strict && worst >= Some(Severity::Warning) { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn preview(args: &ServeArgs) -> anyhow::Result<ExitCode> {
    let Some(tools) = tools(&args.set)? else { return Ok(ExitCode::from(2)) };
    let source = &args.set.source_dir;
    let folder = source.canonicalize().with_context(|| format!("`{}` cannot be read", source.display()))?;
    let set = DocumentationSet::new(&args.set, tools, Vec::new());
    let mut maker = PreviewMaker { folder, set, memo: Memo::in_memory() };
    serve::listen(&args.listen, None, None, &mut maker)
}

fn memo(args: &SetArgs) -> anyhow::Result<Memo> {
    let source = args.source_dir.canonicalize().unwrap_or_else(|_| args.source_dir.clone());
    let name = Digest::of("techdocs site", &(source.to_string_lossy(), &args.mkdocs_config_file_name));
    Memo::open(&cache_dir(args).join("memo").join(name.short(16)))
}

fn cache_dir(args: &SetArgs) -> PathBuf {
    args.cache_dir.clone().unwrap_or_else(user_cache_dir)
}

/// The programs that draw, and what content may cost; none if the settings that tell them are wrong, which is said.
fn tools(args: &SetArgs) -> anyhow::Result<Option<(Commands, Limits)>> {
    let Some(file) = &args.config else { return Ok(Some(Default::default())) };
    let choices = Choices { config: Some(file.clone()), ..Choices::default() };
    let loaded = config::load(&std::env::current_dir()?, &choices)?;
    for finding in &loaded.diagnostics {
        eprint!("{}", report::human(finding));
    }
    Ok(loaded.value.map(|settings| (pipeline::diagram_commands(&settings), settings.limits)))
}

/// A documentation set that is made a site, once or again and again.
struct DocumentationSet<'a> {
    args: &'a SetArgs,
    commands: Commands,
    options: HarvestOptions,
    limits: Limits,
    last: LastHarvest,
}

impl<'a> DocumentationSet<'a> {
    fn new(args: &'a SetArgs, (commands, limits): (Commands, Limits), exclude: Vec<PathBuf>) -> Self {
        let options = HarvestOptions { exclude, ..HarvestOptions::new(cache_dir(args)) };
        Self { args, commands, options, limits, last: LastHarvest::default() }
    }

    /// Identity of all that it is told, apart from what is in the directory.
    fn told(&self) -> Digest {
        let Self { args, commands, limits, .. } = self;
        let tools = format!("{commands:?} {limits:?}");
        Digest::of("documentation set", &(&args.mkdocs_config_file_name, &args.site_name, tools))
    }

    /// Reads the directory; what is found goes to `found`, here and below.
    fn harvest(&mut self, changes: &Changes, found: &mut Vec<Diagnostic>) -> anyhow::Result<Snapshot> {
        let folder = &self.args.source_dir;
        let sources = [Source { kind: SourceKind::Directory(folder.clone()), options: SourceOptions::default() }];
        let harvest = harvest_again(&mut self.last, changes, &sources, &self.options, &self.limits, &|_| {});
        let snapshot = harvest.drain_into(found).snapshots.pop();
        snapshot.with_context(|| format!("`{}` cannot be read", folder.display()))
    }

    /// Which pages the book has. None if there is no documentation.
    fn plan(&self, snapshot: &Snapshot, found: &mut Vec<Diagnostic>) -> anyhow::Result<Option<BookPlan>> {
        let Self { args, limits, .. } = self;
        let config = args.mkdocs_config_file_name.as_deref().map(|name| RelPath::root().resolve(name)).transpose()?;
        Ok(techdocs::plan_one(snapshot, config.as_ref(), args.site_name.as_deref(), limits).drain_into(found))
    }

    /// Makes the pages of the book.
    fn book(&self, snapshot: &Snapshot, plan: BookPlan, memo: &Memo, found: &mut Vec<Diagnostic>) -> Arc<Book> {
        let snapshots = std::slice::from_ref(snapshot);
        let tools = pipeline::Tools { snapshots, commands: &self.commands, limits: &self.limits, memo };
        pipeline::bind_books(&[plan], tools, found).pop().expect("there is a book for each plan")
    }

    fn put(
        &self,
        sink: &dyn Sink,
        book: &Book,
        snapshot: &Snapshot,
        found: &mut Vec<Diagnostic>,
    ) -> anyhow::Result<()> {
        // Milliseconds of the commit, since a clock would make every build another one.
        let timestamp = snapshot.origin.revision.as_ref().map_or(0, |revision| revision.time * 1000);
        techdocs::standalone(book, timestamp, |route, text| {
            found.extend(sink.put(route, text.as_bytes())?);
            anyhow::Ok(())
        })?;
        for file in &book.files {
            let bytes = snapshot.tree.read(&file.path, (self.limits.asset_bytes, "asset_bytes"));
            let bytes = bytes.with_context(|| format!("`{}` cannot be published", file.path))?;
            found.extend(sink.put(&file.route, &techdocs::published(&file.path, bytes))?);
        }
        Ok(())
    }

    fn nothing(&self) -> String {
        format!("there is no documentation in `{}`", self.args.source_dir.display())
    }
}

/// Makes the preview of a documentation set.
struct PreviewMaker<'a> {
    folder: PathBuf,
    set: DocumentationSet<'a>,
    memo: Memo,
}

impl Maker for PreviewMaker<'_> {
    fn prepare(&mut self, _: &Changes) -> anyhow::Result<(Vec<Watched>, Vec<PathBuf>)> {
        Ok((vec![Watched::Folder(self.folder.clone())], vec![self.set.options.cache_dir.clone()]))
    }

    fn make(&mut self, changes: &Changes, last: &MemorySite) -> anyhow::Result<Made> {
        let mut findings = Vec::new();
        let snapshot = self.set.harvest(changes, &mut findings)?;
        let plan = self.set.plan(&snapshot, &mut findings)?.with_context(|| self.set.nothing())?;
        let book = self.set.book(&snapshot, plan, &self.memo, &mut findings);
        self.memo.sweep();
        let draft = Draft::new(last, "/");
        self.set.put(&draft, &book, &snapshot, &mut findings)?;
        findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        Ok(Made { site: Some(draft.finish(false)), findings, ..Made::default() })
    }

    fn forget(&mut self) {
        self.set.last = LastHarvest::default();
        self.memo = Memo::in_memory();
    }
}

fn tell(found: &[Diagnostic]) {
    for finding in found {
        eprint!("{}", report::human(finding));
    }
}

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use serde_json::json;

use super::progress::Progress;
use super::report;
use crate::base::{Diagnostic, Severity};
use crate::config::{self, Choices, Settings};
use crate::output::{Recovery, Stage, Written};
use crate::pipeline::{self, Built, Memo};

/// Arguments of `callboard build`.
#[derive(Debug, Args)]
pub struct BuildArgs {
    /// Settings file; site.toml in this folder without it
    #[arg(long, short, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder that the site is written to; `dist` beside the settings without it
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Folder for fetched repositories and remembered products; the user's cache folder without it
    #[arg(long, value_name = "DIR")]
    cache_dir: Option<PathBuf>,
    /// Never open a socket: repositories come from the cache
    #[arg(long)]
    offline: bool,
    /// Make a site that can be read from a disk, without a server
    #[arg(long)]
    portable: bool,
    /// Remember nothing and use nothing remembered
    #[arg(long)]
    cold: bool,
    /// Exit with 1 if there is any warning or error; the site is written all the same
    #[arg(long)]
    strict: bool,
    /// Print the summary and all findings as one JSON object on standard output, and nothing else
    #[arg(long)]
    json: bool,
    /// Print warnings and errors, but no progress and no summary
    #[arg(long, short)]
    quiet: bool,
    /// Print every finding; without it notes are left out, and of warnings and errors 30 are printed
    #[arg(long, short)]
    verbose: bool,
}

/// How many findings are printed without `--verbose`.
const SHOWN: usize = 30;

/// Builds the portal.
pub fn run(args: &BuildArgs) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let choices = Choices {
        config: args.config.clone(),
        output: args.output.clone(),
        cache_dir: args.cache_dir.clone(),
        offline: args.offline,
        portable: args.portable,
    };
    let loaded = config::load(&std::env::current_dir()?, &choices)?;
    let Some(settings) = loaded.value else { return Ok(refuse(args, &loaded.diagnostics)) };
    if let Some(fault) = pipeline::unusable_output(&settings) {
        return Ok(refuse(args, &[fault]));
    }
    let stage = match Stage::open(&settings.output)? {
        Ok(stage) => stage,
        Err(refused) => return Ok(refuse(args, &[*refused.0])),
    };
    if stage.recovery != Recovery::Nothing && !args.quiet {
        eprintln!(
            "an interrupted build was {}",
            if stage.recovery == Recovery::Undone { "undone" } else { "finished" }
        );
    }
    let memo = if args.cold { Memo::forgetful() } else { pipeline::open_memo(&settings)? };
    let progress = Progress::new(args.quiet || args.json);
    let built = pipeline::build(&settings, &memo, &stage, &|event| progress.take(&event));
    progress.done();
    let built = built?;
    let written = stage.commit()?;
    pipeline::remember(&memo, &built, &written.manifest);
    let counts = memo.counts();
    memo.close()?;
    if args.json {
        println!("{}", summary_json(&settings, &built, &written, counts, begun));
    } else {
        print_findings(args, &built.diagnostics);
        if !args.quiet {
            print!("{}", summary(&settings, &built, &written, counts, begun));
        }
    }
    let worst = built.diagnostics.iter().map(|finding| finding.severity).max();
    let failed = args.strict && worst >= Some(Severity::Warning);
    Ok(if failed { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Tells why nothing is built.
fn refuse(args: &BuildArgs, findings: &[Diagnostic]) -> ExitCode {
    if args.json {
        println!("{}", json!({ "refused": true, "diagnostics": findings }));
    }
    for finding in findings {
        eprint!("{}", report::human(finding));
    }
    ExitCode::from(2)
}

fn print_findings(args: &BuildArgs, findings: &[Diagnostic]) {
    let told: Vec<_> = findings.iter().filter(|finding| args.verbose || finding.severity > Severity::Note).collect();
    let shown = if args.verbose { told.len() } else { SHOWN };
    for finding in told.iter().take(shown) {
        eprint!("{}", report::human(finding));
    }
    if told.len() > shown {
        eprintln!(
            "… and {} more: `--verbose` prints them, and the portal's health page lists them",
            told.len() - shown
        );
    }
}

fn tally(findings: &[Diagnostic]) -> [usize; 3] {
    [Severity::Error, Severity::Warning, Severity::Note]
        .map(|severity| findings.iter().filter(|finding| finding.severity == severity).count())
}

fn summary(
    settings: &Settings,
    built: &Built,
    written: &Written,
    (hits, misses): (u64, u64),
    begun: Instant,
) -> String {
    let count = |number: usize, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
    let [errors, warnings, notes] = tally(&built.diagnostics);
    let c = &built.counts;
    let stale = if c.stale > 0 { format!(" ({} stale)", c.stale) } else { String::new() };
    let stages: Vec<_> = built.times.iter().map(|(name, time)| format!("{name} {} ms", time.as_millis())).collect();
    [
        format!(
            "{}{stale}, {}, {}, {}, {}",
            count(c.repositories, "repository", "repositories"),
            count(c.entities, "entity", "entities"),
            count(c.books, "doc set", "doc sets"),
            count(c.docs_pages, "docs page", "docs pages"),
            count(c.pages, "page in all", "pages in all"),
        ),
        format!(
            "{}, {}, {}",
            count(errors, "error", "errors"),
            count(warnings, "warning", "warnings"),
            count(notes, "note", "notes")
        ),
        format!(
            "{} new, {} changed, {} unchanged, {} deleted in {}",
            written.created,
            written.changed,
            written.unchanged,
            written.deleted,
            settings.output.display()
        ),
        format!(
            "{} remembered, {misses} made; {}; {} ms in all",
            count(usize::try_from(hits).unwrap_or(usize::MAX), "product", "products"),
            stages.join(", "),
            begun.elapsed().as_millis()
        ),
    ]
    .map(|line| line + "\n")
    .concat()
}

fn summary_json(
    settings: &Settings,
    built: &Built,
    written: &Written,
    (hits, misses): (u64, u64),
    begun: Instant,
) -> serde_json::Value {
    let [errors, warnings, notes] = tally(&built.diagnostics);
    let stages: serde_json::Map<String, serde_json::Value> = built
        .times
        .iter()
        .map(|(name, time)| ((*name).to_owned(), json!(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))))
        .collect();
    json!({
        "output": settings.output,
        "site": written.manifest.digest(),
        "counts": built.counts,
        "findings": { "errors": errors, "warnings": warnings, "notes": notes },
        "written": { "new": written.created, "changed": written.changed, "unchanged": written.unchanged, "deleted": written.deleted },
        "memo": { "remembered": hits, "made": misses },
        "milliseconds": { "stages": stages, "total": u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX) },
        "diagnostics": built.diagnostics,
    })
}

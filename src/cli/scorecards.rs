use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use jiff::civil::Date;
use serde_json::json;

use super::report::{self, printable};
use crate::config::{self, Choices};
use crate::pipeline;
use crate::plugins;

/// Arguments of `callboard scorecards`.
#[derive(Debug, Args)]
pub struct ScorecardsArgs {
    /// Settings file; site.toml in this folder without it
    #[arg(long, short, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Never open a socket: repositories and answers come from the cache
    #[arg(long)]
    offline: bool,
    /// Write today's levels into each scorecard's `history` file, from which pages draw how they went
    #[arg(long)]
    record: bool,
    /// The day that is recorded, instead of today in UTC
    #[arg(long, value_name = "YYYY-MM-DD", requires = "record")]
    date: Option<Date>,
    /// Print the levels of all entities as one JSON object
    #[arg(long)]
    json: bool,
}

/// Tells how many entities reached which level, and records it. Exit code 2: the settings are wrong, or there is nowhere to
/// record to.
pub fn run(args: &ScorecardsArgs) -> anyhow::Result<ExitCode> {
    let choices = Choices { config: args.config.clone(), offline: args.offline, ..Choices::default() };
    let loaded = config::load(&std::env::current_dir()?, &choices)?;
    let Some(settings) = loaded.value else {
        loaded.diagnostics.iter().for_each(|finding| eprint!("{}", report::human(finding)));
        return Ok(ExitCode::from(2));
    };
    let memo = pipeline::open_memo(&settings)?;
    let (standings, findings) = pipeline::standings(&settings, &memo)?;
    // What only a build asks for is not swept.
    memo.keep_all();
    memo.close()?;
    findings.iter().for_each(|finding| eprint!("{}", report::human(finding)));
    if standings.is_empty() {
        eprintln!("callboard: there are no `[[scorecards]]` in the settings");
        return Ok(ExitCode::from(2));
    }
    if args.json {
        let all: BTreeMap<&str, _> = standings.iter().map(|(card, levels)| (card.name(), levels)).collect();
        println!("{}", serde_json::to_string_pretty(&json!(all))?);
    }
    let day = args.date.unwrap_or_else(|| jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date());
    let mut recorded = 0;
    for (card, levels) in &standings {
        if !args.json {
            print!("{}", listed(card.title(), levels));
        }
        if let Some(file) = card.file().filter(|_| args.record) {
            record(file, day, levels)?;
            recorded += 1;
        }
    }
    if args.record && recorded == 0 {
        eprintln!(
            "callboard: no scorecard has a `history` to record to: write `history = \"scorecards.json\"` under `[[scorecards]]`"
        );
        return Ok(ExitCode::from(2));
    }
    Ok(ExitCode::SUCCESS)
}

/// The title, and how many entities have each level.
fn listed(title: &str, levels: &BTreeMap<String, String>) -> String {
    let mut counts = BTreeMap::<&str, usize>::new();
    for level in levels.values() {
        *counts.entry(level).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(level, count)| format!("{count} {level}")).collect();
    printable(&format!("{title}: {}", counts.join(", "))) + "\n"
}

/// A reader sees the old history or the new one.
fn record(file: &Path, day: Date, levels: &BTreeMap<String, String>) -> anyhow::Result<()> {
    let known = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", file.display())),
    };
    let text = plugins::recorded(&known, day, levels)
        .map_err(|reason| anyhow::anyhow!("`{}` is left as it is: {reason}", file.display()))?;
    let part = file.with_extension("part");
    std::fs::write(&part, text)
        .and_then(|()| std::fs::rename(&part, file))
        .with_context(|| format!("cannot write `{}`", file.display()))
}

//! The command line: arguments in, exit code out. Nobody imports it.
//!
//! Exit codes of every command: 0 done, 1 findings, 2 wrong usage or settings, 3 the machine failed.

mod build;
mod catalog;
mod check;
mod explain;
mod harvest;
mod plugin;
mod plugin_fixture;
mod plugin_new;
mod progress;
mod proxy;
mod publish;
mod report;
mod schema;
mod scorecards;
mod search;
mod serve;
mod techdocs;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::pipeline;

/// A static developer portal from the catalog files and docs of many repositories.
#[derive(Debug, Parser)]
#[command(
    name = "callboard",
    version,
    about,
    max_term_width = 100,
    after_help = "Exit codes: 0 done, 1 findings, 2 wrong usage or settings, 3 the machine failed"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the portal that site.toml describes, or one of the repository in this folder
    Build(build::BuildArgs),
    /// Serve the portal on this machine, and build it again as soon as something changes
    Serve(serve::ServeArgs),
    /// Tell what is wrong with a repository's entities and documentation, before it is merged
    Check(check::CheckArgs),
    /// Work with the catalog alone
    Catalog(catalog::CatalogArgs),
    /// Build one documentation set as a site of its own
    Techdocs(techdocs::TechdocsArgs),
    /// Search a built site, or sources, as readers do; exit code 1 if nothing was found
    Search(search::SearchArgs),
    /// Store a repository's snapshot, which portals read instead of cloning it
    Harvest(harvest::HarvestArgs),
    /// Bring the built site to a bucket or a directory: only what changed
    Publish(publish::PublishArgs),
    /// Compare every file of a built site with its manifest
    Verify(verify::VerifyArgs),
    /// Make, test and list plugins
    Plugin(plugin::PluginArgs),
    /// Tell how far entities are by the scorecards of site.toml, and record it
    Scorecards(scorecards::ScorecardsArgs),
    /// Print a JSON Schema for editors
    Schema(schema::SchemaArgs),
    /// Tell what the code of a finding means and what to do about it, or list all codes
    Explain(explain::ExplainArgs),
}

/// Parses the arguments, runs the command, and gives its exit code.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse_from(search::with_exclusions(std::env::args_os()));
    // A panic in the work on one piece of content is caught and told as a finding; only one outside of that ends the program.
    std::panic::set_hook(Box::new(|_| {}));
    pipeline::step::fenced(|| run(arguments)).unwrap_or_else(|panicked| {
        eprintln!("callboard: internal fault: {}; please report it", report::printable(&panicked.message));
        ExitCode::from(3)
    })
}

fn run(arguments: Arguments) -> ExitCode {
    let result = match arguments.command {
        Command::Build(args) => build::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Catalog(args) => catalog::run(&args),
        Command::Techdocs(args) => techdocs::run(&args),
        Command::Search(args) => search::run(&args),
        Command::Harvest(args) => harvest::run(&args),
        Command::Publish(args) => publish::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Plugin(args) => plugin::run(&args),
        Command::Scorecards(args) => scorecards::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Explain(args) => explain::run(&args),
    };
    result.unwrap_or_else(|error| {
        eprintln!("callboard: {}", report::printable(&format!("{error:#}")));
        ExitCode::from(3)
    })
}

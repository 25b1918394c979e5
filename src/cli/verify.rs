use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::report;
use crate::output::{self, Manifest, Recovery};

/// Arguments of `callboard verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Folder of the site
    #[arg(default_value = "dist")]
    dir: PathBuf,
}

/// Finishes or undoes an interrupted build, then holds every file against the manifest.
pub fn run(args: &VerifyArgs) -> anyhow::Result<ExitCode> {
    // A build that is still running is no interrupted one.
    let held = match output::hold(&args.dir)? {
        Ok(held) => held,
        Err(refused) => {
            eprint!("{}", report::human(&refused.0));
            return Ok(ExitCode::from(3));
        }
    };
    match held.recovery {
        Recovery::Nothing => {}
        Recovery::Undone => println!("an interrupted build was undone: the site before it stands"),
        Recovery::Finished => println!("an interrupted build was finished"),
    }
    let findings = output::verify(&args.dir)?;
    for finding in &findings {
        eprint!("{}", report::human(finding));
    }
    if !findings.is_empty() {
        return Ok(ExitCode::from(1));
    }
    if let Some(manifest) = Manifest::read(&args.dir)? {
        println!("{} files are what the manifest says; site {}", manifest.files.len(), manifest.digest().short(16));
    }
    Ok(ExitCode::SUCCESS)
}

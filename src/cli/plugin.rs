use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{plugin_fixture, plugin_new, report};
use crate::config::{self, Choices, PluginSettings};
use crate::plugins;

/// Arguments of `callboard plugin`.
#[derive(Debug, Args)]
pub struct PluginArgs {
    #[command(subcommand)]
    command: PluginCommand,
}

#[derive(Debug, Subcommand)]
enum PluginCommand {
    /// Write a plugin to begin with, in a folder of its name, with a test
    New {
        /// Name of the plugin and of its folder: lower-case letters, digits and dashes
        name: String,
        /// Write one with a program in this language
        #[arg(long, value_enum)]
        program: Option<plugin_new::Language>,
        /// Folder that the plugin's folder is made in
        #[arg(long, value_name = "DIR", default_value = "plugins")]
        dir: PathBuf,
    },
    /// Run the tests of a plugin, or of all plugins in a folder, and show what differs
    Test {
        /// A plugin's folder, or a folder of such
        #[arg(required = true)]
        dirs: Vec<PathBuf>,
        /// Take what the plugins make now for right, and write it down
        #[arg(long)]
        update: bool,
    },
    /// List the plugins that are on here, bundled ones and your own
    List,
}

/// Makes, tests or lists plugins.
pub fn run(args: &PluginArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        PluginCommand::New { name, program, dir } => plugin_new::run(name, *program, dir),
        PluginCommand::Test { dirs, update } => test(dirs, *update),
        PluginCommand::List => list(&std::env::current_dir()?),
    }
}

fn test(dirs: &[PathBuf], update: bool) -> anyhow::Result<ExitCode> {
    let mut cases = 0;
    let mut failed = 0;
    for dir in dirs {
        let settings = PluginSettings { dirs: vec![dir.clone()], ..PluginSettings::default() };
        let loaded = plugins::load(&settings)?;
        for finding in &loaded.diagnostics {
            eprint!("{}", report::human(finding));
            failed += 1;
        }
        for plugin in loaded.value.iter().filter(|plugin| plugin.folder.is_some()) {
            for case in plugin_fixture::cases(plugin)? {
                cases += 1;
                let made = plugin_fixture::make(plugin, &case)?;
                let shown = format!("{}: {}", plugin.name, name(&case));
                match plugin_fixture::compare(&case, &made, update)? {
                    None => println!("ok      {shown}"),
                    Some(difference) => {
                        failed += 1;
                        println!("failed  {shown}");
                        difference.lines().for_each(|line| println!("{}", report::printable(line)));
                    }
                }
            }
        }
    }
    println!("{cases} tests, {failed} failed");
    if cases == 0 {
        eprintln!("there is no folder with a test in `tests/` of these plugins; `callboard plugin new` shows one");
    }
    Ok(if failed > 0 || cases == 0 { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn name(case: &Path) -> String {
    case.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn list(cwd: &Path) -> anyhow::Result<ExitCode> {
    let settings = if cwd.join("site.toml").exists() {
        let loaded = config::load(cwd, &Choices::default())?;
        for fault in &loaded.diagnostics {
            eprint!("{}", report::human(fault));
        }
        let Some(settings) = loaded.value else { return Ok(ExitCode::from(2)) };
        settings.plugins
    } else {
        PluginSettings { root: cwd.to_owned(), ..PluginSettings::default() }
    };
    let loaded = plugins::load(&settings)?;
    for finding in &loaded.diagnostics {
        eprint!("{}", report::human(finding));
    }
    for plugin in &loaded.value {
        let origin = if plugin.folder.is_some() { "yours" } else { "bundled" };
        let adds = plugin.adds().join(", ");
        println!("{:18} {origin:8} {adds}", plugin.name);
        let missing = plugin.settings.iter().filter(|setting| setting.value.is_none());
        for setting in missing {
            println!("{:18} {:8} wants `{}`: {}", "", "", setting.name, setting.title);
        }
    }
    Ok(ExitCode::SUCCESS)
}

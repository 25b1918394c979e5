use std::path::PathBuf;
use std::process;
use std::time::Duration;

use serde::Serialize;

use super::fault::{Fault, FaultKind};
use super::rendered::Rendered;
use crate::net::{self, Bounds};

/// A program that draws one language: the portal's owner names it, so it is trusted. A repository gives nothing but the source,
/// on standard input.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Command {
    /// The program and its arguments.
    pub words: Vec<String>,
    /// Where it runs: the folder of `site.toml`.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// Most bytes of a program's picture.
const OUTPUT: usize = 8 << 20;

/// What a program may see of the environment. Tokens are not in it: languages such as PlantUML can print variables.
const ENVIRONMENT: &[&str] = &["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "JAVA_HOME", "GRAPHVIZ_DOT", "SYSTEMROOT"];

/// Runs a program on a source, and takes its picture as it is: on paper of its own, in its own colours.
pub(super) fn run(command: &Command, text: &str, seconds: u64) -> Result<Rendered, Fault> {
    let failed = |message: String| Fault { kind: FaultKind::Command, message, line: None };
    let Some((program, arguments)) = command.words.split_first() else {
        return Err(failed("the command is empty".to_owned()));
    };
    // A path is meant from the folder of the settings, a plain name is looked up as a shell does.
    let path = if program.contains('/') { command.folder.join(program) } else { PathBuf::from(program) };
    let mut process = process::Command::new(path);
    process.args(arguments).current_dir(&command.folder).env_clear();
    process.envs(ENVIRONMENT.iter().filter_map(|name| Some((*name, std::env::var_os(name)?))));
    // PlantUML then reads no files and asks no hosts.
    process.env("PLANTUML_SECURITY_PROFILE", "SANDBOX");
    let bounds = Bounds { time: Duration::from_secs(seconds), output_bytes: OUTPUT };
    let done = net::filter(process, text.as_bytes().to_vec(), bounds).map_err(|error| failed(error.to_string()))?;
    if !done.success {
        let said = String::from_utf8_lossy(&done.stderr);
        let said = said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing");
        let said: String = said.chars().filter(|c| !c.is_control()).take(200).collect();
        return Err(failed(format!("`{program}` exited with an error: {said}")));
    }
    let svg = String::from_utf8_lossy(&done.stdout).into_owned();
    Ok(Rendered { svg, labels: Vec::new(), own_colors: None, title: None })
}

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use super::part::ProgramSpec;
use super::plugin::Plugin;
use super::protocol::{Answer, VERSION};
use super::rules;
use crate::base::{Diagnostic, Digest};
use crate::net::{self, Bounds, Ending};

/// One question to a program, without the number that it gets when it is asked.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Which plugin's program, by its place among the plugins.
    pub plugin: usize,
    /// The hook, `enrich`, `check`, …
    pub hook: &'static str,
    /// What is asked about, for findings: an entity's reference, or a path.
    pub subject: String,
    /// The fields of the request beside those that all have.
    pub fields: Map<String, Value>,
    /// Identity of the question and of the program: equal identities, equal answers.
    pub identity: Digest,
    /// Whether an answer is good as long as the question is the same. What a directory holds is asked for every time.
    pub remembered: bool,
}

/// Answers by the place of their questions, as their lines were; what has none is told in the findings.
pub type Said = (Vec<Option<String>>, Vec<Diagnostic>);

/// Environment variables that every program sees.
const ENVIRONMENT: [&str; 4] = ["PATH", "HOME", "LANG", "TMPDIR"];

/// Most findings about answers that are missing one by one.
const ONE_BY_ONE: usize = 50;

/// A question to a plugin's program.
pub(super) fn ask(
    plugins: &[Plugin],
    plugin: usize,
    hook: &'static str,
    subject: String,
    fields: Map<String, Value>,
) -> Ask {
    let of = &plugins[plugin];
    let generation = of.program.as_ref().map_or(0, |program| generation(program, SystemTime::now()));
    let identity = Digest::of("ask", &(of.folder_digest, &of.name, of.config(), generation, hook, &fields));
    let remembered = hook != "harvest" || generation > 0;
    Ask { plugin, hook, subject, fields, identity, remembered }
}

/// Counts the spans of `cache_minutes` since 1970: answers of one span are good in that span.
pub(super) fn generation(program: &ProgramSpec, now: SystemTime) -> u64 {
    let Some(minutes) = program.cache_minutes else { return 0 };
    let since = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs());
    1 + since / (minutes * 60).max(1)
}

/// Starts a plugin's program once and asks it everything. Never fails: a program that crashes, hangs, floods or talks nonsense
/// costs findings that name the plugin and what was asked about.
pub fn converse(plugin: &Plugin, asks: &[&Ask], offline: bool) -> Said {
    let Some(program) = &plugin.program else { return (vec![None; asks.len()], Vec::new()) };
    let about = format!("plugin {}", plugin.name);
    let mut input = Vec::new();
    for (at, ask) in asks.iter().enumerate() {
        let mut line = Map::from_iter([
            ("protocol".to_owned(), json!(VERSION)),
            ("id".to_owned(), json!(at.to_string())),
            ("hook".to_owned(), json!(ask.hook)),
            ("config".to_owned(), json!(plugin.config())),
        ]);
        line.extend(ask.fields.clone());
        input.extend(Value::Object(line).to_string().into_bytes());
        input.push(b'\n');
    }
    let bounds = Bounds {
        time: Duration::from_secs(program.timeout_seconds),
        output_bytes: usize::try_from(program.output_bytes).unwrap_or(usize::MAX),
    };
    let conversation = match net::converse(command(program, plugin.folder.as_deref(), offline), input, bounds) {
        Ok(conversation) => conversation,
        Err(error) => {
            let finding = rules::PROGRAM.diagnostic(format!("the program of the plugin `{}`: {error}", plugin.name));
            return (vec![None; asks.len()], vec![finding.about(about)]);
        }
    };
    let mut findings = Vec::new();
    let ended = match &conversation.ending {
        Ending::Success => None,
        Ending::Failed => Some("ended with an error".to_owned()),
        Ending::TimedOut(time) => Some(format!("took more than {} seconds and was ended", time.as_secs())),
        Ending::TooMuch(bytes) => Some(format!("wrote more than {bytes} bytes and was ended")),
    };
    if let Some(ended) = &ended {
        let finding = rules::PROGRAM.diagnostic(format!("the program of the plugin `{}` {ended}", plugin.name));
        let said = String::from_utf8_lossy(&conversation.stderr);
        let last: Vec<&str> = said.lines().rev().take(3).collect();
        let finding = finding.about(about.clone());
        findings.push(if last.is_empty() {
            finding
        } else {
            finding.hint(format!("it said: {}", last.into_iter().rev().collect::<Vec<_>>().join(" / ")))
        });
    }
    let answers = sort_out(plugin, asks, &conversation.stdout, &mut findings);
    missing(plugin, asks, &answers, &mut findings);
    (answers, findings)
}

/// Gives each line to its question.
fn sort_out(plugin: &Plugin, asks: &[&Ask], output: &[u8], findings: &mut Vec<Diagnostic>) -> Vec<Option<String>> {
    let mut answers: Vec<Option<String>> = vec![None; asks.len()];
    let (mut garbage, mut strangers) = (0, 0);
    let mut reason = None;
    for line in output.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
        let read = serde_json::from_slice::<Answer>(line).map_err(|error| error.to_string());
        let read = read.and_then(|answer| Ok((answer, std::str::from_utf8(line).map_err(|error| error.to_string())?)));
        let (answer, text) = match read {
            Ok(read) => read,
            Err(error) => {
                garbage += 1;
                let begin: String = String::from_utf8_lossy(line).chars().take(60).collect();
                reason.get_or_insert_with(|| format!("the first of them, `{begin}`: {error}"));
                continue;
            }
        };
        match answer.id.parse::<usize>().ok().and_then(|at| answers.get_mut(at)) {
            Some(place @ None) => *place = Some(text.trim().to_owned()),
            _ => strangers += 1,
        }
    }
    let mut tell = |count: usize, what: &str, hint: Option<String>| {
        if count > 0 {
            let message = format!("the program of the plugin `{}` wrote {count} {what}", plugin.name);
            let mut finding = rules::PROGRAM.diagnostic(message).about(format!("plugin {}", plugin.name));
            finding.hint = hint;
            findings.push(finding);
        }
    };
    tell(garbage, "lines that are no answer", reason);
    tell(strangers, "answers to questions that were not asked, or twice", None);
    answers
}

fn missing(plugin: &Plugin, asks: &[&Ask], answers: &[Option<String>], findings: &mut Vec<Diagnostic>) {
    let without: Vec<&&Ask> =
        asks.iter().zip(answers).filter(|(_, answer)| answer.is_none()).map(|(ask, _)| ask).collect();
    for ask in without.iter().take(ONE_BY_ONE) {
        let message =
            format!("the program of the plugin `{}` gave no answer to `{}` about this", plugin.name, ask.hook);
        findings.push(rules::PROGRAM.diagnostic(message).about(&ask.subject));
    }
    if without.len() > ONE_BY_ONE {
        let more = without.len() - ONE_BY_ONE;
        let message = format!("the program of the plugin `{}` gave no answer to {more} more questions", plugin.name);
        findings.push(rules::PROGRAM.diagnostic(message).about(format!("plugin {}", plugin.name)));
    }
}

/// The command, in the plugin's folder and with the environment that the manifest names. A file of the folder goes before a
/// program of the system.
fn command(program: &ProgramSpec, folder: Option<&Path>, offline: bool) -> Command {
    let name = &program.command[0];
    let own = folder.map(|folder| folder.join(name)).filter(|path| path.is_file());
    // A relative path would be looked for from the folder that the program starts in.
    let own = own.map(|path| path.canonicalize().unwrap_or(path));
    let mut command = own.map_or_else(|| Command::new(name), Command::new);
    command.args(&program.command[1..]).env_clear();
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    let named: BTreeMap<&str, std::ffi::OsString> = ENVIRONMENT
        .into_iter()
        .chain(program.environment.iter().map(String::as_str))
        .filter_map(|name| Some((name, std::env::var_os(name)?)))
        .collect();
    command.envs(named).env("CALLBOARD_PROTOCOL", VERSION.to_string());
    if offline {
        command.env("CALLBOARD_OFFLINE", "1");
    }
    command
}

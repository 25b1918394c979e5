use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::report::{self, printable};
use crate::base::RelPath;
use crate::config::{self, Choices};
use crate::pipeline;
use crate::search::{self, Found};

/// Arguments of `callboard search`.
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// What to look for, as on the search page: words, "phrases", -word, kind:api, owner:team-a
    #[arg(required = true)]
    query: Vec<String>,
    /// Folder of a built site; `dist` without it
    #[arg(long, value_name = "DIR", conflicts_with_all = ["source", "config"])]
    site: Option<PathBuf>,
    /// Search the sources of site.toml, or the repository in this folder, as they are now; no site has to be built
    #[arg(long)]
    source: bool,
    /// Settings file whose sources are searched
    #[arg(long, short, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Never open a socket: repositories come from the cache
    #[arg(long)]
    offline: bool,
    /// Most pages to show
    #[arg(long, default_value_t = 10, value_name = "N")]
    limit: usize,
    /// Print what was found as one JSON object
    #[arg(long)]
    json: bool,
}

/// Stands for the `-` of a `-word` until the arguments are parsed.
const MINUS: char = '\u{1}';

/// The arguments of the program with each `-word` of a search kept from looking like options. `-w`, of one letter, and what
/// follows `--` stay as they are.
pub fn with_exclusions(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    if arguments.get(1).is_some_and(|command| command == "search") {
        let own = arguments.iter_mut().skip(2).take_while(|argument| *argument != "--");
        for argument in own {
            let word = argument.to_str().and_then(|text| text.strip_prefix('-'));
            if let Some(word) = word.filter(|word| !word.starts_with('-') && word.chars().count() > 1) {
                *argument = format!("{MINUS}{word}").into();
            }
        }
    }
    arguments
}

/// Asks an index in the order in which a site's readers find pages. Exit code 1: nothing was found.
pub fn run(args: &SearchArgs) -> anyhow::Result<ExitCode> {
    let query = args.query.join(" ").replace(MINUS, "-");
    let site = args.site.clone().unwrap_or_else(|| PathBuf::from("dist"));
    let is_built = site.join("search/latest.json").is_file();
    let found = if args.source || args.config.is_some() || (args.site.is_none() && !is_built) {
        match in_sources(args, &query)? {
            Some(found) => found,
            None => return Ok(ExitCode::from(2)),
        }
    } else if is_built {
        in_site(&site.join("search"), &query, args.limit)?
    } else {
        let site = printable(&site.to_string_lossy());
        eprintln!("callboard: there is no search index in `{site}`: build the site first, or search with `--source`");
        return Ok(ExitCode::from(2));
    };
    if args.json {
        println!("{}", serde_json::to_string_pretty(&found)?);
    } else {
        print!("{}", listed(&found));
    }
    Ok(if found.pages.is_empty() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn in_site(root: &Path, query: &str, limit: usize) -> anyhow::Result<Found> {
    let load = |path: &str| {
        // Paths are made of numbers and letters that the index names; it is read from a folder that may be anyone's.
        let path = RelPath::new(path).with_context(|| format!("the search index names `{path}`"))?;
        match std::fs::read(root.join(path.as_str())) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read `{}`", root.join(path.as_str()).display())),
        }
    };
    search::find(&load, query, limit.max(1))
}

/// Indexes the sources in memory and asks that; nothing when the settings are wrong, which is then told.
fn in_sources(args: &SearchArgs, query: &str) -> anyhow::Result<Option<Found>> {
    let choices = Choices { config: args.config.clone(), offline: args.offline, ..Choices::default() };
    let loaded = config::load(&std::env::current_dir()?, &choices)?;
    let Some(settings) = loaded.value else {
        loaded.diagnostics.iter().for_each(|finding| eprint!("{}", report::human(finding)));
        return Ok(None);
    };
    let memo = pipeline::open_memo(&settings)?;
    let pages = pipeline::search_pages(&settings, &memo)?;
    // What only a build asks for is not swept.
    memo.keep_all();
    memo.close()?;
    let files: BTreeMap<String, Vec<u8>> = search::index(&pages)?
        .into_iter()
        .filter_map(|(route, bytes)| Some((route.as_str().strip_prefix("search/")?.to_owned(), bytes)))
        .collect();
    search::find(&|path| Ok(files.get(path).cloned()), query, args.limit.max(1)).map(Some)
}

/// What was found, for people.
fn listed(found: &Found) -> String {
    let mut text = String::new();
    for page in &found.pages {
        let heading = if page.heading.is_empty() { String::new() } else { format!(" › {}", page.heading) };
        text += &printable(&format!("{}{heading}  [{}]", page.title, page.kind));
        text += "\n  ";
        text += &printable(&page.url);
        if !page.excerpt.is_empty() {
            text += "\n  ";
            text += &printable(&page.excerpt);
        }
        text += "\n\n";
    }
    match found.sections {
        0 => text += "nothing was found\n",
        1 => text += "1 section was found\n",
        sections => {
            text += &sections.to_string();
            text += " sections were found\n";
        }
    }
    if let Some(suggestion) = &found.suggestion {
        text += &printable(&format!("did you mean: {suggestion}"));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{MINUS, with_exclusions};

    #[test]
    fn a_word_to_leave_out_is_no_option() {
        let arguments = |text: &str| with_exclusions(text.split(' ').map(Into::into));
        for (given, taken) in [
            ("callboard search key -beta --json", "callboard search key ~beta --json"),
            ("callboard search -c site.toml -kind:api", "callboard search -c site.toml ~kind:api"),
            ("callboard search -- -beta", "callboard search -- -beta"),
            ("callboard build -vq", "callboard build -vq"),
        ] {
            assert_eq!(arguments(given), arguments(&taken.replace('~', &MINUS.to_string())), "{given}");
        }
    }
}

use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::report::printable;
use crate::base::RelPath;
use crate::search::{self, Found};

/// Arguments of `callboard search`.
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// What to look for, as on the search page: words, "phrases", -word, kind:api, owner:team-a
    #[arg(required = true)]
    query: Vec<String>,
    /// Folder of the built site
    #[arg(long, default_value = "dist", value_name = "DIR")]
    site: PathBuf,
    /// Most pages to show
    #[arg(long, default_value_t = 10, value_name = "N")]
    limit: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Asks the index of a built site, in the order in which its readers find pages. Exit code 1: nothing was found.
pub fn run(args: &SearchArgs) -> anyhow::Result<ExitCode> {
    let root = args.site.join("search");
    let load = |path: &str| {
        // Paths are made of numbers and letters that the index names; it is read from a folder that may be anyone's.
        let path = RelPath::new(path).with_context(|| format!("the search index names `{path}`"))?;
        match std::fs::read(root.join(path.as_str())) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read `{}`", root.join(path.as_str()).display())),
        }
    };
    let found = search::find(&load, &args.query.join(" "), args.limit.max(1))?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&found)?);
    } else {
        print!("{}", listed(&found));
    }
    Ok(if found.pages.is_empty() { ExitCode::from(1) } else { ExitCode::SUCCESS })
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

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::ValueEnum;

/// Languages that a program can be begun in.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Language {
    /// Python 3, nothing but its standard library
    Python,
    /// Node.js
    Node,
    /// A POSIX shell with jq
    Sh,
    /// Rust, built with cargo
    Rust,
}

/// A file to begin with; `NAME` in it is the plugin's name.
type Start = (&'static str, &'static str);

const DECLARATIVE: [Start; 5] = [
    ("plugin.toml", include_str!("plugin_kit/declarative.toml")),
    ("card.html", include_str!("plugin_kit/card.html")),
    ("tests/first/catalog-info.yaml", include_str!("plugin_kit/catalog-info.yaml")),
    ("tests/first/release.json", include_str!("plugin_kit/release.json")),
    ("tests/first/expected.txt", include_str!("plugin_kit/declarative.txt")),
];

const PROGRAM_TESTS: [Start; 2] = [
    ("tests/first/catalog-info.yaml", include_str!("plugin_kit/catalog-info.yaml")),
    ("tests/first/expected.txt", include_str!("plugin_kit/program.txt")),
];

impl Language {
    /// The program's files, the command that starts it, and what is to be done before it can be started.
    fn files(self) -> (&'static [Start], &'static str, &'static str) {
        match self {
            Self::Python => (&[("plugin.py", include_str!("plugin_kit/plugin.py"))], r#"["python3", "plugin.py"]"#, ""),
            Self::Node => (&[("plugin.mjs", include_str!("plugin_kit/plugin.mjs"))], r#"["node", "plugin.mjs"]"#, ""),
            Self::Sh => (&[("plugin.sh", include_str!("plugin_kit/plugin.sh"))], r#"["sh", "plugin.sh"]"#, ""),
            Self::Rust => (
                &[
                    ("Cargo.toml", include_str!("plugin_kit/Cargo.toml.txt")),
                    ("src/main.rs", include_str!("plugin_kit/main.rs.txt")),
                ],
                r#"["target/release/plugin"]"#,
                "cargo build --release",
            ),
        }
    }
}

/// Writes a plugin to begin with.
pub(super) fn run(name: &str, language: Option<Language>, dir: &Path) -> anyhow::Result<ExitCode> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || name.starts_with('-') || !name.chars().all(plain) {
        eprintln!("callboard: `{name}` is no name for a plugin: it takes lower-case letters, digits and dashes");
        return Ok(ExitCode::from(2));
    }
    let folder = dir.join(name);
    if folder.exists() {
        eprintln!("callboard: there is a `{}` already", folder.display());
        return Ok(ExitCode::from(2));
    }
    let mut first = "";
    match language {
        None => write(&folder, name, &DECLARATIVE)?,
        Some(language) => {
            let (files, command, before) = language.files();
            first = before;
            let manifest = include_str!("plugin_kit/program.toml").replace("COMMAND", command);
            write(&folder, name, files)?;
            write(&folder, name, &PROGRAM_TESTS)?;
            put(&folder, "plugin.toml", &manifest.replace("NAME", name))?;
        }
    }
    println!("made `{}`", folder.display());
    if !first.is_empty() {
        println!("build it:    cd {} && {first}", folder.display());
    }
    println!("test it:     callboard plugin test {}", folder.display());
    println!("use it:      in site.toml, under [plugins]: dirs = [\"{}\"]", dir.display());
    Ok(ExitCode::SUCCESS)
}

fn write(folder: &Path, name: &str, files: &[Start]) -> anyhow::Result<()> {
    files.iter().try_for_each(|(path, text)| put(folder, path, &text.replace("NAME", name)))
}

fn put(folder: &Path, path: &str, text: &str) -> anyhow::Result<()> {
    let path = folder.join(path);
    let parent = path.parent().unwrap_or(folder);
    std::fs::create_dir_all(parent).with_context(|| format!("cannot make `{}`", parent.display()))?;
    std::fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))
}

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use toml::de::DeTable;

use super::settings::{
    CatalogModel, CatalogSettings, Font, LayoutSettings, NavLink, Neighbours, PluginSettings, SearchServer,
    SearchSettings, Settings, ThemeSettings,
};
use super::table::{Found, Table};
use super::{layout, proxy_table, publish_table, source_table};
use super::{rules, rules::BAD_VALUE};
use crate::base::{Diagnostic, DiagramLanguage, Limits, Outcome, SourceFile, nearest};
use crate::sources::{Source, SourceKind, SourceOptions};

/// What the command line says; it wins over `site.toml`.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// `--config`: the file; otherwise `site.toml` in the current folder.
    pub config: Option<PathBuf>,
    /// `--output`.
    pub output: Option<PathBuf>,
    /// `--cache-dir`.
    pub cache_dir: Option<PathBuf>,
    /// `--offline`.
    pub offline: bool,
    /// `--portable`.
    pub portable: bool,
}

/// Reads `site.toml`, or makes settings for the repository that `cwd` is, when there is none.
///
/// Any diagnostic means that the settings must not be used (exit code 2); `Err` is a machine that failed.
pub fn load(cwd: &Path, choices: &Choices) -> anyhow::Result<Outcome<Option<Settings>>> {
    let path = choices.config.as_ref().map_or_else(|| cwd.join("site.toml"), |path| cwd.join(path));
    let root = path.parent().unwrap_or(cwd).to_owned();
    if choices.config.is_none() && !path.exists() {
        return Ok(alone(cwd, choices));
    }
    let shown = choices.config.as_ref().map_or_else(|| "site.toml".to_owned(), |path| path.display().to_string());
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let missing = rules::MISSING_FILE.diagnostic(format!("there is no `{shown}`"));
            return Ok(refused(vec![
                missing.hint("give its path with `--config`, or run `callboard build` beside it"),
            ]));
        }
        Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    };
    let file = SourceFile::new("", shown, text);
    let text = file.text().clone();
    let tree = match DeTable::parse(&text) {
        Ok(tree) => tree,
        Err(error) => {
            let span = error.span().unwrap_or_default();
            return Ok(refused(vec![file.report(&rules::SYNTAX.problem(span.into(), error.message()))]));
        }
    };
    let mut faults = Vec::new();
    let settings = read(&file, tree.get_ref(), &root, cwd, choices, &mut faults);
    if faults.is_empty() { Ok(Outcome::clean(Some(settings))) } else { Ok(refused(faults)) }
}

fn refused(mut diagnostics: Vec<Diagnostic>) -> Outcome<Option<Settings>> {
    diagnostics.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    Outcome { value: None, diagnostics }
}

/// A portal of the one repository that the current folder is.
fn alone(cwd: &Path, choices: &Choices) -> Outcome<Option<Settings>> {
    let known = ["catalog-info.yaml", "catalog-info.yml", "mkdocs.yml", "mkdocs.yaml"];
    if !known.iter().any(|name| cwd.join(name).exists()) {
        let missing = rules::MISSING_FILE.diagnostic(
            "there is no `site.toml` here, and no `catalog-info.yaml` or `mkdocs.yml` to build a portal of",
        );
        return refused(vec![missing.hint("run it in a repository that has one of them, or write a `site.toml`")]);
    }
    let mut settings = defaults(cwd, cwd, choices);
    let name = cwd.file_name().map_or_else(|| "Portal".to_owned(), |name| name.to_string_lossy().into_owned());
    settings.title = name;
    let kind = SourceKind::Directory(cwd.to_owned());
    settings.sources.push(Source { kind, options: SourceOptions::default() });
    Outcome::clean(Some(settings))
}

fn defaults(root: &Path, cwd: &Path, choices: &Choices) -> Settings {
    Settings {
        root: root.to_owned(),
        title: "Developer portal".to_owned(),
        description: None,
        base_url: None,
        base_path: "/".to_owned(),
        language: "en".to_owned(),
        theme: ThemeSettings::default(),
        sources: Vec::new(),
        plugins: PluginSettings { root: root.to_owned(), ..PluginSettings::default() },
        proxies: Vec::new(),
        layout: LayoutSettings::default(),
        pages: None,
        catalog: CatalogSettings::default(),
        diagrams: BTreeMap::new(),
        search: SearchSettings::default(),
        output: choices.output.as_ref().map_or_else(|| root.join("dist"), |path| cwd.join(path)),
        cache_dir: choices.cache_dir.as_ref().map_or_else(user_cache_dir, |path| cwd.join(path)),
        portable: choices.portable,
        offline: choices.offline,
        limits: Limits::default(),
        publish: BTreeMap::new(),
    }
}

/// `$CALLBOARD_CACHE_DIR`, else `callboard` in the user's cache folder, else in the system's folder for temporary files.
pub fn user_cache_dir() -> PathBuf {
    let from = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let user = from("XDG_CACHE_HOME").or_else(|| from("LOCALAPPDATA")).or_else(|| {
        let home = from("HOME")?;
        Some(if cfg!(target_os = "macos") { home.join("Library/Caches") } else { home.join(".cache") })
    });
    from("CALLBOARD_CACHE_DIR").unwrap_or_else(|| user.unwrap_or_else(std::env::temp_dir).join("callboard"))
}

fn read(
    file: &SourceFile,
    tree: &DeTable<'_>,
    root: &Path,
    cwd: &Path,
    choices: &Choices,
    faults: &mut Vec<Diagnostic>,
) -> Settings {
    let mut settings = defaults(root, cwd, choices);
    let mut top = Table::root(file, tree);
    if let Some(title) = top.string("title", faults) {
        settings.title = title.value;
    }
    settings.description = top.string("description", faults).map(|found| found.value);
    if let Some(language) = top.string("language", faults) {
        settings.language = language.value;
    }
    if let Some(url) = top.string("base_url", faults) {
        match base_url(&url) {
            Ok((full, path)) => (settings.base_url, settings.base_path) = (full, path),
            Err(fault) => faults.push(fault),
        }
    }
    if let Some(output) = top.string("output", faults).filter(|_| choices.output.is_none()) {
        settings.output = root.join(output.value);
    }
    if let Some(cache) = top.string("cache_dir", faults).filter(|_| choices.cache_dir.is_none()) {
        settings.cache_dir = root.join(cache.value);
    }
    settings.portable |= top.boolean("portable", faults).unwrap_or(false);
    settings.pages = top.string("pages", faults).and_then(|found| found.existing(root, faults));
    settings.theme = theme(top.table("theme", faults), root, faults);
    settings.plugins = plugins(top.table("plugins", faults), file, root, faults);
    // Their rules are those of plugins; `plugins` reads them, with their places in this file.
    if !top.tables("scorecards", faults).is_empty() {
        settings.plugins.inline = Some((file.path().to_owned(), file.text().to_string()));
    }
    for (name, proxy) in top.table("proxies", faults).free_tables(faults) {
        settings.proxies.extend(proxy_table::read(name, proxy, root, faults));
    }
    settings.layout = layout::read(top.table("layout", faults), faults);
    settings.catalog = catalog(top.table("catalog", faults), faults);
    settings.diagrams = diagrams(top.table("diagrams", faults), faults);
    settings.search = search(top.table("search", faults), faults);
    limits(top.table("limits", faults), &mut settings.limits, faults);
    for source in top.tables("sources", faults) {
        settings.sources.extend(source_table::read(source, root, faults));
    }
    for (name, table) in top.table("publish", faults).free_tables(faults) {
        if let Some(target) = publish_table::read(name, table, root, faults) {
            settings.publish.insert(name.to_owned(), target);
        }
    }
    top.finish(faults);
    settings
}

/// A full URL (and its path), or only a path: both with a trailing slash.
fn base_url(found: &Found<'_, String>) -> Result<(Option<String>, String), Diagnostic> {
    let mut text = found.value.clone();
    if !text.ends_with('/') {
        text.push('/');
    }
    if text.starts_with('/') && !text.starts_with("//") {
        return Ok((None, text));
    }
    match url::Url::parse(&text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none() => {
            Ok((Some(url.to_string()), url.path().to_owned()))
        }
        _ => Err(found
            .complain(&BAD_VALUE, format!("`{}` is no address that a site can be published at", found.value))
            .hint("write `https://host/path/`, or just the sub-path `/path/`")),
    }
}

fn search(mut table: Table<'_>, faults: &mut Vec<Diagnostic>) -> SearchSettings {
    let mut settings =
        SearchSettings { enabled: table.boolean("enabled", faults).unwrap_or(true), ..SearchSettings::default() };
    let export = table.string("export", faults);
    let endpoint = table.string("endpoint", faults);
    let index = table.string("index", faults);
    if let Some(export) = export.filter(|export| export.value != "files") {
        let is_server = |url: &url::Url| {
            matches!(url.scheme(), "http" | "https")
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none()
        };
        let server = endpoint.as_ref().and_then(|found| url::Url::parse(&found.value).ok()).filter(is_server);
        if export.value != "quickwit" {
            faults.push(
                export
                    .complain(&BAD_VALUE, format!("search cannot be exported as `{}`", export.value))
                    .hint("write `files` or `quickwit`"),
            );
        } else if let Some(url) = server {
            let index = index.map_or_else(|| "callboard".to_owned(), |found| found.value);
            let endpoint = url.as_str().trim_end_matches('/').to_owned();
            settings.server = Some(SearchServer { endpoint, index });
        } else {
            let fault = "`search.endpoint` must say where readers reach the Quickwit server";
            let place = endpoint.as_ref().unwrap_or(&export);
            faults.push(place.complain(&BAD_VALUE, fault).hint("write `endpoint = \"https://host\"`"));
        }
    }
    table.finish(faults);
    settings
}

fn theme(mut table: Table<'_>, root: &Path, faults: &mut Vec<Diagnostic>) -> ThemeSettings {
    let mut settings = ThemeSettings::default();
    let slots = [("dir", &mut settings.dir), ("logo", &mut settings.logo), ("favicon", &mut settings.favicon)];
    for (key, slot) in slots {
        *slot = table.string(key, faults).and_then(|found| found.existing(root, faults));
    }
    if let Some(hue) = table.number("accent_hue", faults) {
        match u16::try_from(hue.value).ok().filter(|hue| *hue < 360) {
            Some(value) => settings.accent_hue = Some(value),
            None => faults.push(hue.complain(&BAD_VALUE, "`theme.accent_hue` is an angle from 0 to 359")),
        }
    }
    settings.patterns = table.boolean("patterns", faults).unwrap_or(false);
    for entry in table.tables("fonts", faults) {
        settings.fonts.extend(font(entry, root, faults));
    }
    settings.footer = table.string("footer", faults).map(|found| found.value);
    for mut link in table.tables("navigation", faults) {
        let (title, url) = (link.string("title", faults), link.string("url", faults));
        match (title, url) {
            (Some(title), Some(url)) => match nav_url(&url) {
                Ok(()) => settings.navigation.push(NavLink { title: title.value, url: url.value }),
                Err(fault) => faults.push(fault),
            },
            _ => faults.push(link.complain(&rules::MISSING_KEY, "a link of the navigation needs `title` and `url`")),
        }
        link.finish(faults);
    }
    table.finish(faults);
    settings
}

fn font(mut table: Table<'_>, root: &Path, faults: &mut Vec<Diagnostic>) -> Option<Font> {
    let (family, file) = (table.string("family", faults), table.string("file", faults));
    let weight = table.string("weight", faults);
    let italic = table.boolean("italic", faults).unwrap_or(false);
    let code = table.boolean("code", faults).unwrap_or(false);
    let (Some(family), Some(file)) = (family, file) else {
        faults.push(table.complain(&rules::MISSING_KEY, "a font needs `family` and `file`"));
        table.finish(faults);
        return None;
    };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-');
    if family.value.trim().is_empty() || !family.value.chars().all(plain) {
        faults.push(family.complain(&BAD_VALUE, "`family` is a name of letters, digits, spaces and hyphens"));
    }
    let weights =
        |text: &str| text.split(' ').all(|part| part.parse::<u16>().is_ok_and(|part| (1..=1000).contains(&part)));
    if let Some(weight) =
        weight.as_ref().filter(|weight| !weights(&weight.value) || weight.value.split(' ').count() > 2)
    {
        faults.push(weight.complain(&BAD_VALUE, "`weight` is a number from 1 to 1000, or two for a range: `100 900`"));
    }
    if !["woff2", "woff", "ttf", "otf"].iter().any(|ending| file.value.to_lowercase().ends_with(&format!(".{ending}")))
    {
        faults.push(file.complain(&BAD_VALUE, "a font is a `.woff2`, `.woff`, `.ttf` or `.otf` file"));
    }
    let path = file.existing(root, faults);
    table.finish(faults);
    let weight = weight.map_or_else(|| "400".to_owned(), |weight| weight.value);
    Some(Font { family: family.value.trim().to_owned(), file: path?, weight, italic, code })
}

fn nav_url(found: &Found<'_, String>) -> Result<(), Diagnostic> {
    let scheme = url::Url::parse(&found.value).map(|url| url.scheme().to_owned());
    match scheme.as_deref() {
        Ok("http" | "https" | "mailto") | Err(_) => Ok(()),
        Ok(scheme) => Err(found.complain(&BAD_VALUE, format!("links with the scheme `{scheme}:` are not made"))),
    }
}

fn plugins(mut table: Table<'_>, file: &SourceFile, root: &Path, faults: &mut Vec<Diagnostic>) -> PluginSettings {
    let mut settings = PluginSettings { root: root.to_owned(), ..PluginSettings::default() };
    // Their keys are those of a `plugin.toml`; `plugins` reads them, with their places in this file.
    if !table.tables("inline", faults).is_empty() {
        settings.inline = Some((file.path().to_owned(), file.text().to_string()));
    }
    for dir in table.strings("dirs", faults) {
        settings.dirs.extend(dir.existing(root, faults));
    }
    settings.off = table.strings("off", faults).into_iter().map(|found| found.value).collect();
    for (name, value) in table.free_entries() {
        let Some(entries) = value.get_ref().as_table() else {
            let message = format!("`plugins.{name}` must be a table of what that plugin is told");
            faults.push(file.report(&rules::WRONG_TYPE.problem(value.span().into(), message)));
            continue;
        };
        let mut told = BTreeMap::new();
        for (key, value) in entries {
            match value.get_ref().as_str() {
                Some(text) => drop(told.insert(key.get_ref().to_string(), text.to_owned())),
                None => {
                    let message = format!("`plugins.{name}.{}` must be a string", key.get_ref());
                    faults.push(file.report(&rules::WRONG_TYPE.problem(value.span().into(), message)));
                }
            }
        }
        settings.told.insert(name.to_owned(), told);
    }
    settings
}

fn catalog(mut table: Table<'_>, faults: &mut Vec<Diagnostic>) -> CatalogSettings {
    let mut settings = CatalogSettings::default();
    let models = [("builtin", CatalogModel::Builtin), ("layers", CatalogModel::Layers)];
    if let Some(model) = one_of(&mut table, "model", &models, faults) {
        settings.model = model;
    }
    let manners = [("spare", Neighbours::Spare), ("strict", Neighbours::Strict)];
    if let Some(neighbours) = one_of(&mut table, "neighbours", &manners, faults) {
        settings.neighbours = neighbours;
    }
    settings.codeowners = table.boolean("codeowners", faults).unwrap_or(settings.codeowners);
    settings.unknown_kinds = table.boolean("unknown_kinds", faults).unwrap_or(settings.unknown_kinds);
    table.finish(faults);
    settings
}

fn diagrams(mut table: Table<'_>, faults: &mut Vec<Diagnostic>) -> BTreeMap<DiagramLanguage, Vec<String>> {
    let mut commands = BTreeMap::new();
    for (name, mut entries) in table.free_tables(faults) {
        let words: Vec<String> = entries.strings("command", faults).into_iter().map(|found| found.value).collect();
        match DiagramLanguage::all().find(|language| language.name() == name) {
            Some(_) if words.is_empty() => {
                let message = format!("`[diagrams.{name}]` needs `command`, a program and its arguments");
                faults.push(entries.complain(&rules::MISSING_KEY, message));
            }
            Some(language) => drop(commands.insert(language, words)),
            None => {
                let names: Vec<&str> = DiagramLanguage::all().map(DiagramLanguage::name).collect();
                let fault = entries.complain(&BAD_VALUE, format!("`{name}` is no language of diagrams"));
                faults.push(fault.hint(match nearest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known languages: {}", names.join(", ")),
                }));
            }
        }
        entries.finish(faults);
    }
    commands
}

fn one_of<T: Copy>(
    table: &mut Table<'_>,
    key: &'static str,
    values: &[(&str, T)],
    faults: &mut Vec<Diagnostic>,
) -> Option<T> {
    let found = table.string(key, faults)?;
    let known = values.iter().find(|(word, _)| *word == found.value).map(|(_, value)| *value);
    if known.is_none() {
        let words: Vec<_> = values.iter().map(|(word, _)| format!("`{word}`")).collect();
        let fault = found.complain(&BAD_VALUE, format!("`{key}` is {}, not `{}`", words.join(" or "), found.value));
        let near = nearest(&found.value, values.iter().map(|(word, _)| *word));
        faults.push(match near {
            Some(near) => fault.hint(format!("did you mean `{near}`?")),
            None => fault,
        });
    }
    known
}

fn limits(mut table: Table<'_>, limits: &mut Limits, faults: &mut Vec<Diagnostic>) {
    for (key, slot) in limits.entries() {
        if let Some(found) = table.number(key, faults) {
            *slot = found.value;
        }
    }
    table.finish(faults);
}

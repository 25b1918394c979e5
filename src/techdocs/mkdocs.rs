use std::collections::BTreeMap;

use super::inherit::{self, Loaded};
use super::rules::{CONFIG_VALUE, NOT_RUN, OUTSIDE};
use super::validation::Validation;
use super::yaml::{Node, Value};
use crate::base::{Diagnostic, Limits, Problem, RelPath, SourceFile, Span, nearest};
use crate::markdown::Shorthand;
use crate::sources::{Origin, RepoTree};

/// One `mkdocs.yml`, as far as it means something to a generator that runs nothing.
#[derive(Debug, Clone)]
pub(super) struct Mkdocs {
    /// The file, if there is one.
    pub path: Option<RelPath>,
    /// Its text, for places; empty without a file.
    pub file: SourceFile,
    /// Directory of the file: where snippets and edit paths start.
    pub directory: RelPath,
    /// `site_name`.
    pub site_name: Option<String>,
    /// `site_description`.
    pub site_description: Option<String>,
    /// `docs_dir`, from the root of the tree.
    pub docs_dir: RelPath,
    /// `nav`, if it is written.
    pub nav: Option<Vec<NavEntry>>,
    /// Lines of `exclude_docs` and `draft_docs`.
    pub exclude: Vec<String>,
    /// Lines of `not_in_nav`.
    pub not_in_nav: Vec<String>,
    /// `repo_url`.
    pub repo_url: Option<String>,
    /// `edit_uri`; empty text switches edit links off.
    pub edit_uri: Option<String>,
    /// `edit_uri_template`.
    pub edit_uri_template: Option<String>,
    /// `redirect_maps` of the redirects plugin.
    pub redirects: Vec<(String, String, Span)>,
    /// The awesome-pages plugin is listed.
    pub awesome_pages: bool,
    /// `extra`, flattened with dots, if the macros plugin is listed.
    pub variables: BTreeMap<String, String>,
    /// arithmatex is listed.
    pub math: bool,
    /// Where `#12` and `@name` lead, if magiclink is asked for short forms.
    pub shorthand: Option<Shorthand>,
    /// `use_directory_urls`: whether `a.md` lies at `a/`, not at `a.html`.
    pub directory_urls: bool,
    /// `validation`.
    pub validation: Validation,
    /// `base_path` of snippets, from the root of the tree.
    pub snippet_bases: Vec<RelPath>,
    /// `auto_append` of snippets, as written.
    pub auto_append: Vec<(String, Span)>,
}

/// An entry of `nav` as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NavEntry {
    /// Its title, if it has one.
    pub title: Option<String>,
    /// Where it leads.
    pub target: NavTarget,
    /// Where it stands in the configuration.
    pub span: Span,
}

/// Where a nav entry leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NavTarget {
    /// A path, a URL, or an `!include`.
    Path(String),
    /// Entries below it.
    Items(Vec<NavEntry>),
}

impl Mkdocs {
    /// What holds where there is no `mkdocs.yml`.
    pub fn absent(directory: &RelPath) -> Self {
        let below = |name: &str| directory.join(&RelPath::new(name).expect("a plain name"));
        Self {
            path: None,
            file: SourceFile::new("", "", ""),
            directory: directory.clone(),
            site_name: None,
            site_description: None,
            docs_dir: below("docs"),
            nav: None,
            exclude: Vec::new(),
            not_in_nav: Vec::new(),
            repo_url: None,
            edit_uri: None,
            edit_uri_template: None,
            redirects: Vec::new(),
            awesome_pages: false,
            variables: BTreeMap::new(),
            math: false,
            shorthand: None,
            directory_urls: true,
            validation: Validation::default(),
            snippet_bases: vec![directory.clone()],
            auto_append: Vec::new(),
        }
    }
}

/// Reads the configuration at `path`; whatever of it cannot be used is a finding, and its default holds.
pub(super) fn read(
    tree: &RepoTree,
    origin: &Origin,
    path: &RelPath,
    limits: &Limits,
    sink: &mut Vec<Diagnostic>,
) -> Mkdocs {
    let Loaded { file, root, problems } = inherit::load(tree, origin, path, limits);
    let mut reader = Reader { problems };
    let mut config = Mkdocs { path: Some(path.clone()), file, ..Mkdocs::absent(&path.parent()) };
    if let Some(root) = &root {
        reader.note_what_is_not_run(root);
        reader.names(root, &mut config);
        reader.files(root, &mut config);
        reader.plugins(root, &mut config);
        reader.extensions(root, &mut config);
        config.nav = root.get("nav").filter(|nav| !nav.is_null()).and_then(|nav| reader.nav(nav));
    }
    sink.extend(reader.problems.iter().map(|problem| config.file.report(problem)));
    config
}

struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    fn wrong(&mut self, node: &Node, message: String) {
        self.problems.push(CONFIG_VALUE.problem(node.span, message));
    }

    /// A text value; of `!ENV` its default.
    fn text(&mut self, root: &Node, key: &str) -> Option<String> {
        let node = root.get(key)?;
        let value = plain(node);
        if value.is_null() {
            return None;
        }
        let text = value.text().map(str::to_owned);
        if text.is_none() {
            self.wrong(node, format!("`{key}` takes a text"));
        }
        text
    }

    fn names(&mut self, root: &Node, config: &mut Mkdocs) {
        config.site_name = self.text(root, "site_name").filter(|name| !name.trim().is_empty());
        config.site_description = self.text(root, "site_description");
        config.repo_url = self.text(root, "repo_url").filter(|url| !url.is_empty());
        config.edit_uri = match root.get("edit_uri") {
            // An empty text is an answer here: no edit links.
            Some(node) if node.is_null() => Some(String::new()),
            _ => self.text(root, "edit_uri"),
        };
        config.edit_uri_template = self.text(root, "edit_uri_template").filter(|template| !template.is_empty());
        const KNOWN: [&str; 8] =
            ["site_name", "docs_dir", "nav", "plugins", "markdown_extensions", "repo_url", "edit_uri", "extra"];
        for (key, _) in root.entries() {
            let Some(name) = key.text() else { continue };
            if let Some(meant) = nearest(name, KNOWN).filter(|meant| root.get(meant).is_none() && close(name, meant)) {
                let problem = CONFIG_VALUE.problem(key.span, format!("`{name}` is no key of `mkdocs.yml`"));
                self.problems.push(problem.hint(format!("did you mean `{meant}`?")));
            }
        }
    }

    fn files(&mut self, root: &Node, config: &mut Mkdocs) {
        if let Some(written) = self.text(root, "docs_dir") {
            match config.directory.resolve(&written) {
                Ok(path) if !written.starts_with('/') => config.docs_dir = path,
                _ => {
                    let span = root.get("docs_dir").map(|node| node.span).unwrap_or_default();
                    let message = format!("`docs_dir: {written}` leaves the repository");
                    self.problems.push(OUTSIDE.problem(span, message).hint("`docs` is read instead"));
                }
            }
        }
        config.directory_urls = root.get("use_directory_urls").and_then(Node::boolean).unwrap_or(true);
        if let Some(node) = root.get("validation") {
            config.validation = Validation::read(node, &mut |value| {
                self.wrong(value, "a level of `validation` is `warn`, `info` or `ignore`".to_owned());
            });
        }
        for key in ["exclude_docs", "draft_docs"] {
            config.exclude.extend(self.text(root, key).iter().flat_map(|text| text.lines().map(str::to_owned)));
        }
        config.not_in_nav = self.text(root, "not_in_nav").iter().flat_map(|t| t.lines().map(str::to_owned)).collect();
    }

    fn plugins(&mut self, root: &Node, config: &mut Mkdocs) {
        for (name, options) in named(root.get("plugins")) {
            match name {
                "awesome-pages" | "awesome-nav" => config.awesome_pages = true,
                "redirects" => {
                    let maps = options.and_then(|options| options.get("redirect_maps"));
                    for (from, to) in maps.map(Node::entries).unwrap_or_default() {
                        if let (Some(from_text), Some(to_text)) = (from.text(), to.text()) {
                            config.redirects.push((from_text.to_owned(), to_text.to_owned(), from.span));
                        }
                    }
                }
                "macros" => {
                    if let Some(extra) = root.get("extra") {
                        flatten("", extra, &mut config.variables, 0);
                    }
                }
                _ => {}
            }
        }
    }

    fn extensions(&mut self, root: &Node, config: &mut Mkdocs) {
        for (name, options) in named(root.get("markdown_extensions")) {
            match name {
                "pymdownx.arithmatex" => config.math = true,
                "pymdownx.magiclink" => config.shorthand = options.and_then(|options| shorthand(options, config)),
                "pymdownx.snippets" => {
                    let Some(options) = options else { continue };
                    self.snippets(options, config);
                }
                _ => {}
            }
        }
    }

    fn snippets(&mut self, options: &Node, config: &mut Mkdocs) {
        if let Some(node) = options.get("base_path") {
            let bases: Vec<RelPath> = texts(node)
                .filter_map(|(written, _)| {
                    let written = written.trim_start_matches("$config_dir").trim_start_matches('/');
                    config.directory.resolve(written).ok()
                })
                .collect();
            if bases.is_empty() {
                self.problems.push(OUTSIDE.problem(node.span, "`base_path` names no directory of the repository"));
            } else {
                config.snippet_bases = bases;
            }
        }
        if let Some(node) = options.get("auto_append") {
            config.auto_append = texts(node).map(|(text, span)| (text.to_owned(), span)).collect();
        }
    }

    fn nav(&mut self, node: &Node) -> Option<Vec<NavEntry>> {
        match &node.value {
            Value::List(items) => Some(items.iter().flat_map(|item| self.nav_item(item)).collect()),
            Value::Map(entries) => Some(entries.iter().filter_map(|(key, value)| self.titled(key, value)).collect()),
            Value::Scalar { .. } => {
                self.wrong(node, "`nav` takes a list".to_owned());
                None
            }
        }
    }

    fn nav_item(&mut self, item: &Node) -> Vec<NavEntry> {
        match &item.value {
            Value::Map(entries) => entries.iter().filter_map(|(key, value)| self.titled(key, value)).collect(),
            Value::Scalar { .. } => {
                target(item).map(|path| entry(None, NavTarget::Path(path), item.span)).into_iter().collect()
            }
            Value::List(items) => items.iter().flat_map(|item| self.nav_item(item)).collect(),
        }
    }

    fn titled(&mut self, key: &Node, value: &Node) -> Option<NavEntry> {
        let title = match &key.value {
            Value::Scalar { text, .. } => text.clone(),
            _ => {
                self.wrong(key, "a title of `nav` is a text".to_owned());
                return None;
            }
        };
        let target = match &value.value {
            Value::Scalar { .. } => NavTarget::Path(target(value)?),
            Value::List(_) | Value::Map(_) => NavTarget::Items(self.nav(value)?),
        };
        let span = if matches!(target, NavTarget::Path(_)) { value.span } else { key.span };
        Some(entry(Some(title), target, span))
    }

    /// One note for the whole file: hooks and Python names change nothing here.
    fn note_what_is_not_run(&mut self, root: &Node) {
        let mut found: Vec<(String, Span)> = Vec::new();
        if let Some(hooks) = root.get("hooks").filter(|hooks| !hooks.is_null()) {
            found.push(("`hooks`".to_owned(), hooks.span));
        }
        tags(root, &mut found);
        let Some((first, span)) = found.first().cloned() else { return };
        let rest = found.len() - 1;
        let more = if rest == 0 { String::new() } else { format!(" and {rest} more like it") };
        self.problems
            .push(NOT_RUN.problem(span, format!("{first}{more} would run code or read the environment; ignored")));
    }
}

/// The repository that short forms mean: by the options of magiclink, else by `repo_url`.
fn shorthand(options: &Node, config: &Mkdocs) -> Option<Shorthand> {
    let text = |key: &str| options.get(key).and_then(Node::text).map(str::trim).filter(|text| !text.is_empty());
    let is_true = |key: &str| text(key).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if !is_true("repo_url_shorthand") {
        return None;
    }
    let repository = config.repo_url.as_deref().and_then(|url| url::Url::parse(url).ok());
    let forge = text("provider").unwrap_or_else(|| {
        let host = repository.as_ref().and_then(url::Url::host_str).unwrap_or_default();
        ["gitlab", "bitbucket"].into_iter().find(|forge| host.contains(forge)).unwrap_or("github")
    });
    let public = match forge {
        "gitlab" => "https://gitlab.com",
        "bitbucket" => "https://bitbucket.org",
        "github" => "https://github.com",
        _ => return None,
    };
    let mut path = repository.iter().flat_map(|url| url.path_segments().into_iter().flatten());
    let (owner, name) = (path.next().unwrap_or_default(), path.next().unwrap_or_default());
    // A host of one's own, unless the options name another repository than `repo_url` does.
    let own = repository.as_ref().filter(|url| matches!(url.scheme(), "https" | "http") && text("user").is_none());
    Some(Shorthand {
        forge: forge.to_owned(),
        base: own.map_or_else(|| public.to_owned(), |url| url.origin().ascii_serialization()),
        owner: text("user").unwrap_or(owner).to_owned(),
        name: text("repo").unwrap_or(name.trim_end_matches(".git")).to_owned(),
        normalise: is_true("normalize_issue_symbols"),
    })
}

/// A near miss counts only for words that can hardly mean something else.
fn close(name: &str, meant: &str) -> bool {
    let plain = |text: &str| text.replace(['-', '_'], "").to_lowercase();
    strsim::damerau_levenshtein(&plain(name), &plain(meant)) <= usize::from(meant.len() > 5)
}

fn entry(title: Option<String>, target: NavTarget, span: Span) -> NavEntry {
    NavEntry { title, target, span }
}

/// A nav target; `!include x` may be written as a tag instead of a text.
fn target(node: &Node) -> Option<String> {
    let text = node.text()?;
    Some(match node.tag.as_deref() {
        Some("!include") => format!("!include {text}"),
        _ => text.to_owned(),
    })
}

/// Of `!ENV [NAME, …, default]` the last item, since the environment is not read; of `!ENV NAME` null.
fn plain(node: &Node) -> Node {
    if node.tag.as_deref() != Some("!ENV") {
        return node.clone();
    }
    match node.items() {
        [_, .., default] => default.clone(),
        _ => Node { span: node.span, tag: None, value: Value::Scalar { text: String::new(), plain: true } },
    }
}

/// Plugins or extensions: a list of names and single-key mappings, or a mapping.
fn named(node: Option<&Node>) -> Vec<(&str, Option<&Node>)> {
    let Some(node) = node else { return Vec::new() };
    let mut found = Vec::new();
    for holder in std::iter::once(node).chain(node.items()) {
        if let Some(name) = holder.text() {
            found.push((name, None));
        }
        found.extend(holder.entries().iter().filter_map(|(key, value)| Some((key.text()?, Some(value)))));
    }
    found
}

fn texts(node: &Node) -> impl Iterator<Item = (&str, Span)> {
    std::iter::once(node).chain(node.items()).filter_map(|node| Some((node.text()?, node.span)))
}

/// `extra` as names with dots: `a.b`, `list.0`.
fn flatten(prefix: &str, node: &Node, out: &mut BTreeMap<String, String>, depth: usize) {
    let below = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
    if depth > 16 {
        return;
    }
    match &plain(node).value {
        Value::Scalar { text, .. } => {
            out.insert(prefix.to_owned(), text.clone());
        }
        Value::Map(entries) => {
            for (key, value) in entries {
                if let Some(name) = key.text() {
                    flatten(&below(name), value, out, depth + 1);
                }
            }
        }
        Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                flatten(&below(&at.to_string()), item, out, depth + 1);
            }
        }
    }
}

fn tags(node: &Node, found: &mut Vec<(String, Span)>) {
    if let Some(tag) = node.tag.as_deref().filter(|tag| tag.starts_with("!!python/") || *tag == "!ENV") {
        found.push((format!("`{tag}`"), node.span));
    }
    node.items().iter().for_each(|item| tags(item, found));
    node.entries().iter().for_each(|(_, value)| tags(value, found));
}

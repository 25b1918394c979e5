use std::collections::BTreeSet;

use globset::GlobBuilder;
use unicode_normalization::UnicodeNormalization;

use super::automatic::{self, Directories};
use super::awesome;
use super::files::{DocFile, DocFiles, is_index};
use super::mkdocs::{self, Mkdocs};
use super::nav::{self, At, Finding, RawItem};
use super::rules::INCLUDE;
use crate::base::{Diagnostic, Limits, RelPath};
use crate::sources::{Origin, RepoTree};

/// How deep documentation sets may include each other.
const DEPTH: usize = 4;
/// How many sets one set may include.
const SETS: usize = 1_000;

/// A set with everything that it includes: one nav over one tree of names.
pub(super) struct Merged {
    /// The root's configuration, then the included ones.
    pub configs: Vec<Mkdocs>,
    /// Aliases of the configurations: where their files stand in the tree of names.
    pub prefixes: Vec<RelPath>,
    /// All files.
    pub files: DocFiles,
    /// The nav.
    pub nav: Vec<RawItem>,
    /// What was found in the configurations.
    pub problems: Vec<Finding>,
}

/// Where sets are read from.
#[derive(Clone, Copy)]
pub(super) struct Store<'a> {
    /// The files.
    pub tree: &'a RepoTree,
    /// For places.
    pub origin: &'a Origin,
    /// What they may cost.
    pub limits: &'a Limits,
}

/// Collects files and nav of a set, following `!include` and `*include` (the monorepo plugin's rules).
pub(super) fn merge(root: Mkdocs, store: Store<'_>, sink: &mut Vec<Diagnostic>) -> Merged {
    let mut merged = Merged {
        configs: Vec::new(),
        prefixes: Vec::new(),
        files: DocFiles::default(),
        nav: Vec::new(),
        problems: Vec::new(),
    };
    merged.nav = merged.add(root, RelPath::root(), store, sink, &[]);
    merged
}

/// Without an index the README beside `mkdocs.yml` is the home page.
fn fall_back_to_readme(files: &mut DocFiles, config: &Mkdocs, tree: &RepoTree) {
    let has_index = files.iter().any(|file| file.is_page && file.uri.parent().is_root() && is_index(&file.uri));
    if has_index || !files.iter().any(|file| file.is_page) {
        return;
    }
    let plain = |name: &str| RelPath::new(name).expect("a plain name");
    let places = [&config.docs_dir, &config.directory];
    let names = ["README.md", "readme.md", "Readme.md"];
    let found = places.iter().flat_map(|directory| names.iter().map(move |name| directory.join(&plain(name))));
    if let Some(path) = found.into_iter().find(|path| tree.file(path).is_some()) {
        files.push_first(DocFile { uri: plain("index.md"), path, site: 0, is_page: true, hidden: false });
    }
}

/// Paths of the configurations that a set includes, directly.
pub(super) fn included(config: &Mkdocs, tree: &RepoTree) -> Vec<RelPath> {
    let nav = config.nav.as_deref().unwrap_or_default();
    let items = nav::written(nav, &DocFiles::default(), 0, &RelPath::root());
    let mut found = Vec::new();
    let mut open: Vec<&RawItem> = items.iter().collect();
    while let Some(item) = open.pop() {
        match item {
            RawItem::Include { pattern, many, .. } => found.extend(targets(config, pattern, *many, tree)),
            RawItem::Section { items, .. } => open.extend(items),
            _ => {}
        }
    }
    found
}

impl Merged {
    fn add(
        &mut self,
        config: Mkdocs,
        prefix: RelPath,
        store: Store<'_>,
        sink: &mut Vec<Diagnostic>,
        chain: &[RelPath],
    ) -> Vec<RawItem> {
        let site = self.configs.len();
        self.files.add(store.tree, &config, &prefix, site);
        if site == 0 {
            fall_back_to_readme(&mut self.files, &config, store.tree);
        }
        let chain: Vec<RelPath> = chain.iter().chain(&config.path).cloned().collect();
        let pages_files = awesome::read(store.tree, store.origin, &config, &prefix, store.limits, sink);
        let directories = Directories::new(&self.files, site, pages_files);
        let nav = match &config.nav {
            Some(entries) => {
                let items = nav::written(entries, &self.files, site, &prefix);
                if config.awesome_pages { automatic::fill_in(items, &directories, &prefix) } else { items }
            }
            None => automatic::items(&directories, &prefix),
        };
        self.configs.push(config);
        self.prefixes.push(prefix);
        self.expand(nav, store, sink, &chain)
    }

    fn expand(
        &mut self,
        items: Vec<RawItem>,
        store: Store<'_>,
        sink: &mut Vec<Diagnostic>,
        chain: &[RelPath],
    ) -> Vec<RawItem> {
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            match item {
                RawItem::Section { title, items } => {
                    out.push(RawItem::Section { title, items: self.expand(items, store, sink, chain) });
                }
                RawItem::Include { title, pattern, many, at } => {
                    out.extend(self.include(title, &pattern, many, at, store, sink, chain));
                }
                other => out.push(other),
            }
        }
        out
    }

    #[expect(clippy::too_many_arguments, reason = "one entry's parts and the way down to it")]
    fn include(
        &mut self,
        title: Option<String>,
        pattern: &str,
        many: bool,
        at: At,
        store: Store<'_>,
        sink: &mut Vec<Diagnostic>,
        chain: &[RelPath],
    ) -> Vec<RawItem> {
        let mut found = targets(&self.configs[at.site], pattern, many, store.tree);
        found.retain(|path| !chain.contains(path));
        if found.is_empty() || chain.len() > DEPTH || self.configs.len() + found.len() > SETS {
            let word = if many { "*include" } else { "!include" };
            let message = format!("`{word} {pattern}` names no `mkdocs.yml` that can be included here");
            self.problems.push((at.site, INCLUDE.problem(at.span, message)));
            return Vec::new();
        }
        let mut sections = Vec::new();
        for path in found {
            let config = mkdocs::read(store.tree, store.origin, &path, store.limits, sink);
            let name = config.site_name.clone().unwrap_or_else(|| path.parent().name().to_owned());
            let prefix = self.alias(&self.prefixes[at.site].clone(), &name);
            let items = self.add(config, prefix, store, sink, chain);
            sections.push((name, items));
        }
        let section = |(title, items)| RawItem::Section { title, items };
        match (many, title) {
            (false, title) => {
                sections.into_iter().map(|(name, items)| section((title.clone().unwrap_or(name), items))).collect()
            }
            (true, None) => sections.into_iter().map(section).collect(),
            (true, Some(title)) => vec![section((title, sections.into_iter().map(section).collect()))],
        }
    }

    /// Where an included set's files stand: its name, kept if it is a plain path, and made unlike all others.
    fn alias(&self, parent: &RelPath, name: &str) -> RelPath {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/');
        let kept = RelPath::new(name.trim_matches('/')).ok().filter(|path| !path.is_root() && name.chars().all(plain));
        let base = kept.unwrap_or_else(|| RelPath::new(&slug(name)).expect("a slug is a plain name"));
        let taken: BTreeSet<&RelPath> = self.prefixes.iter().collect();
        let numbered = |count: usize| match count {
            1 => parent.join(&base),
            count => parent.join(&RelPath::new(&format!("{base}-{count}")).expect("a plain path and a number")),
        };
        (1..).map(numbered).find(|path| !taken.contains(path)).expect("there is always a next number")
    }
}

fn targets(config: &Mkdocs, pattern: &str, many: bool, tree: &RepoTree) -> Vec<RelPath> {
    let Ok(path) = config.directory.resolve(pattern) else { return Vec::new() };
    let own = config.path.as_ref();
    if !many {
        return Some(path).filter(|path| tree.file(path).is_some() && own != Some(path)).into_iter().collect();
    }
    let Ok(glob) = GlobBuilder::new(path.as_str()).literal_separator(true).build() else { return Vec::new() };
    let matcher = glob.compile_matcher();
    tree.files()
        .map(|(path, _)| path)
        .filter(|path| matcher.is_match(path.as_str()) && own != Some(path))
        .cloned()
        .collect()
}

fn slug(name: &str) -> String {
    let mut out = String::new();
    for character in name.nfkd().filter(char::is_ascii).map(|c| c.to_ascii_lowercase()) {
        match character {
            c if c.is_ascii_alphanumeric() => out.push(c),
            _ if !out.is_empty() && !out.ends_with('-') => out.push('-'),
            _ => {}
        }
    }
    let out = out.trim_end_matches('-').to_owned();
    if out.is_empty() { "docs".to_owned() } else { out }
}

use std::collections::HashMap;

use super::mkdocs::Mkdocs;
use super::patterns::Patterns;
use crate::base::RelPath;
use crate::sources::RepoTree;

/// What MkDocs leaves out unless `exclude_docs` says otherwise.
const ALWAYS_EXCLUDED: [&str; 2] = [".*", "/templates/"];

/// A file of a documentation set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DocFile {
    /// The path that nav and links know it by: relative to `docs_dir`, below the alias of an included set.
    pub uri: RelPath,
    /// Where it stands in the tree.
    pub path: RelPath,
    /// Which configuration it belongs to: 0 the root's, then the included ones in order.
    pub site: usize,
    /// Whether it is Markdown.
    pub is_page: bool,
    /// `not_in_nav` matches it, so an automatic nav leaves it out.
    pub hidden: bool,
}

/// The files of a documentation set, in MkDocs' order: in each directory the index, files, then directories.
#[derive(Debug, Clone, Default)]
pub(super) struct DocFiles {
    files: Vec<DocFile>,
    by_uri: HashMap<RelPath, usize>,
}

impl DocFiles {
    /// Adds the files below `docs_dir`, under `prefix`.
    pub fn add(&mut self, tree: &RepoTree, config: &Mkdocs, prefix: &RelPath, site: usize) {
        let excluded = Patterns::new(ALWAYS_EXCLUDED.into_iter().chain(config.exclude.iter().map(String::as_str)));
        let hidden = Patterns::new(config.not_in_nav.iter().map(String::as_str));
        let mut found: Vec<DocFile> = tree
            .files_below(&config.docs_dir)
            .filter_map(|(path, _)| Some((path, path.below(&config.docs_dir)?)))
            .filter(|(_, below)| !excluded.matches(below))
            .map(|(path, below)| DocFile {
                uri: prefix.join(&below),
                path: path.clone(),
                site,
                is_page: is_page(path),
                hidden: hidden.matches(&below),
            })
            .collect();
        found.sort_by_cached_key(|file| order(&file.uri));
        found.into_iter().for_each(|file| self.push(file));
    }

    /// Adds one file; a file of the same name that is already there stays.
    pub fn push(&mut self, file: DocFile) {
        if !self.by_uri.contains_key(&file.uri) {
            self.by_uri.insert(file.uri.clone(), self.files.len());
            self.files.push(file);
        }
    }

    /// Adds one file before all others.
    pub fn push_first(&mut self, file: DocFile) {
        self.files.insert(0, file);
        self.by_uri = self.files.iter().enumerate().map(|(at, file)| (file.uri.clone(), at)).collect();
    }

    /// The file of a name.
    pub fn get(&self, uri: &RelPath) -> Option<&DocFile> {
        self.by_uri.get(uri).map(|at| &self.files[*at])
    }

    /// All files, in order.
    pub fn iter(&self) -> impl Iterator<Item = &DocFile> {
        self.files.iter()
    }
}

/// Whether a file is Markdown by its name.
pub(super) fn is_page(path: &RelPath) -> bool {
    matches!(path.extension().as_deref(), Some("md" | "markdown" | "mdown" | "mkdn" | "mkd"))
}

/// The name without its ending.
pub(super) fn stem(path: &RelPath) -> &str {
    let name = path.name();
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

/// Whether a page is its directory's index.
pub(super) fn is_index(path: &RelPath) -> bool {
    matches!(stem(path), "index" | "README")
}

/// Sorts files before directories, the index first.
fn order(uri: &RelPath) -> Vec<(u8, String)> {
    let count = uri.parts().count();
    let rank = |at: usize| match (at + 1 < count, stem(uri)) {
        (true, _) => 3,
        (_, "index") => 0,
        (_, "README") => 1,
        _ => 2,
    };
    uri.parts().enumerate().map(|(at, part)| (rank(at), part.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uris(files: &[&str], exclude: &[&str]) -> Vec<String> {
        let tree = RepoTree::in_memory(files.iter().map(|path| (format!("docs/{path}"), "x")));
        let config = Mkdocs {
            exclude: exclude.iter().map(|line| (*line).to_owned()).collect(),
            ..Mkdocs::absent(&RelPath::root())
        };
        let mut found = DocFiles::default();
        found.add(&tree, &config, &RelPath::root(), 0);
        found.iter().map(|file| file.uri.to_string()).collect()
    }

    #[test]
    fn files_come_in_the_order_of_mkdocs() {
        assert_eq!(
            uris(&["b.md", "a/z.md", "a/README.md", "index.md", "A.md", "a/b/c.md", "a/img.png"], &[]),
            ["index.md", "A.md", "b.md", "a/README.md", "a/img.png", "a/z.md", "a/b/c.md"]
        );
    }

    #[test]
    fn exclusions_are_gitignore_patterns() {
        assert_eq!(
            uris(&[".x.md", "templates/a.md", "t/templates/a.md", "old/a.md", "b.md"], &["old/", "", "# c"]),
            ["b.md", "t/templates/a.md"]
        );
        assert_eq!(uris(&[".well-known/a.txt", ".git/b"], &["!.well-known"]), [".well-known/a.txt"]);
    }
}

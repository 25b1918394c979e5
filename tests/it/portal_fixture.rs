//! A small organisation as real git repositories, and the portal built from it by the real program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use callboard::output::Manifest;

/// The organisation's repositories, in the order of `site.toml`.
pub const REPOSITORIES: [&str; 5] = ["orders", "people", "library", "flawed", "templates"];

/// A folder with repositories, `site.toml`, cache and output.
pub struct Portal {
    dir: tempfile::TempDir,
}

impl Portal {
    /// Makes a bare git repository of each folder of `tests/sites/org`, and a `site.toml` over them.
    pub fn new() -> Self {
        let portal = Self { dir: tempfile::tempdir().unwrap() };
        let mut settings = "title = \"The bookshop\"\nbase_url = \"https://portal.bookshop.example/dev/\"\n".to_owned();
        for name in REPOSITORIES {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/org").join(name);
            let files = files_below(&folder);
            commit(&portal.repository(name), &files);
            settings += &format!("[[sources]]\ngit = \"{name}.git\"\nurl = \"https://github.com/bookshop/{name}\"\n");
        }
        std::fs::write(portal.path("site.toml"), settings).unwrap();
        portal
    }

    /// A path in the folder.
    pub fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    /// The bare repository of a name.
    pub fn repository(&self, name: &str) -> PathBuf {
        self.path(&format!("{name}.git"))
    }

    /// `callboard build` with more arguments.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
        command
            .arg("build")
            .args(arguments)
            .current_dir(self.dir.path())
            .env("CALLBOARD_CACHE_DIR", self.path("cache"));
        command
    }

    /// Builds; the build must succeed.
    pub fn build(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output
    }

    /// Builds with `--json`, and gives what it printed.
    pub fn build_json(&self, arguments: &[&str]) -> serde_json::Value {
        let output = self.build(&[arguments, &["--json"]].concat());
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Every file of a built site with its digest.
    pub fn digests(&self, output: &str) -> BTreeMap<String, String> {
        let manifest = Manifest::read(&self.path(output)).unwrap().expect("a manifest");
        manifest.files.into_iter().map(|(path, entry)| (path, entry.digest.to_string())).collect()
    }

    /// A file of the site.
    pub fn text(&self, path: &str) -> String {
        let file = self.path("dist").join(path);
        std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Changes a repository by one commit.
    pub fn edit(&self, name: &str, change: impl FnOnce(&mut BTreeMap<String, Vec<u8>>)) {
        let path = self.repository(name);
        let mut files = files_of(&path);
        change(&mut files);
        commit(&path, &files);
    }
}

fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn files_of(repository: &Path) -> BTreeMap<String, Vec<u8>> {
    let git = git2::Repository::open_bare(repository).unwrap();
    let tree = git.head().unwrap().peel_to_tree().unwrap();
    let mut files = BTreeMap::new();
    tree.walk(git2::TreeWalkMode::PreOrder, |root, entry| {
        if let Ok(blob) = git.find_blob(entry.id()) {
            files.insert(format!("{}{}", root, entry.name().unwrap()), blob.content().to_vec());
        }
        git2::TreeWalkResult::Ok
    })
    .unwrap();
    files
}

/// Makes a commit of exactly these files on `main`, in a bare repository that is made when it is not there.
pub fn commit(repository: &Path, files: &BTreeMap<String, Vec<u8>>) {
    let mut options = git2::RepositoryInitOptions::new();
    options.bare(true).initial_head("main").external_template(false);
    let git = git2::Repository::init_opts(repository, &options).unwrap();
    let mut index = git2::Index::new().unwrap();
    for (path, bytes) in files {
        let entry = git2::IndexEntry {
            ctime: git2::IndexTime::new(0, 0),
            mtime: git2::IndexTime::new(0, 0),
            dev: 0,
            ino: 0,
            mode: 0o100_644,
            uid: 0,
            gid: 0,
            file_size: 0,
            id: git.blob(bytes).unwrap(),
            flags: 0,
            flags_extended: 0,
            path: path.clone().into_bytes(),
        };
        index.add(&entry).unwrap();
    }
    let tree = git.find_tree(index.write_tree_to(&git).unwrap()).unwrap();
    let parent = git.head().ok().and_then(|head| head.peel_to_commit().ok());
    let time = parent.as_ref().map_or(1_700_000_000, |parent| parent.time().seconds() + 60);
    let author = git2::Signature::new("Mira Okonjo", "mira@bookshop.example", &git2::Time::new(time, 60)).unwrap();
    let parents: Vec<_> = parent.iter().collect();
    git.commit(Some("HEAD"), &author, &author, "Change files", &tree, &parents).unwrap();
}

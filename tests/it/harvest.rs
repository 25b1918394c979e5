//! What a user notices of the harvest: which files a source gives, what is said about the rest, and that no source harms
//! another.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use callboard::base::{Diagnostic, Limits, Outcome, RelPath};
use callboard::sources::{Harvest, HarvestEvent, HarvestOptions, Snapshot, Source, SourceKind, SourceOptions, harvest};
use git2::{ObjectType, Oid, Repository, Signature, Time};
use tempfile::TempDir;

const FILE: &str = "100644";
const TREE: &str = "40000";
const LINK: &str = "120000";

/// A bare repository whose trees are written byte by byte, so that they can hold anything.
struct Repo {
    dir: PathBuf,
    git: Repository,
}

impl Repo {
    fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), git: Repository::init_bare(dir).unwrap() }
    }

    fn blob(&self, text: &str) -> Oid {
        self.git.blob(text.as_bytes()).unwrap()
    }

    fn tree(&self, entries: &[(&str, &[u8], Oid)]) -> Oid {
        let mut raw = Vec::new();
        let mut entries = entries.to_vec();
        entries.sort_by_key(|(mode, name, _)| [*name, if *mode == TREE { b"/" } else { b"" }].concat());
        for (mode, name, id) in entries {
            raw.extend_from_slice(mode.as_bytes());
            raw.push(b' ');
            raw.extend_from_slice(name);
            raw.push(0);
            raw.extend_from_slice(id.as_bytes());
        }
        self.git.odb().unwrap().write(ObjectType::Tree, &raw).unwrap()
    }

    /// A tree of plain files; folders by slashes in the names.
    fn files(&self, files: &[(&str, &str)]) -> Oid {
        let mut index = git2::Index::new().unwrap();
        for (path, text) in files {
            let mut entry = index_entry(path);
            entry.id = self.blob(text);
            index.add(&entry).unwrap();
        }
        index.write_tree_to(&self.git).unwrap()
    }

    fn commit(&self, reference: &str, tree: Oid, time: i64) -> Oid {
        let who = Signature::new("Ada", "ada@example.org", &Time::new(time, 0)).unwrap();
        let parent = self.git.find_reference(reference).ok().and_then(|found| found.peel_to_commit().ok());
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        let tree = self.git.find_tree(tree).unwrap();
        self.git.commit(Some(reference), &who, &who, "change", &tree, &parents).unwrap()
    }

    fn source(&self) -> Source {
        git(self.dir.to_str().unwrap(), None)
    }
}

fn index_entry(path: &str) -> git2::IndexEntry {
    let zero = git2::IndexTime::new(0, 0);
    git2::IndexEntry {
        ctime: zero,
        mtime: zero,
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id: Oid::from_bytes(&[0; 20]).unwrap(),
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}

fn git(url: &str, revision: Option<&str>) -> Source {
    let kind = SourceKind::Git { url: url.to_owned(), revision: revision.map(str::to_owned) };
    Source { kind, options: SourceOptions::default() }
}

fn directory(path: &Path) -> Source {
    Source { kind: SourceKind::Directory(path.to_owned()), options: SourceOptions::default() }
}

fn run(sources: &[Source], cache: &Path) -> Outcome<Harvest> {
    harvest(sources, &HarvestOptions::new(cache), &Limits::default(), &|_| {})
}

fn paths(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.tree.files().map(|(path, _)| path.as_str()).collect()
}

fn text(snapshot: &Snapshot, path: &str) -> String {
    snapshot.tree.read_text(&RelPath::new(path).unwrap(), (1 << 20, "page_bytes")).unwrap()
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect()
}

fn messages(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| format!("{diagnostic:?}\n")).collect()
}

#[test]
fn branches_tags_commits_and_parts_of_local_repositories_are_read_in_place() {
    let temp = TempDir::new().unwrap();
    let repo = Repo::new(&temp.path().join("shop.git"));
    let first = repo.commit("refs/heads/main", repo.files(&[("a.md", "one"), ("docs/x/b.md", "b")]), 100);
    repo.commit("refs/heads/main", repo.files(&[("a.md", "two"), ("docs/x/b.md", "b")]), 200);
    repo.commit("refs/heads/feature/x", repo.files(&[("a.md", "branch")]), 300);
    repo.git.set_head("refs/heads/main").unwrap();
    let object = repo.git.find_object(first, None).unwrap();
    let who = Signature::now("Ada", "ada@example.org").unwrap();
    repo.git.tag("v1", &object, &who, "first", false).unwrap();
    repo.git.remote("origin", "https://me:s3cret@github.com/org/shop.git").unwrap();
    let url = repo.dir.to_str().unwrap();
    let mut part = git(&format!("file://{url}"), None);
    part.options.sub_path = RelPath::new("docs/x").unwrap();
    let mut gone = git(url, None);
    gone.options.sub_path = RelPath::new("doc").unwrap();
    let sources = [
        git(url, None),
        git(url, Some("feature/x")),
        git(url, Some("v1")),
        git(url, Some(&first.to_string())),
        git(url, Some(&first.to_string()[..9])),
        part,
        git(url, Some("nothing")),
        gone,
    ];
    let done = run(&sources, &temp.path().join("cache"));
    let snapshots = &done.value.snapshots;
    let a = |index: usize| text(&snapshots[index], "a.md");
    assert_eq!((0..5).map(a).collect::<Vec<_>>(), ["two", "branch", "one", "one", "one"]);
    let revision = snapshots[1].origin.revision.as_ref().unwrap();
    assert_eq!((revision.branch.as_deref(), revision.time), (Some("feature/x"), 300));
    assert_eq!(snapshots[0].origin.name, "shop");
    let path = RelPath::new("b.md").unwrap();
    let view = snapshots[5].origin.view_url(&path).unwrap();
    assert_eq!(view, "https://github.com/org/shop/blob/main/docs/x/b.md");
    assert_eq!(snapshots[5].origin.locate(&view), Some(path));
    assert_eq!(paths(&snapshots[5]), ["b.md"]);
    assert_eq!((snapshots.len(), codes(&done.diagnostics)), (6, vec!["CB0201", "CB0201"]));
    assert!(done.diagnostics[0].message.contains("`nothing`"), "{}", done.diagnostics[0].message);
    // The second time the trees are not walked again, and everything is the same.
    let again = run(&sources, &temp.path().join("cache"));
    assert_eq!(
        format!("{:?}", again.value.snapshots[0].tree.files().collect::<Vec<_>>()),
        format!("{:?}", snapshots[0].tree.files().collect::<Vec<_>>())
    );
    assert_eq!((again.diagnostics, text(&again.value.snapshots[4], "a.md")), (done.diagnostics, "one".to_owned()));
}

#[test]
fn hostile_trees_cost_one_finding_each_and_spare_their_neighbours() {
    let temp = TempDir::new().unwrap();
    let repo = Repo::new(&temp.path().join("hostile.git"));
    let text_blob = repo.blob("evil");
    let inner = repo.tree(&[(FILE, b"ok.md", text_blob)]);
    let good = repo.blob("# Good");
    let link = |target: &str| repo.blob(target);
    let missing = Oid::from_str("0123456789012345678901234567890123456789").unwrap();
    let tree = repo.tree(&[
        (TREE, b"..", inner),
        (TREE, b".git", inner),
        (TREE, b".GIT", inner),
        (FILE, b".", text_blob),
        (FILE, b"a\\b", text_blob),
        (FILE, b"a/b", text_blob),
        (FILE, b"new\nline\x1b[2J", text_blob),
        (FILE, b"bytes\xff", text_blob),
        (FILE, b"twice", text_blob),
        (TREE, b"twice", inner),
        (LINK, b"out", link("../../etc/passwd")),
        (LINK, b"absolute", link("/etc/passwd")),
        (LINK, b"loop-a", link("loop-b")),
        (LINK, b"loop-b", link("loop-a")),
        (LINK, b"to-folder", link("sub")),
        (LINK, b"dangling", link("nowhere")),
        (LINK, b"chain", link("./sub/../hop")),
        (LINK, b"hop", link("good.md")),
        ("160000", b"module", missing),
        ("100000", b"odd", text_blob),
        (FILE, b"lost.md", missing),
        (TREE, b"lost", missing),
        (TREE, b"sub", inner),
        (FILE, b"good.md", good),
    ]);
    repo.commit("refs/heads/main", tree, 100);
    repo.git.set_head("refs/heads/main").unwrap();
    let neighbour = Repo::new(&temp.path().join("good.git"));
    neighbour.commit("refs/heads/main", neighbour.files(&[("x", "y")]), 1);
    neighbour.git.set_head("refs/heads/main").unwrap();
    let done = run(&[repo.source(), neighbour.source()], &temp.path().join("cache"));
    let [hostile, spared] = &done.value.snapshots[..] else { panic!("two snapshots") };
    assert_eq!(paths(hostile), ["chain", "good.md", "hop", "sub/ok.md", "twice"]);
    assert_eq!(text(hostile, "chain"), "# Good");
    assert_eq!(paths(spared), ["x"]);
    let mut found = codes(&done.diagnostics);
    found.sort_unstable();
    let expected = [vec!["CB0204"; 9], vec!["CB0205"; 6], vec!["CB0206", "CB0207", "CB0209", "CB0209"]].concat();
    assert_eq!(found, expected, "{}", messages(&done.diagnostics));
    for diagnostic in &done.diagnostics {
        assert!(!diagnostic.message.chars().any(char::is_control), "{:?}", diagnostic.message);
    }
}

#[test]
fn a_bomb_of_shared_subtrees_stops_at_the_limit() {
    let temp = TempDir::new().unwrap();
    let repo = Repo::new(&temp.path().join("bomb.git"));
    let mut level = repo.tree(&[(FILE, b"x", repo.blob("x"))]);
    for _ in 0..10 {
        let names: Vec<String> = (0..10).map(|index| format!("d{index}")).collect();
        level = repo.tree(&names.iter().map(|name| (TREE, name.as_bytes(), level)).collect::<Vec<_>>());
    }
    let root = repo.tree(&[(FILE, b"catalog-info.yaml", repo.blob("kind: x")), (TREE, b"d", level)]);
    repo.commit("refs/heads/main", root, 100);
    repo.git.set_head("refs/heads/main").unwrap();
    let limits = Limits { files_per_repository: 5_000, ..Limits::default() };
    let done = harvest(&[repo.source()], &HarvestOptions::new(temp.path().join("cache")), &limits, &|_| {});
    assert_eq!(paths(&done.value.snapshots[0]), ["catalog-info.yaml"]);
    assert_eq!(codes(&done.diagnostics), ["CB0208"]);
    assert!(done.diagnostics[0].message.contains("limits.files_per_repository"));
    let limits = Limits { bytes_per_repository: 3, ..Limits::default() };
    let small = Repo::new(&temp.path().join("small.git"));
    small.commit("refs/heads/main", small.files(&[("a", "12"), ("b", "34"), ("c", "5")]), 1);
    small.git.set_head("refs/heads/main").unwrap();
    let done = harvest(&[small.source()], &HarvestOptions::new(temp.path().join("cache")), &limits, &|_| {});
    assert_eq!(codes(&done.diagnostics), ["CB0208"]);
    assert!(done.diagnostics[0].message.contains("limits.bytes_per_repository"));
}

#[test]
fn damaged_and_missing_repositories_are_findings() {
    let temp = TempDir::new().unwrap();
    let repo = Repo::new(&temp.path().join("damaged.git"));
    let commit = repo.commit("refs/heads/main", repo.files(&[("a", "b")]), 1);
    repo.git.set_head("refs/heads/main").unwrap();
    let name = commit.to_string();
    let object = repo.dir.join("objects").join(&name[..2]).join(&name[2..]);
    std::fs::remove_file(&object).unwrap();
    std::fs::write(&object, "garbage").unwrap();
    let empty = Repo::new(&temp.path().join("empty.git"));
    let sources = [
        repo.source(),
        empty.source(),
        git(temp.path().join("gone").to_str().unwrap(), None),
        git(temp.path().to_str().unwrap(), None),
        git("ssh://-oProxyCommand=touch/x", None),
        git("https://me:s3cret@example.com/x", None),
        git("https://example.com/x", Some("--upload-pack=touch x")),
        git("ext::sh -c true", None),
        directory(&temp.path().join("gone")),
    ];
    let done = run(&sources, &temp.path().join("cache"));
    assert!(done.value.snapshots.is_empty());
    let expected = ["CB0201", "CB0201", "CB0201", "CB0201", "CB0210", "CB0210", "CB0201", "CB0210", "CB0201"];
    assert_eq!(codes(&done.diagnostics), expected, "{}", messages(&done.diagnostics));
    assert!(!messages(&done.diagnostics).contains("s3cret"));
}

#[test]
fn directories_are_read_as_they_are_without_what_git_ignores() {
    let temp = TempDir::new().unwrap();
    let outside = temp.path().join("outside");
    let root = temp.path().join("team");
    for folder in [".github", ".git/refs", "docs", "build", "cache"] {
        std::fs::create_dir_all(root.join(folder)).unwrap();
    }
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("secret"), "canary").unwrap();
    let files = [
        (".gitignore", "build/\n*.log\n"),
        (".github/catalog-info.yaml", "kind: x"),
        (".git/HEAD", "x"),
        ("docs/index.md", "# Hi"),
        ("docs/noise.log", ""),
        ("build/out.md", ""),
        ("cache/listing", ""),
    ];
    for (path, text) in files {
        std::fs::write(root.join(path), text).unwrap();
    }
    let links = [
        ("docs/inside.md", "../docs/index.md"),
        ("docs/chain.md", "inside.md"),
        ("docs/out.md", "../../outside/secret"),
        ("docs/loop.md", "loop.md"),
        ("docs/dangling.md", "nothing"),
        ("docs/head", "../.git/HEAD"),
        ("folder", "../outside"),
    ];
    for (path, target) in links {
        std::os::unix::fs::symlink(target, root.join(path)).unwrap();
    }
    assert!(Command::new("mkfifo").arg(root.join("pipe")).status().unwrap().success());
    let done = run(&[directory(&root)], &root.join("cache"));
    let snapshot = &done.value.snapshots[0];
    let expected = [".github/catalog-info.yaml", ".gitignore", "docs/chain.md", "docs/index.md", "docs/inside.md"];
    assert_eq!(paths(snapshot), expected);
    assert_eq!(text(snapshot, "docs/chain.md"), "# Hi");
    let mut found = codes(&done.diagnostics);
    found.sort_unstable();
    assert_eq!(found, ["CB0205", "CB0205", "CB0205", "CB0205", "CB0205", "CB0207"], "{}", messages(&done.diagnostics));
    // A file that turns into a link out of the folder after the harvest is not followed.
    std::fs::remove_file(root.join("docs/index.md")).unwrap();
    std::os::unix::fs::symlink("../../outside/secret", root.join("docs/index.md")).unwrap();
    let read = snapshot.tree.read(&RelPath::new("docs/index.md").unwrap(), (100, "page_bytes"));
    assert!(read.is_err(), "{read:?}");
}

#[test]
fn a_directory_in_a_work_tree_knows_its_commit_and_address() {
    let temp = TempDir::new().unwrap();
    let git = Repository::init(temp.path()).unwrap();
    git.remote("origin", "git@gitlab.com:team/mono.git").unwrap();
    std::fs::create_dir_all(temp.path().join("services/pay")).unwrap();
    std::fs::write(temp.path().join("services/pay/a.md"), "not committed").unwrap();
    std::fs::write(temp.path().join("services/pay/b.tmp"), "").unwrap();
    std::fs::write(temp.path().join(".gitignore"), "*.tmp\n").unwrap();
    let who = Signature::new("Ada", "ada@example.org", &Time::new(700, 0)).unwrap();
    let tree = git.find_tree(git.index().unwrap().write_tree().unwrap()).unwrap();
    let commit = git.commit(Some("refs/heads/trunk"), &who, &who, "x", &tree, &[]).unwrap();
    git.set_head("refs/heads/trunk").unwrap();
    let done = run(&[directory(&temp.path().join("services/pay"))], &temp.path().join("cache"));
    let snapshot = &done.value.snapshots[0];
    assert_eq!((paths(snapshot), snapshot.origin.name.as_str()), (vec!["a.md"], "pay"));
    assert_eq!(snapshot.origin.revision.as_ref().unwrap().commit, commit.to_string());
    let url = snapshot.origin.edit_url(&RelPath::new("a.md").unwrap()).unwrap();
    assert_eq!(url, "https://gitlab.com/team/mono/-/edit/trunk/services/pay/a.md");

    // What is committed has a history, also in a folder.
    let uncommitted = done.value.snapshots[0].tree.last_changes().unwrap();
    assert!(uncommitted.is_empty(), "{uncommitted:?}");
    let mut index = git.index().unwrap();
    index.add_path(Path::new("services/pay/a.md")).unwrap();
    let tree = git.find_tree(index.write_tree().unwrap()).unwrap();
    let parent = git.find_commit(commit).unwrap();
    git.commit(Some("refs/heads/trunk"), &who, &who, "x", &tree, &[&parent]).unwrap();
    let done = run(&[directory(&temp.path().join("services/pay"))], &temp.path().join("cache"));
    let changes = done.value.snapshots[0].tree.last_changes().unwrap();
    let change = &changes[&RelPath::new("a.md").unwrap()];
    assert_eq!((change.time, change.authors.as_slice()), (700, &["Ada".to_owned()][..]));

    // An address that is told is the folder's own.
    let mut told = directory(&temp.path().join("services/pay"));
    told.options.web_url = Some("https://gitlab.example/team/pay/-/tree/main".to_owned());
    let done = run(&[told], &temp.path().join("cache"));
    let url = done.value.snapshots[0].origin.edit_url(&RelPath::new("a.md").unwrap()).unwrap();
    assert_eq!(url, "https://gitlab.example/team/pay/-/edit/main/a.md");
}

#[test]
fn the_history_tells_the_last_change_and_the_authors_of_each_file() {
    let temp = TempDir::new().unwrap();
    let repo = Repo::new(&temp.path().join("shop.git"));
    let by = |name: &str, time: i64, files: &[(&str, &str)]| {
        let who = Signature::new(name, "x@example.org", &Time::new(time, 0)).unwrap();
        let tree = repo.git.find_tree(repo.files(files)).unwrap();
        let parent = repo.git.find_reference("refs/heads/main").ok().map(|found| found.peel_to_commit().unwrap());
        repo.git.commit(Some("refs/heads/main"), &who, &who, "x", &tree, &parent.iter().collect::<Vec<_>>()).unwrap();
    };
    by("Ada", 100, &[("docs/a.md", "1"), ("docs/b.md", "1"), ("c", "1")]);
    by("Bo", 200, &[("docs/a.md", "2"), ("docs/b.md", "1"), ("c", "1"), ("gone", "1")]);
    by("Ada", 300, &[("docs/a.md", "2"), ("docs/b.md", "1"), ("c", "2")]);
    repo.git.set_head("refs/heads/main").unwrap();
    let mut part = repo.source();
    part.options.sub_path = RelPath::new("docs").unwrap();
    for _ in ["cold", "warm"] {
        let done = run(&[repo.source(), part.clone()], &temp.path().join("cache"));
        let told = |index: usize| -> Vec<String> {
            let changes = done.value.snapshots[index].tree.last_changes().unwrap();
            changes
                .iter()
                .map(|(path, change)| format!("{path} {} {}", change.time, change.authors.join("+")))
                .collect()
        };
        assert_eq!(told(0), ["c 300 Ada", "docs/a.md 200 Bo+Ada", "docs/b.md 100 Ada"]);
        assert_eq!(told(1), ["a.md 200 Bo+Ada", "b.md 100 Ada"]);
    }
    let plain = run(&[directory(temp.path())], &temp.path().join("cache"));
    assert!(plain.value.snapshots[0].tree.last_changes().is_none());
}

#[test]
fn a_panic_costs_its_own_source_only() {
    let temp = TempDir::new().unwrap();
    let repo = Repo::new(&temp.path().join("good.git"));
    repo.commit("refs/heads/main", repo.files(&[("x", "y")]), 1);
    repo.git.set_head("refs/heads/main").unwrap();
    let sources = [git("https://git.example.invalid/x/y", None), repo.source()];
    let options = HarvestOptions::new(temp.path().join("cache"));
    let done = harvest(&sources, &options, &Limits::default(), &|event| {
        assert!(!matches!(event, HarvestEvent::Fetching { .. }), "on purpose");
    });
    assert_eq!((codes(&done.diagnostics), done.value.snapshots.len()), (vec!["CB0203"], 1));
    assert!(done.diagnostics[0].message.contains("on purpose"));
}

#[test]
fn the_result_does_not_depend_on_the_number_of_threads() {
    let temp = TempDir::new().unwrap();
    let mut sources = Vec::new();
    for index in 0..20 {
        let repo = Repo::new(&temp.path().join(format!("r{index}.git")));
        let tree = repo.files(&[("a.md", &format!("text {index}")), ("docs/b.md", "b")]);
        let link = repo.tree(&[(LINK, b"out", repo.blob("../x")), (TREE, b"sub", tree)]);
        repo.commit("refs/heads/main", link, 100);
        repo.git.set_head("refs/heads/main").unwrap();
        sources.push(repo.source());
    }
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let done = pool.install(|| run(&sources, &temp.path().join(format!("cache{threads}"))));
        let listed: Vec<String> = done
            .value
            .snapshots
            .iter()
            .map(|snapshot| format!("{:?} {:?}", snapshot.origin, snapshot.tree.files().collect::<Vec<_>>()))
            .collect();
        (listed, done.diagnostics)
    };
    assert_eq!(with(1), with(8));
}

/// Serves a bare repository by git's smart protocol on a loopback port, to those who know the token.
struct Server {
    server: std::sync::Arc<tiny_http::Server>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    fn start(repository: PathBuf, authorization: &'static str) -> Self {
        let server = std::sync::Arc::new(tiny_http::Server::http("127.0.0.1:0").unwrap());
        let listening = std::sync::Arc::clone(&server);
        let thread = std::thread::spawn(move || {
            for request in listening.incoming_requests() {
                answer(request, &repository, authorization);
            }
        });
        Self { server, thread: Some(thread) }
    }

    fn url(&self) -> String {
        format!("http://{}/org/shop.git", self.server.server_addr())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.server.unblock();
        self.thread.take().map(std::thread::JoinHandle::join);
    }
}

fn answer(mut request: tiny_http::Request, repository: &Path, authorization: &str) {
    let header = |name: &'static str| {
        request.headers().iter().find(|header| header.field.equiv(name)).map(|header| header.value.to_string())
    };
    if header("Authorization").is_none_or(|value| value != authorization) {
        request.respond(tiny_http::Response::empty(401)).ok();
        return;
    }
    let (protocol, encoding) = (header("Git-Protocol"), header("Content-Encoding"));
    let asks = request.url().contains("/info/refs");
    let mut command = Command::new("git");
    command.args(["upload-pack", "--stateless-rpc"]).env("GIT_PROTOCOL", protocol.unwrap_or_default());
    if asks {
        command.arg("--advertise-refs");
    }
    assert!(encoding.is_none(), "small requests are not compressed");
    let mut child = command.arg(repository).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::io::copy(request.as_reader(), &mut child.stdin.take().unwrap()).ok();
    let mut body = if asks { b"001e# service=git-upload-pack\n0000".to_vec() } else { Vec::new() };
    body.extend(child.wait_with_output().unwrap().stdout);
    let kind = if asks { "advertisement" } else { "result" };
    let header = format!("Content-Type: application/x-git-upload-pack-{kind}").parse::<tiny_http::Header>().unwrap();
    request.respond(tiny_http::Response::from_data(body).with_header(header)).ok();
}

#[test]
fn the_history_of_a_remote_is_fetched_when_it_is_asked_for() {
    const TOKEN: &str = "CARGO_PKG_NAME";
    let temp = TempDir::new().unwrap();
    let repo = Repo::new(&temp.path().join("upstream.git"));
    repo.commit("refs/heads/trunk", repo.files(&[("a.md", "one"), ("b.md", "one")]), 100);
    repo.commit("refs/heads/trunk", repo.files(&[("a.md", "two"), ("b.md", "one")]), 200);
    repo.git.set_head("refs/heads/trunk").unwrap();
    let server = Server::start(repo.dir.clone(), "Basic eC1hY2Nlc3MtdG9rZW46Y2FsbGJvYXJk");
    let mut source = git(&server.url(), None);
    source.options.token_env = Some(TOKEN.to_owned());
    let told = |source: &Source, cache: &str| {
        let done = run(std::slice::from_ref(source), &temp.path().join(cache));
        assert_eq!(messages(&done.diagnostics), "");
        let changes = done.value.snapshots[0].tree.last_changes();
        changes.map(|changes| changes.values().map(|change| change.time).collect::<Vec<_>>())
    };
    assert_eq!(told(&source, "cache"), None);
    source.options.history = true;
    // Into what was fetched without it, into what is up to date, and into nothing.
    for cache in ["cache", "cache", "fresh"] {
        assert_eq!(told(&source, cache), Some(vec![200, 100]), "{cache}");
    }
    repo.commit("refs/heads/trunk", repo.files(&[("a.md", "two"), ("b.md", "three")]), 300);
    assert_eq!(told(&source, "cache"), Some(vec![200, 300]));
}

#[test]
fn remotes_are_fetched_once_and_their_last_state_stands_in() {
    // The variable is set by cargo for every test; its value stands for a token.
    const TOKEN: &str = "CARGO_PKG_NAME";
    const LOGIN: &str = "Basic eC1hY2Nlc3MtdG9rZW46Y2FsbGJvYXJk";
    let temp = TempDir::new().unwrap();
    let repo = Repo::new(&temp.path().join("upstream.git"));
    repo.commit("refs/heads/trunk", repo.files(&[("a.md", "old")]), 90);
    repo.commit("refs/heads/trunk", repo.files(&[("a.md", "one")]), 100);
    repo.git.set_head("refs/heads/trunk").unwrap();
    let server = Server::start(repo.dir.clone(), LOGIN);
    let cache = temp.path().join("cache");
    let url = server.url();
    let mut source = git(&url, None);
    source.options.token_env = Some(TOKEN.to_owned());
    let sources = [source];

    let done = run(&[git(&url, None)], &cache);
    assert_eq!(codes(&done.diagnostics), ["CB0201"]);
    let hint = done.diagnostics[0].hint.clone().unwrap_or_default();
    assert!(hint.contains("token_env"), "{}", messages(&done.diagnostics));

    let done = run(&sources, &cache);
    assert_eq!(messages(&done.diagnostics), "");
    let snapshot = &done.value.snapshots[0];
    assert_eq!((text(snapshot, "a.md").as_str(), snapshot.origin.name.as_str()), ("one", "org/shop"));
    assert_eq!(snapshot.origin.revision.as_ref().unwrap().branch.as_deref(), Some("trunk"));
    let tip = repo.commit("refs/heads/trunk", repo.files(&[("a.md", "two")]), 200);
    // Two that fetch into the same place wait for each other.
    let done = run(&[sources[0].clone(), sources[0].clone()], &cache);
    assert_eq!([0, 1].map(|index| text(&done.value.snapshots[index], "a.md")), ["two", "two"]);

    let mut pinned = git(&url, Some(&tip.to_string()));
    pinned.options.token_env = Some(TOKEN.to_owned());
    let mut tagged = git(&url, Some("v1"));
    tagged.options.token_env = Some(TOKEN.to_owned());
    repo.git
        .tag("v1", &repo.git.find_object(tip, None).unwrap(), &Signature::now("a", "b").unwrap(), "x", false)
        .unwrap();
    let both = [pinned, tagged];
    let done = run(&both, &cache);
    assert_eq!(messages(&done.diagnostics), "");
    assert_eq!(text(&done.value.snapshots[1], "a.md"), "two");

    drop(server);
    let done = run(&sources, &cache);
    assert_eq!(codes(&done.diagnostics), ["CB0202"], "{}", messages(&done.diagnostics));
    assert_eq!(text(&done.value.snapshots[0], "a.md"), "two");
    assert!(done.value.snapshots[0].stale.is_some());
    let said = messages(&done.diagnostics);
    assert!(!said.contains("eC1hY2Nlc3M") && !said.contains("x-access-token"), "{said}");

    let mut offline = HarvestOptions::new(&cache);
    offline.offline = true;
    let never = git("https://git.example.invalid/x/y", None);
    let done = harvest(&[sources[0].clone(), never], &offline, &Limits::default(), &|_| {});
    assert_eq!(codes(&done.diagnostics), ["CB0201"]);
    assert!(done.diagnostics[0].message.contains("offline"), "{}", messages(&done.diagnostics));
    assert_eq!(text(&done.value.snapshots[0], "a.md"), "two");
}

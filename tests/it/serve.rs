//! `callboard serve`, by the real program: what it answers, what it refuses, and what browsers are told after an edit.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use callboard::output::Manifest;
use serde_json::{Value, json};

/// A site with one directory as its source, served.
struct Preview {
    dir: tempfile::TempDir,
    child: Child,
    /// `http://127.0.0.1:<port>/<base>`.
    url: String,
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

const CATALOG: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: till
  annotations: {backstage.io/techdocs-ref: 'dir:.'}
spec: {type: service, lifecycle: production, owner: sales}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: sales}
spec: {type: team, children: []}
";

/// Writes a file at one moment: one that is emptied first may be built as it is on the way.
fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.persist(path).unwrap();
}

/// The program with some arguments, in the folder of a site.
fn program(root: &Path, arguments: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_callboard"));
    program.args(arguments).current_dir(root).env("CALLBOARD_CACHE_DIR", root.join("cache"));
    program
}

impl Preview {
    fn new(arguments: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        write(
            &root.join("site.toml"),
            "title = \"Preview\"\nbase_url = \"https://x.example/dev/\"\n[[sources]]\ndir = \"till\"\n",
        );
        write(&root.join("till/catalog-info.yaml"), CATALOG);
        write(&root.join("till/mkdocs.yml"), "site_name: Till\n");
        write(&root.join("till/docs/index.md"), "# Till\n\nwords\n");
        write(&root.join("till/docs/other.md"), "# Other\n\nother words\n");
        Self::of(dir, &[&["serve"], arguments].concat())
    }

    /// A command that serves, run in a folder.
    fn of(dir: tempfile::TempDir, command: &[&str]) -> Self {
        let mut child = program(dir.path(), command)
            .args(["--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { dir, child, url: line.trim().to_owned() }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    fn connect(&self) -> TcpStream {
        let address = self.url.strip_prefix("http://").unwrap().split('/').next().unwrap();
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(2))).unwrap();
        stream
    }

    /// Sends bytes, and gives status, head and body of what comes back until the server closes.
    fn raw(&self, request: &[u8]) -> (u16, String, Vec<u8>) {
        let mut stream = self.connect();
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").map_or(answer.len(), |at| at + 4);
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let status = head.get(9..12).and_then(|digits| digits.parse().ok()).unwrap_or(0);
        (status, head, answer[end..].to_vec())
    }

    fn ask(&self, method: &str, path: &str, fields: &[&str], body: &str) -> (u16, String, Vec<u8>) {
        let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
        let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let request =
            format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{length}{fields}\r\n{body}");
        self.raw(request.as_bytes())
    }

    fn get(&self, path: &str) -> (u16, String) {
        let (status, _, body) = self.ask("GET", path, &[], "");
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    fn json(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let (status, _, bytes) = self.ask(method, path, &["Content-Type: application/json"], body);
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// What stands in a page between two texts.
    fn between(&self, path: &str, before: &str, after: &str) -> String {
        let (_, html) = self.get(path);
        html.split(before).nth(1).unwrap().split(after).next().unwrap().to_owned()
    }

    fn version(&self, path: &str) -> String {
        self.between(path, "callboard-version\" content=\"", "\"")
    }

    /// Opens a page as browsers do.
    fn open(&self, path: &str) -> Events {
        let base = self.url.splitn(4, '/').nth(3).unwrap();
        // A documentation set alone has its assets in no folder of their own.
        let assets = if base.is_empty() { String::new() } else { self.between(path, "assets/", "/") };
        let (version, mut stream) = (self.version(path), self.connect());
        let page = format!("path={path}&version={version}&assets={assets}");
        write!(stream, "GET /{base}-/events?{page} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        Events(BufReader::new(stream))
    }

    /// Asks below an address: method, path, a field of the head (or none), and the status that has to come.
    fn answers(&self, below: &str, asked: &[(&str, &str, &str, u16)]) {
        for (method, path, field, status) in asked {
            let fields: Vec<&str> = Some(*field).filter(|field| !field.is_empty()).into_iter().collect();
            let (found, head, body) = self.ask(method, &format!("{below}{path}"), &fields, "");
            assert_eq!(found, *status, "{method} {path} {field}");
            assert!(head.contains("nosniff"), "{head}");
            assert!(*method != "HEAD" || body.is_empty());
        }
    }
}

/// What an open page is told.
struct Events(BufReader<TcpStream>);

impl Events {
    /// The next event: its name and data. Waits for it; none if the page is let go.
    fn next(&mut self) -> Option<(String, String)> {
        let mut event = String::new();
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).expect("an event comes in time") == 0 {
                return None;
            }
            if let Some(name) = line.strip_prefix("event: ") {
                event = name.trim().to_owned();
            } else if let Some(data) = line.strip_prefix("data:").filter(|_| !event.is_empty()) {
                return Some((event, data.trim().to_owned()));
            }
        }
    }

    /// Waits for an event of a name.
    fn until(&mut self, wanted: &str) -> String {
        loop {
            let (name, data) = self.next().expect("the server goes on telling");
            if name == wanted {
                return data;
            }
        }
    }
}

#[test]
fn a_preview_is_the_built_site_and_takes_only_sound_requests() {
    let preview = Preview::new(&[]);
    assert!(program(preview.dir.path(), &["build", "--quiet"]).status().unwrap().success());
    let manifest = Manifest::read(&preview.path("dist")).unwrap().unwrap();
    for (path, entry) in &manifest.files {
        let (status, head, body) = preview.ask("GET", &format!("/dev/{path}"), &[], "");
        let written = std::fs::read(preview.path("dist").join(path)).unwrap();
        assert_eq!(status, 200, "{path}");
        assert!(head.contains(&entry.media_type), "{path}: {head}");
        let text = String::from_utf8_lossy(&body);
        let plain = match (text.find("<meta name=\"callboard-version\""), text.find("append(s)}</script>")) {
            (Some(from), Some(to)) => [&body[..from], &body[to + "append(s)}</script>".len()..]].concat(),
            _ => body.clone(),
        };
        assert!(plain == written, "{path} differs from the built file");
    }
    let tag = |path: &str| {
        let (_, head, _) = preview.ask("GET", path, &[], "");
        head.lines().find_map(|line| line.strip_prefix("ETag: ")).unwrap().to_owned()
    };
    let known = format!("If-None-Match: {}", tag("/dev/"));
    let asked = [
        ("GET", "/dev/", "", 200),
        ("HEAD", "/dev/", "", 200),
        ("GET", "/", "", 307),
        ("GET", "/dev", "", 307),
        ("GET", "/dev/docs", "", 307),
        ("GET", "/dev/nothing", "", 404),
        ("GET", "/nothing", "", 404),
        ("GET", "/dev/", known.as_str(), 304),
        ("GET", "/dev/search/client.js", "Range: bytes=0-9", 206),
        ("GET", "/dev/search/client.js", "Range: bytes=99999999-", 416),
        ("GET", "/dev/../site.toml", "", 400),
        ("GET", "/dev/%2e%2e/site.toml", "", 400),
        ("GET", "/dev/..%5csite.toml", "", 400),
        ("GET", "//dev/", "", 400),
        ("GET", "/dev/", "Host: twice.example", 400),
        ("POST", "/dev/", "", 405),
        ("TRACE", "/dev/", "", 405),
    ];
    preview.answers("", &asked);
    let strange = preview.raw(b"GET /dev/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assert_eq!(strange.0, 421);
    let packed = preview.ask("GET", "/dev/search/client.js", &["Accept-Encoding: br, gzip"], "");
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.2.as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!(text.into_bytes(), std::fs::read(preview.path("dist/search/client.js")).unwrap());
}

#[test]
fn an_edit_reloads_the_pages_that_show_it_and_no_other() {
    for arguments in [&[][..], &["--poll"]] {
        let preview = Preview::new(arguments);
        let (page, other) = ("/dev/docs/default/component/till/", "/dev/docs/default/component/till/other/");
        let (mut page_events, mut other_events) = (preview.open(page), preview.open(other));
        let before = preview.version(other);
        write(&preview.path("till/docs/index.md"), "# Till\n\nnew words\n");
        page_events.until("reload");
        assert!(preview.get(page).1.contains("new words"));
        assert_eq!(preview.version(other), before);
        // A page that is made anew, one that goes, and a saved file that is another one renamed.
        write(&preview.path("till/docs/other.draft"), "# Other\n\nrenamed words\n");
        std::fs::rename(preview.path("till/docs/other.draft"), preview.path("till/docs/other.md")).unwrap();
        other_events.until("reload");
        assert!(preview.get(other).1.contains("renamed words"));
        let mut missing = preview.open("/dev/docs/default/component/till/third/");
        write(&preview.path("till/docs/third.md"), "# Third\n");
        missing.until("reload");
        let mut third = preview.open("/dev/docs/default/component/till/third/");
        std::fs::remove_file(preview.path("till/docs/third.md")).unwrap();
        third.until("reload");
        assert_eq!(preview.get("/dev/docs/default/component/till/third/").0, 404);
    }
}

#[test]
fn every_file_that_the_settings_name_is_watched() {
    let preview = Preview::new(&[]);
    let files = ["logo.svg", "icon.svg", "text.woff2"];
    for file in files {
        write(&preview.path(file), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    }
    let mut events = preview.open("/dev/");
    let settings = std::fs::read_to_string(preview.path("site.toml")).unwrap().replace("Preview", "Brand");
    let theme =
        "[theme]\nlogo = \"logo.svg\"\nfavicon = \"icon.svg\"\nfonts = [{ family = \"Own\", file = \"text.woff2\" }]\n";
    write(&preview.path("site.toml"), &format!("{settings}{theme}"));
    events.until("reload");
    for file in files {
        let (mut events, before) = (preview.open("/dev/"), preview.between("/dev/", "assets/", "/"));
        write(&preview.path(file), &format!("<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"{file}\"/>"));
        events.until("reload");
        assert_ne!(preview.between("/dev/", "assets/", "/"), before, "{file}");
    }
}

#[test]
fn one_documentation_set_is_served_alone() {
    let dir = tempfile::tempdir().unwrap();
    write(&dir.path().join("set/mkdocs.yml"), "site_name: Till\nnav: [index.md, other.md]\n");
    write(&dir.path().join("set/docs/index.md"), "# Till\n\n[the other](other.md) ![plan](plan.svg)\n");
    write(&dir.path().join("set/docs/other.md"), "# Other\n\nother words\n");
    write(&dir.path().join("set/docs/plan.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    let preview = Preview::of(dir, &["techdocs", "serve", "--source-dir", "set"]);
    let (status, home) = preview.get("/");
    assert!(status == 200 && home.contains("<a href=\"other/\">the other</a>"), "{home}");
    assert_eq!(preview.get("/plan.svg").0, 200);
    assert_eq!(preview.get("/nowhere/").0, 404);
    let before = preview.version("/");
    let mut events = preview.open("/other/");
    write(&preview.path("set/docs/other.md"), "# Other\n\nnew words\n");
    events.until("reload");
    assert!(preview.get("/other/").1.contains("new words"));
    assert_eq!(preview.version("/"), before, "a page that shows nothing of it stays open as it is");
    let mut events = preview.open("/");
    write(&preview.path("set/docs/third.md"), "# Third\n");
    write(&preview.path("set/mkdocs.yml"), "site_name: Till\nnav: [index.md, other.md, third.md]\n");
    while !preview.get("/").1.contains("Third") {
        events.until("reload");
        events = preview.open("/");
    }
    assert_eq!(preview.get("/third/").0, 200);
    assert!(preview.get("/techdocs_metadata.json").1.contains("third/index.html"));
}

#[test]
fn errors_are_told_and_the_last_good_portal_stays() {
    let preview = Preview::new(&[]);
    // What is wrong as an open page sees it, which may have to load itself again in between.
    let wait_for = |holds: &dyn Fn(&Value) -> bool| {
        loop {
            let mut events = preview.open("/dev/");
            while let Some((name, data)) = events.next() {
                let problems: Value = serde_json::from_str(&data).unwrap_or_default();
                if name == "problems" && holds(&problems) {
                    return;
                }
            }
        }
    };
    let none = |problems: &Value| problems["errors"] == json!([]);
    wait_for(&none);
    let settings = std::fs::read_to_string(preview.path("site.toml")).unwrap();
    for (path, wrong, mended, told) in [
        ("site.toml", "titel = 1\n", settings.as_str(), "titel"),
        ("till/catalog-info.yaml", "kind: [\n", CATALOG, "catalog-info.yaml"),
    ] {
        write(&preview.path(path), wrong);
        wait_for(&|problems| problems["errors"][0]["fresh"] == true && problems.to_string().contains(told));
        assert_eq!(preview.get("/dev/").0, 200);
        write(&preview.path(path), mended);
        wait_for(&none);
    }
}

#[test]
fn a_storm_of_changes_ends_in_the_last_state_whoever_else_asks() {
    let preview = Preview::new(&[]);
    // Clients that begin a request and never end it, and some that talk nonsense.
    let slow: Vec<TcpStream> = (0..40)
        .map(|_| {
            let mut stream = preview.connect();
            stream.write_all(b"GET /dev/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").unwrap();
            stream
        })
        .collect();
    for nonsense in [
        &b"\x16\x03\x01\x00\xa5\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"GET /dev/ HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET /dev/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET /dev/ HTTP/1.1\r\n Host: localhost\r\n\r\n",
    ] {
        let (status, ..) = preview.raw(nonsense);
        assert!((400..=505).contains(&status), "{status} for {}", nonsense.escape_ascii());
    }
    let page = |number: usize| format!("/dev/docs/default/component/till/page-{number}/");
    for round in ["first", "last"] {
        for number in 0..300 {
            write(
                &preview.path(&format!("till/docs/page-{number}.md")),
                &format!("# Page {number}\n\n{round} words\n"),
            );
        }
    }
    for number in [0, 150, 299] {
        loop {
            let mut events = preview.open(&page(number));
            if preview.get(&page(number)).1.contains("last words") {
                break;
            }
            while events.next().is_some_and(|(name, _)| name != "reload") {}
        }
    }
    drop(slow);
    assert_eq!(preview.get("/dev/").0, 200);
}

#[test]
fn pages_may_ask_only_for_what_the_settings_allow() {
    let tower = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = tower.local_addr().unwrap();
    // Says what it was asked for, as JSON.
    std::thread::spawn(move || {
        for stream in tower.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
            let first = lines.next().unwrap_or_default();
            lines.for_each(drop);
            let body = json!({ "asked": first.split(' ').nth(1) }).to_string();
            let length = body.len();
            write!(&stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").ok();
        }
    });
    let preview = Preview::new(&["--proxy"]);
    let mut events = preview.open("/dev/");
    let settings = std::fs::read_to_string(preview.path("site.toml")).unwrap().replace("Preview", "Tower");
    let proxies = format!("[proxies.tower]\nurl = \"http://{address}/v1\"\nallow = [\"/boats/**\"]\n");
    write(&preview.path("site.toml"), &format!("{settings}{proxies}"));
    events.until("reload");
    let below = "/dev/api/proxy";
    assert_eq!(
        preview.json("GET", &format!("{below}/tower/boats/a%20b?at=sea"), ""),
        (200, json!({ "asked": "/v1/boats/a%20b?at=sea" }))
    );
    let asked = [
        ("GET", "/tower/crew", "", 403),
        ("GET", "/harbour/boats/1", "", 404),
        ("POST", "/tower/boats/1", "", 405),
        ("GET", "/tower/boats/1", "Sec-Fetch-Site: cross-site", 403),
        ("GET", "/tower/boats/1", "Sec-Fetch-Site: same-origin", 200),
    ];
    preview.answers(below, &asked);
    // Without the option there is no way through.
    let closed = Preview::new(&[]);
    assert_eq!(closed.get("/dev/api/proxy/tower/boats/1").0, 404);
}

#[test]
fn the_read_api_answers_live() {
    let preview = Preview::new(&[]);
    let exported = program(preview.dir.path(), &["catalog", "export"]).output().unwrap();
    let exported: Value = serde_json::from_slice(&exported.stdout).unwrap();
    let all = exported["entities"].as_array().unwrap();
    let till = all.iter().find(|entity| entity["metadata"]["name"] == "till").unwrap();
    let api = "/dev/api/catalog";
    let get = |path: &str| preview.json("GET", &format!("{api}{path}"), "");
    assert_eq!(get("/entities"), (200, Value::Array(all.clone())));
    assert_eq!(get("/entities?filter=kind=component,spec.type=service&filter=kind=api"), (200, json!([till])));
    assert_eq!(get("/entities/by-name/Component/default/Till"), (200, till.clone()));
    assert_eq!(get("/entities/by-name/component/default/none").1["error"]["name"], "NotFoundError");
    assert_eq!(get("/entities?filter=%3D").0, 400);
    let (_, page) = get("/entities/by-query?limit=1&orderField=metadata.name,desc&fields=metadata.name");
    assert_eq!((&page["items"], &page["totalItems"]), (&json!([{"metadata": {"name": "till"}}]), &all.len().into()));
    let cursor = page["pageInfo"]["nextCursor"].as_str().unwrap();
    assert_eq!(get(&format!("/entities/by-query?limit=1&cursor={cursor}")).1["items"][0]["metadata"]["name"], "sales");
    let (_, head, _) = preview.ask("GET", &format!("{api}/entities?limit=1"), &[], "");
    assert!(head.contains("Link: </dev/api/catalog/entities?limit=1&after="), "{head}");
    assert_eq!(get("/entity-facets?facet=kind").1["facets"]["kind"][0], json!({"value": "Component", "count": 1}));
    let (_, found) = preview.json(
        "POST",
        &format!("{api}/entities/by-refs"),
        r#"{"entityRefs": ["component:none", "component:till"]}"#,
    );
    assert_eq!(found, json!({ "items": [null, till] }));
    assert_eq!(get("/entities/by-name/component/default/till/ancestry").1["rootEntityRef"], "component:default/till");
    let (_, locations) = get("/locations");
    assert_eq!(get(&format!("/locations/{}", locations[0]["data"]["id"].as_str().unwrap())).1, locations[0]["data"]);
    assert_eq!(preview.json("POST", &format!("{api}/locations"), "{}").0, 403);
    let validate = |entity: &Value| {
        preview.json("POST", &format!("{api}/validate-entity"), &json!({ "entity": entity }).to_string()).0
    };
    let mut written = till.clone();
    written.as_object_mut().unwrap().remove("relations");
    assert_eq!((validate(&written), validate(&json!({"kind": "Component"}))), (200, 400));

    let ask = |query: &str| preview.json("POST", "/dev/api/graphql", &json!({ "query": query }).to_string()).1;
    let answer = ask("{ entity(ref: \"component:till\") { relations(type: \"ownedBy\") { target { name } } } }");
    assert_eq!(answer["data"]["entity"]["relations"][0]["target"]["name"], "sales");
    let deep = format!(
        "{{ entities(filter: []) {{ items {{ {} ref {} }} }} }}",
        "relations { target { ".repeat(9),
        "} }".repeat(9)
    );
    assert!(ask(&deep)["errors"][0]["message"].is_string());
    assert!(preview.get("/dev/api/graphql").1.contains("<textarea"));
}

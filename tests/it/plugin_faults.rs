//! Programs and endpoints that misbehave: every page is made all the same, and the findings name plugin and entity.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// A portal of two components in a folder of its own.
struct Site {
    dir: tempfile::TempDir,
}

const CATALOG: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: NAME, annotations: {x/id: NAME}}\nspec: {type: service, lifecycle: production, owner: crew}\n";

impl Site {
    fn new(settings: &str, plugin: &str) -> Self {
        let site = Self { dir: tempfile::tempdir().unwrap() };
        let documents = ["anchor", "buoy"].map(|name| CATALOG.replace("NAME", name)).join("---\n");
        site.write("repo/catalog-info.yaml", &documents);
        site.write("site.toml", &format!("{settings}\n[plugins]\ndirs = [\"plugins\"]\n[[sources]]\ndir = \"repo\"\n"));
        site.write("plugins/probe/plugin.toml", plugin);
        site
    }

    fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Builds, and gives the summary; the build always succeeds.
    fn build(&self, arguments: &[&str]) -> Value {
        let output = Command::new(env!("CARGO_BIN_EXE_callboard"))
            .args(["build", "--json"])
            .args(arguments)
            .current_dir(self.dir.path())
            .env("CALLBOARD_CACHE_DIR", self.path("cache"))
            .env("PROBE_TOKEN", "a-secret-of-some-length")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(!String::from_utf8_lossy(&output.stderr).contains("a-secret-of-some-length"));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The page of a component; both must be there.
    fn page(&self, name: &str) -> String {
        let page = |name: &str| {
            std::fs::read_to_string(self.path(&format!("dist/catalog/default/component/{name}/index.html"))).unwrap()
        };
        assert!(page("anchor").contains("anchor") && page("buoy").contains("buoy"));
        page(name)
    }
}

/// Messages of findings with a code, with what they are about in front.
fn findings(summary: &Value, code: &str) -> Vec<String> {
    let all = summary["diagnostics"].as_array().unwrap().iter().filter(|finding| finding["code"] == code);
    all.map(|finding| {
        format!("{}: {}", finding["subject"].as_str().unwrap_or(""), finding["message"].as_str().unwrap())
    })
    .collect()
}

/// Time for programs and endpoints that are to answer, however busy the machine is.
const PLENTY: u64 = 300;

fn program(script: &str) -> Site {
    program_within(PLENTY, script)
}

fn program_within(seconds: u64, script: &str) -> Site {
    let site = Site::new(
        "",
        &format!(
            "title = \"Probe\"\n[for]\nkind = \"Component\"\n[program]\ncommand = [\"sh\", \"run.sh\"]\nhooks = [\"enrich\"]\n\
             timeout_seconds = {seconds}\noutput_bytes = 1_000_000\n"
        ),
    );
    site.write("plugins/probe/run.sh", script);
    site
}

/// Answers every question with a card, in the order of its lines.
const HONEST: &str = "while read -r line; do id=${line#*'\"id\":\"'}; id=${id%%'\"'*}; echo \"{\\\"id\\\":\\\"$id\\\",\\\"cards\\\":[{\\\"title\\\":\\\"Card\\\",\\\"text\\\":\\\"said $id\\\"}],\\\"facts\\\":[{\\\"name\\\":\\\"depth\\\",\\\"value\\\":7}]}\"; done";

#[test]
fn an_honest_program_is_started_once_and_remembered() {
    let site = program(&format!("echo x >> starts\n{HONEST}\n"));
    let first = site.build(&[]);
    assert_eq!(findings(&first, "CB0614"), [""; 0]);
    assert!(site.page("anchor").contains("said 0") && site.page("buoy").contains("said 1"));
    assert!(site.page("anchor").contains("<dt>depth</dt><dd>7</dd>"));
    assert_eq!(std::fs::read_to_string(site.path("plugins/probe/starts")).unwrap(), "x\n");
    // The folder of the program is part of its identity, so what it left there is taken away.
    std::fs::rename(site.path("plugins/probe/starts"), site.path("starts")).unwrap();
    let second = site.build(&[]);
    assert_eq!(second["written"]["changed"], 0);
    assert!(!site.path("plugins/probe/starts").exists(), "it was asked again");
}

#[test]
fn bad_programs_cost_their_own_cards_only() {
    let placeholder = "gave no answer";
    for (script, told) in [
        ("echo sorry >&2; exit 1", "ended with an error"),
        ("sleep 1000 & sleep 1000", "took more than 2 seconds"),
        ("yes", "wrote more than 1000000 bytes"),
        ("head -c 100000000 /dev/zero", "wrote more than 1000000 bytes"),
        ("cat > /dev/null; echo nonsense; echo '{\"id\": 5'", "wrote 2 lines that are no answer"),
        (
            "cat > /dev/null; echo '{\"id\":\"77\"}'; echo '{\"id\":\"x\"}'",
            "wrote 2 answers to questions that were not asked",
        ),
        ("no-such-program", "ended with an error"),
    ] {
        let site = program_within(if told.starts_with("took") { 2 } else { PLENTY }, script);
        let told_all = findings(&site.build(&[]), "CB0614");
        assert!(told_all.iter().any(|text| text.contains(told)), "{script}: {told_all:?}");
        for entity in ["component:default/anchor", "component:default/buoy"] {
            let names = |text: &String| text.starts_with(entity) && text.contains("`probe`");
            assert!(told_all.iter().any(names), "{script}: {entity} is not named: {told_all:?}");
        }
        assert!(site.page("anchor").contains(placeholder), "{script}");
    }
}

#[test]
fn half_an_answer_is_half_a_loss() {
    // A flood ends it, and not the clock: what was said before counts however slow the machine is.
    let site = program("echo '{\"id\":\"1\",\"cards\":[{\"title\":\"Card\",\"text\":\"in time\"}]}'; yes");
    let told = findings(&site.build(&[]), "CB0614");
    assert!(site.page("buoy").contains("in time"));
    assert!(told.iter().any(|text| text.starts_with("component:default/anchor")), "{told:?}");
    assert!(!told.iter().any(|text| text.starts_with("component:default/buoy")), "{told:?}");
}

#[test]
fn what_a_program_says_is_sanitised() {
    let html = "<script>alert(1)</script><p onclick='x'>kept <a href='javascript:y'>z</a></p><img src=x onerror=alert(2)><cb-meter value='5'></cb-meter>";
    let answer =
        serde_json::json!({ "id": "0", "cards": [{ "title": "<script>t</script>", "html": html }], "error": null });
    let site = program("cat > /dev/null; cat answer.json; echo");
    site.write("plugins/probe/answer.json", &answer.to_string());
    site.build(&[]);
    let page = site.page("anchor");
    assert!(page.contains("kept ") && page.contains("cb-meter-done"));
    for never in ["alert(", "onclick", "javascript:", "<script>t"] {
        assert!(!page.contains(never), "{never}");
    }
}

#[test]
fn a_program_sees_only_the_variables_that_are_named() {
    let site = program("env > seen; cat > /dev/null");
    site.build(&[]);
    let seen = std::fs::read_to_string(site.path("plugins/probe/seen")).unwrap();
    assert!(seen.contains("PATH=") && seen.contains("CALLBOARD_PROTOCOL=1"), "{seen}");
    assert!(!seen.contains("PROBE_TOKEN") && !seen.contains("CALLBOARD_CACHE_DIR"), "{seen}");
}

#[test]
fn programs_contribute_entities_pages_documents_and_checks() {
    let site = Site::new(
        "",
        "[program]\ncommand = [\"sh\", \"run.sh\"]\nhooks = [\"harvest\", \"page\", \"docs\", \"check\"]\nfiles = [\"docs/*.adoc\"]\nkind = \"Component\"\n",
    );
    site.write(
        "plugins/probe/run.sh",
        r##"while read -r line; do
id=${line#*'"id":"'}; id=${id%%'"'*}
case $line in
*'"hook":"harvest"'*) echo "{\"id\":\"$id\",\"entities\":[{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Group\",\"metadata\":{\"name\":\"crew\"},\"spec\":{\"type\":\"team\",\"children\":[]}}]}";;
*'"hook":"page"'*) echo "{\"id\":\"$id\",\"pages\":[{\"title\":\"All hands\",\"path\":\"hands\",\"markdown\":\"*every* hand\"}]}";;
*'"hook":"docs"'*) echo "{\"id\":\"$id\",\"markdown\":\"# Out of AsciiDoc\"}";;
*'"hook":"check"'*) echo "{\"id\":\"$id\",\"findings\":[{\"message\":\"no lifeboat\",\"severity\":\"error\"}]}";;
esac; done"##,
    );
    site.write("repo/mkdocs.yml", "site_name: Rigging\n");
    site.write("repo/docs/index.md", "# Rigging\n\n[More](more.md)\n");
    site.write("repo/docs/more.adoc", "= More\n");
    let documents = site.path("repo/catalog-info.yaml");
    let text =
        std::fs::read_to_string(&documents).unwrap().replace("x/id: anchor", "backstage.io/techdocs-ref: 'dir:.'");
    std::fs::write(&documents, text).unwrap();
    let summary = site.build(&[]);
    assert!(site.path("dist/catalog/default/group/crew/index.html").exists());
    let hands = std::fs::read_to_string(site.path("dist/plugins/probe/hands/index.html")).unwrap();
    assert!(hands.contains("<em>every</em> hand"));
    let more = std::fs::read_to_string(site.path("dist/docs/default/component/anchor/more/index.html")).unwrap();
    assert!(more.contains("Out of AsciiDoc"));
    let told = findings(&summary, "CB0612");
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(told[0], "component:default/anchor: no lifeboat (check of the plugin `probe`)");
}

/// A server that answers each connection by `answer`, with the number of the request and its head.
fn server(answer: impl Fn(usize, &str, TcpStream) + Send + Sync + 'static) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (answer, counted) = (Arc::clone(&answer), Arc::clone(&counted));
            std::thread::spawn(move || {
                let mut head = Vec::new();
                let mut stream = stream;
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count > 0) {
                    head.push(byte[0]);
                }
                if !head.is_empty() {
                    let number = counted.fetch_add(1, Ordering::SeqCst);
                    answer(number, &String::from_utf8_lossy(&head), stream);
                }
            });
        }
    });
    (base, count)
}

fn respond(mut stream: TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}").ok();
}

const CARD: &str = "title = \"Probe\"\n[for]\nannotation = \"x/id\"\n[[data]]\nname = \"tide\"\nproxy = \"sea\"\npath = \"/tides/{value}?days=1\"\npointer = \"/now\"\n\
                    [[card]]\ntitle = \"Tide\"\ntemplate = \"<p>{{ data.tide.metres }} metres</p>\"\n[[fact]]\ntitle = \"Metres\"\ndata = \"tide\"\npointer = \"/metres\"\n";

fn proxy(base: &str, more: &str) -> Site {
    let timeout =
        if more.contains("timeout_seconds") { String::new() } else { format!("timeout_seconds = {PLENTY}\n") };
    let settings =
        format!("[proxies.sea]\nurl = \"{base}/api\"\n{timeout}retries = 1\nrequests_per_second = 1000\n{more}\n");
    Site::new(&settings, CARD)
}

#[test]
fn an_endpoint_is_asked_once_while_its_answer_is_good() {
    let (base, count) = server(|_, head, stream| {
        assert!(head.contains("authorization: Bearer a-secret-of-some-length"), "{head}");
        let metres = if head.starts_with("GET /api/tides/anchor?days=1 ") { 3 } else { 4 };
        let body = format!("{{\"now\":{{\"metres\":{metres}}},\"echo\":\"a-secret-of-some-length\"}}");
        respond(stream, "200 OK", "Content-Type: application/json\r\n", &body);
    });
    let site = proxy(&base, "allow = [\"/tides/*\"]\n[proxies.sea.headers]\nAuthorization = \"Bearer ${PROBE_TOKEN}\"");
    site.build(&[]);
    assert!(site.page("anchor").contains("<p>3 metres</p>") && site.page("buoy").contains("<p>4 metres</p>"));
    assert!(site.page("anchor").contains("<dt>Metres</dt><dd>3</dd>") && site.page("anchor").contains("From sea"));
    let second = site.build(&[]);
    assert_eq!((count.load(Ordering::SeqCst), &second["memo"]["made"]), (2, &Value::from(0)));
    // Nothing that is kept or written holds the secret.
    let mut folders = vec![site.path("cache"), site.path("dist")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                let held = bytes.windows(23).any(|part| part == b"a-secret-of-some-length");
                assert!(!held, "{}", path.display());
            }
        }
    }
    let offline = site.build(&["--offline", "--cold"]);
    assert_eq!((count.load(Ordering::SeqCst), findings(&offline, "CB0610").len()), (2, 0));
}

#[test]
fn bad_endpoints_cost_their_own_cards_only() {
    type Answer = fn(usize, &str, TcpStream);
    let cases: [(&str, Answer); 7] = [
        ("gave no whole answer in 1 seconds", |_, _, stream| {
            // Held open until the client gives up.
            let mut stream = stream;
            std::io::copy(&mut stream, &mut std::io::sink()).ok();
        }),
        ("status 500", |_, _, stream| respond(stream, "500 Internal Server Error", "", "{}")),
        ("status 404", |_, _, stream| respond(stream, "404 Not Found", "", "{}")),
        ("status 429", |_, _, stream| respond(stream, "429 Too Many Requests", "Retry-After: 3600\r\n", "")),
        ("a web page instead of data", |_, _, stream| {
            respond(stream, "200 OK", "Content-Type: text/html\r\n", "<!doctype html><form>");
        }),
        ("redirects to `elsewhere.example`", |_, _, stream| {
            respond(stream, "302 Found", "Location: https://elsewhere.example/\r\n", "");
        }),
        ("more than 1000 bytes", |_, _, stream| {
            let mut stream = stream;
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[").ok();
            while stream.write_all(&[b' '; 4096]).is_ok() {}
        }),
    ];
    for (told, answer) in cases {
        let (base, _) = server(answer);
        let timeout = if told.contains("seconds") { "timeout_seconds = 1\n" } else { "" };
        let site = proxy(&base, &format!("{timeout}[limits]\nplugin_data_bytes = 1000"));
        check_failed(&site, told);
    }
    // Port 1 is nobody's: one that was free a moment ago may be somebody's now.
    let base = "http://127.0.0.1:1";
    check_failed(&proxy(base, ""), "cannot be reached");
    check_failed(&proxy(base, "allow = [\"/other/**\"]"), "none of the paths");
    check_failed(&proxy(base, "[proxies.sea.headers]\nX = \"${NO_SUCH_VARIABLE}\""), "`NO_SUCH_VARIABLE` is not set");
}

fn check_failed(site: &Site, told: &str) {
    let summary = site.build(&[]);
    for entity in ["component:default/anchor", "component:default/buoy"] {
        let all = findings(&summary, "CB0610");
        let names = |text: &String| text.starts_with(entity) && text.contains("`probe`");
        assert!(all.iter().any(names), "{told}: {all:?}");
    }
    let all = [findings(&summary, "CB0610"), findings(&summary, "CB0613")].concat();
    assert!(all.iter().any(|text| text.contains(told)), "{told}: {all:?}");
    assert!(site.page("buoy").contains("This could not be shown"), "{told}");
}

#[test]
fn a_short_wait_is_waited_for() {
    // The two entities are asked about side by side: each is told to wait once.
    let waited = Mutex::new(BTreeSet::new());
    let (base, count) = server(move |_, head, stream| {
        let first = waited.lock().unwrap().insert(head.lines().next().unwrap_or_default().to_owned());
        if first {
            respond(stream, "429 Too Many Requests", "Retry-After: 0\r\n", "");
        } else {
            respond(stream, "200 OK", "", "{\"now\":{\"metres\":2}}");
        }
    });
    let site = proxy(&base, "");
    let summary = site.build(&[]);
    assert_eq!(findings(&summary, "CB0613"), [""; 0]);
    assert!(site.page("anchor").contains("2 metres"));
    assert_eq!(count.load(Ordering::SeqCst), 4);
}

#[test]
fn an_endpoint_that_goes_down_leaves_its_last_answers() {
    let (base, _) = server(|number, _, stream| match number {
        0 | 1 => respond(stream, "200 OK", "", "{\"now\":{\"metres\":2}}"),
        _ => respond(stream, "503 Service Unavailable", "", ""),
    });
    let site = proxy(&base, "cache_minutes = 0");
    site.build(&[]);
    let summary = site.build(&[]);
    let told = findings(&summary, "CB0611");
    assert!(told.len() == 2 && told[0].contains("`probe` shows an earlier state of `tide`"), "{told:?}");
    assert_eq!(findings(&summary, "CB0613").len(), 1);
    let page = site.page("anchor");
    assert!(page.contains("2 metres") && page.contains("may be out of date") && page.contains("status 503"));
}

#[test]
fn recorded_answers_stand_for_an_endpoint_and_a_missing_one_is_told() {
    let site = Site::new("[proxies.sea]\nrecorded = \"sea.json\"\n", CARD);
    let answers = |tides: &str| {
        site.write("sea.json", &format!("{{\"recorded\":\"2026-03-01T10:00:00Z\",\"answers\":{{{tides}}}}}"));
    };
    answers("\"/tides/anchor?days=1\":{\"now\":{\"metres\":3}}");
    let summary = site.build(&["--offline"]);
    let page = site.page("anchor");
    assert!(page.contains("<p>3 metres</p>") && page.contains("From sea, recorded <time"), "{page}");
    assert!(page.contains("2026-03-01 10:00 UTC") && !page.contains("may be out of date"));
    let told = findings(&summary, "CB0610");
    assert!(told.len() == 1 && told[0].starts_with("component:default/buoy"), "{told:?}");
    assert!(
        told[0].contains("`probe`") && told[0].contains("no answer to `/tides/buoy?days=1` is recorded"),
        "{told:?}"
    );
    // The file is part of what the site is made from, and unchanged it is not made again.
    assert_eq!(site.build(&[])["written"]["changed"], 0);
    answers("\"/tides/anchor?days=1\":{\"now\":{\"metres\":5}},\"/tides/buoy?days=1\":{\"now\":{\"metres\":6}}");
    assert_eq!(findings(&site.build(&[]), "CB0610"), [""; 0]);
    assert!(site.page("anchor").contains("<p>5 metres</p>") && site.page("buoy").contains("<p>6 metres</p>"));
    site.write("sea.json", "{}");
    let broken = findings(&site.build(&[]), "CB0613");
    assert!(broken.len() == 1 && broken[0].contains("`sea.json` holds no recorded answers"), "{broken:?}");
}

#[test]
fn a_misspelt_answer_is_told_with_the_near_miss() {
    let site = program("cat > /dev/null; cat answers");
    site.write(
        "plugins/probe/answers",
        "{\"id\":\"0\",\"fact\":[],\"hook\":\"enrich\"}\n{\"id\":\"1\",\"cards\":[{\"title\":\"Card\",\"htm\":\"<p>x</p>\"}]}\n",
    );
    let told = findings(&site.build(&[]), "CB0614");
    let wanted = [
        "component:default/anchor: the answer of the plugin `probe` about this is read in part: it has a key `fact` that nobody reads; did you mean `facts`?",
        "component:default/buoy: the answer of the plugin `probe` about this is read in part: `Card` has neither `html` nor `markdown` nor `text`",
        "component:default/buoy: the answer of the plugin `probe` about this is read in part: it has a key `htm` that nobody reads; did you mean `html`?",
    ];
    assert_eq!(told, wanted);
}

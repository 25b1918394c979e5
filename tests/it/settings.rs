//! `site.toml`: every mistake is told with its place and the near miss, and stops with exit code 2.

use std::path::Path;
use std::process::{Command, Output};

fn build(dir: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
    command.args(["build", "--quiet", "--cache-dir"]).arg(dir.join("cache")).current_dir(dir);
    command.output().unwrap()
}

/// Text of `site.toml`, and what the error must say.
const MISTAKES: &[(&str, &[&str])] = &[
    ("titel = \"x\"\n", &["site.toml:1:1: error[CB0102]: unknown key `titel`", "did you mean `title`?"]),
    ("title = 3\n", &["site.toml:1:9: error[CB0103]: `title` must be a string, not integer"]),
    ("title = \n", &["site.toml:1:", "error[CB0101]"]),
    (
        "[theme]\nacent_hue = 3\n",
        &["site.toml:2:1: error[CB0102]: unknown key `acent_hue` in `[theme]`", "`accent_hue`"],
    ),
    ("[theme]\naccent_hue = 400\n", &["site.toml:2:14: error[CB0104]", "0 to 359"]),
    ("[theme]\ndir = \"nowhere\"\n", &["site.toml:2:7: error[CB0105]: there is no `nowhere`"]),
    ("[catalog]\nmodel = \"buildin\"\n", &["site.toml:2:9: error[CB0104]", "did you mean `builtin`?"]),
    ("[[sources]]\n", &["site.toml:1:1: error[CB0106]: a source needs `dir`, `git`, `list` or `snapshots`"]),
    ("[[sources]]\ndir = \"a\"\ngit = \"b\"\n", &["only one of `dir`, `git`, `list` and `snapshots`"]),
    ("[[sources]]\ndir = \"nowhere\"\n", &["site.toml:2:7: error[CB0105]: there is no folder `nowhere`"]),
    ("[[sources]]\ngit = \"x\"\npath = \"../x\"\n", &["site.toml:3:8: error[CB0104]", "leaves the repository"]),
    ("[[sources]]\ngit = \"x\"\nbranch = \"a\"\ntag = \"b\"\n", &["site.toml:4:7", "one revision too many"]),
    (
        "[[sources]]\ngit = \"x\"\ntoken_env = \"ghp-secret\"\n",
        &["site.toml:3:13", "environment variable, not a token"],
    ),
    ("[[sources]]\nlist = \"repos.txt\"\n", &["site.toml:2:8: error[CB0105]: cannot read `repos.txt`"]),
    ("base_url = \"portal\"\n", &["site.toml:1:12: error[CB0104]", "`https://host/path/`"]),
    ("[limits]\npage_byte = 3\n", &["site.toml:2:1: error[CB0102]", "`page_bytes`"]),
    ("[limits]\npage_bytes = -3\n", &["site.toml:2:14: error[CB0103]"]),
    (
        "[diagrams.plantum]\ncommand = [\"x\"]\n",
        &["error[CB0104]: `plantum` is no language", "did you mean `plantuml`?"],
    ),
    ("[diagrams.d2]\n", &["site.toml:1:1: error[CB0106]: `[diagrams.d2]` needs `command`"]),
    ("[diagrams]\nd2 = \"x\"\n", &["site.toml:2:6: error[CB0103]"]),
    ("[plugins]\nsonarqube = 3\n", &["site.toml:2:13: error[CB0103]"]),
];

#[test]
fn every_mistake_has_a_place_and_a_hint() {
    for (text, wanted) in MISTAKES {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("site.toml"), text).unwrap();
        let output = build(dir.path());
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{text}\n{errors}");
        for words in *wanted {
            assert!(errors.contains(words), "{text}\nwanted {words}\ngot {errors}");
        }
        assert!(!dir.path().join("dist").exists(), "nothing is written: {text}");
    }
}

#[test]
fn without_any_settings_it_says_what_it_looks_for() {
    let dir = tempfile::tempdir().unwrap();
    let output = build(dir.path());
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("catalog-info.yaml") && errors.contains("mkdocs.yml"), "{errors}");
}

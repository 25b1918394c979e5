/// The word by which a grammar is found, for an author's word; `None` if the text is to be shown plain.
pub(super) fn canonical(word: &str) -> Option<String> {
    let word = word.split([',', ':', '{', ' ']).next().unwrap_or_default().trim().to_ascii_lowercase();
    let name = match word.as_str() {
        "" | "text" | "txt" | "plain" | "plaintext" | "none" | "output" | "ascii" | "console-output" | "log" => {
            return None;
        }
        // Pictures of their own; their source is shown as it is.
        "mermaid" | "plantuml" | "puml" | "uml" | "c4plantuml" | "d2" | "ditaa" | "math" => return None,
        "jsonc" | "json5" | "jsonl" | "ndjson" | "json-ld" | "geojson" | "webmanifest" => "json",
        "ps1" | "posh" | "pwsh" | "psm1" => "powershell",
        "sh" | "shell" | "zsh" | "ksh" | "bash-script" | "env-sh" | "bats" => "bash",
        "console" | "shell-session" | "shellsession" | "terminal" | "sh-session" | "bash-session" | "commandline" => {
            "console"
        }
        "yml" | "yaml+jinja" | "helm" | "openapi" | "compose" => "yaml",
        "golang" => "go",
        "py" | "py3" | "python3" | "pycon" | "ipython" => "python",
        "js" | "mjs" | "cjs" | "node" | "javascript" => "javascript",
        "ts" | "mts" | "cts" | "typescript" => "typescript",
        "tsx" => "tsx",
        "jsx" => "jsx",
        "rs" => "rust",
        "tf" | "terraform" | "hcl" | "tfvars" | "opentofu" => "hcl",
        "docker" | "dockerfile" | "containerfile" => "dockerfile",
        "kt" | "kts" => "kotlin",
        "rb" => "ruby",
        "cs" | "c#" | "csharp" => "cs",
        "c++" | "cxx" | "hpp" => "cpp",
        "objc" | "objective-c" => "m",
        "proto" | "protobuf" | "proto3" => "proto",
        "gql" | "graphql" => "graphql",
        "md" | "markdown" | "mdx" => "md",
        "htm" | "html" | "html5" | "xhtml" => "html",
        "patch" | "udiff" => "diff",
        "make" | "mk" => "makefile",
        "cfg" | "conf" | "editorconfig" | "gitconfig" | "systemd" => "ini",
        "dotenv" | ".env" => "env",
        "bat" | "cmd" | "batch" => "bat",
        "jinja" | "jinja2" | "j2" => "jinja2",
        "postgres" | "postgresql" | "mysql" | "plsql" | "psql" | "sqlite" => "sql",
        "regexp" => "regex",
        "vim" | "vimscript" => "vim",
        "gv" | "graphviz" => "dot",
        other => other,
    };
    Some(name.to_owned())
}

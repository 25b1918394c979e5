//! Code in, HTML with about fifteen classes out.
//!
//! One small interface, `language, text → runs of (class, text)`, behind which lexers stand: [`grammar`] for everything,
//! faster ones for the languages that documentation is full of. Spans never cross lines, plain text has none, and equal
//! neighbours are one.

mod class;
mod code;
mod data;
mod grammar;
mod language;
mod markup;
mod shell;
mod sink;
mod words;

use crate::base::{SafeHtml, escape_html};

use language::canonical;
use sink::Sink;

use super::CodeBlock;

/// Lines longer than this are not looked at: the block is shown plain.
const LONGEST_LINE: usize = 20_000;

/// Highlights a block; see [`super::highlight`].
pub(super) fn highlight_block(code: &CodeBlock, limit: u64) -> SafeHtml {
    let bounded = code.text.len() as u64 <= limit && code.text.lines().all(|line| line.len() <= LONGEST_LINE);
    let Some(language) = canonical(&code.language).filter(|_| bounded) else { return plain(&code.text) };
    let mut sink = Sink::new(code.text.len());
    if lex(&language, &code.text, &mut sink) { sink.finish() } else { plain(&code.text) }
}

/// Picks the lexer of a language; `false` if there is none.
fn lex(language: &str, text: &str, sink: &mut Sink) -> bool {
    match language {
        "yaml" => data::yaml(text, sink),
        "json" => data::json(text, sink),
        "ini" | "toml" | "properties" | "env" => data::ini(text, sink),
        "diff" => data::diff(text, sink),
        // Authors call sessions scripts as often as not.
        "bash" | "console" => shell::session(text, sink),
        "dockerfile" => shell::dockerfile(text, sink),
        "html" | "xml" => markup::lex(text, sink),
        _ => match words::grammar(language) {
            Some(grammar) => code::lex(grammar, text, sink),
            None => return grammar::lex(language, text, sink),
        },
    }
    true
}

/// Code without classes.
pub(super) fn plain(text: &str) -> SafeHtml {
    SafeHtml::vouched(escape_html(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(language: &str, text: &str) -> String {
        let code = CodeBlock { language: language.to_owned(), text: text.to_owned() };
        highlight_block(&code, 1 << 20).as_str().to_owned()
    }

    /// The words of highlighted code.
    fn words(html: &str) -> String {
        let mut out = String::new();
        let mut rest = html;
        while let Some((text, tag)) = rest.split_once('<') {
            out.push_str(text);
            rest = tag.split_once('>').map_or("", |(_, after)| after);
        }
        out.push_str(rest);
        out.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
    }

    #[test]
    fn text_is_kept_and_spans_end_with_lines() {
        let text = "def f(x):\n    \"\"\"doc\n    <b>\"\"\"\n    return x & 1  # 'c'\n";
        for language in ["python", "py", "rust", "nonsense", "", "html", "mermaid", "console"] {
            let html = show(language, text);
            assert_eq!(words(&html), text, "{language}");
            for line in html.lines() {
                assert_eq!(line.matches("<span").count(), line.matches("</span>").count(), "{language}: {line}");
            }
        }
        assert!(show("python", text).contains("<span class=\"h-k\">def"));
    }

    #[test]
    fn aliases_find_their_grammar() {
        for (language, text) in [
            ("jsonc", "{\"a\": 1}"),
            ("json5", "{\"a\": 1}"),
            ("ps1", "$x = 'y'"),
            ("shell-session", "$ echo \"hi\""),
            ("yml", "a: 'b'"),
            ("golang", "func main() {}"),
            ("hcl", "a = \"b\""),
            ("docker", "FROM x"),
            ("ts", "const a = 'b'"),
            ("rust,ignore", "fn x() {}"),
        ] {
            assert!(show(language, text).contains("<span"), "{language}");
        }
        assert!(!show("mermaid", "graph TD").contains("<span"));
    }

    #[test]
    fn large_blocks_and_long_lines_stay_plain() {
        let code = CodeBlock { language: "rust".to_owned(), text: "fn x() {}\n".repeat(20) };
        assert!(!highlight_block(&code, 100).as_str().contains("<span"));
        assert!(!show("rust", &"fn ".repeat(10_000)).contains("<span"));
    }
}

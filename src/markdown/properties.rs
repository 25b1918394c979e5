//! What holds for every text besides safety ([`super::safety_tests`]): places, repeatability, words of code.

use proptest::prelude::*;

use super::raw_html::{Token, decode, tokens};
use super::{CodeBlock, Dialect, Resolved, compose, highlight, read};

/// Pieces of syntax and of attacks, of which texts are made.
const PIECES: &[&str] = &[
    "\n",
    "\n\n",
    " ",
    "    ",
    "  ",
    "- ",
    "1. ",
    "> ",
    "# ",
    "```",
    "```js title=\"",
    "~~~\n",
    "!!! note \"",
    "??? tip\n",
    "=== \"",
    "/// note\n",
    "///\n",
    ":::tip\n",
    ":::\n",
    "| a | b |\n|---|---|\n",
    "|",
    "[",
    "](",
    ")",
    "![",
    "{.x onclick=a}",
    "{: #cb-x }",
    "*",
    "**",
    "_",
    "==",
    "^^",
    "~~",
    "++ctrl++",
    "{++",
    "++}",
    "`",
    "``",
    "[^1]",
    "[^1]: ",
    "*[A]: ",
    "A",
    ":rocket:",
    "Term\n:   ",
    "<script>",
    "</script>",
    "<img src=x onerror=alert(1)>",
    "<a href=\"",
    "javascript:alert(1)",
    "data:text/html,",
    "https://x.y/",
    "\"",
    "'",
    ">",
    "<",
    "&",
    "&lt;",
    "&#x3c;",
    "&#60;script&#62;",
    "<div",
    "<div markdown>",
    "</div>",
    "<b>",
    "</b>",
    "<p>",
    "<table>",
    "<tr><td>",
    "</table>",
    "<svg><style>",
    "<math><mi//xlink:href=",
    "<style>",
    "<!--",
    "-->",
    "<textarea>",
    "<title>",
    "<noscript>",
    "style=\"x\"",
    " onload=",
    "<input type=radio id=cb-tab-1-1>",
    "\\",
    "$",
    "$$",
    "\\(",
    "\\)",
    "\u{10FA00}",
    "\u{10FA01}",
    "\u{10FA02}",
    "L0",
    "C0",
    "\t",
    "\r\n",
    "\0",
    "é",
    "日本",
    "word",
    "www.x.y",
    "me@x.org",
    "[TOC]",
    "---\n",
    "a: b\n",
    "<xmp>",
    "<iframe srcdoc=\"",
    "xlink:href",
    "<base href=//evil>",
    "<form action=x>",
    "<button formaction=javascript:x>",
];

fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        9 => (0..PIECES.len()).prop_map(|index| PIECES[index].to_owned()),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_is_repeatable_and_leaves_no_place(text in texts()) {
        let dialect = Dialect { depth: 30, math: true, ..Dialect::default() };
        let page = read(&text, &dialect);
        for link in &page.links {
            prop_assert!(text.get(link.span.range()).is_some());
        }
        for problem in &page.problems {
            prop_assert!(text.get(problem.span.range()).is_some());
        }
        let code: Vec<_> = page.code.iter().map(|code| highlight(code, 1 << 16)).collect();
        let html = compose(&page, &Resolved::default(), &code);
        prop_assert!(!html.as_str().contains("cbcode"), "a place was left: {}", html.as_str());
        prop_assert_eq!(&read(&text, &dialect), &page, "reading is not the same twice");
    }

    #[test]
    fn highlighting_keeps_the_text(pieces in texts(), language in 0..LANGUAGES.len()) {
        let code = CodeBlock { language: LANGUAGES[language].to_owned(), text: pieces };
        let html = highlight(&code, 1 << 16);
        let mut shown = String::new();
        for (_, token) in tokens(html.as_str()) {
            if let Token::Text(text) = token {
                shown.push_str(text);
            }
        }
        prop_assert_eq!(decode(&shown), code.text);
    }
}

const LANGUAGES: &[&str] = &[
    "rust",
    "go",
    "js",
    "java",
    "c",
    "python",
    "ruby",
    "hcl",
    "sql",
    "proto",
    "yaml",
    "json",
    "toml",
    "diff",
    "bash",
    "console",
    "dockerfile",
    "html",
    "css",
    "php",
];

//! What holds for every text: properties over random mixtures of Markdown and hostile HTML, and bombs.

use proptest::prelude::*;

use super::raw_html::{Token, tokens};
use super::sanitise::{allowed_url, sanitise};
use super::*;

/// Pieces that texts are mixed of.
const PIECES: &[&str] = &[
    "\n",
    "\n\n",
    " ",
    "    ",
    "a",
    "word",
    "*",
    "**",
    "_",
    "`",
    "```",
    "```js\n",
    "~~~\n",
    "~~",
    "- ",
    "1. ",
    "> ",
    "# ",
    "## x {#id onclick=x}\n",
    "|",
    "|a|b|\n|-|-|\n|c|d|\n",
    "[a](b)",
    "[a](javascript:alert(1))",
    "![a](data:text/html,x)",
    "![a](x \"onerror=alert(1)\")",
    "[x]: javascript:x\n",
    "[x]",
    "[^1]",
    "[^1]: note\n",
    "<b>",
    "</b>",
    "<div>",
    "</div>",
    "<div markdown>\n",
    "<p",
    ">",
    "<",
    "\"",
    "'",
    "=",
    "<a href=\"",
    "<a href='java&#x0a;script:alert(1)'>",
    "</a>",
    "<img src=x onerror=alert(1)>",
    "<img src=`x`onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "</svg>",
    "<math><mi>",
    "<style>",
    "</style>",
    "<script>",
    "</script>",
    "<textarea>",
    "</textarea>",
    "<title>",
    "<template>",
    "<noscript>",
    "<iframe srcdoc='<b>'>",
    "<form action=x>",
    "<table>",
    "<tr><td>",
    "</table>",
    "<select><option>",
    "<!--",
    "-->",
    "--!>",
    "<![CDATA[",
    "]]>",
    "<?x?>",
    "<x-y z>",
    "&lt;",
    "&#60;",
    "&#x3c;script&#x3e;",
    "&#x10FA00;",
    "\u{10FA00}n",
    "\u{10FA01}",
    "\u{10FA02}0\u{10FA01}",
    "\\",
    "\\<",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "!!! note \"<b onclick=x>\"\n    ",
    "??? tip\n    ",
    "=== \"t\"\n    ",
    "/// note | x\n",
    "///\n",
    ":::note\n",
    ":::\n",
    "{: .x onclick=alert(1) }",
    "{onclick=x}",
    "<cb-x>",
    "<i class='cb-search h-k' id=cb-x>",
    "cbcode",
    "$x$",
    "$$",
    "\\(",
    "==m==",
    "^^i^^",
    "{++a++}",
    "++ctrl+c++",
    ":smile:",
    "https://e.org/<b>",
    "www.e.org",
    "a@b.org",
    "*[a]: <script>\n",
    "--8<-- \"x\"\n",
    "{{ a }}",
    "---\n",
    "a: b\n",
    "style=\"x:expression(1)\"",
    "<details open ontoggle=alert(1)>",
    "<summary>",
    "<a href=\"vbscript:x\" target=_top>",
    "<base href=//evil>",
    "<meta http-equiv=refresh content=0>",
    "<link rel=stylesheet href=x>",
    "<object data=x>",
    "<embed src=x>",
];

fn article(text: &str) -> String {
    let dialect = Dialect { depth: 100, math: true, ..Dialect::default() };
    let page = read(text, &dialect);
    let code: Vec<SafeHtml> = page.code.iter().map(|code| highlight(code, 1 << 19)).collect();
    compose(&page, &Resolved::default(), &code).as_str().to_owned()
}

/// What is wrong with an article, if anything is.
fn fault(html: &str) -> Option<String> {
    for (_, token) in tokens(html) {
        let Token::Open { name, attributes, .. } = token else { continue };
        let forbidden =
            ["script", "style", "svg", "iframe", "object", "embed", "form", "base", "meta", "link", "template"];
        if forbidden.contains(&name.as_str()) {
            return Some(format!("an element `{name}`"));
        }
        for attribute in attributes {
            let value = raw_html::decode(attribute.value.unwrap_or_default());
            if attribute.name.starts_with("on") || matches!(attribute.name.as_str(), "style" | "srcdoc" | "srcset") {
                return Some(format!("an attribute `{}` of `{name}`", attribute.name));
            }
            if matches!(attribute.name.as_str(), "href" | "src" | "poster" | "cite")
                && !allowed_url(&value, name == "img")
            {
                return Some(format!("a destination `{value}`"));
            }
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_an_article_that_runs(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
        let text = pieces.concat();
        let html = article(&text);
        prop_assert_eq!(fault(&html), None, "{:?} gave {}", text, html);
        // What the sanitiser lets through it lets through again, unchanged.
        let once = sanitise(&html).as_str().to_owned();
        let twice = sanitise(&once);
        prop_assert_eq!(twice.as_str(), once.as_str());
        // Code and math are put in after sanitising, by renderers that escape all they are given.
        if !html.contains("cb-code") && !html.contains("class=\"math") {
            prop_assert_eq!(once.as_str(), html.as_str(), "{:?}", text);
        }
    }

    #[test]
    fn problems_and_links_stand_in_the_text(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
        let text = pieces.concat();
        let page = read(&text, &Dialect { depth: 100, ..Dialect::default() });
        let spans = page.links.iter().map(|link| link.span).chain(page.problems.iter().map(|problem| problem.span));
        for span in spans {
            prop_assert!(span.start <= span.end && span.range().end <= text.len(), "{span:?} in {text:?}");
        }
        prop_assert!(page.headings.iter().all(|heading| page.anchors.contains(&heading.id)));
    }
}

//! Every way of a Markdown text through the program: read, highlight, compose, and the short form of descriptions.

#![no_main]

use std::collections::BTreeMap;

use callboard::markdown::{self, Dialect, LinkKind, Resolved};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // The first byte chooses what the doc set asks for, the rest is the text.
    let Some((choice, text)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(text);
    let page = markdown::read(&text, &dialect(*choice, &text));
    for span in page.links.iter().map(|link| link.span).chain(page.problems.iter().map(|problem| problem.span)) {
        assert!(text.get(span.range()).is_some(), "{span:?} is no place in the text");
    }
    let mut resolved = Resolved::default();
    for link in page.links.iter().filter(|link| link.kind == LinkKind::Link) {
        resolved.insert(link.kind, link.destination.as_str(), "../elsewhere/?a=1&b=\"2\"");
    }
    let code: Vec<_> = page.code.iter().map(|code| markdown::highlight(code, 1 << 14)).collect();
    holds(markdown::compose(&page, &resolved, &code).as_str());
    holds(markdown::brief(&text).as_str());
});

fn dialect(choice: u8, text: &str) -> Dialect {
    let mut dialect = Dialect { depth: 20 + u32::from(choice >> 4), math: choice & 1 != 0, ..Dialect::default() };
    if choice & 2 != 0 {
        dialect.variables = BTreeMap::from([("a".to_owned(), "<b>{{ a }}".to_owned())]);
    }
    if choice & 4 != 0 {
        // A page that splices in itself, under every name it knows.
        let paths = markdown::snippet_paths(text);
        dialect.snippets = paths.into_iter().take(4).map(|path| (path, text.to_owned())).collect();
    }
    if choice & 8 != 0 {
        dialect.append = vec!["\n*[HTML]: Hyper Text\n\n[a]: b.md\n".to_owned()];
    }
    dialect
}

/// What every article keeps: no place that is filled later is left in it, nothing in it runs, and what is open is closed.
fn holds(html: &str) {
    assert!(!html.contains(|c| ('\u{10FA00}'..='\u{10FAFF}').contains(&c)), "a mark is left: {html}");
    let mut open: Vec<&str> = Vec::new();
    for tag in html.split('<').skip(1) {
        let (inside, _) = tag.split_once('>').expect("an article holds `<` in tags only");
        let name = inside.split([' ', '/']).find(|word| !word.is_empty()).unwrap_or_default();
        assert!(!matches!(name, "script" | "style" | "iframe" | "object" | "embed" | "base"), "<{name}>: {html}");
        if inside.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "an end without a start: {html}");
            continue;
        }
        for attribute in inside.split(' ').skip(1).filter(|_| !inside.contains("=\"on")) {
            let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            let value = value.trim_start_matches('"').trim_start().to_ascii_lowercase();
            let is_address = matches!(key, "href" | "src" | "poster" | "cite" | "action" | "formaction");
            assert!(!(is_address && value.starts_with("javascript:")), "{attribute}: {html}");
        }
        if !matches!(name, "br" | "hr" | "img" | "input" | "wbr" | "col" | "source" | "track" | "area") {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "never closed: {open:?}: {html}");
}

//! Hostile and huge pages: they end, in time that grows in step with their size.

use std::time::{Duration, Instant};

use callboard::markdown::{self, CodeBlock, Dialect, Resolved};

type Bomb = (&'static str, fn(usize) -> String);

/// Texts that made some Markdown tool slow, by size.
const BOMBS: &[Bomb] = &[
    ("quotes", |n| ">".repeat(n)),
    ("quotes on lines", |n| "> > > > > a\n".repeat(n / 12)),
    ("items on one line", |n| "* ".repeat(n / 2)),
    ("nested items", |n| (0..(n as f64).sqrt() as usize).map(|i| format!("{}- a\n", "  ".repeat(i))).collect()),
    ("flat items", |n| "- a\n".repeat(n / 4)),
    ("numbered items", |n| "2. a\n".repeat(n / 5)),
    ("emphasis", |n| "*a _b **c ".repeat(n / 10)),
    ("brackets", |n| "[".repeat(n)),
    ("links", |n| "[a](".repeat(n / 4)),
    ("images", |n| "![".repeat(n / 2)),
    ("definitions of links", |n| (0..n / 12).map(|i| format!("[a{i}]: b\n")).collect()),
    ("backticks", |n| (1..(2 * n).isqrt()).map(|i| format!("{} ", "`".repeat(i))).collect()),
    ("open fences", |n| "~~~a\n".repeat(n / 5)),
    ("open fences in items", |n| "- ~~~a\n".repeat(n / 7)),
    ("open fences in one item", |n| format!("- a\n{}", "  ~~~a\n".repeat(n / 7))),
    ("elements", |n| "<div>".repeat(n / 5)),
    ("elements on lines", |n| "<div>\n\n".repeat(n / 7)),
    ("elements with markdown", |n| "<div markdown>\n".repeat(n / 15)),
    ("closed elements with markdown", |n| {
        format!("{}{}", "<div markdown>\n".repeat(n / 22), "</div>\n".repeat(n / 22))
    }),
    ("end tags", |n| "<b></i>".repeat(n / 7)),
    ("open formatting", |n| "<b><p>".repeat(n / 6)),
    ("attributes", |n| format!("<div {}>", (0..n / 8).map(|i| format!("a{i}=1 ")).collect::<String>())),
    ("comments", |n| "<!--".repeat(n / 4)),
    ("half tags", |n| "<a ".repeat(n / 3)),
    ("entities", |n| "&#38;&amp".repeat(n / 9)),
    ("a wide table", |n| format!("{0}\n{1}\n{0}\n", "|a".repeat(n / 6), "|-".repeat(n / 6))),
    ("a long table", |n| format!("|a|\n|-|\n{}", "|`a|b`|\n".repeat(n / 8))),
    ("a table of html", |n| format!("<table>\n{}</table>", "<tr><td>a\n\n<td>b\n".repeat(n / 18))),
    ("boxes", |n| "!!! note\n    a\n\n".repeat(n / 16)),
    ("nested boxes", |n| (0..(n / 4).isqrt()).map(|i| format!("{}!!! note\n", "    ".repeat(i))).collect()),
    ("slash blocks", |n| "/// note\n".repeat(n / 9)),
    ("colon blocks", |n| ":::note\n".repeat(n / 8)),
    ("tabs", |n| "=== \"a\"\n    b\n".repeat(n / 14)),
    ("footnotes", |n| (0..n / 20).map(|i| format!("[^{i}]\n\n[^{i}]: a\n\n")).collect()),
    ("references to one footnote", |n| format!("{}\n\n[^1]: a", "[^1] ".repeat(n / 5))),
    ("equal headings", |n| "# a\n".repeat(n / 4)),
    ("headings that count", |n| (0..n / 8).map(|i| format!("# a_{}\n", i % 7)).collect()),
    ("marks", |n| "==a ^^b ~~c {++d ".repeat(n / 17)),
    ("short marks", |n| "^a~b".repeat(n / 4)),
    ("colons", |n| ":a".repeat(n / 2)),
    ("addresses", |n| "https://a.b/(((".repeat(n / 15)),
    ("a long address", |n| format!("https://a.b/{}", ")".repeat(n))),
    ("mail", |n| "a.a.a@".repeat(n / 6)),
    ("abbreviations", |n| {
        format!("{}\n{}", (0..n / 24).map(|i| format!("*[A{i}]: b\n")).collect::<String>(), "A ".repeat(n / 4))
    }),
    ("attribute lists", |n| "**a**{.b ".repeat(n / 9)),
    ("definitions", |n| "a\n: b\n\n".repeat(n / 8)),
    ("one long line", |n| "word ".repeat(n / 5)),
    ("prose", |n| "Some *words* of a `page` with [a link](b.md).\n\n".repeat(n / 48)),
];

fn render(text: &str) -> usize {
    let dialect = Dialect { depth: 100, math: true, ..Dialect::default() };
    let page = markdown::read(text, &dialect);
    markdown::compose(&page, &Resolved::default(), &[]).as_str().len()
}

#[test]
fn hostile_pages_end_and_stay_small() {
    for (name, bomb) in BOMBS {
        let text = bomb(6_000);
        let size = render(&text);
        assert!(size < 60 * text.len() + 10_000, "{name}: {size} bytes of HTML from {}", text.len());
    }
}

#[test]
fn hostile_code_ends() {
    for language in ["python", "yaml", "bash", "rust", "json", "markdown", "html"] {
        for text in ["[".repeat(3_000), "\"".repeat(3_000), "{a: ".repeat(800), "$(".repeat(1_500), "/*".repeat(1_500)]
        {
            let code = CodeBlock { language: language.to_owned(), text };
            assert!(markdown::highlight(&code, 1 << 20).as_str().len() < 400_000);
        }
    }
}

/// Prints how time grows when a page doubles: by hand, since tests assert no times.
#[test]
#[ignore = "prints times"]
fn times_of_hostile_pages() {
    let size: usize = std::env::var("BOMB_SIZE").ok().and_then(|size| size.parse().ok()).unwrap_or(100_000);
    for (name, bomb) in BOMBS {
        let time = |n: usize| {
            let text = bomb(n);
            let start = Instant::now();
            render(&text);
            start.elapsed()
        };
        let (one, two) = (time(size), time(size * 2));
        let ratio = two.as_secs_f64() / one.max(Duration::from_micros(1)).as_secs_f64();
        println!("{name:32} {one:>10.1?} {two:>10.1?}  x{ratio:.1}");
    }
}

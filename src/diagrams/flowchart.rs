//! A strict reading of Mermaid's flowcharts. The renderer is lenient: it drops what it does not understand. So the source is
//! read here, mistakes are told where they stand, and the renderer is given one plain statement a line.

use super::expected::without_tags;
use super::fault::Fault;

/// A flowchart as it was read.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Flowchart {
    /// The same, one node or link a line.
    pub text: String,
    /// What is written on nodes, links and groups.
    pub labels: Vec<String>,
    /// How many links there are.
    pub links: usize,
}

/// Most links: `A & B --> C & D` multiplies.
const LINKS: usize = 2_000;

/// Pairs of brackets around the text of a node, the longer ones first.
const SHAPES: &[(&str, &[&str])] = &[
    ("(((", &[")))"]),
    ("((", &["))"]),
    ("([", &["])"]),
    ("[[", &["]]"]),
    ("[(", &[")]"]),
    ("[/", &["/]", "\\]"]),
    ("[\\", &["\\]", "/]"]),
    ("{{", &["}}"]),
    ("[", &["]"]),
    ("(", &[")"]),
    ("{", &["}"]),
    (">", &["]"]),
];

/// Reads a flowchart, its first line included.
pub(super) fn read(source: &str) -> Result<Flowchart, Fault> {
    let mut reader = Reader { rest: source, line: 0, flow: Flowchart::default(), groups: Vec::new() };
    let head = reader.raw_line();
    let direction = head.split_whitespace().nth(1).unwrap_or("TB").to_owned();
    if !["TB", "TD", "BT", "RL", "LR"].contains(&direction.as_str()) {
        return Err(Fault::at(0, format!("`{direction}` is no direction: TB, TD, BT, LR or RL")));
    }
    reader.emit(&format!("flowchart {direction}"));
    loop {
        reader.skip(|c| c.is_whitespace() || c == ';');
        if reader.rest.is_empty() {
            break;
        }
        reader.statement()?;
    }
    match reader.groups.first() {
        Some(line) => Err(Fault::at(*line, "this `subgraph` has no `end`")),
        None => Ok(reader.flow),
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    flow: Flowchart,
    /// Lines of the groups that are open.
    groups: Vec<usize>,
}

impl<'a> Reader<'a> {
    fn statement(&mut self) -> Result<(), Fault> {
        let word = self.rest.split(|c: char| c.is_whitespace() || matches!(c, ';' | ':' | '[' | '{' | '"')).next();
        let line = self.line;
        match word.unwrap_or_default() {
            "subgraph" => {
                self.groups.push(line);
                let text = self.raw_line();
                self.flow.labels.push(group_title(text.trim_start_matches("subgraph")));
                self.emit(text);
            }
            "end" if self.ends_after("end") => {
                self.raw_line();
                if self.groups.pop().is_none() {
                    return Err(Fault::at(line, "this `end` ends nothing"));
                }
                self.emit("end");
            }
            "direction" | "style" | "classDef" | "class" | "linkStyle" => {
                let text = self.raw_line();
                self.emit(text);
            }
            // Addresses of a repository's diagram are not followed, and texts for readers are read before.
            "click" | "accTitle" => drop(self.raw_line()),
            "accDescr" => {
                let head = self.raw_line();
                if head.contains('{') && !head.contains('}') {
                    let Some(end) = self.rest.find('}') else {
                        return Err(Fault::at(line, "this `accDescr` has no `}`"));
                    };
                    self.advance(end + 1);
                }
            }
            _ => self.chain()?,
        }
        Ok(())
    }

    fn ends_after(&self, word: &str) -> bool {
        self.rest[word.len()..]
            .trim_start_matches([' ', '\t'])
            .chars()
            .next()
            .is_none_or(|c| matches!(c, '\n' | ';' | '\r' | '%'))
    }

    /// `A & B -->|text| C --> D`.
    fn chain(&mut self) -> Result<(), Fault> {
        let before = self.flow.text.len();
        let mut left = self.group()?;
        loop {
            self.skip(|c| matches!(c, ' ' | '\t' | '\r'));
            if self.rest.is_empty() || self.rest.starts_with(['\n', ';']) || self.rest.starts_with("%%") {
                if self.rest.starts_with("%%") {
                    self.raw_line();
                }
                if self.flow.text.len() == before {
                    // A name alone: it puts the node into the group around it.
                    left.iter().for_each(|name| self.emit(name));
                }
                return Ok(());
            }
            let link = self.link()?;
            self.skip(char::is_whitespace);
            let right = self.group()?;
            for from in &left {
                for to in &right {
                    self.flow.links += 1;
                    self.emit(&format!("{from} {link} {to}"));
                }
            }
            if self.flow.links > LINKS {
                return Err(Fault::source(format!("it has more than {LINKS} links")));
            }
            left = right;
        }
    }

    fn group(&mut self) -> Result<Vec<String>, Fault> {
        let mut nodes = vec![self.node()?];
        loop {
            let before = (self.rest, self.line);
            self.skip(|c| matches!(c, ' ' | '\t'));
            if !self.rest.starts_with('&') {
                (self.rest, self.line) = before;
                return Ok(nodes);
            }
            self.advance(1);
            self.skip(char::is_whitespace);
            nodes.push(self.node()?);
        }
    }

    /// A node, with its text if it has one; gives its name.
    fn node(&mut self) -> Result<String, Fault> {
        let line = self.line;
        let length = name_length(self.rest);
        if length == 0 {
            let found: String = self.rest.lines().next().unwrap_or_default().chars().take(20).collect();
            let found = if found.is_empty() { "the line ends".to_owned() } else { format!("there is `{found}`") };
            return Err(Fault::at(line, format!("{found} where a node is expected")));
        }
        let name = &self.rest[..length];
        self.advance(length);
        let mut text = name.to_owned();
        if self.rest.starts_with("@{") {
            return Err(Fault::at(line, "shapes by `@{ … }` are not drawn"));
        }
        if let Some((open, closers)) = SHAPES.iter().find(|(open, _)| self.rest.starts_with(open)) {
            let (label, close) = self.label(open, closers)?;
            let quoted = label.replace('"', "#quot;");
            text = format!("{name}{open}\"{quoted}\"{close}");
            self.flow.labels.push(label);
        }
        if let Some(after) = self.rest.strip_prefix(":::") {
            let length = after.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-')).unwrap_or(after.len());
            let class = after[..length].trim_end_matches('-');
            text = format!("{text}:::{class}");
            self.advance(3 + class.len());
        }
        if text.len() > name.len() {
            self.emit(&text);
        }
        Ok(name.to_owned())
    }

    /// The text between brackets, quoted or not; line breaks become `<br/>`.
    fn label(&mut self, open: &str, closers: &[&'static str]) -> Result<(String, &'static str), Fault> {
        let line = self.line;
        let unclosed = || Fault::at(line, format!("this `{open}` is never closed"));
        self.advance(open.len());
        let inside = self.rest.trim_start();
        if let Some(quoted) = inside.strip_prefix('"') {
            let Some(end) = quoted.find('"') else { return Err(Fault::at(line, "this `\"` is never closed")) };
            let label = one_line(&quoted[..end]);
            self.advance(self.rest.len() - quoted.len() + end + 1);
            self.skip(char::is_whitespace);
            let close = closers.iter().find(|close| self.rest.starts_with(**close)).ok_or_else(unclosed)?;
            self.advance(close.len());
            return Ok((label, close));
        }
        let ends = closers.iter().filter_map(|close| self.rest.find(close).map(|at| (at, *close)));
        let (end, close) = ends.min_by_key(|(at, _)| *at).ok_or_else(unclosed)?;
        let text = &self.rest[..end];
        if text.contains(['[', ']', '{', '}', '"']) {
            return Err(unclosed());
        }
        let label = one_line(text);
        self.advance(end + close.len());
        Ok((label, close))
    }

    /// An arrow with its text, in the form `-->|text|`.
    fn link(&mut self) -> Result<String, Fault> {
        let line = self.line;
        let found: String = self.rest.lines().next().unwrap_or_default().chars().take(20).collect();
        let fault = || Fault::at(line, format!("there is `{found}` where a link is expected"));
        let mut head = String::new();
        if self.rest.starts_with(['<', 'o', 'x']) && self.rest[1..].starts_with(['-', '=']) {
            head.push_str(&self.rest[..1]);
            self.advance(1);
        }
        let (mut arrow, text) = if self.rest.starts_with("~~~") {
            (self.run('~'), None)
        } else if self.rest.starts_with("-.") {
            self.dotted(line)?
        } else if self.rest.starts_with("--") {
            self.straight('-', line)?
        } else if self.rest.starts_with("==") {
            self.straight('=', line)?
        } else {
            return Err(fault());
        };
        arrow.insert_str(0, &head);
        self.skip(|c| matches!(c, ' ' | '\t'));
        let text = match self.rest.strip_prefix('|') {
            Some(inside) => {
                let Some(end) = inside.find('|') else { return Err(Fault::at(line, "this `|` is never closed")) };
                let label = one_line(&inside[..end]);
                self.advance(end + 2);
                Some(label)
            }
            None => text,
        };
        Ok(match text.map(|text| text.trim().trim_matches('"').replace('|', "/")) {
            Some(text) if !text.is_empty() => {
                let link = format!("{arrow}|{text}|");
                self.flow.labels.push(text);
                link
            }
            _ => arrow,
        })
    }

    /// `-->`, `---`, `--x`, `-- text -->`, and the same with `=`.
    fn straight(&mut self, stem: char, line: usize) -> Result<(String, Option<String>), Fault> {
        let mut arrow = self.run(stem);
        if let Some(end) = self.arrow_end() {
            arrow.push(end);
            return Ok((arrow, None));
        }
        if arrow.len() > 2 {
            return Ok((arrow, None));
        }
        let closing = format!("{stem}{stem}");
        let until = self.rest.find('\n').unwrap_or(self.rest.len());
        let Some(at) = self.rest[..until].find(&closing) else {
            return Err(Fault::at(
                line,
                format!("the link that begins with `{closing}` has no end such as `{closing}>`"),
            ));
        };
        let text = self.rest[..at].to_owned();
        self.advance(at);
        let mut arrow = self.run(stem);
        arrow.extend(self.take_arrow_end());
        Ok((arrow, Some(text)))
    }

    /// `-.->`, `-.-`, `-. text .->`.
    fn dotted(&mut self, line: usize) -> Result<(String, Option<String>), Fault> {
        self.advance(1);
        let dots = self.run('.');
        let mut text = None;
        if !self.rest.starts_with('-') {
            let until = self.rest.find('\n').unwrap_or(self.rest.len());
            let Some(at) = self.rest[..until].find(".-") else {
                return Err(Fault::at(line, "the link that begins with `-.` has no end such as `.->`"));
            };
            text = Some(self.rest[..at].to_owned());
            self.advance(at + 1);
        }
        self.advance(1);
        let mut arrow = format!("-{dots}-");
        arrow.extend(self.take_arrow_end());
        Ok((arrow, text))
    }

    fn take_arrow_end(&mut self) -> Option<char> {
        if self.rest.starts_with('>') {
            self.advance(1);
            return Some('>');
        }
        self.arrow_end()
    }

    /// Takes the head of an arrow; `o` and `x` are one only if the link ends there.
    fn arrow_end(&mut self) -> Option<char> {
        let head = self.rest.chars().next().filter(|c| matches!(c, '>' | 'o' | 'x'))?;
        let after = self.rest[1..].chars().next();
        if head != '>' && !after.is_some_and(|c| c.is_whitespace() || c == '|') {
            return None;
        }
        self.advance(1);
        Some(head)
    }

    fn run(&mut self, stem: char) -> String {
        let length = self.rest.find(|c| c != stem).unwrap_or(self.rest.len());
        let run = self.rest[..length].to_owned();
        self.advance(length);
        run
    }

    /// The rest of the line, up to a `;` that ends it.
    fn raw_line(&mut self) -> &'a str {
        let end = self.rest.find(['\n', ';']).unwrap_or(self.rest.len());
        let line = self.rest[..end].trim();
        self.advance(end);
        line
    }

    fn skip(&mut self, blank: impl Fn(char) -> bool) {
        let length = self.rest.find(|c| !blank(c)).unwrap_or(self.rest.len());
        self.advance(length);
    }

    fn advance(&mut self, bytes: usize) {
        self.line += self.rest[..bytes].matches('\n').count();
        self.rest = &self.rest[bytes..];
    }

    fn emit(&mut self, line: &str) {
        self.flow.text.push_str(line);
        self.flow.text.push('\n');
    }
}

/// Length of the name that a text begins with. `-`, `=` and `.` belong to it only if no link begins there.
fn name_length(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let inner = c.is_alphanumeric()
            || matches!(c, '_' | '!' | '#' | '$' | '%' | '\'' | '*' | '+' | '?' | '/' | '\\')
            || (matches!(c, '-' | '.' | '=' | ':') && at > 0 && next.is_some_and(char::is_alphanumeric));
        if !inner {
            return at;
        }
    }
    text.len()
}

/// `id [Title]`, `id["Title"]`, `"Title"` or the title itself.
fn group_title(text: &str) -> String {
    let text = text.trim();
    let inside = match text.split_once('[') {
        Some((_, after)) => after.trim_end_matches(']'),
        None => text,
    };
    inside.trim().trim_matches('"').to_owned()
}

/// A label with its entities as characters, HTML's and Mermaid's `#quot;`: the renderer shows them as they are written, and ends a
/// statement at their `;`. A quotation mark becomes a single one, since labels are quoted.
fn decoded(label: &str) -> String {
    let mut out = String::with_capacity(label.len());
    let mut rest = label;
    while let Some(at) = rest.find(['&', '#']) {
        let inside = &rest[at + 1..];
        let name = inside.split_once(';').map(|(name, _)| name).filter(|name| name.len() < 10);
        let numeric = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
        let entity = name.map(|name| if numeric(name) { format!("&#{name};") } else { format!("&{name};") });
        match entity.as_deref().map(quick_xml::escape::unescape) {
            Some(Ok(character)) => {
                out.push_str(&rest[..at]);
                out.push_str(&character.replace('"', "'"));
                rest = inside.split_once(';').map_or("", |(_, rest)| rest);
            }
            _ => {
                out.push_str(&rest[..=at]);
                rest = inside;
            }
        }
    }
    out.push_str(rest);
    out
}

fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    decoded(&without_tags(lines.join("<br/>").trim_matches('`')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(source: &str) -> String {
        read(source).map_or_else(|fault| fault.message, |flow| flow.text.trim_end().replace('\n', "; "))
    }

    #[test]
    fn flowcharts_are_read_to_plain_statements() {
        for (source, plain) in [
            ("graph LR\nA-->B", "A --> B"),
            ("graph LR;A-->B;B---C;", "A --> B; B --- C"),
            ("graph LR\nA[x y]-- yes or no -->B((z))", "A[\"x y\"]; B((\"z\")); A -->|yes or no| B"),
            ("graph LR\nsubgraph g\nA\nend", "subgraph g; A; end"),
            ("graph LR\nA -->|a b| B -.-> C ==> D", "A -->|a b| B; B -.-> C; C ==> D"),
            ("graph LR\nA -. t .-> B\nA == t ==> B", "A -.->|t| B; A ==>|t| B"),
            ("graph LR\na & b --> c & d", "a --> c; a --> d; b --> c; b --> d"),
            ("graph LR\nA[\"one\n two\"] --> my-node.x", "A[\"one<br/>two\"]; A --> my-node.x"),
            ("graph LR\nA[a &lt; #quot;b#quot; #35; R&D #x] -->|c&gt;| B", "A[\"a < 'b' # R&D #x\"]; A -->|c>| B"),
            ("graph LR\nA:::hot --> B(b):::cold-er", "A:::hot; B(\"b\"):::cold-er; A --> B"),
            ("graph LR\nA --x B\nA <--> B\nA o--o B\nA ~~~ B", "A --x B; A <--> B; A o--o B; A ~~~ B"),
            ("graph LR\nclick A \"https://example.org\"\nstyle A fill:#fff", "style A fill:#fff"),
            ("graph LR\nA[/x/] --> B[\\y/] --> C>z]", "A[/\"x\"/]; B[\\\"y\"/]; A --> B; C>\"z\"]; B --> C"),
        ] {
            assert_eq!(statements(source), format!("flowchart LR; {plain}"), "{source}");
        }
    }

    #[test]
    fn mistakes_are_told_where_they_stand() {
        for (source, line, message) in [
            ("graph LR\nA[Start", 1, "this `[` is never closed"),
            ("graph LR\nA[Start\nB[End]", 1, "this `[` is never closed"),
            ("graph LR\nA{\"x\" --> B", 1, "this `{` is never closed"),
            ("graph LR\nA[\"x]", 1, "this `\"` is never closed"),
            ("graph LR\n\nA -->", 2, "the line ends where a node is expected"),
            ("graph LR\nA -->|x B", 1, "this `|` is never closed"),
            ("graph LR\nA -- x B", 1, "the link that begins with `--` has no end such as `-->`"),
            ("graph LR\nA > B", 1, "there is `> B` where a link is expected"),
            ("graph LR\nsubgraph x\nA", 1, "this `subgraph` has no `end`"),
            ("graph LR\nend", 1, "this `end` ends nothing"),
            ("graph XX\nA", 0, "`XX` is no direction: TB, TD, BT, LR or RL"),
            ("graph LR\nA@{ shape: x }", 1, "shapes by `@{ … }` are not drawn"),
        ] {
            let fault = read(source).unwrap_err();
            assert_eq!((fault.line, fault.message.as_str()), (Some(line), message), "{source}");
        }
    }

    #[test]
    fn labels_and_links_are_counted() {
        let flow = read("graph LR\nsubgraph g [Two words]\nA[x] -->|y| B\nend\nsubgraph \"Three\"\nC\nend").unwrap();
        assert_eq!((flow.links, flow.labels), (1, ["Two words", "x", "y", "Three"].map(str::to_owned).to_vec()));
    }
}

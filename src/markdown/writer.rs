use std::borrow::Cow;

use super::marks;
use super::raw_html::is_void;
use super::sanitise::is_known;

/// Writes HTML that is always well-formed: elements of Markdown end where they end, and elements of raw HTML at the
/// latest where the Markdown element around them does. So nothing an author leaves open leaks into what follows, and
/// depth can be counted.
#[derive(Debug)]
pub(super) struct Writer {
    /// What is written so far.
    pub(super) out: String,
    stack: Vec<Open>,
    deepest: usize,
    // The last block at each depth that is still open: its depth and where it begins.
    blocks: Vec<(usize, usize)>,
    // Links that are open and shown.
    links: usize,
    /// Whether elements were left out because they lie too deep.
    pub(super) capped: bool,
}

/// How far an end tag looks for its start, so that many stray ones stay linear.
const LOOK_BACK: usize = 200;

#[derive(Debug)]
struct Open {
    name: Cow<'static, str>,
    raw: bool,
    hidden: bool,
}

impl Writer {
    /// A writer that leaves out elements deeper than `deepest`.
    pub(super) fn new(deepest: usize) -> Self {
        Self { out: String::new(), stack: Vec::new(), deepest, blocks: Vec::new(), links: 0, capped: false }
    }

    /// Begins an element of Markdown; `attributes` begins with a space or is empty.
    pub(super) fn open(&mut self, name: &'static str, attributes: &str) {
        self.start(Cow::Borrowed(name), attributes, false);
    }

    /// Ends the innermost element of Markdown, which must be `name`, and all raw ones in it.
    pub(super) fn close(&mut self, name: &'static str) {
        while let Some(open) = self.stack.pop() {
            self.end(&open);
            if !open.raw {
                debug_assert_eq!(open.name, name);
                return self.left();
            }
        }
    }

    /// Ends all elements of raw HTML inside of the innermost element of Markdown.
    pub(super) fn end_raw(&mut self) {
        while self.stack.last().is_some_and(|open| open.raw) {
            self.pop_raw();
        }
    }

    /// A block of Markdown begins: a raw paragraph around it ends, as browsers do.
    pub(super) fn block(&mut self) {
        if self.stack.last().is_some_and(|open| open.raw && open.name == "p") {
            self.pop_raw();
        }
        self.left();
        let depth = self.stack.len();
        self.blocks.pop_if(|(known, _)| *known == depth);
        self.blocks.push((depth, self.out.len()));
    }

    /// Begins an element around the last block here, which stays open; around nothing if there is none. A block is taken once.
    pub(super) fn wrap_last(&mut self, name: &'static str) {
        self.left();
        let depth = self.stack.len();
        let last = self.blocks.pop_if(|(known, _)| *known == depth).filter(|_| depth < self.deepest);
        let Some((_, at)) = last else { return self.open(name, "") };
        self.out.insert_str(at, &format!("<{name}>"));
        self.stack.push(Open { name: Cow::Borrowed(name), raw: false, hidden: false });
    }

    /// Forgets the blocks in elements that have ended.
    fn left(&mut self) {
        let depth = self.stack.len();
        while self.blocks.pop_if(|(known, _)| *known > depth).is_some() {}
    }

    /// Begins an element of raw HTML.
    pub(super) fn open_raw(&mut self, name: &str, attributes: &str, closed: bool) {
        if !is_known(name) {
            return;
        }
        if is_void(name) {
            self.out.push('<');
            self.out.push_str(name);
            self.out.push_str(attributes);
            self.out.push('>');
            return;
        }
        while self.stack.last().is_some_and(|open| open.raw && implies_end(&open.name, name)) {
            self.pop_raw();
        }
        self.start(Cow::Owned(name.to_owned()), attributes, true);
        if closed {
            self.pop_raw();
        }
    }

    /// Ends an element of raw HTML, and those in it; an end tag without a start is dropped.
    pub(super) fn close_raw(&mut self, name: &str) {
        let raw = self.stack.iter().rev().take_while(|open| open.raw).take(LOOK_BACK);
        let Some(above) = raw.enumerate().find(|(_, open)| open.name == name).map(|(above, _)| above) else { return };
        for _ in 0..=above {
            self.pop_raw();
        }
    }

    /// A writer for a part that is put in here later; depth counts on.
    pub(super) fn nested(&self) -> Self {
        Self::new(self.deepest.saturating_sub(self.stack.len()))
    }

    /// Text, escaped.
    pub(super) fn text(&mut self, text: &str) {
        push_escaped(&mut self.out, text);
    }

    /// Ends everything.
    pub(super) fn finish(mut self) -> String {
        while let Some(open) = self.stack.pop() {
            self.end(&open);
        }
        self.out
    }

    fn start(&mut self, name: Cow<'static, str>, attributes: &str, raw: bool) {
        let deep = self.stack.len() >= self.deepest;
        self.capped |= deep;
        // Links do not stand in links: browsers end the outer one, in ways that differ with what is between.
        let hidden = deep || (name == "a" && self.links > 0);
        if !hidden {
            self.links += usize::from(name == "a");
            self.out.push('<');
            self.out.push_str(&name);
            self.out.push_str(attributes);
            self.out.push('>');
        }
        self.stack.push(Open { name, raw, hidden });
    }

    fn pop_raw(&mut self) {
        if let Some(open) = self.stack.pop() {
            self.end(&open);
            self.left();
        }
    }

    fn end(&mut self, open: &Open) {
        if !open.hidden {
            self.links -= usize::from(open.name == "a");
            self.out.push_str("</");
            self.out.push_str(&open.name);
            self.out.push('>');
        }
    }
}

/// Whether a start tag of `next` ends an open element `open` (end tags that HTML lets authors leave out).
fn implies_end(open: &str, next: &str) -> bool {
    match open {
        "li" => next == "li",
        "p" => matches!(
            next,
            "p" | "div"
                | "ul"
                | "ol"
                | "dl"
                | "table"
                | "pre"
                | "blockquote"
                | "details"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
        ),
        "td" | "th" => matches!(next, "td" | "th" | "tr" | "tbody" | "tfoot"),
        "tr" => matches!(next, "tr" | "tbody" | "tfoot"),
        "thead" | "tbody" => matches!(next, "tbody" | "tfoot"),
        "dt" | "dd" => matches!(next, "dt" | "dd"),
        "option" => next == "option",
        _ => false,
    }
}

/// Writes text escaped for content and quoted values.
pub(super) fn push_plain(out: &mut String, text: &str) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => continue,
        };
        out.push_str(&text[from..at]);
        out.push_str(escaped);
        from = at + 1;
    }
    out.push_str(&text[from..]);
}

/// Writes text escaped for content and quoted values, protected characters revealed.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    if marks::any_mark(text) {
        push_plain(out, &marks::reveal_all(text));
    } else {
        push_plain(out, text);
    }
}

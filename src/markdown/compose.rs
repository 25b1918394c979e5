use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::code::{FIELD, marked_lines};
use super::math::mathml;
use super::sanitise::{allowed_url, sanitise, scheme};
use super::writer::push_escaped;
use super::{CodeBlock, LinkKind, Page, annotations, marks};
use crate::base::{Digest, SafeHtml};

/// Where the destinations of a page lead, by the destination as written. One that is missing stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// Of [`LinkKind::Link`].
    pub links: BTreeMap<String, String>,
    /// Of [`LinkKind::Image`].
    pub images: BTreeMap<String, String>,
    /// Width and height in pixels of images whose files are at hand, by the destination as written.
    pub sizes: BTreeMap<String, (u32, u32)>,
}

impl Resolved {
    /// Says where a destination leads.
    pub fn insert(&mut self, kind: LinkKind, destination: impl Into<String>, url: impl Into<String>) {
        self.of(kind).insert(destination.into(), url.into());
    }

    /// Where a destination leads, if that was said.
    pub fn get(&self, kind: LinkKind, destination: &str) -> Option<&str> {
        let urls = match kind {
            LinkKind::Link => &self.links,
            LinkKind::Image => &self.images,
        };
        urls.get(destination).map(String::as_str)
    }

    fn of(&mut self, kind: LinkKind) -> &mut BTreeMap<String, String> {
        match kind {
            LinkKind::Link => &mut self.links,
            LinkKind::Image => &mut self.images,
        }
    }
}

/// Puts links and code into a page and sanitises it; see [`super::compose`].
pub(super) fn compose_page(page: &Page, resolved: &Resolved, code: &[SafeHtml]) -> SafeHtml {
    // A word that the page cannot hold, since it is made of the page's own digest.
    let token = format!("cbcode{}", Digest::of_bytes(page.body.as_bytes()).short(32));
    let mut blocks = Vec::new();
    let mut fragment = String::with_capacity(page.body.len() + page.links.len() * 32);
    marks::fill_places(&page.body, &mut fragment, |letter, payload, out| {
        match letter {
            'L' => write_url(page, resolved, "href", payload, out),
            'I' => write_url(page, resolved, "src", payload, out),
            'P' => write_url(page, resolved, "poster", payload, out),
            'S' => write_size(page, resolved, payload, out),
            'R' => {
                let url = destination(page, resolved, payload).map(|(url, _)| url);
                if url.is_some_and(is_external) {
                    out.push_str(" rel=\"noopener noreferrer\"");
                }
            }
            'C' => {
                let _ = write!(out, "{token}x{}x", blocks.len());
                blocks.push(write_block(page, code, payload));
            }
            'M' => {
                let _ = write!(out, "{token}x{}x", blocks.len());
                blocks.push(write_formula(payload));
            }
            _ => {}
        }
        true
    });
    let safe = sanitise(&fragment);
    SafeHtml::vouched(splice(safe.as_str(), &token, &blocks))
}

fn destination<'a>(page: &'a Page, resolved: &'a Resolved, payload: &str) -> Option<(&'a str, LinkKind)> {
    let link = page.links.get(payload.parse::<usize>().ok()?)?;
    Some((resolved.get(link.kind, &link.destination).unwrap_or(&link.destination), link.kind))
}

/// Writes an attribute with a destination; one that may not stand in a page is left out.
fn write_url(page: &Page, resolved: &Resolved, attribute: &str, payload: &str, out: &mut String) {
    if let Some((url, _)) = destination(page, resolved, payload)
        && allowed_url(url, attribute == "src")
    {
        let _ = write!(out, " {attribute}=\"");
        push_escaped(out, url);
        out.push('"');
    }
}

/// Writes how large an image is, so that a browser keeps its room free until it is there.
fn write_size(page: &Page, resolved: &Resolved, payload: &str, out: &mut String) {
    let link = payload.parse::<usize>().ok().and_then(|number| page.links.get(number));
    if let Some((width, height)) = link.and_then(|link| resolved.sizes.get(&link.destination)) {
        let _ = write!(out, " width=\"{width}\" height=\"{height}\"");
    }
}

/// A formula from a place `d` or `i` and its source; what does not parse is shown as it is written.
fn write_formula(payload: &str) -> String {
    let display = payload.starts_with('d');
    let tex = payload.get(1..).unwrap_or_default();
    let class = if display { "math display" } else { "math" };
    let shown = mathml(tex, display).unwrap_or_else(|_| SafeHtml::text(tex));
    format!("<span class=\"{class}\">{}</span>", shown.as_str())
}

fn is_external(url: &str) -> bool {
    url.starts_with("//") || matches!(scheme(url).as_deref(), Some("http" | "https"))
}

/// A whole code block, from a place `number FIELD first line FIELD marked FIELD title FIELD annotations FIELD attributes`.
///
/// It is put in after the sanitiser: the code is [`SafeHtml`] (escaped text in spans), the rest is escaped here.
fn write_block(page: &Page, code: &[SafeHtml], payload: &str) -> String {
    let fields: Vec<&str> = payload.split(FIELD).collect();
    let [number, first, marked, title, group, attributes] = fields[..] else { return String::new() };
    let number: usize = number.parse().unwrap_or(usize::MAX);
    let Some(block) = page.code.get(number) else { return String::new() };
    let mut html = code.get(number).map_or_else(|| super::highlight::plain(&block.text), SafeHtml::clone);
    let id = attribute(attributes, "id");
    if html.as_str().starts_with("<figure") {
        let before = page.code[..number].iter().filter(|other| *other == block).count();
        return write_figure(html.as_str(), before, id, title);
    }
    if let Ok(group) = group.parse() {
        html = SafeHtml::vouched(annotations::link_code(html.as_str(), group, &page.annotations));
    }
    let mut out = String::with_capacity(html.as_str().len() + 160);
    let classes = attribute(attributes, "class");
    let _ = write!(out, "<div class=\"cb-code{}{classes}\"", if classes.is_empty() { "" } else { " " });
    if !id.is_empty() {
        let _ = write!(out, " id=\"{id}\"");
    }
    let mut language = String::new();
    push_escaped(&mut language, &block.language);
    if !language.is_empty() {
        let _ = write!(out, " data-lang=\"{language}\"");
    }
    if !first.is_empty() {
        let _ = write!(out, " data-linenums=\"{first}\"");
    }
    out.push('>');
    if !title.is_empty() {
        out.push_str("<div class=\"cb-code-title\">");
        push_escaped(&mut out, title);
        out.push_str("</div>");
    }
    out.push_str("<pre tabindex=\"0\"><code");
    if !language.is_empty() {
        let _ = write!(out, " class=\"language-{}\"", language.replace(char::is_whitespace, "-"));
    }
    out.push('>');
    write_lines(html.as_str(), block, first, marked, &mut out);
    out.push_str("</code></pre></div>");
    out
}

/// A drawn diagram, with the id and the title that stand behind its fence. `before` of the same stand above it in the page: its
/// ids then get a number, so that each is there once.
fn write_figure(html: &str, before: usize, id: &str, title: &str) -> String {
    let mut out = html.to_owned();
    let prefix = html.split_once("aria-labelledby=\"").and_then(|(_, rest)| rest.split_once("-t\"")).map(|(id, _)| id);
    if let Some(prefix) = prefix.filter(|_| before > 0) {
        out = out.replace(&format!("{prefix}-"), &format!("{prefix}-{before}-"));
    }
    if !id.is_empty() {
        out = out.replacen("<figure", &format!("<figure id=\"{id}\""), 1);
    }
    if !title.is_empty() {
        let mut caption = String::from("<figcaption>");
        push_escaped(&mut caption, title);
        caption.push_str("</figcaption></figure>");
        out = out.strip_suffix("</figure>").map_or(out.clone(), |figure| format!("{figure}{caption}"));
    }
    out
}

/// The code, each line in an element of its own if lines are numbered or marked. Spans never cross lines.
fn write_lines(html: &str, _block: &CodeBlock, first: &str, marked: &str, out: &mut String) {
    if first.is_empty() && marked.is_empty() {
        out.push_str(html);
        return;
    }
    let marked = marked_lines(marked);
    let start: u32 = first.parse().unwrap_or(1);
    for (index, line) in html.split_inclusive('\n').enumerate() {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let class = if marked.binary_search(&(index + 1)).is_ok() { "cb-line cb-marked" } else { "cb-line" };
        let _ = write!(out, "<span class=\"{class}\"");
        if !first.is_empty() {
            let _ = write!(out, " data-line=\"{}\"", start.saturating_add(index));
        }
        let _ = write!(out, ">{line}</span>");
    }
}

fn attribute<'a>(attributes: &'a str, name: &str) -> &'a str {
    attributes
        .split_once(&format!(" {name}=\""))
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("", |(value, _)| value)
}

/// Puts the blocks in the places that the sanitiser left.
pub(super) fn splice(html: &str, token: &str, blocks: &[String]) -> String {
    let mut out = String::with_capacity(html.len() + blocks.iter().map(String::len).sum::<usize>());
    let mut rest = html;
    let opening = format!("{token}x");
    while let Some(at) = rest.find(&opening) {
        out.push_str(&rest[..at]);
        let after = &rest[at + opening.len()..];
        let Some((number, tail)) = after.split_once('x') else {
            rest = after;
            continue;
        };
        if let Some(block) = number.parse::<usize>().ok().and_then(|number| blocks.get(number)) {
            out.push_str(block);
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

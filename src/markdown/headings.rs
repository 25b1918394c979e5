use super::slug::{Ids, github_slug, slug};
use super::{Heading, annotations, marks};

/// Headings of a page while it is read: ids are given when all that content chose itself are known.
#[derive(Debug, Default)]
pub(super) struct Headings {
    found: Vec<Pending>,
}

#[derive(Debug)]
struct Pending {
    level: u8,
    text: String,
    chosen: Option<String>,
}

impl Headings {
    /// Notes a heading and gives its number, for [`marks::place`] with `H` (id), `G` (GitHub's id) and `P` (permalink).
    pub(super) fn add(&mut self, level: u8, text: &str, chosen: Option<String>) -> usize {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.found.push(Pending { level, text, chosen });
        self.found.len() - 1
    }

    /// Gives every heading its id. `ids` holds those that are taken.
    pub(super) fn finish(self, ids: &mut Ids) -> Vec<Heading> {
        for heading in &self.found {
            if let Some(id) = &heading.chosen {
                ids.take(id);
            }
        }
        let named = self.found.into_iter().map(|heading| {
            let id = heading.chosen.unwrap_or_else(|| {
                let wanted = slug(&heading.text);
                // `cb-` is the portal's; such a heading gets another id.
                ids.unique(wanted.strip_prefix("cb-").unwrap_or(&wanted))
            });
            Heading { level: heading.level, id, text: heading.text }
        });
        named.collect()
    }
}

/// GitHub's ids of headings where they differ from ours and are free, by heading.
pub(super) fn github_ids(headings: &[Heading], ids: &mut Ids) -> Vec<Option<String>> {
    let mut repeats = std::collections::BTreeMap::<String, u32>::new();
    let given = headings.iter().map(|heading| {
        let base = github_slug(&heading.text);
        if base.is_empty() {
            return None;
        }
        let count = repeats.entry(base.clone()).or_default();
        let id = if *count == 0 { base } else { format!("{base}-{count}") };
        *count += 1;
        (id != heading.id && !id.starts_with("cb-") && ids.take(&id)).then_some(id)
    });
    given.collect()
}

/// Most tables of contents of one page: each is as long as its outline.
const TABLES: usize = 8;

/// A nested list of headings for `[TOC]`.
pub(super) fn table_of_contents(headings: &[Heading], out: &mut String) {
    let mut open: Vec<u8> = Vec::new();
    out.push_str("<div class=\"toc\">");
    for heading in headings {
        while open.len() > 1 && open.last().is_some_and(|level| *level > heading.level) {
            open.pop();
            out.push_str("</li></ul>");
        }
        if open.last().is_some_and(|level| *level >= heading.level) {
            out.push_str("</li>");
        } else {
            out.push_str("<ul>");
            open.push(heading.level);
        }
        out.push_str("<li><a href=\"#");
        super::writer::push_escaped(out, &heading.id);
        out.push_str("\">");
        super::writer::push_escaped(out, &heading.text);
        out.push_str("</a>");
    }
    for _ in open {
        out.push_str("</li></ul>");
    }
    out.push_str("</div>");
}

/// Fills the places of headings in a body.
pub(super) fn fill(body: &str, headings: &[Heading], github: &[Option<String>], annotations: &[u32]) -> String {
    let mut out = String::with_capacity(body.len());
    let mut tables = 0;
    marks::fill_places(body, &mut out, |letter, payload, out| {
        let index = payload.parse::<usize>().unwrap_or(usize::MAX);
        match letter {
            'H' => {
                if let Some(heading) = headings.get(index) {
                    super::writer::push_escaped(out, &heading.id);
                }
            }
            'G' => {
                if let Some(Some(id)) = github.get(index) {
                    out.push_str("<span id=\"");
                    super::writer::push_escaped(out, id);
                    out.push_str("\"></span>");
                }
            }
            'A' => annotations::fill(payload, annotations, out),
            'T' => {
                tables += 1;
                if tables <= TABLES {
                    table_of_contents(headings, out);
                }
            }
            _ => return false,
        }
        true
    });
    out
}

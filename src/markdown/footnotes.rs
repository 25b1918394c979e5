use std::collections::BTreeMap;
use std::fmt::Write;

use super::writer::push_escaped;

/// Footnotes of a page: numbered in the order in which they are first referred to, listed at its end.
#[derive(Debug, Default)]
pub(super) struct Footnotes {
    order: Vec<String>,
    /// Number and count of references, by label.
    uses: BTreeMap<String, (usize, usize)>,
    bodies: BTreeMap<String, String>,
}

impl Footnotes {
    /// Writes a reference.
    pub(super) fn refer(&mut self, label: &str, out: &mut String) {
        if !self.uses.contains_key(label) {
            self.order.push(label.to_owned());
        }
        let (number, uses) = self.uses.entry(label.to_owned()).or_insert((self.order.len(), 0));
        *uses += 1;
        let id = reference_id(label, *uses);
        out.push_str("<sup id=\"");
        push_escaped(out, &id);
        out.push_str("\"><a class=\"footnote-ref\" href=\"#fn:");
        push_escaped(out, label);
        let _ = write!(out, "\">{number}</a></sup>");
    }

    /// Keeps the body of a footnote; the first definition of a label counts.
    pub(super) fn define(&mut self, label: String, body: String) {
        self.bodies.entry(label).or_insert(body);
    }

    /// Writes the list.
    pub(super) fn write(self, out: &mut String) {
        let Self { mut order, uses, mut bodies } = self;
        order.extend(bodies.keys().filter(|label| !uses.contains_key(*label)).cloned());
        if bodies.is_empty() {
            return;
        }
        out.push_str("<div class=\"footnote\"><hr><ol>");
        for label in &order {
            let Some(body) = bodies.remove(label) else { continue };
            out.push_str("<li id=\"fn:");
            push_escaped(out, label);
            out.push_str("\">");
            let mut back = String::new();
            for number in 1..=uses.get(label).map_or(0, |(_, count)| *count).min(50) {
                back.push_str("&nbsp;<a class=\"footnote-backref\" href=\"#");
                push_escaped(&mut back, &reference_id(label, number));
                back.push_str("\">\u{21A9}</a>");
            }
            match body.strip_suffix("</p>") {
                Some(start) => {
                    let _ = write!(out, "{start}{back}</p>");
                }
                None => {
                    let _ = write!(out, "{body}<p>{back}</p>");
                }
            }
            out.push_str("</li>");
        }
        out.push_str("</ol></div>");
    }
}

/// `fnref:label` for the first reference, `fnref2:label` for the second.
fn reference_id(label: &str, number: usize) -> String {
    if number == 1 { format!("fnref:{label}") } else { format!("fnref{number}:{label}") }
}

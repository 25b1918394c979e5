//! Containers: boxes, details, tabs and elements with Markdown inside.

use super::attributes::Attributes;
use super::container::{Container, Numbered, Title, default_title};
use super::inline::{Piece, words};
use super::passes;
use super::raw_html;
use super::render::Render;

impl<'a> Render<'a> {
    /// Begins container number `index`; `title` is its title line.
    pub(super) fn start_container(&mut self, index: usize, title: Vec<Piece<'a>>, at: usize) {
        self.start_annotated(index);
        match self.containers.get(index) {
            Some(Container::Admonition { classes, title: kind, attributes }) => {
                self.begin_block();
                self.start_box("div", &["admonition"], classes, attributes, "");
                self.write_title("p", " class=\"admonition-title\"", *kind, classes, title);
            }
            Some(Container::Details { classes, title: kind, open, attributes }) => {
                self.begin_block();
                self.start_box("details", &[], classes, attributes, if *open { " open" } else { "" });
                let kind = if *kind == Title::Empty { Title::Default } else { *kind };
                self.write_title("summary", "", kind, classes, title);
            }
            Some(Container::Tab { new_set: _, selected }) => {
                self.begin_block();
                let selected = *selected;
                let mut pieces = title;
                passes::run(&mut pieces, true, self.abbreviations, self.dialect.shorthand.as_ref());
                self.sections.add(&words(&pieces));
                let inner = self.writer.nested();
                let outer = std::mem::replace(&mut self.writer, inner);
                self.write_pieces(&pieces);
                let label = std::mem::replace(&mut self.writer, outer).finish();
                self.tabs.start(label, selected, &mut self.writer);
            }
            Some(Container::Element { tag, .. }) => {
                self.not_text();
                self.write_html(tag, &[], at);
            }
            Some(Container::Caption(numbered)) => self.start_caption(*numbered),
            None => {}
        }
    }

    /// Ends it; `joins` tells that another tab of its set follows.
    pub(super) fn end_container(&mut self, index: usize, joins: bool) {
        match self.containers.get(index) {
            Some(Container::Admonition { .. }) => self.writer.close("div"),
            Some(Container::Details { .. }) => self.writer.close("details"),
            Some(Container::Tab { .. }) => self.tabs.end(joins, &mut self.writer),
            Some(Container::Element { tag, .. }) => {
                if let Some((_, raw_html::Token::Open { name, .. })) = raw_html::tag(tag, 0) {
                    self.writer.close_raw(&name);
                }
            }
            Some(Container::Caption(_)) => {
                self.writer.close("figcaption");
                self.writer.close("figure");
            }
            None => {}
        }
        if self.annotations.inside.is_some() && self.is_annotated(index) {
            self.annotations.waiting = self.annotations.inside.take();
        }
    }

    /// The markers in a box marked `.annotate` belong to the list behind it.
    fn start_annotated(&mut self, index: usize) {
        if self.annotations.inside.is_none() && self.is_annotated(index) {
            self.annotations.inside = Some(self.annotations.begin());
        }
    }

    fn is_annotated(&self, index: usize) -> bool {
        match self.containers.get(index) {
            Some(Container::Admonition { classes, .. } | Container::Details { classes, .. }) => {
                classes.iter().any(|class| class == "annotate")
            }
            Some(Container::Element { tag, .. }) => match raw_html::tag(tag, 0) {
                Some((_, raw_html::Token::Open { attributes, .. })) => attributes.iter().any(|attribute| {
                    let words = attribute.value.unwrap_or_default().split_whitespace();
                    attribute.name == "class" && words.into_iter().any(|class| class == "annotate")
                }),
                _ => false,
            },
            _ => false,
        }
    }

    /// A caption takes the block above it into its figure.
    fn start_caption(&mut self, numbered: Option<Numbered>) {
        self.not_text();
        self.writer.wrap_last("figure");
        self.writer.open("figcaption", "");
        if let Some(numbered) = numbered {
            let (name, number) = match numbered {
                Numbered::Figure => ("Figure", &mut self.captions[0]),
                Numbered::Table => ("Table", &mut self.captions[1]),
            };
            *number += 1;
            let prefix = format!("{name} {number}. ");
            self.writer.open("span", " class=\"caption-prefix\"");
            self.writer.text(&prefix);
            self.writer.close("span");
        }
    }

    fn start_box(&mut self, name: &'static str, first: &[&str], classes: &[String], given: &Attributes, more: &str) {
        let mut attributes = given.clone();
        let all = first.iter().map(|class| (*class).to_owned()).chain(classes.iter().cloned());
        attributes.classes = all.chain(given.classes.iter().cloned()).collect();
        self.anchors.extend(attributes.id.clone());
        let mut opening = String::new();
        attributes.write(&mut opening);
        opening.push_str(more);
        self.writer.open(name, &opening);
    }

    fn write_title(
        &mut self,
        name: &'static str,
        opening: &str,
        kind: Title,
        classes: &[String],
        pieces: Vec<Piece<'a>>,
    ) {
        match kind {
            Title::Empty => {}
            Title::Default => {
                self.writer.open(name, opening);
                self.writer.text(&default_title(classes));
                self.writer.close(name);
            }
            Title::Given => self.write_leaf(name, opening, pieces),
        }
    }
}

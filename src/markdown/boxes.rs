//! Containers: boxes, details, tabs and elements with Markdown inside.

use super::attributes::Attributes;
use super::container::{Container, Title, default_title};
use super::inline::{Piece, words};
use super::passes;
use super::raw_html;
use super::render::Render;

impl<'a> Render<'a> {
    /// Begins container number `index`; `title` is its title line.
    pub(super) fn start_container(&mut self, index: usize, title: Vec<Piece<'a>>, at: usize) {
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
                passes::run(&mut pieces, true, self.abbreviations);
                self.sections.add(&words(&pieces));
                let inner = self.writer.nested();
                let outer = std::mem::replace(&mut self.writer, inner);
                self.write_pieces(&pieces);
                let label = std::mem::replace(&mut self.writer, outer).finish();
                self.tabs.start(label, selected, &mut self.writer);
            }
            Some(Container::Element { tag, .. }) => {
                self.blocks += 1;
                self.write_html(tag, &[], at);
            }
            Some(Container::Caption) => self.writer.open("figcaption", ""),
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
            Some(Container::Caption) => self.writer.close("figcaption"),
            None => {}
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

use super::attributes::Attributes;

/// A box, tab or element that the line pass found; its body stands in a marked block quote.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Container {
    /// `!!! note "Title"`.
    Admonition { classes: Vec<String>, title: Title, attributes: Attributes },
    /// `??? note "Title"`.
    Details { classes: Vec<String>, title: Title, open: bool, attributes: Attributes },
    /// `=== "Label"`; the title line is the label.
    Tab { new_set: bool, selected: bool },
    /// An element with Markdown inside, by its start tag; `inline` ones hold running text only.
    Element { tag: String, inline: bool },
    /// The caption of the block above it (`/// caption`), with a number or without.
    Caption(Option<Numbered>),
}

/// What a caption counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbered {
    /// `/// figure-caption`.
    Figure,
    /// `/// table-caption`.
    Table,
}

/// The title of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Title {
    /// Made from its type.
    Default,
    /// On the title line.
    Given,
    /// None at all.
    Empty,
}

/// The title of a box without one of its own: its type, capitalised.
pub(super) fn default_title(classes: &[String]) -> String {
    let word = classes.first().map_or("note", String::as_str);
    let mut characters = word.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters.flat_map(char::to_lowercase)).collect())
}

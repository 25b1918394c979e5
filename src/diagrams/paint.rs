//! Colours of a picture: those that the author chose stay, all others become tokens of the theme.

use super::color::Color;

/// A colour that a renderer is given for one part of a picture, and the token of the theme that takes its place. The colour
/// itself is what is seen where the theme is not: in the Backstage reader.
pub(super) struct Part {
    pub given: &'static str,
    token: &'static str,
}

pub(super) const CANVAS: Part = Part { given: "#fffffe", token: "--bg-canvas" };
pub(super) const NODE: Part = Part { given: "#f7f8fb", token: "--bg-subtle" };
pub(super) const NODE_BORDER: Part = Part { given: "#868d9b", token: "--border-control" };
pub(super) const TEXT: Part = Part { given: "#1b1f27", token: "--fg" };
pub(super) const LINE: Part = Part { given: "#57606e", token: "--fg-muted" };
pub(super) const GROUP: Part = Part { given: "#f1f3f7", token: "--bg-inset" };
pub(super) const GROUP_BORDER: Part = Part { given: "#c9ced9", token: "--border-strong" };
pub(super) const NOTE: Part = Part { given: "#fdf4e1", token: "--warning-bg" };
pub(super) const NOTE_BORDER: Part = Part { given: "#efd59d", token: "--warning-border" };
pub(super) const ACTIVE: Part = Part { given: "#e9f0fe", token: "--accent-subtle" };
pub(super) const ACTIVE_BORDER: Part = Part { given: "#b5c9f3", token: "--accent-border" };

/// Colours of series: slices, branches, sections.
pub(super) const SERIES: [Part; 8] = [
    Part { given: "#4169c9", token: "--kind-component" },
    Part { given: "#2a8f5c", token: "--kind-api" },
    Part { given: "#b0682a", token: "--kind-resource" },
    Part { given: "#8055c4", token: "--kind-system" },
    Part { given: "#b34d8f", token: "--kind-domain" },
    Part { given: "#228a93", token: "--kind-group" },
    Part { given: "#94791d", token: "--kind-template" },
    Part { given: "#c0504f", token: "--kind-location" },
];

/// Text on a colour of the author's own: dark on light ones, light on dark ones, in both themes.
pub(super) const DARK_TEXT: &str = "#16191f";
pub(super) const LIGHT_TEXT: &str = "#fefefd";

const PARTS: [&Part; 11] =
    [&CANVAS, &NODE, &NODE_BORDER, &TEXT, &LINE, &GROUP, &GROUP_BORDER, &NOTE, &NOTE_BORDER, &ACTIVE, &ACTIVE_BORDER];

/// What a colour is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Text,
    Fill,
    Stroke,
}

/// Whether colours become those of the theme.
#[derive(Debug, Clone, Copy)]
pub(super) enum Paint<'a> {
    /// They do, but for those that stand in this text, in small letters: the source of the diagram.
    Theme(&'a str),
    /// The picture has a paper of its own, and its own colours.
    AsDrawn,
}

impl Part {
    /// How it is written: the token, and the colour for where there is no theme.
    pub(super) fn value(&self) -> String {
        format!("var({},{})", self.token, self.given)
    }
}

impl Paint<'_> {
    /// What is written for a colour; `None` if it is none.
    pub(super) fn value(self, written: &str, used: Use) -> Option<String> {
        let written = written.trim();
        let lower = written.to_ascii_lowercase();
        if matches!(
            lower.as_str(),
            "none" | "transparent" | "inherit" | "currentcolor" | "context-stroke" | "context-fill"
        ) {
            return Some(if lower == "currentcolor" { "currentColor".to_owned() } else { lower });
        }
        let Some(color) = Color::parse(&lower) else {
            // A name of CSS that is not in the table.
            let plain = !lower.is_empty() && lower.bytes().all(|byte| byte.is_ascii_lowercase());
            return plain.then_some(lower);
        };
        let Self::Theme(own) = self else { return Some(lower) };
        let series = SERIES.iter();
        if let Some(part) = PARTS.into_iter().chain(series).find(|part| part.given == lower) {
            return Some(part.value());
        }
        if color.alpha < 0.05 {
            return Some("none".to_owned());
        }
        if lower == DARK_TEXT || lower == LIGHT_TEXT || own.contains(&lower) {
            return Some(lower);
        }
        Some(nearest(color, used).map_or(lower, Part::value))
    }
}

/// The part of a picture that a renderer's built-in colour is most likely for; strong colours mean something and stay.
fn nearest(color: Color, used: Use) -> Option<&'static Part> {
    let light = color.lightness();
    match used {
        Use::Text => Some(&TEXT),
        Use::Fill if light > 0.97 => Some(&CANVAS),
        Use::Fill if light > 0.75 => Some(&NODE),
        Use::Stroke if light > 0.75 => Some(&GROUP_BORDER),
        _ if color.chroma() > 0.25 => None,
        _ if light < 0.45 => Some(&LINE),
        _ => Some(&NODE_BORDER),
    }
}

/// The colour of text that can be read on a colour.
pub(super) fn text_on(color: &str) -> Option<&'static str> {
    Color::parse(color).map(|color| if color.lightness() > 0.55 { DARK_TEXT } else { LIGHT_TEXT })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_of_the_author_stay_and_others_follow_the_theme() {
        let paint = Paint::Theme("style a fill:#f9f,stroke:red");
        for (written, used, value) in [
            ("#F9F", Use::Fill, "#f9f"),
            ("red", Use::Stroke, "red"),
            ("#1B1F27", Use::Text, "var(--fg,#1b1f27)"),
            ("black", Use::Text, "var(--fg,#1b1f27)"),
            ("#ececff", Use::Fill, "var(--bg-subtle,#f7f8fb)"),
            ("#000", Use::Stroke, "var(--fg-muted,#57606e)"),
            ("rgba(1,1,1,0)", Use::Fill, "none"),
            ("none", Use::Fill, "none"),
            ("currentColor", Use::Fill, "currentColor"),
            ("#d00", Use::Fill, "#d00"),
        ] {
            assert_eq!(paint.value(written, used).as_deref(), Some(value), "{written}");
        }
        assert_eq!(Paint::AsDrawn.value("#ECECFF", Use::Fill).as_deref(), Some("#ececff"));
        for bad in ["url(#a)", "expression(1)", "a\"b", "", "var(--x)"] {
            assert_eq!(paint.value(bad, Use::Fill), None, "{bad}");
        }
    }

    #[test]
    fn text_is_readable_on_any_colour() {
        assert_eq!(text_on("#ff9"), Some(DARK_TEXT));
        assert_eq!(text_on("navy"), Some(LIGHT_TEXT));
        assert_eq!(text_on("nonsense"), None);
    }
}

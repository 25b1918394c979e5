//! Formulas: LaTeX to MathML, which browsers draw without script or fonts of ours.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;
use pulldown_latex::config::DisplayMode;
use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};

use crate::base::SafeHtml;

/// The longest formula that is drawn, in bytes.
const LONGEST: usize = 16 * 1024;

const TAGS: &[&str] = &[
    "math",
    "merror",
    "mfrac",
    "mi",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mroot",
    "mrow",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
];

const ATTRIBUTES: &[&str] = &[
    "accent",
    "accentunder",
    "columnalign",
    "columnspacing",
    "depth",
    "display",
    "displaystyle",
    "fence",
    "form",
    "height",
    "largeop",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "rowspacing",
    "rspace",
    "scriptlevel",
    "separator",
    "stretchy",
    "symmetric",
    "width",
];

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.iter().copied().collect())
        .tag_attributes(
            TAGS.iter().map(|tag| (*tag, ATTRIBUTES.iter().copied().collect())).collect::<HashMap<_, HashSet<_>>>(),
        )
        .link_rel(None);
    builder
});

/// MathML of a formula; `Err` says why there is none.
pub(super) fn mathml(tex: &str, display: bool) -> Result<SafeHtml, String> {
    if tex.len() > LONGEST {
        return Err("it is too long".to_owned());
    }
    let storage = Storage::new();
    let events: Vec<_> = Parser::new(tex, &storage).collect();
    if let Some(Err(error)) = events.iter().find(|event| event.is_err()) {
        return Err(error.to_string().lines().next().unwrap_or_default().to_owned());
    }
    let mut out = String::new();
    let mode = if display { DisplayMode::Block } else { DisplayMode::Inline };
    let config = RenderConfig { display_mode: mode, ..RenderConfig::default() };
    push_mathml(&mut out, events.into_iter(), config).map_err(|error| error.to_string())?;
    Ok(SafeHtml::vouched(SANITISER.clean(&out).to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_mathml_without_styles() {
        let html = mathml("\\frac{a}{b} \\text{<b>}", false).unwrap();
        assert!(html.as_str().starts_with("<math"), "{}", html.as_str());
        assert!(html.as_str().contains("<mfrac>") && html.as_str().contains("&lt;b&gt;"), "{}", html.as_str());
        assert!(!html.as_str().contains("style="));
        assert!(mathml("\\frac{a", true).is_err());
        assert!(mathml(&"{".repeat(20_000), true).is_err());
    }
}

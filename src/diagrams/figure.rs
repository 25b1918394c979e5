use std::fmt::Write;

use super::fault::Fault;
use super::paint::{Paint, TEXT};
use super::rendered::Rendered;
use super::{expected, svg};
use crate::base::{DiagramLanguage, Digest, SafeHtml, escape_html};

/// Longest text of the picture that is read out in its place; search takes all of it.
const DESCRIBED: usize = 1000;

/// A figure with the picture, a button that shows its source, and the words of the picture.
///
/// The source is a popover: it opens without a script and over the page, so that nothing moves; a browser that knows no popovers
/// shows it below the picture. It is no `<details>`, which in an article is a box of its author's.
pub(super) fn picture(
    language: DiagramLanguage,
    source: &str,
    rendered: &Rendered,
) -> Result<(SafeHtml, String), Fault> {
    let prefix = format!("diagram-{}", Digest::of_bytes(source.as_bytes()).short(8));
    let paint = rendered.own_colors.as_deref().map_or(Paint::AsDrawn, Paint::Theme);
    let clean = svg::clean(&rendered.svg, &prefix, paint).map_err(Fault::source)?;
    if let Some(lost) = expected::missing(&rendered.labels, &clean.words) {
        return Err(Fault::source(format!("the picture would lose the label `{lost}`")));
    }
    if clean.shapes == 0 || clean.width < 20.0 || clean.height < 12.0 {
        return Err(Fault::source("the picture would be empty"));
    }
    let themed = rendered.own_colors.is_some();
    let labels = clean.words.join(" ");
    let title = rendered.title.clone().unwrap_or_else(|| format!("{} diagram", language.title()));
    let mut described: String = labels.chars().take(DESCRIBED).collect();
    if described.len() < labels.len() {
        described.push('…');
    }
    let mut out = String::with_capacity(clean.body.len() + source.len() + 600);
    let _ = write!(
        out,
        "<figure class=\"cb-diagram\" data-diagram=\"{}\"><div class=\"cb-picture{7}\" tabindex=\"0\" role=\"group\" aria-label=\"{1}\">\
         <svg role=\"img\" aria-labelledby=\"{prefix}-t\" aria-describedby=\"{prefix}-d\" width=\"{2}\" height=\"{3}\" viewBox=\"{4}\">\
         <title id=\"{prefix}-t\">{1}</title><desc id=\"{prefix}-d\">{5}</desc><g fill=\"{8}\">{6}</g></svg></div>",
        language.name(),
        escape_html(&title),
        clean.width.ceil(),
        clean.height.ceil(),
        clean.view_box,
        escape_html(&described),
        clean.body,
        if themed { "" } else { " cb-paper" },
        // What has no colour of its own is black in SVG.
        if themed { TEXT.value() } else { "#000".to_owned() },
    );
    let _ = write!(
        out,
        "<button class=\"cb-source-button\" type=\"button\" popovertarget=\"{prefix}-s\">Source</button>\
         <div class=\"cb-source\" id=\"{prefix}-s\" popover>{}</div></figure>",
        code(language.name(), source)
    );
    Ok((SafeHtml::vouched(out), labels))
}

/// A figure with the source alone. That it is not drawn is its name, which the style shows above it: it is no word of the article.
pub(super) fn source_only(language: &str, source: &str) -> SafeHtml {
    let known = DiagramLanguage::of_fence(language);
    let title = known.map_or_else(|| escape_html(language), |language| language.title().to_owned());
    let name = known.map_or_else(String::new, |language| language.name().to_owned());
    SafeHtml::vouched(format!(
        "<figure class=\"cb-diagram cb-undrawn\" data-diagram=\"{name}\" aria-label=\"{title} diagram, not drawn\">{}</figure>",
        code(&name, source)
    ))
}

/// The source as a block of code; the class of its language is what readers of TechDocs know.
fn code(language: &str, source: &str) -> String {
    let source = escape_html(source);
    if language.is_empty() {
        return format!("<div class=\"cb-code\"><pre tabindex=\"0\"><code>{source}</code></pre></div>");
    }
    format!(
        "<div class=\"cb-code\" data-lang=\"{language}\"><pre tabindex=\"0\"><code class=\"language-{language}\">{source}</code></pre></div>"
    )
}

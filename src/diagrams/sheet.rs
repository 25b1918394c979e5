use std::collections::HashMap;

/// The style sheet inside an SVG, as far as renderers of diagrams need one: declarations by the class that they are for.
#[derive(Debug, Default)]
pub(super) struct Sheet(HashMap<String, Vec<(String, String)>>);

/// Most rules that are looked at.
const RULES: usize = 5_000;

impl Sheet {
    /// Reads a sheet. Of each selector its last part counts, and only if that is one class: `.d2-1 .fill-N1`. Other rules,
    /// at-rules and nested ones among them, say nothing.
    pub(super) fn read(&mut self, css: &str) {
        let mut rest = css;
        while let Some((selectors, after)) = rest.split_once('{') {
            if self.0.len() > RULES {
                return;
            }
            let Some((body, next)) = after.split_once('}') else { return };
            rest = next;
            if body.contains('{') || selectors.contains('@') {
                continue;
            }
            for selector in selectors.split(',') {
                let Some(class) = selector.split_whitespace().last().and_then(|last| last.strip_prefix('.')) else {
                    continue;
                };
                if class.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
                    self.0.entry(class.to_owned()).or_default().extend(declarations(body));
                }
            }
        }
    }

    /// Declarations for an element with these classes.
    pub(super) fn of<'a>(&'a self, classes: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let found = classes.split_whitespace().filter_map(|class| self.0.get(class)).flatten();
        found.map(|(property, value)| (property.as_str(), value.as_str()))
    }
}

/// `property: value` pairs of a rule's body or of a `style` attribute.
pub(super) fn declarations(body: &str) -> Vec<(String, String)> {
    let pairs = body.split(';').filter_map(|pair| pair.split_once(':'));
    pairs
        .map(|(property, value)| {
            let value = value.trim().trim_end_matches("!important").trim_end();
            (property.trim().to_ascii_lowercase(), value.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_single_classes_are_found() {
        let mut sheet = Sheet::default();
        sheet.read("@media print{.a{fill:red}} .x .a, .b{fill:#0A0F25; stroke : none !important} .c.d{fill:red} p{x:y} .broken{");
        let of = |classes: &str| sheet.of(classes).map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
        assert_eq!(of("a"), ["fill=#0A0F25", "stroke=none"]);
        assert_eq!(of("z b"), ["fill=#0A0F25", "stroke=none"]);
        assert_eq!(of("c d broken"), Vec::<String>::new());
    }
}

/// A language whose source is a picture: a fence of it is drawn, and its words are not searched as code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DiagramLanguage(&'static str);

/// Names as `site.toml` writes them, each with the other words that authors put behind a fence.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("mermaid", &[]),
    ("dot", &["graphviz"]),
    ("plantuml", &["puml", "uml", "c4plantuml"]),
    ("d2", &[]),
    ("ditaa", &[]),
    ("blockdiag", &[]),
    ("seqdiag", &[]),
    ("actdiag", &[]),
    ("nwdiag", &[]),
    ("bytefield", &[]),
    ("nomnoml", &[]),
    ("pikchr", &[]),
    ("structurizr", &[]),
    ("svgbob", &[]),
    ("wavedrom", &[]),
];

impl DiagramLanguage {
    /// The language that a fence names; `None` for code.
    pub fn of_fence(word: &str) -> Option<Self> {
        let known = LANGUAGES.iter().find(|(name, others)| *name == word || others.contains(&word));
        known.map(|(name, _)| Self(name))
    }

    /// All of them, by name.
    pub fn all() -> impl Iterator<Item = Self> {
        LANGUAGES.iter().map(|(name, _)| Self(name))
    }

    /// Its name, as `[diagrams.NAME]` of `site.toml` writes it.
    pub fn name(self) -> &'static str {
        self.0
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self.0 {
            "mermaid" => "Mermaid",
            "dot" => "Graphviz",
            "plantuml" => "PlantUML",
            "d2" => "D2",
            other => other,
        }
    }
}

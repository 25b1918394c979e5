use super::Section;

/// Text for search while a page is read.
#[derive(Debug)]
pub(super) struct Sections {
    found: Vec<Section>,
}

impl Sections {
    /// Begins with the text before any heading.
    pub(super) fn new() -> Self {
        let first = Section { anchor: String::new(), level: 0, heading: String::new(), text: String::new() };
        Self { found: vec![first] }
    }

    /// A heading begins a section; its id comes later.
    pub(super) fn heading(&mut self, level: u8, words: &str) {
        let heading = words.split_whitespace().collect::<Vec<_>>().join(" ");
        self.found.push(Section { anchor: String::new(), level, heading, text: String::new() });
    }

    /// Index of the section that words are added to.
    pub(super) fn current(&self) -> usize {
        self.found.len() - 1
    }

    /// Adds words as a block of their own, on a line of its own.
    pub(super) fn add(&mut self, words: &str) {
        let Some(section) = self.found.last_mut() else { return };
        let mut space = '\n';
        for word in words.split_whitespace() {
            if !section.text.is_empty() {
                section.text.push(space);
            }
            section.text.push_str(word);
            space = ' ';
        }
    }

    /// The sections, with the ids of their headings.
    pub(super) fn finish(mut self, headings: &[super::Heading]) -> Vec<Section> {
        for (section, heading) in self.found.iter_mut().skip(1).zip(headings) {
            section.anchor.clone_from(&heading.id);
        }
        self.found
    }
}

use super::document::SearchPage;

/// Longest passage in bytes. A longer section becomes several documents, so that no hit costs a giant page.
const LONGEST: usize = 4_000;
/// Text of the passages in one fragment file, in bytes, unless a single one is longer.
const PIECE: usize = 3_000;

/// One document of the index: a section, or a part of a very long one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Passage<'a> {
    /// Id of the heading; empty for the page's beginning.
    pub(super) anchor: &'a str,
    /// Words of the heading.
    pub(super) heading: &'a str,
    /// Its text: blocks on lines of their own, spaces made one.
    pub(super) text: String,
}

/// The passages of a page, at least one.
pub(super) fn cut(page: &SearchPage) -> Vec<Passage<'_>> {
    let mut passages = Vec::with_capacity(page.sections.len().max(1));
    for section in &page.sections {
        let mut text = String::new();
        for block in section.text.lines() {
            let mut space = '\n';
            for word in block.split_whitespace() {
                if text.len() + word.len() >= LONGEST && !text.is_empty() {
                    let full = std::mem::take(&mut text);
                    passages.push(Passage { anchor: &section.anchor, heading: &section.heading, text: full });
                }
                if !text.is_empty() {
                    text.push(space);
                }
                text.push_str(word);
                space = ' ';
            }
        }
        passages.push(Passage { anchor: &section.anchor, heading: &section.heading, text });
    }
    if passages.is_empty() {
        passages.push(Passage { anchor: "", heading: "", text: String::new() });
    }
    passages
}

/// Where the pieces of a page's text begin, by number of the passage; the first is 0.
pub(super) fn pieces(passages: &[Passage<'_>]) -> Vec<u32> {
    let mut starts = vec![0];
    let mut size = 0;
    for (at, passage) in passages.iter().enumerate() {
        let weight = passage.text.len() + passage.heading.len() + passage.anchor.len();
        if size > 0 && size + weight > PIECE {
            starts.push(at as u32);
            size = 0;
        }
        size += weight;
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Route;
    use crate::search::SearchSection;

    #[test]
    fn a_giant_section_becomes_passages_of_bounded_size() {
        let section = |text: String| SearchSection { anchor: "a".into(), heading: "A".into(), text };
        let page = SearchPage {
            route: Route::page(["a"]),
            title: "A".into(),
            kind: "docs".into(),
            path: Vec::new(),
            tags: Vec::new(),
            facets: Vec::new(),
            sections: vec![section("short".into()), section("word \n ".repeat(5_000)), section("end".into())],
        };
        let passages = cut(&page);
        assert!(passages.iter().all(|passage| passage.text.len() <= LONGEST));
        assert_eq!(passages.iter().map(|passage| passage.text.matches("word").count()).sum::<usize>(), 5_000);
        let pieces = pieces(&passages);
        assert_eq!((pieces[0], passages.len(), pieces.len()), (0, 9, 8));
    }
}

use super::book::{Book, NavItem};

/// The ways to the pages of a book through its nav, found by one walk for all its pages.
#[derive(Debug, Default)]
pub struct Ways {
    to_pages: Vec<Vec<usize>>,
    entries: usize,
}

impl Ways {
    /// Walks the nav once.
    pub fn new(book: &Book) -> Self {
        let mut ways = Self { to_pages: vec![Vec::new(); book.pages.len()], entries: 0 };
        ways.walk(&book.nav, &mut Vec::new());
        ways
    }

    /// The place of a page's entry on each level, from the outside in; of several entries the first. Empty if it has none.
    pub fn to(&self, page: usize) -> &[usize] {
        &self.to_pages[page]
    }

    /// Number of entries on all levels.
    pub fn entries(&self) -> usize {
        self.entries
    }

    fn walk(&mut self, items: &[NavItem], above: &mut Vec<usize>) {
        self.entries += items.len();
        for (at, item) in items.iter().enumerate() {
            above.push(at);
            match item {
                NavItem::Page { page, .. } => {
                    if let Some(way) = self.to_pages.get_mut(*page).filter(|way| way.is_empty()) {
                        way.clone_from(above);
                    }
                }
                NavItem::Link { .. } => {}
                NavItem::Section { items, .. } => self.walk(items, above),
            }
            above.pop();
        }
    }
}

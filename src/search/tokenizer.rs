use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::analyze::Analyzer;

/// Each line begins at a multiple of so many positions: so a change in one leaves the positions in the others as they are.
const LINE: usize = 128;

/// The analyzer as tantivy takes it. Its copies share one analyzer, so that each word is stemmed once for all fields.
#[derive(Clone, Default)]
pub(super) struct DevTokenizer {
    analyzer: Arc<Mutex<Analyzer>>,
}

/// Tokens of one text. No phrase goes on from one line to the next.
pub(super) struct DevStream<'a> {
    analyzer: MutexGuard<'a, Analyzer>,
    text: &'a str,
    token: Token,
    next: usize,
    count: usize,
    /// What is added to the analyzer's positions since the last line began.
    shift: usize,
}

impl DevTokenizer {
    /// The analyzer itself. Must not be held while a text is tokenised.
    pub(super) fn analyzer(&self) -> MutexGuard<'_, Analyzer> {
        self.analyzer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tokenizer for DevTokenizer {
    type TokenStream<'a> = DevStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> DevStream<'a> {
        let mut analyzer = self.analyzer();
        let count = analyzer.run(text);
        DevStream { analyzer, text, token: Token::default(), next: 0, count, shift: 0 }
    }
}

impl TokenStream for DevStream<'_> {
    fn advance(&mut self) -> bool {
        if self.next == self.count {
            return false;
        }
        let found = self.analyzer.token(self.next);
        self.token.text.clear();
        self.token.text.push_str(found.text);
        let position = found.position as usize;
        if self.text.get(self.token.offset_to..found.start).is_some_and(|between| between.contains('\n')) {
            self.shift = (position + self.shift).next_multiple_of(LINE) - position;
        }
        self.token.position = position + self.shift;
        self.token.offset_from = found.start;
        self.token.offset_to = found.end;
        self.next += 1;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

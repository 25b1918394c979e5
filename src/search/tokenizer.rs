use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::analyze::Analyzer;

/// The analyzer as tantivy takes it. Its copies share one analyzer, so that each word is stemmed once for all fields.
#[derive(Clone, Default)]
pub(super) struct DevTokenizer {
    analyzer: Arc<Mutex<Analyzer>>,
}

/// Tokens of one text.
pub(super) struct DevStream<'a> {
    analyzer: MutexGuard<'a, Analyzer>,
    token: Token,
    next: usize,
    count: usize,
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
        DevStream { analyzer, token: Token::default(), next: 0, count }
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
        self.token.position = found.position as usize;
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

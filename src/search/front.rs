/// Most UTF-16 units that a word can share with the one before it: one digit of base 36.
const MOST: usize = 35;

/// A list of words with the beginning that each shares with the one before it left out.
///
/// `["alpha", "alps"]` is written `0alpha 3s`. Lengths count UTF-16 units, which the client's strings are made of.
#[derive(Debug, Default)]
pub(super) struct FrontCoded {
    text: String,
    last: String,
}

impl FrontCoded {
    pub(super) fn push(&mut self, word: &str) {
        let mut shared = 0;
        let mut bytes = 0;
        for (a, b) in self.last.chars().zip(word.chars()) {
            if a != b || shared + a.len_utf16() > MOST {
                break;
            }
            shared += a.len_utf16();
            bytes += a.len_utf8();
        }
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push(char::from_digit(shared as u32, 36).expect("at most 35"));
        self.text.push_str(&word[bytes..]);
        self.last.clear();
        self.last.push_str(word);
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// The word that was added last.
    pub(super) fn last(&self) -> &str {
        &self.last
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// The words of a front-coded list; none for an empty text.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for item in text.split(' ').filter(|item| !item.is_empty()) {
        let shared = item.chars().next().and_then(|digit| digit.to_digit(36)).unwrap_or(0) as usize;
        let mut word = String::new();
        let mut units = 0;
        for c in words.last().map_or("", |last| last.as_str()).chars() {
            if units >= shared {
                break;
            }
            units += c.len_utf16();
            word.push(c);
        }
        word.push_str(item.get(1..).unwrap_or(""));
        words.push(word);
    }
    words
}

/// The shortest text that sorts after `before` and not after `first`: all that a table of contents has to say.
pub(super) fn separator<'a>(before: &str, first: &'a str) -> &'a str {
    let mut end = 0;
    let mut behind = before.chars();
    for c in first.chars() {
        end += c.len_utf8();
        if behind.next() != Some(c) {
            break;
        }
    }
    &first[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back() {
        let list = ["alpha", "alps", "alps𠀀", "alps𠀀x", "beta", "ber"];
        let mut coded = FrontCoded::default();
        list.iter().for_each(|word| coded.push(word));
        let text = coded.into_text();
        assert!(text.starts_with("0alpha 3s 4𠀀 6x 0beta"));
        assert_eq!(words(&text), list);
        assert_eq!(words(""), Vec::<String>::new());
    }

    #[test]
    fn separators_part_two_words() {
        for (before, first, between) in
            [("alpha", "alps", "alps"), ("al", "alp", "alp"), ("a", "beta", "b"), ("", "x", "x")]
        {
            assert_eq!(separator(before, first), between);
        }
    }
}

use super::analyze::Analyzer;

/// Words that count only where nothing else is asked. The client has the same list.
const STOP: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "can", "do", "does", "for", "from", "how", "i", "if", "in",
    "into", "is", "it", "my", "no", "not", "of", "on", "or", "s", "t", "that", "the", "their", "then", "there",
    "these", "they", "this", "to", "was", "what", "when", "where", "which", "will", "with", "you", "your",
];
/// Most slots of a query; further words are not looked up.
const MOST_SLOTS: usize = 24;

/// A query as written: words, `"phrases"`, `-word`, `+word`, `name:value` for the names of facets.
#[derive(Debug, Default)]
pub(super) struct Query {
    pub(super) words: Vec<Word>,
    pub(super) filters: Vec<Filter>,
}

#[derive(Debug)]
pub(super) struct Word {
    pub(super) tokens: Vec<QueryToken>,
    phrase: bool,
    pub(super) not: bool,
    must: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct QueryToken {
    pub(super) term: String,
    /// Before it was stemmed, folded.
    word: String,
    pub(super) whole: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) not: bool,
}

/// What one word or phrase asks for.
#[derive(Debug, Default)]
pub(super) struct Slot {
    pub(super) term: String,
    pub(super) word: String,
    pub(super) whole: bool,
    pub(super) must: bool,
    /// Words of a phrase; empty for a single term.
    pub(super) phrase: Vec<String>,
}

/// Slots to score, terms or phrases that must not be found, and how many stop words were left out.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) slots: Vec<Slot>,
    pub(super) nots: Vec<Vec<String>>,
    pub(super) not_phrases: Vec<Vec<String>>,
    pub(super) dropped: u32,
}

/// Reads a query; `facets` are the names that filters may have.
pub(super) fn parse(text: &str, facets: &[String], analyzer: &mut Analyzer) -> Query {
    let mut query = Query::default();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let sign = rest
            .chars()
            .next()
            .filter(|c| matches!(c, '+' | '-') && rest[1..].starts_with(|c: char| !c.is_whitespace()));
        let body = &rest[sign.map_or(0, char::len_utf8)..];
        let (item, length) = item(body);
        if let Item::Named(name, value) = item
            && facets.iter().any(|facet| facet == name)
        {
            query.filters.push(Filter { name: name.to_owned(), value: value.to_owned(), not: sign == Some('-') });
        } else {
            let (words, phrase) = match item {
                Item::Named(..) => (&body[..length], false),
                Item::Phrase(words) => (words, true),
                Item::Word(word) => (word, false),
            };
            let tokens = tokens(words, analyzer);
            if !tokens.is_empty() {
                query.words.push(Word { tokens, phrase, not: sign == Some('-'), must: sign == Some('+') });
            }
        }
        rest = body[length..].trim_start();
    }
    query
}

/// What a query asks for. Stop words, and terms that are `common` in the index, count only where nothing else is asked.
pub(super) fn plan(query: &Query, common: &str) -> Plan {
    let mut plan = Plan::default();
    let is_stop =
        |token: &QueryToken| STOP.contains(&token.word.as_str()) || common.split(' ').any(|term| term == token.term);
    let others =
        query.words.iter().any(|word| !word.not && (word.phrase || word.tokens.iter().any(|token| !is_stop(token))));
    for word in &query.words {
        let parts: Vec<String> =
            word.tokens.iter().filter(|token| !token.whole).map(|token| token.term.clone()).collect();
        if word.phrase && parts.len() > 1 {
            if word.not {
                plan.not_phrases.push(parts);
            } else {
                plan.slots.push(Slot { phrase: parts, must: true, ..Slot::default() });
            }
            continue;
        }
        if word.not {
            let whole = word.tokens.iter().find(|token| token.whole).map(|token| vec![token.term.clone()]);
            plan.nots.push(whole.unwrap_or(parts));
            continue;
        }
        for token in &word.tokens {
            if others && !word.phrase && !word.must && is_stop(token) {
                plan.dropped += 1;
                continue;
            }
            let known = plan.slots.iter().position(|slot| slot.phrase.is_empty() && slot.term == token.term);
            let at = known.unwrap_or_else(|| {
                plan.slots.push(Slot {
                    term: token.term.clone(),
                    word: token.word.clone(),
                    whole: token.whole,
                    ..Slot::default()
                });
                plan.slots.len() - 1
            });
            plan.slots[at].must |= (word.must || word.phrase) && !token.whole;
            plan.slots[at].whole &= token.whole;
        }
    }
    plan.slots.truncate(MOST_SLOTS);
    plan
}

/// The terms of the parts of names and words of a text, in their order.
pub(super) fn names(text: &str, analyzer: &mut Analyzer) -> Vec<String> {
    analyzer.analyze(text).filter(|token| !token.whole).map(|token| token.text.to_owned()).collect()
}

enum Item<'a> {
    Named(&'a str, &'a str),
    Phrase(&'a str),
    Word(&'a str),
}

/// The item at the beginning of a text that does not begin with a space, and its length.
fn item(text: &str) -> (Item<'_>, usize) {
    if let Some((name, value)) = text.split_once(':')
        && name.starts_with(char::is_alphabetic)
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
    {
        if let Some((quoted, _)) = value.strip_prefix('"').and_then(|value| value.split_once('"')) {
            return (Item::Named(name, quoted), name.len() + quoted.len() + 3);
        }
        let end = value.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(value.len());
        if end > 0 {
            return (Item::Named(name, &value[..end]), name.len() + 1 + end);
        }
    }
    if let Some(quoted) = text.strip_prefix('"') {
        let end = quoted.find('"').unwrap_or(quoted.len());
        return (Item::Phrase(&quoted[..end]), (end + 2).min(text.len()));
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (Item::Word(&text[..end]), end)
}

fn tokens(text: &str, analyzer: &mut Analyzer) -> Vec<QueryToken> {
    let found: Vec<_> = analyzer.analyze(text).map(|t| (t.text.to_owned(), t.start, t.end, t.whole)).collect();
    let token = |(term, start, end, whole): (String, usize, usize, bool)| {
        let mut word = String::new();
        text[start..end]
            .chars()
            .filter(|c| !whole || !matches!(c, '-' | '_'))
            .for_each(|c| super::letters::fold_into(c, &mut word));
        QueryToken { term, word, whole }
    };
    found.into_iter().map(token).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_has_words_phrases_signs_and_filters() {
        let facets = ["kind".to_owned(), "owner".to_owned()];
        let text = r#"the sync-wave "signing key" -beta +gamma kind:api -owner:"team a" foo::bar - "open"#;
        let query = parse(text, &facets, &mut Analyzer::default());
        let filters: Vec<_> = query.filters.iter().map(|f| (f.name.as_str(), f.value.as_str(), f.not)).collect();
        assert_eq!(filters, [("kind", "api", false), ("owner", "team a", true)]);
        let plan = plan(&query, "");
        let slots: Vec<String> = plan
            .slots
            .iter()
            .map(|slot| format!("{}{}{}", if slot.must { "+" } else { "" }, slot.term, slot.phrase.join(" ")))
            .collect();
        assert_eq!(slots, ["sync", "syncwav", "wave", "+sign key", "+gamma", "foo", "bar", "+open"]);
        assert_eq!((plan.nots, plan.dropped), (vec![vec!["beta".to_owned()]], 1));
    }
}

//! `#12`, `!12`, `?12`, `@name`, `owner/name#12` and commits as links into the forge (pymdownx.magiclink, `repo_url_shorthand`).

use super::Shorthand;

/// What a short form stands for: its width, the text to show, and where it leads.
pub(super) type Found = (usize, String, String);

/// The short form that begins at a place of running text.
pub(super) fn shorthand(text: &str, at: usize, to: &Shorthand) -> Option<Found> {
    let before = text[..at].chars().next_back();
    match text.as_bytes()[at] {
        b'#' | b'!' | b'?' if !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '#' | '!' | '?' | '/')) => {
            let (width, symbol, number) = ticket(&text[at..])?;
            Some((
                width,
                format!("{symbol}{number}", symbol = to.symbol(symbol)),
                to.ticket(&to.owner, &to.name, symbol, number),
            ))
        }
        b'@' if !before.is_some_and(|c| c.is_alphanumeric() || c == '_') => mention(&text[at..], to),
        byte if byte.is_ascii_alphanumeric()
            && !before.is_some_and(|c| c.is_alphanumeric() || "_-./@:#".contains(c)) =>
        {
            elsewhere(&text[at..], to).or_else(|| commit(&text[at..], to))
        }
        _ => None,
    }
}

/// `@name` or `@owner/name`.
fn mention(text: &str, to: &Shorthand) -> Option<Found> {
    let owner = name(&text[1..], 39)?;
    let mut width = 1 + owner.len();
    let base = &to.base;
    if let Some(repository) = text[width..].strip_prefix('/').and_then(|rest| name(rest, 100)) {
        width += 1 + repository.len();
        return Some((width, format!("{owner}/{repository}"), format!("{base}/{owner}/{repository}")));
    }
    Some((width, format!("@{owner}"), format!("{base}/{owner}")))
}

/// `owner/name#12`, `name#12` (of the same owner) and `owner/name@commit`.
fn elsewhere(text: &str, to: &Shorthand) -> Option<Found> {
    let first = name(text, 100)?;
    let (owner, repository, width) = match text[first.len()..].strip_prefix('/').and_then(|rest| name(rest, 100)) {
        Some(second) => (first, second, first.len() + 1 + second.len()),
        None => (to.owner.as_str(), first, first.len()),
    };
    if owner.is_empty() {
        return None;
    }
    let rest = &text[width..];
    let shown = match (owner == to.owner, repository == to.name) {
        (true, true) => String::new(),
        (true, false) => repository.to_owned(),
        _ => format!("{owner}/{repository}"),
    };
    if let Some((more, symbol, number)) = ticket(rest) {
        let shown = format!("{shown}{}{number}", to.symbol(symbol));
        return Some((width + more, shown, to.ticket(owner, repository, symbol, number)));
    }
    let hash = hash(rest.strip_prefix('@')?)?;
    let at = if shown.is_empty() { "" } else { "@" };
    Some((width + 1 + hash.len(), format!("{shown}{at}{}", &hash[..7]), to.commit(owner, repository, hash)))
}

/// A commit of the repository itself, by its 40 digits; two of them with `...` between are what changed from one to the other.
fn commit(text: &str, to: &Shorthand) -> Option<Found> {
    let first = hash(text).filter(|_| !to.name.is_empty())?;
    if let Some(second) = text[first.len()..].strip_prefix("...").and_then(hash) {
        let url = to.changes(first, second);
        return Some((first.len() + 3 + second.len(), format!("{}...{}", &first[..7], &second[..7]), url));
    }
    Some((first.len(), first[..7].to_owned(), to.commit(&to.owner, &to.name, first)))
}

/// `#12`: its width, symbol and number.
fn ticket(text: &str) -> Option<(usize, char, &str)> {
    let symbol = text.chars().next().filter(|c| matches!(c, '#' | '!' | '?'))?;
    let digits = text[1..].bytes().take_while(u8::is_ascii_digit).count();
    let number = &text[1..=digits];
    let ends = !text[1 + digits..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    (ends && !number.is_empty() && digits < 12 && !number.starts_with('0')).then_some((1 + digits, symbol, number))
}

/// The name of an account or a repository at the start of a text.
fn name(text: &str, longest: usize) -> Option<&str> {
    let width = text.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')).count();
    let name = text[..width].trim_end_matches(['-', '_', '.']);
    (!name.is_empty() && name.len() <= longest && name.as_bytes()[0].is_ascii_alphanumeric()).then_some(name)
}

fn hash(text: &str) -> Option<&str> {
    let width = text.bytes().take_while(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')).count();
    (width == 40 && !text[40..].starts_with(|c: char| c.is_alphanumeric() || c == '_')).then(|| &text[..40])
}

impl Shorthand {
    /// The sign to show: with `normalize_issue_symbols` all are `#`.
    fn symbol(&self, symbol: char) -> char {
        if self.normalise { '#' } else { symbol }
    }

    fn ticket(&self, owner: &str, name: &str, symbol: char, number: &str) -> String {
        let base = &self.base;
        let kind = match (self.forge.as_str(), symbol) {
            ("gitlab", '!') => "-/merge_requests",
            ("gitlab", _) => "-/issues",
            ("bitbucket", '!') => "pull-requests",
            ("bitbucket", _) | (_, '#') => "issues",
            (_, '!') => "pull",
            _ => "discussions",
        };
        format!("{base}/{owner}/{name}/{kind}/{number}")
    }

    fn commit(&self, owner: &str, name: &str, hash: &str) -> String {
        let kind = match self.forge.as_str() {
            "gitlab" => "-/commit",
            "bitbucket" => "commits",
            _ => "commit",
        };
        format!("{}/{owner}/{name}/{kind}/{hash}", self.base)
    }

    fn changes(&self, from: &str, to: &str) -> String {
        let Self { base, owner, name, .. } = self;
        match self.forge.as_str() {
            "gitlab" => format!("{base}/{owner}/{name}/-/compare/{from}...{to}"),
            "bitbucket" => format!("{base}/{owner}/{name}/branches/compare/{to}..{from}#diff"),
            _ => format!("{base}/{owner}/{name}/compare/{from}...{to}"),
        }
    }
}

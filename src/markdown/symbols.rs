//! What stands for something else in running text: bare addresses, emoji names, smart symbols, keys, abbreviations.

use super::abbreviations::Abbreviations;
use super::autolinks::{bare_mail, bare_url};
use super::emoji::{emoji, is_icon};
use super::inline::{Element, Kind, Piece};
use super::keys::keys;
use super::shorthand::shorthand;
use super::writer::push_escaped;
use super::{Shorthand, attribute_lists};

/// Replaces symbols in the texts of a run.
pub(super) fn run(pieces: &mut Vec<Piece<'_>>, abbreviations: &Abbreviations, short: Option<&Shorthand>) {
    let every = !abbreviations.meanings.is_empty() || short.is_some();
    let mut out: Vec<Piece<'_>> = Vec::with_capacity(pieces.len());
    let mut links = 0_usize;
    let mut destination = String::new();
    for piece in std::mem::take(pieces) {
        match &piece.kind {
            Kind::Link(to, _) => {
                links += 1;
                destination = to.to_string();
            }
            // An address that is shown stays as it is.
            Kind::Text(text) if links > 0 && destination.ends_with(text.as_str()) => {}
            Kind::Image(..) => links += 1,
            Kind::EndLink | Kind::EndImage => links = links.saturating_sub(1),
            Kind::Html(html) if html.starts_with("<a ") || html.starts_with("<A ") => links += 1,
            Kind::Html(html) if html.eq_ignore_ascii_case("</a>") => links = links.saturating_sub(1),
            Kind::Text(text) if every || text.contains(INTERESTING) => {
                let short = short.filter(|_| links == 0);
                scan(text, &piece, links > 0, abbreviations, short, &mut out);
                continue;
            }
            _ => {}
        }
        out.push(piece);
    }
    *pieces = out;
}

const INTERESTING: [char; 9] = [':', '@', '(', '/', '-', '+', '.', 't', 'd'];

/// Splits one text.
fn scan<'a>(
    text: &str,
    piece: &Piece<'a>,
    linked: bool,
    abbreviations: &Abbreviations,
    short: Option<&Shorthand>,
    out: &mut Vec<Piece<'a>>,
) {
    let mut from = 0;
    let mut at = 0;
    let put = |text: String| Piece::new(Kind::Text(text), piece.at.clone());
    let mut words = Words { text, begun: usize::MAX };
    while at < text.len() {
        let short = |at: usize| {
            let (width, shown, url) = shorthand(text, at, short?)?;
            Some((width, link(&shown, url)))
        };
        let found = at_symbol(text, at, linked).or_else(|| short(at)).or_else(|| words.abbreviation(at, abbreviations));
        match found {
            Some((width, made)) => {
                if at > from {
                    out.push(put(text[from..at].to_owned()));
                }
                out.extend(made.into_iter().map(|kind| Piece::new(kind, piece.at.clone())));
                at += width;
                from = at;
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    if from < text.len() {
        out.push(put(text[from..].to_owned()));
    }
}

/// The symbol at a place: its width, and what it becomes.
fn at_symbol<'a>(text: &str, at: usize, linked: bool) -> Option<(usize, Vec<Kind<'a>>)> {
    let rest = &text[at..];
    let text_only = |width: usize, shown: &str| Some((width, vec![Kind::Text(shown.to_owned())]));
    match rest.as_bytes()[0] {
        b':' => {
            let end = rest[1..].find(':').filter(|end| *end > 0 && *end < 64)? + 1;
            let name = &rest[1..end];
            if is_icon(name) && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
                // The picture is not ours to give; its name would only be noise.
                let mut html = String::from("<span class=\"icon\" title=\"");
                push_escaped(&mut html, name);
                html.push_str("\"></span>");
                return Some((end + 1 + attributes_behind(&rest[end + 1..]), vec![Kind::Made(html, String::new())]));
            }
            text_only(end + 1 + attributes_behind(&rest[end + 1..]), emoji(name)?)
        }
        b'(' => {
            let (width, shown) = [("(c)", "\u{A9}"), ("(r)", "\u{AE}"), ("(tm)", "\u{2122}")]
                .into_iter()
                .find(|(source, _)| rest.get(..source.len()).is_some_and(|start| start.eq_ignore_ascii_case(source)))
                .map(|(source, shown)| (source.len(), shown))?;
            text_only(width, shown)
        }
        b'+' if rest.starts_with("+/-") => text_only(3, "\u{B1}"),
        b'+' => {
            let previous = text[..at].chars().next_back();
            let (width, html, shown) =
                keys(rest).filter(|_| previous.is_none_or(|c| !c.is_alphanumeric() && c != '+'))?;
            Some((width, vec![Kind::Made(html, shown)]))
        }
        b'=' if rest.starts_with("=/=") => text_only(3, "\u{2260}"),
        b'<' if rest.starts_with("<-->") => text_only(4, "\u{2194}"),
        b'<' if rest.starts_with("<--") && !rest.starts_with("<---") => text_only(3, "\u{2190}"),
        b'-' if rest.starts_with("-->") && !text[..at].ends_with('-') => text_only(3, "\u{2192}"),
        b'c' if rest.starts_with("c/o") && is_word(text, at, 3) => text_only(3, "\u{2105}"),
        b'0'..=b'9' => number(text, at),
        _ if !linked && begins_word(text, at) => address(text, at),
        _ => None,
    }
}

/// Width of an attribute list at the start of a text.
fn attributes_behind(text: &str) -> usize {
    if text.starts_with('{') { attribute_lists::list(text).map_or(0, |(_, width)| width) } else { 0 }
}

/// A bare URL or mail address.
fn address<'a>(text: &str, at: usize) -> Option<(usize, Vec<Kind<'a>>)> {
    let rest = &text[at..];
    if matches!(rest.as_bytes()[0], b'h' | b'H' | b'f' | b'F' | b'w' | b'W')
        && let Some((width, destination)) = bare_url(text, at)
    {
        return Some((width, link(&rest[..width], destination)));
    }
    let width = bare_mail(text, at)?;
    Some((width, link(&rest[..width], format!("mailto:{}", &rest[..width]))))
}

fn link<'a>(shown: &str, destination: String) -> Vec<Kind<'a>> {
    vec![Kind::Link(destination.into(), "".into()), Kind::Text(shown.to_owned()), Kind::EndLink]
}

fn begins_word(text: &str, at: usize) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text[at..].chars().next().is_some_and(word) && !text[..at].chars().next_back().is_some_and(word)
}

fn is_word(text: &str, at: usize, width: usize) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    begins_word(text, at) && !text[at + width..].chars().next().is_some_and(word)
}

/// `1/2`, `1st`: fractions and ordinals.
fn number<'a>(text: &str, at: usize) -> Option<(usize, Vec<Kind<'a>>)> {
    const FRACTIONS: [(&str, &str); 15] = [
        ("1/4", "\u{BC}"),
        ("1/2", "\u{BD}"),
        ("3/4", "\u{BE}"),
        ("1/3", "\u{2153}"),
        ("2/3", "\u{2154}"),
        ("1/5", "\u{2155}"),
        ("2/5", "\u{2156}"),
        ("3/5", "\u{2157}"),
        ("4/5", "\u{2158}"),
        ("1/6", "\u{2159}"),
        ("5/6", "\u{215A}"),
        ("1/8", "\u{215B}"),
        ("3/8", "\u{215C}"),
        ("5/8", "\u{215D}"),
        ("7/8", "\u{215E}"),
    ];
    let rest = &text[at..];
    let after_digit = text[..at].ends_with(|c: char| c.is_ascii_digit());
    if let Some((source, shown)) = FRACTIONS.iter().find(|(source, _)| rest.starts_with(source))
        && !after_digit
        && !rest[source.len()..].starts_with(|c: char| c.is_ascii_digit())
    {
        return Some((source.len(), vec![Kind::Text((*shown).to_owned())]));
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let suffix = rest.get(digits..digits + 2)?;
    if after_digit || !is_word(text, at, digits + 2) || (rest.starts_with('0') && digits > 1) {
        return None;
    }
    let last = &rest[..digits];
    let teen = last.ends_with("11") || last.ends_with("12") || last.ends_with("13");
    let fits = match suffix {
        "st" => last.ends_with('1'),
        "nd" => last.ends_with('2'),
        "rd" => last.ends_with('3'),
        "th" => teen || !last.ends_with(['1', '2', '3']),
        _ => false,
    };
    let kinds = vec![
        Kind::Text(last.to_owned()),
        Kind::Open(Element::Superscript),
        Kind::Text(suffix.to_owned()),
        Kind::Close(Element::Superscript),
    ];
    fits.then_some((digits + 2, kinds))
}

/// Words of a text, looked up as abbreviations.
struct Words<'t> {
    text: &'t str,
    begun: usize,
}

impl Words<'_> {
    fn abbreviation<'a>(&mut self, at: usize, known: &Abbreviations) -> Option<(usize, Vec<Kind<'a>>)> {
        if known.meanings.is_empty() || self.begun == at {
            return None;
        }
        let rest = &self.text[at..];
        let word = |c: char| c.is_alphanumeric() || c == '_';
        if self.text[..at].chars().next_back().is_some_and(word) && rest.chars().next().is_some_and(word) {
            return None;
        }
        let fits = |name: &&str| !(name.ends_with(word) && rest[name.len()..].starts_with(word));
        let name = known
            .widths
            .iter()
            .filter_map(|width| rest.get(..*width))
            .find(|name| known.meanings.contains_key(*name) && fits(name))?;
        let meaning = &known.meanings[name];
        let mut html = String::from("<abbr title=\"");
        push_escaped(&mut html, meaning);
        html.push_str("\">");
        push_escaped(&mut html, name);
        html.push_str("</abbr>");
        Some((name.len(), vec![Kind::Made(html, name.to_owned())]))
    }
}

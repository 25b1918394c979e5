use percent_encoding::utf8_percent_encode;
use url::Url;

use super::plugin::Setting;
use super::template::{Parts, Piece, Slot, Template};
use crate::base::percent;

/// How a URL template begins, which decides where its links may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beginning<'a> {
    /// Literal text with scheme and host.
    Host(&'a str),
    /// A setting, which must hold an address.
    Setting(&'a str),
    /// The whole template is one part: the annotation's value is itself an address.
    Value(&'a str),
}

/// Checks the beginning of a URL template; the error is for the plugin's author.
pub(super) fn beginning(url: &Template, is_setting: impl Fn(&str) -> bool) -> Result<Beginning<'_>, String> {
    match url.pieces.first() {
        Some(Piece::Slot(slot)) if is_setting(&slot.name) => match url.pieces.get(1) {
            None => Ok(Beginning::Setting(&slot.name)),
            Some(Piece::Text(next)) if next.starts_with(['/', '?', '#']) => Ok(Beginning::Setting(&slot.name)),
            _ => Err(format!("after `{{{}}}` the URL goes on with `/`, `?` or `#`", slot.name)),
        },
        Some(Piece::Slot(slot)) if url.pieces.len() == 1 => Ok(Beginning::Value(&slot.name)),
        Some(Piece::Text(text)) => {
            let after = text.split_once("://").map(|(_, after)| after);
            let whole = url.pieces.len() == 1 || after.is_some_and(|after| after.contains(['/', '?', '#']));
            if !whole || address(text).is_none() {
                return Err("a URL begins with `https://`, a complete host and `/`, or with a setting".to_owned());
            }
            Ok(Beginning::Host(text))
        }
        _ => Err("a URL begins with `https://`, a complete host and `/`, or with a setting".to_owned()),
    }
}

/// A text as an http or https URL without user name, or `None`.
pub(super) fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none();
    plain.then_some(url)
}

/// What a setting that URLs begin with may be: an address without query and fragment. Trailing slashes are dropped.
pub(super) fn base_address(text: &str) -> Option<String> {
    let url = address(text).filter(|url| url.query().is_none() && url.fragment().is_none())?;
    Some(url.as_str().trim_end_matches('/').to_owned())
}

/// Fills a URL template. Every part is percent-encoded and cannot change the host or climb out of its path; the error
/// says why a value was refused.
pub(super) fn fill(url: &Template, settings: &[Setting], parts: &Parts<'_>) -> Result<String, String> {
    let setting = |name: &str| settings.iter().find(|setting| setting.name == name);
    let begins = beginning(url, |name| setting(name).is_some())?;
    if let Beginning::Value(name) = begins {
        let value = parts.get(name).copied().unwrap_or_default();
        return address(value).map(String::from).ok_or_else(|| "it is no http or https address".to_owned());
    }
    let mut made = String::new();
    let mut base = 0;
    for (at, piece) in url.pieces.iter().enumerate() {
        match piece {
            Piece::Text(text) => made.push_str(text),
            Piece::Slot(slot) => match (setting(&slot.name), parts.get(slot.name.as_str())) {
                (Some(setting), _) if at == 0 => made.push_str(setting.value.as_deref().unwrap_or_default()),
                (Some(setting), _) => push_part(&mut made, slot, setting.value.as_deref().unwrap_or_default())?,
                (None, part) => push_part(&mut made, slot, part.copied().unwrap_or_default())?,
            },
        }
        if at == 0 {
            base = made.find(['?', '#']).unwrap_or(made.len());
        }
    }
    let stays = match (address(&made), address(&made[..base])) {
        (Some(made), Some(base)) => made.origin() == base.origin() && made.path().starts_with(base.path()),
        _ => false,
    };
    if stays { Ok(made) } else { Err("it would lead off the tool's own address".to_owned()) }
}

fn push_part(made: &mut String, slot: &Slot, part: &str) -> Result<(), String> {
    if part.chars().any(char::is_control) {
        return Err("it holds a control character".to_owned());
    }
    let segments: Vec<&str> = match slot.joiner {
        Some(_) => part.split('/').collect(),
        None => vec![part],
    };
    let joiner = slot.joiner.as_deref().unwrap_or("/");
    for (at, segment) in segments.into_iter().enumerate() {
        if matches!(segment, "" | "." | "..") {
            return Err("a part of it is empty, `.` or `..`".to_owned());
        }
        if at > 0 {
            made.push_str(joiner);
        }
        made.extend(utf8_percent_encode(segment, percent::PART));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(url: &str, value: &str) -> Result<String, String> {
        let base = Setting {
            name: "base_url".to_owned(),
            title: String::new(),
            example: String::new(),
            is_address: true,
            value: Some("https://ci.example.com/sub".to_owned()),
        };
        fill(&Template::parse(url).unwrap(), &[base], &Parts::from([("value", value)]))
    }

    #[test]
    fn parts_mean_themselves_wherever_they_stand() {
        let made = |url, value| filled(url, value).unwrap();
        assert_eq!(made("https://x.org/{value}", "a/b?c#d e"), "https://x.org/a%2Fb%3Fc%23d%20e");
        assert_eq!(made("https://x.org/{value/}/z", "a/ü"), "https://x.org/a/%C3%BC/z");
        assert_eq!(made("{base_url}/job/{value/job/}", "a/b"), "https://ci.example.com/sub/job/a/job/b");
        assert_eq!(made("https://x.org/?q={value}", "a&b=%2e"), "https://x.org/?q=a%26b%3D%252e");
        assert_eq!(made("{value}", "https://shop.example.org/x?y"), "https://shop.example.org/x?y");
    }

    #[test]
    fn values_that_would_leave_are_refused() {
        for value in ["..", "a/../..", "a//b", "/a", "", "a\nb"] {
            assert!(filled("{base_url}/{value/}", value).is_err(), "{value:?}");
        }
        for value in ["javascript:alert(1)", "//x.org", "https://user@x.org/", "data:text/html,x", "x"] {
            assert!(filled("{value}", value).is_err(), "{value:?}");
        }
    }

    #[test]
    fn no_part_stands_in_the_host() {
        let begins = |url: &str| beginning(&Template::parse(url).unwrap(), |name| name == "base_url").map(|_| ());
        for good in ["https://x.org/{a}", "{base_url}/x", "{base_url}", "{a}", "https://x.org/"] {
            assert!(begins(good).is_ok(), "{good}");
        }
        for bad in
            ["https://{a}.x.org/", "https://x.org{a}", "{base_url}{a}", "{base_url}.evil", "{a}/x", "x/{a}", "ftp://x/"]
        {
            assert!(begins(bad).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_value_the_link_stays_below_its_base(value in ".*") {
            for url in ["{base_url}/a/{value/}", "{base_url}/a/{value}/b", "{base_url}/a/?q={value}"] {
                if let Ok(made) = filled(url, &value) {
                    let made = Url::parse(&made).unwrap();
                    proptest::prop_assert_eq!(made.host_str(), Some("ci.example.com"));
                    proptest::prop_assert!(made.path().starts_with("/sub/a/"), "{}", made);
                }
            }
        }
    }
}

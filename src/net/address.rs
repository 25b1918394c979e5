use std::net::{Ipv4Addr, Ipv6Addr};

/// How a host is talked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `https`.
    Https,
    /// `http`, unencrypted.
    Http,
    /// `ssh`, also written `user@host:path`.
    Ssh,
    /// git's own unencrypted protocol.
    Git,
}

impl Scheme {
    /// As written before `://`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
            Self::Ssh => "ssh",
            Self::Git => "git",
        }
    }

    /// Whether it is one of the web's.
    pub fn is_web(self) -> bool {
        matches!(self, Self::Https | Self::Http)
    }
}

/// A checked network address: nothing in it can be taken for an option or hide another host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// How it is talked to.
    pub scheme: Scheme,
    /// The user, for ssh only.
    pub user: Option<String>,
    /// Lower case: a name, a dotted IPv4 address, or an IPv6 address in brackets.
    pub host: String,
    /// Port, when it is not the scheme's own.
    pub port: Option<u16>,
    /// With a leading `/` (not for `host:path`), and the query, as written.
    pub path: String,
    /// Written as `host:path`, whose path may be relative to the user's home.
    pub short_form: bool,
}

/// Why a text is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The text has a shape that is not understood, or not safe.
    #[error("`{0}` is not an address: {1}")]
    Malformed(String, &'static str),
    /// It is none of https, http, ssh and git.
    #[error("`{0}` addresses are not read; use https or ssh")]
    Scheme(String),
    /// A password or token stands in the address.
    #[error("the address of `{0}` holds a password or token")]
    Credentials(String),
}

impl Address {
    /// Takes `scheme://[user@]host[:port]/path` or `[user@]host:path`. A user name without a password is dropped from web
    /// addresses; errors never show credentials.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let malformed = |why| AddressError::Malformed(without_credentials(text), why);
        if text.len() > 2048 {
            return Err(AddressError::Malformed("…".to_owned(), "it is over 2,048 bytes"));
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(malformed("it has a space, a backslash or a control character"));
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return parse_short(text).map_err(malformed);
        };
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "https" => Scheme::Https,
            "http" => Scheme::Http,
            "ssh" | "git+ssh" | "ssh+git" => Scheme::Ssh,
            "git" => Scheme::Git,
            other => return Err(AddressError::Scheme(other.escape_debug().to_string())),
        };
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let (host, port) = split_port(host).map_err(malformed)?;
        let host = checked_host(host).map_err(malformed)?;
        if user.is_some_and(|user| user.contains(':')) {
            return Err(AddressError::Credentials(host));
        }
        let user = match user {
            Some(user) if scheme == Scheme::Ssh => Some(checked_user(user).map_err(malformed)?),
            _ => None,
        };
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        if path[1..].starts_with('-') && !scheme.is_web() {
            return Err(malformed("its path starts with a dash"));
        }
        let own = match scheme {
            Scheme::Https => 443,
            Scheme::Http => 80,
            Scheme::Ssh => 22,
            Scheme::Git => 9418,
        };
        Ok(Self { scheme, user, host, port: port.filter(|&port| port != own), path, short_form: false })
    }

    /// As a program is to be given it: never with a password.
    pub fn url(&self) -> String {
        let user = self.user.as_deref().map(|user| format!("{user}@")).unwrap_or_default();
        if self.short_form {
            return format!("{user}{}:{}", self.host, self.path);
        }
        format!("{}://{user}{}{}", self.scheme.as_str(), self.authority(), self.path)
    }

    /// `host` or `host:port`.
    pub fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.url())
    }
}

/// The text without anything between `://` and the `@` of the same authority, wherever that stands in it.
pub fn without_credentials(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        clean.push_str(before);
        let end = after.find(|c: char| matches!(c, '/' | '?' | '#') || c.is_whitespace() || c == '\'' || c == '"');
        let authority = &after[..end.unwrap_or(after.len())];
        rest = authority.rfind('@').map_or(after, |sign| &after[sign + 1..]);
    }
    clean.push_str(rest);
    clean
}

fn parse_short(text: &str) -> Result<Address, &'static str> {
    let (authority, path) = text.split_once(':').ok_or("it has neither `://` nor `host:path`")?;
    if authority.contains('/') || path.is_empty() {
        return Err("it has neither `://` nor `host:path`");
    }
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(checked_user(user)?), host),
        None => (None, authority),
    };
    if path.starts_with('-') {
        return Err("its path starts with a dash");
    }
    let host = checked_host(host)?;
    Ok(Address { scheme: Scheme::Ssh, user, host, port: None, path: path.to_owned(), short_form: true })
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), &'static str> {
    let after_host = if authority.starts_with('[') { authority.find(']').unwrap_or(0) } else { 0 };
    match authority[after_host..].find(':') {
        None => Ok((authority, None)),
        Some(colon) => {
            let (host, port) = authority.split_at(after_host + colon);
            let digits = &port[1..];
            if digits.is_empty() {
                return Ok((host, None));
            }
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            let port = digits.parse().ok().filter(|_| plain).ok_or("its port is not a number below 65,536")?;
            Ok((host, Some(port)))
        }
    }
}

/// Hosts are ASCII names or plainly written IP addresses: `2130706433`, `0x7f.1` and `0177.0.0.1` are other spellings
/// of one, which resolvers take and allow lists miss.
fn checked_host(host: &str) -> Result<String, &'static str> {
    if let Some(inner) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let address: Ipv6Addr = inner.parse().map_err(|_| "what stands in brackets is no IPv6 address")?;
        return Ok(format!("[{address}]"));
    }
    let sound = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    if host.len() > 253 || !host.split('.').all(sound) {
        return Err("its host is no plain name (write international names in their `xn--` form)");
    }
    let host = host.to_ascii_lowercase();
    let last = host.rsplit('.').next().unwrap_or("");
    let numeric = last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x");
    if numeric && host.parse::<Ipv4Addr>().is_err() {
        return Err("its host is a number that is not written as a plain IPv4 address");
    }
    Ok(host)
}

fn checked_user(user: &str) -> Result<String, &'static str> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte);
    if user.is_empty() || user.starts_with('-') || !user.bytes().all(sound) {
        return Err("its user name is not plain");
    }
    Ok(user.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_in_all_their_forms() {
        let url = |text: &str| Address::parse(text).map_or_else(|error| error.to_string(), |address| address.url());
        assert_eq!(url("https://GitHub.com/org/repo.git"), "https://github.com/org/repo.git");
        assert_eq!(url("https://org@dev.azure.com/org/p/_git/r"), "https://dev.azure.com/org/p/_git/r");
        assert_eq!(url("ssh://git@host:2222/a/b"), "ssh://git@host:2222/a/b");
        assert_eq!(url("git@host.example:org/repo.git"), "git@host.example:org/repo.git");
        assert_eq!(url("http://[::1]:80/x"), "http://[::1]/x");
        assert_eq!(url("http://127.0.0.1:8080/x"), "http://127.0.0.1:8080/x");
    }

    #[test]
    fn what_could_be_an_option_or_another_host_is_refused() {
        for bad in [
            "ssh://-oProxyCommand=x/y",
            "-oProxyCommand=x:y",
            "ssh://-l@host/y",
            "host:-x",
            "ssh://host/-x",
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://0x7f.1/",
            "http://127.1/",
            "http://0x7f000001/",
            "http://host\\@evil/",
            "http://ho st/",
            "https://example.com:99999/",
            "https://exa%6dple.com/",
            "https:///x",
            "ext::sh -c true",
            "file:///etc",
            "",
        ] {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn credentials_are_never_shown() {
        let error = Address::parse("https://me:s3cret@host/x").unwrap_err().to_string();
        assert!(!error.contains("s3cret"), "{error}");
        let error = Address::parse("https://me:s3cret@ho st/x").unwrap_err().to_string();
        assert!(!error.contains("s3cret@"), "{error}");
        assert_eq!(
            without_credentials("fatal: 'https://t:k@host/x' and http://u@h:1/"),
            "fatal: 'https://host/x' and http://h:1/"
        );
    }
}

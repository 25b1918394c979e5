use super::HostKind;
use crate::net::{Address, Scheme};

/// The header that carries an access token to one host, as settings for git's environment: never on a command line,
/// where other users of the machine could read it, and never to another host, because git compares the address.
///
/// `Err` is for people and says why the token is not used. `value` is the environment variable's.
pub(super) fn token_setting(
    variable: &str,
    value: Option<String>,
    address: &Address,
) -> Result<(String, String), String> {
    let value = value.filter(|value| !value.trim().is_empty());
    let value = value.ok_or_else(|| format!("the environment variable `{variable}` is not set"))?;
    let value = value.trim();
    if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(format!("the environment variable `{variable}` holds no plain text"));
    }
    let loopback = matches!(address.host.as_str(), "localhost" | "127.0.0.1" | "[::1]");
    if address.scheme != Scheme::Https && !(address.scheme == Scheme::Http && loopback) {
        return Err(format!("the token in `{variable}` is only sent over https"));
    }
    let login = if value.contains(':') { value.to_owned() } else { format!("{}:{value}", user(variable, address)) };
    let key = format!("http.{}://{}/.extraHeader", address.scheme.as_str(), address.authority());
    Ok((key, format!("Authorization: Basic {}", base64(login.as_bytes()))))
}

/// The user name that each host wants beside a token. A value of the form `user:token` says its own.
fn user(variable: &str, address: &Address) -> &'static str {
    match HostKind::of_host(&address.host) {
        Some(HostKind::GitLab) if variable == "CI_JOB_TOKEN" => "gitlab-ci-token",
        Some(HostKind::GitLab) => "oauth2",
        Some(HostKind::Bitbucket) => "x-token-auth",
        _ => "x-access-token",
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for index in 0..4 {
            let digit = DIGITS[(group >> (18 - 6 * index)) as usize & 63];
            text.push(if index <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_go_only_to_the_sources_own_host_and_only_encrypted() {
        let address = |url: &str| Address::parse(url).unwrap();
        let setting = |url: &str| token_setting("T", Some("abc".to_owned()), &address(url));
        let (key, value) = setting("https://github.com/o/r").unwrap();
        assert_eq!(key, "http.https://github.com/.extraHeader");
        assert_eq!(value, "Authorization: Basic eC1hY2Nlc3MtdG9rZW46YWJj");
        assert!(setting("http://github.com/o/r").is_err());
        assert!(setting("git@github.com:o/r").is_err());
        assert!(token_setting("T", Some("a\nHost: x".to_owned()), &address("https://github.com/")).is_err());
        assert!(token_setting("T", None, &address("https://github.com/")).is_err());
        assert_eq!((base64(b""), base64(b"a"), base64(b"ab")), (String::new(), "YQ==".to_owned(), "YWI=".to_owned()));
    }
}

use std::net::IpAddr;

/// The names that a server answers to. A page elsewhere can make its own name lead to this machine (DNS rebinding); the
/// `Host` field then shows that name, which is none of these.
#[derive(Debug, Clone, Default)]
pub struct Hosts(Vec<String>);

impl Hosts {
    /// `localhost`, names below it, addresses of any machine as numbers, which no name server gives away, and `names`.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().map(|name| name.to_ascii_lowercase()).collect())
    }

    /// Whether the value of a `Host` field names this server; its port does not matter.
    pub(super) fn has(&self, field: &str) -> bool {
        let name = match field.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or(""),
            None => field.split(':').next().unwrap_or(""),
        };
        let name = name.to_ascii_lowercase();
        let name = name.strip_suffix('.').unwrap_or(&name);
        name == "localhost"
            || name.ends_with(".localhost")
            || name.parse::<IpAddr>().is_ok()
            || self.0.iter().any(|known| known == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strange_names_are_not_ours() {
        let hosts = Hosts::new(["Dev.example".to_owned()]);
        for field in ["localhost", "LOCALHOST:80", "127.0.0.1:3000", "[::1]:3000", "portal.localhost", "dev.example:1"]
        {
            assert!(hosts.has(field), "{field}");
        }
        for field in ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "dev.example.evil"] {
            assert!(!hosts.has(field), "{field}");
        }
    }
}

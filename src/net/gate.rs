use std::collections::BTreeSet;

use super::{Address, AddressError};

/// Which hosts may be reached: the only maker of [`Permit`]s.
#[derive(Debug, Clone, Default)]
pub struct Net {
    hosts: BTreeSet<String>,
    offline: bool,
}

/// Leave to talk to one address. Whoever opens a socket or starts a program that does asks for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    address: Address,
}

/// Why an address may not be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The build is offline.
    #[error("`{0}` was not asked, because the build is offline")]
    Offline(String),
    /// No setting names its host.
    #[error("`{0}` is no host that `site.toml` names")]
    Unlisted(String),
    /// It is no address, or no safe one.
    #[error(transparent)]
    Address(#[from] AddressError),
}

impl Net {
    /// Allows the given hosts, each exactly: no wildcards, no parent domains. Case does not matter.
    pub fn new<H: AsRef<str>>(hosts: impl IntoIterator<Item = H>, offline: bool) -> Self {
        Self { hosts: hosts.into_iter().map(|host| host.as_ref().to_ascii_lowercase()).collect(), offline }
    }

    /// Asks for leave to talk to `url`; to be asked again for the target of each redirect.
    pub fn permit(&self, url: &str) -> Result<Permit, Refusal> {
        let address = Address::parse(url)?;
        if !self.hosts.contains(&address.host) {
            return Err(Refusal::Unlisted(address.host));
        }
        if self.offline {
            return Err(Refusal::Offline(address.host));
        }
        Ok(Permit { address })
    }
}

impl Permit {
    /// The address that may be reached.
    pub fn address(&self) -> &Address {
        &self.address
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_named_hosts_are_reached_and_none_offline() {
        let net = Net::new(["Git.Example.com", "127.0.0.1"], false);
        for good in ["https://git.example.COM/x", "git@git.example.com:x/y", "http://127.0.0.1:9/x"] {
            assert!(net.permit(good).is_ok(), "{good}");
        }
        for bad in ["https://evil.git.example.com/", "https://example.com/", "http://2130706433/", "http://[::1]/"] {
            assert!(net.permit(bad).is_err(), "{bad}");
        }
        let offline = Net::new(["git.example.com"], true);
        assert_eq!(offline.permit("https://git.example.com/x"), Err(Refusal::Offline("git.example.com".to_owned())));
    }
}

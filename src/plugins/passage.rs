use super::endpoint::Endpoint;
use crate::config::ProxySettings;

/// Lets requests of pages through to endpoints, under the same rules as requests of a build: only paths that are allowed, at the
/// endpoint's own pace, with its header fields, and with no secret in the answer.
pub struct Passage(Vec<Endpoint>);

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passed {
    /// The endpoint's answer.
    Answer(String),
    /// There is no such endpoint.
    Unknown,
    /// The path is none of those that may be asked for.
    Refused,
    /// The endpoint gave no answer; why, without secrets.
    Failed(String),
}

impl Passage {
    /// To these endpoints; answers of more than `most_bytes` are failures.
    pub fn new(proxies: &[ProxySettings], most_bytes: u64) -> Self {
        Self(proxies.iter().map(|proxy| Endpoint::new(proxy, most_bytes)).collect())
    }

    /// Asks an endpoint for a path, which begins with a slash and may have a query. Nothing is remembered.
    pub fn pass(&self, name: &str, path: &str) -> Passed {
        let Some(endpoint) = self.0.iter().find(|endpoint| endpoint.settings.name == name) else {
            return Passed::Unknown;
        };
        if !endpoint.allows(path) {
            return Passed::Refused;
        }
        endpoint.forgive();
        endpoint.ask(path).map_or_else(Passed::Failed, Passed::Answer)
    }
}

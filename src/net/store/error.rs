/// Why a store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The object is not the one that was expected: somebody else wrote it.
    #[error("`{0}` was written by somebody else meanwhile")]
    Changed(String),
    /// The store has no such operation.
    #[error("the store cannot write under a condition")]
    Unsupported,
    /// The store knows who asks, or not, and refuses.
    #[error("the store refuses access to `{0}`")]
    Denied(String),
    /// An object is larger than it may be.
    #[error("`{key}` has {size} bytes, more than the {most} that are read")]
    TooLarge {
        /// Which.
        key: String,
        /// Its size in bytes.
        size: u64,
        /// The most.
        most: u64,
    },
    /// A key that no store takes.
    #[error("`{0}` cannot be the key of an object")]
    Key(String),
    /// Wrong options or no credentials.
    #[error("the store cannot be asked: {0}")]
    Setup(String),
    /// Anything else: the network, the store.
    #[error("`{key}`: {reason}")]
    Failed {
        /// About which object.
        key: String,
        /// What was said, without addresses and bodies.
        reason: String,
    },
}

impl StoreError {
    /// Whether the object is just not there, for what may as well be gone.
    pub(super) fn of(key: &str, error: object_store::Error) -> Self {
        use object_store::Error;
        match error {
            Error::AlreadyExists { .. } | Error::Precondition { .. } | Error::NotModified { .. } => {
                Self::Changed(key.to_owned())
            }
            Error::NotImplemented { .. } | Error::NotSupported { .. } => Self::Unsupported,
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => Self::Denied(key.to_owned()),
            other => {
                let text = other.to_string();
                // A store that does not know the header of a condition says 501.
                if text.contains("501 Not Implemented") {
                    return Self::Unsupported;
                }
                Self::Failed { key: key.to_owned(), reason: plain(&text) }
            }
        }
    }
}

/// The words of an error without addresses, which may be signed, and without bodies, which may hold anything.
pub(super) fn plain(text: &str) -> String {
    let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map(|(code, _)| code);
    let head = text.split(['<', '\n', '{']).next().unwrap_or("");
    let words = head.split_whitespace().map(|word| if word.contains("://") { "…" } else { word });
    let mut shown: String = words.collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(300).collect();
    if let Some(code) = code.filter(|code| code.len() < 80 && code.chars().all(|c| c.is_ascii_alphanumeric())) {
        shown.push(' ');
        shown.push_str(code);
    }
    shown.trim_end_matches([':', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn messages_hold_no_addresses_and_no_bodies() {
        let text = "Generic S3 error: Error performing PUT http://h/b/k?X-Amz-Signature=secret in 1s - Server returned \
                    non-2xx status code: 503 Service Unavailable: <Error><Code>SlowDown</Code><Token>secret</Token></Error>";
        let shown = plain(text);
        assert!(!shown.contains("secret") && shown.ends_with("503 Service Unavailable: SlowDown"), "{shown}");
    }
}

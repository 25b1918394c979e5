use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::http::{Answer, Method, Request};

/// What stays as it is in a part of a path.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Endpoints that pages may ask through the preview.
pub trait Proxy: Send + Sync + std::fmt::Debug {
    /// Asks an endpoint for a path, percent-encoded, with a slash before it and perhaps a query behind it: its answer, or a status
    /// and why there is none.
    fn ask(&self, name: &str, path: &str) -> Result<String, (u16, String)>;
}

/// The answer to a request for `below`, which is an endpoint's name, a slash and a path.
pub(super) fn answer(proxy: &dyn Proxy, request: &Request, below: &str) -> Answer {
    if request.method == Method::Post {
        return Answer::status(405).field("Allow", "GET, HEAD");
    }
    // Other sites could not read the answer, but they shall not make this machine ask either.
    let own = |value: &str| matches!(value, "same-origin" | "none");
    if request.field("sec-fetch-site").is_some_and(|value| !own(value)) {
        return Answer::status(403);
    }
    let (name, path) = below.split_once('/').unwrap_or((below, ""));
    let mut target = String::new();
    for part in path.split('/') {
        target.push('/');
        target.extend(utf8_percent_encode(part, PLAIN));
    }
    if !request.query.is_empty() {
        target.push('?');
        target.push_str(&request.query);
    }
    match proxy.ask(name, &target) {
        Ok(text) => {
            let json = text.trim_start().starts_with(['{', '[']);
            let media_type = if json { "application/json" } else { "text/plain; charset=utf-8" };
            Answer::new(200, media_type, text).field("Cache-Control", "no-store")
        }
        Err((status, why)) => Answer::new(status, "text/plain; charset=utf-8", format!("{why}\n")),
    }
}

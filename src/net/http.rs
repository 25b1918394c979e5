use std::io::Read;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use reqwest::blocking::{Client, Response};
use reqwest::header::LOCATION;
use reqwest::redirect::Policy;

use super::{Address, Bounds, Net, Permit, Refusal};

/// What a server answered, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Status code, `200` for all well.
    pub status: u16,
    /// Header fields, names in lower case; values that are not text are left out.
    pub headers: Vec<(String, String)>,
    /// The body, whole.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address may not be reached.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No whole answer in time.
    #[error("`{host}` gave no whole answer in {seconds} seconds")]
    TimedOut {
        /// Who was asked.
        host: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The body is longer than it may be.
    #[error("the answer of `{host}` has more than {bytes} bytes")]
    TooLarge {
        /// Who was asked.
        host: String,
        /// The most that is read.
        bytes: usize,
    },
    /// It points somewhere else, and that is not followed: the same host only, and only so often.
    #[error("`{host}` redirects to `{target}`, which is not followed")]
    Redirected {
        /// Who was asked.
        host: String,
        /// Where it points to: a host, or where it is the same one, an address.
        target: String,
    },
    /// No connection, or a broken one.
    #[error("`{host}` cannot be reached: {reason}")]
    Unreachable {
        /// Who was asked.
        host: String,
        /// Why, in the words of the system.
        reason: String,
    },
}

/// Most redirects that are followed, each to the host that was asked first.
const REDIRECTS: usize = 5;

/// Asks for `url` by GET. Header fields are sent to its own host only, for redirects elsewhere are not followed; nothing is
/// unpacked, so `bounds.output_bytes` bounds memory. An answer of any status is an answer.
pub fn get(net: &Net, url: &str, headers: &[(&str, &str)], bounds: Bounds) -> Result<Answer, FetchError> {
    let deadline = Instant::now() + bounds.time;
    let mut permit = net.permit(url)?;
    let first = origin(permit.address());
    for _ in 0..=REDIRECTS {
        let response = send(&permit, headers, deadline, bounds)?;
        let Some(target) = redirect(&response) else {
            return read(response, &permit, bounds);
        };
        let next = net.permit(&target);
        match next {
            Ok(next) if origin(next.address()) == first => permit = next,
            _ => {
                let host = permit.address().host.clone();
                let target = Address::parse(&target).map_or(target, |address| address.host);
                return Err(FetchError::Redirected { host, target });
            }
        }
    }
    let host = permit.address().host.clone();
    Err(FetchError::Redirected { target: permit.address().url(), host })
}

/// Scheme, host and port: what a secret may be sent to.
fn origin(address: &Address) -> (&'static str, String) {
    (address.scheme.as_str(), address.authority())
}

fn send(permit: &Permit, headers: &[(&str, &str)], deadline: Instant, bounds: Bounds) -> Result<Response, FetchError> {
    let left = deadline.saturating_duration_since(Instant::now());
    let mut request = client().get(permit.address().url()).timeout(left.max(Duration::from_millis(1)));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().map_err(|error| failed(&error, permit, bounds))
}

/// The whole address that the answer points to, if it is a redirect.
fn redirect(response: &Response) -> Option<String> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let target = response.headers().get(LOCATION)?.to_str().ok()?;
    Some(response.url().join(target).map_or_else(|_| target.to_owned(), String::from))
}

fn read(response: Response, permit: &Permit, bounds: Bounds) -> Result<Answer, FetchError> {
    let status = response.status().as_u16();
    let text = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    let headers = response.headers().iter().filter_map(text).collect();
    let mut body = Vec::new();
    let most = u64::try_from(bounds.output_bytes).unwrap_or(u64::MAX);
    response.take(most.saturating_add(1)).read_to_end(&mut body).map_err(|error| {
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<reqwest::Error>());
        inner.map_or_else(|| unreachable(permit, error.to_string()), |inner| failed(inner, permit, bounds))
    })?;
    if body.len() > bounds.output_bytes {
        return Err(FetchError::TooLarge { host: permit.address().host.clone(), bytes: bounds.output_bytes });
    }
    Ok(Answer { status, headers, body })
}

fn failed(error: &reqwest::Error, permit: &Permit, bounds: Bounds) -> FetchError {
    if error.is_timeout() {
        return FetchError::TimedOut { host: permit.address().host.clone(), seconds: bounds.time.as_secs() };
    }
    // The last cause names what happened; those before it repeat the address, which may hold a secret.
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    unreachable(permit, cause.to_string())
}

fn unreachable(permit: &Permit, reason: String) -> FetchError {
    FetchError::Unreachable { host: permit.address().host.clone(), reason }
}

/// One client for the process: it keeps connections open, follows nothing by itself and unpacks nothing.
fn client() -> &'static Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    CLIENT.get_or_init(|| {
        // Another provider that was installed before does as well.
        rustls::crypto::ring::default_provider().install_default().ok();
        Client::builder()
            .user_agent(concat!("callboard/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .build()
            .expect("a client of these few settings can be made")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { time: Duration::from_mins(1), output_bytes: 1000 };

    /// Serves one canned answer per path until the test ends.
    fn server(answers: Vec<(&'static str, u16, String, Vec<u8>)>) -> String {
        let server = tiny_http::Server::http("127.0.0.1:0").unwrap();
        let base = format!("http://{}", server.server_addr());
        std::thread::spawn(move || {
            for request in server.incoming_requests() {
                let found = answers.iter().find(|(path, ..)| *path == request.url());
                let (_, status, header, body) = found.cloned().unwrap_or(("", 404, String::new(), Vec::new()));
                let mut response = tiny_http::Response::from_data(body).with_status_code(status);
                if let Ok(header) = header.parse::<tiny_http::Header>() {
                    response = response.with_header(header);
                }
                request.respond(response).ok();
            }
        });
        base
    }

    #[test]
    fn an_answer_is_whole_or_an_error_and_redirects_stay_on_the_host() {
        let base = server(vec![
            ("/ok", 200, "X-Of: test".to_owned(), b"hello".to_vec()),
            ("/moved", 302, "Location: /ok".to_owned(), Vec::new()),
            ("/away", 302, "Location: https://evil.example/?token".to_owned(), Vec::new()),
            ("/round", 302, "Location: /round".to_owned(), Vec::new()),
            ("/long", 200, String::new(), vec![b'x'; 1001]),
        ]);
        let net = Net::new(["127.0.0.1", "evil.example"], false);
        let ask = |path: &str| get(&net, &format!("{base}{path}"), &[("X-Token", "secret")], BOUNDS);
        let answer = ask("/ok").unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, b"hello".as_slice()));
        assert!(answer.headers.contains(&("x-of".to_owned(), "test".to_owned())));
        assert_eq!(ask("/moved").unwrap().body, b"hello");
        assert_eq!(ask("/nothing").unwrap().status, 404);
        let away = ask("/away").unwrap_err();
        assert!(matches!(&away, FetchError::Redirected { target, .. } if target == "evil.example"), "{away}");
        assert!(matches!(ask("/round"), Err(FetchError::Redirected { .. })));
        assert!(matches!(ask("/long"), Err(FetchError::TooLarge { .. })));
        assert!(matches!(get(&Net::default(), &base, &[], BOUNDS), Err(FetchError::Refused(_))));
    }

    #[test]
    fn a_silent_server_costs_its_time_only() {
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", silent.local_addr().unwrap());
        let net = Net::new(["127.0.0.1"], false);
        let bounds = Bounds { time: Duration::from_millis(100), ..BOUNDS };
        assert!(matches!(get(&net, &url, &[], bounds), Err(FetchError::TimedOut { .. })));
        // Port 1 is nobody's: one that was free a moment ago may be somebody's now.
        assert!(matches!(get(&net, "http://127.0.0.1:1/", &[], BOUNDS), Err(FetchError::Unreachable { .. })));
    }
}

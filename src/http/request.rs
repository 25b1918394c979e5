use percent_encoding::percent_decode_str;

/// Longest request line and header fields together, in bytes.
pub(super) const HEAD: usize = 16 << 10;
/// Longest target.
const TARGET: usize = 8 << 10;
/// Most header fields.
const FIELDS: usize = 100;
/// Longest body, in bytes.
pub(super) const BODY: usize = 1 << 20;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    Get,
    /// `HEAD`: as `GET`, without the body.
    Head,
    /// `POST`.
    Post,
}

/// A request whose form is sound.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is asked for.
    pub method: Method,
    /// The path, decoded: begins with a slash; no empty, `.` or `..` part, no backslash, no control character.
    pub path: String,
    /// The path as written.
    pub raw_path: String,
    /// What stands behind the question mark, as written.
    pub query: String,
    /// Header fields in order, names in lower case.
    pub fields: Vec<(String, String)>,
    /// The body of a `POST`.
    pub body: Vec<u8>,
    pub(super) keep_alive: bool,
    pub(super) length: usize,
}

impl Request {
    /// The first header field of a name in lower case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Names and values of the query, decoded, in order.
    pub fn parameters(&self) -> impl Iterator<Item = (String, String)> {
        url::form_urlencoded::parse(self.query.as_bytes()).into_owned()
    }
}

/// Length of the head at the beginning of `bytes`, with the empty line that ends it.
pub(super) fn head_length(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

/// Reads a head, strictly: what two servers could read in two ways is refused. `Err` is the status that says so.
pub(super) fn parse(head: &[u8]) -> Result<Request, u16> {
    let text = std::str::from_utf8(head).map_err(|_| 400_u16)?;
    let mut lines = text.strip_suffix("\r\n\r\n").ok_or(400_u16)?.split("\r\n");
    let mut words = lines.next().unwrap_or("").split(' ');
    let (Some(method), Some(target), Some(version), None) = (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(400);
    };
    let newer = match version {
        "HTTP/1.1" => true,
        "HTTP/1.0" => false,
        _ if version.starts_with("HTTP/") => return Err(505),
        _ => return Err(400),
    };
    if target.len() > TARGET {
        return Err(414);
    }
    let fields = fields(lines)?;
    let (raw_path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Request {
        method: Method::Get,
        path: decoded(raw_path)?,
        raw_path: raw_path.to_owned(),
        query: query.to_owned(),
        fields,
        body: Vec::new(),
        keep_alive: newer,
        length: 0,
    };
    request.length = length(&request)?;
    request.method = match method {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        _ => return Err(405),
    };
    let closes = |value: &str| value.split(',').any(|word| word.trim().eq_ignore_ascii_case("close"));
    request.keep_alive = newer && !request.field("connection").is_some_and(closes);
    Ok(request)
}

fn fields<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<(String, String)>, u16> {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let mut fields = Vec::new();
    for line in lines {
        if fields.len() == FIELDS {
            return Err(431);
        }
        let (name, value) = line.split_once(':').ok_or(400_u16)?;
        let value = value.trim_matches([' ', '\t']);
        if name.is_empty() || !name.chars().all(is_token) || value.chars().any(|c| c.is_control() && c != '\t') {
            return Err(400);
        }
        fields.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    Ok(fields)
}

/// Length of the body. Two lengths, or a length and a coding, are how requests are smuggled; codings are not taken at all.
fn length(request: &Request) -> Result<usize, u16> {
    if request.field("transfer-encoding").is_some() {
        return Err(501);
    }
    let mut lengths = request.fields.iter().filter(|(name, _)| name == "content-length").map(|(_, value)| value);
    let Some(written) = lengths.next() else { return Ok(0) };
    if lengths.next().is_some() || written.is_empty() || !written.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(400);
    }
    written.parse().ok().filter(|length| *length <= BODY).ok_or(413)
}

fn decoded(raw: &str) -> Result<String, u16> {
    if !raw.starts_with('/') || raw.contains('#') {
        return Err(400);
    }
    let bytes = raw.as_bytes();
    let whole = |at: usize| bytes.get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    if bytes.iter().enumerate().any(|(at, byte)| *byte == b'%' && !whole(at)) {
        return Err(400);
    }
    let path = percent_decode_str(raw).decode_utf8().map_err(|_| 400_u16)?.into_owned();
    let parts = path[1..].split('/');
    let last = parts.clone().count() - 1;
    let strange = |(at, part): (usize, &str)| part == "." || part == ".." || (part.is_empty() && at != last);
    if path.chars().any(|c| c.is_control() || c == '\\') || parts.enumerate().any(strange) {
        return Err(400);
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_reading_is_taken() {
        let ok = |text: &str| parse(text.as_bytes()).map(|request| (request.path, request.query, request.keep_alive));
        let fault = |text: &str| parse(text.as_bytes()).map(|_| ()).unwrap_err();
        let found = ok("GET /a%20b/?q=1 HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_eq!(found, Ok(("/a b/".to_owned(), "q=1".to_owned(), true)));
        assert!(!ok("GET / HTTP/1.0\r\n\r\n").unwrap().2);
        assert!(!ok("GET / HTTP/1.1\r\nConnection: Close\r\n\r\n").unwrap().2);
        for (text, status) in [
            ("GET /\r\n\r\n", 400),
            ("GET / HTTP/9.9\r\n\r\n", 505),
            ("BREW / HTTP/1.1\r\n\r\n", 405),
            ("GET http://x/ HTTP/1.1\r\n\r\n", 400),
            ("GET /../x HTTP/1.1\r\n\r\n", 400),
            ("GET /%2e%2e/x HTTP/1.1\r\n\r\n", 400),
            ("GET //x HTTP/1.1\r\n\r\n", 400),
            ("GET /%00 HTTP/1.1\r\n\r\n", 400),
            ("GET /%ff HTTP/1.1\r\n\r\n", 400),
            ("GET /%zz HTTP/1.1\r\n\r\n", 400),
            ("GET /a%5cb HTTP/1.1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
            ("POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
        ] {
            assert_eq!(fault(text), status, "{text:?}");
        }
    }
}

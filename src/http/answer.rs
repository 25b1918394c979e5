use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

/// What is sent back.
#[derive(Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Header fields beside those that every answer has. Values hold no line break: they are not taken from requests.
    pub fields: Vec<(&'static str, String)>,
    /// The body.
    pub body: Body,
}

/// The body of an answer.
#[derive(Debug)]
pub enum Body {
    /// Made for this answer.
    Made(Vec<u8>),
    /// A part of bytes that many answers share.
    Shared(Arc<[u8]>, Range<usize>),
    /// Server-sent events, for as long as there is a sender.
    Events(Receiver<String>),
}

impl Answer {
    /// A body of a type.
    pub fn new(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, fields: vec![("Content-Type", media_type.to_owned())], body: Body::Made(body.into()) }
    }

    /// A line of text that says what a status means.
    pub fn status(status: u16) -> Self {
        Self::new(status, "text/plain; charset=utf-8", format!("{status} {}\n", reason(status)))
    }

    /// Adds a header field.
    #[must_use]
    pub fn field(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// Status line and header fields.
    pub(super) fn head(&self, close: bool) -> Vec<u8> {
        let mut head = String::with_capacity(512);
        head.push_str("HTTP/1.1 ");
        head.push_str(&self.status.to_string());
        head.push(' ');
        head.push_str(reason(self.status));
        head.push_str("\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n");
        if !self.fields.iter().any(|(name, _)| *name == "Cache-Control") {
            head.push_str("Cache-Control: no-cache\r\n");
        }
        for (name, value) in &self.fields {
            head.push_str(name);
            head.push_str(": ");
            head.push_str(value);
            head.push_str("\r\n");
        }
        match &self.body {
            Body::Events(_) => {}
            // A 304 has no body, and its length would be that of the body it stands for.
            _ if self.status == 304 => {}
            Body::Made(bytes) => push_length(&mut head, bytes.len()),
            Body::Shared(_, range) => push_length(&mut head, range.len()),
        }
        if close || matches!(self.body, Body::Events(_)) {
            head.push_str("Connection: close\r\n");
        }
        head.push_str("\r\n");
        head.into_bytes()
    }
}

fn push_length(head: &mut String, length: usize) {
    head.push_str("Content-Length: ");
    head.push_str(&length.to_string());
    head.push_str("\r\n");
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        414 => "URI Too Long",
        416 => "Range Not Satisfiable",
        421 => "Misdirected Request",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "Status",
    }
}

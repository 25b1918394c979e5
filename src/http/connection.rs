use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::request::{self, HEAD, head_length};
use super::seat::Seat;
use super::{Answer, Body, Handler, Hosts, Method, Request};

/// A connection that asks for nothing is closed after this time.
const IDLE: Duration = Duration::from_secs(30);
/// Time for a head from its first byte, and for a body.
const READING: Duration = Duration::from_secs(8);
/// Time in which the peer must take a piece of an answer.
const WRITING: Duration = Duration::from_secs(8);
/// Size of such a piece, in bytes.
const PIECE: usize = 256 << 10;
/// Events that are not sent for so long are followed by an empty comment, which shows whether anybody still listens.
const BEAT: Duration = Duration::from_secs(10);

/// Serves one connection until either side ends it.
pub(super) fn serve(stream: &TcpStream, seat: &Seat, hosts: &Hosts, handler: &dyn Handler) {
    let mut buffer = Vec::with_capacity(4096);
    loop {
        seat.waits();
        let head = match read_head(stream, &mut buffer, seat) {
            Ok(Some(length)) => length,
            Ok(None) => return,
            Err(status) => return refuse(stream, status),
        };
        let request = match request::parse(&buffer[..head]) {
            Ok(request) => request,
            Err(status) => return refuse(stream, status),
        };
        buffer.drain(..head);
        let names_us = request.field("host").map(|host| hosts.has(host));
        match names_us {
            Some(true) => {}
            Some(false) => return refuse(stream, 421),
            None => return refuse(stream, 400),
        }
        if request.fields.iter().filter(|(name, _)| name == "host").count() > 1 {
            return refuse(stream, 400);
        }
        if request.method == Method::Post && !handler.takes_post(&request.path) {
            return refuse(stream, 405);
        }
        let request = match read_body(stream, &mut buffer, request) {
            Ok(Some(request)) => request,
            Ok(None) => return,
            Err(status) => return refuse(stream, status),
        };
        seat.works();
        let answer = catch_unwind(AssertUnwindSafe(|| handler.answer(&request)));
        let answer = answer.unwrap_or_else(|_| Answer::status(500));
        let close = !request.keep_alive;
        if write(stream, seat, answer, close, request.method == Method::Head).is_err() || close {
            return end(stream);
        }
    }
}

/// Reads until the buffer holds a head; its length. `None`: the peer is gone or asked for nothing.
fn read_head(stream: &TcpStream, buffer: &mut Vec<u8>, seat: &Seat) -> Result<Option<usize>, u16> {
    let mut deadline = Instant::now() + if buffer.is_empty() { IDLE } else { READING };
    loop {
        if let Some(length) = head_length(buffer) {
            return if length > HEAD { Err(431) } else { Ok(Some(length)) };
        }
        // No request begins so, and a line that ends with LF alone is read by servers in two ways.
        if buffer.first().is_some_and(|byte| !byte.is_ascii_uppercase()) || buffer.windows(2).any(|two| two == b"\n\n")
        {
            return Err(400);
        }
        if buffer.len() > HEAD {
            return Err(if buffer.contains(&b'\n') { 431 } else { 414 });
        }
        let fresh = buffer.is_empty();
        match receive(stream, buffer, deadline) {
            Ok(0) => return Ok(None),
            Ok(_) if fresh => {
                seat.reads();
                deadline = Instant::now() + READING;
            }
            Ok(_) => {}
            Err(error) if timed_out(&error) && !buffer.is_empty() => return Err(408),
            Err(_) => return Ok(None),
        }
    }
}

fn read_body(stream: &TcpStream, buffer: &mut Vec<u8>, mut request: Request) -> Result<Option<Request>, u16> {
    // A body of GET or HEAD means nothing, and what it holds must not be read as the next request.
    if request.length > 0 && request.method != Method::Post {
        return Err(400);
    }
    if request.length > buffer.len() && request.field("expect").is_some() {
        return Err(501);
    }
    let deadline = Instant::now() + READING;
    while buffer.len() < request.length {
        match receive(stream, buffer, deadline) {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            Err(error) if timed_out(&error) => return Err(408),
            Err(_) => return Ok(None),
        }
    }
    request.body = buffer.drain(..request.length).collect();
    Ok(Some(request))
}

fn receive(mut stream: &TcpStream, buffer: &mut Vec<u8>, deadline: Instant) -> std::io::Result<usize> {
    let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
    stream.set_read_timeout(Some(left))?;
    let mut piece = [0; 4096];
    let count = stream.read(&mut piece)?;
    buffer.extend_from_slice(&piece[..count]);
    if Instant::now() > deadline { Err(ErrorKind::TimedOut.into()) } else { Ok(count) }
}

fn timed_out(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock)
}

fn write(mut stream: &TcpStream, seat: &Seat, answer: Answer, close: bool, head_only: bool) -> std::io::Result<()> {
    let mut bytes = answer.head(close);
    stream.set_write_timeout(Some(WRITING))?;
    let body = match &answer.body {
        _ if head_only || answer.status == 304 => &[][..],
        Body::Made(body) => body,
        Body::Shared(body, range) => &body[range.clone()],
        Body::Events(_) => &[][..],
    };
    // Head and body in one piece, so that small answers are one packet.
    let first = body.len().min(PIECE);
    bytes.extend_from_slice(&body[..first]);
    stream.write_all(&bytes)?;
    for piece in body[first..].chunks(PIECE) {
        stream.write_all(piece)?;
    }
    match answer.body {
        Body::Events(events) if !head_only => send_events(stream, seat, &events),
        _ => Ok(()),
    }
}

fn send_events(mut stream: &TcpStream, seat: &Seat, events: &Receiver<String>) -> std::io::Result<()> {
    seat.listens();
    loop {
        match events.recv_timeout(BEAT) {
            Ok(event) => stream.write_all(event.as_bytes())?,
            Err(RecvTimeoutError::Timeout) => stream.write_all(b":\n\n")?,
            Err(RecvTimeoutError::Disconnected) => return Err(ErrorKind::BrokenPipe.into()),
        }
    }
}

/// Says why, and ends the connection: what follows in it cannot be trusted.
fn refuse(mut stream: &TcpStream, status: u16) {
    let mut answer = Answer::status(status);
    if status == 405 {
        answer = answer.field("Allow", "GET, HEAD");
    }
    let mut bytes = answer.head(true);
    if let Body::Made(body) = &answer.body {
        bytes.extend_from_slice(body);
    }
    stream.set_write_timeout(Some(WRITING)).ok();
    stream.write_all(&bytes).ok();
    end(stream);
}

/// Reads a little of what is still coming: closing at once would reset the connection, and the peer would lose the answer.
fn end(mut stream: &TcpStream) {
    stream.shutdown(Shutdown::Write).ok();
    stream.set_read_timeout(Some(Duration::from_millis(200))).ok();
    let mut piece = [0; 4096];
    for _ in 0..64 {
        if !matches!(stream.read(&mut piece), Ok(1..)) {
            break;
        }
    }
}

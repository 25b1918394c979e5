use std::collections::BTreeMap;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::connection::serve;
use super::{Handler, Hosts};

/// Most connections; one more takes the place of the one that is longest of least use.
const MOST: usize = 256;
/// Threads of connections that are being ended count on top; with more, a new connection is dropped.
const MOST_THREADS: usize = 2 * MOST;
/// Stack of a connection's thread, in bytes.
const STACK: usize = 1 << 20;

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

/// What a connection is at. The lower, the sooner it gives way.
const WAITING: u8 = 0;
const READING: u8 = 1;
const LISTENING: u8 = 2;
const WORKING: u8 = 3;

/// A connection's place among all.
#[derive(Debug)]
pub(super) struct Seat {
    stream: TcpStream,
    state: AtomicU8,
    /// When it last changed its state, on the server's own clock.
    since: AtomicU64,
    clock: Arc<AtomicU64>,
}

impl Seat {
    /// It has no request.
    pub fn waits(&self) {
        self.set(WAITING);
    }

    /// It has a part of a request.
    pub fn reads(&self) {
        self.set(READING);
    }

    /// It is being answered.
    pub fn works(&self) {
        self.set(WORKING);
    }

    /// It gets events.
    pub fn listens(&self) {
        self.set(LISTENING);
    }

    fn set(&self, state: u8) {
        self.state.store(state, Ordering::Relaxed);
        self.since.store(self.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
    }

    fn worth(&self) -> (u8, u64) {
        (self.state.load(Ordering::Relaxed), self.since.load(Ordering::Relaxed))
    }
}

#[derive(Default)]
struct Room {
    clock: Arc<AtomicU64>,
    seats: Mutex<BTreeMap<u64, Arc<Seat>>>,
}

impl Server {
    /// Listens on an address; port 0 takes any free one.
    pub fn bind(address: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers for ever.
    pub fn run(self, hosts: Hosts, handler: Arc<dyn Handler>) {
        let room = Arc::new(Room::default());
        let hosts = Arc::new(hosts);
        let mut number = 0;
        loop {
            let Ok((stream, _)) = self.listener.accept() else {
                // Out of file descriptors, mostly: one is given up, and soon free.
                room.give_up_one();
                std::thread::sleep(Duration::from_millis(10));
                continue;
            };
            number += 1;
            stream.set_nodelay(true).ok();
            let Some(seat) = room.seat(number, stream) else { continue };
            let (leaves, hosts, handler) = (Arc::clone(&room), Arc::clone(&hosts), Arc::clone(&handler));
            let work = move || {
                serve(&seat.stream, &seat, &hosts, &*handler);
                seat.stream.shutdown(Shutdown::Both).ok();
                leaves.leave(number);
            };
            let thread = std::thread::Builder::new().name("connection".to_owned()).stack_size(STACK);
            if thread.spawn(work).is_err() {
                room.leave(number);
            }
        }
    }
}

impl Room {
    fn seat(&self, number: u64, stream: TcpStream) -> Option<Arc<Seat>> {
        let since = AtomicU64::new(self.clock.fetch_add(1, Ordering::Relaxed));
        let seat = Seat { stream, state: AtomicU8::new(WAITING), since, clock: Arc::clone(&self.clock) };
        let seat = Arc::new(seat);
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if seats.len() >= MOST_THREADS {
            return None;
        }
        if seats.len() >= MOST {
            give_up(&seats);
        }
        seats.insert(number, Arc::clone(&seat));
        Some(seat)
    }

    fn give_up_one(&self) {
        give_up(&self.seats.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn leave(&self, number: u64) {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
    }
}

/// Ends the connection that is longest of least use; its thread sees the end of its stream and leaves.
fn give_up(seats: &BTreeMap<u64, Arc<Seat>>) {
    /// The state of one that was given up already: it is not chosen twice.
    const LEAVING: u8 = u8::MAX;
    let least = seats.values().filter(|seat| seat.worth().0 != LEAVING).min_by_key(|seat| seat.worth());
    if let Some(seat) = least {
        seat.set(LEAVING);
        seat.stream.shutdown(Shutdown::Both).ok();
    }
}

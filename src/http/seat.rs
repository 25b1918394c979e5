use std::collections::BTreeMap;
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Most connections; one more takes the place of the one that is longest of least use.
const MOST: usize = 256;
/// Threads of connections that are being ended count on top; with more, a new connection is dropped.
const MOST_THREADS: usize = 2 * MOST;

/// What a connection is at. The lower, the sooner it gives way.
const WAITING: u8 = 0;
const READING: u8 = 1;
const LISTENING: u8 = 2;
const WORKING: u8 = 3;

/// A connection's place among all.
#[derive(Debug)]
pub(super) struct Seat {
    pub stream: TcpStream,
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

/// All connections.
#[derive(Debug, Default)]
pub(super) struct Room {
    clock: Arc<AtomicU64>,
    seats: Mutex<BTreeMap<u64, Arc<Seat>>>,
}

impl Room {
    /// Takes a connection in; another one gives way if there are too many.
    pub fn seat(&self, number: u64, stream: TcpStream) -> Option<Arc<Seat>> {
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

    /// Ends one connection.
    pub fn give_up_one(&self) {
        give_up(&self.seats.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// A connection is done.
    pub fn leave(&self, number: u64) {
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

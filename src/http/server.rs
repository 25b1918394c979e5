use std::net::{Shutdown, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use super::connection::serve;
use super::seat::Room;
use super::{Handler, Hosts};

/// Stack of a connection's thread, in bytes.
const STACK: usize = 1 << 20;

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
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

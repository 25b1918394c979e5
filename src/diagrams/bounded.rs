use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread::Builder;
use std::time::Duration;

/// Stack of a drawing: layouts recurse as deep as a source nests, and an overflow would end the program.
const STACK: usize = 256 << 20;

/// Runs foreign code in a thread of its own: a panic or too long a run is an error with words for people.
///
/// A thread cannot be ended from outside; one that never returns is left behind and ends with the program. Sources are bounded in
/// size before, so that this is the last resort.
pub(super) fn bounded<T: Send + 'static>(seconds: u64, work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    let (sender, receiver) = sync_channel(1);
    let thread = Builder::new().name("diagram".to_owned()).stack_size(STACK).spawn(move || {
        sender.send(work()).ok();
    });
    if let Err(error) = thread {
        return Err(format!("no thread could be started: {error}"));
    }
    match receiver.recv_timeout(Duration::from_secs(seconds)) {
        Ok(value) => Ok(value),
        Err(RecvTimeoutError::Timeout) => Err(format!("drawing it took more than {seconds} seconds")),
        Err(RecvTimeoutError::Disconnected) => Err("the renderer cannot draw it".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::bounded;

    #[test]
    fn panics_and_endless_work_are_errors() {
        assert_eq!(bounded(60, || 1), Ok(1));
        assert!(bounded(60, || -> u8 { panic!("no") }).is_err());
        let (_open, never) = std::sync::mpsc::channel::<u8>();
        assert!(bounded(0, move || never.recv().ok()).is_err());
    }
}

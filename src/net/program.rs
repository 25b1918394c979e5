use std::process::Command;

use super::Permit;
use super::converse::{Bounds, Conversation, Ending, Excess, RunError, talk};

/// A run that came to its end by itself.
#[derive(Debug, Clone)]
pub struct Finished {
    /// Whether it exited with 0.
    pub success: bool,
    /// Its output.
    pub stdout: Vec<u8>,
    /// Its messages.
    pub stderr: Vec<u8>,
}

/// Runs a program that talks to a permitted host, in a process group of its own and without input.
pub fn run(_leave: &Permit, command: Command, bounds: Bounds) -> Result<Finished, RunError> {
    bounded(command, None, bounds)
}

/// Runs a program that makes one text of another and that the portal's owner named; it asks no host, so it needs no permit.
/// It reads `input`, in a process group of its own.
pub fn filter(command: Command, input: Vec<u8>, bounds: Bounds) -> Result<Finished, RunError> {
    bounded(command, Some(input), bounds)
}

fn bounded(command: Command, input: Option<Vec<u8>>, bounds: Bounds) -> Result<Finished, RunError> {
    let Conversation { stdout, stderr, ending } = talk(command, input, bounds, bounds.output_bytes, Excess::IsDropped)?;
    match ending {
        Ending::TimedOut(time) => Err(RunError::TimedOut(time)),
        ending => Ok(Finished { success: ending == Ending::Success, stdout, stderr }),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::net::Net;

    fn shell(script: &str, time: Duration) -> Result<Finished, RunError> {
        let permit = Net::new(["localhost"], false).permit("https://localhost/").unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run(&permit, command, Bounds { time, output_bytes: 10 })
    }

    #[test]
    fn a_filter_gets_its_input_and_may_ignore_it() {
        let filtered = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            let bounds = Bounds { time: Duration::from_mins(1), output_bytes: 1 << 20 };
            filter(command, vec![b'x'; 200_000], bounds).unwrap().stdout.len()
        };
        assert_eq!(filtered("cat"), 200_000);
        assert_eq!(filtered("echo a"), 2);
    }

    #[test]
    fn output_is_capped_and_the_whole_group_ends_in_time() {
        let done = shell("echo out; echo 'a long message' >&2; exit 3", Duration::from_mins(1)).unwrap();
        assert!(!done.success);
        assert_eq!((done.stdout, done.stderr), (b"out\n".to_vec(), b"a long mes".to_vec()));
        let late = shell("sleep 1000 & sleep 1000", Duration::from_millis(50));
        assert!(matches!(late, Err(RunError::TimedOut(_))));
    }
}

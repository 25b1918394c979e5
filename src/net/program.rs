use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::Permit;

/// What a run may cost.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// After this time the program and its children are ended.
    pub time: Duration,
    /// Most bytes kept of each output; the rest is read and dropped.
    pub output_bytes: usize,
}

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

/// Why a program did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// It is not installed.
    #[error("`{0}` is not installed")]
    Missing(String),
    /// It took too long.
    #[error("it took more than {} seconds", .0.as_secs())]
    TimedOut(Duration),
    /// It could not be started.
    #[error("`{0}` could not be started: {1}")]
    Failed(String, std::io::Error),
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

fn bounded(mut command: Command, input: Option<Vec<u8>>, bounds: Bounds) -> Result<Finished, RunError> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => RunError::Missing(name.clone()),
        _ => RunError::Failed(name.clone(), error),
    })?;
    let deadline = Instant::now() + bounds.time;
    if let (Some(input), Some(mut pipe)) = (input, child.stdin.take()) {
        // On a thread of its own: a program may write before it has read all, and one that reads nothing breaks the pipe.
        std::thread::spawn(move || pipe.write_all(&input).ok());
    }
    let stdout = collect(child.stdout.take().expect("it is piped"), bounds.output_bytes);
    let stderr = collect(child.stderr.take().expect("it is piped"), bounds.output_bytes);
    let outputs = receive(&stdout, deadline).and_then(|out| Some((out, receive(&stderr, deadline)?)));
    let Some((stdout, stderr)) = outputs else {
        end(&mut child);
        return Err(RunError::TimedOut(bounds.time));
    };
    let Some(success) = wait(&mut child, deadline) else {
        end(&mut child);
        return Err(RunError::TimedOut(bounds.time));
    };
    Ok(Finished { success, stdout, stderr })
}

/// Reads a pipe to its end on a thread of its own. The thread is left behind if a stray grandchild keeps the pipe open.
fn collect(mut pipe: impl Read + Send + 'static, most: usize) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        let mut buffer = [0; 8192];
        while let Ok(count @ 1..) = pipe.read(&mut buffer) {
            let room = most - kept.len();
            kept.extend_from_slice(&buffer[..count.min(room)]);
        }
        sender.send(kept).ok();
    });
    receiver
}

fn receive(output: &Receiver<Vec<u8>>, deadline: Instant) -> Option<Vec<u8>> {
    match output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        Ok(bytes) => Some(bytes),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => Some(Vec::new()),
    }
}

/// Both outputs are closed, so the end is near; only a program that closed them early is waited for in steps.
fn wait(child: &mut Child, deadline: Instant) -> Option<bool> {
    let mut step = Duration::from_millis(1);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.success()),
            Err(_) => return Some(false),
            Ok(None) if Instant::now() >= deadline => return None,
            Ok(None) => std::thread::sleep(step),
        }
        step = (step * 2).min(Duration::from_millis(50));
    }
}

/// Ends the whole group: `git` leaves the talking to children, which would outlive it.
fn end(child: &mut Child) {
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        rustix::process::kill_process_group(group, rustix::process::Signal::KILL).ok();
    }
    child.kill().ok();
    child.wait().ok();
}

#[cfg(test)]
mod tests {
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

use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Most that is kept of what a program says on standard error, in bytes.
const MESSAGES: usize = 16 << 10;

/// What a run may cost.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// After this time the program and its children are ended.
    pub time: Duration,
    /// Most bytes kept of each output.
    pub output_bytes: usize,
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

/// How a conversation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The program read its input, answered, and exited with 0.
    Success,
    /// It exited otherwise.
    Failed,
    /// It took too long, and was ended.
    TimedOut(Duration),
    /// It said more than it may, and was ended.
    TooMuch(usize),
}

/// What a program said until the end, however that came.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// Its output.
    pub stdout: Vec<u8>,
    /// The beginning of its messages.
    pub stderr: Vec<u8>,
    /// How it ended.
    pub ending: Ending,
}

/// What becomes of output that there is no room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excess {
    /// It is read and dropped.
    IsDropped,
    /// It is wrong, and ends the program.
    Ends,
}

/// Runs a program of the portal's owner with `input` on its standard input, in a process group of its own, which is ended as
/// a whole however the program ends. It may talk to whom it likes: who starts it trusts it to run, not to be right.
pub fn converse(command: Command, input: Vec<u8>, bounds: Bounds) -> Result<Conversation, RunError> {
    talk(command, Some(input), bounds, MESSAGES, Excess::Ends)
}

/// Runs a program to its end or that of its `bounds`, with or without input, and keeps so many bytes of its `messages`.
pub(super) fn talk(
    mut command: Command,
    input: Option<Vec<u8>>,
    bounds: Bounds,
    messages: usize,
    excess: Excess,
) -> Result<Conversation, RunError> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => RunError::Missing(name.clone()),
        _ => RunError::Failed(name.clone(), error),
    })?;
    let deadline = Instant::now() + bounds.time;
    if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
        // On a thread of its own: a program may write before it has read all, and one that reads nothing breaks the pipe.
        std::thread::spawn(move || stdin.write_all(&input).ok());
    }
    let (sender, receiver) = channel();
    let stdout = listen(child.stdout.take().expect("it is piped"), bounds.output_bytes, excess, sender.clone());
    let stderr = listen(child.stderr.take().expect("it is piped"), messages, Excess::IsDropped, sender);
    let mut open = 2;
    let ending = loop {
        match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Heard::TooMuch) => break Ending::TooMuch(bounds.output_bytes),
            Ok(Heard::End) if open > 1 => open -= 1,
            Ok(Heard::End) | Err(RecvTimeoutError::Disconnected) => {
                break match wait(&mut child, deadline) {
                    Some(true) => Ending::Success,
                    Some(false) => Ending::Failed,
                    None => Ending::TimedOut(bounds.time),
                };
            }
            Err(RecvTimeoutError::Timeout) => break Ending::TimedOut(bounds.time),
        }
    };
    end(&mut child);
    let take = |heard: &Mutex<Vec<u8>>| std::mem::take(&mut *heard.lock().expect("no holder of this lock panics"));
    Ok(Conversation { stdout: take(&stdout), stderr: take(&stderr), ending })
}

enum Heard {
    /// A pipe was closed.
    End,
    /// There is more on it than may be.
    TooMuch,
}

/// Reads a pipe on a thread of its own, so that what was said before the end is there whatever the end is.
fn listen(
    mut pipe: impl Read + Send + 'static,
    most: usize,
    excess: Excess,
    sender: Sender<Heard>,
) -> Arc<Mutex<Vec<u8>>> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heard);
    std::thread::spawn(move || {
        let mut buffer = vec![0; 64 << 10];
        while let Ok(count @ 1..) = pipe.read(&mut buffer) {
            let mut kept = kept.lock().expect("no holder of this lock panics");
            let room = most.saturating_sub(kept.len());
            kept.extend_from_slice(&buffer[..count.min(room)]);
            if count > room && excess == Excess::Ends {
                sender.send(Heard::TooMuch).ok();
                return;
            }
        }
        sender.send(Heard::End).ok();
    });
    heard
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

    fn shell(script: &str, input: &str, time: Duration) -> Conversation {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        converse(command, input.as_bytes().to_vec(), Bounds { time, output_bytes: 1000 }).unwrap()
    }

    #[test]
    fn what_was_said_is_kept_however_it_ends() {
        let long = Duration::from_mins(1);
        let done = shell("cat; echo why >&2", "a\nb\n", long);
        assert_eq!((done.stdout.as_slice(), done.stderr.as_slice()), (b"a\nb\n".as_slice(), b"why\n".as_slice()));
        assert_eq!(done.ending, Ending::Success);
        assert_eq!(shell("exit 3", "unread", long).ending, Ending::Failed);
        // Long enough for a shell to start on a busy machine.
        let short = Duration::from_secs(3);
        let hangs = shell("echo first; sleep 1000 & sleep 1000", "", short);
        assert_eq!((hangs.stdout.as_slice(), hangs.ending), (b"first\n".as_slice(), Ending::TimedOut(short)));
        let floods = shell("yes", "", long);
        assert_eq!((floods.stdout.len(), floods.ending), (1000, Ending::TooMuch(1000)));
        let missing =
            converse(Command::new("no-such-program-anywhere"), Vec::new(), Bounds { time: long, output_bytes: 1 });
        assert!(matches!(missing, Err(RunError::Missing(_))));
    }
}

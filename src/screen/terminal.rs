//! The terminal itself: the bytes that take and restore it, its modes, its size, its keys.
//!
//! The sequences are those of DEC's VT220 and xterm ("XTerm Control Sequences"); 2026 is
//! synchronized output. A terminal ignores modes that it lacks.

use super::said::Said;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd;
use rustix::termios::{self, LocalModes, OptionalActions, SpecialCodeIndex, Termios};
use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The alternate screen, no cursor, no automatic wrap.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?25l\x1b[?7l";

/// Undoes all of that, whatever was being drawn. The screen is cleared for terminals without an
/// alternate one.
const LEAVE: &[u8] = b"\x1b[0m\x1b[?2026l\x1b[H\x1b[J\x1b[?7h\x1b[?25h\x1b[?1049l";

/// The size of a terminal that does not report one.
const USUAL: Size = Size {
    columns: 80,
    lines: 24,
};

/// How long the terminal may take to accept output when it is restored.
const PATIENCE: Duration = Duration::from_millis(300);

/// The size of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// The characters of a line.
    pub columns: usize,
    /// The number of lines.
    pub lines: usize,
}

/// What a wait has ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Nothing, or nothing of interest.
    None,
    /// A byte of a key.
    Byte(u8),
    /// The terminal is closed.
    Closed,
}

/// A terminal.
#[derive(Debug)]
pub struct Terminal {
    output: File,
    input: Option<Input>,
    /// The stderr that is to be restored.
    stderr: Option<OwnedFd>,
}

/// The source of keys.
#[derive(Debug)]
struct Input {
    file: File,
    /// The modes to be restored.
    modes: Termios,
    /// Whether no more keys can come.
    has_ended: AtomicBool,
}

impl Terminal {
    /// Returns the terminal that stdout is, with stdin's keys if that is a terminal; and the
    /// messages on stderr, collected if that is one.
    ///
    /// # Errors
    /// Those of the system, such as a lack of descriptors.
    pub fn of_this_process() -> io::Result<(Terminal, Option<Said>)> {
        let stdin = io::stdin().as_fd().try_clone_to_owned();
        let mut terminal = Terminal::new(io::stdout().as_fd().try_clone_to_owned()?, stdin.ok());
        if !io::stderr().is_terminal() {
            return Ok((terminal, None));
        }
        terminal.stderr = Some(io::stderr().as_fd().try_clone_to_owned()?);
        Ok((terminal, Some(Said::gather()?)))
    }

    /// Creates a terminal of these descriptors.
    pub fn new(output: OwnedFd, input: Option<OwnedFd>) -> Terminal {
        let input = input.and_then(|input| {
            Some(Input {
                modes: termios::tcgetattr(&input).ok()?,
                file: File::from(input),
                has_ended: AtomicBool::new(false),
            })
        });
        Terminal {
            output: File::from(output),
            input,
            stderr: None,
        }
    }

    /// Takes the terminal: keys come one by one and are not shown. Those that send signals still
    /// do.
    pub fn enter(&self) -> io::Result<()> {
        if let Some(input) = &self.input {
            let mut modes = input.modes.clone();
            modes.local_modes &= !(LocalModes::ICANON | LocalModes::ECHO);
            modes.special_codes[SpecialCodeIndex::VMIN] = 1;
            modes.special_codes[SpecialCodeIndex::VTIME] = 0;
            // Without these modes, keys are shown, and come line by line.
            let _ = termios::tcsetattr(&input.file, OptionalActions::Now, &modes);
        }
        self.write(ENTER)
    }

    /// Restores the terminal.
    pub fn leave(&self) {
        // Nobody may read what is written to it; this must not wait for ever.
        let mut output = [PollFd::new(self.output.as_fd(), PollFlags::POLLOUT)];
        if matches!(poll(&mut output, in_milliseconds(PATIENCE)), Ok(1..)) {
            let _ = self.write(LEAVE);
        }
        if let Some(input) = &self.input {
            let _ = termios::tcsetattr(&input.file, OptionalActions::Now, &input.modes);
        }
    }

    /// Returns whether keys can come.
    pub fn has_keys(&self) -> bool {
        let input = self.input.as_ref();
        input.is_some_and(|it| !it.has_ended.load(Ordering::Relaxed))
    }

    /// Restores stderr, if it was redirected.
    pub fn give_stderr_back(&self) {
        if let Some(stderr) = &self.stderr {
            let _ = unistd::dup2_stderr(stderr);
        }
    }

    /// Returns its current size.
    pub fn size(&self) -> Size {
        match termios::tcgetwinsize(&self.output) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Size {
                columns: usize::from(size.ws_col),
                lines: usize::from(size.ws_row),
            },
            _ => USUAL,
        }
    }

    /// Writes all of `bytes`, in one write if possible.
    ///
    /// # Errors
    /// Those of the terminal; a closed one is a broken pipe.
    pub fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match (&self.output).write(bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Another process has made it non-blocking.
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let mut output = [PollFd::new(self.output.as_fd(), PollFlags::POLLOUT)];
                    let _ = poll(&mut output, PollTimeout::NONE);
                }
                Err(error) if error.raw_os_error() == Some(Errno::EIO as i32) => {
                    return Err(ErrorKind::BrokenPipe.into());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Waits at most `time` for an event.
    pub fn wait(&self, time: Duration) -> Event {
        let input = self.input.as_ref();
        let input = input.filter(|it| !it.has_ended.load(Ordering::Relaxed));
        let mut watched = vec![PollFd::new(self.output.as_fd(), PollFlags::empty())];
        watched.extend(input.map(|it| PollFd::new(it.file.as_fd(), PollFlags::POLLIN)));
        match poll(&mut watched, in_milliseconds(time)) {
            Ok(1..) => {}
            Ok(_) | Err(_) => return Event::None,
        }
        let has_any = |place: usize| watched.get(place).and_then(PollFd::any).unwrap_or(false);
        if has_any(0) {
            return Event::Closed;
        }
        let mut key = [0];
        match input.map(|it| (it, (&it.file).read(&mut key))) {
            Some((_, Ok(1))) => Event::Byte(key[0]),
            Some((input, Ok(_))) => {
                input.has_ended.store(true, Ordering::Relaxed);
                Event::None
            }
            Some((input, Err(error))) => {
                let passes = [ErrorKind::Interrupted, ErrorKind::WouldBlock];
                let has_ended = !passes.contains(&error.kind());
                input.has_ended.store(has_ended, Ordering::Relaxed);
                Event::None
            }
            None => Event::None,
        }
    }
}

/// Returns a time to wait, at least a millisecond, so that the loop does not spin.
fn in_milliseconds(time: Duration) -> PollTimeout {
    let time = time.max(Duration::from_millis(1));
    PollTimeout::try_from(time).unwrap_or(PollTimeout::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::pty::{OpenptyResult, openpty};

    /// Returns a terminal and its other side.
    fn terminal() -> (Terminal, OpenptyResult) {
        let both = openpty(None, None).expect("a terminal");
        let input = both.slave.try_clone().expect("a descriptor");
        let output = both.slave.try_clone().expect("a descriptor");
        (Terminal::new(output, Some(input)), both)
    }

    #[test]
    fn modes_are_given_back() {
        let (terminal, both) = terminal();
        let modes = || termios::tcgetattr(&both.slave).expect("modes").local_modes;
        let before = modes();
        assert!(before.contains(LocalModes::ECHO | LocalModes::ICANON));
        terminal.enter().expect("written");
        assert!(!modes().intersects(LocalModes::ECHO | LocalModes::ICANON));
        assert!(modes().contains(LocalModes::ISIG));
        terminal.leave();
        assert_eq!(modes(), before);
    }

    #[test]
    fn a_terminal_that_nobody_reads_is_given_back_too() {
        let (terminal, both) = terminal();
        terminal.enter().expect("written");
        let fill = File::from(both.slave.try_clone().expect("a descriptor"));
        let flags = rustix::fs::fcntl_getfl(&fill).expect("flags");
        rustix::fs::fcntl_setfl(&fill, flags | rustix::fs::OFlags::NONBLOCK).expect("set");
        while (&fill).write(&[b' '; 4096]).is_ok() {}
        terminal.leave();
        let modes = termios::tcgetattr(&both.slave).expect("modes").local_modes;
        assert!(modes.contains(LocalModes::ECHO));
    }

    #[test]
    fn a_terminal_that_has_gone_is_no_error_of_its_own() {
        let (terminal, both) = terminal();
        drop(both);
        let error = terminal.write(b"text").expect_err("gone");
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
        assert_eq!(terminal.wait(Duration::from_secs(9)), Event::Closed);
        terminal.leave();
    }

    #[test]
    fn keys_come_one_by_one() {
        let (terminal, both) = terminal();
        terminal.enter().expect("written");
        let soon = Duration::from_millis(20);
        assert_eq!(terminal.wait(soon), Event::None);
        let mut keys = File::from(both.master.try_clone().expect("a descriptor"));
        keys.write_all(b"xq").expect("written");
        let later = Duration::from_secs(9);
        assert_eq!(terminal.wait(later), Event::Byte(b'x'));
        assert_eq!(terminal.wait(later), Event::Byte(b'q'));
    }
}

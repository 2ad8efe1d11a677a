//! The program on a terminal of its own, and what it draws there.

use super::binary;
use super::running::{Running, Start};
use nix::fcntl::{OFlag, open};
use nix::pty::{PtyMaster, Winsize, grantpt, posix_openpt, ptsname_r, unlockpt};
use nix::sys::signal::{Signal, kill};
use nix::sys::stat::Mode;
use nix::sys::termios::{Termios, tcgetattr};
use nix::unistd::Pid;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// What takes the terminal.
pub const ENTER: &str = "\x1b[?1049h\x1b[?25l\x1b[?7l";
/// What gives it back.
pub const LEAVE: &str = "\x1b[?7h\x1b[?25h\x1b[?1049l";
/// The beginning of a frame.
pub const BEGIN: &str = "\x1b[?2026h\x1b[H";
/// The end of a frame.
pub const END: &str = "\x1b[?2026l";

/// How long something may take that should take no time at all, on a machine that is busy.
const SOON: Duration = Duration::from_secs(20);

/// The program on a terminal of its own, whose keys send it signals.
pub struct Session {
    /// Its process.
    pub child: Running,
    master: PtyMaster,
    slave: Option<OwnedFd>,
    modes: Termios,
    output: Receiver<Vec<u8>>,
    /// All that has been written to the terminal.
    pub text: String,
    /// Up to where somebody has looked for something.
    seen: usize,
}

impl Session {
    /// Starts the program with flags that are parted by blanks, on a terminal of this size.
    pub fn start(root: Option<&Path>, flags: &str, columns: u16, lines: u16) -> Session {
        let mut command = Command::new("setsid");
        // Whoever tests in the background may have had keys' signals ignored.
        command
            .args(["--ctty", "env", "--default-signal"])
            .arg(binary());
        if let Some(root) = root {
            command.arg("--root").arg(root);
        }
        command.args(flags.split(' '));
        Session::run(command, columns, lines)
    }

    /// Starts a command on such a terminal.
    pub fn run(mut command: Command, columns: u16, lines: u16) -> Session {
        let (master, slave) = terminal(columns, lines);
        let modes = tcgetattr(&slave).expect("modes");
        let end = || Stdio::from(slave.try_clone().expect("a descriptor"));
        let command = command.env("TERM", "xterm").env_remove("NO_COLOR");
        let command = command.env_remove("COLUMNS").stdin(end());
        let child = command.stdout(end()).stderr(end()).start();
        let mut reader = File::from(master.as_fd().try_clone_to_owned().expect("cloned"));
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 65536];
            while let Ok(length @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Session {
            child,
            master,
            slave: Some(slave),
            modes,
            output,
            text: String::new(),
            seen: 0,
        }
    }

    /// Takes what has been written, and waits for it no longer than `time`.
    fn read(&mut self, time: Duration) -> Result<(), RecvTimeoutError> {
        let bytes = self.output.recv_timeout(time)?;
        // A read may part a character, but then the other part is on its way.
        let mut bytes = bytes;
        while std::str::from_utf8(&bytes).is_err() {
            bytes.extend(self.output.recv_timeout(SOON)?);
        }
        self.text
            .push_str(&String::from_utf8(bytes).expect("UTF-8"));
        Ok(())
    }

    /// Waits until `wanted` has been written behind what was waited for before.
    pub fn until(&mut self, wanted: &str) {
        let start = Instant::now();
        loop {
            if let Some(place) = self.text[self.seen..].find(wanted) {
                self.seen += place + wanted.len();
                return;
            }
            if start.elapsed() > SOON || self.read(Duration::from_millis(100)).is_err() {
                let is_late = start.elapsed() > SOON;
                assert!(
                    !is_late,
                    "no {wanted:?} behind {} of {:?}",
                    self.seen, self.text
                );
            }
        }
    }

    /// Waits until a whole frame, or another one, has been drawn that fits.
    pub fn until_frame(&mut self, fits: impl Fn(&[String]) -> bool) -> Vec<String> {
        let start = Instant::now();
        loop {
            self.until(END);
            assert!(start.elapsed() < SOON, "no such frame in {:?}", self.text);
            let frame = frames(&self.text[..self.seen]).pop().expect("a frame");
            if fits(&frame) {
                return frame;
            }
        }
    }

    /// Types keys.
    pub fn keys(&mut self, keys: &[u8]) {
        self.master.write_all(keys).expect("typed");
    }

    /// Sends a signal.
    pub fn send(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id() as i32), signal).expect("sent");
    }

    /// Sends a signal by its number: nix has no real-time signals.
    pub fn send_number(&self, number: i32) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill")
            .args([format!("-{number}"), pid])
            .status();
        assert!(sent.expect("kill runs").success());
    }

    /// Gives the terminal another size.
    pub fn resize(&self, columns: u16, lines: u16) {
        resize(&self.master, columns, lines);
    }

    /// Lets the terminal go away; what is written to it can't be had any more.
    pub fn hang_up(&mut self) {
        // The thread that reads ends with its next read.
        self.output = channel().1;
        self.slave = None;
        self.master = terminal(80, 24).0;
    }

    /// Waits until the program has ended, and sees that the terminal is as it was.
    pub fn end(&mut self) -> ExitStatus {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("waited") {
                break status;
            }
            let _ = self.read(Duration::from_millis(10));
            if start.elapsed() > SOON {
                let _ = self.child.kill();
                panic!("it does not end: {:?}", self.text);
            }
        };
        // What is on its way.
        while self.read(Duration::from_millis(200)).is_ok() {}
        let modes = tcgetattr(self.slave.as_ref().expect("open")).expect("modes");
        assert_eq!(modes.local_flags, self.modes.local_flags);
        assert_eq!(modes.control_chars, self.modes.control_chars);
        status
    }

    /// What has been written behind the sequence by which the terminal was given back; before that,
    /// it must have been taken, once.
    pub fn text_after(&self) -> &str {
        let text = &self.text;
        assert_eq!(text.matches(ENTER).count(), 1, "{text:?}");
        assert_eq!(text.matches(LEAVE).count(), 1, "{text:?}");
        let enter = text.find(ENTER).expect("taken");
        let leave = text.find(LEAVE).expect("given back");
        assert_eq!(enter, 0, "{text:?}");
        let last = text.rfind(END).expect("a frame");
        assert!(leave > last, "{text:?}");
        &text[leave + LEAVE.len()..]
    }
}

/// The ioctl that sets a terminal's size.
mod ioctl {
    #![allow(missing_docs)]
    nix::ioctl_write_ptr_bad!(set_size, nix::libc::TIOCSWINSZ, super::Winsize);
}

/// Both sides of a terminal, the program's last. No other process gets them: as long as one has
/// them, a terminal does not go away.
fn terminal(columns: u16, lines: u16) -> (PtyMaster, OwnedFd) {
    let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    let master = posix_openpt(flags).expect("a terminal");
    grantpt(&master).expect("granted");
    unlockpt(&master).expect("unlocked");
    let name = ptsname_r(&master).expect("a name");
    let slave = open(name.as_str(), flags, Mode::empty()).expect("open");
    resize(&master, columns, lines);
    (master, slave)
}

fn resize(master: &impl AsRawFd, columns: u16, lines: u16) {
    let size = Winsize {
        ws_col: columns,
        ws_row: lines,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: the descriptor is open, and the size lives as long as the call.
    let set = unsafe { ioctl::set_size(master.as_raw_fd(), &size) };
    set.expect("set");
}

/// How the last line of a frame with the keys begins.
pub const KEYS: &str = "q quit  ";

/// The lines of each frame that has been drawn to its end, without colours, blank lines and the keys.
pub fn frames(text: &str) -> Vec<Vec<String>> {
    let frames = text.split(BEGIN).skip(1);
    let frames = frames.filter_map(|it| Some(it.split_once(END)?.0));
    let lines = |frame: &str| {
        let lines = frame.split('\n').map(plain);
        let lines = lines.filter(|it| !it.is_empty() && !it.starts_with(KEYS));
        lines.collect()
    };
    frames.map(lines).collect()
}

/// A line without what steers the terminal.
pub fn plain(line: &str) -> String {
    let mut plain = String::new();
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '\x1b' => drop(characters.by_ref().find(|it| it.is_ascii_alphabetic())),
            '\r' => {}
            _ => plain.push(character),
        }
    }
    plain.trim_end().to_owned()
}

/// Whether a line of a frame has all these words.
pub fn has(frame: &[String], words: &str) -> bool {
    let wanted: Vec<&str> = words.split(' ').collect();
    let has_all = |line: &String| {
        let found: Vec<&str> = line.split_whitespace().collect();
        wanted.iter().all(|word| found.contains(word))
    };
    frame.iter().any(has_all)
}

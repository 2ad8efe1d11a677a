//! A table that is drawn on the terminal in place of the one before, until something ends that.
//!
//! It is drawn on the terminal's alternate screen, so that what stood there before comes back. A
//! thread of its own waits for signals: it gives the terminal back at once when one of them ends
//! the process, whatever the rest of it is waiting for, follows the terminal's size, and stops and
//! goes on as a shell wants it. Nothing is drawn but under a lock, so that nothing can follow the
//! bytes that give the terminal back.

mod frame;
mod said;
mod signals;
mod terminal;

pub use frame::Frame;

use said::Said;
use signals::Signals;
use std::io;
use std::panic;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};
use terminal::Terminal;

/// For how long another thread may draw before the terminal is given back nevertheless: it may be
/// stuck, for nobody reads what it writes.
const PATIENCE: Duration = Duration::from_millis(300);

/// The terminal, as long as tables are drawn on it.
pub struct Screen {
    shared: Arc<Shared>,
    said: Option<Said>,
}

/// Why a wait is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// The time has gone by.
    Elapsed,
    /// It is to end.
    Quit,
    /// Nobody looks any more.
    Closed,
}

impl Screen {
    /// Gets ready to draw on the terminal that stdout is. Nothing is drawn yet, but from now on
    /// what is said on a stderr that is a terminal is gathered.
    ///
    /// To be called before other threads are started, for they would get the signals.
    ///
    /// # Errors
    /// It can't be had; all is as it was.
    pub fn start() -> io::Result<Screen> {
        let (terminal, said) = Terminal::of_this_process()?;
        let shared = Arc::new(Shared::new(terminal));
        let screen = Screen { shared, said };
        Arc::clone(&screen.shared).restore_before_panics();
        let signals = Signals::block()?;
        let shared = Arc::clone(&screen.shared);
        let unblocked = signals.set();
        let attend = move || signals.attend(&shared);
        if let Err(error) = thread::Builder::new().spawn(attend) {
            let _ = unblocked.thread_unblock();
            return Err(error);
        }
        Ok(screen)
    }

    /// Draws a table, with what has been said meanwhile.
    ///
    /// # Errors
    /// Those of the terminal; one that has gone is a broken pipe.
    pub fn show(&mut self, mut frame: Frame) -> io::Result<()> {
        frame.notice = self.said.as_mut().and_then(Said::last);
        self.shared.show(frame)
    }

    /// Waits until `time` has gone by, or somebody wants it to end.
    pub fn wait(&self, time: Duration) -> Waited {
        let start = Instant::now();
        loop {
            let left = time.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Waited::Elapsed;
            }
            match self.shared.terminal.wait(left) {
                terminal::Event::None => {}
                terminal::Event::Closed => return Waited::Closed,
                terminal::Event::Key(b'q' | b'Q') => return Waited::Quit,
                terminal::Event::Key(REDRAW) => self.shared.redraw(),
                terminal::Event::Key(_) => {}
            }
            if self.shared.lock().phase == Phase::Over {
                return Waited::Quit;
            }
        }
    }

    /// Gives the terminal back, and stderr. Nothing is drawn afterwards.
    pub fn leave(&mut self) {
        self.shared.end();
    }

    /// Says on stderr what has been gathered, each text once.
    pub fn tell(&mut self) {
        self.leave();
        if let Some(said) = self.said.take() {
            said.tell();
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.leave();
    }
}

/// The key by which all is drawn anew: control and L.
const REDRAW: u8 = 0x0c;

/// What the threads share.
#[derive(Debug)]
struct Shared {
    terminal: Terminal,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// What is to be seen; none before the first listing has ended.
    frame: Option<Frame>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing has been drawn yet.
    Before,
    /// The terminal is ours.
    On,
    /// It is the shell's, because the process is stopped, or will be at once.
    Stopped,
    /// It has been given back.
    Over,
}

impl Shared {
    fn new(terminal: Terminal) -> Shared {
        Shared {
            terminal,
            state: Mutex::new(State {
                phase: Phase::Before,
                frame: None,
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, if nobody else holds it for long: who draws may be stuck, or have panicked.
    fn lock_soon(&self) -> Option<MutexGuard<'_, State>> {
        let start = Instant::now();
        loop {
            match self.state.try_lock() {
                Ok(state) => return Some(state),
                Err(TryLockError::Poisoned(error)) => return Some(error.into_inner()),
                Err(TryLockError::WouldBlock) if start.elapsed() > PATIENCE => return None,
                Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    fn show(&self, frame: Frame) -> io::Result<()> {
        let mut state = self.lock();
        state.frame = Some(frame);
        match state.phase {
            Phase::Before => self.enter(&mut state),
            Phase::On => self.draw(&mut state),
            Phase::Stopped | Phase::Over => Ok(()),
        }
    }

    /// Takes the terminal, and draws.
    fn enter(&self, state: &mut State) -> io::Result<()> {
        state.phase = Phase::On;
        self.terminal.enter()?;
        self.draw(state)
    }

    fn draw(&self, state: &mut State) -> io::Result<()> {
        let size = self.terminal.size();
        let bytes = match &mut state.frame {
            Some(frame) => frame.bytes(size),
            None => frame::bytes_before_the_first(size),
        };
        self.terminal.write(&bytes)
    }

    // What follows is done for signals: nothing of it may wait for long, lest a signal that is to
    // end the process does so, too. What can't be drawn, the thread that lists will find out.

    /// The first listing takes long: shows that there is something to wait for.
    fn show_wait(&self) {
        if let Some(mut state) = self.lock_soon()
            && state.phase == Phase::Before
        {
            let _ = self.enter(&mut state);
        }
    }

    /// Draws the same once more, perhaps in another size.
    fn redraw(&self) {
        if let Some(mut state) = self.lock_soon()
            && state.phase == Phase::On
        {
            let _ = self.draw(&mut state);
        }
    }

    /// Gives the terminal back for as long as the process is stopped.
    fn stop(&self) {
        if let Some(mut state) = self.lock_soon()
            && state.phase == Phase::On
        {
            state.phase = Phase::Stopped;
            self.terminal.leave();
        }
    }

    /// Takes the terminal again. Whoever has stopped the process by force has not let us give it
    /// back, but may have changed it.
    fn resume(&self) {
        if let Some(mut state) = self.lock_soon()
            && matches!(state.phase, Phase::On | Phase::Stopped)
        {
            let _ = self.enter(&mut state);
        }
    }

    /// Gives the terminal back for good, and stderr.
    fn end(&self) {
        let state = self.lock_soon();
        // Who holds the lock so long draws.
        if state.as_ref().is_none_or(|it| it.phase == Phase::On) {
            self.terminal.leave();
        }
        if let Some(mut state) = state {
            state.phase = Phase::Over;
        }
        self.terminal.give_stderr_back();
    }

    /// Sees that the terminal is given back before a panic says what it is.
    fn restore_before_panics(self: Arc<Self>) {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            self.end();
            before(info);
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::pty::{OpenptyResult, openpty};
    use rustix::termios::{LocalModes, tcgetattr};
    use std::fs::File;
    use std::io::Read;

    /// A terminal on which something is being drawn, and its other side.
    fn drawn() -> (Arc<Shared>, OpenptyResult) {
        let both = openpty(None, None).expect("a terminal");
        let input = both.slave.try_clone().expect("a descriptor");
        let output = both.slave.try_clone().expect("a descriptor");
        let shared = Arc::new(Shared::new(Terminal::new(output, Some(input))));
        shared.show_wait();
        let modes = tcgetattr(&both.slave).expect("modes").local_modes;
        assert!(!modes.contains(LocalModes::ECHO));
        (shared, both)
    }

    /// Sees that the terminal has been given back, and that nothing is drawn any more.
    fn must_be_left(shared: Arc<Shared>, both: OpenptyResult) {
        let modes = tcgetattr(&both.slave).expect("modes").local_modes;
        assert!(modes.contains(LocalModes::ECHO | LocalModes::ICANON));
        shared.redraw();
        shared.resume();
        shared.show_wait();
        drop((shared, both.slave));
        let mut bytes = Vec::new();
        // Its end is an error, for a terminal that nobody has open.
        let _ = File::from(both.master).read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.starts_with("\x1b[?1049h"), "{text:?}");
        assert_eq!(text.matches("Waiting").count(), 1, "{text:?}");
        assert!(text.ends_with("\x1b[?25h\x1b[?1049l"), "{text:?}");
    }

    #[test]
    fn the_terminal_is_given_back_once() {
        let (shared, both) = drawn();
        shared.end();
        shared.end();
        must_be_left(shared, both);
    }

    #[test]
    fn the_terminal_is_given_back_before_a_panic_speaks() {
        let (shared, both) = drawn();
        Arc::clone(&shared).restore_before_panics();
        // It panics while it draws, of all times.
        let drawer = Arc::clone(&shared);
        let drawer = thread::spawn(move || {
            let _state = drawer.lock();
            panic!("a test");
        });
        assert!(drawer.join().is_err());
        drop(panic::take_hook());
        shared.lock().phase = Phase::Over;
        must_be_left(shared, both);
    }
}

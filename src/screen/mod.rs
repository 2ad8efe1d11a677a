//! A table that is drawn on the terminal again and again, each in place of the one before.
//!
//! It is drawn on the alternate screen, so that the old content comes back. A thread waits for
//! signals: it restores the terminal at once when a signal ends the process, whatever the rest of
//! the process waits for, follows the terminal's size, and stops and continues as a shell expects.
//! Everything is drawn under a lock, so that nothing follows the bytes that restore the terminal.

mod controls;
mod frame;
mod keys;
mod said;
mod scroll;
mod signals;
mod terminal;
mod typed;

pub use frame::Frame;

use crate::report::records::formats::{Page, TableBuffer};
use controls::{Controls, Effect};
use keys::{Key, Keys};
use said::Said;
use signals::Signals;
use std::io;
use std::panic;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};
use terminal::Terminal;

/// How long another thread may draw before the terminal is restored anyway: it may be stuck because
/// nobody reads its output.
const PATIENCE: Duration = Duration::from_millis(300);

/// The terminal, while tables are drawn on it.
pub struct Screen {
    shared: Arc<Shared>,
    said: Option<Said>,
    keys: Keys,
}

/// Why a wait is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// The time has passed.
    Elapsed,
    /// The user asks to quit.
    Quit,
    /// The user has paused listings, or lets them go on.
    Turned,
    /// The terminal is closed.
    Closed,
}

impl Screen {
    /// Prepares for drawing on the terminal that stdout is. Nothing is drawn yet, but from now on
    /// messages on a stderr that is a terminal are collected.
    ///
    /// Must be called before other threads start, because they would get the signals.
    ///
    /// # Errors
    /// There is no terminal to draw on; nothing has changed.
    pub fn start() -> io::Result<Screen> {
        let (terminal, said) = Terminal::of_this_process()?;
        let shared = Arc::new(Shared::new(terminal));
        let keys = Keys::default();
        let screen = Screen { shared, said, keys };
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

    /// Draws a table, with the messages since the last one.
    ///
    /// # Errors
    /// Those of the terminal; a closed one is a broken pipe.
    pub fn show(&mut self, mut frame: Frame) -> io::Result<()> {
        frame.notice = self.said.as_mut().and_then(Said::last);
        self.shared.show(frame)
    }

    /// Returns whether the user has paused listings.
    pub fn is_paused(&self) -> bool {
        self.shared.lock().controls.is_paused
    }

    /// Waits until `time` has passed, or the user asks for something that ends a wait. All other keys
    /// are served meanwhile.
    pub fn wait(&mut self, time: Duration) -> Waited {
        let start = Instant::now();
        loop {
            let left = time.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Waited::Elapsed;
            }
            let left = match self.keys.are_pending() {
                true => left.min(KEY_PATIENCE),
                false => left,
            };
            let key = match self.shared.terminal.wait(left) {
                terminal::Event::Closed => return Waited::Closed,
                terminal::Event::Byte(byte) => self.keys.push(byte),
                terminal::Event::None => self.keys.end(),
            };
            match key.map_or(Effect::None, |key| self.shared.press(key)) {
                Effect::Quit => return Waited::Quit,
                Effect::Pause => return Waited::Turned,
                Effect::Redraw | Effect::None => {}
            }
            if self.shared.lock().phase == Phase::Over {
                return Waited::Quit;
            }
        }
    }

    /// Restores the terminal and stderr. Nothing is drawn afterwards.
    pub fn leave(&mut self) {
        self.shared.end();
    }

    /// Prints the collected messages on stderr, each text once.
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

/// How long the rest of a key may take to come.
const KEY_PATIENCE: Duration = Duration::from_millis(50);

/// What the threads share.
#[derive(Debug)]
struct Shared {
    terminal: Terminal,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// What is shown, or `None` before the first listing has ended.
    frame: Option<Frame>,
    controls: Controls,
    /// What is shown of the table.
    page: Page,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing has been drawn yet.
    Before,
    /// Tables are drawn on the terminal.
    On,
    /// The shell has the terminal: the process is stopped, or is about to be.
    Stopped,
    /// The terminal has been restored.
    Over,
}

impl Shared {
    fn new(terminal: Terminal) -> Shared {
        Shared {
            terminal,
            state: Mutex::new(State {
                phase: Phase::Before,
                frame: None,
                controls: Controls::default(),
                page: Page::default(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the state unless it stays locked: a thread that draws may be stuck, or may have
    /// panicked.
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

    /// Takes the terminal and draws.
    fn enter(&self, state: &mut State) -> io::Result<()> {
        state.phase = Phase::On;
        self.terminal.enter()?;
        self.draw(state)
    }

    fn draw(&self, state: &mut State) -> io::Result<()> {
        let size = self.terminal.size();
        let State {
            frame,
            controls,
            page,
            ..
        } = state;
        let bytes = match frame {
            Some(frame) => {
                let (bytes, shown) = frame.bytes(size, controls, self.terminal.has_keys());
                // The help hides the table, and leaves it where it is.
                if !controls.shows_help {
                    controls.view.first = shown.first;
                    *page = shown;
                }
                bytes
            }
            None => frame::bytes_before_the_first(size),
        };
        self.terminal.write(&bytes)
    }

    /// Does what a key is for, and shows it.
    fn press(&self, key: Key) -> Effect {
        let mut state = self.lock();
        let State {
            frame,
            controls,
            page,
            ..
        } = &mut *state;
        let buffer = frame.as_ref().and_then(|it| it.buffer.as_ref());
        let columns = || buffer.map(TableBuffer::shown_columns).unwrap_or_default();
        let effect = controls.press(key, page, columns);
        let shows = matches!(effect, Effect::Redraw | Effect::Pause);
        if shows && state.phase == Phase::On {
            // If drawing fails, the next listing will find out.
            let _ = self.draw(&mut state);
        }
        effect
    }

    // The rest serves signals: it must not wait for long, or a signal that ends the process would
    // wait, too. If drawing fails, the thread that lists will find out.

    /// Shows that the first listing takes long.
    fn show_wait(&self) {
        if let Some(mut state) = self.lock_soon()
            && state.phase == Phase::Before
        {
            let _ = self.enter(&mut state);
        }
    }

    /// Draws the same again, perhaps in another size.
    fn redraw(&self) {
        if let Some(mut state) = self.lock_soon()
            && state.phase == Phase::On
        {
            let _ = self.draw(&mut state);
        }
    }

    /// Restores the terminal while the process is stopped.
    fn stop(&self) {
        if let Some(mut state) = self.lock_soon()
            && state.phase == Phase::On
        {
            state.phase = Phase::Stopped;
            self.terminal.leave();
        }
    }

    /// Takes the terminal again. A process that was stopped by SIGSTOP could not restore it before,
    /// and it may have been changed.
    fn resume(&self) {
        if let Some(mut state) = self.lock_soon()
            && matches!(state.phase, Phase::On | Phase::Stopped)
        {
            let _ = self.enter(&mut state);
        }
    }

    /// Restores the terminal and stderr for good.
    fn end(&self) {
        let state = self.lock_soon();
        // A thread that holds the lock for long is drawing.
        if state.as_ref().is_none_or(|it| it.phase == Phase::On) {
            self.terminal.leave();
        }
        if let Some(mut state) = state {
            state.phase = Phase::Over;
        }
        self.terminal.give_stderr_back();
    }

    /// Restores the terminal before a panic prints its message.
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

    /// Returns a terminal that is being drawn on, and its other side.
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

    /// Checks that the terminal has been restored and nothing is drawn any more.
    fn must_be_left(shared: Arc<Shared>, both: OpenptyResult) {
        let modes = tcgetattr(&both.slave).expect("modes").local_modes;
        assert!(modes.contains(LocalModes::ECHO | LocalModes::ICANON));
        shared.redraw();
        shared.resume();
        shared.show_wait();
        drop((shared, both.slave));
        let mut bytes = Vec::new();
        // The end of a terminal is an error.
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
        // It panics while it draws.
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

//! The end of the process.

use nix::libc;
use std::mem;

/// Ends the process with `status`, at once.
///
/// `exit` would first run what libraries have registered for the end, and unload those of the name
/// service while threads may still wait in them for names. All output must have been written.
pub fn now(status: u8) -> ! {
    // SAFETY: it takes no pointer, and does not return.
    unsafe { libc::_exit(i32::from(status)) }
}

/// Ends the process as the signal `number` does by default, which its parent sees. The thread may
/// have blocked it.
///
/// Here and not through nix, which knows no real-time signals.
pub fn by_signal(number: i32) -> ! {
    // SAFETY: the default action runs no code of this process. Rust's own handler, for overflowing
    // stacks, would let the process go on.
    unsafe { libc::signal(number, libc::SIG_DFL) };
    // SAFETY: all-zero bytes are a valid sigset_t.
    let mut set: libc::sigset_t = unsafe { mem::zeroed() };
    // SAFETY: the set lives as long as the calls; a number that is no signal is an error.
    unsafe {
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, number);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, &raw const set, std::ptr::null_mut());
    }
    // SAFETY: it takes no pointer.
    unsafe { libc::raise(number) };
    // Only if that signal does not end a process. A shell gives those that do this status.
    now(u8::try_from(128 + number).unwrap_or(u8::MAX))
}

//! Whether stdout was closed when the program was started (`>&-`).
//!
//! Before `main`, Rust opens /dev/null in the place of each standard stream that is closed, so that no
//! file that is opened later gets its number. It is not to be told then from a stream that somebody has
//! pointed there, so this looks earlier.

use nix::libc;
use std::sync::atomic::{AtomicBool, Ordering};

static WAS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Returns whether stdout was closed at the start.
pub fn was_stdout_closed() -> bool {
    WAS_CLOSED.load(Ordering::Relaxed)
}

extern "C" fn look() {
    // SAFETY: it takes no pointer.
    let flags = unsafe { libc::fcntl(libc::STDOUT_FILENO, libc::F_GETFD) };
    WAS_CLOSED.store(flags < 0, Ordering::Relaxed);
}

// SAFETY: the section holds pointers to functions of this type, which the C library calls before
// `main`. This one needs nothing that Rust prepares.
#[used]
#[unsafe(link_section = ".init_array")]
static LOOK: extern "C" fn() = look;

//! The end of the process.

use nix::libc;

/// Ends the process with `status`, at once.
///
/// `exit` would first run what libraries have registered for the end, and take those down that the
/// name service has loaded, while threads of ours may still wait in them for names. What is to be
/// written must have been written.
pub fn now(status: u8) -> ! {
    // SAFETY: it takes no pointer, and does not return.
    unsafe { libc::_exit(i32::from(status)) }
}

//! Asks the kernel whether two threads share their descriptors (`man 2 kcmp`). Neither nix nor rustix
//! has this call.

use nix::libc;

/// `KCMP_FILES` (include/uapi/linux/kcmp.h).
const FILES: libc::c_int = 2;

/// Returns whether two threads, by their IDs in this process's PID namespace, share one table of
/// descriptors; or `None` if the kernel does not tell, because it lacks the call, a thread has ended,
/// or access is denied.
pub fn share_descriptors(one: i32, other: i32) -> Option<bool> {
    // SAFETY: the call takes five integers, and reads and writes no memory of this process.
    let order = unsafe { libc::syscall(libc::SYS_kcmp, one, other, FILES, 0_u64, 0_u64) };
    (order >= 0).then_some(order == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::unistd::{getpid, getppid};

    #[test]
    fn a_process_shares_its_descriptors_with_itself_alone() {
        let (own, parent) = (getpid().as_raw(), getppid().as_raw());
        // A sandbox may deny it.
        assert_ne!(share_descriptors(own, own), Some(false));
        assert_ne!(share_descriptors(own, parent), Some(true));
        assert_eq!(share_descriptors(own, i32::MAX), None);
    }
}

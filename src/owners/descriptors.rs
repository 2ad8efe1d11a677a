//! The descriptors in an `fd` folder (`man 5 proc`), and which of them are sockets.
//!
//! procfs's readers are not used: `Process::fd` opens, reads and stats each link, where one
//! `readlinkat` does: 27 ms instead of 11 ms for 15,000 sockets. So does `fd_from_fd`, which also
//! fails if this process has no descriptors left.

use nix::libc;
use rustix::fs::{RawDir, readlinkat_raw};
use rustix::io::Errno;
use std::ffi::CStr;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::mem::MaybeUninit;

/// Reads the links in an `fd` folder.
pub struct Links<'a> {
    /// Whether the folder is the kernel's, and not a copy.
    pub is_live: bool,
    /// Returns whether a descriptor's link is read.
    pub is_wanted: &'a dyn Fn(u32) -> bool,
    /// Takes the number and the target of each link.
    pub each: &'a mut dyn FnMut(u32, &[u8]),
}

impl Links<'_> {
    /// Reads all links that are wanted. A descriptor that is closed meanwhile is passed over.
    ///
    /// # Errors
    /// The folder can't be listed to its end, or a link could not be read; the others were.
    pub fn read(mut self, mut folder: &File) -> io::Result<()> {
        let mut failure = None;
        let next = match self.is_live {
            true => self.read_by_number(folder, &mut failure)?,
            false => 0,
        };
        if next > 0 {
            // The kernel lists descriptor N at position N + 2, after `.` and `..` (fs/proc/fd.c), so
            // the rest of the listing starts here.
            folder.seek(SeekFrom::Start(next + 2))?;
        }
        self.read_by_name(folder, &mut failure)?;
        failure.map_or(Ok(()), |errno: Errno| Err(errno.into()))
    }

    /// Reads the links 0, 1, 2, … for as long as few numbers are missing, so that the kernel need not
    /// list their names. Returns the first number that was not read.
    fn read_by_number(&mut self, folder: &File, failure: &mut Option<Errno>) -> io::Result<u64> {
        // Since Linux 6.2, the folder's size is the number of open descriptors; before, it was 0.
        let open = folder.metadata()?.len();
        let mut missing = 0;
        for number in 0..open {
            if !(self.is_wanted)(number as u32) {
                continue;
            }
            let mut digits = [0; 21];
            if write!(&mut digits[..20], "{number}").is_err() || missing > number / 4 + 8 {
                return Ok(number);
            }
            let name = CStr::from_bytes_until_nul(&digits).unwrap_or_default();
            // Descriptors may be opened and closed meanwhile: a missing number is not an error.
            missing += u64::from(!self.read_link(folder, name, number as u32, failure)?);
        }
        Ok(open)
    }

    /// Reads the links that the folder lists from its position on.
    fn read_by_name(&mut self, folder: &File, failure: &mut Option<Errno>) -> io::Result<()> {
        let mut buffer = [MaybeUninit::uninit(); 8192];
        let mut listing = RawDir::new(folder, &mut buffer);
        while let Some(entry) = listing.next() {
            // Stops at an error, because the listing would return it for ever.
            let entry = match entry {
                // The process has ended meanwhile.
                Err(Errno::NOENT | Errno::SRCH) => break,
                entry => entry?,
            };
            let name = entry.file_name();
            if name.to_bytes().first().is_some_and(u8::is_ascii_digit) {
                let number = name.to_str().ok().and_then(|it| it.parse().ok());
                let number = number.unwrap_or(0);
                if (self.is_wanted)(number) {
                    self.read_link(folder, name, number, failure)?;
                }
            }
        }
        Ok(())
    }

    /// Reads one link. Returns whether it is there. The target is cut to 64 bytes, more than any link
    /// to a socket has.
    ///
    /// This uses rustix because it reads into a buffer on the stack; nix and std allocate for each
    /// link.
    ///
    /// # Errors
    /// Access is denied, as it will be to all the others.
    fn read_link(
        &mut self,
        folder: &File,
        name: &CStr,
        number: u32,
        failure: &mut Option<Errno>,
    ) -> io::Result<bool> {
        let mut buffer = [MaybeUninit::uninit(); 64];
        match readlinkat_raw(folder, name, &mut buffer) {
            Ok((target, _)) => (self.each)(number, target),
            Err(Errno::NOENT | Errno::SRCH) => return Ok(false),
            Err(error @ (Errno::ACCESS | Errno::PERM)) => return Err(error.into()),
            // In a folder of copied files, not everything is a link.
            Err(Errno::INVAL) if !self.is_live => {}
            Err(error) => *failure = failure.or(Some(error)),
        }
        Ok(true)
    }
}

/// Returns the number of descriptors in an `fd` folder, which is the kernel's or a copy.
///
/// # Errors
/// It can't be listed.
pub fn count(folder: &File, is_live: bool) -> io::Result<u64> {
    // As above.
    let told = folder.metadata()?.len();
    if is_live && told > 0 {
        return Ok(told);
    }
    let mut buffer = [MaybeUninit::uninit(); 8192];
    let mut listing = RawDir::new(folder, &mut buffer);
    let mut number = 0;
    while let Some(entry) = listing.next() {
        let name = entry?;
        let is_number = |name: &CStr| name.to_bytes().first().is_some_and(u8::is_ascii_digit);
        number += u64::from(is_number(name.file_name()));
    }
    Ok(number)
}

/// Returns whether an error means that a process has ended, or has closed a descriptor.
pub fn has_gone(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ESRCH))
}

/// Returns the inode in a link target of the form `socket:[INODE]`, or `[0000]:INODE` from kernels
/// before 2.4.
///
/// `socket:` inodes of one digit are ignored, as in net-tools.
pub fn socket_inode(target: &[u8]) -> Option<u64> {
    let digits = match target.strip_prefix(b"socket:[") {
        Some(rest) => rest.strip_suffix(b"]").filter(|digits| digits.len() > 1)?,
        None => target.strip_prefix(b"[0000]:")?,
    };
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Returns the number of the network namespace in a link target of the form `net:[NUMBER]`.
pub fn namespace_id(target: &[u8]) -> Option<u64> {
    let digits = target.strip_prefix(b"net:[")?.strip_suffix(b"]")?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_a_network_namespace_has_its_number() {
        for (target, number) in [
            ("net:[4026531840]", Some(4_026_531_840)),
            ("pid:[7]", None),
            ("net:[7", None),
            ("net:[]", None),
        ] {
            assert_eq!(namespace_id(target.as_bytes()), number, "{target}");
        }
    }

    #[test]
    fn only_links_to_sockets_have_an_inode() {
        let cases: [(&str, Option<u64>); 10] = [
            ("socket:[12345]", Some(12345)),
            ("socket:[18446744073709551614]", Some(u64::MAX - 1)),
            ("[0000]:4", Some(4)),
            ("socket:[7]", None),
            ("socket:[12", None),
            ("socket:[12x]", None),
            ("socket:[]", None),
            ("pipe:[12]", None),
            ("/dev/null", None),
            ("", None),
        ];
        for (target, inode) in cases {
            assert_eq!(socket_inode(target.as_bytes()), inode, "{target}");
        }
    }
}

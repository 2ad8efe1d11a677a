//! libc's name databases, which no crate calls: all the unsafe code of this room.
//!
//! Users are missing: nix has them.

use nix::libc;
use std::ffi::{CStr, c_char, c_int};
use std::mem;
use std::net::{IpAddr, Ipv4Addr};
use std::ptr;
use std::sync::Mutex;

/// The longest host name that libc hands out, in bytes, its zero byte included (`NI_MAXHOST`).
const LONGEST_NAME: usize = 1025;

/// The name of the host at `address`, none where the system knows none (`man 3 getnameinfo`).
pub fn host_name(address: IpAddr) -> Option<Vec<u8>> {
    match address {
        IpAddr::V4(address) => {
            // SAFETY: all-zero bytes are a valid sockaddr_in.
            let mut socket: libc::sockaddr_in = unsafe { mem::zeroed() };
            socket.sin_family = libc::AF_INET as libc::sa_family_t;
            socket.sin_addr.s_addr = u32::from_ne_bytes(address.octets());
            name_info(&socket)
        }
        IpAddr::V6(address) => {
            // SAFETY: all-zero bytes are a valid sockaddr_in6.
            let mut socket: libc::sockaddr_in6 = unsafe { mem::zeroed() };
            socket.sin6_family = libc::AF_INET6 as libc::sa_family_t;
            socket.sin6_addr.s6_addr = address.octets();
            name_info(&socket)
        }
    }
}

/// Asks for the name that belongs to a `sockaddr_in` or `sockaddr_in6`.
fn name_info<S>(socket: &S) -> Option<Vec<u8>> {
    let mut name = [0 as c_char; LONGEST_NAME];
    // SAFETY: the socket address and the buffer live through the call, with the sizes given; there
    // is no buffer for a service.
    let failure = unsafe {
        libc::getnameinfo(
            ptr::from_ref(socket).cast(),
            mem::size_of::<S>() as libc::socklen_t,
            name.as_mut_ptr(),
            name.len() as libc::socklen_t,
            ptr::null_mut(),
            0,
            libc::NI_NAMEREQD,
        )
    };
    // SAFETY: a call that succeeds has written a string with its zero byte.
    (failure == 0).then(|| unsafe { bytes_of(name.as_ptr()) })
}

/// The name of the network at `address`, none where the system knows none (`man 3 getnetbyaddr_r`).
pub fn network_name(address: Ipv4Addr) -> Option<Vec<u8>> {
    let mut strings: Vec<c_char> = vec![0; 1024];
    loop {
        // SAFETY: all-zero bytes are a valid netent.
        let mut entry: libc::netent = unsafe { mem::zeroed() };
        let mut found = ptr::null_mut();
        let mut error: c_int = 0;
        // SAFETY: all pointers are to locals that live through the call, `strings` with its size.
        let failure = unsafe {
            libc::getnetbyaddr_r(
                u32::from(address),
                libc::AF_INET,
                &raw mut entry,
                strings.as_mut_ptr(),
                strings.len(),
                &raw mut found,
                &raw mut error,
            )
        };
        if failure == libc::ERANGE && strings.len() < 1 << 20 {
            strings.resize(strings.len() * 4, 0);
            continue;
        }
        if failure != 0 || found.is_null() {
            return None;
        }
        // SAFETY: the entry that was found points into `strings`, which is still there.
        return Some(unsafe { bytes_of(entry.n_name) });
    }
}

/// Held while libc goes through a database: it keeps the place there, and the entry, in one spot
/// for all threads.
static DATABASE: Mutex<()> = Mutex::new(());

/// Calls `each` with the name, port and transport of every service (`man 3 getservent`).
pub fn each_service(mut each: impl FnMut(&[u8], u16, &[u8])) {
    let _alone = DATABASE.lock();
    // SAFETY: takes no pointer.
    unsafe { libc::setservent(1) };
    // SAFETY: the entry is valid until the next call, which comes after its last use.
    while let Some(entry) = unsafe { libc::getservent().as_ref() } {
        // SAFETY: an entry's name and protocol are strings, or null.
        let (name, transport) = unsafe { (bytes_of(entry.s_name), bytes_of(entry.s_proto)) };
        // The port stands in the low 16 bits, in network byte order.
        each(&name, u16::from_be(entry.s_port as u16), &transport);
    }
    // SAFETY: takes no pointer.
    unsafe { libc::endservent() };
}

// libc has these; the libc crate lacks them.
unsafe extern "C" {
    fn setprotoent(stay_open: c_int);
    fn getprotoent() -> *mut libc::protoent;
    fn endprotoent();
}

/// Calls `each` with the name and number of every IP protocol (`man 3 getprotoent`).
pub fn each_protocol(mut each: impl FnMut(&[u8], u16)) {
    let _alone = DATABASE.lock();
    // SAFETY: takes no pointer.
    unsafe { setprotoent(1) };
    // SAFETY: the entry is valid until the next call, which comes after its last use.
    while let Some(entry) = unsafe { getprotoent().as_ref() } {
        // SAFETY: an entry's name is a string, or null.
        let name = unsafe { bytes_of(entry.p_name) };
        each(&name, entry.p_proto as u16);
    }
    // SAFETY: takes no pointer.
    unsafe { endprotoent() };
}

/// The bytes of a C string, without its zero byte; none of a null pointer.
///
/// # Safety
/// `string` is null or points to a string with a zero byte at its end.
unsafe fn bytes_of(string: *const c_char) -> Vec<u8> {
    if string.is_null() {
        return Vec::new();
    }
    // SAFETY: not null, and the caller vouches for the zero byte.
    unsafe { CStr::from_ptr(string) }.to_bytes().to_vec()
}

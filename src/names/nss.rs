//! libc's name databases. No crate wraps these calls, so this file holds all of the module's unsafe
//! code.
//!
//! Users are not here: nix wraps theirs.

use nix::libc;
use std::ffi::{CStr, c_char, c_int};
use std::mem;
use std::net::{IpAddr, Ipv4Addr};
use std::ptr;
use std::sync::Mutex;

/// The longest host name that libc returns, in bytes, with its zero byte (`NI_MAXHOST`).
const MAX_HOST_NAME: usize = 1025;

/// A service, as in `struct servent` (`man 3 getservent`).
#[derive(Debug)]
pub struct Service<'a> {
    /// Its official name.
    pub name: &'a [u8],
    /// Its other names.
    pub aliases: Vec<&'a [u8]>,
    /// Its port, in host byte order.
    pub port: u16,
    /// The transport protocol's name, such as `tcp`.
    pub protocol: &'a [u8],
}

/// Returns the name of the host at `address`, or `None` if the system knows none
/// (`man 3 getnameinfo`). Blocks for as long as the name service does.
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

/// Looks up the host name of a `sockaddr_in` or `sockaddr_in6`.
fn name_info<S>(socket: &S) -> Option<Vec<u8>> {
    let mut name = [0 as c_char; MAX_HOST_NAME];
    // SAFETY: the socket address and the buffer outlive the call and have the sizes given; there is
    // no buffer for a service.
    let status = unsafe {
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
    // SAFETY: a successful call has written a string that ends in a zero byte.
    (status == 0).then(|| unsafe { bytes_of(name.as_ptr()) }.to_vec())
}

/// Returns the name of the network at `address`, or `None` if the system knows none
/// (`man 3 getnetbyaddr_r`). Blocks for as long as the name service does.
pub fn network_name(address: Ipv4Addr) -> Option<Vec<u8>> {
    let mut strings: Vec<c_char> = vec![0; 1024];
    loop {
        // SAFETY: all-zero bytes are a valid netent.
        let mut entry: libc::netent = unsafe { mem::zeroed() };
        let mut found = ptr::null_mut();
        let mut error: c_int = 0;
        // SAFETY: all pointers are to locals that outlive the call; `strings` has the size given.
        let status = unsafe {
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
        if status == libc::ERANGE && strings.len() < 1 << 20 {
            strings.resize(strings.len() * 4, 0);
            continue;
        }
        if status != 0 || found.is_null() {
            return None;
        }
        // SAFETY: the name points into `strings`, which is still alive.
        return Some(unsafe { bytes_of(entry.n_name) }.to_vec());
    }
}

/// Held while a database is read: libc keeps the position and the current entry in one place for
/// all threads.
static DATABASE: Mutex<()> = Mutex::new(());

/// Calls `each` with every service (`man 3 getservent`), in the order of the database.
pub fn each_service(mut each: impl FnMut(&Service<'_>)) {
    let _guard = DATABASE.lock();
    // SAFETY: takes no pointer.
    unsafe { libc::setservent(1) };
    // SAFETY: the entry is valid until the next call, which comes after its last use.
    while let Some(entry) = unsafe { libc::getservent().as_ref() } {
        // SAFETY: the name and the protocol are strings or null, the aliases a list of strings or
        // null, and all are valid as long as the entry: `each` can't keep them.
        let service = unsafe {
            Service {
                name: bytes_of(entry.s_name),
                aliases: list_of(entry.s_aliases),
                // The low 16 bits are the port in network byte order.
                port: u16::from_be(entry.s_port as u16),
                protocol: bytes_of(entry.s_proto),
            }
        };
        each(&service);
    }
    // SAFETY: takes no pointer.
    unsafe { libc::endservent() };
}

// In libc, but missing from the libc crate.
unsafe extern "C" {
    fn setprotoent(stay_open: c_int);
    fn getprotoent() -> *mut libc::protoent;
    fn endprotoent();
}

/// Calls `each` with the name and number of every IP protocol (`man 3 getprotoent`).
pub fn each_protocol(mut each: impl FnMut(&[u8], u16)) {
    let _guard = DATABASE.lock();
    // SAFETY: takes no pointer.
    unsafe { setprotoent(1) };
    // SAFETY: the entry is valid until the next call, which comes after its last use.
    while let Some(entry) = unsafe { getprotoent().as_ref() } {
        // SAFETY: the name is a string or null, and valid as long as the entry.
        let name = unsafe { bytes_of(entry.p_name) };
        each(name, entry.p_proto as u16);
    }
    // SAFETY: takes no pointer.
    unsafe { endprotoent() };
}

/// Returns the bytes of a C string without its zero byte; no bytes for a null pointer.
///
/// # Safety
/// `string` is null, or points to a string that ends in a zero byte and is valid and unchanged for
/// all of `'a`.
unsafe fn bytes_of<'a>(string: *const c_char) -> &'a [u8] {
    if string.is_null() {
        return &[];
    }
    // SAFETY: not null; the caller guarantees the rest.
    unsafe { CStr::from_ptr(string) }.to_bytes()
}

/// Returns the strings of a C list without the null pointer at its end; none for a null pointer.
///
/// # Safety
/// `list` is null, or points to pointers of which the last is null and each other one is as
/// [`bytes_of`] demands.
unsafe fn list_of<'a>(mut list: *const *mut c_char) -> Vec<&'a [u8]> {
    let mut strings = Vec::new();
    // SAFETY: not null, and not behind the null pointer at the end: that ends the loop.
    while !list.is_null() && !unsafe { *list }.is_null() {
        // SAFETY: the caller guarantees a string here, and a pointer behind it.
        unsafe {
            strings.push(bytes_of(*list));
            list = list.add(1);
        }
    }
    strings
}

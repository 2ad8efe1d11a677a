//! AppleTalk DDP: routes in /proc/net/atalk_route. net-tools does not list its sockets.

use crate::tables::fields::{Fields, atoi};

/// The table of routes, in the `net` folder.
pub const ROUTES: &[&str] = &["atalk_route"];

/// One route (net/appletalk/atalk_proc.c, `atalk_seq_route_show`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route<'a> {
    /// The network and node that the route leads to, or `Default`.
    pub target: &'a [u8],
    /// The network and node of the router.
    pub router: &'a [u8],
    /// The kernel's route flags (`RTF_…`, include/uapi/linux/route.h).
    pub flags: u32,
    /// The interface that packets leave by.
    pub device: &'a [u8],
}

impl<'a> Route<'a> {
    /// Parses a line.
    pub fn from_line(line: &'a [u8]) -> Option<Route<'a>> {
        let mut fields = Fields::new(line);
        Some(Route {
            target: fields.word()?,
            router: fields.word()?,
            flags: atoi(fields.word()?) as u32,
            device: fields.word()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_route_has_four_words() {
        let flags = |line: &'static [u8]| Route::from_line(line).map(|route| route.flags);
        assert_eq!(flags(b"0001:0A     0002:0B  5     eth0"), Some(5));
        assert_eq!(flags(b"Default     0002:0B  -1  eth0"), Some(u32::MAX));
        assert_eq!(flags(b"0001:0A     0002:0B  x     eth0"), Some(0));
        assert_eq!(flags(b"0001:0A     0002:0B  1"), None);
        assert_eq!(flags(b""), None);
    }

    proptest! {
        #[test]
        fn any_bytes_come_to_an_end(line in any::<Vec<u8>>()) {
            let _ = Route::from_line(&line);
        }
    }
}

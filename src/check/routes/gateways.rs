//! Whether hosts on a link answer: the table of ARP (`man 5 proc`, /proc/net/arp).

use crate::check::Looks;
use crate::check::look::LONGEST;
use crate::tables::interface::{FLAG_POINT_TO_POINT, Name, Source};
use std::net::Ipv4Addr;

/// `ATF_COM`: the hardware address is known (include/uapi/linux/if_arp.h).
const COMPLETE: u32 = 0x2;

/// `IFF_NOARP`: the interface has no hardware addresses (include/uapi/linux/if.h).
const FLAG_NO_ARP: u16 = 0x80;

/// The table as a text: it has a line a neighbour.
#[derive(Debug)]
pub struct Neighbours {
    text: String,
}

/// Whether a host has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// Its hardware address is known.
    Yes,
    /// It was asked, and has not answered yet, or not at all.
    No,
    /// Nobody has asked for long, or that is not known.
    NotAsked,
}

impl Neighbours {
    /// Reads the table.
    ///
    /// # Errors
    /// It can't be read.
    pub fn read(looks: &Looks<'_>) -> Result<Neighbours, String> {
        let text = looks.table("arp")?;
        // Of a table so long that it was cut, the last line may be cut, too.
        let whole = match text.len() as u64 >= LONGEST {
            true => text
                .rfind('\n')
                .map_or("", |end| text.get(..end).unwrap_or("")),
            false => &text,
        };
        let text = whole.to_owned();
        Ok(Neighbours { text })
    }

    /// Returns whether a host on an interface has answered.
    pub fn answers(&self, host: Ipv4Addr, interface: &[u8]) -> Answers {
        let flags = self.text.lines().skip(1).find_map(|line| {
            let mut words = line.split_ascii_whitespace();
            let address: Ipv4Addr = words.next()?.parse().ok()?;
            let flags = words.nth(1)?.strip_prefix("0x")?;
            let is_it = address == host && words.last()?.as_bytes() == interface;
            is_it.then(|| u32::from_str_radix(flags, 16).ok())?
        });
        match flags {
            Some(flags) if flags & COMPLETE != 0 => Answers::Yes,
            Some(_) => Answers::No,
            None => Answers::NotAsked,
        }
    }
}

/// Returns whether the hosts on an interface are asked for their hardware addresses, as far as is known.
pub fn has_neighbours(name: &Name, looks: &Looks<'_>) -> bool {
    let source = Source::new(looks.net, false).ok();
    let flags = source.and_then(|it| it.link(name).ok()?.flags);
    flags.is_some_and(|flags| flags & (FLAG_NO_ARP | FLAG_POINT_TO_POINT) == 0)
}

//! Interfaces by their index, as the kernel's diagnostics name them (`man 3 if_nameindex`).

use crate::tables::Net;
use nix::net::if_::if_nameindex;

/// The indexes and names of the interfaces of a namespace.
#[derive(Debug, Default)]
pub struct InterfaceNames(Vec<(u32, Vec<u8>)>);

impl InterfaceNames {
    /// Asks the kernel. There are none if it does not answer.
    pub fn of(net: &Net) -> InterfaceNames {
        let names = net.enter(|| {
            let interfaces = if_nameindex()?;
            let named = interfaces.iter().map(|it| {
                let name = it.name().to_bytes().to_vec();
                (it.index(), name)
            });
            nix::Result::Ok(named.collect())
        });
        InterfaceNames(names.ok().and_then(Result::ok).unwrap_or_default())
    }

    /// Returns whether an interface has this name.
    pub fn has(&self, name: &[u8]) -> bool {
        self.0.iter().any(|(_, it)| it == name)
    }

    /// Returns the name of the interface with this index, if it exists.
    pub fn of_index(&self, index: u32) -> Option<&[u8]> {
        let found = self.0.iter().find(|(it, _)| *it == index);
        found.map(|(_, name)| &name[..])
    }
}

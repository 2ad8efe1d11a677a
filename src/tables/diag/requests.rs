//! Requests to listeners, in SYN_RECV: the kernel's diagnostics lack their user and the number of their
//! retransmissions, which /proc/net has.

use super::message::SYN_RECV;
use crate::tables::inet::{self, Family, Protocol, Row, Until};
use crate::tables::{Net, ReadAhead, Reader};
use std::collections::HashMap;
use std::net::SocketAddr;

/// The requests of one table, by their ends.
#[derive(Debug)]
pub struct Requests(HashMap<(SocketAddr, SocketAddr), Row>);

impl Requests {
    /// Reads the requests of a namespace. One that can't be read is not known.
    pub fn read(net: &Net, family: Family) -> Requests {
        let mut requests = HashMap::new();
        let table = inet::Table::open(net, Protocol::Tcp, family, ReadAhead::Near, Until::End);
        if let Ok(mut table) = table {
            while let Ok(Some(row)) = table.next_row() {
                if row.state == SYN_RECV {
                    requests.insert((row.local, row.foreign), row.clone());
                }
            }
        }
        Requests(requests)
    }

    /// Adds to `row` what is known of it. What is not, is `None`.
    pub fn complete(&self, row: &mut Row) {
        let known = self.0.get(&(row.local, row.foreign));
        row.uid = known.and_then(|it| it.uid);
        row.retransmits = known.and_then(|it| it.retransmits);
    }
}

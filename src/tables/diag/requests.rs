//! Requests to listeners, in SYN_RECV: the kernel's diagnostics lack their user and the number of their
//! retransmissions, which /proc/net has.

use super::layout::SYN_RECV;
use crate::tables::inet::{self, Family, Protocol, Row, Until};
use crate::tables::{Net, ReadAhead, ReadError, Reader};
use std::collections::HashMap;
use std::net::SocketAddr;

/// The requests of one table, by their ends.
#[derive(Debug)]
pub struct Requests {
    rows: HashMap<(SocketAddr, SocketAddr), Row>,
    /// Why not all could be read.
    failure: Option<String>,
}

impl Requests {
    /// Reads the requests of a namespace. What can't be read is not known.
    pub fn read(net: &Net, family: Family) -> Requests {
        let mut requests = Requests {
            rows: HashMap::new(),
            failure: None,
        };
        let table = inet::Table::open(net, Protocol::Tcp, family, ReadAhead::Near, Until::End);
        let path = || net.path(inet::file_name(Protocol::Tcp, family));
        let mut table = match table {
            Ok(table) => table,
            Err(error) => {
                requests.failure = Some(format!("{}: {error}", path().display()));
                return requests;
            }
        };
        loop {
            match table.next_row() {
                Ok(Some(row)) if row.state == SYN_RECV => {
                    let ends = (row.local, row.foreign);
                    requests.rows.insert(ends, row.clone());
                }
                Ok(Some(_)) | Err(ReadError::Malformed { .. }) => {}
                Ok(None) => return requests,
                Err(error) => {
                    requests.failure = Some(error.to_string());
                    return requests;
                }
            }
        }
    }

    /// Returns why users and retransmissions may be missing, or `None` if they are not.
    pub fn failure(&self) -> Option<String> {
        let why = self.failure.as_ref()?;
        Some(format!(
            "the users and retransmits of half-open connections are unknown: {why}"
        ))
    }

    /// Adds to `row` what is known of it. What is not, is `None`.
    pub fn complete(&self, row: &mut Row) {
        let known = self.rows.get(&(row.local, row.foreign));
        row.uid = known.and_then(|it| it.uid);
        row.retransmits = known.and_then(|it| it.retransmits);
    }
}

//! One type over the sockets of these families.

use super::{Circuit, Rare, Table, ax25, ipx, netrom, rose, x25};
use crate::tables::Net;
use crate::tables::ReadError;
use std::io::{self, ErrorKind};

/// A socket of one of these families.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Socket<'a> {
    /// Of AX.25.
    Ax25(Circuit<'a>),
    /// Of IPX.
    Ipx(ipx::Socket),
    /// Of NET/ROM.
    Netrom(netrom::Socket<'a>),
    /// Of ROSE.
    Rose(rose::Socket<'a>),
    /// Of X.25.
    X25(x25::Socket<'a>),
}

/// The names of the states (include/net/ax25.h and its like), the same for all families. net-tools
/// writes some of them with a blank, and `LISTENING` for the first one.
const STATES: [&str; 5] = [
    "LISTENING",
    "CONN_SENT",
    "DISC_SENT",
    "ESTABLISHED",
    "RECOVERY",
];

/// The name of AX.25 and X.25 for `CONN_SENT`.
const SABM_SENT: &str = "SABM_SENT";

impl Socket<'_> {
    /// Returns the family's name for `-A`.
    pub fn family_name(&self) -> &'static str {
        match self {
            Socket::Ax25(_) => "ax25",
            Socket::Ipx(_) => "ipx",
            Socket::Netrom(_) => "netrom",
            Socket::Rose(_) => "rose",
            Socket::X25(_) => "x25",
        }
    }

    /// Returns what sockets of AX.25, NET/ROM and X.25 have in common, or `None` for the others.
    fn circuit(&self) -> Option<&Circuit<'_>> {
        match self {
            Socket::Ax25(circuit) => Some(circuit),
            Socket::Netrom(socket) => Some(&socket.circuit),
            Socket::X25(socket) => Some(&socket.circuit),
            Socket::Ipx(_) | Socket::Rose(_) => None,
        }
    }

    /// Returns the state by one name for all families, or `None` for IPX without a connection.
    pub fn state_name(&self) -> Option<&'static str> {
        let (number, known, first) = match self {
            Socket::Ipx(socket) => {
                return match socket.state {
                    1 => Some("ESTABLISHED"),
                    7 => None,
                    _ => Some("UNKNOWN"),
                };
            }
            Socket::Ax25(circuit) => (circuit.state, 5, SABM_SENT),
            Socket::X25(socket) => (socket.circuit.state, 5, SABM_SENT),
            Socket::Netrom(socket) => (socket.circuit.state, 4, STATES[1]),
            Socket::Rose(socket) => (socket.state, 4, STATES[1]),
        };
        Some(match usize::try_from(number) {
            Ok(1) => first,
            Ok(number) if number < known => STATES[number],
            _ => "UNKNOWN",
        })
    }

    /// Returns the number of bytes that wait to be sent.
    pub fn send_queue(&self) -> Option<i64> {
        match self {
            Socket::Ipx(socket) => Some(socket.send_queue),
            Socket::Rose(socket) => socket.tail.map(|it| it.send_queue.into()),
            _ => self.circuit().map(|it| it.send_queue.into()),
        }
    }

    /// Returns the number of bytes that the process has not read.
    pub fn receive_queue(&self) -> Option<i64> {
        match self {
            Socket::Ipx(socket) => Some(socket.receive_queue),
            Socket::Rose(socket) => socket.tail.map(|it| it.receive_queue.into()),
            _ => self.circuit().map(|it| it.receive_queue.into()),
        }
    }

    /// Returns the interface, or `None` for IPX, or if there is none.
    pub fn device(&self) -> Option<&[u8]> {
        let device = match self {
            Socket::Rose(socket) => Some(socket.device),
            _ => self.circuit().map(|it| it.device),
        };
        device.filter(|device| *device != b"???")
    }

    /// Returns the user who made the socket, which only IPX reports.
    pub fn uid(&self) -> Option<u32> {
        match self {
            Socket::Ipx(socket) => socket.uid,
            _ => None,
        }
    }

    /// Returns the socket's inode, which IPX does not report.
    pub fn inode(&self) -> Option<u64> {
        match self {
            Socket::Ipx(_) => None,
            Socket::Rose(socket) => socket.tail?.inode,
            _ => self.circuit()?.inode,
        }
    }
}

/// The table of a family's sockets, opened.
#[derive(Debug)]
pub struct Sockets {
    table: Opened,
}

/// AX.25's table has two layouts, all others have a header.
#[derive(Debug)]
enum Opened {
    Ax25(ax25::Sockets),
    Other(Rare, Table),
}

impl Sockets {
    /// Opens the table of `family`.
    ///
    /// # Errors
    /// The file can't be opened: the kernel may lack the family, or there is no such table.
    pub fn open(net: &Net, family: Rare) -> io::Result<Sockets> {
        let files = match family {
            Rare::Ax25 => {
                let table = Opened::Ax25(ax25::Sockets::open(net)?);
                return Ok(Sockets { table });
            }
            Rare::Ipx => ipx::SOCKETS,
            Rare::Netrom => netrom::SOCKETS,
            Rare::Rose => rose::SOCKETS,
            Rare::X25 => x25::SOCKETS,
            Rare::Ddp | Rare::Bluetooth => return Err(ErrorKind::NotFound.into()),
        };
        let table = Opened::Other(family, Table::open(net, files)?);
        Ok(Sockets { table })
    }

    /// Returns the layout of AX.25's table, or `None` for all others.
    pub fn layout(&self) -> Option<ax25::Layout> {
        match &self.table {
            Opened::Ax25(rows) => Some(rows.layout()),
            Opened::Other(..) => None,
        }
    }

    /// Returns where the current socket stands.
    pub fn place(&self) -> String {
        match &self.table {
            Opened::Ax25(rows) => rows.place(),
            Opened::Other(_, rows) => rows.place(),
        }
    }

    /// Returns the next socket, or `None` at the table's end.
    ///
    /// # Errors
    /// A line that is no row (more rows may follow), or a file that can't be read on.
    pub fn next_row(&mut self) -> Result<Option<Socket<'_>>, ReadError> {
        match &mut self.table {
            Opened::Ax25(rows) => Ok(rows.next_row()?.map(Socket::Ax25)),
            Opened::Other(family, rows) => {
                let family = *family;
                rows.next_row(|line| match family {
                    Rare::Ipx => ipx::Socket::from_line(line).map(Socket::Ipx),
                    Rare::Netrom => netrom::Socket::from_line(line).map(Socket::Netrom),
                    Rare::Rose => rose::Socket::from_line(line).map(Socket::Rose),
                    Rare::X25 => x25::Socket::from_line(line).map(Socket::X25),
                    Rare::Ax25 | Rare::Ddp | Rare::Bluetooth => None,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_have_one_name_in_all_families() {
        let ax25 = |state| {
            Socket::Ax25(Circuit {
                destination: b"*",
                source: b"SRC-1",
                device: b"???",
                state,
                send_number: 0,
                receive_number: 0,
                send_queue: 0,
                receive_queue: 0,
                inode: Some(7),
            })
        };
        let rose = |state: i32| {
            let line = format!("* * 12 SRC-1 rose0 1 2 {state}");
            format!(
                "{:?}",
                rose::Socket::from_line(line.as_bytes()).map(|it| Socket::Rose(it).state_name())
            )
        };
        let ipx = |state: &str| {
            let line = format!("1:1 Not_Connected 1 2 {state} 0");
            ipx::Socket::from_line(line.as_bytes()).and_then(|it| Socket::Ipx(it).state_name())
        };
        for (state, name) in [
            (0, "LISTENING"),
            (1, "SABM_SENT"),
            (3, "ESTABLISHED"),
            (4, "RECOVERY"),
            (5, "UNKNOWN"),
            (-1, "UNKNOWN"),
        ] {
            assert_eq!(ax25(state).state_name(), Some(name));
        }
        assert!(rose(1).contains("CONN_SENT") && rose(4).contains("UNKNOWN"));
        assert_eq!(ipx("1"), Some("ESTABLISHED"));
        assert_eq!((ipx("7"), ipx("3")), (None, Some("UNKNOWN")));
        let socket = ax25(0);
        assert_eq!((socket.device(), socket.inode()), (None, Some(7)));
    }
}

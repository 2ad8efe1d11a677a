//! One type over the routes of these families.

use super::neighbours::{Neighbour, Neighbours};
use super::{Rare, Table, ax25, ddp, ipx, netrom, rose, x25};
use crate::tables::{Net, ReadError, Reader};
use std::io::{self, ErrorKind};

/// A route of one of these families.
#[derive(Debug, Clone)]
pub enum Route<'a> {
    /// Of AX.25.
    Ax25(ax25::Route<'a>),
    /// Of IPX.
    Ipx(ipx::Route),
    /// Of X.25.
    X25(x25::Route<'a>),
    /// Of AppleTalk.
    Ddp(ddp::Route<'a>),
    /// A node of NET/ROM, and the neighbour on the way to it, if that is known.
    Netrom(netrom::Node<'a>, Option<&'a Neighbour>),
    /// A node of ROSE, and all neighbours.
    Rose(rose::Node<'a>, &'a Neighbours),
}

impl Route<'_> {
    /// Returns the interface, as far as its column goes, or `None` if the table does not tell.
    pub fn device(&self) -> Option<&[u8]> {
        match self {
            Route::Ax25(route) => Some(route.device),
            Route::X25(route) => Some(route.device),
            Route::Ddp(route) => Some(route.device),
            Route::Netrom(_, neighbour) => neighbour.map(|it| &it.device[..]),
            Route::Ipx(_) | Route::Rose(..) => None,
        }
    }
}

/// The table of a family's routes, opened.
#[derive(Debug)]
pub struct Routes {
    family: Rare,
    table: Table,
    neighbours: Neighbours,
}

impl Routes {
    /// Opens the table of `family`. A table of nodes comes with one of neighbours, which is read at
    /// once; its bad lines go to `report`.
    ///
    /// # Errors
    /// A file can't be opened: the kernel may lack the family, or the family has no routes.
    pub fn open(net: &Net, family: Rare, report: impl FnMut(&ReadError)) -> io::Result<Routes> {
        let files = match family {
            Rare::Ax25 => ax25::ROUTES,
            Rare::Ipx => ipx::ROUTES,
            Rare::X25 => x25::ROUTES,
            Rare::Ddp => ddp::ROUTES,
            Rare::Netrom => netrom::NODES,
            Rare::Rose => rose::NODES,
            Rare::Bluetooth => return Err(ErrorKind::NotFound.into()),
        };
        let table = Table::open(net, files)?;
        let neighbours = match family {
            Rare::Netrom => Some((netrom::NEIGHBOURS, netrom::NEIGHBOUR_DEVICE)),
            Rare::Rose => Some((rose::NEIGHBOURS, rose::NEIGHBOUR_DEVICE)),
            _ => None,
        };
        Ok(Routes {
            family,
            table,
            neighbours: match neighbours {
                Some((files, device)) => Neighbours::read(net, files, device, report)?,
                None => Neighbours::default(),
            },
        })
    }
}

impl Reader for Routes {
    type Row<'a> = Route<'a>;

    fn next_row(&mut self) -> Result<Option<Route<'_>>, ReadError> {
        let (family, neighbours) = (self.family, &self.neighbours);
        self.table.next_row(|line| match family {
            Rare::Ax25 => ax25::Route::from_line(line).map(Route::Ax25),
            Rare::Ipx => ipx::Route::from_line(line).map(Route::Ipx),
            Rare::X25 => x25::Route::from_line(line).map(Route::X25),
            Rare::Ddp => ddp::Route::from_line(line).map(Route::Ddp),
            Rare::Netrom => netrom::Node::from_line(line).map(|node| {
                let numbered = node.way.map(|way| neighbours.numbered(way.neighbour));
                Route::Netrom(node, numbered.and_then(<[Neighbour]>::first))
            }),
            Rare::Rose => rose::Node::from_line(line).map(|node| Route::Rose(node, neighbours)),
            Rare::Bluetooth => None,
        })
    }

    fn place(&self) -> String {
        self.table.place()
    }
}

/// Returns the tables of a family's routes in the `net` folder.
pub fn files(family: Rare) -> Vec<&'static str> {
    match family {
        Rare::Ax25 => ax25::ROUTES.to_vec(),
        Rare::Ipx => ipx::ROUTES.to_vec(),
        Rare::X25 => x25::ROUTES.to_vec(),
        Rare::Ddp => ddp::ROUTES.to_vec(),
        Rare::Netrom => [netrom::NODES, netrom::NEIGHBOURS].concat(),
        Rare::Rose => [rose::NODES, rose::NEIGHBOURS].concat(),
        Rare::Bluetooth => Vec::new(),
    }
}

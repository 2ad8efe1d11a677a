//! Listings of the rare families: their sockets and their routes.

use super::arranged::Page;
use super::search::Search;
use super::{flush_line, say_and_go_on, say_cut};
use crate::host::Host;
use crate::names::Names;
use crate::notice;
use crate::owners::Owners;
use crate::report::classic::Context;
use crate::report::classic::rare as report;
use crate::report::columns;
use crate::report::records::formats::Report;
use crate::request::{Columns, Sockets};
use crate::tables::ReadError;
use crate::tables::rare::neighbours::Neighbours;
use crate::tables::rare::{self, Rare, Socket, Table, ax25, ddp, ipx, netrom, rose, x25};
use std::io::{self, ErrorKind};

/// What a listing came to, if its table could be opened.
type Opened = io::Result<Extent>;

/// How much of a table has been printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All that are rows.
    Whole,
    /// Not all could be read.
    Part,
}

/// The table of a family's sockets in the `net` folder, for people.
pub fn sockets_file(family: Rare) -> &'static str {
    let files = match family {
        Rare::Ax25 => &[ax25::SOCKETS],
        Rare::Ipx => ipx::SOCKETS,
        Rare::Netrom => netrom::SOCKETS,
        Rare::Rose => rose::SOCKETS,
        Rare::X25 => x25::SOCKETS,
        Rare::Ddp | Rare::Bluetooth => &[],
    };
    files.last().copied().unwrap_or_default()
}

/// The tables of a family's routes in the `net` folder, for people.
pub fn routes_files(family: Rare) -> Vec<&'static str> {
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

impl Page<'_> {
    /// Prints the sockets of `family`, those that fit; an error within says why there are none.
    ///
    /// # Errors
    /// Only those of the output.
    pub fn print_sockets(
        &mut self,
        family: Rare,
        request: &Sockets,
        host: &Host,
        search: &mut Search<'_>,
        context: &mut Context<'_>,
    ) -> io::Result<Opened> {
        // To net-tools, the folder is a table without rows.
        if family == Rare::X25 && request.like_net_tools && x25::has_folder(host) {
            report::x25::push_sockets_title(self.line);
            return Ok(Ok(Extent::Whole));
        }
        let mut rows = match rare::Sockets::open(host, family) {
            Ok(rows) => rows,
            Err(error) => return Ok(Err(error)),
        };
        report::push_sockets_title(self.line, family, context.columns);
        loop {
            match rows.next_row() {
                Ok(None) => return Ok(Ok(Extent::Whole)),
                Ok(Some(socket)) if search.includes_rare(&socket, context.owners) => {
                    self.make_ready()?;
                    report::push_socket(self.line, context, &socket, request.like_net_tools);
                    self.hand_on(&mut columns::sockets::Socket {
                        row: columns::sockets::Row::Rare(&socket),
                        names: context.names,
                        owners: context.owners,
                    })?;
                    if is_cut(&socket, context.columns) {
                        say_cut(&rows.place());
                    }
                }
                Ok(Some(_)) => {}
                Err(error) if say_and_go_on(&error).is_break() => return Ok(Ok(Extent::Part)),
                // What can't be read fits no filter, and has no place among others.
                Err(_) if !search.is_unfiltered() || self.arranged.is_on() => {}
                Err(_) => {
                    let problem = report::problem(family, rows.layout());
                    self.line.extend_from_slice(problem.as_bytes());
                    flush_line(self.line, self.out)?;
                }
            }
        }
    }

    /// Prints the routes of `family`; an error within says why there are none.
    ///
    /// # Errors
    /// Only those of the output.
    pub fn print_routes(&mut self, family: Rare, host: &Host) -> io::Result<Opened> {
        match family {
            Rare::Ax25 => self.print_table(
                Table::open(host, ax25::ROUTES),
                report::ax25::push_routes_title,
                |line, row| {
                    ax25::Route::from_line(row).map(|row| report::ax25::push_route(line, &row))
                },
            ),
            Rare::Ipx => self.print_table(
                Table::open(host, ipx::ROUTES),
                report::ipx::push_routes_title,
                |line, row| {
                    ipx::Route::from_line(row).map(|row| report::ipx::push_route(line, &row))
                },
            ),
            Rare::X25 => self.print_table(
                Table::open(host, x25::ROUTES),
                report::x25::push_routes_title,
                |line, row| {
                    x25::Route::from_line(row).map(|row| report::x25::push_route(line, &row))
                },
            ),
            Rare::Ddp => self.print_table(
                Table::open(host, ddp::ROUTES),
                report::ddp::push_title,
                |line, row| {
                    ddp::Route::from_line(row).map(|row| report::ddp::push_route(line, &row))
                },
            ),
            Rare::Netrom => self.print_netrom_nodes(host),
            Rare::Rose => self.print_rose_nodes(host),
            Rare::Bluetooth => Ok(Err(ErrorKind::NotFound.into())),
        }
    }

    /// Prints a table: `push_row` reads a row from its line and adds it to the page.
    fn print_table(
        &mut self,
        table: io::Result<Table>,
        push_title: impl FnOnce(&mut Vec<u8>),
        mut push_row: impl FnMut(&mut Vec<u8>, &[u8]) -> Option<()>,
    ) -> io::Result<Opened> {
        let mut table = match table {
            Ok(table) => table,
            Err(error) => return Ok(Err(error)),
        };
        push_title(self.line);
        self.print_rows(|line| table.next_row(|row| push_row(line, row)))
    }

    /// Prints what `push_next` adds to the page, again and again until it finds no more.
    fn print_rows(
        &mut self,
        mut push_next: impl FnMut(&mut Vec<u8>) -> Result<Option<()>, ReadError>,
    ) -> io::Result<Opened> {
        loop {
            match push_next(self.line) {
                Ok(Some(())) => {}
                Ok(None) => return Ok(Ok(Extent::Whole)),
                Err(error) if say_and_go_on(&error).is_break() => return Ok(Ok(Extent::Part)),
                Err(_) => {}
            }
            flush_line(self.line, self.out)?;
        }
    }

    fn print_netrom_nodes(&mut self, host: &Host) -> io::Result<Opened> {
        let opened = open_nodes(
            host,
            netrom::NODES,
            netrom::NEIGHBOURS,
            netrom::NEIGHBOUR_DEVICE,
        );
        let (mut nodes, neighbours) = match opened {
            Ok(opened) => opened,
            Err(error) => return Ok(Err(error)),
        };
        report::netrom::push_routes_title(self.line);
        self.print_rows(|line| {
            let Some(node) = nodes.next_row(netrom::Node::from_line)? else {
                return Ok(None);
            };
            let neighbour = node
                .way
                .and_then(|way| neighbours.numbered(way.neighbour).first());
            report::netrom::push_node(line, &node, neighbour);
            if neighbour.is_none() {
                let place = nodes.place();
                notice::say(format_args!(
                    "warning, {place} tells no neighbour that is known"
                ));
            }
            Ok(Some(()))
        })
    }

    fn print_rose_nodes(&mut self, host: &Host) -> io::Result<Opened> {
        let opened = open_nodes(host, rose::NODES, rose::NEIGHBOURS, rose::NEIGHBOUR_DEVICE);
        let (mut nodes, neighbours) = match opened {
            Ok(opened) => opened,
            Err(error) => return Ok(Err(error)),
        };
        report::rose::push_routes_title(self.line);
        self.print_rows(|line| {
            let Some(node) = nodes.next_row(rose::Node::from_line)? else {
                return Ok(None);
            };
            report::rose::push_node(line, &node, &neighbours);
            if node.is_cut() {
                say_cut(&nodes.place());
            }
            Ok(Some(()))
        })
    }
}

/// Whether a row that is shown lacks its end.
fn is_cut(socket: &Socket<'_>, columns: Columns) -> bool {
    matches!(socket, Socket::Ipx(socket) if columns.extended && socket.uid.is_none())
}

/// Hands the sockets of `family` on, those that fit; an error within says why there are none.
///
/// # Errors
/// Only those of the report.
pub fn record_sockets(
    family: Rare,
    host: &Host,
    search: &mut Search<'_>,
    owners: Option<&Owners>,
    names: &mut Names,
    report: &mut dyn Report,
) -> io::Result<Opened> {
    let mut rows = match rare::Sockets::open(host, family) {
        Ok(rows) => rows,
        Err(error) => return Ok(Err(error)),
    };
    loop {
        match rows.next_row() {
            Ok(None) => return Ok(Ok(Extent::Whole)),
            Ok(Some(socket)) if search.includes_rare(&socket, owners) => {
                report.record(&mut columns::sockets::Socket {
                    row: columns::sockets::Row::Rare(&socket),
                    names,
                    owners,
                })?;
            }
            Ok(Some(_)) => {}
            Err(error) if say_and_go_on(&error).is_break() => return Ok(Ok(Extent::Part)),
            Err(_) => {}
        }
    }
}

/// Opens a table of nodes, and reads the one of neighbours that explains it.
fn open_nodes(
    host: &Host,
    nodes: &[&str],
    neighbours: &[&str],
    device_width: usize,
) -> io::Result<(Table, Neighbours)> {
    let nodes = Table::open(host, nodes)?;
    let neighbours = Neighbours::read(host, neighbours, device_width, |error| {
        let _ = say_and_go_on(error);
    })?;
    Ok((nodes, neighbours))
}

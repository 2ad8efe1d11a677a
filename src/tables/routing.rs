//! The routes of all tables as one type.

use super::rare::{self, Rare};
use super::route::{Kind, OpenError};
use super::{Net, ReadError, Reader, route, route6};

/// A route of any family: the current row of a [`RouteTable`].
#[derive(Debug, Clone)]
pub enum Route<'a> {
    /// An IPv4 route.
    V4(route::Row),
    /// A cached IPv4 route.
    V4Cached(route::CacheRow),
    /// An IPv6 route.
    V6(route6::Row),
    /// A route of a rare family.
    Rare(rare::Route<'a>),
}

/// An open table of routes.
#[derive(Debug)]
pub enum RouteTable {
    /// The IPv4 routing table or route cache.
    V4(route::Table),
    /// The IPv6 routing table and its cache.
    V6(route6::Table),
    /// The routes of a rare family.
    Rare(rare::Routes),
}

impl RouteTable {
    /// Opens an IPv4 table.
    ///
    /// # Errors
    /// As [`route::Table::open`].
    pub fn open_v4(net: &Net, kind: Kind) -> Result<RouteTable, OpenError> {
        route::Table::open(net, kind).map(RouteTable::V4)
    }

    /// Opens the IPv6 table.
    ///
    /// # Errors
    /// Fails if the file can't be opened.
    pub fn open_v6(net: &Net) -> Result<RouteTable, OpenError> {
        let table = route6::Table::open(net).map_err(OpenError::Io)?;
        Ok(RouteTable::V6(table))
    }

    /// Opens the table of a rare family. Bad lines in its table of neighbours go to `report`.
    ///
    /// # Errors
    /// Fails if a file can't be opened.
    pub fn open_rare(
        net: &Net,
        family: Rare,
        report: impl FnMut(&ReadError),
    ) -> Result<RouteTable, OpenError> {
        let table = rare::Routes::open(net, family, report).map_err(OpenError::Io)?;
        Ok(RouteTable::Rare(table))
    }
}

impl Reader for RouteTable {
    type Row<'a> = Route<'a>;

    fn next_row(&mut self) -> Result<Option<Route<'_>>, ReadError> {
        Ok(match self {
            RouteTable::V4(table) => table.next_row()?,
            RouteTable::V6(table) => table.next_row()?.map(Route::V6),
            RouteTable::Rare(table) => table.next_row()?.map(Route::Rare),
        })
    }

    fn place(&self) -> String {
        match self {
            RouteTable::Rare(table) => table.place(),
            _ => String::new(),
        }
    }
}

//! One type over the routes of all tables.

use super::rare::{self, Rare};
use super::route::{Kind, OpenError};
use super::{Net, ReadError, Reader, route, route6};

/// The current row of a table of routes.
#[derive(Debug, Clone, Copy)]
pub enum Route<'a> {
    /// IPv4's.
    V4(&'a route::Row),
    /// One in IPv4's cache.
    V4Cached(&'a route::CacheRow),
    /// IPv6's.
    V6(&'a route6::Row),
    /// One of a family that few systems have.
    Rare(&'a rare::Route<'a>),
}

/// A table of routes, opened.
#[derive(Debug)]
pub enum RouteTable {
    /// IPv4's routing table.
    V4(route::Table),
    /// IPv4's cache.
    V4Cache(route::Table),
    /// IPv6's routing table and its cache.
    V6(route6::Table),
    /// Of a rare family.
    Rare(rare::Routes),
}

impl RouteTable {
    /// Opens IPv4's table of one kind.
    ///
    /// # Errors
    /// As [`route::Table::open`].
    pub fn open_v4(net: &Net, kind: Kind) -> Result<RouteTable, OpenError> {
        let table = route::Table::open(net, kind)?;
        Ok(match kind {
            Kind::Fib => RouteTable::V4(table),
            Kind::Cache => RouteTable::V4Cache(table),
        })
    }

    /// Opens IPv6's table.
    ///
    /// # Errors
    /// The file can't be opened.
    pub fn open_v6(net: &Net) -> Result<RouteTable, OpenError> {
        let table = route6::Table::open(net).map_err(OpenError::Io)?;
        Ok(RouteTable::V6(table))
    }

    /// Opens a rare family's table; what is wrong with the lines of a table beside it goes to
    /// `report`.
    ///
    /// # Errors
    /// A file can't be opened.
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
    type Row<'a> = Row<'a>;

    fn next_row(&mut self) -> Result<Option<Row<'_>>, ReadError> {
        Ok(match self {
            RouteTable::V4(table) => table.next_row()?.map(Row::V4),
            RouteTable::V4Cache(table) => table.next_cached_row()?.map(Row::V4Cached),
            RouteTable::V6(table) => table.next_row()?.map(Row::V6),
            RouteTable::Rare(table) => table.next_row()?.map(Row::Rare),
        })
    }

    fn place(&self) -> String {
        match self {
            RouteTable::Rare(table) => table.place(),
            _ => String::new(),
        }
    }
}

/// A row as its table hands it out; [`Row::route`] is what all others see of it.
#[derive(Debug)]
pub enum Row<'a> {
    /// IPv4's.
    V4(route::Row),
    /// One in IPv4's cache.
    V4Cached(route::CacheRow),
    /// IPv6's.
    V6(route6::Row),
    /// One of a rare family.
    Rare(rare::Route<'a>),
}

impl Row<'_> {
    /// Returns the route.
    pub fn route(&self) -> Route<'_> {
        match self {
            Row::V4(row) => Route::V4(row),
            Row::V4Cached(row) => Route::V4Cached(row),
            Row::V6(row) => Route::V6(row),
            Row::Rare(route) => Route::Rare(route),
        }
    }
}

//! The routes of all tables as one type.

use super::{ReadError, Reader, rare, route, route6};

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

impl Route<'_> {
    /// Returns the interface that packets leave by, or `None` if the table does not tell.
    pub fn interface(&self) -> Option<&[u8]> {
        Some(match self {
            Route::V4(row) => &row.common.interface,
            Route::V4Cached(row) => &row.common.interface,
            Route::V6(row) => &row.interface,
            Route::Rare(route) => return route.device(),
        })
    }
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
    /// Returns whether the file has not even a header.
    pub fn is_blank(&self) -> bool {
        match self {
            RouteTable::V4(table) => table.is_blank(),
            RouteTable::V6(_) | RouteTable::Rare(_) => false,
        }
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

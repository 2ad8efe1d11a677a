//! The columns of each listing, each described once: its name in JSON and CSV, its title in tables,
//! what it costs to know, and how its value is got from a row.

pub mod changes;
pub mod conditions;
pub mod counter_rates;
mod ends;
pub mod findings;
pub mod groups;
pub mod interface_rates;
pub mod interfaces;
mod internals;
pub mod masquerade;
mod no_owner;
pub mod owners;
mod peers;
pub mod rates;
mod record;
pub mod routes;
pub mod since;
pub mod sockets;
pub mod statistics;

use super::records::value::Value;
pub use super::units::Unit;
use crate::listing::{Joined, RowKind};
use crate::request::Columns;
use crate::sanitize;
use crate::tables::diag::Depth;
use groups::GROUPS;
pub use no_owner::NoOwner;
pub use record::{Record, RowRecord};
use routes::ROUTES;
use sockets::SOCKETS;
use std::borrow::Cow;

/// A column, as the formats know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in JSON and CSV, and on the command line.
    pub name: &'static str,
    /// Its title in tables.
    pub title: &'static str,
    /// What it costs to know it.
    pub cost: Cost,
    /// How a table shrinks it if there is no room.
    pub shrink: Shrink,
    /// When a table leaves it out before it wraps others: the highest first; those with 0 stay.
    pub drop_before_wrap: u8,
    /// When a table leaves it out before it wraps addresses so narrowly that none is whole: the
    /// highest first. Those with 0 stay; if that is not enough, they are left out from the last to
    /// the first.
    pub drop_after_wrap: u8,
    /// The column that tables show in its index where that is known.
    pub named_by: Option<&'static str>,
    /// Whether it was asked for by its name: tables show it even if no row has it, and leave it out
    /// after all others.
    pub is_chosen: bool,
    /// Whether JSON and CSV have it only if it is asked for.
    pub is_on_request: bool,
    /// Whether JSON has it all the same.
    pub is_always_in_json: bool,
    /// Whether of all formats only tables have it if it is not asked for.
    pub is_for_tables: bool,
    /// Whether tables name only the first of several processes with one name, and leave the folder of a
    /// program out.
    pub is_abridged: bool,
    /// Whether the kernel tells it of unix sockets, if it is asked.
    pub is_of_unix: bool,
    /// The flag that asks for it, besides its name.
    pub extra: Option<Extra>,
    /// What it counts, for tables.
    pub unit: Unit,
    /// Whether groups of rows have its sum.
    pub is_summed: bool,
}

/// A flag that adds columns to the formats that are not for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extra {
    /// `--tcp-info`.
    TcpInfo,
    /// `--peers`.
    Peers,
    /// `--rates`.
    Rates,
}

impl Extra {
    fn is_asked_for(self, columns: &Columns) -> bool {
        match self {
            Extra::TcpInfo => columns.tcp_info,
            Extra::Peers => columns.peers,
            Extra::Rates => columns.rates,
        }
    }
}

/// What it costs to know a column, beyond reading the kernel's table of these rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// Nothing.
    Nothing,
    /// A name must be looked up in a file, of services or users.
    Name,
    /// A name must be looked up, for which a name server may be asked.
    Host,
    /// The owners of sockets must be searched for.
    Owners,
    /// The other ends of sockets must be looked for, and their owners.
    Peers,
    /// Each interface must be queried for its hardware and addresses.
    Details,
    /// The kernel's diagnostics must tell TCP's retransmissions and probes, if rows come from there.
    Timers,
    /// The kernel's diagnostics must tell the internals of IP sockets.
    Internals,
    /// The same, but the table knows it of some.
    InternalsOrTable,
    /// The kernel's diagnostics must tell TCP's counters, twice.
    Rates,
}

/// How a table shrinks a column if there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shrink {
    /// Only its title is wrapped, if that is enough.
    Hard,
    /// It holds lists of addresses, which are wrapped first, between their items.
    List,
    /// It holds a share with its bar, which becomes shorter.
    Bar,
    /// It is wrapped.
    Text,
    /// It is cut at its end, and left out where only a few characters would be left.
    Cut,
    /// It is wrapped if wrapping texts is not enough.
    Address,
}

impl Column {
    /// Creates a column that costs nothing, that tables leave out late, and show on one line as
    /// long as possible.
    pub const fn new(name: &'static str, title: &'static str) -> Column {
        Column {
            name,
            title,
            cost: Cost::Nothing,
            shrink: Shrink::Hard,
            drop_before_wrap: 0,
            drop_after_wrap: 0,
            named_by: None,
            is_chosen: false,
            is_on_request: false,
            is_always_in_json: false,
            is_for_tables: false,
            is_abridged: false,
            is_of_unix: false,
            extra: None,
            unit: Unit::One,
            is_summed: false,
        }
    }

    /// Sets what it costs to know it.
    pub const fn cost(self, cost: Cost) -> Column {
        Column { cost, ..self }
    }

    /// Sets how a table shrinks it.
    pub const fn shrink(self, shrink: Shrink) -> Column {
        Column { shrink, ..self }
    }

    /// Sets when tables leave it out; see [`Column::drop_before_wrap`].
    pub const fn drop_before_wrap(self, when: u8) -> Column {
        Column {
            drop_before_wrap: when,
            ..self
        }
    }

    /// Sets when tables leave it out if wrapping is not enough; see [`Column::drop_after_wrap`].
    pub const fn drop_after_wrap(self, when: u8) -> Column {
        Column {
            drop_after_wrap: when,
            ..self
        }
    }

    /// Sets the column that tables show instead if it is known.
    pub const fn named_by(self, column: &'static str) -> Column {
        Column {
            named_by: Some(column),
            ..self
        }
    }

    /// Leaves it out of JSON and CSV unless it is asked for.
    pub const fn on_request(self) -> Column {
        Column {
            is_on_request: true,
            ..self
        }
    }

    /// Leaves it out of JSON and CSV unless it is asked for by its name, though tables show it.
    pub const fn for_tables(self) -> Column {
        Column {
            is_on_request: true,
            is_for_tables: true,
            ..self
        }
    }

    /// Returns whether a name must be looked up for it.
    pub fn is_name(&self) -> bool {
        matches!(self.cost, Cost::Name | Cost::Host)
    }

    /// Returns how much the kernel's diagnostics must tell for it, if rows come from there.
    pub fn depth(&self) -> Depth {
        match self.cost {
            Cost::Internals | Cost::InternalsOrTable => Depth::Internals,
            // Where no owner can be seen.
            Cost::Owners if self.extra == Some(Extra::TcpInfo) => Depth::Internals,
            Cost::Timers | Cost::Rates => Depth::Timers,
            Cost::Nothing
            | Cost::Name
            | Cost::Host
            | Cost::Owners
            | Cost::Peers
            | Cost::Details => Depth::Row,
        }
    }

    /// Has tables show it in short; see [`Column::is_abridged`].
    pub const fn abridged(self) -> Column {
        Column {
            is_abridged: true,
            ..self
        }
    }

    /// Has the kernel asked for it of unix sockets.
    pub const fn of_unix(self) -> Column {
        Column {
            is_of_unix: true,
            ..self
        }
    }

    /// Sets the flag that asks for it.
    pub const fn extra(self, extra: Extra) -> Column {
        Column {
            extra: Some(extra),
            ..self
        }
    }

    /// Sets what it counts.
    pub const fn unit(self, unit: Unit) -> Column {
        Column { unit, ..self }
    }

    /// Sums it where rows are counted.
    pub const fn summed(self) -> Column {
        Column {
            is_summed: true,
            ..self
        }
    }

    /// Has it in JSON, even if it is not asked for.
    pub const fn always_in_json(self) -> Column {
        Column {
            is_always_in_json: true,
            ..self
        }
    }

    /// Marks it as asked for by its name: nothing is shown instead of it, and it is not shown
    /// instead of others.
    pub const fn chosen(self) -> Column {
        Column {
            drop_before_wrap: 0,
            drop_after_wrap: 0,
            named_by: None,
            is_chosen: true,
            ..self
        }
    }
}

/// What identifies a row of a listing, so that it can be found again in the next one.
#[derive(Debug, Clone, Copy)]
pub struct Identity {
    /// The names of the columns that identify a row.
    pub by: &'static [&'static str],
    /// If the first of these two columns is null, the second one identifies it, too.
    pub fallback_key: Option<(&'static str, &'static str)>,
    /// The columns whose change is shown.
    pub changes: &'static [&'static str],
}

impl Identity {
    /// Nothing identifies a row.
    pub const NONE: Identity = Identity {
        by: &[],
        fallback_key: None,
        changes: &[],
    };
}

/// Gets a column's value from a row.
pub type Get<L> = for<'r, 'a, 'j> fn(&'r <L as RowKind>::Row<'a>, &'r mut Joined<'j>) -> Value<'r>;

/// What a listing can show of its rows: its columns, those that a table usually has, and its
/// identity between two listings.
pub struct Listing<L: RowKind> {
    /// The columns, in the order of JSON and CSV, in groups.
    pub columns: &'static [&'static [(Column, Get<L>)]],
    /// Returns the names of the columns that a table has if none are asked for, for the columns
    /// that net-tools' flags ask for.
    pub usual: fn(&Columns) -> Vec<&'static str>,
    /// How a row is found again in the next listing.
    pub identity: Identity,
    /// See [`Describe::no_owner`].
    pub no_owner: fn(&L::Row<'_>, &Joined<'_>) -> Option<NoOwner>,
}

/// The columns that every listing has behind its own: the row's network namespace, by name and number.
pub const NAMESPACE: [Column; 2] = [
    Column::new("netns", "Netns")
        .shrink(Shrink::Text)
        .on_request()
        .always_in_json(),
    Column::new("netns_id", "Netns ID")
        .drop_before_wrap(9)
        .on_request()
        .always_in_json(),
];

/// A description of a listing's columns.
pub trait Describe<L: RowKind> {
    /// Returns the columns.
    fn columns(&self) -> Vec<Column>;

    /// Returns the value of the column at `index`; null if there is none.
    fn value<'r>(&self, index: usize, row: &'r L::Row<'_>, joined: &'r mut Joined<'_>)
    -> Value<'r>;

    /// Returns what tables and counts say of the owner of a row that has none, or `None` if it has one
    /// or none was looked for.
    fn no_owner(&self, _: &L::Row<'_>, _: &Joined<'_>) -> Option<NoOwner> {
        None
    }
}

impl<L: RowKind> Describe<L> for Listing<L> {
    fn columns(&self) -> Vec<Column> {
        let own = self.columns.iter().flat_map(|group| group.iter());
        let own = own.map(|(column, _)| *column);
        own.chain(NAMESPACE).collect()
    }

    fn value<'r>(
        &self,
        index: usize,
        row: &'r L::Row<'_>,
        joined: &'r mut Joined<'_>,
    ) -> Value<'r> {
        let mut index = index;
        for group in self.columns {
            match group.get(index) {
                Some((_, get)) => return get(row, joined),
                None => index -= group.len(),
            }
        }
        let label = joined.label();
        match index {
            0 if label.name.is_empty() => Value::Null,
            0 => Value::Text(Cow::Borrowed(&label.name)),
            1 => Value::number(label.id),
            _ => Value::Null,
        }
    }

    fn no_owner(&self, row: &L::Row<'_>, joined: &Joined<'_>) -> Option<NoOwner> {
        (self.no_owner)(row, joined)
    }
}

/// Returns `columns`, of which all formats have those that a flag asks for. Nothing is cut with `-W`.
pub fn with_extras(mut columns: Vec<Column>, flags: &Columns) -> Vec<Column> {
    for column in &mut columns {
        column.is_abridged &= !flags.wide;
        if flags.wide && column.shrink == Shrink::Cut {
            column.shrink = Shrink::Text;
            column.drop_before_wrap = 0;
        }
        let is_asked_for = column.extra.is_some_and(|it| it.is_asked_for(flags));
        column.is_on_request &= !is_asked_for;
    }
    columns
}

/// Returns whether the column called `name`, of whatever listing, is a name for which a name server may be
/// asked.
pub fn is_host_name(name: &str) -> bool {
    let columns = [SOCKETS.columns(), GROUPS.columns(), ROUTES.columns()];
    let mut columns = columns.iter().flatten();
    columns.any(|column| column.name == name && column.cost == Cost::Host)
}

/// Returns a text that comes from strangers. A table makes it printable as a whole.
fn printable(text: &[u8]) -> Value<'static> {
    Value::Text(Cow::Owned(sanitize::without_controls(text.to_vec())))
}

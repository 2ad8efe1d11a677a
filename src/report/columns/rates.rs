//! The columns of how fast TCP connections are, between two listings.

use super::{Column, Cost, Extra, Get, Unit};
use crate::listing::Rates;
use crate::listing::sockets::SocketRows;
use crate::report::records::value::Value;

/// The column with the sum of both directions, by which rows are sorted if nothing else is asked for.
pub const TOTAL: &str = "total_bytes_per_s";

/// The names of the columns that a table has with `--rates`.
pub const USUAL: [&str; 2] = ["receive_bytes_per_s", "send_bytes_per_s"];

/// Returns the description of a rate.
const fn rate(name: &'static str, title: &'static str) -> Column {
    let rate = Column::new(name, title).cost(Cost::Rates).on_request();
    rate.unit(Unit::BytesPerSecond).summed()
}

/// The columns, and how the value of each is got.
pub const COLUMNS: &[(Column, Get<SocketRows>)] = &[
    (
        rate("receive_bytes_per_s", "Receiving").extra(Extra::Rates),
        |socket, joined| Value::number(joined.rates(socket).map(|it| it.received)),
    ),
    (
        rate("send_bytes_per_s", "Sending").extra(Extra::Rates),
        |socket, joined| Value::number(joined.rates(socket).map(|it| it.sent)),
    ),
    (rate(TOTAL, "Both"), |socket, joined| {
        let total = |it: Rates| u128::from(it.received) + u128::from(it.sent);
        Value::number(
            joined
                .rates(socket)
                .and_then(|it| i128::try_from(total(it)).ok()),
        )
    }),
];

/// Returns whether the column called `name` is a rate.
pub fn is_rate(name: &str) -> bool {
    COLUMNS.iter().any(|(column, _)| column.name == name)
}

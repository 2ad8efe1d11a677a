//! Masqueraded connections that came or went.

use super::Layout;
use super::values::Values;
use crate::names::Names;
use crate::report::classic::{changes, masquerade};
use crate::request::Masquerade;
use crate::tables::masquerade::{Protocol, Row};

/// The layout of connections.
pub struct Connections {
    /// Which columns they have.
    pub request: Masquerade,
    /// What writes addresses.
    pub names: Names,
}

impl Layout for Connections {
    fn columns(&self) -> &'static [&'static str] {
        &[
            "proto",
            "expires",
            "source_address",
            "source_port",
            "destination_address",
            "destination_port",
            "masquerade_port",
            "initial_sequence",
            "delta",
            "previous_delta",
        ]
    }

    fn push_titles(&self, out: &mut Vec<u8>) {
        changes::push_front_titles(out);
        masquerade::push_header(out, self.request);
    }

    fn push_row(&mut self, out: &mut Vec<u8>, values: &mut Values<'_>) -> bool {
        match row(values) {
            Some(row) => {
                masquerade::push_row(out, &mut self.names, &row, self.request);
                true
            }
            None => false,
        }
    }
}

fn row(values: &mut Values<'_>) -> Option<Row> {
    Some(Row {
        protocol: Protocol::called(&values.text("proto")?)?,
        source: values.ipv4("source_address")?,
        source_port: values.number("source_port")?,
        destination: values.ipv4("destination_address")?,
        destination_port: values.number("destination_port")?,
        masquerade_port: values.number("masquerade_port")?,
        initial_sequence: values.number("initial_sequence")?,
        delta: values.number("delta")?,
        previous_delta: values.number("previous_delta"),
        expires: values.hundredths("expires")?,
    })
}

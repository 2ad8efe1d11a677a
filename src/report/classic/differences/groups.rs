//! Multicast groups that were joined or left, or that more or fewer have joined.

use super::values::Values;
use super::{Layout, before};
use crate::names::Names;
use crate::report::classic::{changes, group};
use crate::tables::group::Row;

/// The layout of groups.
pub struct Groups {
    /// What writes addresses.
    pub names: Names,
}

impl Layout for Groups {
    fn columns(&self) -> &'static [&'static str] {
        &["users_before", "interface", "users", "group"]
    }

    fn push_titles(&self, out: &mut Vec<u8>) {
        changes::push_front_titles(out);
        group::push_header(out);
    }

    fn before(&self, values: &mut Values<'_>) -> Option<Vec<u8>> {
        before([("RefCnt", values.cell("users_before"))])
    }

    fn push_row(&mut self, out: &mut Vec<u8>, values: &mut Values<'_>) -> bool {
        let interface = values.text("interface").unwrap_or_default();
        let row = values.address("group").zip(values.number("users"));
        let Some((group, users)) = row else {
            return false;
        };
        let row = Row {
            interface: &interface,
            users,
            group,
        };
        group::push_row(out, &mut self.names, &row);
        true
    }
}

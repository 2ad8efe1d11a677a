//! The columns of multicast groups.

use super::{Column, Cost, Get, Identity, Listing, Shrink, printable};
use crate::listing::groups::GroupRows;
use crate::report::records::value::Value;

/// The listing of groups. A group that more or fewer have joined has changed.
pub const GROUPS: Listing<GroupRows> = Listing {
    columns: &[COLUMNS],
    usual: |_| vec!["interface", "users", "group", "group_host"],
    no_owner: |_, _| None,
    identity: Identity {
        by: &["interface", "group"],
        fallback_key: None,
        changes: &["users"],
    },
};

const COLUMNS: &[(Column, Get<GroupRows>)] = &[
    (Column::new("interface", "Interface"), |group, _| {
        printable(group.interface)
    }),
    (
        Column::new("users", "RefCnt").drop_after_wrap(1),
        |group, _| Value::number(Some(group.users)),
    ),
    (
        Column::new("group", "Group")
            .shrink(Shrink::Address)
            .named_by("group_host"),
        |group, _| Value::address(group.group),
    ),
    (
        Column::new("group_host", "Group's host")
            .cost(Cost::Host)
            .shrink(Shrink::Text),
        |group, joined| Value::text(joined.names.host(group.group)),
    ),
];

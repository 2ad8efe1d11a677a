//! What a table says besides its rows.

/// What the request makes a table say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// What it says if it has no row; empty if something else says it.
    pub nothing: String,
    /// Whether all rows are listeners: their addresses are shown as `*` where they are open on all of
    /// a family, and it is counted how many are open to the network.
    pub of_listeners: bool,
    /// Whether rows may be in other network namespaces than this process, where neither this host nor its
    /// network need reach them.
    pub of_namespaces: bool,
    /// The names of the columns that flags added: it is counted how many of them do not fit.
    pub added: Vec<&'static str>,
}

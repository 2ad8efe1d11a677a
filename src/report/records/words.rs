//! What a table says besides its rows.

/// What the request makes a table say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// What it says if it has no row; empty if something else says it.
    pub nothing: String,
    /// Whether all rows are listeners: their addresses are shown as `*` where they are open on all of
    /// a family, and it is counted how many are open to the network.
    pub of_listeners: bool,
}

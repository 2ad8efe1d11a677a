//! Conditions on columns. Only the report knows the columns; a walk asks it.

use super::Joined;
use crate::request::Column;
use crate::tables::Socket;

/// Tells whether the columns of a socket compare as a filter wants.
pub trait Conditions {
    /// Returns whether `column` compares as it should, for the owner that `joined` is about.
    fn hold(&self, column: &Column, socket: &Socket<'_>, joined: &mut Joined<'_>) -> Option<bool>;
}

/// Those of a filter without columns.
pub struct NoConditions;

impl Conditions for NoConditions {
    fn hold(&self, _: &Column, _: &Socket<'_>, _: &mut Joined<'_>) -> Option<bool> {
        None
    }
}

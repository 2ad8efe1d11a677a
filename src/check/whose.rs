//! The process that a finding is about.

use crate::listing::Joined;
use crate::owners::facts::{CONTAINER, UNIT};
use crate::tables::Socket;
use std::fmt;

/// A process that owns a socket, and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Whose {
    /// Its PID.
    pub pid: i32,
    /// Its program's name.
    pub program: String,
    /// The unit of systemd that it belongs to.
    pub unit: Option<String>,
    /// Its container.
    pub container: Option<String>,
}

impl Whose {
    /// Returns the owner of a socket with the lowest PID, or `None` if none can be seen.
    pub fn of(socket: &Socket<'_>, joined: &mut Joined<'_>) -> Option<Whose> {
        let owner = joined.owner(socket)?;
        let mut text = |fact| {
            let text = joined.fact(socket, fact)?;
            Some(String::from_utf8_lossy(text).into_owned())
        };
        Some(Whose {
            pid: owner.pid,
            program: String::from_utf8_lossy(&owner.name()).into_owned(),
            unit: text(&UNIT),
            container: text(&CONTAINER),
        })
    }
}

impl fmt::Display for Whose {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} (PID {}", self.program, self.pid)?;
        if let Some(unit) = &self.unit {
            write!(out, ", unit {unit}")?;
        }
        if let Some(container) = &self.container {
            write!(out, ", container {container}")?;
        }
        out.write_str(")")
    }
}

/// Returns how a sentence names an owner that may not be seen.
pub fn named(owner: Option<&Whose>) -> String {
    owner.map_or_else(
        || "a process that is not visible".to_owned(),
        Whose::to_string,
    )
}

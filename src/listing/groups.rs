//! A listing of multicast groups.

use super::Outcome;
use crate::host::Host;
use crate::names::Names;
use crate::notice;
use std::io::{self, Write};

/// Prints multicast groups.
pub fn print(_: &Host, _: &mut Names, _: &mut dyn Write) -> io::Result<Outcome> {
    notice::say(format_args!("multicast groups can't be listed yet"));
    Ok(Outcome::Failed)
}

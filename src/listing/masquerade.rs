//! A listing of masqueraded connections.

use super::Outcome;
use crate::host::Host;
use crate::names::Names;
use crate::notice;
use crate::request::Masquerade;
use std::io::{self, Write};

/// Prints masqueraded connections.
pub fn print(_: &Masquerade, _: &Host, _: &mut Names, _: &mut dyn Write) -> io::Result<Outcome> {
    notice::say(format_args!("masqueraded connections can't be listed yet"));
    Ok(Outcome::Failed)
}

//! A listing of interfaces.

use super::Outcome;
use crate::host::Host;
use crate::names::Names;
use crate::notice;
use crate::request::Interfaces;
use std::io::{self, Write};

/// Prints interfaces.
pub fn print(_: &Interfaces, _: &Host, _: &mut Names, _: &mut dyn Write) -> io::Result<Outcome> {
    notice::say(format_args!("interfaces can't be listed yet"));
    Ok(Outcome::Failed)
}

//! A listing of the protocols' counters.

use super::Outcome;
use crate::host::Host;
use crate::notice;
use crate::request::Statistics;
use std::io::{self, Write};

/// Prints the protocols' counters.
pub fn print(_: &Statistics, _: &Host, _: &mut dyn Write) -> io::Result<Outcome> {
    notice::say(format_args!("the protocols' counters can't be listed yet"));
    Ok(Outcome::Failed)
}

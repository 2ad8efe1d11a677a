//! The same request again, every interval.

use crate::host::Host;
use crate::listing::{self, Outcome};
use crate::names::Names;
use crate::request::Request;
use std::io::{self, Write};
use std::thread;

/// Prints the listing once, or again and again until something that it asks for can't be had.
///
/// Each listing is flushed. Tables and owners are read anew for each; names are kept.
///
/// # Errors
/// Only those of `out`.
pub fn run(request: &Request, out: &mut dyn Write) -> io::Result<Outcome> {
    let host = Host::new(request.root.clone());
    let mut names = Names::new(&host, request.resolve);
    loop {
        let outcome = listing::print(request, &host, &mut names, out)?;
        out.flush()?;
        match request.repeat {
            Some(interval) if outcome == Outcome::Done => thread::sleep(interval),
            _ => return Ok(outcome),
        }
    }
}

//! Two moments: a listing is saved to a file, and a later one is compared with it.
//!
//! The file has JSON lines: a header, the rows in the fields of `--format jsonl`, and a last line with
//! their number, without which the file has been cut off. Rows are found again as in tables that are
//! drawn anew; see [`Identity`](crate::report::columns::Identity).

mod file;
mod header;
mod patient;
mod saved;

use crate::clock;
use crate::host::Host;
use crate::listing::Outcome;
use crate::names::Names;
use crate::notice;
use crate::report::moments::{self, SavedRow, SavedRows, Since};
use crate::report::records::since::Circumstances;
use crate::report::text;
use crate::request::{Moment, Request, What};
use file::Target;
use header::{Header, Trailer};
use patient::Patient;
use saved::Line;
pub use saved::Saved;
use std::io::{self, Write};
use std::time::Duration;

/// Prints a listing and saves it.
///
/// # Errors
/// Only those of `out`. The listing is saved all the same: the reader may have seen enough.
pub fn save(request: &Request, moment: &Moment, out: &mut dyn Write) -> io::Result<Outcome> {
    let Some(host) = host(request) else {
        return Ok(Outcome::Failed);
    };
    let mut shown = Patient::new(out);
    let outcome = match save_beside(request, moment, &host, &mut shown) {
        Ok(outcome) => outcome,
        Err(error) if moment.is_stdout() && error.kind() == io::ErrorKind::BrokenPipe => {
            return Err(error);
        }
        Err(error) => {
            let file = moment.file.display();
            notice::say(format_args!("{file}: {error}: the listing was not saved"));
            Outcome::Failed
        }
    };
    shown.finish()?;
    Ok(outcome)
}

/// Does that, with a `shown` that never fails.
///
/// # Errors
/// The file can't be written: it is as it was before.
fn save_beside(
    request: &Request,
    moment: &Moment,
    host: &Host,
    shown: &mut Patient<'_>,
) -> io::Result<Outcome> {
    let is_stdout = moment.is_stdout();
    let mut target = match is_stdout {
        true => Target::stdout(),
        false => Target::create(&moment.file),
    }?;
    let shown: Option<&mut dyn Write> = match is_stdout {
        true => None,
        false => Some(shown),
    };
    let mut names = Names::new(host, request.resolve);
    let header = Header::new(host, &request.what, &moment.flags);
    writeln!(target, "{}", header.to_line())?;
    let (outcome, saved) = moments::save(request, host, &mut names, &mut target, shown)?;
    if outcome == Outcome::Misused {
        return Ok(outcome);
    }
    let trailer = Trailer {
        rows: target.lines().saturating_sub(1),
        is_whole: moments::has_all_rows(saved, &request.what),
    };
    writeln!(target, "{}", trailer.to_line())?;
    target.finish()?;
    names.warn_late();
    // The process ends: its threads need no end.
    std::mem::forget(names);
    Ok(outcome)
}

/// Prints what has changed since a listing was saved.
///
/// # Errors
/// Only those of `out`.
pub fn compare(
    request: &Request,
    moment: &Moment,
    mut saved: Saved,
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let Some(host) = host(request) else {
        return Ok(Outcome::Failed);
    };
    let file = moment.file.display();
    let now = Header::new(&host, &request.what, &moment.flags);
    if let Some(why) = mismatch(&saved.header, &now) {
        notice::say(format_args!("{file}: {why}"));
        notice::say(format_args!(
            "use `rnetstat --since {file}`, without flags that choose rows"
        ));
        return Ok(Outcome::Misused);
    }
    let is_same_run = now.is_of_same_run(&saved.header);
    // Where namespaces are named, their numbers are compared.
    let is_other_net =
        request.namespaces.is_none() && now.netns_differs(&saved.header) == Some(true);
    let is_elsewhere = !is_same_run || is_other_net;
    if is_elsewhere {
        let different = match is_same_run {
            true => "saved in another network namespace".to_owned(),
            false => elsewhere(&saved.header, &now),
        };
        let then = match &request.what {
            What::Sockets(it) if it.lists_sockets_only() => {
                ": sockets are compared by their addresses"
            }
            _ => "",
        };
        notice::say(format_args!("{file}: {different}{then}"));
        let is_counted = matches!(request.what, What::Interfaces(_) | What::Statistics(_));
        if is_counted {
            let why = match is_same_run {
                true => "each namespace has counters of its own",
                false => "counters start at 0 with the system",
            };
            notice::say(format_args!("{why}, so they cannot be compared"));
            return Ok(Outcome::Failed);
        }
    }
    let elapsed = Duration::try_from(now.time.duration_since(saved.header.time)).ok();
    if elapsed.is_none() {
        let time = text::time(&clock::local(saved.header.time));
        notice::say(format_args!(
            "{file}: saved at {time}, which is in the future: rates are unknown"
        ));
    }
    let circumstances = Circumstances {
        time: saved.header.time,
        elapsed,
        is_elsewhere,
        has_namespaces: request.namespaces.is_some(),
    };
    let mut rows = Rows {
        saved: &mut saved,
        is_whole: true,
    };
    let since = Since {
        saved: &mut rows,
        circumstances,
    };
    let mut names = Names::new(&host, request.resolve);
    let outcome = moments::compare(request, &host, &mut names, since, out)?;
    out.flush()?;
    if !rows.is_whole {
        notice::say(format_args!(
            "{file}: incomplete when it was saved: some rows shown as new may be older"
        ));
    }
    names.warn_late();
    std::mem::forget(names);
    Ok(outcome)
}

/// Returns the system, or `None` if it can't be read, which is reported.
fn host(request: &Request) -> Option<Host> {
    let host = Host::new(request.root.clone()).with_byte_order(request.byte_order);
    if let Some(why) = host.obstacle() {
        notice::say(format_args!("cannot read anything: {why}"));
        return None;
    }
    Some(host)
}

/// Returns why two listings can't be compared, or `None` if they can.
fn mismatch(then: &Header, now: &Header) -> Option<String> {
    if then.listing != now.listing {
        return Some(format!(
            "this file has a listing of {}, not of {}",
            then.listing, now.listing
        ));
    }
    if then.flags == now.flags {
        return None;
    }
    let words = |flags: &[String]| match flags {
        [] => "without flags that choose rows".to_owned(),
        flags => format!("with {}", flags.join(" ")),
    };
    Some(format!(
        "this file was saved {}, not {}",
        words(&then.flags),
        words(&now.flags)
    ))
}

/// Returns what is different about the system then and now.
fn elsewhere(then: &Header, now: &Header) -> String {
    let has_runs = then.boot_id.is_some() && now.boot_id.is_some();
    match (&then.host, &now.host) {
        (Some(there), Some(here)) if there != here => {
            format!("saved on {there}, compared on {here}")
        }
        (there, here) if there == here && has_runs => {
            "the system has been restarted since".to_owned()
        }
        _ => "this may be another system, or it may have been started again".to_owned(),
    }
}

/// The rows of a file.
struct Rows<'a> {
    saved: &'a mut Saved,
    /// Whether everything could be read when they were saved.
    is_whole: bool,
}

impl SavedRows for Rows<'_> {
    fn each(&mut self, take: &mut dyn FnMut(&mut dyn SavedRow)) -> Result<(), String> {
        loop {
            match self.saved.next_line()? {
                Line::Row(mut row) => take(&mut row),
                Line::End { is_whole } => {
                    self.is_whole = is_whole;
                    return Ok(());
                }
            }
        }
    }

    fn are_whole(&self) -> bool {
        self.is_whole
    }
}

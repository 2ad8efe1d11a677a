//! What is done with the sockets that a listing shows: their owners are signalled (`--kill`), or the
//! sockets themselves are closed (`--close`).
//!
//! The rows go to stdout in the requested format. All messages go to stderr, because a program may
//! read stdout.

mod close;
mod pidfd;
mod plan;
mod preflight;
mod question;
mod shown;
mod signals;
mod target;
mod wait;

pub use preflight::obstacle;

use crate::host::Host;
use crate::listing::sockets::SocketSink;
use crate::listing::{Outcome, check_names};
use crate::names::Names;
use crate::notice;
use crate::report::{self, Past};
use crate::request::{Action, Request, Sockets, What};
use crate::tables::Net;
use std::io::{self, ErrorKind, Write};
use std::mem;
use std::ops::ControlFlow;

/// What is listed, and where.
#[derive(Clone, Copy)]
struct Scene<'a> {
    /// The request.
    request: &'a Request,
    /// The system.
    host: &'a Host,
    /// The listing that shows the sockets.
    sockets: &'a Sockets,
}

/// Where the sockets are that were shown.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The listing that showed them.
    scene: Scene<'a>,
    /// The network namespaces that were listed.
    nets: &'a [Net],
}

/// Collects sockets while they are shown.
trait Collect: SocketSink {
    /// Returns whether there were none.
    fn is_empty(&self) -> bool;
}

/// Prints the listing to `out`, and does with its sockets what `action` asks for.
///
/// # Errors
/// Only those of `out`; nothing was done then.
pub fn run(request: &Request, action: &Action, out: &mut dyn Write) -> io::Result<Outcome> {
    let host = Host::new(request.root.clone());
    let What::Sockets(sockets) = &request.what else {
        return Ok(Outcome::Misused);
    };
    if action.asks() && !question::can_ask() {
        // What is wrong with the filter comes first.
        if let Err(why) = check_names(&sockets.filter, &host, request.resolve.timeout) {
            notice::say(format_args!("{why}"));
            return Ok(Outcome::Misused);
        }
        notice::say(format_args!(
            "{} asks for confirmation, but there is no terminal: add --yes or --dry-run",
            action.flag()
        ));
        return Ok(Outcome::Misused);
    }
    let scene = Scene {
        request,
        host: &host,
        sockets,
    };
    match action {
        Action::Kill(kill) => signals::run(scene, kill, out),
        Action::Close(close) => close::run(scene, close, out),
    }
}

impl Scene<'_> {
    /// Prints the listing to `out`, and hands its sockets to `collector`. Breaks with the outcome if
    /// nothing can follow, and says that `nothing_is_done`.
    ///
    /// # Errors
    /// Those of `out`.
    fn show(
        self,
        collector: &mut impl Collect,
        nothing_is_done: &str,
        out: &mut dyn Write,
    ) -> io::Result<ControlFlow<Outcome, Outcome>> {
        let Scene { request, host, .. } = self;
        let mut names = Names::new(host, request.resolve);
        let also: Option<&mut dyn SocketSink> = Some(&mut *collector);
        let printed = report::print(request, host, &mut names, &mut Past::default(), also, out);
        let outcome = match printed.and_then(|outcome| out.flush().map(|()| outcome)) {
            Ok(outcome) => outcome,
            Err(error) => {
                notice::say(format_args!(
                    "{nothing_is_done}: the rows could not be shown"
                ));
                return match error.kind() {
                    // Otherwise a reader that has seen enough would count as success.
                    ErrorKind::BrokenPipe => Ok(ControlFlow::Break(Outcome::Failed)),
                    _ => Err(error),
                };
            }
        };
        names.warn_late();
        // The process ends soon: its threads need no end, and its memory is not freed.
        mem::forget(names);
        Ok(match outcome {
            Outcome::Misused => ControlFlow::Break(outcome),
            _ if !collector.is_empty() => ControlFlow::Continue(outcome),
            Outcome::Failed | Outcome::Incomplete => {
                notice::say(format_args!(
                    "{nothing_is_done}: found no matching socket, but not all sockets could be read"
                ));
                ControlFlow::Break(outcome)
            }
            _ => {
                notice::say(format_args!("no socket matches: {nothing_is_done}"));
                ControlFlow::Break(Outcome::Nothing)
            }
        })
    }
}

/// Returns the outcome of a listing and of what followed it.
fn outcome_with(listed: Outcome, is_done: bool) -> Outcome {
    match (listed, is_done) {
        (Outcome::Done, false) => Outcome::Failed,
        _ => listed,
    }
}

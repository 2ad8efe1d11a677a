//! Closing the sockets that a listing shows, while their owners live on (`--close`).
//!
//! A socket is closed only if it is the very one that was shown: the kernel compares its cookie, which
//! no other socket has, even if that has the same ends a moment later. So the listing is read from the
//! kernel's diagnostics, which alone have cookies.

mod closing;
mod shown;

use super::preflight::{self, Ancestors};
use super::{Place, Scene, outcome_with, question};
use crate::listing::Outcome;
use crate::notice::{self, count};
use crate::request::Close;
use closing::Closing;
use shown::{Collector, Handle, Means, Shown};
use std::io::{self, Write};
use std::ops::ControlFlow;

/// What is said where nothing is done.
const IDLE: &str = "nothing was closed";

/// Prints the listing to `out`, and closes its sockets as `close` asks for.
///
/// It fails unless every socket was closed or is gone.
///
/// # Errors
/// Only those of `out`; no socket was closed then.
pub fn run(scene: Scene<'_>, close: &Close, out: &mut dyn Write) -> io::Result<Outcome> {
    if let Some(why) = preflight::wrong_proc(scene.host) {
        notice::say(format_args!("nothing can be closed: {why}"));
        return Ok(Outcome::Failed);
    }
    let mut collector = Collector::default();
    let outcome = match scene.show(&mut collector, IDLE, out)? {
        ControlFlow::Continue(outcome) => outcome,
        ControlFlow::Break(outcome) => return Ok(outcome),
    };
    let place = Place {
        scene,
        nets: &collector.nets,
    };
    let is_done = act(place, close, &collector.shown);
    Ok(outcome_with(outcome, is_done))
}

/// Closes what was shown. Returns whether everything was done.
fn act(place: Place<'_>, close: &Close, shown: &[Shown]) -> bool {
    let named = place.scene.sockets.filter.pids();
    let ancestors = Ancestors::find(place.scene.host);
    let mut targets = Vec::with_capacity(shown.len());
    for socket in shown {
        match target(socket, &ancestors, &named) {
            Ok(handle) => targets.push((socket, handle)),
            Err(why) => notice::say(format_args!("{socket}: {why}")),
        }
    }
    let are_all = targets.len() == shown.len();
    if close.dry_run || close.ask {
        for (socket, _) in &targets {
            notice::say(format_args!("{socket}: would be closed"));
        }
    }
    if close.dry_run {
        return are_all;
    }
    if targets.is_empty() {
        notice::say(format_args!("{IDLE}"));
        return false;
    }
    let sockets = count(targets.len(), "socket");
    if close.ask && !question::ask(&format!("close {sockets}")) {
        notice::say(format_args!("{IDLE}"));
        return false;
    }
    let mut closing = Closing::new(place);
    closing.close_all(&targets);
    if let Some(limit) = close.wait {
        closing.wait(limit);
    }
    are_all && closing.is_done()
}

/// Returns by what a socket is closed.
///
/// # Errors
/// It can't be, or is not unless one of the PIDs `named` is its owner's.
fn target<'a>(
    socket: &'a Shown,
    ancestors: &Ancestors,
    named: &[i32],
) -> Result<&'a Handle, String> {
    let handle = match &socket.means {
        Means::Closes(handle) => handle,
        Means::Unidentified => {
            return Err(
                "not closed: without sock_diag, the socket cannot be identified for certain"
                    .to_owned(),
            );
        }
        Means::None(kind) => return Err(format!("{kind} sockets cannot be closed by the kernel")),
    };
    for holder in &socket.holders {
        if let Some(why) = ancestors.tie_to(holder.pid)
            && !named.contains(&holder.pid)
        {
            let label = &holder.label;
            return Err(format!("refused unless --pid names {label}: {why}"));
        }
    }
    Ok(handle)
}

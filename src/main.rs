//! rnetstat: net-tools' netstat, written anew. This file starts and ends it; the rooms are in the
//! library beside it.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

use anyhow::{Context, Result};
use nix::errno::Errno;
use rnetstat::cli::{self, Invocation, Unusable, UnusableWithSaved};
use rnetstat::host::Host;
use rnetstat::listing::Outcome;
use rnetstat::request::{Moment, Request, When};
use rnetstat::{closed, exit, kernel, kill, moments, notice, selinux, watch};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, LineWriter, Write};
use std::os::fd::AsFd;

/// The bytes that are collected before they are written to a file or a pipe.
const WRITE_SIZE: usize = 64 * 1024;

/// The exit statuses of net-tools.
#[derive(Debug, Clone, Copy)]
enum Status {
    Done = 0,
    Failed = 1,
    Misused = 3,
}

fn main() -> ! {
    let arguments: Vec<_> = std::env::args_os().collect();
    if let Some(wanted) = cli::stops::wants_contexts(&arguments)
        && !selinux::is_enabled(&Host::new(wanted.root))
    {
        notice::say(format_args!("SELinux is not enabled on this machine."));
        exit::now(Status::Failed as u8);
    }
    let status = match cli::parse(arguments.iter().cloned()) {
        Ok(invocation) => run(&invocation, &arguments).unwrap_or_else(|error| {
            notice::say(format_args!("{error:#}"));
            Status::Failed
        }),
        Err(unusable) => match refuse(&unusable) {
            Outcome::Misused => Status::Misused,
            _ => Status::Failed,
        },
    };
    exit::now(status as u8)
}

/// Says why a command line can't be used.
fn refuse(unusable: &Unusable) -> Outcome {
    // A stderr that can't be written shows in the status.
    notice::say_lines(&unusable.text);
    match unusable.is_failure {
        true => Outcome::Failed,
        false => Outcome::Misused,
    }
}

fn run(invocation: &Invocation, arguments: &[OsString]) -> Result<Status> {
    let mut out = stdout().context("stdout")?;
    let outcome = match invocation {
        Invocation::List(request) => match (&request.action, &request.moment) {
            (Some(action), _) => kill::run(request, action, &mut out),
            (None, Some(moment)) if moment.when == When::Then => {
                moments::save(request, moment, &mut out)
            }
            (None, Some(moment)) => compare(request, moment, arguments, &mut out),
            (None, None) => watch::run(request, &mut out),
        },
        Invocation::Kernel { version } => out
            .write_all((version.clone() + &kernel::report()).as_bytes())
            .and_then(|()| out.flush())
            .map(|()| Outcome::Done),
        Invocation::Tell { stdout, stderr } => out
            .write_all(stdout.as_bytes())
            .and_then(|()| out.flush())
            .map(|()| {
                let _ = io::stderr().write_all(stderr.as_bytes());
                Outcome::Done
            }),
    };
    match outcome {
        Ok(Outcome::Done) => Ok(Status::Done),
        Ok(Outcome::Failed | Outcome::Incomplete | Outcome::Nothing | Outcome::Trouble) => {
            Ok(Status::Failed)
        }
        Ok(Outcome::Misused) => Ok(Status::Misused),
        // The reader has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Status::Done),
        Err(error) => Err(error).context("stdout"),
    }
}

/// Compares a listing with a saved one: the one that was saved, if the command line does not say which.
fn compare(
    request: &Request,
    moment: &Moment,
    arguments: &[OsString],
    out: &mut dyn Write,
) -> io::Result<Outcome> {
    let saved = match moments::Saved::open(&moment.file) {
        Ok(saved) => saved,
        Err(why) => {
            notice::say(format_args!("{why}"));
            return Ok(Outcome::Failed);
        }
    };
    if !moment.flags.is_empty() {
        return moments::compare(request, moment, saved, out);
    }
    let file = moment.file.display();
    match cli::parse_with_saved(arguments, &saved.header.flags) {
        Ok(Invocation::List(request)) => match &request.moment {
            Some(moment) => moments::compare(&request, moment, saved, out),
            None => Ok(Outcome::Failed),
        },
        Ok(Invocation::Tell { .. } | Invocation::Kernel { .. }) => Ok(Outcome::Failed),
        Err(UnusableWithSaved::Together(unusable)) => Ok(refuse(&unusable)),
        Err(UnusableWithSaved::Saved(unusable)) => {
            notice::say(format_args!("{file}:1: its flags can't be used"));
            notice::say_lines(&unusable.text);
            Ok(Outcome::Failed)
        }
        Err(UnusableWithSaved::Foreign(why)) => {
            notice::say(format_args!("{file}:1: {why}"));
            Ok(Outcome::Failed)
        }
    }
}

/// Returns stdout: line by line for a terminal, where somebody waits, in large writes for
/// everything else.
fn stdout() -> io::Result<Box<dyn Write>> {
    if closed::was_stdout_closed() {
        return Err(Errno::EBADF.into());
    }
    let stdout = io::stdout();
    let file = File::from(stdout.as_fd().try_clone_to_owned()?);
    Ok(match stdout.is_terminal() {
        true => Box::new(LineWriter::new(file)),
        false => Box::new(BufWriter::with_capacity(WRITE_SIZE, file)),
    })
}

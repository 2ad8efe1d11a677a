//! Which flags fit which listing, and each other.
//! What is refused names both flags and what to type instead.

use super::clash::{LEAVE_ONE_OUT, OTHER_FORMATS, clash, counting, first, listing, no_sockets};
use super::flags::Flags;
use super::{conflict, names, peers};
use crate::request::{Format, IfMissing, Instead, OutputSpec, Repeat, Table, TableKind, What};
use clap::Error;

/// Checks that at most one listing is asked for. `--groups` yields to any other, as in net-tools,
/// which accepts no other one twice.
pub fn one_listing(flags: &Flags, as_netstat: bool) -> Result<(), Error> {
    let mut first = None;
    for (given, name) in [
        (&flags.route, "--route"),
        (&flags.interfaces, "--interfaces"),
        (&flags.statistics, "--statistics"),
        (&flags.masquerade, "--masquerade"),
    ] {
        if given.is_empty() {
            continue;
        }
        if as_netstat && given.len() > 1 {
            let text = format!("the argument '{name}' cannot be used twice");
            return Err(conflict(text));
        }
        if let Some(first) = first.replace(name) {
            let text = match as_netstat {
                true => format!("the argument '{first}' cannot be used with '{name}'"),
                false => format!("{first} and {name} are two listings: use one of them at a time"),
            };
            return Err(conflict(text));
        }
    }
    let narrows = [
        (flags.groups, "--groups"),
        (flags.all, "--all"),
        (flags.listening, "--listening"),
        (flags.tcp, "--tcp"),
        (flags.udp, "--udp"),
        (flags.udplite, "--udplite"),
        (flags.sctp, "--sctp"),
        (flags.raw, "--raw"),
        (!flags.unix.is_empty(), "--unix"),
        (!flags.inet.is_empty(), "--inet"),
        (!flags.inet6.is_empty(), "--inet6"),
    ];
    let narrows = narrows.into_iter().find(|(is_given, _)| *is_given);
    if let Some(flag) = first.or(narrows.map(|(_, flag)| flag))
        && flags.check.is_given()
    {
        let text = format!("--check looks at everything: remove {flag}");
        return Err(conflict(text));
    }
    Ok(())
}

/// Returns the flag that asks for an order of rows, or a part of them.
fn arranging(output: &OutputSpec) -> Option<&'static str> {
    first([
        (!output.sort.is_empty(), "--sort"),
        (output.top.is_some(), "--top"),
    ])
}

/// What is asked for, and whether it fits together.
pub struct Fit<'a> {
    /// The flags.
    pub flags: &'a Flags,
    /// Whether a flag or an expression says which rows.
    pub is_filtered: bool,
    /// Which tables.
    pub what: &'a What,
    /// In which form.
    pub output: &'a OutputSpec,
    /// How often.
    pub repeat: Option<Repeat>,
    /// Whether rates are shown.
    pub has_rates: bool,
}

impl Fit<'_> {
    /// Checks that the flags that net-tools lacks fit the listing and each other.
    ///
    /// # Errors
    /// They don't.
    pub fn check(&self) -> Result<(), Error> {
        let obstacles: [fn(&Self) -> Option<String>; 9] = [
            Fit::of_moments,
            Fit::of_sockets,
            Fit::of_counts,
            Fit::of_names,
            |fit| names::obstacle(fit.flags, fit.what, fit.output),
            Fit::in_classic,
            Fit::of_groups,
            Fit::of_changes,
            Fit::of_delta,
        ];
        let mut refusals = obstacles.iter().filter_map(|obstacle| obstacle(self));
        refusals.next().map_or(Ok(()), |text| Err(conflict(text)))
    }

    /// Returns why the listing can't be saved or compared.
    fn of_moments(&self) -> Option<String> {
        let Fit {
            flags,
            what,
            output,
            ..
        } = self;
        let (save, since) = (&flags.moments.save, &flags.moments.since);
        let flag = match (save, since) {
            (Some(_), _) => "--save",
            (None, Some(_)) => "--since",
            (None, None) => return None,
        };
        let in_classic = since.is_some() && output.is_classic();
        let mixes = matches!(what, What::Sockets(it) if it.lists_groups_among_sockets());
        // Their values are written together.
        let is_arranged = in_classic && matches!(what, What::Interfaces(_) | What::Statistics(_));
        let arranging = arranging(output).filter(|_| is_arranged);
        let (other, instead) = if flags.watching.changes {
            ("--changes", LEAVE_ONE_OUT)
        } else if self.has_rates {
            ("--rates or a column with a rate", LEAVE_ONE_OUT)
        } else if self.repeat.is_some() {
            let instead = "remove these, it is for one listing";
            ("-c or a number of seconds", instead)
        } else if let Some(action) = flags.kill.flag() {
            (action, LEAVE_ONE_OUT)
        } else if flags.check.is_given() {
            ("--check", LEAVE_ONE_OUT)
        } else if mixes {
            ("--groups among sockets", "list one of them at a time")
        } else if since.is_some() && output.instead == Some(Instead::Pids) {
            // Those of closed sockets may be other processes' by now.
            ("--pids", "type --columns change,pid")
        } else if save.is_some() && output.top.is_some() {
            ("--top", "leave --top out, all rows are saved")
        } else if let Some(arranging) = arranging {
            let other = format!("{} --since in the classic format", listing(what));
            return Some(clash(arranging, &other, OTHER_FORMATS));
        } else if in_classic && flags.context {
            ("-Z in the classic format", OTHER_FORMATS)
        } else {
            return None;
        };
        Some(clash(flag, other, instead))
    }

    /// Returns why flags about sockets alone can't be used.
    fn of_sockets(&self) -> Option<String> {
        let flags = self.flags;
        let flag = first([
            (flags.tcp_info, "--tcp-info"),
            (flags.peers, "--peers"),
            (
                self.is_filtered,
                flags.filter.first().unwrap_or("an expression"),
            ),
            (self.output.instead == Some(Instead::Pids), "--pids"),
        ])?;
        match self.what {
            What::Sockets(it) if !it.lists_groups() => None,
            what => no_sockets(flag, what),
        }
    }

    /// Returns why the limits of a count can't be used.
    fn of_counts(&self) -> Option<String> {
        let usual = self.output.usual_count;
        let text = if usual.is_limited() && self.output.instead != Some(Instead::Count) {
            "--above and --below are limits of a count: add --count"
        } else if matches!((usual.least, usual.most), (Some(least), Some(most)) if least > most) {
            "--below is greater than --above, so that every count would be an alarm: swap them"
        } else {
            return None;
        };
        Some(text.to_owned())
    }

    /// Returns why the names of interfaces or counters can't be used.
    fn of_names(&self) -> Option<String> {
        let globs = &self.flags.globs;
        let has_no_interfaces = matches!(
            self.what,
            What::Statistics(_) | What::Masquerade(_) | What::Checks(_)
        );
        if !globs.interface.is_empty() && has_no_interfaces {
            let instead = "type it with sockets, -i, -r or -g";
            return Some(clash("--interface", listing(self.what), instead));
        }
        let is_of_counters = matches!(self.what, What::Statistics(_));
        let lacks_counters = globs.asks_for_counters() && !is_of_counters;
        lacks_counters.then(|| "--counter and --nonzero need -s: add -s".to_owned())
    }

    /// Returns why the classic format can't be used.
    fn in_classic(&self) -> Option<String> {
        let Fit { what, output, .. } = self;
        if !output.is_classic() {
            return None;
        }
        let is_of_counters = matches!(what, What::Statistics(_));
        if output.headless && is_of_counters {
            let other = "the classic format of counters, whose titles say what each belongs to";
            return Some(clash("--no-header", other, "add --format table or csv"));
        }
        if output.columns.is_some() {
            let instead = "type --format table, json, jsonl or csv, or --count-by";
            return Some(clash("--columns", "the classic format", instead));
        }
        let flag = arranging(output)?;
        let other = match what {
            What::Statistics(_) => "the classic format of counters",
            What::Routes(it) if it.has_rare() => "the classic format of rare families' routes",
            What::Sockets(it) if it.lists_groups_among_sockets() => {
                let instead = "list one of them at a time";
                return Some(clash(flag, "--groups among sockets", instead));
            }
            _ if self.flags.delta => "--delta in the classic format",
            _ => return None,
        };
        Some(clash(flag, other, OTHER_FORMATS))
    }

    /// Returns why groups can't be listed among sockets.
    fn of_groups(&self) -> Option<String> {
        let What::Sockets(sockets) = self.what else {
            return None;
        };
        let mixes = sockets.lists_groups_among_sockets() && !self.output.is_classic();
        mixes.then(|| {
            let form = counting(self.output).unwrap_or(match self.output.format {
                Format::Csv => "--format csv",
                Format::Json | Format::Jsonl => "JSON",
                Format::Table | Format::Classic => "--format table",
            });
            clash("--groups among sockets", form, "list one of them at a time")
        })
    }

    /// Returns why changes can't be shown.
    fn of_changes(&self) -> Option<String> {
        const FLAG: &str = "--changes";
        let Fit {
            flags,
            what,
            output,
            ..
        } = self;
        if !flags.watching.changes {
            return None;
        }
        if let Some(refusal) = no_sockets(FLAG, what) {
            return Some(refusal);
        }
        let What::Sockets(sockets) = what else {
            return None;
        };
        if !sockets.tables.iter().all(is_watched) {
            let text = "--changes works with TCP, UDP, UDP-Lite, raw and unix sockets only: \
                        add -t, -u, -U, -w or -x alone";
            return Some(text.to_owned());
        }
        let has_events = output.format == Format::Table && output.columns.is_some();
        let (other, instead) = if let Some(flag) = arranging(output).or(counting(output)) {
            let instead = "remove it: changes are printed as they happen and cannot be sorted, counted or \
                           cut off";
            (flag, instead)
        } else if has_events {
            ("--columns in a table", "type --json or --format csv")
        } else if sockets.filter.needs_internals() {
            let other = "dev, fwmark, cgroup or a column of the kernel's diagnostics";
            (other, "leave that out of the expression")
        } else if peers::are_asked_for(flags, output, &sockets.filter) {
            ("other ends", "leave --peers and what is about peers out")
        } else if flags.context {
            ("-Z", LEAVE_ONE_OUT)
        } else {
            return None;
        };
        Some(clash(FLAG, other, instead))
    }

    /// Returns why rates from listing to listing can't be shown.
    fn of_delta(&self) -> Option<String> {
        const FLAG: &str = "--delta";
        if !self.flags.delta {
            return None;
        }
        let is_extended = matches!(self.what, What::Interfaces(it) if it.extended);
        let has_counters = matches!(self.what, What::Interfaces(_) | What::Statistics(_));
        if !has_counters {
            let other = listing(self.what);
            Some(clash(FLAG, other, "type it with -i and -s"))
        } else if is_extended {
            Some(clash(FLAG, "-e", "leave -e out, rates have no long form"))
        } else if let Some(flag) = counting(self.output) {
            Some(clash(FLAG, flag, LEAVE_ONE_OUT))
        } else if self.repeat.is_none() {
            let text = "--delta shows what changes from listing to listing: add -c or a number of \
                        seconds";
            Some(text.to_owned())
        } else {
            None
        }
    }
}

/// Returns whether changes in a table are seen; one that just comes along need not be.
fn is_watched(table: &Table) -> bool {
    let has_no_ledger = matches!(table.kind, TableKind::Sctp(..) | TableKind::Rare(_));
    !(has_no_ledger && table.missing == IfMissing::Fatal)
}

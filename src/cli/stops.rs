//! What makes net-tools stop before it has read the whole command line, besides errors and requests
//! for help, which stop clap too: what follows does not count, whether it is right or wrong.

use super::abbreviations;
use super::flags::{Families, Flags};
use clap::{CommandFactory, FromArgMatches};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// A point at which net-tools may stop.
#[derive(Debug, PartialEq, Eq)]
pub struct Stop<'a> {
    /// The arguments before it, spelled out.
    before: &'a [OsString],
    /// In a cluster, the flags before it, and the cluster's dash.
    cluster: &'a [u8],
    /// The reason.
    pub why: Why,
}

/// Why net-tools may stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// `-Z`, if the system lacks SELinux.
    Context,
    /// A family that it does not know.
    Family(String),
    /// A flag that rnetstat accepts and net-tools does not.
    Unknown(&'static str),
}

impl Stop<'_> {
    /// Returns whether everything before it can be used, so that it is reached.
    pub fn is_reached(&self, program: &OsStr) -> bool {
        self.flags_before(program).is_some()
    }

    /// Returns everything before it, or `None` if that can't be used.
    fn flags_before(&self, program: &OsStr) -> Option<Flags> {
        let mut arguments = self.before.to_vec();
        if self.cluster.len() > 1 {
            arguments.push(OsStr::from_bytes(self.cluster).to_owned());
        }
        parse(program, &arguments)
    }
}

/// A `-Z` that takes effect.
#[derive(Debug, PartialEq, Eq)]
pub struct ContextRequest {
    /// The root of the system, or `None` for the running one.
    pub root: Option<PathBuf>,
}

/// Returns whether the command line, which begins with the program's name, asks for security
/// contexts.
pub fn wants_contexts(arguments: &[OsString]) -> Option<ContextRequest> {
    let (program, rest) = arguments.split_first()?;
    let as_netstat = super::is_called_netstat(program);
    let (spelled, _) = abbreviations::spell_out(rest.to_vec(), as_netstat);
    let stops = find(&spelled, as_netstat);
    let first = stops.first().filter(|stop| stop.why == Why::Context)?;
    let before = first.flags_before(program)?;
    let whole = parse(program, &spelled).unwrap_or(before);
    (!whole.about.is_wanted()).then_some(ContextRequest { root: whole.root })
}

fn parse(program: &OsStr, arguments: &[OsString]) -> Option<Flags> {
    let arguments = std::iter::once(program).chain(arguments.iter().map(OsString::as_os_str));
    let matches = Flags::command().try_get_matches_from(arguments).ok()?;
    Flags::from_arg_matches(&matches).ok()
}

/// Returns the stops among `arguments`, which are spelled out, in their order.
pub fn find(arguments: &[OsString], as_netstat: bool) -> Vec<Stop<'_>> {
    let mut stops = Vec::new();
    let mut rest = arguments.iter().enumerate();
    while let Some((place, argument)) = rest.next() {
        let bytes = argument.as_bytes();
        let (before, dash) = (&arguments[..place], &b"-"[..]);
        let mut add = |cluster, why| {
            stops.push(Stop {
                before,
                cluster,
                why,
            });
        };
        // The flags before a list of families, and the list.
        let mut families = None;
        match bytes {
            b"--" => break,
            b"--context" => add(dash, Why::Context),
            b"--notrim" if as_netstat => add(dash, Why::Unknown("--notrim")),
            b"--delta" if as_netstat => add(dash, Why::Unknown("--delta")),
            [b'-', b'-', name @ ..] => {
                if let Some(list) = name.strip_prefix(b"protocol=") {
                    families = Some((dash, list));
                } else if abbreviations::takes_value(name) {
                    let value = rest.next().filter(|_| name == b"protocol");
                    families = value.map(|(_, list)| (dash, list.as_bytes()));
                }
            }
            [b'-', cluster @ ..] => {
                for (index, flag) in cluster.iter().enumerate() {
                    let flags_before = &bytes[..=index];
                    match flag {
                        b'Z' => add(flags_before, Why::Context),
                        b'T' if as_netstat => add(flags_before, Why::Unknown("-T")),
                        &abbreviations::SHORT_WITH_VALUE => {
                            // A list that was attached has been split from it.
                            let list = rest.next().map(|(_, list)| list.as_bytes());
                            families = list.map(|list| (flags_before, list));
                            break;
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        if let Some((cluster, list)) = families
            && let Err(text) = Families::read(&String::from_utf8_lossy(list))
        {
            add(cluster, Why::Family(text));
        }
    }
    stops
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command_line(program: &str, arguments: &str) -> Vec<OsString> {
        let words = arguments.split_whitespace();
        std::iter::once(program)
            .chain(words)
            .map(OsString::from)
            .collect()
    }

    #[test]
    fn a_context_is_wanted_unless_something_comes_before() {
        // Each was tried on net-tools 2.10's own netstat, without SELinux.
        let cases = [
            ("-Z", true),
            ("-taZn", true),
            ("--context", true),
            ("--conte", true),
            ("-Zh", true),
            ("-Zq", true),
            ("-Zri", true),
            ("-riZ", true),
            ("-rrZ", true),
            ("-Z -A bogus", true),
            ("-ZA bogus", true),
            ("-Z --numer", true),
            ("-cZ", true),
            ("-A inet -Z", true),
            ("", false),
            ("-hZ", false),
            ("--version -Z", false),
            ("-qZ", false),
            ("-A bogus -Z", false),
            ("--prot=bogus -Z", false),
            ("--protocol -Z", false),
            ("-A -Z", false),
            ("--numer -Z", false),
            ("-- -Z", false),
            ("-TZ", false),
        ];
        for (arguments, expected) in cases {
            let wanted = wants_contexts(&command_line("netstat", arguments));
            assert_eq!(wanted.is_some(), expected, "{arguments}");
        }
        assert!(wants_contexts(&command_line("rnetstat", "-TZ")).is_some());
    }

    #[test]
    fn the_root_may_stand_behind() {
        let wanted = wants_contexts(&command_line("rnetstat", "-Z --root /host"));
        let root = Some(PathBuf::from("/host"));
        assert_eq!(wanted, Some(ContextRequest { root }));
    }

    #[test]
    fn stops_are_found_in_their_order() {
        let arguments = command_line(
            "-anT",
            "-A inet,no --notrim -tZ -nA x --root -Z --protocol y",
        );
        let found = find(&arguments, true).into_iter().map(|stop| {
            let cluster = String::from_utf8_lossy(stop.cluster).into_owned();
            (stop.before.len(), cluster, stop.why)
        });
        let found: Vec<_> = found.collect();
        let family = |name| Why::Family(format!("Unknown address family `{name}'."));
        let expected = [
            (0, "-an", Why::Unknown("-T")),
            (1, "-", family("no")),
            (3, "-", Why::Unknown("--notrim")),
            (4, "-t", Why::Context),
            (5, "-n", family("x")),
            (9, "-", family("y")),
        ]
        .map(|(before, cluster, why)| (before, cluster.to_owned(), why));
        assert_eq!(found, expected);
        assert_eq!(find(&arguments, false).len(), 4);
    }
}

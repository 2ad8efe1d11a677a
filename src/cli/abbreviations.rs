//! Long options may be abbreviated, as getopt_long allows; net-tools' options come first.
//!
//! A script may say `--stat` for `--statistics` for ever, whatever long options rnetstat gains. So
//! abbreviations are spelled out here, before clap sees them, and rnetstat's own options are
//! considered only if none of net-tools' fits.

use super::words;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// What net-tools does with a long option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An option like any other.
    Own,
    /// It chooses an address family. getopt_long takes all of these for one option, so that the
    /// first one wins if an abbreviation fits several.
    Family,
}

/// net-tools 2.10's long options. It has `--unix` twice, which makes `--uni` ambiguous.
const NET_TOOLS: &[(&str, Kind)] = &[
    ("ax25", Kind::Family),
    ("ip", Kind::Family),
    ("ipx", Kind::Family),
    ("appletalk", Kind::Family),
    ("netrom", Kind::Family),
    ("inet", Kind::Family),
    ("inet6", Kind::Family),
    ("ddp", Kind::Family),
    ("unix", Kind::Family),
    ("tcpip", Kind::Family),
    ("x25", Kind::Family),
    ("rose", Kind::Family),
    ("version", Kind::Own),
    ("interfaces", Kind::Own),
    ("help", Kind::Own),
    ("route", Kind::Own),
    ("raw", Kind::Own),
    ("tcp", Kind::Own),
    ("udp", Kind::Own),
    ("udplite", Kind::Own),
    ("sctp", Kind::Own),
    ("unix", Kind::Own),
    ("l2cap", Kind::Own),
    ("rfcomm", Kind::Own),
    ("bluetooth", Kind::Own),
    ("listening", Kind::Own),
    ("all", Kind::Own),
    ("timers", Kind::Own),
    ("continuous", Kind::Own),
    ("extend", Kind::Own),
    ("programs", Kind::Own),
    ("verbose", Kind::Own),
    ("statistics", Kind::Own),
    ("wide", Kind::Own),
    ("numeric", Kind::Own),
    ("numeric-hosts", Kind::Own),
    ("numeric-ports", Kind::Own),
    ("numeric-users", Kind::Own),
    ("symbolic", Kind::Own),
    ("protocol", Kind::Own),
    ("groups", Kind::Own),
    ("masquerade", Kind::Own),
    ("cache", Kind::Own),
    ("fib", Kind::Own),
    ("context", Kind::Own),
];

/// rnetstat's own long options, and whether they take a value. None is spelled like one of
/// net-tools', and only one like the beginning of one: see [`INTERFACE`].
const OURS: &[(&str, bool)] = &[
    ("above", true),
    ("address", true),
    ("below", true),
    ("byte-order", true),
    ("cgroup", true),
    ("changes", false),
    ("close", false),
    ("color", true),
    ("columns", true),
    ("completions", true),
    ("container", true),
    ("count", false),
    ("count-by", true),
    ("counter", true),
    ("delta", false),
    ("dry-run", false),
    ("for", true),
    ("force", false),
    ("foreign-address", true),
    ("foreign-port", true),
    ("format", true),
    ("help-all", false),
    ("inode", true),
    ("interface", true),
    ("json", false),
    // Its value follows a `=` only.
    ("kill", false),
    ("local-address", true),
    ("local-port", true),
    ("man", false),
    ("names", false),
    ("netns", true),
    ("no-header", false),
    ("nonzero", false),
    ("notrim", false),
    ("peers", false),
    ("pid", true),
    ("pids", false),
    ("pod", true),
    ("port", true),
    ("process", true),
    ("rates", false),
    ("read-all", false),
    ("resolve-timeout", true),
    ("root", true),
    ("save", true),
    ("since", true),
    ("sort", true),
    ("state", true),
    ("tcp-info", false),
    ("times", true),
    ("top", true),
    ("unit", true),
    ("user", true),
    ("wait", true),
    ("yes", false),
];

/// The only long option of net-tools that takes a value.
const PROTOCOL: &str = "protocol";

/// Returns whether the long option `name` takes a value, which is not an option then, whatever it
/// looks like.
pub fn takes_value(name: &[u8]) -> bool {
    let mut ours = OURS.iter().filter(|(_, takes_value)| *takes_value);
    name == PROTOCOL.as_bytes() || ours.any(|(it, _)| it.as_bytes() == name)
}

/// The option of ours that is also how scripts may abbreviate net-tools' `--interfaces`. That takes no
/// value, so it is ours where a name follows. net-tools would pass the name over.
const INTERFACE: &str = "interface";

/// Returns whether `--interface` is followed by a name: by anything but flags, a number of seconds and the
/// words of protocols. An empty one, which a script's variable may be, is refused where it is read.
fn is_followed_by_name(value: &[u8], next: Option<&OsString>) -> bool {
    let is_name = |next: &OsString| match next.as_bytes() {
        [b'-' | b'(' | b'.' | b'0'..=b'9', ..] => false,
        word => !words::NAMES
            .iter()
            .any(|it| word.eq_ignore_ascii_case(it.as_bytes())),
    };
    !value.is_empty() || next.is_some_and(is_name)
}

/// Returns whether the long option that `given` stands for takes the next argument as its value.
pub fn has_value_behind(given: &str) -> bool {
    let name = resolve(given.as_bytes()).ok().flatten();
    name.is_some_and(|name| takes_value(name.as_bytes()))
}

/// The short option that takes a value.
pub const SHORT_WITH_VALUE: u8 = b'A';

/// An abbreviation that fits several options.
#[derive(Debug, PartialEq, Eq)]
pub struct Ambiguous {
    /// The option as given.
    pub given: String,
    /// The options that it fits.
    pub candidates: Vec<&'static str>,
}

/// Spells out the abbreviated long options among `arguments`, which lack the program's name, as
/// net-tools would if `as_netstat` is true. Ends at the first one that fits several of net-tools'
/// options and is spelled like none, and returns it.
pub fn spell_out(arguments: Vec<OsString>, as_netstat: bool) -> (Vec<OsString>, Option<Ambiguous>) {
    let mut spelled = Vec::with_capacity(arguments.len());
    let mut arguments = arguments.into_iter().peekable();
    while let Some(argument) = arguments.next() {
        let bytes = argument.as_bytes();
        if bytes == b"--" {
            spelled.push(argument);
            break;
        }
        let mut value_follows = false;
        if let Some(long) = bytes.strip_prefix(b"--") {
            let (given, value) = match long.iter().position(|&byte| byte == b'=') {
                Some(equals) => long.split_at(equals),
                None => (long, &b""[..]),
            };
            let is_ours = given == INTERFACE.as_bytes()
                && !as_netstat
                && is_followed_by_name(value, arguments.peek());
            let name = match resolve(given) {
                Ok(_) if is_ours => given,
                Ok(name) => name.map_or(given, str::as_bytes),
                Err(ambiguous) => return (spelled, Some(ambiguous)),
            };
            value_follows = value.is_empty() && takes_value(name);
            spelled.push(OsString::from_vec([b"--", name, value].concat()));
        } else {
            let place = bytes.iter().position(|&byte| byte == SHORT_WITH_VALUE);
            match place.filter(|_| bytes.starts_with(b"-")) {
                // The rest is its value, even if it begins with the `=` that clap would drop.
                Some(place) if place + 1 < bytes.len() => {
                    let (cluster, value) = bytes.split_at(place + 1);
                    spelled.push(OsStr::from_bytes(cluster).to_owned());
                    spelled.push(OsStr::from_bytes(value).to_owned());
                }
                place => {
                    value_follows = place.is_some();
                    spelled.push(argument);
                }
            }
        }
        if value_follows {
            spelled.extend(arguments.next());
        }
    }
    spelled.extend(arguments);
    (spelled, None)
}

/// Returns the option that `given` stands for, or `None` if it fits none, or several of rnetstat's:
/// clap reports these.
fn resolve(given: &[u8]) -> Result<Option<&'static str>, Ambiguous> {
    if given.is_empty() {
        return Ok(None);
    }
    if let Some((name, _)) = NET_TOOLS.iter().find(|(name, _)| name.as_bytes() == given) {
        return Ok(Some(name));
    }
    let fitting: Vec<_> = NET_TOOLS
        .iter()
        .filter(|(name, _)| name.as_bytes().starts_with(given))
        .collect();
    let is_one = fitting.len() == 1 || fitting.iter().all(|(_, kind)| *kind == Kind::Family);
    match fitting.first() {
        Some((name, _)) if is_one => Ok(Some(name)),
        Some(_) => {
            let mut candidates: Vec<_> = fitting.iter().map(|(name, _)| *name).collect();
            candidates.sort_unstable();
            candidates.dedup();
            Err(Ambiguous {
                given: OsStr::from_bytes(given).to_string_lossy().into_owned(),
                candidates,
            })
        }
        None => {
            let names = OURS.iter().map(|(name, _)| name);
            let mut ours = names.filter(|name| name.as_bytes().starts_with(given));
            let first = ours.next().copied();
            Ok(first.filter(|name| ours.next().is_none() || name.as_bytes() == given))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(arguments: &[&str]) -> Result<Vec<OsString>, Ambiguous> {
        match spell_out(arguments.iter().map(OsString::from).collect(), false) {
            (spelled, None) => Ok(spelled),
            (_, Some(ambiguous)) => Err(ambiguous),
        }
    }

    #[test]
    fn abbreviations_are_those_that_net_tools_accepts() {
        // Each was tried on net-tools 2.10's own netstat.
        let cases = [
            ("--program", Some("--programs")),
            ("--prog", Some("--programs")),
            ("--stat", Some("--statistics")),
            ("--ine", Some("--inet")),
            ("--inet", Some("--inet")),
            ("--x", Some("--x25")),
            ("--tcp", Some("--tcp")),
            ("--tcpi", Some("--tcpip")),
            ("--numeric", Some("--numeric")),
            ("--numeric-h", Some("--numeric-hosts")),
            ("--prot=inet", Some("--protocol=inet")),
            ("--numer", None),
            ("--uni", None),
            ("--pro", None),
            ("--t", None),
            ("--ro", None),
            ("--in", None),
        ];
        for (given, expected) in cases {
            let found = spelled(&[given]).ok();
            let expected = expected.map(|it| vec![OsString::from(it)]);
            assert_eq!(found, expected, "{given}");
        }
    }

    #[test]
    fn ours_come_after_net_tools_own() {
        assert_eq!(spelled(&["--roo=/x"]), Ok(vec!["--root=/x".into()]));
        assert!(spelled(&["--ro=/x"]).is_err());
        assert_eq!(
            spelled(&["--res=1"]),
            Ok(vec!["--resolve-timeout=1".into()])
        );
        assert_eq!(spelled(&["--not"]), Ok(vec!["--notrim".into()]));
        assert_eq!(spelled(&["--bogus"]), Ok(vec!["--bogus".into()]));
        for (name, _) in OURS {
            assert!(NET_TOOLS.iter().all(|(theirs, _)| theirs != name));
        }
    }

    #[test]
    fn an_interface_by_its_name_is_no_abbreviation() {
        for (arguments, is_ours) in [
            (&["--interface=eth0"][..], true),
            (&["--interface", "eth*"], true),
            (&["--interface", "!lo"], true),
            (&["--interface"], false),
            (&["--interface", "-n"], false),
            (&["--interface", "5"], false),
            (&["--interface", "tcp"], false),
            (&["--interfac", "eth0"], false),
        ] {
            let given: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            let (found, _) = spell_out(given.clone(), false);
            assert_eq!(found == given, is_ours, "{arguments:?}");
            let (as_netstat, _) = spell_out(given, true);
            let first = as_netstat.first().and_then(|it| it.to_str());
            let is_theirs = first.is_some_and(|it| it.starts_with("--interfaces"));
            assert!(is_theirs, "{arguments:?} {as_netstat:?}");
            if !is_ours {
                assert_eq!(found, as_netstat, "{arguments:?}");
            }
        }
    }

    #[test]
    fn values_and_words_are_left_alone() {
        for arguments in [
            &["-nA", "--prog"][..],
            &["--protocol", "--prog"],
            &["--", "--prog"],
            &["-", "prog"],
        ] {
            let same = arguments.iter().map(OsString::from).collect();
            assert_eq!(spelled(arguments), Ok(same));
        }
        let attached = spelled(&["-Ainet", "--prog"]);
        assert_eq!(
            attached,
            Ok(vec!["-A".into(), "inet".into(), "--programs".into()])
        );
        // A signal is no word of its own, and what follows is no signal.
        let signal = spelled(&["--ki=HUP", "--ki", "--prog", "--wai", "--prog"]);
        let expected = ["--kill=HUP", "--kill", "--programs", "--wait", "--prog"];
        assert_eq!(signal, Ok(expected.map(OsString::from).to_vec()));
    }
}

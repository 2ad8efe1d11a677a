//! The help: a short one for `-h` and `--help`, with what people use, and clap's with every flag for
//! `--help-all`.

use super::flags::Flags;
use clap::{ArgAction, CommandFactory};
use std::ffi::OsString;

/// The short help. It fits a page, which clap's list of all flags does not.
pub const SHORT: &str = include_str!("help.txt");

pub const ABOUT: &str = "\
Show network sockets, their owners, routes, interfaces and counters.";

pub const USAGE: &str = "\
rnetstat [-altuUSwx46] [-noepZWc] [WORD]...   sockets
       rnetstat -r [-46] [-neFCc]                    routes
       rnetstat -i [-aec] [--delta] [SECONDS]        interfaces
       rnetstat -s [-6tuUSw] | -g [-46n] | -M [-en]  counters, groups, ...
       rnetstat --changes [FLAG]... [WORD]...        what opens and closes
       rnetstat --check [NAME,...]                   what is wrong
       rnetstat --kill[=SIGNAL] FLAG...              stop processes
       rnetstat --close FLAG...                      close sockets";

/// What follows the list of all flags.
pub const AFTER_ALL: &str = "\
Words after the flags:
  tcp udp tcp6 udp6 udplite raw unix   Only this protocol: rnetstat -ano tcp
  SECONDS                              Repeat at this interval: rnetstat -t 5
  EXPRESSION                           Choose sockets as in ss:
           rnetstat -tn state established '( dport = :443 or rtt_us > 50000 )'

Long flags can be abbreviated. The parts of a LIST are separated by commas:
--port 80,8000-8100. A socket must match one part of each flag that you give.
With a flag of \"Which rows\" or an expression, listening sockets are shown
without -l.

Unlike in net-tools, -o ends each row with the owner's PID, unless -p shows it.
Called by the name netstat, for example through a symbolic link, rnetstat prints
what net-tools prints.

Exit status: 0 done; 1 no socket matches the flags of \"Which rows\" or the
expression, or something could not be listed or done; 3 the command line is
wrong.";

/// Returns the help with every flag.
pub fn whole() -> String {
    Flags::command().render_help().to_string()
}

/// Returns whether `-v` stands anywhere among `arguments`, which ask for the version and lack the
/// program's name: before it or behind it, alone or in a cluster.
pub fn is_verbose(arguments: &[OsString]) -> bool {
    let command = Flags::command().mut_arg("version", |arg| arg.action(ArgAction::SetTrue));
    let program = OsString::new();
    let matches = command.try_get_matches_from(std::iter::once(&program).chain(arguments));
    matches.is_ok_and(|it| it.get_flag("verbose"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The flags that a text names, with their dashes.
    fn flags(text: &str) -> Vec<&str> {
        let is_end = |it: char| !it.is_ascii_alphanumeric() && it != '-';
        let words = text.split_whitespace();
        let flags = words.filter(|word| word.starts_with('-') && word.len() > 1);
        flags
            .filter_map(|word| word.split(is_end).next())
            .filter(|flag| *flag != "-FIELD")
            .collect()
    }

    #[test]
    fn the_short_help_fits_a_page_and_names_flags_that_exist() {
        assert!(SHORT.lines().count() <= 70);
        for line in SHORT.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
        let command = Flags::command();
        let named = flags(SHORT);
        assert!(named.len() > 40, "{named:?}");
        for flag in named {
            let exists = |letter_or_name: &str| {
                let mut args = command.get_arguments();
                match letter_or_name.strip_prefix("--") {
                    Some(name) => args.any(|arg| arg.get_long() == Some(name)),
                    None => letter_or_name[1..].chars().all(|letter| {
                        let mut args = command.get_arguments();
                        args.any(|arg| arg.get_short() == Some(letter))
                    }),
                }
            };
            assert!(exists(flag), "{flag}");
        }
    }

    #[test]
    fn each_line_of_the_short_help_is_of_one_flag() {
        let command = Flags::command();
        let lines = SHORT.lines().filter(|line| line.contains(", --"));
        for line in lines.filter(|line| line.starts_with("  -")) {
            let names = flags(line);
            let (short, long) = (names[0], names[1].trim_start_matches('-'));
            let mut args = command.get_arguments();
            let arg = args.find(|arg| arg.get_long() == Some(long));
            let letter = arg.and_then(clap::Arg::get_short).map(String::from);
            assert_eq!(letter.as_deref(), short.strip_prefix('-'), "{line}");
        }
    }

    #[test]
    fn the_whole_help_fits_its_width() {
        let whole = whole();
        for line in whole.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
        for arg in Flags::command().get_arguments() {
            if let Some(long) = arg.get_long().filter(|_| !arg.is_hide_set()) {
                assert!(whole.contains(&format!("--{long}")), "{long}");
            }
        }
    }
}

//! Whether hosts are shown by their names: a name server may have to be asked for these.
//!
//! Programs have the addresses and would wait for names that they never asked for. So what is written for
//! programs has names of hosts only if something asks for them: `--names`, or a column by its name.

use super::clash::{LEAVE_ONE_OUT, clash, first};
use super::flags::Flags;
use crate::report::columns::is_host_name;
use crate::request::{Filter, Format, OutputSpec, What};

/// Returns whether names of hosts are looked up.
///
/// # Errors
/// Flags contradict each other.
pub fn are_wanted(flags: &Flags, output: &OutputSpec, filter: &Filter) -> Result<bool, String> {
    // With routes, net-tools takes -N for numbers.
    let numbers = [
        (flags.numeric, "-n"),
        (flags.numeric_hosts, "--numeric-hosts"),
        (flags.symbolic && !flags.route.is_empty(), "-N"),
    ];
    let numbers = first(numbers);
    if let (true, Some(flag)) = (flags.names, numbers) {
        return Err(clash("--names", flag, LEAVE_ONE_OUT));
    }
    let wants_numbers = numbers.is_some();
    Ok(!wants_numbers && (flags.names || !is_for_programs(output) || asks(output, filter)))
}

/// The names of sockets' numbers, and the numbers.
const NUMBERS: [(&str, &str); 5] = [
    ("user", "uid"),
    ("local_service", "local_port"),
    ("foreign_service", "foreign_port"),
    ("local_host", "local_address"),
    ("foreign_host", "foreign_address"),
];

/// Returns the flag that leaves the names of a column of sockets alone, if one does.
pub fn numeric(name: &str, flags: &Flags) -> Option<&'static str> {
    let of_these = match name {
        "user" => (flags.numeric_users, "--numeric-users"),
        "local_service" | "foreign_service" => (flags.numeric_ports, "--numeric-ports"),
        _ => (flags.numeric_hosts, "--numeric-hosts"),
    };
    first([(flags.numeric, "-n"), of_these])
}

/// Returns why rows can't be counted by a name: nothing is known of it, so all would be one group.
pub fn obstacle(flags: &Flags, what: &What, output: &OutputSpec) -> Option<String> {
    if !matches!(what, What::Sockets(it) if !it.lists_groups()) {
        return None;
    }
    let counted_by = output.count_by.iter();
    let mut unknown = counted_by.filter_map(|name| {
        let (name, number) = NUMBERS.into_iter().find(|(it, _)| it == name)?;
        Some((name, number, numeric(name, flags)?))
    });
    let (name, number, flag) = unknown.next()?;
    let instead = format!("type --count-by {number}, or remove {flag}");
    Some(clash(&format!("--count-by {name}"), flag, &instead))
}

/// Returns whether the output is one that programs read.
fn is_for_programs(output: &OutputSpec) -> bool {
    let is_format = matches!(output.format, Format::Json | Format::Jsonl | Format::Csv);
    is_format || output.instead.is_some()
}

/// Returns whether a name of hosts is shown, sorted by, counted by or compared because it was named.
fn asks(output: &OutputSpec, filter: &Filter) -> bool {
    let mut compared = filter.columns().into_iter();
    output.fields().any(is_host_name) || compared.any(|column| is_host_name(column.name))
}

#[cfg(test)]
mod tests {
    use crate::cli::{Invocation, parse};
    use std::ffi::OsString;

    /// Returns whether names of hosts are looked up, or `None` if the command line can't be used.
    fn looks_up(arguments: &str) -> Option<bool> {
        let arguments = std::iter::once("rnetstat").chain(arguments.split_whitespace());
        match parse(arguments.map(OsString::from)).ok()? {
            Invocation::List(request) => Some(request.resolve.hosts),
            _ => None,
        }
    }

    #[test]
    fn what_is_counted_by_has_a_value() {
        for (arguments, expected) in [
            ("-tn --count-by user", false),
            ("-tn --json --count-by state,user", false),
            ("-t --numeric-users --count-by user", false),
            ("-t --numeric-users --count-by local_service", true),
            ("-t --numeric-ports --count-by local_service", false),
            ("-t --numeric-hosts --count-by foreign_host", false),
            ("-tn --count-by uid,local_port,foreign_address", true),
            ("-t --count-by user", true),
        ] {
            assert_eq!(looks_up(arguments).is_some(), expected, "{arguments}");
        }
    }

    #[test]
    fn programs_have_names_of_hosts_if_they_ask() {
        for (arguments, expected) in [
            ("-t", Some(true)),
            ("-tn", Some(false)),
            ("-t --format table", Some(true)),
            ("-t --count-by foreign_host", Some(true)),
            ("-t --json", Some(false)),
            ("-t --format jsonl", Some(false)),
            ("-t --format csv", Some(false)),
            ("-r --json", Some(false)),
            ("-g --json", Some(false)),
            ("-t --count", Some(false)),
            ("-t --pids", Some(false)),
            ("-t --json --names", Some(true)),
            ("-tn --json --names", None),
            ("-t --json --columns local_address,user", Some(false)),
            ("-t --json --columns local_address,local_host", Some(true)),
            ("-tn --json --columns local_host", Some(false)),
            ("-t --json --sort -foreign_host", Some(true)),
            ("-t --json --count-by foreign_host", Some(true)),
            ("-t --json --count-by local_service", Some(false)),
            ("-t --count foreign_host = *.example", Some(true)),
            ("-t --count user = root", Some(false)),
            ("-r --json --columns destination_name", Some(true)),
            ("-r --json --columns gateway_host", Some(true)),
            ("-g --format csv --columns group_host", Some(true)),
            ("-t --changes --format jsonl", Some(false)),
        ] {
            assert_eq!(looks_up(arguments), expected, "{arguments}");
        }
    }
}

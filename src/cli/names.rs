//! Whether hosts are shown by their names: a name server may have to be asked for these.
//!
//! Programs have the addresses and would wait for names that they never asked for. So what is written for
//! programs has names of hosts only if something asks for them: `--names`, or a column by its name.

use super::fits::{LEAVE_ONE_OUT, clash, first};
use super::flags::Flags;
use crate::report::columns::is_host_name;
use crate::request::{Filter, Format, OutputSpec};

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

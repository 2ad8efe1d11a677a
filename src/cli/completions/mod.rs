//! Completions for shells: clap_complete's scripts, generated from the flags, plus what these lack.
//!
//! They know no lists with commas, no values after `=` in bash, no words in fish and elvish and no
//! values in elvish. If clap_complete changes its scripts, the tests fail.

mod listings;

use super::about::Shell;
use super::flags::Flags;
use super::words;
use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, CommandFactory, ValueHint};
use clap_complete::{generate, shells};
use std::collections::BTreeSet;

const NAME: &str = "rnetstat";

/// The families that are offered for `-A`.
const FAMILIES: [&str; 9] = [
    "inet", "inet6", "unix", "ax25", "ipx", "netrom", "rose", "x25", "ddp",
];

/// net-tools' states, as people type them.
const STATES: [&str; 21] = [
    "established",
    "syn_sent",
    "syn_recv",
    "fin_wait1",
    "fin_wait2",
    "time_wait",
    "close",
    "close_wait",
    "last_ack",
    "listen",
    "closing",
    "unknown",
    "free",
    "listening",
    "connecting",
    "connected",
    "disconnecting",
    "conn_sent",
    "sabm_sent",
    "disc_sent",
    "recovery",
];

/// The signals that are offered for a flag that sends one.
const SIGNALS: [&str; 9] = [
    "TERM", "KILL", "HUP", "INT", "QUIT", "USR1", "USR2", "STOP", "CONT",
];

/// Returns the script that makes `shell` complete the command line.
pub fn script(shell: Shell) -> String {
    let mut command = command();
    let mut script = Vec::new();
    match shell {
        Shell::Bash => generate(shells::Bash, &mut command, NAME, &mut script),
        Shell::Zsh => generate(shells::Zsh, &mut command, NAME, &mut script),
        Shell::Fish => generate(shells::Fish, &mut command, NAME, &mut script),
        Shell::Elvish => generate(shells::Elvish, &mut command, NAME, &mut script),
    }
    let script = String::from_utf8_lossy(&script).into_owned();
    match shell {
        Shell::Bash => bash(script, &command),
        Shell::Zsh => zsh(script, &command),
        Shell::Fish => fish(script, &command),
        Shell::Elvish => elvish(script, &command),
    }
}

/// Returns the flags that the help shows, with their values, and the words.
fn command() -> Command {
    let flags = Flags::command();
    let shown = flags.get_arguments().filter(|arg| !arg.is_hide_set());
    let words = Arg::new("word").num_args(0..).value_parser(words::NAMES);
    Command::new(NAME)
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args(shown.cloned().map(with_values))
        .arg(words.help("Only these"))
}

/// Adds the values of a flag that its parser does not know, so that no files are offered.
fn with_values(arg: Arg) -> Arg {
    let values = match arg.get_id().as_str() {
        "protocol" => FAMILIES.to_vec(),
        "state" => STATES.to_vec(),
        "kill" => SIGNALS.to_vec(),
        "columns" | "sort" | "count_by" => listings::all_columns(),
        "root" => return arg.value_hint(ValueHint::DirPath),
        "user" => return arg.value_hint(ValueHint::Username),
        _ if takes_value(&arg) && arg.get_possible_values().is_empty() => {
            return arg.value_hint(ValueHint::Other);
        }
        _ => return arg,
    };
    arg.value_parser(PossibleValuesParser::new(values))
}

fn takes_value(arg: &Arg) -> bool {
    arg.get_action().takes_values() && arg.get_num_args().is_none_or(|it| it.takes_values())
}

/// Returns whether the value is a list with commas.
fn is_list(arg: &Arg) -> bool {
    arg.get_value_names()
        .is_some_and(|names| names.iter().any(|name| name == "LIST"))
}

/// Returns the flags that take a value, by their long names.
fn with_value(command: &Command) -> impl Iterator<Item = (&str, &Arg)> {
    let args = command.get_arguments().filter(|arg| takes_value(arg));
    args.filter_map(|arg| Some((arg.get_long()?, arg)))
}

/// Returns the values of an argument, if they are known.
fn values(arg: &Arg) -> Vec<String> {
    let values = arg.get_possible_values();
    let names = values.iter().map(|value| value.get_name().to_owned());
    names.collect()
}

/// Returns the values that stand in lists, each list on one line.
fn lists(command: &Command) -> BTreeSet<String> {
    let lists = with_value(command).filter(|(_, arg)| is_list(arg));
    let values = lists.map(|(_, arg)| values(arg).join(" "));
    values.filter(|values| !values.is_empty()).collect()
}

/// Replaces what clap_complete has written.
fn replace(script: &mut String, old: &str, new: &str) {
    debug_assert!(script.contains(old), "{old}");
    *script = script.replace(old, new);
}

/// Returns the list of all columns, as scripts have it. Another takes its place, of those that fit.
fn all_columns() -> String {
    listings::all_columns().join(" ")
}

fn bash(mut script: String, command: &Command) -> String {
    // bash splits --flag=VALUE into three words. The current one is the = while the value is empty.
    let previous = "    prev=\"$3\"\n";
    let parted = format!(
        "{previous}    if [[ \"${{prev}}\" == \"=\" ]]; then
        prev=\"${{COMP_WORDS[COMP_CWORD-2]}}=\"
    elif [[ \"${{COMP_WORDS[COMP_CWORD]}}\" == \"=\" ]]; then
        prev=\"${{prev}}=\"
        cur=\"\"
    fi\n"
    );
    replace(&mut script, previous, &parted);
    for (long, arg) in with_value(command) {
        let label = match arg.is_require_equals_set() {
            true => format!(" --{long}=)\n"),
            false => format!(" --{long}|--{long}=)\n"),
        };
        replace(&mut script, &format!(" --{long})\n"), &label);
    }
    // The current part of a list, after its mark, and everything before it.
    let part = |marks: &str| {
        let last = format!("${{cur##*[{marks}]}}");
        format!("-P \"${{cur%\"{last}\"}}\" -- \"{last}\"")
    };
    for values in lists(command) {
        let offer = format!("compgen -W \"{values}\" ");
        let alone = format!("{offer}-- \"${{cur}}\"");
        replace(&mut script, &alone, &format!("{offer}{}", part(",!-")));
    }
    let fitting = |what: &str| format!("\"$(_{NAME}_{what} \"${{COMP_WORDS[@]}}\")\"");
    let all = format!("\"{}\"", all_columns());
    replace(&mut script, &all, &fitting("columns"));
    let formats = format!("\"{}\"", listings::FORMATS.join(" "));
    replace(&mut script, &formats, &fitting("formats"));
    // clap_complete offers files for users.
    let users = format!("compgen -u {}", part(","));
    replace(&mut script, "compgen -f \"${cur}\"", &users);
    // What begins with a - is a flag, unless a column is sorted by.
    let flag = "${cur} == -* ||";
    let no_column = "( ${cur} == -* && ${prev%=} != --sort ) ||";
    replace(&mut script, flag, no_column);
    // No files for words.
    replace(&mut script, " -o bashdefault -o default", " -o bashdefault");
    format!("{}\n{script}", listings::for_sh(NAME))
}

fn zsh(mut script: String, command: &Command) -> String {
    for values in lists(command) {
        let in_list = format!(":LIST:_sequence _{NAME}_part - {values}'");
        replace(&mut script, &format!(":LIST:({values})'"), &in_list);
    }
    replace(&mut script, ":LIST:_users'", ":LIST:_sequence _users'");
    let all = format!("_{NAME}_part - {}'", all_columns());
    replace(&mut script, &all, &format!("_{NAME}_column'"));
    let formats = format!(":FORMAT:({})'", listings::FORMATS.join(" "));
    let fitting = format!(":FORMAT:_{NAME}_format'");
    replace(&mut script, &formats, &fitting);
    let start = format!("\n_{NAME}() {{\n");
    let part = format!(
        "\n# A part of a list, behind its mark.\n_{NAME}_part() {{\n    compset -P '[-!]'\n    \
         compadd \"$@\"\n}}\n\n{}\n_{NAME}_column() {{\n    compset -P '[-!]'\n    \
         compadd \"$@\" - $(_{NAME}_columns $words)\n}}\n\n_{NAME}_format() {{\n    \
         compadd \"$@\" - $(_{NAME}_formats $words)\n}}\n{start}",
        listings::for_sh(NAME)
    );
    replace(&mut script, &start, &part);
    for (long, arg) in with_value(command) {
        if arg.is_require_equals_set() {
            let strict = format!("--{long}=-[");
            replace(&mut script, &format!("--{long}=["), &strict);
        }
    }
    script
}

fn fish(mut script: String, command: &Command) -> String {
    for values in lists(command) {
        let alone = values.replace(' ', "\\t''\n");
        let in_list = format!("-a \"(__fish_append , {values})\"");
        replace(&mut script, &format!("-a \"{alone}\\t''\""), &in_list);
    }
    replace(&mut script, &all_columns(), &format!("(__{NAME}_columns)"));
    let formats = listings::FORMATS.join("\\t''\n");
    let fitting = format!("-a \"(__{NAME}_formats)\"");
    replace(&mut script, &format!("-a \"{formats}\\t''\""), &fitting);
    for (long, arg) in with_value(command) {
        if arg.is_require_equals_set() {
            // The word after the flag is not its value.
            let flag = format!(" -l {long} ");
            let mend = |line: &str| match line.contains(&flag) {
                true => line.replacen(" -r -f", " -f", 1),
                false => line.to_owned(),
            };
            script = script.split_inclusive('\n').map(mend).collect();
        }
    }
    let words = words::NAMES.join(" ");
    script.push_str(&format!("complete -c {NAME} -f -a \"{words}\"\n"));
    format!("{}{script}", listings::for_fish(NAME))
}

fn elvish(mut script: String, command: &Command) -> String {
    // What clap_complete takes for subcommands are words of rnetstat.
    let search = "
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }";
    let mut known = String::new();
    for (long, arg) in with_value(command).filter(|(_, arg)| !arg.is_require_equals_set()) {
        let offer = match arg.get_value_hint() {
            ValueHint::DirPath => "edit:complete-filename $words[-1]".to_owned(),
            _ => format!("put {}", values(arg).join(" ")),
        };
        known.push_str(&format!("\n        &--{long}= {{ {offer} }}"));
        if let Some(short) = arg.get_short() {
            known.push_str(&format!("\n        &-{short}= {{ {offer} }}"));
        }
    }
    let values = format!("\n    var values = [{known}\n    ]");
    replace(&mut script, search, &values);
    let words: String = words::NAMES
        .iter()
        .map(|word| format!("\n            put {word}"))
        .collect();
    let flags = format!("&'{NAME}'= {{");
    replace(&mut script, &flags, &format!("{flags}{words}"));
    let offer = "    $completions[$command]\n";
    let offer_values = "    if (has-key $values $words[-2]) {
        $values[$words[-2]]
    } else {
        $completions[$command]
    }\n";
    replace(&mut script, offer, offer_values);
    script
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::address_family::AddressFamily;
    use crate::cli::filter_flags;

    #[test]
    fn what_is_offered_is_taken() {
        let states = filter_flags::STATES.map(str::to_lowercase);
        assert_eq!(states[..], STATES);
        for family in FAMILIES {
            assert!(AddressFamily::from_name(family).is_some(), "{family}");
        }
        let mut words = words::Words::default();
        assert!(words::NAMES.into_iter().all(|name| words.take(name)));
        assert!(words.unix && words.inet.len() == words::NAMES.len() - 1);
    }

    #[test]
    fn a_value_that_needs_an_equals_sign_is_offered_behind_one_alone() {
        let mut command = command().arg(
            Arg::new("signal")
                .long("signal")
                .num_args(0..=1)
                .require_equals(true)
                .value_parser(["TERM", "KILL"])
                .help("A signal"),
        );
        let mut generated = |shell: &dyn Fn(&mut Command, &mut Vec<u8>)| {
            let mut script = Vec::new();
            shell(&mut command, &mut script);
            String::from_utf8(script).expect("text")
        };
        let bash_script =
            generated(&|command, script| generate(shells::Bash, command, NAME, script));
        let zsh_script = generated(&|command, script| generate(shells::Zsh, command, NAME, script));
        let fish_script =
            generated(&|command, script| generate(shells::Fish, command, NAME, script));
        let bash_script = bash(bash_script, &command);
        assert!(bash_script.contains(" --signal=)\n"));
        assert!(!bash_script.contains("--signal|--signal="));
        assert!(zsh(zsh_script, &command).contains("--signal=-[A signal]::"));
        let fish_script = fish(fish_script, &command);
        let line = fish_script.lines().find(|it| it.contains("-l signal "));
        assert!(line.is_some_and(|it| it.contains(" -f -a \"TERM") && !it.contains(" -r ")));
    }
}

//! An example of each flag, which the manual prints below it.

/// Returns a command line that uses the flag with this long name.
pub fn of_flag(long: &str) -> Option<&'static str> {
    let found = EXAMPLES.iter().find(|(it, _)| *it == long);
    found.map(|(_, example)| *example)
}

/// The flags by their long names. What an example shows works on any Linux, though some need root to
/// show all, and a port of the example may not be in use.
const EXAMPLES: &[(&str, &str)] = &[
    ("route", "rnetstat --route -n"),
    ("interfaces", "rnetstat --interfaces -a"),
    ("statistics", "rnetstat --statistics -t"),
    ("groups", "rnetstat --groups -4n"),
    ("masquerade", "rnetstat --masquerade -n"),
    ("all", "rnetstat --all -tn"),
    ("listening", "rnetstat --listening -tun"),
    ("tcp", "rnetstat --tcp -n"),
    ("udp", "rnetstat --udp -an"),
    ("udplite", "rnetstat --udplite -an"),
    ("sctp", "rnetstat --sctp -an"),
    ("raw", "rnetstat --raw -anp"),
    ("unix", "rnetstat --unix -ap"),
    ("inet", "rnetstat --inet -tln"),
    ("inet6", "rnetstat --inet6 -rn"),
    ("protocol", "rnetstat --protocol inet,unix -an"),
    ("fib", "rnetstat -rn --fib"),
    ("cache", "rnetstat -r6n --cache"),
    ("read-all", "rnetstat -tln --read-all"),
    ("root", "rnetstat --root /host -tulpn"),
    ("netns", "rnetstat --netns all -tlnp"),
    (
        "byte-order",
        "rnetstat --root ./router --byte-order big -rn",
    ),
    ("numeric", "rnetstat --numeric -t"),
    ("names", "rnetstat -ta --json --names"),
    ("numeric-hosts", "rnetstat -t --numeric-hosts"),
    ("numeric-ports", "rnetstat -t --numeric-ports"),
    ("numeric-users", "rnetstat -te --numeric-users"),
    ("resolve-timeout", "rnetstat -t --resolve-timeout 0.5"),
    ("timers", "rnetstat -an --timers"),
    ("programs", "rnetstat -tuln --programs"),
    ("tcp-info", "rnetstat -tn --tcp-info"),
    ("peers", "rnetstat -n --local-port 5432 --peers"),
    ("rates", "rnetstat --rates -np"),
    ("context", "rnetstat -tln --context"),
    ("extend", "rnetstat -tan --extend"),
    ("wide", "rnetstat -t --wide"),
    ("continuous", "rnetstat -tn --continuous"),
    ("delta", "rnetstat -i --delta 2"),
    ("symbolic", "rnetstat -r --symbolic"),
    ("verbose", "rnetstat -tn --json --verbose"),
    ("help", "rnetstat --help"),
    ("help-all", "rnetstat --help-all"),
    ("version", "rnetstat --version -v"),
    ("port", "rnetstat -n --port 80,8000-8100,https"),
    ("local-port", "rnetstat -n --local-port 22"),
    ("foreign-port", "rnetstat -n --foreign-port 443"),
    ("address", "rnetstat -n --address ::1,10.0.0.0/8"),
    ("local-address", "rnetstat -n --local-address 127.0.0.1"),
    (
        "foreign-address",
        "rnetstat -n --foreign-address 2001:db8::/32",
    ),
    ("state", "rnetstat -tn --state '!listen,time_wait'"),
    ("pid", "rnetstat -np --pid 1"),
    ("process", "rnetstat -np --process 'nginx*'"),
    ("container", "rnetstat -tln --container 'web*'"),
    ("unit", "rnetstat -tln --unit nginx"),
    ("pod", "rnetstat -tln --pod 'shop/cart-*'"),
    ("cgroup", "rnetstat -tn --cgroup /user.slice/"),
    ("user", "rnetstat -tn --user www-data,0"),
    ("interface", "rnetstat -rn --interface 'eth*'"),
    ("counter", "rnetstat -s --counter 'Tcp*Retrans*'"),
    ("nonzero", "rnetstat -s --nonzero"),
    ("inode", "rnetstat -anp --inode 29386"),
    ("format", "rnetstat -rn --format csv"),
    ("json", "rnetstat -tulpn --json"),
    ("color", "rnetstat -tn --format table --color always"),
    ("columns", "rnetstat -tn --json --columns local_port,state"),
    ("sort", "rnetstat -tan --sort -recv_q,local_port"),
    ("count-by", "rnetstat -tn --count-by state,program"),
    ("top", "rnetstat -tn --count-by foreign_address --top 10"),
    ("no-header", "rnetstat -tn --no-header"),
    ("count", "rnetstat -tn --state established --count"),
    (
        "above",
        "rnetstat -t --state close_wait --count --above 100",
    ),
    ("below", "rnetstat -tln --port 443 --count --below 1"),
    ("pids", "rnetstat -n --local-port 8080 --pids"),
    ("changes", "rnetstat --changes -tn"),
    ("for", "rnetstat --changes -tn --for 60"),
    ("times", "rnetstat -tn --times 3 10"),
    ("save", "rnetstat -tan --save before.jsonl"),
    ("since", "rnetstat -tan --since before.jsonl"),
    ("check", "rnetstat --check accept_queue,udp_drops"),
    ("kill", "rnetstat -n --local-port 8080 --kill=HUP"),
    (
        "close",
        "rnetstat -tn --foreign-address 203.0.113.7 --close",
    ),
    ("yes", "rnetstat -n --local-port 8080 --kill --yes"),
    ("wait", "rnetstat -n --local-port 8080 --kill --wait 2"),
    (
        "force",
        "rnetstat -n --local-port 8080 --kill --wait 2 --force",
    ),
    ("dry-run", "rnetstat -n --local-port 8080 --kill --dry-run"),
    ("completions", "rnetstat --completions bash"),
    ("man", "rnetstat --man"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::flags::Flags;
    use crate::cli::parse;
    use clap::CommandFactory;
    use std::ffi::OsString;

    /// Divides a line as a shell does, as far as examples need it.
    fn words(line: &str) -> Vec<OsString> {
        let mut words = Vec::new();
        let mut rest = line.trim_start();
        while !rest.is_empty() {
            let (word, after) = match rest.strip_prefix('\'') {
                Some(quoted) => quoted.split_once('\'').expect("a closing quote"),
                None => rest.split_once(' ').unwrap_or((rest, "")),
            };
            words.push(OsString::from(word));
            rest = after.trim_start();
        }
        words
    }

    #[test]
    fn every_flag_has_an_example_and_every_example_can_be_used() {
        let command = Flags::command();
        let shown = command.get_arguments().filter(|arg| !arg.is_hide_set());
        let longs: Vec<_> = shown.filter_map(|arg| arg.get_long()).collect();
        for long in &longs {
            assert!(of_flag(long).is_some(), "--{long} has no example");
        }
        for (long, example) in EXAMPLES {
            assert!(longs.contains(long), "--{long} does not exist");
            let words = words(example);
            let is_flag = |word: &OsString| {
                let word = word.to_string_lossy();
                word.split('=').next() == Some(&format!("--{long}"))
            };
            assert!(words.iter().any(is_flag), "--{long}: {example}");
            assert_eq!(words.first(), Some(&OsString::from("rnetstat")));
            if let Err(unusable) = parse(words) {
                panic!("{example}: {}", unusable.error);
            }
        }
    }
}

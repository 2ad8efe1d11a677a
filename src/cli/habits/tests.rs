use super::*;
use crate::cli;
use std::ffi::OsString;

/// What is typed, what that is, and the command to type instead.
#[rustfmt::skip]
const CASES: &[(&str, &str, &str)] = &[
    // lsof.
    ("-i :8080", "-i :8080 is lsof's syntax", "-p :8080"),
    ("-ni :8080", "-i :8080 is lsof's syntax", "-np :8080"),
    ("-i tcp@10.0.0.1:443", "-i tcp@10.0.0.1:443 is lsof's syntax", "-tp 10.0.0.1:443"),
    ("-iTCP:8080", "-iTCP:8080 is lsof's syntax", "-tp :8080"),
    ("-iTCP -sTCP:LISTEN", "-iTCP -sTCP:LISTEN is lsof's syntax", "-tp --state listen"),
    (
        "-nP -i4TCP:80,443 -sTCP:LISTEN,ESTABLISHED",
        "-i4TCP:80,443 -sTCP:LISTEN,ESTABLISHED is lsof's syntax, \
         -P (port numbers) is part of -n",
        "-n -4tp :80,443 --state listen,established",
    ),
    ("-aP", "-P is lsof's flag for port numbers", "-a --numeric-ports"),
    // BSD and macOS.
    ("-f inet", "-f inet is BSD's flag for a family", "-4"),
    ("-anf inet6", "-f inet6 is BSD's flag for a family", "-an6"),
    ("-f local -a", "-f local is BSD's flag for a family", "-x -a"),
    ("-I lo", "-I lo is BSD's flag for one interface", "-i --interface lo"),
    ("-I=lo", "-I=lo is BSD's flag for one interface", "-i --interface lo"),
    ("-Ilo -e", "-Ilo is BSD's flag for one interface", "-i --interface lo -e"),
    ("-I lo -w 2", "-I lo is BSD's flag for one interface", "-i --interface lo -w 2"),
    ("-ib", "-b is BSD's flag for bytes", "-ie"),
    (
        "-L",
        "-L is BSD's flag for accept queues",
        "-tl --format table --columns proto,local_address,local_port,accept_queue,accept_queue_limit",
    ),
    // Windows.
    ("-b", "-b is Windows' flag for programs", "-p"),
    ("-anob", "-b is Windows' flag for programs", "-anop"),
    ("-abn --port 80", "-b is Windows' flag for programs", "-anp --port 80"),
    ("-pb", "-b is Windows' flag for programs", "-p"),
    ("-q", "-q is Windows' flag for all ports in use", "-a"),
    ("-anoq", "-q is Windows' flag for all ports in use", "-ano"),
    ("-ny", "-y is Windows' flag for connection templates, which Linux does not have", "-n"),
    ("-NABO", "-NABO is how Windows' programs take flags", "-napo"),
    ("-ANO", "-ANO is how Windows' programs take flags", "-ano"),
    ("/an", "/an is how Windows' programs take flags", "-an"),
    ("/ANO", "/ANO is how Windows' programs take flags", "-ano"),
    ("/b", "/b is how Windows' programs take flags", "-p"),
    ("/n /b", "/n /b is how Windows' programs take flags", "-n -p"),
    ("-ano /b", "/b is how Windows' programs take flags", "-ano -p"),
    ("/help", "/help is Windows' flag for help", "--help"),
    ("/s", "/s is how Windows' programs take flags", "-s"),
    ("/run", "/run is no socket's path", "'/run/*'"),
    ("-f", "-f is Windows' flag for full names", "-aW"),
    ("-an -f", "-f is Windows' flag for full names", "-an -W"),
    ("-anf --port 80", "-f is Windows' flag for full names", "-anW --port 80"),
    ("/?", "/? is Windows' flag for help", "--help"),
    ("-?", "-? is Windows' flag for help", "--help"),
    // ss.
    ("-tH", "-H is ss's flag to leave out the header", "-t --no-header"),
    ("-tO", "-O is ss's flag for one line per socket, which is the default here", "-t"),
    (
        "-tm",
        "-m is ss's and BSD's flag for memory",
        "-t --format table --columns \
         proto,local_address,local_port,foreign_address,foreign_port,rmem_bytes,wmem_bytes,drops",
    ),
    ("-K dport = :443", "-K is ss's flag to close sockets", "--close dport = :443"),
    ("-E", "-E is ss's flag for events", "--changes"),
    ("-N blue -t", "-N blue is ss's flag for a network namespace", "--netns blue -t"),
    ("-tNblue", "-Nblue is ss's flag for a network namespace", "-t --netns blue"),
    ("-i dport = :443", "-i lists interfaces; TCP internals are --tcp-info", "--tcp-info dport = :443"),
    (
        "-ti state established",
        "-i lists interfaces; TCP internals are --tcp-info",
        "-t --tcp-info state established",
    ),
    ("--oneline -t", "--oneline is ss's flag for one line per socket, which is the default here", "-t"),
    ("--events", "--events is ss's flag for events", "--changes"),
    ("--ipv4 -t", "--ipv4 is ss's flag for IPv4", "-4 -t"),
    ("--ipv6", "--ipv6 is ss's flag for IPv6", "-6"),
    (
        "--tcp --memory",
        "--memory is ss's flag for memory",
        "--tcp --format table --columns \
         proto,local_address,local_port,foreign_address,foreign_port,rmem_bytes,wmem_bytes,drops",
    ),
    ("--summary", "--summary is ss's flag for totals", "-a --count-by proto,state"),
    ("--info", "--info is ss's flag for TCP internals", "--tcp-info"),
    ("--processes -t", "--processes is ss's flag for programs", "-p -t"),
    ("--options", "--options is ss's flag for timers", "-o"),
    ("--extended", "--extended is ss's flag for more columns", "-e"),
    ("--family inet6", "--family is ss's flag for a family", "-6"),
    ("--query=tcp", "--query is ss's flag for a protocol", "-t"),
    // Formats.
    ("-tnj", "-j is ip's flag for JSON", "-tn --json"),
    ("-ojson", "-o shows timers and takes no format", "--json"),
    ("-tno=json", "-o shows timers and takes no format", "-tn --json"),
    ("-o=csv", "-o shows timers and takes no format", "--format csv"),
    ("-ocsv", "-o shows timers and takes no format", "--format csv"),
    ("-ojsonl", "-o shows timers and takes no format", "--format jsonl"),
    ("--output csv", "unknown flag --output", "--format csv"),
    ("--output yaml", "there is no such format", "--json"),
    ("--yaml -t", "--yaml is no format here", "--json -t"),
    ("-o json", "-o shows timers and takes no format", "--json"),
    ("-to csv", "-o shows timers and takes no format", "-t --format csv"),
    ("--output=json", "unknown flag --output", "--json"),
    ("--csv", "unknown flag --csv", "--format csv"),
    ("--ndjson", "unknown flag --ndjson", "--format jsonl"),
    ("--jsonl", "unknown flag --jsonl", "--format jsonl"),
    ("--table", "unknown flag --table", "--format table"),
    ("--no-headers", "unknown flag --no-headers", "--no-header"),
    ("--no-color", "unknown flag --no-color", "--color never"),
    ("--colour never", "unknown flag --colour", "--color never"),
    ("--group-by program", "unknown flag --group-by", "--count-by program"),
    ("--order-by pid", "unknown flag --order-by", "--sort pid"),
    ("-t --by state", "unknown flag --by", "-t --count-by state"),
    ("--select pid", "unknown flag --select", "--columns pid"),
    ("--limit 5", "unknown flag --limit", "--top 5"),
    ("--json --fields pid", "unknown flag --fields", "--json --columns pid"),
    // Again and again.
    ("--watch", "unknown flag --watch", "-c --format table"),
    ("--watch -tlp", "unknown flag --watch", "-c --format table -tlp"),
    ("--watch 5", "unknown flag --watch", "--format table 5"),
    ("--watch=2 -t", "unknown flag --watch", "--format table 2 -t"),
    ("--watch --csv", "unknown flags --watch --csv", "-c --format csv"),
    ("--watch --json", "unknown flag --watch", "-c --json"),
    ("-t --format csv --watch 2", "unknown flag --watch", "-t --format csv 2"),
    ("--watch --changes", "unknown flag --watch", "-c --format table --changes"),
    ("--watch -e -A ipx", "unknown flag --watch", "-c --format table -e -A ipx"),
    ("--follow -t", "unknown flag --follow", "-c --format table -t"),
    ("-t --top", "--top needs a number, as in --count-by remote --top 10; a live screen is -c", "-t -c --format table"),
    ("--interval 2 -t", "unknown flag --interval", "2 -t"),
    ("--repeat", "unknown flag --repeat", "-c"),
    ("watch 2", "unknown word 'watch'", "--format table 2"),
    ("live -tl", "unknown word 'live'", "-c --format table -tl"),
    ("top", "unknown word 'top'", "-c --format table"),
    ("-c5", "-c5 is a number of seconds, which stands alone", "5"),
    ("-tnc5 --port 80", "-c5 is a number of seconds, which stands alone", "-tn 5 --port 80"),
    // Which rows.
    ("--program nginx", "--program takes no name", "-p --process nginx"),
    ("-tl --program=nginx", "--program takes no name", "-tl -p --process nginx"),
    ("-tlp nginx", "-p takes no name", "-tlp --process nginx"),
    ("--host 10.0.0.1", "unknown flag --host", "--address 10.0.0.1"),
    ("--host ::1", "unknown flag --host", "--address ::1"),
    ("--host 10.0.0.1:80", "unknown flag --host", "10.0.0.1:80"),
    ("--remote 10.0.0.1:443", "unknown flag --remote", "dst 10.0.0.1:443"),
    ("--src 10.0.0.0/8", "unknown flag --src", "src 10.0.0.0/8"),
    ("--dport 443", "unknown flag --dport", "--foreign-port 443"),
    ("--sport=22", "unknown flag --sport", "--local-port 22"),
    ("--ports 80,443", "unknown flag --ports", "--port 80,443"),
    ("--docker web", "unknown flag --docker", "--container web"),
    ("--docker", "unknown flag --docker", "--container '*'"),
    ("--path /run/docker.sock", "unknown flag --path", "/run/docker.sock"),
    ("--path docker.sock", "unknown flag --path", "'/*docker.sock'"),
    ("--filter :443", "unknown flag --filter", ":443"),
    ("--kill 8180", "--kill takes no port or name", "--kill --local-port 8180"),
    ("--kill :8180", ":8180 also fits the clients of that port", "--kill --local-port 8180"),
    ("-t :http --kill --yes", ":http also fits the clients of that port", "-t --local-port http --kill --yes"),
    ("--kill=8180", "behind --kill= stands a signal, such as HUP or 9", "--kill --local-port 8180"),
    ("--kill tcp:8180", "--kill takes no port or name", "-t --kill --local-port 8180"),
    ("--kill 8180/udp", "--kill takes no port or name", "-u --kill --local-port 8180"),
    ("--stop :8180", "unknown flag --stop", "--kill --local-port 8180"),
    ("--stop 8180", "unknown flag --stop", "--kill --local-port 8180"),
    ("--stop --pid 5", "unknown flag --stop", "--kill --pid 5"),
    ("--kill --ports 80", "unknown flag --ports", "--kill --local-port 80"),
    ("-k 8080/tcp", "-k 8080/tcp is how fuser kills", "-t --kill --local-port 8080"),
    ("kill -9 8180", "unknown word 'kill', -9 8180 is kill's flag for a signal", "--kill=KILL --local-port 8180"),
    ("kill :8180", "unknown word 'kill'", "--kill --local-port 8180"),
    ("kill 8180", "unknown word 'kill'", "--kill --local-port 8180"),
    ("kill nginx", "unknown word 'kill'", "--kill --process nginx"),
    ("kill --pid 5", "unknown word 'kill'", "--kill --pid 5"),
    ("--kill --local-port 80 -y", "-y is --yes here", "--kill --local-port 80 --yes"),
    ("--close --port 80 -y", "-y is --yes here", "--close --port 80 --yes"),
    ("--kill 8180 --dryrun", "--kill takes no port or name, unknown flag --dryrun", "--kill --local-port 8180 --dry-run"),
    ("--kill --local-port 80 --dryrun", "unknown flag --dryrun", "--kill --local-port 80 --dry-run"),
    ("close tcp:443", "unknown word 'close'", "-t --close :443"),
    // Checks, moments and namespaces.
    ("--doctor", "unknown flag --doctor", "--check"),
    ("--diagnose", "unknown flag --diagnose", "--check"),
    ("--health", "unknown flag --health", "--check"),
    ("doctor", "unknown word 'doctor'", "--check"),
    ("--diff old.jsonl", "unknown flag --diff", "--since old.jsonl"),
    ("--compare=old.jsonl", "unknown flag --compare", "--since old.jsonl"),
    ("diff old.jsonl", "unknown word 'diff'", "--since old.jsonl"),
    ("compare /tmp/old", "unknown word 'compare'", "--since /tmp/old"),
    ("--all-namespaces -tl", "unknown flag --all-namespaces", "--netns all -tl"),
    ("--namespaces", "unknown flag --namespaces", "--netns all"),
    ("--namespace blue", "unknown flag --namespace", "--netns blue"),
    ("--ns=blue -t", "unknown flag --ns", "--netns blue -t"),
    ("--kill nginx", "--kill takes no port or name", "--kill --process nginx"),
    ("--close 443 --yes", "--close takes no port or name", "--close :443 --yes"),
    ("--established", "unknown flag --established", "--state established"),
    ("--listeners", "unknown flag --listeners", "-l"),
    ("--v4", "unknown flag --v4", "-4"),
    ("--v6", "unknown flag --v6", "-6"),
    ("--tcp4", "unknown flag --tcp4", "-t4"),
    ("--tcp6", "unknown flag --tcp6", "-t6"),
    ("--udp4", "unknown flag --udp4", "-u4"),
    ("--udp6", "unknown flag --udp6", "-u6"),
    ("-an tcp4", "unknown word 'tcp4'", "-an -4 tcp"),
    ("udp4", "unknown word 'udp4'", "-4 udp"),
    ("--no-dns -a", "unknown flag --no-dns", "-n -a"),
    ("--exposed", "unknown flag --exposed", "--check exposed"),
    ("--kill HUP --pid 9", "a signal is written after =", "--kill=HUP --pid 9"),
    ("--kill 22", "--kill takes no port or name", "--kill --local-port 22"),
    // Listings.
    ("--stats", "unknown flag --stats", "-s"),
    ("--routes", "unknown flag --routes", "-r"),
    ("stats", "unknown word 'stats'", "-s"),
    ("route", "unknown word 'route'", "-r"),
    ("link", "unknown word 'link'", "-i"),
    ("all", "unknown word 'all'", "-a"),
    ("ports", "unknown word 'ports'", "-l"),
    ("json", "unknown word 'json'", "--json"),
    ("csv", "unknown word 'csv'", "--format csv"),
    ("ls", "unknown word 'ls'", "-a"),
    ("list tcp", "unknown word 'list'", "-a tcp"),
    ("ps", "unknown word 'ps'", "-ap"),
    ("check", "unknown word 'check'", "--check"),
    ("help", "unknown word 'help'", "--help"),
    ("version", "unknown word 'version'", "--version"),
    ("man", "unknown word 'man'", "--man"),
    ("-s icmp", "unknown word 'icmp'", "-s -w"),
    ("-i eth0", "-i takes no interface", "-i --interface eth0"),
    // tcpdump.
    ("tcp port 8180", "'port' is tcpdump's word", "tcp :8180"),
    ("port ssh -n", "'port' is tcpdump's word", ":ssh -n"),
    ("host 10.0.0.1", "'host' is tcpdump's word", "10.0.0.1"),
    ("-n net 10.0.0.0/8", "'net' is tcpdump's word", "-n 10.0.0.0/8"),
    ("host example.com", "'host' is tcpdump's word", "--address example.com"),
    // Words.
    ("watch routes", "unknown words 'watch' 'routes'", "-c --format table -r"),
    ("8180", "did you mean :8180 (a port) or --port 8180? An interval above an hour is written 8180s", ":8180"),
    ("-tulnp 8180", "did you mean :8180 (a port) or --pid 8180? An interval above an hour is written 8180s", "-tulnp :8180"),
    ("-p 10865", "did you mean :10865 (a port) or --pid 10865? An interval above an hour is written 10865s", "-p :10865"),
    ("tulpn", "unknown word 'tulpn'; flags begin with -", "-tulpn"),
    ("ano tcp", "unknown word 'ano'; flags begin with -", "-ano tcp"),
    ("-an tpc", "unknown word 'tpc'", "-an tcp"),
    ("listn", "unknown word 'listn'", "listen"),
    ("nginx listen", "'nginx' is not a protocol, a state or an address", "-p --process nginx listen"),
    ("-tn example.com", "'example.com' is a host name", "-tn --address example.com"),
    ("--host example.com", "unknown flag --host", "--address example.com"),
    ("docker0", "unknown word 'docker0'", "-i --interface docker0"),
    ("python3.11", "'python3.11' is not a protocol, a state or an address", "-p --process python3.11"),
    ("get tcp", "'get' is not a protocol, a state or an address", "-p --process get tcp"),
    ("ssh", "unknown word 'ssh'", ":ssh"),
    ("-tn nginx", "'nginx' is not a protocol, a state or an address", "-tn -p --process nginx"),
    ("kworker* -l", "'kworker*' is not a protocol, a state or an address", "-p --process 'kworker*' -l"),
];

fn parse(arguments: &str) -> Result<cli::Invocation, cli::Unusable> {
    let arguments = arguments.split(' ').filter(|it| !it.is_empty());
    let arguments = arguments.map(|it| it.trim_matches('\''));
    cli::parse(
        std::iter::once("rnetstat")
            .chain(arguments)
            .map(OsString::from),
    )
}

#[test]
fn each_habit_is_answered_with_a_command_that_can_be_used() {
    let mut differing = Vec::new();
    for &(typed, says, here) in CASES {
        let said = match parse(typed) {
            Ok(_) => "no error".to_owned(),
            Err(unusable) => unusable.text,
        };
        let expected = format!("rnetstat: {says}\ntry: rnetstat {here}\n");
        if said != expected || parse(here).is_err() {
            differing.push(format!("{typed}: {said}"));
        }
    }
    assert_eq!(differing, [""; 0]);
}

#[test]
fn no_client_is_killed_in_a_servers_place() {
    let kills = CASES.iter().filter(|(_, _, here)| here.contains("--kill"));
    let mut count = 0;
    for (typed, _, here) in kills {
        let words = here.split(' ');
        let hits_both = |it: &str| it.starts_with(':') || it == "--port";
        assert!(!words.into_iter().any(hits_both), "{typed}: {here}");
        count += 1;
    }
    assert!(count > 15, "{count}");
}

#[test]
fn each_habit_has_a_case() {
    for habit in HABITS {
        let mut cases = CASES.iter().filter_map(|(typed, says, _)| {
            let typed = Typed::read(typed.split(' '))?;
            let Replaced {
                label, says: it, ..
            } = habit.replaced(&typed).next()?;
            Some((it.replace("{}", &label), says))
        });
        let is_shown = habit.says == "unknown flag {}" || habit.says.starts_with("unknown word");
        assert!(
            cases.any(|(said, says)| is_shown || says.contains(&said)),
            "{habit:?}"
        );
    }
}

#[test]
fn what_can_be_used_is_no_habit() {
    // net-tools' letters, and ours, keep their meaning.
    for arguments in [
        "-w 5",
        "-rf",
        "-f --ax25",
        "-l --rfcomm",
        "-s -p tcp",
        "-os",
        "-p TCP",
        "-N",
        "-rN",
        "-i",
        "-ti",
        "-o",
        "--program",
        "--prog -t",
        "--listen",
        "-h",
        "-ie",
        "listen",
        "/x?",
        "/abcdef",
        "/an/o",
        "--kill :80 listen",
        "--kill -l :80",
        "--kill sport = :80",
        "--kill :80 and program = nginx",
        "--kill --port 80",
        "--kill --local-port 80 :443",
        "--close :80",
        "--format JSON",
        "--color ALWAYS",
    ] {
        let found = parse(arguments);
        assert!(found.is_ok(), "{arguments}: {found:?}");
    }
}

#[test]
fn what_is_no_habit_is_not_answered() {
    for arguments in [
        "-X",
        "--bogus",
        "dport = :443 and nginx",
        "--port 80 --state b",
        "-n -- -b",
        "--kill -b",
        "--kill=65536",
        "--kill=65 --pid 9",
        "-s --top 3",
        "--kill :80 or :81",
        "--kill not :80",
        "--kill :80 and not",
        "--kill :80 :81",
        "-rb x!",
    ] {
        let said = parse(arguments).expect_err(arguments).text;
        assert!(!said.contains("\ntry: "), "{arguments}: {said}");
    }
}

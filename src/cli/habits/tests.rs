use super::*;
use crate::cli;
use std::ffi::OsString;

/// What is typed, what that is, and the command to type instead.
#[rustfmt::skip]
const CASES: &[(&str, &str, &str)] = &[
    // lsof.
    ("-i :8080", "-i :8080 is how lsof asks", "-p :8080"),
    ("-ni :8080", "-i :8080 is how lsof asks", "-np :8080"),
    ("-i tcp@10.0.0.1:443", "-i tcp@10.0.0.1:443 is how lsof asks", "-p tcp 10.0.0.1:443"),
    ("-iTCP:8080", "-iTCP:8080 is how lsof asks", "-p tcp :8080"),
    ("-iTCP -sTCP:LISTEN", "-iTCP is how lsof asks, -sTCP:LISTEN is how lsof asks", "-p tcp --state listen"),
    (
        "-nP -i4TCP:80,443 -sTCP:LISTEN,ESTABLISHED",
        "-i4TCP:80,443 is how lsof asks, -sTCP:LISTEN,ESTABLISHED is how lsof asks, \
         -P is lsof's flag for the numbers of ports, as -n",
        "-n -p4 tcp :80,443 --state listen,established",
    ),
    ("-aP", "-P is lsof's flag for the numbers of ports", "-a --numeric-ports"),
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
        "-L is BSD's flag for the queues of listeners",
        "-tl --format table --columns proto,local_address,local_port,accept_queue,accept_queue_limit",
    ),
    // Windows.
    ("-b", "-b is Windows' flag for programs", "-p"),
    ("-anob", "-b is Windows' flag for programs", "-anop"),
    ("-abn --port 80", "-b is Windows' flag for programs", "-anp --port 80"),
    ("-pb", "-b is Windows' flag for programs", "-p"),
    ("-q", "-q is Windows' flag for all ports in use", "-a"),
    ("-anoq", "-q is Windows' flag for all ports in use", "-ano"),
    ("-ny", "-y is Windows' flag for connection templates, which Linux lacks", "-n"),
    ("-NABO", "-NABO is how Windows' programs take flags", "-napo"),
    ("-ANO", "-ANO is how Windows' programs take flags", "-ano"),
    ("/an", "/an is how Windows' programs take flags", "-an"),
    ("/ANO", "/ANO is how Windows' programs take flags", "-ano"),
    ("/b", "/b is how Windows' programs take flags", "-p"),
    ("/n /b", "/n is how Windows' programs take flags, /b is how Windows' programs take flags", "-n -p"),
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
    ("-tH", "-H is ss's flag for rows without a header", "-t --no-header"),
    ("-tO", "-O is ss's flag for one line per socket, which is the rule here", "-t"),
    (
        "-tm",
        "-m is ss's and BSD's flag for memory",
        "-t --format table --columns \
         proto,local_address,local_port,foreign_address,foreign_port,rmem_bytes,wmem_bytes,drops",
    ),
    ("-K dport = :443", "-K is ss's flag for closing sockets", "--close dport = :443"),
    ("-E", "-E is ss's flag for what changes", "--changes"),
    ("-N blue -t", "-N blue is ss's flag for a network namespace", "--netns blue -t"),
    ("-tNblue", "-Nblue is ss's flag for a network namespace", "-t --netns blue"),
    ("-i dport = :443", "-i lists interfaces, not TCP's internals as in ss", "--tcp-info dport = :443"),
    (
        "-ti state established",
        "-i lists interfaces, not TCP's internals as in ss",
        "-t --tcp-info state established",
    ),
    ("--oneline -t", "--oneline is ss's flag for one line per socket, which is the rule here", "-t"),
    ("--events", "--events is ss's flag for what changes", "--changes"),
    ("--info", "--info is ss's flag for TCP's internals", "--tcp-info"),
    ("--processes -t", "--processes is ss's flag for programs", "-p -t"),
    ("--options", "--options is ss's flag for timers", "-o"),
    ("--extended", "--extended is ss's flag for more columns", "-e"),
    ("--family inet6", "--family is ss's flag for a family", "-6"),
    ("--query=tcp", "--query is ss's flag for a protocol", "tcp"),
    // Formats.
    ("-tnj", "-j is ip's flag for JSON", "-tn --json"),
    ("-ojson", "-o shows timers and takes no format", "--json"),
    ("-tno=json", "-o shows timers and takes no format", "-tn --json"),
    ("-o=csv", "-o shows timers and takes no format", "--format csv"),
    ("-ocsv", "-o shows timers and takes no format", "--format csv"),
    ("-ojsonl", "-o shows timers and takes no format", "--format jsonl"),
    ("--output csv", "there is no flag --output", "--format csv"),
    ("--output yaml", "there is no such format", "--json"),
    ("--yaml -t", "--yaml is no format here", "--json -t"),
    ("-o json", "-o shows timers and takes no format", "--json"),
    ("-to csv", "-o shows timers and takes no format", "-t --format csv"),
    ("--output=json", "there is no flag --output", "--json"),
    ("--csv", "there is no flag --csv", "--format csv"),
    ("--ndjson", "there is no flag --ndjson", "--format jsonl"),
    ("--jsonl", "there is no flag --jsonl", "--format jsonl"),
    ("--table", "there is no flag --table", "--format table"),
    ("--no-headers", "there is no flag --no-headers", "--no-header"),
    ("--no-color", "there is no flag --no-color", "--color never"),
    ("--colour never", "there is no flag --colour", "--color never"),
    ("--group-by program", "there is no flag --group-by", "--count-by program"),
    ("--order-by pid", "there is no flag --order-by", "--sort pid"),
    ("-t --by state", "there is no flag --by", "-t --count-by state"),
    ("--select pid", "there is no flag --select", "--columns pid"),
    ("--limit 5", "there is no flag --limit", "--top 5"),
    ("--json --fields pid", "there is no flag --fields", "--json --columns pid"),
    // Again and again.
    ("--watch", "there is no flag --watch", "-c --format table"),
    ("--watch -tlp", "there is no flag --watch", "-c --format table -tlp"),
    ("--watch 5", "there is no flag --watch", "--format table 5"),
    ("--watch=2 -t", "there is no flag --watch", "--format table 2 -t"),
    ("--watch --csv", "there is no flag --csv, there is no flag --watch", "-c --format csv"),
    ("--watch --json", "there is no flag --watch", "-c --json"),
    ("-t --format csv --watch 2", "there is no flag --watch", "-t --format csv 2"),
    ("--watch --changes", "there is no flag --watch", "-c --format table --changes"),
    ("--watch -e -A ipx", "there is no flag --watch", "-c --format table -e -A ipx"),
    ("--follow -t", "there is no flag --follow", "-c --format table -t"),
    ("-t --top", "--top takes a number of rows; the live screen is another flag", "-t -c --format table"),
    ("--interval 2 -t", "there is no flag --interval", "2 -t"),
    ("--repeat", "there is no flag --repeat", "-c"),
    ("watch 2", "there is no word 'watch'", "--format table 2"),
    ("live -tl", "there is no word 'live'", "-c --format table -tl"),
    ("top", "there is no word 'top'", "-c --format table"),
    ("-c5", "-c5 is a number of seconds, which stands alone", "5"),
    ("-tnc5 --port 80", "-c5 is a number of seconds, which stands alone", "-tn 5 --port 80"),
    // Which rows.
    ("--program nginx", "--program takes no name", "-p --process nginx"),
    ("-tl --program=nginx", "--program takes no name", "-tl -p --process nginx"),
    ("-tlp nginx", "-p takes no name", "-tlp --process nginx"),
    ("--host 10.0.0.1", "there is no flag --host", "--address 10.0.0.1"),
    ("--host ::1", "there is no flag --host", "--address ::1"),
    ("--host 10.0.0.1:80", "there is no flag --host", "10.0.0.1:80"),
    ("--remote 10.0.0.1:443", "there is no flag --remote", "dst 10.0.0.1:443"),
    ("--src 10.0.0.0/8", "there is no flag --src", "src 10.0.0.0/8"),
    ("--dport 443", "there is no flag --dport", "--foreign-port 443"),
    ("--sport=22", "there is no flag --sport", "--local-port 22"),
    ("--ports 80,443", "there is no flag --ports", "--port 80,443"),
    ("--docker web", "there is no flag --docker", "--container web"),
    ("--docker", "there is no flag --docker", "--container '*'"),
    ("--path /run/docker.sock", "there is no flag --path", "/run/docker.sock"),
    ("--path docker.sock", "there is no flag --path", "'/*docker.sock'"),
    ("--filter :443", "there is no flag --filter", ":443"),
    ("--kill 8180", "--kill takes no port or name", "--kill --local-port 8180"),
    ("--kill :8180", ":8180 also fits the clients of that port", "--kill --local-port 8180"),
    ("-t :http --kill --yes", ":http also fits the clients of that port", "-t --local-port http --kill"),
    ("--kill=8180", "behind --kill= stands a signal, such as HUP or 9", "--kill --local-port 8180"),
    ("--kill tcp:8180", "--kill takes no port or name", "-t --kill --local-port 8180"),
    ("--kill 8180/udp", "--kill takes no port or name", "-u --kill --local-port 8180"),
    ("--stop :8180", "there is no flag --stop", "--kill --local-port 8180"),
    ("--stop 8180", "there is no flag --stop", "--kill --local-port 8180"),
    ("--stop --pid 5", "there is no flag --stop", "--kill --pid 5"),
    ("--kill --ports 80", "there is no flag --ports", "--kill --local-port 80"),
    ("-k 8080/tcp", "-k 8080/tcp is how fuser kills", "-t --kill --local-port 8080"),
    ("kill -9 8180", "there is no word 'kill', -9 8180 is kill's flag for a signal", "--kill=KILL --local-port 8180"),
    ("kill :8180", "there is no word 'kill'", "--kill --local-port 8180"),
    ("kill 8180", "there is no word 'kill'", "--kill --local-port 8180"),
    ("kill nginx", "there is no word 'kill'", "--kill --process nginx"),
    ("kill --pid 5", "there is no word 'kill'", "--kill --pid 5"),
    ("--kill --local-port 80 -y", "-y is --yes here", "--kill --local-port 80 --yes"),
    ("--close --port 80 -y", "-y is --yes here", "--close --port 80 --yes"),
    ("--kill 8180 --dryrun", "--kill takes no port or name, there is no flag --dryrun", "--kill --local-port 8180 --dry-run"),
    ("--kill --local-port 80 --dryrun", "there is no flag --dryrun", "--kill --local-port 80 --dry-run"),
    ("close tcp:443", "there is no word 'close'", "-t --close :443"),
    // Checks, moments and namespaces.
    ("--doctor", "there is no flag --doctor", "--check"),
    ("--diagnose", "there is no flag --diagnose", "--check"),
    ("--health", "there is no flag --health", "--check"),
    ("doctor", "there is no word 'doctor'", "--check"),
    ("--diff old.jsonl", "there is no flag --diff", "--since old.jsonl"),
    ("--compare=old.jsonl", "there is no flag --compare", "--since old.jsonl"),
    ("diff old.jsonl", "there is no word 'diff'", "--since old.jsonl"),
    ("compare /tmp/old", "there is no word 'compare'", "--since /tmp/old"),
    ("--all-namespaces -tl", "there is no flag --all-namespaces", "--netns all -tl"),
    ("--namespaces", "there is no flag --namespaces", "--netns all"),
    ("--namespace blue", "there is no flag --namespace", "--netns blue"),
    ("--ns=blue -t", "there is no flag --ns", "--netns blue -t"),
    ("--kill nginx", "--kill takes no port or name", "--kill --process nginx"),
    ("--close 443 --yes", "--close takes no port or name", "--close :443"),
    ("--established", "there is no flag --established", "--state established"),
    ("--listeners", "there is no flag --listeners", "-l"),
    ("--ipv4", "there is no flag --ipv4", "-4"),
    ("--ipv6", "there is no flag --ipv6", "-6"),
    ("--tcp4", "there is no flag --tcp4", "-t4"),
    ("--tcp6", "there is no flag --tcp6", "-t6"),
    ("--udp4", "there is no flag --udp4", "-u4"),
    ("--udp6", "there is no flag --udp6", "-u6"),
    ("-an tcp4", "there is no word 'tcp4'", "-an -4 tcp"),
    ("udp4", "there is no word 'udp4'", "-4 udp"),
    ("--no-dns -a", "there is no flag --no-dns", "-n -a"),
    ("--exposed", "there is no flag --exposed", "--check exposed"),
    ("--kill HUP --pid 9", "a signal stands behind a =", "--kill=HUP --pid 9"),
    ("--kill 22", "--kill takes no port or name", "--kill --local-port 22"),
    // Listings.
    ("--stats", "there is no flag --stats", "-s"),
    ("--routes", "there is no flag --routes", "-r"),
    ("stats", "there is no word 'stats'", "-s"),
    ("route", "there is no word 'route'", "-r"),
    ("link", "there is no word 'link'", "-i"),
    ("all", "there is no word 'all'", "-a"),
    ("ports", "there is no word 'ports'", "-l"),
    ("json", "there is no word 'json'", "--json"),
    ("csv", "there is no word 'csv'", "--format csv"),
    ("ls", "there is no word 'ls'", "-a"),
    ("list tcp", "there is no word 'list'", "-a tcp"),
    ("ps", "there is no word 'ps'", "-ap"),
    ("check", "there is no word 'check'", "--check"),
    ("help", "there is no word 'help'", "--help"),
    ("version", "there is no word 'version'", "--version"),
    ("man", "there is no word 'man'", "--man"),
    ("-s icmp", "there is no word 'icmp'", "-s -w"),
    ("-i eth0", "-i takes no interface", "-i --interface eth0"),
    // Words.
    ("8180", "did you mean :8180 (a port) or --port 8180? An interval above an hour is written 8180s", ":8180"),
    ("-tulnp 8180", "did you mean :8180 (a port) or --pid 8180? An interval above an hour is written 8180s", "-tulnp :8180"),
    ("-p 10865", "did you mean :10865 (a port) or --pid 10865? An interval above an hour is written 10865s", "-p :10865"),
    ("tulpn", "there is no word 'tulpn'; flags begin with -", "-tulpn"),
    ("ano tcp", "there is no word 'ano'; flags begin with -", "-ano tcp"),
    ("-an tpc", "there is no word 'tpc'", "-an tcp"),
    ("listn", "there is no word 'listn'", "listen"),
    ("nginx listen", "'nginx' is no protocol, state or address", "-p --process nginx listen"),
    ("-tn example.com", "'example.com' is a host's name", "-tn --address example.com"),
    ("--host example.com", "there is no flag --host", "--address example.com"),
    ("docker0", "there is no word 'docker0'", "-i --interface docker0"),
    ("python3.11", "'python3.11' is no protocol, state or address", "-p --process python3.11"),
    ("get tcp", "'get' is no protocol, state or address", "-p --process get tcp"),
    ("ssh", "there is no word 'ssh'", ":ssh"),
    ("-tn nginx", "'nginx' is no protocol, state or address", "-tn -p --process nginx"),
    ("kworker* -l", "'kworker*' is no protocol, state or address", "-p --process 'kworker*' -l"),
    // What a second round of newcomers typed.
    ("--kill ssh --yes", "--kill takes no port or name", "--kill --process ssh"),
    ("--kill --host localhost --yes", "there is no flag --host", "--kill --address localhost"),
    ("-K sport = :8080 --yes", "-K is ss's flag for closing sockets", "--close sport = :8080"),
    ("--watch=2s", "there is no flag --watch", "--format table 2s"),
    ("--interval 5m -t", "there is no flag --interval", "5m -t"),
    ("--summary", "there is no flag --summary", "-a --count-by proto"),
    ("--internal -t", "there is no flag --internal", "--tcp-info -t"),
    ("--states established", "there is no flag --states", "--state established"),
    ("-tan --states", "there is no flag --states", "-tan --count-by state"),
    ("-i --rate", "--rate is about connections", "-i --delta 1"),
    ("-s -t --rate 2", "--rate is about connections", "-s -t --delta 2"),
    ("-i --rate 2", "--rate is about connections", "-i --delta 2"),
    ("-s --rate", "--rate is about connections", "-s --delta 1"),
    ("-i -c --rate", "--rate is about connections", "-i -c --delta 1"),
    ("-s -c --rates", "--rates is about connections", "-s -c --delta 1"),
    ("--pps", "there is no flag --pps", "-i --delta 1"),
    ("--bandwidth", "there is no flag --bandwidth", "--rates"),
    ("-s retrans", "'retrans' is no protocol; counters have a flag", "-s --counter '*retrans*'"),
    ("-st --grep retrans", "there is no flag --grep", "-st --counter '*retrans*'"),
    ("--proto tcp", "--proto takes a family of addresses", "tcp"),
    ("-tan port 8080", "an operator stands behind port", "-tan port = 8080"),
    ("-c 0", "an interval is above 0", "-c"),
    ("0 -t", "an interval is above 0", "-c -t"),
    ("-K", "-K is ss's flag for closing sockets, which have to be chosen here", "--close dport = :443"),
    ("-K state time-wait", "-K is ss's flag for closing sockets, which have to be chosen here", "--close dport = :443 state time-wait"),
    ("-i TCP:8080 -s TCP:LISTEN", "-i TCP:8080 is how lsof asks, -s TCP:LISTEN is how lsof asks", "-p tcp :8080 --state listen"),
    ("--memory", "--memory is ss's flag for memory", "--format table --columns proto,local_address,local_port,foreign_address,foreign_port,rmem_bytes,wmem_bytes,drops"),
    ("tcp:80", "tcp:80 is how fuser and services(5) write ports", "-t :80"),
    ("80/tcp", "80/tcp is how fuser and services(5) write ports", "-t :80"),
    ("google.com:443", "'google.com:443' has a host's name", "--address google.com :443"),
    ("--uid 0", "there is no flag --uid", "--user 0"),
    ("--net foo", "there is no flag --net", "--netns foo"),
    ("--kill TERM 8080", "a signal stands behind a =, --kill takes no port or name", "--kill=TERM --local-port 8080"),
    ("--kill 9 8080", "a signal stands behind a =, --kill takes no port or name", "--kill=9 --local-port 8080"),
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
            Some((habit.replaced(&typed).next()?.says, says))
        });
        let is_shown =
            habit.says == "there is no flag {}" || habit.says.starts_with("there is no word");
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

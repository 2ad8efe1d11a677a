//! The built binary's account of what changes between two listings, on the live kernel, in a
//! network namespace of its own; and what it refuses.

mod common;

use common::namespace::{ip, ready};
use common::running::{Reading, Start};
use common::{TCP, binary, make_system, must_end, must_refuse, run, stdout};
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs;
use std::io::Read;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The program, watching.
struct Watch(Reading);

impl Watch {
    /// Starts it. When it has printed its header, it has made its first listing: what comes then is a
    /// change.
    fn start(flags: &[&str]) -> Watch {
        let mut command = Command::new(binary());
        command.args(["--changes", "-n", "0.02"]).args(flags);
        Watch(Reading::start(&mut command))
    }

    fn line(&mut self) -> String {
        self.0.line()
    }

    /// The words of the next line, without its time, which has to be one.
    fn words(&mut self) -> Vec<String> {
        let line = self.line();
        let mut words = line.split_whitespace().map(str::to_owned);
        let time = words.next().unwrap_or_default();
        assert_eq!(time.len(), "2026-11-23T00:45:54.112+00:00".len(), "{line}");
        assert_eq!(&time[10..11], "T", "{line}");
        words.collect()
    }
}

/// The sort of a server's life: one thing after the other, and each told once.
#[test]
fn a_server_starts_serves_and_stops() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let own = format!("{}/", std::process::id());
    let mut watch = Watch::start(&["tcp"]);
    let header = watch.line();
    let titles: Vec<_> = header.split_whitespace().take(6).collect();
    let expected = ["Time", "Change", "Seen", "Before", "Proto", "Recv-Q"];
    assert_eq!(titles, expected);
    let listener = TcpListener::bind("127.0.0.1:8080").expect("listening");
    let words = watch.words();
    let expected = "opened - - tcp 0 0 127.0.0.1:8080 0.0.0.0:* LISTEN";
    assert_eq!(words[..9].join(" "), expected);
    assert!(words[9].starts_with(&own), "{words:?}");

    let client = TcpStream::connect("127.0.0.1:8080").expect("connected");
    let (server, address) = listener.accept().expect("accepted");
    let mut both = [watch.words(), watch.words()];
    // A connection that the listing found before it was accepted has no owner.
    both.sort_by_key(|words| words[6] != "127.0.0.1:8080");
    assert_eq!(both[0][0], "opened");
    assert_eq!(both[0][7], address.to_string());
    assert_eq!(both[1][0], "opened");
    assert_eq!(both[1][6], address.to_string());
    assert!(both[1][9].starts_with(&own), "{both:?}");

    drop(client);
    let mut words = vec![watch.words(), watch.words()];
    // On the way to FIN_WAIT2, a listing may see FIN_WAIT1.
    while !words.iter().any(|it| it[8] == "FIN_WAIT2") {
        words.push(watch.words());
    }
    let (server_side, client_side): (Vec<_>, Vec<_>) =
        words.iter().partition(|it| it[6] == "127.0.0.1:8080");
    assert_eq!(server_side[0][..3].join(" "), "changed - ESTABLISHED");
    assert_eq!(server_side[0][8], "CLOSE_WAIT");
    assert_eq!(client_side[0][..3].join(" "), "changed - ESTABLISHED");
    for words in client_side {
        // Nobody's any more, it is still told whose it was.
        assert!(words[9].starts_with(&own), "{words:?}");
    }

    drop(server);
    let mut both = [watch.words(), watch.words()];
    both.sort_by_key(|words| words[6] != "127.0.0.1:8080");
    assert_eq!(both[0][0], "closed");
    assert!(both[0][1].parse::<f64>().expect("seconds") > 0.0);
    assert_eq!(both[0][2], "-");
    assert!(both[0][9].starts_with(&own), "{both:?}");
    assert_eq!(both[1][..3].join(" "), "changed - FIN_WAIT2");
    assert_eq!(both[1][8], "TIME_WAIT");

    drop(listener);
    let words = watch.words();
    assert_eq!(words[0], "closed");
    assert_eq!(words[8], "LISTEN");
}

/// Before it is accepted, nobody has it, so that no filter for owners lets it through.
#[test]
fn a_connection_opens_for_its_owner_when_it_is_accepted() {
    if !ready() {
        return;
    }
    ip("link set lo up");
    let pid = std::process::id().to_string();
    let columns = "change,local_port,state,pid";
    let flags = ["--pid", &pid, "--local-port", "8080", "--format", "csv"];
    let mut watch = Watch::start(&[&flags[..], &["--columns", columns]].concat());
    assert_eq!(watch.line(), columns);
    let listener = TcpListener::bind("127.0.0.1:8080").expect("listening");
    assert_eq!(watch.line(), format!("opened,8080,LISTEN,{pid}"));
    let client = TcpStream::connect("127.0.0.1:8080").expect("connected");
    drop(client);
    // Time for a listing; nothing depends on there being one.
    std::thread::sleep(Duration::from_millis(100));
    let (server, _) = listener.accept().expect("accepted");
    assert_eq!(watch.line(), format!("opened,8080,CLOSE_WAIT,{pid}"));
    drop(server);
    let line = watch.line();
    assert!(
        line == format!("closed,8080,CLOSE_WAIT,{pid}") || line.starts_with("changed,"),
        "{line}"
    );
}

#[test]
fn programs_get_the_same_facts() {
    if !ready() {
        return;
    }
    let columns = "change,state_before,seen_seconds,proto,local_port,state,path,pid";
    let mut watch = Watch::start(&["--format", "csv", "--columns", columns]);
    assert_eq!(watch.line(), columns);
    let pid = std::process::id();
    let udp = UdpSocket::bind("127.0.0.1:0").expect("bound");
    let port = udp.local_addr().expect("an address").port();
    assert_eq!(watch.line(), format!("opened,,,udp,{port},,,{pid}"));
    let path = common::folder("changes-unix").join("socket");
    let unix = UnixListener::bind(&path).expect("listening");
    let path = path.to_str().expect("UTF-8");
    assert_eq!(
        watch.line(),
        format!("opened,,,unix,,LISTENING,{path},{pid}")
    );
    drop(unix);
    let line = watch.line();
    let (start, rest) = line.split_at("closed,,".len());
    let (seen, rest) = rest.split_once(',').expect("cells");
    assert_eq!(start, "closed,,");
    assert!(seen.parse::<f64>().expect("seconds") > 0.0, "{line}");
    assert_eq!(rest, format!("unix,,LISTENING,{path},{pid}"));
}

/// A made-up system with a TCP table that changes.
struct Changing {
    root: PathBuf,
}

impl Changing {
    fn new(name: &str) -> Changing {
        let root = make_system(name, &[("proc/net/tcp", TCP)], &[(7, b"a\0", &[4000])]);
        Changing { root }
    }

    /// Gives the table one socket with the kernel's number of a state, or none.
    fn write(&self, state: Option<&str>) {
        let table = String::from_utf8_lossy(TCP);
        let table = match state {
            Some(state) => table.replace(" 0A ", &format!(" {state} ")),
            None => table.lines().next().unwrap_or_default().to_owned() + "\n",
        };
        // In one step, so that no listing finds half a table.
        let new = self.root.join("new");
        fs::write(&new, table).expect("written");
        fs::rename(&new, self.table()).expect("renamed");
    }

    fn table(&self) -> PathBuf {
        self.root.join("proc/net/tcp")
    }

    /// Waits until two listings have read the table as it is now, and have been printed: what one
    /// of them lacks may be told with the second. The next one reads it when they have been.
    fn wait(&self) {
        let reads = Inotify::init(InitFlags::empty()).expect("inotify");
        reads
            .add_watch(&self.table(), AddWatchFlags::IN_CLOSE_NOWRITE)
            .expect("watched");
        let mut seen = 0;
        while seen < 3 {
            seen += reads.read_events().expect("read").len();
        }
    }

    /// What the program tells while the table goes through `states`: all lines but the header.
    fn watch(&self, states: &[Option<&str>], flags: &[&str]) -> Vec<String> {
        self.write(states[0]);
        let mut child = Command::new(binary())
            .arg("--root")
            .arg(&self.root)
            .args(["--changes", "-n", "0.02", "--format", "csv"])
            .args(flags)
            .stdout(Stdio::piped())
            .start();
        for state in states {
            if state != &states[0] {
                self.write(*state);
            }
            self.wait();
        }
        kill(Pid::from_raw(child.id() as i32), Signal::SIGTERM).expect("told to end");
        must_end(&mut child, flags);
        let mut text = String::new();
        let mut out = child.stdout.take().expect("its stdout");
        out.read_to_string(&mut text).expect("read");
        text.lines().skip(1).map(str::to_owned).collect()
    }
}

/// A state's filter lets through what comes to it and what leaves it.
#[test]
fn filters_choose_among_changes() {
    const ESTABLISHED: Option<&str> = Some("01");
    const CLOSE_WAIT: Option<&str> = Some("08");
    const LISTEN: Option<&str> = Some("0A");
    let life = [ESTABLISHED, CLOSE_WAIT, None];
    type States<'a> = &'a [Option<&'a str>];
    let cases: [(States<'_>, &str, &[&str]); 13] = [
        (&[LISTEN, None], "-t", &["closed,"]),
        (&[LISTEN, None], "--state listen", &["closed,"]),
        (&[None, LISTEN], "--state listen", &["opened,"]),
        (
            &life,
            "--state close_wait",
            &["changed,ESTABLISHED", "closed,"],
        ),
        (
            &life,
            "--state !established",
            &["changed,ESTABLISHED", "closed,"],
        ),
        (&life, "--state established", &["changed,ESTABLISHED"]),
        (&life, "--state listen", &[]),
        (&life, "--port 8080", &["changed,ESTABLISHED", "closed,"]),
        (&life, "--port 8081", &[]),
        (&life, "--process a", &["changed,ESTABLISHED", "closed,"]),
        (&life, "--process b", &[]),
        (&life, "--pid 7", &["changed,ESTABLISHED", "closed,"]),
        (&[None, LISTEN], "-l", &["opened,"]),
    ];
    for (number, (states, flags, expected)) in cases.into_iter().enumerate() {
        let system = Changing::new(&format!("changes-{number}"));
        let flags = format!("-t --columns change,state_before {flags}");
        let flags: Vec<_> = flags.split(' ').collect();
        assert_eq!(
            system.watch(states, &flags),
            expected,
            "{states:?} {flags:?}"
        );
    }
}

/// A filter that lets no change through ends as one that lets no row through.
#[test]
fn the_status_tells_whether_anything_has_changed() {
    let system = Changing::new("changes-status");
    let status = |flags: &[&str]| {
        let found = run(
            &binary(),
            &system.root,
            &[&["--changes", "--times", "2", "0.01"], flags].concat(),
        );
        (found.status.code(), stdout(&found))
    };
    assert_eq!(status(&["--format", "jsonl"]), (Some(0), String::new()));
    assert_eq!(
        status(&["--format", "jsonl", "--port", "8080"]),
        (Some(1), String::new())
    );
}

#[test]
fn what_can_not_be_watched_is_refused() {
    for (flags, named) in [
        ("--changes -r", "sockets"),
        ("--changes -i", "sockets"),
        ("--changes -s", "sockets"),
        ("--changes -g", "sockets"),
        ("--changes -S", "raw and unix sockets"),
        ("--changes --ipx", "raw and unix sockets"),
        ("--changes --count", "as they happen"),
        ("--changes --count-by state", "as they happen"),
        ("--changes --sort state --format csv", "as they happen"),
        ("--changes --top 3 --format csv", "as they happen"),
        ("--changes --columns nonsense", "--columns"),
        ("--times 0", "above 0"),
        ("--times -1", "above 0"),
        ("--for -1", "a time"),
        ("--for 1e3", "a time"),
    ] {
        let flags: Vec<_> = flags.split(' ').collect();
        must_refuse(&binary(), &flags, named);
    }
}

#[test]
fn a_listing_that_repeats_ends_when_it_is_told_to() {
    let system = Changing::new("changes-ends");
    let listings = |flags: &[&str]| {
        let found = run(&binary(), &system.root, &[&["-ltn"], flags].concat());
        assert!(found.status.success());
        stdout(&found).matches("Proto").count()
    };
    assert_eq!(listings(&["-c", "--times", "1"]), 1);
    assert_eq!(listings(&["--times", "3", "0.01"]), 3);
    assert_eq!(listings(&["--for", "0"]), 1);
    // The last listing is made when the time is over.
    assert_eq!(listings(&["--for", "0.05", "10"]), 2);
    assert_eq!(listings(&["--for", "10", "--times", "2", "0.01"]), 2);
}

/// How much memory a process has, in KiB.
fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("its status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let size = line.and_then(|it| it.trim().strip_suffix(" kB"));
    size.expect("a size").trim().parse().expect("a number")
}

/// Hundreds of listings. Before each, many sockets open, close and change their states, and owners come
/// and go: as many as in some hours of a quiet machine.
#[test]
fn memory_stays_flat() {
    const TURNS: usize = 400;
    const SOCKETS: usize = 20;
    let system = Changing::new("changes-memory");
    let mut watched = Vec::new();
    for flags in ["--changes", "-c", "-c --format table", "-c --json -p"] {
        let child = Command::new(binary())
            .arg("--root")
            .arg(&system.root)
            .args(["-an", "0.01"])
            .args(flags.split(' '))
            .stdout(Stdio::null())
            .start();
        watched.push((flags, child, Vec::new()));
    }
    let replace = |name: &str, text: String| {
        fs::write(system.root.join("new"), text).expect("written");
        fs::rename(
            system.root.join("new"),
            system.root.join("proc/net").join(name),
        )
        .expect("renamed");
    };
    let (header, row) = std::str::from_utf8(TCP)
        .expect("text")
        .split_once('\n')
        .expect("rows");
    for turn in 0..TURNS {
        if turn % (TURNS / 10) == 0 {
            for (_, child, sizes) in &mut watched {
                sizes.push(resident(child.id()));
            }
        }
        let (mut tcp, mut unix) = (format!("{header}\n"), "Num Inode Path\n".to_owned());
        let is_even = turn % 2 == 0;
        for number in 0..SOCKETS {
            let new = turn * SOCKETS + number;
            let row = row.replace(":1F90", &format!(":{number:04X}"));
            let connection = row.replace("00000000:0000 0A", "0300007F:0001 01");
            // One is new each time, one changes its state each time, and one its inode as well,
            // which it has every other time.
            tcp += &row.replace(" 4000 1 0", &format!(" {} 1 0", 5000 + new));
            tcp += &match is_even {
                true => connection.clone(),
                false => connection.replace(" 01 ", " 08 "),
            };
            let other = connection.replace("0300007F", "0400007F");
            tcp += &match is_even {
                true => other.replace(" 4000 1 0", &format!(" {} 1 0", 1_000_000 + new)),
                false => other.replace(" 01 ", " 06 ").replace(" 4000 1 0", " 0 1 0"),
            };
            let inode = 2_000_000 + new;
            unix += &format!("0: 00000002 00000000 00010000 0001 01 {inode} /run/{new}\n");
        }
        replace("tcp", tcp);
        replace("unix", unix);
        let process = |pid: usize| system.root.join(format!("proc/{pid}"));
        let _ = fs::remove_dir_all(process(100_000 + turn.saturating_sub(3)));
        // One process lives on with other sockets, one is new each time.
        for pid in [8, 100_000 + turn] {
            let _ = fs::remove_dir_all(process(pid).join("fd"));
            fs::create_dir_all(process(pid).join("fd")).expect("made");
            fs::write(process(pid).join("cmdline"), "b\0").expect("written");
            for number in 0..SOCKETS {
                let new = turn * SOCKETS + number;
                for (fd, inode) in [(number, 5000 + new), (100 + number, 1_000_000 + new)] {
                    let link = process(pid).join(format!("fd/{fd}"));
                    let _ = std::os::unix::fs::symlink(format!("socket:[{inode}]"), link);
                }
            }
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    for (flags, mut child, sizes) in watched {
        assert!(
            child.try_wait().expect("waited").is_none(),
            "{flags} has ended"
        );
        // The first sizes are those of a program that has just started.
        let (early, late) = (sizes[2], sizes[sizes.len() - 1]);
        assert!(late <= early + 256, "{flags}: {sizes:?} KiB");
    }
}

/// A zone that can't be read is told, and neither waited for nor read for ever.
#[test]
fn a_time_zone_is_a_plain_file_or_told() {
    let root = make_system("changes-zone", &[("proc/net/tcp", TCP)], &[]);
    let pipe = root.join("pipe");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
    let pipe = pipe.to_str().expect("UTF-8");
    let same = format!(":{pipe}");
    for (zone, folder, named) in [
        (pipe, "", Some(pipe)),
        (&same, "", Some(pipe)),
        ("pipe", root.to_str().expect("UTF-8"), Some(pipe)),
        ("/dev/zero", "", Some("/dev/zero")),
        (":/dev/zero", "", Some("/dev/zero")),
        ("No/Where", "", Some("No/Where")),
        ("CET-1", "", None),
    ] {
        let mut command = Command::new(binary());
        command.arg("--root").arg(&root).env("TZ", zone);
        if !folder.is_empty() {
            command.env("TZDIR", folder);
        }
        command.args(["-tan", "--changes", "--times", "2", "0.01"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).start();
        must_end(&mut child, &[zone]);
        let output = child.output();
        let told = common::stderr(&output);
        match named {
            None => assert_eq!(told, "", "{zone}"),
            Some(named) => {
                assert!(told.contains(named), "{zone}: {told}");
                assert_eq!(
                    told.matches("times are in UTC").count(),
                    1,
                    "{zone}: {told}"
                );
            }
        }
    }
}

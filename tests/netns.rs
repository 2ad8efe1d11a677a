//! The built binary and other network namespaces: real ones, with sockets in each, and those of a
//! made-up system.
//!
//! Needs what tests/live.rs needs, and says so where it is missing.

mod common;

use common::copied::Copied;
use common::named::Named;
use common::namespace::ip;
use common::owner::{turn, wait_until};
use common::{TCP, binary, link, make_system, must_refuse, run, stderr, stdout};
use nix::sched::{CloneFlags, unshare};
use serde_json::Value;
use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::process::{Command, Output};
use std::thread;

/// What rnetstat lists of the listeners of all namespaces of the system under `root`.
fn listeners_of_all(root: &Path, columns: &str) -> Output {
    let flags = ["--netns", "all", "-tln", "--json", "--columns", columns];
    run(&binary(), root, &flags)
}

fn ask(flags: &str) -> Output {
    let mut command = Command::new(binary());
    command.args(flags.split(' ')).output().expect("runs")
}

fn json(flags: &str) -> Vec<Value> {
    let found = ask(&format!("{flags} --json"));
    assert!(found.status.success(), "{flags}: {}", stderr(&found));
    serde_json::from_slice(&found.stdout).expect("JSON")
}

#[test]
fn sockets_of_several_namespaces_are_one_listing() {
    let Some(_turn) = turn() else { return };
    let (blue, red) = (Named::new("blue"), Named::new("red"));
    // Two may have the same ends.
    let owners = [blue.owner(7801), red.owner(7801)];
    let names = [&blue, &red].map(|it| it.0.as_str());
    let both = format!("--netns {}", names.join(","));
    let rows = json(&format!(
        "{both} -tlnp --columns netns,netns_id,local_port,pid"
    ));
    let expected = [(&blue, &owners[0]), (&red, &owners[1])].map(|(named, owner)| {
        serde_json::json!({
            "netns": named.0, "netns_id": named.id(), "local_port": 7801, "pid": owner.pid(),
        })
    });
    assert_eq!(rows, expected);
    // All ways to ask for one.
    for name in [
        blue.0.clone(),
        format!("{}*", &blue.0[..blue.0.len() - 1]),
        blue.path(),
        blue.id().to_string(),
        format!("net:[{}]", blue.id()),
        owners[0].pid().to_string(),
    ] {
        let rows = json(&format!("--netns {name} -tln --columns netns,local_port"));
        let expected = serde_json::json!({"netns": blue.0, "local_port": 7801});
        assert_eq!(rows, [expected], "{name}");
    }
    // Both are among all, and so is the caller's own.
    let all = json("--netns all -tln --columns netns,local_port --local-port 7801");
    assert_eq!(all.len(), 2, "{all:?}");
    // Filters, counts and PIDs.
    for (flags, expected) in [
        (format!("{both} -tl --count"), "2\n".to_owned()),
        (
            format!("{both} -tl --pid {} --count", owners[1].pid()),
            "1\n".to_owned(),
        ),
        (format!("{both} -tln --pids"), {
            let mut pids = [owners[0].pid(), owners[1].pid()];
            pids.sort_unstable();
            format!("{}\n{}\n", pids[0], pids[1])
        }),
    ] {
        assert_eq!(stdout(&ask(&flags)), expected, "{flags}");
    }
    let counts = json(&format!("{both} -tln --count-by netns"));
    assert_eq!(counts.len(), 2, "{counts:?}");
    // The classic layout has a heading for each.
    let found = stdout(&ask(&format!("{both} -tln")));
    let titles: Vec<&str> = found.lines().filter(|it| !it.starts_with("tcp")).collect();
    let heading = |it: &Named| format!("Network namespace {} (net:[{}])", it.0, it.id());
    assert_eq!(titles[0], heading(&blue));
    assert_eq!(titles[3], heading(&red));
    assert_eq!(titles[1..3], titles[4..6]);
}

#[test]
fn every_listing_goes_with_namespaces() {
    let Some(_turn) = turn() else { return };
    let named = Named::new("every");
    ip(&format!(
        "-n {0} link add v0 type veth peer name v1",
        named.0
    ));
    ip(&format!("-n {} addr add 198.51.100.7/24 dev v0", named.0));
    ip(&format!("-n {} link set v0 up", named.0));
    // As net-tools sees each from inside.
    for flags in ["-rn", "-i", "-ie", "-gn", "-s", "-an", "-tan", "-xan"] {
        let found = ask(&format!("--netns {} {flags}", named.0));
        let found = stdout(&found);
        let (heading, listing) = found.split_once('\n').expect("a heading");
        assert!(
            heading.starts_with("Network namespace "),
            "{flags}: {heading}"
        );
        let mut netstat = Command::new("ip");
        netstat.args(["netns", "exec", &named.0, "netstat"]);
        let expected = netstat.args(flags.split(' ')).output().expect("runs");
        if flags != "-s" {
            assert_eq!(listing, stdout(&expected), "{flags}");
        } else {
            assert_eq!(listing.lines().count(), stdout(&expected).lines().count());
        }
    }
    let rows = json(&format!(
        "--netns {} -ie --columns interface,inet_address,netns",
        named.0
    ));
    let expected = serde_json::json!({
        "interface": "v0", "inet_address": "198.51.100.7", "netns": named.0,
    });
    assert!(rows.contains(&expected), "{rows:?}");
}

#[test]
fn what_lies_elsewhere_is_told() {
    let Some(_turn) = turn() else { return };
    let named = Named::new("away");
    let owner = named.owner(7802);
    for flags in [
        format!("-ln --pid {}", owner.pid()),
        "-ln --process sleep --local-port 7802".to_owned(),
    ] {
        let found = ask(&flags);
        assert_eq!(found.status.code(), Some(1), "{flags}");
        let said = stderr(&found);
        let pid = owner.pid();
        let expected = format!(
            "process {pid} is in the network namespace {}, which is not listed: add --netns {pid}",
            named.0
        );
        assert!(said.contains(&expected), "{flags}: {said}");
    }
    for (name, said) in [
        (
            "no-such-name",
            "there is no network namespace 'no-such-name'",
        ),
        (
            "net:[1]",
            "there is no network namespace net:[1], or it is not visible",
        ),
        (
            "/etc/passwd",
            "/etc/passwd: not the file of a network namespace",
        ),
        ("/no/such/file", "/no/such/file: No such file"),
    ] {
        let found = ask(&format!("--netns {name} -tn"));
        assert_eq!(found.status.code(), Some(3), "{name}");
        assert!(stderr(&found).contains(said), "{name}: {}", stderr(&found));
        assert_eq!(stdout(&found), "", "{name}");
    }
    must_refuse(&binary(), &["--netns", ""], "a PID");
    must_refuse(&link("netstat"), &["--netns", "all"], "--netns");
}

#[test]
fn signals_go_to_owners_in_other_namespaces() {
    let Some(_turn) = turn() else { return };
    let (one, other) = (Named::new("kill"), Named::new("keep"));
    let owner = one.owner(7803);
    let mut kept = other.owner(7803);
    let found = ask(&format!(
        "--netns {} -tln --local-port 7803 --kill --yes --wait 5",
        one.0
    ));
    assert_eq!(found.status.code(), Some(0), "{}", stderr(&found));
    assert_eq!(owner.ended_by(), Some(15));
    assert!(kept.runs());
}

#[test]
fn changes_are_told_apart_by_namespace() {
    let Some(_turn) = turn() else { return };
    let (one, other) = (Named::new("ch1"), Named::new("ch2"));
    let _kept = one.owner(7804);
    let flags = format!(
        "--netns {},{} -tn --changes --format jsonl --columns change,netns,local_port -c 0.1 \
         --for 3",
        one.0, other.0
    );
    let watch = thread::spawn(move || ask(&flags));
    thread::sleep(std::time::Duration::from_millis(700));
    let opened = other.owner(7804);
    thread::sleep(std::time::Duration::from_millis(500));
    drop(opened);
    let found = watch.join().expect("watched");
    let lines: Vec<String> = stdout(&found).lines().map(str::to_owned).collect();
    let expected = ["opened", "closed"].map(|change| {
        format!(
            "{{\"change\":\"{change}\",\"netns\":\"{}\",\"local_port\":7804}}",
            other.0
        )
    });
    assert_eq!(lines, expected, "{}", stderr(&found));
}

/// A namespace without a name or a process is found by a descriptor, if owners are looked for.
#[test]
fn a_descriptor_may_be_all_that_keeps_a_namespace() {
    let Some(_turn) = turn() else { return };
    let (file, listener) = thread::scope(|scope| {
        let inside = scope.spawn(|| {
            unshare(CloneFlags::CLONE_NEWNET).expect("a namespace");
            Command::new("ip")
                .args(["link", "set", "lo", "up"])
                .output()
                .expect("runs");
            let listener = TcpListener::bind("127.0.0.1:7805").expect("listening");
            (
                File::open("/proc/thread-self/ns/net").expect("a file"),
                listener,
            )
        });
        inside.join().expect("made")
    });
    let id = file.metadata().expect("a file").ino();
    let rows = json("--netns all -tlnp --local-port 7805 --columns netns_id,pid");
    let expected = serde_json::json!({"netns_id": id, "pid": std::process::id()});
    assert_eq!(rows, [expected]);
    drop(listener);
}

/// A thread may live elsewhere than its process.
#[test]
fn the_namespace_of_a_thread_is_found() {
    let Some(_turn) = turn() else { return };
    let (says, said) = std::sync::mpsc::channel();
    let (ends, ended) = std::sync::mpsc::channel::<()>();
    let thread = thread::spawn(move || {
        unshare(CloneFlags::CLONE_NEWNET).expect("a namespace");
        Command::new("ip")
            .args(["link", "set", "lo", "up"])
            .output()
            .expect("runs");
        let listener = TcpListener::bind("127.0.0.1:7806").expect("listening");
        let _client = TcpStream::connect("127.0.0.1:7806").expect("connected");
        says.send(()).expect("heard");
        let _ = ended.recv();
        drop(listener);
    });
    said.recv().expect("a namespace");
    wait_until("listener", || {
        stdout(&ask("--netns all -tln --local-port 7806 --count")) == "1\n"
    });
    drop(ends);
    thread.join().expect("ended");
}

/// Namespaces that come and go meanwhile cost no row of others, and are no error.
#[test]
fn namespaces_may_come_and_go() {
    let Some(_turn) = turn() else { return };
    let named = Named::new("storm");
    let _owner = named.owner(7807);
    let mut storm = Command::new("sh");
    storm.args([
        "-c",
        "while :; do unshare -n true & unshare -n true & wait; done",
    ]);
    let mut storm = storm.spawn().expect("starts");
    for _ in 0..30 {
        let found = ask("--netns all -tln --local-port 7807 --json --columns netns");
        let expected = format!("[\n{{\"netns\":\"{}\"}}\n]\n", named.0);
        assert_eq!((stdout(&found), stderr(&found)), (expected, String::new()));
    }
    storm.kill().expect("killed");
    storm.wait().expect("ended");
}

#[test]
fn a_made_up_system_has_namespaces_of_its_own() {
    let table = |port: &str| String::from_utf8_lossy(TCP).replace(":1F90", &format!(":{port}"));
    let tables = ["1F90", "1F91", "1F92"].map(table);
    let root = make_system(
        "netns-root",
        &[
            ("proc/1/net/tcp", tables[0].as_bytes()),
            ("proc/7/net/tcp", tables[1].as_bytes()),
            ("proc/8/net/tcp", tables[1].as_bytes()),
            ("proc/9/net/tcp", tables[2].as_bytes()),
            ("proc/9/ns/net", b"net:[103]\n"),
            // Its tables have not been copied.
            ("proc/10/ns/net", b"net:[104]"),
        ],
        &[(7, b"web\0", &[4000])],
    );
    for (pid, id) in [(1, 101), (7, 102), (8, 102)] {
        let folder = root.join(format!("proc/{pid}/ns"));
        fs::create_dir_all(&folder).expect("made");
        symlink(format!("net:[{id}]"), folder.join("net")).expect("linked");
    }
    let found = listeners_of_all(&root, "netns,netns_id,local_port");
    assert_eq!(
        stdout(&found),
        "[\n{\"netns\":\"host\",\"netns_id\":101,\"local_port\":8080},\n\
         {\"netns\":\"net:[102]\",\"netns_id\":102,\"local_port\":8081},\n\
         {\"netns\":\"net:[103]\",\"netns_id\":103,\"local_port\":8082}\n]\n"
    );
    let said = stderr(&found);
    assert!(
        said.contains("net:[104]) : its tables")
            || said.contains("its tables are not in this copy"),
        "{said}"
    );
    assert_eq!(found.status.code(), Some(1));
    let found = run(&binary(), &root, &["--netns", "8", "-tln"]);
    assert!(stdout(&found).starts_with("Network namespace net:[102] (net:[102])\n"));
    assert!(stdout(&found).contains(":8081 "));
    assert_eq!(
        stderr(&found)
            .lines()
            .filter(|it| !it.contains("guess"))
            .count(),
        0
    );
}

/// A namespace may have no process, several names, or one that looks like a number.
#[test]
fn a_namespace_without_processes_has_all_its_names() {
    let Some(_turn) = turn() else { return };
    let named = Named::new("7");
    // Another name for the same, which goes as it came.
    let other = Named(format!("rn{}other", std::process::id()));
    File::create(other.path()).expect("made");
    common::namespace::run_tool(
        "mount",
        &format!("--bind {} {}", named.path(), other.path()),
    );
    let number = Named(format!("4{}", std::process::id()));
    ip(&format!("netns add {}", number.0));
    for name in [&named.0, &other.0, &named.path(), &number.0] {
        let rows = json(&format!("--netns {name} -ia --columns interface"));
        assert_eq!(rows, [serde_json::json!({"interface": "lo"})], "{name}");
    }
    // The first process's may be out of reach.
    let found = ask("--netns all -ia --json --columns netns_id,interface");
    let rows: Vec<Value> = serde_json::from_slice(&found.stdout).expect("JSON");
    let of_named = rows.iter().filter(|it| it["netns_id"] == named.id());
    assert_eq!(of_named.count(), 1);
    // One that only comes and goes with processes is not lost when they end.
    let mut visits = Command::new("sh");
    let path = named.path();
    visits.args([
        "-c",
        &format!("while :; do nsenter --net={path} true; done"),
    ]);
    let mut visits = visits.spawn().expect("starts");
    for _ in 0..40 {
        let rows = json(&format!("--netns {} -ia --columns interface", named.0));
        assert_eq!(rows, [serde_json::json!({"interface": "lo"})]);
    }
    visits.kill().expect("killed");
    visits.wait().expect("ended");
}

#[test]
fn a_pipe_is_no_namespace_and_does_not_hang() {
    let pipe = common::folder("netns-pipe").join("pipe");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).expect("made");
    let path = pipe.display().to_string();
    let found = ask(&format!("--netns {path} -i"));
    assert_eq!(found.status.code(), Some(3));
    assert!(stderr(&found).contains("not the file of a network namespace"));
}

/// Where nothing tells whose the tables of a copy are, they are listed all the same.
#[test]
fn the_own_tables_of_a_made_up_system_are_not_lost() {
    let other = String::from_utf8_lossy(TCP).replace(":1F90", ":1F91");
    let root = make_system(
        "netns-root-own",
        &[
            ("proc/net/tcp", TCP),
            ("proc/2/net/tcp", other.as_bytes()),
            ("proc/2/ns/net", b"net:[105]"),
        ],
        &[],
    );
    let found = listeners_of_all(&root, "netns,local_port");
    assert_eq!(
        stdout(&found),
        "[\n{\"netns\":\"net:[105]\",\"local_port\":8081},\n\
         {\"netns\":\"unknown\",\"local_port\":8080}\n]\n"
    );
}

/// Another user sees the tables of namespaces in which processes are seen, but not their numbers.
#[test]
fn another_user_sees_tables_and_no_numbers() {
    let Some(_turn) = turn() else { return };
    let named = Named::new("user");
    let owner = named.owner(7808);
    let program = Copied::new("netns");
    let run = |flags: &str| program.run(&flags.split(' ').collect::<Vec<_>>());
    let flags = "-tln --local-port 7808 --json --columns netns,netns_id,local_port";
    let found = run(&format!("--netns {} {flags}", owner.pid()));
    let expected = format!(
        "[\n{{\"netns\":\"of process {}\",\"netns_id\":null,\"local_port\":7808}}\n]\n",
        owner.pid()
    );
    assert_eq!(stdout(&found), expected, "{}", stderr(&found));
    let found = run("--netns all -tln --json --columns netns");
    assert_eq!(found.status.code(), Some(1));
    let said = stderr(&found);
    assert!(
        said.contains("cannot enter network namespaces without CAP_SYS_ADMIN"),
        "{said}"
    );
    assert!(said.contains(&named.0), "{said}");
}

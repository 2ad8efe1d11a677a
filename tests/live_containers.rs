//! The built binary and where real processes belong: in control groups that a test makes, which are
//! called like a container's.
//!
//! Needs what tests/live.rs needs, and a hierarchy of control groups that can be mounted.

mod common;

use common::namespace::run_tool;
use common::owner::{Owner, PORT, kill, listener, must_say, turn, wait_until};
use common::running::Start;
use common::{binary, folder, stderr, stdout};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A control group of version 2, which goes with this.
struct Group {
    path: PathBuf,
    name: String,
}

impl Group {
    /// Makes a group with this name at the top, in the thread's own mount namespace; none where that
    /// can't be done.
    fn new(name: &str) -> Option<Group> {
        let top = folder(&format!("live-groups-{name}"));
        run_tool("mount", "--make-rprivate /");
        let mut mount = Command::new("mount");
        let mounted = mount.args(["-t", "cgroup2", "none"]).arg(&top).output();
        if !mounted.expect("runs").status.success() {
            println!("passed over: no cgroup2");
            return None;
        }
        let path = top.join(name);
        if let Err(error) = fs::create_dir(&path) {
            println!("passed over: {error}");
            return None;
        }
        let name = name.to_owned();
        Some(Group { path, name })
    }

    fn add(&self, pid: u32) {
        fs::write(self.path.join("cgroup.procs"), pid.to_string()).expect("moved");
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Processes that were killed may take a moment to leave.
        for _ in 0..500 {
            if fs::remove_dir(&self.path).is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }
}

/// A container's ID that only this process has.
fn id(kind: u32) -> String {
    format!("{kind:08x}{:056x}", std::process::id())
}

fn ask(flags: &str) -> Vec<Value> {
    let mut command = Command::new(binary());
    command
        .args(["-tl", "-n", "--json", PORT])
        .args(flags.split(' '));
    let found = command.output().expect("runs");
    serde_json::from_slice(&found.stdout).expect("JSON")
}

#[test]
fn a_group_tells_the_container_of_its_processes() {
    let Some(_turn) = turn() else { return };
    let id = id(0xdecade01);
    let Some(group) = Group::new(&format!("docker-{id}.scope")) else {
        return;
    };
    let socket = listener();
    let inside = Owner::of(&socket);
    drop(socket);
    let seconds = |time: jiff::Timestamp| time.as_second();
    let now = seconds(jiff::Timestamp::now());
    let columns =
        "--columns pid,cgroup,unit,container,container_id,container_runtime,start_time,parent_pid";
    let outside = &ask(columns)[0];
    assert_eq!(outside["container"], Value::Null, "{outside}");
    group.add(inside.pid());
    let rows = ask(columns);
    let row = &rows[0];
    assert_eq!(row["pid"], inside.pid());
    assert_eq!(row["cgroup"], format!("/{}", group.name));
    assert_eq!(row["unit"], group.name);
    assert_eq!(row["container"], id[..12]);
    assert_eq!(row["container_id"], id);
    assert_eq!(row["container_runtime"], "docker");
    assert_eq!(row["parent_pid"], std::process::id());
    let start = row["start_time"].as_str().expect("a time");
    let start = seconds(start.parse().expect("RFC 3339"));
    assert!((now - 3..=now + 3).contains(&start), "{row}, now {now}");
    assert_eq!(ask(&format!("--container {}", &id[..12])).len(), 1);
    assert_eq!(ask(&format!("--container !{}", &id[..12])).len(), 0);
    assert_eq!(ask(&format!("--cgroup /docker-{id}")).len(), 1);
}

#[test]
fn only_owners_that_fit_are_signalled() {
    let Some(_turn) = turn() else { return };
    let id = id(0xdecade02);
    let Some(group) = Group::new(&format!("docker-{id}.scope")) else {
        return;
    };
    let socket = listener();
    let (inside, mut outside) = (Owner::of(&socket), Owner::of(&socket));
    drop(socket);
    group.add(inside.pid());
    let output = kill(&format!("-l --container {id} --kill --yes"), 0);
    let lines = [
        format!("{outside}: not signalled: it shares a socket but does not match"),
        format!("{inside}: signalled (TERM)"),
    ];
    must_say(&output, &lines);
    assert_eq!(inside.ended_by(), Some(15));
    assert!(outside.runs());
    let output = kill(&format!("-l --container {id} --kill --yes"), 1);
    assert!(
        stderr(&output).contains("no socket matches"),
        "{}",
        stderr(&output)
    );
}

/// A socket that was there at the first listing is told of when it closes, although its process has
/// ended, and nobody can say any more where that belonged.
#[test]
fn changes_know_where_those_belonged_that_have_ended() {
    let Some(_turn) = turn() else { return };
    let id = id(0xdecade03);
    let Some(group) = Group::new(&format!("docker-{id}.scope")) else {
        return;
    };
    let socket = listener();
    let mut inside = Owner::of(&socket);
    drop(socket);
    group.add(inside.pid());
    wait_until("container", || stdout(&show(&id)).contains(":7800"));
    let mut watch = Command::new(binary());
    watch.args(["--changes", "-n", "0.02", "tcp", "--container", &id]);
    let mut watch = watch.stdin(Stdio::null()).stdout(Stdio::piped()).start();
    let lines = BufReader::new(watch.stdout.take().expect("a pipe")).lines();
    let mut lines = lines.map(|it| it.expect("a line"));
    let mut shown = Command::new(binary());
    shown.args(["--changes", "-n", "0.02", "tcp", "--format", "csv"]);
    shown.args(["--columns", "change,local_port,container_id"]);
    let mut shown = shown.stdin(Stdio::null()).stdout(Stdio::piped()).start();
    let rows = BufReader::new(shown.stdout.take().expect("a pipe")).lines();
    let mut rows = rows.map(|it| it.expect("a row"));
    assert_eq!(
        rows.next().expect("a header"),
        "change,local_port,container_id"
    );
    // It prints its header once it has made its first listing.
    assert!(lines.next().expect("a header").starts_with("Time"));
    let label = inside.to_string();
    inside.end();
    let closed = lines.next().expect("a change");
    let words: Vec<&str> = closed.split_whitespace().collect();
    assert_eq!(
        (words[1], words[7]),
        ("closed", "127.0.0.1:7800"),
        "{closed}"
    );
    assert_eq!(words.last(), Some(&&*label), "{closed}");
    assert_eq!(rows.next(), Some(format!("closed,7800,{id}")));
}

fn show(id: &str) -> std::process::Output {
    let mut command = Command::new(binary());
    command
        .args(["-tln", "--container", id])
        .output()
        .expect("runs")
}

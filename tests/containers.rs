//! The built binary and where owners belong: control groups, units, containers, pods, and what
//! docker's proxy forwards to.

mod common;

use common::{binary, link, make_system, must_refuse, run, stderr, stdout};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use serde_json::Value;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// The shapes of groups that the unit tests of the parser have, too.
const SHAPES: &str = include_str!("data/cgroups.tsv");

const WEB: &str = "d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35";
const POD: &str = "5f9c4ab08cac7457e9111a30e4664920607ea2c115a1433d7be98e97e64244ca";
const UID: &str = "2ca8f432-35a3-2539-d4f6-5cacd6d3de6d";

/// Listeners with the inodes 4001 and so on, each on the port of its inode, and one without an owner.
fn table(rows: u64) -> Vec<u8> {
    let mut text = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n".to_owned();
    for row in 0..rows {
        let inode = 4001 + row;
        text += &format!(
            "{row:4}: 0100007F:{inode:04X} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 {inode} 1 0 100 0 0 10 0\n"
        );
    }
    text.into_bytes()
}

/// A system with processes, each with a listener, a command line and a list of groups.
fn system(name: &str, processes: &[(&str, String)]) -> PathBuf {
    let root = make_system(
        name,
        &[("proc/net/tcp", &table(processes.len() as u64 + 1))],
        &[],
    );
    for (number, (command, groups)) in (1..).zip(processes) {
        let process = root.join(format!("proc/{number}"));
        fs::create_dir_all(process.join("fd")).expect("made");
        fs::write(process.join("cmdline"), command.replace(' ', "\0")).expect("written");
        fs::write(process.join("cgroup"), groups).expect("written");
        let target = format!("socket:[{}]", 4000 + number);
        symlink(target, process.join("fd/3")).expect("linked");
    }
    root
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, text).expect("written");
}

/// The rows that flags show as JSON.
fn rows(root: &Path, flags: &str) -> Vec<Value> {
    let flags: Vec<&str> = flags.split(' ').chain(["-n", "--json"]).collect();
    let found = run(&binary(), root, &flags);
    assert!(stderr(&found).is_empty(), "{flags:?}: {}", stderr(&found));
    serde_json::from_slice(&found.stdout).expect("JSON")
}

/// A column of the rows, with blanks between.
fn column(root: &Path, name: &str) -> String {
    let rows = rows(root, &format!("-tl --columns {name}"));
    let cells = rows.iter().map(|row| match &row[name] {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    cells.collect::<Vec<_>>().join(" ")
}

/// Some of everything.
fn host(name: &str) -> PathBuf {
    let pod = UID.replace('-', "_");
    let group = |path: &str| format!("0::{path}\n");
    let root = system(
        name,
        &[
            ("/usr/sbin/nginx", group("/system.slice/nginx.service")),
            (
                "/bin/app",
                group(&format!("/system.slice/docker-{WEB}.scope")),
            ),
            (
                "/bin/cart",
                group(&format!(
                    "/kubepods.slice/kubepods-pod{pod}.slice/cri-containerd-{POD}.scope"
                )),
            ),
            ("/sbin/init", group("/lxc.payload.db/init.scope")),
            (
                "/usr/bin/docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 80 -container-ip \
                 172.17.0.2 -container-port 8080",
                group("/system.slice/docker.service"),
            ),
            (
                "/usr/bin/docker-proxy -container-ip fd00::9 -container-port 53",
                group("/system.slice/docker.service"),
            ),
            ("/bin/kthread", group("/")),
        ],
    );
    write(
        &root,
        &format!("var/lib/docker/containers/{WEB}/config.v2.json"),
        r#"{"ID": "x", "Name": "/web", "Config": {"Labels": {}},
            "NetworkSettings": {"Networks": {"bridge": {"IPAddress": "172.17.0.2"}}}}"#,
    );
    write(
        &root,
        &format!("run/containerd/io.containerd.runtime.v2.task/k8s.io/{POD}/config.json"),
        r#"{"annotations": {"io.kubernetes.cri.container-name": "cart",
            "io.kubernetes.cri.sandbox-name": "cart-0", "io.kubernetes.cri.sandbox-namespace": "shop"}}"#,
    );
    write(&root, "proc/stat", "cpu 1 2 3\nbtime 1700000000\n");
    write(
        &root,
        "proc/1/stat",
        "1 (a) b) S 42 1 1 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 12345 1024 12\n",
    );
    root
}

#[test]
fn it_is_told_where_owners_belong() {
    let root = host("belonging");
    let uid = UID;
    for (name, expected) in [
        (
            "unit",
            format!(
                "nginx.service docker-{WEB}.scope cri-containerd-{POD}.scope - docker.service \
                 docker.service - -"
            ),
        ),
        ("container", "- web cart db - - - -".to_owned()),
        ("container_id", format!("- {WEB} {POD} db - - - -")),
        (
            "container_runtime",
            "- docker containerd lxc - - - -".to_owned(),
        ),
        ("pod", "- - shop/cart-0 - - - - -".to_owned()),
        ("pod_uid", format!("- - {uid} - - - - -")),
        (
            "proxied_container",
            "- - - - web [fd00::9]:53 - -".to_owned(),
        ),
        ("parent_pid", "42 - - - - - - -".to_owned()),
        (
            "slice",
            format!(
                "system.slice system.slice kubepods-pod{}.slice - system.slice system.slice - -",
                uid.replace('-', "_")
            ),
        ),
    ] {
        assert_eq!(column(&root, name), expected, "{name}");
    }
    assert!(column(&root, "cgroup").starts_with("/system.slice/nginx.service "));
    assert!(column(&root, "cgroup").ends_with(" / -"));
    let time: jiff::Timestamp = column(&root, "start_time")
        .split(' ')
        .next()
        .and_then(|it| it.parse().ok())
        .expect("RFC 3339");
    assert_eq!(time.as_millisecond(), 1_700_000_123_450);
    // It is in tables with -p, where a row has it, and else only on request.
    let table = |flags: &[&str]| stdout(&run(&binary(), &root, &[&["-tln"], flags].concat()));
    assert!(table(&["-p", "--format", "table"]).contains("Proxied container"));
    // Where there is room.
    assert!(table(&["-p", "--format", "table"]).contains("Unit"));
    assert!(table(&["--count-by", "unit,container"]).contains("web"));
    let sorted = rows(&root, "-tl --sort container --top 1 --columns container");
    // Those without one come last.
    assert_eq!(sorted[0]["container"], "cart");
}

/// All shapes, read by the whole program.
#[test]
fn every_shape_is_a_row() {
    let unescaped = |raw: &str| {
        let raw = raw.replace("\\\\", "\x01");
        raw.replace("\\n", "\n")
            .replace("\\t", "\t")
            .replace('\x01', "\\")
    };
    let shapes: Vec<Vec<&str>> = SHAPES
        .lines()
        .skip(1)
        .map(|it| it.split('\t').collect())
        .collect();
    let processes: Vec<_> = shapes
        .iter()
        .map(|it| ("/bin/a", unescaped(it[0])))
        .collect();
    let root = system("belonging-shapes", &processes);
    let names = ["container_runtime", "container_id", "pod", "unit", "slice"];
    let rows = rows(&root, &format!("-tl --columns {}", names.join(",")));
    assert_eq!(rows.len(), shapes.len() + 1);
    for (row, shape) in rows.iter().zip(&shapes) {
        for (name, expected) in names.iter().zip(&shape[1..]) {
            let found = row[name].as_str().unwrap_or("-");
            assert_eq!(found, *expected, "{name}: {}", shape[0]);
        }
    }
}

/// The ports of the rows that flags let through, from the first one on.
fn numbers(root: &Path, flags: &str) -> Vec<u64> {
    let found = run(
        &binary(),
        root,
        &flags
            .split(' ')
            .chain(["-n", "--json", "--columns", "local_port"])
            .collect::<Vec<_>>(),
    );
    let rows: Vec<Value> = serde_json::from_slice(&found.stdout).expect("JSON");
    let status = if rows.is_empty() { 1 } else { 0 };
    assert_eq!(
        found.status.code(),
        Some(status),
        "{flags}: {}",
        stderr(&found)
    );
    rows.iter()
        .map(|row| row["local_port"].as_u64().expect("a port") - 4000)
        .collect()
}

#[test]
fn rows_are_chosen_by_where_owners_belong() {
    let root = host("belonging-filters");
    let id = &WEB[..12];
    let cases: [(String, &[u64]); 21] = [
        ("--container web".to_owned(), &[2]),
        ("--container w*".to_owned(), &[2]),
        (format!("--container {id}"), &[2]),
        ("--container=!web".to_owned(), &[1, 3, 4, 5, 6, 7]),
        ("--container *".to_owned(), &[2, 3, 4]),
        ("--container !*".to_owned(), &[1, 5, 6, 7]),
        ("--container web --container db".to_owned(), &[2, 4]),
        ("--container nobody".to_owned(), &[]),
        ("--unit nginx".to_owned(), &[1]),
        ("--unit nginx.service".to_owned(), &[1]),
        ("--unit docker*".to_owned(), &[2, 5, 6]),
        ("--unit !*".to_owned(), &[4, 7]),
        ("--pod cart-0".to_owned(), &[3]),
        ("--pod shop/*".to_owned(), &[3]),
        (format!("--pod {UID}"), &[3]),
        ("--cgroup /system.slice/".to_owned(), &[1, 2, 5, 6]),
        ("--cgroup system.slice".to_owned(), &[1, 2, 5, 6]),
        ("--cgroup !/system.slice --cgroup /".to_owned(), &[3, 4, 7]),
        ("--unit docker* --container *".to_owned(), &[2]),
        ("--process nginx --unit nginx".to_owned(), &[1]),
        ("--process nginx --unit docker".to_owned(), &[]),
    ];
    for (flags, expected) in cases {
        assert_eq!(numbers(&root, &flags), expected, "{flags}");
    }
    // Other formats and answers know them, too.
    let asked = |flags: &[&str]| stdout(&run(&binary(), &root, flags));
    assert_eq!(asked(&["--container", "web", "--pids"]), "2\n");
    assert_eq!(asked(&["--unit", "docker*", "--count"]), "3\n");
    assert!(asked(&["-n", "--pod", "cart-0"]).contains("127.0.0.1:4003"));
    let counted = asked(&[
        "--count-by",
        "container",
        "--container",
        "*",
        "--format",
        "csv",
    ]);
    assert_eq!(counted.lines().count(), 4, "{counted}");
}

#[test]
fn what_is_no_condition_is_refused() {
    for flags in [
        &["--container", ""][..],
        &["--container", "!"],
        &["--unit", "["],
        &["--cgroup", ""],
        &["-r", "--pod", "x"],
        &["--container"],
    ] {
        must_refuse(
            &binary(),
            flags,
            if flags[0] == "-r" {
                "--pod works with sockets, not with --route"
            } else {
                flags[0]
            },
        );
    }
    // Nobody is signalled by what all fit, or by what is not meant.
    for flags in [
        &["--kill", "--container", "*"][..],
        &["--kill", "--container", "!web"],
        &["--kill", "--cgroup", "/"],
    ] {
        must_refuse(&binary(), flags, "needs a narrower filter");
    }
    // As netstat, they are there, as the other filters are.
    let root = host("belonging-netstat");
    let found = run(
        &link("belonging/netstat"),
        &root,
        &["-n", "--container", "web"],
    );
    assert!(
        stdout(&found).contains("127.0.0.1:4002"),
        "{}",
        stderr(&found)
    );
}

/// The name that is shown of a container of podman's.
fn podmans(name: &str, make: impl Fn(&Path)) -> String {
    let group = format!("0::/machine.slice/libpod-{POD}.scope/container\n");
    let root = system(name, &[("/bin/a", group)]);
    make(&root);
    column(&root, "container")
        .split(' ')
        .next()
        .expect("a row")
        .to_owned()
}

#[test]
fn names_are_read_from_what_each_runtime_keeps() {
    let short = &POD[..12];
    let storage = "var/lib/containers/storage/overlay-containers";
    let listed = format!(
        r#"[{{"id": "other", "names": ["no"]}}, {{"names": ["mail", "second"], "id": "{POD}"}}]"#
    );
    let found = podmans("belonging-podman", |root| {
        write(root, &format!("{storage}/containers.json"), &listed);
    });
    assert_eq!(found, "mail");
    let found = podmans("belonging-podman-none", |root| {
        write(
            root,
            &format!("{storage}/containers.json"),
            r#"[{"id": "x"}]"#,
        );
    });
    assert_eq!(found, short);
    // Docker's, in a group that somebody else has named.
    let root = system(
        "belonging-parent",
        &[("/bin/a", format!("0::/mine/{WEB}\n"))],
    );
    write(
        &root,
        &format!("var/lib/docker/containers/{WEB}/config.v2.json"),
        r#"{"Name": "/k8s_c", "Config": {"Labels": {"io.kubernetes.pod.name": "p",
            "io.kubernetes.pod.namespace": "n"}}}"#,
    );
    assert_eq!(column(&root, "container"), "k8s_c -");
    assert_eq!(column(&root, "pod"), "n/p -");
    assert_eq!(column(&root, "container_runtime"), "docker -");
    // cri-o's, of a pod whose groups do not name the runtime.
    let group = format!("0::/kubepods/besteffort/pod{UID}/{POD}\n");
    let root = system("belonging-crio", &[("/bin/a", group)]);
    write(
        &root,
        &format!("run/containers/storage/overlay-containers/{POD}/userdata/config.json"),
        r#"{"annotations": {"io.kubernetes.container.name": "c", "io.kubernetes.pod.name": "p",
            "io.kubernetes.pod.namespace": "n"}}"#,
    );
    assert_eq!(column(&root, "container"), "c -");
    assert_eq!(column(&root, "pod"), "n/p -");
    assert_eq!(column(&root, "container_runtime"), "cri-o -");
}

/// What is wrong with a file costs the name, and nothing else: no time, no message, no row.
#[test]
fn bad_files_cost_only_the_name() {
    let long = "[".repeat(1 << 20);
    let forged = r#"{"Name": "/a\u001b[2J\u009b\nb"}"#;
    type Make<'a> = &'a dyn Fn(&Path);
    let text = |text: &'static str| move |path: &Path| fs::write(path, text).expect("written");
    let cases: [(&str, Make<'_>, &str); 11] = [
        (
            "pipe",
            &|path| mkfifo(path, Mode::S_IRWXU).expect("a pipe"),
            "-",
        ),
        (
            "gigabyte",
            &|path| {
                File::create(path)
                    .and_then(|it| it.set_len(1 << 30))
                    .expect("made")
            },
            "-",
        ),
        ("folder", &|path| fs::create_dir(path).expect("made"), "-"),
        (
            "device",
            &|path| symlink("/dev/zero", path).expect("linked"),
            "-",
        ),
        (
            "outside",
            &|path| symlink("/proc/self/status", path).expect("linked"),
            "-",
        ),
        ("no-json", &text("Name: web"), "-"),
        ("cut", &text(r#"{"Name": "/we"#), "-"),
        ("empty", &text(""), "-"),
        ("number", &text(r#"{"Name": 7}"#), "-"),
        (
            "deep",
            &|path| fs::write(path, &long).expect("written"),
            "-",
        ),
        (
            "controls",
            &|path| fs::write(path, forged).expect("written"),
            "a?[2J???b",
        ),
    ];
    for (case, make, expected) in cases {
        let group = format!("0::/docker/{WEB}\n");
        let root = system(&format!("belonging-bad-{case}"), &[("/bin/a", group)]);
        let folder = root.join(format!("var/lib/docker/containers/{WEB}"));
        fs::create_dir_all(&folder).expect("made");
        make(&folder.join("config.v2.json"));
        let expected = expected.replace('-', &WEB[..12]);
        assert_eq!(
            column(&root, "container"),
            format!("{expected} -"),
            "{case}"
        );
        assert_eq!(
            numbers(&root, &format!("--container {}", &WEB[..12])),
            [1],
            "{case}"
        );
        // The lists of groups and the starts may be as bad.
        for file in ["cgroup", "stat"] {
            let path = root.join("proc/1").join(file);
            let _ = fs::remove_file(&path);
            if case != "folder" {
                make(&path);
            }
        }
        make_again(&root.join("proc/stat"), make);
        let shown = rows(
            &root,
            "-tl --columns cgroup,unit,container,pod,start_time,parent_pid",
        );
        assert_eq!(shown.len(), 2, "{case}");
    }
}

fn make_again(path: &Path, make: &dyn Fn(&Path)) {
    let _ = fs::remove_file(path);
    make(path);
}

//! The built binary's answers to programs and people: formats, filters, counts.

mod common;

use common::{binary, make_system, run, stderr, stdout, system};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Command, Output};

/// Runs the program on the system `name`, its flags parted by blanks.
fn ask(name: &str, flags: &str) -> Output {
    let flags: Vec<&str> = flags.split(' ').collect();
    run(&binary(), &system(name), &flags)
}

fn json(output: &Output) -> Vec<Value> {
    let said = stderr(output);
    // A made-up table may have lines that are no rows, and has no internals.
    let lacks = ["bogus line", "the internals of tcp are unknown"];
    let expected = i32::from(lacks.iter().any(|it| said.contains(it)));
    assert_eq!(output.status.code(), Some(expected), "{said}");
    serde_json::from_slice(&output.stdout).expect("a JSON array")
}

fn keys(row: &Value) -> Vec<String> {
    let row = row.as_object().expect("an object");
    let mut keys: Vec<String> = row.keys().cloned().collect();
    keys.sort();
    keys
}

/// A listing with a system that has rows for it, and the heading of its fields in the manual.
const LISTINGS: [(&str, &str, &str); 9] = [
    ("web-server", "-anp", "Sockets"),
    ("sctp", "-Sanp", "Sockets"),
    ("packet-radio", "--ax25 --netrom --rose", "Sockets"),
    ("old-networks", "--ipx --x25 -e", "Sockets"),
    ("web-server", "-rn", "Routes"),
    ("interfaces", "-ia", "Interfaces"),
    ("counters-busy", "-s", "Counters"),
    ("multicast-groups", "-gn", "Groups"),
    ("masquerade", "-Mn", "Masqueraded connections"),
];

/// Changes are rows of sockets with some fields more.
#[test]
fn changes_have_the_fields_that_the_manual_explains() {
    let once = "--changes --times 1 --format csv";
    let header = stdout(&ask("web-server", once));
    let mut fields: Vec<_> = header.trim_end().split(',').map(str::to_owned).collect();
    fields.sort();
    let documented = documented();
    let mut expected = [&documented["Changes"][..], &documented["Sockets"][..]].concat();
    expected.sort();
    assert_eq!(fields, expected);
}

/// With `--tcp-info`, sockets have the fields of two headings.
#[test]
fn internals_are_the_fields_that_the_manual_explains() {
    let found = ask("web-server", "-tan --tcp-info --json");
    let documented = documented();
    let headings = ["Sockets", "Internals of sockets", "Every listing"];
    let mut expected = headings.map(|heading| &documented[heading][..]).concat();
    expected.sort();
    assert_eq!(keys(&json(&found)[0]), expected);
}

#[test]
fn fields_on_request_can_be_had_by_name() {
    let documented = documented();
    let expected = [
        "comm",
        "command",
        "commands",
        "cgroup",
        "container",
        "container_id",
        "container_runtime",
        "context",
        "exe",
        "exe_deleted",
        "parent_pid",
        "pod",
        "pod_uid",
        "proxied_container",
        "slice",
        "start_time",
        "unit",
    ];
    let mut expected = expected.map(str::to_owned);
    expected.sort();
    assert_eq!(documented["Owners of sockets"], expected);
    for field in expected {
        let rows = json(&ask(
            "web-server",
            &format!("-tan --json --columns {field}"),
        ));
        assert_eq!(keys(&rows[0]), [field]);
    }
}

/// The findings of checks have the fields that the manual explains.
#[test]
fn findings_have_the_fields_that_the_manual_explains() {
    let found = ask("web-server", "--check --format csv");
    let header = stdout(&found);
    let header = header.lines().next().expect("a header");
    let mut fields: Vec<_> = header.split(',').map(str::to_owned).collect();
    fields.sort();
    assert_eq!(fields, documented()["Findings"]);
}

/// The fields that the manual explains under each heading, sorted: the words in bold of the tags there.
fn documented() -> BTreeMap<String, Vec<String>> {
    let manual = Command::new(binary()).arg("--man").output();
    let manual = stdout(&manual.expect("the manual"));
    let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut is_about_fields, mut heading) = (false, String::new());
    let mut lines = manual.lines();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix(".SH ") {
            is_about_fields = title == "FIELDS";
        } else if let Some(title) = line.strip_prefix(".SS ") {
            title.clone_into(&mut heading);
        } else if line == ".TP" && is_about_fields {
            let tag = lines.next().expect("a tag");
            let (names, _) = tag.split_once(" (").unwrap_or((tag, ""));
            let names = names.split(", ").map(|name| {
                let name = name.strip_prefix("\\fB");
                let name = name.and_then(|name| name.strip_suffix("\\fR"));
                name.unwrap_or_else(|| panic!("{tag}")).to_owned()
            });
            fields.entry(heading.clone()).or_default().extend(names);
        }
    }
    fields.values_mut().for_each(|names| names.sort());
    fields
}

#[test]
fn every_format_has_the_fields_that_the_manual_explains() {
    let documented = documented();
    for (name, flags, heading) in LISTINGS {
        let rows = json(&ask(name, &format!("{flags} --json")));
        assert!(!rows.is_empty(), "{name} {flags}");
        let fields = keys(&rows[0]);
        let mut expected = [&documented[heading][..], &documented["Every listing"][..]].concat();
        if flags.ends_with('p') {
            expected.extend_from_slice(&documented["Peers"]);
        }
        expected.sort();
        assert_eq!(fields, expected, "{heading}");
        for row in &rows {
            assert_eq!(keys(row), fields, "{name} {flags}");
        }
        let lines = stdout(&ask(name, &format!("{flags} --format jsonl")));
        let parsed: Vec<Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        assert_eq!(parsed, rows, "{name} {flags}");
        let table = ask(name, &format!("{flags} --format csv"));
        let mut table = csv::Reader::from_reader(&table.stdout[..]);
        let mut header: Vec<String> = table
            .headers()
            .expect("a header")
            .iter()
            .map(str::to_owned)
            .collect();
        let records: Vec<_> = table.records().map(|it| it.expect("a record")).collect();
        assert_eq!(records.len(), rows.len(), "{name} {flags}");
        for (record, row) in records.iter().zip(&rows) {
            for (field, cell) in header.iter().zip(record) {
                let told = match &row[field] {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    Value::Array(list) => serde_json::to_string(list).expect("JSON"),
                    // Hundredths keep both digits in CSV.
                    Value::Number(number) if number.is_f64() => {
                        format!("{:.2}", number.as_f64().expect("a number"))
                    }
                    value => value.to_string(),
                };
                // Field by field, because an object's keys have no order in serde_json.
                if field != "processes" {
                    assert_eq!(cell, told, "{name} {flags}: {field}");
                }
            }
        }
        header.sort();
        assert_eq!(header, documented[heading], "{name} {flags}");
    }
}

#[test]
fn no_rows_are_an_empty_document() {
    let none = ask("web-server", "-an --port 1 --json");
    assert_eq!(
        (stdout(&none).as_str(), none.status.code()),
        ("[]\n", Some(1))
    );
    let none = ask(
        "web-server",
        "-an --port 1 --format csv --columns proto,state",
    );
    assert_eq!(stdout(&none), "proto,state\n");
}

#[test]
fn filters_let_through_what_they_say() {
    let all = json(&ask("web-server", "-anp --json"));
    let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let is_port = |row: &Value, port: u64| row["local_port"] == port || row["foreign_port"] == port;
    type Fits<'a> = &'a dyn Fn(&Value) -> bool;
    let cases: [(&str, Fits<'_>); 20] = [
        ("--port 443", &|row| is_port(row, 443)),
        ("--port 22,3306", &|row| {
            is_port(row, 22) || is_port(row, 3306)
        }),
        ("--local-port 1-79", &|row| {
            row["local_port"].as_u64().is_some_and(|port| port < 80)
        }),
        ("--port https", &|row| is_port(row, 443)),
        ("--state listen", &|row| {
            text(row, "state").starts_with("LISTEN")
        }),
        ("--state time_wait,CLOSING", &|row| {
            ["TIME_WAIT", "CLOSING"].contains(&text(row, "state").as_str())
        }),
        ("--state !established", &|row| {
            text(row, "state") != "ESTABLISHED"
        }),
        ("--foreign-address 203.0.113.0/28", &|row| {
            let host = text(row, "foreign_address");
            host.strip_prefix("203.0.113.")
                .and_then(|last| last.parse::<u8>().ok())
                .is_some_and(|last| last < 16)
        }),
        ("--address 127.0.0.1", &|row| {
            text(row, "local_address") == "127.0.0.1" || text(row, "foreign_address") == "127.0.0.1"
        }),
        ("--process nginx*", &|row| {
            owners(row).iter().any(|it| it.1.starts_with("nginx"))
        }),
        // A word is the first one of a title, too.
        ("--process nginx", &|row| {
            owners(row).iter().any(|it| it.1.starts_with("nginx"))
        }),
        ("--process !nginx", &|row| {
            owners(row).iter().any(|it| !it.1.starts_with("nginx"))
        }),
        ("--address !127.0.0.1", &|row| {
            text(row, "proto") != "unix"
                && text(row, "local_address") != "127.0.0.1"
                && text(row, "foreign_address") != "127.0.0.1"
        }),
        // The system's etc/hosts has it.
        ("--address localhost", &|row| {
            let is_it = |key| ["127.0.0.1", "::1"].contains(&&*text(row, key));
            is_it("local_address") || is_it("foreign_address")
        }),
        ("--local-address *", &|row| {
            ["0.0.0.0", "::"].contains(&&*text(row, "local_address"))
        }),
        ("--port !80", &|row| {
            text(row, "proto") != "unix" && !is_port(row, 80)
        }),
        ("--pid 1500,900", &|row| {
            owners(row).iter().any(|it| [1500, 900].contains(&it.0))
        }),
        ("--user root", &|row| row["uid"] == 0),
        ("--user 33", &|row| row["uid"] == 33),
        ("--state listen --port 80", &|row| {
            text(row, "state") == "LISTEN" && is_port(row, 80)
        }),
    ];
    for (flags, fits) in cases {
        let expected = all.iter().filter(|row| fits(row)).count();
        assert!(expected > 0, "{flags}: the system has none");
        let found = ask("web-server", &format!("-n {flags} --count"));
        assert_eq!(stdout(&found), format!("{expected}\n"), "{flags}");
        assert_eq!(found.status.code(), Some(0), "{flags}");
        // The classic format lists the same ones, below two lines for each title.
        let classic = stdout(&ask("web-server", &format!("-n {flags}")));
        let titles = classic
            .lines()
            .filter(|line| line.starts_with("Active"))
            .count();
        assert_eq!(classic.lines().count(), expected + 2 * titles, "{flags}");
    }
}

/// The PIDs and names of a row's owners.
fn owners(row: &Value) -> Vec<(i64, String)> {
    let owners = row["processes"].as_array().expect("a list");
    owners
        .iter()
        .map(|it| {
            let name = it["name"].as_str().expect("a name");
            (it["pid"].as_i64().expect("a PID"), name.to_owned())
        })
        .collect()
}

#[test]
fn all_owners_are_told_with_their_descriptors() {
    let rows = json(&ask("web-server", "-tlnp --local-port 443 --json"));
    let pids: Vec<i64> = owners(&rows[0]).into_iter().map(|it| it.0).collect();
    assert_eq!(pids, [2100, 2101, 2102, 2103, 2104]);
    assert_eq!(rows[0]["pid"], 2100);
    assert!(rows[0]["processes"][0]["fd"].is_u64());
    let pids = stdout(&ask("web-server", "--local-port 443 --state listen --pids"));
    assert_eq!(pids, "2100\n2101\n2102\n2103\n2104\n");
    let unasked = json(&ask("web-server", "-tln --json"));
    assert!(
        unasked[0]["processes"].is_null(),
        "nobody looked for owners"
    );
}

#[test]
fn counts_are_of_all_rows_and_sorted() {
    let rows = json(&ask("web-server", "-an --json"));
    let counted = json(&ask("web-server", "-an --count-by state,proto --json"));
    let count = |row: &Value| row["count"].as_u64().expect("a count");
    assert_eq!(counted.iter().map(count).sum::<u64>(), rows.len() as u64);
    assert!(counted.is_sorted_by_key(|row| std::cmp::Reverse(count(row))));
    for group in &counted {
        let same = |row: &&Value| row["state"] == group["state"] && row["proto"] == group["proto"];
        assert_eq!(rows.iter().filter(same).count() as u64, count(group));
    }
    let top = json(&ask(
        "web-server",
        "-an --count-by state,proto --top 2 --json",
    ));
    assert_eq!(top, counted[..2]);
    let classic = stdout(&ask("web-server", "-an --count-by proto"));
    assert!(
        classic.starts_with("Proto  Count  Share\ntcp "),
        "{classic}"
    );
}

#[test]
fn the_columns_of_counts_are_chosen_too() {
    let csv = |columns: &str| {
        let flags = format!("-tan --count-by state,proto --top 2 --format csv --columns {columns}");
        stdout(&ask("web-server", &flags))
    };
    let whole = stdout(&ask(
        "web-server",
        "-tan --count-by state,proto --top 2 --format csv",
    ));
    assert_eq!(csv("state,proto,count,share"), whole);
    let pick = |places: &[usize]| {
        let rows = whole.lines().map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let picked: Vec<&str> = places.iter().map(|place| cells[*place]).collect();
            picked.join(",") + "\n"
        });
        rows.collect::<String>()
    };
    assert_eq!(csv("count,state"), pick(&[2, 0]));
    assert_eq!(csv("share"), pick(&[3]));
    // Sorted by what is not shown.
    let flags = "-tan --count-by state --columns state --sort count --json";
    let rows = json(&ask("web-server", flags));
    let shown: Vec<&Value> = rows.iter().map(|row| &row["state"]).collect();
    let all = json(&ask(
        "web-server",
        "-tan --count-by state --sort count --json",
    ));
    assert_eq!(
        shown,
        all.iter().map(|row| &row["state"]).collect::<Vec<_>>()
    );
    assert_eq!(keys(&rows[0]), ["state"]);
    let classic = stdout(&ask("web-server", "-tan --count-by state --columns count"));
    assert!(
        classic.starts_with("Count\n") && classic.contains(" groups\n"),
        "{classic}"
    );
}

#[test]
fn rows_are_sorted_by_what_their_columns_mean() {
    let column = |flags: &str, field: &str| -> Vec<Value> {
        let rows = json(&ask("web-server", flags));
        rows.iter().map(|row| row[field].clone()).collect()
    };
    let ports = column("-tan --sort foreign_port --json", "foreign_port");
    // A listener has none, and comes last.
    let or_most = |it: &Value| it.as_u64().unwrap_or(u64::MAX);
    assert!(
        ports.contains(&Value::Null) && ports.is_sorted_by_key(or_most),
        "{ports:?}"
    );
    let queues = column("-tan --sort -send_q,local_port --json", "send_q");
    assert!(
        queues.is_sorted_by_key(|it| std::cmp::Reverse(it.as_u64())),
        "{queues:?}"
    );
    let hosts = column("-t4an --sort foreign_address --json", "foreign_address");
    let address = |it: &Value| {
        it.as_str()
            .and_then(|it| it.parse::<std::net::IpAddr>().ok())
    };
    assert!(hosts.is_sorted_by_key(address), "{hosts:?}");
}

#[test]
fn what_can_not_be_is_named_with_what_could() {
    for (flags, told) in [
        ("-n --port 99999", "65535"),
        ("-n --port 90-80", "above"),
        ("-n --port bogus", "there is no service 'bogus'"),
        ("-n --address 10.0.0.0/40", "10.0.0.0/40"),
        ("-n --state open", "established"),
        ("-n --pid 0", "from 1"),
        (
            "-n --pid -1",
            "'-1' for '--pid <LIST>': expected a number from 1",
        ),
        (
            "-n --port -80",
            "'-80' for '--port <LIST>': expected a number from 1",
        ),
        (
            "-n --port x,80-",
            "'80-' for '--port <LIST>': expected a number from 1",
        ),
        ("-n --port 0x50", "'0x50': expected a service"),
        (
            "-n --inode 18446744073709551616",
            "up to 18446744073709551615",
        ),
        ("-n --user -1", "the name or number of a user"),
        ("-n --address -t", "an address (10.0.0.5), a network"),
        ("-n --json --top 0", "above 0"),
        ("-n --json --top -1", "above 0"),
        ("-n --json --top x", "above 0"),
        (
            "-n --user nobody-at-all",
            "there is no user 'nobody-at-all'",
        ),
        ("-n --format xml", "jsonl"),
        ("-n --json --columns proto,colour", "unknown field"),
        ("-n --json --columns proto,inod", "did you mean inode?"),
        ("-n --count-by port", "local_port or foreign_port"),
        ("-n --json --columns proto,proto", "twice"),
        ("-n --count-by state,state", "twice"),
        (
            "-n --count-by state --columns inode",
            "the fields are state, count, share",
        ),
        ("-n --count-by state --columns count,count", "twice"),
        ("-n --user nobody-at-all --count", "nobody-at-all"),
        ("-n --format classic --columns proto", "--format"),
        ("-r --port 80", "sockets"),
        ("-i --pids", "sockets"),
        ("-gt --json", "list one of them at a time"),
    ] {
        let found = ask("web-server", flags);
        assert_eq!(found.status.code(), Some(3), "{flags}");
        assert_eq!(stdout(&found), "", "{flags}");
        assert!(stderr(&found).contains(told), "{flags}: {}", stderr(&found));
    }
}

#[test]
fn an_ip_version_narrows_groups() {
    let groups = |flags: &str| {
        let flags = format!("{flags} --format csv --no-header --columns group");
        stdout(&ask("multicast-groups", &flags))
    };
    let (four, six) = (groups("-gn4"), groups("-gn6"));
    assert!(
        four.contains("224.0.0.251\n") && !four.contains(':'),
        "{four}"
    );
    assert!(
        six.contains("ff02::fb\n") && !six.contains("224.0.0.251"),
        "{six}"
    );
    assert_eq!(groups("-gn"), four.clone() + &six);
    assert_eq!(groups("-gn46"), four + &six);
}

/// Whoever reads may have had enough before the end, and that is no failure.
#[test]
fn a_reader_that_goes_away_is_no_error() {
    for format in ["classic", "table", "json", "jsonl", "csv"] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let found = Command::new(binary())
            .arg("--root")
            .arg(system("web-server"))
            .args(["-an", "--format", format])
            .stdout(writer)
            .output()
            .expect("it runs");
        assert_eq!(stderr(&found), "", "{format}");
        assert_eq!(found.status.code(), Some(0), "{format}");
    }
}

#[test]
fn lists_may_have_blanks() {
    let count = |flags: &[&str]| stdout(&run(&binary(), &system("web-server"), flags));
    let state = ["-an", "--count", "--state"];
    let with = count(&[&state[..], &["listen, established"]].concat());
    assert_eq!(with, count(&[&state[..], &["listen,established"]].concat()));
    assert_ne!(with, count(&[&state[..], &["listen"]].concat()));
}

/// What stands in a port's place is the number of the IP protocol.
#[test]
fn raw_sockets_have_no_ports() {
    let table = b"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n\
        1: 00000000:0059 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4001 2 0 0\n";
    let root = make_system("answers-raw", &[("proc/net/raw", table)], &[]);
    let count = |flags: &[&str]| {
        stdout(&run(
            &binary(),
            &root,
            &[&["-wan", "--count"], flags].concat(),
        ))
    };
    assert_eq!(count(&[]), "1\n");
    for flag in ["--port", "--local-port"] {
        assert_eq!(count(&[flag, "89"]), "0\n", "{flag}");
    }
}

#[test]
fn hostile_names_are_valid_json_and_csv() {
    let tcp = common::TCP;
    let unix = [
        &b"Num       RefCount Protocol Flags    Type St Inode Path\n"[..],
        b"0: 00000002 00000000 00010000 0001 01 4001 /run/\x1b[2J \"a\",\xff\\b\n",
    ]
    .concat();
    let name = b"/bin/\xff\"x\",\x1b]0;y\x07\n;\0--arg\0\xfe\0";
    let root = make_system(
        "answers-hostile",
        &[("proc/net/tcp", tcp), ("proc/net/unix", &unix)],
        &[(7, name, &[4000, 4001])],
    );
    let found = run(&binary(), &root, &["-anp", "--json"]);
    let rows = json(&found);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["program"], "\u{fffd}\"x\",?]0;y??;");
    assert_eq!(
        rows[0]["processes"][0]["command"],
        "/bin/\u{fffd}\"x\",?]0;y??; --arg \u{fffd}"
    );
    assert_eq!(rows[1]["path"], "/run/?[2J \"a\",\u{fffd}\\b");
    let found = run(
        &binary(),
        &root,
        &["-anp", "--format", "csv", "--columns", "path,program"],
    );
    let mut table = csv::Reader::from_reader(&found.stdout[..]);
    let cells: Vec<_> = table.records().map(|it| it.expect("a record")).collect();
    assert_eq!(&cells[1][0], "/run/?[2J \"a\",\u{fffd}\\b");
    assert_eq!(&cells[0][1], "\u{fffd}\"x\",?]0;y??;");
    let bidi = [
        "proc/net/unix",
        "Num       RefCount Protocol Flags    Type St Inode Path\n\
         0: 00000002 00000000 00010000 0001 01 4001 /run/\u{202e}txt\u{2069}\u{61c}\n",
    ];
    let turned = make_system(
        "answers-turned",
        &[(bidi[0], bidi[1].as_bytes())],
        &[(7, "/bin/\u{200f}x\0".as_bytes(), &[4001])],
    );
    let shown = |flags: &[&str]| stdout(&run(&binary(), &turned, flags));
    let table = shown(&["-xanp", "--format", "table"]);
    assert!(
        table.contains("7/???x ") && table.contains(" /run/???txt????? "),
        "{table}"
    );
    assert!(!shown(&["-x", "--count-by", "path"]).contains('\u{202e}'));
    let classic = shown(&["-xanp"]);
    assert!(
        classic.contains("7/???x ") && classic.contains(" /run/???txt?????\n"),
        "{classic}"
    );
    for format in ["json", "jsonl", "csv"] {
        let data = shown(&["-xanp", "--format", format]);
        assert!(data.contains("/run/\u{202e}txt\u{2069}\u{61c}"), "{data}");
    }
    for format in ["table", "json", "jsonl", "csv"] {
        let found = run(&binary(), &root, &["-anp", "--format", format]);
        let steers = |byte: &&u8| byte.is_ascii_control() && **byte != b'\n';
        assert_eq!(found.stdout.iter().find(steers), None, "{format}");
    }
}

#[test]
fn a_table_fits_its_terminal_and_cuts_no_address() {
    let table = |columns: &str, flags: &str, no_color: Option<&str>| {
        let mut command = Command::new(binary());
        command.args(["--root"]).arg(system("ipv6-and-mapped"));
        command.args(flags.split(' ')).env("COLUMNS", columns);
        match no_color {
            Some(value) => command.env("NO_COLOR", value),
            None => command.env_remove("NO_COLOR"),
        };
        stdout(&command.output().expect("runs"))
    };
    let rows = json(&ask("ipv6-and-mapped", "-tane --json"));
    let wide = table("300", "-tane --format table", None);
    assert!(wide.contains("Inode"), "{wide}");
    for row in &rows {
        for end in ["local_address", "foreign_address"] {
            assert!(
                wide.contains(row[end].as_str().expect("an address")),
                "{end}"
            );
        }
    }
    assert!(
        !wide.contains('\x1b'),
        "no colours where stdout is no terminal"
    );
    let last = wide.lines().last().expect("a line");
    assert!(
        last.starts_with(&format!("{} rows: ", rows.len())),
        "{last}"
    );
    let narrow = table("80", "-tane --format table", None);
    let heads = narrow.lines().next().expect("a line");
    assert!(!heads.contains("Inode"), "{heads}");
    for kept in ["Proto", "Local address", "Foreign address", "State"] {
        assert!(heads.contains(kept), "{heads}");
    }
    let colored = table("300", "-tane --format table --color always", None);
    assert!(colored.contains("\x1b[1mLISTEN\x1b[0m"), "{colored}");
    assert!(!table("300", "-tane --format table --color never", None).contains('\x1b'));
}

//! The built binary beside the real netstat on interfaces of the live kernel, in a network namespace
//! of their own.
//!
//! Needs what tests/live.rs needs, and passes over, or fails, as that does.

mod common;

use common::namespace::{ask_no_name_server, ip, ready, run_tool};
use common::running::Start;
use common::{binary, link, stderr, stdout};
use std::io::{BufRead, BufReader};
use std::net::UdpSocket;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// A name as long as names can be, as Docker gives them to its bridges.
const LONGEST: &str = "br-0123456789ab";

/// Makes interfaces of all kinds in the thread's namespace, and some traffic on them.
fn populate() {
    for command in [
        "link set lo up",
        "link add ve0 type veth peer name ve1",
        "link add ve2 type veth peer name ve10",
        "link add down0 type veth peer name down1",
        "link add br0 type bridge",
        &format!("link add {LONGEST} type veth peer name odd!@#é.5"),
        "link set ve10 master br0",
        "addr add 10.70.0.1/24 brd + dev ve0",
        "addr add 10.70.1.1/24 dev ve0 label ve0:1",
        "addr add 10.70.2.1/24 dev ve0 label ve0:10",
        "addr add 10.70.3.1/24 dev ve0 label ve0:two",
        "addr add 10.70.4.1/24 dev ve0",
        "addr add 10.71.0.1 peer 10.71.0.2 dev ve1",
        "addr add 10.72.0.1/16 dev br0",
        "addr add 10.73.0.1/24 dev down0",
        "-6 addr add 2001:db8:70::1/64 dev ve0 nodad",
        "-6 addr add fec0::70/10 dev ve0 nodad",
        "-6 addr add ::192.0.2.70/96 dev ve0 nodad",
        "link set ve0 up mtu 9000",
        "link set ve1 up promisc on",
        "link set ve2 up allmulticast on",
        "link set ve10 up arp off",
        "link set br0 up txqueuelen 0",
        "link set lo mtu 123456",
        &format!("link set {LONGEST} up"),
        "link set odd!@#é.5 up",
        "link set down0 up",
        "link set down0 down",
        "neigh add 10.70.0.9 lladdr 02:00:00:00:00:09 dev ve0",
    ] {
        ip(command);
    }
    // What not every kernel can make.
    for command in [
        "tuntap add mode tun tun0",
        "tuntap add mode tap tap0",
        "link add sit9 type sit remote 192.0.2.1 local 192.0.2.2",
        "link add gre9 type gre remote 192.0.2.1 local 192.0.2.2",
        "link add ipip9 type ipip remote 192.0.2.1 local 192.0.2.2",
        "link add ip6tnl9 type ip6tnl remote 2001:db8::1 local 2001:db8::2",
        "link add wg0 type wireguard",
        "link add ve0.5 link ve0 type vlan id 5",
        "link add mac0 link ve0 type macvlan",
        "link add vx0 type vxlan id 5 dstport 4789 dev ve0",
        "link add bond0 type bond",
        "link add team0 type team",
        "link add dummy0 type dummy",
        "link add ifb9 type ifb",
        "link set down1 master bond0",
        "addr add 10.74.0.1 peer 10.74.0.2 dev tun0",
        "link set tun0 up",
        "link set sit9 up",
        "link set bond0 up",
        "link set wg0 up",
    ] {
        let made = Command::new("ip").args(command.split(' ')).output();
        if !made.expect("ip runs").status.success() {
            println!("not made: ip {command}");
        }
    }
    let socket = UdpSocket::bind("10.70.0.1:0").expect("bound");
    for _ in 0..20 {
        socket.send_to(&[b'x'; 1000], "10.70.0.9:9").expect("sent");
    }
    let loopback = UdpSocket::bind("127.0.0.1:0").expect("bound");
    let address = loopback.local_addr().expect("an address");
    loopback.send_to(b"to ourselves", address).expect("sent");
}

fn ask(program: &Path, flags: &str) -> Output {
    let output = Command::new(program).args(flags.split(' ')).output();
    output.expect("runs")
}

/// How many packets an interface has sent, as `program` shows it.
fn sent(program: &Path, name: &str) -> u64 {
    let text = stdout(&ask(program, "-i"));
    let rows = text.lines().map(|row| row.split_whitespace().collect());
    let mut rows = rows.filter(|row: &Vec<&str>| row.first() == Some(&name));
    rows.next().expect("the row")[6].parse().expect("a number")
}

/// Both programs' answers to these flag sets, asked again as long as counters move between the two:
/// the kernel says hello on new links for some seconds.
fn differences(flag_sets: &str, ours: &Path) -> Vec<String> {
    let compare = |flags: &str| {
        let mut difference = String::new();
        for _ in 0..40 {
            let theirs = ask(Path::new("netstat"), flags);
            let found = ask(ours, flags);
            if (theirs.status.code(), &theirs.stdout) == (found.status.code(), &found.stdout) {
                return None;
            }
            let first = common::first_difference(&theirs.stdout, &found.stdout);
            difference = format!("{flags}: {first}{}", stderr(&found));
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(difference)
    };
    flag_sets.split("; ").filter_map(compare).collect()
}

#[test]
fn the_live_kernels_interfaces_look_as_net_tools_shows_them() {
    if !ready() {
        return;
    }
    populate();
    let ours = link("live-links/netstat");
    let everything = stdout(&ask(&ours, "-iea"));
    for made in [
        "ve0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 9000\n",
        "inet 10.70.0.1  netmask 255.255.255.0  broadcast 10.70.0.255\n",
        "scopeid 0x40<site>\n",
        "\nve0:1: ",
        "\nve0:two: ",
        "PROMISC",
        "ALLMULTI",
        "NOARP",
        "\nbr0: ",
        "\ndown0: flags=4098<BROADCAST,MULTICAST>",
        "mtu 123456\n",
        &format!("\n{LONGEST}: "),
    ] {
        assert!(
            everything.contains(made),
            "{made} is missing:\n{everything}"
        );
    }
    assert!(sent(&ours, "ve0") >= 20, "no traffic:\n{everything}");
    let flag_sets =
        "-i; -ie; -ia; -iea; -in; -iv; -iee; -inaW; -i6ae; -ig; -i junk; --interfaces --all";
    let found = differences(flag_sets, &ours);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What net-tools does not see, and we do, unless called by its name.
#[test]
fn the_longest_names_have_counters() {
    if !ready() {
        return;
    }
    ip(&format!("link add {LONGEST} type veth peer name other0"));
    ip(&format!("addr add 10.75.0.1/24 dev {LONGEST}"));
    ip(&format!("link set {LONGEST} up"));
    ip("link set other0 up");
    ip(&format!(
        "neigh add 10.75.0.9 lladdr 02:00:00:00:00:09 dev {LONGEST}"
    ));
    let socket = UdpSocket::bind("10.75.0.1:0").expect("bound");
    socket.send_to(b"x", "10.75.0.9:9").expect("sent");
    assert_eq!(sent(Path::new("netstat"), LONGEST), 0);
    assert_eq!(sent(&link("live-links/netstat"), LONGEST), 0);
    assert!(sent(&binary(), LONGEST) > 0);
}

/// What --root makes of sysfs is what the kernel says by ioctl.
#[test]
fn files_tell_what_the_kernel_tells() {
    if !ready() {
        return;
    }
    ask_no_name_server(&common::folder("live-sysfs"));
    run_tool("mount", "-t sysfs none /sys");
    populate();
    // Files tell of promiscuity that others have asked for, and not of addresses.
    ip("link set ve10 nomaster");
    for macvlan in ["mac0", "vx0"] {
        let _ = Command::new("ip").args(["link", "del", macvlan]).output();
    }
    let rows = |flags: &str| -> Vec<String> {
        let text = stdout(&ask(&link("live-links/netstat"), flags));
        let is_alias = |row: &&str| row.starts_with("ve0:") && !row.starts_with("ve0: ");
        let rows = text.lines().filter(|row| !is_alias(row));
        rows.map(str::to_owned).collect()
    };
    let mut found = (Vec::new(), Vec::new());
    for _ in 0..40 {
        found = (rows("-ia"), rows("-ia --root /"));
        if found.0 == found.1 {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(found.0.len() > 10);
    assert_eq!(found.0, found.1);
}

/// Tables that are not as this kernel writes them, about interfaces that it has.
#[test]
fn made_up_tables_of_live_interfaces_look_as_net_tools_shows_them() {
    if !ready() {
        return;
    }
    populate();
    let ours = link("live-links/netstat");
    let rnetstat = binary();
    run_tool("mount", "--make-rprivate /");
    run_tool("mount", "-t tmpfs none /proc");
    std::fs::create_dir("/proc/net").expect("made");
    let flag_sets = "-i; -ia; -ie; -iea";
    // Without counters, and without IPv6.
    let mut found = differences(flag_sets, &ours);
    let heads = [
        "packets errs drop fifo frame|packets errs drop fifo colls carrier",
        "bytes packets errs drop fifo frame|bytes packets errs drop fifo colls carrier",
        "bytes packets errs drop fifo frame compressed multicast|bytes packets",
    ];
    for head in heads {
        let table = format!(
            "Inter-|   Receive |  Transmit\n face |{head}\n\
                lo:4294967296 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n\
             ve10:18446744073709551615 9223372036854775808 1 1 1 1 1 1 99999 1 1 1 1 1 1 1\n  \
             ve2: 1024 2\n ve0:1: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n\
             ve1 1 2 3 x\nbr0:x\n{LONGEST}: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n\
             down0\t: 1 2 3\ndown1:-1 -2 +3 99999999999999999999"
        );
        std::fs::write("/proc/net/dev", table).expect("written");
        found.extend(differences(flag_sets, &ours));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));

    // An interface that the kernel does not have: net-tools ends there, and we go on.
    let table = "Inter-|\n face |bytes\n lo: 1 2 3\n nodev0: 1 2 3\n ve0: 1 2 3\n";
    std::fs::write("/proc/net/dev", table).expect("written");
    let theirs = ask(Path::new("netstat"), "-i");
    let found = ask(&rnetstat, "-i");
    for (output, has_rest) in [(theirs, false), (found, true)] {
        assert_eq!(output.status.code(), Some(1));
        let (text, said) = (stdout(&output), stderr(&output));
        let expected = "nodev0: error fetching interface information: Device not found";
        assert!(said.contains(expected), "{said}");
        assert!(text.contains("\nlo "), "{text}");
        assert_eq!(text.contains("\nve0 "), has_rest, "{text}");
    }
    let mut repeated = Command::new(&rnetstat)
        .args(["-i", "0.05"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .start();
    let lines = BufReader::new(repeated.stdout.take().expect("a pipe")).lines();
    let rows = lines.filter(|row| row.as_ref().is_ok_and(|row| row.starts_with("ve0 ")));
    assert_eq!(rows.take(3).count(), 3, "it goes on");
}

/// The listings of other counters and of groups, on the same interfaces.
#[test]
fn counters_and_groups_look_as_net_tools_shows_them() {
    if !ready() {
        return;
    }
    // Groups are shown by name without -n.
    ask_no_name_server(&common::folder("live-counters"));
    populate();
    let ours = link("live-links/netstat");
    for (flags, expected) in [
        ("-s", "Ip:\n"),
        ("-s6", "Ip6:\n"),
        ("-gn", "224.0.0.1\n"),
        ("-g", "Group Memberships\n"),
    ] {
        let text = stdout(&ask(&ours, flags));
        assert!(text.contains(expected), "{flags}: {text}");
    }
    let found = differences("-s; -s6; -st; -su; -sw; -stu6; -g; -gn", &ours);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

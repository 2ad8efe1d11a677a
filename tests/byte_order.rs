//! `--root` with tables from a machine of either order of bytes.

mod common;

use common::{binary, link, make_system, must_refuse, run, stderr, stdout, system};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::unix::fs::symlink;
use std::path::PathBuf;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

use Order::{Big, Little};

const NATIVE: Order = if cfg!(target_endian = "big") {
    Big
} else {
    Little
};
const FOREIGN: Order = if cfg!(target_endian = "big") {
    Little
} else {
    Big
};

impl Order {
    fn name(self) -> &'static str {
        match self {
            Little => "little",
            Big => "big",
        }
    }

    /// The address as the kernel of such a machine writes it.
    fn words(self, address: &str) -> String {
        let bytes = match address.parse().expect("an address") {
            IpAddr::V4(it) => Ipv4Addr::octets(&it).to_vec(),
            IpAddr::V6(it) => Ipv6Addr::octets(&it).to_vec(),
        };
        let word = |it: &[u8]| {
            let bytes = it.try_into().expect("four bytes");
            match self {
                Little => u32::from_le_bytes(bytes),
                Big => u32::from_be_bytes(bytes),
            }
        };
        bytes
            .chunks(4)
            .map(|it| format!("{:08X}", word(it)))
            .collect()
    }

    /// A table of sockets: the two ends and the state of each.
    fn sockets(self, rows: &[(&str, u16, &str, u16, u8)]) -> String {
        let mut text = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when \
                        retrnsmt   uid  timeout inode\n"
            .to_owned();
        for (number, (local, port, foreign, foreign_port, state)) in rows.iter().enumerate() {
            text += &format!(
                "{number:4}: {}:{port:04X} {}:{foreign_port:04X} {state:02X} 00000000:00000000 \
                 00:00000000 00000000     0        0 {} 1 0000000000000000 100 0 0 10 0\n",
                self.words(local),
                self.words(foreign),
                4000 + number,
            );
        }
        text
    }

    /// A table of routes: destination, gateway, mask.
    fn routes(self, rows: &[(&str, &str, &str)]) -> String {
        let mut text =
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
                .to_owned();
        for (destination, gateway, mask) in rows {
            text += &format!(
                "eth0\t{}\t{}\t0003\t0\t0\t0\t{}\t0\t0\t0\n",
                self.words(destination),
                self.words(gateway),
                self.words(mask),
            );
        }
        text
    }

    fn cache(self) -> String {
        let words = |it| self.words(it);
        format!(
            "Iface\tDestination\tGateway \
             \tFlags\t\tRefCnt\tUse\tMetric\tSource\t\tMTU\tWindow\tIRTT\tTOS\tHHRef\tHHUptod\tSpecDst\n\
             eth0\t{}\t{}\t0\t0\t4\t0\t{}\t1500\t0\t0\t00\t-1\t0\t{}\n",
            words("203.0.113.5"),
            words("192.0.2.1"),
            words("192.0.2.16"),
            words("192.0.2.17"),
        )
    }

    fn groups(self, group: &str) -> String {
        format!(
            "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n\
             2\teth0      :     1      V3\n\t\t\t\t{}     1 0:00000000\t\t0\n",
            self.words(group)
        )
    }
}

/// A whole system of a machine with this order. Ports and if_inet6 are the same on all.
fn whole(order: Order, name: &str) -> PathBuf {
    let tcp = [
        ("127.0.0.1", 631, "0.0.0.0", 0, 10),
        ("192.0.2.5", 22, "198.51.100.7", 50000, 1),
    ];
    let tcp6 = [
        ("::1", 631, "::", 0, 10),
        ("2001:db8::5", 22, "2001:db8::7", 50002, 1),
        ("::ffff:192.0.2.5", 22, "::ffff:198.51.100.7", 50001, 1),
    ];
    let udp = [("192.0.2.255", 138, "0.0.0.0", 0, 7)];
    let udp6 = [("fe80::5", 546, "::", 0, 7)];
    let raw = [("192.0.2.5", 89, "0.0.0.0", 0, 7)];
    let routes = [
        ("0.0.0.0", "192.0.2.1", "0.0.0.0"),
        ("192.0.2.0", "0.0.0.0", "255.255.255.0"),
        ("198.51.96.0", "192.0.2.2", "255.255.240.0"),
    ];
    let files = [
        ("proc/net/tcp", order.sockets(&tcp)),
        ("proc/net/tcp6", order.sockets(&tcp6)),
        ("proc/net/udp", order.sockets(&udp)),
        ("proc/net/udp6", order.sockets(&udp6)),
        ("proc/net/udplite", order.sockets(&udp)),
        ("proc/net/raw", order.sockets(&raw)),
        ("proc/net/route", order.routes(&routes)),
        ("proc/net/rt_cache", order.cache()),
        ("proc/net/igmp", order.groups("224.0.0.251")),
        (
            "proc/net/igmp6",
            format!(
                "2    eth0            ff02{}1     1 0000000C 0\n",
                "0".repeat(27)
            ),
        ),
        (
            "proc/net/if_inet6",
            format!("20010db8{}5 02 40 00 80     eth0\n", "0".repeat(23)),
        ),
    ];
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| (*path, text.as_bytes()))
        .collect();
    make_system(name, &files, &[])
}

#[test]
fn a_tree_of_either_order_is_shown_as_it_was() {
    let trees = [Little, Big].map(|it| whole(it, &format!("byte-order-{}", it.name())));
    let cases: [(&str, &[&str]); 10] = [
        (
            "-ant",
            &[
                " 127.0.0.1:631           0.0.0.0:*               LISTEN",
                " 192.0.2.5:22            198.51.100.7:50000      ESTABLISHED",
                " ::1:631                 :::*                    LISTEN",
                " 2001:db8::5:22          2001:db8::7:50002       ESTABLISHED",
                "tcp6       0      0 192.0.2.5:22            198.51.100.7:50001 ",
            ],
        ),
        ("-anu", &[" 192.0.2.255:138 ", " fe80::5:546 "]),
        ("-anU", &[" 192.0.2.255:138 "]),
        ("-anw", &[" 192.0.2.5:89 "]),
        (
            "-rn",
            &[
                "0.0.0.0         192.0.2.1       0.0.0.0         UG ",
                "192.0.2.0       0.0.0.0         255.255.255.0   UG ",
                "198.51.96.0     192.0.2.2       255.255.240.0   UG ",
            ],
        ),
        (
            "-Crnee",
            &[
                "192.0.2.16      203.0.113.5     192.0.2.1 ",
                "     192.0.2.17\n",
            ],
        ),
        ("-gn", &[" 224.0.0.251\n", " ff02::1\n"]),
        ("-n --address 192.0.2.5 --count", &["3\n"]),
        ("-n --address 127.0.0.0/8 --count", &["1\n"]),
        (
            "-rn --json",
            &[r#""destination":"198.51.96.0","prefix_length":20,"#],
        ),
    ];
    for (flags, expected) in cases {
        let flags: Vec<&str> = flags.split(' ').collect();
        for program in [binary(), link("netstat")] {
            for tree in &trees {
                let found = run(&program, tree, &flags);
                for text in expected {
                    assert!(stdout(&found).contains(text), "{flags:?}: {found:?}");
                }
                assert_eq!(
                    stderr(&found).matches("--byte-order").count(),
                    0,
                    "{found:?}"
                );
            }
        }
    }
}

#[test]
fn the_order_that_is_given_counts_more_than_the_one_found() {
    for (order, tree) in
        [Little, Big].map(|it| (it, whole(it, &format!("byte-order-given-{it:?}"))))
    {
        for given in [Little, Big] {
            let flags = ["-rn", "--byte-order", given.name()];
            let found = run(&binary(), &tree, &flags);
            let is_right = stdout(&found).contains("\n192.0.2.0 ");
            assert_eq!(is_right, given == order, "{order:?} {given:?}");
            assert_eq!(stderr(&found), "");
        }
    }
    for program in [binary(), link("netstat")] {
        must_refuse(&program, &["-rn", "--byte-order", "big"], "--root");
        must_refuse(
            &program,
            &["--root", "/", "--byte-order", "middle"],
            "middle",
        );
        must_refuse(&program, &["--root", "/", "--byte-order"], "--byte-order");
    }
}

const S390: &str = "Linux version 5.14.0-427.el9.s390x (a@b) (gcc) #1 SMP\n";
const AMD64: &str = "Linux version 6.1.0-18-amd64 (a@b) (gcc) #1 SMP\n";

/// The head of a program.
fn program(order: Order) -> String {
    format!(
        "\x7fELF\x02{}\x01",
        if order == Big { '\x02' } else { '\x01' }
    )
}

/// One listener at 192.0.2.5, which tells no order.
fn plain(order: Order) -> String {
    order.sockets(&[("192.0.2.5", 80, "0.0.0.0", 0, 10)])
}

/// Each case: the files, the order by which addresses must be read, and what the note has, if there
/// is one.
#[test]
fn each_thing_that_tells_the_order_does() {
    let own6 = format!("20010db8{}5 02 40 00 80     eth0\n", "0".repeat(23));
    let loopback = |order: Order| order.sockets(&[("127.0.0.1", 80, "0.0.0.0", 0, 10)]);
    let loopback6 = |order: Order| order.sockets(&[("::1", 80, "::", 0, 10)]);
    let mapped = |order: Order| order.sockets(&[("::ffff:192.0.2.1", 80, "::", 0, 10)]);
    let own = |order: Order| order.sockets(&[("2001:db8::5", 80, "::", 0, 10)]);
    let mask = |order: Order| order.routes(&[("10.0.0.0", "10.0.0.1", "255.0.0.0")]);
    let host = |order: Order| order.routes(&[("10.0.0.0", "10.0.0.1", "255.255.255.255")]);
    let text = |it: &str| it.to_owned();
    let mips = text("system type\t\t: Atheros AR7161 rev 2\nmachine\t\t\t: a router\n");
    let mut cases = Vec::new();
    for order in [Little, Big] {
        let other = if order == Big { Little } else { Big };
        let version = text(if order == Big { S390 } else { AMD64 });
        let sure = [
            vec![("proc/net/route", mask(order))],
            vec![("proc/net/igmp", order.groups("224.0.0.1"))],
            vec![("proc/net/udp", loopback(order))],
            vec![("proc/net/tcp6", loopback6(order))],
            vec![("proc/net/udp6", mapped(order))],
            vec![
                ("proc/net/tcp6", own(order)),
                ("proc/net/if_inet6", own6.clone()),
            ],
            vec![("proc/version", version.clone())],
            vec![("usr/bin/env", program(order))],
            vec![("bin/sh", text("#!/x\n")), ("sbin/init", program(order))],
            vec![
                ("proc/net/route", host(other)),
                ("proc/version", version.clone()),
            ],
            // Of a kind with either order, but its program tells.
            vec![("proc/cpuinfo", mips.clone()), ("bin/sh", program(order))],
        ];
        cases.extend(sure.into_iter().map(|files| (files, order, None)));
        let agreed = vec![("proc/net/route", mask(order)), ("bin/sh", program(other))];
        cases.push((agreed, order, Some("bin/sh looks ")));
        let divided = vec![
            ("proc/net/route", mask(order)),
            ("proc/net/igmp", other.groups("224.0.0.1")),
            ("proc/version", version),
        ];
        cases.push((divided, order, Some("proc/net/igmp looks ")));
    }
    cases.push((vec![], NATIVE, Some("nothing in it shows the byte order")));
    cases.push((
        vec![("proc/cpuinfo", mips)],
        NATIVE,
        Some("can have either byte order"),
    ));
    let machines = vec![("proc/version", text(S390)), ("bin/sh", program(Little))];
    cases.push((machines, NATIVE, Some("proc/version looks big-endian")));
    for (number, (mut files, order, note)) in cases.into_iter().enumerate() {
        files.push(("proc/net/tcp", plain(order)));
        let bytes: Vec<_> = files
            .iter()
            .map(|(path, text)| (*path, text.as_bytes()))
            .collect();
        let root = make_system(&format!("byte-order-case-{number}"), &bytes, &[]);
        let found = run(&binary(), &root, &["-lnt4"]);
        assert!(
            stdout(&found).contains(" 192.0.2.5:80 "),
            "{files:?}: {found:?}"
        );
        let said = stderr(&found);
        match note {
            None => assert_eq!(said, "", "{files:?}"),
            Some(note) => {
                let read_as = format!("a {}-endian machine", order.name());
                for text in [note, "--byte-order", "assuming", &read_as] {
                    assert!(said.contains(text), "{files:?}: {said}");
                }
                assert_eq!(said.lines().count(), 1, "{said}");
                let flags = ["-lnt4", "--byte-order", order.name()];
                assert_eq!(stderr(&run(&binary(), &root, &flags)), "");
                // Once, however often it is listed, and however many tables have addresses.
                let flags = ["-an", "--times", "2", "0.01"];
                let said = stderr(&run(&binary(), &root, &flags));
                assert_eq!(said.matches("--byte-order").count(), 1, "{said}");
                // Where no address depends on it, there is nothing to say.
                for flags in [&["-s", "--json"][..], &["-x"], &["-rn6"], &["-iae"]] {
                    let said = stderr(&run(&binary(), &root, flags));
                    assert!(!said.contains("--byte-order"), "{flags:?}: {said}");
                }
            }
        }
    }
    // A foreign order that nothing tells is not seen, but that is told.
    let table = plain(FOREIGN);
    let root = make_system(
        "byte-order-unseen",
        &[("proc/net/tcp", table.as_bytes())],
        &[],
    );
    let found = run(&binary(), &root, &["-lnt4"]);
    assert!(stdout(&found).contains(" 5.2.0.192:80 "), "{found:?}");
    assert!(stderr(&found).contains("nothing in it shows the byte order"));
}

/// A link that leads out of the tree leads to nothing, here as elsewhere.
#[test]
fn nothing_outside_of_the_tree_tells_the_order() {
    let foreign = program(FOREIGN);
    let outside = make_system(
        "byte-order-outside",
        &[("sh", foreign.as_bytes()), ("version", S390.as_bytes())],
        &[],
    );
    let table = plain(NATIVE);
    let root = make_system(
        "byte-order-inside",
        &[("proc/net/tcp", table.as_bytes())],
        &[],
    );
    std::fs::create_dir(root.join("bin")).expect("made");
    symlink(outside.join("sh"), root.join("bin/sh")).expect("linked");
    symlink(outside.join("version"), root.join("proc/version")).expect("linked");
    let found = run(&binary(), &root, &["-lnt4"]);
    assert!(stdout(&found).contains(" 192.0.2.5:80 "), "{found:?}");
    assert!(stderr(&found).contains("nothing in it shows the byte order"));
}

/// Where all addresses are the same in both orders, no note is wanted.
#[test]
fn nothing_is_said_where_nothing_differs() {
    let table = NATIVE.sockets(&[("0.0.0.0", 80, "0.0.0.0", 0, 10)]);
    let files: [(&str, &[u8]); 3] = [
        ("proc/net/tcp", table.as_bytes()),
        ("proc/version", S390.as_bytes()),
        ("proc/cpuinfo", b"vendor_id : GenuineIntel\n"),
    ];
    let root = make_system("byte-order-same", &files, &[]);
    assert_eq!(stderr(&run(&binary(), &root, &["-lnt4"])), "");
}

/// The made-up systems are of this machine's order, or tell nothing.
#[test]
fn made_up_systems_are_not_guessed_at() {
    for root in common::systems() {
        for flags in [&["-an"][..], &["-rn"], &["-gn"]] {
            let said = stderr(&run(&binary(), &root, flags));
            // This one has no file that tells.
            let is_unclear = root.ends_with("shared-sockets") && flags != ["-gn"];
            let is_told = said.contains("--byte-order");
            assert_eq!(is_told, is_unclear, "{} {flags:?}: {said}", root.display());
        }
    }
    assert!(system("web-server").is_dir());
}

use super::*;
use crate::check::testing::{System, said};

const HEADER: &str =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

/// Routes: interface, destination, gateway, flags, metric, mask, as a little-endian machine writes them.
fn routes(rows: &[(&str, &str, &str, &str, u32, &str)]) -> String {
    let line = |(interface, destination, gateway, flags, metric, mask): &(_, _, _, _, _, _)| {
        format!("{interface}\t{destination}\t{gateway}\t{flags}\t0\t0\t{metric}\t{mask}\t0\t0\t0\n")
    };
    format!("{HEADER}{}", rows.iter().map(line).collect::<String>())
}

fn arp(flags: &str) -> String {
    format!(
        "IP address       HW type     Flags       HW address            Mask     Device\n\
         10.0.0.254       0x1         {flags}         00:00:00:00:00:00     *        eth1\n\
         10.0.0.254       0x1         {flags}         00:00:00:00:00:00     *        eth0\n"
    )
}

/// The order of bytes is told by a socket of 127.0.0.1.
const TCP: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   \
                   uid  timeout inode\n   \
                   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4000 1 0 100 0 0 10 0\n";

fn system(route: &str, arp: &str, operstate: &str, flags: &str) -> System {
    System::new(&[
        ("proc/net/tcp", TCP),
        ("proc/net/route", route),
        ("proc/net/arp", arp),
        ("sys/class/net/eth0/operstate", operstate),
        ("sys/class/net/eth0/flags", flags),
        ("sys/class/net/eth0/type", "1\n"),
    ])
}

const LINK: (&str, &str, &str, &str, u32, &str) =
    ("eth0", "0000000A", "00000000", "0001", 0, "00FFFFFF");
const DEFAULT: (&str, &str, &str, &str, u32, &str) =
    ("eth0", "00000000", "FE00000A", "0003", 0, "00000000");

#[test]
fn routes_that_lead_nowhere_are_told() {
    let far = ("eth0", "00000000", "FE00010A", "0003", 0, "00000000");
    let second = ("eth1", "00000000", "FD00000A", "0003", 0, "00000000");
    let backup = ("eth1", "00000000", "FD00000A", "0003", 100, "00000000");
    let half = ("tun0", "00000000", "00000000", "0001", 0, "00000080");
    let reject = ("*", "00000000", "00000000", "0201", 0, "00000000");
    let no_default = "info: There is no default route: only networks in the main routing table \
                      can be reached.";
    for (rows, expected) in [
        (&[][..], &[][..]),
        (&[reject], &[]),
        (&[DEFAULT, LINK], &[]),
        (&[DEFAULT, backup, LINK], &[]),
        (&[half, LINK], &[]),
        (&[LINK], &[no_default]),
        (&[reject, LINK], &[no_default]),
        (
            &[DEFAULT, second, LINK],
            &[
                "warning: 2 default routes have the same metric (0); packets take the first: by \
                 10.0.0.254 \
               on eth0; by 10.0.0.253 on eth1.",
            ],
        ),
        (
            &[far, LINK],
            &[
                "info: The gateway of the default route, 10.1.0.254, is not in a network of eth0, and has not been used yet.",
            ],
        ),
    ] {
        let system = system(&routes(rows), &arp("0x2"), "up\n", "0x1003\n");
        assert_eq!(said(&system.look_once(&ABOUT, &[])), expected, "{rows:?}");
    }
    // Tunnels have no neighbours.
    let tunnel = system(&routes(&[far, LINK]), &arp("0x2"), "up\n", "0x1083\n");
    assert_eq!(said(&tunnel.look_once(&ABOUT, &[])), [""; 0]);
}

#[test]
fn a_gateway_that_does_not_answer_is_told() {
    let says = |severity| {
        format!(
            "{severity}: The gateway of the default route, 10.0.0.254, does not answer on eth0: its hardware address is unknown."
        )
    };
    let (known, unknown) = (arp("0x2"), arp("0x0"));
    for (before, now, expected) in [
        (&known, &known, None),
        (&unknown, &known, None),
        (&known, &unknown, Some(says("info"))),
        (&unknown, &unknown, Some(says("problem"))),
    ] {
        let system = system(&routes(&[DEFAULT, LINK]), before, "up\n", "0x1003\n");
        let found = system.look_twice(&ABOUT, &[], &[("proc/net/arp", now)], &[]);
        assert_eq!(said(&found), Vec::from_iter(expected));
    }
    // One look can't tell an answer that is late from none.
    let system = system(&routes(&[DEFAULT, LINK]), &unknown, "up\n", "0x1003\n");
    assert_eq!(said(&system.look_once(&ABOUT, &[])), [says("info")]);
}

#[test]
fn a_default_route_to_a_dead_link_is_told() {
    let backup = ("eth1", "00000000", "FD00000A", "0003", 100, "00000000");
    let rows = routes(&[DEFAULT, backup, LINK]);
    let dead = system(&rows, &arp("0x0"), "down\n", "0x1003\n");
    assert_eq!(
        said(&dead.look_once(&ABOUT, &[])),
        ["problem: The default route leads to eth0, which is up but has no carrier."]
    );
}

#[test]
fn a_table_that_is_missing_is_unknown() {
    let found = said(&System::new(&[]).look_once(&ABOUT, &[]));
    assert!(
        found[0].contains("proc/net/route: No such file"),
        "{found:?}"
    );
}

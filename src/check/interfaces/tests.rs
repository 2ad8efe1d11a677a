use super::*;
use crate::check::testing::{System, said};

const HEADER: &str = "\
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
";

/// An interface's received packets, errors and drops, and the same of sent ones.
fn dev(received: [u64; 3], sent: [u64; 3]) -> String {
    let side = |[packets, errors, drops]: [u64; 3]| format!("0 {packets} {errors} {drops} 0 0 0 0");
    format!("{HEADER}  eth0: {} {}\n", side(received), side(sent))
}

fn softnet(processed: u32, dropped: u32, squeezes: u32) -> String {
    format!(
        "{processed:08x} {dropped:08x} {squeezes:08x} 00000000\n00000000 00000000 00000000 \
         00000000\n"
    )
}

/// What is said of the carriers of made-up systems, which the kernel does not know.
const NO_CARRIERS: &str = "unknown: the carriers of interfaces: unsupported";

#[track_caller]
fn must_say(before: (&str, &str), now: (&str, &str), expected: &[&str]) {
    let system = System::new(&[
        ("proc/net/dev", before.0),
        ("proc/net/softnet_stat", before.1),
        ("proc/uptime", "86400.0 1.0"),
    ]);
    let later: &[(&str, &str)] = &[("proc/net/dev", now.0), ("proc/net/softnet_stat", now.1)];
    let mut found = said(&system.look_twice(&ABOUT, &[], later, &[]));
    found.retain(|it| it != NO_CARRIERS);
    assert_eq!(found, expected);
}

#[test]
fn loss_is_judged_by_its_share() {
    let idle = softnet(1000, 0, 0);
    let before = dev([1_000_000, 50, 700], [1_000_000, 0, 0]);
    for (now, expected) in [
        (dev([1_000_000, 50, 700], [1_000_000, 0, 0]), &[][..]),
        // A switch's packets that nobody wants, and a share that nobody notices.
        (dev([1_000_002, 50, 719], [1_000_002, 0, 0]), &[]),
        (dev([1_100_000, 150, 1000], [1_100_000, 0, 900]), &[]),
        (
            dev([1_000_980, 70, 700], [1_000_000, 0, 0]),
            &["warning: eth0 loses packets: in 2.0 s, 2.0% of received packets were bad (20)."],
        ),
        (
            dev([1_000_900, 50, 800], [1_000_100, 100, 0]),
            &[
                "problem: eth0 loses packets: in 2.0 s, 10.0% of received packets were dropped \
                 (100), \
               50.0% of sent packets failed (100).",
            ],
        ),
    ] {
        must_say((&before, &idle), (&now, &idle), expected);
    }
}

#[test]
fn what_was_lost_long_ago_is_information() {
    let idle = softnet(1000, 7, 9);
    let dev = dev([100_000, 0, 2000], [1_000_000, 0, 0]);
    must_say(
        (&dev, &idle),
        (&dev, &idle),
        &[
            "info: Since eth0 was created, 2.0% of received packets were dropped (2,000).",
            "info: Since boot, packets were dropped because a CPU's backlog queue was full: \
             dropped 7, \
             7.0 a day; none while watching.",
        ],
    );
}

#[test]
fn cpus_that_do_not_keep_up_are_told() {
    let dev = dev([1000, 0, 0], [1000, 0, 0]);
    for (now, expected) in [
        (softnet(90_000, 0, 199), &[][..]),
        (
            softnet(90_000, 0, 200),
            &[
                "info: CPUs postpone packets because they ran out of time or budget: time_squeeze \
                 rose \
               by 200 in 2.0 s.",
            ],
        ),
        (
            softnet(90_000, 3, 0),
            &[
                "info: CPUs drop 0.0% of received packets because their backlog queue is full: dropped rose by 3 in 2.0 s.",
            ],
        ),
        (
            softnet(9000, 1000, 0),
            &[
                "problem: CPUs drop 10.0% of received packets because their backlog queue is full: dropped rose by 1,000 in 2.0 s.",
            ],
        ),
    ] {
        must_say((&dev, &softnet(0, 0, 0)), (&dev, &now), expected);
    }
}

#[test]
fn a_link_that_comes_and_goes_is_told() {
    let name = |name: &[u8]| Name::new(name).expect("a name");
    let carrier = |is_virtual, changes| Carrier {
        name: name(b"eth0"),
        is_virtual,
        changes,
    };
    for (is_virtual, changes, is_told) in [
        (false, 3, false),
        (false, 4, true),
        (true, 5, false),
        (true, 6, true),
    ] {
        let before = [carrier(is_virtual, 2)];
        let found = flap(
            &carrier(is_virtual, changes),
            &before,
            Duration::from_secs(2),
        );
        assert_eq!(found.is_some(), is_told, "{is_virtual} {changes}");
    }
    let new = Carrier {
        name: name(b"eth1"),
        ..carrier(false, 9)
    };
    assert_eq!(
        flap(&new, &[carrier(false, 2)], Duration::from_secs(2)),
        None
    );
}

#[test]
fn a_table_that_is_missing_is_unknown() {
    let found = said(&System::new(&[]).look_once(&ABOUT, &[]));
    assert!(found[0].contains("proc/net/dev: No such file"), "{found:?}");
    let system = System::new(&[("proc/net/dev", &dev([1, 0, 0], [1, 0, 0]))]);
    let found = said(&system.look_once(&ABOUT, &[]));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("softnet_stat: No such file"), "{found:?}");
}

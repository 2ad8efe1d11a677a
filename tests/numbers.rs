//! Numbers in the formats that are rnetstat's own: their signs, and what they mean.

mod common;

use common::{binary, link, make_system, run, stderr, stdout};

const SNMP: &[u8] = b"Ip: Forwarding InReceives\nIp: 1 18446744073709551615\n\
    Tcp: RtoMax MaxConn CurrEstab\nTcp: 120000 -1 3\n";
const NETSTAT: &[u8] = b"TcpExt: SyncookiesSent\nTcpExt: 9007199254740993\n";
const SCTP: &[u8] = b"SctpCurrEstab                   \t-2\n";

#[test]
fn counters_below_zero_are_negative_in_formats_of_ours() {
    let root = make_system(
        "numbers-counters",
        &[
            ("proc/net/snmp", SNMP),
            ("proc/net/netstat", NETSTAT),
            ("proc/net/sctp/snmp", SCTP),
        ],
        &[],
    );
    let cases: [(&str, &[&str]); 4] = [
        (
            "json",
            &[
                r#""name":"MaxConn","value":-1,"#,
                r#""name":"InReceives","value":18446744073709551615,"#,
                r#""name":"SyncookiesSent","value":9007199254740993,"#,
                r#""name":"SctpCurrEstab","value":-2,"#,
            ],
        ),
        ("jsonl", &[r#""name":"MaxConn","value":-1,"#]),
        ("csv", &["Tcp,MaxConn,-1\n", "Sctp,SctpCurrEstab,-2\n"]),
        ("table", &[" -1\n", " -2\n", " 18446744073709551615\n"]),
    ];
    for (format, expected) in cases {
        let found = run(&binary(), &root, &["-s", "--format", format]);
        for text in expected {
            assert!(stdout(&found).contains(text), "{format}: {found:?}");
        }
        assert_eq!(stderr(&found), "", "{format}");
    }
    // net-tools has no words for MaxConn, and for this one it has.
    let found = run(&link("netstat"), &root, &["-sS"]);
    assert!(
        stdout(&found).contains(" 18446744073709551614 "),
        "{found:?}"
    );
    // The smallest come first.
    let flags = ["-s", "--format", "csv", "--sort", "value", "--top", "2"];
    let found = run(&binary(), &root, &flags);
    let expected = "section,name,value\nSctp,SctpCurrEstab,-2\nTcp,MaxConn,-1\n";
    assert_eq!(stdout(&found), expected);
}

#[test]
fn counters_of_interfaces_below_zero_are_negative_in_formats_of_ours() {
    let dev = "Inter-|   Receive                  |  Transmit\n \
        face |packets errs drop fifo frame|packets errs drop fifo colls carrier\n    \
        lo:-2147483648    0    0    0    0 -5    0    0    0     7    0\n  \
        eth0:18446744073709551615    0    0    0    0 1    0    0    0     0    0\n";
    let root = make_system(
        "numbers-interfaces",
        &[("proc/net/dev", dev.as_bytes())],
        &[],
    );
    let columns = "interface,rx_packets,tx_packets,tx_collisions";
    let flags = ["-ia", "--format", "csv", "--columns", columns];
    let found = stdout(&run(&binary(), &root, &flags));
    let rows = "eth0,18446744073709551615,1,0\nlo,-2147483648,-5,7\n";
    assert_eq!(found, format!("{columns}\n{rows}"));
    let found = stdout(&run(&link("netstat"), &root, &["-ia"]));
    assert!(found.contains("18446744071562067968 "), "{found}");
}

const HEADER: &str =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

#[test]
fn routes_have_the_segment_size_and_no_mtu() {
    let table = format!(
        "{HEADER}\
         eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n\
         eth0\t000200C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t1400\t5000\t300\n\
         eth0\t000300C0\t00000000\t0001\t0\t4294967295\t-1\t00FFFFFF\t40\t3000000000\t0\n"
    );
    let cache = "Iface\tDestination\tGateway \tFlags\t\tRefCnt\tUse\tMetric\tSource\t\tMTU\tWindow\tIRTT\tTOS\tHHRef\tHHUptod\tSpecDst\n\
         eth0\t057100CB\t010200C0\t0\t-1\t4\t0\t100200C0\t1500\t0\t0\t00\t-1\t0\t100200C0\n";
    let root = make_system(
        "numbers-routes",
        &[
            ("proc/net/route", table.as_bytes()),
            ("proc/net/rt_cache", cache.as_bytes()),
            (
                "proc/net/ipv6_route",
                format!(
                    "{0} 40 {0} 00 {0} 00000100 00000001 00000000 00000001 eth0\n",
                    "0".repeat(32)
                )
                .as_bytes(),
            ),
        ],
        &[],
    );
    let columns = "destination,metric,references,uses,mtu,advmss,window,irtt";
    let cases = [
        (
            "-rn",
            "192.0.2.0,100,0,0,,1360,5000,300\n\
             192.0.3.0,4294967295,0,4294967295,,,3000000000,\n",
        ),
        ("-Crn", "203.0.113.5,0,-1,4,,1460,,\n"),
        ("-rn6", "::,256,1,0,,,,\n"),
    ];
    for (flags, expected) in cases {
        let found = run(
            &binary(),
            &root,
            &[flags, "--format", "csv", "--columns", columns],
        );
        let rows = stdout(&found);
        let rows = rows
            .strip_prefix(&format!("{columns}\n"))
            .expect("a header");
        let rows = rows.strip_prefix("0.0.0.0,0,0,0,,,,\n").unwrap_or(rows);
        assert_eq!(rows, expected, "{flags}");
    }
    // A table for people has the size under its own title, and the classic one net-tools' numbers.
    let table = stdout(&run(&binary(), &root, &["-rn", "--format", "table"]));
    assert!(
        table.contains("AdvMSS") && !table.contains("MTU"),
        "{table}"
    );
    let classic = stdout(&run(&binary(), &root, &["-rn"]));
    let expected =
        "192.0.2.0       0.0.0.0         255.255.255.0   U      1400 5000     300 eth0\n";
    assert!(classic.contains(expected), "{classic}");
}

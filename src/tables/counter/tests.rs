//! Tests of whole files of counters.

use super::{BadLine, File, Row, Table};
use crate::host::Host;
use crate::tables::{Net, ReadError, Reader};
use proptest::prelude::*;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder that is removed when it is dropped.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Reads a file of these bytes. Returns sections as `Title:`, counters as `Name=value` and malformed
/// lines as `!number`, separated by blanks.
fn read(file: File, bytes: &[u8], bad_line: BadLine) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("rnetstat-counters-{}-{count}", std::process::id());
    let folder = Folder(std::env::temp_dir().join(name));
    let path = folder.0.join("proc/net").join(file.name());
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(&path, bytes).expect("written");
    let net = Net::of(&Host::new(Some(folder.0.clone())));
    let mut table = Table::open(&net, file, bad_line).expect("opened");
    let mut rows = Vec::new();
    loop {
        rows.push(match table.next_row() {
            Ok(None) => return rows.join(" "),
            Ok(Some(Row::Section { title, mib })) => {
                let known = if mib.is_some() { "" } else { "?" };
                format!("{}:{known}", String::from_utf8_lossy(title))
            }
            Ok(Some(Row::Counter { name, value })) => {
                format!("{}={}", String::from_utf8_lossy(name), value.signed())
            }
            Err(ReadError::Malformed { line, .. }) => format!("!{line}"),
            Err(ReadError::Io { source, .. }) => {
                assert_eq!(source.kind(), ErrorKind::UnexpectedEof, "{source}");
                rows.push("blank".to_owned());
                return rows.join(" ");
            }
        });
    }
}

#[test]
fn malformed_pairs_lose_as_little_as_possible() {
    let cases = [
        ("", "blank"),
        ("Ip: A B\nIp: 1 2\n", "Ip: A=1 B=2"),
        ("\nTcpExt: A\nTcpExt: 1\n\n", "TcpExt: A=1"),
        ("New:\nNew:\n", "New:?"),
        ("Ip:\tA  B \nIp:-1\t+2", "Ip: A=-1 B=2"),
        ("Ip: A B C\nIp: 1 x 3\n", "Ip: A=1 C=3 !2"),
        ("Ip: A B\nIp: 1x 2\n", "Ip: B=2 !2"),
        ("Ip: A B\nIp: 1\n", "Ip: A=1 !2"),
        ("Ip: A\nIp: 1 2\n", "Ip: A=1 !2"),
        ("Ip: A\nIp:\n", "Ip: !2"),
        ("Ip: A\n", "!1"),
        ("Ip: A\nUdp: B\nUdp: 2\n", "!1 Udp: B=2"),
        ("Ip: A\n\nIp: 1\n", "Ip: A=1"),
        ("Ip: A\njunk\nIp: 1\n", "!2 Ip: A=1"),
        ("junk\nIp: A\nIp: 1\n", "!1 Ip: A=1"),
        ("Ip A\nIp: 1\nIp: B\nIp: 2\n", "!1 !2 Ip: B=2"),
        ("Ip: A\nIp: B\nIp: 2\n", "!1 Ip: B=2"),
        ("Ip: A\nUdp: 1\nIp: 2\n", "!2 Ip: A=2"),
        ("Ip: A\0 B\nIp: 1 2\n", "Ip: A=1 !2"),
        (": A\n: 1\n", ":? A=1"),
    ];
    for (text, expected) in cases {
        let found = read(File::Snmp, text.as_bytes(), BadLine::CostsItself);
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn malformed_pairs_lose_what_net_tools_loses() {
    // Each was compared with net-tools.
    let cases = [
        ("Ip: A B C\nIp: 1 x 3\n", "Ip: A=1 B=0 C=0 !2"),
        ("Ip: A B C\nIp: 1x 2 3\n", "Ip: A=1 B=0 C=0 !2"),
        ("Ip: A B\nIp: 1-2\n", "Ip: A=1 B=-2"),
        ("Ip: A B\nIp:\n", "Ip: A=0 B=0 !2"),
        ("Ip: A\nUdp: B\nUdp: 2\n", "Ip: A=0 !2 !3"),
        ("Ip: A\nUdp: 7\nUdp: B\nUdp: 2\n", "Ip: A=7 Udp: B=2"),
        ("Ip: A\n\nUdp: B\nUdp: 2\n", "!2"),
        ("Ip: A\nIp 1\nUdp: B\nUdp: 2\n", "!2"),
        ("\n\njunk\nUdp: B\nUdp: 2\n", "!3"),
    ];
    for (text, expected) in cases {
        let found = read(File::Snmp, text.as_bytes(), BadLine::CostsTheRest);
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn single_counters_start_with_their_section() {
    let cases = [
        ("", "blank"),
        ("Ip6A 1\nIp6B\t2\n", "Ip6: Ip6A=1 Ip6B=2"),
        (
            "Udp6A 1\nUdpLite6A 2\n",
            "Udp6: Udp6A=1 UdpLite6:? UdpLite6A=2",
        ),
        ("Ip6A\nIp6B x\nIp6C 3\n", "!1 !2 Ip6: Ip6C=3"),
        (" Ip6A 1 2\n\n \nIp6B 2\n", "Ip6: Ip6A=1 Ip6B=2"),
        ("A 1\nB6A 2\nC 3\n", "A:? A=1 B6A=2 C:? C=3"),
        ("Tcp 1\n", "Tcp:? Tcp=1"),
    ];
    for (text, expected) in cases {
        for bad_line in [BadLine::CostsItself, BadLine::CostsTheRest] {
            let found = read(File::Snmp6, text.as_bytes(), bad_line);
            assert_eq!(found, expected, "{text:?}");
        }
    }
}

#[test]
fn sctp_counters_are_one_section() {
    let text = b"A 1\nB\nC x\n 4\nD 5x\n";
    let found = read(File::Sctp, text, BadLine::CostsItself);
    assert_eq!(found, "Sctp: A=1 !2 !3 =4 !5");
    let found = read(File::Sctp, text, BadLine::CostsTheRest);
    assert_eq!(found, "Sctp: A=1 !2 C=0 !3 =4 D=5");
    assert_eq!(read(File::Sctp, b"", BadLine::CostsItself), "Sctp: blank");
}

// Like net-tools, which reads 1023 bytes at a time.
#[test]
fn bytes_after_the_1023rd_are_another_line() {
    let blanks = " ".repeat(1023 - 4);
    let text = format!("A 1x{blanks}Ip6 2\nIp6B 3\n");
    let found = read(File::Snmp6, text.as_bytes(), BadLine::CostsTheRest);
    assert_eq!(found, "A:? A=1 Ip6: Ip6=2 Ip6B=3");
}

proptest! {
    // Each case writes files.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn arbitrary_bytes_are_parsed_or_rejected(
        bytes in any::<Vec<u8>>(),
        likely in "([A-Z][a-z]{0,3}6?|:|: |[0-9]{1,21}| |\n|\t|-|\0){0,60}",
    ) {
        for file in [File::Snmp, File::Netstat, File::Sctp, File::Snmp6] {
            for bad_line in [BadLine::CostsItself, BadLine::CostsTheRest] {
                read(file, &bytes, bad_line);
                read(file, likely.as_bytes(), bad_line);
            }
        }
    }

    #[test]
    fn counters_in_the_kernels_format_are_read_back(
        title in "[A-Z][a-z]{1,8}",
        counters in prop::collection::vec(("[A-Z][A-Za-z0-9]{0,23}", any::<u64>()), 0..40),
    ) {
        // net/ipv4/proc.c, `snmp_seq_show`.
        let names: String = counters.iter().map(|(name, _)| format!(" {name}")).collect();
        let values: String = counters.iter().map(|(_, value)| format!(" {value}")).collect();
        let text = format!("\n{title}:{names}\n{title}:{values}\n");
        let listed: String =
            counters.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        for bad_line in [BadLine::CostsItself, BadLine::CostsTheRest] {
            let found = read(File::Netstat, text.as_bytes(), bad_line).replace('?', "");
            prop_assert_eq!(found, format!("{title}:{listed}"));
        }
    }
}

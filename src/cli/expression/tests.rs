use super::*;
use crate::request::{Cgroup, Column, Device, Ports, Side, Test};
use proptest::prelude::*;
use std::time::Duration;

/// A filter, in short.
fn show(filter: &Filter) -> String {
    let all = |parts: &[Filter], joint: &str| {
        let parts: Vec<String> = parts.iter().map(show).collect();
        format!("({})", parts.join(joint))
    };
    match filter {
        Filter::All(parts) => all(parts, " & "),
        Filter::Any(parts) => all(parts, " | "),
        Filter::Not(filter) => format!("!{}", show(filter)),
        Filter::Is(test) => show_test(test),
    }
}

fn show_test(test: &Test) -> String {
    let end = |side: &Side| match side {
        Side::Local => "s",
        Side::Foreign => "d",
    };
    match test {
        Test::Port(side, Ports::Range(first, last)) if first == last => {
            format!("{}port {first}", end(side))
        }
        Test::Port(side, Ports::Range(first, last)) => format!("{}port {first}-{last}", end(side)),
        Test::Port(side, Ports::Service(comparison, name)) => {
            format!("{}port {comparison:?} {name}", end(side))
        }
        Test::Address(side, network) => format!("{} {network}", end(side)),
        Test::Path(side, glob) => format!("{} {glob}", end(side)),
        Test::State(name) => name.unwrap_or("-").to_owned(),
        Test::Device(Device::Index(index)) => format!("dev {index}"),
        Test::Device(Device::Name(name)) => format!("dev '{name}'"),
        Test::Device(Device::Glob(glob)) => format!("dev {glob}"),
        Test::Mark(mark) => format!("mark {:x}/{:x}", mark.value, mark.mask),
        Test::Cgroup(Cgroup::Path(path)) => format!("cgroup {path}"),
        Test::Column(Column {
            number,
            name,
            comparison,
            text,
            of,
        }) => format!("{number}: {name} {comparison:?} '{text}' of {of:?}"),
        test => format!("{test:?}"),
    }
}

fn parsed(text: &str) -> Result<String, (usize, String)> {
    match parse_text(text) {
        Ok((_, None)) => Ok(String::new()),
        Ok((_, Some(filter))) => Ok(show(&filter)),
        Err(mistake) => Err((mistake.at, mistake.why)),
    }
}

#[test]
fn expressions_are_trees() {
    let cases = [
        // Operators: symbols, words, and none.
        ("sport = :22", "sport 22"),
        ("sport :22", "sport 22"),
        ("sport eq 22", "sport 22"),
        ("sport == 0x16", "sport 22"),
        ("sport=:22", "sport 22"),
        ("sport =:22", "sport 22"),
        ("dport != :443", "!dport 443"),
        ("dport neq 443", "!dport 443"),
        ("dport < 80", "dport 0-79"),
        ("dport <= :80", "dport 0-80"),
        ("dport gt 80", "dport 81-65535"),
        ("dport geq 80", "dport 80-65535"),
        ("dport>=80", "dport 80-65535"),
        ("sport < 0", "()"),
        ("sport <= 65558", "sport 0-65535"),
        ("sport > 65535", "()"),
        ("sport = 99999999999", "()"),
        ("sport = *:22", "()"),
        ("dport = :ssh", "dport Equal ssh"),
        ("dport < https", "dport Less https"),
        // One level from the left; not takes the next alone.
        (
            "sport 1 or sport 2 and dport 3",
            "((sport 1 | sport 2) & dport 3)",
        ),
        (
            "sport 1 or sport 2 dport 3",
            "((sport 1 | sport 2) & dport 3)",
        ),
        (
            "sport 1 and sport 2 or dport 3",
            "((sport 1 & sport 2) | dport 3)",
        ),
        (
            "sport 1 | ( sport 2 & dport 3 )",
            "(sport 1 | (sport 2 & dport 3))",
        ),
        (
            "sport 1||(sport 2&&dport 3)",
            "(sport 1 | (sport 2 & dport 3))",
        ),
        ("not dport 3 and sport 1", "(!dport 3 & sport 1)"),
        ("! ( dport 3 and sport 1 )", "!(dport 3 & sport 1)"),
        ("!sport = :22", "!sport 22"),
        (
            "NOT sport 1 AND sport 2 OR sport 3",
            "((!sport 1 & sport 2) | sport 3)",
        ),
        ("! ! not dport != 3", "dport 3"),
        ("((sport 1))", "sport 1"),
        // Hosts.
        ("src 10.0.0.5", "s 10.0.0.5/32"),
        ("dst != 10.0.0.5", "!d 10.0.0.5/32"),
        ("dst=10/8", "d 10.0.0.0/8"),
        ("src 192.0.2.7/24", "s 192.0.2.0/24"),
        ("src 22", "s 22.0.0.0/32"),
        ("src 10.0.0.0/8:443", "(s 10.0.0.0/8 & sport 443)"),
        ("src 10.0.0.5:", "s 10.0.0.5/32"),
        ("dst *:https", "dport Equal https"),
        ("dst any:*", "()"),
        ("src []:22", "sport 22"),
        ("src [*]:22", "sport 22"),
        ("src :22", "sport 22"),
        ("src [2001:db8::5]:80", "(s 2001:db8::5/128 & sport 80)"),
        ("src [2001:db8::/32]:80", "(s 2001:db8::/32 & sport 80)"),
        ("src [2001:db8::]/32:80", "(s 2001:db8::/32 & sport 80)"),
        ("src 2001:db8::/32", "s 2001:db8::/32"),
        ("src 2001:db8::5", "s 2001:db8::5/128"),
        ("src ::", "s ::/128"),
        ("src :::22", "(s ::/128 & sport 22)"),
        ("dst [::ffff:10.0.0.5]", "d ::ffff:10.0.0.5/128"),
        ("src inet::22", "(Family(V4) & sport 22)"),
        ("not sport = inet6:22", "(Family(V6) & !sport 22)"),
        ("src /run/x*", "s /run/x*"),
        ("dst unix:@x", "d @x"),
        ("src unix:", "s *"),
        // States: a list in front is ss's, others are conditions.
        ("state listen", "(LISTEN | LISTENING)"),
        ("exclude syn_sent", "!(SYN_SENT | CONNECTING)"),
        (
            "state time-wait sport 1 or sport 2",
            "(TIME_WAIT & (sport 1 | sport 2))",
        ),
        (
            "state time-wait and sport 1 or sport 2",
            "((TIME_WAIT & sport 1) | sport 2)",
        ),
        ("state bucket exclude time-wait", "SYN_RECV"),
        ("state all", "()"),
        ("sport 1 state last-ack", "(sport 1 & LAST_ACK)"),
        ("sport 1 exclude last-ack", "(sport 1 & !LAST_ACK)"),
        ("( state closed )", "(- | CLOSE)"),
        (
            "state = LAST_ACK or state != closing",
            "(LAST_ACK | !CLOSING)",
        ),
        ("established", "(ESTABLISHED | CONNECTED)"),
        ("! LISTEN", "!(LISTEN | LISTENING)"),
        ("tw or fin_wait_2", "(TIME_WAIT | FIN_WAIT2)"),
        // Ends alone.
        (":8080", "(sport 8080 | dport 8080)"),
        ("*:80", "(sport 80 | dport 80)"),
        (":80-90", "(sport 80-90 | dport 80-90)"),
        (":ssh", "(sport Equal ssh | dport Equal ssh)"),
        (":80,443", "(sport 80 | dport 80 | sport 443 | dport 443)"),
        (":80 :443", "(sport 80 | dport 80 | sport 443 | dport 443)"),
        (
            ":80 tcp :443",
            "(sport 80 | dport 80 | sport 443 | dport 443)",
        ),
        ("10.0.0.1", "(s 10.0.0.1/32 | d 10.0.0.1/32)"),
        ("10.0.0.0/8", "(s 10.0.0.0/8 | d 10.0.0.0/8)"),
        ("10/8", "(s 10.0.0.0/8 | d 10.0.0.0/8)"),
        (
            "10.0.0.1:443",
            "((s 10.0.0.1/32 & sport 443) | (d 10.0.0.1/32 & dport 443))",
        ),
        (
            "10.0.0.1 :443",
            "((sport 443 | dport 443) & (s 10.0.0.1/32 | d 10.0.0.1/32))",
        ),
        (
            "[::1]:80",
            "((s ::1/128 & sport 80) | (d ::1/128 & dport 80))",
        ),
        ("::1", "(s ::1/128 | d ::1/128)"),
        ("fe80::/10", "(s fe80::/10 | d fe80::/10)"),
        (":::22", "((s ::/128 & sport 22) | (d ::/128 & dport 22))"),
        (
            "localhost:80",
            "((s 127.0.0.0/8 & sport 80) | (d 127.0.0.0/8 & dport 80) | (s ::1/128 & sport 80) | \
             (d ::1/128 & dport 80))",
        ),
        (
            "/run/docker.sock",
            "(s /run/docker.sock | d /run/docker.sock)",
        ),
        ("/run/a=b*", "(s /run/a=b* | d /run/a=b*)"),
        ("@x", "(s @x | d @x)"),
        ("/a/b :1", "(sport 1 | dport 1 | s /a/b | d /a/b)"),
        (
            "listen and (:80 or not @x)",
            "((LISTEN | LISTENING) & (sport 80 | dport 80 | !(s @x | d @x)))",
        ),
        (
            "dst 192.0.2.7 192.0.2.8",
            "(d 192.0.2.7/32 & (s 192.0.2.8/32 | d 192.0.2.8/32))",
        ),
        // The rest of ss's.
        ("dev eth0 or dev != 0", "(dev 'eth0' | !dev 0)"),
        ("fwmark = 0x1/0xff", "mark 1/ff"),
        ("fwmark 7", "mark 7/ffffffff"),
        (
            "cgroup /system.slice/a.service",
            "cgroup /system.slice/a.service",
        ),
        ("not autobound", "!Autobound"),
        // Columns.
        ("recv_q > 0", "0: recv_q Greater '0' of Row"),
        ("program = 'ng inx*'", "0: program Equal 'ng inx*' of Owner"),
        ("container != web", "!0: container Equal 'web' of Belonging"),
        (
            "(local_host=\"a\" or probes<2)",
            "(0: local_host Equal 'a' of Name | 1: probes Less '2' of Timers)",
        ),
        ("path = /run/a=b", "0: path Equal '/run/a=b' of Row"),
        ("user = root", "User(Name(\"root\"))"),
        ("user = r*", "0: user Equal 'r*' of Name"),
        ("uid != 0", "!User(Id(0))"),
        ("pid = 7 or inode = 8", "(Pid(7) | Inode(8))"),
        ("pid > 7", "0: pid Greater '7' of Owner"),
        (
            "port = 443",
            "(0: local_port Equal '443' of Row | 1: foreign_port Equal '443' of Row)",
        ),
        (
            "port != 443",
            "!(0: local_port Equal '443' of Row | 1: foreign_port Equal '443' of Row)",
        ),
        ("rtt_us > 5ms", "0: rtt_us Greater '5000' of Internals"),
        ("rtt_us > 5000", "0: rtt_us Greater '5000' of Internals"),
        (
            "last_send_ms > 2m",
            "0: last_send_ms Greater '120000' of Internals",
        ),
        (
            "bytes_sent >= 1.5MB",
            "0: bytes_sent AtLeast '1500000' of Internals",
        ),
        (
            "timer_seconds > 1.5m",
            "0: timer_seconds Greater '90' of Row",
        ),
        ("process = nginx", "0: program Equal 'nginx' of Owner"),
        ("Recv-Q > 0", "0: recv_q Greater '0' of Row"),
        ("local_port = ssh", "(sport 1-65535 & sport Equal ssh)"),
        ("local_port < 80", "0: local_port Less '80' of Row"),
        ("", ""),
        ("tcp 2", ""),
    ];
    for (text, expected) in cases {
        assert_eq!(parsed(text), Ok(expected.to_owned()), "{text}");
    }
}

#[test]
fn mistakes_are_told_with_their_place() {
    let cases = [
        ("sport", 5, "a port such as"),
        ("sport =", 7, "a port such as"),
        ("sport = or dport 1", 8, "a port such as"),
        ("sport > > 22", 8, "a port such as"),
        ("sport ! = :22", 6, "a port such as"),
        ("sport = 10.0.0.5:5353", 8, "a port such as"),
        ("sport = 10.0.0.5", 8, "a port such as"),
        ("dport = :22, sport = :22", 8, "a port such as"),
        ("dport = :22 , sport = :22", 12, "expected a condition"),
        ("src > 10.0.0.5", 4, "= or !="),
        ("src 10.0.0.256", 4, "does not look up host names"),
        ("src 10.0.0.5/33", 4, "an address"),
        ("src [2001:db8::5", 4, "an address"),
        ("src [2001:db8::5]x", 4, "an address"),
        ("src [2001:db8::/32]/32", 4, "an address"),
        ("src 127.0.0.1%lo", 4, "an address"),
        ("src example.org", 4, "an address"),
        ("src vsock:1", 4, "vsock sockets"),
        ("src inet:10.0.0.5 or src [2001:db8::5]", 25, "IPv4 address"),
        ("state", 5, "a state"),
        ("state new-syn-recv", 6, "a state"),
        ("state < closed", 6, "= or !="),
        ("sport 1 or state bogus", 17, "a state"),
        ("( sport = :22", 0, "this parenthesis is not closed"),
        ("sport = :22 )", 12, "no open parenthesis"),
        (")", 0, "no open parenthesis"),
        ("( )", 2, "expected a condition"),
        ("and sport = :22", 0, "expected a condition"),
        ("sport = :22 and", 15, "expected a condition"),
        ("sport 1 or or dport 2", 11, "expected a condition"),
        ("sport 1 or tcp", 11, "expected a condition"),
        ("not", 3, "expected a condition"),
        ("all", 0, "expected a condition"),
        ("nginx", 0, "expected a condition"),
        ("/?", 0, "expected a condition"),
        ("*", 0, "expected a condition"),
        ("10.0.0", 0, "10.0.0.0/8"),
        ("10.0.0.256", 0, "is not an address"),
        ("10.0.0.0/33", 0, "an address"),
        ("10.0.0.1:x y", 11, "expected a condition"),
        ("10.0.0.1:80:90", 0, "expected a condition"),
        ("[::1", 0, "an address"),
        (":", 0, "is not a port"),
        (":0", 0, "is not a port"),
        (":65536", 0, "is not a port"),
        (":80,", 0, "is not a port"),
        (":8100-8000", 0, "is not a port"),
        ("*:*", 0, "is not a port"),
        ("tcp 8080", 4, "did you mean :8080 (a port) or --port 8080?"),
        ("fwmark x", 7, "a mark"),
        ("rttus > 5", 0, "unknown field 'rttus'"),
        ("rtt_us > many", 9, "5ms or 2s"),
        ("rtt_us > 5MB", 9, "rtt_us cannot be compared with '5MB'"),
        ("timer_seconds > x", 16, "expected a time such as"),
        ("program nginx", 8, "expected an operator after program"),
        ("program =", 9, "a value for program"),
        ("program = 'nginx", 10, "this quote is not closed"),
        ("'sport' = 1", 0, "expected a condition"),
    ];
    for (text, at, why) in cases {
        let found = parsed(text).expect_err(text);
        assert_eq!(found.0, at, "{text}: {}", found.1);
        assert!(found.1.contains(why), "{text}: {}", found.1);
    }
    let deep = "(".repeat(100) + "sport 1";
    assert!(
        parsed(&deep)
            .expect_err("deep")
            .1
            .contains("nested at most 64")
    );
    let long = "sport 1 or dport 2 and ".repeat(1000) + "sport 1";
    assert!(parsed(&long).expect_err("long").1.contains("at most 512"));
    assert!(parsed(&("not ".repeat(100_000) + "sport 1")).is_ok());
}

#[test]
fn near_columns_are_offered() {
    for (name, near) in [
        ("container_nam", "container"),
        ("recv_qs", "recv_q"),
        ("programm", "program"),
        ("addres", "local_address"),
    ] {
        let (_, why) = parsed(&format!("{name} = 1")).expect_err(name);
        assert!(why.contains(near), "{name}: {why}");
    }
}

#[test]
fn a_message_points_at_the_place() {
    let words = ["dport", "=", ":443", "änd", "sport\t=", "1"].map(OsString::from);
    let shown = parse(&words, |_| "; a hint").expect_err("a mistake");
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[0].ends_with("; a hint"), "{shown}");
    assert_eq!(
        lines[1..],
        ["  dport = :443 änd sport = 1", "               ^"]
    );
}

#[test]
fn other_words_stand_where_a_condition_would_begin() {
    for (text, filter, protocols, seconds) in [
        ("tcp dport = :443 2", "dport 443", 1, Some(2)),
        ("dport = :443 udp", "dport 443", 1, None),
        (
            "2 sport 22 tcp or sport 23",
            "(sport 22 | sport 23)",
            1,
            Some(2),
        ),
        ("sport 22 80", "sport 22", 0, Some(80)),
        ("tcp state closing udp", "CLOSING", 2, None),
        ("5", "", 0, Some(5)),
        ("8080s", "", 0, Some(8080)),
        (":80 2h", "(sport 80 | dport 80)", 0, Some(7200)),
    ] {
        let (words, found) = parse_text(text).expect(text);
        assert_eq!(
            found.as_ref().map(show).unwrap_or_default(),
            filter,
            "{text}"
        );
        assert_eq!(words.inet.len(), protocols, "{text}");
        assert_eq!(words.interval, seconds.map(Duration::from_secs), "{text}");
    }
}

#[test]
fn where_words_are_cut_does_not_matter() {
    let text = "state closing ( dport = :443 or program = 'a b' ) and not src 10/8";
    let cut: Vec<OsString> = text.split(' ').map(OsString::from).collect();
    let whole = [OsString::from(text)];
    let parsed = |words: &[OsString]| parse(words, |_| "").expect("good").1;
    assert_eq!(parsed(&cut), parsed(&whole));
}

proptest! {
    #[test]
    fn any_text_is_an_expression_or_has_a_mistake_in_it(
        text in ".{0,60}",
        words in prop::collection::vec(
            prop::sample::select(vec![
                ":", "@x", "/r", "::1", "1.2.3.4", "listen", "8080", "(", ")", "not", "!", "and", "or", "||", "&", "sport", "dst", "state", "=", "!=", "<",
                ":22", "10/8", "[::1]:1", "closing", "recv_q", "'x y'", "'", "dev", "tcp", "2", "ä",
            ]),
            0..20,
        ),
    ) {
        for text in [text, words.join(" "), words.concat()] {
            if let Err(mistake) = parse_text(&text) {
                prop_assert!(mistake.at <= text.len() && text.is_char_boundary(mistake.at));
                prop_assert!(!mistake.why.is_empty(), "{}", text);
            }
        }
    }
}

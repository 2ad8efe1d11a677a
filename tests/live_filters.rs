//! The filter language beside ss, on sockets of the test's own in a network namespace.
//!
//! Needs what tests/live.rs needs, and says so where it is missing.

mod common;

use common::namespace::ready;
use common::ss_sockets::{SOCKETS, SsSockets, letter};
use common::{binary, stderr, stdout};
use std::process::{Command, Output};

/// What ss answered: an expression, its exit status, and the letters of the sockets that it let through.
const ANSWERS: &str = include_str!("data/ss-filters.tsv");

/// Expressions to which ss applies two filters that disagree. Here they have their plain meaning.
const PLAIN: [(&str, &str); 14] = [
    // The kernel asks whether the port was asked for, ss whether it is in the range; the manual of ss
    // says the latter.
    ("autobound", "FHJLNR"),
    ("not autobound", "ABCDEGIKMOPQST"),
    ("! autobound", "ABCDEGIKMOPQST"),
    ("autobound or sport = :22", "ABFHJLMNRS"),
    ("autobound and dport = :443", "FHN"),
    ("state all autobound", "FHJLNR"),
    ("not not autobound", "FHJLNR"),
    // The kernel tests the family, ss takes it for any address.
    ("not src 0.0.0.0/0", "BDEHIP"),
    ("not src [::/0]", "ACFGJLMNOQRST"),
    // The kernel keeps 16 bits of a port, ss all of them.
    ("sport <= 65558", ALL),
    ("sport < 65536", ALL),
    ("sport <= 65536", ALL),
    // Any port is not less than any port.
    ("sport >= :*", ALL),
    ("sport <= :*", ALL),
];

/// Expressions that ss refuses, though they can only mean one thing.
const UNDERSTOOD: [(&str, &str); 26] = [
    ("state listen", "ABCDE"),
    ("state estab", "FGHIJKQ"),
    ("dport = :443 state established", "FH"),
    ("( state established )", "FGHIJKQ"),
    ("not state established", "ABCDELMNOPRST"),
    ("state established or state listening", "ABCDEFGHIJKQ"),
    ("dst != 192.0.2.7", "ABCDEGHIKLMOPRST"),
    ("src 2001:db8::5", "H"),
    ("src [2001:db8::]/32", "HI"),
    ("dst [2001:db8::]/32", "HI"),
    ("src 10.0.0.0/8 or dst [2001:db8::]/32", "FHIJNQR"),
    ("dst ::ffff:10.0.0.5", "K"),
    ("src ::", "BDEP"),
    ("src [::]/0", "BDEHIKP"),
    ("src [2001:db8::5]/128", "H"),
    ("(sport = :22)", "ABMS"),
    ("sport=:22", "ABMS"),
    ("sport =:22", "ABMS"),
    ("!sport = :22", "CDEFGHIJKLNOPQRT"),
    ("sport = :22 AND dport = :40004", "M"),
    ("established", "FGHIJKQ"),
    ("listening", "ABCDE"),
    (":22", "ABLMRS"),
    ("10.0.0.5", "FGJKNQR"),
    ("dst 192.0.2.7 192.0.2.7", "FJNQ"),
    // A protocol, as ever; the listeners are hidden without a condition.
    ("tcp", "FGHIJKLMNRS"),
];

/// Numbers that are intervals, as ever.
const INTERVALS: [(&str, &str); 2] = [("22", "FGHIJKLMNQRS"), ("sport = 22 80", "ABMS")];

/// An interface that does not exist: ss refuses it, rnetstat says so and fails.
const MISSING: &str = "dev nonsense";

const ALL: &str = "ABCDEFGHIJKLMNOPQRST";

/// The number of expressions that are tried before the sockets are made anew, since some of them last
/// for a minute.
const AT_ONCE: usize = 50;

/// The sockets, in a new namespace. Those before are closed.
fn made_anew(before: Option<SsSockets>) -> SsSockets {
    drop(before);
    assert!(ready());
    let sockets = SsSockets::make();
    assert_eq!(sockets.held() + 2, SOCKETS.len());
    sockets
}

fn ask(flags: &[&str], expression: &str) -> Output {
    let mut command = Command::new(binary());
    command.args(["-nut", "--format=csv"]);
    command.arg("--columns=proto,local_address,local_port,foreign_address,foreign_port");
    command.args(flags).args(expression.split(' '));
    command.output().expect("runs")
}

/// The letters of the rows, or `error`.
fn letters(found: &Output) -> String {
    if found.status.code() == Some(3) {
        assert_eq!(stdout(found), "");
        return "error".to_owned();
    }
    sorted(stdout(found).lines().skip(1).map(letter).collect())
}

fn sorted(mut letters: Vec<char>) -> String {
    letters.sort_unstable();
    match letters.is_empty() {
        true => "-".to_owned(),
        false => letters.into_iter().collect(),
    }
}

#[test]
fn recorded_answers_of_ss_are_the_same() {
    if !ready() {
        return;
    }
    let mut differing = Vec::new();
    let mut excused = 0;
    let answers: Vec<&str> = ANSWERS.lines().filter(|it| !it.starts_with('#')).collect();
    assert_eq!(answers.len(), 312);
    let mut sockets = None;
    for (index, answer) in answers.into_iter().enumerate() {
        if index % AT_ONCE == 0 {
            sockets = Some(made_anew(sockets.take()));
        }
        let fields: Vec<&str> = answer.split('\t').collect();
        let [expression, _, of_ss] = fields[..] else {
            panic!("three fields: {answer}");
        };
        let exceptions = [&PLAIN[..], &UNDERSTOOD, &INTERVALS];
        let exception = exceptions
            .iter()
            .flat_map(|it| it.iter())
            .find(|(it, _)| *it == expression);
        let is_interval = INTERVALS.iter().any(|(it, _)| *it == expression);
        let flags: &[&str] = if is_interval { &["--times=1"] } else { &[] };
        let found = ask(flags, expression);
        if expression == MISSING {
            assert_eq!(found.status.code(), Some(1));
            assert!(stderr(&found).contains("there is no interface 'nonsense'"));
            continue;
        }
        let expected = match exception {
            Some((_, plain)) => {
                excused += 1;
                assert_ne!(*plain, of_ss, "{expression} is no exception");
                plain
            }
            None => of_ss,
        };
        let letters = letters(&found);
        let status = match expected {
            "error" => 3,
            "-" => 1,
            _ => 0,
        };
        if letters != expected || found.status.code() != Some(status) {
            differing.push(format!(
                "{expression}: {expected}, found {letters}: {}",
                stderr(&found)
            ));
        }
    }
    assert_eq!(differing, [""; 0]);
    assert_eq!(excused, PLAIN.len() + UNDERSTOOD.len() + INTERVALS.len());
}

/// Numbers that look random, and are the same in each run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    /// An expression that ss understands, and to which its two filters have one answer.
    fn expression(&mut self, depth: usize) -> String {
        let mut text = self.unit(depth);
        for _ in 0..self.below(3) {
            let joint = self.pick(&["and", "or", "&&", "||", "&", "|", ""]);
            text = format!("{text} {joint} {}", self.unit(depth));
        }
        text
    }

    fn unit(&mut self, depth: usize) -> String {
        match self.below(8) {
            0 => format!("{} {}", self.pick(&["not", "!"]), self.unit(depth)),
            1 | 2 if depth > 0 => format!("( {} )", self.expression(depth - 1)),
            3 => format!(
                "dev {} {}",
                self.pick(&["=", "!=", ""]),
                self.pick(&["lo", "0", "1"])
            ),
            4..=5 => {
                // Neither 0.0.0.0 nor [::]: to ss's own filter each fits the other, too, to the kernel's
                // not, so that ss has its own answers where `dev` or `not` is there.
                let host = [
                    "10.0.0.5",
                    "10.0.0.0/8",
                    "10/8",
                    "192.0.2.7",
                    "192.0.2.0/24:443",
                    "127.0.0.0/8",
                    "[2001:db8::5]",
                    "[2001:db8::/32]",
                    "[2001:db8::5]:40002",
                    "2001:db8:1::/48",
                    "[::ffff:10.0.0.5]",
                    "[::ffff:192.0.2.7]:80",
                    "*:22",
                    ":443",
                ];
                let equal = self.pick(&["=", "==", "eq", ""]);
                format!(
                    "{} {equal} {}",
                    self.pick(&["src", "dst"]),
                    self.pick(&host)
                )
            }
            _ => {
                let operators = [
                    "=", "==", "!=", "<", "<=", ">", ">=", "eq", "ne", "lt", "le", "gt", "ge", "",
                ];
                let ports = [
                    ":22", "22", ":53", "80", ":443", "5353", "40003", "0", "65535", "0x16",
                    ":ssh", ":https",
                ];
                let (side, operator) = (self.pick(&["sport", "dport"]), self.pick(&operators));
                format!("{side} {operator} {}", self.pick(&ports))
            }
        }
    }

    fn states(&mut self) -> String {
        let words = [
            "established",
            "syn-sent",
            "syn-recv",
            "fin-wait-2",
            "time-wait",
            "close-wait",
            "closed",
            "listening",
            "all",
            "connected",
            "synchronized",
            "bucket",
            "big",
        ];
        let terms = (0..self.below(3)).map(|_| {
            let term = self.pick(&["state", "state", "exclude"]);
            format!("{term} {}", self.pick(&words))
        });
        terms.collect::<Vec<_>>().join(" ")
    }
}

/// The letters of the rows that ss lists.
fn letters_of_ss(expression: &str) -> String {
    let words = expression.split_whitespace();
    let found = Command::new("ss")
        .args(["-Hnatu"])
        .args(words)
        .output()
        .expect("runs");
    assert!(found.status.success(), "{expression}: {}", stderr(&found));
    let letter = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [protocol, .., local, foreign] = words[..] else {
            panic!("a row: {line}");
        };
        let is_it =
            |it: &&(char, &str, &str, &str)| (it.1, it.2, it.3) == (protocol, local, foreign);
        SOCKETS
            .iter()
            .find(is_it)
            .unwrap_or_else(|| panic!("known: {line}"))
            .0
    };
    sorted(stdout(&found).lines().map(letter).collect())
}

#[test]
fn random_expressions_mean_to_ss_what_they_mean_here() {
    if Command::new("ss").arg("-V").output().is_err() {
        println!("passed over: no ss");
        return;
    }
    if !ready() {
        return;
    }
    let mut sockets = None;
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut kinds = [0; 3];
    for index in 0..200 {
        if index % AT_ONCE == 0 {
            sockets = Some(made_anew(sockets.take()));
        }
        let text = format!("{} {}", random.states(), random.expression(2));
        let words: Vec<&str> = text.split_whitespace().collect();
        let expression = words.join(" ");
        let of_ss = letters_of_ss(&expression);
        let found = ask(&[], &expression);
        assert_eq!(letters(&found), of_ss, "{expression}: {}", stderr(&found));
        kinds[match of_ss.as_str() {
            "-" => 0,
            ALL => 1,
            _ => 2,
        }] += 1;
    }
    // Most tell something from something else.
    assert!(kinds[2] > 100, "{kinds:?}");
}

//! Running checks, and what they find.

use super::{binary, stderr, stdout};
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How long a condition may take to come about.
const LONGEST: Duration = Duration::from_secs(20);

/// What a check has found.
#[derive(Debug)]
pub struct Found(pub Value);

impl Found {
    /// How bad it is.
    pub fn severity(&self) -> &str {
        self.0["severity"].as_str().expect("a severity")
    }

    /// What it says.
    pub fn message(&self) -> &str {
        self.0["message"].as_str().expect("a message")
    }

    /// A number that it rests on.
    pub fn number(&self, name: &str) -> i64 {
        let value = &self.0["evidence"][name]["value"];
        value
            .as_i64()
            .unwrap_or_else(|| panic!("no {name}: {}", self.0))
    }

    /// Where that was read.
    pub fn source(&self, name: &str) -> &str {
        let source = &self.0["evidence"][name]["source"];
        source
            .as_str()
            .unwrap_or_else(|| panic!("no {name}: {}", self.0))
    }

    /// The PIDs of its owners.
    pub fn pids(&self) -> Vec<u64> {
        let owners = self.0["owners"].as_array().expect("a list");
        owners.iter().filter_map(|it| it["pid"].as_u64()).collect()
    }

    /// What to do next, in one text.
    pub fn advice(&self) -> String {
        let advice = self.0["advice"].as_array().expect("a list");
        let advice: Vec<_> = advice.iter().filter_map(Value::as_str).collect();
        advice.join("\n")
    }
}

/// Makes a check of the thread's namespace, with two looks a moment apart.
pub fn check(name: &str) -> Vec<Found> {
    run(name, &["--for", "0.2"])
}

/// Makes a check of the system under `root`.
pub fn check_root(root: &Path, name: &str) -> Vec<Found> {
    run(name, &["--root", root.to_str().expect("a path in UTF-8")])
}

fn run(name: &str, flags: &[&str]) -> Vec<Found> {
    let output = Command::new(binary())
        .args(["--json", "--check", name])
        .args(flags)
        .stdin(Stdio::null())
        .output()
        .expect("runs");
    let found: Vec<Value> = serde_json::from_str(&stdout(&output)).expect("JSON");
    let found: Vec<Found> = found.into_iter().map(Found).collect();
    let is_trouble = |it: &Found| matches!(it.severity(), "warning" | "problem");
    let status = i32::from(found.iter().any(is_trouble));
    assert_eq!(output.status.code(), Some(status), "{found:?}");
    found
}

/// The severities and messages of all.
pub fn said(found: &[Found]) -> Vec<String> {
    let line = |it: &Found| format!("{}: {}", it.severity(), it.message());
    found.iter().map(line).collect()
}

/// Sees that a check of the thread's namespace has nothing to say.
#[track_caller]
pub fn must_be_quiet(name: &str) {
    let found = check(name);
    let severities: Vec<_> = found.iter().map(Found::severity).collect();
    assert_eq!(severities, ["ok"], "{:?}", said(&found));
}

/// Makes a check until it finds something this bad, of which `is_it` holds, and sees that what it advises to
/// look at can be looked at.
#[track_caller]
pub fn found(name: &str, severity: &str, is_it: impl Fn(&Found) -> bool) -> Found {
    let start = Instant::now();
    loop {
        let mut all = check(name);
        let is_it = |it: &Found| it.severity() == severity && is_it(it);
        if let Some(index) = all.iter().position(is_it) {
            let found = all.swap_remove(index);
            must_work(&found);
            return found;
        }
        let said = said(&all);
        assert!(
            start.elapsed() < LONGEST,
            "no {severity} of {name}: {said:?}"
        );
        thread::sleep(Duration::from_millis(50));
    }
}

/// The same, of which the message says `part`.
#[track_caller]
pub fn found_saying(name: &str, severity: &str, part: &str) -> Found {
    found(name, severity, |it| it.message().contains(part))
}

/// Sees that each command that a finding advises can be run.
#[track_caller]
pub fn must_work(found: &Found) {
    let advice = found.advice();
    let commands = advice
        .lines()
        .filter_map(|it| it.strip_prefix("Look: rnetstat "));
    let mut number = 0;
    for command in commands {
        number += 1;
        // What repeats or takes time need not do so here.
        let flags = command.strip_suffix(" --delta 2").unwrap_or(command);
        let flags = flags.replace("--for 10", "--for 0.1");
        let output = Command::new(binary()).args(flags.split(' ')).output();
        let output = output.expect("runs");
        let is_known = matches!(output.status.code(), Some(0 | 1));
        assert!(is_known, "{command}: {}", stderr(&output));
    }
    let is_trouble = found.severity() != "info";
    assert!(number == 1 || !is_trouble, "{advice}");
}

/// Returns what `test` does while another thread does something again and again, in the same namespace.
pub fn while_repeating<R>(again: impl Fn() + Sync, test: impl FnOnce() -> R) -> R {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                again();
            }
        });
        // The thread ends even if the test fails.
        let result = catch_unwind(AssertUnwindSafe(test));
        is_over.store(true, Ordering::Relaxed);
        result.unwrap_or_else(|panic| resume_unwind(panic))
    })
}

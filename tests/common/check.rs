//! Running checks, and what they find.

use super::{binary, stdout};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};

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

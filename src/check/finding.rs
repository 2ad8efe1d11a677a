//! What a check says.

use super::Counter;
use super::whose::Whose;
use std::fmt;

/// How bad a finding is, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing was found.
    Ok,
    /// The check could not be made.
    Unknown,
    /// Worth knowing; nothing need be done.
    Info,
    /// Something will fail if it goes on.
    Warning,
    /// Something fails now.
    Problem,
}

impl Severity {
    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Ok => "ok",
            Severity::Unknown => "unknown",
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Problem => "problem",
        }
    }
}

/// A number that a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What it counts, by the kernel's name or that of a column.
    pub name: String,
    /// The number.
    pub value: i128,
    /// Where it was read: a file, or `sock_diag`.
    pub source: String,
}

/// What a check has found, or why it could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The name of the check.
    pub check: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Sentences: what is wrong, and how one knows.
    pub message: Vec<String>,
    /// The numbers that these rest on.
    pub evidence: Vec<Evidence>,
    /// The processes that it is about.
    pub owners: Vec<Whose>,
    /// What to do next: a verb, and a command or a setting.
    pub advice: Vec<(&'static str, String)>,
}

impl Finding {
    /// Begins a finding with its first sentence. The check's name is added by whoever runs it.
    pub fn new(severity: Severity, sentence: String) -> Finding {
        Finding {
            check: "",
            severity,
            message: vec![capitalized(sentence)],
            evidence: Vec::new(),
            owners: Vec::new(),
            advice: Vec::new(),
        }
    }

    /// Says that a part of a check could not be made, and why: a part of a sentence.
    pub fn unknown(why: impl fmt::Display) -> Finding {
        Finding::new(Severity::Unknown, why.to_string())
    }

    /// Has its commands look at the network namespace of this name.
    pub fn look_in(&mut self, netns: &str) {
        for (_, what) in &mut self.advice {
            if let Some(flags) = what.strip_prefix("rnetstat ") {
                *what = format!("rnetstat --netns '{netns}' {flags}");
            }
        }
    }

    /// Adds a sentence.
    pub fn and(mut self, sentence: String) -> Finding {
        self.message.push(sentence);
        self
    }

    /// Adds a number that it rests on.
    pub fn from(
        mut self,
        name: &str,
        value: impl Into<i128>,
        source: impl Into<String>,
    ) -> Finding {
        self.evidence.push(Evidence {
            name: name.to_owned(),
            value: value.into(),
            source: source.into(),
        });
        self
    }

    /// Adds how much a counter rose.
    pub fn from_rise(self, counter: &Counter) -> Finding {
        self.from(counter.name, counter.rise.unwrap_or(0), &*counter.source)
    }

    /// Adds a process that it is about.
    pub fn of(mut self, owner: Option<Whose>) -> Finding {
        self.owners.extend(owner);
        self
    }

    /// Adds what to do next.
    pub fn advise(mut self, verb: &'static str, what: String) -> Finding {
        self.advice.push((verb, what));
        self
    }
}

/// Returns a sentence that begins with a capital, unless it begins with a name.
fn capitalized(sentence: String) -> String {
    match sentence.strip_prefix("a process") {
        Some(rest) => format!("A process{rest}"),
        None => sentence,
    }
}

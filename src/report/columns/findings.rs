//! The columns of what checks find.

use super::{Column, Get, Identity, Listing, Shrink};
use crate::check::{Evidence, FindingRows, Whose};
use crate::report::records::value::Value;
use std::borrow::Cow;

/// The listing of findings.
pub const FINDINGS: Listing<FindingRows> = Listing {
    columns: &[COLUMNS],
    usual: |_| vec!["severity", "check", "message", "advice"],
    no_owner: |_, _| None,
    identity: Identity {
        // The message has numbers that change; what to do next stays.
        by: &["check", "advice"],
        fallback_key: None,
        changes: &["severity"],
    },
};

const COLUMNS: &[(Column, Get<FindingRows>)] = &[
    (
        Column::new("check", "Check").drop_before_wrap(2),
        |row, _| Value::word(Some(row.finding.check)),
    ),
    (Column::new("severity", "Severity"), |row, _| {
        Value::word(Some(row.finding.severity.word()))
    }),
    (
        Column::new("message", "Message").shrink(Shrink::Text),
        |row, _| text(row.finding.message.join(" ")),
    ),
    (
        Column::new("evidence", "Evidence").shrink(Shrink::Text),
        |row, _| {
            let all = row.finding.evidence.iter();
            Value::Object(all.map(|it| (it.name.clone(), evidence(it))).collect())
        },
    ),
    (
        Column::new("owners", "Owners").shrink(Shrink::Text),
        |row, _| Value::List(row.finding.owners.iter().map(owner).collect()),
    ),
    (
        Column::new("advice", "Advice")
            .shrink(Shrink::Text)
            .drop_before_wrap(1),
        |row, _| {
            let all = row.finding.advice.iter();
            Value::List(
                all.map(|(verb, what)| text(format!("{verb}: {what}")))
                    .collect(),
            )
        },
    ),
];

fn evidence(evidence: &Evidence) -> Value<'static> {
    Value::Object(vec![
        ("value".to_owned(), Value::Number(evidence.value)),
        ("source".to_owned(), text(evidence.source.clone())),
    ])
}

fn owner(owner: &Whose) -> Value<'static> {
    let maybe = |it: &Option<String>| it.clone().map_or(Value::Null, text);
    Value::Object(vec![
        ("pid".to_owned(), Value::Number(owner.pid.into())),
        ("program".to_owned(), text(owner.program.clone())),
        ("unit".to_owned(), maybe(&owner.unit)),
        ("container".to_owned(), maybe(&owner.container)),
    ])
}

fn text(text: String) -> Value<'static> {
    Value::Text(Cow::Owned(text.into_bytes()))
}

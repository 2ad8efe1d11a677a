//! Columns of sockets by the words that people use for them.

use crate::report::columns::sockets::SOCKETS;
use crate::report::columns::{Column, Describe};
use crate::request::{OutputSpec, What};

/// Words that mean one column, in small letters and with underscores.
const ONE: [(&str, &str); 34] = [
    ("bytes_in", "bytes_received"),
    ("bytes_out", "bytes_sent"),
    ("container_name", "container"),
    ("dest_ip", "foreign_address"),
    ("dest_port", "foreign_port"),
    ("dport", "foreign_port"),
    ("dst_ip", "foreign_address"),
    ("dst_port", "foreign_port"),
    ("executable", "exe"),
    ("foreign_ip", "foreign_address"),
    ("iface", "interface"),
    ("local_ip", "local_address"),
    ("lport", "local_port"),
    ("name", "program"),
    ("ppid", "parent_pid"),
    ("process", "program"),
    ("process_name", "program"),
    ("prog", "program"),
    ("program_name", "program"),
    ("protocol", "proto"),
    ("recvq", "recv_q"),
    ("remote_address", "foreign_address"),
    ("remote_host", "foreign_host"),
    ("remote_ip", "foreign_address"),
    ("remote_port", "foreign_port"),
    ("remote_service", "foreign_service"),
    ("rport", "foreign_port"),
    ("rtt", "rtt_us"),
    ("sendq", "send_q"),
    ("sport", "local_port"),
    ("src_ip", "local_address"),
    ("src_port", "local_port"),
    ("status", "state"),
    ("username", "user"),
];

/// Words that mean an end of a socket: its address and its port.
const ENDS: [(&str, [&str; 2]); 10] = [
    ("dest", FOREIGN),
    ("destination", FOREIGN),
    ("dst", FOREIGN),
    ("foreign", FOREIGN),
    ("raddr", FOREIGN),
    ("remote", FOREIGN),
    ("laddr", LOCAL),
    ("local", LOCAL),
    ("source", LOCAL),
    ("src", LOCAL),
];

const LOCAL: [&str; 2] = ["local_address", "local_port"];
const FOREIGN: [&str; 2] = ["foreign_address", "foreign_port"];

/// Words of which each side has one.
const BOTH: [(&str, [&str; 2]); 5] = [
    ("address", ["local_address", "foreign_address"]),
    ("host", ["local_host", "foreign_host"]),
    ("ip", ["local_address", "foreign_address"]),
    ("port", ["local_port", "foreign_port"]),
    ("service", ["local_service", "foreign_service"]),
];

/// What a word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// A column.
    One(&'static str),
    /// An end of a socket: its address and its port.
    End([&'static str; 2]),
    /// A column of either side.
    Either([&'static str; 2]),
}

/// Returns what a word means that is no column's name, if anything.
pub fn meant(word: &str) -> Option<Meant> {
    let word = word.trim().to_ascii_lowercase().replace(['-', ' '], "_");
    let names = SOCKETS.columns();
    if let Some(column) = names.iter().find(|it| it.name == word) {
        return Some(Meant::One(column.name));
    }
    let one = ONE.iter().find(|(it, _)| *it == word);
    let one = one.map(|(_, column)| Meant::One(column));
    let end = || ENDS.iter().find(|(it, _)| *it == word);
    let end = || end().map(|(_, columns)| Meant::End(*columns));
    let both = || BOTH.iter().find(|(it, _)| *it == word);
    one.or_else(end)
        .or_else(|| both().map(|(_, columns)| Meant::Either(*columns)))
        .or_else(|| titled(&word, &names).map(Meant::One))
}

/// Returns the name of the column whose title in tables the word is, if no other has it.
fn titled(word: &str, columns: &[Column]) -> Option<&'static str> {
    let spelled = |title: &str| title.to_ascii_lowercase().replace(['-', ' '], "_");
    let mut titled = columns.iter().filter(|it| spelled(it.title) == word);
    let column = titled.next()?;
    titled.next().is_none().then_some(column.name)
}

/// Replaces words for columns of sockets by the columns' names.
///
/// # Errors
/// A word could mean one of two columns.
pub fn name(output: &mut OutputSpec, what: &What) -> Result<(), String> {
    if !matches!(what, What::Sockets(it) if !it.lists_groups()) {
        return Ok(());
    }
    if let Some(columns) = &mut output.columns {
        *columns = listed(columns, "--columns", &output.count_by)?;
    }
    // Connections are counted by their other hosts, not by each of their ports.
    let first = |names: Vec<String>| names.into_iter().next();
    for word in &mut output.count_by {
        if let Some(name) = first(named(word, "--count-by")?) {
            *word = name;
        }
    }
    for key in &mut output.sort {
        if let Some(name) = first(named(&key.column, "--sort")?) {
            key.column = name;
        }
    }
    Ok(())
}

/// Returns the columns of a list. What is counted by has one for a word that means an end.
fn listed(words: &[String], flag: &str, counted_by: &[String]) -> Result<Vec<String>, String> {
    let mut columns = Vec::new();
    for word in words {
        let named = named(word, flag)?;
        let most = match counted_by.is_empty() {
            true => named.len(),
            false => 1,
        };
        columns.extend(named.into_iter().take(most));
    }
    Ok(columns)
}

/// Returns the columns that a word means: itself, if it means nothing else.
fn named(word: &str, flag: &str) -> Result<Vec<String>, String> {
    Ok(match meant(word) {
        Some(Meant::One(column)) => vec![column.to_owned()],
        Some(Meant::End(columns)) => columns.map(str::to_owned).to_vec(),
        Some(Meant::Either([local, foreign])) => {
            return Err(format!(
                "{flag} {word} can mean two fields\ndid you mean {local} or {foreign}?"
            ));
        }
        None => vec![word.to_owned()],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_columns() {
        for (word, expected) in [
            ("Recv-Q", Some(Meant::One("recv_q"))),
            ("process", Some(Meant::One("program"))),
            ("protocol", Some(Meant::One("proto"))),
            ("remote-port", Some(Meant::One("foreign_port"))),
            ("remote", Some(Meant::End(FOREIGN))),
            ("port", Some(Meant::Either(["local_port", "foreign_port"]))),
            ("Retrans", Some(Meant::One("retransmits_total"))),
            ("RTT", Some(Meant::One("rtt_us"))),
            ("Rate", Some(Meant::One("delivery_rate_bps"))),
            ("Command", Some(Meant::One("command"))),
            ("Local host", Some(Meant::One("local_host"))),
            ("colour", None),
        ] {
            assert_eq!(meant(word), expected, "{word}");
        }
    }

    #[test]
    fn every_word_means_a_column_that_there_is() {
        let columns = SOCKETS.columns();
        let has = |name: &str| columns.iter().any(|it| it.name == name);
        let both = ENDS.iter().chain(&BOTH);
        let both = both.flat_map(|(word, columns)| columns.map(|column| (*word, column)));
        for (word, column) in ONE.into_iter().chain(both) {
            assert!(has(column) && !has(word), "{word}: {column}");
        }
    }
}

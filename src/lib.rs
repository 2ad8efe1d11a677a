//! The rooms of rnetstat, for its program, its benchmarks and its contributors. This is no
//! library for others: it changes as the program does.
//!
//! # The rooms
//!
//! Data flows one way, and no room imports one to its right:
//!
//! ```text
//! arguments ──> Request ──> sources ──────> walk ──────────────> sink ──> stdout
//!   cli          request     tables          listing              report
//!                            owners          which rows, in       how they look
//!                            namespaces      which order          (or: changes, kill)
//!                            names
//! ```
//!
//! - [`cli`] turns the command line into a [`request`]: plain data that nothing changes afterwards.
//! - [`host`] is where the system is (`/`, or `--root`), and [`tables::Net`] where the tables of one
//!   network namespace are. [`tables`] parses what the kernel writes: one file a table, which hands
//!   out typed rows. [`owners`] finds the processes of sockets and where these belong,
//!   [`namespaces`] the network namespaces of a system and what they are called, [`names`] the names
//!   of numbers.
//! - [`listing`] walks: one walk a listing. It opens tables in order, skips what `filter` excludes,
//!   reports bad lines and missing tables, and hands rows to a [`listing::Sink`] with a
//!   [`listing::Joined`], which knows their owners and names. `listing/waiting.rs` alone knows that
//!   names take time.
//! - [`report`] has the sinks that print. `report/classic` is net-tools' layouts to the byte, a file a
//!   table; `report/columns` describes the columns of each listing, a file a listing;
//!   `report/records` sorts, counts and writes them as JSON, CSV or a table.
//!   `report/deltas` compares counters with those of the listing before.
//! - [`changes`] is a sink that compares a walk with the one before; [`kill`] has two that collect
//!   whom to signal and what to close. [`watch`] repeats a listing, on a `screen` if it is a table on a terminal.
//! - [`kernel`] says which of the kernel's interfaces are there, for `--version -v`.
//! - [`moments`] saves a listing and compares a later one with it.
//! - [`check`] walks sockets and counters, twice where it needs a rate, and says what is wrong: one file a
//!   check, with its limits and their reasons.
//!
//! # To add something
//!
//! - **A column**: an entry in `COLUMNS` of `report/columns/LISTING.rs`, which says its name, its
//!   title, its cost, and how its value is got from a row. If tables are to show it without being
//!   asked, its name in `usual` of the same file. A column about a socket's owner: first a
//!   [`Fact`](owners::facts::Fact) in `owners/facts.rs`. Then the manual's list of that listing's
//!   fields, `cli/manual/fields_*.roff`, and the files in `src/package` (see below).
//! - **A table of sockets**: a file in `tables`, with a row and a [`Reader`](tables::Reader); a
//!   variant of [`tables::Socket`], which answers the questions that all sockets can answer; a
//!   [`TableKind`](request::TableKind), with its label and path in `listing/missing.rs` and the call
//!   that opens it in `listing/sockets.rs`; its layout in `report/classic`, and the line that chooses
//!   it in `report/classic/sinks/sockets.rs`; the flag.
//! - **A format**: a file in `report/records/formats` that implements
//!   [`Report`](report::records::formats::Report), a [`Format`](request::Format), and the line in
//!   `report/records/pipeline.rs` that chooses it; `cli/output.rs`.
//! - **A test of a filter**: a variant of [`request::Test`], which questions of `request/filter` it
//!   answers, and how `filter` makes it; the flag that asks for it, or its words in
//!   `cli/expression/grammar.rs`. A column can be compared as it is.
//! - **A check**: a file in `check` with its `ABOUT`, its rule and what it says, and a line in `ALL` of
//!   `check/mod.rs`.
//! - **A flag**: `cli/flags.rs` with its help, what it means in `request`, and the line in `cli/mod.rs`
//!   between the two; `cli/abbreviations.rs` if net-tools has a word for it.
//!
//! A new flag or column is in the manual and the completions of `src/package` too. The test that holds
//! them against the program says how to write them anew.
//!
//! # To hold it against net-tools
//!
//! `tests/systems` has made-up systems, each a `proc` and an `etc` folder, and in `recorded` what
//! netstat 2.10 prints for them. `sudo tests/record.sh NAME` records one anew, for all flags in
//! `tests/systems/flags` and `NAME/flags`. Nobody edits a recorded answer.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

pub mod changes;
pub mod check;
pub mod cli;
mod clock;
pub mod closed;
pub mod exit;
mod filter;
pub mod host;
pub mod kernel;
pub mod kill;
mod limits;
pub mod listing;
pub mod moments;
pub mod names;
pub mod namespaces;
pub mod notice;
pub mod owners;
mod plain_file;
pub mod report;
pub mod request;
mod sanitize;
mod screen;
pub mod selinux;
mod signal;
mod similar;
pub mod tables;
pub mod terminal;
pub mod watch;

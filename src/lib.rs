//! The rooms of rnetstat, for its program and its benchmarks. This is no library for others: it
//! changes as the program does.
//!
//! Data flows one way: arguments ([`cli`]) become a [`request`]; a [`listing`] reads the [`tables`]
//! (and [`owners`] and [`names`]), drops the rows that `filter` leaves out, and hands the others to
//! [`report`], which turns them into bytes. [`watch`] does so again and again, on a terminal's
//! `screen` where they are tables; [`kill`] does so once, and signals the owners of what was shown.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

pub mod changes;
pub mod cli;
pub mod exit;
mod filter;
pub mod host;
pub mod kill;
pub mod listing;
pub mod names;
pub mod notice;
pub mod owners;
pub mod report;
pub mod request;
mod sanitize;
mod screen;
pub mod selinux;
mod signal;
pub mod tables;
pub mod terminal;
pub mod watch;

//! The manual, rnetstat(8): the flags as clap knows them, group by group, and around them what the
//! `.roff` files here contain (`man 7 man`).

pub mod examples;
mod more;

use super::flags::{Flags, PRINT};
use crate::check::ALL;
use clap::{Arg, Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};
use std::io::{self, Write};

/// The date of the last change.
const DATE: &str = "2026-11-28";

const BEFORE_FLAGS: [&str; 3] = [
    include_str!("name.roff"),
    include_str!("examples.roff"),
    include_str!("description.roff"),
];

/// What stands before the list of checks.
const CHECKS: &str = include_str!("checks.roff");

const AFTER_FLAGS: [&str; 22] = [
    include_str!("expressions.roff"),
    include_str!("belonging.roff"),
    include_str!("peers.roff"),
    include_str!("rates.roff"),
    include_str!("repeating.roff"),
    include_str!("changes.roff"),
    include_str!("moments.roff"),
    CHECKS,
    include_str!("namespaces.roff"),
    include_str!("stopping.roff"),
    include_str!("closing.roff"),
    include_str!("names.roff"),
    include_str!("formats.roff"),
    include_str!("fields_sockets.roff"),
    include_str!("fields_internals.roff"),
    include_str!("fields_added.roff"),
    include_str!("fields_other.roff"),
    include_str!("states.roff"),
    include_str!("root.roff"),
    include_str!("files.roff"),
    include_str!("differences.roff"),
    include_str!("see_also.roff"),
];

/// Returns the manual for man and mandoc.
pub fn text() -> String {
    let mut manual = Vec::new();
    // Writing to memory does not fail.
    let _ = write(&mut manual);
    String::from_utf8_lossy(&manual).into_owned()
}

fn write(manual: &mut Vec<u8>) -> io::Result<()> {
    let mut command = Flags::command();
    command.build();
    let source = format!("rnetstat {}", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone())
        .title("RNETSTAT")
        .section("8")
        .date(DATE)
        .source(source)
        .manual("System Administration")
        .render_title(manual)?;
    for part in BEFORE_FLAGS {
        manual.write_all(with_apostrophes(part).as_bytes())?;
    }
    write_part(&options(&command), ".SH", manual)?;
    for part in AFTER_FLAGS {
        manual.write_all(with_apostrophes(part).as_bytes())?;
        if part == CHECKS {
            write_part(&checks(), ".TP", manual)?;
        }
    }
    Ok(())
}

/// Writes a part from its first request on: the definition of an apostrophe comes before that with each
/// part, and has come with the title.
fn write_part(part: &Roff, first: &str, manual: &mut Vec<u8>) -> io::Result<()> {
    let mut text = Vec::new();
    part.to_writer(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    let start = text.find(first).unwrap_or_default();
    manual.write_all(text[start..].as_bytes())
}

/// Returns the list of checks.
fn checks() -> Roff {
    let mut roff = Roff::new();
    for about in ALL {
        roff.control("TP", []);
        roff.text([bold(about.name)]);
        sentences(&mut roff, &format!("{}.", about.summary));
    }
    roff
}

/// Escapes apostrophes so that no reader takes them for quotation marks, as [`Roff`] does.
fn with_apostrophes(text: &str) -> String {
    text.replace('\'', r"\*(Aq")
}

/// Returns the flags that the whole help shows, in its groups.
fn options(command: &Command) -> Roff {
    let shown: Vec<_> = command
        .get_arguments()
        .filter(|arg| !arg.is_hide_set())
        .collect();
    let mut groups = Vec::new();
    for arg in &shown {
        if !groups.contains(&group(arg)) {
            groups.push(group(arg));
        }
    }
    let mut roff = Roff::new();
    roff.control("SH", ["OPTIONS"]);
    for name in groups {
        roff.control("SS", [name]);
        if let Some(text) = more::of_group(name) {
            sentences(&mut roff, text);
        }
        for arg in shown.iter().filter(|arg| group(arg) == name) {
            option(&mut roff, arg);
        }
    }
    roff
}

/// Returns the group of a flag: its heading in the help, without the part in brackets.
fn group(arg: &Arg) -> &str {
    let heading = arg.get_help_heading().unwrap_or(PRINT);
    heading.split(['[', '(']).next().unwrap_or(heading).trim()
}

fn option(roff: &mut Roff, arg: &Arg) {
    let mut names = Vec::new();
    if let Some(short) = arg.get_short() {
        names.push(bold(format!("-{short}")));
    }
    if let Some(long) = arg.get_long() {
        if !names.is_empty() {
            names.push(roman(", "));
        }
        names.push(bold(format!("--{long}")));
    }
    names.extend(value(arg));
    roff.control("TP", []);
    roff.text(names);
    let short = arg.get_help().map(ToString::to_string).unwrap_or_default();
    sentences(roff, &format!("{short}."));
    if let Some(more) = arg.get_long().and_then(more::of_flag) {
        sentences(roff, more);
    }
    if let Some(example) = arg.get_long().and_then(examples::of_flag) {
        roff.control("br", []);
        roff.text([roman("Example: "), bold(example)]);
    }
}

/// Returns how the value of a flag is written after it.
fn value(arg: &Arg) -> Vec<Inline> {
    let Some(range) = arg.get_num_args().filter(|it| it.takes_values()) else {
        return Vec::new();
    };
    let names = arg.get_value_names().unwrap_or_default();
    let names = names.iter().map(|it| it.as_str()).collect::<Vec<_>>();
    let name = italic(names.join(" "));
    let mark = match arg.is_require_equals_set() {
        true => "=",
        false => " ",
    };
    match range.min_values() {
        0 if mark == " " => vec![roman(" ["), name, roman("]")],
        0 => vec![roman(format!("[{mark}")), name, roman("]")],
        _ => vec![roman(mark), name],
    }
}

/// Adds a text with its flags in bold, and splits long lines: linters complain about them.
fn sentences(roff: &mut Roff, text: &str) {
    const LINE_WIDTH: usize = 76;
    for line in text.lines() {
        let mut parts = Vec::new();
        let mut width = 0;
        for word in line.split(' ') {
            let (flag, rest) = word.split_at(flag_length(word));
            // What Roff makes of them.
            let escapes = word.matches('-').count() + word.matches('\'').count() * 4;
            let font = if flag.is_empty() { 0 } else { 6 };
            let word_width = word.len() + escapes + font;
            if width + 1 + word_width > LINE_WIDTH {
                roff.text(std::mem::take(&mut parts));
                width = 0;
            }
            if width > 0 {
                parts.push(roman(" "));
                width += 1;
            }
            if !flag.is_empty() {
                parts.push(bold(flag));
            }
            parts.push(roman(rest));
            width += word_width;
        }
        roff.text(parts);
    }
}

/// Returns the number of bytes of a word that are the name of a flag.
fn flag_length(word: &str) -> usize {
    let is_flag = word.starts_with('-') && word != "-";
    let end = word.find(|it: char| !it.is_ascii_alphanumeric() && it != '-');
    end.unwrap_or(word.len()) * usize::from(is_flag)
}

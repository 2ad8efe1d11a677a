//! Single cells of a table.

use super::wrap::wrap;
use crate::report::records::value::{Process, Value};
use crate::report::text;

/// The width of the bar of 100%.
const BAR: u64 = 20;

/// The colour of what is full.
pub const FULL_COLOR: &str = "1;31";

/// Adds processes as `PID/NAME`; several with one name as the first one and the number of others.
pub fn push_abridged(out: &mut Vec<u8>, processes: &[Process]) {
    let mut names: Vec<(&Process, i32, usize)> = Vec::new();
    for process in processes {
        match names.iter_mut().find(|(it, ..)| it.name == process.name) {
            // Descriptors of one process follow each other.
            Some((_, last, _)) if *last == process.pid => {}
            Some((_, last, others)) => (*last, *others) = (process.pid, *others + 1),
            None => names.push((process, process.pid, 0)),
        }
    }
    for (index, (process, _, others)) in names.into_iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(b", ");
        }
        text::push_decimal(out, process.pid);
        out.push(b'/');
        out.extend_from_slice(&process.name);
        if others > 0 {
            out.push(b'+');
            text::push_decimal(out, others as u64);
        }
    }
}

/// Adds command lines without the folders of their programs, which would leave no room for what
/// follows. A text that is no absolute path is a title, and stays whole.
pub fn push_commands(out: &mut Vec<u8>, commands: &[Value<'_>]) {
    for (index, command) in commands.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(b", ");
        }
        match command {
            Value::Text(text) => out.extend_from_slice(without_folder(text)),
            command => command.push_cell(out),
        }
    }
}

/// Returns a command line without the folder of its program.
fn without_folder(command: &[u8]) -> &[u8] {
    if !command.starts_with(b"/") {
        return command;
    }
    let path = command
        .split(|byte| *byte == b' ')
        .next()
        .unwrap_or(command);
    let slash = path.iter().rposition(|byte| *byte == b'/');
    let name = slash.and_then(|slash| command.get(slash + 1..));
    name.filter(|name| !name.is_empty() && !name.starts_with(b" "))
        .unwrap_or(command)
}

/// Returns a share, in hundredths of a percent, with its bar.
pub fn bar(share: u64) -> String {
    let full = (share * BAR).div_ceil(10_000) as usize;
    format!(
        "{:>3}.{:02}% {}",
        share / 100,
        share % 100,
        "█".repeat(full)
    )
}

/// Returns a share with a shorter bar.
pub fn shorter_bar(cell: &str, width: usize) -> String {
    let (share, bar) = cell.rsplit_once(' ').unwrap_or((cell, ""));
    let room = width.saturating_sub(share.chars().count() + 1);
    let full = (bar.chars().count() * room).div_ceil(BAR as usize);
    match room {
        // Without a bar, shares are aligned as long as they are whole.
        0 if share.len() <= width => share.to_owned(),
        0 => wrap(share.trim_start(), width),
        _ => format!("{share} {}", "█".repeat(full)),
    }
}

/// Returns a text in a colour, line by line.
pub fn colored(color: &str, text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| format!("\x1b[{color}m{line}\x1b[0m"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns how a state is written (SGR), or `None` if it is as usual. All can be read on black and on white;
/// green and cyan can't on white.
pub fn state_color(state: &str) -> Option<&'static str> {
    Some(match state {
        "LISTEN" | "LISTENING" => "1",
        "CLOSE_WAIT" | "LAST_ACK" | "CLOSE" => "31",
        "SYN_SENT" | "SYN_RECV" | "CONNECTING" => "35",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_lose_the_folder_of_their_program() {
        let cases = [
            (
                "/usr/bin/python3 -m http.server /x",
                "python3 -m http.server /x",
            ),
            ("/usr/sbin/sshd", "sshd"),
            ("python3 /opt/a.py", "python3 /opt/a.py"),
            (
                "nginx: master process /usr/sbin/nginx",
                "nginx: master process /usr/sbin/nginx",
            ),
            ("/usr/lib/ x", "/usr/lib/ x"),
            ("/", "/"),
            ("", ""),
        ];
        for (command, expected) in cases {
            let found = without_folder(command.as_bytes());
            assert_eq!(String::from_utf8_lossy(found), expected);
        }
        let mut found = Vec::new();
        let commands = ["/bin/sh -c a", "b"].map(|it| Value::word(Some(it)));
        push_commands(&mut found, &commands);
        assert_eq!(String::from_utf8_lossy(&found), "sh -c a, b");
    }

    #[test]
    fn processes_with_one_name_are_counted() {
        let process = |pid, name: &str, fd| Process {
            pid,
            name: name.as_bytes().to_vec(),
            command: Vec::new(),
            fd,
        };
        let cases = [
            (vec![], ""),
            (vec![process(1, "a", 3), process(1, "a", 4)], "1/a"),
            (vec![process(1, "a", 3), process(2, "a", 3)], "1/a+1"),
            (
                vec![
                    process(1, "a", 3),
                    process(2, "b", 3),
                    process(3, "a", 3),
                    process(3, "a", 4),
                    process(4, "a", 3),
                ],
                "1/a+2, 2/b",
            ),
        ];
        for (processes, expected) in cases {
            let mut found = Vec::new();
            push_abridged(&mut found, &processes);
            assert_eq!(String::from_utf8_lossy(&found), expected);
        }
    }
}

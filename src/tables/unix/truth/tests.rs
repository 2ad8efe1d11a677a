use super::*;
use crate::host::Host;
use crate::tables::unix::FLAG_ACCEPTS;

const NUM: &str = "0000000000000000";

/// The running system's own namespace.
fn own() -> Net {
    Net::of(&Host::new(None))
}

/// A row as the kernel writes it.
fn row(inode: u32, accepts: bool, name: &str) -> String {
    let flags = if accepts { FLAG_ACCEPTS } else { 0 };
    let name = if name.is_empty() {
        String::new()
    } else {
        format!(" {name}")
    };
    format!("{NUM}: 00000002 00000000 {flags:08X} 0001 01 {inode:5}{name}")
}

fn truth_of(kernel: Kernel) -> Truth {
    Truth {
        kernel,
        ask: Ask::Test(|_| Ok(())),
        ..Truth::new(Some(own()))
    }
}

/// Returns the inodes and the names of the rows that are found in `table`.
fn found(truth: &mut Truth, table: &str) -> Vec<(u64, String)> {
    let parsed = |line: &[u8]| {
        let row = Row::from_line(true, line).expect("a row");
        let name = String::from_utf8_lossy(row.path.unwrap_or_default()).into_owned();
        (row.inode.unwrap_or_default(), name)
    };
    let mut rows = Vec::new();
    let mut rest = table;
    let mut number = 1;
    while let Some((line, after)) = rest.split_once('\n') {
        rest = after;
        number += 1;
        let line = line.as_bytes();
        let row = Row::from_line(true, line);
        let may_precede = |most| {
            after
                .split_once('\n')
                .is_some_and(|(it, _)| it.len() <= most)
        };
        match truth.judge(number, line, row.as_ref(), may_precede) {
            Verdict::Row if row.is_some() => rows.push(parsed(line)),
            Verdict::Row | Verdict::Part => {}
            Verdict::Joined => rows.push(parsed(truth.joined())),
        }
    }
    while let Some(line) = truth.next_held() {
        rows.push(parsed(line));
    }
    rows
}

/// A kernel that has listed `sockets`, and lists them alone.
fn listed(sockets: &[(u32, u8, &[u8])]) -> Kernel {
    Kernel::Listed(Sockets::of(sockets))
}

#[test]
fn names_are_whole_and_their_lines_no_rows() {
    let forged = row(20, true, "/run/x");
    let name = |rest: &str| format!("\0q\n{rest}");
    for (rest, shown) in [
        (forged.clone(), format!("@q?{forged}")),
        ("a\n\nb\n".to_owned(), "@q?a??b?".to_owned()),
        (String::new(), "@q?".to_owned()),
        ("no row".to_owned(), "@q?no row".to_owned()),
    ] {
        let name = name(&rest);
        let kernel = [
            (10, 10, name.as_bytes()),
            (20, 10, &b"/run/x\0"[..]),
            (30, 7, b""),
        ];
        let table = [
            row(10, true, &format!("@q\n{rest}")),
            row(0, false, &format!("@q\n{rest}")),
            row(20, true, "/run/x"),
            row(30, false, ""),
            String::new(),
        ];
        let mut truth = truth_of(listed(&kernel));
        let rows = found(&mut truth, &table.join("\n"));
        let expected = [
            (10, shown.clone()),
            (0, shown),
            (20, "/run/x".to_owned()),
            (30, String::new()),
        ];
        assert_eq!(rows, expected, "{rest:?}");
        assert_eq!(truth.suspect(), None);
    }
}

#[test]
fn behind_a_socket_that_is_closed_only_what_the_kernel_confirms_is_a_row() {
    let kernel: [(u32, u8, &[u8]); 4] = [
        (20, 10, b"/run/x\0"),
        (30, 7, b""),
        (40, 7, b"\0late"),
        (50, 10, b"\0long\nname"),
    ];
    for (follows, expected) in [
        // The true row comes later, or came before.
        (row(20, true, "/run/x"), vec![(20, "/run/x"), (10, "@q")]),
        // It says the truth, and nobody else does.
        (
            row(30, false, ""),
            vec![(20, "/run/x"), (10, "@q"), (30, "")],
        ),
        (
            row(40, false, "@late"),
            vec![(20, "/run/x"), (10, "@q"), (40, "@late")],
        ),
        // Nobody's, or not what the kernel says.
        (row(60, false, ""), vec![(20, "/run/x"), (10, "@q")]),
        (row(30, true, "/run/y"), vec![(20, "/run/x"), (10, "@q")]),
        (row(0, false, "/run/x"), vec![(20, "/run/x"), (10, "@q")]),
        ("anything".to_owned(), vec![(20, "/run/x"), (10, "@q")]),
    ] {
        for is_first in [true, false] {
            let mut table = vec![format!("{}\n{follows}", row(10, false, "@q"))];
            // Too long to be a part of the name.
            let true_row = row(20, true, "/run/x");
            let gap = format!("{}\n{true_row}", row(0, false, &"-".repeat(108)));
            table.insert(usize::from(is_first), gap);
            table.push(String::new());
            let mut truth = truth_of(listed(&kernel));
            let mut rows = found(&mut truth, &table.join("\n"));
            rows.retain(|(_, name)| !name.starts_with('-'));
            let rows: Vec<_> = rows.iter().map(|(inode, name)| (*inode, &**name)).collect();
            assert_eq!(rows, expected, "{follows:?}");
        }
    }
}

#[test]
fn without_the_kernel_rows_are_shown_and_the_first_odd_one_is_told() {
    let far = "x".repeat(60);
    for (table, suspect) in [
        (
            vec![row(1, true, "@a"), row(2, false, ""), row(3, true, "@b")],
            None,
        ),
        // Twice the same inode, before or behind.
        (
            vec![row(1, true, "@a"), row(2, false, ""), row(2, true, &far)],
            Some(3),
        ),
        (
            vec![row(2, true, &far), row(1, true, "@a"), row(2, false, "")],
            Some(4),
        ),
        // As the kernel does it if a socket is bound meanwhile.
        (
            vec![row(2, false, ""), row(2, true, &far), row(1, true, "@a")],
            None,
        ),
        (
            vec![row(1, true, "@a"), row(0, false, ""), row(0, false, "")],
            None,
        ),
        // Of another shape, or none.
        (
            vec![row(1, true, "@a"), row(2, false, "").replacen('0', "1", 1)],
            Some(3),
        ),
        (
            vec![row(1, true, "@a"), row(2, false, "").replacen('0', "", 1)],
            Some(3),
        ),
        (
            vec![row(1, true, "@a"), row(2, false, "").replace("    2", "2")],
            Some(3),
        ),
        (
            vec![row(1, true, "@a"), "b".to_owned(), row(2, false, "")],
            Some(3),
        ),
        (vec![row(1, true, "@a"), String::new()], Some(3)),
        // Nothing that belongs to a name.
        (
            vec![row(1, true, &far), row(2, false, "").replacen('0', "1", 1)],
            None,
        ),
        (
            vec![row(1, false, ""), row(2, false, "").replacen('0', "1", 1)],
            None,
        ),
        (
            vec![
                "0: 2 0 0 1 1 7 @a".to_owned(),
                "1: 2 0 0 1 1 8 @b".to_owned(),
            ],
            Some(3),
        ),
        (
            vec![
                "1: 2 0 0 1 1 7 @a".to_owned(),
                "2: 2 0 0 1 1 8 @b".to_owned(),
            ],
            None,
        ),
    ] {
        let text = format!("{}\n", table.join("\n"));
        let mut truth = truth_of(Kernel::Silent);
        let rows = found(&mut truth, &text);
        let all = text
            .lines()
            .filter(|it| Row::from_line(true, it.as_bytes()).is_some());
        assert_eq!(rows.len(), all.count(), "{text}");
        assert_eq!(truth.suspect(), suspect, "{text}");
    }
}

#[test]
fn an_honest_table_asks_nobody() {
    let long = "n".repeat(50);
    let table = [
        row(1, true, &long),
        row(2, false, ""),
        row(3, false, "@end"),
    ];
    let mut truth = Truth::new(Some(own()));
    let text = format!("{}\n", table.join("\n"));
    // The last row has nothing behind it.
    assert_eq!(found(&mut truth, &text).len(), 3);
    assert!(matches!(truth.kernel, Kernel::NotAsked));
}

#[test]
fn a_socket_that_is_not_in_the_first_list_is_looked_for_once_more() {
    let mut truth = Truth {
        // Bound to `@q` and two more lines since.
        kernel: listed(&[(10, 7, b""), (20, 7, b"")]),
        ask: Ask::Test(|sockets| {
            *sockets = Sockets::of(&[(10, 7, b"\0q\nx\n"), (20, 7, b""), (30, 7, b"\0new")]);
            Ok(())
        }),
        ..Truth::new(Some(own()))
    };
    let table = [
        row(10, false, "@q\nx\n"),
        row(20, false, ""),
        row(30, false, "@new"),
        row(20, false, ""),
        String::new(),
    ];
    let rows = found(&mut truth, &table.join("\n"));
    let names: Vec<&str> = rows.iter().map(|(_, name)| &**name).collect();
    assert_eq!(names, ["@q?x?", "", "@new", ""], "{rows:?}");
}

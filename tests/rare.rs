//! The built binary on systems whose tables of rare families are not as they should be.

mod common;

use common::{binary, link, make_system, run, stderr, stdout};
use std::fs;

const IPX_HEADER: &str =
    "Local_Address              Remote_Address              Tx_Queue  Rx_Queue  State  Uid\n";

#[test]
fn control_characters_never_get_out() {
    let word = "e\x1b[1m\u{9b}\x07";
    let nr = format!(
        "header\nUS\x1b[1m   DE\x1b[1m   SR\x1b[1m   {word} 1/1 1/1 3 1 2 3 1/2 3/4 5/6 7/8 9/10 11 1 2\n"
    );
    let x25 = format!("header\n1\x1b[1m       2\x1b[1m       {word} 1 3 1 2 3 1 2 3 4 5 1 2\n");
    let files = [
        ("proc/net/ax25", format!("m {word} {word} {word} 3 1 2\n")),
        ("proc/net/nr", nr),
        (
            "proc/net/rose",
            format!("header\n{word} {word} {word} {word} {word} 1 2 3\n"),
        ),
        ("proc/net/x25", x25),
        (
            "proc/net/ipx/socket",
            format!("{IPX_HEADER}1:1 2:2 1 2 1 0\n"),
        ),
        (
            "proc/net/ax25_route",
            format!("header\nDE\x1b[1m    {word}   vc\n"),
        ),
        (
            "proc/net/nr_nodes",
            "header\nDE\x1b[1m    AL\x1b[1m   1 1    1   6 00001\n".to_owned(),
        ),
        (
            "proc/net/nr_neigh",
            "header\n00001 NE\x1b[1m    a\x1b[1m\n".to_owned(),
        ),
        (
            "proc/net/rose_nodes",
            "header\n12\x1b[1m56789 0010 1 00001\n".to_owned(),
        ),
        (
            "proc/net/rose_neigh",
            "header\n00001 NE\x1b[1m    a\x1b[1m\n".to_owned(),
        ),
        (
            "proc/net/x25_routes",
            format!("header\n1\x1b[1m              9       {word}\n"),
        ),
        (
            "proc/net/atalk_route",
            format!("header\n{word} {word} 1 {word}\n"),
        ),
        ("etc/passwd", "ro\x1bot:x:0:0::/:\n".to_owned()),
    ];
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(path, text)| (*path, text.as_bytes()))
        .collect();
    let root = make_system("rare-hostile", &files, &[]);
    for flags in [
        &["--ax25"][..],
        &["--netrom"],
        &["--rose"],
        &["--x25"],
        &["--ipx", "-e"],
        &["-r", "--ax25"],
        &["-r", "--netrom"],
        &["-r", "--rose"],
        &["-r", "--x25"],
        &["-r", "--ddp"],
    ] {
        for program in [binary(), link("netstat")] {
            let found = run(&program, &root, flags);
            let text = stdout(&found);
            assert!(found.status.success(), "{flags:?}: {}", stderr(&found));
            assert!(text.contains('?'), "{flags:?}: {text}");
            let steers = |character: char| character.is_control() && character != '\n';
            assert!(!text.contains(steers), "{flags:?}: {text:?}");
        }
    }
}

#[test]
fn bad_lines_are_told_with_their_places_and_the_others_are_printed() {
    let ipx = format!("{IPX_HEADER}1:1 2:2 1 2 1 0\nno side\n1:1 2:2 1 2 7 0\n1:1 2:2 1 2 7\n");
    let root = make_system(
        "rare-bad-lines",
        &[
            ("proc/net/ipx/socket", ipx.as_bytes()),
            (
                "proc/net/x25",
                b"h\n12345\n1 2 x25 01F 3 1 2 3 1 2 3 4 5 6 7\n",
            ),
            ("proc/net/rose", b"h\na b c\n1 2 3 4 d 5 6 3\n"),
            ("proc/net/ax25_route", b"h\nDEST-1\nDEST-1    ax0    vc\n"),
            ("proc/net/atalk_route", b"h\n1 2 3\n1 2 3 eth0\n"),
            (
                "proc/net/nr_nodes",
                b"h\nDEST-1    ALIAS    1 1  192   6 00009\nDEST-1\n",
            ),
            ("proc/net/nr_neigh", b"h\n00001\n"),
            (
                "proc/net/rose_nodes",
                b"h\n1234567890 0010 2 00001\n1234567890\n",
            ),
            ("proc/net/rose_neigh", b"h\n"),
        ],
        &[],
    );
    let cases: [(&[&str], usize, &[&str]); 7] = [
        // The last row lacks its user.
        (
            &["--ipx", "-e"],
            5,
            &["line 3 of", "line 5 of", "ipx/socket is cut"],
        ),
        // With what net-tools leaves to chance: a channel that has a letter.
        (&["--x25"], 3, &["line 2 of"]),
        (&["--rose"], 4, &["line 2 of"]),
        (&["-r", "--ax25"], 3, &["line 2 of"]),
        (&["-r", "--ddp"], 2, &["line 2 of"]),
        (
            &["-r", "--netrom"],
            3,
            &["nr_neigh", "line 2 of", "line 3 of", "no known neighbour"],
        ),
        (
            &["-r", "--rose"],
            3,
            &["line 2 of", "rose_nodes is cut", "line 3 of"],
        ),
    ];
    for (flags, lines, told) in cases {
        let found = run(&binary(), &root, flags);
        let (text, said) = (stdout(&found), stderr(&found));
        assert!(found.status.success(), "{flags:?}: {said}");
        assert_eq!(text.lines().count(), lines, "{flags:?}: {text}");
        for told in told {
            assert!(said.contains(told), "{flags:?}: {said}");
        }
    }
    let text = stdout(&run(&binary(), &root, &["--x25"]));
    assert!(
        text.contains("1F   ESTABLISHED  02/01  6       7"),
        "{text}"
    );
}

#[test]
fn tables_that_are_missing_or_no_files_are_told() {
    let root = make_system(
        "rare-missing",
        &[
            ("proc/net/rose_nodes", b"h\n1234567890 0010 1 00001\n"),
            ("proc/net/nr_nodes", b"h\n"),
        ],
        &[],
    );
    for table in ["ax25", "ipx/socket", "ipx_route", "atalk_route"] {
        fs::create_dir_all(root.join("proc/net").join(table)).expect("made");
    }
    let cases: [(&[&str], &str, &str); 8] = [
        // net-tools dies of this one.
        (&["-r", "--rose"], "", "ROSE not configured"),
        (
            &["-r", "--netrom"],
            "NET/ROM not configured in this system.\n",
            "net/nr_neigh: No such file",
        ),
        (&["--rfcomm"], "", "feature `AF BLUETOOTH' not supported"),
        // A folder is no missing table, and a configured system.
        (&["-r", "--ipx"], "", "net/ipx_route: not a plain file"),
        (
            &["-r", "--x25"],
            "X.25 not configured in this system.\n",
            "",
        ),
        (&["-r", "--ddp"], "", "not a plain file"),
        (&["--ax25"], "", "net/ax25: not a plain file"),
        (&["--netrom"], "", "no support for `AF NETROM'"),
    ];
    for (flags, text, said) in cases {
        let found = run(&binary(), &root, flags);
        assert_eq!(found.status.code(), Some(1), "{flags:?}");
        assert_eq!(stdout(&found), text, "{flags:?}");
        assert!(stderr(&found).contains(said), "{}", stderr(&found));
    }
    // Nobody asked for them by name, but what is there and can't be read counts.
    let found = run(&binary(), &root, &["-an"]);
    assert_eq!(found.status.code(), Some(1));
    assert!(stdout(&found).contains("Active UNIX domain sockets"));
    assert!(stderr(&found).contains("net/ipx/socket: not a plain file"));
}

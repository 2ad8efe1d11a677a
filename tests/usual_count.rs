//! Alarms on how many rows there are (`--count` with `--above` and `--below`).

mod common;

use common::{binary, must_refuse, run, stderr, stdout, system};

#[test]
fn the_status_says_whether_the_count_is_as_usual() {
    for (flags, count, status, said) in [
        ("-t --count --above 1000", "430", 0, ""),
        ("-t --count --above 430", "430", 0, ""),
        (
            "-t --count --above 429",
            "430",
            1,
            "rnetstat: 430 rows, more than 429\n",
        ),
        ("-t --count --below 430", "430", 0, ""),
        (
            "-t --count --below 431",
            "430",
            1,
            "rnetstat: 430 rows, fewer than 431\n",
        ),
        ("-t --count --below 10 --above 500", "430", 0, ""),
        ("-t --count --below 430 --above 430", "430", 0, ""),
        (
            "-t --count --below 431 --above 500",
            "430",
            1,
            "rnetstat: 430 rows, fewer than 431\n",
        ),
        // None is as good as any other number, unless it is too few.
        ("-t --count --port 9", "0", 1, ""),
        ("-t --count --port 9 --above 0", "0", 0, ""),
        (
            "-t --count --port 9 --below 1",
            "0",
            1,
            "rnetstat: 0 rows, fewer than 1\n",
        ),
        ("-t --count --port 9 --below 0", "0", 0, ""),
        (
            "-r --count --above 0",
            "4",
            1,
            "rnetstat: 4 rows, more than 0\n",
        ),
    ] {
        let arguments: Vec<_> = flags.split(' ').collect();
        let found = run(&binary(), &system("web-server"), &arguments);
        assert_eq!(stdout(&found), format!("{count}\n"), "{flags}");
        assert_eq!(stderr(&found), said, "{flags}");
        assert_eq!(found.status.code(), Some(status), "{flags}");
    }
}

#[test]
fn each_of_several_counts_is_judged() {
    let flags = "-t --count --above 3 --times 2 0.01";
    let arguments: Vec<_> = flags.split(' ').collect();
    let found = run(&binary(), &system("web-server"), &arguments);
    assert_eq!(stderr(&found).matches("more than 3").count(), 2);
    assert_eq!(found.status.code(), Some(1));
}

#[test]
fn limits_want_a_count() {
    for (flags, why) in [
        ("-t --above 3", "--count"),
        ("-t --below 3 --json", "--count"),
        ("-t --pids --above 3", "--count"),
        (
            "-t --count --above 3 --below 5",
            "every count would be an alarm",
        ),
        ("-t --count --above many", "a number of rows"),
        ("-t --count --above -1", "--above"),
    ] {
        must_refuse(&binary(), &flags.split(' ').collect::<Vec<_>>(), why);
    }
}

//! What the program tells of itself: the manual, the completions, and their copies in the package.

mod common;

use common::{binary, folder, link, must_refuse, run, stderr, stdout, system};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SHELLS: [&str; 4] = ["bash", "zsh", "fish", "elvish"];

/// What the program prints, with status 0 and nothing on stderr.
fn told(program: &Path, flags: &[&str]) -> String {
    let found = Command::new(program).args(flags).output().expect("runs");
    assert!(found.status.success(), "{flags:?}: {}", stderr(&found));
    assert_eq!(stderr(&found), "", "{flags:?}");
    stdout(&found)
}

fn completions(shell: &str) -> String {
    told(&binary(), &["--completions", shell])
}

/// The long flags that the whole help shows.
fn long_flags() -> Vec<String> {
    let help = told(&binary(), &["--help-all"]);
    let is_name = |it: char| it.is_ascii_alphanumeric() || it == '-';
    let flags = help
        .lines()
        .filter_map(|line| {
            let line = line.trim_start();
            let (_, flag) = line.split_once("--").filter(|_| line.starts_with('-'))?;
            let end = flag.find(|it| !is_name(it)).unwrap_or(flag.len());
            Some(flag[..end].to_owned())
        })
        .collect::<Vec<_>>();
    assert!(flags.len() > 50, "{flags:?}");
    flags
}

/// Whether `tool` is here; where CI has installed it, it must be.
fn has(tool: &str) -> bool {
    let found = Command::new("sh")
        .args(["-c", "command -v \"$0\"", tool])
        .output();
    let has = found.expect("sh runs").status.success();
    assert!(
        has || std::env::var_os("RNETSTAT_LIVE").is_none(),
        "{tool} is wanted"
    );
    if !has {
        println!("passed over: no {tool}");
    }
    has
}

/// Runs `tool`, which must find nothing wrong.
fn must_be_content(tool: &str, arguments: &[&str], file: &Path) -> Output {
    let mut command = Command::new(tool);
    let found = command.args(arguments).arg(file).output().expect("runs");
    assert!(found.status.success(), "{tool}: {}", stderr(&found));
    assert_eq!(stderr(&found), "", "{tool}");
    found
}

/// A file with `text`.
fn file(name: &str, text: &str) -> PathBuf {
    let file = folder(&format!("about-{name}")).join(name);
    fs::write(&file, text).expect("written");
    file
}

#[test]
fn texts_come_before_anything_else() {
    let manual = told(&binary(), &["--man"]);
    for flags in [
        &["--man", "-r"][..],
        &["-Z", "--man"],
        &["--man", "-rs", "junk"],
        &["--root", "/nowhere", "-an", "--man", "1"],
    ] {
        assert_eq!(told(&binary(), flags), manual, "{flags:?}");
    }
    assert_eq!(told(&link("netstat"), &["--man"]), manual);
    for shell in SHELLS {
        let script = completions(shell);
        let flag = format!("--completions={shell}");
        assert_eq!(told(&link("netstat"), &["-an", &flag]), script, "{shell}");
        assert_eq!(told(&binary(), &["--comp", shell]), script, "{shell}");
    }
    for shell in ["tcsh", "Bash", ""] {
        for known in SHELLS {
            must_refuse(&binary(), &["--completions", shell], known);
        }
    }
    must_refuse(
        &binary(),
        &["--completions"],
        "--completions needs a value: bash",
    );
}

#[test]
fn no_flag_is_forgotten() {
    let manual = told(&binary(), &["--man"]).replace("\\-", "-");
    for flag in long_flags() {
        let entry = format!("\\fB--{flag}\\fR");
        let is_entry = |line: &str| line.contains(&entry);
        assert!(manual.lines().any(is_entry), "--{flag} in the manual");
        for shell in SHELLS {
            let name = match shell {
                "fish" => format!(" -l {flag} "),
                _ => format!("--{flag}"),
            };
            assert!(completions(shell).contains(&name), "{name} in {shell}'s");
        }
    }
    let hidden = completions("zsh");
    assert!(!hidden.contains("--tcpip") && !hidden.contains("--l2cap"));
}

#[test]
fn the_manual_has_an_example_of_every_flag() {
    let manual = told(&binary(), &["--man"]).replace("\\-", "-");
    let mut examples = Vec::new();
    let mut is_block = false;
    for line in manual.lines() {
        match line {
            ".nf" => is_block = true,
            ".fi" => is_block = false,
            _ if is_block || line.starts_with("Example: ") => {
                examples.extend(line.split(['\\', ' ', '=']));
            }
            _ => {}
        }
    }
    for flag in long_flags() {
        let flag = format!("--{flag}");
        assert!(examples.contains(&&flag[..]), "{flag}");
    }
}

#[test]
fn the_short_help_names_what_is_in_the_whole_one() {
    let short = told(&binary(), &["--help"]);
    assert_eq!(told(&binary(), &["-h"]), short);
    assert!(short.lines().count() <= 70);
    let flags = long_flags();
    let named = short.split([' ', ',', '\n']);
    let named = named.filter_map(|word| word.strip_prefix("--"));
    let named: Vec<_> = named.collect();
    assert!(named.len() > 20, "{named:?}");
    for flag in named {
        assert!(flags.contains(&flag.to_owned()), "{flag}");
    }
    for more in ["--help-all", "man rnetstat"] {
        assert!(short.contains(more), "{more}");
    }
}

/// Which interfaces a machine has is not known here, but each has its line.
#[test]
fn a_verbose_version_says_what_the_kernel_offers() {
    let version = told(&binary(), &["--version"]);
    for flags in [&["-vV"][..], &["--version", "-v"], &["-an", "-v", "-V"]] {
        let text = told(&binary(), flags);
        let report = text.strip_prefix(&version).expect("the version first");
        for name in ["procfs", "sock_diag, IP sockets", "network namespaces"] {
            let is_it = |line: &str| line.starts_with(&format!("{name}: "));
            assert!(report.lines().any(is_it), "{name}: {report}");
        }
    }
    for flags in [&["-V"][..], &["-V", "--bogus", "-v"]] {
        assert_eq!(told(&binary(), flags), version, "{flags:?}");
    }
    let netstat = link("netstat");
    assert_eq!(told(&netstat, &["-vV"]), told(&netstat, &["-V"]));
}

#[test]
fn the_manual_explains_all_columns_and_states() {
    let manual = told(&binary(), &["--man"]).replace("\\-", "-");
    let manual = manual.replace("\\fB", " ").replace("\\fR", " ");
    let mut columns = Vec::new();
    for (name, flags) in [
        ("web-server", &["-an"][..]),
        ("idle-host", &["-rn"]),
        ("idle-host", &["-i"]),
        ("multicast-groups", &["-gn"]),
        ("counters-busy", &["-s"]),
        ("masquerade", &["-Mn"]),
        ("web-server", &["-an", "--count-by", "state"]),
        ("web-server", &["-an", "--changes", "--times", "1"]),
    ] {
        let flags = [flags, &["--format", "csv"]].concat();
        let found = stdout(&run(&binary(), &system(name), &flags));
        let header = found.lines().next().expect("a header").to_owned();
        columns.extend(header.split(',').map(str::to_owned));
    }
    assert!(columns.len() > 70, "{columns:?}");
    let words: Vec<_> = manual
        .split(|it: char| !it.is_ascii_alphanumeric() && it != '_')
        .collect();
    for column in columns {
        assert!(words.contains(&&column[..]), "{column}");
    }
    let states = "established syn_sent syn_recv fin_wait1 fin_wait2 time_wait close close_wait last_ack listen \
                  closing unknown free listening connecting connected disconnecting conn_sent sabm_sent \
                  disc_sent recovery";
    let states = states.split_whitespace();
    for state in states {
        assert!(words.contains(&&state.to_uppercase()[..]), "{state}");
        let found = run(&binary(), &system("idle-host"), &["--state", state]);
        assert!(found.status.code() != Some(3), "{state}");
    }
}

#[test]
fn readers_of_manuals_are_content() {
    let manual = file("rnetstat.8", &told(&binary(), &["--man"]));
    if has("mandoc") {
        let found = must_be_content("mandoc", &["-T", "lint", "-W", "all"], &manual);
        assert_eq!(stdout(&found), "");
    }
    if has("man") {
        let flags = ["--warnings", "-E", "UTF-8", "-Tutf8", "-l"];
        let found = must_be_content("man", &flags, &manual);
        assert!(stdout(&found).lines().count() > 300);
    }
}

#[test]
fn shells_can_read_their_completions() {
    for (shell, flag) in [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")] {
        if has(shell) {
            let script = file(&format!("completions.{shell}"), &completions(shell));
            must_be_content(shell, &[flag], &script);
        }
    }
}

/// The columns and formats that fit a command line in zsh, whose completion needs a terminal to be tried
/// as a whole.
#[test]
fn zsh_knows_the_columns_and_formats_of_a_listing() {
    if !has("zsh") {
        return;
    }
    let script = file("rnetstat.zsh", &completions("zsh"));
    let print = "compdef() { :; }; source $1; shift; _rnetstat_columns $@; _rnetstat_formats $@";
    let printed = |words: &[&str]| {
        let mut command = Command::new("zsh");
        command.args(["-f", "-c", print, "zsh"]).arg(&script);
        let found = command.arg("rnetstat").args(words).output().expect("runs");
        assert_eq!(stderr(&found), "", "{words:?}");
        stdout(&found)
    };
    let text = printed(&["-sn"]);
    let expected = "section name value netns netns_id\nclassic table json jsonl csv\n";
    assert_eq!(text, expected);
    let text = printed(&["-g", "--sort", "-rx", "--columns="]);
    assert!(text.starts_with("interface users group"), "{text}");
    assert!(text.ends_with("\ntable json jsonl csv\n"), "{text}");
}

/// What is offered for the last of `words`.
fn offered_by_bash(script: &Path, words: &[&str]) -> String {
    // As readline does it: $2 is the word at hand, nothing where that is an =, and $3 the one before.
    let call = r#"
        source "$1"; shift
        complete -p rnetstat | grep -q -- '-F _rnetstat' || exit
        compopt() { :; }
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        current=${COMP_WORDS[COMP_CWORD]}
        _rnetstat rnetstat "${current#=}" "${COMP_WORDS[COMP_CWORD - 1]}"
        echo "${COMPREPLY[*]}"
    "#;
    let mut command = Command::new("bash");
    command.args(["-c", call, "bash"]).arg(script).args(words);
    let found = command.output().expect("bash runs");
    assert_eq!(stderr(&found), "", "{words:?}");
    stdout(&found).trim_end().to_owned()
}

#[test]
fn bash_completes_flags_values_and_words() {
    if !has("bash") {
        return;
    }
    let script = file("rnetstat.bash", &completions("bash"));
    let cases: [(&[&str], &str); 32] = [
        (&["--res"], "--resolve-timeout"),
        (&["-t", "--format", ""], "classic table json jsonl csv"),
        (&["--format", "=", "js"], "json jsonl"),
        (&["--format", "="], "classic table json jsonl csv"),
        (&["--color", "a"], "auto always"),
        (&["--completions", ""], "bash zsh fish elvish"),
        (&["--state", "listen,es"], "listen,established"),
        (&["--state", "=", "!time"], "!time_wait"),
        (&["--count-by", "state,use"], "state,user"),
        (&["-A", "inet,ro"], "inet,rose"),
        (&["--port", "80"], "80"),
        (
            &["-i", "--sort", "-hardware"],
            "-hardware_type -hardware_address",
        ),
        (&["--sort", "-hardware"], ""),
        (&["-rn", "--columns", "local_po"], ""),
        (&["-an", "--columns", "local_po"], "local_port"),
        (&["-i", "--sort", "-rx_bytes,rx_b"], "-rx_bytes,rx_bytes"),
        (&["--check", "--sort", "sev"], "severity"),
        (&["-s", "--since", "f", "--columns", "diff"], "difference"),
        (
            &["--columns", "pid", "--format", "=", ""],
            "table json jsonl csv",
        ),
        (&["--sort", "=", "-pid"], "-pid"),
        (&["--sort", "state,-pi"], "state,-pid"),
        (&["--sort", "pi"], "pid"),
        (&["--count-by", "--res"], "--resolve-timeout"),
        (&["--user", "roo"], "root"),
        (&["--user", "=", "1000,roo"], "1000,root"),
        (
            &["--kill", "="],
            "TERM KILL HUP INT QUIT USR1 USR2 STOP CONT",
        ),
        (&["--kill", "=", "U"], "USR1 USR2"),
        (&["--kill", "t"], "tcp tcp6"),
        (&["--root", "/et"], ""),
        (&["-an", "tc"], "tcp tcp6"),
        (&["udp", "u"], "udp udp6 udplite unix"),
        (&["-an", "/"], ""),
    ];
    for (words, expected) in cases {
        let words = [&["rnetstat"], words].concat();
        assert_eq!(offered_by_bash(&script, &words), expected, "{words:?}");
    }
}

#[test]
fn fish_completes_flags_values_and_words() {
    if !has("fish") {
        return;
    }
    let script = file("rnetstat.fish", &completions("fish"));
    let cases = [
        ("rnetstat --res", "--resolve-timeout"),
        ("rnetstat -t --format ", "classic csv json jsonl table"),
        ("rnetstat --format=js", "--format=json --format=jsonl"),
        ("rnetstat --rates --format ", "csv json jsonl table"),
        ("rnetstat -rn --columns local_po", ""),
        ("rnetstat -an --columns local_po", "local_port"),
        ("rnetstat -i --sort -rx_bytes --columns rx_b", "rx_bytes"),
        ("rnetstat --state listen,es", "listen,established"),
        ("rnetstat --state=listen,es", "--state=listen,established"),
        ("rnetstat --port ", ""),
        ("rnetstat --user roo", "root"),
        ("rnetstat --kill=U", "--kill=USR1 --kill=USR2"),
        ("rnetstat --kill tc", "tcp tcp6"),
        ("rnetstat --root /et", "/etc/"),
        ("rnetstat udp u", "udp udp6 udplite unix"),
        ("rnetstat /", ""),
    ];
    let home = folder("about-fish-home");
    for (line, expected) in cases {
        let mut command = Command::new("fish");
        command.env("HOME", &home).env_remove("XDG_CONFIG_HOME");
        command.args(["--no-config", "-c", "source $argv[1]; complete -C $argv[2]"]);
        let found = command.arg(&script).arg(line).output().expect("fish runs");
        let text = stdout(&found);
        let offers = text.lines().map(|it| it.split('\t').next().expect("it"));
        assert_eq!(offers.collect::<Vec<_>>().join(" "), expected, "{line}");
    }
}

#[test]
fn the_package_has_what_the_program_prints() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/package");
    for (name, flags) in [
        ("rnetstat.8", &["--man"][..]),
        ("rnetstat.bash", &["--completions", "bash"]),
        ("_rnetstat", &["--completions", "zsh"]),
        ("rnetstat.fish", &["--completions", "fish"]),
    ] {
        let packed = fs::read_to_string(package.join(name)).expect("read");
        assert!(
            packed == told(&binary(), flags),
            "src/package/{name} is old; write it anew: cargo run -q -- {} >src/package/{name}",
            flags.join(" ")
        );
    }
    let changelog = fs::read_to_string(package.join("changelog")).expect("read");
    let newest = format!("rnetstat ({}-1) ", env!("CARGO_PKG_VERSION"));
    assert!(changelog.starts_with(&newest), "{newest}");
    for script in ["postinst", "prerm"] {
        must_be_content("sh", &["-n"], &package.join(script));
    }
}

//! A crowd of sockets, and how long rnetstat, netstat, ss and lsof take to list it.
//!
//! Holds N sockets in as many processes as the limit of descriptors asks for: TCP connections over
//! IPv4 and IPv6, with listeners, UDP and unix sockets among them. Then the programs that are
//! installed run in turn, and their median wall time, CPU time and peak memory are printed.
//!
//!     cargo bench --bench crowd                     1,000, 10,000 and 100,000 sockets
//!     CROWD=500000 CROWD_RUNS=9 CROWD_ALONE=1 cargo bench --bench crowd
//!
//! With CROWD_ALONE the other programs are left out: some take minutes on larger crowds.

use nix::libc;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::socket::{setsockopt, sockopt};
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What a holder keeps free for itself, in descriptors.
const SPARE: u64 = 64;
/// How many connections go to one listener: fewer than there are ephemeral ports.
const CONNECTIONS: usize = 10_000;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, number, sockets] = &arguments[..]
        && flag == "--hold"
    {
        return hold(number.parse()?, sockets.parse()?);
    }
    if arguments.iter().any(|argument| argument == "--test") {
        // `cargo test --benches` only wants to know whether it starts.
        return Ok(());
    }
    let sizes = std::env::var("CROWD").unwrap_or_else(|_| "1000,10000,100000".to_owned());
    let runs = std::env::var("CROWD_RUNS").map_or(Ok(5), |runs| runs.parse())?;
    for size in sizes.split(',') {
        measure(size.trim().parse()?, runs)?;
    }
    Ok(())
}

/// Raises the limit of descriptors as far as it goes, and tells what it is.
fn raise_limit() -> Result<u64> {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?;
    Ok(hard)
}

/// The part of a holder: opens `sockets` sockets, says so, and keeps them until stdin ends.
fn hold(number: u8, sockets: usize) -> Result<()> {
    raise_limit()?;
    let mut held: Vec<OwnedFd> = Vec::with_capacity(sockets);
    let hosts = [
        IpAddr::V4(Ipv4Addr::new(127, 77, number, 1)),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
    ];
    // One socket in twenty is no TCP socket.
    for index in 0..sockets / 40 {
        held.push(UdpSocket::bind((hosts[index % 2], 0))?.into());
        held.push(UnixDatagram::unbound()?.into());
    }
    for host in hosts.iter().cycle() {
        let listener = TcpListener::bind(SocketAddr::new(*host, 0))?;
        let address = listener.local_addr()?;
        held.push(listener.try_clone()?.into());
        for _ in 0..CONNECTIONS.min(sockets / 8 + 1) {
            if held.len() + 1 >= sockets {
                break;
            }
            let client = TcpStream::connect(address)?;
            // It ends with a reset, so that no TIME_WAIT is left to the next crowd.
            let reset = libc::linger {
                l_onoff: 1,
                l_linger: 0,
            };
            setsockopt(&client, sockopt::Linger, &reset)?;
            held.push(client.into());
            held.push(listener.accept()?.0.into());
        }
        if held.len() + 1 >= sockets {
            break;
        }
    }
    println!("ready");
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Starts as many holders as `sockets` need, and waits until all are ready.
fn gather(sockets: usize) -> Result<Vec<Child>> {
    let room = usize::try_from(raise_limit()?.saturating_sub(SPARE))?;
    let count = sockets.div_ceil(room).max(5);
    let mut holders = Vec::new();
    for number in 0..count {
        let holder = Command::new(std::env::current_exe()?)
            .args([
                "--hold",
                &number.to_string(),
                &(sockets / count).to_string(),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        holders.push(holder);
    }
    for holder in &mut holders {
        let mut line = String::new();
        let stdout = holder.stdout.as_mut().ok_or("no stdout")?;
        BufReader::new(stdout).read_line(&mut line)?;
        if line != "ready\n" {
            return Err("a holder could not open its sockets".into());
        }
    }
    Ok(holders)
}

/// What one run took.
#[derive(Clone, Copy)]
struct Cost {
    wall: Duration,
    cpu: Duration,
    /// Peak memory, in KiB.
    memory: i64,
}

/// Runs a command once, its output thrown away.
fn run(command: &[&str]) -> Result<Cost> {
    let started = Instant::now();
    let child = Command::new(command[0])
        .args(&command[1..])
        .stdin(Stdio::null())
        .stdout(File::options().write(true).open("/dev/null")?)
        .stderr(Stdio::null())
        .spawn()?;
    let mut status = 0;
    // SAFETY: all-zero bytes are a valid rusage.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to locals, and the child is ours and has not been waited for.
    let pid = unsafe { libc::wait4(child.id() as i32, &raw mut status, 0, &raw mut usage) };
    let wall = started.elapsed();
    if pid < 0 {
        return Err(std::io::Error::last_os_error().into());
    }
    // lsof's status is 1 where some file could not be told.
    if status != 0 && command[0] != "lsof" {
        return Err(format!("{} failed", command.join(" ")).into());
    }
    let time = |time: libc::timeval| {
        Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64)
    };
    Ok(Cost {
        wall,
        cpu: time(usage.ru_utime) + time(usage.ru_stime),
        memory: usage.ru_maxrss,
    })
}

/// The median of each figure.
fn median(mut costs: Vec<Cost>) -> Cost {
    let middle = costs.len() / 2;
    costs.sort_by_key(|cost| cost.memory);
    let memory = costs[middle].memory;
    costs.sort_by_key(|cost| cost.cpu);
    let cpu = costs[middle].cpu;
    costs.sort_by_key(|cost| cost.wall);
    let wall = costs[middle].wall;
    Cost { wall, cpu, memory }
}

/// Measures all programs on a crowd of `sockets`, and prints what they took.
fn measure(sockets: usize, runs: usize) -> Result<()> {
    let holders = gather(sockets)?;
    let ours = env!("CARGO_BIN_EXE_rnetstat");
    println!(
        "{sockets} sockets in {} processes, median of {runs} runs",
        holders.len()
    );
    println!(
        "{:<36}{:>9}{:>9}{:>10}  wall, rnetstat's = 1",
        "", "wall s", "cpu s", "peak MB"
    );
    let alone = std::env::var_os("CROWD_ALONE").is_some();
    let listings: [(&str, &[&str]); 5] = [
        (
            "-tn",
            &["cat /proc/net/tcp /proc/net/tcp6", "netstat -tn", "ss -tn"],
        ),
        ("-tln", &["netstat -tln", "ss -tln"]),
        ("-tnp", &["netstat -tnp", "ss -tnp", "lsof -nP -iTCP"]),
        // Others show no owner with -o; with -p they do the same work.
        ("-ano", &["netstat -anop", "ss -anop"]),
        ("-tulpn", &["netstat -tulpn", "ss -tulpn"]),
    ];
    for (flags, others) in listings {
        let commands: Vec<Vec<&str>> = std::iter::once(vec![ours, flags])
            .chain(others.iter().map(|other| other.split(' ').collect()))
            .filter(|command: &Vec<&str>| {
                [ours, "cat"].contains(&command[0]) || !alone && is_there(command[0])
            })
            .collect();
        let mut costs = vec![Vec::with_capacity(runs); commands.len()];
        // One warm-up, then in turn, so that a slow moment of the machine meets all of them.
        for turn in 0..=runs {
            for (command, costs) in commands.iter().zip(&mut costs) {
                let cost = run(command)?;
                if turn > 0 {
                    costs.push(cost);
                }
            }
        }
        let mut base = None;
        for (command, costs) in commands.iter().zip(costs) {
            let cost = median(costs);
            let base = *base.get_or_insert(cost.wall.as_secs_f64());
            let name = command.join(" ").replace(ours, "rnetstat");
            println!(
                "{name:<36}{:>9.3}{:>9.3}{:>10.1}{:>8.2}",
                cost.wall.as_secs_f64(),
                cost.cpu.as_secs_f64(),
                cost.memory as f64 / 1024.0,
                cost.wall.as_secs_f64() / base
            );
        }
    }
    println!();
    std::io::stdout().flush()?;
    for mut holder in holders {
        drop(holder.stdin.take());
        holder.wait()?;
    }
    Ok(())
}

/// Whether a program is installed.
fn is_there(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

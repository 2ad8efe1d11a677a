//! A name server for tests: it answers who has an address (PTR, RFC 1035), late, badly or never.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Where it listens; the whole of 127.0.0.0/8 is there once a namespace's loopback is up.
pub const ADDRESS: &str = "127.0.0.53";

/// What it says of an address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reply {
    /// The name with these labels, of whatever bytes.
    Labels(Vec<Vec<u8>>),
    /// There is no such name.
    NoSuchName,
    /// It can't tell.
    Failure,
    /// Nothing but that the answer is too long; over TCP, these labels.
    Truncated(Vec<Vec<u8>>),
    /// A name that points to itself for ever.
    Loop,
    /// Bytes that are no answer.
    Rubbish,
    /// Nothing.
    Silence,
}

impl Reply {
    /// A name whose labels are parted by dots.
    pub fn name(name: &str) -> Reply {
        Reply::Labels(labels(name))
    }
}

/// The labels of a name.
pub fn labels(name: &str) -> Vec<Vec<u8>> {
    name.split('.').map(|it| it.as_bytes().to_vec()).collect()
}

/// A running name server. It runs until the test program ends.
pub struct NameServer {
    asked: Arc<Mutex<Vec<IpAddr>>>,
}

impl NameServer {
    /// Starts a server in the namespace of the thread; `answer` tells what it says of an address,
    /// and after how long.
    pub fn start(
        answer: impl Fn(IpAddr) -> (Duration, Reply) + Send + Sync + 'static,
    ) -> NameServer {
        let answer = Arc::new(answer);
        let asked = Arc::new(Mutex::new(Vec::new()));
        let socket = UdpSocket::bind((ADDRESS, 53)).expect("bound");
        let listener = TcpListener::bind((ADDRESS, 53)).expect("listening");
        let (log, by_datagram) = (Arc::clone(&asked), Arc::clone(&answer));
        thread::spawn(move || serve(&socket, &log, &*by_datagram));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // One that hangs up has its answer.
                let _ = serve_stream(stream, &*answer);
            }
        });
        NameServer { asked }
    }

    /// The addresses that it has been asked for, in this order, as often as they were.
    pub fn asked(&self) -> Vec<IpAddr> {
        self.asked.lock().expect("whole").clone()
    }
}

fn serve(
    socket: &UdpSocket,
    asked: &Mutex<Vec<IpAddr>>,
    answer: &dyn Fn(IpAddr) -> (Duration, Reply),
) {
    let mut due: BinaryHeap<Reverse<(Instant, SocketAddr, Vec<u8>)>> = BinaryHeap::new();
    let mut question = [0; 512];
    loop {
        let now = Instant::now();
        while due.peek().is_some_and(|Reverse((when, ..))| *when <= now) {
            if let Some(Reverse((_, client, message))) = due.pop() {
                let _ = socket.send_to(&message, client);
            }
        }
        let pause = due.peek().map(|Reverse((when, ..))| *when - now);
        socket.set_read_timeout(pause).expect("set");
        let Ok((length, client)) = socket.recv_from(&mut question) else {
            continue;
        };
        let question = &question[..length];
        let (delay, reply) = match address_in(question) {
            Some(address) => {
                asked.lock().expect("whole").push(address);
                answer(address)
            }
            None => (Duration::ZERO, Reply::NoSuchName),
        };
        let message = message(question, &reply);
        if !message.is_empty() {
            due.push(Reverse((Instant::now() + delay, client, message)));
        }
    }
}

fn serve_stream(
    mut stream: TcpStream,
    answer: &dyn Fn(IpAddr) -> (Duration, Reply),
) -> std::io::Result<()> {
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut question)?;
    let reply = match address_in(&question).map(answer) {
        Some((_, Reply::Truncated(labels))) => Reply::Labels(labels),
        Some((_, reply)) => reply,
        None => return Ok(()),
    };
    let message = message(&question, &reply);
    stream.write_all(&(message.len() as u16).to_be_bytes())?;
    stream.write_all(&message)
}

/// The labels of the name that a message asks for, and where its question ends.
fn question_in(message: &[u8]) -> Option<(Vec<&[u8]>, usize)> {
    let mut place = 12;
    let mut labels = Vec::new();
    loop {
        let length = usize::from(*message.get(place)?);
        place += 1;
        if length == 0 {
            return Some((labels, place + 4));
        }
        labels.push(message.get(place..place + length)?);
        place += length;
    }
}

/// The address that a message asks for, by its name under in-addr.arpa or ip6.arpa.
fn address_in(message: &[u8]) -> Option<IpAddr> {
    let (labels, _) = question_in(message)?;
    let labels: Vec<&str> = labels
        .iter()
        .map(|label| std::str::from_utf8(label).ok())
        .collect::<Option<_>>()?;
    match &labels[..] {
        [d, c, b, a, "in-addr", "arpa"] => format!("{a}.{b}.{c}.{d}").parse().ok(),
        [nibbles @ .., "ip6", "arpa"] if nibbles.len() == 32 => {
            let digits: String = nibbles.iter().rev().copied().collect();
            let address = u128::from_str_radix(&digits, 16).ok()?;
            Some(IpAddr::V6(Ipv6Addr::from(address)))
        }
        _ => None,
    }
}

/// The message that answers `question`; empty if none does.
fn message(question: &[u8], reply: &Reply) -> Vec<u8> {
    let end = question_in(question).map_or(question.len(), |(_, end)| end);
    let (flags, name): (u16, Option<Vec<u8>>) = match reply {
        Reply::Labels(labels) => (0x8180, Some(encoded(labels))),
        Reply::NoSuchName => (0x8183, None),
        Reply::Failure => (0x8182, None),
        Reply::Truncated(_) => (0x8380, None),
        // A pointer to the place that it stands in: the name lies behind the answer's 12 bytes.
        Reply::Loop => (
            0x8180,
            Some((0xc000 | (end as u16 + 12)).to_be_bytes().to_vec()),
        ),
        Reply::Rubbish => {
            // The right identifier, or it would not even be looked at.
            let noise = (0..90_u8).map(|byte| byte.wrapping_mul(181) ^ 0x5a);
            return question[..2].iter().copied().chain(noise).collect();
        }
        Reply::Silence => return Vec::new(),
    };
    let answers = u16::from(name.is_some());
    let mut message = question[..2].to_vec();
    for number in [flags, 1, answers, 0, 0] {
        message.extend_from_slice(&number.to_be_bytes());
    }
    message.extend_from_slice(&question[12..end]);
    if let Some(name) = name {
        // The name that was asked for; PTR, IN, a minute.
        message.extend_from_slice(&[0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 60]);
        message.extend_from_slice(&(name.len() as u16).to_be_bytes());
        message.extend_from_slice(&name);
    }
    message
}

/// A name as messages have it.
fn encoded(labels: &[Vec<u8>]) -> Vec<u8> {
    let mut name = Vec::new();
    for label in labels {
        name.push(label.len() as u8);
        name.extend_from_slice(label);
    }
    name.push(0);
    name
}

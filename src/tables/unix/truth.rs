//! Which lines of the table are rows, and which are parts of names.
//!
//! A line is the kernel's own row for certain if the row before it is, and has ended: it has no
//! name, or the kernel's own list ([`Sockets`]) says that its name ends there. The list is asked for
//! once, at the first line that could be a part of a name, which a name of at most 108
//! bytes seldom leaves room for; and once more at the end if a socket was not in it.
//!
//! A socket that is still unknown then has been closed since its row was written, and nobody can say
//! how long its name was. What follows is a row only if the kernel lists a socket of just that type
//! and name, which is in no other row; what waits to be accepted can't be told, and is left out.
//! Rows that have to wait for this come last.

use super::Row;
use super::diag::{Name, Sockets};
use super::room::{inode_of, room_after, room_left};
use super::suspects::Suspects;
use crate::tables::Net;
use std::collections::HashSet;
use std::io;
use std::mem;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A row, or a line that can't be read.
    Row,
    /// The start of a row, which is [`Truth::joined`].
    Joined,
    /// A part of a row that has been returned or comes later.
    Part,
}

/// What is known at the end of a line.
#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    /// The row has ended.
    #[default]
    Ended,
    /// The row's name goes on: the rest, each line after a line feed.
    Within(Vec<u8>),
    /// Nothing: a line of at most so many bytes may belong to the name.
    Open(usize),
}

impl State {
    fn open(room: Option<usize>) -> State {
        room.map_or(State::Ended, State::Open)
    }
}

/// The kernel's own list.
#[derive(Debug)]
enum Kernel {
    NotAsked,
    Listed(Sockets),
    /// There is none, or it is no list of this table.
    Silent,
}

/// How the kernel is asked.
#[derive(Debug)]
enum Ask {
    /// By a socket in this namespace.
    Kernel(Option<Net>),
    #[cfg(test)]
    Test(fn(&mut Sockets) -> io::Result<()>),
}

impl Ask {
    fn about(&self, sockets: &mut Sockets) -> io::Result<()> {
        match self {
            Ask::Kernel(Some(net)) => net.enter(|| sockets.ask())?,
            Ask::Kernel(None) => Err(io::ErrorKind::Unsupported.into()),
            #[cfg(test)]
            Ask::Test(ask) => ask(sockets),
        }
    }
}

/// Tells rows from parts of names, line by line.
#[derive(Debug)]
pub struct Truth {
    kernel: Kernel,
    /// How to ask it.
    ask: Ask,
    state: State,
    joined: Vec<u8>,
    /// The inodes of rows.
    seen: Vec<u32>,
    /// Lines that wait for the end of the table, and whether each is a row for certain.
    waiting: Vec<(Box<[u8]>, bool)>,
    /// The rows that were found among them, the last first. `None` before the end.
    held: Option<Vec<Vec<u8>>>,
    suspects: Suspects,
    /// The number of lines that were left out, because nobody can say whether they are rows.
    untold: usize,
}

impl Truth {
    /// Begins with a table of the namespace `net`, of which the kernel can be asked, or of none such.
    pub fn new(net: Option<Net>) -> Truth {
        Truth {
            kernel: match net {
                Some(_) => Kernel::NotAsked,
                None => Kernel::Silent,
            },
            ask: Ask::Kernel(net),
            state: State::Ended,
            joined: Vec::new(),
            seen: Vec::new(),
            waiting: Vec::new(),
            held: None,
            suspects: Suspects::default(),
            untold: 0,
        }
    }

    /// Judges a line, whose number is for messages. `row` is what it says if it is a row, and
    /// `may_precede` tells whether a line of at most so many bytes follows.
    pub fn judge(
        &mut self,
        number: u64,
        line: &[u8],
        row: Option<&Row<'_>>,
        may_precede: impl FnOnce(usize) -> bool,
    ) -> Verdict {
        let room = row.and_then(|row| room_after(row.path?));
        match mem::take(&mut self.state) {
            State::Ended => {}
            State::Within(rest) => match after_line(&rest, line) {
                Some(rest) => {
                    self.state = rest;
                    return Verdict::Part;
                }
                None => return self.keep(line, false, Some(rest.len()), room),
            },
            State::Open(most) if line.len() > most => {}
            State::Open(most) => return self.keep(line, false, Some(most), room),
        }
        self.suspects.see_first(line);
        let Some(row) = row else {
            self.suspects.see(number, line, None, None);
            return Verdict::Row;
        };
        self.seen.extend(inode_of(row));
        let room = room.filter(|most| may_precede(*most));
        if room.is_some() && matches!(self.kernel, Kernel::NotAsked) {
            let mut sockets = Sockets::default();
            self.kernel = match self.ask.about(&mut sockets) {
                Ok(()) => Kernel::Listed(sockets),
                Err(_) => Kernel::Silent,
            };
        }
        let sockets = match &self.kernel {
            Kernel::Listed(sockets) => sockets,
            Kernel::NotAsked => return Verdict::Row,
            Kernel::Silent => {
                self.suspects.see(number, line, Some(row), room);
                return Verdict::Row;
            }
        };
        if room.is_none() {
            return Verdict::Row;
        }
        match sockets.name_of(row) {
            Name::Ends => Verdict::Row,
            Name::GoesOn(rest) => {
                self.joined = join(line, rest);
                self.state = State::Within(rest.to_vec());
                Verdict::Joined
            }
            Name::Unknown => self.keep(line, true, None, room),
        }
    }

    /// Returns the row whose start was judged last, as one line.
    pub fn joined(&self) -> &[u8] {
        &self.joined
    }

    /// Returns the next of the rows that had to wait, after the table's last line.
    pub fn next_held(&mut self) -> Option<&[u8]> {
        if self.held.is_none() {
            let mut held = self.settle();
            held.reverse();
            self.held = Some(held);
        }
        self.joined = self.held.as_mut()?.pop()?;
        Some(&self.joined)
    }

    /// Returns the number of lines that were left out, because nobody can say whether they are sockets
    /// that wait to be accepted or parts of names.
    pub fn untold(&self) -> usize {
        self.untold
    }

    /// Returns the number of a line that may be no row, though it was taken for one.
    pub fn suspect(&mut self) -> Option<u64> {
        self.suspects.first(&mut self.seen)
    }

    /// Keeps a line until the end. What follows it belongs to the name before it, if there is `room`
    /// for both, or to its own.
    fn keep(
        &mut self,
        line: &[u8],
        is_row: bool,
        room: Option<usize>,
        own: Option<usize>,
    ) -> Verdict {
        self.waiting.push((line.into(), is_row));
        self.state = State::open(room_left(room, line).max(own));
        Verdict::Part
    }

    /// Finds the rows among the lines that wait.
    fn settle(&mut self) -> Vec<Vec<u8>> {
        let waiting = mem::take(&mut self.waiting);
        let Kernel::Listed(sockets) = &mut self.kernel else {
            return Vec::new();
        };
        if waiting.is_empty() {
            return Vec::new();
        }
        // If it fails, the first list counts: less is confirmed.
        let _ = self.ask.about(sockets);
        let settled = settle(&waiting, sockets);
        self.untold = settled.untold;
        let mut rows = settled.rows;
        let seen = mem::take(&mut self.seen).into_iter();
        let mut seen: HashSet<u32> = seen.chain(settled.seen).collect();
        for (inode, row) in settled.confirmed {
            if seen.insert(inode) {
                rows.push(row);
            }
        }
        rows
    }
}

/// What lines have turned out to be.
struct Settled {
    /// Rows, each as one line.
    rows: Vec<Vec<u8>>,
    /// The inodes of those that nobody has counted yet.
    seen: Vec<u32>,
    /// Rows that say the truth. They may be copies of others.
    confirmed: Vec<(u32, Vec<u8>)>,
    /// The number of lines that may be sockets that wait to be accepted.
    untold: usize,
}

/// Finds the rows among lines, with all that will ever be known of the sockets.
fn settle(waiting: &[(Box<[u8]>, bool)], sockets: &Sockets) -> Settled {
    let mut settled = Settled {
        rows: Vec::new(),
        seen: Vec::new(),
        confirmed: Vec::new(),
        untold: 0,
    };
    let mut state = State::Ended;
    for (line, is_row) in waiting {
        // Only tables with inodes get here.
        let row = Row::from_line(true, line);
        let own = row.and_then(|row| room_after(row.path?));
        let doubt = match mem::take(&mut state) {
            _ if *is_row => None,
            State::Ended => None,
            State::Within(rest) => match after_line(&rest, line) {
                Some(rest) => {
                    state = rest;
                    continue;
                }
                None => Some(rest.len()),
            },
            State::Open(most) => (line.len() <= most).then_some(most),
        };
        if doubt.is_some() {
            let left = room_left(doubt, line);
            let confirmed = row.filter(|row| sockets.confirm(row));
            // A part of a name, or a socket that waits to be accepted: nobody can say.
            settled.untold += usize::from(row.is_some_and(|row| row.inode == Some(0)));
            state = State::open(match confirmed.and_then(|row| inode_of(&row)) {
                Some(inode) => {
                    settled.confirmed.push((inode, line.to_vec()));
                    left
                }
                // If it is a row of a closed socket, its own name may go on.
                None => left.max(own),
            });
            continue;
        }
        let Some(row) = row else { continue };
        if !is_row {
            settled.seen.extend(inode_of(&row));
        }
        let name = match own {
            Some(_) => sockets.name_of(&row),
            None => Name::Ends,
        };
        let rest = match name {
            Name::GoesOn(rest) => rest,
            Name::Ends => b"",
            Name::Unknown => {
                state = State::open(own);
                b""
            }
        };
        if !rest.is_empty() {
            state = State::Within(rest.to_vec());
        }
        settled.rows.push(join(line, rest));
    }
    settled
}

/// Returns a row as one line.
fn join(line: &[u8], rest: &[u8]) -> Vec<u8> {
    let rest = rest.iter().map(|byte| match byte {
        b'\n' => b'?',
        byte => *byte,
    });
    line.iter().copied().chain(rest).collect()
}

/// Returns what is known behind `line` if the rest of the name before it begins with just that line.
fn after_line(rest: &[u8], line: &[u8]) -> Option<State> {
    match rest.strip_prefix(b"\n")?.strip_prefix(line)? {
        [] => Some(State::Ended),
        rest @ [b'\n', ..] => Some(State::Within(rest.to_vec())),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

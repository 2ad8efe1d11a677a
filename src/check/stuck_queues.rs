//! Connections whose data nobody reads: the other side's program, or this side's.

use super::text::{count, duration};
use super::{
    About, Check, Finding, Looks, Moment, Needs, Severity, Sockets, TwoLooks, Whose, named,
};
use crate::listing::Joined;
use crate::tables::Socket;
use crate::tables::diag::{Internals, TcpInfo};
use std::collections::{BTreeMap, HashMap};

/// The timer of a connection whose other side has no room (include/uapi/linux/inet_diag.h): its window is
/// zero, and the kernel asks from time to time whether it still is (RFC 9293, 3.8.6.1).
const PROBE: u8 = 4;

/// The share of its receive buffer, in percent, from which on a queue is taken for full: the other half is
/// for the kernel's structures around the data (`tcp_adv_win_scale`, Documentation/networking/ip-sysctl.rst).
const FULL: u64 = 50;

/// A program that has read nothing for so long, in milliseconds, does not just do something else.
const SOME_TIME: u32 = 1000;

/// For so long, in milliseconds, it will hardly read again: servers give up such connections after a minute
/// (nginx's `send_timeout`, Apache's `Timeout`).
const LONG: u32 = 60_000;

/// The most connections of the first look that are kept: a few are suspicious on any machine that is well.
const MOST_KEPT: usize = 65_536;

pub const ABOUT: About = About {
    name: "stuck_queues",
    summary: "connections whose data is not read, by the peer or by the local program",
    needs: Needs {
        two_looks: TwoLooks::IfLive,
        sockets: Sockets::Twice,
    },
    begin: || Box::new(StuckQueues::default()),
};

/// The suspicious connections of the first look, by their cookie, and those of each process in which nothing
/// has moved since.
#[derive(Debug, Default)]
struct StuckQueues {
    before: HashMap<u64, Standing>,
    of: BTreeMap<(Side, i32), Stuck>,
    /// Whether one may be stuck of which only /proc tells.
    lacks_internals: bool,
}

/// Who does not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Other,
    This,
}

/// A queue that may stand still, and what has gone through it so far, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    side: Side,
    through: u64,
}

/// The connections of a process that are stuck.
#[derive(Debug)]
struct Stuck {
    whose: Option<Whose>,
    connections: u64,
    bytes: u64,
    /// The longest time in milliseconds, and the ends of that connection.
    longest: u32,
    ends: String,
}

impl Check for StuckQueues {
    fn see(&mut self, moment: Moment, socket: &Socket<'_>, joined: &mut Joined<'_>) {
        let Some(row) = socket.inet() else {
            return;
        };
        let is_held = row.is_connection() && socket.held_inode().is_some();
        if !is_held || row.send_queue == 0 && row.receive_queue == 0 {
            return;
        }
        let Some(internals) = socket.internals() else {
            self.lacks_internals |= row.timer == PROBE || row.receive_queue > 0;
            return;
        };
        let (Some(info), Some(cookie)) = (internals.tcp(), internals.cookie()) else {
            return;
        };
        let unread = u64::from(row.receive_queue);
        let is_probing = row.timer == PROBE && row.send_queue > 0;
        let Some((standing, time)) =
            sends(is_probing, info).or_else(|| receives(unread, internals, info))
        else {
            return;
        };
        if moment == Moment::First {
            if self.before.len() < MOST_KEPT {
                self.before.insert(cookie, standing);
            }
            return;
        }
        if time < SOME_TIME || self.before.get(&cookie) != Some(&standing) {
            return;
        }
        let bytes = match standing.side {
            Side::Other => row.send_queue.into(),
            Side::This => unread,
        };
        let pid = joined.owner(socket).map_or(0, |owner| owner.pid);
        let stuck = self
            .of
            .entry((standing.side, pid))
            .or_insert_with(|| Stuck {
                whose: Whose::of(socket, joined),
                connections: 0,
                bytes: 0,
                longest: 0,
                ends: String::new(),
            });
        stuck.connections += 1;
        stuck.bytes += bytes;
        if time >= stuck.longest {
            stuck.longest = time;
            stuck.ends = format!("{} to {}", row.local, row.foreign);
        }
    }

    fn conclude(&mut self, looks: &Looks<'_>) -> Result<Vec<Finding>, String> {
        let stuck = self.of.iter();
        let mut findings: Vec<_> = stuck.map(|((side, _), it)| it.finding(*side)).collect();
        if self.lacks_internals {
            let why = "only sock_diag shows how long queues have been stuck";
            findings.push(Finding::unknown(why));
        } else if looks.second.is_none() {
            findings.push(Finding::unknown(
                "a stuck queue shows only after two readings",
            ));
        }
        Ok(findings)
    }
}

/// Returns how a connection stands to whose other side the kernel sends probes, and for how long it has sent
/// nothing else, in milliseconds.
fn sends(is_probing: bool, info: TcpInfo<'_>) -> Option<(Standing, u32)> {
    let standing = Standing {
        side: Side::Other,
        through: info.bytes_acked().filter(|_| is_probing)?,
    };
    Some((standing, info.last_send_ms()?))
}

/// Returns how a connection stands whose receive queue is full, and for how long nothing has come, in
/// milliseconds.
fn receives(unread: u64, internals: Internals<'_>, info: TcpInfo<'_>) -> Option<(Standing, u32)> {
    let memory = internals.memory()?;
    let (used, limit) = (memory.received()?, memory.receive_limit()?);
    let is_full = u64::from(used) * 100 >= u64::from(limit) * FULL && unread > 0;
    let standing = Standing {
        side: Side::This,
        through: info
            .bytes_received()
            .filter(|_| is_full)?
            .saturating_sub(unread),
    };
    Some((standing, info.last_receive_ms()?))
}

impl Stuck {
    fn finding(&self, side: Side) -> Finding {
        let severity = match self.longest >= LONG {
            true => Severity::Warning,
            false => Severity::Info,
        };
        let whose = named(self.whose.as_ref());
        let connections = match self.connections {
            1 => "1 connection".to_owned(),
            more => format!("{} connections", count(more.into())),
        };
        let (bytes, longest) = (count(self.bytes.into()), duration(self.longest));
        let (sentence, (queue, column, time)) = match side {
            Side::Other => (
                format!(
                    "The peer of {connections} of {whose} does not read: {bytes} bytes wait to \
                     be sent, for {longest} at {}.",
                    self.ends
                ),
                ("send_queue", "send_q", "last_send_ms"),
            ),
            Side::This => (
                format!(
                    "{whose} does not read from {connections} whose receive queue is full: {bytes} \
                     bytes wait, for {longest} at {}.",
                    self.ends
                ),
                ("receive_queue", "recv_q", "last_receive_ms"),
            ),
        };
        let of = match &self.whose {
            Some(whose) => format!("--pid {} ", whose.pid),
            None => String::new(),
        };
        Finding::new(severity, sentence)
            .from(queue, self.bytes, "sock_diag")
            .from("connections", self.connections, "sock_diag")
            .from(time, self.longest, "sock_diag")
            .of(self.whose.clone())
            .advise(
                "Look",
                format!("rnetstat -tnp {of}--tcp-info --sort -{column} --top 10"),
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::made::{Made, concluded};
    use crate::check::testing::said;

    /// The attributes of TCP and of memory (include/uapi/linux/inet_diag.h).
    const INFO: u16 = 2;
    const MEMORY: u16 = 7;

    /// TCP's structure with both times, and the bytes that were acknowledged and received.
    fn info(time: u32, bytes: u64) -> Vec<u8> {
        let mut info = vec![0; 216];
        for offset in [44, 52] {
            info[offset..offset + 4].copy_from_slice(&time.to_ne_bytes());
        }
        for offset in [120, 128] {
            info[offset..offset + 8].copy_from_slice(&bytes.to_ne_bytes());
        }
        info
    }

    fn connection(timer: u8, queues: (u32, u32)) -> Made {
        let connection = Made::tcp(1, "10.0.0.1:80", "10.0.0.2:5000");
        connection.with(|row| {
            row.timer = timer;
            (row.send_queue, row.receive_queue) = queues;
        })
    }

    fn sending(timer: u8, time: u32, acked: u64) -> Made {
        connection(timer, (5000, 0)).attribute(INFO, info(time, acked))
    }

    fn receiving(used: u32, time: u32, received: u64, unread: u32) -> Made {
        let memory = [used, 131_072].map(u32::to_ne_bytes).concat();
        let connection = connection(0, (0, unread)).attribute(MEMORY, memory);
        connection.attribute(INFO, info(time, received))
    }

    fn found(first: Made, last: Made) -> Vec<String> {
        said(&concluded(&ABOUT, &[], &[(&[first], &[]), (&[last], &[])]))
    }

    #[test]
    fn a_send_queue_is_stuck_while_the_other_side_has_no_room() {
        assert_eq!(
            found(sending(PROBE, 58_000, 9), sending(PROBE, LONG, 9)),
            [
                "warning: The peer of 1 connection of a process that is not visible does not read: \
              5,000 bytes wait to be sent, for 1 min at 10.0.0.1:80 to 10.0.0.2:5000."
            ]
        );
        for (first, last, expected) in [
            (sending(PROBE, 1, 9), sending(PROBE, 2001, 9), Some("info")),
            // It moves, or has just begun to stand.
            (sending(PROBE, LONG, 8), sending(PROBE, LONG, 9), None),
            (sending(1, LONG, 9), sending(PROBE, LONG, 9), None),
            (sending(PROBE, LONG, 9), sending(1, LONG, 9), None),
            (sending(PROBE, 1, 9), sending(PROBE, 999, 9), None),
            (
                sending(PROBE, 1, 9).numbered(5),
                sending(PROBE, LONG, 9),
                None,
            ),
        ] {
            let found = found(first, last);
            assert_eq!(found.first().and_then(|it| it.split(':').next()), expected);
        }
    }

    #[test]
    fn a_receive_queue_is_stuck_while_its_program_does_not_read() {
        let full = 65_536;
        assert_eq!(
            found(
                receiving(full, 58_000, 9000, 9000),
                receiving(full, LONG, 9000, 9000)
            ),
            [
                "warning: A process that is not visible does not read from 1 connection whose \
                 receive \
              queue is full: 9,000 bytes wait, for 1 min at 10.0.0.1:80 to 10.0.0.2:5000."
            ]
        );
        for (first, last, expected) in [
            // More has come, and nothing was read.
            ((full, 1, 90, 90), (full, 1000, 95, 95), 1),
            ((full, 1, 90, 90), (full, 1000, 95, 90), 0),
            ((full - 1, LONG, 90, 90), (full - 1, LONG, 90, 90), 0),
        ] {
            let made = |(used, time, received, unread)| receiving(used, time, received, unread);
            assert_eq!(found(made(first), made(last)).len(), expected, "{first:?}");
        }
    }

    #[test]
    fn what_one_look_or_proc_tells_is_unknown() {
        let once = |socket: Made| said(&concluded(&ABOUT, &[], &[(&[socket], &[])]));
        assert_eq!(
            once(sending(PROBE, LONG, 9).of_proc()),
            ["unknown: only sock_diag shows how long queues have been stuck"]
        );
        assert_eq!(
            once(sending(0, 0, 9)),
            ["unknown: a stuck queue shows only after two readings"]
        );
    }
}

//! Segments that TCP had to send again: the network loses some.

use super::text::{count, percent, rise};
use super::{About, Check, Finding, Looks, Moment, Needs, Severity, Sockets, TwoLooks, Whose};
use crate::listing::Joined;
use crate::tables::Socket;
use std::collections::HashMap;

/// From this share of sent segments on, in tenths of a percent, connections are slowed down noticeably: by the
/// formula of Mathis and others (1997), loss of 1% holds a connection with 50 ms round-trip time and segments of
/// 1,460 bytes below 3 Mb/s.
const LOSSY: i128 = 10;
/// From this share on, in tenths of a percent, they hardly move: RFC 5681 halves the window at each loss.
const BROKEN: i128 = 50;

/// Fewer segments than this say nothing: of 100, one is 1%.
const FEW: i128 = 500;

/// What receivers of this machine dropped for lack of room (include/uapi/linux/snmp.h). Over loopback, that is sent
/// again though no network lost it.
/// Nor is a network at fault where nobody answers: that is another check's.
const NOT_LOST: [&str; 5] = [
    "TCPSynRetrans",
    "TCPBacklogDrop",
    "TCPRcvQDrop",
    "TCPZeroWindowDrop",
    "RcvPruned",
];

/// How many connections are named.
const NAMED: usize = 3;

pub const ABOUT: About = About {
    name: "retransmissions",
    summary: "TCP retransmissions, and the connections with most of them",
    needs: Needs {
        two_looks: TwoLooks::Must,
        sockets: Sockets::Twice,
    },
    begin: || Box::new(Retransmissions::default()),
};

/// What connections have sent again: of the first look all that have, of the last those that have since.
#[derive(Debug, Default)]
struct Retransmissions {
    before: HashMap<u64, u32>,
    since: Vec<Connection>,
}

#[derive(Debug)]
struct Connection {
    ends: String,
    segments: u32,
    whose: Option<Whose>,
}

impl Check for Retransmissions {
    fn see(&mut self, moment: Moment, socket: &Socket<'_>, joined: &mut Joined<'_>) {
        let Some(internals) = socket.internals() else {
            return;
        };
        let total = internals.tcp().and_then(|it| it.retransmits_total());
        let (Some(row), Some(cookie), Some(total)) = (socket.inet(), internals.cookie(), total)
        else {
            return;
        };
        if total == 0 {
            return;
        }
        if moment == Moment::First {
            self.before.insert(cookie, total);
            return;
        }
        let before = self.before.get(&cookie).copied().unwrap_or(0);
        let segments = total.saturating_sub(before);
        let least = self.since.last().map_or(0, |it| it.segments);
        if segments == 0 || self.since.len() == NAMED && segments <= least {
            return;
        }
        self.since.push(Connection {
            ends: format!("{} to {}", row.local, row.foreign),
            segments,
            whose: Whose::of(socket, joined),
        });
        self.since.sort_by_key(|it| std::cmp::Reverse(it.segments));
        self.since.truncate(NAMED);
    }

    fn conclude(&mut self, looks: &Looks<'_>) -> Result<Vec<Finding>, String> {
        let (Some(again), Some(sent)) = (
            looks.counter("Tcp", "RetransSegs"),
            looks.counter("Tcp", "OutSegs"),
        ) else {
            return Err("there are no counters of TCP".to_owned());
        };
        let (Some(resent), Some(out), Some(interval)) = (again.rise, sent.rise, looks.interval())
        else {
            return Err("the counters disappeared between the two readings".to_owned());
        };
        let not_lost = NOT_LOST
            .iter()
            .filter_map(|name| looks.counter("TcpExt", name)?.rise);
        let lost = (resent - not_lost.sum::<i128>()).max(0);
        // OutSegs leaves out segments that are sent again (RFC 4022).
        let all = out + resent;
        let share = lost * 1000 / all.max(1);
        if all < FEW || share < LOSSY {
            return Ok(Vec::new());
        }
        let severity = match share >= BROKEN {
            true => Severity::Problem,
            false => Severity::Warning,
        };
        let sentence = format!(
            "{} of TCP segments were lost and retransmitted: {}, of {} sent.",
            percent(lost, all),
            rise(&again, interval),
            count(all),
        );
        let mut finding = Finding::new(severity, sentence)
            .from("RetransSegs", resent, &*again.source)
            .from("OutSegs", out, &*sent.source);
        if !self.since.is_empty() {
            let most = self.since.iter().map(|it| match &it.whose {
                Some(whose) => format!("{} of {whose} ({})", it.ends, it.segments),
                None => format!("{} ({})", it.ends, it.segments),
            });
            finding = finding.and(format!(
                "Most of them: {}.",
                most.collect::<Vec<_>>().join("; ")
            ));
        }
        for connection in &self.since {
            finding = finding.of(connection.whose.clone());
        }
        let look = "rnetstat -tn --tcp-info --sort -retransmits_total --top 10".to_owned();
        Ok(vec![finding.advise("Look", look)])
    }
}

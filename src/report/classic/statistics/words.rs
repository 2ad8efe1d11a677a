//! net-tools' words for counters, found by having it print each counter alone: with 0, 1, 2 and
//! with values up to 2^64. Counters that it has no words for are not in here: it prints their names
//! and values where they are not 0. To that it comes for some that it means to have words for, such
//! as `TCPTimeouts`, too, and they must stay out.

use crate::tables::counter::Mib;
use Wording::{Always, Never, Nonzero, Received, Sent};

/// A counter: the kernel's name, and net-tools' words.
pub type Counter = (&'static str, Wording);

/// How a counter is put into words; a `%` stands for the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    /// A line, even if the number is 0.
    Always(&'static str),
    /// A line if the number is not 0.
    Nonzero(&'static str),
    /// In the histogram of ICMP messages received, before a colon and the number.
    Received(&'static str),
    /// Likewise, of those sent.
    Sent(&'static str),
    /// Nothing.
    Never,
}

/// Returns the counters of a section that have words. The tables below have one counter per line,
/// however long it is.
pub fn words(mib: Mib) -> &'static [Counter] {
    match mib {
        Mib::Ip => IP,
        Mib::Icmp => ICMP,
        Mib::Tcp => TCP,
        Mib::TcpExt => TCP_EXT,
        Mib::Udp => UDP,
        Mib::Sctp => SCTP,
        Mib::Ip6 => IP6,
        Mib::Icmp6 => ICMP6,
        Mib::Udp6 => UDP6,
        Mib::Tcp6 => &[],
    }
}

#[rustfmt::skip]
const IP: &[Counter] = &[
    ("DefaultTTL", Never),
    ("ForwDatagrams", Always("% forwarded")),
    ("FragCreates", Nonzero("% fragments created")),
    ("FragFails", Nonzero("% outgoing packets failed fragmentation")),
    ("FragOKs", Nonzero("% outgoing packets fragmented ok")),
    ("InAddrErrors", Nonzero("% with invalid addresses")),
    ("InDelivers", Always("% incoming packets delivered")),
    ("InDiscards", Always("% incoming packets discarded")),
    ("InHdrErrors", Nonzero("% with invalid headers")),
    ("InReceives", Always("% total packets received")),
    ("InUnknownProtos", Nonzero("% with unknown protocol")),
    ("OutDiscards", Nonzero("% outgoing packets dropped")),
    ("OutNoRoutes", Nonzero("% dropped because of missing route")),
    ("OutRequests", Always("% requests sent out")),
    ("ReasmFails", Nonzero("% packet reassemblies failed")),
    ("ReasmOKs", Nonzero("% packets reassembled ok")),
    ("ReasmReqds", Nonzero("% reassemblies required")),
    ("ReasmTimeout", Nonzero("% fragments dropped after timeout")),
];

const ICMP: &[Counter] = &[
    ("InAddrMaskReps", Received("address mask replies")),
    ("InAddrMasks", Received("address mask request")),
    ("InDestUnreachs", Received("destination unreachable")),
    ("InEchoReps", Received("echo replies")),
    ("InEchos", Received("echo requests")),
    ("InErrors", Always("% input ICMP message failed")),
    ("InMsgs", Always("% ICMP messages received")),
    ("InParmProbs", Received("wrong parameters")),
    ("InRedirects", Received("redirects")),
    ("InSrcQuenchs", Received("source quenches")),
    ("InTimeExcds", Received("timeout in transit")),
    ("InTimestampReps", Received("timestamp reply")),
    ("InTimestamps", Received("timestamp request")),
    ("OutAddrMaskReps", Sent("address mask replies")),
    ("OutAddrMasks", Sent("address mask requests")),
    ("OutDestUnreachs", Sent("destination unreachable")),
    ("OutEchoReps", Sent("echo replies")),
    ("OutEchos", Sent("echo requests")),
    ("OutErrors", Always("% ICMP messages failed")),
    ("OutMsgs", Always("% ICMP messages sent")),
    ("OutParmProbs", Sent("wrong parameters")),
    ("OutRedirects", Sent("redirect")),
    ("OutSrcQuenchs", Sent("source quench")),
    ("OutTimeExcds", Sent("time exceeded")),
    ("OutTimestampReps", Sent("timestamp replies")),
    ("OutTimestamps", Sent("timestamp requests")),
];

const TCP: &[Counter] = &[
    ("ActiveOpens", Always("% active connection openings")),
    ("AttemptFails", Always("% failed connection attempts")),
    ("CurrEstab", Always("% connections established")),
    ("EstabResets", Always("% connection resets received")),
    ("InErrs", Always("% bad segments received")),
    ("InSegs", Always("% segments received")),
    ("MaxConn", Never),
    ("OutRsts", Always("% resets sent")),
    ("OutSegs", Always("% segments sent out")),
    ("PassiveOpens", Always("% passive connection openings")),
    ("RetransSegs", Always("% segments retransmitted")),
    ("RtoAlgorithm", Never),
    ("RtoMax", Never),
    ("RtoMin", Never),
];

#[rustfmt::skip]
const TCP_EXT: &[Counter] = &[
    ("DelayedACKLocked", Nonzero("% delayed acks further delayed because of locked socket")),
    ("DelayedACKLost", Nonzero("Quick ack mode was activated % times")),
    ("DelayedACKs", Nonzero("% delayed acks sent")),
    ("EmbryonicRsts", Nonzero("% resets received for embryonic SYN_RECV sockets")),
    ("ListenDrops", Nonzero("% SYNs to LISTEN sockets dropped")),
    ("ListenOverflows", Nonzero("% times the listen queue of a socket overflowed")),
    ("LockDroppedIcmps", Nonzero("% ICMP packets dropped because socket was locked")),
    ("OfoPruned", Nonzero("% packets dropped from out-of-order queue because of socket buffer overrun")),
    ("OutOfWindowIcmps", Nonzero("% ICMP packets dropped because they were out-of-window")),
    ("PAWSActive", Nonzero("% active connections rejected because of time stamp")),
    ("PAWSEstab", Nonzero("% packets rejected in established connections because of timestamp")),
    ("PAWSPassive", Nonzero("% passive connections rejected because of time stamp")),
    ("PruneCalled", Nonzero("% packets pruned from receive queue because of socket buffer overrun")),
    ("RcvPruned", Nonzero("% packets pruned from receive queue")),
    ("SockMallocOOM", Nonzero("Ran % times out of system memory during packet sending")),
    ("SyncookiesFailed", Nonzero("% invalid SYN cookies received")),
    ("SyncookiesRecv", Nonzero("% SYN cookies received")),
    ("SyncookiesSent", Nonzero("% SYN cookies sent")),
    ("TCPAbortFailed", Nonzero("% times unable to send RST due to no memory")),
    ("TCPAbortOnClose", Nonzero("% connections reset due to early user close")),
    ("TCPAbortOnData", Nonzero("% connections reset due to unexpected data")),
    ("TCPAbortOnLinger", Nonzero("% connections aborted after user close in linger timeout")),
    ("TCPAbortOnMemory", Nonzero("% connections aborted due to memory pressure")),
    ("TCPAbortOnSyn", Nonzero("% connections reset due to unexpected SYN")),
    ("TCPAbortOnTimeout", Nonzero("% connections aborted due to timeout")),
    ("TCPDirectCopyFromBacklog", Nonzero("% bytes directly in process context from backlog")),
    ("TCPFACKReorder", Nonzero("Detected reordering % times using FACK")),
    ("TCPFastRetrans", Nonzero("% fast retransmits")),
    ("TCPForwardRetrans", Nonzero("% forward retransmits")),
    ("TCPFullUndo", Nonzero("% congestion windows fully recovered without slow start")),
    ("TCPHPAcks", Nonzero("% predicted acknowledgments")),
    ("TCPHPHits", Always("% packet headers predicted")),
    ("TCPHPHitsToUser", Nonzero("% packet headers predicted and directly queued to user")),
    ("TCPLossFailures", Nonzero("% timeouts in loss state")),
    ("TCPLossUndo", Nonzero("% congestion windows recovered without slow start after partial ack")),
    ("TCPLostRetransmits", Nonzero("% retransmits lost")),
    ("TCPMemoryPressures", Nonzero("TCP ran low on memory % times")),
    ("TCPPartialUndo", Nonzero("% congestion windows partially recovered using Hoe heuristic")),
    ("TCPPrequeued", Nonzero("% packets directly queued to recvmsg prequeue")),
    ("TCPPureAcks", Nonzero("% acknowledgments not containing data payload received")),
    ("TCPRcvCollapsed", Nonzero("% packets collapsed in receive queue due to low socket buffer")),
    ("TCPRenoFailures", Nonzero("% timeouts after reno fast retransmit")),
    ("TCPRenoRecovery", Nonzero("% times recovered from packet loss due to fast retransmit")),
    ("TCPRenoReorder", Nonzero("Detected reordering % times using reno fast retransmit")),
    ("TCPSACKReorder", Nonzero("Detected reordering % times using SACK")),
    ("TCPSchedulerFailed", Nonzero("% times receiver scheduled too late for direct processing")),
    ("TCPSlowStartRetrans", Nonzero("% retransmits in slow start")),
    ("TCPTSReorder", Nonzero("Detected reordering % times using time stamp")),
    ("TW", Nonzero("% TCP sockets finished time wait in fast timer")),
    ("TWRecycled", Nonzero("% time wait sockets recycled by time stamp")),
];

const UDP: &[Counter] = &[
    ("InDatagrams", Always("% packets received")),
    ("InErrors", Always("% packet receive errors")),
    ("NoPorts", Always("% packets to unknown port received")),
    ("OutDatagrams", Always("% packets sent")),
    ("RcvbufErrors", Always("% receive buffer errors")),
    ("SndbufErrors", Always("% send buffer errors")),
];

#[rustfmt::skip]
const SCTP: &[Counter] = &[
    ("SctpAborteds", Always("% Number of Aborteds ")),
    ("SctpActiveEstabs", Always("% Active Associations")),
    ("SctpChecksumErrors", Always("% Number of Packets with invalid Checksum")),
    ("SctpCurrEstab", Always("% Current Associations")),
    ("SctpFragUsrMsgs", Always("% Number of messages fragmented")),
    ("SctpInCtrlChunks", Always("% Number of control chunks received")),
    ("SctpInOrderChunks", Always("% Number of ordered chunks received")),
    ("SctpInSCTPPacks", Always("% Number of SCTP packets received")),
    ("SctpInUnorderChunks", Always("% Number of Unordered chunks received")),
    ("SctpOutCtrlChunks", Always("% Number of control chunks sent")),
    ("SctpOutOfBlues", Always("% Number of Out of Blue packets")),
    ("SctpOutOrderChunks", Always("% Number of ordered chunks sent")),
    ("SctpOutSCTPPacks", Always("% Number of SCTP packets sent")),
    ("SctpOutUnorderChunks", Always("% Number of Unordered chunks sent")),
    ("SctpPassiveEstabs", Always("% Passive Associations")),
    ("SctpReasmUsrMsgs", Always("% Number of messages reassembled ")),
    ("SctpShutdowns", Always("% Number of Graceful Terminations")),
];

#[rustfmt::skip]
const IP6: &[Counter] = &[
    ("Ip6FragCreates", Nonzero("% fragments created")),
    ("Ip6FragFails", Nonzero("% outgoing packets failed fragmentation")),
    ("Ip6FragOKs", Nonzero("% outgoing packets fragmented ok")),
    ("Ip6InAddrErrors", Nonzero("% with invalid addresses")),
    ("Ip6InDelivers", Always("% incoming packets delivered")),
    ("Ip6InDiscards", Always("% incoming packets discarded")),
    ("Ip6InHdrErrors", Nonzero("% with invalid headers")),
    ("Ip6InMcastPkts", Nonzero("% incoming multicast packets")),
    ("Ip6InNoRoutes", Nonzero("% incoming packets with no route")),
    ("Ip6InReceives", Always("% total packets received")),
    ("Ip6InTooBigErrors", Nonzero("% with packets too big")),
    ("Ip6InTruncatedPkts", Nonzero("% with truncated packets")),
    ("Ip6InUnknownProtos", Nonzero("% with unknown protocol")),
    ("Ip6OutDiscards", Nonzero("% outgoing packets dropped")),
    ("Ip6OutForwDatagrams", Always("% forwarded")),
    ("Ip6OutMcastPkts", Nonzero("% outgoing multicast packets")),
    ("Ip6OutNoRoutes", Nonzero("% dropped because of missing route")),
    ("Ip6OutRequests", Always("% requests sent out")),
    ("Ip6ReasmFails", Nonzero("% packet reassemblies failed")),
    ("Ip6ReasmOKs", Nonzero("% packets reassembled ok")),
    ("Ip6ReasmReqds", Nonzero("% reassemblies required")),
    ("Ip6ReasmTimeout", Nonzero("% fragments dropped after timeout")),
];

#[rustfmt::skip]
const ICMP6: &[Counter] = &[
    ("Icmp6InDestUnreachs", Received("destination unreachable")),
    ("Icmp6InEchoReplies", Received("echo replies")),
    ("Icmp6InEchos", Received("echo requests")),
    ("Icmp6InErrors", Always("% input ICMP message failed")),
    ("Icmp6InGroupMembQueries", Received("group member queries")),
    ("Icmp6InGroupMembReductions", Received("group member reductions")),
    ("Icmp6InGroupMembResponses", Received("group member responses")),
    ("Icmp6InMsgs", Always("% ICMP messages received")),
    ("Icmp6InNeighborAdvertisements", Received("neighbour advertisement")),
    ("Icmp6InNeighborSolicits", Received("neighbour solicits")),
    ("Icmp6InParmProblems", Received("parameter problem")),
    ("Icmp6InPktTooBigs", Received("packets too big")),
    ("Icmp6InRedirects", Received("redirects")),
    ("Icmp6InRouterAdvertisements", Received("router advertisement")),
    ("Icmp6InRouterSolicits", Received("router solicits")),
    ("Icmp6InTimeExcds", Received("received ICMPv6 time exceeded")),
    ("Icmp6OutDestUnreachs", Sent("destination unreachable")),
    ("Icmp6OutEchoReplies", Sent("echo replies")),
    ("Icmp6OutEchos", Sent("echo requests")),
    ("Icmp6OutGroupMembQueries", Sent("group member queries")),
    ("Icmp6OutGroupMembReductions", Sent("group member reductions")),
    ("Icmp6OutGroupMembResponses", Sent("group member responses")),
    ("Icmp6OutMsgs", Always("% ICMP messages sent")),
    ("Icmp6OutNeighborAdvertisements", Sent("neighbor advertisements")),
    ("Icmp6OutNeighborSolicits", Sent("neighbor solicits")),
    ("Icmp6OutParmProblems", Sent("parameter problem")),
    ("Icmp6OutPktTooBigs", Sent("packets too big")),
    ("Icmp6OutRedirects", Sent("redirects")),
    ("Icmp6OutRouterSolicits", Sent("router solicits")),
    ("Icmp6OutTimeExcds", Sent("sent ICMPv6 time exceeded")),
];

const UDP6: &[Counter] = &[
    ("Udp6InDatagrams", Always("% packets received")),
    ("Udp6InErrors", Always("% packet receive errors")),
    ("Udp6NoPorts", Always("% packets to unknown port received")),
    ("Udp6OutDatagrams", Always("% packets sent")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_counter_is_there_once_and_has_one_place_for_its_number() {
        let all = [IP, ICMP, TCP, TCP_EXT, UDP, SCTP, IP6, ICMP6, UDP6];
        assert_eq!(
            all.iter().map(|counters| counters.len()).sum::<usize>(),
            187
        );
        for counters in all {
            for pair in counters.windows(2) {
                assert!(pair[0].0 < pair[1].0, "{pair:?}");
            }
            for counter in counters {
                let places = match counter.1 {
                    Always(words) | Nonzero(words) => words.matches('%').count(),
                    Received(words) | Sent(words) => usize::from(!words.contains('%')),
                    Never => 1,
                };
                assert_eq!(places, 1, "{counter:?}");
            }
        }
    }
}

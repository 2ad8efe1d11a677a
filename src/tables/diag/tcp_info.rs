//! What TCP knows of a connection (`struct tcp_info`, include/uapi/linux/tcp.h).

use crate::tables::netlink::{u32_at, u64_at};

/// The bits of `tcpi_options`.
const TCPI_OPT_TIMESTAMPS: u8 = 1;
const TCPI_OPT_WSCALE: u8 = 4;
const TCPI_OPT_ECN: u8 = 8;
const TCPI_OPT_SYN_DATA: u8 = 32;
const TCPI_OPT_TFO_CHILD: u8 = 128;

/// What the kernel has for a threshold that has not been set (include/net/tcp.h).
const TCP_INFINITE_SSTHRESH: u32 = 0x7fff_ffff;

/// The structure, as long as the running kernel has it. It only grows, at its end: what lies beyond is
/// `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TcpInfo<'a>(pub &'a [u8]);

/// Defines a number at an offset.
macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident: $kind:ident at $offset:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $name(self) -> Option<$kind> {
                numbers!(@get $kind)(self.0, $offset)
            }
        )*
    };
    (@get u32) => { u32_at };
    (@get u64) => { u64_at };
}

impl TcpInfo<'_> {
    numbers! {
        /// Returns the segment size for sending, in bytes.
        mss: u32 at 16;
        /// Returns the number of segments in flight that are taken for lost.
        lost: u32 at 32;
        /// Returns the time since data was last sent, in milliseconds.
        last_send_ms: u32 at 44;
        /// Returns the time since data was last received, in milliseconds.
        last_receive_ms: u32 at 52;
        /// Returns the path's maximum transmission unit, in bytes.
        pmtu: u32 at 60;
        /// Returns the mean deviation of the round-trip time, in microseconds.
        rtt_var_us: u32 at 72;
        /// Returns the congestion window, in segments.
        cwnd: u32 at 80;
        /// Returns how far segments may be reordered before one is taken for lost.
        reordering: u32 at 88;
        /// Returns the number of retransmitted segments since the connection began.
        retransmits_total: u32 at 100;
        /// Returns the number of sent bytes that the foreign side has acknowledged.
        bytes_acked: u64 at 120;
        /// Returns the number of bytes received.
        bytes_received: u64 at 128;
        /// Returns the number of segments sent.
        segments_out: u32 at 136;
        /// Returns the number of segments received.
        segments_in: u32 at 140;
        /// Returns the number of bytes in the send queue that have never been sent.
        not_sent_bytes: u32 at 144;
        /// Returns the time in which something was being sent, in microseconds.
        busy_us: u64 at 168;
        /// Returns the part of it that the foreign side's window held up, in microseconds.
        receive_window_limited_us: u64 at 176;
        /// Returns the part of it that the send buffer's limit held up, in microseconds.
        send_buffer_limited_us: u64 at 184;
        /// Returns the number of bytes sent, again or for the first time.
        bytes_sent: u64 at 200;
        /// Returns the number of bytes sent again.
        bytes_retransmitted: u64 at 208;
    }

    /// Returns the number of unanswered retransmissions.
    pub fn retransmits(self) -> Option<u8> {
        self.byte(2)
    }

    /// Returns the number of unanswered probes.
    pub fn probes(self) -> Option<u8> {
        self.byte(3)
    }

    /// Returns the smoothed round-trip time in microseconds, once it has been measured.
    pub fn rtt_us(self) -> Option<u32> {
        u32_at(self.0, 68).filter(|it| *it != 0)
    }

    /// Returns the least round-trip time of late in microseconds, once it has been measured.
    pub fn min_rtt_us(self) -> Option<u32> {
        u32_at(self.0, 148).filter(|it| !matches!(*it, 0 | u32::MAX))
    }

    /// Returns the congestion window in segments at which slow start ends, once that is set.
    pub fn ssthresh(self) -> Option<u32> {
        u32_at(self.0, 76).filter(|it| *it < TCP_INFINITE_SSTHRESH)
    }

    /// Returns how fast data was last delivered, in bits per second.
    pub fn delivery_rate_bps(self) -> Option<u64> {
        u64_at(self.0, 160).filter(|it| *it != 0).and_then(bits)
    }

    /// Returns how fast segments may be sent, in bits per second, if there is a limit.
    pub fn pacing_rate_bps(self) -> Option<u64> {
        u64_at(self.0, 104).and_then(bits)
    }

    /// Returns whether both sides can mark congestion (ECN, RFC 3168).
    pub fn ecn(self) -> Option<bool> {
        self.option(TCPI_OPT_ECN)
    }

    /// Returns whether segments have timestamps (RFC 7323).
    pub fn timestamps(self) -> Option<bool> {
        self.option(TCPI_OPT_TIMESTAMPS)
    }

    /// Returns whether the first segment had data (TCP Fast Open, RFC 7413), on either side.
    pub fn fast_open(self) -> Option<bool> {
        self.option(TCPI_OPT_SYN_DATA | TCPI_OPT_TFO_CHILD)
    }

    /// Returns by how many bits windows are shifted (RFC 7323), to send and to receive, if they are.
    pub fn window_scale(self) -> Option<(u8, u8)> {
        let scales = self.byte(6)?;
        let (low, high) = (scales & 0xf, scales >> 4);
        // Two bit fields, of which the first has the lower bits, or the upper ones on a big-endian machine.
        let scales = match cfg!(target_endian = "little") {
            true => (low, high),
            false => (high, low),
        };
        self.option(TCPI_OPT_WSCALE)?.then_some(scales)
    }

    fn option(self, bits: u8) -> Option<bool> {
        self.byte(5).map(|options| options & bits != 0)
    }

    fn byte(self, offset: usize) -> Option<u8> {
        self.0.get(offset).copied()
    }
}

/// Returns bits per second from the kernel's bytes per second, where all ones are no limit.
fn bits(bytes: u64) -> Option<u64> {
    // Older kernels have 32 ones for it (net/ipv4/tcp.c, `tcp_get_info`).
    let is_limit = !matches!(bytes, u64::MAX) && bytes != u64::from(u32::MAX);
    is_limit.then(|| bytes.saturating_mul(8))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A structure of `len` bytes, each of which is its offset.
    fn counted(len: u8) -> Vec<u8> {
        (0..len).collect()
    }

    #[test]
    fn what_lies_beyond_the_end_is_unknown() {
        for (len, known) in [
            (0, [false; 5]),
            (3, [true, false, false, false, false]),
            (72, [true, true, false, false, false]),
            (104, [true, true, true, false, false]),
            (136, [true, true, true, true, false]),
            (215, [true, true, true, true, false]),
            (216, [true; 5]),
            (255, [true; 5]),
        ] {
            let bytes = counted(len);
            let info = TcpInfo(&bytes);
            let found = [
                info.retransmits().is_some(),
                info.rtt_us().is_some(),
                info.retransmits_total().is_some(),
                info.bytes_received().is_some(),
                info.bytes_retransmitted().is_some(),
            ];
            assert_eq!(found, known, "{len}");
        }
    }

    #[test]
    fn numbers_stand_at_their_offsets() {
        let bytes = counted(255);
        let info = TcpInfo(&bytes);
        let at = |offset: u8| {
            let bytes = [offset, offset + 1, offset + 2, offset + 3];
            Some(u32::from_ne_bytes(bytes))
        };
        for (found, offset) in [
            (info.mss(), 16),
            (info.lost(), 32),
            (info.last_send_ms(), 44),
            (info.last_receive_ms(), 52),
            (info.pmtu(), 60),
            (info.rtt_us(), 68),
            (info.rtt_var_us(), 72),
            (info.ssthresh(), 76),
            (info.cwnd(), 80),
            (info.reordering(), 88),
            (info.retransmits_total(), 100),
            (info.segments_out(), 136),
            (info.segments_in(), 140),
            (info.not_sent_bytes(), 144),
            (info.min_rtt_us(), 148),
        ] {
            assert_eq!(found, at(offset), "{offset}");
        }
    }

    #[test]
    fn the_kernels_words_for_nothing_are_null() {
        let mut bytes = vec![0; 280];
        let info = TcpInfo(&bytes);
        assert_eq!((info.rtt_us(), info.min_rtt_us()), (None, None));
        assert_eq!(info.window_scale(), None);
        assert_eq!(info.ssthresh(), Some(0));
        assert_eq!(info.pacing_rate_bps(), Some(0));
        bytes[76..80].copy_from_slice(&TCP_INFINITE_SSTHRESH.to_ne_bytes());
        bytes[104..112].copy_from_slice(&u64::MAX.to_ne_bytes());
        bytes[148..152].copy_from_slice(&u32::MAX.to_ne_bytes());
        bytes[160..168].copy_from_slice(&1000_u64.to_ne_bytes());
        let info = TcpInfo(&bytes);
        assert_eq!((info.ssthresh(), info.min_rtt_us()), (None, None));
        assert_eq!(info.pacing_rate_bps(), None);
        assert_eq!(info.delivery_rate_bps(), Some(8000));
    }
}

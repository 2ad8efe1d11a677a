//! Rates since the previous listing (`--delta`), and the layout of those of interfaces: that of "Kernel
//! Interface table", in 79 columns.

use super::classic::interface::{NAME_WIDTH, push_name};
use super::records::value::Value;
use super::text::{self, Decimal};
use crate::tables::interface::{Counters, Name};
use std::time::Duration;

/// The widths of the columns of one direction, in bytes: packets, bytes, errors, drops.
const WIDTHS: [usize; 4] = [7, 9, 6, 6];

/// Adds the heading, which says over which time rates are taken, and the header.
pub fn push_title(out: &mut Vec<u8>, elapsed: Duration) {
    let title = format!(
        "Kernel Interface table, per second over the last {:.2} s\n",
        elapsed.as_secs_f64()
    );
    out.extend_from_slice(title.as_bytes());
    push_header(out);
}

/// Adds the header alone.
pub fn push_header(out: &mut Vec<u8>) {
    text::left(out, b"Iface", NAME_WIDTH);
    let titles = ["OK", "BYTES", "ERR", "DRP"];
    for direction in ["RX", "TX"] {
        for (title, width) in titles.iter().zip(WIDTHS) {
            out.push(b' ');
            text::right(out, format!("{direction}-{title}").as_bytes(), width);
        }
    }
    out.push(b'\n');
}

/// Adds an interface's row: what has changed between two of its counters, per second.
pub fn push_row(
    out: &mut Vec<u8>,
    name: &Name,
    before: &Counters,
    now: &Counters,
    elapsed: Duration,
) {
    let pairs = numbers(before).into_iter().zip(numbers(now));
    let pairs = pairs.map(|(before, now)| before.into_iter().zip(now));
    push_cells(out, name, pairs, |out, (before, now)| {
        match growth(before, now) {
            Some(change) => push_rate(out, change, elapsed),
            None => out.push(b'-'),
        }
    });
}

/// Adds an interface's row, whose numbers of each direction `push` writes.
pub fn push_cells<N, D: IntoIterator<Item = N>>(
    out: &mut Vec<u8>,
    name: &Name,
    directions: impl IntoIterator<Item = D>,
    push: impl Fn(&mut Vec<u8>, N),
) {
    push_name(out, name);
    for direction in directions {
        for (number, width) in direction.into_iter().zip(WIDTHS) {
            out.push(b' ');
            let start = out.len();
            push(out, number);
            // From the left to the right of its column.
            let length = out.len() - start;
            text::pad(out, start, width);
            out[start..].rotate_right(width.saturating_sub(length));
        }
    }
    out.push(b'\n');
}

/// Adds a row for an interface that has no rates, and why.
pub fn push_reason(out: &mut Vec<u8>, name: &Name, reason: &str) {
    push_name(out, name);
    out.extend_from_slice(b"      - ");
    out.extend_from_slice(reason.as_bytes());
    out.extend_from_slice(b" -\n");
}

/// Returns the numbers that are shown, of each direction.
fn numbers(counters: &Counters) -> [[u64; 4]; 2] {
    let Counters { received, sent, .. } = counters;
    [
        [
            received.packets,
            received.bytes,
            received.errors,
            received.dropped,
        ],
        [sent.packets, sent.bytes, sent.errors, sent.dropped],
    ]
}

/// Returns how much a counter has grown, or `None` if it started over, as when a driver is loaded
/// again.
///
/// A counter that has become smaller may have overflowed instead: one of 32 bits, as some drivers
/// and kernels have, or of 64. That is assumed if the growth is then less than half of its range.
/// The oldest kernels' counters of 32 bits are signed: where these overflow, they seem to grow by
/// more than half of 64 bits.
pub fn growth(before: u64, now: u64) -> Option<u64> {
    let over_64 = Some(now.wrapping_sub(before)).filter(|it| *it < 1 << 63);
    if now >= before && over_64.is_some() {
        return over_64;
    }
    let over_32 = (now as u32).wrapping_sub(before as u32);
    if before <= u64::from(u32::MAX) && over_32 < 1 << 31 {
        return Some(over_32.into());
    }
    over_64
}

/// Returns how many parts of one there are per second, as many to a one as `parts` says.
fn per_second(change: u64, parts: u128, elapsed: Duration) -> u64 {
    let nanoseconds = elapsed.as_nanos().max(1);
    let parts = u128::from(change) * parts * 1_000_000_000;
    u64::try_from((parts + nanoseconds / 2) / nanoseconds).unwrap_or(u64::MAX)
}

/// Returns a number per second, which is never 0 if something has changed, or null if that is not known.
pub fn value(change: Option<u64>, elapsed: Duration) -> Value<'static> {
    change.map_or(Value::Null, |change| {
        let hundredths = per_second(change, 100, elapsed);
        Value::Hundredths(hundredths.max(u64::from(change > 0)))
    })
}

/// Returns the time over which rates are taken, or null if there is none.
pub fn seconds(elapsed: Option<Duration>) -> Value<'static> {
    elapsed.map_or(Value::Null, |elapsed| {
        let hundredths = elapsed.as_millis() / 10;
        Value::Hundredths(u64::try_from(hundredths).unwrap_or(u64::MAX))
    })
}

/// Adds a number per second: whole from 100 on, else with a tenth. What has changed is never 0.
pub fn push_rate(out: &mut Vec<u8>, change: u64, elapsed: Duration) {
    let per_seconds = |parts: u128| per_second(change, parts, elapsed);
    let tenths = per_seconds(10);
    if change == 0 || tenths >= 1000 {
        return out.extend_from_slice(Decimal::new(per_seconds(1)).bytes());
    }
    let tenths = tenths.max(1);
    text::push_decimal(out, tenths / 10);
    out.push(b'.');
    text::push_decimal(out, tenths % 10);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counters_grow_run_over_or_begin_anew() {
        const MAX_32: u64 = u32::MAX as u64;
        let cases = [
            (5, 5, Some(0)),
            (5, 12, Some(7)),
            (MAX_32, 4, Some(5)),
            (MAX_32 - 9, 0, Some(10)),
            (MAX_32, MAX_32 + 5, Some(5)),
            (u64::MAX, 0, Some(1)),
            (u64::MAX - 10, 10, Some(21)),
            // To -2^31.
            (MAX_32 >> 1, (1u64 << 31).wrapping_neg(), Some(1)),
            (5, u64::MAX, None),
            (1000, 3, None),
            (1 << 31, 3, None),
            (1 << 40, 3, None),
        ];
        for (before, now, expected) in cases {
            assert_eq!(growth(before, now), expected, "{before} {now}");
        }
    }

    #[test]
    fn rates_are_of_the_time_that_has_passed() {
        let cases = [
            (0, 2000, "0"),
            (1, 2000, "0.5"),
            (1, 60_000, "0.1"),
            (7, 1000, "7.0"),
            (199, 2000, "99.5"),
            (200, 2000, "100"),
            (301, 2000, "151"),
            (u64::MAX, 1000, "18446744073709551615"),
            (u64::MAX, 0, "18446744073709551615"),
        ];
        for (change, milliseconds, expected) in cases {
            let mut out = Vec::new();
            push_rate(&mut out, change, Duration::from_millis(milliseconds));
            assert_eq!(String::from_utf8_lossy(&out), expected, "{change}");
        }
    }

    #[test]
    fn rows_stand_under_their_header_and_fit_a_terminal() {
        let mut now = Counters::default();
        (now.received.packets, now.received.bytes) = (9_999_999, 999_999_999);
        (now.sent.packets, now.sent.errors, now.sent.dropped) = (3, 999_999, 1);
        let mut before = Counters::default();
        before.sent.bytes = 500;
        let mut out = Vec::new();
        push_title(&mut out, Duration::from_millis(1000));
        let name = Name::new(b"fifteen-bytes-x").expect("a name");
        push_row(&mut out, &name, &before, &now, Duration::from_secs(1));
        push_reason(&mut out, &name, "new");
        let expected = "\
            Kernel Interface table, per second over the last 1.00 s\n\
            Iface             RX-OK  RX-BYTES RX-ERR RX-DRP   TX-OK  TX-BYTES TX-ERR TX-DRP\n\
            fifteen-bytes-x 9999999 999999999      0      0     3.0         - 999999    1.0\n\
            fifteen-bytes-x      - new -\n";
        assert_eq!(String::from_utf8_lossy(&out), expected);
        assert!(expected.lines().all(|line| line.len() < 80));
    }

    proptest! {
        #[test]
        fn any_counters_have_rates(before in any::<u64>(), now in any::<u64>(), elapsed in any::<u64>()) {
            let mut out = Vec::new();
            if let Some(change) = growth(before, now) {
                push_rate(&mut out, change, Duration::from_nanos(elapsed));
                prop_assert!(!out.is_empty());
            }
        }
    }
}

//! The columns of what the kernel's diagnostics tell of sockets, beyond the rows of /proc/net.

use super::{Column, Cost, Extra, Get, Shrink, Unit, printable};
use crate::listing::Joined;
use crate::listing::sockets::SocketRows;
use crate::report::records::value::Value;
use crate::tables::Socket;
use crate::tables::diag::{LISTEN, Memory, TcpInfo};
use std::borrow::Cow;

/// Returns the description of something that only the diagnostics tell.
const fn internal(name: &'static str, title: &'static str) -> Column {
    let column = Column::new(name, title).on_request();
    column.cost(Cost::Internals).extra(Extra::TcpInfo)
}

/// Returns the description of a number of something.
const fn measure(name: &'static str, title: &'static str, unit: Unit) -> Column {
    internal(name, title).unit(unit)
}

/// Defines how the value of a column is got from [`TcpInfo`].
macro_rules! tcp {
    ($method:ident) => {
        |socket, _| Value::number(tcp(socket).and_then(TcpInfo::$method))
    };
    ($method:ident in ms) => {
        |socket, _| {
            let time = tcp(socket).and_then(TcpInfo::$method);
            Value::number(time.map(|microseconds| microseconds / 1000))
        }
    };
    ($method:ident or no) => {
        |socket, _| {
            let is_so = tcp(socket).and_then(TcpInfo::$method);
            is_so.map_or(Value::Null, Value::Bool)
        }
    };
}

/// The columns, and how the value of each is got.
pub const COLUMNS: &[(Column, Get<SocketRows>)] = &[
    (
        Column::new(ACCEPT, "Accept")
            .cost(Cost::Internals)
            .of_unix()
            .for_tables()
            .drop_before_wrap(1),
        |socket, joined| match accept_queue(socket, joined) {
            Some(waiting) => Value::Waiting {
                waiting,
                limit: backlog(socket, joined),
            },
            None => Value::Null,
        },
    ),
    (
        Column::new("accept_queue", "Accept queue")
            .of_unix()
            .on_request()
            .extra(Extra::TcpInfo),
        |socket, joined| Value::number(accept_queue(socket, joined)),
    ),
    (
        internal("accept_queue_limit", "Accept limit").of_unix(),
        |socket, joined| Value::number(backlog(socket, joined)),
    ),
    (
        measure("rtt_us", "RTT", Unit::Microseconds).drop_before_wrap(2),
        tcp!(rtt_us),
    ),
    (
        measure("rtt_var_us", "RTT var", Unit::Microseconds),
        tcp!(rtt_var_us),
    ),
    (
        measure("min_rtt_us", "Min RTT", Unit::Microseconds),
        tcp!(min_rtt_us),
    ),
    (
        internal("congestion", "Congestion").shrink(Shrink::Text),
        |socket, _| text(socket.internals().and_then(|it| it.congestion())),
    ),
    (internal("cwnd", "Cwnd").drop_before_wrap(6), tcp!(cwnd)),
    (internal("ssthresh", "Ssthresh"), tcp!(ssthresh)),
    (measure("mss", "MSS", Unit::Bytes), tcp!(mss)),
    (measure("pmtu", "PMTU", Unit::Bytes), tcp!(pmtu)),
    (
        internal("retransmits_total", "Retrans").drop_before_wrap(2),
        tcp!(retransmits_total),
    ),
    (internal("lost", "Lost"), tcp!(lost)),
    (internal("reordering", "Reordering"), tcp!(reordering)),
    (measure("bytes_sent", "Sent", Unit::Bytes), tcp!(bytes_sent)),
    (
        measure("bytes_acked", "Acked", Unit::Bytes).drop_before_wrap(3),
        tcp!(bytes_acked),
    ),
    (
        measure("bytes_received", "Received", Unit::Bytes).drop_before_wrap(4),
        tcp!(bytes_received),
    ),
    (
        measure("bytes_retransmitted", "Retransmitted", Unit::Bytes),
        tcp!(bytes_retransmitted),
    ),
    (internal("segments_in", "Segments in"), tcp!(segments_in)),
    (internal("segments_out", "Segments out"), tcp!(segments_out)),
    (
        measure("delivery_rate_bps", "Rate", Unit::BitsPerSecond).drop_before_wrap(5),
        tcp!(delivery_rate_bps),
    ),
    (
        measure("pacing_rate_bps", "Pacing", Unit::BitsPerSecond),
        tcp!(pacing_rate_bps),
    ),
    (
        measure("busy_ms", "Busy", Unit::Milliseconds),
        tcp!(busy_us in ms),
    ),
    (
        measure(
            "receive_window_limited_ms",
            "Window limited",
            Unit::Milliseconds,
        ),
        tcp!(receive_window_limited_us in ms),
    ),
    (
        measure(
            "send_buffer_limited_ms",
            "Buffer limited",
            Unit::Milliseconds,
        ),
        tcp!(send_buffer_limited_us in ms),
    ),
    (
        measure("last_send_ms", "Last send", Unit::Milliseconds),
        tcp!(last_send_ms),
    ),
    (
        measure("last_receive_ms", "Last receive", Unit::Milliseconds),
        tcp!(last_receive_ms),
    ),
    (
        measure("not_sent_bytes", "Not sent", Unit::Bytes),
        tcp!(not_sent_bytes),
    ),
    (internal("ecn", "ECN"), tcp!(ecn or no)),
    (internal("timestamps", "Timestamps"), tcp!(timestamps or no)),
    (
        internal("window_scale", "Window scale"),
        |socket, _| match tcp(socket).and_then(TcpInfo::window_scale) {
            Some((send, receive)) => Value::Text(format!("{send},{receive}").into_bytes().into()),
            None => Value::Null,
        },
    ),
    (internal("fast_open", "Fast open"), tcp!(fast_open or no)),
    (internal("mptcp", "MPTCP"), |socket, _| {
        let is_carried = socket.internals().filter(|_| socket.is_tcp());
        let is_carried = is_carried.and_then(|it| it.mptcp());
        is_carried.map_or(Value::Null, Value::Bool)
    }),
    (internal("ulp", "ULP").shrink(Shrink::Text), |socket, _| {
        text(socket.internals().and_then(|it| it.ulp()))
    }),
    (internal("mark", "Mark"), |socket, _| {
        Value::number(socket.internals().and_then(|it| it.mark()))
    }),
    (internal("cookie", "Cookie"), |socket, _| {
        Value::number(socket.internals().and_then(|it| it.cookie()))
    }),
    (
        internal("bound_device", "Device").shrink(Shrink::Text),
        |socket, joined| {
            let index = socket.internals().and_then(|it| it.bound_interface());
            index.map_or(Value::Null, |index| bound_device(index, joined))
        },
    ),
    (internal("dscp", "DSCP"), |socket, _| {
        Value::number(socket.internals().and_then(|it| it.dscp()))
    }),
    (
        measure("rmem_bytes", "Receive memory", Unit::Bytes).of_unix(),
        |socket, joined| Value::number(memory(socket, joined).and_then(Memory::received)),
    ),
    (
        measure("rmem_limit", "Receive limit", Unit::Bytes).of_unix(),
        |socket, joined| Value::number(memory(socket, joined).and_then(Memory::receive_limit)),
    ),
    (
        measure("wmem_bytes", "Send memory", Unit::Bytes).of_unix(),
        |socket, joined| {
            let is_stream = socket.is_tcp();
            Value::number(memory(socket, joined).and_then(|it| it.sending(is_stream)))
        },
    ),
    (
        measure("wmem_limit", "Send limit", Unit::Bytes).of_unix(),
        |socket, joined| Value::number(memory(socket, joined).and_then(Memory::send_limit)),
    ),
    (
        Column::new("drops", "Drops")
            .cost(Cost::InternalsOrTable)
            .of_unix()
            .on_request()
            .extra(Extra::TcpInfo),
        |socket, joined| {
            let told = memory(socket, joined)
                .and_then(Memory::drops)
                .map(u64::from);
            Value::number(told.or_else(|| socket.inet().and_then(|row| row.drops)))
        },
    ),
];

/// The name of the column with how many wait for a listener.
pub const ACCEPT: &str = "accept";

/// The names of the columns that a table has with `--tcp-info`.
pub const USUAL: [&str; 7] = [
    ACCEPT,
    "rtt_us",
    "cwnd",
    "retransmits_total",
    "bytes_acked",
    "bytes_received",
    "delivery_rate_bps",
];

/// Returns what TCP knows of a connection.
fn tcp<'a>(socket: &Socket<'a>) -> Option<TcpInfo<'a>> {
    socket.internals()?.tcp()
}

fn memory<'r>(socket: &'r Socket<'_>, joined: &'r Joined<'_>) -> Option<Memory<'r>> {
    match socket {
        Socket::Unix(_) => joined.unix_internals(socket)?.memory(),
        _ => socket.internals()?.memory(),
    }
}

/// Returns how many connections wait for a listener to accept them.
fn accept_queue(socket: &Socket<'_>, joined: &Joined<'_>) -> Option<u32> {
    if let Some(unix) = joined.unix_internals(socket) {
        return unix.accept_queue.map(|(waiting, _)| waiting);
    }
    let row = socket.inet()?;
    let is_listener = socket.is_tcp() && row.state == LISTEN;
    is_listener.then_some(row.receive_queue)
}

fn backlog(socket: &Socket<'_>, joined: &Joined<'_>) -> Option<u32> {
    if let Some(unix) = joined.unix_internals(socket) {
        return unix.accept_queue.map(|(_, limit)| limit);
    }
    socket.internals()?.backlog()
}

/// Returns the name of an interface, or its number if it has none any more.
fn bound_device<'r>(index: u32, joined: &'r mut Joined<'_>) -> Value<'r> {
    match joined.interface_name(index) {
        Some(name) => printable(name),
        None => Value::Text(Cow::Owned(index.to_string().into_bytes())),
    }
}

fn text<'r>(text: Option<&[u8]>) -> Value<'r> {
    text.map_or(Value::Null, printable)
}

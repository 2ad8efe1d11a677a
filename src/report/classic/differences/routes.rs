//! Routes that came or went, or whose numbers differ.

use super::values::Values;
use super::{Layout, before};
use crate::names::Names;
use crate::report::classic::{changes, route, route6};
use crate::request::{self, RouteDetail, RouteFamily};
use crate::tables::InterfaceName;
use crate::tables::route::{CacheRow, Common, Kind, Row};
use crate::tables::route6 as table6;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The layout of routes.
pub struct Routes<'a> {
    /// Which of them are listed, and how.
    pub request: &'a request::Routes,
    /// What writes addresses.
    pub names: Names,
}

impl Routes<'_> {
    fn detail(&self, kind: Kind) -> RouteDetail {
        match (kind, self.request.detail) {
            // The other columns of cached routes are not saved.
            (Kind::Cache, RouteDetail::Full) => RouteDetail::Extended,
            (_, detail) => detail,
        }
    }

    fn push(&mut self, out: &mut Vec<u8>, values: &mut Values<'_>) -> Option<()> {
        let is_cached = values.text("cached")? == b"yes";
        match (&values.text("family")?[..], is_cached) {
            (b"inet", false) => {
                let (row, detail) = (fib_row(values)?, self.detail(Kind::Fib));
                route::push_row(out, &mut self.names, &row, detail);
            }
            (b"inet", true) => {
                let (row, detail) = (cache_row(values)?, self.detail(Kind::Cache));
                route::push_cache_row(out, &mut self.names, &row, detail);
            }
            _ => route6::push_row(out, &mut self.names, &row6(values)?),
        }
        Some(())
    }
}

impl Layout for Routes<'_> {
    fn columns(&self) -> &'static [&'static str] {
        &[
            "flags_before",
            "advmss_before",
            "window_before",
            "irtt_before",
            "family",
            "source",
            "destination",
            "prefix_length",
            "gateway",
            "flags",
            "metric",
            "references",
            "uses",
            "advmss",
            "window",
            "irtt",
            "interface",
            "cached",
        ]
    }

    fn push_titles(&self, out: &mut Vec<u8>) {
        let has = |family| self.request.families.contains(&family);
        let has_fib = self.request.fib;
        for (is_listed, kind) in [(has_fib, Kind::Fib), (self.request.cache, Kind::Cache)] {
            if is_listed && has(RouteFamily::Inet) {
                changes::push_front_titles(out);
                route::push_header(out, kind, self.detail(kind));
            }
        }
        if has(RouteFamily::Inet6) {
            changes::push_front_titles(out);
            route6::push_header(out);
        }
    }

    fn before(&self, values: &mut Values<'_>) -> Option<Vec<u8>> {
        // net-tools' column is larger than the size.
        let size = values.number("advmss_before");
        let size = size.map(|size| Common::mtu_column_of(Some(size)).to_string());
        before([
            ("Flags", values.cell("flags_before")),
            ("MSS", size.map(String::into_bytes)),
            ("Window", values.cell("window_before")),
            ("irtt", values.cell("irtt_before")),
        ])
    }

    fn push_row(&mut self, out: &mut Vec<u8>, values: &mut Values<'_>) -> bool {
        self.push(out, values).is_some()
    }
}

fn fib_row(values: &mut Values<'_>) -> Option<Row> {
    let length = values
        .number::<u32>("prefix_length")
        .filter(|it| *it <= 32)?;
    let flags = route::flags(&values.text("flags")?);
    Some(Row {
        common: common(values, flags)?,
        mask: Ipv4Addr::from(u32::MAX.checked_shl(32 - length).unwrap_or(0)),
    })
}

fn cache_row(values: &mut Values<'_>) -> Option<CacheRow> {
    let flags = route::cache_flags(&values.text("flags")?);
    Some(CacheRow {
        common: common(values, flags)?,
        source: values.ipv4("source")?,
        tos: 0,
        header_references: 0,
        header_up_to_date: 0,
        specific_destination: Ipv4Addr::UNSPECIFIED,
    })
}

fn common(values: &mut Values<'_>, flags: u32) -> Option<Common> {
    let destination = values.ipv4("destination")?;
    let gateway = values.ipv4("gateway").unwrap_or(Ipv4Addr::UNSPECIFIED);
    // Unsigned numbers, which net-tools shows with a sign.
    let mut signed = |name: &str| values.number::<u32>(name).map(|number| number as i32);
    let (metric, uses) = (signed("metric")?, signed("uses")?);
    let [window, irtt] = ["window", "irtt"].map(|name| signed(name).unwrap_or(0));
    Some(Common {
        interface: interface(values),
        destination,
        gateway,
        flags,
        references: values.number("references")?,
        uses,
        metric,
        mtu_column: Common::mtu_column_of(values.number("advmss")),
        window,
        irtt,
    })
}

fn row6(values: &mut Values<'_>) -> Option<table6::Row> {
    let gateway = values.address("gateway").map(ipv6);
    Some(table6::Row {
        destination: ipv6(values.address("destination")?),
        prefix_length: values.number("prefix_length").filter(|it| *it <= 128)?,
        next_hop: gateway.unwrap_or(Ipv6Addr::UNSPECIFIED),
        metric: values.number("metric")?,
        references: values.number("references")?,
        uses: values.number("uses")?,
        flags: route6::flags(&values.text("flags")?),
        interface: interface(values),
    })
}

fn interface(values: &mut Values<'_>) -> InterfaceName {
    let name = values.text("interface");
    InterfaceName::cut(name.as_deref().unwrap_or(b"*"))
}

/// Returns an IPv6 address; one that means an IPv4 address is written as that.
fn ipv6(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
}

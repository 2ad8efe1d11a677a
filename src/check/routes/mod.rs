//! Routes that lead nowhere.

mod gateways;

use super::text::count;
use super::{About, Check, Finding, Looks, Moment, Needs, Severity, Sockets, TwoLooks};
use crate::tables::interface::{FLAG_RUNNING, FLAG_UP, Name, Source};
use crate::tables::route::{self, FLAG_GATEWAY, FLAG_REJECT, Kind};
use crate::tables::{InterfaceName, ReadError, Reader, route6};
use gateways::{Answers, Neighbours};
use std::io::ErrorKind;
use std::net::Ipv4Addr;

/// The most on-link routes that are kept, of which a machine has one or a few an interface: beyond, gateways are
/// not held against them.
const MOST_LINKS: usize = 10_000;

/// Where the main table is shown.
const LOOK: &str = "rnetstat -rn";

pub const ABOUT: About = About {
    name: "routes",
    summary: "no default route, two equal ones, or gateways that cannot be reached",
    needs: Needs {
        two_looks: TwoLooks::IfLive,
        sockets: Sockets::None,
    },
    begin: || Box::new(Routes::default()),
};

/// The neighbours at both looks.
#[derive(Debug, Default)]
struct Routes {
    before: Option<Neighbours>,
    now: Option<Result<Neighbours, String>>,
}

/// What matters of the routing tables.
#[derive(Debug, Default)]
struct Tables {
    /// IPv4's default routes.
    defaults: Vec<Default4>,
    /// IPv4's networks whose hosts are on the link: address, mask and interface.
    links: Vec<(Ipv4Addr, Ipv4Addr, InterfaceName)>,
    /// Whether one of both versions leads everywhere.
    has_default: bool,
    /// Whether there is any route that leads out of the machine.
    has_any: bool,
}

/// A default route of IPv4.
#[derive(Debug, Clone)]
struct Default4 {
    /// The gateway, or `None` if all hosts are on the link.
    gateway: Option<Ipv4Addr>,
    interface: InterfaceName,
    metric: i32,
}

impl Check for Routes {
    fn look(&mut self, moment: Moment, looks: &Looks<'_>) {
        let neighbours = Neighbours::read(looks);
        match moment {
            Moment::First => self.before = neighbours.ok(),
            Moment::Last => self.now = Some(neighbours),
        }
    }

    fn conclude(&mut self, looks: &Looks<'_>) -> Result<Vec<Finding>, String> {
        let mut tables = Tables::default();
        tables.read_v4(looks)?;
        let mut findings = Vec::new();
        let ipv6 = tables.read_v6(looks);
        let source = looks.table_path("route");
        if !tables.has_default && tables.has_any && ipv6.is_ok() {
            let sentence = "There is no default route: only networks in the main routing table \
                            can be reached.";
            let finding = Finding::new(Severity::Info, sentence.to_owned());
            let finding = finding.from("default_routes", 0, &*source);
            findings.push(finding.advise("Look", LOOK.to_owned()));
        }
        findings.extend(tables.alike(&source));
        // Packets take the default route with the lowest metric; of several alike, the first.
        if let Some(preferred) = tables.defaults.iter().min_by_key(|it| it.metric) {
            let flags = flags(preferred, looks);
            match flags {
                Ok(Some(flags)) if flags & FLAG_UP != 0 && flags & FLAG_RUNNING == 0 => {
                    findings.push(preferred.without_carrier(flags, looks));
                }
                Ok(_) => findings.extend(self.gateways(&tables, preferred, looks)),
                Err(why) => findings.push(Finding::unknown(why)),
            }
        }
        findings.extend(ipv6.err().map(Finding::unknown));
        Ok(findings)
    }
}

impl Routes {
    /// Judges the gateways of the default routes.
    fn gateways(&self, tables: &Tables, preferred: &Default4, looks: &Looks<'_>) -> Vec<Finding> {
        let now = match &self.now {
            Some(Ok(now)) if tables.defaults.iter().any(|it| it.gateway.is_some()) => now,
            Some(Err(why)) => return vec![Finding::unknown(why)],
            _ => return Vec::new(),
        };
        let mut findings = Vec::new();
        for default in &tables.defaults {
            let Some(gateway) = default.gateway else {
                continue;
            };
            let is_preferred = std::ptr::eq(default, preferred);
            match now.answers(gateway, &default.interface) {
                Answers::Yes => {}
                Answers::No => {
                    let before = self.before.as_ref();
                    let before = before.map(|it| it.answers(gateway, &default.interface));
                    // A gateway that is asked just now may answer in a moment.
                    let severity = match (is_preferred, before) {
                        (true, Some(Answers::No)) => Severity::Problem,
                        _ => Severity::Info,
                    };
                    findings.push(default.silent(gateway, severity, looks));
                }
                Answers::NotAsked => findings.extend(tables.unreached(default, gateway, looks)),
            }
        }
        findings
    }
}

impl Tables {
    fn read_v4(&mut self, looks: &Looks<'_>) -> Result<(), String> {
        let path = looks.net.path(Kind::Fib.file_name());
        let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let mut table = route::Table::open(looks.net, Kind::Fib).map_err(|error| failed(&error))?;
        loop {
            match table.next_row() {
                Ok(Some(route)) => self.take_v4(route),
                Ok(None) => return Ok(()),
                Err(ReadError::Malformed { .. }) => {}
                Err(error @ ReadError::Io { .. }) => return Err(error.to_string()),
            }
        }
    }

    fn take_v4(&mut self, row: crate::tables::Route<'_>) {
        let crate::tables::Route::V4(row) = row else {
            return;
        };
        let (route, mask) = (row.common, row.mask);
        if route.flags & FLAG_REJECT != 0 || &*route.interface == b"lo" {
            return;
        }
        self.has_any = true;
        let has_gateway = route.flags & FLAG_GATEWAY != 0;
        if mask.is_unspecified() {
            self.has_default = true;
            self.defaults.push(Default4 {
                gateway: has_gateway.then_some(route.gateway),
                interface: route.interface,
                metric: route.metric,
            });
            return;
        }
        // Half of all addresses each: how VPNs take all without a word to the default route.
        self.has_default |= mask == Ipv4Addr::new(128, 0, 0, 0);
        if !has_gateway && self.links.len() < MOST_LINKS {
            self.links.push((route.destination, mask, route.interface));
        }
    }

    /// Reads whether IPv6 leads anywhere. A kernel may well lack it.
    fn read_v6(&mut self, looks: &Looks<'_>) -> Result<(), String> {
        let path = looks.net.path(route6::FILE_NAME);
        let mut table = match route6::Table::open(looks.net) {
            Ok(table) => table,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(format!("{}: {error}", path.display())),
        };
        loop {
            match table.next_row() {
                Ok(Some(route)) => {
                    // Each link has addresses of its own, and groups.
                    let is_local = route.destination.is_unicast_link_local()
                        || route.destination.is_multicast();
                    if route.flags & FLAG_REJECT == 0 && &*route.interface != b"lo" && !is_local {
                        self.has_any = true;
                        self.has_default |= route.prefix_length <= 1;
                    }
                }
                Ok(None) => return Ok(()),
                Err(ReadError::Malformed { .. }) => {}
                Err(error @ ReadError::Io { .. }) => return Err(error.to_string()),
            }
        }
    }

    /// Tells of default routes with one metric. IPv6 shares packets out among such; IPv4 takes the first.
    fn alike(&self, source: &str) -> Option<Finding> {
        let metrics = self.defaults.iter().map(|it| it.metric);
        let twice = metrics
            .clone()
            .find(|metric| metrics.clone().filter(|it| it == metric).count() > 1)?;
        let alike: Vec<&Default4> = self
            .defaults
            .iter()
            .filter(|it| it.metric == twice)
            .collect();
        let ways: Vec<String> = alike.iter().map(|it| it.way()).collect();
        let sentence = format!(
            "{} default routes have the same metric ({}); packets take the first: {}.",
            count(alike.len().try_into().unwrap_or(i128::MAX)),
            twice.cast_unsigned(),
            ways.join("; ")
        );
        let finding = Finding::new(Severity::Warning, sentence)
            .from("default_routes", alike.len() as i128, source)
            .from("metric", twice.cast_unsigned(), source)
            .advise("Look", LOOK.to_owned());
        Some(finding.advise("Do", "delete one, or give it another metric".to_owned()))
    }

    /// Tells of a gateway that is in no network of its interface, and that has not been asked yet: whoever made
    /// the route has said that it is on the link, which the table does not tell.
    fn unreached(
        &self,
        default: &Default4,
        gateway: Ipv4Addr,
        looks: &Looks<'_>,
    ) -> Option<Finding> {
        let is_in = |(network, mask, interface): &(Ipv4Addr, Ipv4Addr, InterfaceName)| {
            **interface == *default.interface && gateway & *mask == *network & *mask
        };
        if self.links.len() == MOST_LINKS || self.links.iter().any(is_in) {
            return None;
        }
        let interface = default.interface();
        // A tunnel has no neighbours, and takes everything.
        let has_neighbours = Name::new(&default.interface)
            .is_some_and(|name| gateways::has_neighbours(&name, looks));
        if !has_neighbours {
            return None;
        }
        let sentence = format!(
            "The gateway of the default route, {gateway}, is not in a network of {interface}, and \
             has not been used yet."
        );
        let source = looks.table_path("route");
        let finding = Finding::new(Severity::Info, sentence).from("metric", default.metric, source);
        Some(finding.advise("Look", LOOK.to_owned()))
    }
}

impl Default4 {
    fn interface(&self) -> String {
        String::from_utf8_lossy(&self.interface).into_owned()
    }

    fn way(&self) -> String {
        match self.gateway {
            Some(gateway) => format!("by {gateway} on {}", self.interface()),
            None => format!("on {}", self.interface()),
        }
    }

    fn without_carrier(&self, flags: u16, looks: &Looks<'_>) -> Finding {
        let sentence = format!(
            "The default route leads to {}, which is up but has no carrier.",
            self.interface()
        );
        let source = match looks.host().root() {
            None => "SIOCGIFFLAGS".to_owned(),
            Some(root) => format!("{}/sys/class/net/{}", root.display(), self.interface()),
        };
        Finding::new(Severity::Problem, sentence)
            .from("flags", flags, source)
            .advise("Look", "rnetstat -i".to_owned())
            .advise(
                "Do",
                "check the cable, or the other end of the link".to_owned(),
            )
    }

    fn silent(&self, gateway: Ipv4Addr, severity: Severity, looks: &Looks<'_>) -> Finding {
        let sentence = format!(
            "The gateway of the default route, {gateway}, does not answer on {}: its hardware \
             address is unknown.",
            self.interface()
        );
        let source = looks.table_path("arp");
        Finding::new(severity, sentence)
            .from("arp_flags", 0, source)
            .advise("Look", LOOK.to_owned())
            .advise(
                "Do",
                "check the gateway's address and whether it is running".to_owned(),
            )
    }
}

/// Returns the flags of a route's interface, or `None` if they are not told.
fn flags(route: &Default4, looks: &Looks<'_>) -> Result<Option<u16>, String> {
    let interface = route.interface();
    let failed = |error: &dyn std::fmt::Display| format!("the flags of {interface}: {error}");
    let Some(name) = Name::new(&route.interface) else {
        return Ok(None);
    };
    let source = Source::new(looks.net, false).map_err(|error| failed(&error))?;
    let link = source.link(&name).map_err(|error| failed(&error))?;
    Ok(link.flags)
}

#[cfg(test)]
mod tests;

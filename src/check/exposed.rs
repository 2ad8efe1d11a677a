//! Services that are rarely meant for everybody, and listen on all addresses.

use super::{
    About, Check, Finding, Looks, Moment, Needs, Severity, Sockets, TwoLooks, Whose, named, source,
};
use crate::listing::Joined;
use crate::tables::diag::LISTEN;
use crate::tables::inet::Protocol;
use crate::tables::{Reach, Socket};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// What is told of a service.
struct Service {
    port: u16,
    protocol: Protocol,
    name: &'static str,
    /// Why it should not be open to everybody.
    why: &'static str,
}

const fn tcp(port: u16, name: &'static str, why: &'static str) -> Service {
    Service {
        port,
        protocol: Protocol::Tcp,
        name,
        why,
    }
}

const fn udp(port: u16, name: &'static str, why: &'static str) -> Service {
    Service {
        protocol: Protocol::Udp,
        ..tcp(port, name, why)
    }
}

/// It serves whoever connects, as it is installed.
const ASKS_NOBODY: &str = "by default it has no password";
/// It has passwords that can be guessed, and data worth the trouble.
const HAS_DATA: &str = "it holds data, and anyone can try passwords";
/// Whoever may use it runs programs on the machine.
const RUNS_PROGRAMS: &str = "anyone with access can run programs on this machine";
/// Passwords and data pass in the clear.
const IS_CLEAR: &str = "it sends passwords and data unencrypted";
/// A small request with a forged sender has a large answer (CISA's alert TA14-017A).
const AMPLIFIES: &str = "attackers can use it to amplify traffic";

/// The ports are those of IANA's registry of service names, or the defaults in each program's own
/// documentation.
const SERVICES: &[Service] = &[
    tcp(23, "telnet", IS_CLEAR),
    udp(69, "TFTP", ASKS_NOBODY),
    udp(111, "rpcbind", AMPLIFIES),
    tcp(111, "rpcbind", ASKS_NOBODY),
    udp(161, "SNMP", AMPLIFIES),
    tcp(445, "SMB", HAS_DATA),
    tcp(512, "rexec", IS_CLEAR),
    tcp(513, "rlogin", IS_CLEAR),
    tcp(873, "rsync", ASKS_NOBODY),
    tcp(1433, "SQL Server", HAS_DATA),
    tcp(1521, "Oracle Database", HAS_DATA),
    tcp(2049, "NFS", HAS_DATA),
    tcp(2181, "ZooKeeper", ASKS_NOBODY),
    tcp(2375, "the Docker API without TLS", RUNS_PROGRAMS),
    tcp(2379, "etcd", ASKS_NOBODY),
    tcp(2380, "etcd peers", ASKS_NOBODY),
    tcp(3306, "MySQL", HAS_DATA),
    tcp(3389, "RDP", HAS_DATA),
    tcp(5432, "PostgreSQL", HAS_DATA),
    tcp(5601, "Kibana", HAS_DATA),
    tcp(5672, "AMQP", HAS_DATA),
    tcp(5900, "VNC", IS_CLEAR),
    tcp(5984, "CouchDB", HAS_DATA),
    tcp(6000, "X11", IS_CLEAR),
    tcp(6379, "Redis", ASKS_NOBODY),
    tcp(8086, "InfluxDB", HAS_DATA),
    tcp(8500, "Consul", ASKS_NOBODY),
    tcp(8983, "Solr", ASKS_NOBODY),
    tcp(9042, "Cassandra", ASKS_NOBODY),
    tcp(9092, "Kafka", ASKS_NOBODY),
    tcp(9200, "Elasticsearch", HAS_DATA),
    tcp(9300, "Elasticsearch nodes", HAS_DATA),
    tcp(10_250, "the kubelet", RUNS_PROGRAMS),
    tcp(11_211, "memcached", ASKS_NOBODY),
    udp(11_211, "memcached", AMPLIFIES),
    tcp(11_434, "Ollama", ASKS_NOBODY),
    tcp(27_017, "MongoDB", HAS_DATA),
];

pub const ABOUT: About = About {
    name: "exposed",
    summary: "databases and similar services that listen on all addresses",
    needs: Needs {
        two_looks: TwoLooks::No,
        sockets: Sockets::Once,
    },
    begin: || Box::new(Exposed::default()),
};

/// The listeners on ports of such services, each with all of its addresses. There are as many as ports and
/// processes that share them.
#[derive(Debug, Default)]
struct Exposed {
    open: BTreeMap<(u16, &'static str, i32), Open>,
}

#[derive(Debug)]
struct Open {
    addresses: Vec<SocketAddr>,
    service: &'static Service,
    whose: Option<Whose>,
    source: &'static str,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name)
    }
}

impl Check for Exposed {
    fn see(&mut self, moment: Moment, socket: &Socket<'_>, joined: &mut Joined<'_>) {
        let Some(row) = socket.inet().filter(|_| moment == Moment::Last) else {
            return;
        };
        let is_open = match row.protocol {
            Protocol::Tcp => row.state == LISTEN,
            _ => row.foreign.ip().is_unspecified(),
        };
        // Bound to the device lo, it is of the host alone.
        let is_of_network = Reach::of(socket) == Some(Reach::Network);
        if !is_open || !is_of_network || !row.local.ip().is_unspecified() {
            return;
        }
        let port = row.local.port();
        let is_it = |it: &&Service| it.port == port && it.protocol == row.protocol;
        let Some(service) = SERVICES.iter().find(is_it) else {
            return;
        };
        let pid = joined.owner(socket).map_or(0, |owner| owner.pid);
        let key = (port, service.name, pid);
        let open = self.open.entry(key).or_insert_with(|| Open {
            addresses: Vec::new(),
            service,
            whose: Whose::of(socket, joined),
            source: source(socket),
        });
        // Several sockets may share one (SO_REUSEPORT).
        if !open.addresses.contains(&row.local) {
            open.addresses.push(row.local);
        }
    }

    fn conclude(&mut self, _: &Looks<'_>) -> Result<Vec<Finding>, String> {
        Ok(self.open.values().map(Open::finding).collect())
    }
}

impl Open {
    fn finding(&self) -> Finding {
        let Service {
            port,
            protocol,
            name,
            why,
        } = self.service;
        let addresses = self.addresses.iter().map(SocketAddr::to_string);
        let addresses = addresses.collect::<Vec<_>>().join(" and ");
        let (flag, protocol) = match protocol {
            Protocol::Tcp => ("t", "TCP"),
            _ => ("u", "UDP"),
        };
        let sentence = format!(
            "{} listens on all addresses, {addresses}: {protocol} port {port} is used by {name}, and {why}. Unless a firewall blocks it, anyone who can reach this machine can reach it.",
            named(self.whose.as_ref()),
        );
        let local = match self
            .addresses
            .iter()
            .map(SocketAddr::ip)
            .all(|ip| ip.is_ipv6())
        {
            true => "::1",
            false => "127.0.0.1",
        };
        Finding::new(Severity::Info, sentence)
            .from("local_port", *port, self.source)
            .of(self.whose.clone())
            .advise("Look", format!("rnetstat -l{flag}np --local-port {port}"))
            .advise(
                "Bind",
                format!("to {local} or an internal address, unless others need it"),
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::made::{Made, concluded};
    use crate::check::testing::said;

    fn listener(local: &str) -> Made {
        let foreign = if local.starts_with('[') {
            "[::]:0"
        } else {
            "0.0.0.0:0"
        };
        Made::tcp(LISTEN, local, foreign)
    }

    #[test]
    fn only_listeners_on_all_addresses_are_exposed() {
        for (sockets, expected) in [
            (vec![listener("0.0.0.0:6379")], 1),
            (vec![listener("[::]:6379")], 1),
            (vec![listener("[::]:6379"), listener("0.0.0.0:6379")], 1),
            (vec![listener("0.0.0.0:6379"), listener("0.0.0.0:6379")], 1),
            (vec![listener("0.0.0.0:6379"), listener("0.0.0.0:3306")], 2),
            (
                vec![listener("127.0.0.1:6379"), listener("10.0.0.1:3306")],
                0,
            ),
            (vec![listener("0.0.0.0:6379").bound_to(1)], 0),
            (vec![listener("0.0.0.0:6379").bound_to(2)], 1),
            (vec![listener("0.0.0.0:443"), listener("0.0.0.0:22")], 0),
            (vec![Made::udp("0.0.0.0:11211", 0)], 1),
            (vec![Made::udp("0.0.0.0:6379", 0)], 0),
            (vec![Made::tcp(1, "10.0.0.1:6379", "10.0.0.2:5000")], 0),
        ] {
            let found = said(&concluded(&ABOUT, &[], &[(&sockets, &[])]));
            assert_eq!(found.len(), expected, "{found:?}");
            assert!(found.iter().all(|it| it.starts_with("info: ")));
        }
    }

    #[test]
    fn it_is_said_what_and_why() {
        let sockets = [listener("0.0.0.0:6379"), listener("[::]:6379")];
        assert_eq!(
            said(&concluded(&ABOUT, &[], &[(&sockets, &[])])),
            [
                "info: A process that is not visible listens on all addresses, 0.0.0.0:6379 and \
              [::]:6379: TCP port 6379 is used by Redis, and by default it has no password. \
              Unless a firewall blocks it, anyone who can reach this machine can reach it."
            ]
        );
    }

    #[test]
    fn a_port_is_listed_once() {
        for (index, one) in SERVICES.iter().enumerate() {
            let same = |it: &Service| it.port == one.port && it.protocol == one.protocol;
            let first = SERVICES.iter().position(same);
            assert_eq!(first, Some(index), "{}", one.port);
        }
    }
}

//! Makes the checks: reads counters and sockets of each network namespace, twice where that is needed.

use super::{About, Check, Finding, Look, Looks, Moment, Severity, Sockets, TwoLooks, Unread};
use crate::listing::sockets::{Gap, SocketRows, SocketSink};
use crate::listing::{self, Joined, Needs, Outcome, RowKind, Sink, Sources, Warnings};
use crate::names::Names;
use crate::request::{self, Filter, IfMissing, Sides, Table, TableKind};
use crate::tables::diag::Depth;
use crate::tables::inet::{self, Family, Protocol};
use crate::tables::{Label, Namespace, Net, Socket};
use std::convert::Infallible;
use std::io;
use std::thread;

/// What checks find.
pub struct FindingRows;

/// A finding.
#[derive(Debug, Clone, Copy)]
pub struct FindingRow<'a> {
    /// What was found.
    pub finding: &'a Finding,
}

impl RowKind for FindingRows {
    type Row<'a> = FindingRow<'a>;
    type Section<'a> = Summary;
    type Gap<'a> = Infallible;
    type Kept = Infallible;

    /// Keeps nothing: findings have no names to look up.
    fn keep(_: &FindingRow<'_>) -> Option<Infallible> {
        None
    }

    fn row(kept: &Infallible) -> FindingRow<'_> {
        match *kept {}
    }
}

/// What is said of all checks, behind the last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// The number of checks, of all namespaces.
    pub checks: usize,
    /// The number of findings.
    pub findings: usize,
    /// The number of checks that could say nothing at all.
    pub unmade: usize,
    /// The checks that could not be made, or not in full, and why.
    pub unknown: Vec<String>,
}

/// A namespace, and the checks that are made of it.
struct Place<'a> {
    looks: Looks<'a>,
    checks: Vec<(&'static About, Box<dyn Check>)>,
}

/// Makes the checks that `request` asks for, and hands what they find to `sink`, the worst first.
///
/// # Errors
/// Those of the sink.
pub fn walk(
    request: &request::Checks,
    sources: Sources<'_>,
    sink: &mut dyn Sink<FindingRows>,
) -> io::Result<Outcome> {
    let Sources {
        host,
        nets,
        names,
        warnings,
        ..
    } = sources;
    let abouts: Vec<&'static About> = request
        .names
        .iter()
        .filter_map(|name| super::named_check(name))
        .collect();
    let wants = |sockets| abouts.iter().any(|about| about.needs.sockets >= sockets);
    let is_live = host.is_live() && host.root().is_none();
    let takes_two = is_live && wants_two(&abouts);
    let mut places: Vec<Place<'_>> = nets
        .iter()
        .map(|net| Place {
            looks: Looks {
                net,
                first: Look::take(net, warnings),
                second: None,
                unread: Vec::new(),
            },
            checks: abouts
                .iter()
                .map(|about| (*about, (about.begin)()))
                .collect(),
        })
        .collect();
    if takes_two {
        look(Moment::First, &mut places);
        if wants(Sockets::Twice) {
            see(Moment::First, nets, &mut places, names, warnings)?;
        }
        thread::sleep(request.interval);
        for place in &mut places {
            place.looks.second = Some(Look::take(place.looks.net, warnings));
        }
    }
    look(Moment::Last, &mut places);
    if wants(Sockets::Once) {
        see(Moment::Last, nets, &mut places, names, warnings)?;
    }
    let mut summary = Summary::default();
    let mut worst = Severity::Ok;
    let mut joined = Joined::new(host, names, None);
    for place in &mut places {
        let mut findings = Vec::new();
        for (about, check) in &mut place.checks {
            summary.checks += 1;
            findings.extend(conclude(about, check.as_mut(), &place.looks, &mut summary));
        }
        findings.sort_by_key(|it| std::cmp::Reverse(it.severity));
        if let Some(label) = place.looks.net.label() {
            let name = called(label);
            findings.iter_mut().for_each(|it| it.look_in(&name));
        }
        joined.enter_net(place.looks.net);
        sink.namespace(place.looks.net)?;
        findings.retain(|it| request.with_ok || it.severity > Severity::Ok);
        for finding in &findings {
            worst = worst.max(finding.severity);
            sink.row(&FindingRow { finding }, &mut joined)?;
        }
    }
    sink.section(&summary)?;
    sink.end(&mut joined)?;
    Ok(match worst >= Severity::Warning {
        true => Outcome::Trouble,
        false => Outcome::Done,
    })
}

/// Returns how a namespace is named on the command line: by its number, unless that is not known.
fn called(label: &Label) -> String {
    match label.id {
        Some(id) => format!("net:[{id}]"),
        None => String::from_utf8_lossy(&label.name).into_owned(),
    }
}

/// Returns whether one of the checks can use a second look.
fn wants_two(abouts: &[&About]) -> bool {
    let mut needs = abouts.iter().map(|about| about.needs.two_looks);
    needs.any(|it| it != TwoLooks::No)
}

/// Lets the checks read the tables that each alone needs.
fn look(moment: Moment, places: &mut [Place<'_>]) {
    for Place { looks, checks } in places {
        for (about, check) in checks {
            if moment == Moment::Last || about.needs.two_looks != TwoLooks::No {
                check.look(moment, looks);
            }
        }
    }
}

/// Returns what a check of sockets lacks if not all can be read. A system may well lack another table than
/// that of TCP.
fn lacking(looks: &Looks<'_>) -> Option<Finding> {
    let is_needed = |it: &&Unread| it.is_rest || it.protocol == Protocol::Tcp && it.is_ipv4();
    let unread = looks.unread.iter().find(is_needed)?;
    let path = looks
        .net
        .path(inet::file_name(unread.protocol, unread.family));
    Some(Finding::unknown(format_args!(
        "some sockets of {} could not be read",
        path.display()
    )))
}

/// Returns what a check says.
fn conclude(
    about: &'static About,
    check: &mut dyn Check,
    looks: &Looks<'_>,
    summary: &mut Summary,
) -> Vec<Finding> {
    let must_see_two = about.needs.two_looks == TwoLooks::Must;
    let concluded = match must_see_two && looks.second.is_none() {
        true => Err("it needs two readings, and a copied system never changes".to_owned()),
        false => check.conclude(looks),
    };
    let mut found = concluded.unwrap_or_else(|why| vec![Finding::unknown(why)]);
    if about.needs.sockets != Sockets::None {
        found.extend(lacking(looks));
    }
    if found.is_empty() {
        let sentence = format!("Nothing found: {}.", about.summary);
        found.push(Finding::new(Severity::Ok, sentence));
    }
    let is_unknown = |it: &&mut Finding| it.severity == Severity::Unknown;
    let number = found.len();
    let mut whys = Vec::new();
    for finding in found.iter_mut().filter(is_unknown) {
        let why = finding.message.join(" ");
        finding.message = vec![format!("Unknown: {why}.")];
        whys.push(why);
    }
    summary.unmade += usize::from(whys.len() == number);
    let part = if whys.len() < number { "in part: " } else { "" };
    if !whys.is_empty() {
        let whys = whys.join("; ");
        summary
            .unknown
            .push(format!("{} ({part}{whys})", about.name));
    }
    let is_finding = |it: &&Finding| it.severity > Severity::Unknown;
    summary.findings += found.iter().filter(is_finding).count();
    let named = found.into_iter().map(|finding| Finding {
        check: about.name,
        ..finding
    });
    named.collect()
}

/// Shows the sockets of all namespaces to the checks.
fn see(
    moment: Moment,
    nets: &[Net],
    places: &mut [Place<'_>],
    names: &mut Names,
    warnings: &mut Warnings,
) -> io::Result<()> {
    let Some(net) = nets.first() else {
        return Ok(());
    };
    let wanted = match moment {
        Moment::First => Sockets::Twice,
        Moment::Last => Sockets::Once,
    };
    let request = sockets(moment);
    let sources = Sources::new(net.host(), nets, names, warnings);
    let mut onlooker = Onlooker {
        moment,
        wanted,
        places,
    };
    listing::sockets::walk(&request, sources, &mut onlooker)?;
    Ok(())
}

/// Returns the request for all IP sockets; owners are searched for at the last look.
fn sockets(moment: Moment) -> request::Sockets {
    let kinds = [
        Protocol::Tcp,
        Protocol::Udp,
        Protocol::Udplite,
        Protocol::Raw,
    ];
    let tables = kinds.into_iter().flat_map(|protocol| {
        [Family::V4, Family::V6].map(|family| Table {
            kind: TableKind::Inet(protocol, family),
            missing: IfMissing::Ignored,
        })
    });
    request::Sockets {
        tables: tables.collect(),
        sides: Sides::All,
        filter: Filter::default(),
        interfaces: request::Globs::default(),
        columns: request::Columns::default(),
        whole_tables: true,
        all_owners: moment == Moment::Last,
        keeps_belonging: false,
        tells_source: false,
        owners_come_along: false,
        tells_unknown: false,
        like_net_tools: false,
    }
}

/// Shows each socket of a walk to the checks of its namespace.
struct Onlooker<'p, 'a> {
    moment: Moment,
    wanted: Sockets,
    places: &'p mut [Place<'a>],
}

impl<'a> Onlooker<'_, 'a> {
    fn place(&mut self, namespace: Namespace) -> Option<&mut Place<'a>> {
        let mut places = self.places.iter_mut();
        places.find(|place| place.looks.net.namespace() == namespace)
    }
}

impl SocketSink for Onlooker<'_, '_> {}

impl Sink<SocketRows> for Onlooker<'_, '_> {
    fn needs(&self) -> Needs {
        Needs {
            diag: Some(Depth::Internals),
            ..Needs::default()
        }
    }

    fn row(&mut self, socket: &Socket<'_>, joined: &mut Joined<'_>) -> io::Result<()> {
        let (moment, wanted) = (self.moment, self.wanted);
        if let Some(place) = self.place(joined.namespace) {
            for (about, check) in &mut place.checks {
                if about.needs.sockets >= wanted {
                    check.see(moment, socket, joined);
                }
            }
        }
        Ok(())
    }

    fn gap(&mut self, gap: &Gap, joined: &Joined<'_>) -> io::Result<()> {
        let (table, is_rest) = match gap {
            Gap::Table(table, _) => (table, false),
            Gap::Rest(table) => (table, true),
            Gap::Line(..) => return Ok(()),
        };
        if let (TableKind::Inet(protocol, family), Some(place)) =
            (*table, self.place(joined.namespace))
        {
            place.looks.unread.push(Unread {
                protocol,
                family,
                is_rest,
            });
        }
        Ok(())
    }
}

//! What closes between two listings, as the kernel tells it.

use super::Warnings;
use crate::request::{Table, TableKind};
use crate::tables::diag::notifications::{Destroyed, Ear};
use crate::tables::inet::{Family, Protocol};
use crate::tables::{Namespace, Net};
use std::collections::HashMap;
use std::io;
use std::time::{Duration, Instant};

/// The most sockets of a namespace that are remembered until somebody takes them: 60 MB.
const MOST_REMEMBERED: usize = 100_000;

/// How long the kernel may take to tell of an end: while many sockets close, it is late.
pub const DELAY: Duration = Duration::from_secs(10);

/// How often namespaces are left, while nothing is listed, whose last process has ended: one that is
/// listened to does not go away.
const LEAVING_INTERVAL: Duration = Duration::from_secs(1);

/// Hears which sockets close, in each namespace that is listed.
#[derive(Debug, Default)]
pub struct Closings {
    places: HashMap<Namespace, Place>,
    /// When it was last seen which namespaces have no process any more.
    left_at: Option<Instant>,
}

/// A namespace.
#[derive(Debug)]
struct Place {
    net: Option<Net>,
    /// `None` where nothing can be heard.
    ear: Option<Ear>,
    /// Why, if that is not to be expected.
    why_not: Option<io::Error>,
    heard: Vec<Destroyed>,
    /// Whether some were lost since this was last asked.
    are_lost: bool,
}

impl Closings {
    /// Begins to hear what closes of `tables` in the namespaces that are new among `nets`, and stops in
    /// those that are no longer among them. Says so where that can't be.
    pub fn listen(&mut self, nets: &[Net], tables: &[Table], warnings: &mut Warnings) {
        let is_listed = |namespace: &Namespace| nets.iter().any(|it| it.namespace() == *namespace);
        self.places.retain(|namespace, _| is_listed(namespace));
        let kinds: Vec<_> = tables.iter().filter_map(|it| kind(it.kind)).collect();
        for net in nets {
            let place = self.places.entry(net.namespace());
            let place = place.or_insert_with(|| Place::new(net, &kinds));
            if let Some(why) = place.why_not.as_ref().filter(|_| !net.has_gone()) {
                warnings.say(format!(
                    "note: sockets that close between two listings may be missed: {why}"
                ));
            }
        }
    }

    /// Returns whether anything can be heard.
    pub fn can_hear(&self) -> bool {
        self.places.values().any(|place| place.ear.is_some())
    }

    /// Hears what has closed in all namespaces, so that the kernel need not remember it.
    pub fn hear_all(&mut self) {
        self.places.values_mut().for_each(Place::hear);
        let is_due = |at: Instant| at.elapsed() > LEAVING_INTERVAL;
        if self.left_at.is_none_or(is_due) {
            self.left_at = Some(Instant::now());
            self.leave_abandoned();
        }
    }

    /// Stops listening in namespaces whose last process has ended, so that they go.
    fn leave_abandoned(&mut self) {
        for place in self.places.values_mut() {
            if place.net.as_ref().is_some_and(Net::has_gone) {
                place.ear = None;
            }
        }
    }

    /// Takes the sockets of one table of a namespace that have closed.
    pub fn take(
        &mut self,
        namespace: Namespace,
        protocol: Protocol,
        family: Family,
    ) -> Vec<Destroyed> {
        let Some(place) = self.places.get_mut(&namespace) else {
            return Vec::new();
        };
        place.hear();
        let is_wanted = |it: &mut Destroyed| (it.row.protocol, it.row.family) == (protocol, family);
        place.heard.extract_if(.., is_wanted).collect()
    }

    /// Takes all sockets that have closed.
    pub fn take_all(&mut self) -> Vec<(Namespace, Destroyed)> {
        let mut taken = Vec::new();
        for (namespace, place) in &mut self.places {
            place.hear();
            taken.extend(place.heard.drain(..).map(|it| (*namespace, it)));
        }
        taken
    }

    /// Hears what is given here.
    #[cfg(test)]
    pub fn tell(&mut self, namespace: Namespace, closed: Vec<Destroyed>) {
        self.places
            .entry(namespace)
            .or_insert_with(|| Place {
                net: None,
                ear: None,
                why_not: None,
                heard: Vec::new(),
                are_lost: false,
            })
            .heard
            .extend(closed);
    }

    /// Gives some back, to be taken again.
    pub fn give_back(&mut self, namespace: Namespace, closed: Vec<Destroyed>) {
        if let Some(place) = self.places.get_mut(&namespace) {
            place.heard.splice(0..0, closed);
        }
    }

    /// Reports closings that were lost, and returns whether some were.
    pub fn report_lost(&mut self, warnings: &mut Warnings) -> bool {
        let mut are_lost = false;
        for place in self.places.values_mut() {
            are_lost |= std::mem::take(&mut place.are_lost);
        }
        if are_lost {
            warnings
                .say("some closed sockets were missed: the kernel dropped notifications".into());
        }
        are_lost
    }
}

impl Place {
    fn new(net: &Net, kinds: &[(Protocol, Family)]) -> Place {
        let opened = match net.can_be_asked() {
            true => Ear::open(net, kinds),
            false => Ok(None),
        };
        let (ear, why_not) = match opened {
            Ok(ear) => (ear, None),
            Err(error) => (None, Some(error)),
        };
        Place {
            net: Some(net.clone()),
            ear,
            why_not,
            heard: Vec::new(),
            are_lost: false,
        }
    }

    fn hear(&mut self) {
        let Place {
            ear,
            heard,
            are_lost,
            ..
        } = self;
        let Some(listener) = ear else {
            return;
        };
        let all = listener.hear(|destroyed| match heard.len() < MOST_REMEMBERED {
            true => heard.push(destroyed),
            false => *are_lost = true,
        });
        match all {
            Ok(lost) => self.are_lost |= lost,
            Err(error) => {
                self.are_lost = true;
                self.ear = None;
                self.why_not = Some(error);
            }
        }
    }
}

/// Returns what sockets a table has, if they are those of a protocol over IP.
fn kind(table: TableKind) -> Option<(Protocol, Family)> {
    match table {
        TableKind::Inet(protocol, family) => Some((protocol, family)),
        _ => None,
    }
}

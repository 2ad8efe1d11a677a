//! Made-up systems, for the checks' unit tests.

use super::{About, Finding, Look, Looks, Moment};
use crate::host::Host;
use crate::tables::Net;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Files by their path, and their texts.
pub type Files<'a> = &'a [(&'a str, &'a str)];

/// Counters: their section, name and value.
pub type Counters<'a> = &'a [(&'a str, &'a str, i128)];

/// The time between two looks.
pub const INTERVAL: Duration = Duration::from_secs(2);

/// A system in a folder, which lasts as long as this.
pub struct System {
    /// The folder.
    pub root: PathBuf,
}

impl System {
    /// Creates a system of these files.
    pub fn new(files: Files<'_>) -> System {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("rnetstat-check-{}-{number}", std::process::id());
        let system = System {
            root: std::env::temp_dir().join(name),
        };
        fs::create_dir_all(system.root.join("proc/net")).expect("made");
        system.write(files);
        system
    }

    /// Writes files, new ones or others in the place of the old.
    pub fn write(&self, files: Files<'_>) {
        for (path, text) in files {
            let path = self.root.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
    }

    /// Makes a check with one look.
    pub fn look_once(&self, about: &About, counters: Counters<'_>) -> Result<Vec<Finding>, String> {
        let net = Net::of(&Host::new(Some(self.root.clone())));
        let looks = Looks {
            net: &net,
            first: Look::of(Instant::now(), counters),
            second: None,
            unread: Vec::new(),
        };
        let mut check = (about.begin)();
        check.look(Moment::Last, &looks);
        check.conclude(&looks)
    }

    /// Makes a check with two looks; at the second, these files and counters are there.
    pub fn look_twice(
        &self,
        about: &About,
        counters: Counters<'_>,
        later: Files<'_>,
        later_counters: Counters<'_>,
    ) -> Result<Vec<Finding>, String> {
        let net = Net::of(&Host::new(Some(self.root.clone())));
        let at = Instant::now();
        let mut looks = Looks {
            net: &net,
            first: Look::of(at, counters),
            second: None,
            unread: Vec::new(),
        };
        let mut check = (about.begin)();
        check.look(Moment::First, &looks);
        self.write(later);
        looks.second = Some(Look::of(at + INTERVAL, later_counters));
        check.look(Moment::Last, &looks);
        check.conclude(&looks)
    }
}

impl Drop for System {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// Returns findings as `severity: sentences`, or the reason that there are none.
pub fn said(concluded: &Result<Vec<Finding>, String>) -> Vec<String> {
    match concluded {
        Ok(findings) => findings
            .iter()
            .map(|it| format!("{}: {}", it.severity.word(), it.message.join(" ")))
            .collect(),
        Err(why) => vec![format!("none: {why}")],
    }
}

#[test]
fn a_check_without_a_second_look_knows_what_lasts() {
    let system = System::new(&[("proc/uptime", "86400.0 1.0")]);
    let overflows: Counters<'_> = &[("TcpExt", "ListenOverflows", 7)];
    let about = &super::accept_queue::ABOUT;
    assert_eq!(
        said(&system.look_once(about, overflows)),
        [
            "info: Since boot, connections were dropped at listening sockets: ListenOverflows 7, 7.0 a day."
        ]
    );
    let rising: Counters<'_> = &[("TcpExt", "ListenOverflows", 9)];
    assert_eq!(
        said(&system.look_twice(about, overflows, &[], rising)),
        [
            "problem: New connections are being dropped, because the accept queue of a listening socket is full at times: \
             ListenOverflows rose by 2 in 2.0 s."
        ]
    );
}

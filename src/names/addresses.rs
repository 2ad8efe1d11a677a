//! The addresses of a host by its name, for filters.

use super::databases::Database;
use super::hosts;
use crate::host::Host;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// The least time that the name service has: files and caches answer within it.
const QUICK: Duration = Duration::from_millis(250);

/// Returns the addresses of the host that is called `name`. Waits `patience` for the name service of
/// the running system; another system's names come from its `etc/hosts`.
///
/// # Errors
/// The message says why there are none.
pub fn addresses_of(host: &Host, name: &str, patience: Duration) -> Result<Vec<IpAddr>, String> {
    let system = host.files();
    let mut addresses = match system.root() {
        Some(_) => hosts::addresses_of(system, name),
        None if Database::Hosts.is_usable(&mut || ()) => ask_system(name, patience.max(QUICK))?,
        None => Vec::new(),
    };
    addresses.sort_unstable();
    addresses.dedup();
    match addresses.is_empty() {
        true => Err(format!("there is no host '{name}'")),
        false => Ok(addresses),
    }
}

/// Asks the name service, which may never answer: the thread is left behind then, and the program ends
/// without waiting for it.
fn ask_system(name: &str, patience: Duration) -> Result<Vec<IpAddr>, String> {
    let (sender, receiver) = channel();
    let host = name.to_owned();
    let asked = thread::Builder::new().spawn(move || {
        // An error means that nobody waits any longer.
        let _ = sender.send((host.as_str(), 0).to_socket_addrs());
    });
    asked.map_err(|error| format!("cannot look up host '{name}': {error}"))?;
    match receiver.recv_timeout(patience) {
        Ok(Ok(found)) => Ok(found.map(|it| it.ip()).collect()),
        // The system does not say whether there is no such host or nobody to ask.
        Ok(Err(error)) => Err(format!("there is no host '{name}': {error}")),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(format!(
            "cannot look up host '{name}': no answer within {} s",
            patience.as_secs_f64()
        )),
    }
}

//! Processes that a filter asks for, but whose network namespace is not listed: what is reported.

use super::Warnings;
use crate::host::{Host, PROC};
use crate::namespaces;
use crate::owners::{Owner, Owners, list_processes};
use crate::request::{Filter, User};
use crate::tables::{Member, Namespace, Net};

/// The most processes that are told of.
const MOST_TOLD: usize = 5;

/// Reports processes that fit `filter` and live in none of the namespaces `nets`.
pub fn report(
    filter: &Filter,
    owners: Option<&Owners>,
    nets: &[Net],
    host: &Host,
    warnings: &mut Warnings,
) {
    let mut pids = filter.pids();
    if pids.is_empty()
        && let Some(of_owners) = filter.of_owners()
    {
        let all = owners.into_iter().flat_map(Owners::all);
        let fits = |owner: &&Owner| {
            of_owners.decide(&mut |test| test.holds_for_owner(owner)) == Some(true)
        };
        pids.extend(all.filter(fits).map(|owner| owner.pid));
    } else if pids.is_empty() {
        pids = processes_of(host, &filter.users());
    }
    pids.sort_unstable();
    pids.dedup();
    let is_listed = |pid: &i32| {
        let namespace = Namespace::of_folder(host, &Member::process(*pid).path("net"));
        namespace.is_none_or(|it| nets.iter().any(|net| net.namespace() == it))
    };
    let elsewhere: Vec<i32> = pids.into_iter().filter(|pid| !is_listed(pid)).collect();
    for pid in elsewhere.iter().take(MOST_TOLD) {
        let label = namespaces::label_of(host, *pid);
        let name = String::from_utf8_lossy(&label.name);
        warnings.say(format!(
            "process {pid} is in the network namespace {name}, which is not listed: add \
             --netns {pid}"
        ));
    }
    if elsewhere.len() > MOST_TOLD {
        warnings.say("more processes are in other network namespaces: use --netns all".to_owned());
    }
}

/// Returns the PIDs of the processes of these users.
fn processes_of(host: &Host, users: &[User]) -> Vec<i32> {
    let mut pids = Vec::new();
    if users.is_empty() {
        return pids;
    }
    // What can't be listed is not told of.
    let _ = list_processes(host, &mut pids);
    pids.retain(|pid| {
        let found = host.files().stat(format!("{PROC}/{pid}"));
        found.is_ok_and(|it| users.contains(&User::Id(it.st_uid)))
    });
    pids
}

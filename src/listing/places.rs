//! The network namespaces that a request's listing walks.

use super::{Sources, Warnings, sockets};
use crate::host::Host;
use crate::names::Names;
use crate::namespaces;
use crate::notice;
use crate::owners::Owners;
use crate::request::{Request, What};
use crate::tables::Net;

/// The namespaces.
#[derive(Debug, Default)]
pub struct Places {
    nets: Vec<Net>,
    are_whole: bool,
    /// The owners of their sockets, if they were searched for to find namespaces.
    owners: Option<Owners>,
}

impl Places {
    /// Finds the namespaces that `request` asks for. Returns `None` if one of its names fits nothing,
    /// which is reported.
    pub fn find(request: &Request, host: &Host, warnings: &mut Warnings) -> Option<Places> {
        let found = Places::search(request, host, warnings, Err);
        found.map_err(|why| notice::say(format_args!("{why}"))).ok()
    }

    /// Finds those of the namespaces that are left: names that fit nothing are reported.
    pub fn find_left(request: &Request, host: &Host, warnings: &mut Warnings) -> Places {
        let found = Places::search(request, host, warnings, |why| {
            notice::say(format_args!("{why}"));
            Ok(())
        });
        found.unwrap_or_default()
    }

    fn search(
        request: &Request,
        host: &Host,
        warnings: &mut Warnings,
        missing: impl FnMut(String) -> Result<(), String>,
    ) -> Result<Places, String> {
        let Some(names) = &request.namespaces else {
            return Ok(Places {
                nets: vec![Net::of(host)],
                are_whole: true,
                owners: None,
            });
        };
        // The descriptors that are read for owners may hold namespaces without processes.
        let owners = match &request.what {
            What::Sockets(it) if it.wants_owners() && !request.changes => {
                Some(Owners::scan(host, &sockets::scope(it)))
            }
            _ => None,
        };
        let held = owners.as_ref().map_or(&[][..], Owners::namespaces);
        let found = namespaces::find(names, host, held, missing)?;
        let are_whole = found.notes.is_empty();
        found.notes.into_iter().for_each(|note| warnings.say(note));
        Ok(Places {
            nets: found.nets,
            are_whole,
            owners,
        })
    }

    /// Returns whether none is missing that was asked for.
    pub fn are_whole(&self) -> bool {
        self.are_whole
    }

    /// Returns the sources of a walk through them.
    pub fn sources<'a>(
        &'a mut self,
        host: &'a Host,
        names: &'a mut Names,
        warnings: &'a mut Warnings,
    ) -> Sources<'a> {
        Sources {
            owners: self.owners.take(),
            ..Sources::new(host, &self.nets, names, warnings)
        }
    }
}

/// Returns the namespaces that `request` asks for, as far as they can be found now, and reports nothing.
pub fn quietly(request: &Request, host: &Host) -> Vec<Net> {
    match &request.namespaces {
        None => vec![Net::of(host)],
        Some(names) => {
            let found = namespaces::find(names, host, &[], Err);
            found.map_or_else(|_| Vec::new(), |it| it.nets)
        }
    }
}

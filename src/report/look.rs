//! Looks at sockets that are not shown, ahead of a listing with rates.

use super::{Past, Target, Unprinted, conditions_of, print_records};
use crate::host::Host;
use crate::listing::places::Places;
use crate::listing::{Meter, Outcome, Sources, Warnings};
use crate::names::Names;
use crate::request::{Request, Resolve};
use std::io;

impl Past {
    /// Makes a listing that is not shown, so that the next one knows what has changed since. What is
    /// wrong is left for that one to report, but for what makes it impossible.
    ///
    /// # Errors
    /// None of its own.
    pub fn look(&mut self, request: &Request, host: &Host) -> io::Result<Outcome> {
        let mut warnings = Warnings::silent();
        let Some(mut places) = Places::find(request, host, &mut warnings) else {
            return Ok(self.without_places());
        };
        // A filter may have a host's name, all the same.
        let numbers = Resolve {
            timeout: request.resolve.timeout,
            ..Resolve::NUMBERS
        };
        let mut names = Names::new(host, numbers);
        let conditions = conditions_of(&request.what);
        let mut meter = Meter::default();
        let sources = Sources {
            conditions: &conditions,
            meter: Some(&mut meter),
            ..places.sources(host, &mut names, &mut warnings)
        };
        let nowhere = &mut io::sink();
        let looked = print_records(
            request,
            sources,
            None,
            &mut self.deltas,
            Target::Stream(nowhere),
        );
        self.meter = Some(meter);
        let outcome = looked.map(|(outcome, _)| outcome);
        outcome.or_else(Unprinted::into_outcome)
    }

    /// Returns whether anything can be heard between two listings.
    pub fn can_hear(&self) -> bool {
        let watcher = self.changes.as_ref();
        let closings = self.meter.as_ref().map(|it| &it.closings);
        let closings = closings.or_else(|| watcher.map(|it| it.closings()));
        closings.is_some_and(|it| it.can_hear())
    }

    /// Hears what has happened since, so that the kernel need not remember it.
    pub fn hear(&mut self) {
        if let Some(meter) = &mut self.meter {
            meter.closings.hear_all();
        }
        if let Some(watcher) = &mut self.changes {
            watcher.hear();
        }
    }
}

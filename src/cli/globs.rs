//! The flags that choose rows of listings other than sockets by the names of interfaces and counters.

use super::belonging::glob;
use super::condition::{Condition, all_but};
use super::help_texts::ROWS;
use crate::request::{Device, Filter, Globs, Test};
use clap::Args;
use glob::Pattern;

/// Which interfaces, and which counters. The heading is that of the other flags that choose rows.
#[derive(Debug, Args)]
#[command(next_help_heading = ROWS)]
pub struct GlobFlags {
    /// Interface, with -i, -r and -g, too: 'eth*'
    #[arg(long, value_name = "GLOB", value_delimiter = ',', allow_hyphen_values = true, value_parser = glob)]
    pub interface: Vec<Condition<Pattern>>,
    /// With -s: counter: 'Tcp*Retrans*'
    #[arg(long, value_name = "GLOB", value_delimiter = ',', allow_hyphen_values = true, value_parser = glob)]
    pub counter: Vec<Condition<Pattern>>,
    /// With -s: leave out counters that are 0
    #[arg(long)]
    pub nonzero: bool,
}

impl GlobFlags {
    /// Returns the interfaces that are asked for.
    pub fn interfaces(&self) -> Globs {
        globs(&self.interface)
    }

    /// Returns the counters that are asked for.
    pub fn counters(&self) -> Globs {
        globs(&self.counter)
    }

    /// Returns whether some counters are asked for.
    pub fn asks_for_counters(&self) -> bool {
        self.nonzero || !self.counter.is_empty()
    }

    /// Returns the condition on sockets: that they are bound to one of these interfaces.
    pub fn bound(&self) -> Filter {
        all_but(&self.interface, |glob| {
            let name = glob.as_str();
            let device = match name.contains(['*', '?', '[']) {
                true => Device::Glob(glob.clone()),
                false => Device::Name(name.to_owned()),
            };
            Test::Device(device).into()
        })
    }
}

fn globs(conditions: &[Condition<Pattern>]) -> Globs {
    let of = |wanted| {
        let conditions = conditions.iter().filter(move |it| it.wanted == wanted);
        conditions.map(|it| it.condition.clone()).collect()
    };
    Globs {
        wanted: of(true),
        unwanted: of(false),
    }
}

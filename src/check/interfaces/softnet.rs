//! The queues in which packets wait for a CPU, and what it leaves (/proc/net/softnet_stat).

use super::{FEW_A_SECOND, few, severity};
use crate::check::text::{percent, rise};
use crate::check::{Counter, Finding, Looks, Severity};
use crate::tables::per_cpu::PerCpu;

/// So many rounds a second that end with work left, for lack of time, are worth knowing. A few are no harm: the
/// rest is done in the next round (Documentation/admin-guide/sysctl/net.rst, `netdev_budget`).
const SQUEEZES_A_SECOND: i128 = 10 * FEW_A_SECOND;

const FILE: &str = "softnet_stat";

/// The counts of all CPUs together.
#[derive(Debug)]
pub struct Softnet(PerCpu);

impl Softnet {
    /// Reads the table.
    ///
    /// # Errors
    /// It can't be read, or is none.
    pub fn read(looks: &Looks<'_>) -> Result<Softnet, String> {
        let text = looks.table(FILE)?;
        let path = looks.net.path(FILE);
        let table = PerCpu::softnet(&text);
        let table = table.ok_or_else(|| format!("{} is not a table", path.display()))?;
        Ok(Softnet(table))
    }

    fn counter(&self, name: &'static str, before: Option<&Softnet>, looks: &Looks<'_>) -> Counter {
        let total = self.0.sum(name).unwrap_or(0);
        let before = before.and_then(|it| it.0.sum(name));
        Counter::of(name, total, before, looks.table_path(FILE))
    }

    /// Judges what CPUs dropped or left since `before`.
    pub fn judge(&self, before: Option<&Softnet>, looks: &Looks<'_>) -> Vec<Finding> {
        let dropped = self.counter("dropped", before, looks);
        let squeezes = self.counter("time_squeeze", before, looks);
        let processed = self.counter("processed", before, looks);
        let rising = |it: &Counter| it.rises().zip(looks.interval());
        let mut findings = Vec::new();
        match rising(&dropped) {
            Some((lost, interval)) => {
                let taken = processed.rise.unwrap_or(0);
                let severity = severity(lost, lost + taken, few(interval));
                let sentence = format!(
                    "CPUs drop {} of received packets because their backlog queue is full: {}.",
                    percent(lost, lost + taken),
                    rise(&dropped, interval)
                );
                let finding = Finding::new(severity.unwrap_or(Severity::Info), sentence)
                    .from_rise(&dropped)
                    .from_rise(&processed)
                    .advise("Look", "rnetstat -i --delta 2".to_owned());
                findings
                    .push(finding.advise("Raise", looks.present("net/core/netdev_max_backlog")));
            }
            None if dropped.total > 0 => findings.push(looks.since_boot(
                &dropped,
                "packets were dropped because a CPU's backlog queue was full",
            )),
            None => {}
        }
        if let Some((rounds, interval)) = rising(&squeezes)
            && rounds >= few(interval) * SQUEEZES_A_SECOND / FEW_A_SECOND
        {
            let sentence = format!(
                "CPUs postpone packets because they ran out of time or budget: {}.",
                rise(&squeezes, interval)
            );
            let finding = Finding::new(Severity::Info, sentence)
                .from_rise(&squeezes)
                .advise("Look", "rnetstat -i --delta 2".to_owned());
            findings.push(finding.advise("Raise", looks.present("net/core/netdev_budget")));
        }
        findings
    }
}

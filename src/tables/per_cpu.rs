//! Tables with a line a CPU: those in /proc/net/stat, whose first line names the columns, and
//! /proc/net/softnet_stat, which has none (net/core/net-procfs.c, `softnet_seq_show`). Numbers are
//! hexadecimal.
//!
//! procfs has no reader of the first, and fails at a line of the other with a column that it does not know.

/// The columns of softnet_stat that are read: packets taken in, packets dropped because the queue of the CPU
/// was full, and how often work was left when a round's time or budget was over.
const SOFTNET: [&str; 3] = ["processed", "dropped", "time_squeeze"];

/// A table's columns, each the sum over all CPUs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PerCpu {
    columns: Vec<Column>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    name: String,
    /// The number of the first CPU.
    first: u64,
    sum: u64,
}

impl PerCpu {
    /// Parses a table whose first line names its columns, or returns `None` if it is not one.
    pub fn named(text: &str) -> Option<PerCpu> {
        let (names, rows) = text.split_once('\n')?;
        PerCpu::of(names.split_ascii_whitespace(), rows)
    }

    /// Parses softnet_stat, or returns `None` if it is not that.
    pub fn softnet(text: &str) -> Option<PerCpu> {
        PerCpu::of(SOFTNET.into_iter(), text)
    }

    fn of<'a>(names: impl Iterator<Item = &'a str>, rows: &str) -> Option<PerCpu> {
        let mut columns: Vec<Column> = names
            .map(|name| Column {
                name: name.to_owned(),
                first: 0,
                sum: 0,
            })
            .collect();
        let mut is_first = true;
        for row in rows.lines() {
            let mut words = row.split_ascii_whitespace();
            for column in &mut columns {
                let number = u64::from_str_radix(words.next()?, 16).ok()?;
                column.sum = column.sum.wrapping_add(number);
                if is_first {
                    column.first = number;
                }
            }
            is_first = false;
        }
        (!is_first).then_some(PerCpu { columns })
    }

    /// Returns the sum of a column, or `None` if the kernel lacks it.
    pub fn sum(&self, name: &str) -> Option<u64> {
        Some(self.column(name)?.sum)
    }

    /// Returns the number of a column that is the same for each CPU, as that of a table's entries, or `None`
    /// if the kernel lacks it.
    pub fn shared(&self, name: &str) -> Option<u64> {
        Some(self.column(name)?.first)
    }

    fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|it| it.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_are_summed_over_cpus() {
        // Of Linux 6.18.
        let text = "entries  clashres found early_drop\n\
                    0000003c  00000000 00000001 0000000a\n\
                    0000003c  00000000 00000002 00000010\n";
        let table = PerCpu::named(text).expect("a table");
        for (name, sum, shared) in [
            ("entries", Some(120), Some(60)),
            ("found", Some(3), Some(1)),
            ("early_drop", Some(26), Some(10)),
            ("drop", None, None),
        ] {
            assert_eq!(
                (table.sum(name), table.shared(name)),
                (sum, shared),
                "{name}"
            );
        }
        let softnet = "00457fa0 00000003 00000001 00000000 00000000\n\
                       005156fb 00000004 00000002 00000000 00000000\n";
        let table = PerCpu::softnet(softnet).expect("a table");
        assert_eq!(table.sum("processed"), Some(0x457fa0 + 0x5156fb));
        assert_eq!(table.sum("dropped"), Some(7));
        assert_eq!(table.sum("time_squeeze"), Some(3));
    }

    #[test]
    fn what_is_no_table_is_none() {
        for text in [
            "",
            "entries\n",
            "entries found\n00000001\n",
            "entries\nxyz\n",
        ] {
            assert_eq!(PerCpu::named(text), None, "{text}");
        }
        assert_eq!(PerCpu::softnet("00457fa0 00000003\n"), None);
    }

    proptest! {
        #[test]
        fn arbitrary_texts_are_parsed_or_rejected(text in "[0-9a-z \n]{0,200}", any in any::<String>()) {
            let _ = (PerCpu::named(&text), PerCpu::softnet(&text));
            let _ = (PerCpu::named(&any), PerCpu::softnet(&any));
        }
    }
}

//! Finds out which order of bytes the machine had whose tables lie under a root as plain files.
//!
//! What the tables themselves say counts most: a netmask, a multicast group or a loopback address is
//! one in one order only. What they leave open, the files of the machine say. Where neither says
//! anything, the order is taken to be this machine's.

mod machine;
mod words;

use super::Net;
use crate::host::ByteOrder;
use crate::notice;
use machine::Machine;
use std::path::PathBuf;
use words::Words;

/// What speaks for either order.
#[derive(Debug, Default)]
struct Votes {
    little: Side,
    big: Side,
}

/// What speaks for one order.
#[derive(Debug, Default)]
struct Side {
    /// The number of things that do.
    count: usize,
    /// The file with the first of them.
    witness: Option<PathBuf>,
}

/// What votes come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// There are none.
    Silent,
    /// All are for one order.
    Agreed(ByteOrder),
    /// There are some for each.
    Divided,
}

impl Votes {
    /// Adds one, which a file has. `path` is its path for messages.
    fn add(&mut self, order: ByteOrder, path: impl FnOnce() -> PathBuf) {
        let side = match order {
            ByteOrder::Little => &mut self.little,
            ByteOrder::Big => &mut self.big,
        };
        side.count += 1;
        side.witness.get_or_insert_with(path);
    }

    fn verdict(&self) -> Verdict {
        match (self.little.count, self.big.count) {
            (0, 0) => Verdict::Silent,
            (_, 0) => Verdict::Agreed(ByteOrder::Little),
            (0, _) => Verdict::Agreed(ByteOrder::Big),
            (_, _) => Verdict::Divided,
        }
    }

    /// Returns the order that more votes are for; this machine's if as many are for each.
    fn majority(&self) -> ByteOrder {
        match self.little.count.cmp(&self.big.count) {
            std::cmp::Ordering::Less => ByteOrder::Big,
            std::cmp::Ordering::Equal => ByteOrder::NATIVE,
            std::cmp::Ordering::Greater => ByteOrder::Little,
        }
    }
}

/// Returns the order of bytes of the machine whose tables `net` has. If that is a guess, says so on
/// stderr.
pub fn find(net: &Net) -> ByteOrder {
    let words = Words::read(net);
    let machine = Machine::read(net.host());
    let (order, is_guess) = judge(&words, &machine);
    if is_guess {
        let root = net.host().root().unwrap_or_else(|| "/".as_ref());
        let why = reasons(&words.votes, &machine);
        notice::say(format_args!(
            "assuming that {} comes from a {}-endian machine ({why}); if not, use --byte-order",
            root.display(),
            order.name(),
        ));
    }
    order
}

/// Returns the order that is most likely, and whether that is a guess.
fn judge(words: &Words, machine: &Machine) -> (ByteOrder, bool) {
    use Verdict::{Agreed, Divided, Silent};
    match (words.votes.verdict(), machine.votes.verdict()) {
        (Agreed(order), Agreed(other)) => (order, order != other),
        (Agreed(order), Divided | Silent) => (order, false),
        (Divided, Agreed(order)) => (order, true),
        (Divided, Divided | Silent) => (words.votes.majority(), true),
        (Silent, Agreed(order)) => (order, false),
        // Where all addresses are the same in both orders, nothing is lost.
        (Silent, Divided) => (ByteOrder::NATIVE, words.differ),
        (Silent, Silent) => (ByteOrder::NATIVE, words.differ),
    }
}

/// Returns why it is a guess.
fn reasons(words: &Votes, machine: &Machine) -> String {
    let witness = |order: ByteOrder| {
        let side = |votes: &Votes| match order {
            ByteOrder::Little => votes.little.witness.clone(),
            ByteOrder::Big => votes.big.witness.clone(),
        };
        let path = side(words).or_else(|| side(&machine.votes))?;
        Some(format!("{} looks {}-endian", path.display(), order.name()))
    };
    match (witness(ByteOrder::Big), witness(ByteOrder::Little)) {
        (Some(big), Some(little)) => format!("{big}, but {little}"),
        _ if machine.may_be_either => "this kind of machine can have either byte order".to_owned(),
        _ => "nothing in it shows the byte order".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ByteOrder::{Big, Little};

    const NATIVE: ByteOrder = ByteOrder::NATIVE;

    fn votes(little: usize, big: usize) -> Votes {
        let mut votes = Votes::default();
        (0..little).for_each(|_| votes.add(Little, || PathBuf::from("little")));
        (0..big).for_each(|_| votes.add(Big, || PathBuf::from("big")));
        votes
    }

    #[test]
    fn tables_count_more_than_the_machine_and_nothing_means_here() {
        let cases = [
            ((1, 0), (0, 0), false, (Little, false)),
            ((0, 1), (0, 0), false, (Big, false)),
            ((0, 1), (0, 2), true, (Big, false)),
            ((0, 1), (1, 1), true, (Big, false)),
            ((0, 1), (1, 0), false, (Big, true)),
            ((3, 1), (0, 1), false, (Big, true)),
            ((3, 1), (0, 0), false, (Little, true)),
            ((1, 3), (1, 1), false, (Big, true)),
            ((1, 1), (0, 0), false, (NATIVE, true)),
            ((0, 0), (0, 1), false, (Big, false)),
            ((0, 0), (1, 1), false, (NATIVE, true)),
            ((0, 0), (0, 0), true, (NATIVE, true)),
            ((0, 0), (0, 0), false, (NATIVE, true)),
        ];
        for (of_words, of_machine, may_be_either, expected) in cases {
            let mut words = Words {
                votes: votes(of_words.0, of_words.1),
                differ: true,
            };
            let machine = Machine {
                votes: votes(of_machine.0, of_machine.1),
                may_be_either,
            };
            let found = judge(&words, &machine);
            assert_eq!(found, expected, "{of_words:?} {of_machine:?}");
            if words.votes.verdict() == Verdict::Silent {
                words.differ = false;
                assert!(!judge(&words, &machine).1, "{of_machine:?}");
            }
        }
    }
}

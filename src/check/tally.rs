//! Counts by key in bounded memory.

use std::collections::HashMap;
use std::hash::Hash;

/// The most keys that are counted at once: with ends of connections for keys, about 2 MB.
const MOST: usize = 16_384;

/// Counts things by key, and keeps a value with each. Any number of keys takes the memory of [`MOST`], by the
/// algorithm of Misra and Gries (1982): when there are more, each loses one. So a count is exact where there
/// are few keys, and else too small by a `MOST`-th of all things at most: 61 of a million.
#[derive(Debug)]
pub struct Tally<K, V> {
    of: HashMap<K, Counted<V>>,
}

/// A count, and what is kept with it.
#[derive(Debug, Default)]
pub struct Counted<V> {
    /// The count.
    pub count: u32,
    /// What is kept.
    pub value: V,
}

impl<K, V> Default for Tally<K, V> {
    fn default() -> Tally<K, V> {
        Tally { of: HashMap::new() }
    }
}

impl<K: Hash + Eq, V: Default> Tally<K, V> {
    /// Counts one more for a key. Returns its count, or `None` if there are so many keys that it has none.
    pub fn add(&mut self, key: K) -> Option<&mut Counted<V>> {
        if self.of.len() >= MOST && !self.of.contains_key(&key) {
            self.of.retain(|_, counted| {
                counted.count -= 1;
                counted.count > 0
            });
            return None;
        }
        let counted = self.of.entry(key).or_default();
        counted.count += 1;
        Some(counted)
    }

    /// Returns all counts with their keys, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &Counted<V>)> {
        self.of.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_keys_do_not_hide_what_is_frequent() {
        let mut tally: Tally<u32, ()> = Tally::default();
        for number in 0..200_000 {
            tally.add(1_000_000 + number);
            if number % 10 == 0 {
                tally.add(7);
            }
        }
        assert!(tally.of.len() <= MOST);
        let (_, seven) = tally.iter().find(|(key, _)| **key == 7).expect("counted");
        assert!((19_980..=20_000).contains(&seven.count), "{}", seven.count);
    }

    #[test]
    fn few_keys_are_counted_exactly() {
        let mut tally: Tally<bool, u8> = Tally::default();
        for number in 0..10_u8 {
            let counted = tally.add(number < 3).expect("counted");
            counted.value = number;
        }
        let (_, counted) = tally.iter().find(|(key, _)| **key).expect("counted");
        assert_eq!((counted.count, counted.value), (3, 2));
    }
}

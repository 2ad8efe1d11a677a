//! Some texts of a JSON document that somebody else has written, such as a container's settings.
//!
//! serde_json parses it, but nothing is kept of what is not asked for: as values, 16 MiB of brackets
//! would become half a gigabyte.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Where a text stands: the keys that lead to it. [`ANY`] is any key, and any item of a list.
pub type Path = &'static [&'static str];

/// Any key, or any item of a list.
pub const ANY: &str = "*";

/// A text that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picked {
    /// The index of its path.
    pub path: usize,
    /// The number of the item of the outermost list or object that it belongs to.
    pub item: usize,
    /// The text.
    pub text: String,
}

/// Returns the texts of a document that stand at `paths`, in its order; `None` if it is no JSON.
pub fn pick(document: &[u8], paths: &[Path]) -> Option<Vec<Picked>> {
    let mut picked = Vec::new();
    let mut parser = serde_json::Deserializer::from_slice(document);
    let picker = Picker {
        paths,
        open: (0..paths.len()).collect(),
        depth: 0,
        item: 0,
        picked: &mut picked,
    };
    picker.deserialize(&mut parser).ok()?;
    parser.end().ok()?;
    Some(picked)
}

/// Picks texts from a value.
struct Picker<'a> {
    paths: &'a [Path],
    /// The paths that lead here, by their index.
    open: Vec<usize>,
    /// How many keys have led here.
    depth: usize,
    item: usize,
    picked: &'a mut Vec<Picked>,
}

impl Picker<'_> {
    /// Returns the paths that go on with a key, or with any item.
    fn open_at(&self, key: Option<&str>) -> Vec<usize> {
        let leads_on = |path: &&usize| {
            let step = self.paths.get(**path).and_then(|it| it.get(self.depth));
            step.is_some_and(|step| *step == ANY || Some(*step) == key)
        };
        self.open.iter().filter(leads_on).copied().collect()
    }

    /// Returns the picker for a value in this one.
    fn within(&mut self, open: Vec<usize>, number: usize) -> Picker<'_> {
        Picker {
            paths: self.paths,
            open,
            depth: self.depth + 1,
            item: if self.depth == 0 { number } else { self.item },
            picked: self.picked,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Picker<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Picker<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let ends_here = |path: &usize| self.paths.get(*path).map(|it| it.len()) == Some(self.depth);
        if let Some(path) = self.open.iter().copied().find(ends_here) {
            self.picked.push(Picked {
                path,
                item: self.item,
                text: text.to_owned(),
            });
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut number = 0;
        while let Some(key) = map.next_key::<String>()? {
            let open = self.open_at(Some(&key));
            match open.is_empty() {
                true => map.next_value::<IgnoredAny>().map(drop)?,
                false => map.next_value_seed(self.within(open, number))?,
            }
            number += 1;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let open = self.open_at(None);
        let mut number = 0;
        while list
            .next_element_seed(self.within(open.clone(), number))?
            .is_some()
        {
            number += 1;
        }
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PATHS: &[Path] = &[
        &["Name"],
        &["N", ANY, "ip"],
        &[ANY, "id"],
        &[ANY, "names", ANY],
    ];

    #[test]
    fn texts_are_picked_by_their_paths() {
        let deep = "[".repeat(100_000);
        /// Path, item and text of each; none for what is no JSON.
        type Found<'a> = Option<&'a [(usize, usize, &'a str)]>;
        let cases: [(&str, Found<'_>); 14] = [
            (r#"{"Name": "/web"}"#, Some(&[(0, 0, "/web")])),
            (r#"{"a": 1, "Name": "w\u00e9\n"}"#, Some(&[(0, 1, "wé\n")])),
            (r#"{"Name": {"Name": "no"}, "name": "no"}"#, Some(&[])),
            (r#"{"Name": ["no"]}"#, Some(&[])),
            (
                r#"{"N": {"a": {"ip": "1", "mac": "no"}, "b": {"ip": "2"}, "c": 7}}"#,
                Some(&[(1, 0, "1"), (1, 0, "2")]),
            ),
            (
                r#"[{"names": ["a", "b"], "id": "1"}, 7, {"id": "2", "names": null}]"#,
                Some(&[(3, 0, "a"), (3, 0, "b"), (2, 0, "1"), (2, 2, "2")]),
            ),
            ("null", Some(&[])),
            ("-1.5e3", Some(&[])),
            ("", None),
            ("{", None),
            (r#"{"Name": "a"} x"#, None),
            (r#"{"Name": "a",}"#, None),
            (r#"{"Name": "\ud800"}"#, None),
            (&deep, None),
        ];
        for (document, expected) in cases {
            let found = pick(document.as_bytes(), PATHS);
            let expected = expected.map(|all| {
                let picked = all.iter().map(|(path, item, text)| Picked {
                    path: *path,
                    item: *item,
                    text: (*text).to_owned(),
                });
                picked.collect::<Vec<_>>()
            });
            assert_eq!(
                found,
                expected,
                "{}",
                document.get(..80).unwrap_or(document)
            );
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_parsed_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = pick(&bytes, PATHS);
        }
    }
}

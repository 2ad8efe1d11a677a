//! Names that are asked for by globs.

use glob::{MatchOptions, Pattern};

/// The names that are asked for: those that fit one of the wanted globs, or all if none is wanted, but for
/// those that fit an unwanted one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Globs {
    /// The globs that are wanted.
    pub wanted: Vec<Pattern>,
    /// The globs that are not.
    pub unwanted: Vec<Pattern>,
}

impl Globs {
    /// Returns whether all names are asked for.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.unwanted.is_empty()
    }

    /// Returns whether a name is asked for.
    pub fn fit(&self, name: &[u8]) -> bool {
        self.fit_any(&[name], MatchOptions::new())
    }

    /// Returns whether one of the names of one thing is asked for, and none of them unwanted, by globs that
    /// are read with these options.
    pub fn fit_any(&self, names: &[&[u8]], options: MatchOptions) -> bool {
        if self.is_empty() {
            return true;
        }
        let has = |globs: &[Pattern]| {
            globs.iter().any(|glob| {
                let mut names = names.iter();
                names.any(|name| glob.matches_with(&String::from_utf8_lossy(name), options))
            })
        };
        (self.wanted.is_empty() || has(&self.wanted)) && !has(&self.unwanted)
    }

    /// Returns the wanted globs that fit one name only.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let is_name = |glob: &&str| !glob.contains(['*', '?', '[']);
        self.wanted.iter().map(Pattern::as_str).filter(is_name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn globs(wanted: &[&str], unwanted: &[&str]) -> Globs {
        let globs = |texts: &[&str]| -> Vec<Pattern> {
            let texts = texts.iter();
            texts.map(|it| Pattern::new(it).expect("a glob")).collect()
        };
        Globs {
            wanted: globs(wanted),
            unwanted: globs(unwanted),
        }
    }

    #[test]
    fn names_fit_what_is_wanted_but_for_what_is_not() {
        for (wanted, unwanted, fitting, others) in [
            (&[][..], &[][..], &["eth0", "lo"][..], &[][..]),
            (&["eth*"], &[], &["eth0", "eth1"], &["lo", "ETH0"]),
            (&["eth*", "lo"], &[], &["eth0", "lo"], &["lo0", "wlan0"]),
            (&[], &["lo"], &["eth0", "lo0"], &["lo"]),
            (&["eth*"], &["eth1"], &["eth0"], &["eth1", "lo"]),
        ] {
            let globs = globs(wanted, unwanted);
            for name in fitting {
                assert!(globs.fit(name.as_bytes()), "{wanted:?} {unwanted:?} {name}");
            }
            for name in others {
                assert!(
                    !globs.fit(name.as_bytes()),
                    "{wanted:?} {unwanted:?} {name}"
                );
            }
        }
        let names = globs(&["eth0", "w*", "a?", "[x]"], &["lo"]);
        assert_eq!(names.names().collect::<Vec<_>>(), ["eth0"]);
    }
}

//! To whom the owners of sockets have to belong.

use glob::Pattern;

/// The conditions on where owners belong: of each kind, those of [`AllBut`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Belonging {
    /// Globs for the names of containers, or starts of their IDs.
    pub containers: AllBut<Pattern>,
    /// Globs for units of systemd.
    pub units: AllBut<Pattern>,
    /// Globs for the names and UIDs of pods.
    pub pods: AllBut<Pattern>,
    /// Starts of the paths of control groups.
    pub cgroups: AllBut<String>,
}

impl Belonging {
    /// Returns whether every owner fits.
    pub fn is_empty(&self) -> bool {
        *self == Belonging::default()
    }

    /// Returns whether it says whose sockets are meant: not only whose are not, nor everybody's.
    pub fn tells_whom(&self) -> bool {
        let globs = [&self.containers, &self.units, &self.pods];
        let tells = |globs: &AllBut<Pattern>| globs.tells(fits_all);
        globs.into_iter().any(tells) || self.cgroups.tells(|start| start == "/")
    }
}

/// Conditions of one kind: one of `wanted` has to hold, if there are any, and none of `unwanted`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllBut<C> {
    /// One of these has to hold.
    pub wanted: Vec<C>,
    /// None of these may.
    pub unwanted: Vec<C>,
}

impl<C> Default for AllBut<C> {
    fn default() -> AllBut<C> {
        AllBut {
            wanted: Vec::new(),
            unwanted: Vec::new(),
        }
    }
}

impl<C> AllBut<C> {
    /// Returns whether the conditions are fulfilled.
    pub fn admit(&self, holds: impl Fn(&C) -> bool) -> bool {
        (self.wanted.is_empty() || self.wanted.iter().any(&holds))
            && !self.unwanted.iter().any(&holds)
    }

    fn tells(&self, is_any: impl Fn(&C) -> bool) -> bool {
        !self.wanted.is_empty() && !self.wanted.iter().any(is_any)
    }
}

/// Returns whether every name fits a glob.
pub fn fits_all(glob: &Pattern) -> bool {
    let text = glob.as_str();
    text.contains('*') && text.bytes().all(|byte| b"*?".contains(&byte))
}

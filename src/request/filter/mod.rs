//! Which sockets are listed: one expression, whether flags or words ask for it.
//!
//! What is known of a socket comes in parts: first its row, then its owners. So a test has three
//! answers, and what is not known decides nothing (Kleene's logic): [`Filter::decide`].

mod flags;
#[cfg(test)]
mod made;
mod questions;
mod test;
mod whom;

pub use test::{Cgroup, Column, Comparison, Device, Mark, Ports, Side, Subject, Test, User};

/// A condition on sockets. Without any test, every socket fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// All of these hold.
    All(Vec<Filter>),
    /// One of these holds.
    Any(Vec<Filter>),
    /// This does not hold.
    Not(Box<Filter>),
    /// The test holds.
    Is(Test),
}

impl Default for Filter {
    fn default() -> Filter {
        Filter::EVERYTHING
    }
}

impl From<Test> for Filter {
    fn from(test: Test) -> Filter {
        Filter::Is(test)
    }
}

impl Filter {
    /// Fits every socket.
    pub const EVERYTHING: Filter = Filter::All(Vec::new());

    /// Fits no socket.
    pub const NOTHING: Filter = Filter::Any(Vec::new());

    /// Returns whether every socket fits.
    pub fn is_empty(&self) -> bool {
        matches!(self, Filter::All(parts) if parts.is_empty())
    }

    /// Returns whether no socket fits, whatever it is like.
    fn is_nothing(&self) -> bool {
        matches!(self, Filter::Any(parts) if parts.is_empty())
    }

    /// Returns the condition that all of `parts` hold.
    pub fn all(parts: impl IntoIterator<Item = Filter>) -> Filter {
        let mut all = Vec::new();
        for part in parts {
            match part {
                Filter::All(parts) => all.extend(parts),
                part if part.is_nothing() => return part,
                part => all.push(part),
            }
        }
        one_of(all, Filter::All)
    }

    /// Returns the condition that one of `parts` holds.
    pub fn any(parts: impl IntoIterator<Item = Filter>) -> Filter {
        let mut any = Vec::new();
        for part in parts {
            match part {
                Filter::Any(parts) => any.extend(parts),
                part if part.is_empty() => return part,
                part => any.push(part),
            }
        }
        one_of(any, Filter::Any)
    }

    /// Returns the condition that this does not hold.
    pub fn negated(self) -> Filter {
        match self {
            filter if filter.is_empty() => Filter::NOTHING,
            filter if filter.is_nothing() => Filter::EVERYTHING,
            Filter::Not(filter) => *filter,
            filter => Filter::Not(Box::new(filter)),
        }
    }

    /// Returns whether the condition holds where `answer` says which tests do, or `None` if that depends
    /// on a test that it can't tell.
    pub fn decide<A>(&self, answer: &mut A) -> Option<bool>
    where
        A: FnMut(&Test) -> Option<bool>,
    {
        match self {
            Filter::Is(test) => answer(test),
            Filter::Not(filter) => filter.decide(answer).map(|holds| !holds),
            Filter::All(parts) => decide_parts(parts, false, answer),
            Filter::Any(parts) => decide_parts(parts, true, answer),
        }
    }

    /// Returns the condition with every test replaced by another condition.
    ///
    /// # Errors
    /// The first of `replace`.
    pub fn try_replace<E>(
        &self,
        replace: &mut impl FnMut(&Test) -> Result<Filter, E>,
    ) -> Result<Filter, E> {
        let mut all = |parts: &[Filter]| {
            let parts = parts.iter().map(|part| part.try_replace(replace));
            parts.collect::<Result<Vec<_>, E>>()
        };
        Ok(match self {
            Filter::All(parts) => Filter::all(all(parts)?),
            Filter::Any(parts) => Filter::any(all(parts)?),
            Filter::Not(filter) => filter.try_replace(replace)?.negated(),
            Filter::Is(test) => replace(test)?,
        })
    }
}

/// Decides several conditions, of which one with the answer `decisive` decides for all.
fn decide_parts<A>(parts: &[Filter], decisive: bool, answer: &mut A) -> Option<bool>
where
    A: FnMut(&Test) -> Option<bool>,
{
    let mut result = Some(!decisive);
    for part in parts {
        match part.decide(answer) {
            Some(holds) if holds == decisive => return Some(decisive),
            Some(_) => {}
            None => result = None,
        }
    }
    result
}

/// Joins several conditions; one alone needs no joining.
fn one_of(mut parts: Vec<Filter>, join: fn(Vec<Filter>) -> Filter) -> Filter {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            join(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inode(number: u64) -> Filter {
        Test::Inode(number).into()
    }

    #[test]
    fn what_is_not_known_decides_nothing() {
        // 1 holds, 0 does not, 2 is not known.
        let mut answer = |test: &Test| match test {
            Test::Inode(0) => Some(false),
            Test::Inode(1) => Some(true),
            _ => None,
        };
        let all = |parts: &[u64]| Filter::all(parts.iter().map(|it| inode(*it)));
        let any = |parts: &[u64]| Filter::any(parts.iter().map(|it| inode(*it)));
        let cases = [
            (Filter::EVERYTHING, Some(true)),
            (Filter::NOTHING, Some(false)),
            (all(&[1, 1]), Some(true)),
            (all(&[1, 2]), None),
            (all(&[2, 0]), Some(false)),
            (any(&[0, 0]), Some(false)),
            (any(&[0, 2]), None),
            (any(&[2, 1]), Some(true)),
            (inode(0).negated(), Some(true)),
            (inode(2).negated(), None),
            (all(&[2, 0]).negated(), Some(true)),
        ];
        for (filter, expected) in cases {
            assert_eq!(filter.decide(&mut answer), expected, "{filter:?}");
        }
    }

    #[test]
    fn conditions_are_joined_without_needless_parts() {
        let (one, two, three) = (inode(1), inode(2), inode(3));
        let both = Filter::all([one.clone(), two.clone()]);
        assert_eq!(both, Filter::All(vec![one.clone(), two.clone()]));
        assert_eq!(Filter::all([Filter::EVERYTHING, one.clone()]), one);
        assert_eq!(
            Filter::all([both.clone(), Filter::NOTHING]),
            Filter::NOTHING
        );
        assert_eq!(
            Filter::any([both.clone(), Filter::EVERYTHING]),
            Filter::EVERYTHING
        );
        assert_eq!(Filter::any([Filter::NOTHING, both.clone()]), both);
        assert_eq!(
            Filter::all([both.clone(), three.clone()]),
            Filter::All(vec![one.clone(), two, three])
        );
        assert_eq!(one.clone().negated().negated(), one);
        assert_eq!(Filter::all([]), Filter::EVERYTHING);
        assert_eq!(Filter::any([]), Filter::NOTHING);
    }
}

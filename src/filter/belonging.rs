//! The filters on where owners belong.

use crate::owners::cgroup::Container;
use crate::owners::{self, Owner};
use crate::request::Belonging;
use glob::Pattern;

/// The fewest digits that stand for the ID that begins with them: fewer are more likely a name.
const FEWEST_DIGITS: usize = 4;

impl Belonging {
    /// Returns whether an owner fits. One that belongs nowhere fits what is unwanted only; one of
    /// which that is not known fits nothing.
    pub fn admits(&self, owner: &Owner) -> bool {
        if self.is_empty() {
            return true;
        }
        let Some(owners::Belonging { place, names }) = &owner.belonging else {
            return false;
        };
        let container = place.container.as_ref();
        self.containers
            .admit(|glob| container.is_some_and(|it| is_container(glob, it, names.name.as_deref())))
            && self
                .units
                .admit(|glob| place.unit.as_deref().is_some_and(|it| is_unit(glob, it)))
            && self.pods.admit(|glob| {
                let name = names.pod.as_deref();
                is_pod(glob, place.pod.as_deref(), name)
            })
            && self
                .cgroups
                .admit(|start| place.path.starts_with(start.as_bytes()))
    }
}

fn is(glob: &Pattern, name: &[u8]) -> bool {
    glob.matches(&String::from_utf8_lossy(name))
}

/// Returns whether a glob fits a container's name or ID, or is the start of its ID.
fn is_container(glob: &Pattern, container: &Container, name: Option<&[u8]>) -> bool {
    let start = glob.as_str().as_bytes();
    let is_start =
        start.len() >= FEWEST_DIGITS && container.has_digits() && container.id.starts_with(start);
    is_start || is(glob, &container.id) || name.is_some_and(|name| is(glob, name))
}

/// Returns whether a glob fits a unit, whose `.service` may be left out, as for systemctl.
fn is_unit(glob: &Pattern, unit: &[u8]) -> bool {
    let short = unit.strip_suffix(b".service");
    is(glob, unit) || short.is_some_and(|short| is(glob, short))
}

/// Returns whether a glob fits a pod's UID, its name, or its name with the namespace in front.
fn is_pod(glob: &Pattern, uid: Option<&[u8]>, name: Option<&[u8]>) -> bool {
    let alone = name.and_then(|name| name.rsplit(|byte| *byte == b'/').next());
    let mut all = [uid, name, alone].into_iter().flatten();
    all.any(|name| is(glob, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::owners::cgroup;
    use crate::owners::containers::Names;
    use crate::request::AllBut;

    const ID: &str = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";

    fn owner(path: &str, name: Option<&str>, pod: Option<&str>) -> Owner {
        let place = cgroup::parse(format!("0::{path}\n").as_bytes());
        let text = |it: Option<&str>| it.map(|it| it.as_bytes().to_vec());
        let names = Names {
            name: text(name),
            pod: text(pod),
            runtime: None,
        };
        Owner {
            pid: 7,
            thread: 7,
            program: Vec::new(),
            comm: Vec::new(),
            executable: None,
            command: Vec::new(),
            belonging: Some(owners::Belonging { place, names }),
        }
    }

    /// The conditions of one kind, of words that may have a `!` in front.
    fn all_but<C>(words: &str, condition: impl Fn(&str) -> C) -> AllBut<C> {
        let mut conditions = AllBut::default();
        for word in words.split(' ') {
            match word.strip_prefix('!') {
                Some(word) => conditions.unwanted.push(condition(word)),
                None => conditions.wanted.push(condition(word)),
            }
        }
        conditions
    }

    #[test]
    fn owners_fit_by_where_they_belong() {
        let uid = "2ca8f432-35a3-2539-d4f6-5cacd6d3de6d";
        let everybody = [
            owner("/system.slice/nginx.service", None, None),
            owner(&format!("/docker/{ID}"), Some("web"), None),
            owner(
                &format!("/kubepods/pod{uid}/{ID}"),
                None,
                Some("shop/cart-0"),
            ),
            owner("/lxc.payload.db", None, None),
            owner("/", None, None),
        ];
        // Which of them fit; the last is one of which nothing is known.
        let cases = [
            ("container", "web", [0, 1, 0, 0, 0, 0]),
            ("container", "w*", [0, 1, 0, 0, 0, 0]),
            ("container", "*", [0, 1, 1, 1, 0, 0]),
            ("container", "6b86", [0, 1, 1, 0, 0, 0]),
            ("container", "6b8", [0; 6]),
            ("container", "6b8*", [0, 1, 1, 0, 0, 0]),
            ("container", ID, [0, 1, 1, 0, 0, 0]),
            ("container", "db", [0, 0, 0, 1, 0, 0]),
            ("container", "!web", [1, 0, 1, 1, 1, 0]),
            ("container", "!*", [1, 0, 0, 0, 1, 0]),
            ("container", "web db", [0, 1, 0, 1, 0, 0]),
            ("container", "6b86 !web", [0, 0, 1, 0, 0, 0]),
            ("unit", "nginx", [1, 0, 0, 0, 0, 0]),
            ("unit", "nginx.service", [1, 0, 0, 0, 0, 0]),
            ("unit", "nginx.*", [1, 0, 0, 0, 0, 0]),
            ("unit", "ngin", [0; 6]),
            ("unit", "!nginx", [0, 1, 1, 1, 1, 0]),
            ("pod", uid, [0, 0, 1, 0, 0, 0]),
            ("pod", "cart-*", [0, 0, 1, 0, 0, 0]),
            ("pod", "shop/*", [0, 0, 1, 0, 0, 0]),
            ("pod", "shop", [0; 6]),
            ("pod", "!shop/*", [1, 1, 0, 1, 1, 0]),
            ("cgroup", "/system.slice", [1, 0, 0, 0, 0, 0]),
            ("cgroup", "/docker/ /kubepods", [0, 1, 1, 0, 0, 0]),
            ("cgroup", "!/docker/", [1, 0, 1, 1, 1, 0]),
            ("cgroup", "/", [1, 1, 1, 1, 1, 0]),
        ];
        for (kind, words, expected) in cases {
            let globs = || all_but(words, |word| Pattern::new(word).expect("a glob"));
            let mut belonging = Belonging::default();
            match kind {
                "container" => belonging.containers = globs(),
                "unit" => belonging.units = globs(),
                "pod" => belonging.pods = globs(),
                _ => belonging.cgroups = all_but(words, str::to_owned),
            }
            let unknown = Owner {
                belonging: None,
                ..owner("/", None, None)
            };
            let all = everybody.iter().chain([&unknown]);
            let found: Vec<_> = all.map(|it| i32::from(belonging.admits(it))).collect();
            assert_eq!(found, expected, "--{kind} {words}");
            // A kill needs more than a condition that all fit, or whose sockets are not meant.
            let tells =
                !matches!(words, "*" | "/") && words.split(' ').any(|it| !it.starts_with('!'));
            assert_eq!(belonging.tells_whom(), tells, "--{kind} {words}");
        }
    }
}

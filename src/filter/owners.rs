//! Which owners fit the tests of a filter.

use crate::owners::cgroup::Container;
use crate::owners::{Belonging, Owner};
use crate::request::Test;
use glob::Pattern;

/// The fewest digits that stand for the ID that begins with them: fewer are more likely a name.
const FEWEST_DIGITS: usize = 4;

impl Test {
    /// Returns whether the test holds for an owner, or `None` if it is not about owners. Where it is
    /// not known where one belongs, that is not known either; an owner that belongs nowhere fits
    /// nothing.
    pub fn holds_for_owner(&self, owner: &Owner) -> Option<bool> {
        Some(match self {
            Test::Pid(pid) => owner.pid == *pid,
            Test::Program(glob) => is_program(glob, owner),
            Test::Container(glob) => {
                let Belonging { place, names } = owner.belonging.as_ref()?;
                let container = place.container.as_ref();
                container.is_some_and(|it| is_container(glob, it, names.name.as_deref()))
            }
            Test::Unit(glob) => {
                let unit = owner.belonging.as_ref()?.place.unit.as_deref();
                unit.is_some_and(|it| is_unit(glob, it))
            }
            Test::Pod(glob) => {
                let Belonging { place, names } = owner.belonging.as_ref()?;
                is_pod(glob, place.pod.as_deref(), names.pod.as_deref())
            }
            Test::OwnerCgroup(start) => {
                let path = &owner.belonging.as_ref()?.place.path;
                path.starts_with(start.as_bytes())
            }
            _ => return None,
        })
    }
}

fn is(glob: &Pattern, name: &[u8]) -> bool {
    glob.matches(&String::from_utf8_lossy(name))
}

/// Returns whether a glob fits a name of an owner's program. One without wildcards is a word, which
/// fits the first word of the program's name, too: `nginx` those that call themselves `nginx: worker
/// process`.
fn is_program(glob: &Pattern, owner: &Owner) -> bool {
    let word = glob.as_str();
    let is_word = !word.contains(['*', '?', '[']);
    owner.is_called(|name| is(glob, name)) || is_word && *owner.short_name() == *word.as_bytes()
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
    use crate::request::Filter;

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
            belonging: Some(Belonging { place, names }),
        }
    }

    /// The conditions of one kind, of words that may have a `!` in front.
    fn all_but(words: &str, test: impl Fn(&str) -> Test) -> Filter {
        let of = |wanted| {
            let words = words
                .split(' ')
                .filter(move |it| it.starts_with('!') != wanted);
            words.map(|word| test(word.trim_start_matches('!')).into())
        };
        Filter::all_but(of(true), of(false))
    }

    #[test]
    fn a_word_is_the_first_of_a_title_and_a_glob_all_of_it() {
        let nginx = Owner {
            program: b"nginx: worker process".to_vec(),
            comm: b"nginx-w".to_vec(),
            ..owner("/", None, None)
        };
        for (glob, fits) in [
            ("nginx", true),
            ("nginx-w", true),
            ("nginx: worker process", true),
            ("ngin", false),
            ("worker", false),
            ("nginx*", true),
            ("ngin?", false),
            ("*worker*", true),
        ] {
            let test = Test::Program(Pattern::new(glob).expect("a glob"));
            assert_eq!(test.holds_for_owner(&nginx), Some(fits), "{glob}");
        }
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
            let filter = all_but(words, |word| {
                let glob = Pattern::new(word).expect("a glob");
                match kind {
                    "container" => Test::Container(glob),
                    "unit" => Test::Unit(glob),
                    "pod" => Test::Pod(glob),
                    _ => Test::OwnerCgroup(word.to_owned()),
                }
            });
            let unknown = Owner {
                belonging: None,
                ..owner("/", None, None)
            };
            let all = everybody.iter().chain([&unknown]);
            let found: Vec<_> = all
                .map(|owner| {
                    let fits = filter.decide(&mut |test| test.holds_for_owner(owner));
                    i32::from(fits == Some(true))
                })
                .collect();
            assert_eq!(found, expected, "--{kind} {words}");
            // A kill needs more than a condition that all fit, or whose sockets are not meant.
            let tells =
                !matches!(words, "*" | "/") && words.split(' ').any(|it| !it.starts_with('!'));
            assert_eq!(filter.tells_whom(), tells, "--{kind} {words}");
        }
    }
}

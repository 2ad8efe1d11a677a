//! User names.

use super::files;
use crate::host::Host;
use crate::sanitize;
use nix::unistd::{Uid, User};
use std::collections::HashMap;

/// The users that have been asked for, and their answers.
#[derive(Debug)]
pub struct Users {
    known: HashMap<u32, Option<Vec<u8>>>,
    /// Whether the system is asked for a user that is not known; if not, the file has told all.
    ask: bool,
}

impl Users {
    pub fn new(host: &Host) -> Users {
        match host.etc("passwd") {
            None => Users {
                known: HashMap::new(),
                ask: true,
            },
            Some(path) => Users {
                known: parse(&files::read(&path)),
                ask: false,
            },
        }
    }

    /// The name of the user `uid`, none where there is none.
    pub fn name(&mut self, uid: u32) -> Option<&[u8]> {
        if self.ask {
            self.known.entry(uid).or_insert_with(|| {
                // A user database that can't be read is one without names.
                let mut name = User::from_uid(Uid::from_raw(uid)).ok()??.name.into_bytes();
                sanitize::make_printable(&mut name);
                Some(name)
            });
        }
        self.known.get(&uid)?.as_deref()
    }
}

/// The users in a passwd file (`man 5 passwd`): a user ID has the first name given to it.
fn parse(text: &[u8]) -> HashMap<u32, Option<Vec<u8>>> {
    let mut known = HashMap::new();
    for line in text.split(|&byte| byte == b'\n') {
        let line = line.trim_ascii_start();
        // A leading sign marks a NIS entry, not a user.
        if matches!(line.first(), None | Some(b'#' | b'+' | b'-')) {
            continue;
        }
        let mut fields = line.split(|&byte| byte == b':');
        let (name, _password) = (fields.next().unwrap_or_default(), fields.next());
        let uid = fields.next().and_then(files::decimal);
        let gid = fields.next().and_then(files::decimal);
        if let (Some(uid), Some(_)) = (uid, gid) {
            let mut name = name.to_vec();
            sanitize::make_printable(&mut name);
            known.entry(uid).or_insert(Some(name));
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_for_a_user_id_names_it() {
        let known = parse(
            b"root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/:\nshort:x:5\nnogid:x:6:\n:x:7:1::/:\n\
              +nis:x:8:0::/:\n#c:x:9:0::/:\n lead:x:10:0\nneg:x:-1:0::/:\nhex:x:0xb:0::/:\nbig:x:4294967295:1",
        );
        let cases = [
            (0, Some("root")),
            (5, None),
            (6, None),
            (7, Some("")),
            (8, None),
            (9, None),
            (10, Some("lead")),
            (11, None),
            (u32::MAX, Some("big")),
        ];
        for (uid, name) in cases {
            let found = known.get(&uid).and_then(|name| name.as_deref());
            assert_eq!(found, name.map(str::as_bytes), "{uid}");
        }
    }
}

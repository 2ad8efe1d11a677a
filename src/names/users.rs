//! Users: the names of user IDs, and the user IDs of names.
//!
//! Those of the running system come from libc, through nix; those of another system from its passwd
//! file, read as glibc reads it.

use super::databases::Database;
use super::files;
use crate::host::{Host, Tree};
use crate::sanitize::printable;
use nix::unistd::{Uid, User};
use std::collections::HashMap;

/// The passwd file, below the root.
const PASSWD: &str = "etc/passwd";

/// Returns the name of the running system's user `uid`, made printable, or `None` if there is no
/// such user. Blocks for as long as the name service does.
pub fn name_of(uid: u32) -> Option<Vec<u8>> {
    let user = User::from_uid(Uid::from_raw(uid)).ok()??;
    Some(printable(user.name.into_bytes()))
}

/// Reads the names in the passwd file of a system, made printable. The first name of
/// a user ID wins, as in glibc.
pub fn names(system: &Tree) -> HashMap<u32, Vec<u8>> {
    let mut names = HashMap::new();
    for (name, uid) in users(&files::read(system, PASSWD)) {
        names.entry(uid).or_insert_with(|| printable(name.to_vec()));
    }
    names
}

/// Returns the ID of the user called `name`, or `None` if there is no such user.
pub fn uid_of(host: &Host, name: &str) -> Option<u32> {
    match host.root() {
        None if !Database::Users.is_usable(&mut || ()) => None,
        None => Some(User::from_name(name).ok()??.uid.as_raw()),
        Some(_) => users(&files::read(host.files(), PASSWD))
            .find(|(known, _)| files::is_called(known, name))
            .map(|(_, uid)| uid),
    }
}

/// Returns the name and ID of every user in a passwd file (`man 5 passwd`):
/// `NAME:PASSWORD:UID:GID:...`.
fn users(text: &[u8]) -> impl Iterator<Item = (&[u8], u32)> {
    text.split(|&byte| byte == b'\n').filter_map(|line| {
        let line = line.trim_ascii_start();
        // A leading sign marks a NIS entry, not a user.
        if matches!(line.first(), None | Some(b'#' | b'+' | b'-')) {
            return None;
        }
        let mut fields = line.split(|&byte| byte == b':');
        let name = fields.next()?;
        let _password = fields.next()?;
        let mut id = || files::decimal(files::without_plus(fields.next()?));
        let (uid, _gid) = (id()?, id()?);
        Some((name, uid))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_for_a_user_id_names_it_and_every_name_finds_its_user_id() {
        let root = std::env::temp_dir().join(format!("rnetstat-users-{}", std::process::id()));
        std::fs::create_dir_all(root.join("etc")).expect("a folder");
        let passwd = "root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/:\nshort:x:5\nnogid:x:6:\n\
            :x:7:1::/:\n+nis:x:8:0::/:\n#c:x:9:0::/:\n lead:x:10:0\nneg:x:-1:0::/:\n\
            hex:x:0xb:0::/:\nbig:x:4294967295:1\nplus:x:+12:0\nred\x1b[31m:x:013:0";
        std::fs::write(root.join(PASSWD), passwd).expect("written");
        let (names, host) = (
            names(&Tree::new(Some(root.clone()))),
            Host::new(Some(root.clone())),
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
            (12, Some("plus")),
            (13, Some("red?[31m")),
            (u32::MAX, Some("big")),
        ];
        for (uid, name) in cases {
            let found = names.get(&uid).map(Vec::as_slice);
            assert_eq!(found, name.map(str::as_bytes), "{uid}");
            if let Some(name) = name {
                assert_eq!(uid_of(&host, name), Some(uid), "{name}");
            }
        }
        assert_eq!(uid_of(&host, "toor"), Some(0));
        assert_eq!(uid_of(&host, "red\x1b[31m"), Some(13));
        for name in ["short", "nogid", "nis", "+nis", "#c", "neg", "hex"] {
            assert_eq!(uid_of(&host, name), None, "{name}");
        }
        std::fs::remove_dir_all(&root).expect("removed");
    }
}

//! User names of another system.

use super::book::Book;
use super::files;
use crate::sanitize;
use std::collections::HashMap;
use std::path::Path;

/// The names of users by their IDs.
pub fn book(root: &Path) -> Book<u32> {
    Book::new(root, "etc/passwd", parse, sanitize::printable)
}

/// The users in a passwd file (`man 5 passwd`): a user ID has the first name given to it.
fn parse(text: &[u8]) -> HashMap<u32, Vec<u8>> {
    let mut names = HashMap::new();
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
            names.entry(uid).or_insert_with(|| name.to_vec());
        }
    }
    names
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
            let found = known.get(&uid).map(Vec::as_slice);
            assert_eq!(found, name.map(str::as_bytes), "{uid}");
        }
    }
}

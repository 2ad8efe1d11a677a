//! Files that stand for network namespaces: those of `ip netns`, and those that docker makes.

use crate::host::{Host, is_network_namespace};
use crate::sanitize;
use rustix::fs::Dir;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The folder of `ip netns`, whose files have the names of namespaces (`man 8 ip-netns`).
const NAMED: &str = "run/netns";

/// Docker's folder. Its files are called after numbers of its own.
const OF_DOCKER: &str = "run/docker/netns";

/// A file that stands for a namespace.
#[derive(Debug)]
pub struct NamespaceFile {
    /// Its path, as one in [`Host::files`].
    pub path: PathBuf,
    /// The namespace's inode number.
    pub id: u64,
    /// What `ip netns` calls it, without what controls a terminal.
    pub name: Option<Vec<u8>>,
}

/// Returns the inode number of the namespace that an open file stands for.
///
/// # Errors
/// It stands for no network namespace.
pub fn id_of(file: &File) -> io::Result<u64> {
    match is_network_namespace(file)? {
        true => Ok(file.metadata()?.ino()),
        false => {
            let text = "not the file of a network namespace";
            Err(io::Error::new(ErrorKind::InvalidInput, text))
        }
    }
}

/// Finds the files of a system, and says what could not be looked at. A folder that is not there has
/// none.
pub fn find(host: &Host) -> (Vec<NamespaceFile>, Vec<String>) {
    let (mut found, mut notes) = (Vec::new(), Vec::new());
    for (folder, is_named) in [(NAMED, true), (OF_DOCKER, false)] {
        let folder = Path::new(folder);
        match add_all(host, folder, is_named, &mut found, &mut notes) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                let path = host.files().full_path(folder);
                notes.push(format!("{}: {error}", path.display()));
            }
            _ => {}
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    (found, notes)
}

fn add_all(
    host: &Host,
    folder: &Path,
    is_named: bool,
    found: &mut Vec<NamespaceFile>,
    notes: &mut Vec<String>,
) -> io::Result<()> {
    let files = host.files();
    for entry in Dir::read_from(files.open_folder(folder)?)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if matches!(name, b"." | b"..") {
            continue;
        }
        let path = folder.join(OsStr::from_bytes(name));
        match files.open(&path) {
            // Not all entries are namespaces: `ip netns` makes an empty file first.
            Ok(file) => found.extend(id_of(&file).ok().map(|id| NamespaceFile {
                name: is_named.then(|| sanitize::without_controls(name.to_vec())),
                path,
                id,
            })),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidInput) => {
            }
            Err(error) => {
                let path = files.full_path(&path);
                notes.push(format!("{}: {error}", path.display()));
            }
        }
    }
    Ok(())
}

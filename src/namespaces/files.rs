//! Files that stand for network namespaces: those of `ip netns`, and those that docker makes.

use crate::host::{Host, is_namespace};
use crate::sanitize;
use rustix::fs::Dir;
use std::fs::File;
use std::io;
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
    /// The file, open.
    pub file: File,
    /// Its path, for messages.
    pub path: PathBuf,
    /// The namespace's inode number.
    pub id: u64,
    /// What `ip netns` calls it, without what controls a terminal.
    pub name: Option<Vec<u8>>,
}

impl NamespaceFile {
    /// Returns what an open file stands for.
    ///
    /// # Errors
    /// It stands for no namespace.
    pub fn of(path: PathBuf, file: File) -> io::Result<NamespaceFile> {
        if !is_namespace(&file)? {
            let text = "not the file of a network namespace";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        Ok(NamespaceFile {
            id: file.metadata()?.ino(),
            file,
            path,
            name: None,
        })
    }
}

/// Finds the files of a system. A folder that is not there has none.
pub fn find(host: &Host) -> Vec<NamespaceFile> {
    let mut found = Vec::new();
    for (folder, is_named) in [(NAMED, true), (OF_DOCKER, false)] {
        // What can't be listed is told by those who miss a name.
        let _ = add_all(host, Path::new(folder), is_named, &mut found);
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

fn add_all(
    host: &Host,
    folder: &Path,
    is_named: bool,
    found: &mut Vec<NamespaceFile>,
) -> io::Result<()> {
    let files = host.files();
    for entry in Dir::read_from(files.open_folder(folder)?)? {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        let path = folder.join(std::ffi::OsStr::from_bytes(name));
        // Not all entries are namespaces: `ip netns` makes an empty file first.
        let Ok(file) = files.open(&path) else {
            continue;
        };
        if let Ok(file) = NamespaceFile::of(files.full_path(&path), file) {
            found.push(NamespaceFile {
                name: is_named.then(|| sanitize::without_controls(name.to_vec())),
                ..file
            });
        }
    }
    Ok(())
}

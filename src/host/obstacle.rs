//! Why a system can't be read at all.

use super::{Host, PROC};
use rustix::fs::Dir;
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

/// The most names in a folder that are looked at for a hint.
const MAX_NAMES: usize = 1024;

impl Host {
    /// Returns why nothing can be read here, and what was meant perhaps; or `None` if `proc` can be
    /// listed.
    pub fn obstacle(&self) -> Option<String> {
        let files = self.files();
        let Err(error) = files.open_folder(PROC) else {
            return None;
        };
        if let Some(root) = self.root()
            && let Err(error) = files.open_folder(".")
        {
            return Some(format!("{}: {error}", root.display()));
        }
        let mut why = format!("{}: {error}", self.proc().display());
        if let Some(hint) = self.root().and_then(|root| self.hint(root)) {
            // Writing to a string can't fail.
            let _ = write!(why, " ({hint})");
        }
        Some(why)
    }

    fn hint(&self, root: &Path) -> Option<String> {
        if self.files().has_folder("net") {
            let name = root.display();
            return Some(format!(
                "{name} looks like a copy of /proc: --root needs the directory above it"
            ));
        }
        let below = self.folder_with_proc().ok()??;
        Some(format!("try --root {}", root.join(below).display()))
    }

    /// Returns a folder in the root that has a `proc` folder: where an archive was unpacked, all that
    /// it holds is often one level deeper.
    fn folder_with_proc(&self) -> io::Result<Option<PathBuf>> {
        for entry in Dir::read_from(self.files().open_folder(".")?)?.take(MAX_NAMES) {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let is_one =
                !name.starts_with('.') && self.files().has_folder(Path::new(&name).join(PROC));
            if is_one {
                return Ok(Some(PathBuf::from(name)));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_root_without_proc_is_told_with_what_may_be_meant() {
        let root = std::env::temp_dir().join(format!("rnetstat-obstacle-{}", std::process::id()));
        let shown = root.display().to_string();
        let absent = "No such file or directory (os error 2)";
        let obstacle = || Host::new(Some(root.clone())).obstacle();
        assert_eq!(obstacle(), Some(format!("{shown}: {absent}")));
        fs::create_dir(&root).expect("a folder");
        assert_eq!(obstacle(), Some(format!("{shown}/proc: {absent}")));
        fs::create_dir_all(root.join("host/proc")).expect("a folder");
        let hint = format!("try --root {shown}/host");
        assert_eq!(obstacle(), Some(format!("{shown}/proc: {absent} ({hint})")));
        fs::create_dir(root.join("net")).expect("a folder");
        let found = obstacle().expect("an obstacle");
        assert!(found.contains("needs the directory above it"), "{found}");
        fs::create_dir(root.join("proc")).expect("a folder");
        assert_eq!(obstacle(), None);
        fs::remove_dir_all(&root).expect("removed");
        assert_eq!(Host::new(None).obstacle(), None);
    }
}

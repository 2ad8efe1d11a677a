//! Tests of the ways into a tree, and of those out of it, which must not exist.

use super::*;
use crate::host::walk;
use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, Ordering};

/// A folder with a tree in it and something outside; removed at the end.
struct Folders(PathBuf);

impl Drop for Folders {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Folders {
    fn new(name: &str) -> Folders {
        let path = format!("rnetstat-tree-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(path);
        fs::create_dir_all(path.join("tree/proc/7/fd")).expect("folders");
        fs::create_dir_all(path.join("tree/proc/7/net")).expect("folders");
        fs::write(path.join("tree/proc/7/net/tcp"), "inside").expect("written");
        fs::write(path.join("tree/top"), "at the top").expect("written");
        fs::write(path.join("secret"), "secret").expect("written");
        Folders(path)
    }

    fn root(&self) -> PathBuf {
        self.0.join("tree")
    }

    fn tree(&self) -> Tree {
        Tree::new(Some(self.root()))
    }
}

fn text(file: io::Result<File>) -> String {
    let mut text = String::new();
    match file.and_then(|mut file| file.read_to_string(&mut text)) {
        Ok(_) => text,
        Err(error) => format!("{:?}", error.kind()),
    }
}

/// What each path leads to, in one call and name by name.
#[test]
fn no_link_leads_out() {
    let folders = Folders::new("links");
    let root = folders.root();
    for (link, target) in [
        ("proc/self", "7"),
        ("proc/net", "self/net"),
        ("proc/up", "../../secret"),
        ("proc/7/absolute", "/top"),
        ("proc/7/far_up", "../../../../../../../top"),
        ("proc/7/out", folders.0.to_str().expect("UTF-8")),
        ("proc/7/loop", "loop"),
        ("host", "/proc"),
        ("magic", "/proc/self/root"),
        ("top_link", "top"),
    ] {
        symlink(target, root.join(link)).expect("linked");
    }
    let tree = folders.tree();
    let folder = File::open(&root).expect("opened");
    for (path, expected) in [
        ("proc/net/tcp", "inside"),
        ("proc/self/net/tcp", "inside"),
        ("proc/7/net/../net/./tcp", "inside"),
        ("top", "at the top"),
        ("top_link", "at the top"),
        ("proc/7/absolute", "at the top"),
        ("proc/7/far_up", "at the top"),
        ("../../top", "at the top"),
        ("proc/up", "NotFound"),
        ("proc/7/out/secret", "NotFound"),
        ("proc/7/loop", "FilesystemLoop"),
        ("host/version", "NotFound"),
        ("magic/top", "NotFound"),
        ("proc/7/net", "InvalidInput"),
        ("top/x", "NotADirectory"),
        ("missing", "NotFound"),
    ] {
        assert_eq!(text(tree.open(path)), expected, "{path}");
        let walked = walk::open(&folder, Path::new(path), ALWAYS | OFlag::O_NONBLOCK);
        let walked = walked.map(File::from).map_err(io::Error::from);
        assert_eq!(text(walked.and_then(must_be_plain)), expected, "{path}");
    }
    let process = tree.folder("proc/7").expect("a folder");
    assert!(matches!(process, Folder::Below(..)));
    assert_eq!(text(process.open("net/tcp")), "inside");
    assert_eq!(text(process.open("out/secret")), "NotFound");
    assert_eq!(process.read_link("absolute").expect("a link"), "/top");
    assert!(process.open_folder("fd").is_ok() && process.open_folder("out").is_err());
    assert!(process.stat("fd").is_ok() && process.stat("out").is_err());
    assert!(tree.has_folder("proc/net") && !tree.has_folder("magic"));
    assert_eq!(tree.full_path("proc/net"), root.join("proc/net"));
}

#[test]
fn a_folder_that_is_moved_to_and_fro_lets_nothing_out() {
    let folders = Folders::new("moved");
    let root = folders.root();
    let (here, there) = (root.join("proc/7/fd"), folders.0.join("fd"));
    symlink("fd/../../../../secret", root.join("proc/7/cmdline")).expect("linked");
    fs::create_dir(folders.0.join("x")).expect("a folder");
    let is_over = AtomicBool::new(false);
    let tree = folders.tree();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let _ = fs::rename(&here, &there);
                let _ = fs::rename(&there, &here);
            }
        });
        let folder = File::open(&root).expect("opened");
        for _ in 0..2000 {
            assert_ne!(text(tree.open("proc/7/cmdline")), "secret");
            let walked = walk::open(&folder, Path::new("proc/7/cmdline"), ALWAYS);
            let walked = walked.map(File::from).map_err(io::Error::from);
            assert_ne!(text(walked), "secret");
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn the_kernels_links_past_all_names_are_refused() {
    let tree = Tree::new(Some(PathBuf::from("/")));
    let root = File::open("/").expect("opened");
    for (path, is_open) in [
        ("proc/self/status", true),
        ("proc/net/tcp", true),
        ("proc/self/root/etc/passwd", false),
        ("proc/self/exe", false),
        ("proc/self/cwd/Cargo.toml", false),
    ] {
        assert_eq!(tree.open(path).is_ok(), is_open, "{path}");
        let walked = walk::open(&root, Path::new(path), ALWAYS);
        assert_eq!(walked.is_ok(), is_open, "{path}");
    }
    let own = tree.folder("proc/self").expect("a folder");
    assert!(matches!(own, Folder::Opened(_)));
    assert!(own.open("comm").is_ok() && own.open("exe").is_err());
    assert!(own.read_link("exe").is_ok());
}

#[test]
fn a_missing_root_is_an_error_of_every_file() {
    let tree = Tree::new(Some(PathBuf::from("/no/such/folder")));
    assert_eq!(text(tree.open("proc/net/tcp")), "NotFound");
    assert!(tree.folder("proc").is_err() && tree.stat("").is_err());
}

//! Network namespaces with names.

use super::namespace::ip;
use super::owner::Owner;
use nix::sched::{CloneFlags, setns};
use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::process::Command;
use std::thread;

/// A namespace of `ip netns`, which goes with this.
pub struct Named(pub String);

impl Named {
    /// A new one, with loopback up.
    pub fn new(name: &str) -> Named {
        let name = format!("rn{}{name}", std::process::id());
        ip(&format!("netns add {name}"));
        ip(&format!("-n {name} link set lo up"));
        Named(name)
    }

    /// The file that stands for it.
    pub fn path(&self) -> String {
        format!("/run/netns/{}", self.0)
    }

    /// Its inode number.
    pub fn id(&self) -> u64 {
        fs::metadata(self.path()).expect("a file").ino()
    }

    /// Calls `call` in the namespace: what it opens or starts stays there.
    pub fn inside<R: Send>(&self, call: impl FnOnce() -> R + Send) -> R {
        let file = File::open(self.path()).expect("a file");
        let inside = || {
            setns(&file, CloneFlags::CLONE_NEWNET).expect("entered");
            call()
        };
        thread::scope(|scope| scope.spawn(inside).join().expect("called"))
    }

    /// Starts a process in it that holds a listener on this port.
    pub fn owner(&self, port: u16) -> Owner {
        self.inside(|| {
            let listener = TcpListener::bind(("127.0.0.1", port)).expect("listening");
            Owner::of(&listener)
        })
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        let _ = Command::new("ip").args(["netns", "del", &self.0]).output();
    }
}

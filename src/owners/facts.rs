//! Facts about owners that few listings show: read on demand, once for each process.

use super::cgroup::{self, Place};
use super::containers::{Containers, Names};
use super::started::{Boot, Start};
use super::{Owner, program, proxy};
use crate::host::Host;
use crate::sanitize;
use std::collections::HashMap;
use std::io::Read;

/// The most bytes of a security context that are read, as in libselinux.
const CONTEXT_LIMIT: u64 = 4095;

/// A fact about a process.
#[derive(Debug)]
pub struct Fact {
    /// The key under which it is kept: that of its column.
    pub key: &'static str,
    /// Reads it for a process. Returns text without what controls a terminal, or `None` if it can't be
    /// read, for example because the process has ended.
    pub read: fn(&mut Sources, &Owner) -> Option<Vec<u8>>,
}

/// The SELinux security context (`man 5 proc`, /proc/PID/attr/current).
pub const CONTEXT: Fact = Fact {
    key: "context",
    read: |sources, owner| {
        let mut context = Vec::new();
        let process = sources.host.process(owner.pid).ok()?;
        let file = process.open("attr/current").ok()?;
        file.take(CONTEXT_LIMIT).read_to_end(&mut context).ok()?;
        if context.is_empty() {
            return None;
        }
        // The kernel ends it with a zero byte, security modules other than SELinux with a newline.
        let ends = |byte: &u8| matches!(byte, 0 | b'\n');
        let length = context.iter().position(ends).unwrap_or(context.len());
        context.truncate(length);
        Some(sanitize::without_controls(context))
    },
};

/// What the kernel calls it (`man 5 proc`, /proc/PID/comm).
pub const COMM: Fact = Fact {
    key: "comm",
    read: |sources, owner| program::comm(&sources.host.process(owner.pid).ok()?),
};

/// The path of its executable when it was started, in its own root.
pub const EXECUTABLE: Fact = Fact {
    key: "exe",
    read: |sources, owner| {
        let process = sources.host.process(owner.pid).ok()?;
        Some(program::executable(&process)?.path)
    },
};

/// Whether its executable has been deleted since: `yes` or `no`.
pub const EXECUTABLE_DELETED: Fact = Fact {
    key: "exe_deleted",
    read: |sources, owner| {
        let process = sources.host.process(owner.pid).ok()?;
        Some(match program::executable(&process)?.is_deleted {
            true => YES.to_vec(),
            false => b"no".to_vec(),
        })
    },
};

/// The text of a fact that holds.
pub const YES: &[u8] = b"yes";

/// When it was started, as RFC 3339 has it.
pub const START_TIME: Fact = Fact {
    key: "start_time",
    read: |sources, owner| {
        let ticks = sources.start(owner)?.ticks;
        let boot = sources
            .boot
            .get_or_insert_with(|| Boot::read(&sources.host));
        Some(boot.as_ref()?.time(ticks)?.into_bytes())
    },
};

/// The PID of the process that started it, or took it over; 0 if that is none that can be seen.
pub const PARENT: Fact = Fact {
    key: "parent_pid",
    read: |sources, owner| Some(sources.start(owner)?.parent.to_string().into_bytes()),
};

/// The path of its control group.
pub const CGROUP: Fact = Fact {
    key: "cgroup",
    read: |sources, owner| {
        let path = &sources.place(owner)?.path;
        (!path.is_empty()).then(|| path.clone())
    },
};

/// Its unit of systemd.
pub const UNIT: Fact = Fact {
    key: "unit",
    read: |sources, owner| sources.place(owner)?.unit.clone(),
};

/// The slice of that.
pub const SLICE: Fact = Fact {
    key: "slice",
    read: |sources, owner| sources.place(owner)?.slice.clone(),
};

/// Its container: the name or, if that is not known, the start of the ID.
pub const CONTAINER: Fact = Fact {
    key: "container",
    read: |sources, owner| {
        let name = sources.names(owner).and_then(|it| it.name);
        name.or_else(|| {
            let container = sources.place(owner)?.container.as_ref()?;
            Some(container.short_id().to_vec())
        })
    },
};

/// The ID of its container.
pub const CONTAINER_ID: Fact = Fact {
    key: "container_id",
    read: |sources, owner| Some(sources.place(owner)?.container.as_ref()?.id.clone()),
};

/// What runs its container.
pub const CONTAINER_RUNTIME: Fact = Fact {
    key: "container_runtime",
    read: |sources, owner| {
        let of_group = sources.place(owner)?.container.as_ref()?.runtime;
        let runtime = of_group.or_else(|| sources.names(owner)?.runtime)?;
        Some(runtime.as_bytes().to_vec())
    },
};

/// Its pod of Kubernetes: the name or, if that is not known, the UID.
pub const POD: Fact = Fact {
    key: "pod",
    read: |sources, owner| {
        let name = sources.names(owner).and_then(|it| it.pod);
        name.or_else(|| sources.place(owner)?.pod.clone())
    },
};

/// The UID of its pod.
pub const POD_UID: Fact = Fact {
    key: "pod_uid",
    read: |sources, owner| sources.place(owner)?.pod.clone(),
};

/// The container that it forwards to, if it is docker's proxy: the name or, if that is not known, the
/// address and the port.
pub const PROXIED: Fact = Fact {
    key: "proxied_container",
    read: |sources, owner| {
        let end = proxy::target(&sources.host, owner)?;
        let name = sources.containers.at(sources.host.files(), end.ip());
        Some(name.map_or_else(|| end.to_string().into_bytes(), <[u8]>::to_vec))
    },
};

/// Where facts come from, with what has been read of them so far: several facts may stand in one
/// file.
#[derive(Debug)]
pub struct Sources {
    host: Host,
    places: HashMap<i32, Option<Place>>,
    containers: Containers,
    starts: HashMap<i32, Option<Start>>,
    boot: Option<Option<Boot>>,
}

impl Sources {
    /// Returns where a process belongs.
    fn place(&mut self, owner: &Owner) -> Option<&Place> {
        let read = || {
            let known = owner.belonging.as_ref().map(|it| it.place.clone());
            known.or_else(|| cgroup::read(&self.host.process(owner.pid).ok()?).ok())
        };
        let place = self.places.entry(owner.pid).or_insert_with(read);
        place.as_ref()
    }

    /// Returns what its container is called, if it is in one.
    fn names(&mut self, owner: &Owner) -> Option<Names> {
        let container = self.place(owner)?.container.clone()?;
        if let Some(belonging) = &owner.belonging {
            return Some(belonging.names.clone());
        }
        let names = self.containers.names(self.host.files(), &container);
        Some(names.clone())
    }

    /// Returns how a process was started.
    fn start(&mut self, owner: &Owner) -> Option<&Start> {
        let read = || Start::read(&self.host.process(owner.pid).ok()?);
        let start = self.starts.entry(owner.pid).or_insert_with(read);
        start.as_ref()
    }
}

/// The facts about processes that a listing has read so far.
#[derive(Debug)]
pub struct Facts {
    sources: Sources,
    known: HashMap<(&'static str, i32), Option<Vec<u8>>>,
}

impl Facts {
    /// Creates an empty collection for the processes of `host`.
    pub fn new(host: &Host) -> Facts {
        Facts {
            sources: Sources {
                host: host.clone(),
                places: HashMap::new(),
                containers: Containers::default(),
                starts: HashMap::new(),
                boot: None,
            },
            known: HashMap::new(),
        }
    }

    /// Returns a fact about a process, or `None` if it is not known.
    pub fn of(&mut self, owner: &Owner, fact: &Fact) -> Option<&[u8]> {
        let read = || (fact.read)(&mut self.sources, owner);
        let known = self.known.entry((fact.key, owner.pid)).or_insert_with(read);
        known.as_deref()
    }
}

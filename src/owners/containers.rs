//! The names of containers and pods, from the files that runtimes keep of them: no daemon is asked.
//!
//! Most of these files only root can read, and each may be missing: then a container has no name. So
//! it has if a file is not a plain one, too long, or no JSON.

use super::cgroup::Container;
use super::json::{self, ANY, Path, Picked};
use crate::host::Tree;
use crate::sanitize;
use rustix::fs::RawDir;
use std::collections::HashMap;
use std::io::Read;
use std::mem::MaybeUninit;
use std::net::IpAddr;

/// The most bytes of a file that are read. One container's settings have some thousand.
const LONGEST_FILE: u64 = 16 << 20;

/// Docker's folder, with a folder for each container.
const DOCKER: &str = "var/lib/docker/containers";

/// The containers of podman and cri-o.
const STORAGES: [&str; 3] = [
    "var/lib/containers/storage/overlay-containers",
    "run/containers/storage/overlay-containers",
    "var/run/containers/storage/overlay-containers",
];

/// containerd's containers, where it or k3s runs them, by its namespace.
const BUNDLES: [&str; 4] = [
    "run/containerd/io.containerd.runtime.v2.task/k8s.io",
    "run/containerd/io.containerd.runtime.v2.task/default",
    "run/containerd/io.containerd.runtime.v2.task/moby",
    "run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io",
];

/// What a container is called, without what controls a terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Its name.
    pub name: Option<Vec<u8>>,
    /// The name of its pod of Kubernetes, as `NAMESPACE/NAME`.
    pub pod: Option<Vec<u8>>,
    /// What runs it, if the files tell it.
    pub runtime: Option<&'static str>,
}

/// The names that have been looked up so far.
#[derive(Debug, Default)]
pub struct Containers {
    known: HashMap<Vec<u8>, Names>,
    /// The names in the storages' own lists, by ID, once somebody has asked.
    stored: Option<HashMap<String, String>>,
    /// The names of docker's containers by address, likewise.
    by_address: Option<HashMap<IpAddr, Vec<u8>>>,
}

impl Containers {
    /// Returns what a container is called.
    pub fn names(&mut self, files: &Tree, container: &Container) -> &Names {
        if !self.known.contains_key(&container.id) {
            // An ID of digits leads to no other folder than its own.
            let id = std::str::from_utf8(&container.id).ok();
            let names = match id.filter(|_| container.has_digits()) {
                Some(id) => self.look_up(files, container.runtime, id),
                None => Names::default(),
            };
            self.known.insert(container.id.clone(), names);
        }
        self.known.entry(container.id.clone()).or_default()
    }

    fn look_up(&mut self, files: &Tree, runtime: Option<&'static str>, id: &str) -> Names {
        let may_be = |wanted: &[&str]| runtime.is_none_or(|it| wanted.contains(&it));
        let docker = || docker(files, id).map(|it| it.names("docker"));
        let found = may_be(&["docker", "ecs"]).then(docker).flatten();
        if let Some(names) = found {
            return names;
        }
        if may_be(&["containerd", "docker"]) {
            let paths = BUNDLES.iter().map(|it| format!("{it}/{id}/config.json"));
            if let Some(names) = bundle(files, paths, "containerd") {
                return names;
            }
        }
        if may_be(&["podman", "cri-o"]) {
            let paths = STORAGES
                .iter()
                .map(|it| format!("{it}/{id}/userdata/config.json"));
            let names = bundle(files, paths, "cri-o").filter(|it| it.pod.is_some());
            let stored = self.stored.get_or_insert_with(|| stored(files)).get(id);
            let stored = stored.map(|name| Names {
                name: shown(name),
                pod: None,
                runtime: runtime.or(Some("podman")),
            });
            if let Some(names) = names.or(stored) {
                return names;
            }
        }
        Names::default()
    }

    /// Returns the name of docker's container that has an address.
    pub fn at(&mut self, files: &Tree, address: IpAddr) -> Option<&[u8]> {
        let by_address = self.by_address.get_or_insert_with(|| by_address(files));
        by_address.get(&address).map(Vec::as_slice)
    }
}

/// The settings of one of docker's containers.
struct Docker(Vec<Picked>);

impl Docker {
    /// What is read of them. The labels are those of the kubelet.
    const PATHS: &'static [Path] = &[
        &["Name"],
        &["Config", "Labels", "io.kubernetes.pod.namespace"],
        &["Config", "Labels", "io.kubernetes.pod.name"],
        &["NetworkSettings", "Networks", ANY, "IPAddress"],
        &["NetworkSettings", "Networks", ANY, "GlobalIPv6Address"],
        &["NetworkSettings", "IPAddress"],
    ];

    fn name(&self) -> Option<Vec<u8>> {
        let name = first(&self.0, &[0])?;
        shown(name.strip_prefix('/').unwrap_or(name))
    }

    fn names(&self, runtime: &'static str) -> Names {
        Names {
            name: self.name(),
            pod: pod(first(&self.0, &[1]), first(&self.0, &[2])),
            runtime: Some(runtime),
        }
    }

    fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        let addresses = self.0.iter().filter(|it| it.path >= 3);
        addresses.filter_map(|it| it.text.parse().ok())
    }
}

fn docker(files: &Tree, id: &str) -> Option<Docker> {
    let settings = read(files, &format!("{DOCKER}/{id}/config.v2.json"))?;
    json::pick(&settings, Docker::PATHS).map(Docker)
}

/// Returns the names of docker's containers by their addresses.
fn by_address(files: &Tree) -> HashMap<IpAddr, Vec<u8>> {
    let mut found = HashMap::new();
    let Ok(folder) = files.open_folder(DOCKER) else {
        return found;
    };
    let mut buffer = [MaybeUninit::uninit(); 8192];
    let mut entries = RawDir::new(folder, &mut buffer);
    while let Some(Ok(entry)) = entries.next() {
        let Ok(id) = entry.file_name().to_str() else {
            continue;
        };
        let container = Container {
            id: id.as_bytes().to_vec(),
            runtime: None,
        };
        if !container.has_digits() {
            continue;
        }
        if let Some(settings) = docker(files, id)
            && let Some(name) = settings.name()
        {
            found.extend(settings.addresses().map(|it| (it, name.clone())));
        }
    }
    found
}

/// The annotations of an OCI bundle that name its container, its pod's namespace and its pod:
/// containerd's, cri-o's and nerdctl's.
const ANNOTATIONS: &[Path] = &[
    &["annotations", "io.kubernetes.cri.container-name"],
    &["annotations", "io.kubernetes.container.name"],
    &["annotations", "nerdctl/name"],
    &["annotations", "io.kubernetes.cri.sandbox-namespace"],
    &["annotations", "io.kubernetes.pod.namespace"],
    &["annotations", "io.kubernetes.cri-o.Namespace"],
    &["annotations", "io.kubernetes.cri.sandbox-name"],
    &["annotations", "io.kubernetes.pod.name"],
    &["annotations", "io.kubernetes.cri-o.KubeName"],
];

/// Returns the names in the first of some bundles that is there.
fn bundle(
    files: &Tree,
    mut paths: impl Iterator<Item = String>,
    runtime: &'static str,
) -> Option<Names> {
    let found = paths.find_map(|path| json::pick(&read(files, &path)?, ANNOTATIONS))?;
    Some(Names {
        name: first(&found, &[0, 1, 2]).and_then(shown),
        pod: pod(first(&found, &[3, 4, 5]), first(&found, &[6, 7, 8])),
        runtime: Some(runtime),
    })
}

/// Returns the names that the storages list, by ID.
fn stored(files: &Tree) -> HashMap<String, String> {
    const PATHS: &[Path] = &[&[ANY, "id"], &[ANY, "names", ANY]];
    let mut names = HashMap::new();
    for storage in STORAGES {
        // The second is of containers that do not outlive a boot.
        for list in ["containers.json", "volatile-containers.json"] {
            let list = read(files, &format!("{storage}/{list}"));
            let Some(picked) = list.and_then(|it| json::pick(&it, PATHS)) else {
                continue;
            };
            for of_one in picked.chunk_by(|one, next| one.item == next.item) {
                if let (Some(id), Some(name)) = (first(of_one, &[0]), first(of_one, &[1])) {
                    names.insert(id.to_owned(), name.to_owned());
                }
            }
        }
    }
    names
}

/// Returns the text at the first of some paths that has one.
fn first<'a>(picked: &'a [Picked], paths: &[usize]) -> Option<&'a str> {
    let mut found = paths
        .iter()
        .filter_map(|path| picked.iter().find(|it| it.path == *path));
    found.next().map(|it| it.text.as_str())
}

fn pod(namespace: Option<&str>, name: Option<&str>) -> Option<Vec<u8>> {
    shown(&[namespace?, name?].join("/"))
}

/// Returns a name as it is shown; `None` if there is nothing to show.
fn shown(name: &str) -> Option<Vec<u8>> {
    let name = sanitize::without_controls(name.as_bytes().to_vec());
    (!name.is_empty()).then_some(name)
}

/// Reads a file, unless it is too long.
fn read(files: &Tree, path: &str) -> Option<Vec<u8>> {
    let file = files.open(path).ok()?;
    if file.metadata().ok()?.len() > LONGEST_FILE {
        return None;
    }
    let mut bytes = Vec::new();
    // It may grow meanwhile.
    file.take(LONGEST_FILE + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= LONGEST_FILE).then_some(bytes)
}

//! Where a process belongs, by its control groups (`man 7 cgroups`, /proc/PID/cgroup): its systemd
//! unit, its container and its pod. Their names are all that tells.

use super::descriptors::has_gone;
use crate::host::Folder;
use crate::sanitize;
use std::io::{self, ErrorKind, Read};

/// The most bytes of the list of groups that are read. A path has 4,096 at most, and a process has
/// some 14 hierarchies.
const LONGEST_LIST: u64 = 128 << 10;

/// The digits of the ID that most runtimes give a container.
const ID_DIGITS: usize = 64;

/// The digits of such an ID that are shown where there is no name, as docker shows them.
const SHORT_ID_DIGITS: usize = 12;

/// What runtimes put before the ID in the name of a group, and who they are.
const PREFIXES: [(&[u8], &str); 6] = [
    (b"docker", "docker"),
    (b"libpod", "podman"),
    (b"libpod-payload", "podman"),
    (b"cri-containerd", "containerd"),
    (b"nerdctl", "containerd"),
    (b"crio", "cri-o"),
];

/// Where a process belongs. All texts are without what controls a terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The path of its group; empty if it has none.
    pub path: Vec<u8>,
    /// The service or scope of systemd on the host, such as `nginx.service`.
    pub unit: Option<Vec<u8>>,
    /// The slice of systemd that the unit is in.
    pub slice: Option<Vec<u8>>,
    /// The UID of its pod of Kubernetes.
    pub pod: Option<Vec<u8>>,
    /// The innermost container.
    pub container: Option<Container>,
}

/// A container, as far as the names of groups tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Its ID, most often of 64 digits; of some runtimes its name.
    pub id: Vec<u8>,
    /// What runs it, if that is known.
    pub runtime: Option<&'static str>,
}

impl Container {
    /// Returns whether it has an ID of digits only, by which its files are called.
    pub fn has_digits(&self) -> bool {
        is_id(&self.id)
    }

    /// Returns what it is called where its name is not known.
    pub fn short_id(&self) -> &[u8] {
        match self.has_digits() {
            true => &self.id[..SHORT_ID_DIGITS],
            false => &self.id,
        }
    }
}

/// Reads where a process belongs. One without groups belongs nowhere.
///
/// # Errors
/// Its groups can't be read, and may be any.
pub fn read(process: &Folder<'_>) -> io::Result<Place> {
    let mut list = Vec::new();
    let file = match process.open("cgroup") {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Place::default()),
        file => file?,
    };
    match file.take(LONGEST_LIST).read_to_end(&mut list) {
        Err(error) if !has_gone(&error) => return Err(error),
        _ => {}
    }
    if list.len() as u64 == LONGEST_LIST {
        // Its last line may be cut.
        let end = list.iter().rposition(|byte| *byte == b'\n');
        list.truncate(end.unwrap_or(0));
    }
    Ok(parse(&list))
}

/// Parses the list of a process's groups: of its hierarchies, the one that names most counts.
pub fn parse(list: &[u8]) -> Place {
    let mut best = Place::default();
    let mut best_rank = None;
    for line in list.split(|byte| *byte == b'\n') {
        let mut fields = line.splitn(3, |byte| *byte == b':');
        let (Some(_), Some(controllers), Some(path)) =
            (fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let place = parse_path(path);
        // systemd's own hierarchy is the newest or, on old systems, `name=systemd`.
        let trust = match controllers {
            b"" => 2,
            b"name=systemd" => 1,
            _ => 0,
        };
        let rank = (
            place.container.is_some(),
            place.pod.is_some(),
            place.unit.is_some(),
            path != b"/",
            trust,
        );
        if Some(rank) > best_rank {
            (best, best_rank) = (place, Some(rank));
        }
    }
    best
}

fn parse_path(path: &[u8]) -> Place {
    // Written behind a group that has been removed.
    let path = path.strip_suffix(b" (deleted)").unwrap_or(path);
    let parts: Vec<&[u8]> = path.split(|byte| *byte == b'/').skip(1).collect();
    let found = (0..parts.len()).rev().find_map(|index| {
        let container = container_at(&parts, index)?;
        Some((index, container))
    });
    // What is below belongs to a systemd in the container. What is above may be of an outer container.
    let on_host = match &found {
        Some((index, _)) => &parts[..=*index],
        None => &parts[..],
    };
    let is_unit = |part: &&[u8]| part.ends_with(b".service") || part.ends_with(b".scope");
    let is_slice = |part: &&&[u8]| part.ends_with(b".slice");
    let unit = on_host.iter().rposition(is_unit);
    let above = &on_host[..unit.unwrap_or(on_host.len())];
    Place {
        path: sanitize::without_controls(path.to_vec()),
        unit: unit.map(|index| unit_name(on_host[index])),
        slice: above.iter().rfind(is_slice).map(|part| unit_name(part)),
        pod: parts.iter().rev().find_map(|part| pod(part, path)),
        container: found.map(|(_, container)| container),
    }
}

/// Returns the container whose group is the part at `index`, if it is one's.
fn container_at(parts: &[&[u8]], index: usize) -> Option<Container> {
    let part = *parts.get(index)?;
    let parent = |levels: usize| {
        let index = index.checked_sub(levels);
        index.and_then(|index| parts.get(index)).copied()
    };
    let is_below = |folder: &[u8]| parts[..index].contains(&folder);
    let child = parts.get(index + 1).copied();
    let of = |runtime: &'static str, id: Vec<u8>| {
        (!id.is_empty()).then(|| Container {
            id: sanitize::without_controls(id),
            runtime: Some(runtime),
        })
    };
    // Runtimes whose containers have names of their own.
    match parent(1) {
        Some(b"lxc" | b"lxc.payload") => return of("lxc", part.to_vec()),
        Some(b"garden") => return of("garden", part.to_vec()),
        Some(b"buildkit") if is_build_step(part) => return of("buildkit", part.to_vec()),
        Some(b"nomad") if is_allocation(part) => return of("nomad", part.to_vec()),
        _ => {}
    }
    if let Some(name) = part.strip_prefix(b"lxc.payload.") {
        return of("lxc", name.to_vec());
    }
    if is_below(b"ecs") && (is_id(part) || is_fargate_task(part)) {
        return of("ecs", part.to_vec());
    }
    // systemd-nspawn keeps a part of its own outside of the container.
    if child != Some(b"supervisor") {
        for (prefix, runtime) in [
            (&b"systemd-nspawn@"[..], "systemd-nspawn"),
            (b"systemd-vmspawn@", "systemd-vmspawn"),
        ] {
            let name = part.strip_prefix(prefix);
            if let Some(name) = name.and_then(|it| it.strip_suffix(b".service")) {
                return of(runtime, unescape(name));
            }
        }
        let machine = part
            .strip_prefix(b"machine-")
            .filter(|_| is_below(b"machine.slice"));
        if let Some(name) = machine.and_then(|it| it.strip_suffix(b".scope")) {
            let name = unescape(name);
            let is_libvirts = child == Some(b"libvirt")
                || [&b"qemu-"[..], b"lxc-"]
                    .iter()
                    .any(|it| name.starts_with(it));
            let runtime = match is_libvirts {
                true => "libvirt",
                false => "systemd-nspawn",
            };
            return of(runtime, name);
        }
    }
    for suffix in [&b".libvirt-qemu"[..], b".libvirt-lxc"] {
        if let Some(name) = part.strip_suffix(suffix) {
            return of("libvirt", name.to_vec());
        }
    }
    if let Some(name) = part.strip_suffix(b".scope")
        && is_below(b"nomad.slice")
        && is_allocation(name)
    {
        return of("nomad", name.to_vec());
    }
    // Runtimes whose containers have IDs.
    let is_scope = part.ends_with(b".scope");
    let name = part.strip_suffix(b".scope").unwrap_or(part);
    let (before, id) = name.split_at_checked(name.len().checked_sub(ID_DIGITS)?)?;
    if !is_id(id) {
        return None;
    }
    let runtime = match before {
        // A scope has a runtime's name in front.
        b"" if is_scope => return None,
        b"" => match parent(1) {
            Some(b"docker") => Some("docker"),
            _ => None,
        },
        _ => {
            let (before, separator) = (&before[..before.len() - 1], before[before.len() - 1]);
            let before = match separator {
                b'-' => before,
                // runc's notation for systemd, SLICE:PREFIX:ID, as the name of a group.
                b':' => before.rsplit(|byte| *byte == b':').next()?,
                _ => return None,
            };
            let known = PREFIXES.iter().find(|(prefix, _)| *prefix == before);
            // conmon watches a container from outside.
            let is_other = is_scope && !before.ends_with(b"conmon");
            if known.is_none() && !is_other {
                return None;
            }
            known.map(|(_, runtime)| *runtime)
        }
    };
    let id = id.to_vec();
    Some(Container { id, runtime })
}

fn is_id(text: &[u8]) -> bool {
    text.len() == ID_DIGITS && text.iter().all(is_digit)
}

/// Returns whether a byte is a hexadecimal digit as IDs have them.
fn is_digit(byte: &u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// Returns whether this is a task's ID and a number behind it.
fn is_fargate_task(text: &[u8]) -> bool {
    let (task, number) = text.split_at_checked(32).unwrap_or_default();
    let number = number.strip_prefix(b"-").unwrap_or_default();
    task.iter().all(is_digit) && !number.is_empty() && number.iter().all(u8::is_ascii_digit)
}

fn is_build_step(text: &[u8]) -> bool {
    let is_base36 = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
    text.len() == 25 && text.iter().all(is_base36)
}

/// Returns whether this is the UUID of a nomad allocation, a dot and a task.
fn is_allocation(text: &[u8]) -> bool {
    let (id, task) = text.split_at_checked(36).unwrap_or_default();
    is_uuid(id) && task.len() > 1 && task.starts_with(b".")
}

fn is_uuid(text: &[u8]) -> bool {
    let has_dash = |index| matches!(index, 8 | 13 | 18 | 23);
    text.len() == 36
        && text.iter().enumerate().all(|(index, byte)| match byte {
            b'-' => has_dash(index),
            byte => is_digit(byte) && !has_dash(index),
        })
}

/// Returns the UID of the pod of Kubernetes whose group this is: `podUID` or
/// `kubepods-burstable-podUID.slice`, where the UID has underlines for dashes.
fn pod(part: &[u8], path: &[u8]) -> Option<Vec<u8>> {
    const KUBEPODS: &[u8] = b"kubepods";
    let mut windows = path.windows(KUBEPODS.len());
    if !windows.any(|it| it == KUBEPODS) {
        return None;
    }
    // runc's notation has more behind a colon.
    let name = part.split(|byte| *byte == b':').next().unwrap_or(part);
    let name = name.strip_suffix(b".slice").unwrap_or(name);
    let uid = [36, 32].into_iter().find_map(|length| {
        let (before, uid) = name.split_at_checked(name.len().checked_sub(length)?)?;
        (before == b"pod" || before.ends_with(b"-pod")).then(|| uid.to_vec())
    });
    let mut uid = uid?;
    for byte in &mut uid {
        if *byte == b'_' {
            *byte = b'-';
        }
    }
    // A static pod's has no dashes.
    let is_uid = is_uuid(&uid) || uid.len() == 32 && uid.iter().all(is_digit);
    is_uid.then_some(uid)
}

/// Returns the name of a unit whose group is called `part`, as people write it.
fn unit_name(part: &[u8]) -> Vec<u8> {
    // systemd puts this before names that the kernel could take for files of its own.
    let name = part.strip_prefix(b"_").unwrap_or(part);
    sanitize::without_controls(unescape(name))
}

/// Replaces `\x2d` and its like by what they stand for (`man 1 systemd-escape`).
fn unescape(name: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.strip_prefix(b"x").and_then(|it| it.get(..2));
        let byte = digits
            .filter(|it| first == b'\\' && it.iter().all(u8::is_ascii_hexdigit))
            .and_then(|it| u8::from_str_radix(std::str::from_utf8(it).ok()?, 16).ok());
        out.push(byte.unwrap_or(first));
        rest = match byte {
            Some(_) => &after[3..],
            None => after,
        };
    }
    out
}

#[cfg(test)]
mod tests;

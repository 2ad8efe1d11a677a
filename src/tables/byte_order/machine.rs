//! What the files of a machine say of its order of bytes.

use super::Votes;
use crate::host::{ByteOrder, Host, PROC};
use ByteOrder::{Big, Little};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The most bytes of a file that are looked at: beyond it, cpuinfo repeats itself.
const MOST_BYTES: u64 = 16 * 1024;

/// Programs that a system has. The first of them that is there counts.
const PROGRAMS: [&str; 6] = [
    "bin/sh",
    "usr/bin/env",
    "sbin/init",
    "bin/busybox",
    "usr/bin/bash",
    "lib/systemd/systemd",
];

/// The names of machines with one order, in the names of their kernels.
const MACHINES: [(ByteOrder, &[&str]); 2] = [
    (
        Big,
        &[
            "s390",
            "s390x",
            "ppc",
            "ppc64",
            "powerpc",
            "powerpc64",
            "sparc",
            "sparc64",
            "parisc",
            "parisc64",
            "m68k",
        ],
    ),
    (
        Little,
        &[
            "i386",
            "i486",
            "i586",
            "i686",
            "686",
            "x86_64",
            "amd64",
            "aarch64",
            "arm64",
            "armhf",
            "armv7hl",
            "ppc64le",
            "ppc64el",
            "powerpc64le",
            "mipsel",
            "mips64el",
            "riscv64",
            "loongarch64",
            "ia64",
        ],
    ),
];

/// What the files say.
#[derive(Debug, Default)]
pub struct Machine {
    /// What speaks for either order.
    pub votes: Votes,
    /// Whether it is of a kind that has either order, MIPS or PowerPC.
    pub may_be_either: bool,
}

impl Machine {
    /// Reads what there is of /proc/version, /proc/cpuinfo, and a program.
    pub fn read(host: &Host) -> Machine {
        let mut machine = Machine::default();
        let mut add = |path: &Path, order: Option<ByteOrder>| {
            if let Some(order) = order {
                machine.votes.add(order, || host.files().full_path(path));
            }
        };
        let version = Path::new(PROC).join("version");
        add(
            &version,
            start(host, &version).and_then(|it| of_version(&it)),
        );
        let cpus = Path::new(PROC).join("cpuinfo");
        let text = start(host, &cpus).unwrap_or_default();
        add(&cpus, of_cpus(&text));
        let program = PROGRAMS.iter().find_map(|program| {
            let order = of_program(&start(host, program.as_ref())?)?;
            Some((PathBuf::from(program), order))
        });
        if let Some((path, order)) = program {
            add(&path, Some(order));
        }
        machine.may_be_either = has_either_order(&text);
        machine
    }
}

/// Returns the start of a file, or `None` if it can't be read.
fn start(host: &Host, path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = host.files().open(path).ok()?;
    file.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Takes the machine from the kernel's release, as in `Linux version 5.14.0-427.el9.s390x (…`. The
/// words behind it are of the machine that it was built on.
fn of_version(text: &[u8]) -> Option<ByteOrder> {
    let release = text
        .strip_prefix(b"Linux version ")?
        .split(u8::is_ascii_whitespace)
        .next()?;
    let mut parts = release.split(|byte| b".-+".contains(byte));
    parts.find_map(|part| {
        let mut all = MACHINES.iter();
        let is_there = |names: &[&str]| names.iter().any(|name| name.as_bytes() == part);
        all.find_map(|(order, names)| is_there(names).then_some(*order))
    })
}

/// Takes it from the lines `name : value` of /proc/cpuinfo.
fn of_cpus(text: &[u8]) -> Option<ByteOrder> {
    entries(text).find_map(|(name, value)| match name {
        "vendor_id" | "vendor" => match value {
            "IBM/S390" => Some(Big),
            "GenuineIntel" | "AuthenticAMD" | "HygonGenuine" | "CentaurHauls" => Some(Little),
            _ => None,
        },
        // sparc
        "type" if value.starts_with("sun4") => Some(Big),
        "cpu family" if value.starts_with("PA-RISC") => Some(Big),
        // m68k
        "CPU" if value.starts_with("680") => Some(Big),
        "isa" if value.starts_with("rv") => Some(Little),
        // 32-bit ARM, as in `ARMv7 Processor rev 4 (v7l)`.
        "model name" | "Processor" if value.contains("(v") => match value.as_bytes() {
            [.., b'l', b')'] => Some(Little),
            [.., b'b', b')'] => Some(Big),
            _ => None,
        },
        _ => None,
    })
}

/// Returns whether /proc/cpuinfo is that of MIPS or PowerPC.
fn has_either_order(text: &[u8]) -> bool {
    entries(text).any(|(name, value)| match name {
        "system type" => true,
        "cpu" => value.starts_with("POWER") || value.starts_with("PPC"),
        _ => false,
    })
}

fn entries(text: &[u8]) -> impl Iterator<Item = (&str, &str)> {
    text.split(|byte| *byte == b'\n').filter_map(|line| {
        let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
        Some((name.trim(), value.trim()))
    })
}

/// Takes it from the head of a program (`man 5 elf`, EI_DATA).
fn of_program(bytes: &[u8]) -> Option<ByteOrder> {
    match bytes {
        [0x7f, b'E', b'L', b'F', _, 1, ..] => Some(Little),
        [0x7f, b'E', b'L', b'F', _, 2, ..] => Some(Big),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_name_their_machine() {
        let cases = [
            (
                "Linux version 5.14.0-427.el9.s390x (a@x86_64) (gcc)",
                Some(Big),
            ),
            ("Linux version 6.1.0-18-s390x (debian)", Some(Big)),
            ("Linux version 4.18.0-80.el8.ppc64le (a@b)", Some(Little)),
            ("Linux version 3.10.0-1160.el7.ppc64 (a@b)", Some(Big)),
            ("Linux version 6.1.0-18-powerpc64le (a@b)", Some(Little)),
            ("Linux version 6.1.0-18-sparc64-smp (a@b)", Some(Big)),
            ("Linux version 6.1.0-18-amd64 (a@b)", Some(Little)),
            ("Linux version 5.15.0-101-generic (s390x@s390x)", None),
            ("Linux version 6.18.0", None),
            ("Linux s390x", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(of_version(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn cpus_name_their_makers() {
        let cases = [
            ("vendor_id       : IBM/S390\n", Some(Big), false),
            (
                "processor\t: 0\nvendor_id\t: GenuineIntel\n",
                Some(Little),
                false,
            ),
            (
                "cpu\t\t: UltraSparc T5\ntype\t\t: sun4v\n",
                Some(Big),
                false,
            ),
            ("cpu family\t: PA-RISC 2.0\n", Some(Big), false),
            ("CPU:\t\t68040\nMMU:\t\t68040\n", Some(Big), false),
            ("hart\t\t: 0\nisa\t\t: rv64imafdc\n", Some(Little), false),
            (
                "model name\t: ARMv7 Processor rev 4 (v7l)\n",
                Some(Little),
                false,
            ),
            ("Processor\t: ARM926EJ-S rev 5 (v5b)\n", Some(Big), false),
            ("BogoMIPS\t: 108.00\nCPU architecture: 8\n", None, false),
            ("system type\t\t: Atheros AR7161 rev 2\n", None, true),
            (
                "processor\t: 0\ncpu\t\t: POWER9, altivec supported\n",
                None,
                true,
            ),
            ("", None, false),
        ];
        for (text, expected, may_be_either) in cases {
            assert_eq!(of_cpus(text.as_bytes()), expected, "{text}");
            assert_eq!(has_either_order(text.as_bytes()), may_be_either, "{text}");
        }
    }

    #[test]
    fn programs_have_it_in_their_head() {
        assert_eq!(of_program(b"\x7fELF\x02\x01\x01"), Some(Little));
        assert_eq!(of_program(b"\x7fELF\x02\x02\x01"), Some(Big));
        assert_eq!(of_program(b"\x7fELF\x02\x03\x01"), None);
        assert_eq!(of_program(b"\x7fELF\x02"), None);
        assert_eq!(of_program(b"#!/bin/sh\n"), None);
    }
}

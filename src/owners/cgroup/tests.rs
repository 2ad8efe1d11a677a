use super::*;
use proptest::prelude::*;

/// Shapes of /proc/PID/cgroup from many systems, and what each says.
const SHAPES: &str = include_str!("../../../tests/data/cgroups.tsv");

/// Replaces the escapes of the table.
fn raw(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'\\' => match bytes.next().expect("an escape") {
                b'n' => b'\n',
                b't' => b'\t',
                b'\\' => b'\\',
                other => panic!("{}", char::from(other)),
            },
            byte => byte,
        });
    }
    out
}

#[test]
fn all_known_shapes_are_understood() {
    let mut seen = 0;
    for line in SHAPES.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let place = parse(&raw(cells[0]));
        let text = |it: Option<&[u8]>| it.map(|it| String::from_utf8_lossy(it).into_owned());
        let container = place.container.as_ref();
        let found = [
            container.and_then(|it| it.runtime).map(str::to_owned),
            text(container.map(|it| &it.id[..])),
            text(place.pod.as_deref()),
            text(place.unit.as_deref()),
            text(place.slice.as_deref()),
        ];
        let expected = [1, 2, 3, 4, 5].map(|it| Some(cells[it]).filter(|it| *it != "-"));
        assert_eq!(found.each_ref().map(Option::as_deref), expected, "{line}");
        seen += 1;
    }
    assert_eq!(seen, 71);
}

#[test]
fn more_shapes() {
    let id = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";
    // The text, and runtime, container and unit.
    let cases = [
        // A removed group, and an ID that is shown in short.
        (
            format!("0::/docker/{id} (deleted)\n"),
            "docker 6b86b273ff34 -",
        ),
        // On a hybrid system, docker names its containers only in the old hierarchies.
        (
            format!("3:cpu:/docker/{id}\n0::/system.slice/docker.service\n"),
            "docker 6b86b273ff34 -",
        ),
        (
            format!("0::/libpod_parent/libpod-{id}\n"),
            "podman 6b86b273ff34 -",
        ),
        (
            format!("0::/system.slice/other-{id}.scope\n"),
            "- 6b86b273ff34 other-ID.scope",
        ),
        (format!("0::/x/other-{id}\n"), "- - -"),
        (format!("0::/x/{id}.scope\n"), "- - ID.scope"),
        // In a container in a container, the inner systemd knows more of it.
        (
            format!("0::/lxc.payload.a/system.slice/docker-{id}.scope\n"),
            "docker 6b86b273ff34 docker-ID.scope",
        ),
        (
            format!("0::/lxc.payload.a/system.slice/containerd.service/docker/{id}\n"),
            "docker 6b86b273ff34 containerd.service",
        ),
        (
            "0::/machine.slice/systemd-nspawn@a\\x2db.service/supervisor\n".to_owned(),
            "- - systemd-nspawn@a-b.service",
        ),
        (
            "0::/machine/qemu-1-web.libvirt-qemu/emulator\n".to_owned(),
            "libvirt qemu-1-web -",
        ),
        (
            "0::/system.slice/_cpu.service\n".to_owned(),
            "- - cpu.service",
        ),
        (
            "0::/system.slice/a\\x1b\\xzz.service".to_owned(),
            "- - a?\\xzz.service",
        ),
        ("0::/lxc/".to_owned(), "- - -"),
        ("0::/lxc.payload.".to_owned(), "- - -"),
        (
            "0::/machine.slice/machine-.scope".to_owned(),
            "- - machine-.scope",
        ),
        ("0::".to_owned(), "- - -"),
        ("::".to_owned(), "- - -"),
        ("\n\n:\n".to_owned(), "- - -"),
    ];
    for (list, expected) in cases {
        let place = parse(list.as_bytes());
        let container = place.container.as_ref();
        let text = |it: Option<&[u8]>| {
            let it = it.map(|it| String::from_utf8_lossy(it).replace(id, "ID"));
            it.unwrap_or_else(|| "-".to_owned())
        };
        let found = [
            container
                .and_then(|it| it.runtime)
                .unwrap_or("-")
                .to_owned(),
            text(container.map(Container::short_id)),
            text(place.unit.as_deref()),
        ];
        assert_eq!(found.join(" "), expected, "{list}");
    }
}

proptest! {
    /// Whatever stands there, it ends, and nothing in it controls a terminal.
    #[test]
    fn any_list_is_parsed(list in proptest::collection::vec(any::<u8>(), 0..400)) {
        let place = parse(&list);
        let texts = [Some(&place.path), place.unit.as_ref(), place.slice.as_ref(), place.pod.as_ref()];
        for text in texts.into_iter().flatten() {
            prop_assert_eq!(&sanitize::without_controls(text.clone()), text);
        }
    }

    #[test]
    fn any_path_of_known_parts_is_parsed(parts in proptest::collection::vec(prop_oneof![
        Just("docker"), Just("lxc"), Just("lxc.payload.a"), Just("a.service"), Just("b.scope"),
        Just("c.slice"), Just("ecs"), Just("machine.slice"), Just("machine-x.scope"), Just(".."),
        Just("kubepods"), Just("pod"), Just("garden"), Just("buildkit"), Just("nomad"), Just(""),
        Just("6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"), Just("-"), Just(":"),
    ], 0..6)) {
        let place = parse(format!("0::/{}\n", parts.join("/")).as_bytes());
        let unit = place.unit.map(|it| String::from_utf8_lossy(&it).into_owned());
        prop_assert!(unit.is_none_or(|it| parts.contains(&&*it)));
    }
}

//! What docker's proxy forwards to: it listens on a port of the host for a container.

use super::{Owner, program};
use crate::host::Host;
use std::net::{IpAddr, SocketAddr};

/// The last part of its program's name; without root, it is called rootlesskit-docker-proxy.
const NAME: &[u8] = b"docker-proxy";

/// Returns whether a process is docker's proxy.
pub fn is_docker_proxy(owner: &Owner) -> bool {
    owner.program.ends_with(NAME)
}

/// Returns the address and the port of the container that a process forwards to, or `None` if it is
/// not docker's proxy.
pub fn target(host: &Host, owner: &Owner) -> Option<SocketAddr> {
    if !is_docker_proxy(owner) {
        return None;
    }
    let process = host.process(owner.pid).ok()?;
    let line = program::read(&process, "cmdline", program::COMMAND_LIMIT).ok()??;
    target_in(&line)
}

/// Returns the end that the arguments of a command line name. They are flags as Go has them: with one
/// dash or two, the value behind a `=` or as the next argument.
fn target_in(command_line: &[u8]) -> Option<SocketAddr> {
    let mut arguments = command_line.split(|byte| *byte == 0);
    let (mut address, mut port) = (None, None);
    while let Some(argument) = arguments.next() {
        let argument = std::str::from_utf8(argument).ok()?;
        let Some(flag) = argument.strip_prefix('-') else {
            continue;
        };
        let flag = flag.strip_prefix('-').unwrap_or(flag);
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (flag, None),
        };
        let place = match name {
            "container-ip" => &mut address,
            "container-port" => &mut port,
            _ => continue,
        };
        let next = || std::str::from_utf8(arguments.next()?).ok();
        *place = value.or_else(next);
    }
    let address: IpAddr = address?.parse().ok()?;
    Some(SocketAddr::new(address, port?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_name_the_container() {
        for (line, expected) in [
            (
                "docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 80 -container-ip 172.17.0.2 \
                 -container-port 8080 -use-listen-fd",
                Some("172.17.0.2:8080"),
            ),
            (
                "docker-proxy --container-ip=fd00::2 --container-port=80",
                Some("[fd00::2]:80"),
            ),
            ("docker-proxy -container-ip 172.17.0.2", None),
            ("docker-proxy -container-port 80", None),
            ("docker-proxy -container-ip x -container-port 80", None),
            (
                "docker-proxy -container-ip 1.2.3.4 -container-port 65536",
                None,
            ),
            ("docker-proxy -container-ip 1.2.3.4 -container-port", None),
            ("docker-proxy", None),
            ("", None),
        ] {
            let line = line.replace(' ', "\0") + "\0";
            let found = target_in(line.as_bytes()).map(|it| it.to_string());
            assert_eq!(found.as_deref(), expected, "{line}");
        }
    }
}

"""Made-up servers and clients, in the namespaces that draw.sh has made: `demo.py COMMAND...` starts them,
runs the command, and ends, and the namespaces with it.

The servers are on 192.0.2.10; their clients are in a network namespace of their own, at the other end of
a link. Owners are Pythons that are called as the real programs are.
"""

import ctypes
import os
import select
import shutil
import socket
import subprocess
import sys
import threading
import time

HOST = "192.0.2.10"
CLIENTS = [f"198.51.100.{number}" for number in range(7, 13)]

# What a role does: the addresses that it listens on (with the backlog), and those that it connects to.
ROLES = {
    "nginx: master process": [
        ("listen", ("0.0.0.0", 443), 511),
        ("listen", ("0.0.0.0", 80), 511),
    ],
    "postgres": [("listen", ("127.0.0.1", 5432), 244)],
    "redis-server": [("listen", ("127.0.0.1", 6379), 511)],
    "sshd": [("listen", ("0.0.0.0", 22), 128), ("listen", ("::", 22), 128)],
    "node_exporter": [("listen", ("::", 9100), 4096)],
    "chronyd": [("bind", ("127.0.0.1", 323))],
    "gunicorn": [
        ("listen", ("127.0.0.1", 8000), 2048),
        ("connect", ("127.0.0.1", 5432)),
        ("connect", ("127.0.0.1", 5432)),
        ("connect", ("127.0.0.1", 6379)),
    ],
}


def run(*command):
    subprocess.run(command, check=True)


def be_called(name):
    """Gives this process the name that the kernel shows."""
    libc = ctypes.CDLL(None)
    libc.prctl(15, name.encode()[:15], 0, 0, 0)


def family(address):
    return socket.AF_INET6 if ":" in address[0] else socket.AF_INET


def listen(address, backlog):
    server = socket.socket(family(address))
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if address[1] == 22 and ":" in address[0]:
        # It has a socket of IPv4 as well.
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    server.bind(address)
    server.listen(backlog)
    return server


def connect(address, source=None):
    for _ in range(100):
        try:
            return socket.create_connection(address, source_address=source)
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(address)


def play(role):
    """Holds the sockets of a role, and accepts all connections, until the namespace ends."""
    be_called(role.split(":")[0])
    servers, held, forgotten = [], [], []
    for action, address, *backlog in ROLES[role]:
        if action == "listen":
            servers.append(listen(address, *backlog))
        elif action == "bind":
            held.append(socket.socket(family(address), socket.SOCK_DGRAM))
            held[-1].bind(address)
        else:
            held.append(connect(address))
    while True:
        readable, _, _ = select.select(servers + held, [], [])
        for found in readable:
            if found in servers:
                held.append(found.accept()[0])
            elif not found.recv(65536):
                held.remove(found)
                # One program forgets to close: its connection stays in CLOSE_WAIT.
                forgotten.append(found) if role == "sshd" else found.close()


def be_clients(commands):
    """Connects from the other end of the link, and opens and closes connections as `commands` says."""
    held = [connect((HOST, 443), (source, 0)) for source in CLIENTS[:4]]
    held.append(connect((HOST, 22), (CLIENTS[5], 0)))
    held.append(connect((HOST, 9100), (CLIENTS[4], 0)))
    print("ready", flush=True)
    for line in commands:
        if line.strip() == "open":
            held.insert(0, connect((HOST, 443), (CLIENTS[4], 0)))
            held.insert(0, connect((HOST, 443), (CLIENTS[3], 0)))
        elif line.strip() == "close":
            held.pop(2).close()
            held.pop(-2).close()
        print("ready", flush=True)


def start(argument, **more):
    """Starts a process of this file, which is called by its argument alone."""
    # By its first argument, Python would not find its modules.
    environment = dict(os.environ, ROLE=argument, PYTHONHOME=sys.base_prefix)
    return subprocess.Popen(
        [argument],
        executable=os.path.realpath(sys.executable),
        stdin=open(__file__),
        env=environment,
        **more,
    )


def make_link(pid):
    """Links this network namespace with that of `pid`."""
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth1", "netns", str(pid))
    run("ip", "address", "add", f"{HOST}/24", "dev", "eth0")
    run("ip", "link", "set", "eth0", "up")
    other = ["nsenter", "-t", str(pid), "-n", "ip"]
    for source in CLIENTS:
        run(*other, "address", "add", f"{source}/32", "dev", "eth1")
    run(*other, "address", "add", "192.0.2.1/24", "dev", "eth1")
    run(*other, "link", "set", "eth1", "up")
    run("ip", "route", "add", "default", "via", "192.0.2.1")


def main(command):
    run("hostname", "web1")
    with subprocess.Popen(["unshare", "-n", "sleep", "infinity"]) as other:
        time.sleep(0.3)
        make_link(other.pid)
        for role in ROLES:
            start(role)
        clients = subprocess.Popen(
            ["nsenter", "-t", str(other.pid), "-n", sys.executable, __file__, "--clients"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        clients.stdout.readline()
        time.sleep(0.5)
        # The command can have connections opened and closed: a line each on this descriptor.
        to_clients = clients.stdin.fileno()
        os.environ["CLIENTS_FD"] = str(to_clients)
        os.environ["CLIENTS_PID"] = str(other.pid)
        found = subprocess.run(command, check=False, pass_fds=[to_clients])
        other.kill()
    # The first process of a PID namespace takes all others along.
    os._exit(found.returncode)


if "--clients" in sys.argv:
    be_clients(sys.stdin)
elif os.environ.get("ROLE"):
    play(os.environ["ROLE"])
else:
    main(sys.argv[1:])

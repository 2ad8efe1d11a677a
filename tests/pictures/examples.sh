#!/bin/sh
# Prints the listings of the README anew: tests/pictures/draw.sh PROGRAM tests/pictures/examples.sh
set -eu

export COLUMNS=100

show() { # FLAG...
    echo "    \$ sudo rnetstat $*"
    "$PROGRAM" "$@" 2>&1 | sed 's/^/    /'
    echo
}

# A server that accepts nothing, and too many clients.
overrun() {
    python3 -c '
import socket, time
server = socket.socket()
server.bind(("0.0.0.0", 8080))
server.listen(8)
clients = [socket.socket() for _ in range(30)]
for client in clients:
    client.setblocking(False)
    client.connect_ex(("127.0.0.1", 8080))
time.sleep(8)
'
}

# A client that sends 2 MB a second to the web server.
send() {
    nsenter -t "$CLIENTS_PID" -n python3 -c '
import socket, time
client = socket.create_connection(("192.0.2.10", 443), source_address=("198.51.100.9", 0))
for _ in range(50):
    client.sendall(bytes(200000))
    time.sleep(0.1)
'
}

show -ano --port 22,9100
show -tulpn --local-port 323,443,5432
show -n --local-port 443 --state listen --pids
show -n --local-port 5432 --peers
show -tn --count-by state,program --top 3
overrun &
sleep 1
show --check accept_queue,exposed,close_wait
send &
sleep 1
show --rates --count-by program --local-port 443,5432
show -n --local-port 6379 --kill --yes --wait 2; 

# SPDX-License-Identifier: GPL-2.0
"""Connections that are silent for long.

quiet.py COUNT FILE ADDRESS...: opens so many to port 80 of each address, asks once on each, says
"open", waits for FILE to appear, asks once more, and says "answered N of N". One that is answered by
another server than before, reset, or silent for 5 s is not counted.
"""
import os
import socket
import sys
import time

ASK = b"GET / HTTP/1.1\r\nHost: quiet\r\n\r\n"
PATIENCE = 5


def ask(connection):
    """The server's name, from the header that each answer has; None if there is no answer."""
    try:
        connection.sendall(ASK)
        answer = b""
        while b"\r\n\r\nsrv" not in answer or not answer.endswith(b"\n"):
            part = connection.recv(4096)
            if not part:
                return None
            answer += part
    except OSError:
        return None
    return answer.partition(b"\r\n\r\n")[2]


def main():
    count, file, addresses = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    connections = [socket.create_connection((address, 80), PATIENCE)
                   for address in addresses for _ in range(count)]
    before = [ask(connection) for connection in connections]
    print("open", flush=True)
    while not os.path.exists(file):
        time.sleep(0.1)
    after = [ask(connection) for connection in connections]
    kept = sum(was is not None and was == now for was, now in zip(before, after))
    print(f"answered {kept} of {len(connections)}", flush=True)


main()

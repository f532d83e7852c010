# SPDX-License-Identifier: GPL-2.0
"""Who answers new connections: one each MS milliseconds, as "TIME SERVER", or "TIME failed WHY".

who.py ADDRESS MS: until it is ended. TIME is that of the SYN, in ms since 1970.
"""
import socket
import sys
import time

address, pause = sys.argv[1], int(sys.argv[2]) / 1000
while True:
    now = time.time()
    try:
        with socket.create_connection((address, 80), 2) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
            answer = b""
            while part := connection.recv(4096):
                answer += part
        who = answer.decode().split()[-1] if answer.startswith(b"HTTP/1.1 200") else "failed status"
    except OSError as error:
        who = f"failed {error}"
    print(int(now * 1000), who, flush=True)
    time.sleep(max(0, now + pause - time.time()))

# SPDX-License-Identifier: GPL-2.0
"""TCP uploads whose content is checked.

upload.py take: answers on port 9000, both families, each upload with its SHA-256; says "ready".
upload.py send ADDRESS BYTES: uploads so many, and fails unless the answer is right.
"""
import hashlib
import random
import socket
import sys

PORT = 9000
PATIENCE = 30


def take():
    listener = socket.create_server(("", PORT), family=socket.AF_INET6, dualstack_ipv6=True)
    print("ready", flush=True)
    while True:
        connection, _ = listener.accept()
        with connection:
            digest = hashlib.sha256()
            while part := connection.recv(65536):
                digest.update(part)
            connection.sendall(digest.hexdigest().encode())


def send(address, size):
    data = random.Random(size).randbytes(size)
    with socket.create_connection((address, PORT), PATIENCE) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(4096):
            answer += part
    return answer.decode() != hashlib.sha256(data).hexdigest()


sys.exit(take() if sys.argv[1] == "take" else send(sys.argv[2], int(sys.argv[3])))

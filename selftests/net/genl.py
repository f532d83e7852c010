#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Sends requests of the family "leveler" with any attributes, also those that levctl would refuse
to send, and says what the kernel answers. Run by refuse.sh. Each line of its input is one request:

    COMMAND DEVICE|- [NEST [ATTRIBUTE=KIND:VALUE]...]...

in the names of uapi/linux/leveler.h without their prefix; KIND is u8, u32, str or hex. Each line of
its output is "done", or the error, the kernel's words, and the attribute that it found wrong.
Also read by other tests here that speak netlink."""
import errno
import os
import re
import socket
import struct
import sys

HEADER = os.path.join(os.path.dirname(__file__), "../../include/uapi/linux/leveler.h")
REQUEST, ACK, DUMP = 1, 4, 0x300
# Made once: room for an answer must not fail where fail_nth.py lets allocations fail.
ROOM = bytearray(1 << 17)


def enums():
    found = {}
    with open(HEADER, encoding="utf-8") as f:
        for body in re.findall(r"^enum \w+ \{\n(.*?)^\};", f.read(), re.M | re.S):
            for value, name in enumerate(re.findall(r"^\t(\w+)", body, re.M)):
                found[name] = value
    return found


def attr(kind, data):
    size = 4 + len(data)
    return struct.pack("=HH", size, kind) + data + bytes(-size % 4)


def encode(text):
    kind, value = text.split(":", 1)
    if kind == "str":
        return value.encode() + b"\0"
    if kind == "hex":
        return bytes.fromhex(value)
    return struct.pack("=B" if kind == "u8" else "=I", int(value))


def attrs(data):
    while len(data) >= 4:
        size, kind = struct.unpack_from("=HH", data)
        if size < 4:
            return
        yield kind & 0x3fff, data[4:size]
        data = data[(size + 3) & ~3:]


def open_socket(protocol=16):
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
    sock.setsockopt(270, 11, 1)  # extended acknowledgements
    return sock


def refused(number, part, kind, flags, message):
    echoed = 16 if flags & 0x100 else (len(message) + 3) & ~3
    if kind == 3:  # the end of a dump echoes nothing
        echoed = 0
    words = dict(attrs(part[20 + echoed:])) if flags & 0x200 else {}
    at = struct.unpack("=I", words[2])[0] if 2 in words else 0
    where = f" ({struct.unpack_from('=H', message, at + 2)[0] & 0x3fff})" if at else ""
    text = words.get(1, b"").rstrip(b"\0").decode()
    raise OSError(number, f"{text}{where}")


def ask(sock, kind, flags, body):
    """The messages that come before the acknowledgement; OSError if it is a refusal."""
    message = struct.pack("=IHHII", 16 + len(body), kind, REQUEST | flags, 1, 0) + body
    sock.send(message)
    kept = []
    while True:
        data = bytes(memoryview(ROOM)[:sock.recv_into(ROOM)])
        while data:
            size, kind, flags = struct.unpack_from("=IHH", data)
            part, data = data[:size], data[(size + 3) & ~3:]
            if kind not in (2, 3):
                kept.append(part)
                continue
            error = struct.unpack_from("=i", part, 16)[0]
            if error < 0:
                refused(-error, part, kind, flags, message)
            return kept


class Family:
    def __init__(self):
        self.sock = open_socket()
        answer = self.ask(16, 3, 1, attr(2, b"leveler\0"), ACK)[0]
        self.number = struct.unpack("=H", dict(attrs(answer[20:]))[1][:2])[0]

    def ask(self, family, command, version, payload, flags):
        return ask(self.sock, family, flags, struct.pack("=BBH", command, version, 0) + payload)


def request(names, words):
    """One line's command, payload and flags."""
    command, device = words[:2]
    payload = b"" if device == "-" else attr(names["LEV_A_IFNAME"], device.encode() + b"\0")
    nests = []
    for word in words[2:]:
        if "=" not in word:
            nests.append([word, b""])
            continue
        name, value = word.split("=", 1)
        kind = int(name) if name.isdigit() else names[f"LEV_{nests[-1][0]}_A_{name}"]
        nests[-1][1] += attr(kind, encode(value))
    for nest, inner in nests:
        payload += attr(names[f"LEV_A_{nest}"] | 0x8000, inner)
    dump = command.endswith("_GET") and not command.startswith("STA")
    return names[f"LEV_CMD_{command}"], payload, DUMP if dump else ACK


def send(family, names, words):
    """What one line's request came to, in one line."""
    command, payload, flags = request(names, words)
    try:
        family.ask(family.number, command, 1, payload, flags)
    except OSError as e:
        return f"{errno.errorcode.get(e.errno, e.errno)} {e.strerror}"
    return "done"


def main():
    names, family = enums(), Family()
    for line in sys.stdin:
        print(send(family, names, line.split()))


if __name__ == "__main__":
    main()

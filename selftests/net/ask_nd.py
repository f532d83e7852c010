#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Asks by Neighbour Discovery who has an address, as many machines: the twin of ask_arp.py.

Each solicitation has a MAC address of its own, 02:aa:00:HH:HH:HH, HHHHHH = N for number N, and
comes from the link-local address that this makes, unless SENDER is given; "::" makes it Duplicate
Address Detection. It goes to the solicited-node group, or to the MAC address TO alone.

usage: ask_nd.py DEVICE TARGET COUNT PAUSE_MS [SENDER [TO [FIRST]]]     numbers begin with FIRST
"""
import socket
import struct
import sys
import time


def checksum(data):
    """Of the Internet (RFC 1071)."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def solicitation(number, sender, target, to):
    """An Ethernet frame with a Neighbour Solicitation."""
    mac = b"\x02\xaa\x00" + number.to_bytes(3, "big")
    source = (socket.inet_pton(socket.AF_INET6, sender) if sender else
              b"\xfe\x80" + bytes(6) + b"\x00\xaa\x00\xff\xfe" + mac[3:])
    target = socket.inet_pton(socket.AF_INET6, target)
    group = b"\xff\x02" + bytes(9) + b"\x01\xff" + target[13:]
    option = b"" if source == bytes(16) else b"\x01\x01" + mac
    body = struct.pack("!BBHI", 135, 0, 0, 0) + target + option
    goal = target if to else group
    right = checksum(source + goal + struct.pack("!II", len(body), 58) + body)
    body = body[:2] + right.to_bytes(2, "big") + body[4:]
    frame_to = bytes.fromhex(to.replace(":", "")) if to else b"\x33\x33" + group[12:]
    return (frame_to + mac + b"\x86\xdd" + struct.pack("!IHBB", 6 << 28, len(body), 58, 255) +
            source + goal + body)


def main(device, target, count, pause, sender="", to="", first="0"):
    """COUNT solicitations, one each PAUSE_MS."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind((device, 0))
        for number in range(int(first), int(first) + int(count)):
            sock.send(solicitation(number, sender, target, to))
            time.sleep(int(pause) / 1000)


if __name__ == "__main__":
    main(*sys.argv[1:])

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Asks by ARP who has an address, as many machines: each request has a MAC address of its own.

So an answer says which request it is for: request N comes from 02:aa:00:HH:HH:HH, HHHHHH = N.
Run by selftests in a namespace; who answers is seen by a capture there.

usage: ask_arp.py DEVICE TARGET COUNT PAUSE_MS SENDER...
SENDERs take turns; 0.0.0.0 makes it an address probe (RFC 5227).
"""
import socket
import struct
import sys
import time


def request(number, sender, target):
    """An Ethernet frame with an ARP request, broadcast."""
    mac = b"\x02\xaa\x00" + number.to_bytes(3, "big")
    head = b"\xff" * 6 + mac + struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1)
    return head + mac + socket.inet_aton(sender) + bytes(6) + socket.inet_aton(target)


def main(device, target, count, pause, *senders):
    """COUNT requests, one each PAUSE_MS."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind((device, 0))
        for number in range(int(count)):
            sock.send(request(number, senders[number % len(senders)], target))
            time.sleep(int(pause) / 1000)


if __name__ == "__main__":
    main(*sys.argv[1:])

# SPDX-License-Identifier: GPL-2.0
"""Sends UDP datagrams in three fragments each, the last one first.

send_frags.py SOURCE DESTINATION PORT COUNT: one from each of the ports 41000 on. The port is the
datagram's identification, too, so that a capture shows to which flow a fragment belongs.
"""
import ipaddress
import socket
import struct
import sys

PIECE = 24
UDP, FRAGMENT = 17, 44


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def datagram(source, destination, sport, dport):
    payload = bytes(3 * PIECE - 8)
    head = struct.pack("!HHHH", sport, dport, 3 * PIECE, 0)
    pseudo = source.packed + destination.packed + struct.pack("!II", 3 * PIECE, UDP)
    return head[:6] + struct.pack("!H", checksum(pseudo + head + payload)) + payload


def fragment4(source, destination, ident, offset, more, data):
    # The kernel fills in length and checksum.
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 0, ident, offset // 8 | more << 13, 64, UDP, 0,
                       source.packed, destination.packed) + data


def fragment6(source, destination, ident, offset, more, data):
    return struct.pack("!IHBB16s16s", 6 << 28, 8 + len(data), FRAGMENT, 64, source.packed,
                       destination.packed) + \
        struct.pack("!BBHI", UDP, 0, offset | more, ident) + data


source, destination = (ipaddress.ip_address(word) for word in sys.argv[1:3])
dport, count = int(sys.argv[3]), int(sys.argv[4])
six = source.version == 6
sender = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_RAW,
                       socket.IPPROTO_RAW)
for sport in range(41000, 41000 + count):
    whole = datagram(source, destination, sport, dport)
    for offset in (2 * PIECE, PIECE, 0):
        piece = (fragment6 if six else fragment4)(
            source, destination, sport, offset, offset < 2 * PIECE, whole[offset:offset + PIECE])
        sender.sendto(piece, (str(destination), 0))

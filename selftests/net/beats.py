#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Heartbeats for forged.sh and other frames for rejoin.sh, as an attacker on the wire would have
them.

    beats.py capture DEVICE NODE COUNT [TYPE]
                                         print so many beats (or frames of another type) of a
                                         node, one in hex a line
    beats.py signed KEYFILE              are all beats of the input signed with this key?
    beats.py make KIND KEYFILE           frames that are to be refused, made from the input's
    beats.py send DEVICE                 send what "make" printed

A line of "make" is: counter that must rise on another node, the same on the node that the beat
claims to be from, frame. The bytes are drawn in uapi/linux/leveler_wire.h."""
import hashlib
import hmac
import random
import socket
import struct
import sys
import time

ETHERTYPE, HEAD, TAG = 0x88B5, 14, 32
VERSION, TYPE, NODE, SIDE, LENGTH, SEQUENCE = 4, 5, 8, 9, 10, 16
REASON, KEEPER, FLAGS, LESS, HEARS = 24, 25, 26, 104, 138


def port(device):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHERTYPE))
    s.bind((device, ETHERTYPE))
    return s


def capture(device, node, count, kind=1):
    s = port(device)
    s.settimeout(30)
    print("listening", file=sys.stderr, flush=True)
    while count:
        frame = s.recv(2048)
        if frame[HEAD + NODE] == node and frame[HEAD + TYPE] == kind:
            print(frame.hex(), flush=True)
            count -= 1


def frames():
    return [bytearray.fromhex(line) for line in sys.stdin]


def key_of(path):
    with open(path, "rb") as f:
        return f.read()


def end(frame):
    return HEAD + struct.unpack_from(">H", frame, HEAD + LENGTH)[0]


def tag(frame, key):
    return hmac.new(key, frame[HEAD:end(frame) - TAG], hashlib.sha256).digest()


def signed(frame, key):
    frame[end(frame) - TAG:end(frame)] = tag(frame, key)
    return frame


def later(frame):
    """Not seen before, if only it were believed."""
    frame = bytearray(frame)
    number = struct.unpack_from(">Q", frame, HEAD + SEQUENCE)[0]
    struct.pack_into(">Q", frame, HEAD + SEQUENCE, number + 1000)
    return frame


def changed(frame, key, at, value):
    frame = later(frame)
    frame[HEAD + at] = value
    return signed(frame, key)


def flips(frame):
    for at in range(end(frame) - HEAD):
        f = bytearray(frame)
        f[HEAD + at] ^= 1
        if at < 6 or at in (10, 11) or 100 <= at < 106:
            why = "malformed"
        else:
            why = "foreign" if at in (6, 7) else "forged"
        yield why, why, f


def fields(frame, key):
    """Rightly signed, so only a node that has the key could send them; still wrong."""
    for at, value in ((NODE, 0), (NODE, 65), (REASON, 255), (KEEPER, 65), (FLAGS, 0x87), (SIDE, 2),
                      (HEARS, 0), (HEARS, 65), (HEARS + 1, 4), (LESS, 1), (LESS + 1, 65),
                      (VERSION, 4), (VERSION, 6)):
        yield "malformed", "malformed", changed(frame, key, at, value)
    for at, value in ((NODE, 9), (SIDE, 1), (6, 1), (7, frame[HEAD + 7] + 1)):
        yield "foreign", "foreign", changed(frame, key, at, value)


def garbage(frame):
    rng = random.Random(7)
    for i in range(200):
        f = frame[:HEAD] + rng.randbytes(rng.randrange(1400))
        if i % 2 and len(f) > HEAD + 6:
            f[HEAD:HEAD + 6] = frame[HEAD:HEAD + 6]
        yield "malformed", "malformed", f


def make(kind, key):
    for frame in frames():
        if kind == "replay":
            yield "replayed", "foreign", frame
        elif kind == "later":
            yield "forged", "forged", signed(later(frame), key)
        elif kind == "padded":
            yield "replayed", "foreign", frame + bytes(40)
        elif kind == "flip":
            yield from flips(frame)
        elif kind == "cut":
            for size in range(HEAD, end(frame)):
                yield "malformed", "malformed", frame[:size]
        elif kind == "key":
            yield "forged", "forged", signed(later(frame), bytes(len(key)))
            yield "forged", "forged", signed(later(frame), key[:-1])
        elif kind == "unsigned":
            f = later(frame)
            f[HEAD + FLAGS] &= ~2
            f[end(f) - TAG:end(f)] = bytes(TAG)
            yield "forged", "forged", f
        elif kind == "fields":
            yield from fields(frame, key)
        elif kind == "garbage":
            yield from garbage(frame)


def send(device):
    s = port(device)
    for line in sys.stdin:
        s.send(bytes.fromhex(line.split()[2]))
        time.sleep(0.002)


def main(argv):
    if argv[1] == "capture":
        capture(argv[2], *map(int, argv[3:]))
    elif argv[1] == "signed":
        key = key_of(argv[2])
        return not all(f[end(f) - TAG:end(f)] == tag(f, key) for f in frames())
    elif argv[1] == "make":
        for line in make(argv[2], key_of(argv[3])):
            print(line[0], line[1], line[2].hex())
    elif argv[1] == "send":
        send(argv[2])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))

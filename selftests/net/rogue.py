#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A node that has the key, hears the others, and says anything: heartbeats, pins, what moved, lanes.
All are rightly signed but a few, and it echoes what it hears, so they get as far as a frame can.

    rogue.py DEVICE SIDE NODE KEYFILE[,KEYFILE] COUNT SEED

SIDE is 0 for front, 1 for back. With two keys it signs by one of them, or by both, in either order.
The bytes are drawn in uapi/linux/leveler_wire.h."""
import hashlib
import hmac
import random
import socket
import struct
import sys
import time

ETHERTYPE, GROUP, MAGIC, VERSION = 0x88b5, bytes.fromhex("034c45560001"), 0x4c45564c, 5
BEAT, PINS, MOVED, LANE = 1, 2, 3, 4
SYNCED, KEYED, READY, MEMORY, TWO = 1, 2, 4, 8, 128
HEAD = ">IBBHBBHIQ"                     # to the sequence
FIXED = ">BBBBQQQQQQQQQHHBB"            # of a beat, behind that
FIELDS = ("reason", "keeper", "flags", "priority", "clock", "version", "digest", "pending_version",
          "pending_digest", "switch_digest", "switch_at", "epoch", "servers_at", "servers",
          "hears", "vote_less", "agreed_less")
COUNTS = 4                              # of them, at the end: how much of what follows
FLAGS, SEAL, HEARS, TAG = 26, 106, 138, 32  # where they are, and the length of the last
TABLE, LESSON, GONE, STAYS = 65537, 640, 0x7fff, 0xffff
AT_ONCE = 16                            # frames; then a pause, so that others can answer


def tag(key, wire):
    return hmac.new(key, wire, hashlib.sha256).digest()


def mixed(seal, key, *where):
    """The hash key, sealed in a beat or opened: cluster, node, incarnation, sequence"""
    pad = tag(key, b"leveler seal \0" + struct.pack(">HBIQ", *where))
    return bytes(a ^ b for a, b in zip(seal, pad))


class Heard:
    """The last beat of another node, signed by this key in the first place"""
    def __init__(self, wire, key):
        head = struct.unpack_from(HEAD, wire)
        self.cluster, self.node, self.incarnation, self.sequence = head[3], head[4], head[7], head[8]
        self.fields = dict(zip(FIELDS, struct.unpack_from(FIXED, wire, 24)))
        size = (self.fields["servers"] + 7) // 8
        at = HEARS + 10 * self.fields["hears"]
        self.maps = wire[at:at + 2 * size]
        self.less = [wire[at + 2 * (size + i):at + 2 * (size + i) + 2]
                     for i in range(self.fields["vote_less"] + self.fields["agreed_less"])]
        self.hash_key = mixed(wire[SEAL:SEAL + 16], key, self.cluster, self.node, self.incarnation,
                              self.sequence)


class Rogue:
    def __init__(self, device, side, node, keys, seed):
        self.rng, self.side, self.node, self.keys = random.Random(seed), side, node, keys
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHERTYPE))
        self.sock.bind((device, ETHERTYPE))
        self.mac = self.sock.getsockname()[4]
        self.sequence, self.told, self.incarnation = 0, 0, self.rng.getrandbits(32)
        self.heard = {}

    def listen(self):
        while True:
            try:
                frame, where = self.sock.recvfrom(2048, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            wire = frame[14:]
            if where[2] == socket.PACKET_OUTGOING or len(wire) < HEARS or wire[5] != BEAT:
                continue
            end = struct.unpack_from(">H", wire, 10)[0] - TAG * (2 if wire[FLAGS] & TWO else 1)
            for key in self.keys:
                if tag(key, wire[:end]) == wire[end:end + TAG]:
                    self.heard[wire[8]] = Heard(wire, key)

    def chance(self, percent):
        return self.rng.randrange(100) < percent

    def odd(self, bits):
        rng = self.rng
        return rng.choice((0, 1, 2, 3, (1 << bits) - 1, 1 << (bits - 1), rng.getrandbits(bits),
                           rng.getrandbits(bits) >> rng.randrange(bits)))

    def near(self, value, bits):
        """It, or something about it, or anything"""
        how = self.rng.randrange(3)
        return (value + self.rng.randrange(-3, 4)) % (1 << bits) if how else self.odd(bits)

    def echoes(self):
        found = [struct.pack(">BBII", h.node, 3, h.incarnation, h.sequence & 0xffffffff)
                 for h in self.heard.values() if self.chance(95)]
        while self.chance(20) and len(found) < 76:
            found.append(struct.pack(">BBII", self.odd(8) if self.chance(5) else
                                     self.rng.randrange(1, 65), self.rng.randrange(4),
                                     self.odd(32), self.odd(32)))
        return found

    def seals(self, like, signers):
        hash_key = like.hash_key if self.chance(97) else self.rng.randbytes(16)
        return b"".join(mixed(hash_key, key, like.cluster, self.node, self.incarnation,
                              self.sequence) for key in signers).ljust(32, b"\0")

    def less(self, fields):
        """Lists of who gets less than its weight, of servers that are there or of any"""
        rng, lists = self.rng, b""
        for name in ("vote_less", "agreed_less"):
            servers = fields["servers"] if self.chance(90) else 1024
            few = sorted(rng.sample(range(servers), min(servers, rng.randrange(66))))
            lists += b"".join(struct.pack(">H", s << 5 | (rng.randrange(1, 20) if self.chance(99)
                                                         else self.odd(5))) for s in few)
            fields[name] = len(few)
        return lists

    def beat(self, like, signers):
        rng, fields = self.rng, dict(like.fields)
        hears, maps = self.echoes(), bytearray(like.maps)
        fields.update(reason=0, flags=SYNCED | KEYED | READY | fields["flags"] & MEMORY,
                      hears=len(hears))
        if self.chance(50):
            for name in rng.sample(FIELDS[:-COUNTS], rng.randrange(1, 4)):
                bits = 8 if name in FIELDS[:4] else 64
                fields[name] = self.near(fields[name], bits)
            if self.chance(90):
                fields["flags"] |= KEYED
        if self.chance(20):
            maps = bytearray(rng.randbytes(len(maps)))
        less = b"".join(like.less)
        if self.chance(20):
            less = self.less(fields)
        if self.chance(3):
            fields["servers"] = self.near(fields["servers"], 16) % 1100
            maps = bytearray(rng.randbytes(2 * ((fields["servers"] + 7) // 8)))
        if self.chance(2):
            fields["hears"] = self.near(fields["hears"], 16)
        self.told = self.sequence
        return struct.pack(FIXED, *(fields[n] for n in FIELDS)) + self.seals(like, signers) + \
            b"".join(hears) + maps + less

    def about(self, like, count):
        """What pins and what moved begin with"""
        digest = like.fields["digest"] if self.chance(90) else self.odd(64)
        told = self.told if self.chance(90) else self.odd(64)
        return struct.pack(">HBBQQ", count, KEYED if self.chance(98) else self.odd(8), 0, told,
                           digest)

    def pins(self, like, _):
        rng, count = self.rng, self.rng.randrange(82)
        body = b"".join(struct.pack(
            ">QHHB3x", rng.getrandbits(64), rng.randrange(4) if self.chance(99) else self.odd(16),
            rng.randrange(30) if self.chance(80) else self.odd(16), rng.randrange(4)
            if self.chance(99) else self.odd(8)) for _ in range(count))
        return self.about(like, count if self.chance(97) else self.odd(16)) + body

    def moved(self, like, _):
        rng = self.rng
        first = rng.randrange(TABLE // LESSON + 1) * LESSON if self.chance(85) else self.odd(32)
        count = max(0, min(LESSON, TABLE - first)) if self.chance(90) else rng.randrange(641)
        if self.chance(5):
            count = 0
        entries = [rng.choice((0, 1, 2, 3, GONE, STAYS, STAYS, rng.randrange(1024)))
                   for _ in range(count)]
        if entries and self.chance(10):
            entries[rng.randrange(count)] = rng.getrandbits(16)
        server = 0 if self.chance(80) else self.odd(16)
        return self.about(like, count) + struct.pack(">HHII", server, 0, first, self.near(60, 32)) \
            + struct.pack(f">{count}H", *entries)

    def lane(self, like, _):
        return self.rng.randbytes(self.rng.randrange(40)) + like.maps

    def signers(self):
        if self.chance(50):
            return self.rng.sample(self.keys, 1)
        return self.rng.sample(self.keys, len(self.keys))

    def frame(self):
        rng = self.rng
        like = rng.choice(list(self.heard.values()))
        kind, make = rng.choice(((BEAT, self.beat),) * 4 + ((PINS, self.pins), (MOVED, self.moved),
                                                            (MOVED, self.moved), (LANE, self.lane)))
        self.sequence += 1
        signers = self.signers()
        body = make(like, signers)
        if self.chance(2):
            kind = self.odd(8)
        length = 24 + len(body) + TAG * len(signers)
        wire = bytearray(struct.pack(
            HEAD, MAGIC, VERSION if self.chance(99) else self.odd(8), kind,
            like.cluster if self.chance(99) else self.odd(16),
            self.node if self.chance(98) else self.odd(8),
            self.side if self.chance(98) else self.odd(8),
            length if self.chance(98) else self.near(length, 16), self.incarnation,
            self.sequence if rng.randrange(2000) else self.odd(64)) + body)
        if len(signers) > 1 and len(wire) > FLAGS:
            wire[FLAGS] |= TWO
        for key in signers:
            wire += tag(key, wire) if self.chance(98) else rng.randbytes(TAG)
        if self.chance(4):
            wire = wire[:rng.randrange(len(wire))] if self.chance(50) else \
                wire + rng.randbytes(rng.randrange(100))
        return (GROUP + self.mac + struct.pack(">H", ETHERTYPE) + wire)[:1514]

    def run(self, count):
        end = time.monotonic() + 20
        while not self.heard:
            if time.monotonic() > end:
                return "hears nobody"
            time.sleep(0.02)
            self.listen()
        for i in range(count):
            if not i % AT_ONCE:
                time.sleep(0.004)
                self.listen()
            # A number too far ahead, or a new start, and it has to begin anew.
            if not self.rng.randrange(500):
                self.incarnation, self.sequence = self.rng.getrandbits(32), 0
            self.sock.send(self.frame())
        return None


def read(path):
    with open(path, "rb") as f:
        return f.read()


def main(argv):
    keys = [read(path) for path in argv[4].split(",")]
    return Rogue(argv[1], int(argv[2]), int(argv[3]), keys, int(argv[6])).run(int(argv[5]))


if __name__ == "__main__":
    sys.exit(main(sys.argv))

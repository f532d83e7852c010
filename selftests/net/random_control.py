#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Sends requests of the family "leveler" that nobody means, made from its spec: right and wrong
attributes, types, lengths and nests, all commands, dumps that are left half-way. Run by
random-control.sh in a namespace.

    random_control.py alone COUNT SEED           one by one: a refusal has a word for it, and has
                                                 changed nothing
    random_control.py together COUNT SEED SEED...  as many at once as there are seeds, while the
                                                 clusters go up, down, away and come back

The last line of the output says what came of it; lines before it are what is wrong."""
import errno
import os
import random
import socket
import struct
import sys
import time

import yaml

import genl
from control import Control

SPEC = os.path.join(os.path.dirname(__file__), "../../Documentation/netlink/specs/leveler.yaml")
NESTED, LINK_NEW, LINK_DEL, IFF_UP = 0x8000, 16, 17, 1
WRONG_MOST, CLUSTER_DEL = 5, 3
DEVICES = ("lev0", "lev1", "front", "back", "spare", "lo", "none", "", "all", "a/b",
           "of-fifteen-byte", "of-sixteen-bytes", "lev%d")
POOLS = ("default", "web", "", "a/b", "of-fifteen-byte", "of-sixteen-bytes")
ADDRESSES = ("10.0.0.200", "10.0.0.201", "10.0.1.101", "10.0.1.102", "10.0.1.200", "10.0.1.201",
             "224.0.0.1", "127.0.0.1", "0.0.0.0", "255.255.255.255", "fd00:a::200", "fd00:b::200",
             "fd00:b::101", "fe80::1", "ff02::1", "::", "::1", "::ffff:10.0.0.201")
NUMBERS = (0, 1, 2, 3, 5, 7, 8, 64, 65, 80, 100, 255, 256, 257, 1000, 1001, 1024, 10000, 65535,
           65536, 86400000, 0x7fffffff, 0x80000000, 0xffffffff)
# Of these more would take the guest's memory, and the test's time.
FLOWS = (0, 1023, 1024, 4096, 65536, 16777217, 0xffffffff)
GOOD = {
    "cluster": {"id": (7, 8, 9), "self": (1, 2, 3), "mac": (0, 1), "lanes": (1, 16, 256),
                "period": (0, 100, 10000), "heartbeat": (5, 100, 10000), "dead": (2, 3, 10),
                "failback": (0, 1000, 0xffffffff), "flows": (1024, 65536),
                "memory": (10000, 600000), "refresh": (0, 1000), "pace": (1, 3200),
                "front": DEVICES[2:5], "back": DEVICES[2:5]},
    "address": {"side": (0, 1)},
    "node": {"id": (1, 2, 3, 64), "weight": (0, 1, 1000), "priority": (0, 100, 255),
             "admin": (0, 1)},
    "service": {"proto": (0, 6, 17, 132), "port": (0, 80), "hash": (0, 1), "pool": POOLS[:2]},
    "server": {"weight": (0, 1, 1000), "admin": (0, 1), "pool": POOLS[:2]},
    "explain": {"proto": (1, 6, 17), "sport": (7,), "dport": (7, 80)},
    "main": {"ifname": DEVICES[:2]},
}
# A cluster for those that follow, if there is none.
BASE = ("CLUSTER_ADD lev0 CLUSTER ID=u32:7 SELF=u32:1 FRONT=str:front BACK=str:back",
        "NODE_ADD lev0 NODE ID=u32:2", "ADDRESS_ADD lev0 ADDRESS ADDR=hex:0a0000c8",
        "SERVICE_ADD lev0 SERVICE ADDR=hex:0a0001c8", "SERVER_ADD lev0 SERVER ADDR=hex:0a000165")
# Without these hardly anything is accepted.
NEEDED = {"id", "self", "front", "back", "addr", "src", "dst"}


def packed(address):
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


class Maker:
    """Requests from the spec, by random numbers of its own."""
    def __init__(self, seed):
        self.rng = random.Random(seed)
        with open(SPEC, encoding="utf-8") as f:
            spec = yaml.safe_load(f)
        self.sets = {}
        for s in spec["attribute-sets"]:
            value = 0
            for a in s["attributes"]:
                value = a["value"] = a.get("value", value + 1)
            self.sets[s["name"]] = s["attributes"]
        self.ops, value = [], 0
        for o in spec["operations"]["list"]:
            value = o.get("value", value + 1)
            for kind in ("do", "dump"):
                if kind in o:
                    self.ops.append((value, kind, o[kind]["request"]["attributes"]))

    def chance(self, percent):
        return self.rng.randrange(100) < percent

    def value(self, of, a):
        rng, kind, name = self.rng, a["type"], a["name"]
        good = GOOD.get(of, {}).get(name)
        if kind == "nest":
            return self.nest(a["nested-attributes"])
        if kind == "string":
            text = rng.choice(good if good and self.chance(80) else
                              POOLS if name == "pool" else DEVICES)
            return text.encode() + b"\0" * (not self.chance(2))
        if name == "key":
            return rng.randbytes(rng.choice((0, 1, 15, 16, 32, 64, 65)))
        if name in ("addr", "src", "dst"):
            return packed(rng.choice(ADDRESSES)) if self.chance(95) else \
                rng.randbytes(rng.randrange(20))
        number = rng.choice(good) if good and self.chance(80) else \
            rng.choice(FLOWS) if name == "flows" else \
            rng.choice(NUMBERS) if self.chance(80) else rng.getrandbits(32)
        size = {"u8": 1, "u32": 4, "u64": 8}.get(kind)
        return number.to_bytes(8, sys.byteorder)[:size] if size else rng.randbytes(6)

    def spoil(self, data, kind):
        """An attribute that is wrong in itself"""
        rng = self.rng
        size = 4 + len(data)
        how = rng.randrange(7)
        if how == 0:
            data = data[:rng.randrange(len(data) + 1)]
        elif how == 1:
            data += rng.randbytes(rng.randrange(1, 12))
        elif how == 2:
            data = rng.randbytes(rng.randrange(64))
        elif how == 3:
            kind = rng.choice((0, 12, 18, 99, 0x3fff, rng.getrandbits(14)))
        elif how == 4:
            kind ^= rng.choice((NESTED, 0x4000))
        if how == 5:  # a length that is a lie
            return struct.pack("=HH", rng.choice((0, 1, 3, 5, size + 1, size + 4, 0xffff)),
                               kind) + data
        if how == 6:  # no padding behind it
            return struct.pack("=HH", size, kind) + data
        return genl.attr(kind, data)

    def attribute(self, of, a, wrong):
        kind = a["value"] | (NESTED if a["type"] == "nest" else 0)
        data = self.value(of, a)
        return self.spoil(data, kind) if wrong and self.chance(25) else genl.attr(kind, data)

    def some(self, of, chosen):
        """Attributes of a set, perhaps in another order, twice, or with something behind them"""
        wrong = self.chance(15)
        parts = [self.attribute(of, a, wrong) for a in chosen]
        if wrong and parts and self.chance(20):
            parts.append(self.rng.choice(parts))
        if self.chance(20):
            self.rng.shuffle(parts)
        if wrong and self.chance(10):
            parts.append(self.rng.randbytes(self.rng.randrange(1, 9)))
        return b"".join(parts)

    def nest(self, of):
        return self.some(of, [a for a in self.sets[of] if self.chance(
            95 if a["name"] in NEEDED else 2 if "Read only." in a.get("doc", "") else 35)])

    def main(self, names):
        both = self.chance(5)
        by = "ifindex" if self.chance(5) else "ifname"
        wanted = [n for n in names if n not in ("ifindex", "ifname") or n == by or both]
        return self.some("main", [a for a in self.sets["main"]
                                  if a["name"] in wanted and not self.chance(2) or
                                  self.chance(1)])

    def request(self):
        """(command, flags, body, whether there is such a command)"""
        rng = self.rng
        command, kind, names = rng.choice(self.ops)
        if command == CLUSTER_DEL and self.chance(80):  # the next one finds more
            command, kind, names = rng.choice(self.ops)
        flags = genl.DUMP if kind == "dump" else genl.ACK
        known = True
        if self.chance(2):
            command, known = rng.choice((0, 22, 24, 99, 255)), False
        elif self.chance(2):
            flags, known = genl.DUMP ^ genl.ACK ^ flags, False
        body = struct.pack("=BBH", command, rng.choice((0, 1, 1, 1, 255)), 0)
        if self.chance(1):
            body = body[:rng.randrange(4)] if self.chance(10) else body + rng.randbytes(
                rng.randrange(300))
            known = known and len(body) >= 4
        else:
            body += self.main(names)
        return command, flags | (0xc00 & rng.getrandbits(16) if self.chance(2) else 0), body, known


class Run:
    def __init__(self, count, seed):
        self.count, self.maker, self.control = count, Maker(seed), Control()
        self.done = self.refused = self.wrong = 0

    def complain(self, i, body, words):
        self.wrong += 1
        print(f"request {i}, {body.hex()}: {words}", flush=True)
        return self.wrong < WRONG_MOST

    def send(self, flags, body):
        """(errno or 0, the kernel's words)"""
        try:
            genl.ask(self.control.socks[16], self.control.number, flags, body)
        except OSError as e:
            return e.errno or errno.ETIMEDOUT, e.strerror or str(e)
        return 0, ""

    def leave_half(self, flags, body):
        """A request whose answers are not read to the end, or not at all"""
        sock = genl.open_socket()
        try:
            for _ in range(self.maker.rng.randrange(1, 4)):
                sock.send(struct.pack("=IHHII", 16 + len(body), self.control.number,
                                      genl.REQUEST | flags, 1, 0) + body)
            sock.settimeout(0.2)
            if self.maker.chance(50):
                sock.recv(1 << 13)
        except OSError:
            pass
        sock.close()

    def base(self):
        for line in BASE:
            try:
                self.control.line(line)()
            except OSError:
                return

    def alone(self):
        before = self.control.config()
        for i in range(self.count):
            if not before:
                self.base()
                before = self.control.config()
            _, flags, body, known = self.maker.request()
            error, words = self.send(flags, body)
            if error == errno.ETIMEDOUT and not self.complain(i, body, "no answer"):
                break
            if error and known and not words and not self.complain(i, body, errno.errorcode.get(
                    error, error) + " without a word"):
                break
            after = self.control.config()
            if error and after != before and not self.complain(i, body, f"{words}: changed"):
                break
            before = after
            time.sleep(0.002)  # for what is done later
            self.done += not error
            self.refused += bool(error)

    def together(self):
        for i in range(self.count):
            _, flags, body, known = self.maker.request()
            if self.maker.chance(10):
                self.leave_half(flags, body)
                time.sleep(0.002)
                continue
            error, words = self.send(flags, body)
            if error and known and not words and not self.complain(i, body, errno.errorcode.get(
                    error, error) + " without a word"):
                break
            self.done += not error
            self.refused += bool(error)

    def links(self):
        """Devices go down, up, away and come, by the other way that there is."""
        kind = genl.attr(18, genl.attr(1, b"leveler\0"))
        for _ in range(self.count // 8):
            name = self.maker.rng.choice((b"lev0", b"lev1", b"front", b"back", b"spare"))
            how = self.maker.rng.randrange(5)
            try:
                if how == 4:
                    self.base()
                elif how == 0 and name.startswith(b"lev"):
                    self.control.link(LINK_NEW, name, kind, 0x600)()
                elif how == 1 and name.startswith(b"lev"):
                    self.control.link(LINK_DEL, name)()
                else:
                    up = IFF_UP if how == 2 else 0
                    self.control.link(LINK_NEW, name, values=(up, IFF_UP))()
            except OSError:
                self.refused += 1


def in_child(work):
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        code = work()
    finally:
        os._exit(code)


def child(count, seed, what):
    run = Run(count, seed)
    getattr(run, what)()
    if what == "together":
        print(f"seed {seed}: {run.done} done, {run.refused} refused", flush=True)
    return run.wrong > 0


def main(argv):
    count, seeds = int(argv[2]), [int(s) for s in argv[3:]]
    if argv[1] == "alone":
        run = Run(count, seeds[0])
        run.alone()
        print(f"{run.done} done, {run.refused} refused")
        return run.wrong > 0 or not run.done or not run.refused
    pids = [in_child(lambda s=s: child(count, s, "together")) for s in seeds]
    pids.append(in_child(lambda: child(count, seeds[0], "links")))
    return any([os.waitpid(pid, 0)[1] for pid in pids])


if __name__ == "__main__":
    sys.exit(main(sys.argv))

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Fails the first, the second, the third ... allocation of this task in each operation of the
control path, until one goes through with none failed. Run by no-memory.sh in a namespace.

    fail_nth.py alone                 on lev0, which serves alone: changes take effect at once
    fail_nth.py together              on lev0, which serves with others: they wait for those
    fail_nth.py module FILE PARAM...  load and unload

A refusal says ENOMEM, or ENOBUFS where there was no room for the answer, and has changed nothing;
else all is done. LEV_EACH=N in the environment tries each Nth allocation only, from one of the first
N on that LEV_SEED chooses; LEV_ONLY operations with such a name. Each line of the output is "ok
WORDS" or "not ok WORDS: why"."""
import ctypes
import errno
import os
import random
import sys
import time

import genl
from control import Control, is_up, links

LINK_NEW, LINK_DEL, CREATE, IFF_UP = 16, 17, 0x600, 1
FINIT_MODULE, DELETE_MODULE = 313, 176   # system calls of x86-64
MOST = 5000                             # allocations of one operation
PATIENCE = 10                           # seconds for what is tried again on its own
REFUSED = (errno.ENOMEM, errno.ENOBUFS)
MAKES_DEVICE = ("cluster add", "ip link add", "module load")
EACH = int(os.environ.get("LEV_EACH", "1"))
RANDOM = random.Random(int(os.environ.get("LEV_SEED", "1")))
libc = ctypes.CDLL(None, use_errno=True)


class Nth:
    """/proc/self/fail-nth, see the kernel's fault-injection.rst"""
    def __init__(self):
        self.fd = os.open("/proc/self/fail-nth", os.O_RDWR)

    def arm(self, n):
        os.write(self.fd, b"%d" % n)

    def left(self):
        return int(os.pread(self.fd, 16, 0))


def settles(state, wanted):
    """Soon: what is short of memory on a device is tried again."""
    end = time.monotonic() + PATIENCE
    while (now := state()) not in wanted and time.monotonic() < end:
        time.sleep(0.02)
    return now


class Trial:
    """One operation, and how it is undone; both raise OSError if they are refused."""
    def __init__(self, name, do, undo, state, ready=lambda: None):
        self.name, self.do, self.undo, self.state, self.ready = name, do, undo, state, ready
        self.makes_device = name.startswith(MAKES_DEVICE)
        self.draw = RANDOM.random()  # by each, that LEV_ONLY may choose
        self.failed = self.refused = 0

    def once(self, nth, n):
        """(error or 0, whether an allocation was failed)"""
        error = 0
        self.ready()
        nth.arm(n)
        try:
            self.do()
        except OSError as e:
            error = e.errno or errno.ETIMEDOUT
            # Of a device that has no name yet the kernel's device_add() says this, of any kind.
            if self.makes_device and error == errno.EINVAL and not e.strerror:
                error = errno.ENOMEM
        except MemoryError:  # our own: it may have been done
            error = errno.ENOBUFS
        hit = nth.left() == 0
        nth.arm(0)
        self.ready()
        return error, hit

    def check(self, error, hit, before, done):
        """What is wrong with it, or None; all is as before then"""
        if error and (not hit or error not in REFUSED):
            return f"says {errno.errorcode.get(error, error)}"
        lost = error == errno.ENOBUFS
        wanted = [before] if error and not lost else [before, done] if lost else [done]
        now = settles(self.state, wanted)
        if now not in wanted:
            return f"{'is refused' if error else 'goes'}, and leaves {differs(now, wanted[0])}"
        if now != before:
            self.undo()
            if settles(self.state, [before]) != before:
                return "is not undone"
        return None

    def run(self, nth):
        before = self.state()
        nth.arm(MOST)
        self.do()
        first = 1 + int(self.draw * max(1, min(EACH, MOST - nth.left())))
        nth.arm(0)
        done = self.state()
        self.ready()
        self.undo()
        if settles(self.state, [before]) != before:
            return "is not undone, without a failed allocation"
        for n in range(first, MOST, EACH):
            error, hit = self.once(nth, n)
            wrong = self.check(error, hit, before, done)
            if wrong:
                return f"with allocation {n} failed it {wrong}"
            if not hit:
                return None
            self.failed += 1
            self.refused += bool(error)
        return f"there is no end, after {MOST} allocations"

    def mend(self):
        """The next operation finds what it needs, as far as that can be done."""
        try:
            self.ready()
            self.undo()
        except OSError:
            pass

    def report(self, nth):
        try:
            wrong = self.run(nth)
        except OSError as e:
            wrong = f"after {self.failed} failed allocations: {e}"
        nth.arm(0)
        if wrong:
            self.mend()
        print(f"not ok {self.name}: {wrong}" if wrong else
              f"ok {self.name}: {self.failed} allocations failed, {self.refused} refusals",
              flush=True)


def differs(now, wanted):
    """What is there for what, in the parts of two states that are not the same"""
    if isinstance(now, list) and isinstance(wanted, list) and len(now) == len(wanted):
        return "; ".join(differs(a, b) for a, b in zip(now, wanted) if a != b)
    if isinstance(now, list) and isinstance(wanted, list):
        now, wanted = [a for a in now if a not in wanted], [b for b in wanted if b not in now]
    return f"{now} for {wanted}"[:600]


# Name, request, what undoes it. What is to be deleted is there, and what is to be added is not.
CHANGES = (
    ("cluster set", "CLUSTER_SET lev0 CLUSTER LANES=u32:32 PERIOD=u32:5000 MAC=u32:0",
     "CLUSTER_SET lev0 CLUSTER LANES=u32:16 PERIOD=u32:10000 MAC=u32:1"),
    ("address add", "ADDRESS_ADD lev0 ADDRESS ADDR=hex:0a0000c9",
     "ADDRESS_DEL lev0 ADDRESS ADDR=hex:0a0000c9"),
    ("address add, IPv6", "ADDRESS_ADD lev0 ADDRESS ADDR=hex:fd00000a000000000000000000000201",
     "ADDRESS_DEL lev0 ADDRESS ADDR=hex:fd00000a000000000000000000000201"),
    ("address del", "ADDRESS_DEL lev0 ADDRESS ADDR=hex:0a0000c8",
     "ADDRESS_ADD lev0 ADDRESS ADDR=hex:0a0000c8"),
    ("address del, IPv6", "ADDRESS_DEL lev0 ADDRESS ADDR=hex:fd00000a000000000000000000000200",
     "ADDRESS_ADD lev0 ADDRESS ADDR=hex:fd00000a000000000000000000000200"),
    ("node add", "NODE_ADD lev0 NODE ID=u32:9 WEIGHT=u32:3", "NODE_DEL lev0 NODE ID=u32:9"),
    ("node set", "NODE_SET lev0 NODE ID=u32:1 WEIGHT=u32:3 ADMIN=u32:1",
     "NODE_SET lev0 NODE ID=u32:1 WEIGHT=u32:1 ADMIN=u32:0"),
    ("node del", "NODE_DEL lev0 NODE ID=u32:3", "NODE_ADD lev0 NODE ID=u32:3"),
    ("service add", "SERVICE_ADD lev0 SERVICE ADDR=hex:0a0001ca PROTO=u32:6 PORT=u32:80 "
     "POOL=str:web", "SERVICE_DEL lev0 SERVICE ADDR=hex:0a0001ca PROTO=u32:6 PORT=u32:80"),
    ("service set", "SERVICE_SET lev0 SERVICE ADDR=hex:0a0001c8 HASH=u32:1",
     "SERVICE_SET lev0 SERVICE ADDR=hex:0a0001c8 HASH=u32:0"),
    ("service del", "SERVICE_DEL lev0 SERVICE ADDR=hex:0a0001c8",
     "SERVICE_ADD lev0 SERVICE ADDR=hex:0a0001c8"),
    ("server add", "SERVER_ADD lev0 SERVER ADDR=hex:0a000167 WEIGHT=u32:2",
     "SERVER_DEL lev0 SERVER ADDR=hex:0a000167"),
    ("server set", "SERVER_SET lev0 SERVER ADDR=hex:0a000165 WEIGHT=u32:3",
     "SERVER_SET lev0 SERVER ADDR=hex:0a000165 WEIGHT=u32:1"),
    ("server set, drain", "SERVER_SET lev0 SERVER ADDR=hex:0a000166 ADMIN=u32:1",
     "SERVER_SET lev0 SERVER ADDR=hex:0a000166 ADMIN=u32:0"),
    ("server del", "SERVER_DEL lev0 SERVER ADDR=hex:0a000166",
     "SERVER_ADD lev0 SERVER ADDR=hex:0a000166"),
)
# These start the cluster anew, or make another one. A device "spare" is there for them.
ADD = "CLUSTER_ADD lev9 CLUSTER ID=u32:9 SELF=u32:1 FRONT=str:spare BACK=str:spare"
IDENTITIES = (
    ("cluster set, another id, and lanes", "CLUSTER_SET lev0 CLUSTER ID=u32:8 LANES=u32:8",
     "CLUSTER_SET lev0 CLUSTER ID=u32:7 LANES=u32:16"),
    ("cluster set, a key", "CLUSTER_SET lev0 CLUSTER KEY=hex:" + "5a" * 32,
     "CLUSTER_SET lev0 CLUSTER KEY=hex:"),
    ("cluster set, another front", "CLUSTER_SET lev0 CLUSTER FRONT=str:spare",
     "CLUSTER_SET lev0 CLUSTER FRONT=str:front"),
    ("cluster add", ADD, "CLUSTER_DEL lev9"),
    ("cluster add, with a key", ADD + " KEY=hex:" + "5a" * 32, "CLUSTER_DEL lev9"),
)
LOOKS = ("STATUS_GET lev0", "STATS_GET lev0", "CLUSTER_GET -", "CLUSTER_GET lev0",
         "ADDRESS_GET lev0", "NODE_GET lev0", "SERVICE_GET lev0", "SERVER_GET lev0",
         "EXPLAIN lev0 EXPLAIN SRC=hex:0a000001 DST=hex:0a0001c8 PROTO=u32:6 SPORT=u32:4000 "
         "DPORT=u32:80")


def changes(control, rows):
    for name, do, undo in rows:
        yield Trial(name, control.line(do), control.line(undo), control.state, control.ready)


def looks(control):
    for line in LOOKS:
        yield Trial(" ".join(line.split()[:2]).lower(), control.line(line), lambda: None,
                    control.state, control.ready)


def is_there(control):
    return [links(), is_up("lev0"), control.addresses()]


def link_trials(control):
    """Each the other way round, too. The state of a cluster that is down is less than lev0's."""
    add = control.link(LINK_NEW, b"lev9", genl.attr(18, genl.attr(1, b"leveler\0")), CREATE)
    delete = control.link(LINK_DEL, b"lev9")
    down = control.link(LINK_NEW, b"lev0", values=(0, IFF_UP))
    up = control.link(LINK_NEW, b"lev0", values=(IFF_UP, IFF_UP))

    def state():
        control.ready()
        return is_there(control)

    yield Trial("ip link add", add, delete, state, control.ready)
    add()
    yield Trial("ip link del", delete, add, state, control.ready)
    control.ready()
    delete()
    yield Trial("ip link set down", down, up, state, control.ready)
    down()
    yield Trial("ip link set up", up, down, state, control.ready)
    control.ready()
    up()
    control.line(ADD)()
    yield Trial("cluster del", control.line("CLUSTER_DEL lev9"), control.line(ADD), state,
                control.ready)
    control.ready()
    control.line("CLUSTER_DEL lev9")()


def system_call(number, *args):
    if libc.syscall(number, *args) < 0:
        raise OSError(ctypes.get_errno(), "")  # no words come with it


def loaded():
    with open("/proc/modules", encoding="ascii") as f:
        return [any(line.startswith("leveler ") for line in f), links()]


def module_trials(path, params):
    fd = os.open(path, os.O_RDONLY)
    words = " ".join(params).encode()

    def load():
        system_call(FINIT_MODULE, fd, words, 0)

    def unload():
        system_call(DELETE_MODULE, b"leveler", os.O_NONBLOCK)

    yield Trial("module load, with parameters", load, unload, loaded)
    load()
    yield Trial("module unload", unload, load, loaded)
    unload()


def trials(argv):
    if argv[1] == "module":
        yield from module_trials(argv[2], argv[3:])
        return
    control = Control()
    if argv[1] == "alone":
        yield from looks(control)
    yield from changes(control, CHANGES)
    if argv[1] == "alone":
        yield from changes(control, IDENTITIES)
        yield from link_trials(control)


def main(argv):
    nth = Nth()
    libc.mlockall(3)  # what we touch is there, now and later
    only = os.environ.get("LEV_ONLY", "")
    for trial in trials(argv):
        if only in trial.name:
            trial.report(nth)


if __name__ == "__main__":
    main(sys.argv)

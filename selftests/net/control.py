# SPDX-License-Identifier: GPL-2.0
"""The control path of one namespace, as fail_nth.py and random_control.py use it: requests, and the
state that they can change."""
import fcntl
import socket
import struct

import genl

ADDR_GET, GET_FLAGS, IFF_UP = 22, 0x8913, 1
# What goes up and down by itself.
UNSTEADY = {"SERVICE": ("UP", "MOVED", "REMEMBERED"),
            "SERVER": ("REACHED", "UP", "AGREED_PERCENT", "MAC", "SHARE", "PACKETS", "FLOWS", "PAD"),
            "NODE": (), "ADDRESS": (), "CLUSTER": ()}


class Control:
    """Requests of one namespace. Each has sockets of its own, as an answer may be missing."""
    def __init__(self):
        self.names = genl.enums()
        self.number = genl.Family().number
        self.socks = {}
        self.ready()

    def ready(self):
        for protocol in (0, 16):
            if protocol in self.socks:
                self.socks[protocol].close()
            self.socks[protocol] = genl.open_socket(protocol)
            self.socks[protocol].settimeout(20)

    def line(self, text):
        """A request in the words of genl.py"""
        command, payload, flags = genl.request(self.names, text.split())
        body = struct.pack("=BBH", command, 1, 0) + payload
        return lambda: genl.ask(self.socks[16], self.number, flags, body)

    def link(self, kind, name, more=b"", flags=0, values=(0, 0)):
        body = struct.pack("=BBHiII", 0, 0, 0, 0, *values) + genl.attr(3, name + b"\0") + more
        return lambda: genl.ask(self.socks[0], kind, genl.ACK | flags, body)

    def listed(self, nest, device):
        """All of one kind that a cluster has, but for what is unsteady"""
        found = []
        unsteady = [self.names[f"LEV_{nest}_A_{n}"] for n in UNSTEADY[nest]]
        for part in self.line(f"{nest}_GET {device}")():
            top = dict(genl.attrs(part[20:]))
            found.append([a for a in genl.attrs(top[self.names[f"LEV_A_{nest}"]])
                          if a[0] not in unsteady])
        return found

    def clusters(self):
        """Names of the devices"""
        return [dict(genl.attrs(part[20:]))[self.names["LEV_A_IFNAME"]].rstrip(b"\0").decode()
                for part in self.line("CLUSTER_GET -")()]

    def cluster(self, name):
        """Its config. What other nodes are asked to do is known by their beats alone, and for how
        long this one is still watched changes by itself."""
        lists = {nest: self.listed(nest, name) for nest in UNSTEADY}
        own = [dict(c).get(self.names["LEV_CLUSTER_A_SELF"]) for c in lists["CLUSTER"]]
        lists["NODE"] = [[a for a in node if a[0] != self.names["LEV_NODE_A_WATCH"] and
                          (a[0] != self.names["LEV_NODE_A_ADMIN"] or
                           dict(node)[self.names["LEV_NODE_A_ID"]] in own)]
                         for node in lists["NODE"]]
        return [name] + list(lists.values())

    def config(self):
        """Of all clusters"""
        return [self.cluster(name) for name in self.clusters()]

    def addresses(self):
        """On any device of the namespace but link-local ones, which come and go"""
        parts = genl.ask(self.socks[0], ADDR_GET, genl.DUMP, bytes(8))
        return sorted((struct.unpack_from("=I", p, 20)[0], dict(genl.attrs(p[24:])).get(1))
                      for p in parts if p[19] == 0)

    def ports(self):
        """Which of lanes' and groups' MAC addresses front and back have"""
        status = dict(genl.attrs(self.line("STATUS_GET lev0")()[0][20:]))
        status = dict(genl.attrs(status[self.names["LEV_A_STATUS"]]))
        return [status.get(self.names[f"LEV_STATUS_A_{side}_MAC_WHY"])
                for side in ("FRONT", "BACK")]

    def state(self):
        self.ready()
        return [self.config(), self.addresses(), self.ports(), links(), groups(), is_up("lev0")]


def links():
    with open("/proc/net/dev", encoding="ascii") as f:
        return sorted(line.split(":")[0].strip() for line in list(f)[2:])


def groups():
    """The IPv6 groups of front and back, by the kernel's list"""
    with open("/proc/net/igmp6", encoding="ascii") as f:
        return sorted(tuple(line.split()[1:3]) for line in f if line.split()[1] in
                      ("front", "back"))


def is_up(name):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        answer = fcntl.ioctl(s, GET_FLAGS, struct.pack("16s16x", name.encode()))
    return struct.unpack_from("=H", answer, 16)[0] & IFF_UP

# SPDX-License-Identifier: GPL-2.0
"""The client of day.sh, one process for the whole day: probes of both families, new connections and
connections that stay open. Words on standard input say what goes on; each "judge" is answered by a
line that begins with "ok" or says what the client should not have felt, each "tell" by a line of
figures."""

import heapq
import os
import re
import select
import socket
import sys
import time

# All that is done at once is one step of a clock: what costs most is to wake, and to ask for the time.
STEP = 0.2
FLOWS = 64
PROBE_WAIT = 1.0
CONNECT_STEPS = 5
# SYNs at 0, 1 and 3 s: one that all levelers miss is none that the client sees
CONNECT_WAIT = 6.0
KEPT = 3
KEPT_STEPS = 10
PHASES = ("calm", "begin", "end")


class Loop:
    """Sockets and timers. The time is that of the last waking: work takes none."""

    def __init__(self):
        self.poll = select.epoll()
        self.heard = {}
        self.timers = []
        self.order = 0
        self.now = time.monotonic()

    def after(self, seconds, call):
        self.order += 1
        heapq.heappush(self.timers, (self.now + seconds, self.order, call))

    def watch(self, fd, events, call):
        self.heard[fd] = call
        self.poll.register(fd, events)

    def close(self, sock):
        del self.heard[sock.fileno()]
        sock.close()

    def run(self):
        while True:
            wait = max(self.timers[0][0] - self.now, 0) if self.timers else None
            happened = self.poll.poll(wait)
            self.now = time.monotonic()
            for fd, events in happened:
                if fd in self.heard:
                    self.heard[fd](events)
            while self.timers and self.timers[0][0] <= self.now:
                heapq.heappop(self.timers)[2]()


class Tally:
    """What the client felt in a minute, by phase, and in all."""

    def __init__(self, loop):
        self.loop = loop
        self.total = {"probes": 0, "lost": 0, "connections": 0, "failed": 0, "kept": 0, "broken": 0}
        self.kinds = {}
        self.since = {"calm": loop.now}
        self.phase = "calm"
        self.anew()

    def anew(self):
        self.lost = {phase: [] for phase in PHASES}
        self.sent = 0
        self.failed = []
        self.broken = []

    def enter(self, phase):
        self.phase = phase
        self.since[phase] = self.loop.now

    def ms(self, phase, when):
        return round((when - self.since[phase]) * 1000)


class Probes:
    """To one address: UDP, from many ports in turn, so that each server has its share."""

    def __init__(self, loop, tally, address):
        self.loop, self.tally, self.address = loop, tally, address
        self.socks = [self.open() for _ in range(FLOWS)]
        self.waiting = {}

    def open(self):
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        sock.connect((self.address, 7))
        self.loop.watch(sock.fileno(), select.EPOLLIN, lambda _: self.hear(sock))
        return sock

    def send(self):
        number = self.tally.sent
        self.tally.sent += 1
        self.waiting[number] = (self.loop.now, self.tally.phase)
        try:
            self.socks[number // 2 % FLOWS].send(b"levmeter" + bytes(8) + number.to_bytes(8, "big") +
                                                 bytes(8))
        except OSError:
            pass

    def hear(self, sock):
        try:
            data = sock.recv(200)
        except OSError:
            return
        if data.startswith(b"levmeter"):
            self.waiting.pop(int.from_bytes(data[16:24], "big"), None)

    def give_up(self, wait):
        """What was sent so long ago and is not answered is lost."""
        while self.waiting:
            number, (sent, phase) = next(iter(self.waiting.items()))
            if sent > self.loop.now - wait:
                break
            del self.waiting[number]
            self.tally.lost[phase].append((self.address, self.tally.ms(phase, sent)))


class Client:
    def __init__(self, loop, tally, addresses):
        self.loop, self.tally, self.addresses = loop, tally, addresses
        self.probes = [Probes(loop, tally, address) for address in addresses]
        self.quiet = True
        self.steps = 0
        self.fresh = set()
        self.kept = []

    def begin(self):
        """A minute: some connections are kept open until its end."""
        self.quiet = False
        self.steps = 0
        self.kept = [Kept(self, address) for address in self.addresses for _ in range(KEPT)]
        self.step()

    def step(self):
        for probes in self.probes:
            probes.give_up(PROBE_WAIT)
        if self.quiet:
            return
        self.loop.after(STEP, self.step)
        for probes in self.probes:
            probes.send()
        if self.steps % CONNECT_STEPS == 0:
            address = self.addresses[self.steps // CONNECT_STEPS % len(self.addresses)]
            self.fresh.add(Fresh(self, address))
            self.tally.total["connections"] += 1
        for i, kept in enumerate(self.kept):
            if (self.steps - i) % KEPT_STEPS == 0:
                kept.ask()
        self.steps += 1

    def busy(self):
        for probes in self.probes:
            probes.give_up(PROBE_WAIT)
        return self.fresh or any(probes.waiting for probes in self.probes)


class Connection:
    """To port 80 of an address, from the first word to the last."""

    def __init__(self, client, address):
        self.client, self.address = client, address
        self.over = False
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.sock = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        self.connected = False
        self.attempt(lambda: self.sock.connect((address, 80)))
        client.loop.watch(self.sock.fileno(), select.EPOLLIN | select.EPOLLOUT | select.EPOLLET,
                          self.go)

    def attempt(self, call):
        """None if it cannot be done now, or not at all: then the connection is over."""
        try:
            return call()
        except BlockingIOError:
            return None
        except OSError as error:
            self.end(error.strerror)
            return None

    def go(self, events):
        if not self.connected and events & select.EPOLLOUT:
            self.connected = True
            self.begin()
        if events & (select.EPOLLIN | select.EPOLLERR | select.EPOLLHUP):
            data = self.attempt(lambda: self.sock.recv(4096))
            if data is not None:
                self.hear(data)

    def end(self, why):
        if self.over:
            return
        self.over = True
        self.client.loop.close(self.sock)
        self.ended(why)


class Fresh(Connection):
    """A request, and its answer to the end."""

    def __init__(self, client, address):
        self.began, self.phase, self.got = client.loop.now, client.tally.phase, b""
        super().__init__(client, address)
        client.loop.after(CONNECT_WAIT, lambda: self.end("no answer"))

    def begin(self):
        self.attempt(lambda: self.sock.send(b"GET / HTTP/1.0\r\n\r\n"))

    def hear(self, data):
        self.got += data
        if re.fullmatch(rb"HTTP/1.1 200 .*\r\n\r\nsrv[0-9]+\n", self.got, re.DOTALL):
            self.end("")
        elif not data:
            self.end("cut short")

    def ended(self, why):
        self.client.fresh.discard(self)
        if why:
            self.client.tally.failed.append(
                f"{self.address}, {self.client.tally.ms(self.phase, self.began)} ms into "
                f"{self.phase}: {why}")


class Kept(Connection):
    """Asks again and again, from the minute's begin to its end."""

    def __init__(self, client, address):
        self.server, self.waits, self.gone = "unknown", True, ""
        super().__init__(client, address)
        client.tally.total["kept"] += 1

    def begin(self):
        self.waits = False
        self.ask()

    def ask(self):
        if not self.over and not self.waits:
            self.waits = True
            self.attempt(lambda: self.sock.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"))

    def hear(self, data):
        if b"\nsrv" not in data:
            self.end("closed" if not data else "half an answer")
            return
        server = data.rsplit(b"\n", 2)[1].decode()
        if self.server not in ("unknown", server):
            self.end(f"answered by {server}")
            return
        self.server, self.waits = server, False

    def ended(self, why):
        self.gone = why

    def judge(self):
        """At the end: at which server it was and why it is not whole; None if it is."""
        if not self.over:
            self.end("no answer" if self.waits else "")
        return (self.server, f"{self.address} kept open to {self.server}: {self.gone}") \
            if self.gone else None


class Judge:
    """Reads what day.sh says, and answers."""

    def __init__(self, loop, tally, client):
        self.loop, self.tally, self.client = loop, tally, client
        self.said = b""
        loop.watch(sys.stdin.fileno(), select.EPOLLIN, self.hear)

    def hear(self, events):
        said = os.read(sys.stdin.fileno(), 4096)
        if not said:
            sys.exit(0)
        self.said += said
        while b"\n" in self.said:
            line, self.said = self.said.split(b"\n", 1)
            words = line.decode().split()
            {"begin": self.client.begin, "phase": self.tally.enter, "judge": self.judge,
             "tell": self.tell, "kinds": self.tell_kinds, "unfelt": self.tell_unfelt}[words[0]](*words[1:])

    def judge(self, *words):
        """Once nothing is on its way any more."""
        self.client.quiet = True
        self.loop.after(STEP, lambda: self.judge(*words) if self.client.busy()
                        else self.sum_up(*words))

    def sum_up(self, kind, begin_ms, end_ms, fails, breaks):
        """Losses may be up to so many ms after the fault's begin and its end, and so many
        connections may fail; those that are kept may break if they are at that server."""
        tally = self.tally
        wrong = []
        for phase, limit in (("calm", -1), ("begin", int(begin_ms)), ("end", int(end_ms))):
            late = [loss for loss in tally.lost[phase] if loss[1] > limit]
            if late:
                wrong.append(f"{len(late)} probes lost {phase}, to {late[0][0]} at {late[0][1]} ms, "
                             f"to {late[-1][0]} at {late[-1][1]} ms, allowed: {max(limit, 0)}")
        if len(tally.failed) > int(fails):
            wrong.append(f"{len(tally.failed)} connections failed, allowed: {fails}: {tally.failed[0]}")
        broken = [b for b in (kept.judge() for kept in self.client.kept) if b]
        wrong += [b[1] for b in broken if breaks not in ("any", b[0])]
        self.add(kind, int(begin_ms), broken)
        lost = sum(len(lost) for lost in tally.lost.values())
        print("; ".join(wrong) if wrong else f"ok, {lost} of {tally.sent} probes lost, "
              f"{len(tally.failed)} connections failed, {len(broken)} broke", flush=True)
        self.client.kept = []
        tally.anew()
        tally.enter("calm")

    def add(self, kind, may, broken):
        tally, total = self.tally, self.tally.total
        total["probes"] += tally.sent
        total["lost"] += sum(len(lost) for lost in tally.lost.values())
        total["failed"] += len(tally.failed)
        total["broken"] += len(broken)
        one = tally.kinds.setdefault(kind, {"may": may, "times": 0, "lost": 0, "begin": 0, "end": 0,
                                            "failed": 0, "broken": 0})
        one["times"] += 1
        one["failed"] += len(tally.failed)
        one["broken"] += len(broken)
        for phase in PHASES:
            one["lost"] += len(tally.lost[phase])
        for phase in ("begin", "end"):
            one[phase] = max([one[phase]] + [loss[1] for loss in tally.lost[phase]])

    def tell(self):
        total = self.tally.total
        print(", ".join(f"{value} {name}" for name, value in total.items()), flush=True)

    def tell_unfelt(self):
        """Faults that nobody announces, and that cost nothing in ten times: were there any?"""
        print(" ".join(kind for kind, one in self.tally.kinds.items()
                       if one["may"] > 300 and one["times"] >= 10 and not one["lost"]), flush=True)

    def tell_kinds(self):
        for kind, one in sorted(self.tally.kinds.items()):
            print(f"{kind} {one['times']} times: {one['lost']} lost, the last one {one['begin']} ms "
                  f"after its begin, {one['end']} ms after its end, {one['failed']} failed, "
                  f"{one['broken']} broken")
        print("end", flush=True)


def main():
    loop = Loop()
    tally = Tally(loop)
    client = Client(loop, tally, sys.argv[1:])
    Judge(loop, tally, client)
    print("ready", flush=True)
    loop.run()


main()

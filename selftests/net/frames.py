#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Frames for malformed.sh: good ones to be spoiled, and ones that are wrong in one way.

    frames.py good SIDE          good frames, in hex, one a line
    frames.py pins BEAT          a frame with pins, from the node that sent this heartbeat (hex)
    frames.py send DEVICE        send the frames of each case that a line names; says how many. The
                                 line may name others for SERV_IP and SERV_IP6 behind it

The environment has FROM_MAC, TO_MAC, CLIENT_IP, SERV_IP, LEV_IP, CLIENT_IP6, SERV_IP6, ASKER_IP (who
asks for LevIP by ARP), ASKER_IP6, LEVELER_IP6 (whom it asks for by ND). SIDE is front or back."""
import ipaddress
import os
import socket
import struct
import sys

TCP, UDP, ICMP, ICMP6, FRAGMENT, DSTOPTS, HOPOPTS, ROUTING = 6, 17, 1, 58, 44, 60, 0, 43
IP4, IP6, ARP, WIRE = 0x0800, 0x86dd, 0x0806, 0x88b5
PORT = 42000
PADDING = bytes((1, 4, 0, 0, 0, 0))     # IPv6 options that say nothing


def mac(name):
    return bytes.fromhex(os.environ[name].replace(":", ""))


def address(name):
    """Of a name, or as it is written."""
    return ipaddress.ip_address(os.environ.get(name, name)).packed


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ether(ethertype, data):
    return mac("TO_MAC") + mac("FROM_MAC") + struct.pack("!H", ethertype) + data


def ip4(proto, data, ident=1, field=0, ttl=64, length=None, first=0x45, options=b"", wrong=0,
        source="CLIENT_IP", to="SERV_IP"):
    """Length, first byte and checksum are right unless told otherwise; wrong is added to it."""
    length = 20 + len(options) + len(data) if length is None else length
    head = struct.pack("!BBHHHBBH", first, 0, length, ident, field, ttl, proto, 0)
    head += address(source) + address(to) + options
    right = checksum(head[:(first & 15) * 4] + bytes(max(0, (first & 15) * 4 - len(head))))
    return ether(IP4, head[:10] + struct.pack("!H", (right + wrong) & 0xffff) + head[12:] + data)


def ip6(proto, data, length=None, first=0x60, hops=64, source="CLIENT_IP6", to="SERV_IP6"):
    length = len(data) if length is None else length
    if proto == ICMP6:
        data = data[:2] + sum6(proto, data[:2] + bytes(2) + data[4:], source, to) + data[4:]
    return ether(IP6, struct.pack("!BBHHBB", first, 0, 0, length, proto, hops) +
                 address(source) + address(to) + data)


def sum6(proto, data, source="CLIENT_IP6", to="SERV_IP6"):
    return struct.pack("!H", checksum(address(source) + address(to) +
                                      struct.pack("!II", len(data), proto) + data))


def udp(data=bytes(32), sport=PORT, dport=7):
    """Without a checksum, which IPv4 allows."""
    return struct.pack("!HHHH", sport, dport, 8 + len(data), 0) + data


def udp6(data=bytes(32), sport=PORT, dport=7):
    whole = udp(data, sport, dport)
    return whole[:6] + sum6(UDP, whole) + whole[8:]


def tcp(flags=2, sport=PORT, dport=80):
    return struct.pack("!HHIIBBHHH", sport, dport, 1, 0, 5 << 4, flags, 1024, 0, 0)


def icmp(kind, code, data):
    """Over IPv6 the checksum is made anew."""
    whole = struct.pack("!BBHI", kind, code, 0, 0) + data
    return whole[:2] + struct.pack("!H", checksum(whole)) + whole[4:]


def extension(follows, data=PADDING, length=0):
    return bytes((follows, length)) + data


def fragment6(follows, offset, more, ident):
    return struct.pack("!BBHI", follows, 0, offset | more, ident)


def piece4(offset, more, ident, data):
    return ip4(UDP, data, ident=ident, field=offset // 8 | more << 13)


def piece6(offset, more, ident, data):
    return ip6(FRAGMENT, fragment6(UDP, offset, more, ident) + data)


def arp(operation, source, target):
    return ether(ARP, struct.pack("!HHBBH", 1, IP4, 6, 4, operation) + mac("FROM_MAC") +
                 address(source) + bytes(6) + address(target))


def nd(kind, source, target):
    return ip6(ICMP6, icmp(kind, 0, address(target) + bytes((1, 1)) + mac("FROM_MAC")), hops=255,
               source=source, to=target)


def pins(beat, count=5):
    """Behind the heartbeat's Ethernet header, as uapi/linux/leveler_wire.h draws it."""
    beat = bytes.fromhex(beat)
    head, wire = beat[:14], beat[14:]
    length = 44 + 16 * count + 32
    body = wire[:5] + b"\2" + wire[6:10] + struct.pack("!H", length) + wire[12:24] + \
        struct.pack("!HBB", count, 0, 0) + wire[16:24] + wire[44:52]
    for i in range(count):
        body += struct.pack("!QHHB3x", i * 0x9e3779b97f4a7c15 % 2 ** 64, i % 2, i, i % 3)
    return head + body + bytes(32)


### Good ones

def good_front():
    quote4 = ip4(TCP, tcp()[:8], source="SERV_IP", to="CLIENT_IP")[14:]
    quote6 = ip6(TCP, tcp()[:8], source="SERV_IP6", to="CLIENT_IP6")[14:]
    yield from (ip4(UDP, udp()), ip4(TCP, tcp()), ip4(TCP, tcp(16)), ip4(ICMP, icmp(8, 0, bytes(32))))
    yield from (ip4(ICMP, icmp(3, 1, quote4)), ip4(ICMP, icmp(11, 0, quote4), ttl=2))
    yield from (ip4(UDP, udp(), to="LEV_IP"), ip4(ICMP, icmp(8, 0, bytes(32)), to="LEV_IP"))
    yield from (piece4(0, 1, 1, udp()), piece4(40, 1, 1, bytes(40)), piece4(80, 0, 1, bytes(9)))
    yield from (ip6(UDP, udp6()), ip6(TCP, tcp()), ip6(TCP, tcp(17)), ip6(ICMP6, icmp(128, 0, bytes(32))))
    yield from (ip6(ICMP6, icmp(1, 0, quote6)), ip6(ICMP6, icmp(3, 0, quote6)))
    yield from (piece6(0, 1, 1, udp()), piece6(40, 1, 1, bytes(40)), piece6(80, 0, 1, bytes(9)))
    yield ip6(DSTOPTS, extension(FRAGMENT) + fragment6(DSTOPTS, 0, 1, 1) + extension(TCP) + tcp())
    yield from (arp(1, "ASKER_IP", "LEV_IP"), arp(2, "LEV_IP", "ASKER_IP"))
    yield nd(135, "ASKER_IP6", "LEVELER_IP6")


def good_back():
    yield from (arp(1, "ASKER_IP", "LEV_IP"), arp(2, "ASKER_IP", "ASKER_IP"), arp(1, "ASKER_IP", "ASKER_IP"))
    yield from (nd(135, "ASKER_IP6", "LEVELER_IP6"), nd(136, "ASKER_IP6", "LEVELER_IP6"))
    yield from (ip4(UDP, udp(), source="SERV_IP", to="CLIENT_IP"), ip6(UDP, udp(), source="SERV_IP6", to="CLIENT_IP6"))


### Wrong in one way

def flows(make, count=10):
    return [make(PORT + i) for i in range(count)]


def cut(frame, below):
    return [frame[:14 + size] for size in range(below)]


def train(piece, begin, count, ident):
    """Fragments of 40 bytes one after the other, each with more to follow."""
    return [piece((begin + i) * 40, 1, ident, bytes(40)) for i in range(count)]


def overlap(piece, ident, second, last):
    """Three pieces of 80 bytes of UDP; the one in the middle lies partly over its neighbour."""
    whole = udp(bytes(72))
    return [piece(0, 1, ident, whole[:40]), piece(second, 1, ident, whole[second:second + 32]),
            piece(last, 0, ident, whole[last:])]


def sources4(text):
    return [ip4(UDP, udp(), source=source) for source in text.split()]


def sources6(text):
    return [ip6(UDP, udp6(), source=source) for source in text.split()]


def options4(*texts):
    """A packet for each, in hex; filled up with ends of the list."""
    options = [bytes.fromhex(text) for text in texts]
    return [ip4(UDP, udp(), first=0x45 + (len(o) + 3) // 4, options=o + bytes(-len(o) % 4))
            for o in options]


def hop_by_hop(*texts):
    """The same of IPv6; each is 6 bytes or 8, 16... more, and says where it ends."""
    options = [bytes.fromhex(text) for text in texts]
    return [ip6(HOPOPTS, extension(UDP, o, len(o) // 8) + udp6()) for o in options]


def routing6(kind, left):
    return ip6(ROUTING, extension(UDP, bytes((kind, left)) + bytes(4) + address("CLIENT_IP6"), 2) +
               udp6())


CASES = {
    # IPv4
    "good4": lambda: flows(lambda p: ip4(UDP, udp(sport=p))),
    "short4": lambda: cut(ip4(UDP, udp()), 20),
    "version4": lambda: [ip4(UDP, udp(), first=v << 4 | 5) for v in range(16) if v != 4],
    "ihl-short4": lambda: [ip4(UDP, udp(), first=0x40 | n) for n in range(5)],
    "ihl-long4": lambda: [ip4(UDP, udp(bytes(0)), first=0x40 | n) for n in range(8, 16)],
    "length-short4": lambda: [ip4(UDP, udp(), length=n) for n in range(20)],
    "length-header4": lambda: [ip4(UDP, udp(), first=0x4f, options=b"\1" * 40, length=n)
                               for n in range(20, 60)],
    "length-long4": lambda: [ip4(UDP, udp(), length=n) for n in (61, 62, 80, 1500, 65535)],
    "checksum4": lambda: [ip4(UDP, udp(), wrong=n) for n in (1, 2, 256, 0x8000, 0xfffe)],
    "checksum-options4": lambda: [ip4(UDP, udp(), first=0x46, options=b"\1\1\1\0", wrong=1)],
    "no-ports4": lambda: [ip4(UDP, udp()[:n]) for n in range(4)],
    "options4": lambda: [ip4(UDP, udp(), first=0x45 + n, options=b"\1" * 4 * n)
                         for n in range(1, 11)],
    "padded4": lambda: [f + bytes(100) for f in flows(lambda p: ip4(UDP, udp(sport=p)))],
    "overlap4": lambda: sum((overlap(piece4, i, 32, 64) for i in range(10, 20)), []),
    "endless4": lambda: train(piece4, 1, 100, 100),
    "endless-known4": lambda: [piece4(0, 1, 101, udp())] + train(piece4, 1, 200, 101),
    "trains4": lambda: sum((train(piece4, 1, 64, 1000 + i) for i in range(100)), []),
    "beyond4": lambda: [piece4(0, 1, 102, udp()), piece4(65528, 1, 102, bytes(1000))],
    "source-refused4": lambda: sources4("0.0.0.0 127.0.0.1 127.255.255.254 224.0.0.1 "
                                        "239.255.255.255 255.255.255.255"),
    "source-passed4": lambda: sources4("0.1.2.3 1.2.3.4 126.255.255.254 128.0.0.1 169.254.1.1 SERV_IP "
                                       "223.255.255.254 240.0.0.1 255.255.255.254"),
    # Cut; source routes; a full or wrong record of the route, of times; a short router alert
    "options-refused4": lambda: options4(
        "01010194", "9400", "94010000", "94050000", "83070400000000", "89070400000000",
        "070a080000000000000000", "0707030000000000", "0702", "070304070304", "440809f000000001",
        "4408040000000000", "44070500000000", "440305", "4404050044040500", "4408050100000000",
        "94030000"),
    "options-passed4": lambda: options4(
        "00ff0183", "94040000", "94040001", "de04ffff", "88040001", "070b040000000000000000",
        "070b0c0a0000010a000002", "070304", "4408050000000000", "4408090000000001",
        "440c05010000000000000000", "440c05030a00000100000000", "440809f300000000"),
    "labels4": lambda: options4("860600000001"),
    # IPv6
    "good6": lambda: flows(lambda p: ip6(UDP, udp6(sport=p))),
    "short6": lambda: cut(ip6(UDP, udp6()), 40),
    "version6": lambda: [ip6(UDP, udp6(), first=v << 4) for v in range(16) if v != 6],
    "length-long6": lambda: [ip6(UDP, udp6(), length=n) for n in (41, 42, 60, 1460, 65535)],
    "chain-long6": lambda: [ip6(DSTOPTS, extension(UDP, length=n) + udp6()) for n in (6, 31, 255)],
    "chain-cut6": lambda: [ip6(DSTOPTS, extension(UDP)[:n]) for n in range(8)],
    "no-ports6": lambda: [ip6(UDP, udp6()[:n]) for n in range(4)],
    "nested6": lambda: [ip6(DSTOPTS, extension(DSTOPTS) * 31 + extension(UDP) + udp6(sport=p))
                        for p in range(PORT, PORT + 10)],
    "nested-mixed6": lambda: [ip6(DSTOPTS, (extension(FRAGMENT) + fragment6(DSTOPTS, 0, 0, 1)) * 16 +
                                  extension(UDP) + udp6())],
    "nested-fragments6": lambda: [ip6(FRAGMENT, fragment6(FRAGMENT, 0, 1, 7) +
                                      fragment6(UDP, 0, 1, 8) + udp6())],
    "padded6": lambda: [f + bytes(100) for f in flows(lambda p: ip6(UDP, udp6(sport=p)))],
    "overlap6": lambda: sum((overlap(piece6, i, 32, 64) for i in range(10, 20)), []),
    "endless6": lambda: train(piece6, 1, 100, 100),
    "endless-known6": lambda: [piece6(0, 1, 101, udp())] + train(piece6, 1, 200, 101),
    "trains6": lambda: sum((train(piece6, 1, 64, 1000 + i) for i in range(100)), []),
    "beyond6": lambda: [piece6(0, 1, 102, udp()), piece6(65528, 1, 102, bytes(1000))],
    "source-refused6": lambda: sources6(":: ::1 fe80::1 febf::1 ff02::1 ff0e::1"),
    "source-passed6": lambda: sources6("::2 ::ffff:192.0.2.2 64:ff9b::1 2001:db8::1 fe7f::1 fec0::1 "
                                       "SERV_IP6"),
    "mapped6": lambda: [ip6(UDP, udp6(), to="::ffff:" + os.environ["SERV_IP"])],
    # Padding of eight bytes, or not of zeroes; cut; a short router alert; not to be skipped; nine;
    # jumbo; IOAM out of its place; the header itself cut
    "hop-refused6": lambda: hop_by_hop(
        "00000000000000001e0400000000", "010200001e000106000000000000", "010400000001",
        "010300000005", "1e0500000000", "050100010100", "7e0400000000", "be0400000000",
        "fe0400000000", "c90400000000", "1e00" * 9 + "01020000", "c20400000010", "c20400011170",
        "310400000000") + [ip6(HOPOPTS, extension(UDP, length=n) + udp6()) for n in (6, 31, 255)],
    "hop-passed6": lambda: hop_by_hop(
        "010400000000", "000000000000001e050000000000", "050200000100", "3e0400000000",
        "01001e020000", "1e00" * 8 + "010400000000", "010031020000",
        "1e80" + "00" * 128 + "010400000000" + "1e80" + "00" * 128 + "01020000") +
        [ip6(DSTOPTS, extension(UDP, bytes.fromhex("7e0400000000")) + udp6())],
    "routing6": lambda: [routing6(kind, left) for kind in (0, 2, 3, 4) for left in (0, 1)],
    "labels6": lambda: hop_by_hop("0100070800000001000000000000"),
}


def send(device):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    s.bind((device, 0))
    usual = os.environ["SERV_IP"], os.environ["SERV_IP6"]
    for line in sys.stdin:
        case, *to = line.split()
        os.environ["SERV_IP"], os.environ["SERV_IP6"] = to or usual
        frames = CASES[case]()
        for frame in frames:
            s.send(frame)
        print(len(frames), flush=True)


def main(argv):
    if argv[1] == "good":
        for frame in {"front": good_front, "back": good_back}[argv[2]]():
            print(frame.hex())
    elif argv[1] == "pins":
        print(pins(argv[2]).hex())
    elif argv[1] == "send":
        send(argv[2])


if __name__ == "__main__":
    main(sys.argv)

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What selftests/bench/run measured, as JSON, a table and a plot. Called by scripts/bench.

usage: report.py DIR JSON SVG      DIR has the raw lines: the files insn and ns, or one of them
"""

import json
import os
import statistics
import sys

import plot

KINDS = ("insn", "ns")
WORDS = {"insn": "instructions a packet", "ns": "ns a packet"}
PATHS = ("drop", "tc", "nft", "forward", "ipvs", "leveler", "return-plain", "return")
TABLES = (8, 64, 1024)


class Raw:
    """of one guest: pairs {(path, family, pool, flows): [(drop, taken)]}, tables {servers: [ms]}"""

    def __init__(self, path):
        self.pairs, self.tables = {}, {}
        with open(path, encoding="utf-8") as file:
            for line in file:
                word = line.split()
                if word[0] == "pair":
                    name, family, pool, flows, drop, taken = word[1:]
                    key = name, int(family), pool, int(flows)
                    self.pairs.setdefault(key, []).append((int(drop) / 1000, int(taken) / 1000))
                elif word[0] == "table":
                    self.tables.setdefault(int(word[1]), []).append(int(word[2]) / 1000)

    def above(self, key):
        """the drop; None if it was not measured"""
        if key not in self.pairs:
            return None
        return round(statistics.median(taken - drop for drop, taken in self.pairs[key]))

    def spread(self, key):
        """half of the pairs lie so far from the median, or nearer"""
        middle = self.above(key)
        return round(statistics.median(abs(taken - drop - middle)
                                       for drop, taken in self.pairs[key]))


def read_all(directory):
    paths = {kind: os.path.join(directory, kind) for kind in KINDS}
    return {kind: Raw(path) for kind, path in paths.items() if os.path.exists(path)}


def results(raw):
    keys = {key for one in raw.values() for key in one.pairs}
    order = sorted(keys, key=lambda k: (k[1], PATHS.index(k[0]), k[2] != "stable", k[3]))
    return [
        {"path": key[0], "flows": key[3], "family": key[1], "pool": key[2],
         **{kind: raw[kind].above(key) if kind in raw else None for kind in KINDS}}
        for key in order
    ]


def tables(raw):
    """only real time says something of them"""
    times = raw["ns"].tables if "ns" in raw else {}
    return [{"servers": n, "ms": round(statistics.median(times[n]), 2) if n in times else None}
            for n in TABLES]


def rows(found, kind):
    """[((path, family, pool), {flows: value})], in order"""
    table = {}
    for r in found:
        if r[kind] is not None:
            table.setdefault((r["path"], r["family"], r["pool"]), {})[r["flows"]] = r[kind]
    return list(table.items())


def show_table(found, raw):
    for kind in raw:
        lines = rows(found, kind)
        flows = sorted({n for _, values in lines for n in values})
        drops = [drop for pairs in raw[kind].pairs.values() for drop, _ in pairs]
        print(f"\n{WORDS[kind]} above the drop"
              f" (which takes {round(statistics.median(drops)):,} with the sender)")
        print(f"{'path':14}{'family':8}{'pool':8}" +
              "".join(f"{n:>12,}" for n in flows) + "   flows; half of the pairs within")
        for (path, family, pool), values in lines:
            far = max(raw[kind].spread((path, family, pool, n)) for n in values)
            print(f"{path:14}IPv{family:<5}{pool:8}" +
                  "".join(f"{values[n]:>12,}" if n in values else " " * 12 for n in flows) +
                  f"   +- {far}")


def show_times(times):
    said = [f"{t['ms']} ms with {t['servers']:,}" for t in times if t["ms"] is not None]
    if said:
        print(f"\na change of a pool's servers takes {', '.join(said)}")


def write_json(path, found, times):
    def lines(items):
        return ",\n".join("  " + json.dumps(item) for item in items)

    with open(path, "w", encoding="utf-8") as file:
        file.write(f'{{"results": [\n{lines(found)}\n],\n"tables": [\n{lines(times)}\n]}}\n')


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    directory, where, svg = sys.argv[1:]
    raw = read_all(directory)
    found = results(raw)
    if not found:
        sys.exit("bench: nothing was measured")
    times = tables(raw)
    write_json(where, found, times)
    show_table(found, raw)
    show_times(times)
    print(f"\n{where}")
    # Of the drop alone there is nothing to see.
    shown = [r for r in found if r["path"] != "drop"]
    if shown:
        panels = [(WORDS[kind] + " above the drop", rows(shown, kind)) for kind in raw]
        plot.write(svg, panels, sorted({r["flows"] for r in shown}))
        print(svg)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What selftests/bench/run measured, as JSON, a table and a plot. Called by scripts/bench.

usage: report.py DIR JSON SVG      DIR has the raw lines: the files insn and ns, or one of them
"""

import json
import os
import statistics
import sys

KINDS = ("insn", "ns")
WORDS = {"insn": "instructions a packet", "ns": "ns a packet"}
PATHS = ("drop", "tc", "nft", "forward", "ipvs", "leveler")


def read_raw(path):
    """of one guest: {(path, family, pool, flows): [(drop, taken)]}, {(path, family): words}"""
    pairs, left = {}, {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            word = line.split(maxsplit=3)
            if word[0] == "pair":
                name, family, pool, flows, drop, taken = line.split()[1:]
                key = name, int(family), pool, int(flows)
                pairs.setdefault(key, []).append((int(drop) / 1000, int(taken) / 1000))
            elif word[0] == "left":
                left[word[1], int(word[2])] = word[3].strip()
    return pairs, left


def read_all(directory):
    raw, left = {}, {}
    for kind in KINDS:
        path = os.path.join(directory, kind)
        if os.path.exists(path):
            raw[kind], words = read_raw(path)
            left.update(words)
    return raw, left


def above(pairs):
    return round(statistics.median(taken - drop for drop, taken in pairs))


def results(raw):
    keys = {key for pairs in raw.values() for key in pairs}
    order = sorted(keys, key=lambda k: (k[1], PATHS.index(k[0]), k[2] != "stable", k[3]))
    return [
        {"path": path, "flows": flows, "family": family, "pool": pool,
         **{kind: above(raw[kind][path, family, pool, flows])
            if (path, family, pool, flows) in raw.get(kind, {}) else None for kind in KINDS}}
        for path, family, pool, flows in order
    ]


def spread(pairs):
    """half the pairs lie so far from the median, or nearer"""
    middle = above(pairs)
    return round(statistics.median(abs(taken - drop - middle) for drop, taken in pairs))


def rows(found, kind):
    """[(path, family, pool), {flows: value}], in order"""
    table = {}
    for r in found:
        if r[kind] is not None:
            table.setdefault((r["path"], r["family"], r["pool"]), {})[r["flows"]] = r[kind]
    return list(table.items())


def show_table(found, raw, left):
    for kind in KINDS:
        lines = rows(found, kind)
        if not lines:
            continue
        flows = sorted({n for _, values in lines for n in values})
        drops = [drop for pairs in raw[kind].values() for drop, _ in pairs]
        print(f"\n{WORDS[kind]} above the drop"
              f" (which takes {round(statistics.median(drops)):,} with the sender)")
        print(f"{'path':9}{'family':8}{'pool':8}" +
              "".join(f"{n:>12,}" for n in flows) + "   flows, half of the pairs within")
        for (path, family, pool), values in lines:
            far = max(spread(raw[kind][path, family, pool, n]) for n in values)
            print(f"{path:9}IPv{family:<5}{pool:8}" +
                  "".join(f"{values[n]:>12,}" if n in values else " " * 12 for n in flows) +
                  f"   +- {far}")
    for (path, family), words in left.items():
        print(f"\n{path}, IPv{family}: left out: {words}")


STYLE = """
.paper { fill: #ffffff }
text { font: 12px sans-serif; fill: #24292f }
.head { font-weight: bold }
.value { font-size: 10px; fill: #57606a }
.f0 { fill: #9ec9f5 } .f1 { fill: #4393d9 } .f2 { fill: #1b5a96 }
.own.f0 { fill: #f7c38b } .own.f1 { fill: #e8832a } .own.f2 { fill: #a8540b }
@media (prefers-color-scheme: dark) {
  .paper { fill: #0d1117 } text { fill: #e6edf3 } .value { fill: #9198a1 }
  .f2 { fill: #2b6cb0 } .own.f2 { fill: #c46a16 }
}
"""
LABEL, WIDTH, BAR, GAP = 150, 300, 11, 9


def label(key):
    path, family, pool = key
    return f"{path} IPv{family}" + ("" if pool == "stable" else f", {pool}")


def panel(kind, lines, left, flows):
    """bars of one kind, and how high they are together"""
    scale = WIDTH / max(v for _, values in lines for v in values.values())
    out = [f'<text class="head" x="{left + LABEL}" y="20">{WORDS[kind]} above the drop</text>']
    y = 34
    for key, values in lines:
        middle = y + len(values) * BAR / 2 + 4
        out.append(f'<text x="{left + LABEL - 8}" y="{middle}" text-anchor="end">'
                   f"{label(key)}</text>")
        own = " own" if key[0] == "leveler" else ""
        for n, value in sorted(values.items()):
            width = max(value * scale, 1)
            out.append(f'<rect class="f{flows.index(n)}{own}" x="{left + LABEL}" y="{y}"'
                       f' width="{width:.1f}" height="{BAR - 1}"/>')
            out.append(f'<text class="value" x="{left + LABEL + width + 4:.1f}"'
                       f' y="{y + BAR - 2}">{value:,}</text>')
            y += BAR
        y += GAP
    return out, y


def legend(flows, y):
    out = []
    for i, n in enumerate(flows):
        x = LABEL + i * 120
        out.append(f'<rect class="f{i}" x="{x}" y="{y}" width="10" height="10"/>')
        out.append(f'<text x="{x + 16}" y="{y + 9}">{n:,} flow{"s" * (n > 1)}</text>')
    return out


def plot(found, path):
    flows = sorted({r["flows"] for r in found})
    body, height, left = [], 0, 0
    for kind in KINDS:
        lines = [line for line in rows(found, kind) if line[0][0] != "drop"]
        if not lines:
            continue
        out, y = panel(kind, lines, left, flows)
        body += out
        height = max(height, y)
        left += LABEL + WIDTH + 60
    body += legend(flows, height + 4)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left} {height + 24}"'
                   f' width="{left}" height="{height + 24}">\n<style>{STYLE}</style>\n'
                   f'<rect class="paper" width="{left}" height="{height + 24}"/>\n' +
                   "\n".join(body) + "\n</svg>\n")


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    directory, where, svg = sys.argv[1:]
    raw, left = read_all(directory)
    found = results(raw)
    if not found:
        sys.exit("bench: nothing was measured")
    with open(where, "w", encoding="utf-8") as file:
        lines = ",\n".join("  " + json.dumps(r) for r in found)
        file.write('{"results": [\n' + lines + "\n]}\n")
    show_table(found, raw, left)
    if any(r["path"] != "drop" for r in found):
        plot(found, svg)
        print(f"\n{where}\n{svg}")


if __name__ == "__main__":
    main()

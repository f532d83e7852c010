#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What selftests/race/run measured, as JSON, a table and a plot. Called by scripts/race.

usage: report.py DIR RUNS JSON SVG      DIR has the raw lines, a file for each system
"""

import json
import math
import os
import sys

import plot

SYSTEMS = ("leveler", "keepalived", "ucarp")
EVENTS = ("crash", "link", "stop", "drain", "return")


def read_all(directory):
    """{(system, variant, event): [(silence, lost, changes)]} in order, and {system: version}"""
    runs, versions = {}, {}
    for system in SYSTEMS:
        path = os.path.join(directory, system)
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as file:
            for line in file:
                word = line.split()
                if word[0] == "run":
                    silence, lost, changes = float(word[4]), int(word[5]), int(word[6])
                    runs.setdefault(tuple(word[1:4]), []).append((silence, lost, changes))
                elif word[0] == "version":
                    versions[word[1]] = word[2]
    return runs, versions


def percentile(values, percent):
    """the least of them that so many are not above"""
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]


def result(key, measured):
    system, variant, event = key
    # Answers come some microseconds beside their interval; probes are 2 ms apart.
    gaps = [round(silence) for silence, _, _ in measured]
    return {"system": system, "variant": variant, "event": event, "runs": len(measured),
            "gap_ms": {"p50": percentile(gaps, 50), "p99": percentile(gaps, 99),
                       "max": max(gaps)},
            "lost": sum(lost for _, lost, _ in measured),
            "cache_changes": sum(changes for _, _, changes in measured)}


def show_table(found):
    print(f"\n{'event':8}{'system':12}{'variant':18}{'runs':>5}{'p50':>8}{'p99':>8}{'max':>8}"
          f"{'lost':>9}{'changes':>9}   ms without answer; all runs' sum")
    for event in EVENTS:
        for r in found:
            if r["event"] == event:
                gap = r["gap_ms"]
                print(f"{event:8}{r['system']:12}{r['variant']:18}{r['runs']:>5}"
                      f"{gap['p50']:>8,}{gap['p99']:>8,}{gap['max']:>8,}"
                      f"{r['lost']:>9,}{r['cache_changes']:>9,}")


def write_json(path, versions, found):
    lines = ",\n".join("  " + json.dumps(r) for r in found)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'{{"versions": {json.dumps(versions)},\n"results": [\n{lines}\n]}}\n')


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    directory, wanted, where, svg = sys.argv[1:]
    runs, versions = read_all(directory)
    if not runs:
        sys.exit("race: nothing was measured")
    for key, measured in runs.items():
        if len(measured) != int(wanted):
            sys.exit(f"race: {' '.join(key)}: {len(measured)} runs, not {wanted}")
    found = [result(key, measured) for key, measured in runs.items()]
    write_json(where, versions, found)
    show_table(found)
    print(f"\n{where}")
    plot.write(svg, [(event, [r for r in found if r["event"] == event]) for event in EVENTS])
    print(svg)


if __name__ == "__main__":
    main()

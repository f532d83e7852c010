# SPDX-License-Identifier: GPL-2.0
"""The race's plot, an SVG drawn by hand: for each event a bar for each variant, on a logarithmic
scale. Readable on light and on dark pages. Called by report.py.
"""

import math

STYLE = """
.paper { fill: #ffffff }
text { font: 12px sans-serif; fill: #24292f }
.head { font-weight: bold }
.value { font-size: 10px; fill: #57606a }
.line { stroke: #d0d7de }
.p50 { fill: #1b5a96 } .max { fill: #9ec9f5 }
.own.p50 { fill: #a8540b } .own.max { fill: #f7c38b }
@media (prefers-color-scheme: dark) {
  .paper { fill: #0d1117 } text { fill: #e6edf3 } .value { fill: #9198a1 }
  .line { stroke: #3d444d } .p50 { fill: #2b6cb0 } .own.p50 { fill: #c46a16 }
}
"""
LABEL, WIDTH, VALUE = 190, 400, 140
TOP, ROW, BETWEEN = 30, 16, 30
DECADES = 4
HEADS = {"crash": "crash", "link": "link down", "stop": "clean stop", "drain": "drain",
         "return": "return"}


def length(ms):
    """1 ms is at the left end, as is all that is shorter"""
    return WIDTH * min(math.log10(max(ms, 1)) / DECADES, 1)


def bar(r, y):
    gap = r["gap_ms"]
    own = " own" if r["system"] == "leveler" else ""
    out = [f'<text x="{LABEL - 8}" y="{y + 10}" text-anchor="end">{r["system"]} {r["variant"]}'
           '</text>']
    for kind in ("max", "p50"):
        if gap[kind] > 0:
            out.append(f'<rect class="{kind}{own}" x="{LABEL}" y="{y}"'
                       f' width="{length(gap[kind]) + 1:.1f}" height="{ROW - 4}"/>')
    said = f'{gap["p50"]:,} ms, at most {gap["max"]:,}' if gap["max"] else "none"
    out.append(f'<text class="value" x="{LABEL + length(gap["max"]) + 6:.1f}" y="{y + 10}">{said}'
               "</text>")
    return out


def axis(first, last):
    out = []
    for decade in range(DECADES + 1):
        x = LABEL + WIDTH * decade / DECADES
        out.append(f'<path class="line" d="M{x} {first}V{last}"/>')
        name = f"{10 ** decade} ms" if decade < 3 else f"{10 ** (decade - 3)} s"
        out.append(f'<text class="value" x="{x}" y="{last + 12}" text-anchor="middle">{name}'
                   "</text>")
    return out


def write(path, panels):
    """panels: [(event, [result])], the results as in race.json"""
    body, y = [], TOP
    for event, found in panels:
        if not found:
            continue
        body.append(f'<text class="head" x="{LABEL}" y="{y - 10}">{HEADS[event]}:'
                    " time without an answer, median and longest</text>")
        body += axis(y - 4, y + len(found) * ROW)
        for r in found:
            body += bar(r, y)
            y += ROW
        y += BETWEEN + 12
    width = LABEL + WIDTH + VALUE
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}"'
                   f' width="{width}" height="{y}">\n<style>{STYLE}</style>\n'
                   f'<rect class="paper" width="{width}" height="{y}"/>\n' +
                   "\n".join(body) + "\n</svg>\n")

# SPDX-License-Identifier: GPL-2.0
"""The benchmark's plot, an SVG drawn by hand: bars side by side for each kind of figure. Readable
on light and on dark pages. Called by report.py.
"""

STYLE = """
.paper { fill: #ffffff }
text { font: 12px sans-serif; fill: #24292f }
.head { font-weight: bold }
.value { font-size: 10px; fill: #57606a }
.line { stroke: #d0d7de }
.f0 { fill: #9ec9f5 } .f1 { fill: #4393d9 } .f2 { fill: #1b5a96 }
.own.f0 { fill: #f7c38b } .own.f1 { fill: #e8832a } .own.f2 { fill: #a8540b }
@media (prefers-color-scheme: dark) {
  .paper { fill: #0d1117 } text { fill: #e6edf3 } .value { fill: #9198a1 }
  .line { stroke: #3d444d } .f2 { fill: #2b6cb0 } .own.f2 { fill: #c46a16 }
}
"""
LABEL, WIDTH, SIDE = 150, 300, 60
TOP, BAR, GAP, BETWEEN = 34, 11, 9, 16
OWN = ("leveler", "return")


def label(key):
    path, family, pool = key
    return f"{path} IPv{family}" + ("" if pool == "stable" else f", {pool}")


def place(panels):
    """where each line's bars begin, {key: y}, the same in all panels, and where they end"""
    count = {}
    for _, lines in panels:
        for key, values in lines:
            count[key] = max(count.get(key, 0), len(values))
    tops, y, family = {}, TOP, None
    for key, bars in count.items():
        y += BETWEEN if family not in (None, key[1]) else 0
        family = key[1]
        tops[key] = y
        y += bars * BAR + GAP
    return tops, y


def bars(left, top, own, values, scale, flows):
    out = []
    for i, (n, value) in enumerate(sorted(values.items())):
        y = top + i * BAR
        width = max(value * scale, 1)
        out.append(f'<rect class="f{flows.index(n)}{own}" x="{left}" y="{y}"'
                   f' width="{width:.1f}" height="{BAR - 1}"/>')
        out.append(f'<text class="value" x="{left + width + 4:.1f}" y="{y + BAR - 2}">'
                   f"{value:,}</text>")
    return out


def panel(head, lines, left, tops, flows):
    scale = WIDTH / max(1, *(v for _, values in lines for v in values.values()))
    left += LABEL
    out = [f'<text class="head" x="{left}" y="20">{head}</text>']
    for key, values in lines:
        middle = tops[key] + len(values) * BAR / 2 + 4
        out.append(f'<text x="{left - 8}" y="{middle}" text-anchor="end">{label(key)}</text>')
        own = " own" if key[0] in OWN else ""
        out += bars(left, tops[key], own, values, scale, flows)
    first, last = tops[lines[0][0]], tops[lines[-1][0]] + len(lines[-1][1]) * BAR
    out.append(f'<path class="line" d="M{left - 0.5} {first - 3}V{last + 2}"/>')
    return out


def legend(flows, y):
    out = []
    for i, n in enumerate(flows):
        x = LABEL + i * 140
        out.append(f'<rect class="f{i}" x="{x}" y="{y}" width="10" height="10"/>')
        out.append(f'<rect class="f{i} own" x="{x + 12}" y="{y}" width="10" height="10"/>')
        out.append(f'<text x="{x + 28}" y="{y + 9}">{n:,} flow{"s" * (n > 1)}</text>')
    out.append(f'<text x="{LABEL + len(flows) * 140}" y="{y + 9}">orange: with Leveler</text>')
    return out


def write(path, panels, flows):
    """panels: [(head, [((path, family, pool), {flows: value})])]"""
    tops, height = place(panels)
    body, left = [], 0
    for head, lines in panels:
        body += panel(head, lines, left, tops, flows)
        left += LABEL + WIDTH + SIDE
    body += legend(flows, height + 8)
    height += 30
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left} {height}"'
                   f' width="{left}" height="{height}">\n<style>{STYLE}</style>\n'
                   f'<rect class="paper" width="{left}" height="{height}"/>\n' +
                   "\n".join(body) + "\n</svg>\n")

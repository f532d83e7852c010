# SPDX-License-Identifier: GPL-2.0
# Takes the recipes out of Documentation/cookbook.rst for cookbook.sh, which runs them. A recipe is
# a section with a line ".. bed: WORDS"; each literal block of it has to be something that can be
# run or compared, so nothing stands there untried.
#
#   cookbook.py FILE DIR    makes DIR/RECIPE/title, bed, STEP/who, STEP/text, and STEP/file (where
#                           the text goes to) or STEP/says (lines that its output has to have)

import re
import sys
from pathlib import Path

WHO = r"each leveler|each server|leveler\d|server\d|the router|the client"
ON = re.compile(rf"On ({WHO})(?:, (/\S+))?::$")


def sections(lines):
    """Yields (title, lines) of each section."""
    title, body = None, []
    for i, line in enumerate(lines):
        under = lines[i + 1] if i + 1 < len(lines) else ""
        if line and re.fullmatch(r"=+", under) and len(under) == len(line):
            yield title, body
            title, body = line, []
        else:
            body.append(line)
    yield title, body


def blocks(lines):
    """Yields (what leads to it, text) of each literal block."""
    i = 0
    while i < len(lines):
        lead = lines[i]
        i += 1
        if not lead.endswith("::") or lead.startswith(".."):
            continue
        text = []
        while i < len(lines) and (not lines[i] or lines[i].startswith("    ")):
            text.append(lines[i][4:])
            i += 1
        yield lead, "\n".join(text).strip("\n") + "\n"


def steps(title, lines):
    """Yields {who, text, file, says} of a recipe."""
    step = None
    for lead, text in blocks(lines):
        on = ON.fullmatch(lead)
        if lead == "It says::" and step and "file" not in step and "says" not in step:
            step["says"] = text
        elif on:
            if step:
                yield step
            step = {"who": on[1], "text": text}
            if on[2]:
                step["file"] = on[2]
        else:
            sys.exit(f'{title}: who runs what follows "{lead}"?')
    if step:
        yield step


def main(source, target):
    for number, (title, lines) in enumerate(sections(Path(source).read_text().split("\n"))):
        bed = [line[len(".. bed:"):].strip() for line in lines if line.startswith(".. bed:")]
        if not bed:
            if any(blocks(lines)):
                sys.exit(f"{title}: a block outside of a recipe")
            continue
        recipe = Path(target, "%02d" % number)
        recipe.mkdir(parents=True)
        (recipe / "title").write_text(title + "\n")
        (recipe / "bed").write_text(bed[0] + "\n")
        for i, step in enumerate(steps(title, lines)):
            where = recipe / ("%02d" % i)
            where.mkdir()
            for name, text in step.items():
                (where / name).write_text(text)


main(*sys.argv[1:])

# SPDX-License-Identifier: GPL-2.0
"""Compares levd's page, as a browser has made it, with the status.json that it was made of.

usage: facts.py DOM STATUS
Prints what differs, and has status 1 if anything does."""
import html.parser
import json
import sys

VOID = {"meta", "link", "br", "input", "img"}


class Element:
    def __init__(self, name, attrs):
        self.name, self.attrs, self.children, self.words = name, dict(attrs), [], ""

    def all(self):
        yield self
        for child in self.children:
            yield from child.all()

    def text(self):
        return self.words

    def find(self, **attrs):
        return [e for e in self.all() if all(
            (value is True and name in e.attrs) or e.attrs.get(name) == value
            for name, value in ((name.replace("_", "-"), v) for name, v in attrs.items()))]


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = [Element("document", [])]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, attrs)
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.open[-1].children.append(Element(tag, attrs))

    def handle_endtag(self, tag):
        if tag in [e.name for e in self.open]:
            while self.open.pop().name != tag:
                pass

    def handle_data(self, data):
        for element in self.open:
            element.words += data


wrong = []


def check(got, wanted, what):
    if got != wanted:
        wrong.append(f"{what}: {got!r}, not {wanted!r}")


def has(text, word, what):
    if word not in text:
        wrong.append(f"{what}: {word!r} is not in {text!r}")


def state_of(thing):
    if thing["state"] == "active":
        return "active"
    return "silent: " + thing["reason"] if thing["reason"] not in (None, "none") else None


def check_wheel(page, status):
    lanes = page.find(data_lane=True)
    check([lane.attrs["data-owner"] for lane in lanes],
          [str(owner or "") for owner in status["owners"]], "owners of lanes")
    for lane, owner in zip(lanes, status["owners"]):
        has(lane.text(), f"node {owner}" if owner else "nobody", "a lane's words")
    on = [n for n in status["nodes"] if n["weight"] and n["priority"] == status["priority"]]
    check([s.attrs["data-sector"] for s in page.find(data_sector=True)],
          [str(n["id"]) for n in on], "sectors")
    check(["away" in s.children[0].attrs["class"] for s in page.find(data_sector=True)],
          [n["id"] not in status["view"] for n in on], "sectors of who is away")
    text = page.find(id="wheel-text")[0].text()
    for node in status["nodes"]:
        if node["lanes"]:
            has(text, f"node {node['id']} owns {node['lanes']}", "the wheel in words")
    has(text, f"node {status['keeper']} keeps the clock", "the wheel in words")
    moves = "rotate(0.00" if not status["period_ms"] else "rotate(-"
    has(page.find(id="sectors")[0].attrs["transform"].replace("-0.00", "0.00"), moves, "turned")
    has(page.find(id="tick")[0].text(), " of " if status["period_ms"] else "stands still", "tick")


def check_lists(page, answer):
    status = answer["status"]
    for node in status["nodes"]:
        row = page.find(data_node=str(node["id"]))[0].text()
        if state_of(node):
            has(row, state_of(node), "a node's row")
        has(row, f"{node['share_percent']} %", "a node's row")
        check("this node" in row, node["id"] == status["node"], "this node's row")
        check("keeps the clock" in row, node["id"] == status["keeper"], "the keeper's row")
    check(len(page.find(data_server=True)), len(answer["servers"]), "servers")
    for server in answer["servers"]:
        row = page.find(data_server=server["address"], data_pool=server["pool"])[0].text()
        has(row, f"{server['share_percent']} %", "a server's row")
        given, said = server["agreed_percent"], server["percent"]
        check(f"{given} % of it" in row, given not in (None, 100), "what it is given of its weight")
        check(f"says {said} % of its weight" in row, given != said, "what this node gives it")
        if server["state"] == "drain":
            has(row, "drained", "a server's row")
        elif not server["up"]:
            has(row, "down", "a server's row")
        if server["check"]:
            has(row, server["check"]["reason"], "a server's row")
    pools = sorted({server["pool"] for server in answer["servers"]})
    if len(pools) > 1:
        check(sorted(row.text() for row in page.find(**{"class": "pool"})),
              ["pool " + pool for pool in pools], "pools")
    services = page.find(id="services")[0]
    check(len(services.children), len(answer["services"]), "services")
    for shown, service in zip(services.children, answer["services"]):
        has(shown.text(), f"{service['address']}", "a service")
        has(shown.text(), f"pool {service['pool']}, {service['servers_up']} server", "a service")
    events = page.find(id="events")[0]
    check(len(events.children), max(1, len(answer["events"])), "events")
    for shown, event in zip(events.children, answer["events"]):
        has(shown.text(), event["event"], "an event")
        if "address" in event:
            has(shown.text(), event["address"], "an event")
        if event.get("reason", "none") != "none":
            has(shown.text(), event["reason"], "an event")


reader = Reader()
with open(sys.argv[1], encoding="utf-8") as f:
    reader.feed(f.read())
page = reader.open[0]
with open(sys.argv[2], encoding="utf-8") as f:
    answer = json.load(f)
if "error" in answer:
    trouble = page.find(id="trouble")[0]
    check("hidden" in trouble.attrs, False, "trouble hidden")
    has(trouble.text(), answer["error"], "trouble")
    has(page.find(**{"class": True})[0].attrs["class"], "empty", "an empty page")
else:
    check("hidden" in page.find(id="trouble")[0].attrs, True, "trouble hidden")
    has(page.find(id="live")[0].text(), "live, ", "head")
    has(page.find(id="device")[0].text(), answer["status"]["device"], "head")
    check(page.find(id="state")[0].text(), state_of(answer["status"]), "state")
    check_wheel(page, answer["status"])
    check_lists(page, answer)
print("\n".join(wrong))
sys.exit(bool(wrong))

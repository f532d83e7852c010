# SPDX-License-Identifier: GPL-2.0
"""Compares what is written about Leveler's interfaces with the code that they are made of: the
netlink spec with the uapi header and the kernel's tables, the ABI page and leveler(4) with the files
of sysfs and the module's parameters.
Run by spec.sh, with the top of the tree as its word; prints TAP."""
import re
import sys

import yaml

TOP = sys.argv[1]
SETS = {  # set of the spec: enum of the header
    "main": "lev_attr", "cluster": "lev_cluster_attr", "address": "lev_address_attr",
    "node": "lev_node_attr", "service": "lev_service_attr", "server": "lev_server_attr",
    "status": "lev_status_attr", "peer": "lev_peer_attr", "event-data": "lev_event_attr",
    "explain": "lev_explain_attr", "lane": "lev_lane_attr", "config": "lev_config_attr",
}
NOT_ENUMS = {"lev_cmd", "lev_stat"} | set(SETS.values())  # those are sets and operations
TYPES = {"nest": "nest", "string": "string", "binary": "binary", "u8": "u8", "u32": "u32",
         "u64": "u64", "flag": "flag"}


def read(path):
    with open(f"{TOP}/{path}", encoding="utf-8") as f:
        return f.read()


def enums(header):
    """Each enum of the header: {name: [(enumerator, first word of its comment)]}."""
    found = {}
    for name, body in re.findall(r"^enum (\w+) \{\n(.*?)^\};", header, re.M | re.S):
        found[name] = [(m[1], m[2]) for m in
                       re.finditer(r"^\t(\w+),(?:\s*/\* (\w+))?", body, re.M)]
    return found


def stats(header):
    return re.findall(r'^\tX\((\w+), (\w+),[\s\\]+"([^"]+)"\)', header, re.M)


def values(entries, first=0):
    """The schema's rule: a value that is not said is one more than that before."""
    out, value = {}, first - 1
    for e in entries:
        value = e.get("value", value + 1)
        out[e["name"]] = value
    return out


def c_name(prefix, name):
    return (prefix + name).replace("-", "_").upper()


class Results:
    def __init__(self):
        self.count = self.bad = 0

    def report(self, name, problems):
        self.count += 1
        self.bad += bool(problems)
        print(f"{'not ok' if problems else 'ok'} {self.count} {name}")
        for p in problems:
            print(f"# {p}")

    def end(self):
        print(f"1..{self.count}")
        return self.bad > 0


def compare(spec, code, what):
    """Both ways: {name: number} of the spec and of the code."""
    bad = [f"{what}: {n} is not in the code" for n in spec if n not in code]
    bad += [f"{what}: {n} is not in the spec" for n in code if n not in spec]
    bad += [f"{what}: {n} is {spec[n]} in the spec, {code[n]} in the code"
            for n in spec if n in code and spec[n] != code[n]]
    return bad


def numbered(enumerators):
    """Name and number of each enumerator but the closing one."""
    return {n: i for i, (n, _) in enumerate(enumerators) if not n.startswith("__")}


def check_structure(spec):
    bad = [f"'{k}' is missing" for k in ("name", "doc", "protocol", "attribute-sets",
                                        "operations", "mcast-groups") if k not in spec]
    if bad:
        return bad
    sets = {s["name"]: {a["name"] for a in s["attributes"]} for s in spec["attribute-sets"]}
    defs = {d["name"] for d in spec["definitions"]}
    groups = {g["name"] for g in spec["mcast-groups"]["list"]}
    for s in spec["attribute-sets"]:
        for a in s["attributes"]:
            where = f"{s['name']}/{a['name']}"
            if (a["type"] == "nest") != ("nested-attributes" in a):
                bad.append(f"{where}: a nest names its set, nothing else does")
            if a.get("nested-attributes", "main") not in sets:
                bad.append(f"{where}: no set {a['nested-attributes']}")
            if "enum" in a and a["enum"] not in defs:
                bad.append(f"{where}: no enum {a['enum']}")
    for o in spec["operations"]["list"]:
        parts = [o.get("event", {})] + [o.get(k, {}).get(m, {}) for k in ("do", "dump")
                                        for m in ("request", "reply")]
        for name in [n for p in parts for n in p.get("attributes", [])]:
            if name not in sets.get(o["attribute-set"], ()):
                bad.append(f"{o['name']}: no attribute {name}")
        if "event" in o and o.get("mcgrp") not in groups:
            bad.append(f"{o['name']}: no group {o.get('mcgrp')}")
    return bad


def check_defines(spec, header):
    define = dict(re.findall(r'^#define (LEV_GENL_\w+)\s+"?(\w+)"?', header, re.M))
    return compare({"name": spec["name"], "version": str(spec["version"]),
                    "group": spec["mcast-groups"]["list"][0]["name"]},
                   {"name": define["LEV_GENL_NAME"], "version": define["LEV_GENL_VERSION"],
                    "group": define["LEV_GENL_MCGRP_EVENTS"]}, "family")


def check_enums(spec, header, code):
    defs = {d["name"]: d for d in spec["definitions"] if d["type"] == "enum"}
    bad = compare({d["enum-name"].replace("-", "_"): 0 for d in defs.values()},
                  {n: 0 for n in code if n not in NOT_ENUMS}, "enum")
    for d in defs.values():
        want = numbered(code.get(d["enum-name"].replace("-", "_"), []))
        got = {c_name(d["name-prefix"], n): v for n, v in values(d["entries"]).items()}
        bad += compare(got, want, d["enum-name"])
        words = dict(re.findall(rf'\[({c_name(d["name-prefix"], "")}\w+)\]\s*= "([^"]+)"', header))
        for n in values(d["entries"]):
            word = words.get(c_name(d["name-prefix"], n), n if n == "unspec" else None)
            if word != n:
                bad.append(f"{d['enum-name']}: '{n}' is '{word}' for people")
    return bad


def check_set(s, code):
    """Names and numbers, and the type that the header's comment begins with."""
    got = {c_name(s["name-prefix"], n): v for n, v in values(s["attributes"]).items()}
    want = numbered(code)
    bad = compare(got, {n: v for n, v in want.items() if v}, s["name"])
    comment = dict(code)
    for a in s["attributes"]:
        said = TYPES.get(comment.get(c_name(s["name-prefix"], a["name"])))
        if said and said != a["type"]:
            bad.append(f"{s['name']}/{a['name']}: {a['type']}, but {said} in the header")
    return bad


def check_stats(spec, header):
    s = next(s for s in spec["attribute-sets"] if s["name"] == "stats")
    want = {low: i + 1 for i, (_, low, _) in enumerate(stats(header))}
    want["pad"] = len(want) + 1
    bad = compare({n.replace("-", "_"): v for n, v in values(s["attributes"]).items()}, want,
                  "stats")
    docs = {low: doc[0].upper() + doc[1:] + "." for _, low, doc in stats(header)}
    for a in s["attributes"]:
        name = a["name"].replace("-", "_")
        if name in docs and a.get("doc") != docs[name]:
            bad.append(f"stats: {name} is not said as in the header")
    return bad


def check_operations(spec, code, kernel):
    ops = spec["operations"]["list"]
    prefix = spec["operations"]["name-prefix"]
    numbers = {c_name(prefix, n): v for n, v in values(ops).items()}
    bad = compare(numbers, {n: v for n, v in numbered(code["lev_cmd"]).items() if v}, "command")
    flags = dict(re.findall(r"#define (DO|DUMP)\(command, function\)((?:.*\\\n)*.*)", kernel))
    table = {}
    for kind, name in re.findall(r"^\t(DO|DUMP)\((\w+), ", kernel, re.M):
        table[name] = (kind.lower(), "GENL_UNS_ADMIN_PERM" in flags[kind])
    for name, kind in re.findall(r"\{ \.cmd = LEV_CMD_(\w+), \.(do|dump)it", kernel):
        table[name] = (kind, False)
    for o in ops:
        kind = next(k for k in ("do", "dump", "event") if k in o)
        said = (kind, "uns-admin-perm" in o.get("flags", []))
        name = c_name("", o["name"])
        if kind != "event" and table.get(name) != said:
            bad.append(f"{o['name']}: {said} in the spec, {table.get(name)} in the kernel")
    bad += [f"the spec has no {n}" for n in table if c_name(prefix, n) not in numbers]
    return bad


def policies(kernel):
    found = {}
    for name, body in re.findall(r"nla_policy (\w+)\[.*?\] = \{\n(.*?)^\};", kernel, re.M | re.S):
        found[name] = {n: t for n, t in re.findall(
            r"\[(LEV_\w+)\] = (?:\{ \.type = NLA_(\w+)|NLA_POLICY_NESTED\(\w+\))", body)}
    return found


def check_policies(spec, kernel):
    """What the kernel takes is in some request, of the same type; what it does not is read only."""
    bad = []
    alias = {"NUL_STRING": "string", "BINARY": "binary", "U32": "u32", "FLAG": "flag", "": "nest"}
    found = policies(kernel)
    for s in spec["attribute-sets"]:
        p = found.get("policy" if s["name"] == "main" else f"lev_nl_{s['name']}_policy")
        if p is None:
            continue
        for a in s["attributes"]:
            kind = p.pop(c_name(s["name-prefix"], a["name"]), None)
            if kind is not None and alias.get(kind) != a["type"]:
                bad.append(f"{s['name']}/{a['name']}: {a['type']}, but {kind} in the policy")
            if s["name"] != "main" and a["type"] != "pad" and \
                    (kind is None) != ("Read only." in a.get("doc", "")):
                bad.append(f"{s['name']}/{a['name']}: taken or read only?")
        bad += [f"{s['name']}: {n} of the policy is not in the spec" for n in p]
    return bad


def check_abi(header, sysfs):
    page = read("Documentation/ABI/testing/sysfs-class-net-leveler")
    said = re.findall(r"^What:\s+/sys/class/net/<iface>/leveler/(\w+)$", page, re.M)
    made = re.findall(r"^\t&dev_attr_(\w+)\.attr,", sysfs, re.M) + \
        [low for _, low, _ in stats(header)]
    bad = compare({n: 0 for n in said}, {n: 0 for n in made}, "sysfs")
    bad += [f"{n} is described twice" for n in set(said) if said.count(n) > 1]
    for word in ("active", "silent") + tuple(
            re.findall(r'\[LEV_REASON_\w+\]\s*= "([^"]+)"', header)):
        if not re.search(rf"\b{word}\b", page):
            bad.append(f"the word '{word}' is not explained")
    for entry in page.strip().split("\n\n"):
        if "What:" in entry and not all(f"{k}:" in entry for k in
                                        ("Date", "KernelVersion", "Contact", "Description")):
            bad.append("incomplete: " + entry.split("\n", maxsplit=1)[0])
    return bad


def check_man(header, sysfs, param):
    """leveler(4): each parameter, and each file of sysfs, once and no other."""
    parameters, files = read("userspace/man/leveler.4").split(".SH FILES")
    parameters = parameters.split(".SH PARAMETERS")[1]
    tags = re.findall(r"^\.TP\n\.BR? (.+)$", files, re.M)
    said = [word for tag in tags for word in tag.replace('", "', "").split()]
    made = re.findall(r"^\t&dev_attr_(\w+)\.attr,", sysfs, re.M)
    docs = {low: doc[0].upper() + doc[1:] + "." for _, low, doc in stats(header)}
    bad = compare({n: 0 for n in said}, {n: 0 for n in made + list(docs)}, "file")
    bad += [f"{n} is not said as in the header" for n, doc in docs.items()
            if f".B {n}\n{doc}\n" not in files]
    return bad + compare({n: 0 for n in re.findall(r"^\.BI (\w+)= ", parameters, re.M)},
                         {n: 0 for n in re.findall(r"^module_param\((\w+),", param, re.M)},
                         "parameter")


def main():
    header = read("include/uapi/linux/leveler.h")
    kernel = read("kmod/netlink.c")
    spec = yaml.safe_load(read("Documentation/netlink/specs/leveler.yaml"))
    code = enums(header)
    r = Results()
    print("TAP version 13")
    structure = check_structure(spec)
    r.report("spec: structure, every name that is used is there", structure)
    r.report("spec: family, version, group", check_defines(spec, header))
    r.report("spec: enums, numbers and words", check_enums(spec, header, code))
    sets = {s["name"]: s for s in spec["attribute-sets"]}
    r.report("spec: sets", compare({n: 0 for n in sets if n != "stats"},
                                   {n: 0 for n in SETS}, "set"))
    for name, enum in SETS.items():
        r.report(f"spec: attributes of {name}", check_set(sets[name], code[enum]))
    r.report("spec: counters", check_stats(spec, header))
    r.report("spec: commands, and the kernel's table", check_operations(spec, code, kernel))
    r.report("spec: the kernel's policies", check_policies(spec, kernel))
    r.report("ABI page: files of sysfs", check_abi(header, read("kmod/sysfs.c")))
    r.report("leveler(4): parameters, files of sysfs",
             check_man(header, read("kmod/sysfs.c"), read("kmod/param.c")))
    return r.end()


sys.exit(main())

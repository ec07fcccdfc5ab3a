# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""A second, naive reading of lists: the rules of a text as (kind, class or action, name)."""
import functools
import ipaddress
import pathlib
import re

SUFFIXES = pathlib.Path("/usr/share/publicsuffix/public_suffix_list.dat")

LABEL = re.compile(r"[a-z0-9_-]{1,63}\Z")
COSMETIC = re.compile(r"#[@?$%]*#[^\s#]|\$\$")
ADBLOCK = re.compile(r"(?P<at>@@)?(?P<bar>\|\|)?(?P<below>\*\.)?(?P<name>[\w.-]+)"
                     r"(?P<end>\^?)(?:\$(?P<modifiers>.*))?\Z", re.I)


def is_address(text):
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_name(text):
    """More than one label, each of them good, and no address."""
    labels = text.split(".")
    return len(labels) > 1 and len(text) <= 253 and all(map(LABEL.match, labels)) and \
        not is_address(text)


@functools.lru_cache(maxsize=None)
def suffixes():
    """Of the Public Suffix List the part of registries, in A-labels; nothing where it is not installed."""
    if not SUFFIXES.exists():
        return frozenset()
    text = SUFFIXES.read_text(encoding="utf-8").partition("===BEGIN ICANN")[2].partition("===END ICANN")[0]
    lines = [line.split()[0] for line in text.splitlines()[1:] if line.strip() and not line.startswith("//")]
    return frozenset(".".join(part.encode("idna").decode() for part in line.split(".")) for line in lines)


def is_suffix(name):
    """Whether everybody registers under it."""
    if "!" + name in suffixes():
        return False
    return name in suffixes() or "*." + name.partition(".")[2] in suffixes()


def spell(name):
    """As it stands on the wire. Python's codec is IDNA 2003: the same but for four letters."""
    name = name.lower().rstrip(".")
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        return ""


def naive_plain(text, bare):
    for line in text.splitlines():
        words = re.split(r"[#\s]", line.strip())
        if words[0].startswith("*."):
            yield "below", "block", spell(words[0][2:])
        elif words[0]:
            yield bare, "block", spell(words[0])


def naive_hosts(text):
    for line in text.splitlines():
        words = line.split("#")[0].split()
        if words and is_address(words[0]):
            for name in words[1:]:
                yield "exact", "block", spell(name)


def naive_rule(line):
    """A rule and whether it is a $badfilter; or None."""
    match = ADBLOCK.match(re.sub(r"\s+#.*", "", line))
    if not match:
        return None
    modifiers = set(filter(None, (match["modifiers"] or "").split(",")))
    if modifiers - {"important", "badfilter"} or (match["end"] and not match["bar"]):
        return None
    kind = "below" if match["below"] else "subtree" if match["bar"] else "exact"
    kind_class = ("important_" if "important" in modifiers else "") + \
        ("exception" if match["at"] else "block")
    return (kind, kind_class, spell(match["name"])), "badfilter" in modifiers


def naive_adblock(text):
    rules, removed = set(), set()
    for line in text.splitlines():
        if line.startswith(("!", "[")) or COSMETIC.search(line) or line.startswith("#"):
            continue
        rule = naive_rule(line.strip())
        if rule:
            (removed if rule[1] else rules).add(rule[0])
    return rules - removed


def naive_rpz(text):
    """A zone fragment without escapes and parentheses; rules whose CNAME is one of the five."""
    acts = {".": "nxdomain", "*.": "nodata", "rpz-passthru.": "pass", "rpz-drop.": "drop",
            "rpz-tcp-only.": "truncate"}
    for line in text.splitlines():
        words = line.split(";")[0].split()
        if len(words) == 3 and words[1].upper() == "CNAME" and words[2] in acts:
            name = spell(words[0])
            yield ("below" if name.startswith("*.") else "exact", acts[words[2]],
                   name[2:] if name.startswith("*.") else name)


def naive(text, form):
    if form == "hosts":
        rules = naive_hosts(text)
    elif form == "adblock":
        rules = naive_adblock(text)
    elif form == "rpz":
        rules = naive_rpz(text)
    else:
        rules = naive_plain(text, "exact" if form == "wildcard" else "subtree")
    return {rule for rule in rules if is_name(rule[2])}

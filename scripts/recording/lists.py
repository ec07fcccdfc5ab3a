#!/usr/bin/python3
"""The demo's lists, and the queries of the recorded load.

lists.py --lists FOLDER     writes the lists into FOLDER
lists.py --queries COUNT    prints COUNT lines `name type` for dnsperf

Everything here follows from numbers hashed, never from chance: two runs write the same octets.
"""
import argparse
import gzip
import hashlib
import pathlib
import sys

import world

GENERATED = 100_000

ADS = """\
# Advertising hosts of the made-up internet in pcap/, in hosts format: each name exactly.
127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
ff02::1 ip6-allnodes
0.0.0.0 ads.bannerfarm.test
0.0.0.0 cdn.bannerfarm.test preroll.bannerfarm.test
0.0.0.0 beacon.pixelry.example   # a beacon
:: sync.pixelry.example
0.0.0.0 popunder.bannerfarm.test
"""

TRACKERS = """\
! Title: trackers of the made-up internet in pcap/, in adblock format
||trackwell.test^
||tagyard.example^
@@||ab.tagyard.example^
||telemetry.kelp.test^$important
||metrics.harbour-news.test^$dnstype=A|AAAA
! a rule about a page's looks, which is no rule about a name
harbour-news.test##.sponsored
"""

MALWARE = """\
# Names no client may reach, one a line, each with everything under it.
evilnet.test
free-codecs.example
"""

TELEMETRY = """\
# Names behind a first party's, with wildcards: *.x is all below x, x is x alone.
qoe.kelp.test
*.metrics.trackwell.test
*.d.types.test
"""

ALLOW = """\
# What stays reachable although a list below names it.
cdn.bannerfarm.test
"""

SYLLABLES = ("ba be bi bo bra bri cal cor da del di do dra fa fen fi flo ga gel go gri ha hel ho in ja "
             "jo ka kel ki kra la lem li lo lu ma mel mi mo na nel ni no nu o or pa pel pi po pra qua "
             "ra rel ri ro sa sel si so sta su ta tel ti to tra tu u va vel vi vo wa wen wi xa ye yo "
             "za zel zi zo").split()
PREFIXES = ["ads", "track", "cdn", "pixel", "stat", "log", "sync", "tag", "click", "m"]


def digest(*parts):
    return hashlib.sha256(" ".join(map(str, parts)).encode()).digest()


def pick(things, octet_pair):
    return things[int.from_bytes(octet_pair, "big") % len(things)]


def word(octets):
    """Two to four syllables."""
    return "".join(pick(SYLLABLES, octets[2 * i:2 * i + 2]) for i in range(1, 3 + octets[0] % 3))


def name(kind, number):
    """A made-up name: a word or two, under .test or .example, at times with a host in front."""
    bits = digest(kind, number)
    label = word(bits[:10])
    if bits[10] % 3 == 0:
        label += "-" + word(bits[11:21])
    host = ""
    if bits[21] % 4 == 0:
        host = pick(PREFIXES, bits[22:24]) + (str(bits[24] % 20) if bits[25] % 2 else "") + "."
    return host + label + (".test" if bits[26] % 2 else ".example")


def generated(count):
    seen, number = {}, 0
    while len(seen) < count:
        new = name("listed", number)
        if not any(new == zone or new.endswith("." + zone) for zone in world.LEAF_ZONES):
            seen[new] = True
        number += 1
    return list(seen)


def queries(count):
    """Popular names, wildcards of trackers, listed names and what stands below, and names of nobody."""
    hosts = [host for host in world.all_hosts() if not host.startswith("*")] + sorted(world.ALIASES)
    hosts.sort(key=digest)
    listed = generated(GENERATED)
    for number in range(count):
        bits = digest("query", number)
        kind = bits[0] % 20
        if kind < 8:  # squared, so that the first names are the popular ones
            share = int.from_bytes(bits[1:3], "big") / 65536
            asked = hosts[int(share * share * len(hosts))]
        elif kind < 11:
            asked = "{}{}.{}.trackwell.test".format("spr"[bits[3] % 3], bits[4], ["eu", "us"][bits[5] % 2])
        elif kind < 14:
            asked = pick(listed, bits[6:9])
        elif kind < 16:
            asked = "{}.{}".format(pick(PREFIXES, bits[6:8]), pick(listed, bits[8:11]))
        else:
            asked = name("nobody's", number)
        yield "{} {}".format(asked, ["A", "A", "A", "A", "AAAA", "AAAA", "HTTPS"][bits[12] % 7])


def write_lists(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in (("ads.hosts", ADS), ("trackers.adblock", TRACKERS), ("malware.domains", MALWARE),
                       ("telemetry.wildcard", TELEMETRY), ("allow.domains", ALLOW)):
        (folder / path).write_text(text)
    text = "# 100 000 made-up names, to give the tables something to hold\n"
    text += "\n".join(generated(GENERATED)) + "\n"
    (folder / "generated.domains.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lists", type=pathlib.Path)
    parser.add_argument("--queries", type=int, default=0)
    args = parser.parse_args()
    if args.lists:
        write_lists(args.lists)
    for line in queries(args.queries) if args.queries else []:
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Keeps the table of pcap/README.md: readme.py README NAME WIRE WHAT CLIENTS SERVERS CAPTURE

Puts in, or replaces, the row of NAME. CLIENTS and SERVERS are packages, whose versions are looked up.
"""
import pathlib
import re
import subprocess
import sys

HEAD = """\
# Captures

Our own, made by `scripts/record` in network namespaces: real clients against real servers, tcpdump in
the middle. The names are under .test and .example, the addresses are those set apart for documentation
and 10.20.0.0/24; `scripts/recording/world.py` is the whole of that internet. `scripts/record NAME` makes
one of them again; identifiers, ports, keys and times then differ, what is asked does not.

Classic pcap, Ethernet, whole frames, no checksum left to a network card. *lan* is the wire between the
clients (10.20.0.11 to .13, 2001:db8:20::11 to ::13) and their resolver (10.20.0.1, 2001:db8:20::1), which
also routes; *core* is the wire between the resolver and the servers (198.51.100.0/24, 2001:db8:51::/64).

| file | frames | bytes | wire | what | clients | servers |
|---|---|---|---|---|---|---|
"""


def version(package):
    """Of the package installed or, where it was unpacked only, of the one apt would fetch."""
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], text=True,
                          capture_output=True, check=False)
    if done.returncode == 0 and done.stdout:
        return done.stdout
    done = subprocess.run(["apt-cache", "policy", package], text=True, capture_output=True, check=True)
    return re.search(r"Candidate: (\S+)", done.stdout).group(1)


def versions(packages):
    """Each package with its upstream version."""
    out = ["{} {}".format(package, re.sub(r"^\d+:|-[^-]*$", "", version(package)))
           for package in packages.split()]
    return ", ".join(out) or "–"


def frames(capture):
    done = subprocess.run(["capinfos", "-M", "-c", "-T", "-r", capture], text=True,
                          capture_output=True, check=True)
    return done.stdout.split("\t")[-1].strip()


def main():
    readme, name, wire, what, clients, servers, capture = sys.argv[1:]
    path = pathlib.Path(readme)
    rows = {}
    if path.exists():
        for line in path.read_text().splitlines():
            found = re.match(r"\| `(\S+)` ", line)
            if found:
                rows[found.group(1)] = line
    size = pathlib.Path(capture).stat().st_size
    rows[name + ".pcap"] = "| `{}.pcap` | {} | {} | {} | {} | {} | {} |".format(
        name, frames(capture), size, wire, what, versions(clients), versions(servers))
    path.write_text(HEAD + "\n".join(rows[key] for key in sorted(rows)) + "\n")


if __name__ == "__main__":
    main()

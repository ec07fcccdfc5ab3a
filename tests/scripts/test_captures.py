"""What scripts/record made: the captures in pcap/ are whole and told of, the lists are what it writes."""
import gzip
import pathlib
import re
import shutil
import struct
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
CAPTURES = sorted((ROOT / "pcap").glob("*.pcap"))
FAULTS = ("_ws.malformed || frame.cap_len < frame.len || ip.checksum.status == Bad || "
          "udp.checksum.status == Bad || tcp.checksum.status == Bad || icmpv6.checksum.status == Bad")
CHECK = [arg for layer in ("ip", "udp", "tcp") for arg in ("-o", layer + ".check_checksum:TRUE")]


def tshark(capture, *args):
    if shutil.which("tshark") is None:
        pytest.skip("tshark: not installed")
    done = subprocess.run(["tshark", "-n", "-r", str(capture), *args], text=True, check=True,
                          capture_output=True)
    return done.stdout.splitlines()


def frames(capture):
    """Reads the record headers by hand: count, and whether the last record ends with the file."""
    octets = capture.read_bytes()
    at, count = 24, 0
    while at + 16 <= len(octets):
        at += 16 + struct.unpack_from("<I", octets, at + 8)[0]
        count += 1
    return count, at == len(octets)


def test_there_are_captures():
    assert {"browse.pcap", "types.pcap", "tcp.pcap", "qinq.pcap"} <= {path.name for path in CAPTURES}
    assert sum(path.stat().st_size for path in CAPTURES) < 8 << 20


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: path.name)
def test_capture_is_classic_pcap_of_ethernet(capture):
    magic, major, minor, _, _, snap, link = struct.unpack("<IHHIIII", capture.read_bytes()[:24])
    assert (magic, major, minor, link) == (0xA1B2C3D4, 2, 4, 1)
    assert snap >= 65535
    assert frames(capture)[1], "the last record is cut"


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: path.name)
def test_capture_has_no_fault(capture):
    assert tshark(capture, *CHECK, "-Y", FAULTS) == []


def test_readme_tells_of_each_capture_and_of_nothing_else():
    rows = re.findall(r"^\| `(\S+)` \| (\d+) \| (\d+) \|", (ROOT / "pcap/README.md").read_text(), re.M)
    told = {name: (int(count), int(size)) for name, count, size in rows}
    assert told == {path.name: (frames(path)[0], path.stat().st_size) for path in CAPTURES}


def lists_of(folder):
    read = {}
    for path in folder.iterdir():
        octets = path.read_bytes()
        read[path.name] = gzip.decompress(octets) if path.suffix == ".gz" else octets
    return read


def test_lists_are_what_the_script_writes(tmp_path):
    subprocess.run([str(ROOT / "scripts/record"), "-o", str(tmp_path), "lists"], check=True)
    written = lists_of(tmp_path / "lists")
    kept = lists_of(ROOT / "config/lists")
    assert {name: kept.get(name) for name in written} == written
    names = [line for line in written["generated.domains.gz"].splitlines() if line[:1] != b"#"]
    assert len(names) == len(set(names)) == 100_000


@pytest.mark.parametrize("path", ["ads.hosts", "trackers.adblock", "malware.domains", "allow.domains",
                                  "telemetry.wildcard"])
def test_each_demo_list_names_something_that_was_asked(path):
    asked = set(tshark(ROOT / "pcap/browse.pcap", "-Y", "dns.flags.response == 0", "-T", "fields",
                       "-e", "dns.qry.name"))
    listed = set(re.findall(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", (ROOT / "config/lists" / path).read_text()))
    assert [name for name in asked if any(name == rule or name.endswith("." + rule) for rule in listed)]

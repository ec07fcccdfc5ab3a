#!/usr/bin/python3
"""Packets a second on one lcore, beside dpdk-testpmd on the same devices: packet.py WEIR [OPTION]...

Both read a capture of DNS queries that net_pcap repeats from memory (infinite_rx) and send to
net_null. dpdk-testpmd swaps MAC addresses: it touches each frame and is the floor that no filter can
be below. weir looks every name up in a list and answers the blocked ones. Rounds are interleaved and
the best of each is taken. Figures of a shared machine are noisy: the ratios count.
"""
import argparse
import os
import pathlib
import random
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time

TLDS = ("com", "net", "org", "de", "info", "io")


def name_of(number):
    """Name `number` of a made-up list: a few labels, 20 octets or so."""
    rng = random.Random(number)
    label = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(5, 12)))
    return "{}{}.{}".format(label, number, TLDS[number % len(TLDS)])


def wire(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xffff)
    return 0xffff - ((total >> 16) + total & 0xffff)


def query(number, name):
    """An Ethernet frame: an A query from one of many clients, UDP checksum left out."""
    message = struct.pack("!6H", number & 0xffff, 0x0100, 1, 0, 0, 0) + wire(name) + b"\0\1\0\1"
    udp = struct.pack("!4H", 1024 + number % 60000, 53, 8 + len(message), 0) + message
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0x4000, 64, 17, 0,
                     bytes([10, number >> 16 & 255, number >> 8 & 255, number & 255 or 1]),
                     bytes([192, 0, 2, 53]))
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return bytes.fromhex("020000000001020000000002") + b"\x08\x00" + ip + udp


def write_capture(path, packets, names, hits):
    """`hits` percent of the queries are for subdomains of listed names."""
    rng = random.Random(packets)
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHIIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for i in range(packets):
            listed = rng.randrange(100) < hits
            name = "www." + name_of(rng.randrange(names) if listed else names + rng.randrange(10**7))
            frame = query(i, name)
            file.write(struct.pack("<4I", i, 0, len(frame), len(frame)) + frame)


def devices(capture):
    return ("net_pcap0,rx_pcap={},infinite_rx=1".format(capture), "net_null0,no-rx=1")


# Packets received so far, once a second: testpmd's port 0, weir's sum over the ports.
FIGURES = re.compile(r"port 0  #+\n  RX-packets: (\d+)|^ +(\d+)  received", re.M)


def run(command, seconds):
    """Lets a program run so many seconds after its first line of figures; all it printed."""
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=out, text=True)
        limit = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < limit:
            out.seek(0)
            if FIGURES.search(out.read()):
                break
            time.sleep(0.1)
        time.sleep(seconds)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        out.seek(0)
        return out.read()


def best_second(text, what):
    """Mpps in the best second of a run."""
    counts = [int(a or b) for a, b in FIGURES.findall(text)]
    steps = [b - a for a, b in zip(counts, counts[1:])]
    if not steps:
        sys.exit("{} gave no figures:\n{}".format(what, text[-2000:]))
    return max(steps) / 1e6


def testpmd(capture, mbufs, seconds):
    source, sink = devices(capture)
    return run(["dpdk-testpmd", "--no-huge", "-m", str(64 + mbufs * 4096 // 2**20), "--no-pci",
                "--no-telemetry", "--file-prefix", "weir_bench_{}".format(os.getpid()),
                "--lcores", "0@0,1@1", "--vdev", source, "--vdev", sink, "--",
                "--forward-mode=macswap", "--nb-cores=1", "--stats-period=1", "--auto-start",
                "--total-num-mbufs={}".format(mbufs), "--no-lsc-interrupt"], seconds)


INI = """[weir]
state_dir =
numa = ignore
idle = spin
[eal]
lcores = 0@0,1@1
hugepages = no
file_prefix = weir_bench_{pid}
[pool]
mbufs = {mbufs}
[domains]
filter_bits = {bits}
[port in]
device = {source}
peer = out
side = clients
[port out]
device = {sink}
peer = in
side = servers
[lcore 1]
role = worker
ports = in, out
"""
LIST = "[list names]\npath = {}\nformat = domains\n"


def weir(program, folder, capture, options, seconds):
    """options: mbufs, bits, listed"""
    source, sink = devices(capture)
    text = INI.format(pid=os.getpid(), mbufs=options["mbufs"], bits=options["bits"],
                      source=source, sink=sink)
    if options["listed"]:
        text += LIST.format(folder / "names.txt")
    ini = folder / "bench.ini"
    ini.write_text(text)
    return run([program, "run", "-c", str(ini), "--stats", "1"], seconds)


def make_data(folder, names, hits):
    with open(folder / "names.txt", "w") as file:
        file.writelines(name_of(i) + "\n" for i in range(names))
    for label, packets in CAPTURES:
        write_capture(folder / (label + ".pcap"), packets, names, hits)


CAPTURES = (("hot", 8192), ("cold", 100_000))
ROWS = (
    ("weir, no list", dict(bits=8, listed=False)),
    ("weir, {names} names, filter", dict(bits=8, listed=True)),
    ("weir, {names} names, no filter", dict(bits=0, listed=True)),
)


# Of weir's last table: the names of the stages, and the worker's cycles a packet in each.
STAGES = re.compile(r"^CYCLES:(.*)\n +1 (.*)$", re.M)


def measure(args, folder):
    """{(row, capture): (best Mpps, cycles by stage as printed)}"""
    best = {}
    for _ in range(args.rounds):
        for label, packets in CAPTURES:
            capture, mbufs = folder / (label + ".pcap"), packets + 30_000
            runs = [(FLOOR, lambda: testpmd(capture, mbufs, args.seconds))]
            for row, options in ROWS:
                runs.append((row, lambda options=options: weir(
                    args.weir, folder, capture, dict(options, mbufs=mbufs), args.seconds)))
            for row, start in runs:
                text = start()
                found = best_second(text, row), (STAGES.findall(text) or [None])[-1]
                best[row, label] = max(best.get((row, label), found), found, key=lambda each: each[0])
    return best


FLOOR = "dpdk-testpmd macswap"


def print_stages(best, names):
    """`sample` is what the queries kept for dry runs of reloads cost."""
    print("cycles a packet in each stage of classification, of the same runs")
    for label, _ in CAPTURES:
        heads = best[ROWS[0][0], label][1][0].split()
        print("{:<34}{}".format(label, "".join("{:>9}".format(head) for head in heads)))
        for row, _ in ROWS:
            cells = best[row, label][1][1].split()
            print("{:<34}{}".format(row.format(names=names), "".join("{:>9}".format(cell) for cell in cells)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weir")
    parser.add_argument("--names", type=int, default=1_000_000, help="of the list")
    parser.add_argument("--hits", type=int, default=5, help="percent of queries that are blocked")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=4, help="of each run")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as name:
        folder = pathlib.Path(name)
        make_data(folder, args.names, args.hits)
        best = measure(args, folder)
    print("net_pcap infinite_rx to net_null, one lcore, queries of about 80 octets, {} % blocked; Mpps "
          "of the best second;\nhot: 8 k packets, cold: 100 k; `of floor`: beside {}; ns: added to "
          "it a packet".format(args.hits, FLOOR))
    print("{:<34}{:>8}{:>10}{:>7}{:>10}{:>10}{:>7}".format(
        "", "hot", "of floor", "ns", "cold", "of floor", "ns"))
    for row in [FLOOR] + [row for row, _ in ROWS]:
        cells = "".join("{:>{}.2f}{:>10.2f}{:>7.0f}".format(
            best[row, label][0], 8 if label == "hot" else 10, best[row, label][0] / best[FLOOR, label][0],
            1e3 / best[row, label][0] - 1e3 / best[FLOOR, label][0]) for label, _ in CAPTURES)
        print("{:<34}{}".format(row.format(names=args.names), cells))
    print_stages(best, args.names)


if __name__ == "__main__":
    main()

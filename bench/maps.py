#!/usr/bin/python3
"""Rate by lcore map, and where the cycles go: maps.py WEIR [OPTION]...

Each map reads a capture of DNS queries that net_pcap repeats from memory (infinite_rx), looks every name
up in a list and sends to net_null. On two CPUs: a worker has one of its own; of a pipeline the rx lcore
has one, classify and tx share the other. What the source has beyond the classify lcore's ring is dropped
(overload = drop), so that the rate is that of packets that were classified and sent.

CPU time is that of each thread by the kernel's accounts, so that what others do on the machine, or an
lcore on the same CPU, is not in it; cycles are that time at the frequency of the TSC.
"""
import argparse
import collections
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

import packet

INI = """[weir]
state_dir =
numa = ignore
idle = adaptive
overload = drop
watchdog = 0
[eal]
lcores = {lcores}
hugepages = no
file_prefix = weir_maps_{pid}
{ports}{map}[list names]
path = {names}
format = domains
"""
PORTS = """[port in{0}]
device = net_pcap{0},rx_pcap={1},infinite_rx=1
peer = out{0}
side = clients
[port out{0}]
device = net_null{0},no-rx=1
peer = in{0}
side = servers
"""
WORKER = "[lcore {1}]\nrole = worker\nports = in{0}, out{0}\n"
PIPELINE = """[lcore 1]
role = rx
ports = in0, out0
feeds = 2
[lcore 2]
role = classify
feeds = 3
[lcore 3]
role = tx
ports = in0, out0
"""
Map = collections.namedtuple("Map", "name lcores pairs text")


def maps(cpus):
    a, b = cpus
    return (Map("1 worker", "0@{1},1@{0}".format(a, b), 1, WORKER.format(0, 1)),
            Map("1 rx + 1 classify + 1 tx", "0@{0},1@{0},2@{1},3@{1}".format(a, b), 1, PIPELINE),
            Map("2 workers", "0@{0},1@{0},2@{1}".format(a, b), 2, WORKER.format(0, 1) + WORKER.format(1, 2)))


def cpu_seconds(pid):
    """By lcore: CPU time of its thread."""
    used = {}
    for task in pathlib.Path("/proc/{}/task".format(pid)).iterdir():
        found = re.fullmatch(r"(?:lcore|rte)-worker-(\d+)", (task / "comm").read_text().strip())
        if found:
            used[int(found.group(1))] = int((task / "schedstat").read_text().split()[0]) / 1e9
    return used


LCORE = re.compile(r"^ +(\d+) (worker|rx|classify|tx) +\S+ +([\d.]+[kMG]?) ", re.M)
STAGES = re.compile(r"^CYCLES: ((?: +[a-z]+)+)\n((?: +\d+(?: +[\d.-]+)+\n)+)", re.M)
UNITS = {"k": 1e3, "M": 1e6, "G": 1e9}


def number(text):
    return float(text[:-1]) * UNITS[text[-1]] if text[-1] in UNITS else float(text)


class Result:
    """What a run printed and used between its first and its last table."""

    def __init__(self, tables, seconds, used):
        self.packets = collections.Counter()  # by lcore
        self.roles = {}
        rates = []
        for table in tables:
            for lcore, role, rate in LCORE.findall(table):
                self.packets[int(lcore)] += number(rate)
                self.roles[int(lcore)] = role
            rates.append(sum(number(rate) for _, role, rate in LCORE.findall(table)
                             if role in ("worker", "classify")))
        self.best = max(rates)
        self.cpu = {lcore: used[lcore] / max(1, self.packets[lcore] / len(tables) * seconds)
                    for lcore in self.packets}
        words, rows = STAGES.findall(tables[-1])[0]
        self.stages = list(zip(words.split(), rows.splitlines()[0].split()[1:]))

    def cpu_of(self, *roles):
        """Seconds of CPU a packet, over the lcores of these roles."""
        chosen = [lcore for lcore, role in self.roles.items() if role in roles]
        packets = sum(self.packets[lcore] for lcore in chosen)
        return sum(self.cpu[lcore] * self.packets[lcore] for lcore in chosen) / packets if packets else 0


def run(args, folder, one):
    ports = "".join(PORTS.format(i, folder / "hot.pcap") for i in range(one.pairs))
    (folder / "maps.ini").write_text(INI.format(lcores=one.lcores, pid=os.getpid(), ports=ports, map=one.text,
                                                names=folder / "names.txt"))
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen([args.weir, "run", "-c", folder / "maps.ini", "--stats", "1"], stdout=out,
                                   stderr=subprocess.STDOUT)

        def read():
            out.seek(0)
            return re.findall(r"^after .*?\n\n", out.read(), re.M | re.S)
        try:
            limit = time.monotonic() + 120
            while not read() and process.poll() is None and time.monotonic() < limit:
                time.sleep(0.1)
            skip, begin, before = len(read()), time.monotonic(), cpu_seconds(process.pid)
            time.sleep(args.seconds)
            after, seconds = cpu_seconds(process.pid), time.monotonic() - begin
            tables = read()[skip:]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        if not tables or process.returncode != 0:
            out.seek(0)
            sys.exit("{}: no figures:\n{}".format(one.name, out.read()[-2000:]))
        return Result(tables, seconds, {lcore: after[lcore] - before[lcore] for lcore in after})


def tsc_hz():
    found = re.search(r"^cpu MHz\s*: ([\d.]+)", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    return float(found.group(1)) * 1e6


def show(results, hz):
    print("{:<26}{:>8}{:>10}   {}".format("map", "Mpps", "cyc/pkt", "of these by role; cycles of CPU time"))
    for name, result in results.items():
        roles = [role for role in ("worker", "rx", "classify", "tx") if role in result.roles.values()]
        cells = {role: result.cpu_of(role) * hz for role in roles}
        print("{:<26}{:>8.2f}{:>10.0f}   {}".format(
            name, result.best / 1e6, sum(cells.values()),
            ", ".join("{} {:.0f}".format(role, cycles) for role, cycles in cells.items())))
    print("\ncycles a packet in each stage of classification (one burst of 64 timed, TSC)")
    for name, result in results.items():
        print("{:<26}{}".format(name, "  ".join("{} {}".format(*stage) for stage in result.stages)))
    alone, pipeline = results["1 worker"], results["1 rx + 1 classify + 1 tx"]
    cost = (pipeline.cpu_of("rx") + pipeline.cpu_of("classify") + pipeline.cpu_of("tx") -
            alone.cpu_of("worker")) * hz
    print("\na pipeline costs {:.0f} cycles a packet more than a worker, two ring hops and a hash: {:.0f} a hop"
          .format(cost, cost / 2))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weir")
    parser.add_argument("--names", type=int, default=1_000_000, help="of the list")
    parser.add_argument("--hits", type=int, default=5, help="percent of queries that are blocked")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=5, help="of each run")
    args = parser.parse_args()
    cpus = sorted(os.sched_getaffinity(0))[:2]
    if len(cpus) < 2:
        sys.exit("cpus: needs two")
    results = {}
    with tempfile.TemporaryDirectory(prefix="weir-maps-") as name:
        folder = pathlib.Path(name)
        packet.make_data(folder, args.names, args.hits)
        for _ in range(args.rounds):
            for one in maps(cpus):
                found = run(args, folder, one)
                if one.name not in results or found.best > results[one.name].best:
                    results[one.name] = found
    print("net_pcap infinite_rx to net_null on CPUs {} and {}, {} names, {} % blocked; the best of {} rounds"
          .format(*cpus, args.names, args.hits, args.rounds))
    show(results, tsc_hz())


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""What an idle worker costs, and how late it is then: idle.py BENCH_IDLE WEIR [--seconds N]

Between two ports made of rings by the engine itself (bench_idle: spin, pause, adaptive, and the floor: a
thread that only sleeps, by nanosleep and by timers in turn); as root also by weir run between two
AF_PACKET ports on veth in a network namespace of its own, the kernel's part taken off by the same frames
over one veth pair. As root the programs run under SCHED_FIFO, so that what others do on the machine is
not measured. CPU time is that of the worker's thread.
"""
import argparse
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

PACKETS, GAP_S = 1000, 0.01
CLOSER_US = (1000, 300)  # and packets that come so much closer
INI = """[weir]
state_dir =
numa = ignore
idle = {idle}
[eal]
lcores = 0@{main},1@{cpu}
hugepages = no
file_prefix = weir_idle_{pid}
[port lan]
device = net_af_packet0,iface=near1
side = clients
[port wan]
device = net_af_packet1,iface=far1
side = servers
"""
FRAME = bytes.fromhex("020000000001020000000002") + b"\x88\xb5" + bytes(50)  # a local experiment's type


def realtime(command):
    return (["chrt", "-f", "1"] if os.geteuid() == 0 else []) + command


def sock(interface):
    one = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88b5))
    one.bind((interface, 0))
    one.settimeout(10)
    return one


def delays(start, end):
    """Microseconds from one interface to the other, of frames that come one by one."""
    sender, receiver = sock(start), sock(end)
    found = []
    for _ in range(PACKETS):
        time.sleep(GAP_S)
        begin = time.perf_counter()
        sender.send(FRAME)
        receiver.recv(2048)
        found.append((time.perf_counter() - begin) * 1e6)
    return statistics.median(found)


def worker_cpu(pid):
    for task in pathlib.Path("/proc/{}/task".format(pid)).iterdir():
        if re.fullmatch(r"(lcore|rte)-worker-1", (task / "comm").read_text().strip()):
            return int((task / "schedstat").read_text().split()[0]) / 1e9
    sys.exit("no thread of lcore 1")


def af_packet(weir, idle, folder, seconds, direct):
    cpus = sorted(os.sched_getaffinity(0))
    ini = folder / "idle.ini"
    ini.write_text(INI.format(idle=idle, main=cpus[0], cpu=cpus[-1], pid=os.getpid()))
    with subprocess.Popen(realtime([weir, "run", "-c", str(ini)]), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True) as process:
        try:
            for line in process.stdout:
                if line == "ready\n":
                    break
            time.sleep(1)
            before, begin = worker_cpu(process.pid), time.monotonic()
            time.sleep(seconds)
            used = (worker_cpu(process.pid) - before) / (time.monotonic() - begin)
            late = delays("near0", "far0")
        finally:
            process.send_signal(signal.SIGTERM)
            process.stdout.read()
    print("{:<9} {:6.2f} % of a core over {} s without a packet; delay of {} frames {:.0f} ms apart: median "
          "{:.1f} us, {:.1f} us more than over one veth pair".format(
              idle, 100 * used, seconds, PACKETS, GAP_S * 1e3, late, late - direct), flush=True)


def inside(args):
    """In a network namespace that ends with this process."""
    for name in ("near", "far"):
        subprocess.run("ip link add {0}0 type veth peer name {0}1 && ip link set {0}0 up && "
                       "ip link set {0}1 up".format(name), shell=True, check=True)
        for end in "01":
            pathlib.Path("/proc/sys/net/ipv6/conf/{}{}/disable_ipv6".format(name, end)).write_text("1")
    direct = delays("near0", "near1")
    print("AF_PACKET on veth (one pair alone: median {:.1f} us)".format(direct), flush=True)
    with tempfile.TemporaryDirectory(prefix="weir-idle-") as name:
        for idle in ("adaptive", "pause"):
            af_packet(args.weir, idle, pathlib.Path(name), args.seconds, direct)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench_idle")
    parser.add_argument("weir")
    parser.add_argument("--seconds", type=int, default=10, help="without a packet, each")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.inside:
        return inside(args)
    print("between ports made of rings", flush=True)
    for mode in ("nap", "adaptive", "pause", "spin"):
        subprocess.run(realtime([args.bench_idle, mode, str(args.seconds), str(PACKETS)]), check=True)
    for gap in CLOSER_US:
        subprocess.run(realtime([args.bench_idle, "adaptive", "1", str(10 * PACKETS), str(gap)]), check=True)
    if os.geteuid() != 0:
        print("AF_PACKET: needs root")
        return 0
    return subprocess.run(["unshare", "--net", sys.argv[0], args.bench_idle, args.weir, "--inside",
                           "--seconds", str(args.seconds)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

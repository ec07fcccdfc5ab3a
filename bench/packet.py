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


def run(command, seconds, ready):
    """Starts a program, waits until it prints `ready`, lets it run; all it printed."""
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=out, text=True)
        limit = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < limit:
            out.seek(0)
            if re.search(ready, out.read()):
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


def rate(pattern, text, what):
    """Mpps and cycles a packet out of what a program printed."""
    found = re.findall(pattern, text)
    if not found:
        sys.exit("{} gave no rate:\n{}".format(what, text[-2000:]))
    return max(float(value) for value in found)

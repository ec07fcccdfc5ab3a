# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Captures written and read octet by octet, and frames of DNS queries, for tests of commands."""
import struct

import dns.message
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether
from scapy.packet import Raw

ETHERNET = 1


def pcap(frames, link=ETHERNET, nano=False, order='<'):
    """A capture of the frames; one may be (octets, length on the wire)."""
    parts = [struct.pack(order + 'IHHiIII', 0xa1b23c4d if nano else 0xa1b2c3d4, 2, 4, 0, 0, 262144, link)]
    for i, frame in enumerate(frames):
        octets, length = frame if isinstance(frame, tuple) else (frame, len(frame))
        parts += [struct.pack(order + 'IIII', 1000 + i, i % 1000000, len(octets), length), octets]
    return b''.join(parts)


def read(path):
    """The frames of a capture as our replay writes them, checked to be whole."""
    with open(path, 'rb') as file:
        data = file.read()
    magic, _, _, _, _, _, link = struct.unpack('<IHHiIII', data[:24])
    assert (magic, link) == (0xa1b23c4d, ETHERNET)
    frames, at = [], 24
    while at < len(data):
        _, _, captured, length = struct.unpack('<IIII', data[at:at + 16])
        assert at + 16 + captured <= len(data)
        frames.append(data[at + 16:at + 16 + captured])
        at += 16 + captured
    return frames


def pcapng(frames):
    """The same as a pcapng file of one interface."""
    def block(kind, body):
        body += bytes(-len(body) % 4)
        return struct.pack('<II', kind, len(body) + 12) + body + struct.pack('<I', len(body) + 12)
    out = block(0x0a0d0d0a, struct.pack('<IHHq', 0x1a2b3c4d, 1, 0, -1))
    out += block(1, struct.pack('<HHI', ETHERNET, 0, 262144))
    for frame in frames:
        out += block(6, struct.pack('<IIIII', 0, 0, 0, len(frame), len(frame)) + frame)
    return out


def over(payload, src='192.0.2.1', dst='198.51.100.53', sport=40000, dport=53):
    """A frame of a UDP datagram, IPv4 or IPv6 as the addresses are."""
    ip = IPv6 if ':' in src else IP
    return bytes(Ether(src='02:00:00:00:00:01', dst='02:00:00:00:00:02') / ip(src=src, dst=dst) /
                 UDP(sport=sport, dport=dport) / Raw(payload))


def query(name, qtype='A', ident=0x1234, **kwargs):
    """A frame of a query."""
    message = dns.message.make_query(name, qtype)
    message.id = ident
    return over(message.to_wire(), **kwargs)

# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Frames and DNS messages written octet by octet, well formed or not, and captures of them."""
import dataclasses
import ipaddress
import re
import struct
import typing

CLIENT_MAC, SERVER_MAC = bytes.fromhex('020000000a01'), bytes.fromhex('020000000a02')
CLIENT, SERVER = '192.0.2.10', '198.51.100.53'
CLIENT6, SERVER6 = '2001:db8:1::10', '2001:db8:53::53'
ETHERTYPE = {4: 0x0800, 6: 0x86dd}
TAG, TAG_AD, TAG_OLD = 0x8100, 0x88a8, 0x9100
TCP, UDP = 6, 17
HOP_BY_HOP, ROUTING, FRAGMENT, AUTH, DSTOPTS = 0, 43, 44, 51, 60
QR, AA, TC, RD, RA, AD, CD = 0x8000, 0x0400, 0x0200, 0x0100, 0x0080, 0x0020, 0x0010
DO = 0x8000
TYPES = {'A': 1, 'NS': 2, 'CNAME': 5, 'SOA': 6, 'PTR': 12, 'MX': 15, 'TXT': 16, 'SIG': 24, 'AAAA': 28,
         'SRV': 33, 'OPT': 41, 'DS': 43, 'SVCB': 64, 'HTTPS': 65, 'TKEY': 249, 'TSIG': 250, 'IXFR': 251,
         'AXFR': 252, 'ANY': 255, 'NULL': 10, 'CAA': 257}
COOKIE, ECS, PADDING, NSID = 10, 8, 12, 3
COOKIE8, COOKIE24 = b'clientck', b'clientck' + b'server-cookie-16'


def sum16(octets):
    """The Internet checksum (RFC 1071)."""
    octets += b'\0' * (len(octets) % 2)
    total = sum(struct.unpack(f'>{len(octets) // 2}H', octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def packed(text):
    return ipaddress.ip_address(text).packed


def udp_sum(addresses, ports, payload):
    """The checksum of a datagram (RFC 768, RFC 8200 8.1)."""
    length = 8 + len(payload)
    return sum16(b''.join(addresses) + struct.pack('>IIHHHH', length, UDP, *ports, length, 0) + payload) or 0xffff


@dataclasses.dataclass(frozen=True)
class Packet:
    """A UDP datagram in a frame. What is None is as it ought to be."""
    payload: bytes
    src: str = CLIENT
    dst: str = SERVER
    sport: int = 40000
    dport: int = 53
    tags: tuple = ()            # (TPID, TCI), outer first
    src_mac: bytes = CLIENT_MAC
    dst_mac: bytes = SERVER_MAC
    options: bytes = b''        # of IPv4, a multiple of 4
    extension: tuple = ()       # of IPv6: (type, octets behind the next header's)
    fragment: int = 0           # flags and offset of IPv4
    protocol: int = UDP
    ttl: int = 57
    udp_len: typing.Optional[int] = None
    udp_sum: typing.Optional[int] = None
    ip_len: typing.Optional[int] = None  # total length, or payload length of IPv6
    surplus: bytes = b''        # of the IP datagram, behind what the UDP length says
    trailer: bytes = b''        # behind the IP datagram

    def udp(self):
        length = 8 + len(self.payload) if self.udp_len is None else self.udp_len
        made = udp_sum((packed(self.src), packed(self.dst)), (self.sport, self.dport), self.payload)
        return struct.pack('>HHHH', self.sport, self.dport, length,
                           made if self.udp_sum is None else self.udp_sum) + self.payload

    def ip4(self, body):
        length = 20 + len(self.options) + len(body) if self.ip_len is None else self.ip_len
        head = struct.pack('>BBHHHBBH', 0x45 + len(self.options) // 4, 0, length, 0x1234, self.fragment,
                           self.ttl, self.protocol, 0) + packed(self.src) + packed(self.dst) + self.options
        return head[:10] + struct.pack('>H', sum16(head)) + head[12:] + body

    def ip6(self, body):
        kinds = [kind for kind, _ in self.extension] + [self.protocol]
        for following, (_, octets) in zip(kinds[:0:-1], self.extension[::-1]):
            body = bytes([following]) + octets + body
        length = len(body) if self.ip_len is None else self.ip_len
        return struct.pack('>IHBB', 0x600abcde, length, kinds[0], self.ttl) + \
            packed(self.src) + packed(self.dst) + body

    def frame(self):
        body = self.udp() + self.surplus
        version = ipaddress.ip_address(self.src).version
        body = self.ip4(body) if version == 4 else self.ip6(body)
        link = self.dst_mac + self.src_mac + b''.join(struct.pack('>HH', *tag) for tag in self.tags)
        return link + struct.pack('>H', ETHERTYPE[version]) + body + self.trailer


def name(text):
    """A name on the wire from its presentation form (RFC 1035 5.1): `\\.` and `\\000` are escapes."""
    if text == '.':
        return b'\0'
    wire = b''
    for label in re.findall(r'((?:\\\d{3}|\\.|[^.\\])+)\.?', text):
        octets = b''.join(bytes([int(part[1:])]) if len(part) == 4 else part[-1:].encode()
                          for part in re.findall(r'\\\d{3}|\\.|.', label))
        wire += bytes([len(octets)]) + octets
    return wire + b'\0'


def question(text, qtype='A', qclass=1):
    return name(text) + struct.pack('>HH', TYPES.get(qtype, qtype), qclass)


def record(owner, rtype, data, rclass=1, ttl=0, length=None):
    return owner + struct.pack('>HHIH', TYPES[rtype], rclass, ttl, len(data) if length is None else length) + data


def option(code, data, length=None):
    return struct.pack('>HH', code, len(data) if length is None else length) + data


def opt(*options, size=1232, flags=0, version=0, owner=b'\0', length=None):
    """An OPT record (RFC 6891 6.1.2)."""
    return record(owner, 'OPT', b''.join(options), size, version << 16 | flags, length)


def tsig(algorithm='hmac-sha256'):
    """A TSIG record (RFC 8945 4.2) whose MAC is none."""
    data = name(algorithm) + bytes(6) + struct.pack('>HH', 300, 32) + bytes(32) + bytes(6)
    return record(name('key.example'), 'TSIG', data, 255)


def sig0():
    """A SIG(0) record (RFC 2931 3): the type covered is 0."""
    return record(b'\0', 'SIG', struct.pack('>HBBIIIH', 0, 8, 0, 0, 0, 0, 7) + name('key.example') + bytes(64), 255)


def message(number, parts, flags=RD, counts=None):
    """parts: questions, answers, authority, additional; counts: what the header says instead."""
    header = struct.pack('>HHHHHH', number, flags, *(counts or [len(part) for part in parts]))
    return header + b''.join(b''.join(part) for part in parts)


def write_capture(path, frames, times=None):
    """A classic pcap, microseconds, Ethernet; a frame every millisecond, or at the time of its number (us)."""
    with open(path, 'wb') as out:
        out.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        for n, frame in enumerate(frames):
            at = (times or {}).get(n + 1, 1700000000000000 + n * 1000)
            out.write(struct.pack('<IIII', at // 1000000, at % 1000000, len(frame), len(frame)) + frame)
